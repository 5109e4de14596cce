"""Describe attendees, verdicts and problems as the contract's JSON does, and read changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import is_first_timer
from kiosk.domain.text import escape_surrogates
from kiosk.services.checkin.checkin import ScanResult
from kiosk.services.checkin.lists import moment_text
from kiosk.services.people.people import state_of_badge
from kiosk.ui.cli.options import given_pairs

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store
    from kiosk.storage.queries.badges import PrintedBadge


def attendee_json(person: Attendee) -> dict[str, Any]:
    """Describe an attendee, as in a verdict."""
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "company": person.company,
        "ticket_type": person.ticket_type,
        "order": person.order_code,
        "status": str(person.status),
        "party": person.heads,
    }


def badge_json(badge: PrintedBadge | None, state: str) -> dict[str, Any]:
    """Describe the badge of an attendee; None: no badge was made yet."""
    return {
        "printed": badge is not None,
        "state": state or None,
        "box": badge.box or None if badge else None,
        "slot": badge.slot or None if badge else None,
    }


def scan_json(store: Store, result: ScanResult, zone: ZoneInfo) -> dict[str, Any]:
    """Describe a verdict."""
    first, attendee = result.first, result.attendee
    state = state_of_badge(store, attendee.id) if attendee else ""
    return {
        "code": result.code,
        "outcome": str(result.outcome),
        "message": result.message,
        "list": result.check_in_list.name,
        "attendee": attendee_json(attendee) if attendee else None,
        "first": {"at": moment_text(first.at_ms, zone), "desk": first.desk} if first else None,
        "badge": badge_json(result.badge, state) if result.badge or attendee else None,
        "table": result.table or None,
        "table_full": result.table_is_full,
        "first_time": is_first_timer(attendee.extra) if attendee else None,
        "not_yet": [
            {"list": holding.list_name, "answer": holding.answer} for holding in result.not_yet
        ],
        "heads": result.heads,
        "admitted": result.admitted,
        "forced": result.forced,
        "repeated": result.repeated,
        "questions": [
            {"name": item.name, "text": item.text, "choices": list(item.choices)}
            for item in result.questions
        ],
        "candidates": [attendee_json(person) for person in result.candidates],
    }


def changes_given(given: Iterable[str]) -> dict[str, str]:
    """Read changes of the form FIELD=VALUE.

    Raises:
        KioskError: `bad_set`.
    """
    pairs = given_pairs(
        given,
        "bad_set",
        "does not name a field and its value.",
        saved="Nothing was changed.",
        next_step='Write it as company="Acme".',
    )
    return {escape_surrogates(name): value for name, value in pairs.items()}
