"""Read pretix JSON: the event export (`<slug>_pretixdata.json`) and lists of the REST API.

Formats: `base/exporters/json.py` of pretix/pretix for the export; the order and order position
resources of docs.pretix.eu for the API. Add-ons and products without admission (shirts) belong to
the ticket they were bought with and go into its `extra`, as do validity and the date of a series.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.domain.checkin.rights import DATE_FROM, DATE_UNTIL, VALID_FROM, VALID_UNTIL
from kiosk.domain.people.registration import (
    ATTENTION_HEADING,
    NOTE_HEADING,
    OfferedQuestion,
    Registration,
    RegistrationFile,
    RejectedRow,
    TicketStatus,
)
from kiosk.domain.text import counted
from kiosk.importers import refusals
from kiosk.importers.read.decoding import without_controls
from kiosk.importers.understand.add_ons import add_on_note, with_add_on
from kiosk.importers.understand.values import MAX_CODE, MAX_EMAIL, MAX_NAME, clean, clean_name

_STATUS = {
    "n": (TicketStatus.UNPAID, "pending"),
    "p": (TicketStatus.VALID, "paid"),
    "e": (TicketStatus.UNPAID, "expired"),
    "c": (TicketStatus.CANCELED, "canceled"),
}
_NO_DATA = object()
_MAX_SLUG = 50
"""Characters (`slug` in `base/models/event.py` of pretix/pretix)."""
Json = dict[str, Any]


@dataclass(slots=True)
class _Event:
    """The event's items, variations and questions by id."""

    slug: str = ""
    items: dict[Any, Json] = field(default_factory=dict)
    variations: dict[Any, str] = field(default_factory=dict)
    questions: dict[Any, str] = field(default_factory=dict)
    dates: dict[Any, Json] = field(default_factory=dict)
    """The dates of an event series (subevents)."""
    asked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Questions that pretix asks at check-in, with their choices; empty for a text."""


@dataclass(slots=True)
class _Rows:
    """The tickets and add-ons read so far."""

    tickets: dict[Any, Registration] = field(default_factory=dict)
    order_tickets: dict[str, list[Any]] = field(default_factory=dict)
    add_ons: list[tuple[Json, Json, int]] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    duplicates: int = 0
    attached: int = 0
    tests: int = 0
    """Positions of orders in test mode."""


def read_json(path: Path, raw: bytes, sha256: str) -> RegistrationFile | None:
    """Read the registrations of a pretix JSON file; None if the bytes are not JSON.

    Raises:
        FileRefused: `json_unknown` for other JSON, `file_damaged` for incomplete JSON.
    """
    data = _load(path, raw)
    if data is _NO_DATA:
        return None
    event, orders = _event_and_orders(data)
    if orders is None:
        raise refusals.refused(
            "json_unknown",
            path,
            "is JSON, but not from pretix: it has no orders or order positions.",
            "Export the list as CSV or XLSX, and import that file. From pretix choose Export, "
            "Order data (JSON), or order positions as CSV or XLSX.",
        )
    rows = _Rows()
    row = 0
    for order in orders:
        for position in _positions(order):
            row += 1
            if order.get("testmode") is True or position.get("testmode") is True:
                rows.tests += 1
                continue
            _add(event, order, position, row, rows)
    _attach(event, rows)
    if not rows.tickets:
        why = (
            "all its orders are tests."
            if rows.tests
            else "its orders contain no admission tickets."
        )
        raise refusals.no_people(path, why)
    return RegistrationFile(
        platform="pretix",
        source=f"pretix:{event.slug[:_MAX_SLUG]}" if event.slug else "pretix",
        file_name=path.name,
        sha256=sha256,
        columns={"name": "attendee_name", "email": "attendee_email, else email", "code": "secret"},
        registrations=list(rows.tickets.values()),
        duplicates=rows.duplicates,
        rejected=rows.rejected,
        warnings=_warnings(rows, event),
        questions=[OfferedQuestion(*asked) for asked in event.asked.items()],
    )


def _load(path: Path, raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _NO_DATA
    except (ValueError, RecursionError):
        if path.suffix.lower() == ".json" or raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b'{"'):
            raise refusals.damaged(path, "its JSON is incomplete") from None
        return _NO_DATA


def _event_and_orders(data: Any) -> tuple[_Event, list[Json] | None]:
    """The event's tables and its orders, for every format; None if there are no orders."""
    event = _Event()
    orders: Any = None
    if isinstance(data, dict) and isinstance(data.get("event"), dict):
        export = data["event"]
        event.slug = _text(export.get("slug"))
        _learn(event, export)
        orders = export.get("orders")
    elif isinstance(data, dict):
        orders = data.get("results", data.get("orders"))
        _learn(event, data)
    else:
        orders = data
    if not isinstance(orders, list):
        return event, None
    rows = [entry for entry in orders if isinstance(entry, dict)]
    if not all(_is_order(entry) or _is_position(entry) for entry in rows) or not rows:
        return event, None if rows or orders else []
    slugs = {_text(entry.get("event")) for entry in rows} - {""}
    if not event.slug and len(slugs) == 1:
        event.slug = slugs.pop()
    return event, rows


def _is_order(entry: Json) -> bool:
    return isinstance(entry.get("positions"), list) and "code" in entry


def _is_position(entry: Json) -> bool:
    return "secret" in entry or ("positionid" in entry and "order" in entry)


def _learn(event: _Event, source: Json) -> None:
    for item in _dicts(source.get("items")):
        event.items[_key(item.get("id"))] = item
        for variation in _dicts(item.get("variations")):
            name = variation.get("name", variation.get("value"))
            event.variations[_key(variation.get("id"))] = _text(name)
    for subevent in _dicts(source.get("subevents")):
        event.dates[_key(subevent.get("id"))] = subevent
    for question in _dicts(source.get("questions")):
        _learn_question(event, question)


def _learn_question(event: _Event, question: Json) -> None:
    text = _text(question.get("question"))
    event.questions[_key(question.get("id"))] = text
    if question.get("ask_during_checkin") is True and text:
        options = (_text(option.get("answer")) for option in _dicts(question.get("options")))
        choices = tuple(filter(None, options))
        is_yes_or_no = question.get("type") in (None, "B")
        event.asked[text] = choices or (("Yes", "No") if is_yes_or_no else ())


def _dicts(value: Any) -> list[Json]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _positions(order: Json) -> list[Json]:
    if _is_order(order):
        return _dicts(order["positions"])
    return [order]


def _text(value: Any) -> str:
    """A JSON value as trimmed text; of a translated text English, else the first language."""
    if value is None or isinstance(value, (list, bool)):
        return ""
    if isinstance(value, dict):
        value = value.get("en") or next((text for text in value.values() if text), "")
    return clean(without_controls(str(value)))


def _add(event: _Event, order: Json, position: Json, row: int, rows: _Rows) -> None:
    item = _item(event, position)
    code = _order_code(order, position)
    is_named = bool(_text(position.get("attendee_name")))
    if position.get("addon_to") or (item.get("admission") is False and not is_named):
        rows.add_ons.append((order, position, row))
        return
    number = _text(position.get("positionid"))
    secret = without_controls(str(position.get("secret") or "")).strip()
    if not code and not secret:
        rows.rejected.append(RejectedRow(row, "no order and no ticket code"))
        return
    registration = _registration(event, order, position, row, code, number, secret)
    key = registration.identity
    if key in rows.tickets:
        rows.duplicates += 1
        return
    rows.tickets[key] = registration
    rows.order_tickets.setdefault(code, []).append((key, position.get("id")))


def _item(event: _Event, position: Json) -> Json:
    """The product of a position: from the export's table, or inside of the position (REST)."""
    item = position.get("item")
    return event.items.get(_key(item)) or (item if isinstance(item, dict) else {})


def _key(value: Any) -> Any:
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, (int, str)) else None


def _order_code(order: Json, position: Json) -> str:
    if order is position:
        value = position.get("order")
        return _text(value.get("code") if isinstance(value, dict) else value)
    return _text(order.get("code"))


def _registration(
    event: _Event, order: Json, position: Json, row: int, code: str, number: str, secret: str
) -> Registration:
    parts = position.get("attendee_name_parts")
    parts = parts if isinstance(parts, dict) else {}
    given, family = (
        clean_name(_text(parts.get(key)))[:MAX_NAME] for key in ("given_name", "family_name")
    )
    status, word = _status(order, position)
    identity = f"order:{code}-{number}" if code and number else f"code:{secret}"
    codes = (secret, _text(position.get("pseudonymization_id")))
    return Registration(
        identity=identity,
        name=clean_name(_text(position.get("attendee_name")))[:MAX_NAME],
        given_name=given,
        family_name=family,
        email=(_text(position.get("attendee_email")) or _text(order.get("email")))[:MAX_EMAIL],
        phone=_text(order.get("phone")).replace("None", ""),
        company=_text(position.get("company")),
        ticket_type=_ticket_type(event, position),
        order_code=code,
        status=status,
        status_word=word,
        heads=1,
        guest_of=_buyer(order) if not _text(position.get("attendee_name")) else "",
        codes=tuple(c for c in codes if c and len(c) <= MAX_CODE),
        weak_codes=(code,) if code else (),
        arrived_at_source=_arrived(position),
        extra=(
            *_answers(event, position),
            *_attention(event, order, position),
            *_validity(event, position),
        ),
        row=row,
    )


def _buyer(order: Json) -> str:
    invoice = order.get("invoice_address")
    return clean_name(_text(invoice.get("name"))) if isinstance(invoice, dict) else ""


def _ticket_type(event: _Event, position: Json) -> str:
    variation = position.get("variation")
    inside = variation if isinstance(variation, dict) else {}
    names = (
        _text(_item(event, position).get("name")) or _text(position.get("item_name")),
        event.variations.get(_key(variation)) or _text(inside.get("value") or inside.get("name")),
    )
    return " – ".join(name for name in names if name)


def _status(order: Json, position: Json) -> tuple[TicketStatus, str]:
    letter = _text(position.get("order__status") or order.get("status") or "p").lower()
    status, word = _STATUS.get(letter[:1], (TicketStatus.UNAPPROVED, letter))
    if status is TicketStatus.UNPAID and _of_order(order, position, "require_approval"):
        status, word = TicketStatus.UNAPPROVED, "approval pending"
    is_confirmed = letter == "n" and _of_order(order, position, "valid_if_pending")
    if status is TicketStatus.UNPAID and is_confirmed:
        status, word = TicketStatus.VALID, "pending (confirmed)"
    if position.get("canceled"):
        return TicketStatus.CANCELED, "canceled"
    if position.get("blocked") and status is not TicketStatus.CANCELED:
        return TicketStatus.BLOCKED, "blocked"
    return status, word


def _of_order(order: Json, position: Json, name: str) -> bool:
    """A mark of the order, which check-in lists of the REST API have in the position."""
    return bool(order.get(name) or position.get(f"order__{name}"))


def _arrived(position: Json) -> str:
    """The time of the first check-in; a later exit does not matter."""
    for checkin in _dicts(position.get("checkins")):
        if checkin.get("type", "entry") == "entry":
            return _text(checkin.get("datetime")) or "checked in"
    return ""


def _answers(event: _Event, position: Json) -> list[tuple[str, str]]:
    answers = []
    for answer in _dicts(position.get("answers")):
        value = _text(answer.get("answer"))
        question = answer.get("question")
        if isinstance(question, dict):
            _learn_question(event, question)
        heading = event.questions.get(_key(question)) or _text(answer.get("question_identifier"))
        if value:
            answers.append((heading or f"Question {_text(question)}", value))
    seat = position.get("seat")
    seat_name = _text(seat.get("name") if isinstance(seat, dict) else seat)
    if seat_name:
        answers.append(("Seat", seat_name))
    return answers


def _validity(event: _Event, position: Json) -> list[tuple[str, str]]:
    """When the ticket is valid, and the date of the series that it is for."""
    subevent = position.get("subevent")
    series = event.dates.get(_key(subevent)) or (subevent if isinstance(subevent, dict) else {})
    pairs = (
        (VALID_FROM, position.get("valid_from")),
        (VALID_UNTIL, position.get("valid_until")),
        (DATE_FROM, series.get("date_from")),
        (DATE_UNTIL, series.get("date_to")),
    )
    return [(heading, text) for heading, value in pairs if (text := _text(value))]


def _attention(event: _Event, order: Json, position: Json) -> list[tuple[str, str]]:
    """Notes for the person who checks the ticket, from the ticket, the product and the order."""
    sources = (position, _item(event, position), order)
    texts = dict.fromkeys(_text(source.get("checkin_text")) for source in sources)
    if text := "; ".join(filter(None, texts)):
        return [(NOTE_HEADING, text)]
    is_marked = position.get("require_attention") is True or any(
        source.get("checkin_attention") is True for source in sources
    )
    return [(ATTENTION_HEADING, "Yes")] if is_marked else []


def _attach(event: _Event, rows: _Rows) -> None:
    """Attach add-ons and products without admission to the ticket they belong to."""
    for order, position, row in rows.add_ons:
        code = _order_code(order, position)
        tickets = rows.order_tickets.get(code, [])
        parent = _key(position.get("addon_to"))
        owner = next((key for key, number in tickets if number == parent), None)
        if owner is None and tickets:
            owner = tickets[0][0]
        name = _ticket_type(event, position) or "Product"
        if owner is None:
            rows.rejected.append(RejectedRow(row, f"{name[:60]}: a product without a ticket"))
            continue
        secret = without_controls(str(position.get("secret") or "")).strip()
        rows.tickets[owner] = with_add_on(
            rows.tickets[owner], name, (secret,), _answers(event, position)
        )
        rows.duplicates += 1
        rows.attached += 1


def _warnings(rows: _Rows, event: _Event) -> list[str]:
    said = [add_on_note(rows.attached)] if rows.attached else []
    if rows.tests:
        tickets = counted(rows.tests, "ticket", "tickets")
        said.append(f"{tickets} of orders in test mode: left out.")
    for question, choices in event.asked.items():
        if choices:
            said.append(f'pretix asks "{question[:80]}" at check-in ({", ".join(choices)[:200]}).')
        else:
            said.append(
                f'pretix asks "{question[:80]}" at check-in. The answer is any text, so the desk '
                "cannot ask it."
            )
    return said
