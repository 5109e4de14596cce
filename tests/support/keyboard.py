"""A keyboard and a scanner for pilot tests: keys that carry the times at which they arrive.

`pilot.press` sends keys a millisecond apart, which is what a scanner does; the suite lets it pause
after each. The other functions say when each key arrives, and that silence follows, so that a test
neither sleeps nor depends on the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.keys import _character_to_key

from kiosk.ui.tui.input.messages import KeysQuiet

if TYPE_CHECKING:
    from textual.drivers.headless_driver import HeadlessDriver
    from textual.message import Message
    from textual.pilot import Pilot

_BY_CHARACTER = {"\r": "enter", "\n": "ctrl+j", "\t": "tab"}


async def type_as_person(pilot: Pilot[Any], text: str, *, gap_s: float = 0.1) -> None:
    """Type `text` by hand; `\\r` is Enter."""
    await _send(pilot, text, gap_s)


async def scan(pilot: Pilot[Any], *codes: str, gap_s: float = 0.002, end: str = "\r") -> None:
    """Scan codes back to back."""
    await _send(pilot, "".join(code + end for code in codes), gap_s)


async def _send(pilot: Pilot[Any], text: str, gap_s: float) -> None:
    at = events.Callback(lambda: None).time  # the clock that events are stamped with
    for character in text:
        at += gap_s
        name = character if character.isalnum() else _character_to_key(character)
        key = events.Key(_BY_CHARACTER.get(character, name), character)
        key.time = at
        pilot.app.post_message(key)
        if gap_s > 0.06:
            pilot.app.post_message(KeysQuiet(at + 0.051))
    pilot.app.post_message(KeysQuiet(at + 1))
    await pilot.pause()
    await pilot.pause()


def leave_pauses_between_keys(
    driver: type[HeadlessDriver],
) -> Callable[[HeadlessDriver, Message], None]:
    """Return a `send_message` with which `pilot.press` types like a person: silence follows."""
    send = driver.send_message

    def send_and_pause(self: HeadlessDriver, message: Message) -> None:
        send(self, message)
        if isinstance(message, events.Key):
            send(self, KeysQuiet(message.time + 1))

    return send_and_pause
