"""Encode and decode the messages between desks. Every received message is checked."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

from kiosk.domain.log.events import InvalidJson, json_bytes, parsed
from kiosk.domain.log.merge import MAX_SEQ
from kiosk.domain.sharing.pairing import Address, parse_address
from kiosk.storage.replication.desk_logs import MAX_ROOTS
from kiosk.storage.replication.seals import LogKey, Seal, is_signature, log_id_of

FORMAT = 5
"""Raised when older desks must not understand newer ones."""
LOGS_A_MESSAGE = 250
"""Logs in one head or request; more are sent in parts."""
MAX_DESKS = 200
MAX_ADDRESSES = 8
MAX_UNREQUESTED_BYTES = 2 * 1024 * 1024
"""Limit for heads and for rows that were not requested; larger sets of rows are fetched."""
ROWS_A_REPLY = 500
BYTES_A_REPLY = 512 * 1024
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
_ZLIB = b"\x78"
"""The first byte of compressed data (RFC 1950, 32 KB window); JSON begins with a brace."""
REPLIES_AN_ASK = 40
"""Keeps an answer small in both desks' memory; the rest needs another request."""

HeadHashes = Mapping[str, tuple[int, str]]


class InvalidMessage(ValueError):
    """The bytes are no message of a desk."""


class OtherVersion(InvalidMessage):
    """A head of a desk with another version of the messages."""

    def __init__(self, head: Head) -> None:
        super().__init__("another format")
        self.head = head


@dataclass(frozen=True, slots=True)
class Head:
    """How far a desk is, as it announces it."""

    node: str
    """Id of the running session."""
    log_id: str
    """Id of the log that it writes."""
    desk: str
    now_ms: int
    """Its clock in ms UTC."""
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Log id to last number and the start of that row's hash: those of this part."""
    addresses: tuple[Address, ...] = ()
    hears: dict[str, tuple[Address, ...]] = field(default_factory=dict)
    """Log ids of the desks that it hears, with their addresses."""
    version: str = ""
    """The version of its program."""
    is_joining: bool = False
    """It is the program that joins; the desk is not open yet."""
    logs: int = 0
    """Number of logs that the desk has, in all parts of its head."""
    roots: tuple[str, ...] = ()
    """The logs of the desks that shared the event first, as far as it knows."""
    number: int = 0
    """Each head of a log has a greater one: an earlier head that comes again is ignored."""
    is_proven: bool = False
    """A received head is signed with the key of the log that it names."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Requested rows."""

    rows: list[Any]
    forks: list[tuple[str, int]]
    more: bool
    """The other desk has more: send another request."""
    seals: Sequence[Seal] = ()
    """The signatures of the logs of the rows."""


def _head_text(fields: dict[str, Any]) -> bytes:
    """What a desk signs: all of its head."""
    return b"kiosk head 2" + json_bytes(fields)


def write_head(head: Head, key: LogKey | None = None) -> bytes:
    """Encode a head, signed with the key of its log; None: the log is unsigned."""
    fields = {
        "format": FORMAT,
        "version": head.version,
        "node": head.node,
        "log": head.log_id,
        "desk": head.desk,
        "joining": head.is_joining,
        "key": key.public.hex() if key is not None else "",
        "now": head.now_ms,
        "number": head.number,
        "heads": head.heads,
        "logs": head.logs,
        "roots": head.roots,
        "at": [str(address) for address in head.addresses],
        "hears": {log: [str(address) for address in at] for log, at in head.hears.items()},
    }
    proof = key.sign(_head_text(fields)) if key is not None else b""
    return json_bytes({**fields, "proof": proof.hex()})


def _is_proven(fields: dict[str, Any], proof: str) -> bool:
    """Whether a head without its signature is signed by the log that it names."""
    key = bytes.fromhex(_short(fields.get("key", "")))
    return log_id_of(key) == fields["log"] and is_signature(
        key, bytes.fromhex(proof), _head_text(fields)
    )


def read_head(data: bytes) -> Head:
    """Decode a head of another desk.

    Raises:
        OtherVersion: the desk has another version; its names are known.
        InvalidMessage: it is none.
    """
    message = _object(_within_limit(data))
    try:
        if message["format"] != FORMAT:
            raise OtherVersion(_names(message))
        proof = _long(message.pop("proof", ""))
        return Head(
            _short(message["node"]),
            _short(message["log"]),
            _short(message["desk"]),
            _number(message["now"]),
            read_heads(message["heads"]),
            _addresses(message["at"]),
            _read_hears(message.get("hears", {})),
            _short(message.get("version", "")),
            message.get("joining") is True,
            _number(message["logs"]),
            tuple(map(_short, message["roots"][:MAX_ROOTS])),
            _number(message["number"]),
            _is_proven(message, proof),
        )
    except OtherVersion:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidMessage from error


def _names(message: dict[str, Any]) -> Head:
    """What a head of any version says: its node, log, desk and version."""
    node, log_id, desk = (_short(message.get(key, "")) for key in ("node", "log", "desk"))
    return Head(node, log_id, desk, 0, version=_short(message.get("version", "")))


def _addresses(value: Any) -> tuple[Address, ...]:
    return tuple(_address(_short(text)) for text in value[:MAX_ADDRESSES])


_address = lru_cache(maxsize=4096)(parse_address)
"""Remembered, because each head repeats the addresses of all desks."""


def _read_hears(value: Any) -> dict[str, tuple[Address, ...]]:
    if not isinstance(value, dict) or len(value) > MAX_DESKS:
        raise InvalidMessage
    return {_short(log): _addresses(at) for log, at in value.items()}


def read_heads(value: Any) -> dict[str, tuple[int, str]]:
    """Decode the map of log heads in a message.

    Raises:
        InvalidMessage: it is none.
    """
    if not isinstance(value, dict) or len(value) > LOGS_A_MESSAGE:
        raise InvalidMessage
    heads = {}
    for log_id, pair in value.items():
        if not isinstance(pair, list) or len(pair) != 2:
            raise InvalidMessage
        heads[_short(log_id)] = (_number(pair[0]), _short(pair[1]))
    return heads


def head_of(row: Sequence[Any]) -> tuple[int, str]:
    """Number and start of the hash of a row, in the form that heads use."""
    return row[1], row[6][:8].hex()


@dataclass(frozen=True, slots=True)
class Notice:
    """The last message to desks that still use the old code."""

    log_id: str
    """The log of the desk that made the new code."""
    desk: str
    at_ms: int
    key: bytes = b""
    proof: bytes = b""
    """The signature of `notice_proof` with the key of the log."""

    def is_proven(self, network: str) -> bool:
        """Whether the desk that owns the log says so, to desks with the code of this network."""
        return log_id_of(self.key) == self.log_id and is_signature(
            self.key, self.proof, notice_proof(network, self.desk, self.at_ms)
        )


def notice_proof(network: str, desk: str, at_ms: int) -> bytes:
    """The text that a desk signs when it replaces the code of a network."""
    return f"kiosk notice 2 {network} {at_ms} {desk}".encode()


def write_notice(notice: Notice) -> bytes:
    """Encode the notice of a new code."""
    return json_bytes(
        {
            "log": notice.log_id,
            "desk": notice.desk,
            "at": notice.at_ms,
            "key": notice.key.hex(),
            "proof": notice.proof.hex(),
        }
    )


def read_notice(data: bytes) -> Notice:
    """Decode the notice of a new code.

    Raises:
        InvalidMessage: it is none.
    """
    message = _object(_within_limit(data))
    try:
        return Notice(
            _short(message["log"]),
            _short(message["desk"]),
            _number(message["at"]),
            bytes.fromhex(_short(message["key"])),
            bytes.fromhex(_long(message["proof"])),
        )
    except (KeyError, ValueError) as error:
        raise InvalidMessage from error


def write_rows(rows: Sequence[Any], seals: Sequence[Seal] = ()) -> bytes:
    """Encode rows that were just written."""
    return json_bytes({"rows": rows, "seals": write_seals(seals)})


def write_seals(seals: Sequence[Seal]) -> list[list[Any]]:
    """Seals as JSON."""
    return [[one.log_id, one.seq, one.key.hex(), one.signature.hex()] for one in seals]


def read_seals(value: Any) -> list[Seal]:
    """Decode seals; those that are none are left out."""
    seals = []
    for one in value if isinstance(value, list) else ():
        match one:
            case [str(log_id), int(seq), str(key), str(signature)]:
                with suppress(ValueError):
                    seals.append(Seal(log_id, seq, bytes.fromhex(key), bytes.fromhex(signature)))
    return seals


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for the rows of some logs."""

    heads: HeadHashes
    """The logs, and how far the asking desk has them; `(0, "")`: nothing."""
    bytes_a_reply: int = BYTES_A_REPLY
    is_packed: bool = False
    """The replies are to be compressed, for a slow link."""
    replies: int = REPLIES_AN_ASK
    """The most replies that are wanted."""
    number: str = ""
    """Random; the asked desk signs it with each reply."""


def write_ask(ask: Ask) -> bytes:
    """Encode a request."""
    return json_bytes(
        {
            "heads": ask.heads,
            "bytes": ask.bytes_a_reply,
            "packed": ask.is_packed,
            "replies": ask.replies,
            "number": ask.number,
        }
    )


def read_ask(data: bytes) -> Ask:
    """Decode a request.

    Raises:
        InvalidMessage: it is none.
    """
    message = _object(data)
    size = min(_number(message.get("bytes", BYTES_A_REPLY)), BYTES_A_REPLY)
    replies = min(_number(message.get("replies", REPLIES_AN_ASK)), REPLIES_AN_ASK)
    heads, is_packed = read_heads(message.get("heads")), message.get("packed") is True
    return Ask(heads, size, is_packed, replies, _short(message.get("number", "")))


def write_answer(answer: Answer, *, is_packed: bool = False) -> bytes:
    """Encode an answer."""
    data = json_bytes(
        {
            "rows": answer.rows,
            "forks": answer.forks,
            "more": answer.more,
            "seals": write_seals(answer.seals),
        }
    )
    return zlib.compress(data, 6) if is_packed else data


_KEY_BYTES, _SIGNED_BYTES = 32, 96


def _reply_text(number: str, data: bytes) -> bytes:
    return b"kiosk reply 1" + number.encode() + sha256(data).digest()


def sign_reply(data: bytes, number: str, key: LogKey) -> bytes:
    """A part of an answer, signed by the desk that was asked: any member can send replies."""
    return key.public + key.sign(_reply_text(number, data)) + data


def signed_reply(data: bytes, number: str, log_id: str) -> bytes | None:
    """The part of an answer without its signature; None: the asked desk did not send it."""
    key, proof, data = data[:_KEY_BYTES], data[_KEY_BYTES:_SIGNED_BYTES], data[_SIGNED_BYTES:]
    is_theirs = log_id_of(key) == log_id and is_signature(key, proof, _reply_text(number, data))
    return data if is_theirs else None


def read_live(data: bytes) -> Answer:
    """Decode rows that another desk has just written.

    Raises:
        InvalidMessage: it is none.
    """
    return read_answer(_within_limit(data))


def _within_limit(data: bytes) -> bytes:
    """Check the size before parsing, which would delay scans."""
    if len(data) > MAX_UNREQUESTED_BYTES:
        raise InvalidMessage("larger than a desk may send without a request")
    return data


def read_answer(data: bytes) -> Answer:
    """Decode live or requested rows; the rows themselves are not checked yet.

    Raises:
        InvalidMessage: it is none.
    """
    try:  # rows that are nested too deep are set aside later, so the depth is not counted here
        message = _ANY_OBJECT.decode(_unpacked(data))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidMessage from error
    rows, forks = message.get("rows"), message.get("forks", [])
    if not isinstance(rows, list) or not isinstance(forks, list):
        raise InvalidMessage
    try:
        pairs = [(_short(log_id), _number(seq)) for log_id, seq in forks[:LOGS_A_MESSAGE]]
    except (TypeError, ValueError) as error:
        raise InvalidMessage from error
    return Answer(rows, pairs, message.get("more") is True, read_seals(message.get("seals")))


_ANY_OBJECT = msgspec.json.Decoder(dict[str, Any])


def _unpacked(data: bytes) -> bytes:
    """A message that may be compressed."""
    if data[:1] != _ZLIB:
        return data
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(data, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise InvalidMessage from error
    if not unpacker.eof:
        raise InvalidMessage("larger than any answer")
    return unpacked


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


def _long(value: Any) -> str:
    if type(value) is not str or len(value) > 200:
        raise InvalidMessage
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_SEQ:
        raise InvalidMessage
    return value
