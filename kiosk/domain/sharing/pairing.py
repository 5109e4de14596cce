"""Encode and read the pairing code, with which a laptop joins an event: printed, scanned or typed.

Crockford's base32 (https://www.crockford.com/base32.html) uses digits and capitals that nearly
every keyboard layout sends alike, without letters that people confuse. Two check letters find a
typing mistake, or a scanner with the wrong keyboard layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address

from kiosk.domain.checkin.keyboard_layouts import by_layout

SECRET_BYTES = 16
DEFAULT_PORT = 7447
MAX_ADDRESSES = 2
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {char: value for value, char in enumerate(_ALPHABET)}
_CONFUSED = str.maketrans("ILO", "110")
_CHECK_CHARS = 2
_UNSHIFTED = str.maketrans("!@#$%^&*()", "1234567890")
"""Caps Lock shifts the digits' keys as well on some keyboards, the French one for instance."""
_SEPARATORS = " -\t\r\n"
_LONGEST = 100
"""Letters and spaces of a code; a longer text is not looked through for one."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a desk listens."""

    host: str
    """IPv4, in digits."""
    port: int = DEFAULT_PORT

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class PairingCode:
    """The content of a code."""

    secret: bytes
    addresses: tuple[Address, ...] = ()
    """Where the desk that showed it listens, for networks on which desks do not find each other."""
    layout: str = ""
    """The keyboard layout that changed its letters; empty when none did."""


class InvalidPairingCode(ValueError):
    """A text is no pairing code, or only a part of one."""


def parse_address(text: str) -> Address:
    """An address as a person types it: `192.168.1.20` or `192.168.1.20:7448`.

    Raises:
        ValueError: it is none.
    """
    host, _, port = text.strip().partition(":")
    number = int(port) if port else DEFAULT_PORT
    if not 1 <= number <= 65535:
        raise ValueError("a port is a number from 1 to 65535")
    return Address(str(IPv4Address(host)), number)


def pairing_code(code: PairingCode) -> str:
    """The letters of a code, without spaces."""
    payload = code.secret + b"".join(_packed(code.addresses[:MAX_ADDRESSES]))
    text = _encode(payload)
    return text + _check(text)


def grouped(code: str) -> str:
    """In groups of four, to read out and to type."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(text: str) -> PairingCode:
    """Read a scanned or typed code, in any case, with any spaces and hyphens.

    Raises:
        InvalidPairingCode: it is none, also as typed on another keyboard layout.
    """
    found = _read(text)
    if found:
        return found
    for layout, meant in by_layout(text.strip()):
        found = _read(meant.translate(_UNSHIFTED))
        if found:
            return PairingCode(found.secret, found.addresses, layout)
    raise InvalidPairingCode


def is_desks_code(text: str) -> bool:
    """Whether a scanned text is a pairing code and not a ticket."""
    if len(text) > _LONGEST:
        return False
    try:
        read_code(text)
    except InvalidPairingCode:
        return False
    return True


def _read(text: str) -> PairingCode | None:
    letters = "".join(char for char in text.upper() if char not in _SEPARATORS)
    letters = letters.translate(_CONFUSED)
    data, check = letters[:-_CHECK_CHARS], letters[-_CHECK_CHARS:]
    size = _SIZES.get(len(data))
    if size is None or any(char not in _VALUE for char in letters) or _check(data) != check:
        return None
    payload = _decode(data, size)
    if payload is None:
        return None
    return PairingCode(payload[:SECRET_BYTES], _unpacked(payload[SECRET_BYTES:]))


def _packed(addresses: tuple[Address, ...]) -> list[bytes]:
    """4 bytes each where all have the usual port, else 6."""
    hosts = [IPv4Address(address.host).packed for address in addresses]
    if all(address.port == DEFAULT_PORT for address in addresses):
        return hosts
    ports = [address.port.to_bytes(2, "big") for address in addresses]
    return [host + port for host, port in zip(hosts, ports, strict=True)]


def _unpacked(payload: bytes) -> tuple[Address, ...]:
    width = 4 if len(payload) in (4, 8) else 6
    parts = [payload[start : start + width] for start in range(0, len(payload), width)]
    return tuple(
        Address(str(IPv4Address(part[:4])), int.from_bytes(part[4:], "big") or DEFAULT_PORT)
        for part in parts
    )


def _encode(payload: bytes) -> str:
    chars = _chars(len(payload))
    value = int.from_bytes(payload, "big") << (chars * 5 - len(payload) * 8)
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(chars * 5 - 5, -1, -5))


def _decode(text: str, size: int) -> bytes | None:
    value = 0
    for char in text:
        value = value << 5 | _VALUE[char]
    spare = len(text) * 5 - size * 8
    if value & ((1 << spare) - 1):
        return None
    return (value >> spare).to_bytes(size, "big")


def _chars(size: int) -> int:
    return -(-size * 8 // 5)


_SIZES = {_chars(size): size for size in (16, 20, 22, 24, 28)}
"""Letters to bytes: the secret, with one or two addresses, with or without ports."""


def _check(text: str) -> str:
    digest = sha256(b"kiosk pairing code " + text.encode()).digest()
    return _ALPHABET[digest[0] & 31] + _ALPHABET[digest[1] & 31]
