"""Check that a change against the rules has the PIN and the reason it needs.

Every service that makes such a change calls `require` in the transaction of the change, so no front
end can skip it. Without an authorisation the change raises `pin_needed` or `reason_missing`; the
front end asks for what is missing and tries again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kiosk.domain.checkin.pins import PinRecord, Role, pin_setting, record_of
from kiosk.domain.checkin.privileges import Need, ReasonRule
from kiosk.domain.log.setting_schema import InvalidSetting
from kiosk.domain.text import clean_text
from kiosk.errors import Action, KioskError
from kiosk.storage.queries.lists import setting, stored_setting

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The PIN that was checked for a change, and the reason for it."""

    role: Role | None = None
    """The owner of the PIN, as `pins.authorise` checked it; None: no PIN was given."""
    reason: str = ""

    def because(self, reason: str) -> Authorisation:
        """The same with a reason."""
        return replace(self, reason=reason)

    def covers(self, role: Role) -> bool:
        """Whether it is enough for what this role may do: the organiser's PIN always is."""
        return self.role is role or self.role is Role.ORGANISER


NOT_AUTHORISED = Authorisation()


class PinNeeded(KioskError):
    """A change needs a PIN; `role` says of which role."""

    def __init__(self, act: str, role: Role) -> None:
        super().__init__(
            "pin_needed",
            f"{act} needs the {role}'s PIN.",
            saved="Nothing was changed.",
            action=Action.GIVE_PIN,
        )
        self.act = act
        self.role = role


def usable_pins(store: Store) -> dict[Role, PinRecord]:
    """The roles with a PIN that can be compared, in the order of `Role`."""
    kept = ((role, setting(store.connection, pin_setting(role))) for role in Role)
    return {role: record_of(value) for role, value in kept if value}


def damaged_pins(store: Store) -> frozenset[Role]:
    """The roles with a stored PIN that cannot be used. No PIN is theirs until a new one is set."""
    return frozenset(role for role in Role if _is_damaged(store, role))


def _is_damaged(store: Store, role: Role) -> bool:
    try:
        stored_setting(store.connection, pin_setting(role))
    except InvalidSetting:
        return True
    return False


def pin_roles(store: Store) -> frozenset[Role]:
    """The roles that have a PIN at this event. A role with a damaged one has a PIN, too."""
    return frozenset(usable_pins(store)) | damaged_pins(store)


def asked_role(store: Store, need: Need) -> Role | None:
    """The role of which the PIN is asked for a change at this event; None: it needs no PIN.

    The organiser's PIN counts for the supervisor's. Where the organiser has none, the supervisor's
    counts for the organiser's.
    """
    if need.role is None:
        return None
    usable, roles = usable_pins(store), pin_roles(store)
    if need.role is Role.ORGANISER and Role.ORGANISER not in usable and Role.SUPERVISOR in roles:
        return Role.SUPERVISOR
    return need.role if need.role in roles else None


def pin_needed(store: Store, need: Need) -> PinNeeded | None:
    """The error of a change without a PIN; None: it needs no PIN at this event."""
    role = asked_role(store, need)
    return None if role is None else PinNeeded(need.act, role)


def require(store: Store, need: Need, given: Authorisation) -> dict[str, Any]:
    """Check that a change has the permission it needs; inside the transaction of the change.

    Returns:
        What the event of the change says about it: `forced` and the `reason` where one was needed;
        in `authorised` the role of the PIN, empty where none was needed.

    Raises:
        PinNeeded: `pin_needed`.
        KioskError: `reason_missing`.
    """
    asked = asked_role(store, need)
    if asked is not None and not given.covers(asked):
        raise PinNeeded(need.act, asked)
    reason = clean_text(given.reason)
    is_wanted = need.reason is ReasonRule.ALWAYS or (
        need.reason is ReasonRule.WITH_PIN and asked is not None
    )
    if is_wanted and not reason:
        raise reason_missing(need)
    marks: dict[str, Any] = {"forced": True, "reason": reason} if is_wanted else {}
    if is_wanted or asked is not None:
        marks["authorised"] = str(given.role or "") if asked is not None else ""
    return marks


def reason_missing(need: Need) -> KioskError:
    """The error of a change that needs a reason."""
    return KioskError(
        "reason_missing",
        f"{need.act} needs a reason.",
        saved="Nothing was changed.",
        action=Action.GIVE_REASON,
    )
