"""Decide which changes need a PIN and a reason, because they admit an attendee by exception.

A scan that overrides a refusal needs the supervisor's PIN. Every other way to the same effect needs
the same: an edit, a transfer, a walk-in, an undo, a change of a list. Unblocking an attendee,
check-in lists and the PINs themselves are the organiser's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from kiosk.domain.checkin.pins import Role
from kiosk.domain.checkin.rights import states_rights
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.names import words
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import casefold_key

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
_REFUSED = frozenset(
    {
        TicketStatus.UNPAID,
        TicketStatus.UNAPPROVED,
        TicketStatus.CANCELED,
    }
)


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
    def name(self) -> str:
        """The whole name."""
        ...

    @property
    def given_name(self) -> str:
        """The given name, where the registration has it."""
        ...

    @property
    def family_name(self) -> str:
        """The family name, where the registration has it."""
        ...

    @property
    def email(self) -> str:
        """The e-mail address, or empty."""
        ...


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
