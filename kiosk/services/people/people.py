"""Find, correct and register attendees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kiosk.domain.checkin.lists import is_one_of
from kiosk.domain.checkin.privileges import ADMIT_BLOCKED, NO_NEED, Need, edit_need, is_same_person
from kiosk.domain.checkin.tables import TABLE_FIELD
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import attendee_id_prefix, derived_id
from kiosk.domain.people.attendee import EDITABLE_FIELDS, FIELD_SYNONYMS, Attendee
from kiosk.domain.people.first_time import NO, YES, first_time_column, yes_or_no
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import clean_text, escape_surrogates
from kiosk.errors import Action, KioskError, Refused, did_you_mean
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, require
from kiosk.storage.file.store import Store
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries.badges import badge_state
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.scans import has_arrived
from kiosk.storage.queries.tally import add_on_names

MAX_HEADS = 1_000
TYPES_SHOWN = 12
"""Ticket types that an error names."""


_BADGE_STATES = {"PDF created": "pdf", "waiting": "queued", "handed out": "handed"}
"""The contract's word for a badge state; else it is the same."""


def state_of_badge(store: Store, attendee_id: str) -> str:
    """How far the newest badge is: `pdf`, `queued`, `sent`, `printed` or `handed`; empty: none."""
    words = badge_state(store.connection, attendee_id)
    return _BADGE_STATES.get(words, words)


def labels_of(store: Store, attendee_ids: Iterable[str]) -> dict[str, str]:
    """The label of each attendee by id; ids that are not in the event are left out."""
    found = people.attendees_by_ids(store.connection, list(dict.fromkeys(attendee_ids)))
    return {person.id: person.label for person in found}


def unknown_ticket_types(store: Store, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """(the names that no attendee has, the ticket types and add-ons of the event).

    The first is empty before anyone is imported: there is nothing to compare with.
    """
    wanted = [name for name in names if name.strip()]
    known = people.ticket_types(store.connection)
    if wanted:
        known = [*known, *add_on_names(store.connection)]
    unknown = [name for name in wanted if not is_one_of(known, name)]
    return (unknown if known else []), known


def find_attendee(store: Store, text: str) -> Attendee:
    """Find a person by id, by the beginning of an id, or by badge code.

    Raises:
        KioskError: `no_such_attendee`, `id_not_unique`.
    """
    wanted = escape_surrogates(text.strip())
    found = people.attendee(store.connection, wanted)
    if found:
        return found
    prefix = attendee_id_prefix(wanted) or wanted.lower()
    matches = people.attendees_by_id_prefix(store.connection, prefix) if len(prefix) >= 4 else []
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise Refused(
            "id_not_unique", f"Several ids begin with {wanted}.", next_step="Give more of the id."
        )
    raise Refused(
        "no_such_attendee", f"No attendee has the id {wanted}.", action=Action.FIND_ATTENDEE
    )


def resolve_field(store: Store, field: str) -> str:
    """Find a field by its name, a synonym, or the heading of an imported column.

    Raises:
        KioskError: `no_such_field`, with the nearest valid word.
    """
    stripped = " ".join(field.split())
    if stripped.startswith(EXTRA_PREFIX) and len(stripped) > len(EXTRA_PREFIX):
        return stripped
    word = stripped.casefold().replace(" ", "_").replace("-", "_")
    word = FIELD_SYNONYMS.get(word.replace("_", " "), word)
    if word in EDITABLE_FIELDS:
        return word
    headers = people.extra_headers(store.connection)
    for header in headers:
        if header.casefold() == stripped.casefold():
            return EXTRA_PREFIX + header
    hint = did_you_mean(word, [*EDITABLE_FIELDS, *headers])
    raise Refused(
        "no_such_field",
        f"A person has no field “{field}”.",
        next_step=f"{hint} Fields: {', '.join(EDITABLE_FIELDS)}; "
        f"a new column is {EXTRA_PREFIX}NAME.".lstrip(),
    )


FIRST_TIME = "first_time"
"""Name of the field, however the registrations ask for it."""


def _desk_field(field: str, headers: Iterable[str]) -> str | None:
    """The column of a field that only the desk has: the table, the first time."""
    word = "_".join(field.casefold().replace("-", " ").replace("_", " ").split()).rstrip("?")
    if word in (FIRST_TIME, "first_timer", "newcomer"):
        return EXTRA_PREFIX + first_time_column(headers)
    return EXTRA_PREFIX + TABLE_FIELD if word == "table" else None


def _checked_changes(
    store: Store, changes: Mapping[str, str], headers: Iterable[str]
) -> dict[str, str]:
    """Check fields and values, and convert them for the log.

    Args:
        headers: imported columns of the person; one may ask whether it is their first time.

    Raises:
        KioskError: `no_such_field`, or what is wrong with a value.
    """
    checked: dict[str, str] = {}
    for field, value in changes.items():
        column = _desk_field(field, headers)
        if column == EXTRA_PREFIX + TABLE_FIELD:
            checked[column] = clean_text(value)
        elif column is not None:
            checked[column] = _checked_answer(value)
        else:
            name = resolve_field(store, field)
            checked[name] = checked_value(name, value)
    return checked


def _checked_answer(value: str) -> str:
    """`yes`, `no`, or "" for unknown."""
    answer = yes_or_no(value)
    if answer is None and value.strip():
        raise Refused(
            "bad_answer",
            f"“{value}” is neither yes nor no.",
            next_step="Write yes or no, or leave it empty.",
        )
    return "" if answer is None else YES if answer else NO


def checked_value(field: str, value: str) -> str:
    """Convert typed text to the stored value of a field.

    Raises:
        KioskError: `bad_status`, `bad_heads`, `bad_answer`.
    """
    if field == FIRST_TIME:
        return _checked_answer(value)
    text = clean_text(value)
    if field == "status":
        word = text.casefold()
        if word in list(TicketStatus):
            return word
        from kiosk.importers.understand.statuses import meaning_of  # reads a table of words

        known = meaning_of(text) if text else None  # "paid", "Warteliste": as an import has them
        if known is None:
            raise Refused(
                "bad_status",
                f"“{value}” is not a status.",
                next_step=f"Use one of: {', '.join(TicketStatus)}.",
            )
        return str(known)
    if field == "heads":
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_HEADS:
            raise Refused(
                "bad_heads",
                f"“{value}” is not a number of people.",
                next_step=f"Give a whole number from 1 to {MAX_HEADS}.",
            )
        return str(int(text))
    return text


def edit(
    store: Store,
    attendee_id: str,
    changes: Mapping[str, str],
    *,
    given: Authorisation = NOT_AUTHORISED,
) -> Attendee:
    """Set fields by hand; later imports do not overwrite them.

    Args:
        changes: field (or its synonym, or an imported header) to value.
        given: the permission for a change that admits a refused attendee.

    Raises:
        KioskError: `no_such_attendee`, `no_such_field`, what is wrong with a value, `pin_needed`
            or `reason_missing`.
    """
    with store.writing():
        person = find_attendee(store, attendee_id)
        checked = _checked_changes(store, changes, person.extra)
        need = edit_need(person, checked, check_in_lists(store.connection))
        name, email = (checked.get(field, getattr(person, field)) for field in ("name", "email"))
        if (name, email) != (person.name, person.email):
            need |= holder_need(store, name, email, person.id)
        if checked:
            marks = require(store, need, given)
            store.append(EventKind.EDIT, {"set": checked, **marks}, subject=person.id)
    return find_attendee(store, person.id)


def holder_need(store: Store, name: str, email: str, attendee_id: str = "") -> Need:
    """The permission to give a ticket to this person: a blocked attendee needs one.

    Args:
        attendee_id: the ticket itself, which is not compared; empty: a new one.
    """
    is_blocked = any(
        is_same_person(person, name, email)
        for person in people.blocked_attendees(store.connection)
        if person.id != attendee_id
    )
    return ADMIT_BLOCKED if is_blocked else NO_NEED


def registered_like(store: Store, name: str, email: str, list_id: str | None) -> list[Attendee]:
    """Registered attendees with this name or e-mail who are not in on the list yet; those who may
    enter first."""
    alike = [
        row.id
        for row in people.search_rows(store.connection)
        if row.status not in (TicketStatus.CANCELED, TicketStatus.BLOCKED)
        and is_same_person(row, name, email)
        and not has_arrived(store.connection, row.id, list_id)
    ]
    found = people.attendees_by_ids(store.connection, alike)
    return sorted(found, key=lambda person: person.status is not TicketStatus.VALID)


def email_given(store: Store, changes: Mapping[str, str]) -> str:
    """The e-mail among typed fields, by whichever name of the field; empty: none.

    Raises:
        KioskError: `no_such_field`, or what is wrong with a value.
    """
    return _checked_changes(store, changes, ()).get("email", "")


def walk_in(
    store: Store,
    name: str,
    changes: Mapping[str, str],
    *,
    given: Authorisation = NOT_AUTHORISED,
    checks_type: bool = False,
) -> Attendee:
    """Register a walk-in; `registered_like` finds who may be the same person.

    Args:
        given: the permission to register a person who is blocked.
        checks_type: accept only a ticket type that an attendee has.

    Raises:
        KioskError: `name_missing`, `unknown_ticket_type`, what is wrong with a field, `pin_needed`
            or `reason_missing`.
    """
    title = clean_text(name)
    if not title:
        raise KioskError(
            "name_missing",
            "A walk-in needs a name.",
            saved="No one was added.",
            next_step="Type the name for the badge.",
        )
    with store.writing():
        fields: dict[str, object] = {"name": title}
        extra: dict[str, str] = {}
        for field, checked in _checked_changes(store, changes, ()).items():
            if field.startswith(EXTRA_PREFIX):
                extra[field.removeprefix(EXTRA_PREFIX)] = checked
            else:
                fields[field] = int(checked) if field == "heads" else checked
        if fields.get("ticket_type") and checks_type:
            fields["ticket_type"] = _known_ticket_type(store, str(fields["ticket_type"]))
        if extra:
            fields["extra"] = extra
        need = holder_need(store, title, str(fields.get("email", "")))
        marks = require(store, need, given)
        number = store.next_seq()
        attendee_id = derived_id("walk-in", store.log_id, str(number))
        store.append(EventKind.WALK_IN, {"fields": fields, **marks}, subject=attendee_id)
    found = people.attendee(store.connection, attendee_id)
    assert found is not None
    return found


def _known_ticket_type(store: Store, name: str) -> str:
    """The ticket type of the event as it is spelled there; any, as long as there is none.

    Raises:
        KioskError: `unknown_ticket_type`, with the nearest one.
    """
    known = people.ticket_types(store.connection)
    found = [kind for kind in known if is_one_of([kind], name)]
    if found or not known:
        return found[0] if found else name
    shown = ", ".join(known[:TYPES_SHOWN]) + (" ..." if len(known) > TYPES_SHOWN else "")
    raise KioskError(
        "unknown_ticket_type",
        f"This event has no ticket type “{name}”.",
        saved="No one was added.",
        next_step=f"{did_you_mean(name, known)} Ticket types: {shown}.".lstrip(),
        action=Action.CHOOSE_TICKET_TYPE,
    )
