"""A sheet to settle by hand: who was let in twice, where and when, with a box to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.badges.atomic_files import pending_files
from kiosk.badges.layout import EventLook
from kiosk.badges.paper import A4, PaperResult
from kiosk.badges.paper_page import PaperPage, PaperWriter
from kiosk.domain.badge import BadgePerson

_TOP, _LOW = 30.0, 285.0
_NAME_MM, _LINE_MM, _GAP_MM = 8.0, 6.0, 5.0


@dataclass(frozen=True, slots=True)
class ConflictBlock:
    """One person, or one thing that is noted about the desks."""

    person: BadgePerson
    about: str
    """The list, at the right."""
    lines: Sequence[str]

    @property
    def height_mm(self) -> float:
        """On paper."""
        return _NAME_MM + len(self.lines) * _LINE_MM + _GAP_MM


def render_conflict_sheet(
    blocks: Sequence[ConflictBlock], notes: Sequence[str], out: Path, *, event: EventLook
) -> PaperResult:
    """A4, as many pages as it takes; the notes come last, two lines each.

    Raises:
        KioskError: it cannot be written.
    """
    writer = PaperWriter(event, A4, f"{event.name} conflicts")
    page, y = _new_page(writer), _TOP
    for block in blocks:
        if y + block.height_mm > _LOW and y > _TOP:
            page, y = _new_page(writer), _TOP
        _draw(page, block, y)
        y += block.height_mm
    for note in notes:
        if y + 12 > _LOW:
            page, y = _new_page(writer), _TOP
        page.text(note, 20, y, 178, 10, size=10, lines=2, align="left", weight="regular")
        y += 12
    with pending_files(out) as files:
        path = files.beside(out)
        pages = writer.save(path)
        path.chmod(0o600)  # it names people
    return PaperResult(out, pages, tuple(writer.problems))


def _new_page(writer: PaperWriter) -> PaperPage:
    page = writer.page()
    page.text(writer.event.name, 12, 9, 130, 7, size=16, align="left")
    words = "Let in twice by desks that did not know of each other"
    page.text(words, 12, 17, 186, 5, size=11, align="left", weight="regular")
    return page


def _draw(page: PaperPage, block: ConflictBlock, y: float) -> None:
    page.tick_box(12, y + 1, 4.5, ticked=False)
    page.person_name(block.person, 20, y, 110, 6.5, size=15, align="left")
    page.text(block.about, 134, y + 1, 64, 5, size=11, align="right", weight="regular")
    for number, line in enumerate(block.lines):
        top = y + _NAME_MM + number * _LINE_MM
        page.text(line, 20, top, 178, 5, size=11, align="left", weight="regular")
    page.line(12, y + block.height_mm - 2, 186)
