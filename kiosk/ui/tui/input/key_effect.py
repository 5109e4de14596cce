"""Wait until all that a key does has happened, so that the next key meets the screen it opens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump

LOST_S = 3.0
"""A step that takes longer was lost with a screen that was closed."""


class KeyEffect:
    """Follows one key: through the widgets, to the desk's answer, to the screen that it opens.

    Args:
        app: whose key it is.
        answered: calls its argument once the desk has answered what was asked before; at once
            where no desk is on top.
        over: called when the effect of the key is over.
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
        """Whether a key still has its effect."""
        return self._step is not None

    def follow(self, taker: DOMNode) -> None:
        """A key was passed to `taker`; it goes up from there until a widget handles it."""
        handled = self._next(self._handled)
        self._climb(taker, handled)
        self._app.set_timer(LOST_S, handled)

    def _climb(self, node: MessagePump, handled: Callable[[], None]) -> None:
        """Go the way of the key, behind it in every queue."""
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
