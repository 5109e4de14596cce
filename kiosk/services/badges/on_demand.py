"""Draw one badge while its holder waits, with a warm press, and count it when printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kiosk.badges.layout.model import EventLook, Layout
from kiosk.badges.sheets.stock import Stock
from kiosk.badges.text.fontbook import font_hint
from kiosk.domain.badges.order import BadgePerson
from kiosk.domain.log.events import Body, EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import Action, KioskError
from kiosk.printing.backend import PageSize
from kiosk.services.badges.badges import badge_press, made_badges_folder
from kiosk.services.badges.context import badge_of, chosen_layout, event_look
from kiosk.services.printing.paper import BadgeFormat
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries.attendees import is_former_holders_badge
from kiosk.storage.queries.badges import printed_badge

if TYPE_CHECKING:
    from kiosk.badges.sheets.press import BadgePress

_drawing = Lock()
"""A press draws one badge at a time, for all threads."""


@lru_cache(maxsize=4)
def _press(layout: Layout, look: EventLook, stock: Stock | None) -> BadgePress:
    """A press with loaded fonts, cached for the next badge at the desk."""
    return badge_press(layout, look, stock)


@dataclass(frozen=True, slots=True)
class OnDemandBadge:
    """One badge in its own file, not counted as printed yet."""

    attendee_id: str
    file: Path
    layout: str
    hash: str
    """Hash of the badge's content."""
    page: PageSize


def draw_badge(
    store: Store,
    attendee_id: str,
    out: Path,
    form: BadgeFormat | None = None,
    *,
    start: int = 1,
) -> OnDemandBadge:
    """Draw one person's badge with a warm press. It does not count as printed yet.

    Args:
        form: of a printer; None: a page of the size of the event's or the last used layout.
        start: the place on a sheet with several badges, from 1.

    Raises:
        KioskError: `no_badge` with the reason if it cannot be drawn; nothing is written then.
    """
    person = people.attendee(store.connection, attendee_id)
    if person is None:
        raise KioskError("no_such_attendee", f"No attendee has the id {attendee_id}.")
    form = form or BadgeFormat(*chosen_layout(store, None), None)
    return _draw_one(store, badge_of(store, person), person.label, out, form, start)


def draw_test_badge(store: Store, out: Path, form: BadgeFormat, *, start: int) -> OnDemandBadge:
    """Draw a sample badge to test a printer. Raises `KioskError`."""
    sample = BadgePerson("", "Test Badge", "Test", "Badge", badge_code="B:0000")
    return _draw_one(store, sample, sample.name, out, form, start)


def _draw_one(
    store: Store, person: BadgePerson, label: str, out: Path, form: BadgeFormat, start: int
) -> OnDemandBadge:
    with _drawing:
        press = _press(form.layout, event_look(store), form.stock)
        batch = press.print_batch([person], out, start=start)
    if batch.problems:
        raise KioskError(
            "no_badge",
            f"There is no badge for {label}: {batch.problems[0].why}.",
            saved="Nothing was printed; the check-in did not change.",
            next_step=font_hint([person.name]) or "Correct the name, or write a badge by hand.",
            action=Action.EDIT_ATTENDEE,
        )
    if not batch.drawn:
        raise KioskError(
            "no_badge",
            f"The layout gives {person.ticket_type} no badge.",
            saved="Nothing was printed.",
        )
    return OnDemandBadge(
        person.id,
        batch.files[0],
        form.name,
        batch.drawn[0].hash,
        PageSize(press.stock.page_width, press.stock.page_height, press.stock.endless),
    )


def count_on_demand_badge(
    store: Store,
    attendee_id: str,
    *,
    layout: str,
    badge_hash: str,
    job: tuple[str, int] | None = None,
    is_made: bool,
) -> None:
    """Count a badge of the desk as printed, or as made as a PDF only; inside `writing()`.

    It keeps its place in a box, unless the badge there has the name of the ticket's former holder.
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
    if is_made:
        body["made"] = True
    store.append(EventKind.BADGES_PRINTED, body)


def write_badge(store: Store, attendee_id: str) -> Path:
    """Write one person's badge as a PDF next to the event; it does not count as printed.

    Raises:
        KioskError: `no_badge` with the reason if it cannot be drawn; nothing is written then.
    """
    folder = made_badges_folder(
        store,
        saved="The check-in did not change.",
        next_step="Check the disk, then print the badge again.",
    )
    person = people.attendee(store.connection, attendee_id)
    stem = _file_stem(person) if person else "badge"
    badge = draw_badge(store, attendee_id, folder / f"{stem}.pdf")
    with store.writing():
        count_on_demand_badge(
            store, attendee_id, layout=badge.layout, badge_hash=badge.hash, is_made=True
        )
    return badge.file


def _file_stem(person: Attendee) -> str:
    """A file name that is safe on every system and contains the person's name."""
    words = re.sub(r"[^\w\-]+", "-", person.name, flags=re.ASCII).strip("-")[:40]
    return f"{words or 'badge'}-{person.id[:8]}"
