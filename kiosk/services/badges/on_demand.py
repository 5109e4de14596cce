"""One badge, while its holder waits: drawn with a warm press, counted when it is out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kiosk.domain.badges.order import BadgePerson
from kiosk.domain.log.events import Body, EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError
from kiosk.services.badges.badges import made_badges_folder, make_private
from kiosk.services.badges.context import badge_person, chosen_layout, event_look
from kiosk.storage.file.store import Store
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries.attendees import is_former_holders_badge
from kiosk.storage.queries.badges import printed_badge

if TYPE_CHECKING:
    from kiosk.badges.layout.model import EventLook, Layout
    from kiosk.badges.sheets.press import BadgePress

_drawing = Lock()
"""A press draws one badge at a time, whichever thread asks."""


@lru_cache(maxsize=2)
def _press(layout: Layout, look: EventLook) -> BadgePress:
    """A press with its fonts warm, kept for the next badge at the desk."""
    from kiosk.badges.sheets.press import BadgePress

    return BadgePress(layout, look)


@dataclass(frozen=True, slots=True)
class OnDemandBadge:
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
) -> OnDemandBadge:
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


def draw_test_badge(store: Store, out: Path, *, layout: str | None = None) -> OnDemandBadge:
    """Draw a badge of nobody, to try a printer out. Raises `KioskError`."""
    nobody = BadgePerson("", "Test Badge", "Test", "Badge", badge_code="B:0000")
    return _draw_one(store, nobody, nobody.name, out, layout)


def _draw_one(
    store: Store, person: BadgePerson, label: str, out: Path, layout: str | None
) -> OnDemandBadge:
    name, drawn_layout = chosen_layout(store, layout)
    with _drawing:
        batch = _press(drawn_layout, event_look(store)).print_batch([person], out)
        make_private(batch.files)
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
    return OnDemandBadge(
        person.id,
        batch.files[0],
        name,
        batch.drawn[0].hash,
        drawn_layout.width,
        drawn_layout.height,
    )


def count_on_demand_badge(
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
        count_on_demand_badge(store, attendee_id, layout=badge.layout, badge_hash=badge.hash)
    return badge.file


def _file_stem(person: Attendee) -> str:
    """A file name that is safe everywhere and still tells whose badge it is."""
    words = re.sub(r"[^\w\-]+", "-", person.name, flags=re.ASCII).strip("-")[:40]
    return f"{words or 'badge'}-{person.id[:8]}"
