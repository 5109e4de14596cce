"""What desks say to each other, as bytes. Whatever comes in is looked at before it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.log.events import InvalidJson, json_bytes, parsed
from kiosk.domain.log.merge import MAX_SEQ
from kiosk.domain.sharing.pairing import Address, parse_address

FORMAT = 1
"""Raised when desks of this and the older kind must not talk."""
MAX_LOGS = 5_000
MAX_DESKS = 200
MAX_ADDRESSES = 8
MAX_TOLD_BYTES = 2 * 1024 * 1024
"""Of a head, and of rows that were not asked for: larger ones are fetched, not poured over."""
ROWS_A_REPLY = 500
BYTES_A_REPLY = 512 * 1024
REPLIES_AN_ASK = 40
"""So that an answer never fills either desk's memory; the rest is asked for again."""

HeadHashes = Mapping[str, tuple[int, str]]


class InvalidMessage(ValueError):
    """Not a message of a desk."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a desk is."""

    node: str
    """The running program, another after each start."""
    log_id: str
    """The log that it writes."""
    desk: str
    now_ms: int
    """Its clock."""
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Log to last number and the beginning of that row's hash."""
    addresses: tuple[Address, ...] = ()
    hears: dict[str, tuple[Address, ...]] = field(default_factory=dict)
    """The desks that it hears itself, by their logs, and where they listen."""

    @property
    def seqs(self) -> dict[str, int]:
        """Log to last number."""
        return {log_id: seq for log_id, (seq, _) in self.heads.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows that were asked for."""

    rows: list[Any]
    forks: list[tuple[str, int]]
    more: bool
    """Not all that the other desk has: ask again."""


def write_head(head: Head) -> bytes:
    """A head as bytes."""
    return json_bytes(
        {
            "format": FORMAT,
            "node": head.node,
            "log": head.log_id,
            "desk": head.desk,
            "now": head.now_ms,
            "heads": head.heads,
            "at": [str(address) for address in head.addresses],
            "hears": {log: [str(address) for address in at] for log, at in head.hears.items()},
        }
    )


def read_head(data: bytes) -> Head:
    """A head of another desk.

    Raises:
        Nonsense: it is none.
    """
    message = _object(_told(data))
    try:
        if message["format"] != FORMAT:
            raise InvalidMessage("another format")
        return Head(
            _short(message["node"]),
            _short(message["log"]),
            _short(message["desk"]),
            _number(message["now"]),
            read_heads(message["heads"]),
            _addresses(message["at"]),
            _read_hears(message.get("hears", {})),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidMessage from error


def _addresses(value: Any) -> tuple[Address, ...]:
    return tuple(parse_address(_short(text)) for text in value[:MAX_ADDRESSES])


def _read_hears(value: Any) -> dict[str, tuple[Address, ...]]:
    if not isinstance(value, dict) or len(value) > MAX_DESKS:
        raise InvalidMessage
    return {_short(log): _addresses(at) for log, at in value.items()}


def read_heads(value: Any) -> dict[str, tuple[int, str]]:
    """The map of logs in a message.

    Raises:
        Nonsense: it is none.
    """
    if not isinstance(value, dict) or len(value) > MAX_LOGS:
        raise InvalidMessage
    heads = {}
    for log_id, pair in value.items():
        if not isinstance(pair, list) or len(pair) != 2:
            raise InvalidMessage
        heads[_short(log_id)] = (_number(pair[0]), _short(pair[1]))
    return heads


def head_of(row: Sequence[Any]) -> tuple[int, str]:
    """Number and beginning of the hash of a row of the log, as heads have them."""
    return row[1], row[6][:8].hex()


def write_rows(rows: Sequence[Any]) -> bytes:
    """Rows that were just written."""
    return json_bytes({"rows": rows})


def write_ask(heads: HeadHashes) -> bytes:
    """What a desk has, so that it gets the rest."""
    return json_bytes({"heads": heads})


def read_ask(data: bytes) -> dict[str, tuple[int, str]]:
    """What another desk has."""
    return read_heads(_object(data).get("heads"))


def write_answer(answer: Answer) -> bytes:
    """An answer as bytes."""
    return json_bytes({"rows": answer.rows, "forks": answer.forks, "more": answer.more})


def read_live(data: bytes) -> Answer:
    """Rows that another desk has just written.

    Raises:
        Nonsense: they are none.
    """
    return read_answer(_told(data))


def _told(data: bytes) -> bytes:
    """Looked at before it is parsed: meanwhile a scan would wait."""
    if len(data) > MAX_TOLD_BYTES:
        raise InvalidMessage("more than a desk tells at once")
    return data


def read_answer(data: bytes) -> Answer:
    """Rows of another desk, live or asked for; each row is still to be looked at.

    Raises:
        Nonsense: it is none.
    """
    message = _object(data)
    rows, forks = message.get("rows"), message.get("forks", [])
    if not isinstance(rows, list) or not isinstance(forks, list):
        raise InvalidMessage
    try:
        pairs = [(_short(log_id), _number(seq)) for log_id, seq in forks[:MAX_LOGS]]
    except (TypeError, ValueError) as error:
        raise InvalidMessage from error
    return Answer(rows, pairs, message.get("more") is True)


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = parsed(data)
    except InvalidJson as error:
        raise InvalidMessage from error
    if not isinstance(value, dict):
        raise InvalidMessage
    return value


def _short(value: Any) -> str:
    if type(value) is not str or len(value) > 100:
        raise InvalidMessage
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_SEQ:
        raise InvalidMessage
    return value
