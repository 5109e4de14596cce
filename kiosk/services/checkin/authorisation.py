"""Check that a change against the rules has the PIN and the reason it needs.

Every service that makes such a change calls `require` in the transaction of the change, so no front
end can skip it. Without an authorisation the change raises `pin_needed` or `reason_missing`; the
front end asks for the PIN or the reason and tries again. Each wrong PIN makes the next try slower.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kiosk.domain.checkin import privileges
from kiosk.domain.checkin.privileges import (
    CHANGE_PINS,
    LONGEST,
    SHORTEST,
    Need,
    PinRecord,
    ReasonRule,
    Role,
    Tries,
    make_record,
    normal_pin,
    pin_setting,
    record_of,
)
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.setting_schema import InvalidSetting
from kiosk.domain.text import clean_text, counted
from kiosk.errors import Action, KioskError, Refused
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import setting, stored_setting


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The PIN that was checked for a change, and the reason for it."""

    role: Role | None = None
    """The owner of the PIN, as `authorise` checked it; None: no PIN was given."""
    reason: str = ""

    def because(self, reason: str) -> Authorisation:
        """The same with a reason."""
        return replace(self, reason=reason)

    def covers(self, role: Role) -> bool:
        """Whether it is enough for what this role may do: the organiser's PIN always is."""
        return self.role is role or self.role is Role.ORGANISER


NOT_AUTHORISED = Authorisation()


class PinNeeded(Refused):
    """A change needs a PIN; `role` says of which role."""

    def __init__(self, act: str, role: Role) -> None:
        super().__init__("pin_needed", f"{act} needs the {role}'s PIN.", action=Action.GIVE_PIN)
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
        Fields for the event of the change: `forced` and `reason` if a reason was needed;
        `authorised` with the role of the PIN, empty if no PIN was needed.

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
    return Refused("reason_missing", f"{need.act} needs a reason.", action=Action.GIVE_REASON)


# Set, remove and check PINs.

_closed_until: dict[str, float] = {}
"""By log: the time on the monotonic clock before which no PIN is tried."""


def authorise(store: Store, pin: str, reason: str = "") -> Authorisation:
    """Check a PIN for a change, before the transaction of the change: a wrong try stays counted.

    Raises:
        KioskError: `pin_wrong`, `pin_wait`, `pin_missing`.
    """
    return Authorisation(check_pin(store, pin), reason)


def set_pin(store: Store, role: Role, pin: str, *, given: Authorisation = NOT_AUTHORISED) -> None:
    """Give a role a PIN, in place of the one it had.

    The first PIN of an event needs none, and neither does a new one where all are damaged.

    Raises:
        KioskError: `pin_too_short`, `pin_too_long`, `pin_needed`.
    """
    text = normal_pin(pin)
    if not SHORTEST <= len(text) <= LONGEST:
        short = len(text) < SHORTEST
        raise KioskError(
            "pin_too_short" if short else "pin_too_long",
            f"A PIN has {SHORTEST} to {LONGEST} digits or letters.",
            saved="The PIN was not changed.",
            next_step="Six digits that are no date are easy to type and hard to guess.",
        )
    record = make_record(text, os.urandom(16), privileges.COST)
    with store.writing():
        marks = require(store, CHANGE_PINS, given) if usable_pins(store) else {}
        _keep(store, role, record, marks)


def remove_pin(store: Store, role: Role, *, given: Authorisation = NOT_AUTHORISED) -> bool:
    """Remove a role's PIN; False when it had none.

    Raises:
        KioskError: `pin_needed`.
    """
    with store.writing():
        if role not in pin_roles(store):
            return False
        _keep(store, role, None, require(store, CHANGE_PINS, given))
    return True


def check_pin(store: Store, pin: str, *, monotonic: Callable[[], float] = time.monotonic) -> Role:
    """The role that a PIN belongs to.

    The try is counted before the PIN is compared, so neither a restart nor many programs at once
    get more tries than are allowed.

    Raises:
        KioskError: `pin_wrong`, `pin_wait`, `pin_missing` if there is no PIN, `pin_damaged` if no
            stored PIN can be used.
    """
    records = usable_pins(store)
    if not records:
        if damaged_pins(store):
            raise _pin_to_set("pin_damaged", "The stored PIN is damaged, so no PIN can be checked.")
        raise no_pin()
    tries = _take_try(store, monotonic)
    fitting = [role for role, record in records.items() if record.fits(pin)]
    if not fitting:
        _closed_until[store.log_id] = monotonic() + privileges.wait_after_s(tries.wrong)
        raise _wrong(tries)
    with store.writing():
        keep_pin_tries(store, Tries())
    _closed_until.pop(store.log_id, None)
    return fitting[-1]


def no_pin() -> KioskError:
    """The error of an action that needs a PIN where there is none."""
    return _pin_to_set("pin_missing", "There is no PIN yet.")


def _pin_to_set(code: str, problem: str) -> KioskError:
    return Refused(code, problem, action=Action.SET_PIN)


def _take_try(store: Store, monotonic: Callable[[], float]) -> Tries:
    now_ms = store.clock()
    with store.writing():
        before = pin_tries(store)
        left_s = _closed_until.get(store.log_id, 0.0) - monotonic()
        wait_ms = max(before.wait_ms(now_ms), int(left_s * 1000))
        if wait_ms <= 0:
            tries = Tries(before.wrong + 1, now_ms)
            keep_pin_tries(store, tries)
            return tries
        if now_ms < before.last_ms:  # the clock was set back: the wait runs from here
            keep_pin_tries(store, Tries(before.wrong, now_ms))
    seconds = -(-wait_ms // 1000)
    raise Refused(
        "pin_wait",
        f"Too many wrong PINs: no try for {counted(seconds, 'second')}.",
        next_step="Wait, or ask the organiser.",
    )


def _wrong(tries: Tries) -> KioskError:
    wait_s = privileges.wait_after_s(tries.wrong)
    return Refused(
        "pin_wrong",
        "That is not the PIN.",
        next_step=f"The next try is in {counted(wait_s, 'second')}." if wait_s else "Try again.",
    )


def _keep(store: Store, role: Role, record: PinRecord | None, marks: dict[str, Any]) -> None:
    value = record.as_setting() if record else None
    store.append(EventKind.SETTING, {"key": pin_setting(role), "value": value, **marks})


# Wrong PINs are counted on this machine. They are part of no log.

_KEY = "pin_tries"


def pin_tries(store: Store) -> Tries:
    """The wrong PIN tries so far."""
    try:
        return Tries(*map(int, json.loads(store.machine_fact(_KEY) or "[]")))
    except (ValueError, TypeError):  # corrupt on the disk: the PIN still works
        return Tries()


def keep_pin_tries(store: Store, tries: Tries) -> None:
    """Store the wrong PIN tries; inside `writing()`."""
    store.set_machine_facts({_KEY: json.dumps([tries.wrong, tries.last_ms])})
