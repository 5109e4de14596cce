"""Separate scans from typed keys on every screen, and send each to its screen."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeGuard

from textual import events
from textual.app import App
from textual.widgets import Input

from kiosk.domain.checkin.code_matching import clean_scan
from kiosk.domain.text import clean_paste
from kiosk.ui.tui.desk.keys import ON_A_PERSON
from kiosk.ui.tui.input.keystream import FAST_S, Command, Focus, KeyStream, Output, Pass, Press
from kiosk.ui.tui.input.messages import (
    CodeScanned,
    InputNoise,
    KeysQuiet,
    ScanSource,
    began_at,
    is_followed,
    marked_data,
)
from kiosk.ui.tui.input.priority import InputPriority, KeyEffect
from kiosk.ui.tui.textual_compat import MODIFIER_KEYS, driver_of, is_text_area, key_name
from kiosk.ui.tui.widgets.scan_input import ScanInput

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.widget import Widget
    from textual.widgets import TextArea

_NO_KEYS_OF_THEIR_OWN = MODIFIER_KEYS | {"caps_lock", "num_lock", "scroll_lock"}
_TERMINATORS = frozenset({"enter", "ctrl+m", "ctrl+j", "tab"})
_NEVER_WAITS = frozenset({"ctrl+q", "ctrl+c"})
TAKEN_S = 1.0
"""The longest wait for a field to take its keys: it may be closing."""
_TERMINATOR_KEYS = {"\r": "enter", "\n": "ctrl+j", "\t": "tab"}
_NEVER_IN_A_CODE = frozenset("\b\x1b\x7f")
_REPEATED = frozenset(
    {
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
        *("backspace", "delete", "shift+tab", "ctrl+w"),
    }
)
"""Keys that a person holds down, with or without Shift or Ctrl."""
_CONTROL_KEYS = {
    "ctrl+backslash": "\x1c",
    "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+underscore": "\x1f",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefgklnopqrstuvwxyz"},
}
"""Control characters as terminals with the Kitty keyboard protocol report them."""


class ScanRouter:
    """The part of an app that turns keys into scans and sends them to the right screen.

    A scan goes to the topmost screen with `takes_scans = True`, else to the app, whatever has the
    focus. What a person types is passed on. Before the first frame scans wait; none is lost.

    Args:
        app: whose events these are; its `on_event` calls `on_event` here.
        pass_on: Textual's own `App.on_event`, bound to the app.
        lets_through: whether a key, a click or a paste of a person may reach a screen now.
    """

    def __init__(
        self,
        app: App[Any],
        pass_on: Callable[[events.Event], Awaitable[None]],
        lets_through: Callable[[events.Event], bool] = lambda event: True,
    ) -> None:
        self._app = app
        self._pass_on = pass_on
        self._lets_through = lets_through
        self.priority = InputPriority()
        self._keys = KeyStream()
        self._last_key_at = 0.0
        self._quiet_timer: asyncio.TimerHandle | None = None
        self._before_ready: list[Output] | None = []
        self._button_is_down = False
        self._line: deque[Output | Callable[[], None]] = deque()
        """Keys that wait for the verdict of a scan before them, and all that came after them."""
        self._effect = KeyEffect(app, self._when_answered, self.person_shown)

    def code_seen(self, raw: str, source: ScanSource = ScanSource.CAMERA) -> None:
        """Take a code from another device than the keyboard. May be called from any thread."""
        self._app.post_message(events.Callback(partial(self._seen, raw, source)))

    def _seen(self, raw: str, source: ScanSource) -> None:
        scanned = partial(self._scanned, raw, source)
        if self._line or self._effect.is_pending:
            self._line.append(scanned)
        else:
            scanned()

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
        elif getattr(event, "is_forwarded", False):
            await self._pass_on(event)
        elif isinstance(event, events.Key):
            await self._key_arrived(event)
        elif isinstance(event, InputNoise):
            await self._feed(Press(event.time, None, command=Command.NOISE, began=event.began))
        elif isinstance(event, events.Paste):
            text = event.text if self._lets_through(event) else ""
            await self._feed(_command(event, Command.ALONE, text))
        elif isinstance(event, events.MouseEvent):
            await self._mouse_moved(event)
        else:
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
        await self._feed(_press(event))

    async def _feed(self, press: Press) -> None:
        self._last_key_at = press.at
        await self._act(self._keys.feed(press, _focus(self._app.focused)))
        self._wait_for_quiet()

    async def _mouse_moved(self, event: events.MouseEvent) -> None:
        """Buttons wait as command keys do, and all that follows them waits in line.

        A release without its press does nothing, but Textual would make a click of it.
        """
        if isinstance(event, events.MouseDown) or self._keys.holds_click:
            await self._feed(_command(event, Command.CLICK))
        elif isinstance(event, events.MouseUp):
            if self._button_is_down:
                await self._pass(event)
        elif not self._keys.is_busy(event.time):
            await self._pass(event)

    async def _pass(self, event: events.Event) -> None:
        """Let an event of a person through."""
        if not self._lets_through(event):
            return
        if isinstance(event, events.MouseDown | events.MouseUp):
            self._button_is_down = isinstance(event, events.MouseDown)
        if isinstance(event, events.Paste):
            await self._pasted(event)
        else:
            await self._pass_on(event)

    async def _pasted(self, event: events.Paste) -> None:
        """Every line that ends is a scan, the rest is text; in a form all of it is text."""
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
            if (self._line and not _never_waits(output)) or self._must_wait(output):
                self._line.append(output)
            else:
                await self._do(output)

    async def _do(self, output: Output | Callable[[], None]) -> None:
        if isinstance(output, Pass):
            may_open = self._may_open(output.press)
            taker = self._app.focused or self._app.screen
            if output.press.char is None and _is_text_field(taker):
                await _has_taken_its_keys(taker)  # a form that F2 saves has the last letter then
            await self._pass(_event_of(output.press))
            if may_open:
                self._effect.follow(taker)
        elif callable(output):
            output()
        else:
            self._scanned(output.raw, ScanSource.SCANNER, output.passed, ended=output.ended)

    def _may_open(self, press: Press) -> bool:
        """Whether this key may open a screen that the keys behind it are for."""
        if not isinstance(press.key, events.Key) or press.command is Command.REPEATED:
            return False
        if press.char is None and not press.ends:
            return press.name not in _NEVER_WAITS
        desk = self.target()
        if desk is self._app.screen:
            return getattr(desk, "is_asking", False)
        return press.ends

    def _when_answered(self, then: Callable[[], None]) -> None:
        """Call `then` after the desk on top has answered its last requests."""
        desk = self.target()
        answered = getattr(desk, "when_answered", None)
        if answered is not None and desk is self._app.screen:
            answered(then)
        else:
            then()

    def _must_wait(self, output: Output | Callable[[], None]) -> bool:
        """Whether a key would act on another person than the one that its user expects.

        A key that acts waits until the scan before it is decided and its person is shown; letters
        and scans do not wait for that. All wait until a key before them has opened its screen.
        Quitting is always possible.
        """
        press = output.press if isinstance(output, Pass) else None
        if _never_waits(output):
            return False
        if self._effect.is_pending:
            return True
        if press is None or press.char is not None:
            return False
        desk = self.target()
        if getattr(desk, "is_deciding", False):
            return True
        edits = press.ends or press.command is Command.REPEATED
        return not edits and getattr(desk, "is_loading", False)

    def person_shown(self) -> None:
        """A verdict, or a person's card, is on the screen: keys that waited for it may act."""
        if self._line:
            self._app.call_later(self._release)

    async def _release(self) -> None:
        """Do what waits, up to the next key that has to wait; the effect of a key comes first."""
        while self._line and not self._must_wait(self._line[0]):
            output = self._line.popleft()
            await self._do(output)
            if isinstance(output, Pass) and self._line:
                self._app.call_after_refresh(self._release)
                return

    def _scanned(
        self, raw: str, source: ScanSource, passed: int = 0, *, ended: bool = True
    ) -> None:
        """Deliver a scan, after the keys that went to the focused field before it.

        Each field handles its keys from a queue of its own, so what undoes some of them, and in
        the scan field the scan itself, has to go through that queue.
        """
        code = clean_scan(raw)
        scan = CodeScanned(raw, code, source, ended=ended)
        target = self.target()  # now: another screen may be opened before the scan is delivered
        if code and (coming := getattr(target, "scan_is_coming", None)) is not None:
            coming()
        field = self._app.focused
        if isinstance(field, ScanInput) and source is not ScanSource.CAMERA:
            field.call_later(self._replace_typed, field, scan, target)
            return
        if passed and _is_text_field(field):
            field.call_later(_take_back, field, passed)
        self._deliver(scan, target)

    def _replace_typed(self, field: ScanInput, scan: CodeScanned, target: MessagePump) -> None:
        field.take()
        self._deliver(scan, target)

    def _deliver(self, scan: CodeScanned, target: MessagePump) -> None:
        if scan.code and not target.post_message(scan):
            self.target().post_message(scan)  # the screen was closed meanwhile

    def _wait_for_quiet(self) -> None:
        """With a driver that does not report silence: use a timer, and trust it if it is on time.

        Late, it says only that the app was busy; keys may have arrived in the meantime.
        """
        if self._quiet_timer is not None:
            self._quiet_timer.cancel()
            self._quiet_timer = None
        wait_s = self._keys.wants_quiet_after
        if wait_s is None or getattr(driver_of(self._app), "reports_silence", False):
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


async def _has_taken_its_keys(field: MessagePump) -> None:
    """Wait until a field has taken the keys before: it has a queue of its own."""
    taken = asyncio.Event()
    if field.call_later(taken.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(taken.wait(), TAKEN_S)


def _is_text_field(widget: Widget | None) -> TypeGuard[Input | TextArea]:
    return isinstance(widget, Input) or is_text_area(widget)


def _press(event: events.Key) -> Press:
    """A key event as the key stream sees it."""
    char = event.character
    if event.key in _TERMINATORS:
        return Press(event.time, None, ends=True, key=event, began=began_at(event))
    is_letter = char is not None and len(char) == 1 and char.isprintable()
    if not is_letter or event.key.startswith("alt+") or marked_data(event) is not None:
        return _command(event, _kind(event.key), _data(event))
    return Press(
        at=event.time,
        char=char,
        followed=is_followed(event),
        key=event,
        began=began_at(event),
    )


def _never_waits(output: Output | Callable[[], None]) -> bool:
    return isinstance(output, Pass) and output.press.name in _NEVER_WAITS


def _command(event: events.Event, kind: Command, data: str = "") -> Press:
    name = event.key if isinstance(event, events.Key) else ""
    return Press(
        event.time, None, key=event, command=kind, data=data, name=name, began=began_at(event)
    )


def _kind(key: str) -> Command:
    """Which kind of command key this is."""
    if (key[:1] == "f" and key[1:].isdecimal()) or key in ON_A_PERSON:
        return Command.FUNCTION
    bare = key.removeprefix("ctrl+").removeprefix("shift+")
    return Command.REPEATED if key in _REPEATED or bare in _REPEATED else Command.ALONE


def _data(event: events.Key) -> str:
    """The character that a command key adds to a code: a control character, or Alt's letter."""
    data = marked_data(event)
    if data is None:
        data = event.character or _CONTROL_KEYS.get(event.key) or ""
    return "" if data in _NEVER_IN_A_CODE else data


def _event_of(press: Press) -> events.Event:
    """The event to pass on; a letter that was part of another key gets a new one."""
    char = press.key
    if isinstance(char, str):
        return events.Key(_TERMINATOR_KEYS.get(char) or key_name(char), char)
    assert isinstance(press.key, events.Event)
    return press.key


def _take_back(field: Input | TextArea, count: int) -> None:
    """Remove characters of a scan that got into a form before it was known as one."""
    for _ in range(count):
        field.action_delete_left()
