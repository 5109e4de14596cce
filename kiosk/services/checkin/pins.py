"""Set, remove and check PINs. Guessing gets slower with every wrong attempt."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from kiosk.domain.checkin import pins
from kiosk.domain.checkin.pins import (
    LONGEST,
    SHORTEST,
    PinRecord,
    Role,
    Tries,
    make_record,
    normal_pin,
    pin_setting,
)
from kiosk.domain.checkin.privileges import CHANGE_PINS
from kiosk.domain.checkin.privileges import UNDO_FREE_MS as UNDO_FREE_MS
from kiosk.domain.log.events import EventKind
from kiosk.domain.wording import counted
from kiosk.errors import Action, KioskError
from kiosk.services.checkin.authorisation import (
    NOT_AUTHORISED,
    Authorisation,
    damaged_pins,
    require,
    usable_pins,
)
from kiosk.services.checkin.authorisation import pin_roles as pin_roles
from kiosk.storage.file.store import Store

_closed_until: dict[str, float] = {}
"""By log: the moment, on a clock that nobody can set, before which no try is taken."""


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
    record = make_record(text, secrets.token_bytes(16), pins.COST)
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
        raise _damaged_pin() if damaged_pins(store) else no_pin()
    tries = _take_try(store, monotonic)
    fitting = [role for role, record in records.items() if record.fits(pin)]
    if not fitting:
        _closed_until[store.log_id] = monotonic() + pins.wait_after_s(tries.wrong)
        raise _wrong(tries)
    with store.writing():
        keep_pin_tries(store, Tries())
    _closed_until.pop(store.log_id, None)
    return fitting[-1]


def no_pin() -> KioskError:
    """The error of an action that needs a PIN where there is none."""
    return KioskError(
        "pin_missing",
        "There is no PIN yet.",
        saved="Nothing was changed.",
        action=Action.SET_PIN,
    )


def _damaged_pin() -> KioskError:
    return KioskError(
        "pin_damaged",
        "The stored PIN is damaged, so no PIN can be checked.",
        saved="Nothing was changed.",
        action=Action.SET_PIN,
    )


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
    raise KioskError(
        "pin_wait",
        f"Too many wrong PINs: no try for {counted(seconds, 'second')}.",
        saved="Nothing was changed.",
        next_step="Wait, or ask the organiser.",
    )


def _wrong(tries: Tries) -> KioskError:
    wait_s = pins.wait_after_s(tries.wrong)
    return KioskError(
        "pin_wrong",
        "That is not the PIN.",
        saved="Nothing was changed.",
        next_step=f"The next try is in {counted(wait_s, 'second')}." if wait_s else "Try again.",
    )


def _keep(store: Store, role: Role, record: PinRecord | None, marks: dict[str, Any]) -> None:
    value = record.as_setting() if record else None
    store.append(EventKind.SETTING, {"key": pin_setting(role), "value": value, **marks})


# Count wrong PIN tries on this machine. They are part of no log.

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
