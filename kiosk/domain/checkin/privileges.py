"""PINs, and the changes that need one and a reason: they admit an attendee by exception.

A scan that overrides a refusal needs the supervisor's PIN. Every other way to the same effect needs
the same: an edit, a transfer, a walk-in, an undo, a change of a list. Unblocking an attendee,
check-in lists and the PINs themselves are the organiser's.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from kiosk.domain.checkin.rights import states_rights
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.names import words
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import casefold_key

# PINs: stored, compared, and slow to guess.

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
        return {"salt": self.salt.hex(), "hash": self.digest.hex(), **asdict(self.cost)}


def normal_pin(text: str) -> str:
    """The PIN without differences between keyboards: outer space, width, digits of other
    scripts."""
    normal = unicodedata.normalize("NFKC", text).strip()
    return "".join(str(unicodedata.digit(char, char)) for char in normal)


def make_record(pin: str, salt: bytes, cost: ScryptCost) -> PinRecord:
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
    password = normal_pin(pin).encode("utf-8", "backslashreplace")
    needed = 128 * cost.r * (cost.n + cost.p + 2)
    return hashlib.scrypt(password, salt=salt, **asdict(cost), maxmem=needed, dklen=_DIGEST_BYTES)


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


# The changes that need a PIN or a reason.

UNDO_FREE_MS = 5 * 60 * 1000
"""A check-in that is no older may be undone without a PIN."""


class ReasonRule(StrEnum):
    """When a change needs a reason."""

    NEVER = "never"
    WITH_PIN = "with_pin"
    """Where the change needs a PIN."""
    ALWAYS = "always"
    """At events without a PIN too: the change admits an attendee by exception."""


@dataclass(frozen=True, slots=True)
class Need:
    """The permission that a change needs."""

    role: Role | None = None
    """The lowest role that may do it; None: everyone may."""
    reason: ReasonRule = ReasonRule.NEVER
    act: str = ""
    """What needs it, as the beginning of a sentence: `Unblocking an attendee`."""

    def __or__(self, other: Need) -> Need:
        """The need of two changes in one: the higher role, the stricter reason."""
        first, second = (self, other) if _RANK[self.role] >= _RANK[other.role] else (other, self)
        strict = max(self.reason, other.reason, key=list(ReasonRule).index)
        return replace(first, reason=strict, act=first.act or second.act)


_RANK: dict[Role | None, int] = {None: 0, Role.SUPERVISOR: 1, Role.ORGANISER: 2}

NO_NEED = Need()
OVERRIDE = Need(Role.SUPERVISOR, ReasonRule.ALWAYS, "Admitting against the rules")
OVERRIDE_TRANSFER = Need(
    Role.SUPERVISOR, ReasonRule.ALWAYS, "Transferring a ticket that is checked in"
)
OLD_UNDO = Need(Role.SUPERVISOR, ReasonRule.NEVER, "Undoing a check-in older than five minutes")
CHANGE_STATUS = Need(
    Role.SUPERVISOR, ReasonRule.WITH_PIN, "Changing the status of a refused ticket"
)
MORE_PEOPLE = Need(Role.SUPERVISOR, ReasonRule.WITH_PIN, "Adding people to a ticket")
OTHER_TYPE = Need(
    Role.SUPERVISOR, ReasonRule.WITH_PIN, "Changing to a ticket type that other lists admit"
)
OTHER_RIGHTS = Need(
    Role.SUPERVISOR, ReasonRule.WITH_PIN, "Changing the validity, date or add-ons of a ticket"
)
UNBLOCK = Need(Role.ORGANISER, ReasonRule.WITH_PIN, "Unblocking an attendee")
RENAME_BLOCKED = Need(
    Role.ORGANISER, ReasonRule.WITH_PIN, "Changing the name or e-mail of a blocked attendee"
)
ADMIT_BLOCKED = Need(
    Role.ORGANISER,
    ReasonRule.ALWAYS,
    "A person with this name or e-mail is blocked. Giving them a ticket",
)
CHANGE_LISTS = Need(Role.ORGANISER, ReasonRule.NEVER, "Changing the check-in lists")
CHANGE_QUESTIONS = Need(Role.ORGANISER, ReasonRule.NEVER, "Changing the questions at check-in")
CHANGE_KEYS = Need(Role.ORGANISER, ReasonRule.NEVER, "Changing the keys of signed tickets")
CHANGE_PINS = Need(Role.ORGANISER, ReasonRule.NEVER, "Changing a PIN")

_IDENTITY = ("name", "given_name", "family_name", "email")
"""By these fields a blocked attendee is recognised."""
_REFUSED = frozenset({TicketStatus.UNPAID, TicketStatus.UNAPPROVED, TicketStatus.CANCELED})


def edit_need(person: Attendee, changes: Mapping[str, str], lists: Sequence[CheckInList]) -> Need:
    """The permission that an edit of an attendee needs.

    Args:
        person: the attendee before the edit.
        changes: field to new value, as the log keeps them.
        lists: the check-in lists of the event.
    """
    need = NO_NEED
    if "status" in changes:
        need |= _status_need(person.status, TicketStatus(changes["status"]))
    if int(changes.get("heads", person.heads)) > person.heads:
        need |= MORE_PEOPLE
    new_type = changes.get("ticket_type", person.ticket_type)
    if any(
        item.admits_type(new_type) and not item.admits_type(person.ticket_type) for item in lists
    ):
        need |= OTHER_TYPE
    if any(states_rights(field.removeprefix("extra.")) for field in changes):
        need |= OTHER_RIGHTS
    if person.status is TicketStatus.BLOCKED and any(
        changes.get(field, getattr(person, field)) != getattr(person, field) for field in _IDENTITY
    ):
        need |= RENAME_BLOCKED
    return need


def _status_need(old: TicketStatus, new: TicketStatus) -> Need:
    if old is new:
        return NO_NEED
    if old is TicketStatus.BLOCKED:
        return UNBLOCK  # to any status: the next edit would make it valid
    was_canceled = old is TicketStatus.CANCELED and new is not TicketStatus.BLOCKED
    is_admitted = old in _REFUSED and new is TicketStatus.VALID
    return CHANGE_STATUS if was_canceled or is_admitted else NO_NEED


def transfer_need(person: Attendee, *, force: bool) -> Need:
    """The permission that a transfer needs.

    Args:
        person: the old holder.
        force: transfer a ticket that is checked in.
    """
    need = RENAME_BLOCKED if person.status is TicketStatus.BLOCKED else NO_NEED
    return need | OVERRIDE_TRANSFER if force else need


def list_need(old: CheckInList | None, new: CheckInList | None) -> Need:
    """The permission that a change of a list needs; None: it is added or removed.

    Another name or place in the list of lists changes no decision, so it needs none.
    """
    if old is not None and new is not None:
        same = replace(old, name=new.name, position=new.position)
        return NO_NEED if same == new else CHANGE_LISTS
    return CHANGE_LISTS


def undo_need(age_ms: int) -> Need:
    """The permission that an undo needs.

    Args:
        age_ms: milliseconds since the check-in.
    """
    return OLD_UNDO if age_ms > UNDO_FREE_MS else NO_NEED


class Named(Protocol):
    """The fields by which a person is recognised."""

    @property
    def name(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def email(self) -> str: ...


def is_same_person(person: Named, name: str, email: str) -> bool:
    """Whether a typed name or e-mail is that of an attendee.

    Names are compared as the search folds them, in any order of their words: `RAO, Asha` is
    `Asha Rao`. An e-mail is compared regardless of case.
    """
    if person.email and casefold_key(person.email) == casefold_key(email):
        return True
    typed = sorted(words(name))
    own = (person.name, f"{person.given_name} {person.family_name}")
    return bool(typed) and any(typed == sorted(words(text)) for text in own)
