"""The two questions asked about many people: can their badges be drawn, and draw them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk.badges.batch_run import BadgeBatch
from kiosk.badges.layout import EventLook, Layout
from kiosk.badges.press import BadgePress, Progress
from kiosk.badges.stock import Stock
from kiosk.domain.badge import BadgePerson, BadgeProblem


def render_badges(
    people: Sequence[BadgePerson],
    out: Path,
    *,
    layout: Layout,
    stock: Stock | None = None,
    event: EventLook,
    start: int = 1,
    proof: bool = False,
    split_at: int = 2000,
    progress: Progress | None = None,
) -> BadgeBatch:
    """Draws badges in the order of `people` into `out`.

    Args:
        people: who gets a badge; holders of a ticket type without badges are passed over.
        out: the PDF; more than `split_at` badges go to OUT-1.pdf, OUT-2.pdf ... beside it.
        stock: what is printed on; None is a page of the badge's own size.
        start: first place used on the first sheet, from 1.
        proof: also draw guides, such as where the lanyard's slot is punched.
        progress: called with (done, all); an exception out of it stops the batch.

    Raises:
        KioskError: the layout does not fit the stock, a picture or the disk fails. No file is
            left behind, whatever is raised.
    """
    press = BadgePress(layout, event, stock, proof=proof)
    return press.print_batch(people, out, start=start, split_at=split_at, progress=progress)


def check_badges(
    people: Sequence[BadgePerson], layout: Layout, event: EventLook
) -> list[BadgeProblem]:
    """Whose badge cannot be drawn and why, without a file; some 3,000 people a second."""
    press = BadgePress(layout, event)
    wanted = (person for person in people if layout.role_of(person.ticket_type).badge)
    return [problem for person in wanted if (problem := press.check(person))]
