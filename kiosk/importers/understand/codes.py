"""What a scanner may read from a ticket: code cells, and codes derived as the platform makes them.

Eventbrite prints order id + attendee id + `001` as one string of digits; Luma an address whose
`pk` is the ticket; Tito and KonfHub an address whose last part is the ticket.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import repeat
from urllib.parse import parse_qs, urlsplit

from kiosk.domain.wording import counted
from kiosk.importers.read.tables import Table
from kiosk.importers.understand.mapping import Mapping
from kiosk.importers.understand.values import MAX_CODE, clean_name, fold
from kiosk.importers.understand.values import codes as clean_codes

Codes = tuple[str, ...]
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[Ee]\+\d{2,3}|\d[.,]\d+[Ee]\d{2}")
_LOOKED_AT = 10_000
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


def damaged_codes(table: Table, mapping: Mapping, warnings: list[str]) -> dict[int, frozenset[str]]:
    """Code column to the values in it that name nobody; each damage is said once.

    A column where many cells are in scientific notation, rounded to 15 digits, or one and the
    same for many people, has lost its codes; single odd cells among good ones are real
    references (Tito hands out `7E10`).
    """
    spoiled = {}
    for place in mapping.columns.get("code", ()):
        if not _suspect(table.columns[place]):
            continue
        values = clean_codes(table.columns[place])
        if "" in values:
            values = [value for value in values if value]
        if values:
            bad = _Damage(table.headings[place][:60], values, warnings)
            bad.common(table, mapping, place)
            spoiled[place] = frozenset(bad.spoiled)
    return spoiled


def _suspect(column: list[str]) -> bool:
    """Whether a code column is worth a full look; damage as meant here shows in any large part."""
    if len(column) <= _LOOKED_AT:
        return True
    sample = [value for value in (*column[:_LOOKED_AT], *column[-1000:]) if value]
    if any(len(value) > MAX_CODE or _SCIENTIFIC.search(value) for value in sample):
        return True
    if any(value.endswith("00") and _ROUNDED.search(value) for value in sample):
        return True
    return bool(sample) and Counter(sample).most_common(1)[0][1] * 5 > len(sample)


class _Damage:
    """What a spreadsheet program did to one code column."""

    def __init__(self, heading: str, values: list[str], warnings: list[str]) -> None:
        self._heading = heading
        self._values = values
        self._warnings = warnings
        self.spoiled: set[str] = set()
        together = "\n".join(values)
        if len(together) > MAX_CODE:
            self._long()
        if "+" in together or "." in together or "," in together:
            self._scientific()
        if "00\n" in together or together.endswith("00"):
            self._rounded()

    def _long(self) -> None:
        long = [value for value in self._values if len(value) > MAX_CODE]
        if long:
            self.spoiled.update(long)
            self._warnings.append(
                f'In the column "{self._heading}" '
                f"{counted(len(long), 'code is', 'codes are')} longer than "
                f"{MAX_CODE:,} characters and cannot be scanned."
            )

    def _scientific(self) -> None:
        found = {value for value in set(self._values) if _SCIENTIFIC.fullmatch(value)}
        hit = sum(value in found for value in self._values)
        rest_numeric = all(value.isdigit() for value in self._values if value not in found)
        if found and (hit * 5 >= len(self._values) or rest_numeric):
            written = counted(hit, "code is written", "codes are written")
            self._report(found, f'{written} like "{min(found)}"')

    def _rounded(self) -> None:
        long = [value for value in self._values if len(value) >= 17 and value.isdigit()]
        found = {value for value in long if _ROUNDED.fullmatch(value)}
        if len(found) >= 2 and len(found) * 2 >= len(long):
            self._report(found, f"the last digits of {len(found):,} codes became zeros")

    def _report(self, found: set[str], what: str) -> None:
        self.spoiled.update(found)
        self._warnings.append(
            f'The column "{self._heading}" was damaged by a spreadsheet program: {what}. '
            "They are not used; download the list again and import it without opening it first."
        )

    def common(self, table: Table, mapping: Mapping, place: int) -> None:
        """One value for many people names none of them."""
        if len(set(self._values)) == len(self._values):
            return
        top, times = Counter(self._values).most_common(1)[0]
        if times < 5 or times * 2 < len(self._values) or top in self.spoiled:
            return
        places = [mapping.first(field) for field in ("name", "given_name", "family_name")]
        people = {
            tuple(fold(clean_name(table.columns[name][row])) for name in places if name >= 0)
            for row, value in enumerate(clean_codes(table.columns[place]))
            if value == top
        }
        if len(people) >= 5:
            self.spoiled.add(top)
            self._warnings.append(
                f'{times:,} rows of the column "{self._heading}" hold the same code '
                f'"{top[:40]}": it names nobody and is not used.'
            )


class Scannable:
    """Codes of some rows: `strong` (tuples per row), `keys` (the one that identifies), `weak`."""

    def __init__(self, table: Table, mapping: Mapping, spoiled: dict[int, frozenset[str]]) -> None:
        self.count = table.count
        self.ticket_ids = self._ids(table, mapping)
        self.orders = self._one(table, mapping, "order_code")
        self.positions = self._one(table, mapping, "position")
        columns = []
        for place in mapping.columns.get("code", ()):
            values, bad = clean_codes(table.columns[place]), spoiled.get(place)
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
        if "://" not in "\n".join(values):
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
