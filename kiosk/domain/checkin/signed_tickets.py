"""Decode the signed codes of pretix tickets (`pretix_sig1`), which prove a sale without a list.

Format: `src/pretix/base/secrets.py` and `secretgenerators/pretix_sig1.proto` of pretix/pretix. The
base64 text of these bytes is written backwards: version 1, length of the payload and length of the
signature (two bytes each, big endian), payload (protobuf), Ed25519 signature over the payload. A
code is anyone's text: every length and number is checked before it is used.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

TICKET_KEYS = "ticket_keys"
"""The setting with the public keys of the event."""
MAX_SIGNED = 512
"""Characters of a signed code; those of pretix have about 130."""
KEY_BYTES = 32
MAX_KEYS = 10
_SIGNATURE_BYTES = 64
_HEAD_BYTES = 5
_VERSION = 1
_SEED, _ITEM, _VARIATION, _SUBEVENT, _VALID_FROM, _VALID_UNTIL = range(1, 7)
_VARINT, _FIXED64, _TEXT, _FIXED32 = 0, 1, 2, 5
"""Wire types of protobuf (protobuf.dev/programming-guides/encoding)."""
_MAX_ID = 2**63
_MAX_SECONDS = 250_000_000_000
"""A moment that is later limits no ticket: it is about the year 9,900."""
_KEY_INFO = bytes.fromhex("302a300506032b6570032100")
"""The beginning of an Ed25519 public key in DER (RFC 8410, section 4)."""


@dataclass(frozen=True, slots=True)
class SignedTicket:
    """The content of a signed code. Ids are those of the pretix event; 0: none."""

    seed: str
    """A random text; it makes every ticket different."""
    item: int
    variation: int = 0
    subevent: int = 0
    """The date of an event series."""
    valid_from_s: int | None = None
    """Seconds since 1970 (UTC); None: no limit."""
    valid_until_s: int | None = None


@dataclass(frozen=True, slots=True)
class SignedCode:
    """A code that has the form of a signed ticket; the signature is not checked yet."""

    code: str
    payload: bytes
    signature: bytes
    ticket: SignedTicket


def signed_code(code: str) -> SignedCode | None:
    """Read a code; None for one that no pretix event can have signed.

    A code has one spelling only: the same bytes in another base64 text are not accepted, so that
    a ticket cannot be shown twice as two codes.
    """
    if len(code) > MAX_SIGNED or not code.isascii():
        return None
    try:
        raw = base64.b64decode(code[::-1], validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) < _HEAD_BYTES or raw[0] != _VERSION or base64.b64encode(raw).decode() != code[::-1]:
        return None
    payload_end = _HEAD_BYTES + int.from_bytes(raw[1:3], "big")
    signature_bytes = int.from_bytes(raw[3:5], "big")
    if signature_bytes != _SIGNATURE_BYTES or len(raw) != payload_end + signature_bytes:
        return None
    payload = raw[_HEAD_BYTES:payload_end]
    ticket = decoded_ticket(payload)
    return SignedCode(code, payload, raw[payload_end:], ticket) if ticket else None


def decoded_ticket(payload: bytes) -> SignedTicket | None:
    """Decode the protobuf message of a ticket; None for bytes that are none.

    As protobuf has it, fields of a newer pretix are skipped, and the last of a repeated field
    counts.
    """
    try:
        fields = dict(_fields(payload))
        seed = fields.get(_SEED, b"")
        numbers = {number: value for number, value in fields.items() if isinstance(value, int)}
        known = {_ITEM, _VARIATION, _SUBEVENT, _VALID_FROM, _VALID_UNTIL} & fields.keys()
        if not isinstance(seed, bytes) or not known <= numbers.keys():
            return None
        item, variation, subevent = (numbers.get(n, 0) for n in (_ITEM, _VARIATION, _SUBEVENT))
        if not seed or not 0 < item < _MAX_ID or max(variation, subevent) >= _MAX_ID:
            return None
        moments = (_moment(numbers.get(_VALID_FROM)), _moment(numbers.get(_VALID_UNTIL)))
        return SignedTicket(seed.decode("utf-8"), item, variation, subevent, *moments)
    except ValueError:
        return None


def _moment(seconds: int | None) -> int | None:
    return seconds if seconds and 0 < seconds <= _MAX_SECONDS else None


def _fields(payload: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protobuf message: (number, value).

    Raises:
        ValueError: the bytes are no message.
    """
    at = 0
    while at < len(payload):
        tag, at = _varint(payload, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise ValueError("field number 0")
        if wire == _VARINT:
            value, at = _varint(payload, at)
            yield number, value
            continue
        if wire == _TEXT:
            size, at = _varint(payload, at)
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
        else:
            raise ValueError("unknown wire type")
        if at + size > len(payload):
            raise ValueError("field is cut off")
        yield number, payload[at : at + size]
        at += size


def _varint(payload: bytes, at: int) -> tuple[int, int]:
    """(number, place behind it); a number has ten bytes at most."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(payload):
            raise ValueError("number is cut off")
        byte = payload[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (2**64 - 1), at
    raise ValueError("number is too long")


def may_share_product(ticket: SignedTicket) -> Callable[[str], bool]:
    """A quick test of codes: False for those without the product and the date of this ticket.

    It reads the bytes without their structure, in a tenth of the time of `signed_code`.
    """
    needles = [_number_field(_ITEM, ticket.item)]
    if ticket.subevent:
        needles.append(_number_field(_SUBEVENT, ticket.subevent))

    def may_share(code: str) -> bool:
        try:
            raw = binascii.a2b_base64(code[::-1])
        except ValueError:
            return False
        return any(needle in raw for needle in needles)

    return may_share


def _number_field(field: int, value: int) -> bytes:
    out = bytearray([field << 3 | _VARINT])
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether (public key, signature, text) belong together."""


def is_signed_by(signed: SignedCode, keys: tuple[bytes, ...], verify: Verify) -> bool:
    """Whether one of these public keys signed the ticket."""
    return any(verify(key, signed.signature, signed.payload) for key in keys)


# Public keys, as pretix and people write them.

_ARMOUR = re.compile(r"-----(?:BEGIN|END) PUBLIC KEY-----|\s+")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


def public_keys(text: str) -> tuple[bytes, ...]:
    """The Ed25519 public keys in a text, each once.

    A key is a PEM block, or base64 of: a PEM block (`valid_keys` of pretix' API), DER, or the 32
    bytes. Spaces, commas or lines separate several keys.

    Raises:
        ValueError: why a part is no key.
    """
    text = text.replace("\\n", "\n")  # as JSON writes a line end
    blocks = _PEM.findall(text)
    rest = re.split(r'[\s,"\'\[\]]+', _PEM.sub(" ", text))
    keys = tuple(dict.fromkeys(_key(part) for part in (*blocks, *rest) if part))
    if len(keys) > MAX_KEYS:
        raise ValueError(f"an event has at most {MAX_KEYS} keys")
    return keys


def _key(part: str) -> bytes:
    try:
        raw = base64.b64decode(_ARMOUR.sub("", part), validate=True)
        if b"-----BEGIN PUBLIC KEY-----" in raw:
            raw = base64.b64decode(_ARMOUR.sub("", raw.decode("ascii")), validate=True)
    except ValueError:
        raise ValueError("a key is a PEM block, or its base64 text") from None
    if len(raw) == len(_KEY_INFO) + KEY_BYTES and raw.startswith(_KEY_INFO):
        return raw[len(_KEY_INFO) :]
    if len(raw) == KEY_BYTES:
        return raw
    raise ValueError("it is no public Ed25519 key")


def key_texts(keys: tuple[bytes, ...]) -> str:
    """The keys as the setting keeps them: base64 of 32 bytes each, separated by spaces."""
    return " ".join(base64.b64encode(key).decode() for key in keys)
