"""Draw one batch: place badges on pages, and write pages to files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.badges.layout.compose import Composer, hash_of
from kiosk.badges.layout.model import MM
from kiosk.badges.layout.scene import Op
from kiosk.badges.pdf.drawing import BadgeDocument
from kiosk.badges.sheets.stock import (
    Stock,
    back_place_of,
    crop_marks,
    is_rotated,
    offset_in_place,
    place_of,
)
from kiosk.badges.text.cleaning import CannotDrawError, clean_text
from kiosk.domain.badges.order import BadgePerson, BadgeProblem
from kiosk.support.files import PendingFiles


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
            and (stock.nudge_x, stock.nudge_y, stock.scale) == (0.0, 0.0, 1.0)
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

    def add_blank(self, ticket_type: str, code: str = "") -> None:
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
