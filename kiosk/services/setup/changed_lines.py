"""Recognise unchanged lines of a newer file by their hashes, so that only the others are read.

This is for plain files: a line for each person, each with a number of the platform, and a report in
which no sentence depends on several rows. Every other file is read whole, and gives the same
report.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from kiosk.domain.log.ids import attendee_ids
from kiosk.domain.people.registration import Registration, RegistrationFile, TicketStatus
from kiosk.importers.reading import SourceFile
from kiosk.importers.understand.add_ons import is_product
from kiosk.storage.file.cache import kept_place, kept_value
from kiosk.storage.file.store import Store
from kiosk.storage.queries import imports as import_store
from kiosk.storage.queries.attendees import holders_of_codes
from kiosk.support.progress import Progress

CACHE_KEY = "lines of the last import"
_CONTEXT = 500
"""First lines that are read again, so that the columns are understood as in the whole file."""
_NUMBERED = ("ticket:", "code:", "order:")
_SEVERAL_ROWS = frozenset({"quantity", "addon_to"})
"""Fields by which one row changes another one."""
_STATUSES = tuple(TicketStatus)
_PLACES = {status.value: place for place, status in enumerate(_STATUSES)}
_ARRIVED = 8


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of people in a file, with the facts of each."""

    options: str
    """How the file was read."""
    head: bytes
    """All before the first person."""
    understood: Any
    """Platform, source and columns of the file."""
    marks: bytes
    """Of each line eight bytes of its hash."""
    ids: str
    """The attendee of each line."""
    kinds: bytes
    """Of each line the place of its status, and whether the source marks an arrival."""

    def pack(self) -> bytes:
        """The lines to store."""
        return msgspec.msgpack.encode(self)


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows of a newer file that must be compared, and those that did not change."""

    file: RegistrationFile
    """The rows to compare."""
    read: list[int]
    """The places of their lines."""
    old: Lines
    places: list[int | None]
    """For each line of the newer file its place in the older one, if it was there."""
    marks: bytes
    """Of each line of the newer file."""

    @property
    def _skipped(self) -> list[int]:
        """The places in the older file of unchanged lines that are not read."""
        read = set(self.read)
        return [place for i, place in enumerate(self.places) if place is not None and i not in read]

    @property
    def unchanged(self) -> frozenset[str]:
        """Attendees whose lines are unchanged and not read."""
        ids = self.old.ids.split("\n")
        return frozenset([ids[place] for place in self._skipped])

    def counts(self) -> tuple[Counter[TicketStatus], int]:
        """How many of them have each status, and how many valid ones arrived at the source."""
        kinds = Counter([self.old.kinds[place] for place in self._skipped])
        statuses: Counter[TicketStatus] = Counter()
        for kind, count in kinds.items():
            statuses[_STATUSES[kind % _ARRIVED]] += count
        return statuses, kinds[_STATUSES.index(TicketStatus.VALID) + _ARRIVED]

    def lines(self, ids: Sequence[str]) -> Lines:
        """All lines of the newer file, to store.

        Args:
            ids: the attendee of each row that was read.
        """
        before = self.old.ids.split("\n")
        rows = self.file.registrations
        now = {i: (person, _kind(row)) for i, person, row in zip(self.read, ids, rows, strict=True)}
        all_now = [
            now[i] if place is None or i in now else (before[place], self.old.kinds[place])
            for i, place in enumerate(self.places)
        ]
        old = self.old
        return Lines(
            old.options,
            old.head,
            old.understood,
            self.marks,
            "\n".join([person for person, _ in all_now]),
            bytes([kind for _, kind in all_now]),
        )


def split_lines(raw: bytes) -> list[bytes] | None:
    """The lines of a text file; None where a line may be less or more than a row."""
    if b"\0" in raw or raw.count(b"\r") not in (0, raw.count(b"\r\n")):
        return None
    lines = raw.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    has_quotes = b'"' in raw
    if has_quotes and any(line.count(b'"') % 2 for line in lines):
        return None
    return lines


def lines_of(
    file: RegistrationFile, ids: Sequence[str], lines: list[bytes] | None, options: str
) -> Lines | None:
    """The lines of a file that was read whole; None where it is not plain."""
    rows = file.registrations
    if lines is None or not _is_plain(file, len(lines)):
        return None
    start = rows[0].row - 1
    return Lines(
        options,
        b"\n".join(lines[:start]),
        _understood(file),
        _marks(lines[start:]),
        "\n".join(ids),
        bytes(map(_kind, rows)),
    )


def read_changes(
    store: Store, source: SourceFile, options: str, progress: Progress | None
) -> Changes | None:
    """Read only the changed lines of a newer file; None: it must be read whole.

    Raises:
        FileRefused: what is wrong with these lines.
    """
    old = _kept(store)
    lines = split_lines(source.raw) if old is not None else None
    if old is None or lines is None or old.options != options:
        return None
    start = old.head.count(b"\n") + 1
    if b"\n".join(lines[:start]) != old.head:
        return None
    marks = _marks(lines[start:])
    numbers, before = _numbers(marks), {m: i for i, m in enumerate(_numbers(old.marks))}
    ids = old.ids.split("\n")
    if not len(before) == len(ids) == len(old.kinds) or len(set(numbers)) < len(numbers):
        return None
    places = list(map(before.get, numbers))
    read = [i for i, place in enumerate(places) if place is None or i < _CONTEXT]
    if not read or len(read) > _CONTEXT + len(lines) // 4:
        return None
    some = [*lines[:start], *(lines[start + i] for i in read)]
    file = source.part(b"\n".join(some) + b"\n").registrations(progress)
    if not _is_plain(file, len(some)) or _understood(file) != old.understood:
        return None
    changes = Changes(file, read, old, places, marks)
    return None if _touches(store, file, changes.unchanged) else changes


def _touches(store: Store, file: RegistrationFile, unchanged: frozenset[str]) -> bool:
    """Whether a row that was read has the identity or the code of one that was not."""
    found = attendee_ids(file.platform, [row.identity for row in file.registrations])
    codes = [code for row in file.registrations for code in row.codes[:1]]
    others = holders_of_codes(store.connection, codes)
    return not unchanged.isdisjoint(found) or not unchanged.isdisjoint(others)


def _kept(store: Store) -> Lines | None:
    """The lines of the newest import, if its rows are those of the event."""
    place = kept_place(store.connection, CACHE_KEY)
    if place is None or import_store.imported_since(store.connection, place):
        return None
    value = kept_value(store.connection, CACHE_KEY)
    try:
        return msgspec.msgpack.decode(value, type=Lines) if value else None
    except msgspec.MsgspecError:  # of another program
        return None


def _is_plain(file: RegistrationFile, lines: int) -> bool:
    rows = file.registrations
    if file.warnings or file.duplicates or file.rejected or not rows:
        return False
    if rows[-1].row != lines or not _SEVERAL_ROWS.isdisjoint(file.columns):
        return False
    if any(map(is_product, {row.ticket_type for row in rows})):
        return False  # it may belong to the ticket of another row
    return all(
        row.row == number
        and row.name
        and row.heads == 1
        and not row.guest_of
        and row.identity.startswith(_NUMBERED)
        and "|" not in row.identity
        for number, row in enumerate(rows, rows[0].row)
    )


def _understood(file: RegistrationFile) -> Any:
    columns = [[column["header"], column["field"]] for column in file.mapping]
    return [file.platform, file.source, file.columns, columns]


def _marks(lines: list[bytes]) -> bytes:
    return b"".join([blake2b(line, digest_size=8).digest() for line in lines])


def _numbers(marks: bytes) -> array[int]:
    numbers = array("Q")
    numbers.frombytes(marks)
    return numbers


def _kind(row: Registration) -> int:
    # looked up by its text, which takes a tenth of the time of a member
    return _PLACES[row.status._value_] + (_ARRIVED if row.arrived_at_source else 0)
