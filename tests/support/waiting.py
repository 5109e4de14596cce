"""Waiting for what the threads behind a screen do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.css.query import NoMatches
from textual.pilot import Pilot

WAIT_S = 30.0


async def wait_on_screen(
    pilot: Pilot[Any],
    condition: Callable[[], object],
    shown: Callable[[], str] = str,
    *,
    seconds: float = WAIT_S,
    pause_s: float = 0.01,
) -> None:
    """Wait until a condition holds and the screen on top is complete.

    A screen is on top before its widgets are in it; a condition that asks for one of them does not
    hold yet.

    Args:
        pilot: The pilot of the running app.
        condition: What to wait for.
        shown: What the assertion says when the time is over.
        seconds: The longest wait.
        pause_s: The pause between two attempts.
    """
    end = asyncio.get_running_loop().time() + seconds
    while not (_holds(condition) and _is_complete(pilot.app)):
        assert asyncio.get_running_loop().time() < end, shown()
        await pilot.pause(pause_s)


def _holds(condition: Callable[[], object]) -> bool:
    try:
        return bool(condition())
    except NoMatches:
        return False


def _is_complete(app: App[Any]) -> bool:
    screens = app.screen_stack
    return not screens or screens[-1].is_mounted
