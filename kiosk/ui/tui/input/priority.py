"""Decide when keys count: priority over background work, the clock of keys, one key at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump

from kiosk.ui.tui.input.keystream import FAST_S, KEY_ALONE_S, SILENCE_S

_VERDICT_S = 0.02
"""Longer than a key needs to its answer on the screen."""


class InputPriority:
    """Stops background work from a key until its answer.

    Python runs one thread at a time, each for as long as the others: during other work a scan would
    get half of the processor. May be used from any thread.
    """

    def __init__(self) -> None:
        self._until = 0.0

    def claim(self) -> None:
        """A key was pressed: background work waits."""
        self._until = time.monotonic() + _VERDICT_S

    def give_way(self) -> None:
        """Wait while a key is being answered; background work calls this very often."""
        while (left := self._until - time.monotonic()) > 0:
            time.sleep(left)


# A clock that counts only the time in which the program waited for keys.
#
# A process can be stopped, or kept from running by other work, in the middle of a scan. The rest
# of the scan then waits in the terminal and seems to come seconds later; and a second without a
# key may mean that the program did not read. So time is counted in short slices of waiting for
# keys: a slice counts for its own length at most, however long it took until the program ran again.

SLICE_S = 0.010
"""Wait for keys this long at a time while something may have to be decided."""

IDLE_SLICE_S = 0.100
"""Wait this long otherwise."""


class ListeningClock:
    """Arrival times and silences of keys, in seconds of listening.

    For ever: wait for input as long as `slice_s` says; call `waited`; call `key_came` if there
    were keys in it, else `silence_is_telling`.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._last_key_at: float | None = None
        self._reported_s = 0.0

    @property
    def slice_s(self) -> float:
        """How long to wait for input now."""
        return IDLE_SLICE_S if self._last_key_at is None else SLICE_S

    def waited(self, elapsed_s: float, *, arrived: bool) -> None:
        """A slice is over.

        Args:
            elapsed_s: time until the program ran again; may be far more than the slice.
            arrived: whether there was input; if not, the whole slice was silent.
        """
        self.now += min(elapsed_s, self.slice_s) if arrived else self.slice_s

    def key_came(self) -> None:
        """At least one key arrived just now."""
        self._last_key_at, self._reported_s = self.now, 0.0

    def silence_is_telling(self) -> bool:
        """Whether a silence that decides something has just become full; once for each."""
        if self._last_key_at is None:
            return False
        silence_s = self.now - self._last_key_at
        limits = (FAST_S, KEY_ALONE_S, SILENCE_S)
        telling = any(self._reported_s <= limit < silence_s for limit in limits)
        self._reported_s = silence_s
        if silence_s > SILENCE_S:
            self._last_key_at = None
        return telling


# A key waits until the key before it has had its effect, such as a dialog that opens.

LOST_S = 3.0
"""A step that takes longer counts as done: its screen was closed."""


class KeyEffect:
    """Follows one key: through the widgets, to the desk's answer, to the screen that it opens.

    Args:
        answered: calls its argument when the desk has answered all earlier requests; at once if no
            desk is on top.
        over: called when the effect is complete.
    """

    def __init__(
        self,
        app: App[Any],
        answered: Callable[[Callable[[], None]], None],
        over: Callable[[], None],
    ) -> None:
        self._app = app
        self._answered = answered
        self._over = over
        self._step: object | None = None

    @property
    def is_pending(self) -> bool:
        """Whether the effect of a key is not complete yet."""
        return self._step is not None

    def follow(self, taker: DOMNode) -> None:
        """Begin to follow a key that was passed to `taker`."""
        handled = self._next(self._handled)
        self._climb(taker, handled)
        self._app.set_timer(LOST_S, handled)

    def _climb(self, node: MessagePump, handled: Callable[[], None]) -> None:
        """Follow the key from widget to parent, through the queue of each."""
        parent = node.parent if isinstance(node, DOMNode) else None
        above = handled if parent is None else partial(self._climb, parent, handled)
        if not node.call_later(above):
            self._app.call_later(handled)

    def _handled(self) -> None:
        self._answered(self._next(self._shown))

    def _shown(self) -> None:
        ended = self._next(self._ended)
        self._app.call_after_refresh(ended)  # the screen that it opened has its focus then
        self._app.set_timer(LOST_S, ended)

    def _ended(self) -> None:
        self._step = None
        self._over()

    def _next(self, then: Callable[[], None]) -> Callable[[], None]:
        """Do `then` at the first call, unless another step has begun."""
        self._step = step = object()

        def once() -> None:
            if self._step is step:
                then()

        return once
