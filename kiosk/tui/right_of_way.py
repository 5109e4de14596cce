"""Somebody who waits for the screen comes before work that nobody waits for."""

from __future__ import annotations

import time

_VERDICT_S = 0.02
"""Longer than a key needs to its answer on the screen."""


class RightOfWay:
    """From a key until its answer, work in the background stands still.

    Python runs one thread at a time and is fair about it: beside work that never pauses, a scan
    would get half of the processor. May be used from any thread.
    """

    def __init__(self) -> None:
        self._until = 0.0

    def claim(self) -> None:
        """Somebody waits from now on."""
        self._until = time.monotonic() + _VERDICT_S

    def give_way(self) -> None:
        """Wait until nobody does; background work calls this very often."""
        while (left := self._until - time.monotonic()) > 0:
            time.sleep(left)
