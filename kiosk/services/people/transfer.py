"""Transfer a ticket to another person."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.checkin.privileges import transfer_need
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import HOLDERS_FIELDS, Attendee, holders_answers
from kiosk.domain.text import clean_text
from kiosk.errors import Action, Refused
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, require
from kiosk.services.people.people import find_attendee, holder_need
from kiosk.storage.file.store import Store
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.questions import answered_columns
from kiosk.storage.queries.scans import has_arrived


@dataclass(frozen=True, slots=True)
class NewHolder:
    """The new holder of a ticket; an empty field is unknown."""

    name: str
    email: str = ""
    phone: str = ""
    company: str = ""


def transfer_ticket(
    store: Store,
    attendee_id: str,
    holder: NewHolder,
    *,
    reason: str = "",
    force: bool = False,
    given: Authorisation = NOT_AUTHORISED,
) -> Attendee:
    """Replace the holder of a ticket; no detail of the old holder stays.

    The code, the order, the status and the notes for the desk stay; the history keeps the old
    name.

    Args:
        reason: kept in the ticket's history.
        force: transfer a ticket that is checked in.
        given: the permission to force it, or to transfer a ticket from or to a blocked person.

    Raises:
        KioskError: `name_missing`, `same_name`, `already_in`, `reason_missing`, `pin_needed`,
            `no_such_attendee`.
    """
    typed = {
        "name": clean_text(holder.name),
        "email": clean_text(holder.email),
        "phone": clean_text(holder.phone),
        "company": clean_text(holder.company),
    }
    why = clean_text(reason or given.reason)
    with store.writing():
        person = find_attendee(store, attendee_id)
        _check(store, person, typed["name"], force=force)
        need = transfer_need(person, force=force)
        need |= holder_need(store, typed["name"], typed["email"], person.id)
        marks = require(store, need, given.because(why))
        values = dict.fromkeys(HOLDERS_FIELDS, "") | typed
        theirs = answered_columns(store.connection, person.id) & person.extra.keys()
        headers = dict.fromkeys([*holders_answers(person.extra), *sorted(theirs)])
        answers = {EXTRA_PREFIX + header: "" for header in headers}
        store.append(
            EventKind.EDIT,
            {
                "set": values | answers,
                "transfer": {"from": person.label, "reason": why},
                **marks,
            },
            subject=person.id,
        )
    found = attendee(store.connection, person.id)
    assert found is not None
    return found


def _check(store: Store, person: Attendee, name: str, *, force: bool) -> None:
    if not name:
        raise Refused(
            "name_missing", "The new holder needs a name.", next_step="Type the name for the badge."
        )
    if name == person.name:
        raise Refused(
            "same_name",
            f"The ticket already has the name {name}.",
            next_step="To correct the other fields, edit the attendee.",
            action=Action.EDIT_ATTENDEE,
        )
    if not force and has_arrived(store.connection, person.id):
        raise Refused(
            "already_in",
            f"{person.label} is already checked in with this ticket.",
            next_step="Undo that check-in first, or let a supervisor give a reason.",
        )
