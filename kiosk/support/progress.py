"""Help slow work: report its progress, and pause garbage collection while it makes objects."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, "int | None"], None]
"""Called with (done, all); `all` is None while it is not known. An exception stops the work."""


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause garbage collection: a search for garbage among many new rows that all stay in use takes
    longer than the work.

    Afterwards the rows belong to the old generation (`freeze` moves them without a scan); otherwise
    the next collection would scan all of them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()
            gc.enable()
