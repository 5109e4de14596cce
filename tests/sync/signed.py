"""A member of the event that says anything, with a signed log."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from kiosk.domain.log.events import LogEvent, event_hash
from kiosk.storage.replication.seals import LogKey, Place, Seal
from kiosk.sync import wire

NODE = "hostile"
_NUMBERS = count(1)


def made_row(log_id: str, seq: int, body: str, hlc: int = 1 << 16, kind: str = "bind") -> list[Any]:
    """A row with a right hash."""
    event = LogEvent(log_id, seq, hlc, kind, "", body)
    return [*event, event_hash(event).hex()]


class SignedLog:
    """A log with its key."""

    def __init__(self, number: int = 1) -> None:
        self.key = LogKey(number.to_bytes(32, "big"))
        self.log_id = self.key.log_id

    def row(self, seq: int, body: str, hlc: int = 1 << 16) -> list[Any]:
        """A row of this log."""
        return made_row(self.log_id, seq, body, hlc)

    def seal(self, rows: Sequence[Sequence[Any]]) -> Seal:
        """The signature of rows that begin with number 1."""
        place = Place()
        for row in rows:
            place = place.after(bytes.fromhex(row[6]))
        return self.key.seal(place)

    def head(
        self, heads: dict[str, tuple[int, str]], *, name: str = "H", node: str = NODE, now: int = 0
    ) -> bytes:
        """The head of a session that owns this log."""
        number = next(_NUMBERS)
        head = wire.Head(node, self.log_id, name, now, heads, logs=len(heads), number=number)
        return wire.write_head(head, self.key)
