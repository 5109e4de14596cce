"""Describe attendees, verdicts and problems as the contract's JSON does, and read changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.rights import Rights
from kiosk.domain.checkin.rules import StandingScan
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
        "status": person.status,
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


def rights_json(rights: Rights, zone: ZoneInfo) -> dict[str, Any]:
    """Describe the days and add-ons of a ticket."""
    return {
        "valid_from": moment_text(rights.valid_from_ms, zone),
        "valid_until": moment_text(rights.valid_until_ms, zone),
        "first_day": rights.first_day.isoformat() if rights.first_day else None,
        "last_day": rights.last_day.isoformat() if rights.last_day else None,
        "add_ons": rights.add_ons,
    }


def _entry_json(entry: StandingScan | None, zone: ZoneInfo) -> dict[str, Any] | None:
    return {"at": moment_text(entry.at_ms, zone), "desk": entry.desk} if entry else None


def scan_json(store: Store, result: ScanResult, zone: ZoneInfo) -> dict[str, Any]:
    """Describe a verdict."""
    attendee = result.attendee
    state = state_of_badge(store, attendee.id) if attendee else ""
    return {
        "code": result.code,
        "outcome": result.outcome,
        "why": result.why or None,
        "again": moment_text(result.again_ms, zone),
        "message": result.message,
        "list": result.check_in_list.name,
        "attendee": attendee_json(attendee) if attendee else None,
        "ticket": rights_json(result.rights, zone) if attendee else None,
        "first": _entry_json(result.first, zone),
        "inside_since": _entry_json(result.inside_since, zone),
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
        "late": result.late_ms is not None,
        "repeated": result.repeated,
        "questions": [
            {
                "name": item.name,
                "text": item.text,
                "choices": item.choices,
                "kind": item.kind,
                "required": item.required,
            }
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
