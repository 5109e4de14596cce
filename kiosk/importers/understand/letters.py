"""Repair the letters of cells: HTML entities, UTF-8 read in a wrong code page, errors of formulas.

Why not ftfy: whole cells are enough for lists of people, and a cell is repaired only if all of it
is valid UTF-8 once its bytes are restored; that never happens to a name by chance.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from kiosk.domain.text import counted
from kiosk.importers.read.tables import Table

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,12}\d?);")
_GARBLED = re.compile("[ÃÂÄÅÐÑÎÏàâ√РСâ][^\x00-\x7f]|[ÃÂ] ")
_CODE_PAGES = ("cp1252", "mac_roman", "cp1251", "cp1250")
_ERROR = re.compile(
    r"#(?:N/A|NAME\?|REF!|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|ERROR!|GETTING_DATA|NV|NOMBRE\?|"
    r"NOM\?|WERT!|BEZUG!|VALEUR!|¡REF!|¡VALOR!)",
    re.IGNORECASE,
)
_GUARD = re.compile("^'(?=[\t\r ]*[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212])", re.MULTILINE)
"""The apostrophe of a spreadsheet, or of an export of kiosk, before text like a formula."""
_SHOWN = 3


def repair(table: Table) -> None:
    """Repair the cells of a table in place; each kind of repair is reported once."""
    if table.is_plain:
        return
    table.headings = [html.unescape(_restored(heading)) for heading in table.headings]
    garbled: dict[str, str] = {}
    for place, column in enumerate(table.columns):
        together = "\n".join(column)
        if "&" in together and _ENTITY.search(together):
            column = [_decoded(cell) if "&" in cell else cell for cell in column]
        if not together.isascii() and _GARBLED.search(together):
            column = _mapped(column, _restored, garbled)
        if "'" in together and _GUARD.search(together):
            column = [cell[1:] if _GUARD.match(cell) else cell for cell in column]
        if "#" in together and _ERROR.search(together):
            column = _without_errors(table, place, column)
        table.columns[place] = column
    if garbled:
        pairs = list(garbled.items())[:_SHOWN]
        listed = ", ".join(f"{new[:40]} (from {old[:40]})" for old, new in pairs)
        cells = counted(len(garbled), "text had", "texts had")
        table.warnings.append(f"{cells} garbled letters, which were repaired: {listed}.")


def _decoded(cell: str) -> str:
    """Without HTML entities; an entity of an entity is decoded as well."""
    return html.unescape(html.unescape(cell)) if _ENTITY.search(cell) else cell


def _mapped(column: list[str], change: Callable[[str], str], changed: dict[str, str]) -> list[str]:
    found = column.copy()
    for i, cell in enumerate(column):
        if not cell.isascii() and (new := change(cell)) != cell:
            found[i] = changed[cell] = new
    return found


def _restored(cell: str) -> str:
    """The text whose UTF-8 bytes were read in a code page, once or twice; else unchanged."""
    if cell.isascii() or not _GARBLED.search(cell):
        return cell
    for page in _CODE_PAGES:
        try:
            text = b"".join(_byte(char, page) for char in cell).decode("utf-8")
        except (UnicodeError, ValueError):
            continue
        return _restored(text)
    return cell


def _byte(char: str, page: str) -> bytes:
    """The byte of a letter; a control character stands for itself, as browsers read it."""
    if "\x80" <= char <= "\x9f" or (char == "\xad" and page != "cp1252"):
        return bytes([ord(char)])
    return char.encode(page)


def _without_errors(table: Table, place: int, column: list[str]) -> list[str]:
    found = [i for i, cell in enumerate(column) if _ERROR.fullmatch(cell.strip())]
    if not found:
        return column
    listed = ", ".join(f"{column[i].strip()} in row {table.row_numbers[i]}" for i in found[:_SHOWN])
    more = " ..." if len(found) > _SHOWN else ""
    table.warnings.append(
        f"The column {table.quoted(place)} has {counted(len(found), 'error')} of a "
        f"spreadsheet program ({listed}{more}): read as empty. Correct the sheet and import again."
    )
    wrong = set(found)
    return ["" if i in wrong else cell for i, cell in enumerate(column)]
