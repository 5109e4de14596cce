"""Store and compare the PINs of supervisor and organiser, and slow down guessing."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SHORTEST = 4
LONGEST = 64
FREE_TRIES = 3
"""Wrong tries in a row before the first wait, because people mistype."""
LONGEST_WAIT_S = 300


class Role(StrEnum):
    """A role with a PIN."""

    SUPERVISOR = "supervisor"
    """May override rules, undo older check-ins and end self-service."""
    ORGANISER = "organiser"
    """May do everything a supervisor may."""


def pin_setting(role: Role) -> str:
    """The key of the setting that holds a role's PIN."""
    return f"pin.{role}"


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """The cost of one try: `n` in memory and time, `r` and `p` as in RFC 7914."""

    n: int
    r: int
    p: int


COST = ScryptCost(n=2**15, r=8, p=3)
"""32 MiB and some tenths of a second. Source: OWASP Password Storage Cheat Sheet, scrypt."""
_MAX_COST = 2 * COST.n * COST.r * COST.p
"""Of a record from another desk: at most a second and 192 MiB for one try."""
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class PinRecord:
    """The stored form of a PIN; the PIN itself is stored nowhere."""

    salt: bytes
    digest: bytes
    cost: ScryptCost

    def fits(self, pin: str) -> bool:
        """Whether this is the PIN; takes the same time for a right and a wrong one."""
        return hmac.compare_digest(self.digest, _scrypt(pin, self.salt, self.cost))

    def as_setting(self) -> dict[str, Any]:
        """The value of the event's setting."""
        cost = self.cost
        return {
            "salt": self.salt.hex(),
            "hash": self.digest.hex(),
            "n": cost.n,
            "r": cost.r,
            "p": cost.p,
        }


def normal_pin(text: str) -> str:
    """The PIN without differences between keyboards: outer space, width, digits of other
    scripts."""
    normal = unicodedata.normalize("NFKC", text).strip()
    return "".join(str(unicodedata.digit(char, char)) for char in normal)


def make_record(pin: str, salt: bytes, cost: ScryptCost = COST) -> PinRecord:
    """The record of a new PIN; `salt` is 16 random bytes."""
    return PinRecord(salt, _scrypt(pin, salt, cost), cost)


def record_of(setting: Mapping[str, Any]) -> PinRecord:
    """The record in a setting.

    Raises:
        ValueError: it is damaged, or one try costs more than any kiosk asks for.
    """
    cost = ScryptCost(int(setting["n"]), int(setting["r"]), int(setting["p"]))
    record = PinRecord(bytes.fromhex(setting["salt"]), bytes.fromhex(setting["hash"]), cost)
    is_power = cost.n > 1 and cost.n & (cost.n - 1) == 0
    is_payable = cost.r >= 1 and cost.p >= 1 and cost.n * cost.r * cost.p <= _MAX_COST
    if not (is_power and is_payable and len(record.digest) == _DIGEST_BYTES):
        raise ValueError("not the record of a PIN")
    return record


def _scrypt(pin: str, salt: bytes, cost: ScryptCost) -> bytes:
    needed = 128 * cost.r * (cost.n + cost.p + 2)
    return hashlib.scrypt(
        normal_pin(pin).encode("utf-8", "backslashreplace"),
        salt=salt,
        n=cost.n,
        r=cost.r,
        p=cost.p,
        maxmem=needed,
        dklen=_DIGEST_BYTES,
    )


def wait_after_s(wrong: int) -> int:
    """Seconds to wait after so many wrong tries in a row: 0, 0, 0, 5, 10, 20 ... 300."""
    if wrong < FREE_TRIES + 1:
        return 0
    return min(LONGEST_WAIT_S, 5 << min(wrong - FREE_TRIES - 1, 10))


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries in a row, and when the last one was (UTC ms)."""

    wrong: int = 0
    last_ms: int = 0

    def wait_ms(self, now_ms: int) -> int:
        """Milliseconds until the next try is accepted. A clock set back makes this no longer."""
        whole = wait_after_s(self.wrong) * 1000
        return max(0, min(whole, self.last_ms + whole - now_ms))
