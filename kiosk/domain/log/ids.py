"""Hybrid logical clock: wall milliseconds that never run backwards in one log.

Source: Kulkarni, Demirbas et al., "Logical Physical Clocks" (2014); 48 bits of wall
milliseconds and a 16-bit counter in one integer.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha1
from uuid import UUID

from kiosk.domain.text import casefold_key

COUNTER_BITS = 16
MAX_STAMP_MS = 4_102_444_800_000
"""The year 2100; a later stamp is invalid."""
MAX_STAMP = MAX_STAMP_MS << COUNTER_BITS


def next_hlc(last: int, now_ms: int) -> int:
    """The next stamp after `last` at wall time `now_ms`; greater even if the clock went back."""
    return max(now_ms << COUNTER_BITS, last + 1)


def hlc_ms(stamp: int) -> int:
    """The wall milliseconds in a stamp."""
    return stamp >> COUNTER_BITS


# Ids that two desks derive alike, and the code a badge carries.

_NAMESPACE = UUID("6b1f6f0e-6c1c-5d0a-9a53-6b696f736b21").bytes
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 digits and capitals without 0 O 1 I, which people and worn labels confuse."""
_VALUE = {char: value for value, char in enumerate(_ALPHABET)}
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""Of the digit that also holds a UUID's variant, the two bits that are free."""
_PREFIX = "K1"
_DATA_CHARS = 12  # 60 bits
BADGE_CODE_LENGTH = len(_PREFIX) + _DATA_CHARS + 1


def derived_id(*parts: str) -> str:
    """A UUIDv5 (RFC 9562 section 5.5) of the parts, the same on every machine.

    Written out because an import makes 100,000 of them and `uuid.uuid5` takes four times as long.
    """
    return _uuid5(sha1(_NAMESPACE + _encoded("\x1f".join(parts))).hexdigest())


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _uuid5(digest: str) -> str:
    variant = _VARIANT[digest[16]]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def attendee_id(platform: str, identity: str) -> str:
    """The attendee's id for a registration's platform and identity."""
    return derived_id("attendee", platform, identity)


def attendee_ids(platform: str, identities: Iterable[str]) -> list[str]:
    """`attendee_id` of many registrations of one platform, in half the time."""
    head = _NAMESPACE + _encoded(f"attendee\x1f{platform}\x1f")
    digests = [
        sha1(head + identity.encode("utf-8", "surrogatepass")).hexdigest()
        for identity in identities
    ]
    return list(map(_uuid5, digests))


def list_id(name: str) -> str:
    """The id of a check-in list made under this name."""
    return derived_id("list", casefold_key(name))


def _check_char(data: str) -> str:
    """Luhn's sum over 32 symbols: finds one wrong character and nearly every swap."""
    total, factor = 0, 2
    for char in reversed(data):
        addend = factor * _VALUE[char]
        total += addend // 32 + addend % 32
        factor = 3 - factor
    return _ALPHABET[-total % 32]


def badge_code(attendee: str) -> str:
    """The 15 digits and capitals in a badge's QR code: an opaque number, no personal data.

    It is 60 bits of the attendee's id, so every desk can resolve it without stored data. An id
    that no kiosk makes gives a code that finds no one.
    """
    try:
        value = int(attendee[:8] + attendee[9:13] + attendee[15:18], 16)
    except ValueError:
        return badge_code(derived_id("unusual id", attendee))
    a, b, c, d, e, f = [_pair(value >> shift & 1023) for shift in (50, 40, 30, 20, 10, 0)]
    check = _ALPHABET[-(a[1] + b[1] + c[1] + d[1] + e[1] + f[1]) % 32]
    return f"{_PREFIX}{a[0]}{b[0]}{c[0]}{d[0]}{e[0]}{f[0]}{check}"


@cache
def _pair(value: int) -> tuple[str, int]:
    """Two characters of a badge code for ten bits, and their part of Luhn's sum."""
    high, low = divmod(value, 32)
    return _ALPHABET[high] + _ALPHABET[low], high + 2 * low // 32 + 2 * low % 32


def is_badge_code(code: str) -> bool:
    """Whether a code is one that badges carry, also blank ones."""
    return attendee_id_prefix(code) is not None


def attendee_id_prefix(code: str) -> str | None:
    """The first 18 characters of the id in a badge code; None when it is no badge code.

    Letter case, spaces and the separators people or printers add do not matter.
    """
    text = "".join(char for char in code.upper() if char not in " -:")
    if len(text) != BADGE_CODE_LENGTH or not text.startswith(_PREFIX):
        return None
    data = text[len(_PREFIX) : -1]
    if any(char not in _VALUE for char in data) or text[-1] != _check_char(data):
        return None
    value = 0
    for char in data:
        value = value << 5 | _VALUE[char]
    digits = f"{value:015x}"
    return f"{digits[:8]}-{digits[8:12]}-5{digits[12:15]}"
