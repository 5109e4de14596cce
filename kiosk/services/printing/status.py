"""The queue of badges in words: the desk's line, and the list for people."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.printing.job import PrintState
from kiosk.services.printing.jobs import job_name
from kiosk.services.printing.settings import MODE_WORDS, PrintSettings, print_settings
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import badges
from kiosk.storage.queries.badges import OPEN_STATES, BadgeJob

RECENT_MS = 12 * 3600 * 1000
"""A job that nobody confirmed is asked about for a day, not for ever."""
LEFT_MS = 15_000
"""A hand-over that takes this long is one whose program died."""

STATE_WORDS = {
    PrintState.QUEUED: ("…", "waits here"),
    PrintState.SENT: ("→", "at printer"),
    PrintState.PRINTING: ("→", "printing"),
    PrintState.DONE: ("✓", "printed"),
    PrintState.HANDED: ("✓", "handed"),
    PrintState.FAILED: ("✗", "failed"),
    PrintState.CANCELED: ("-", "taken back"),
    PrintState.UNKNOWN: ("?", "look first"),
}
"""A sign and few words for each state."""


@dataclass(frozen=True, slots=True)
class PrintStatus:
    """What the desk's status line says of paper."""

    settings: PrintSettings
    waiting: int
    """Badges on their way."""
    trouble: str = ""
    """The first thing somebody must see to; empty when all is well."""
    next_step: str = ""

    @property
    def words(self) -> str:
        """`badges: by key · printer ok`, and how many wait while some do; short, as the line is."""
        settings = self.settings
        if self.waiting:
            parts = [f"badges waiting {self.waiting}"]
        else:
            parts = [f"badges: {MODE_WORDS[settings.mode]}"]
        if settings.labels_are_low:
            parts.append(f"labels left {settings.labels_left}")
        elif settings.prints and not self.trouble:
            parts.append("printer ok")
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A job as people read it."""

    job: BadgeJob
    name: str
    """The job's."""
    person: str
    is_ours: bool
    """At this desk; another desk's can only be looked at."""
    age_s: int
    """Since it was asked for."""

    @property
    def sign(self) -> str:
        """One character; `!` when somebody must do something."""
        if self.job.needs_help and self.job.state is not PrintState.FAILED:
            return "!"
        return STATE_WORDS[self.job.state][0]

    @property
    def words(self) -> str:
        """The state."""
        if self.job.needs_help and self.job.state in (PrintState.SENT, PrintState.PRINTING):
            return "stuck"
        return STATE_WORDS[self.job.state][1]


def print_status(store: Store) -> PrintStatus:
    """The state of paper at this desk now."""
    connection = store.connection
    waiting = badges.jobs_in(connection, store.log_id, OPEN_STATES)
    since = store.clock() - RECENT_MS
    troubled = badges.troubled_jobs(connection, store.log_id, since, store.clock() - LEFT_MS)
    first = troubled[0] if troubled else None
    return PrintStatus(
        settings=print_settings(store),
        waiting=len(waiting),
        trouble=first.sentence if first else "",
        next_step=first.next_step if first else "",
    )


def queue_lines(store: Store, limit: int = -1) -> list[QueueLine]:
    """Jobs of all desks, newest first."""
    now = store.clock()
    return [
        QueueLine(
            job=job,
            name=job_name(store, job),
            person=_person(store, job),
            is_ours=job.log_id == store.log_id,
            age_s=max(0, (now - job.at_ms) // 1000),
        )
        for job in badges.all_jobs(store.connection, limit)
    ]


def _person(store: Store, job: BadgeJob) -> str:
    person = people.attendee(store.connection, job.attendee_id)
    return person.label if person else job.attendee_id


def age_words(seconds: int) -> str:
    """`40 s`, `12 min`, `3 h`, `2 d`."""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 48 * 3600 else f"{seconds // 86400} d"
