"""Cells that a spreadsheet would run instead of show.

Source: OWASP, "CSV Injection": a cell that begins with one of these signs, or with their
full-width forms, is taken for a formula. Spreadsheets strip white space in front of it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

APOSTROPHE = "'"
"""In front of a cell it means "this is text"; what follows is read as it is."""

_MARK = "\x1f"
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212"
_SPACE = "\\t-\\r \\x00\xa0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_DANGER = f"(?:[\\t\\r\\n]|[{_SPACE}]*[{_SIGNS}])"
_CELL = re.compile(_DANGER)
_IN_ROW = re.compile(f"{_MARK}(?={_DANGER})")


def harmless(cell: str) -> str:
    """The cell as text for every spreadsheet: an apostrophe goes before a formula's first sign.

    Numbers and phones get it as well (`+91 98...`, `-3`): a rule without exceptions is one
    that nobody can slip through.
    """
    return APOSTROPHE + cell if _CELL.match(cell) else cell


def harmless_rows(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """The same for whole rows: one search over all cells of a row, which is most of the speed."""
    for row in rows:
        line = _MARK + _MARK.join(row)
        if not _IN_ROW.search(line):
            yield row
            continue
        cells = _IN_ROW.sub(_MARK + APOSTROPHE, line).split(_MARK)[1:]
        # a cell that holds the mark itself falls apart: then it is done cell by cell
        yield cells if len(cells) == len(row) else [harmless(cell) for cell in row]
