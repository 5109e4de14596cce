"""Pause garbage collection while many objects are created."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
