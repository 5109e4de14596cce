"""Badges of the event's people: drawn, counted as printed, found again in their box."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kiosk.badges.atomic_files import check_pdf_target
from kiosk.domain.attendee import Attendee
from kiosk.domain.badge import BadgePerson, BadgeProblem
from kiosk.domain.badge_order import BadgeSort, Place, in_order
from kiosk.domain.events import Body, EventKind
from kiosk.domain.first_time import YES, is_first_timer
from kiosk.domain.ids import badge_code
from kiosk.domain.registration import TicketStatus
from kiosk.domain.text import plain_form
from kiosk.errors import KioskError
from kiosk.services.boxes import ReplacedBadge, batch_places, remember_boxes, replaced_badges
from kiosk.services.event import event_info
from kiosk.services.nudge import Nudge, nudged_stock
from kiosk.services.people import find_attendee
from kiosk.services.shared_layout import (
    choose_shared,
    is_own,
    layout_file,
    logo_file,
    note_used_here,
)
from kiosk.storage import attendees as people
from kiosk.storage.badges import last_layout, printed_badge, printed_badges
from kiosk.storage.lists import setting
from kiosk.storage.store import Store
from kiosk.storage.transfers import is_former_holders_badge

if TYPE_CHECKING:
    from kiosk.badges import BadgeBatch, BadgePress, EventLook, Layout, Stock

DEFAULT_LAYOUT = "a6"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BadgeOrder:
    """Whose badges, how and in which order."""

    who: tuple[str, ...] = ("all",)
    """`all`, `unprinted`, `changed`, or ids."""
    ticket_type: str | None = None
    """Only badges of this type."""
    layout: str | None = None
    """None: the event's layout, else the one used last, else A6."""
    stock: str | None = None
    nudge: Nudge | None = None
    """What the printer is off; None: as remembered for this printer and stock."""
    printer: str | None = None
    """Whose nudge it is; None: this desk's printer."""
    sort: BadgeSort = BadgeSort.FAMILY
    start: int = 1
    proof: bool = False


@dataclass(frozen=True, slots=True)
class BadgeReport:
    """What was drawn."""

    files: tuple[Path, ...]
    badges: int
    pages: int
    problems: tuple[BadgeProblem, ...]
    replaced: tuple[ReplacedBadge, ...] = ()
    """Older badges in the boxes that are to be thrown away now."""


def badge_person(person: Attendee) -> BadgePerson:
    """A person as a layout sees them."""
    fields = {
        "email": person.email,
        "phone": person.phone,
        "order_code": person.order_code,
        "guest_of": person.guest_of,
        "first_time": YES if is_first_timer(person.extra) else "",
        **person.extra,
    }
    return BadgePerson(
        id=person.id,
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        company=person.company,
        ticket_type=person.ticket_type,
        badge_code=badge_code(person.id),
        fields={header: value for header, value in fields.items() if value},
    )


def event_look(store: Store) -> EventLook:
    """What badges show of the event."""
    from kiosk.badges import EventLook

    info = event_info(store)
    connection = store.connection
    return EventLook(
        name=info.name,
        dates=_dates_text(info.days),
        logo=logo_file(store),
        accent=setting(connection, "accent", EventLook().accent),
        han_language=setting(connection, "han_language", ""),
        nastaliq=setting(connection, "nastaliq", _nastaliq(info.timezone)),
        programme=setting(connection, "programme", ""),
        place=setting(connection, "place", ""),
        contact=setting(connection, "contact", ""),
        wifi=setting(connection, "wifi", ""),
    )


def _nastaliq(timezone: str) -> str:
    """Urdu is read in Nastaliq: the rule for events in Pakistan and India unless set otherwise."""
    return "always" if timezone in ("Asia/Karachi", "Asia/Kolkata", "Asia/Calcutta") else "auto"


def _dates_text(days: Sequence[date]) -> str:
    """`16–18 February 2027`, as a person writes it."""
    if not days:
        return ""
    first, last = days[0], days[-1]
    end = f"{last.day} {last:%B %Y}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    start = f"{first.day} {first:%B}" if first.year == last.year else f"{first.day} {first:%B %Y}"
    return f"{start} – {end}"


def chosen_layout(store: Store, name: str | None) -> tuple[str, Layout]:
    """The layout asked for, else the event's own, else the last used, else A6; with its name."""
    from kiosk.badges import load_layout

    if name is not None:
        return name, load_layout(name)
    for known in (setting(store.connection, "badge_layout", ""), last_layout(store.connection)):
        file = layout_file(store, known) if known else ""
        if not file:
            continue
        try:
            return known, load_layout(file)
        except KioskError:
            pass  # the organiser's own file has a mistake: the shipped one still makes a badge
    return DEFAULT_LAYOUT, load_layout(DEFAULT_LAYOUT)


def use_layout(store: Store, name: str) -> None:
    """Make a layout the event's own, for every desk. Raises `KioskError` when it has a mistake."""
    from kiosk.badges import load_layout

    load_layout(layout_file(store, name) or name)
    if is_own(name) and Path(name).is_file():
        choose_shared(store, "badge_layout", name)
        return
    with store.writing():
        store.append(EventKind.SETTING, {"key": "badge_layout", "value": name})


def make_badges(
    store: Store, out: Path, order: BadgeOrder, *, progress: Progress | None = None
) -> BadgeReport:
    """Draw badges into a PDF; they count as printed and get their places, unless it is a proof.

    Raises:
        KioskError: nobody of that id, a bad layout or stock, one that does not fit the other,
            a file that cannot be written. Nothing counts as printed then.
    """
    from kiosk.badges import load_stock, render_badges

    check_pdf_target(out)
    name, layout = chosen_layout(store, order.layout)
    stock: Stock | None = load_stock(order.stock) if order.stock else None
    stock = nudged_stock(store, stock, layout, order.nudge, printer=order.printer)
    if order.start < 1:
        raise KioskError(
            "bad_start",
            "The first place on the sheet is 1.",
            saved="Nothing was drawn.",
            next_step="Give --start a number of 1 or more.",
        )
    look = event_look(store)
    chosen = in_order(_whose(store, order, layout, look), order.sort)
    batch = render_badges(
        [badge_person(person) for person in chosen],
        out,
        layout=layout,
        stock=stock,
        event=look,
        start=order.start,
        proof=order.proof,
        progress=progress,
    )
    _make_private(batch)
    replaced = () if order.proof else _count_as_printed(store, batch, chosen, name, order)
    return BadgeReport(batch.files, batch.badges, batch.pages, batch.problems, replaced)


def _make_private(batch: BadgeBatch) -> None:
    """Names are nobody's business but the owner's."""
    for path in batch.files:
        with contextlib.suppress(OSError):  # sticks know no owners
            path.chmod(0o600)


def _whose(store: Store, order: BadgeOrder, layout: Layout, look: EventLook) -> list[Attendee]:
    word = order.who[0] if len(order.who) == 1 else ""
    if word not in WHO_WORDS:
        named = [find_attendee(store, who) for who in order.who]
        return _of_type(list({person.id: person for person in named}.values()), order.ticket_type)
    admitted = _of_type(admitted_people(store), order.ticket_type)
    if word == "all":
        return admitted
    waiting = waiting_badges(store, admitted, layout, look)
    return waiting.unprinted if word == "unprinted" else waiting.changed


WHO_WORDS = ("all", "unprinted", "changed")


def admitted_people(store: Store) -> list[Attendee]:
    """Everybody with a valid ticket."""
    return [
        person
        for person in people.all_attendees(store.connection)
        if person.status is TicketStatus.VALID
    ]


def _of_type(admitted: list[Attendee], ticket_type: str | None) -> list[Attendee]:
    if ticket_type is None:
        return admitted
    wanted = plain_form(ticket_type)
    found = [person for person in admitted if plain_form(person.ticket_type) == wanted]
    if found:
        return found
    from difflib import get_close_matches

    types = sorted({person.ticket_type for person in admitted if person.ticket_type})
    near = get_close_matches(ticket_type, types, 1, 0.5)
    hint = f"Did you mean “{near[0]}”? " if near else ""
    raise KioskError(
        "no_such_type",
        f"Nobody here has a ticket of the type “{ticket_type}”.",
        saved="Nothing was drawn.",
        next_step=f"{hint}The types are: {', '.join(types) or 'none'}.",
    )


@dataclass(frozen=True, slots=True)
class WaitingBadges:
    """Badges that a batch would still have to make."""

    unprinted: list[Attendee]
    changed: list[Attendee]
    """Printed, and something that is on the badge says otherwise since."""


def waiting_badges(
    store: Store,
    admitted: Sequence[Attendee],
    layout: Layout,
    look: EventLook,
    *,
    progress: Progress | None = None,
) -> WaitingBadges:
    """Whose badge is not printed yet, or out of date; holders of types without badges are not."""
    from kiosk.badges import BadgePress

    printed = printed_badges(store.connection)
    press = BadgePress(layout, look)
    waiting = WaitingBadges([], [])
    for number, person in enumerate(admitted, 1):
        if progress and number % _NEWS_EVERY == 0:
            progress(number, len(admitted))
        before = printed.get(person.id)
        if not layout.role_of(person.ticket_type).badge:
            continue
        if before is None:
            waiting.unprinted.append(person)
        elif before.hash != press.hash(badge_person(person)):
            waiting.changed.append(person)
    return waiting


_NEWS_EVERY = 200


def _count_as_printed(
    store: Store, batch: BadgeBatch, chosen: Sequence[Attendee], layout: str, order: BadgeOrder
) -> tuple[ReplacedBadge, ...]:
    if not batch.drawn:
        return ()
    drawn_ids = {badge.id for badge in batch.drawn}
    drawn = [person for person in chosen if person.id in drawn_ids]
    is_picked = order.who not in (("all",), ("unprinted",))
    with store.writing():
        boxes, places = batch_places(
            store, drawn, order.sort, ticket_type=order.ticket_type, is_picked=is_picked
        )
        replaced = replaced_badges(store, drawn, places, boxes)
        remember_boxes(store, boxes)
        _append_printed(store, batch, layout, places)
    return replaced


def _append_printed(store: Store, batch: BadgeBatch, layout: str, places: Sequence[Place]) -> None:
    note_used_here(store, layout)
    store.append(
        EventKind.BADGES_PRINTED,
        {
            "at": store.clock(),
            "layout": layout,
            "badges": [
                [badge.id, badge.hash, place.box, place.slot]
                for badge, place in zip(batch.drawn, places, strict=True)
            ],
        },
    )


_drawing = Lock()
"""A press draws one badge at a time, whichever thread asks."""


@lru_cache(maxsize=2)
def _press(layout: Layout, look: EventLook) -> BadgePress:
    """A press with its fonts warm, kept for the next badge at the desk."""
    from kiosk.badges import BadgePress

    return BadgePress(layout, look)


def badges_folder(store: Store) -> Path:
    """Where badges made one by one go: a folder beside the event."""
    return store.path.with_name(f"{store.path.stem}-badges")


def made_badges_folder(store: Store, *, saved: str, next_step: str) -> Path:
    """That folder, made if it is not there.

    Raises:
        KioskError: `cannot_write`, with what was saved all the same and what to do.
    """
    folder = badges_folder(store)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise KioskError(
            "cannot_write",
            f"The folder {folder} cannot be made ({error.strerror}).",
            saved=saved,
            next_step=next_step,
        ) from error
    return folder


@dataclass(frozen=True, slots=True)
class SpotBadge:
    """One badge in a file of its own, not counted as printed yet."""

    attendee_id: str
    file: Path
    layout: str
    hash: str
    """Of what is on it."""
    width_mm: float
    height_mm: float


def draw_badge(
    store: Store, attendee_id: str, out: Path, *, layout: str | None = None
) -> SpotBadge:
    """Draw one person's badge with a warm press. It does not count as printed by that.

    Args:
        layout: its name; None for the one used last.

    Raises:
        KioskError: `no_badge` with the reason when it cannot be drawn; nothing is written then.
    """
    person = people.attendee(store.connection, attendee_id)
    if person is None:
        raise KioskError("no_such_attendee", f"Nobody here has the id {attendee_id}.")
    return _draw_one(store, badge_person(person), person.label, out, layout)


def draw_test_badge(store: Store, out: Path, *, layout: str | None = None) -> SpotBadge:
    """Draw a badge of nobody, to try a printer out. Raises `KioskError`."""
    nobody = BadgePerson("", "Test Badge", "Test", "Badge", badge_code="B:0000")
    return _draw_one(store, nobody, nobody.name, out, layout)


def _draw_one(
    store: Store, person: BadgePerson, label: str, out: Path, layout: str | None
) -> SpotBadge:
    name, drawn_layout = chosen_layout(store, layout)
    with _drawing:
        batch = _press(drawn_layout, event_look(store)).print_batch([person], out)
        _make_private(batch)
    if batch.problems:
        raise KioskError(
            "no_badge",
            f"There is no badge for {label}: {batch.problems[0].why}.",
            saved="Nothing was printed; the check-in is not touched.",
            next_step="Correct the name with F3, or hand-write a badge.",
        )
    if not batch.drawn:
        raise KioskError(
            "no_badge",
            f"The layout gives {person.ticket_type} no badge.",
            saved="Nothing was printed.",
        )
    return SpotBadge(
        person.id,
        batch.files[0],
        name,
        batch.drawn[0].hash,
        drawn_layout.width,
        drawn_layout.height,
    )


def count_spot_badge(
    store: Store,
    attendee_id: str,
    *,
    layout: str,
    badge_hash: str,
    job: tuple[str, int] | None = None,
) -> None:
    """Count a badge made on the spot as printed; inside `writing()`. A box it has stays its box,
    unless what lies there bears the name of whoever passed the ticket on.
    """
    before = printed_badge(store.connection, attendee_id)
    if before and is_former_holders_badge(store.connection, attendee_id):
        before = None
    box, slot = (before.box, before.slot) if before else ("", 0)
    body: Body = {
        "at": store.clock(),
        "layout": layout,
        "badges": [[attendee_id, badge_hash, box, slot]],
    }
    if job:
        body["job"] = list(job)
    store.append(EventKind.BADGES_PRINTED, body)


def write_badge(store: Store, attendee_id: str) -> Path:
    """Write one person's badge as a PDF beside the event, and count it as printed.

    Raises:
        KioskError: `no_badge` with the reason when it cannot be drawn; nothing is written then.
    """
    folder = made_badges_folder(
        store,
        saved="The check-in is not touched.",
        next_step="Check the disk, then press F6 again.",
    )
    person = people.attendee(store.connection, attendee_id)
    stem = _file_stem(person) if person else "badge"
    badge = draw_badge(store, attendee_id, folder / f"{stem}.pdf")
    with store.writing():
        count_spot_badge(store, attendee_id, layout=badge.layout, badge_hash=badge.hash)
    return badge.file


def _file_stem(person: Attendee) -> str:
    """A file name that is safe everywhere and still tells whose badge it is."""
    words = re.sub(r"[^\w\-]+", "-", person.name, flags=re.ASCII).strip("-")[:40]
    return f"{words or 'badge'}-{person.id[:8]}"
