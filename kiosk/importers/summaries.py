"""Lines at the end of a table that are no rows: totals and footnotes."""

from __future__ import annotations

import re

from kiosk.importers.mapping import Mapping
from kiosk.importers.tables import Table

_TOTAL = re.compile(
    r"(?:grand |sub ?)?(?:totals?|sum|summe|gesamt|gesamtsumme|insgesamt|somme|totaal|suma|soma|"
    r"razem|celkem|spolu|yhteensä|summa|i alt|totalt|összesen|toplam|итого|всего|разом|σύνολο|"
    r"合計|总计|合计|總計|합계|कुल|कुल योग|एकूण|کل|مجموع|المجموع|סה\"כ|மொத்தம்|মোট|jumlah|tổng|"
    r"tổng cộng|count|anzahl)[\s:=]*[\d.,]*(?: .{0,30})?",
    re.IGNORECASE,
)


def drop_summaries(table: Table, mapping: Mapping) -> None:
    """Take `Total` lines and footnotes off the end of the table."""
    while table.count > 1 and _is_summary(table, mapping, table.row(table.count - 1)):
        table.drop_last()


def _is_summary(table: Table, mapping: Mapping, row: list[str]) -> bool:
    filled = [(i, cell.strip()) for i, cell in enumerate(row) if cell.strip()]
    if not filled or any("@" in cell for _, cell in filled):
        return False
    width = sum(1 for heading in table.headings if heading)
    if len(filled) > max(3, width // 2):
        return False
    named = {mapping.first(field) for field in ("name", "given_name", "family_name", "code")}
    place, cell = filled[0]
    if _TOTAL.fullmatch(cell):
        # somebody called Total has an e-mail, a ticket or a code beside the name
        numbers = all(not any(c.isalpha() for c in other) for _, other in filled[1:])
        return place not in named or numbers
    note = len(filled) == 1 and width >= 4 and " " in cell and place == 0
    letters = sum(char.isalpha() for char in cell)
    return note and place not in named and len(cell) > 12 and letters * 5 > len(cell) * 3
