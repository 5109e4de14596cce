"""Draws badges into PDFs: one at once from a warm press, or a batch on sheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.badges.atomic_files import PendingFiles, pending_files
from kiosk.badges.compose import CannotDrawError, Composer
from kiosk.badges.hashing import hash_of
from kiosk.badges.layout import MM, EventLook, Layout
from kiosk.badges.pdf_drawing import BadgeDocument
from kiosk.badges.sheet import Place, back_place_of, crop_marks, place_of
from kiosk.badges.stock import Stock, offset_in_place, page_of
from kiosk.badges.text_cleaning import clean_text
from kiosk.domain.badge import BadgePerson, BadgeProblem
from kiosk.errors import KioskError

_NEWS_EVERY = 25
"""Badges between two reports of progress."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DrawnBadge:
    """A person who got a page, and the hash of what is on it."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True)
class BadgeBatch:
    """What came of a batch."""

    files: tuple[Path, ...]
    badges: int
    pages: int
    problems: tuple[BadgeProblem, ...]
    drawn: tuple[DrawnBadge, ...]


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
        """Raises `KioskError` when the layout does not fit the stock."""
        self.layout, self.event = layout, event
        self.stock = stock or page_of(layout.width, layout.height, layout.dpi)
        self._offset = offset_in_place(self.stock, layout.width, layout.height)
        thermal = layout.thermal or self.stock.roll
        self._composer = Composer(replace(layout, thermal=thermal), event, self.stock.dpi, proof)
        self._proof = proof

    def check(self, person: BadgePerson) -> BadgeProblem | None:
        """Why a badge cannot be drawn, None when it can."""
        try:
            values = self._composer.values(person)
            for side in range(len(self.layout.sides)):
                self._composer.own(side, values)
        except CannotDrawError as reason:
            return BadgeProblem(person.id, clean_text(person.name), str(reason))
        return None

    def print_batch(
        self,
        people: Sequence[BadgePerson],
        out: Path,
        *,
        start: int = 1,
        split_at: int = 2000,
        progress: Progress | None = None,
    ) -> BadgeBatch:
        """Writes the badges of `people` to `out` (OUT-1.pdf ... when split).

        Raises `KioskError`; an exception out of `progress` stops the batch. Either way no file
        is left behind.
        """
        if not 1 <= start <= self.stock.per_page:
            raise KioskError(
                "start_out_of_range",
                f"Position {start} is not on the sheet: {self.stock.name} has "
                f"{self.stock.per_page} places.",
                saved="No badge was drawn.",
                next_step=f"Give a start from 1 to {self.stock.per_page}.",
            )
        with pending_files(out) as files:
            run = _Run(self, files, out, start, max(1, split_at))
            for number, person in enumerate(people, 1):
                if self._composer.look(person.ticket_type).role.badge:
                    run.add(person)
                if progress and (number % _NEWS_EVERY == 0 or number == len(people)):
                    progress(number, len(people))
            return run.finish()


class _Run:
    """One batch under way."""

    def __init__(
        self, press: BadgePress, files: PendingFiles, out: Path, start: int, split_at: int
    ) -> None:
        self._press, self._files, self._out = press, files, out
        self._position, self._split_at = start - 1, split_at
        self._document: BadgeDocument | None = None
        self._in_document = 0
        self._pages = 0
        self._page: list[list[str]] = []
        """Operators of the page being filled, one list a side."""
        self._drawn: list[DrawnBadge] = []
        self._problems: list[BadgeProblem] = []
        self._parts: list[Path] = []
        layout, stock = press.layout, press.stock
        self._sides = 1 if stock.duplex == "none" else len(layout.sides)
        self._plain = (
            stock.per_page == 1
            and not stock.crop_marks
            and (stock.page_width, stock.page_height) == (layout.width, layout.height)
            and (stock.nudge_x, stock.nudge_y, stock.scale) == (0.0, 0.0, 1.0)
        )

    def add(self, person: BadgePerson) -> None:
        """The next badge, or a problem."""
        composer = self._press._composer
        values = composer.values(person)
        try:
            own = [composer.own(side, values) for side in range(self._sides)]
        except CannotDrawError as reason:
            problem = BadgeProblem(person.id, clean_text(person.name), str(reason))
            self._problems.append(problem)
            return
        document = self._document = self._document or BadgeDocument(self._title())
        if not self._page:
            self._page = [[] for _ in range(self._sides)]
        document.pdf.bookmark(clean_text(person.name))
        layout = self._press.layout
        for side, ops in enumerate(own):
            key = (side, person.ticket_type)
            shared = composer.shared(side, person.ticket_type) if not document.has(key) else ()
            size = (layout.width * MM, layout.height * MM)
            content = document.shared(key, shared, *size) + document.operators(ops)
            self._page[side].append(self._placed(content, side))
        self._drawn.append(DrawnBadge(person.id, hash_of(values, layout)))
        self._in_document += 1
        self._position += 1
        if self._position >= self._press.stock.per_page:
            self._end_page()
            if self._in_document >= self._split_at:
                self._end_document()

    def finish(self) -> BadgeBatch:
        """The last page and file; names the files."""
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
        return BadgeBatch(tuple(targets), len(drawn), self._pages, problems, drawn)

    def _placed(self, content: str, side: int) -> str:
        if self._plain:
            return content
        press = self._press
        layout, stock = press.layout, press.stock
        if side == 0:
            place = place_of(stock, self._position, press._offset, layout.height)
        else:
            size = (layout.height, layout.width)
            place = back_place_of(stock, self._position, press._offset, *size)
        return f"q {_matrix(place, layout)} cm\n{content}Q\n"

    def _end_page(self) -> None:
        self._position = 0
        if not self._page or self._document is None:
            return
        stock = self._press.stock
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
        part = self._files.beside(self._out.with_name(f"{self._out.name}-{len(self._parts) + 1}"))
        self._document.save(part)
        self._parts.append(part)
        self._document, self._in_document = None, 0

    def _title(self) -> str:
        return f"{self._press.event.name} badges".strip()


def _matrix(place: Place, layout: Layout) -> str:
    if place.turned:
        x, y = place.x + layout.width * MM, place.y + layout.height * MM
        return f"-1 0 0 -1 {x:.3f} {y:.3f}"
    return f"1 0 0 1 {place.x:.3f} {place.y:.3f}"


def _nudge(stock: Stock) -> str:
    if (stock.nudge_x, stock.nudge_y, stock.scale) == (0.0, 0.0, 1.0):
        return ""
    x, y = stock.nudge_x * MM, -stock.nudge_y * MM
    return f"{stock.scale:.5f} 0 0 {stock.scale:.5f} {x:.3f} {y:.3f} cm\n"
