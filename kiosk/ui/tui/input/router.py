"""Tell scans from typed keys, on every screen, and send them where they belong."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeGuard

from textual import events
from textual.app import App
from textual.widgets import Input

from kiosk.domain.checkin.code_matching import clean_scan
from kiosk.domain.text import clean_paste
from kiosk.ui.tui.input.keystream import FAST_S, Focus, KeyStream, Output, Pass, Press
from kiosk.ui.tui.input.messages import CodeScanned, KeysQuiet, ScanSource, is_followed
from kiosk.ui.tui.input.priority import InputPriority
from kiosk.ui.tui.textual_compat import MODIFIER_KEYS, driver_of, is_text_area
from kiosk.ui.tui.widgets.scan_input import ScanInput

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.widget import Widget
    from textual.widgets import TextArea

_NO_KEYS_OF_THEIR_OWN = MODIFIER_KEYS | {"caps_lock", "num_lock", "scroll_lock"}
_TERMINATORS = frozenset({"enter", "ctrl+m", "ctrl+j", "tab"})
_NEVER_IN_A_CODE = frozenset("\b\x1b\x7f")
_CONTROL_KEYS = {
    "ctrl+backslash": "\x1c",
    "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+underscore": "\x1f",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefgklnopqrstuvwxyz"},
}
"""Control characters as terminals with the Kitty keyboard protocol tell them."""


class ScanRouter:
    """The part of an app that turns keys into scans and sends them to the right screen.

    A scan goes to the topmost screen with `takes_scans = True`, else to the app, whatever has the
    focus. What a person types is passed on. Before the first frame scans wait; none is lost.

    Args:
        app: whose events these are; its `on_event` calls `on_event` here.
        pass_on: Textual's own `App.on_event`, bound to the app.
    """

    def __init__(self, app: App[Any], pass_on: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._pass_on = pass_on
        self.priority = InputPriority()
        self._keys = KeyStream()
        self._last_key_at = 0.0
        self._quiet_timer: asyncio.TimerHandle | None = None
        self._before_ready: list[Output] | None = []

    def code_seen(self, raw: str, source: ScanSource = ScanSource.CAMERA) -> None:
        """Take a code from another device than the keyboard. May be called from any thread."""
        self._app.post_message(events.Callback(partial(self._scanned, raw, source)))

    def target(self) -> MessagePump:
        """The screen, or the app, that takes a scan now."""
        screens = reversed(self._app.screen_stack)
        return next((s for s in screens if getattr(s, "takes_scans", False)), self._app)

    async def on_event(self, event: events.Event) -> None:
        """Look at keys before any screen does.

        A key that was passed on can come back here by bubbling, marked as forwarded.
        """
        if isinstance(event, KeysQuiet):
            await self._act(self._keys.quiet(event.at))
        elif isinstance(event, events.Key) and not event.is_forwarded:
            await self._key_arrived(event)
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            await self._pasted(event)
        else:
            if isinstance(event, events.MouseDown) and not event.is_forwarded:
                await self._act(self._keys.flush())
            await self._pass_on(event)
            if isinstance(event, events.Ready):
                early, self._before_ready = self._before_ready or [], None
                await self._act(early)

    async def _key_arrived(self, event: events.Key) -> None:
        if event.key in _NO_KEYS_OF_THEIR_OWN:
            await self._pass_on(event)
            return
        taker = getattr(self._app.screen, "takes_key", None)
        if taker is not None:  # the scanner's test wants keys as they are
            taker(event)
            return
        self.priority.claim()
        self._last_key_at = event.time
        await self._act(self._keys.feed(_press(event), _focus(self._app.focused)))
        self._wait_for_quiet()

    async def _pasted(self, event: events.Paste) -> None:
        """Every line that ends is a scan, the rest is text; in a form all of it is text."""
        await self._act(self._keys.flush())
        *lines, rest = re.split(r"\r\n|\r|\n", event.text)
        if not lines or _focus(self._app.focused) is Focus.TEXT_FIELD:
            await self._pass_on(events.Paste(clean_paste(event.text)))
            return
        for line in lines:
            self._scanned(line, ScanSource.PASTE)
        if rest:
            await self._pass_on(events.Paste(clean_paste(rest)))

    async def _act(self, outputs: Iterable[Output]) -> None:
        if self._before_ready is not None:
            self._before_ready.extend(outputs)
            return
        for output in outputs:
            if isinstance(output, Pass):
                assert isinstance(output.press.key, events.Key)
                await self._pass_on(output.press.key)
            else:
                self._scanned(output.raw, ScanSource.SCANNER, output.passed)

    def _scanned(self, raw: str, source: ScanSource, passed: int = 0) -> None:
        """Deliver a scan, after the keys that went to the focused field before it.

        Each field handles its keys from a queue of its own, so what undoes some of them, and in
        the scan field the scan itself, has to go through that queue.
        """
        code = clean_scan(raw)
        scan = CodeScanned(raw, code, source)
        field = self._app.focused
        if isinstance(field, ScanInput) and source is not ScanSource.CAMERA:
            field.call_later(self._replace_typed, field, scan)
            return
        if passed and _is_text_field(field):
            field.call_later(_take_back, field, passed)
        self._deliver(scan)

    def _replace_typed(self, field: ScanInput, scan: CodeScanned) -> None:
        field.take()
        self._deliver(scan)

    def _deliver(self, scan: CodeScanned) -> None:
        if scan.code:
            self.target().post_message(scan)

    def _wait_for_quiet(self) -> None:
        """With a driver that does not tell silence: use a timer, and believe it if it is on time.

        Late, it says only that the app was busy; keys may have arrived in the meantime.
        """
        if self._quiet_timer is not None:
            self._quiet_timer.cancel()
            self._quiet_timer = None
        wait_s = self._keys.wants_quiet_after
        if wait_s is None or getattr(driver_of(self._app), "tells_silence", False):
            return
        loop = asyncio.get_running_loop()
        due = loop.time() + wait_s

        def silence() -> None:
            if loop.time() - due > FAST_S:
                self._wait_for_quiet()
            else:
                self._app.post_message(KeysQuiet(self._last_key_at + wait_s + 0.001))

        self._quiet_timer = loop.call_later(wait_s, silence)


def _focus(focused: Widget | None) -> Focus:
    if isinstance(focused, ScanInput):
        return Focus.SCAN_FIELD
    return Focus.TEXT_FIELD if _is_text_field(focused) else Focus.ELSEWHERE


def _is_text_field(widget: Widget | None) -> TypeGuard[Input | TextArea]:
    return isinstance(widget, Input) or is_text_area(widget)


def _press(event: events.Key) -> Press:
    """A key event as the key stream sees it."""
    char = event.character or _CONTROL_KEYS.get(event.key)
    if char is not None and (len(char) != 1 or char in _NEVER_IN_A_CODE):
        char = None
    return Press(
        at=event.time,
        char=char,
        ends=event.key in _TERMINATORS,
        prompt=event.is_printable and not event.key.startswith("alt+"),
        followed=is_followed(event),
        key=event,
    )


def _take_back(field: Input | TextArea, count: int) -> None:
    """Remove characters of a scan that got into a form before it was known as one."""
    for _ in range(count):
        field.action_delete_left()
