"""Read the data of the desk's screen: the card of an attendee, the event, and the desk at rest."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.questions import answer_of
from kiosk.domain.checkin.rights import NO_LIMITS, Rights, states_rights
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.checkin.tables import TABLE_FIELD
from kiosk.domain.checkin.tally import QUARTER_MS
from kiosk.domain.datetimes import clock_words, day_at, day_words
from kiosk.domain.log.ids import is_badge_code
from kiosk.domain.people.attendee import Attendee, Correction, Transfer
from kiosk.domain.people.first_time import is_first_timer
from kiosk.domain.text import casefold_key
from kiosk.services.checkin.activity import ActivityLine, recent_activity
from kiosk.services.checkin.tables import as_seated
from kiosk.services.event.event import EventInfo, event_info
from kiosk.services.people.entitlements import Entitlement, entitlements
from kiosk.services.tally.counts import RECENT_MS, EventCounts, event_counts
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import scans
from kiosk.storage.queries.attendees import corrections_of, is_former_holders_badge, transfers_of
from kiosk.storage.queries.badges import BadgeJob, PrintedBadge, badge_state, jobs_of, printed_badge
from kiosk.storage.queries.help_desk import HelpRow, help_row
from kiosk.storage.queries.lists import check_in_lists, date_context, list_names, some_settings
from kiosk.storage.queries.questions import check_in_questions


@dataclass(frozen=True, slots=True)
class AttendeeCard:
    """The data of one attendee's card."""

    attendee: Attendee
    zone: ZoneInfo
    companions: tuple[Attendee, ...]
    """Other tickets of the order."""
    history: tuple[scans.ScanRow, ...]
    """Entries, exits and refusals, oldest first."""
    list_names: dict[str, str]
    """By id, for the history's names."""
    badge: PrintedBadge | None
    badge_state: str
    """Of the newest badge: `PDF created`, `sent`, `printed`, `handed out` ...; empty: none."""
    codes: tuple[str, ...]
    linked_codes: tuple[str, ...] = ()
    """Those that desks linked to this attendee."""
    entitlements: tuple[Entitlement, ...] = ()
    """Other lists than days that admit this ticket, in the desk's order."""
    answers: tuple[tuple[str, str], ...] = ()
    """Answers to the event's questions: (question's name, answer)."""

    rights: Rights = NO_LIMITS
    """The limits of the ticket: validity, date, add-ons."""
    transfers: tuple[Transfer, ...] = ()
    """Transfers of the ticket, the first one first."""
    corrections: tuple[Correction, ...] = ()
    """Changes typed at desks, oldest first."""
    reprints: tuple[BadgeJob, ...] = ()
    """Reprints, with the reason, oldest first."""
    badge_is_former: bool = False
    """The printed badge has the name of a former holder of the ticket."""

    help: HelpRow | None = None
    """The newest note to or from the help desk."""

    @property
    def table(self) -> str:
        """The attendee's table; empty: none is assigned."""
        return self.attendee.extra.get(TABLE_FIELD, "")

    @property
    def has_blank_badge(self) -> bool:
        """Whether a blank badge was linked to the attendee, and none is printed."""
        return self.badge is None and any(map(is_badge_code, self.linked_codes))

    @property
    def other_answers(self) -> list[tuple[str, str]]:
        """Other imported columns than answers to the event's questions: (header, value)."""
        shown = {casefold_key(name) for name, _ in self.answers}
        pairs = (
            (name, " ".join(value.split()))
            for name, value in self.attendee.extra.items()
            if not states_rights(name)
        )
        return [pair for pair in pairs if casefold_key(pair[0]) not in shown]

    @property
    def is_first_timer(self) -> bool:
        """Whether the attendee is here for the first time."""
        return is_first_timer(self.attendee.extra)


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """The event, for a desk that has just opened it."""

    event: EventInfo
    people: int
    """Number of tickets."""
    ticket_types: tuple[str, ...]
    """In use, the most frequent first."""
    is_demo: bool
    is_purged: bool
    """The attendees were removed, and the counts kept."""


def desk_facts(store: Store) -> DeskFacts:
    """Read the event for a desk that has just opened it."""
    known = some_settings(store.connection, "demo", "purged")
    return DeskFacts(
        event=event_info(store),
        people=people.count_attendees(store.connection),
        ticket_types=tuple(people.ticket_types(store.connection)),
        is_demo=bool(known.get("demo", False)),
        is_purged=known.get("purged") is not None,
    )


@dataclass(frozen=True, slots=True)
class ListToday:
    """A check-in list of today."""

    name: str
    came: int
    """People who are in."""
    expected: int
    note: str
    """`opens 12:30` or `closed`; empty: it is open, or was used today."""
    is_here: bool
    """It is the list of the desk."""


@dataclass(frozen=True, slots=True)
class DeskRest:
    """The data of a desk at rest, while no attendee is looked up."""

    list_id: str
    """The list that the desk checks in for."""
    last: tuple[ActivityLine, ...]
    """The last verdicts of this desk, newest first."""
    lists: tuple[ListToday, ...]
    recent: int
    """People who arrived on the desk's list in the last quarter of an hour."""
    arrivals: tuple[tuple[int, str], ...]
    """People who arrived on the desk's list, and the time, by quarters of an hour of today."""


def desk_rest(store: Store, here: CheckInList, limit: int) -> DeskRest:
    """Read the data of a desk at rest.

    Args:
        limit: the most verdicts.
    """
    counts, zone, now_ms = event_counts(store), event_info(store).zone, store.clock()
    today = day_at(now_ms, zone)
    lists = [
        _list_today(counts, item, here, now_ms, zone)
        for item in check_in_lists(store.connection)
        if item.id == here.id or _is_on(item, today, zone)
    ]
    on_list = counts.on_list(here.id)
    return DeskRest(
        list_id=here.id,
        last=tuple(recent_activity(store, limit, this_desk=True)),
        lists=tuple(lists),
        recent=on_list.arrived_since(now_ms - RECENT_MS),
        arrivals=_arrivals(on_list.arrivals, today, zone),
    )


def _arrivals(
    quarters: Mapping[int, int], today: date, zone: ZoneInfo
) -> tuple[tuple[int, str], ...]:
    """Every quarter from the first arrival of today to the last one."""
    moments = [ms for ms, heads in quarters.items() if heads and day_at(ms, zone) == today]
    if not moments:
        return ()
    return tuple(
        (quarters.get(ms, 0), f"{datetime.fromtimestamp(ms / 1000, zone):%H:%M}")
        for ms in range(min(moments), max(moments) + 1, QUARTER_MS)
    )


def _is_on(item: CheckInList, today: date, zone: ZoneInfo) -> bool:
    """Whether the list is open at some time of today."""
    begin, end = (
        day_at(ms, zone) if ms is not None else today for ms in (item.opens_ms, item.closes_ms)
    )
    return begin <= today <= end


def _list_today(
    counts: EventCounts, item: CheckInList, here: CheckInList, now_ms: int, zone: ZoneInfo
) -> ListToday:
    note, came = "", counts.on_list(item.id).checked_in.total()
    if item.opens_ms is not None and item.opens_ms > now_ms:
        at = datetime.fromtimestamp(item.opens_ms / 1000, zone)
        today = day_at(now_ms, zone)
        note = f"opens {clock_words(at) if at.date() == today else day_words(at.date(), today)}"
    elif item.closes_ms is not None and item.closes_ms <= now_ms and not came:
        note = "closed"
    name = item.name.split(" · ")[0]
    return ListToday(name, came, counts.expected(item), note, item.id == here.id)


def attendee_card(store: Store, attendee_id: str) -> AttendeeCard | None:
    """Read the card of an attendee; None: there is no such attendee."""
    connection = store.connection
    person = people.attendee(connection, attendee_id)
    if person is None:
        return None
    person = as_seated(store, person)
    context = date_context(connection)
    zone = context.zone
    rights = people.ticket_rights(connection, person, context)
    lists = check_in_lists(connection)
    history = tuple(scans.scans_of(connection, person.id))
    return AttendeeCard(
        attendee=person,
        zone=zone,
        companions=tuple(people.companions(connection, person)),
        history=history,
        rights=rights,
        list_names=list_names(connection),
        badge=printed_badge(connection, person.id),
        badge_state=badge_state(connection, person.id),
        codes=tuple(people.codes_of(connection, person.id)),
        linked_codes=tuple(people.linked_codes(connection, person.id)),
        entitlements=entitlements(person, lists, history, store.clock(), zone, rights),
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
