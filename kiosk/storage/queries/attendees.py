"""Query attendees."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from kiosk.domain.checkin.code_matching import Match, MatchStep, code_candidates
from kiosk.domain.checkin.rights import Rights, rights_of
from kiosk.domain.datetimes import DateTimeContext
from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import Body, EventKind, rank
from kiosk.domain.log.ids import attendee_id_prefix, hlc_ms
from kiosk.domain.people.attendee import (
    FIELD_WORDS,
    LATE_SALE_SOURCE,
    Attendee,
    Correction,
    Transfer,
)
from kiosk.domain.people.registration import TicketStatus, code_lists, companions_of
from kiosk.storage.log.edits import is_withdrawn
from kiosk.storage.log.imported_rows import ALL_CODES

_COLUMNS = (
    "id, name, given_name, family_name, email, phone, company, ticket_type, order_code, status, "
    "status_word, heads, guest_of, note, attention, source, arrived_at_source, extra"
)


class CodeMatch(NamedTuple):
    """The attendees that a scanned code belongs to."""

    attendees: list[Attendee]
    """Empty: unknown code. Several: ambiguous."""
    is_badge: bool = False
    """It is the code of a badge, which is a name tag and no ticket."""


def _attendee(row: tuple[Any, ...]) -> Attendee:
    extra = json.loads(row[17]) if row[17] != "{}" else {}
    return Attendee(*row[:9], TicketStatus(row[9]), *row[10:17], extra)  # type: ignore[call-arg]


def _attendees(connection: sqlite3.Connection, rest: str, *values: str) -> list[Attendee]:
    """The attendees of a query; `rest` of the statement follows the table."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM attendee {rest}", values)
    return [_attendee(row) for row in rows]


def attendee(connection: sqlite3.Connection, attendee_id: str) -> Attendee | None:
    """The attendee with this id."""
    return next(iter(_attendees(connection, "WHERE id = ?", attendee_id)), None)


def attendees_by_ids(connection: sqlite3.Connection, ids: Iterable[str]) -> list[Attendee]:
    """These attendees, in the order of the ids; unknown ids are left out."""
    found = (attendee(connection, attendee_id) for attendee_id in ids)
    return [person for person in found if person]


def attendees_by_id_prefix(connection: sqlite3.Connection, prefix: str) -> list[Attendee]:
    """Attendees by the beginning of their id, at most ten."""
    rest = "WHERE id >= ? AND id < ? ORDER BY id LIMIT 10"
    return _attendees(connection, rest, prefix, prefix + "\x7f")


def all_attendees(connection: sqlite3.Connection) -> Iterator[Attendee]:
    """All attendees, in the order of registration."""
    for row in connection.execute(f"SELECT {_COLUMNS} FROM attendee ORDER BY rowid"):
        yield _attendee(row)


def blocked_attendees(connection: sqlite3.Connection) -> list[Attendee]:
    """All blocked attendees."""
    return _attendees(connection, "WHERE status = ?", TicketStatus.BLOCKED)


class SearchRow(NamedTuple):
    """The searchable fields of a ticket."""

    id: str
    name: str
    given_name: str
    family_name: str
    email: str
    company: str
    order_code: str
    phone: str
    guest_of: str
    status: str
    companions: str
    """Their names, as the list has them."""
    codes: list[str]
    """The ticket's own codes and those bound to it."""


def search_rows(connection: sqlite3.Connection) -> Iterator[SearchRow]:
    """The searchable fields of all attendees; takes a third of the time of `all_attendees`."""
    bound: dict[str, list[str]] = {}
    for attendee_id, code in connection.execute("SELECT attendee_id, code FROM binding"):
        bound.setdefault(attendee_id, []).append(code)
    columns = ", ".join(SearchRow._fields[:-2])
    for *fields, codes, extra in connection.execute(
        f"SELECT {columns}, codes, CASE WHEN heads > 1 THEN extra END FROM attendee ORDER BY id"
    ):
        own = code_lists(codes)[0] + bound.get(fields[0], [])
        yield SearchRow._make((*fields, companions_of(json.loads(extra)) if extra else "", own))


def count_attendees(connection: sqlite3.Connection) -> int:
    """The number of tickets."""
    return int(connection.execute("SELECT count(*) FROM attendee").fetchone()[0])


def companions(connection: sqlite3.Connection, person: Attendee) -> list[Attendee]:
    """The other tickets of the same order from the same source."""
    if not person.order_code:
        return []
    rest = (
        "WHERE order_code = ? COLLATE NOCASE AND order_code != '' AND id != ? AND source = ? "
        "ORDER BY rowid"
    )
    return _attendees(connection, rest, person.order_code, person.id, person.source)


def ticket_rights(
    connection: sqlite3.Connection, person: Attendee, context: DateTimeContext
) -> Rights:
    """What a ticket is good for."""
    return rights_on_date(rights_of(person.extra, context), partial(has_several, connection))


def rights_on_date(rights: Rights, several: Callable[[str], bool]) -> Rights:
    """The rights, without a date that all tickets have: it is the event's, and no limit.

    Args:
        several: `has_several` of the event, by the heading.
    """
    is_of_all = rights.date_heading and not several(rights.date_heading)
    return rights.on_any_day() if is_of_all else rights


def has_several(connection: sqlite3.Connection, heading: str) -> bool:
    """Whether the tickets have more than one value in this column; of a heading that no JSON path
    can name, true."""
    if '"' in heading:
        return True
    path = f'$."{heading}"'
    values = connection.execute(
        "SELECT DISTINCT json_extract(extra, ?1) FROM attendee "
        "WHERE json_extract(extra, ?1) IS NOT NULL LIMIT 2",
        (path,),
    )
    return len(values.fetchall()) > 1


def namesakes(connection: sqlite3.Connection, person: Attendee) -> list[Attendee]:
    """Other tickets with exactly this name."""
    if not person.name:
        return []
    rest = "WHERE name = ? AND name != '' AND id != ? ORDER BY rowid"
    return _attendees(connection, rest, person.name, person.id)


def codes_of(connection: sqlite3.Connection, attendee_id: str) -> list[str]:
    """All codes of this attendee, the ticket's own codes first."""
    own: list[str] = []
    for (codes,) in connection.execute("SELECT codes FROM attendee WHERE id = ?", (attendee_id,)):
        own = [code for part in json.loads(codes) for code in part]
    return own + linked_codes(connection, attendee_id)


def linked_codes(connection: sqlite3.Connection, attendee_id: str) -> list[str]:
    """The codes that desks linked to this attendee."""
    rows = connection.execute(
        "SELECT code FROM binding WHERE attendee_id = ? AND attendee_id != '' ORDER BY code",
        (attendee_id,),
    )
    return [row[0] for row in rows]


_FEW = 1_000
"""Attendees that are read one by one in less time than all."""


def ticket_codes(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """The own codes of these attendees, with those bound to them at a desk."""
    if len(ids) > _FEW:
        return {row.id: row.codes for row in search_rows(connection)}
    found: dict[str, list[str]] = {}
    for attendee_id in ids:
        row = connection.execute(
            "SELECT codes FROM attendee WHERE id = ?", (attendee_id,)
        ).fetchone()
        bound = connection.execute("SELECT code FROM binding WHERE attendee_id = ?", (attendee_id,))
        found[attendee_id] = [*code_lists(row[0])[0], *(code for (code,) in bound)] if row else []
    return found


def ticket_codes_longer_than(
    connection: sqlite3.Connection, length: int
) -> Iterator[tuple[str, str, str]]:
    """(attendee, first own code, ticket type) of imported tickets with long codes."""
    return connection.execute(
        "SELECT id, json_extract(codes, '$[0][0]') AS own, ticket_type FROM attendee "
        "WHERE length(own) > ? AND source != ? ORDER BY id",
        (length, LATE_SALE_SOURCE),
    )


def was_imported(connection: sqlite3.Connection, code: str) -> bool:
    """Whether an import of any time had this code, byte for byte; reads the whole log."""
    found = connection.execute(
        "SELECT 1 FROM event WHERE kind = 'import_rows' AND instr(body, ?) LIMIT 1",
        (json.dumps(code)[1:-1],),
    )
    return found.fetchone() is not None


def find_by_code(connection: sqlite3.Connection, raw: str) -> CodeMatch:
    """The attendees of a scanned code: the first candidate form that matches decides."""
    ambiguous: list[Attendee] = []
    for step in code_candidates(raw):
        found = _attendees_of_step(connection, step)
        if found and (step.match is Match.EXACT or len(found) == 1):
            return CodeMatch(found)
        if step.match is Match.ANY_CASE:
            ambiguous = ambiguous or found
        for text in step.texts:
            prefix = attendee_id_prefix(text)
            people = attendees_by_id_prefix(connection, prefix) if prefix else []
            if len(people) == 1:
                return CodeMatch(people, is_badge=True)
    return CodeMatch(ambiguous)


def _attendees_of_step(connection: sqlite3.Connection, step: MatchStep) -> list[Attendee]:
    found: dict[str, Attendee] = {}
    for text in step.texts:
        for person in _attendees_of_code(connection, text, step.match):
            found.setdefault(person.id, person)
        if found and step.match is Match.EXACT:
            break
    return list(found.values())


def _attendees_of_code(connection: sqlite3.Connection, text: str, match: Match) -> list[Attendee]:
    """The attendees of one code: linked at a desk, else by own codes, else by weak ones.

    Weak are order and running numbers. Each is compared as the step says.
    """
    is_exact = match is Match.EXACT
    rows = connection.execute(
        f"SELECT {_COLUMNS}, found_code, weak FROM attendee JOIN ("
        "SELECT code AS found_code, attendee_id AS owner, -1 AS weak FROM binding "
        f"WHERE code = ?1 COLLATE {'BINARY' if is_exact else 'NOCASE'} "
        f"UNION SELECT * FROM ({ALL_CODES}) WHERE code = ?1 COLLATE NOCASE "
        "UNION SELECT order_code, id, 1 FROM attendee "
        "WHERE order_code = ?1 COLLATE NOCASE AND order_code != '') "
        "ON owner = id ORDER BY weak, id",
        (text,),
    ).fetchall()
    if is_exact:
        rows = [row for row in rows if row[-2] == text]
    strongest = min((row[-1] for row in rows), default=0)
    people = {row[0]: _attendee(row[:-2]) for row in rows if row[-1] == strongest}
    return list(people.values())


def holders_of_codes(connection: sqlite3.Connection, codes: Iterable[str]) -> set[str]:
    """The ids of the attendees who have one of these codes, regardless of case."""
    found: set[str] = set()
    for code in codes:
        found.update(
            row[0]
            for row in connection.execute(
                f"SELECT attendee_id FROM ({ALL_CODES}) WHERE code = ? COLLATE NOCASE", (code,)
            )
        )
    return found


def edits(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """All fields typed at a desk: attendee to field to value."""
    typed: dict[str, dict[str, str]] = {}
    for attendee_id, field, value in connection.execute(
        "SELECT attendee_id, field, value FROM edit ORDER BY attendee_id, field"
    ):
        if not is_withdrawn(field, value):
            typed.setdefault(attendee_id, {})[field] = value
    return typed


def fingerprints(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """Each imported attendee's id with its source and the fingerprint of its row."""
    rows = connection.execute("SELECT id, source, fingerprint FROM attendee")
    return {attendee_id: (source, mark) for attendee_id, source, mark in rows}


def extra_headers(connection: sqlite3.Connection) -> list[str]:
    """Headers of all imported columns that are not fields of the desk, in order of appearance."""
    seen: dict[str, None] = {}
    for (text,) in connection.execute("SELECT DISTINCT extra FROM attendee ORDER BY rowid"):
        if text and text != "{}":
            seen.update(dict.fromkeys(json.loads(text)))
    return list(seen)


def ticket_types(connection: sqlite3.Connection) -> list[str]:
    """All ticket types in use, most frequent first."""
    rows = connection.execute(
        "SELECT ticket_type FROM attendee WHERE ticket_type != '' "
        "GROUP BY ticket_type ORDER BY count(*) DESC, ticket_type"
    )
    return [row[0] for row in rows]


# Corrections typed at a desk.


def edit_events(
    connection: sqlite3.Connection, attendee_id: str, key: str = ""
) -> Iterator[tuple[int, str, Body]]:
    """(stamp, body as text, body) of the valid edits of an attendee, oldest first.

    Args:
        key: only edits with this key.
    """
    for hlc, text in connection.execute(
        "SELECT hlc, body FROM event WHERE subject = ? AND kind = 'edit' AND body LIKE ? "
        "ORDER BY hlc, log_id, seq",
        (attendee_id, f'%"{key}"%' if key else "%"),
    ):
        if (body := validated_body(EventKind.EDIT, text)) is not None:
            yield hlc, text, body


def corrections_of(connection: sqlite3.Connection, attendee_id: str) -> list[Correction]:
    """The corrections of this attendee's fields, oldest first; transfers are in `transfers_of`.

    For most attendees, who have no edit, this is one look at an index.
    """
    if not connection.execute(
        "SELECT 1 FROM edit WHERE attendee_id = ? LIMIT 1", (attendee_id,)
    ).fetchone():
        return []
    found = []
    for hlc, _, body in edit_events(connection, attendee_id):
        if "transfer" in body:
            continue
        fields = tuple(field for field in FIELD_WORDS if field in body["set"])
        if fields:
            found.append(Correction(hlc_ms(hlc), str(body.get("desk", "")), fields))
    return found


# Transfers of tickets.


def transfers_of(connection: sqlite3.Connection, attendee_id: str) -> list[Transfer]:
    """The transfers of this ticket, oldest first.

    For most attendees, without an edited name, this is one look at an index.
    """
    if not connection.execute(
        "SELECT 1 FROM edit WHERE attendee_id = ? AND field = 'name'", (attendee_id,)
    ).fetchone():
        return []
    found = []
    for hlc, text, body in edit_events(connection, attendee_id, "transfer"):
        if isinstance(body.get("transfer"), dict):
            transfer, stamp = body["transfer"], rank(hlc, text)
            desk = str(body.get("desk", ""))
            found.append(Transfer(hlc_ms(hlc), desk, transfer["from"], transfer["reason"], stamp))
    return sorted(found, key=lambda transfer: transfer.hlc)


def is_former_holders_badge(connection: sqlite3.Connection, attendee_id: str) -> bool:
    """Whether the newest badge of this ticket was printed before its transfer."""
    return former_holder_on_badge(connection, attendee_id) != ""


def former_holder_on_badge(connection: sqlite3.Connection, attendee_id: str) -> str:
    """The former holder named on the newest badge of this ticket; empty: the current holder."""
    transfers = transfers_of(connection, attendee_id)
    if not transfers:
        return ""
    row = connection.execute(
        "SELECT hlc FROM badge WHERE attendee_id = ?", (attendee_id,)
    ).fetchone()
    later = (transfer.old_name for transfer in transfers if row and row[0] < transfer.hlc)
    return next(later, "")


def former_holders(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The former holders of each transferred ticket, the first one first."""
    renamed = connection.execute("SELECT attendee_id FROM edit WHERE field = 'name'").fetchall()
    found = ((person, transfers_of(connection, person)) for (person,) in renamed)
    return {
        person: tuple(transfer.old_name for transfer in transfers)
        for person, transfers in found
        if transfers
    }
