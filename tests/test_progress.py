"""Slow work in the background, and the garbage collector meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from kiosk.support.progress import MANY_OBJECTS, gc_paused


@pytest.fixture
def frozen() -> Iterator[int]:
    """Everything is frozen, as in a desk that is open."""
    gc.freeze()
    yield gc.get_freeze_count()
    gc.unfreeze()


@pytest.mark.parametrize("count", [10, 2 * MANY_OBJECTS])
def test_what_was_frozen_stays_frozen(frozen: int, count: int) -> None:
    """Else each full collection would search the modules of the desk again, while keys wait."""
    with gc_paused():
        assert not gc.isenabled()
        rows = [[number] for number in range(count)]

    assert gc.isenabled()
    assert gc.get_freeze_count() > 0.9 * frozen
    assert len(rows) == count


def test_many_rows_are_old() -> None:
    """The next collection does not search them."""
    with gc_paused():
        rows = [[number] for number in range(2 * MANY_OBJECTS)]

    assert 0 == gc.get_freeze_count()
    assert not any(rows[-1] is item for item in gc.get_objects(generation=0))
