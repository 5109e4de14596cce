"""People and verdicts as the contract's JSON has them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import is_first_timer
from kiosk.services.checkin.checkin import ScanResult
from kiosk.services.checkin.lists import moment_text


def attendee_json(person: Attendee) -> dict[str, Any]:
    """The attendee inside a verdict."""
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


def scan_json(result: ScanResult, zone: ZoneInfo) -> dict[str, Any]:
    """One verdict."""
    first, badge = result.first, result.badge
    return {
        "code": result.code,
        "outcome": str(result.outcome),
        "message": result.message,
        "list": result.check_in_list.name,
        "attendee": attendee_json(result.attendee) if result.attendee else None,
        "first": {"at": moment_text(first.at_ms, zone), "desk": first.desk} if first else None,
        "badge": {"printed": True, "box": badge.box or None, "slot": badge.slot or None}
        if badge
        else ({"printed": False, "box": None, "slot": None} if result.attendee else None),
        "table": result.table or None,
        "table_full": result.table_is_full,
        "first_time": is_first_timer(result.attendee.extra) if result.attendee else None,
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
