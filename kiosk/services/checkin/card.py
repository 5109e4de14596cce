"""Read an attendee's card and the desk's counters."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.questions import answer_of, question_key
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.checkin.tables import TABLE_FIELD
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee, Correction, Transfer
from kiosk.domain.people.first_time import is_first_timer
from kiosk.services.event.event import EventInfo, event_info
from kiosk.services.people.entitlements import Entitlement, entitlements
from kiosk.services.tally.arrivals import arrived_since
from kiosk.storage.file.store import Store
from kiosk.storage.log import reader
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import overview, scans
from kiosk.storage.queries.attendees import corrections_of, is_former_holders_badge, transfers_of
from kiosk.storage.queries.badges import BadgeJob, PrintedBadge, jobs_of, printed_badge
from kiosk.storage.queries.help_desk import HelpRow, count_help_waiting, help_row
from kiosk.storage.queries.lists import check_in_lists, list_names, some_settings
from kiosk.storage.queries.questions import check_in_questions

_NO_NEWS_OF_TICKETS = frozenset(
    {EventKind.CHECK_IN, EventKind.REFUSED, EventKind.UNDO, EventKind.HELP_DESK}
)
RECENT_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class AttendeeCard:
    """Everything the card shows of one person."""

    attendee: Attendee
    zone: ZoneInfo
    companions: tuple[Attendee, ...]
    """Other tickets of the order."""
    history: tuple[scans.ScanRow, ...]
    """Entries, exits and refusals, oldest first."""
    list_names: dict[str, str]
    """By id, for the history's names."""
    badge: PrintedBadge | None
    codes: tuple[str, ...]
    entitlements: tuple[Entitlement, ...] = ()
    """Other lists than days that admit this ticket, in the desk's order."""
    answers: tuple[tuple[str, str], ...] = ()
    """What the event's questions were answered with: (question's name, answer)."""

    transfers: tuple[Transfer, ...] = ()
    """Whose the ticket was, the first holder first."""
    corrections: tuple[Correction, ...] = ()
    """What was typed of the person at a desk, oldest first."""
    reprints: tuple[BadgeJob, ...] = ()
    """Badges asked for again, with the reason, oldest first."""
    badge_is_former: bool = False
    """The printed badge bears the name of whoever had the ticket before."""

    help: HelpRow | None = None
    """The newest word of and on the help desk."""

    @property
    def other_answers(self) -> list[tuple[str, str]]:
        """Imported columns that answer none of the event's questions: (header, value)."""
        shown = {question_key(name) for name, _ in self.answers}
        pairs = ((name, " ".join(value.split())) for name, value in self.attendee.extra.items())
        return [pair for pair in pairs if question_key(pair[0]) not in shown]

    @property
    def is_first_timer(self) -> bool:
        """Whether the person has not been here before."""
        return is_first_timer(self.attendee.extra)

    @property
    def table(self) -> str:
        """Where the person sits; empty when no table was given."""
        return self.attendee.extra.get(TABLE_FIELD, "")


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """The line of counters."""

    checked_in: int
    expected: int
    recent: int
    """Heads that arrived in the last quarter of an hour."""
    at_help_desk: int = 0
    """People sent there, by any desk, and not settled yet."""


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What a desk shows when the event is open."""

    event: EventInfo
    people: int
    """How many tickets there are."""
    is_demo: bool
    is_purged: bool
    """The attendees were removed, and the counts kept."""


def desk_facts(store: Store) -> DeskFacts:
    """The event as a desk shows it first."""
    known = some_settings(store.connection, "demo", "purged")
    return DeskFacts(
        event=event_info(store),
        people=people.count_attendees(store.connection),
        is_demo=bool(known.get("demo", False)),
        is_purged=known.get("purged") is not None,
    )


def data_version(store: Store) -> int:
    """A number that changes when another program writes to the event file."""
    return overview.data_version(store.connection)


def attendee_card(store: Store, attendee_id: str) -> AttendeeCard | None:
    """The card of this person."""
    connection = store.connection
    person = people.attendee(connection, attendee_id)
    if person is None:
        return None
    zone = event_info(store).zone
    lists = check_in_lists(connection)
    history = tuple(scans.scans_of(connection, person.id))
    return AttendeeCard(
        attendee=person,
        zone=zone,
        companions=tuple(people.companions(connection, person)),
        history=history,
        list_names=list_names(connection),
        badge=printed_badge(connection, person.id),
        codes=tuple(people.codes_of(connection, person.id)),
        entitlements=entitlements(person, lists, history, store.clock(), zone),
        answers=_given_answers(connection, person),
        transfers=tuple(transfers_of(connection, person.id)),
        corrections=tuple(corrections_of(connection, person.id)),
        reprints=tuple(job for job in jobs_of(connection, person.id) if job.reason),
        badge_is_former=is_former_holders_badge(connection, person.id),
        help=help_row(connection, person.id),
    )


def _given_answers(connection: sqlite3.Connection, person: Attendee) -> tuple[tuple[str, str], ...]:
    pairs = [(item.name, answer_of(person, item)) for item in check_in_questions(connection)]
    return tuple(pair for pair in pairs if pair[1])


def desk_counts(store: Store, check_in_list: CheckInList) -> DeskCounts:
    """The counters of one list, asked for once."""
    return DeskCounter().counts(store, check_in_list)


class DeskCounter:
    """The counters, without counting all tickets anew after each scan."""

    def __init__(self) -> None:
        self._expected: tuple[int, dict[str, int]] = (0, {})
        """Up to which place in the log, and valid heads by ticket type."""

    def counts(self, store: Store, check_in_list: CheckInList) -> DeskCounts:
        """The counters of one list now."""
        connection = store.connection
        by_type = self._valid_heads_by_type(connection)
        admitted = [heads for kind, heads in by_type.items() if check_in_list.admits_type(kind)]
        return DeskCounts(
            checked_in=scans.checked_in_heads(connection, check_in_list.id),
            expected=sum(admitted),
            recent=arrived_since(store, check_in_list.id, store.clock() - RECENT_MS),
            at_help_desk=count_help_waiting(connection),
        )

    def _valid_heads_by_type(self, connection: sqlite3.Connection) -> dict[str, int]:
        place, by_type = self._expected
        if place:
            kinds, now_at = reader.kinds_after(connection, place)
        else:
            kinds, now_at = {"all"}, reader.last_event(connection)
        if not kinds <= _NO_NEWS_OF_TICKETS:
            by_type = overview.valid_heads_by_type(connection)
        self._expected = now_at, by_type
        return by_type
