"""Collect the codes that a scanner can read from a ticket: code cells, and codes derived from them.

Each platform derives codes in its own way. Eventbrite prints order id + attendee id + `001` as one
string of digits; Luma an address with the ticket in `pk`; Tito and KonfHub an address that ends
with the ticket.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from kiosk.domain.text import counted
from kiosk.importers.read.tables import Table
from kiosk.importers.understand.mapping import Mapping
from kiosk.importers.understand.values import MAX_CODE
from kiosk.importers.understand.values import codes as clean_codes

Codes = tuple[str, ...]
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[Ee]\+\d{2,3}|\d[.,]\d+[Ee]\d{2}")
_LOOKED_AT = 10_000
_ROUNDED = re.compile(r"[1-9]\d{14}0+")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_AS_DATE = re.compile(
    rf"\d{{4}}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?|\d{{1,2}}[-/. ]{_MONTH}(?:[-/. ]\d{{2,4}})?|"
    rf"{_MONTH}[-/. ]\d{{1,4}}|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}",
    re.IGNORECASE,
)
_KEYS = ("pk", "code", "ticket", "token", "t", "q", "id", "qr", "c")


def address_key(address: str) -> str:
    """The part of an address that identifies the ticket: `pk=`, `code=` ... or the path's end."""
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


def damaged_codes(table: Table, mapping: Mapping, warnings: list[str]) -> dict[int, frozenset[str]]:
    """Code column to its damaged values; each kind of damage is reported once.

    A column has lost its codes if many cells are in scientific notation, or rounded to 15 digits.
    Single odd cells among good ones are real references (Tito has
    `7E10`).
    """
    damaged = {}
    for place in mapping.places("code"):
        if not _suspect(table.columns[place]):
            continue
        values = clean_codes(table.columns[place])
        if "" in values:
            values = [value for value in values if value]
        if values:
            bad = _Damage(table.quoted(place), values, warnings)
            damaged[place] = frozenset(bad.values_lost)
    return damaged


def _suspect(column: list[str]) -> bool:
    """Whether a code column needs a full check; real damage shows in every large sample."""
    if len(column) <= _LOOKED_AT:
        return True
    sample = [value for value in (*column[:_LOOKED_AT], *column[-1000:]) if value]
    if any(len(value) > MAX_CODE or _SCIENTIFIC.search(value) for value in sample):
        return True
    if any(value.endswith("0") and _ROUNDED.fullmatch(value) for value in sample):
        return True
    return bool(any(map(_AS_DATE.fullmatch, sample)))


class _Damage:
    """Finds the damage by a spreadsheet program in one code column."""

    def __init__(self, heading: str, values: list[str], warnings: list[str]) -> None:
        self._heading = heading
        self._values = values
        self._warnings = warnings
        self.values_lost: set[str] = set()
        together = "\n".join(values)
        if len(together) > MAX_CODE:
            self._long()
        if "+" in together or "." in together or "," in together:
            self._scientific()
        if "0\n" in together or together.endswith("0"):
            self._rounded()
        self._dates()

    def _long(self) -> None:
        long = [value for value in self._values if len(value) > MAX_CODE]
        if long:
            self.values_lost.update(long)
            self._warnings.append(
                f"In the column {self._heading} "
                f"{counted(len(long), 'code is', 'codes are')} longer than "
                f"{MAX_CODE:,} characters and cannot be scanned."
            )

    def _scientific(self) -> None:
        lost = {value for value in set(self._values) if _SCIENTIFIC.fullmatch(value)}
        hit = sum(value in lost for value in self._values)
        rest_numeric = all(value.isdigit() for value in self._values if value not in lost)
        if lost and (hit * 5 >= len(self._values) or rest_numeric):
            written = counted(hit, "code is written", "codes are written")
            self._report(lost, f'{written} like "{min(lost)}"')

    def _rounded(self) -> None:
        long = [value for value in self._values if len(value) >= 16 and value.isdigit()]
        lost = {value for value in long if _ROUNDED.fullmatch(value)}
        if len(lost) >= 2 and len(lost) * 2 >= len(long):
            self._report(lost, f"the last digits of {len(lost):,} codes became zeros")

    def _dates(self) -> None:
        lost = {value for value in self._values if _AS_DATE.fullmatch(value)}
        if lost:
            became = counted(len(lost), "code became a date", "codes became dates")
            self._report(lost, f"{became} ({min(lost)})")

    def _report(self, lost: set[str], what: str) -> None:
        self.values_lost.update(lost)
        self._warnings.append(
            f"The column {self._heading} was damaged by a spreadsheet program: {what}. "
            "Such values are not used; download the list again and import it without opening it "
            "first."
        )


class Scannable:
    """The codes of a part: `strong` (tuples per row), `keys` (the identifying code), `weak`."""

    def __init__(self, table: Table, mapping: Mapping, damaged: dict[int, frozenset[str]]) -> None:
        self.count = table.count
        self.ticket_ids = self._ids(table, mapping)
        self.orders = self._one(table, mapping, "order_code")
        self.positions = self._one(table, mapping, "position")
        columns = []
        for place in mapping.places("code"):
            values, bad = clean_codes(table.columns[place]), damaged.get(place)
            columns.append(["" if value in bad else value for value in values] if bad else values)
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
        ids = self._one(table, mapping, "ticket_id")
        if "+" not in "".join(ids):
            return ids
        return ["" if _SCIENTIFIC.fullmatch(value) else value for value in ids]

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
        if rule == "tito":  # the slug of the address comes before the short reference
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
        """Values, with addresses cut to the identifying part; and whether there were any."""
        if "://" not in "\n".join(values):
            return values, False
        return [
            address_key(value) if value[:4].lower() == "http" else value for value in values
        ], True

    def _weak(self, table: Table, mapping: Mapping, rule: str) -> list[Codes]:
        lists = [self.orders] if self.orders else []
        if self.orders and self.positions:  # as pretix prints it below a ticket's code
            pairs = zip(self.orders, self.positions, strict=True)
            lists.append([f"{o}-{p}" if o and p else "" for o, p in pairs])
        if rule == "weak" and self.ticket_ids:
            lists.append(self.ticket_ids)
        if rule != "none":
            lists += [clean_codes(table.columns[place]) for place in mapping.places("weak_id")]
        self.weak_ids = lists[-1] if mapping.any("weak_id") and rule != "none" else []
        return _tuples(lists) if lists else [()] * self.count


def _tuples(columns: list[list[str]]) -> list[Codes]:
    """The filled cells of each row."""
    if not any("" in column for column in columns):
        return list(zip(*columns, strict=True))
    return [tuple(filter(None, values)) for values in zip(*columns, strict=True)]
