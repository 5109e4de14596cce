"""PINs: set, removed, asked for. Guessing gets slower with every wrong try."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from kiosk.domain.checkin import pins
from kiosk.domain.checkin.pins import (
    LONGEST,
    SHORTEST,
    PinRecord,
    Role,
    Tries,
    make_record,
    normal_pin,
)
from kiosk.domain.log.events import EventKind
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.storage.queries.device_settings import keep_pin_tries, pin_tries
from kiosk.storage.queries.lists import setting
from kiosk.storage.queries.scans import ScanRow

UNDO_FREE_MS = 5 * 60 * 1000
"""A check-in this young may be taken back by the volunteer who made it; an older one asks."""

_closed_until: dict[str, float] = {}
"""By log: the moment, on a clock that nobody can set, before which no try is taken."""


def pin_roles(store: Store) -> frozenset[Role]:
    """Who has a PIN at this event."""
    return frozenset(role for role in Role if _record(store, role) is not None)


def needs_pin(store: Store) -> bool:
    """Whether letting people in against the rules asks for the supervisor's PIN."""
    return Role.SUPERVISOR in pin_roles(store)


def undo_needs_pin(store: Store, row: ScanRow) -> bool:
    """Whether taking this scan back asks for the supervisor's PIN."""
    return store.clock() - row.at_ms > UNDO_FREE_MS and needs_pin(store)


def set_pin(store: Store, role: Role, pin: str) -> None:
    """Give a role a PIN, in place of the one it had.

    Raises:
        KioskError: `pin_too_short`, `pin_too_long`.
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
        _keep(store, role, record)


def remove_pin(store: Store, role: Role) -> bool:
    """Take a role's PIN away; False when it had none."""
    with store.writing():
        if _record(store, role) is None:
            return False
        _keep(store, role, None)
    return True


def check_pin(store: Store, pin: str, *, monotonic: Callable[[], float] = time.monotonic) -> Role:
    """Whose PIN this is: the supervisor's or the organiser's.

    The try is written down before it is looked at, so that neither a restart nor many programs
    at once make more tries than are allowed.

    Raises:
        KioskError: `pin_wrong`, `pin_wait`, `pin_missing` when nobody has one.
    """
    records = {role: record for role in Role if (record := _record(store, role)) is not None}
    if not records:
        raise no_pin()
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
    """What cannot be done while nobody has a PIN."""
    return KioskError(
        "pin_missing",
        "There is no PIN yet.",
        saved="Nothing was changed.",
        next_step="Set one: kiosk pin set organiser.",
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


def _keep(store: Store, role: Role, record: PinRecord | None) -> None:
    value = record.as_setting() if record else None
    store.append(EventKind.SETTING, {"key": f"pin.{role}", "value": value})


def _record(store: Store, role: Role) -> PinRecord | None:
    kept = setting(store.connection, f"pin.{role}")
    return pins.record_of(kept) if kept else None
