"""Handling a hundred thousand rows at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """No garbage collection meanwhile: all those rows live on, and looking for dead ones among
    them again and again takes longer than the work itself.

    Afterwards they belong to the old generation at once (`freeze` moves them without a look), or
    the next collection would go through every one of them.
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
