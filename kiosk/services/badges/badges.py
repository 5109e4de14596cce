"""Draw the badges of many people, count them as printed, and give them places in boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from kiosk.badges.layout.model import EventLook, Layout
from kiosk.badges.sheets.stock import Stock, load_stock
from kiosk.domain.badges.order import BadgeProblem, BadgeSort, in_order
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import badge_code
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import casefold_key
from kiosk.errors import NotDrawn, did_you_mean
from kiosk.services.badges.context import (
    ReplacedBadge,
    badge_of,
    batch_places,
    event_look,
    hash_as_printed,
    layout_for_stock,
    remember_boxes,
    replaced_badges,
)
from kiosk.services.badges.shared_layout import note_used_here
from kiosk.services.people.people import find_attendee
from kiosk.services.printing.paper import PrintOffset, offset_stock
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries.badges import printed_badges
from kiosk.support.files import check_pdf_target, make_folder
from kiosk.support.progress import Progress

if TYPE_CHECKING:
    from kiosk.badges.sheets.press import BadgeBatch, BadgePress


@dataclass(frozen=True, slots=True)
class BadgeOrder:
    """Which badges to draw, how and in which order."""

    who: tuple[str, ...] = ("all",)
    """`all`, `unprinted`, `changed`, or ids."""
    ticket_type: str | None = None
    """Only badges of this type."""
    layout: str | None = None
    """None: the event's layout, else the last used layout, else A6."""
    stock: str | None = None
    nudge: PrintOffset | None = None
    """Correction of the printer; None: the stored one for this printer and stock."""
    printer: str | None = None
    """The printer of the nudge; None: this desk's printer."""
    sort: BadgeSort = BadgeSort.FAMILY
    start: int = 1
    stack: bool = False
    """Order for cutting a stack of sheets."""
    back: str = ""
    """`same` prints the front on the back too, `none` no back; empty: as in the layout."""
    proof: bool = False


@dataclass(frozen=True, slots=True)
class BadgeReport:
    """The result of a batch."""

    files: tuple[Path, ...]
    badges: int
    pages: int
    problems: tuple[BadgeProblem, ...]
    replaced: tuple[ReplacedBadge, ...] = ()
    """Older badges in the boxes, which must be thrown away now."""


def badge_press(
    layout: Layout, look: EventLook, stock: Stock | None = None, *, proof: bool = False
) -> BadgePress:
    """A press for this layout, event and stock, see `BadgePress`. Raises `KioskError`."""
    # the badge engine: the start of a desk must not load it
    from kiosk.badges.sheets.press import BadgePress

    return BadgePress(layout, look, stock, proof=proof)


def make_badges(
    store: Store, out: Path, order: BadgeOrder, *, progress: Progress | None = None
) -> BadgeReport:
    """Draw badges into a PDF, and give them their places, unless it is a proof. They count as
    printed when a person confirms it.

    Raises:
        KioskError: no attendee has that id, a bad layout or stock, a layout that does not fit the
            stock, or a file that cannot be written. Nothing counts as printed then.
    """
    check_pdf_target(out)
    name, layout, stock = _layout_and_stock(store, order)
    if order.start < 1:
        raise NotDrawn(
            "bad_start",
            "The first place on the sheet is 1.",
            next_step="Choose a start of 1 or more.",
        )
    look = event_look(store)
    chosen = in_order(_people_of(store, order, layout, look), order.sort)
    batch = badge_press(layout, look, stock, proof=order.proof).print_batch(
        [badge_of(store, person) for person in chosen],
        out,
        start=order.start,
        stacked=order.stack,
        progress=progress,
    )
    replaced = () if order.proof else _count_as_made(store, batch, chosen, name, order)
    return BadgeReport(batch.files, batch.badges, batch.pages, batch.problems, replaced)


def make_blanks(store: Store, out: Path, count: int, order: BadgeOrder) -> BadgeReport:
    """Draw blank badges with a code each, for a day without a printer.

    The name is written by hand. A scan of the code at a desk links it to an attendee.

    Raises:
        KioskError: `bad_count`, or as for `make_badges`.
    """
    check_pdf_target(out)
    if not 1 <= count <= MOST_BLANKS:
        raise NotDrawn(
            "bad_count",
            f"{count} blank badges cannot be drawn.",
            next_step=f"Choose a number from 1 to {MOST_BLANKS}.",
        )
    _, layout, stock = _layout_and_stock(store, order)
    press = badge_press(layout, event_look(store), stock)
    codes = [badge_code(str(uuid4())) for _ in range(count)]
    batch = press.print_blanks(codes, out, ticket_type=order.ticket_type or "", start=order.start)
    return BadgeReport(batch.files, batch.badges, batch.pages, batch.problems)


MOST_BLANKS = 5_000


def _layout_and_stock(store: Store, order: BadgeOrder) -> tuple[str, Layout, Stock | None]:
    stock: Stock | None = load_stock(order.stock) if order.stock else None
    name, layout = layout_for_stock(store, order.layout, stock)
    if order.back == "same" and stock is not None and stock.duplex == "none":
        raise NotDrawn(
            "stock_without_back",
            f"{stock.name} has no back to print on.",
            next_step="Omit the back, or choose another stock.",
        )
    if order.back:
        layout = replace(layout, back=layout.front if order.back == "same" else ())
    return name, layout, offset_stock(store, stock, layout, order.nudge, printer=order.printer)


def _people_of(store: Store, order: BadgeOrder, layout: Layout, look: EventLook) -> list[Attendee]:
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
    """All attendees with a valid ticket."""
    return [
        person
        for person in people.all_attendees(store.connection)
        if person.status is TicketStatus.VALID
    ]


def _of_type(admitted: list[Attendee], ticket_type: str | None) -> list[Attendee]:
    if ticket_type is None:
        return admitted
    wanted = casefold_key(ticket_type)
    holders = [person for person in admitted if casefold_key(person.ticket_type) == wanted]
    if holders:
        return holders
    types = sorted({person.ticket_type for person in admitted if person.ticket_type})
    raise NotDrawn(
        "no_such_type",
        f"No attendee has a ticket of the type “{ticket_type}”.",
        next_step=f"{did_you_mean(ticket_type, types)} "
        f"The types are: {', '.join(types) or 'none'}.".lstrip(),
    )


@dataclass(frozen=True, slots=True)
class WaitingBadges:
    """People without an up-to-date badge."""

    unprinted: list[Attendee]
    changed: list[Attendee]
    """Their printed badge is out of date."""


def waiting_badges(
    store: Store,
    admitted: Sequence[Attendee],
    layout: Layout,
    look: EventLook,
    *,
    progress: Progress | None = None,
) -> WaitingBadges:
    """Find badges that are not printed yet or out of date; skip ticket types without badges."""
    printed = printed_badges(store.connection)
    press = badge_press(layout, look)
    waiting = WaitingBadges([], [])
    for number, person in enumerate(admitted, 1):
        if progress and number % _REPORT_EVERY == 0:
            progress(number, len(admitted))
        before = printed.get(person.id)
        if not layout.role_of(person.ticket_type).badge:
            continue
        if before is None:
            waiting.unprinted.append(person)
        elif before.hash != press.hash(badge_of(store, person)) and before.hash != hash_as_printed(
            store, before, person, look
        ):
            waiting.changed.append(person)
    return waiting


_REPORT_EVERY = 200


def _count_as_made(
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
        note_used_here(store, layout)
        badges = [
            [badge.id, badge.hash, place.box, place.slot]
            for badge, place in zip(batch.drawn, places, strict=True)
        ]
        body = {"at": store.clock(), "layout": layout, "made": True, "badges": badges}
        store.append(EventKind.BADGES_PRINTED, body)
    return replaced


def confirm_printed(store: Store) -> int:
    """Count the badges of which only a PDF was made as printed: a person says so.

    Returns:
        The number of badges.
    """
    with store.writing():
        made = [b for b in printed_badges(store.connection).values() if not b.is_printed]
        for layout in dict.fromkeys(badge.layout for badge in made):
            badges = [[b.attendee_id, b.hash, b.box, b.slot] for b in made if b.layout == layout]
            body = {"at": store.clock(), "layout": layout, "badges": badges}
            store.append(EventKind.BADGES_PRINTED, body)
    return len(made)


# The folder for single badges.


def badges_folder(store: Store) -> Path:
    """The folder for badges drawn one by one, next to the event."""
    return store.path.with_name(f"{store.path.stem}-badges")


def made_badges_folder(store: Store, *, saved: str, next_step: str) -> Path:
    """Create that folder if it does not exist.

    Raises:
        KioskError: `cannot_write`, with the given sentences.
    """
    return make_folder(badges_folder(store), saved=saved, next_step=next_step)
