"""Questions that a dashboard and a report ask: sums made by the database, not row by row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from kiosk.domain.checkin.outcomes import Direction
from kiosk.domain.checkin.questions import Question, question_key
from kiosk.domain.people.attendee import WALK_IN_SOURCE
from kiosk.domain.people.first_time import asks_for_first_time, is_first_timer
from kiosk.storage.queries.attendance import Passage, Selection

QUARTER_MS = 15 * 60 * 1000
"""Every zone's offset is a multiple of it, so quarter hours in UTC are so on the wall as well."""

OTHER_ANSWER = "other"

_ENTRIES = (
    "scan.outcome = 'ok' AND scan.undone = 0 AND scan.attendee_id != '' "
    "AND scan.direction = 'entry'"
)


class Turnout(NamedTuple):
    """One kind of ticket: how many heads there are and how many came."""

    ticket_type: str
    is_valid: bool
    is_walk_in: bool
    heads: int
    came: int
    """Heads let in, at most the ticket's own each."""


class DeskTally(NamedTuple):
    """What one desk did on one list."""

    desk: str
    heads: int
    recent: int
    """Heads since the moment asked about."""
    last_ms: int
    """Its newest entry."""


def turnout(connection: sqlite3.Connection, list_id: str | None = None) -> list[Turnout]:
    """Heads and arrivals of every kind of ticket, on one list, or at all on any of them."""
    on_list, values = ("", ()) if list_id is None else ("AND list_id = ?", (list_id,))
    rows = connection.execute(
        "WITH entered AS (SELECT attendee_id, max(total) AS came FROM ("
        "SELECT attendee_id, list_id, sum(heads) AS total FROM scan "
        f"WHERE {_ENTRIES} {on_list} GROUP BY attendee_id, list_id) GROUP BY attendee_id) "
        "SELECT ticket_type, status = 'valid', source = ?, sum(heads), "
        "sum(min(heads, coalesce(came, 0))) "
        "FROM attendee LEFT JOIN entered ON attendee_id = attendee.id "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        (*values, WALK_IN_SOURCE),
    )
    return [Turnout(row[0], bool(row[1]), bool(row[2]), row[3], row[4]) for row in rows]


def came_by_list(connection: sqlite3.Connection) -> dict[str, int]:
    """Heads let in on each list, at most the ticket's own each."""
    rows = connection.execute(
        "SELECT list_id, sum(min(total, attendee.heads)) FROM ("
        f"SELECT list_id, attendee_id, sum(heads) AS total FROM scan WHERE {_ENTRIES} "
        "GROUP BY list_id, attendee_id) JOIN attendee ON attendee.id = attendee_id "
        "GROUP BY list_id"
    )
    return {row[0]: row[1] for row in rows}


def walk_ins_by_list(connection: sqlite3.Connection) -> dict[str, int]:
    """Heads of walk-ins let in on each list."""
    rows = connection.execute(
        "SELECT list_id, sum(min(total, attendee.heads)) FROM ("
        f"SELECT list_id, attendee_id, sum(heads) AS total FROM scan WHERE {_ENTRIES} "
        "GROUP BY list_id, attendee_id) JOIN attendee ON attendee.id = attendee_id "
        "WHERE source = ? GROUP BY list_id",
        (WALK_IN_SOURCE,),
    )
    return {row[0]: row[1] for row in rows}


def arrived_between(
    connection: sqlite3.Connection,
    list_id: str,
    day_ms: int,
    since_ms: int,
    until_ms: int | None = None,
) -> int:
    """Heads that came to a list for the first time in a day, within a part of it.

    Args:
        day_ms: when the day begins.
        since_ms: when the part begins, not before the day.
        until_ms: when it ends; None: with the newest entry.
    """
    before = "0"
    if since_ms > day_ms:
        before = (
            f"coalesce((SELECT sum(heads) FROM scan WHERE {_ENTRIES} AND scan.list_id = :list "
            "AND scan.attendee_id = recent.attendee_id AND at_ms >= :day AND at_ms < :since), 0)"
        )
    row = connection.execute(
        f"SELECT coalesce(sum(max(0, min(total, attendee.heads - {before}))), 0) FROM ("
        f"SELECT attendee_id, sum(heads) AS total FROM scan WHERE {_ENTRIES} "
        "AND list_id = :list AND at_ms >= :since AND (:until IS NULL OR at_ms < :until) "
        "GROUP BY attendee_id) AS recent JOIN attendee ON attendee.id = recent.attendee_id",
        {"list": list_id, "day": day_ms, "since": since_ms, "until": until_ms},
    ).fetchone()
    return int(row[0])


def arrivals(connection: sqlite3.Connection) -> dict[str, dict[int, int]]:
    """For each list: start of a quarter hour (ms UTC) to heads let in then, in order of time;
    those of `crowded` tickets are too many."""
    found: dict[str, dict[int, int]] = {}
    for list_id, quarter, heads in connection.execute(
        f"SELECT list_id, at_ms / {QUARTER_MS} * {QUARTER_MS}, sum(heads) FROM scan "
        f"WHERE {_ENTRIES} GROUP BY 1, 2 ORDER BY 1, 2"
    ):
        found.setdefault(list_id, {})[quarter] = heads
    return found


def crowded(connection: sqlite3.Connection) -> Iterator[Passage]:
    """Entries and exits of tickets that brought in more people on a list than they admit, list by
    list, ticket by ticket, in the order of the clock."""
    rows = connection.execute(
        "WITH crowd AS (SELECT list_id, attendee_id, heads AS party, ticket_type FROM ("
        f"SELECT list_id, attendee_id, sum(heads) AS total FROM scan WHERE {_ENTRIES} "
        "GROUP BY list_id, attendee_id) JOIN attendee ON attendee.id = attendee_id "
        "WHERE total > heads) "
        "SELECT list_id, attendee_id, ticket_type, party, at_ms, direction, scan.heads "
        "FROM crowd JOIN scan USING (list_id, attendee_id) "
        "WHERE scan.outcome = 'ok' AND scan.undone = 0 "
        "ORDER BY list_id, attendee_id, at_ms, scan.log_id, scan.seq"
    )
    for row in rows:
        yield Passage(row[0], row[1], row[2], row[3], row[4], Direction(row[5]), row[6])


def first_entry_ms(connection: sqlite3.Connection, list_id: str, since_ms: int) -> int | None:
    """The oldest entry on a list that is not older than a moment."""
    row = connection.execute(
        f"SELECT min(at_ms) FROM scan WHERE {_ENTRIES} AND list_id = ? AND at_ms >= ?",
        (list_id, since_ms),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def desk_tallies(
    connection: sqlite3.Connection, list_id: str | None, since_ms: int
) -> list[DeskTally]:
    """What each desk let in, on one list or on all, the busiest first."""
    on_list, values = ("", ()) if list_id is None else ("AND list_id = ?", (list_id,))
    rows = connection.execute(
        "SELECT desk, sum(heads), sum(CASE WHEN at_ms >= ? THEN heads ELSE 0 END), max(at_ms) "
        f"FROM scan WHERE {_ENTRIES} {on_list} GROUP BY desk ORDER BY 2 DESC, 1",
        (since_ms, *values),
    )
    return [DeskTally(*row) for row in rows]


def refusals(connection: sqlite3.Connection, list_id: str | None = None) -> dict[str, int]:
    """Scans not let through by outcome, the commonest first, on one list or on all."""
    on_list, values = ("", ()) if list_id is None else (" AND list_id = ?", (list_id,))
    rows = connection.execute(
        f"SELECT outcome, count(*) FROM scan WHERE outcome != 'ok'{on_list} "
        "GROUP BY outcome ORDER BY 2 DESC, 1",
        values,
    )
    return {row[0]: row[1] for row in rows}


def selected_names(connection: sqlite3.Connection, selection: Selection) -> list[tuple[str, str]]:
    """(name, whose guest) of the selected people, by name."""
    where, values = selection.where()
    rows = connection.execute(
        f"SELECT name, guest_of FROM attendee WHERE {where} "
        "ORDER BY name = '', name COLLATE NOCASE, id",
        values,
    )
    return [(row[0], row[1]) for row in rows]


def badge_progress(connection: sqlite3.Connection) -> tuple[int, int]:
    """(valid tickets with a badge, valid tickets)."""
    row = connection.execute(
        "SELECT count(badge.attendee_id), count(*) FROM attendee "
        "LEFT JOIN badge ON badge.attendee_id = attendee.id WHERE status = 'valid'"
    ).fetchone()
    return int(row[0]), int(row[1])


def badges_on_their_way(connection: sqlite3.Connection) -> tuple[int, int]:
    """(badges waiting for paper, badges that did not come out) at all desks."""
    row = connection.execute(
        "SELECT coalesce(sum(state IN ('queued', 'sent', 'printing')), 0), "
        "coalesce(sum(state = 'failed'), 0) FROM badge_job WHERE attendee_id != ''"
    ).fetchone()
    return int(row[0]), int(row[1])


def missing_heads(
    connection: sqlite3.Connection, list_id: str, admits: Callable[[str], bool]
) -> int:
    """Heads of valid tickets that the list admits and that did not come to it."""
    return sum(
        kind.heads - kind.came
        for kind in turnout(connection, list_id)
        if kind.is_valid and admits(kind.ticket_type)
    )


class ListedPerson(NamedTuple):
    """A ticket as a list on paper shows it."""

    attendee_id: str
    name: str
    guest_of: str
    company: str
    ticket_type: str
    email: str
    heads: int
    status: str


def answers(
    connection: sqlite3.Connection, questions: Sequence[Question]
) -> dict[str, dict[str, tuple[int, int]]]:
    """What questions were answered with: name to choice to (heads who came, heads in all).

    Heads in all are those of valid tickets and of whoever came. Imported words that are none of
    the choices count as `OTHER_ANSWER`: nobody's own words get into the counts.
    """
    wanted = {question_key(question.name): question for question in questions}
    counted: dict[str, dict[str, tuple[int, int]]] = {item.name: {} for item in questions}
    if not questions:
        return counted
    rows = connection.execute(
        "SELECT extra, heads, EXISTS (SELECT 1 FROM scan WHERE scan.attendee_id = attendee.id "
        f"AND {_ENTRIES}) AS has_come FROM attendee "
        "WHERE extra != '{}' AND (status = 'valid' OR has_come)"
    )
    for extra, heads, has_come in rows:
        for header, value in json.loads(extra).items():
            question = wanted.get(question_key(header))
            if question is not None and value.strip():
                choice = question.choice(value) or OTHER_ANSWER
                came, everybody = counted[question.name].get(choice, (0, 0))
                counted[question.name][choice] = (came + heads * has_come, everybody + heads)
    return counted


def listed_people(connection: sqlite3.Connection, selection: Selection) -> Iterator[ListedPerson]:
    """The selected tickets, sorted by name as the other formats have them."""
    where, values = selection.where()
    for row in connection.execute(
        "SELECT id, name, guest_of, company, ticket_type, email, heads, status FROM attendee "
        f"WHERE {where} ORDER BY name = '', name COLLATE NOCASE, id",
        values,
    ):
        yield ListedPerson(*row)


# How many people are expected.


def valid_heads_by_type(connection: sqlite3.Connection) -> dict[str, int]:
    """Heads that valid tickets admit, by ticket type."""
    rows = connection.execute(
        "SELECT ticket_type, sum(heads) FROM attendee WHERE status = 'valid' GROUP BY ticket_type"
    )
    return {row[0]: row[1] for row in rows}


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has written to the file."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


# Which tickets are of people who are here for the first time.


def first_timer_ids(connection: sqlite3.Connection) -> dict[str, bool]:
    """Id to whether the ticket is valid, of everybody whose answers say so.

    Only the answers of people who were asked are looked at, so that an event whose
    registrations ask no such question pays little.
    """
    asked: dict[str, bool] = {}
    found: dict[str, bool] = {}
    for attendee_id, is_valid, text in connection.execute(
        "SELECT id, status = 'valid', extra FROM attendee WHERE extra != '{}'"
    ):
        answers = json.loads(text)
        for header in answers:
            if header not in asked:
                asked[header] = asks_for_first_time(header)
        if any(asked[header] for header in answers) and is_first_timer(answers):
            found[attendee_id] = bool(is_valid)
    return found
