"""A keyboard and a scanner for pilot tests: keys that carry the times at which they arrive.

`pilot.press` sends keys a millisecond apart, which is what a scanner does. These say when each key
arrives, and that silence follows, so that a test neither sleeps nor depends on the machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events
from textual.keys import _character_to_key

from kiosk.ui.tui.input.messages import KeysQuiet

if TYPE_CHECKING:
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
        if gap_s > 0.05:
            pilot.app.post_message(KeysQuiet(at + 0.04))
    pilot.app.post_message(KeysQuiet(at + 1))
    await pilot.pause()
    await pilot.pause()
