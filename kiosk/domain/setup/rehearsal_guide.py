"""Six tasks for a rehearsal, and how the log shows that they are done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.errors import Action


class Task(StrEnum):
    """One thing to try."""

    SCAN = "scan"
    TWICE = "twice"
    NAME = "name"
    UNPAID = "unpaid"
    WALK_IN = "walk_in"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class TaskWords:
    """A task in words."""

    what: str
    how: str = ""
    """How, without keys or commands."""
    action: Action | None = None
    """How, for the front end to say in its own keys or commands."""


@dataclass(frozen=True, slots=True)
class RehearsedScan:
    """The facts of a scan that the guide needs."""

    name: str
    """The attendee's name; empty for an unknown ticket."""
    has_code: bool
    """Scanned or typed as a code; else the attendee was selected by name."""
    outcome: Outcome
    direction: Direction
    forced: bool
    undone: bool


SAMPLE_NAME = "Asha"
"""The attendee to find without a ticket: several have that name, in two scripts."""


def tasks(ticket: str, unpaid: str) -> dict[Task, TaskWords]:
    """All six, in order.

    Args:
        ticket: the code of a valid ticket.
        unpaid: the code of an unpaid ticket.
    """
    return {
        Task.SCAN: TaskWords("Scan a ticket", f"A printed one, or {ticket} Enter."),
        Task.TWICE: TaskWords("Scan the same ticket again", "Three seconds later."),
        Task.NAME: TaskWords(
            f"Find {SAMPLE_NAME} without the ticket",
            f"Type {SAMPLE_NAME.lower()}, Enter, ↓, Enter.",
        ),
        Task.UNPAID: TaskWords(
            "Admit an unpaid ticket", f"Scan {unpaid}.", Action.OVERRIDE_REFUSAL
        ),
        Task.WALK_IN: TaskWords("Register a walk-in", action=Action.ADD_WALK_IN),
        Task.UNDO: TaskWords("Undo the last check-in", action=Action.UNDO_CHECK_IN),
    }


def done_tasks(scans: Iterable[RehearsedScan], walk_ins: int) -> frozenset[Task]:
    """The tasks that the log shows as done."""
    done: set[Task] = set()
    if walk_ins:
        done.add(Task.WALK_IN)
    for scan in scans:
        let_in = scan.outcome is Outcome.OK and scan.direction is Direction.ENTRY
        if let_in and scan.has_code and not scan.forced:
            done.add(Task.SCAN)
        if scan.outcome is Outcome.ALREADY_REDEEMED:
            done.add(Task.TWICE)
        if let_in and not scan.has_code and scan.name.casefold().startswith(SAMPLE_NAME.casefold()):
            done.add(Task.NAME)
        if let_in and scan.forced:
            done.add(Task.UNPAID)
        if scan.undone:
            done.add(Task.UNDO)
    return frozenset(done)


def next_task(done: frozenset[Task]) -> Task | None:
    """The first task that is left; None when all are done."""
    return next((task for task in Task if task not in done), None)
