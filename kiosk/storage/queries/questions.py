"""Query check-in questions. Each is one setting, so that desks merge them one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from kiosk.domain.checkin.questions import Question, question_key
from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.setting_schema import QUESTION_PREFIX
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.queries.lists import some_settings


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
    rows = connection.execute(
        "SELECT body FROM event WHERE subject = ? AND subject != '' AND kind = ? "
        "AND body LIKE '%\"asked\"%'",
        (attendee_id, EventKind.EDIT),
    )
    bodies = (validated_body(EventKind.EDIT, text) for (text,) in rows)
    return {
        field.removeprefix(EXTRA_PREFIX)
        for body in bodies
        if body is not None and body.get("asked")
        for field in body["set"]
        if field.startswith(EXTRA_PREFIX)
    }


def setting_key(name: str) -> str:
    """The setting that holds the question of this name."""
    return QUESTION_PREFIX + question_key(name)


def question_value(question: Question) -> dict[str, Any]:
    """The setting's value; a removed question's is None."""
    return {
        "name": question.name,
        "text": question.text,
        "choices": list(question.choices),
        "lists": list(question.list_ids),
        "types": list(question.ticket_types),
        "position": question.position,
    }


def _question(value: dict[str, Any]) -> Question:
    return Question(
        value["name"],
        value["text"],
        tuple(value["choices"]),
        tuple(value["lists"]),
        tuple(value["types"]),
        value["position"],
    )
