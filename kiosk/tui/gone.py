"""Who left the screen while a thread was still working for them."""

from __future__ import annotations

import traceback

from textual.widget import Widget


def met_somebody_gone(error: BaseException) -> bool:
    """Whether it was raised on the way through a screen, or a part of one, that has been left.

    Leaving takes a moment: a screen that is being closed is still attached when the first of its
    parts are gone already, so that asking it beforehand is not enough.
    """
    return any(
        isinstance(who, Widget) and _is_gone(who)
        for frame, _ in traceback.walk_tb(error.__traceback__)
        for who in (frame.f_locals.get("self"),)
    )


def _is_gone(widget: Widget) -> bool:
    return not widget.is_attached or widget._pruning or widget._closing
