"""Cells that a spreadsheet would run instead of show.

Source: OWASP, "CSV Injection": a cell that begins with one of these signs, or with their
full-width forms, is taken for a formula. Spreadsheets strip white space in front of it first.
"""

from __future__ import annotations

import re

from kiosk.exporters.table import SEPARATOR

APOSTROPHE = "'"
"""In front of a cell it means "this is text"; what follows is read as it is."""

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212"
_SPACE = "\\t-\\r \\x00\xa0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_DANGER = f"(?:[\\t\\r\\n]|[{_SPACE}]*[{_SIGNS}])"
_CELL = re.compile(_DANGER)
_IN_ROW = re.compile(f"{SEPARATOR}(?=[{_SPACE}{_SIGNS}])(?={_DANGER})")
"""Looks at the first sign alone first: most cells begin with none that could do harm."""


def harmless(cell: str) -> str:
    """The cell as text for every spreadsheet: an apostrophe goes before a formula's first sign.

    Numbers and phones get it as well (`+91 98...`, `-3`): a rule without exceptions is one
    that nobody can slip through.
    """
    return APOSTROPHE + cell if _CELL.match(cell) else cell


def harmless_row(row: str) -> str:
    """The same for all cells of a row, joined by `SEPARATOR`, at once."""
    return _IN_ROW.sub(SEPARATOR + APOSTROPHE, SEPARATOR + row)[1:]
