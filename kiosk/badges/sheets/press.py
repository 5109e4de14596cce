"""Draw badges into PDFs: a single badge from a warm press, or a batch on sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.badges.layout.compose import Composer, hash_of
from kiosk.badges.layout.model import MM, EventLook, Layout
from kiosk.badges.layout.scene import Op
from kiosk.badges.pdf.drawing import BadgeDocument
from kiosk.badges.sheets.stock import (
    Stock,
    back_place_of,
    crop_marks,
    does_not_fit,
    is_rotated,
    layout_on,
    offset_in_place,
    page_of,
    place_of,
)
from kiosk.badges.text.cleaning import CannotDrawError, clean_text
from kiosk.domain.badges.order import BadgePerson, BadgeProblem
from kiosk.errors import KioskError
from kiosk.support.files import PendingFiles, pending_files
from kiosk.support.progress import Progress, gc_paused

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class DrawnBadge:
    """A person with a drawn badge, and the hash of its content."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True)
class BadgeBatch:
    """The result of a batch."""

    files: tuple[Path, ...]
    badges: int
    pages: int
    problems: tuple[BadgeProblem, ...]
    drawn: tuple[DrawnBadge, ...]


class BatchRun:
    """Draws one batch."""

    def __init__(
        self,
        composer: Composer,
        stock: Stock,
        files: PendingFiles,
        out: Path,
        *,
        start: int,
        split_at: int,
    ) -> None:
        self._composer, self._stock, self._files, self._out = composer, stock, files, out
        layout = composer.layout
        self._rotated = is_rotated(stock, layout.width, layout.height)
        self._size = (layout.width, layout.height)
        if self._rotated:
            self._size = (layout.height, layout.width)
        self._offset = offset_in_place(stock, *self._size)
        self._position, self._split_at = start - 1, split_at
        self._document: BadgeDocument | None = None
        self._in_document = 0
        self._pages = self._blanks = 0
        self._page: list[list[str]] = []
        """Operators of the current page, one list per side."""
        self._drawn: list[DrawnBadge] = []
        self._problems: list[BadgeProblem] = []
        self._parts: list[Path] = []
        self._sides = 1 if stock.duplex == "none" else len(layout.sides)
        self._plain = (
            stock.per_page == 1
            and not stock.crop_marks
            and (stock.page_width, stock.page_height) == (layout.width, layout.height)
            and not _nudge(stock)
        )

    def add(self, person: BadgePerson) -> None:
        """Add a person's badge, or a problem if it cannot be drawn."""
        composer = self._composer
        values = composer.values(person)
        try:
            own = [composer.own(side, values) for side in range(self._sides)]
        except CannotDrawError as reason:
            problem = BadgeProblem(person.id, clean_text(person.name), str(reason))
            self._problems.append(problem)
            return
        self._place(own, person.ticket_type, clean_text(person.name))
        self._drawn.append(DrawnBadge(person.id, hash_of(composer, values)))

    def add_blank(self, ticket_type: str, code: str) -> None:
        """Add a badge with the design, a code and lines to write on, but no name."""
        composer = self._composer
        own = [composer.blank(side, ticket_type, code) for side in range(self._sides)]
        self._place(own, ticket_type, "")
        self._blanks += 1

    def skip(self) -> None:
        """Leave a place on the page empty."""
        self._position += 1
        if self._position >= self._stock.per_page:
            self._end_page()

    def _place(self, own: list[list[Op]], ticket_type: str, bookmark: str) -> None:
        """Place a badge; end the page and the file when they are full."""
        composer, layout = self._composer, self._composer.layout
        document = self._document = self._document or BadgeDocument(self._title())
        if not self._page:
            self._page = [[] for _ in range(self._sides)]
        if bookmark:
            document.pdf.bookmark(bookmark)
        for side, ops in enumerate(own):
            key = (side, ticket_type)
            shared = composer.shared(side, ticket_type) if not document.has(key) else ()
            size = (layout.width * MM, layout.height * MM)
            content = document.shared(key, shared, *size) + document.operators(ops)
            self._page[side].append(self._placed(content, side))
        self._in_document += 1
        self._position += 1
        if self._position >= self._stock.per_page:
            self._end_page()
            if self._in_document >= self._split_at:
                self._end_document()

    def finish(self) -> BadgeBatch:
        """End the last page and file, and name the files."""
        self._end_page()
        self._end_document()
        targets = [self._out]
        if len(self._parts) > 1:
            name, ending = self._out.stem, self._out.suffix
            count = range(1, len(self._parts) + 1)
            targets = [self._out.with_name(f"{name}-{number}{ending}") for number in count]
        targets = targets if self._parts else []
        self._files.retarget(targets)
        drawn = tuple(self._drawn)
        problems = tuple(self._problems)
        badges = len(drawn) + self._blanks
        return BadgeBatch(tuple(targets), badges, self._pages, problems, drawn)

    def _placed(self, content: str, side: int) -> str:
        if self._plain:
            return content
        layout, stock, (width, height) = self._composer.layout, self._stock, self._size
        if side == 0:
            place = place_of(stock, self._position, self._offset, height)
        else:
            place = back_place_of(stock, self._position, self._offset, height, width)
        return f"q {place.matrix(layout, rotated=self._rotated)} cm\n{content}Q\n"

    def _end_page(self) -> None:
        self._position = 0
        if not self._page or self._document is None:
            return
        stock = self._stock
        for number, side in enumerate(self._page):
            marks = crop_marks(stock) if stock.crop_marks and number == 0 else []
            content = self._document.operators(marks) + "".join(side)
            content = f"{_nudge(stock)}{content}"
            size = (stock.page_width * MM, stock.page_height * MM)
            self._document.pdf.add_page(content.encode("latin-1"), *size)
            self._pages += 1
        self._page = []

    def _end_document(self) -> None:
        if self._document is None:
            return
        part = self._files.temporary_path(
            self._out.with_name(f"{self._out.name}-{len(self._parts) + 1}")
        )
        self._document.save(part)
        self._parts.append(part)
        self._document, self._in_document = None, 0

    def _title(self) -> str:
        return f"{self._composer.event.name} badges".strip()


def _nudge(stock: Stock) -> str:
    if (stock.nudge_x, stock.nudge_y, stock.scale) == (0.0, 0.0, 1.0):
        return ""
    x, y = stock.nudge_x * MM, -stock.nudge_y * MM
    return f"{stock.scale:.5f} 0 0 {stock.scale:.5f} {x:.3f} {y:.3f} cm\n"


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
        self, codes: Sequence[str], out: Path, *, ticket_type: str, start: int = 1
    ) -> BadgeBatch:
        """Draw badges with the design and a code each, to write on by hand. Raises `KioskError`."""
        self._check_start(start)
        with pending_files(out) as files:
            run = BatchRun(self._composer, self.stock, files, out, start=start, split_at=len(codes))
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
            most = many if stacked else split_at
            run = BatchRun(self._composer, self.stock, files, out, start=start, split_at=most)
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

    def _check_start(self, start: int) -> None:
        places = self.stock.per_page
        if not 1 <= start <= places:
            has = f"has {places} places" if places > 1 else "has one badge a page"
            raise KioskError(
                "start_out_of_range",
                f"Position {start} is not on the sheet: {self.stock.name} {has}.",
                saved="No badge was drawn.",
                next_step=f"Choose a start from 1 to {places}."
                if places > 1
                else "Omit the start.",
            )


def check_badges(
    people: Sequence[BadgePerson], layout: Layout, event: EventLook
) -> list[BadgeProblem]:
    """Find badges that cannot be drawn, without writing a file; some 3,000 people a second."""
    press = BadgePress(layout, event)
    wanted = (person for person in people if layout.role_of(person.ticket_type).badge)
    return [problem for person in wanted if (problem := press.check(person))]
