"""Rows to registrations: names, identity, duplicates, shared codes, every row accounted for."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import repeat

from kiosk.domain.registration import Registration, RejectedRow
from kiosk.importers import values
from kiosk.importers.codes import Scannable
from kiosk.importers.entry import entries
from kiosk.importers.mapping import Mapping
from kiosk.importers.statuses import is_yes
from kiosk.importers.tables import Table
from kiosk.importers.values import codes as code_cells
from kiosk.importers.values import fold, join_name

Pairs = tuple[tuple[str, str], ...]

_TOTAL = re.compile(
    r"(?:grand |sub ?)?(?:totals?|sum|summe|gesamt|gesamtsumme|insgesamt|somme|totaal|suma|soma|"
    r"razem|celkem|spolu|yhteensä|summa|i alt|totalt|összesen|toplam|итого|всего|разом|σύνολο|"
    r"合計|总计|合计|總計|합계|कुल|कुल योग|एकूण|کل|مجموع|المجموع|סה\"כ|மொத்தம்|মোট|jumlah|tổng|"
    r"tổng cộng|count|anzahl)[\s:=]*[\d.,]*(?: .{0,30})?",
    re.IGNORECASE,
)
_MAX_HEADS = 1000


class People:
    """The people of one table, built column by column."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.table = table
        self.mapping = mapping
        self.warnings: list[str] = [*table.warnings]
        self.rejected: list[RejectedRow] = []
        self.duplicates = 0
        self._drop_summaries()

    def registrations(self) -> list[Registration]:
        """All registrations in the file's order; sets `duplicates`, `rejected`, `warnings`."""
        table, mapping = self.table, self.mapping
        whole, given, family = self._names()
        scannable = Scannable(table, mapping, whole, self.warnings)
        mails = self._emails()
        status, words, arrived = entries(table, mapping, self.warnings)
        identities = self._identities(scannable, whole, mails)
        types = self._ticket_types()
        built = list(
            map(
                Registration._make,
                zip(
                    identities,
                    whole,
                    given,
                    family,
                    mails,
                    self._phones(),
                    self._text("company", values.MAX_SHORT),
                    types,
                    scannable.orders or repeat(""),
                    status,
                    words,
                    self._heads(scannable),
                    self._guest_of(whole, scannable),
                    scannable.strong,
                    scannable.weak,
                    arrived,
                    self._extra(),
                    table.row_numbers,
                    strict=False,
                ),
            )
        )
        return self._unite(self._without_add_ons(built))

    # columns

    def _raw(self, field: str) -> list[str]:
        place = self.mapping.first(field)
        return self.table.columns[place] if place >= 0 else []

    def _empty(self) -> list[str]:
        return [""] * self.table.count

    def _names(self) -> tuple[list[str], list[str], list[str]]:
        placeholders = self.mapping.platform.empty_words
        found = [
            self._capped(values.names(self._raw(field), placeholders), values.MAX_NAME, "names")
            or self._empty()
            for field in ("name", "given_name", "family_name")
        ]
        whole, given, family = found
        if self.mapping.any("given_name", "family_name"):
            family_first = self.mapping.family_first
            whole = [
                name or join_name(first, last, family_first)
                for name, first, last in zip(whole, given, family, strict=True)
            ]
        return whole, given, family

    def _emails(self) -> list[str]:
        places = self.mapping.columns.get("email", [])
        if not places:
            return self._empty()
        columns = self.table.columns
        found = values.emails(columns[places[0]])
        correction = self.mapping.email_correction
        if correction >= 0:
            found = [
                right or wrong
                for right, wrong in zip(values.emails(columns[correction]), found, strict=True)
            ]
        for place in places[1:]:
            if "" not in found:
                break
            other = values.emails(columns[place])
            found = [mail or stand_in for mail, stand_in in zip(found, other, strict=True)]
        return self._capped(found, values.MAX_EMAIL, "e-mail addresses")

    def _phones(self) -> Iterable[str]:
        raw = self._raw("phone")
        if not raw:
            return repeat("")
        numbers = values.phones(raw)
        dials = values.codes(self._raw("dial_code"))
        if not dials:
            return self._capped(numbers, 100, "phone numbers")
        return [
            f"{dial} {number}"
            if number and dial and number[:1] != "+" and not number.startswith(dial)
            else number
            for dial, number in zip(dials, numbers, strict=True)
        ]

    def _text(self, field: str, limit: int) -> Iterable[str]:
        raw = self._raw(field)
        if not raw:
            return repeat("")
        memory = values.Cleaned(self.mapping.platform.empty_words)
        return self._capped(list(map(memory.__getitem__, raw)), limit, f"values of {field}")

    def _ticket_types(self) -> Iterable[str]:
        kinds = self._text("ticket_type", values.MAX_SHORT)
        if self.mapping.first("variation") < 0:
            return kinds
        return [
            f"{kind} – {variation}" if kind and variation else kind or variation
            for kind, variation in zip(
                kinds, self._text("variation", values.MAX_SHORT), strict=False
            )
        ]

    def _capped(self, found: list[str], limit: int, what: str) -> list[str]:
        if found and max(map(len, found)) > limit:
            long = sum(len(value) > limit for value in found)
            self.warnings.append(
                f"{long:,} {what} are longer than {limit} characters and were cut."
            )
            return [value[:limit].rstrip() for value in found]
        return found

    def _heads(self, scannable: Scannable) -> Iterable[int]:
        quantity = self._raw("quantity")
        guests = self._raw("guests")
        tickets = values.counts(quantity) if quantity else None
        more = self._guest_counts(guests) if guests else None
        if tickets is None and more is None:
            return repeat(1)
        if tickets is not None and scannable.orders:
            tickets = _ticket_per_row(tickets, scannable.orders)
        heads = (
            [max(t, 1) + g for t, g in zip(tickets or repeat(1), more or repeat(0), strict=False)]
            if tickets or more
            else []
        )
        if heads and max(heads) > _MAX_HEADS:
            many = sum(head > _MAX_HEADS for head in heads)
            self.warnings.append(
                f"{many:,} rows claim more than {_MAX_HEADS:,} people; "
                "they were read as one person each."
            )
            heads = [1 if head > _MAX_HEADS else head for head in heads]
        return heads or repeat(1)

    @staticmethod
    def _guest_counts(column: list[str]) -> list[int] | None:
        if any(is_yes(value) and not value.strip().isdigit() for value in set(column)):
            return [1 if is_yes(value) else 0 for value in column]
        return values.counts(column)

    def _guest_of(self, names: list[str], scannable: Scannable) -> Iterable[str]:
        """Whose guest a nameless ticket's holder is: the buyer, else who is named in the order."""
        if "" not in names:
            return repeat("")
        buyers = values.names(self._raw("buyer_name"), self.mapping.platform.empty_words)
        if not buyers and self.mapping.any("buyer_given", "buyer_family"):
            first = values.names(self._raw("buyer_given"), frozenset()) or self._empty()
            last = values.names(self._raw("buyer_family"), frozenset()) or self._empty()
            buyers = [join_name(f, n, False) for f, n in zip(first, last, strict=True)]
        found = self._empty()
        nameless = [i for i, name in enumerate(names) if not name]
        wanted = {scannable.orders[i] for i in nameless} - {""} if scannable.orders else set()
        named: dict[str, str] = {}
        if wanted:
            for order, name in zip(scannable.orders, names, strict=True):
                if order in wanted and name:
                    named.setdefault(order, name)
        for i in nameless:
            companion = named.get(scannable.orders[i], "") if named else ""
            found[i] = (buyers[i] if buyers else "") or companion
        return found

    def _extra(self) -> Iterable[Pairs]:
        """(heading, value) pairs of all columns that no field holds."""
        places, headings = self._extra_columns()
        if not places:
            return repeat(())
        empty = (
            self.mapping.platform.empty_words
            if self.mapping.platform.name == "tito"
            else frozenset()
        )
        columns = []
        for place, heading in zip(places, headings, strict=True):
            column = self.table.columns[place]
            if not any(column):
                continue
            columns.append(_paired(heading, column, empty))
        if not columns:
            return repeat(())
        return [tuple(filter(None, pairs)) for pairs in zip(*columns, strict=True)]

    def _extra_columns(self) -> tuple[list[int], list[str]]:
        mapping = self.mapping
        used = {
            place
            for field in _CONSUMED
            for place in mapping.columns.get(field, ())[: None if field == "code" else 1]
        }
        if mapping.email_correction >= 0:
            used.discard(mapping.first("email"))
            used.add(mapping.email_correction)
        places, names = [], []
        seen: Counter[str] = Counter()
        for place, heading in enumerate(self.table.headings):
            shown = heading or f"Column {place + 1}"
            seen[shown] += 1
            if place not in used:
                places.append(place)
                names.append(shown if seen[shown] == 1 else f"{shown} ({seen[shown]})")
        return places, names

    # identity

    def _identities(self, scannable: Scannable, names: list[str], mails: list[str]) -> list[str]:
        """Identity per row, before duplicates are looked at; empty when the row holds nobody."""
        none = self._empty()
        ids = scannable.ticket_ids or none
        orders = scannable.orders or none
        keys = scannable.keys
        if ids is not none and "" not in ids:
            return [f"ticket:{value}" for value in ids]
        if (
            scannable.positions
            and ids is none
            and "" not in orders
            and "" not in scannable.positions
        ):
            return [f"order:{o}-{p}" for o, p in zip(orders, scannable.positions, strict=True)]
        if ids is none and not scannable.positions and "" not in keys:
            return [f"code:{key}" for key in keys]
        weak = scannable.weak_ids if self._has_steady_ids() else none
        occurrence: Counter[str] = Counter()
        found = []
        for ticket, order, position, key, name, mail, number in zip(
            ids, orders, scannable.positions or none, keys, names, mails, weak, strict=True
        ):
            if ticket:
                found.append(f"ticket:{ticket}")
            elif order and position:
                found.append(f"order:{order}-{position}")
            elif key:
                found.append(f"code:{key}")
            elif order:
                base = f"order:{order}|{fold(name)}"
                occurrence[base] += 1
                found.append(f"{base}|{occurrence[base]}")
            elif mail:
                found.append(f"person:{fold(mail)}|{fold(name)}")
            elif name and number:
                found.append(f"number:{number}|{fold(name)}")
            elif name:
                base = fold(name)
                occurrence[base] += 1
                found.append(f"name:{base}|{occurrence[base]}")
            else:
                found.append("")
        return found

    def _without_add_ons(self, built: list[Registration]) -> list[Registration]:
        """Add-on products of pretix, noted on the ticket they were bought with."""
        owners = code_cells(self._raw("addon_to"))
        if not any(owners):
            return built
        places = {registration.identity: i for i, registration in enumerate(built)}
        gone = set()
        for i, (owner, add_on) in enumerate(zip(owners, list(built), strict=True)):
            place = places.get(f"order:{add_on.order_code}-{owner}") if owner else None
            if place is None or place == i:
                continue
            ticket = built[place]
            extra = (*ticket.extra, ("Add-on", add_on.ticket_type or "product"))
            built[place] = ticket._replace(extra=extra)
            gone.add(i)
        self.duplicates += len(gone)
        if gone:
            self.warnings.append(add_on_note(len(gone)))
        return [registration for i, registration in enumerate(built) if i not in gone]

    def _has_steady_ids(self) -> bool:
        """Whether the weak number is the source's (an `ID`), not a line count (`S.No`)."""
        places = self.mapping.columns.get("weak_id", [])
        return bool(places) and self.mapping.weights.get(places[-1], 0) >= 60

    def _unite(self, built: list[Registration]) -> list[Registration]:
        """Each identity once: repeats update the first row, other people keep the shared code."""
        identities = [registration[0] for registration in built]
        if "" not in identities and len(set(identities)) == len(identities):
            self._warn_shared(built)
            return built
        found: dict[str, Registration] = {}
        for registration in built:
            if not registration.identity:
                self.rejected.append(RejectedRow(registration.row, "no name, e-mail or code"))
                continue
            self._place(found, registration)
        united = list(found.values())
        self._warn_shared(united)
        return united

    def _place(self, found: dict[str, Registration], new: Registration) -> None:
        key = new.identity
        old = found.get(key)
        while old is not None:
            if old.name and new.name and fold(old.name) != fold(new.name):
                key = f"{new.identity}|{fold(new.name)}"
            elif old.codes and new.codes and not set(old.codes) & set(new.codes):
                key = f"{new.identity}|{new.codes[0]}"
            else:
                found[key] = _updated(old, new, self.mapping.platform.join_repeats)
                self.duplicates += 1
                return
            if key == old.identity:
                found[key] = _updated(old, new, self.mapping.platform.join_repeats)
                self.duplicates += 1
                return
            old = found.get(key)
        found[key] = new if key == new.identity else new._replace(identity=key)

    def _warn_shared(self, united: list[Registration]) -> None:
        first = [codes[0] for registration in united if (codes := registration.codes)]
        if len(set(first)) == len(first):
            return
        holders: dict[str, list[str]] = defaultdict(list)
        for registration in united:
            for code in registration.codes[:1]:
                holders[code].append(registration.name or "(no name)")
        shared = [(code, people) for code, people in holders.items() if len(people) > 1]
        code, people = shared[0]
        listed = ", ".join(people[:3])
        self.warnings.append(
            f"{len(shared):,} {'code is' if len(shared) == 1 else 'codes are'} on tickets of "
            f'more than one person, for instance "{code[:40]}" ({listed[:200]}): '
            "a scan will ask which one it is."
        )

    # rows that are no rows

    def _drop_summaries(self) -> None:
        """Leave out `Total` lines and footnotes at the end of the table."""
        table = self.table
        while table.count > 1 and self._is_summary(table.row(table.count - 1)):
            table.drop_last()

    def _is_summary(self, row: list[str]) -> bool:
        filled = [(i, cell.strip()) for i, cell in enumerate(row) if cell.strip()]
        if not filled or any("@" in cell for _, cell in filled):
            return False
        width = sum(1 for heading in self.table.headings if heading)
        if len(filled) > max(3, width // 2):
            return False
        named = {
            self.mapping.first(field) for field in ("name", "given_name", "family_name", "code")
        }
        place, cell = filled[0]
        if _TOTAL.fullmatch(cell):
            # somebody called Total has an e-mail, a ticket or a code beside the name
            numbers = all(not any(c.isalpha() for c in other) for _, other in filled[1:])
            return place not in named or numbers
        note = len(filled) == 1 and width >= 4 and " " in cell and place == 0
        letters = sum(char.isalpha() for char in cell)
        return note and place not in named and len(cell) > 12 and letters * 5 > len(cell) * 3


_CONSUMED = (
    "name",
    "given_name",
    "family_name",
    "email",
    "phone",
    "dial_code",
    "company",
    "ticket_type",
    "variation",
    "order_code",
    "position",
    "ticket_id",
    "code",
    "status",
    "quantity",
    "guests",
)


def _paired(heading: str, column: list[str], empty: frozenset[str]) -> list[tuple[str, str] | None]:
    """Cells as (heading, value), None for nothing."""
    sample = column[:1000]
    if len(set(sample)) * 2 > len(sample) and not empty:
        found = values.tidied(column, values.clean)
        return [(heading, value) if value else None for value in found]
    return list(map(_Pairs(heading, empty).__getitem__, column))


class _Pairs(dict[str, "tuple[str, str] | None"]):
    """Cells as (heading, value), None for nothing; equal cells share one pair."""

    def __init__(self, heading: str, empty: frozenset[str]) -> None:
        super().__init__({"": None})
        self._heading = heading
        self._empty = empty

    def __missing__(self, cell: str) -> tuple[str, str] | None:
        value = cell.strip() if cell.isascii() else values.clean(cell)
        pair = (self._heading, value) if value and value not in self._empty else None
        self[cell] = pair
        return pair


def add_on_note(number: int) -> str:
    """The report's sentence about products that admit nobody."""
    if number == 1:
        return "1 add-on product, which admits nobody, was noted on the ticket it came with."
    return (
        f"{number:,} add-on products, which admit nobody, were noted on the tickets they came with."
    )


def _ticket_per_row(counts: list[int], orders: list[str]) -> list[int]:
    """Counts without those of an order whose every ticket has a row of its own."""
    if max(counts, default=1) <= 1:
        return counts
    rows = Counter(orders)
    return [
        1 if count > 1 and order and rows[order] >= count else count
        for count, order in zip(counts, orders, strict=True)
    ]


def _updated(old: Registration, new: Registration, join: bool) -> Registration:
    """The first row with what a later row of the same ticket says anew."""
    changes = {
        field: value
        for field, value in new._asdict().items()
        if value
        and field not in ("identity", "row", "extra", "codes", "weak_codes", "heads", "status")
    }
    if new.status_word or not old.status_word:
        changes["status"] = new.status
    changes["heads"] = max(old.heads, new.heads)
    changes["codes"] = tuple(dict.fromkeys(old.codes + new.codes))
    changes["weak_codes"] = tuple(dict.fromkeys(old.weak_codes + new.weak_codes))
    extra = dict(old.extra)
    for heading, value in new.extra:
        known = extra.get(heading, "")
        if join and known and value not in known.split("; "):
            value = f"{known}; {value}"
        elif join and known:
            value = known
        extra[heading] = value
    changes["extra"] = tuple(extra.items())
    return old._replace(**changes)
