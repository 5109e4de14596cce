"""Which tickets are of people who are here for the first time."""

from __future__ import annotations

import json
import sqlite3

from kiosk.domain.first_time import asks_for_first_time, is_first_timer


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
