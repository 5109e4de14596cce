"""Draw badges into PDFs: a single badge from a warm press, or a batch on sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.badges.layout.compose import Composer, hash_of
from kiosk.badges.layout.model import EventLook, Layout
from kiosk.badges.sheets.batch import BadgeBatch, BatchRun
from kiosk.badges.sheets.stock import Stock, does_not_fit, layout_on, page_of
from kiosk.badges.text.cleaning import CannotDrawError, clean_text
from kiosk.domain.badges.order import BadgePerson, BadgeProblem
from kiosk.errors import KioskError
from kiosk.support.files import PendingFiles, pending_files
from kiosk.support.progress import Progress, gc_paused

if TYPE_CHECKING:
    from PIL.Image import Image

_NEWS_EVERY = 25
"""Number of badges between two progress reports."""


class BadgePress:
    """Keeps fonts, shaped names and pictures warm for one layout, stock and event."""

    def __init__(
        self,
        layout: Layout,
        event: EventLook,
        stock: Stock | None = None,
        *,
        proof: bool = False,
    ) -> None:
        """Raises `KioskError` when the layout does not fit the stock.

        Args:
            stock: the paper; None is a page of the badge's own size.
            proof: also draw guides, such as the place of the lanyard's slot.
        """
        self.layout, self.event = layout, event
        self.stock = stock or page_of(layout.width, layout.height, layout.dpi)
        fitting = layout_on(layout, self.stock, event)
        if fitting is None:
            raise does_not_fit(layout, self.stock, event)
        thermal = layout.thermal or self.stock.roll
        self._composer = Composer(replace(fitting, thermal=thermal), event, self.stock.dpi, proof)

    def check(self, person: BadgePerson) -> BadgeProblem | None:
        """Why a badge cannot be drawn; None if it can."""
        try:
            values = self._composer.values(person)
            for side in range(len(self._composer.layout.sides)):
                self._composer.own(side, values)
        except CannotDrawError as reason:
            return BadgeProblem(person.id, clean_text(person.name), str(reason))
        return None

    def hash(self, person: BadgePerson) -> str:
        """The same as `badge_hash`, faster for many people."""
        return hash_of(self._composer, self._composer.values(person))

    def preview(self, person: BadgePerson, width_px: int) -> Image:
        """Render the front of the badge as a picture. Raises `CannotDrawError`."""
        # loads Pillow, a heavy leaf that printing does not need
        from kiosk.badges.sheets.preview import render_preview

        return render_preview(self._composer, person, width_px)

    def print_blanks(
        self, codes: Sequence[str], out: Path, *, ticket_type: str = "", start: int = 1
    ) -> BadgeBatch:
        """Draw badges with the design and a code each, to write on by hand. Raises `KioskError`."""
        self._check_start(start)
        with pending_files(out) as files:
            run = self._run(files, out, start, max(1, len(codes)))
            for code in codes:
                run.add_blank(ticket_type, code)
            return run.finish()

    def print_batch(
        self,
        people: Sequence[BadgePerson],
        out: Path,
        *,
        start: int = 1,
        split_at: int = 2000,
        stacked: bool = False,
        progress: Progress | None = None,
    ) -> BadgeBatch:
        """Draw badges in the order of `people` into `out`.

        Args:
            people: attendees to draw; those with a ticket type without badges are skipped.
            out: the PDF; more than `split_at` badges go to OUT-1.pdf, OUT-2.pdf ... next to it.
            start: first place used on the first sheet, from 1.
            stacked: order for cutting a stack of sheets: the piles, one on the other, are in the
                order of `people`.
            progress: called with (done, all); an exception from it stops the batch.

        Raises:
            KioskError: a picture or the disk fails. No file is left after an error.
        """
        self._check_start(start)
        many = max(1, split_at // self.stock.per_page) * self.stock.per_page
        places = self._stacked(people, many) if stacked else iter(people)
        with pending_files(out) as files, gc_paused():
            run = self._run(files, out, start, many if stacked else split_at)
            for number, person in enumerate(places, 1):
                if person is None:
                    run.skip()
                elif self._composer.look(person.ticket_type).role.badge:
                    run.add(person)
                if progress and (number % _NEWS_EVERY == 0 or number == len(people)):
                    progress(min(number, len(people)), len(people))
            batch = run.finish()
        if not stacked:
            return batch
        order = {person.id: number for number, person in enumerate(people)}
        drawn = sorted(batch.drawn, key=lambda badge: order[badge.id])
        return replace(batch, drawn=tuple(drawn))

    def _stacked(self, people: Sequence[BadgePerson], many: int) -> Iterator[BadgePerson | None]:
        """People by page and place for cut-and-stack, at most `many` a file; None: no badge there.

        People without a badge come first: they take no place.
        """
        wanted = [p for p in people if self._composer.look(p.ticket_type).role.badge]
        drawable = [person for person in wanted if self.check(person) is None]
        ids = {person.id for person in drawable}
        yield from (person for person in wanted if person.id not in ids)
        places = self.stock.per_page
        for first in range(0, len(drawable), many):
            part = drawable[first : first + many]
            pages = -(-len(part) // places)
            for page in range(pages):
                for place in range(places):
                    at = place * pages + page
                    yield part[at] if at < len(part) else None

    def _run(self, files: PendingFiles, out: Path, start: int, split_at: int) -> BatchRun:
        many = max(1, split_at)
        return BatchRun(self._composer, self.stock, files, out, start=start, split_at=many)

    def _check_start(self, start: int) -> None:
        if not 1 <= start <= self.stock.per_page:
            raise KioskError(
                "start_out_of_range",
                f"Position {start} is not on the sheet: {self.stock.name} has "
                f"{self.stock.per_page} places.",
                saved="No badge was drawn.",
                next_step=f"Choose a start from 1 to {self.stock.per_page}.",
            )


def check_badges(
    people: Sequence[BadgePerson], layout: Layout, event: EventLook
) -> list[BadgeProblem]:
    """Find badges that cannot be drawn, without writing a file; some 3,000 people a second."""
    press = BadgePress(layout, event)
    wanted = (person for person in people if layout.role_of(person.ticket_type).badge)
    return [problem for person in wanted if (problem := press.check(person))]
