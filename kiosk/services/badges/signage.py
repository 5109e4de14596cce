"""Print signs, cards, the paper check-in list, certificates and test pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.badges.paper.pages import (
    BoxSign,
    PaperResult,
    render_box_signs,
    render_certificates,
    render_check_list,
    render_index_cards,
    render_queue_signs,
)
from kiosk.badges.paper.sheets import (
    CodeToScan,
    render_ruler,
    render_scanner_page,
    render_tickets,
)
from kiosk.badges.sheets.stock import load_stock, page_of
from kiosk.domain.badges.collation import Queue, balanced_queues
from kiosk.domain.badges.order import BadgeSort, in_order, index_letters, sort_key
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.setup.scanner_check import PROBES
from kiosk.errors import Action, NotDrawn
from kiosk.services.badges.badges import admitted_people
from kiosk.services.badges.context import badge_of, boxes_now, chosen_layout, event_look
from kiosk.services.checkin.lists import named_list
from kiosk.services.setup.rehearsal import rehearsal_tickets
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees
from kiosk.storage.queries.lists import check_in_lists, setting
from kiosk.storage.queries.scans import arrived_ids
from kiosk.storage.queries.tally import expected_ids
from kiosk.support.files import check_pdf_target
from kiosk.support.progress import Progress

MOST_DESKS = 50


class Paper(StrEnum):
    """Pages that can be printed in addition to badges."""

    BOX_SIGNS = "box-signs"
    INDEX_CARDS = "index-cards"
    QUEUE_SIGNS = "queue-signs"
    CHECKLIST = "checklist"
    CERTIFICATES = "certificates"
    RULER = "ruler"
    SCANNER_TEST = "scanner-test"
    REHEARSAL_TICKETS = "rehearsal-tickets"


@dataclass(frozen=True, slots=True)
class PaperOrder:
    """What to print, and how."""

    paper: Paper
    desks: int = 1
    """For queue signs: the number of queues."""
    list_name: str | None = None
    """For the check-in list and certificates: this list; None: all people, or any list."""
    sort: BadgeSort = BadgeSort.FAMILY
    stock: str | None = None
    """For the ruler: its stock."""


def make_paper(
    store: Store, out: Path, order: PaperOrder, *, progress: Progress | None = None
) -> PaperResult:
    """Write one kind of paper as a PDF.

    Args:
        progress: gets the pages done and all (a ruler or test page is one); may raise `Canceled`.
            Then no file is written.

    Raises:
        KioskError: nothing to print, no such list or stock, or a file that cannot be written.
    """
    check_pdf_target(out)
    match order.paper:
        case Paper.BOX_SIGNS:
            return _box_signs(store, out, progress)
        case Paper.INDEX_CARDS:
            letters = index_letters(_people(admitted_people(store)), order.sort)
            return render_index_cards(letters, out, event=event_look(store), progress=progress)
        case Paper.QUEUE_SIGNS:
            spans = [queue.span for queue in queues(store, order.desks, order.sort)]
            return render_queue_signs(spans, out, event=event_look(store), progress=progress)
        case Paper.CHECKLIST:
            return _check_list(store, out, order, progress)
        case Paper.CERTIFICATES:
            return _certificates(store, out, order, progress)
        case Paper.RULER:
            return _ruler(store, out, order.stock)
        case Paper.SCANNER_TEST:
            return _scanner_test(store, out)
        case Paper.REHEARSAL_TICKETS:
            return _rehearsal_tickets(store, out)


def _box_signs(store: Store, out: Path, progress: Progress | None) -> PaperResult:
    boxes = boxes_now(store)
    if not boxes:
        raise NotDrawn(
            "no_boxes",
            "No badges are sorted into boxes yet.",
            next_step="Print the badges first.",
            action=Action.PRINT_BADGES,
        )
    signs = [BoxSign(box.name, box.span or "later ones", box.count) for box in boxes]
    return render_box_signs(signs, out, event=event_look(store), progress=progress)


def queues(store: Store, desks: int, sort: BadgeSort = BadgeSort.FAMILY) -> list[Queue]:
    """Distribute the letters over the desks, by the number of people expected for each.

    Raises:
        KioskError: `bad_desks`, `nobody`.
    """
    if not 1 <= desks <= MOST_DESKS:
        raise NotDrawn(
            "bad_desks",
            f"Queues are made for 1 to {MOST_DESKS} desks, not {desks}.",
            next_step="Choose the number of desks, for example 3.",
        )
    people = _people(admitted_people(store))
    by = BadgeSort.FAMILY if sort is BadgeSort.TYPE else sort
    return balanced_queues([(sort_key(p, by).first, p.heads) for p in people], desks)


def _check_list(
    store: Store, out: Path, order: PaperOrder, progress: Progress | None
) -> PaperResult:
    chosen = named_list(check_in_lists(store.connection), order.list_name)
    admitted = admitted_people(store)
    if chosen is not None and chosen.is_restricted:
        expected = set(expected_ids(store.connection, chosen))
        admitted = [person for person in admitted if person.id in expected]
    people = in_order(_people(admitted), order.sort)
    return render_check_list(
        [badge_of(store, person) for person in people],
        out,
        event=event_look(store),
        title=chosen.name if chosen else "Check-in list",
        arrived=arrived_ids(store.connection, chosen.id if chosen else None),
        progress=progress,
    )


def _certificates(
    store: Store, out: Path, order: PaperOrder, progress: Progress | None
) -> PaperResult:
    connection = store.connection
    chosen = named_list(check_in_lists(connection), order.list_name)
    arrived = arrived_ids(connection, chosen.id if chosen else None)
    people = [p for p in all_attendees(connection) if p.id in arrived and p.name]
    if not people:
        raise NotDrawn(
            "nobody",
            "No attendee with a name is checked in yet.",
            next_step="Certificates are for people who attended: print them after the event.",
        )
    return render_certificates(
        [badge_of(store, person) for person in in_order(people, order.sort)],
        out,
        event=event_look(store),
        title=setting(connection, "certificate_title", "Certificate of attendance"),
        sentence=setting(connection, "certificate_text", "attended"),
        signed_by=setting(connection, "certificate_signed_by", ""),
        progress=progress,
    )


def _ruler(store: Store, out: Path, stock_name: str | None) -> PaperResult:
    if stock_name:
        stock = load_stock(stock_name)
    else:
        _, layout = chosen_layout(store, None)
        stock = page_of(layout.width, layout.height, layout.dpi)
    return PaperResult(render_ruler(stock, out), 1)


def _scanner_test(store: Store, out: Path) -> PaperResult:
    about = {
        1: "Shows the keyboard layout, Caps Lock and the end of a code.",
        2: "Shows whether special characters arrive correctly.",
        3: "Shows whether characters are lost at full speed.",
        4: "Only if your tickets have bars. Shows whether they are read.",
    }
    codes = [CodeToScan(p.title, about[p.step], p.code, p.is_bars) for p in PROBES]
    words = [
        "At the desk, open the command “Test the scanner”. Then scan these codes one by one, from "
        "the top.",
        "Cover the other codes with your hand. The screen shows the result and what to change.",
    ]
    return render_scanner_page(words, codes, out, event=event_look(store))


def _rehearsal_tickets(store: Store, out: Path) -> PaperResult:
    tickets = [CodeToScan(t.name, t.about, t.code) for t in rehearsal_tickets()]
    words = ["Sample people, for a rehearsal only: these codes are not valid at a real desk."]
    return render_tickets(words, tickets, out, event=event_look(store))


def _people(admitted: list[Attendee]) -> list[Attendee]:
    if not admitted:
        raise NotDrawn(
            "nobody",
            "There are no attendees yet.",
            next_step="Import the registrations first.",
            action=Action.IMPORT_FILE,
        )
    return admitted
