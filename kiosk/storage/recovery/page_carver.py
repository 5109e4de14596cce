"""Read log rows from a damaged file page by page, even where SQLite cannot.

SQLite stops reading a table when a page on the way to its rows is corrupt. Here every page is read
directly, and each row is accepted by its own hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.log.events import LogEvent, event_hash
from kiosk.storage.file.copy import wal_of

_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR = 0x0D, 0x0A, 0x02
_LOG_ID = re.compile(rb"[0-9a-f]{32}")
_PAGE_SIZES = (4096, 1024, 2048, 8192, 16384, 32768, 65536, 512)
_WAL_MAGIC = (0x377F0682, 0x377F0683)
_WAL_HEADER, _FRAME_HEADER = 32, 24
_EVENT_COLUMNS = 7
_MAX_BODY = 1 << 28
"""A longer body is a length read from garbage."""


@dataclass(slots=True)
class Readable:
    """The readable part of the log."""

    events: dict[tuple[str, int], LogEvent] = field(default_factory=dict)
    """(log, number) to the event, each with a correct hash."""
    corrupt: set[tuple[str, int]] = field(default_factory=set)
    """(log, number) of rows with a wrong hash."""
    last_seq: dict[str, int] = field(default_factory=dict)
    """Each log to the highest number in the entries of the primary key."""

    @property
    def lost(self) -> int:
        """Events that are lost, as far as the numbers show."""
        highest = dict(self.last_seq)
        for log_id, seq in self.events:
            highest[log_id] = max(seq, highest.get(log_id, 0))
        beyond = sum(seq > highest.get(log_id, 0) for log_id, seq in self.corrupt)
        return sum(highest.values()) - len(self.events) + beyond


def readable_log(path: Path) -> Readable:
    """All events with a correct hash in a file and its write-ahead log.

    Raises:
        OSError: the disk cannot read the file at all.
    """
    data = path.read_bytes()
    try:
        wal = wal_of(path).read_bytes()
    except OSError:
        wal = b""
    if not _LOG_ID.search(data) and not _LOG_ID.search(wal):
        return Readable()
    best = Readable()
    for size in _page_sizes(data, wal):
        found = _Pages(data, wal, size).read()
        if len(found.events) > len(best.events):
            best = found
        if best.events:
            break
    return best


def _page_sizes(data: bytes, wal: bytes) -> list[int]:
    """Page sizes to try: first those in the headers."""
    sizes = [int.from_bytes(data[16:18], "big"), int.from_bytes(wal[8:12], "big")]
    sizes = [65536 if size == 1 else size for size in sizes]
    return list(dict.fromkeys([size for size in sizes if size in _PAGE_SIZES] + [*_PAGE_SIZES]))


class _InvalidRecord(Exception):
    """A record that makes no sense."""


class _Pages:
    """The pages of a file at one page size, newest version first."""

    def __init__(self, data: bytes, wal: bytes, size: int) -> None:
        self._data = data
        self._size = size
        self._newer = _wal_pages(wal, size)
        self._found = Readable()

    def read(self) -> Readable:
        """Read all pages, those of the write-ahead log too."""
        for versions in self._newer.values():
            for page in versions:
                self._look(page, 0)
        for start in range(0, len(self._data), self._size):
            self._look(self._data[start : start + self._size], 100 if start == 0 else 0)
        return self._found

    def _look(self, page: bytes, at: int) -> None:
        kind = page[at] if len(page) > at + 8 else 0
        if kind == _TABLE_LEAF:
            for cell in _cells(page, at, 8):
                self._table_cell(page, cell)
        elif kind in (_INDEX_LEAF, _INDEX_INTERIOR):
            for cell in _cells(page, at, 8 if kind == _INDEX_LEAF else 12):
                self._index_cell(page, cell if kind == _INDEX_LEAF else cell + 4)

    def _table_cell(self, page: bytes, cell: int) -> None:
        try:
            length, at = _varint(page, cell)
            _, at = _varint(page, at)
            types, content = _record_header(page, at, length)
            if len(types) != _EVENT_COLUMNS or types[0] != 77 or types[6] != 76:
                return  # 77: a text of 32 bytes, 76: a blob of 32; no event
            log_id, seq = _key(page, content, types)
            self._event(page, at, length, types, content - at, log_id, seq)
        except (_InvalidRecord, IndexError):
            return

    def _event(
        self,
        page: bytes,
        at: int,
        length: int,
        types: list[int],
        header: int,
        log_id: str,
        seq: int,
    ) -> None:
        if seq < 1 or length > _MAX_BODY:
            return
        for payload in self._payloads(page, at, length):
            event = _verified(payload, types, header)
            if event and (event.log_id, event.seq) == (log_id, seq):
                self._found.events[log_id, seq] = event
                return
        if seq < 1 << 40:
            self._found.corrupt.add((log_id, seq))

    def _index_cell(self, page: bytes, cell: int) -> None:
        """Note an entry of the primary key: (log, number, row)."""
        try:
            length, at = _varint(page, cell)
            types, content = _record_header(page, at, length)
            if len(types) != 3 or types[0] != 77 or length > 64:
                return
            log_id, seq = _key(page, content, types)
            if 0 < seq < 1 << 40:
                last = self._found.last_seq
                last[log_id] = max(seq, last.get(log_id, 0))
        except (_InvalidRecord, IndexError):
            return

    def _payloads(self, page: bytes, at: int, length: int) -> Iterator[bytes]:
        """The record of a cell with its overflow pages, in each version that the pages allow.

        Source: section 1.6, "Cell Payload Overflow Pages", for how much stays on the page.
        """
        usable = self._size  # no event file reserves bytes at the end of its pages
        most, least = usable - 35, (usable - 12) * 32 // 255 - 23
        if length <= most:
            yield page[at : at + length]
            return
        kept = least + (length - least) % (usable - 4)
        kept = kept if kept <= most else least
        first = int.from_bytes(page[at + kept : at + kept + 4], "big")
        start = page[at : at + kept]
        for newest in (True, False) if self._newer else (False,):
            parts, number, missing, seen = [start], first, length - kept, 0
            while missing > 0 and number and seen <= length // (usable - 4) + 1:
                overflow = self._page(number, newest=newest)
                parts.append(overflow[4 : 4 + min(missing, usable - 4)])
                missing -= usable - 4
                number = int.from_bytes(overflow[:4], "big")
                seen += 1
            yield b"".join(parts)

    def _page(self, number: int, *, newest: bool) -> bytes:
        if newest and number in self._newer:
            return self._newer[number][0]
        return self._data[(number - 1) * self._size : number * self._size]


def _wal_pages(wal: bytes, size: int) -> dict[int, list[bytes]]:
    """Page number to its versions in a write-ahead log, newest first; committed ones only.

    Frames after the last commit belong to a transaction that was rolled back, and frames with other
    salts to an earlier log: they do not count.
    """
    if int.from_bytes(wal[:4], "big") not in _WAL_MAGIC:
        return {}
    frames: list[tuple[int, bytes]] = []
    committed = 0
    step = _FRAME_HEADER + size
    for start in range(_WAL_HEADER, len(wal) - step + 1, step):
        if wal[start + 8 : start + 16] != wal[16:24]:
            break
        page = wal[start + _FRAME_HEADER : start + step]
        frames.append((int.from_bytes(wal[start : start + 4], "big"), page))
        if any(wal[start + 4 : start + 8]):
            committed = len(frames)
    pages: dict[int, list[bytes]] = {}
    for number, page in reversed(frames[:committed]):
        pages.setdefault(number, []).append(page)
    return pages


def _cells(page: bytes, at: int, header: int) -> Iterator[int]:
    """Where the cells of a page begin."""
    count = int.from_bytes(page[at + 3 : at + 5], "big")
    first = at + header
    for number in range(min(count, (len(page) - first) // 2)):
        cell = int.from_bytes(page[first + 2 * number : first + 2 * number + 2], "big")
        if first <= cell < len(page):
            yield cell


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends."""
    value = 0
    for number in range(8):
        byte = data[at + number]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + number + 1
    return value << 8 | data[at + 8], at + 9


def _record_header(page: bytes, at: int, length: int) -> tuple[list[int], int]:
    """The serial types of a record's columns, and where its content begins."""
    size, position = _varint(page, at)
    end = at + size
    if not 2 <= size <= min(length, 64) or end > len(page):
        raise _InvalidRecord
    types = []
    while position < end:
        kind, position = _varint(page, position)
        types.append(kind)
    if position != end:
        raise _InvalidRecord
    return types, end


def _key(page: bytes, content: int, types: list[int]) -> tuple[str, int]:
    """The log and the number with which the content of a record begins."""
    log_id = page[content : content + 32]
    if not _LOG_ID.fullmatch(log_id):
        raise _InvalidRecord
    at_seq = content + 32
    seq = int.from_bytes(page[at_seq : at_seq + _size_of(types[1])], "big", signed=True)
    return log_id.decode("ascii"), _integer(types[1], seq)


_INTEGER_SIZES = (0, 1, 2, 3, 4, 6, 8)


def _size_of(kind: int) -> int:
    """Bytes of a column of this serial type."""
    if kind >= 12:
        return (kind - 12) // 2
    if kind < len(_INTEGER_SIZES):
        return _INTEGER_SIZES[kind]
    if kind in (8, 9):
        return 0
    raise _InvalidRecord


def _integer(kind: int, value: int) -> int:
    """The integer of a serial type: 8 and 9 are the numbers 0 and 1 themselves."""
    return kind - 8 if kind in (8, 9) else value


def _verified(payload: bytes, types: list[int], header: int) -> LogEvent | None:
    """The event in a record, if its hash is correct."""
    values: list[bytes] = []
    at = header
    for kind in types:
        size = _size_of(kind)
        values.append(payload[at : at + size])
        at += size
    if at != len(payload):
        return None
    numbers = [_integer(types[n], int.from_bytes(values[n], "big", signed=True)) for n in (1, 2)]
    try:
        texts = [values[n].decode("utf-8") for n in (0, 3, 4, 5)]
    except UnicodeDecodeError:
        return None
    event = LogEvent(texts[0], numbers[0], numbers[1], *texts[1:])
    return event if event_hash(event) == values[6] else None
