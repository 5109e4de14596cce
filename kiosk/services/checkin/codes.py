"""Codes that desks link to attendees, and tickets known only by the signature of pretix."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from kiosk.domain.checkin.code_matching import clean_scan
from kiosk.domain.checkin.keyboard_layouts import as_if_typed_on
from kiosk.domain.checkin.outcomes import TicketStatus, Why
from kiosk.domain.checkin.rights import DATE_FROM, DATE_UNTIL, VALID_FROM, VALID_UNTIL
from kiosk.domain.checkin.signed_tickets import (
    TICKET_KEYS,
    SignedCode,
    SignedTicket,
    is_signed_by,
    may_share_product,
    public_keys,
    signed_code,
)
from kiosk.domain.datetimes import DateTimeContext
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import derived_id
from kiosk.domain.people.attendee import LATE_SALE_SOURCE, Attendee
from kiosk.domain.people.registration import ATTENTION_HEADING, ImportRow
from kiosk.domain.text import escape_controls
from kiosk.errors import Refused
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import scans
from kiosk.storage.queries.lists import setting
from kiosk.storage.replication.seals import is_signature

_SHORTEST = 100
"""Characters of a signed code: the signature and the lengths alone have 92."""
_COMPARED = 25
"""Tickets of one product of which the most frequent ticket type counts."""


def register_late_sale(store: Store, code: str, dates: DateTimeContext) -> Attendee | Why | None:
    """Register the ticket of an unknown code if the event signed it; inside `writing()`.

    A canceled or blocked ticket of the list is never unknown, so its status counts. A ticket that
    was canceled after the export cannot be recognised without pretix.

    Args:
        dates: the event's zone and days.

    Returns:
        The new attendee, who has no name yet; or why a signed ticket is not accepted; None: the
        code is no signed ticket.
    """
    forms = _signed_forms(code)
    if not forms:
        return None
    keys = public_keys(str(setting(store.connection, TICKET_KEYS, "")))
    if not keys:
        return Why.NO_KEY
    try:
        signed = next((form for form in forms if is_signed_by(form, keys, is_signature)), None)
    except ImportError:  # the extra `desks` is not installed, or broken
        return Why.NO_LIBRARY
    if signed is None:
        return Why.BAD_SIGNATURE
    if people.was_imported(store.connection, signed.code):
        return Why.REPLACED
    row = _row(store, signed, dates)
    store.append(EventKind.IMPORT_ROWS, {"source": LATE_SALE_SOURCE, "rows": [list(row)]})
    return people.attendee(store.connection, row.id)


def _signed_forms(code: str) -> list[SignedCode]:
    """The signed tickets that a scan may mean: as it is, or sent with another keyboard layout."""
    text = clean_scan(code)
    if len(text) < _SHORTEST:
        return []
    forms = (text, *as_if_typed_on(text))
    return [signed for form in forms if (signed := signed_code(form))]


def _row(store: Store, signed: SignedCode, dates: DateTimeContext) -> ImportRow:
    ticket = signed.ticket
    ticket_type, series, notes = _known_product(store, ticket, dates)
    extra = {
        VALID_FROM: _moment(ticket.valid_from_s),
        VALID_UNTIL: _moment(ticket.valid_until_s),
        **series,
        ATTENTION_HEADING: " ".join(notes),
    }
    return ImportRow(
        # the same ticket is the same attendee at every desk
        id=derived_id("signed ticket", signed.payload.hex()),
        name="",
        given_name="",
        family_name="",
        email="",
        phone="",
        company="",
        ticket_type=ticket_type,
        order_code="",
        status=TicketStatus.VALID,
        status_word="",
        heads=1,
        guest_of="",
        arrived_at_source="",
        extra=json.dumps({heading: text for heading, text in extra.items() if text}),
        codes=json.dumps([[signed.code], []]),
    )


def _moment(seconds: int | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def _known_product(
    store: Store, ticket: SignedTicket, dates: DateTimeContext
) -> tuple[str, dict[str, str], list[str]]:
    """(ticket type, columns of the series date, notes), from tickets of the list that are alike.

    A signature holds numbers only. Each signed ticket of the list says what its numbers mean, in
    every format of the export. For an unknown number a note asks the desk to look at the ticket.
    """
    types: Counter[str] = Counter()
    same_date = ""
    needs_date = ticket.subevent != 0
    may_share = may_share_product(ticket)
    for person, code, ticket_type in people.ticket_codes_longer_than(store.connection, _SHORTEST):
        known = signed_code(code) if may_share(code) else None
        if known is None:
            continue
        other = known.ticket
        if (other.item, other.variation) == (ticket.item, ticket.variation) and ticket_type:
            types[ticket_type] += 1
        if needs_date and not same_date and other.subevent == ticket.subevent:
            same_date = person
        if types.total() >= _COMPARED and (same_date or not needs_date):
            break
    series = _series_date(store, same_date, dates) if same_date else {}
    notes = []
    if not types:
        notes.append(f"Product {ticket.item} is not in the list: read the ticket.")
    if needs_date and not series:
        notes.append("The date is not in the list: read the ticket.")
    number = f"{ticket.item}-{ticket.variation}" if ticket.variation else str(ticket.item)
    return (types.most_common(1)[0][0] if types else f"Product {number}"), series, notes


def _series_date(store: Store, attendee_id: str, dates: DateTimeContext) -> dict[str, str]:
    person = people.attendee(store.connection, attendee_id)
    assert person is not None
    rights = people.ticket_rights(store.connection, person, dates)
    if rights.first_day is None:
        return {}
    last = rights.last_day or rights.first_day
    return {DATE_FROM: rights.first_day.isoformat(), DATE_UNTIL: last.isoformat()}


# Codes that desks link to attendees, and the holders of codes.


def relink_codes(store: Store, attendee_id: str, changes: Mapping[str, str]) -> None:
    """Change codes that desks linked to an attendee; an empty text releases the code.

    Raises:
        KioskError: `code_taken`: the new text is the code of another ticket.
    """
    with store.writing():
        linked = people.linked_codes(store.connection, attendee_id)
        for old, new in changes.items():
            text = clean_scan(new)
            if old not in linked or text == old:
                continue
            if any(one.id != attendee_id for one in people.find_by_code(store.connection, text)[0]):
                raise Refused(
                    "code_taken",
                    f"Code {escape_controls(text[:40])} belongs to another ticket.",
                    next_step="Leave the code as it was, or empty.",
                )
            store.append(EventKind.BIND, {"code": old})
            if text:
                store.append(EventKind.BIND, {"code": text}, subject=attendee_id)


def attendee_by_id(store: Store, attendee_id: str) -> Attendee | None:
    """The attendee with this id."""
    return people.attendee(store.connection, attendee_id)


def is_checked_in(store: Store, attendee_id: str, list_id: str | None = None) -> bool:
    """Whether this attendee has an entry that is not undone, on one list or on any."""
    return scans.has_arrived(store.connection, attendee_id, list_id)


def knows_code(store: Store, code: str) -> bool:
    """Whether a text is the code of at least one ticket."""
    return bool(people.find_by_code(store.connection, code).attendees)


def holder_of_ticket(store: Store, raw: str) -> tuple[Attendee | None, bool]:
    """The attendee of this ticket (or badge), and whether it is a badge; see `storage`."""
    return scans.holder_of_ticket(store.connection, raw)


def holders_of(store: Store, second_fact: str) -> list[Attendee]:
    """Attendees with exactly this e-mail address or order code, regardless of case."""
    return scans.holders_of(store.connection, second_fact)
