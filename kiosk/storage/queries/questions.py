"""Query check-in questions and seating. Each question is one setting, so that desks merge them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from kiosk.domain.checkin.questions import Question, QuestionKind
from kiosk.domain.checkin.tables import TABLE_FIELD
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.setting_schema import QUESTION_PREFIX
from kiosk.domain.text import casefold_key
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.queries.attendance import among
from kiosk.storage.queries.attendees import edit_events
from kiosk.storage.queries.lists import some_settings
from kiosk.storage.queries.scans import ENTERED


def check_in_questions(connection: sqlite3.Connection) -> list[Question]:
    """All questions in their order."""
    return questions_in(some_settings(connection, prefix=QUESTION_PREFIX))


def questions_in(settings: Mapping[str, Any]) -> list[Question]:
    """The questions among these settings, in the order in which they are asked."""
    found = [
        _question(value)
        for key, value in settings.items()
        if key.startswith(QUESTION_PREFIX) and value is not None
    ]
    return sorted(found, key=lambda item: (item.position, item.name))


def answered_columns(connection: sqlite3.Connection, attendee_id: str) -> set[str]:
    """Columns that this attendee has answered at check-in."""
    return {
        field.removeprefix(EXTRA_PREFIX)
        for _, _, body in edit_events(connection, attendee_id, "asked")
        if body.get("asked")
        for field in body["set"]
        if field.startswith(EXTRA_PREFIX)
    }


def setting_key(name: str) -> str:
    """The setting that holds the question of this name."""
    return QUESTION_PREFIX + casefold_key(name)


def question_value(question: Question) -> dict[str, Any]:
    """The setting's value; a removed question's is None."""
    return {
        "name": question.name,
        "text": question.text,
        "choices": list(question.choices),
        "lists": list(question.list_ids),
        "types": list(question.ticket_types),
        "position": question.position,
        **({"kind": question.kind} if not question.is_one_key else {}),
        **({"required": True} if question.required else {}),
    }


def _question(value: dict[str, Any]) -> Question:
    return Question(
        value["name"],
        value["text"],
        tuple(value["choices"]),
        tuple(value["lists"]),
        tuple(value["types"]),
        value["position"],
        QuestionKind(value.get("kind", QuestionKind.CHOICE)),
        value.get("required", False),
    )


# Query seating at tables.


class Seated(NamedTuple):
    """An attendee who is checked in."""

    attendee_id: str
    name: str
    heads: int
    company: str
    order_code: str
    guest_of: str
    extra: Mapping[str, str]

    @property
    def table(self) -> str:
        """The assigned table."""
        return self.extra.get(TABLE_FIELD, "")


def seated(connection: sqlite3.Connection, list_id: str) -> list[Seated]:
    """All attendees with an entry on this list, in the order of arrival."""
    rows = connection.execute(
        "SELECT attendee.id, name, attendee.heads, company, order_code, guest_of, extra FROM ("
        f"SELECT attendee_id, min(hlc) AS came FROM scan WHERE list_id = ? AND {ENTERED} "
        "GROUP BY attendee_id"
        ") JOIN attendee ON attendee.id = attendee_id ORDER BY came, attendee.id",
        (list_id,),
    )
    return [Seated._make((*row[:6], json.loads(row[6]))) for row in rows]


_DEALT = """SELECT edit.attendee_id, event.body FROM edit
JOIN event ON event.log_id = edit.log_id AND event.seq = edit.seq
WHERE edit.field = ? AND event.kind = ?"""


def was_dealt(connection: sqlite3.Connection, attendee_id: str) -> bool:
    """Whether this attendee's table was assigned automatically, and not typed."""
    return bool(_dealt(connection, " AND edit.attendee_id = ?", attendee_id))


def freed_tables(
    connection: sqlite3.Connection, list_ids: Collection[str], attendee_id: str | None = None
) -> set[str]:
    """Attendees with a table that was assigned automatically, and without an entry on these lists.

    Args:
        attendee_id: the only attendee to look at; None: all.
    """
    on_list, values = among("list_id", list_ids)
    absent = (
        " AND NOT EXISTS (SELECT 1 FROM scan WHERE scan.attendee_id = edit.attendee_id "
        f"AND {ENTERED}{on_list})"
    )
    if attendee_id is None:
        return _dealt(connection, absent, *values)
    return _dealt(connection, f"{absent} AND edit.attendee_id = ?", *values, attendee_id)


def _dealt(connection: sqlite3.Connection, condition: str, *values: str) -> set[str]:
    rows = connection.execute(
        _DEALT + condition, (EXTRA_PREFIX + TABLE_FIELD, EventKind.EDIT, *values)
    )
    return {row[0] for row in rows if json.loads(row[1]).get("dealt") is True}
