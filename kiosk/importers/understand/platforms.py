"""Recognise the exports of registration platforms, and describe what is special in each.

Mostly data; the few rules that are not a table are functions. Headings have the form of
`headers.heading_key`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Platform:
    """One source of registration files."""

    name: str
    signs: tuple[str, ...] = ()
    """Sets of headings (separated by |); each set identifies the platform."""
    fields: dict[str, str] = field(default_factory=dict)
    """Heading to field where it differs from the general vocabulary; "" for none."""
    empty_words: frozenset[str] = frozenset()
    """Folded words that mean an empty cell, in every column."""
    codes: str = ""
    """The rule for scannable codes: see `codes.Scannable`."""
    join_repeats: bool = False
    """One row per session and person: different answers are joined, not replaced."""
    members_only: str = ""
    """Set of headings of a file that is not an attendee list."""


DASH = frozenset({"-", "–", "—"})

PLATFORMS: tuple[Platform, ...] = (
    Platform(
        "kiosk",  # an export of kiosk itself
        ("badge printed|box|slot|guest of|party",),
        {
            "name": "name",
            "given name": "given_name",
            "family name": "family_name",
            "e mail": "email",
            "phone": "phone",
            "company": "company",
            "ticket type": "ticket_type",
            "order": "order_code",
            "status": "status",
            "party": "quantity",
            "guest of": "buyer_name",
            "code": "code",
            "badge printed": "dropped",
            "box": "dropped",
            "slot": "dropped",
            "source": "dropped",
        },
    ),
    Platform(
        "pretix",
        (
            "order code|position id",
            "ticket secret|order code",
            "ticket secret|pseudonymization id",
            "order code|attendee name|product",
            "order code|secret|product",
            "pseudonymization id|attendee name",
            "pseudonymization id|secret",
            "order|positionid|secret",
        ),
        {
            "state": "",
            "order": "order_code",
            "comment": "",
            "id": "",
            "voucher code": "",
            "name": "name",
        },
        codes="pretix",
    ),
    Platform(
        "eventbrite",
        (
            "eventbrite fees|order number",
            "eventbrite fees|order no",
            "eventbrite payment processing",
            "attendee number|order number",
            "attendee number|attendee status",
            "attendee status|ticket class",
            "attendee status|order id",
            "attendee status|order no",
            "attendee status|order number",
            "attendee first name|buyer first name|order id",
            "attendee first name|ticket tier|order id",
            "attendee first name|barcode number|order id",
            "order id|buyer first name|ticket quantity",
            "order id|buyer first name|event name",
            "order no|buyer first name|buyer last name",
            "purchaser user id|attendee id",
            "order number|total paid|order status",
            "order number|total paid|attendee status",
        ),
        {"order number": "order_code", "home state": "", "group": "", "order type": ""},
        frozenset({"info requested", "information requested"}),
        codes="eventbrite",
    ),
    Platform(
        "meetup",
        ("user id|rsvp", "member id|rsvp", "url of member profile|rsvp", "rsvped on|rsvp"),
        {
            "user id": "ticket_id",
            "member id": "ticket_id",
            "title": "",
            "event host": "",
            "guests": "guests",
        },
        codes="none",
        members_only=(
            "url of member profile|total rsvps,meetups attended|no shows,last visited group on"
        ),
    ),
    Platform(
        "tito",
        (
            "ticket reference|void status",
            "ticket reference|unique ticket url",
            "unique ticket url",
            "ticket full name|order reference",
            "ticket full name|ticket email",
            "ticket reference|order reference",
            "ticket first name|ticket reference",
            "ticket reference|registration name",
        ),
        {
            "ticket": "ticket_type",
            "number": "",
            "ticket reference": "code",
            "registration name": "buyer_name",
            "registration email": "buyer_email",
            "name": "name",
        },
        DASH,
        codes="tito",
    ),
    Platform(
        "luma",
        (
            "api id|approval status",
            "guest id|approval status",
            "qr code url|approval status",
            "api id|qr code url",
            "guest id|qr code url",
            "ticket type id|approval status",
        ),
        {
            "api id": "ticket_id",
            "guest id": "ticket_id",
            "qr code url": "code",
            "ticket type id": "",
        },
        codes="luma",
    ),
    Platform(
        "konfhub",
        (
            "booking id|ticket url",
            "booking id|access category",
            "booking id|attendee category",
            "registration status|access category",
            "code tracking id|ticket name",
            "booking id|registration status",
        ),
        {"booking id": "code", "ticket url": "code", "country code": "", "attendee category": ""},
        codes="konfhub",
    ),
    Platform(
        "hi.events",
        ("public id|short id", "public id|is checked in", "public id|checked in at"),
        {
            "public id": "ticket_id",
            "id": "weak_id",
            "ticket id": "",
            "product id": "",
            "short id": "code",
            "ticket": "ticket_type",
        },
        codes="id first",
    ),
    Platform(
        "indico",
        (
            "registration state|registration date",
            "registration state|modification date",
            "registration state|affiliation",
            "id|name|registration state",
        ),
        {"id": "ticket_id", "title": "", "created by": ""},
        codes="weak",
    ),
    Platform(
        "attendize",
        ("ticket id|order ref|has arrived", "order ref|has arrived", "ticket id|arrival time"),
        {"ticket id": "code", "order ref": "order_code"},
    ),
    Platform(
        "alf.io",
        (
            "originalprice|paidprice",
            "reservationid|category",
            "id|reservationid",
            "originalprice|category",
        ),
        {
            "id": "ticket_id",
            "category": "ticket_type",
            "reservationid": "order_code",
            "event": "event_name",
            "reference": "",
            "external reference": "",
        },
    ),
    Platform(
        "open-event-server",
        (
            "payment mode|ticket id",
            "payment mode|payment type|order number",
            "virtual event checkin times",
        ),
        {
            "ticket id": "code",
            "ticket name": "ticket_type",
            "ticket type": "",
            "payment type": "",
            "payment mode": "",
            "virtual event checkin times": "",
        },
    ),
    Platform(
        "sessionize",
        ("session id|speaker id", "speaker id|tagline", "speaker id|owner informed"),
        {
            "speaker id": "ticket_id",
            "session id": "",
            "title": "",
            "owner": "",
            "owner email": "",
            "session format": "",
            "scheduled at": "",
            "x twitter": "",
            "status": "status",
            "category": "",
            "track": "",
        },
        codes="none",
        join_repeats=True,
    ),
    Platform(
        "connpass",
        (
            "参加枠名|参加ステータス",
            "受付番号|参加ステータス",
            "参加ステータス|出欠ステータス",
            "参加枠名|受付番号",
        ),
        {
            "ユーザー名": "weak_id",
            "表示名": "name",
            "受付番号": "code",
            "出席日時": "arrived_at",
            "コメント": "",
        },
        frozenset({"(退会ユーザー)", "退会ユーザー"}),
    ),
    Platform(
        "ticket-tailor",
        (
            "issued ticket id",
            "barcode|group ticket barcode",
            "order id|barcode|description",
            "event series id|barcode",
        ),
        {
            "description": "ticket_type",
            "id": "ticket_id",
            "reference": "",
            "issued ticket id": "ticket_id",
        },
    ),
    Platform(
        "cooltix",
        ("attendee id|voucher code",),
        {"voucher code": "code", "attendee id": "ticket_id"},
    ),
    Platform(
        "tickera",
        (
            "ticket code|ticket first name",
            "ticket code|ticket last name",
            "ticket code|ticket type id",
        ),
        {
            "ticket code": "code",
            "ticket first name": "given_name",
            "ticket last name": "family_name",
        },
    ),
    Platform(
        "universe",
        ("date attending|ticket id", "date attending|ticket type"),
        {"ticket id": "code", "date attending": ""},
    ),
    Platform(
        "humanitix",
        ("ticket no|is checked in", "ticket no|marketing opt in"),
        {"ticket no": "code"},
    ),
    Platform("webropol", ("ilm aika|tila", "ilm aika|etunimi"), {"ilm aika": ""}),
)
SHEET = Platform("sheet", fields={"group size reg group size": ""})
"""Event Espresso has a row for each person of a group."""
GOOGLE_FORMS = Platform("google-forms")

_LUMA_EVENT = re.compile(r"/(evt-[A-Za-z0-9]+)")


def recognise(keys: Sequence[str], pretix_keys: frozenset[str]) -> Platform:
    """The platform of a file by its headings' keys; `SHEET` if none is known.

    Args:
        keys: heading keys in the file's order.
        pretix_keys: the same headings in pretix's English, if they are a known translation.
    """
    present = set(keys)
    for platform in PLATFORMS:
        known = present | pretix_keys if platform.name == "pretix" else present
        if any(known.issuperset(sign.split("|")) for sign in platform.signs):
            return platform
    return SHEET


def is_member_list(keys: Sequence[str]) -> bool:
    """Whether the file lists a group's members without answers to an event (Meetup)."""
    present = set(keys)
    if "rsvp" in present:
        return False
    meetup = next(platform for platform in PLATFORMS if platform.name == "meetup")
    return any(present.issuperset(sign.split("|")) for sign in meetup.members_only.split(","))


def luma_event(value: str) -> str:
    """The event's id in a Luma check-in address; empty if there is none."""
    event = _LUMA_EVENT.search(value)
    return event[1] if event else ""
