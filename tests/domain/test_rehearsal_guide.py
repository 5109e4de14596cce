"""The tasks that a log shows as done."""

from __future__ import annotations

import pytest

from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.setup.rehearsal_guide import (
    RehearsedScan,
    Samples,
    Task,
    done_tasks,
    next_task,
    tasks,
)


def scan(
    *,
    is_sample: bool = False,
    has_code: bool = True,
    outcome: Outcome = Outcome.OK,
    direction: Direction = Direction.ENTRY,
    forced: bool = False,
    undone: bool = False,
) -> RehearsedScan:
    return RehearsedScan(is_sample, has_code, outcome, direction, forced, undone)


@pytest.mark.parametrize(
    ("scans", "walk_ins", "done"),
    [
        ([], 0, set()),
        ([scan()], 0, {Task.SCAN}),
        ([scan(direction=Direction.EXIT)], 0, set()),
        ([scan(outcome=Outcome.INVALID)], 0, {Task.UNKNOWN}),
        ([scan(outcome=Outcome.CANCELED)], 0, {Task.CANCELED}),
        ([scan(outcome=Outcome.ALREADY_REDEEMED)], 0, {Task.TWICE}),
        ([scan(is_sample=True, has_code=False)], 0, {Task.NAME}),
        ([scan(is_sample=True)], 0, {Task.SCAN}),
        ([scan(has_code=False)], 0, set()),
        ([scan(outcome=Outcome.UNPAID)], 0, set()),
        ([scan(forced=True)], 0, {Task.UNPAID}),
        ([], 1, {Task.WALK_IN}),
        ([scan(undone=True)], 0, {Task.SCAN, Task.UNDO}),
    ],
)
def test_what_was_done_is_ticked(
    scans: list[RehearsedScan], walk_ins: int, done: set[Task]
) -> None:
    """And nothing else."""
    assert done == done_tasks(scans, walk_ins, 0)


def test_the_next_is_the_first_that_is_left() -> None:
    """None when all are done; each has words."""
    assert Task.SCAN is next_task(frozenset())
    assert Task.NAME is next_task(frozenset({Task.SCAN, Task.TWICE, Task.UNDO}))
    assert next_task(frozenset(Task)) is None
    assert list(Task) == list(tasks(Samples("A", "B", "C", "D", "Asha Rao", "Nirmiti")))
