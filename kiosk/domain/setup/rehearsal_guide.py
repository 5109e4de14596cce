"""The tasks of a rehearsal, and how the log shows that they are done."""

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
    UNKNOWN = "unknown"
    UNPAID = "unpaid"
    CANCELED = "canceled"
    HELP_DESK = "help_desk"
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

    is_sample: bool
    """Of the attendee that the guide names."""
    has_code: bool
    """Scanned or typed as a code; else the attendee was selected by name."""
    outcome: Outcome
    direction: Direction
    forced: bool
    """Admitted by exception, or as paid at the desk."""
    undone: bool


@dataclass(frozen=True, slots=True)
class Samples:
    """The codes and the attendee that the guide names."""

    ticket: str
    """The code of a valid ticket."""
    unpaid: str
    canceled: str
    unknown: str
    """A code that no ticket has."""
    name: str
    """An attendee to find without a ticket; others share the first name."""
    company: str
    """It distinguishes this attendee from the others."""


def tasks(samples: Samples) -> dict[Task, TaskWords]:
    """All tasks, in order."""
    first = samples.name.split()[0].lower()
    return {
        Task.SCAN: TaskWords("Scan a ticket", f"{samples.ticket} Enter, or a printed one."),
        Task.TWICE: TaskWords("Scan the same ticket again", "Three seconds later."),
        Task.NAME: TaskWords(
            f"Find {samples.name} of {samples.company}, who has no ticket",
            f"Type {first}, Enter, ↓ to {samples.company}, Enter.",
        ),
        Task.UNKNOWN: TaskWords(
            "Scan an unknown code", f"{samples.unknown} Enter. Do not link it: Esc."
        ),
        Task.UNPAID: TaskWords(
            "Admit an unpaid ticket", f"Scan {samples.unpaid}.", Action.OVERRIDE_REFUSAL
        ),
        Task.CANCELED: TaskWords(
            "Scan a canceled ticket", f"{samples.canceled} Enter: no one is admitted."
        ),
        Task.HELP_DESK: TaskWords("Send this person to the help desk", action=Action.SEND_TO_HELP),
        Task.WALK_IN: TaskWords("Register a walk-in", action=Action.ADD_WALK_IN),
        Task.UNDO: TaskWords("Undo the last check-in", action=Action.UNDO_CHECK_IN),
    }


def done_tasks(scans: Iterable[RehearsedScan], walk_ins: int, helped: int) -> frozenset[Task]:
    """The tasks that the log shows as done."""
    done: set[Task] = set()
    if walk_ins:
        done.add(Task.WALK_IN)
    if helped:
        done.add(Task.HELP_DESK)
    for scan in scans:
        let_in = scan.outcome is Outcome.OK and scan.direction is Direction.ENTRY
        if let_in and scan.has_code and not scan.forced:
            done.add(Task.SCAN)
        if scan.outcome is Outcome.ALREADY_REDEEMED:
            done.add(Task.TWICE)
        if let_in and not scan.has_code and scan.is_sample:
            done.add(Task.NAME)
        if scan.outcome is Outcome.INVALID:
            done.add(Task.UNKNOWN)
        if scan.outcome is Outcome.CANCELED:
            done.add(Task.CANCELED)
        if let_in and scan.forced:
            done.add(Task.UNPAID)
        if scan.undone:
            done.add(Task.UNDO)
    return frozenset(done)


def next_task(done: frozenset[Task]) -> Task | None:
    """The first task that is left; None when all are done."""
    return next((task for task in Task if task not in done), None)
