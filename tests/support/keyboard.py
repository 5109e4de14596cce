"""A keyboard and a scanner for pilot tests: keys that carry the times at which they arrive.

`pilot.press` sends keys a millisecond apart, which is what a scanner does; the suite lets it pause
after each. The other functions say when each key arrives, and that silence follows, so that a test
neither sleeps nor depends on the machine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.keys import _character_to_key

from kiosk.ui.tui.input.messages import KeysQuiet

if TYPE_CHECKING:
    from textual.drivers.headless_driver import HeadlessDriver
    from textual.message import Message
    from textual.pilot import Pilot

    from kiosk.ui.tui.input.router import ScanRouter

Press = Callable[..., Awaitable[None]]
_BY_CHARACTER = {"\r": "enter", "\n": "ctrl+j", "\t": "tab"}
_LONGEST_EFFECT_S = 2.0
"""A desk that a test has stopped answers no key."""
_SILENCE_S = 1.0
"""The silence that follows the keys of one call."""
_silent_until = 0.0
"""The time up to which the tests' keys and silences reach; it can be ahead of the clock."""


async def type_as_person(pilot: Pilot[Any], text: str, *, gap_s: float = 0.1) -> None:
    """Type `text` by hand; `\\r` is Enter."""
    await _send(pilot, text, gap_s)


async def scan(pilot: Pilot[Any], *codes: str, gap_s: float = 0.002, end: str = "\r") -> None:
    """Scan codes back to back."""
    await _send(pilot, "".join(code + end for code in codes), gap_s)


async def press_at_once(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys by hand while the program is busy: it sees them one after the other, late.

    Args:
        keys: names as `pilot.press` takes them.
    """
    at = _next_time()
    for name in keys:
        at += 0.1
        key = events.Key(name, {"enter": "\r"}.get(name, name if len(name) == 1 else None))
        key.time = at
        pilot.app.post_message(key)
        pilot.app.post_message(KeysQuiet(at + 0.051))
    pilot.app.post_message(KeysQuiet(_keep_silent_after(at)))
    await pilot.pause()


async def _send(pilot: Pilot[Any], text: str, gap_s: float) -> None:
    at = _next_time()
    for character in text:
        at += gap_s
        name = character if character.isalnum() else _character_to_key(character)
        key = events.Key(_BY_CHARACTER.get(character, name), character)
        key.time = at
        pilot.app.post_message(key)
        if gap_s > 0.06:
            pilot.app.post_message(KeysQuiet(at + 0.051))
    pilot.app.post_message(KeysQuiet(_keep_silent_after(at)))
    await pilot.pause()
    await pilot.pause()


def _next_time() -> float:
    """Return a time after all keys and silences so far, on the clock that stamps events."""
    return max(_silent_until, events.Callback(lambda: None).time)


def _keep_silent_after(at: float) -> float:
    """Note the silence that follows a key; return when it ends.

    The next key arrives after it. Otherwise a key pressed right after typed text, whose times are
    ahead of the clock, would look like a part of that text.
    """
    global _silent_until
    _silent_until = at + _SILENCE_S
    return _silent_until


def wait_for_effects(press: Press) -> Press:
    """Return a `Pilot.press` that returns when all that the keys do has happened."""

    async def press_and_wait(self: Pilot[Any], *keys: str) -> None:
        await press(self, *keys)
        scans = getattr(self.app, "scans", None)
        end = time.monotonic() + _LONGEST_EFFECT_S
        while scans is not None and _has_more_to_do(scans) and time.monotonic() < end:
            await asyncio.sleep(0.005)

    return press_and_wait


def _has_more_to_do(scans: ScanRouter) -> bool:
    """Whether a key has not had its effect yet, or the next one can be passed on now."""
    waiting = scans._line
    return scans._effect.is_pending or bool(waiting and not scans._must_wait(waiting[0]))


def leave_pauses_between_keys(
    driver: type[HeadlessDriver],
) -> Callable[[HeadlessDriver, Message], None]:
    """Return a `send_message` with which `pilot.press` types like a person: silence follows."""
    send = driver.send_message

    def send_and_pause(self: HeadlessDriver, message: Message) -> None:
        if not isinstance(message, events.Key):
            send(self, message)
            return
        message.time = _next_time()
        send(self, message)
        send(self, KeysQuiet(_keep_silent_after(message.time)))

    return send_and_pause
