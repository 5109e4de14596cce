"""What a scanner may read from a ticket: code cells, and codes derived as the platform makes them.

Eventbrite prints order id + attendee id + `001` as one string of digits; Luma an address whose
`pk` is the ticket; Tito and KonfHub an address whose last part is the ticket.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import repeat
from urllib.parse import parse_qs, urlsplit

from kiosk.importers.mapping import Mapping
from kiosk.importers.tables import Table
from kiosk.importers.values import MAX_CODE, fold
from kiosk.importers.values import codes as clean_codes

Codes = tuple[str, ...]
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[Ee]\+\d{2,3}|\d[.,]\d+[Ee]\d{2}")
_ROUNDED = re.compile(r"[1-9]\d{14}0{2,}")
_KEYS = ("pk", "code", "ticket", "token", "t", "q", "id", "qr", "c")


def address_key(address: str) -> str:
    """What identifies the ticket in an address: `pk=`, `code=` ... or the last part of its path."""
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query)
    except ValueError:
        return address.rstrip("/").rsplit("/", 1)[-1]
    for key in _KEYS:
        if query.get(key):
            return query[key][0]
    path = parts.path.rstrip("/")
    if not path and parts.fragment:
        path = parts.fragment.rstrip("/")
    return path.rsplit("/", 1)[-1]


def usable(values: list[str], names: list[str], heading: str, warnings: list[str]) -> list[str]:
    """A code column without what a spreadsheet program damaged, each damage said once.

    A column where many cells are in scientific notation, rounded to 15 digits, or one and the
    same for many people, has lost its codes; single odd cells among good ones are real
    references (Tito hands out `7E10`).
    """
    filled = [value for value in values if value]
    if not filled:
        return values
    shown = heading[:60]
    if max(map(len, filled)) > MAX_CODE:
        long = sum(len(value) > MAX_CODE for value in filled)
        warnings.append(
            f'{long:,} codes of the column "{shown}" are longer than {MAX_CODE} characters '
            "and cannot be scanned."
        )
        values = ["" if len(value) > MAX_CODE else value for value in values]
        filled = [value for value in values if value]
    together = "\n".join(filled)
    scientific: set[str] = set()
    if "+" in together or "." in together or "," in together:
        scientific = {value for value in set(filled) if _SCIENTIFIC.fullmatch(value)}
    if scientific:
        hit = sum(value in scientific for value in filled)
        rest_numeric = all(v.isdigit() for v in filled if v not in scientific)
        if hit * 5 >= len(filled) or rest_numeric:
            warnings.append(
                f'The column "{shown}" was damaged by a spreadsheet program: {hit:,} codes are '
                f'written like "{min(scientific)}". They are not used; download the list again and '
                "import it without opening it first."
            )
            values = ["" if value in scientific else value for value in values]
    values = _without_rounded(values, shown, warnings)
    return _without_common(values, names, shown, warnings)


def _without_rounded(values: list[str], heading: str, warnings: list[str]) -> list[str]:
    long = [value for value in values if len(value) >= 17 and value.isdigit()]
    rounded = {value for value in long if _ROUNDED.fullmatch(value)}
    if len(rounded) < 2 or len(rounded) * 2 < len(long):
        return values
    warnings.append(
        f'The column "{heading}" was damaged by a spreadsheet program: the last digits of '
        f"{len(rounded):,} codes became zeros. They are not used; download the list again and "
        "import it without opening it first."
    )
    return ["" if value in rounded else value for value in values]


def _without_common(
    values: list[str], names: list[str], heading: str, warnings: list[str]
) -> list[str]:
    distinct = set(values)
    distinct.discard("")
    filled = len(values) - values.count("")
    if len(distinct) == filled:
        return values
    top, times = Counter(value for value in values if value).most_common(1)[0]
    if times < 5 or times * 2 < filled:
        return values
    people = {fold(name) for value, name in zip(values, names, strict=True) if value == top}
    if len(people) < 5:
        return values
    warnings.append(
        f'{times:,} rows of the column "{heading}" hold the same code "{top[:40]}": it names '
        "nobody and is not used."
    )
    return ["" if value == top else value for value in values]


class Scannable:
    """Codes of all rows: `strong` (tuples per row), `keys` (the one that identifies), `weak`."""

    def __init__(
        self, table: Table, mapping: Mapping, names: list[str], warnings: list[str]
    ) -> None:
        self.count = table.count
        self.ticket_ids = self._ids(table, mapping)
        self.orders = self._one(table, mapping, "order_code")
        self.positions = self._one(table, mapping, "position")
        columns = [
            usable(clean_codes(table.columns[place]), names, table.headings[place], warnings)
            for place in mapping.columns.get("code", ())
        ]
        rule = mapping.platform.codes
        if rule == "eventbrite":
            self._eventbrite(columns)
        elif rule in ("none", "weak"):
            self.strong: list[Codes] = [()] * self.count
            self.keys = [""] * self.count
        else:
            self._general(columns, rule)
        self.weak = self._weak(table, mapping, rule)

    def _one(self, table: Table, mapping: Mapping, field: str) -> list[str]:
        place = mapping.first(field)
        return clean_codes(table.columns[place]) if place >= 0 else []

    def _ids(self, table: Table, mapping: Mapping) -> list[str]:
        found = self._one(table, mapping, "ticket_id")
        if "+" not in "".join(found):
            return found
        return ["" if _SCIENTIFIC.fullmatch(value) else value for value in found]

    def _eventbrite(self, columns: list[list[str]]) -> None:
        barcodes = columns[0] if columns else [""] * self.count
        orders = self.orders or [""] * self.count
        ids = self.ticket_ids or [""] * self.count
        strong: list[Codes] = []
        tickets: list[str] = []
        for barcode, order, ticket in zip(barcodes, orders, ids, strict=True):
            if not ticket and order and barcode.startswith(order) and barcode.endswith("001"):
                ticket = barcode[len(order) : -3]
            built = barcode or (f"{order}{ticket}001" if order and ticket else "")
            strong.append(tuple(code for code in (built, ticket) if code))
            tickets.append(ticket)
        self.strong = strong
        self.keys = barcodes
        self.ticket_ids = tickets if any(tickets) else []

    def _general(self, columns: list[list[str]], rule: str) -> None:
        keep_address = rule not in ("tito", "konfhub")
        ids = self.ticket_ids if rule not in ("luma", "pretix") else []
        lists = [self._keyed(values) for values in columns]
        addressed = any(address for _, address in lists)
        if len(lists) == 1 and not addressed and not ids:
            values = lists[0][0]
            self.keys = values
            self.strong = _tuples([values])
            return
        if rule == "tito":  # the slug of the address before the reference people read out
            lists.sort(key=lambda entry: not entry[1])
        flat: list[list[str]] = [values for values, _ in lists]
        if ids:
            flat.insert(0 if rule == "id first" else len(flat), ids)
        if keep_address:
            flat += [
                values for (_, address), values in zip(lists, columns, strict=False) if address
            ]
        self.strong = (
            [tuple(dict.fromkeys(filter(None, codes))) for codes in zip(*flat, strict=True)]
            if flat
            else [()] * self.count
        )
        own = lists[: len(columns)]
        self.keys = (
            [next(filter(None, codes), "") for codes in zip(*(v for v, _ in own), strict=True)]
            if own
            else [""] * self.count
        )

    @staticmethod
    def _keyed(values: list[str]) -> tuple[list[str], bool]:
        """Values with addresses cut to what identifies, and whether there were any."""
        if not any(value[:4].lower() == "http" for value in values):
            return values, False
        return [
            address_key(value) if value[:4].lower() == "http" else value for value in values
        ], True

    def _weak(self, table: Table, mapping: Mapping, rule: str) -> list[Codes]:
        lists = [self.orders] if self.orders else []
        if rule == "weak" and self.ticket_ids:
            lists.append(self.ticket_ids)
        if rule != "none":
            lists += [
                clean_codes(table.columns[place]) for place in mapping.columns.get("weak_id", ())
            ]
        self.weak_ids = lists[-1] if mapping.columns.get("weak_id") and rule != "none" else []
        if not lists:
            return list(repeat((), self.count))
        return _tuples(lists)


def _tuples(columns: list[list[str]]) -> list[Codes]:
    """The filled cells of each row."""
    if not any("" in column for column in columns):
        return list(zip(*columns, strict=True))
    return [tuple(filter(None, values)) for values in zip(*columns, strict=True)]
