"""Six things that a volunteer tries in a rehearsal, and how it is seen that they were done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.checkin.outcomes import Direction, Outcome


class Task(StrEnum):
    """What is to be tried."""

    SCAN = "scan"
    TWICE = "twice"
    NAME = "name"
    UNPAID = "unpaid"
    WALK_IN = "walk_in"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class TaskWords:
    """A task for people."""

    what: str
    how: str


@dataclass(frozen=True, slots=True)
class RehearsedScan:
    """What the guide has to know of a scan."""

    name: str
    """Whose ticket it was; empty when nobody's."""
    has_code: bool
    """Scanned or typed as a code; else the person was chosen by name."""
    outcome: Outcome
    direction: Direction
    forced: bool
    undone: bool


SOMEBODY = "Asha"
"""Who is to be found without a ticket: several have that name, in two scripts."""


def tasks(ticket: str, unpaid: str) -> dict[Task, TaskWords]:
    """All six, in order.

    Args:
        ticket: the code of somebody whose ticket is good.
        unpaid: the code of somebody who has not paid.
    """
    return {
        Task.SCAN: TaskWords("Scan a ticket", f"a printed one, or {ticket} Enter"),
        Task.TWICE: TaskWords("Scan the same ticket again", "three seconds later"),
        Task.NAME: TaskWords(
            f"Find {SOMEBODY} without the ticket", f"type {SOMEBODY.lower()}, Enter, ↓, Enter"
        ),
        Task.UNPAID: TaskWords("Let in who has not paid", f"{unpaid}, then Ctrl+O"),
        Task.WALK_IN: TaskWords("Register somebody new", "F2, a name, F2"),
        Task.UNDO: TaskWords("Take the last check-in back", "F8"),
    }


def done_tasks(scans: Iterable[RehearsedScan], walk_ins: int) -> frozenset[Task]:
    """Which of them the log shows to be done."""
    done: set[Task] = set()
    if walk_ins:
        done.add(Task.WALK_IN)
    for scan in scans:
        let_in = scan.outcome is Outcome.OK and scan.direction is Direction.ENTRY
        if let_in and scan.has_code and not scan.forced:
            done.add(Task.SCAN)
        if scan.outcome is Outcome.ALREADY_REDEEMED:
            done.add(Task.TWICE)
        if let_in and not scan.has_code and scan.name.casefold().startswith(SOMEBODY.casefold()):
            done.add(Task.NAME)
        if let_in and scan.forced:
            done.add(Task.UNPAID)
        if scan.undone:
            done.add(Task.UNDO)
    return frozenset(done)


def next_task(done: frozenset[Task]) -> Task | None:
    """The first that is left; None when all are done."""
    return next((task for task in Task if task not in done), None)
