"""Turn rows into registrations: identity, duplicates, shared codes; every row is counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import repeat

from kiosk.domain.people.registration import Registration, RejectedRow
from kiosk.domain.text import counted
from kiosk.importers.read.tables import Table
from kiosk.importers.understand.add_ons import (
    add_on_note,
    attach_products,
    is_product,
    with_add_on,
)
from kiosk.importers.understand.admission_status import Entries
from kiosk.importers.understand.codes import Scannable, damaged_codes
from kiosk.importers.understand.fields import Fields, heads_of
from kiosk.importers.understand.mapping import Mapping
from kiosk.importers.understand.rows import drop_rows
from kiosk.importers.understand.same_ticket import TicketRows, number_namesakes
from kiosk.importers.understand.values import codes as code_cells
from kiosk.importers.understand.values import fold

_registration = partial(tuple.__new__, Registration)
"""`Registration._make` without a Python call for each row."""
_PART = 1000
"""Rows handled at a time: few enough to stay in the processor's cache."""


class People:
    """Reads the people of one table."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.table = table
        self.mapping = mapping
        self.rejected: list[RejectedRow] = []
        self.duplicates = 0
        self._occurrences: Counter[str] = Counter()
        self._namesakes: dict[str, str] = {}
        drop_rows(table, mapping)
        self.warnings: list[str] = [*table.warnings, *_several_events(table, mapping)]

    def registrations(
        self, progress: Callable[[int, int | None], None] | None
    ) -> list[Registration]:
        """All registrations in the file's order; sets `duplicates`, `rejected`, `warnings`."""
        table, mapping = self.table, self.mapping
        damaged = damaged_codes(table, mapping, self.warnings)
        order = mapping.first("order_code")
        orders = code_cells(table.columns[order]) if order >= 0 and self._parties() else []
        heads = heads_of(table, mapping, orders, self.warnings)
        fields, entries = Fields(table, mapping), Entries(table, mapping)
        built: list[Registration] = []
        nameless: list[int] = []
        for start in range(0, table.count, _PART):
            part = self._part(start)
            some = heads[start : start + _PART] if heads else None
            made = self._registered(part, fields, entries, damaged, some)
            nameless += [i for i, person in enumerate(made, start) if not person.name]
            built += made
            if progress is not None and start % 20_000 == 0:
                progress(start, table.count)
        self.warnings += fields.warnings() + entries.warnings()
        with_products, built = built, self._without_products(built)
        if len(built) < len(with_products):
            nameless = [i for i, person in enumerate(built) if not person.name]
        number_namesakes(built, (base for base, n in self._occurrences.items() if n > 1))
        self._name_hosts(built, nameless)
        self._warn_namesakes()
        return self._unite(self._without_add_ons(built))

    def _parties(self) -> bool:
        return self.mapping.first("quantity") >= 0 and self.mapping.platform.name != "kiosk"

    def _part(self, start: int) -> Table:
        """A thousand rows, few enough for the processor's cache."""
        end = start + _PART
        columns = [column[start:end] for column in self.table.columns]
        return replace(self.table, columns=columns, row_numbers=self.table.row_numbers[start:end])

    def _registered(
        self,
        part: Table,
        fields: Fields,
        entries: Entries,
        damaged: dict[int, frozenset[str]],
        heads: list[int] | None,
    ) -> list[Registration]:
        whole, given, family = fields.names(part)
        mails = fields.emails(part)
        scannable = Scannable(part, self.mapping, damaged)
        status, words, arrived = entries.of(part)
        buyers = fields.buyers(part) if "" in whole else []
        hosts = ["" if n else b for n, b in zip(whole, buyers, strict=True)] if buyers else []
        return list(
            map(
                _registration,
                zip(
                    self._identities(scannable, whole, mails),
                    whole,
                    given,
                    family,
                    mails,
                    fields.phones(part),
                    fields.text(part, "company"),
                    fields.ticket_types(part),
                    scannable.orders or repeat(""),
                    status,
                    words,
                    heads or repeat(1),
                    hosts or repeat(""),
                    scannable.strong,
                    scannable.weak,
                    arrived,
                    fields.extra(part),
                    part.row_numbers,
                    strict=False,
                ),
            )
        )

    @staticmethod
    def _name_hosts(built: list[Registration], nameless: list[int]) -> None:
        """The first named person of an order hosts its nameless tickets, if no buyer is known."""
        nameless = [i for i in nameless if built[i].order_code and not built[i].guest_of]
        wanted = {built[i].order_code for i in nameless}
        if not wanted:
            return
        named: dict[str, list[Registration]] = defaultdict(list)
        for person in built:
            if person.order_code in wanted and person.name:
                named[person.order_code].append(person)
        for i in nameless:
            hosts = named[built[i].order_code]
            first = min(hosts, key=_first_ticket, default=None)
            built[i] = built[i]._replace(guest_of=first.name if first else "")

    # identity

    def _identities(self, scannable: Scannable, names: list[str], mails: list[str]) -> list[str]:
        """The identity of each row, before duplicates are merged; empty without a person."""
        none = [""] * scannable.count
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
        occurrence = self._occurrences
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
                base = f"name:{fold(name)}"
                occurrence[base] += 1
                self._namesakes.setdefault(base, name)
                found.append(f"{base}|{occurrence[base]}")
            else:
                found.append("")
        return found

    def _without_add_ons(self, built: list[Registration]) -> list[Registration]:
        """The registrations, with pretix's add-on products noted on their tickets."""
        owners = self._add_on_owners()
        if not any(owners):
            return built
        places = {registration.identity: i for i, registration in enumerate(built)}
        attached = set()
        add_ons = [
            (row, i, owner) for i, (row, owner) in enumerate(zip(built, owners, strict=True))
        ]
        for add_on, i, owner in sorted(add_ons, key=lambda entry: _first_ticket(entry[0])):
            place = places.get(f"order:{add_on.order_code}-{owner}") if owner else None
            if place is None or place == i:
                continue
            name = add_on.ticket_type or "product"
            built[place] = with_add_on(built[place], name, add_on.codes, add_on.extra)
            attached.add(i)
        self._note_add_ons(len(attached))
        return [registration for i, registration in enumerate(built) if i not in attached]

    def _without_products(self, built: list[Registration]) -> list[Registration]:
        """The registrations, with the other items of a person's order noted on the ticket."""
        mapping, place = self.mapping, self.mapping.first("ticket_type")
        if (
            place < 0
            or not mapping.any("email")
            or mapping.any("addon_to")
            or mapping.platform.name == "kiosk"
        ):
            return built
        if not any(map(is_product, set(self.table.columns[place]))):
            return built
        found = attach_products(built)
        self._note_add_ons(len(built) - len(found))
        return found

    def _note_add_ons(self, number: int) -> None:
        self.duplicates += number
        if number:
            self.warnings.append(add_on_note(number))

    def _add_on_owners(self) -> list[str]:
        place = self.mapping.first("addon_to")
        return code_cells(self.table.columns[place]) if place >= 0 else []

    def _has_steady_ids(self) -> bool:
        """Whether the weak number is an id of the source, not a line count (`S.No`)."""
        places = self.mapping.places("weak_id")
        return bool(places) and self.mapping.weights.get(places[-1], 0) >= 60

    def _unite(self, built: list[Registration]) -> list[Registration]:
        """Unite the rows of each ticket; other people keep the shared code."""
        identities = [registration.identity for registration in built]
        if not identities:
            return built
        if "" not in identities and len(set(identities)) == len(identities):
            if not identities[0].startswith("code:") or self.rejected:
                self._warn_shared(built)
            return built
        stamp = self.mapping.first("timestamp")
        heading = self.table.headings[stamp] if stamp >= 0 else ""
        rows = TicketRows(self.mapping.platform.join_repeats, heading)
        united = rows.united(built)
        self.rejected += rows.rejected
        self.duplicates += rows.duplicates
        self._warn_shared(united)
        self.warnings += rows.warnings()
        return united

    def _warn_namesakes(self) -> None:
        """A sentence about names that repeat in a list with nothing else to tell people apart."""
        repeated = [base for base, times in self._occurrences.items() if times > 1]
        twice = [self._namesakes[base] for base in repeated if base in self._namesakes]
        if twice:
            listed = ", ".join(name[:40] for name in twice[:5])
            listed += f" and {len(twice) - 5:,} more" if len(twice) > 5 else ""
            names = counted(len(twice), "name is", "names are")
            self.warnings.append(
                f"{names} on the list more than once, without an e-mail address or a code "
                f"({listed}): each row is read as a person."
            )

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
            f"{counted(len(shared), 'code is', 'codes are')} on tickets of "
            f'more than one person, for instance "{code[:40]}" ({listed[:200]}): '
            "a scan asks which person it is."
        )


def _first_ticket(row: Registration) -> tuple[int, str, str]:
    """A key that sorts the tickets of an order by their number."""
    return len(row.identity), row.identity, row.name


def _several_events(table: Table, mapping: Mapping) -> list[str]:
    """A sentence if the file has tickets of more than one event."""
    for field in ("event_id", "event_name"):
        place = mapping.first(field)
        events = Counter(filter(None, map(str.strip, table.columns[place]))) if place >= 0 else {}
        if len(events) < 2:
            continue
        names = mapping.first("event_name")
        shown = Counter(filter(None, map(str.strip, table.columns[names if names >= 0 else place])))
        listed = ", ".join(
            f'"{event[:40]}" ({counted(rows, "row")})' for event, rows in shown.most_common(5)
        )
        return [
            f"The file has tickets of more than one event ({len(events)} events: {listed}), and "
            "all of them were read. To import only one, filter the list and import it again."
        ]
    return []
