"""Pages to scan from: the test of a scanner, and tickets for a rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.badges.layout import EventLook
from kiosk.badges.paper import A4, PaperResult, written
from kiosk.badges.paper_page import PaperPage, PaperWriter


@dataclass(frozen=True, slots=True)
class CodeToScan:
    """One code of a page."""

    title: str
    about: str
    code: str
    is_bars: bool = False


def render_scanner_page(
    title: str, words: Sequence[str], codes: Sequence[CodeToScan], out: Path, *, event: EventLook
) -> PaperResult:
    """One A4 page: what to do, then the codes one below the other, far enough apart that a
    scanner sees one at a time.

    Args:
        words: sentences above the codes.
    """
    writer = PaperWriter(event, A4, title)
    page = writer.page()
    _head(page, title, words)
    top = 34 + 8 * len(words)
    height = (287 - top) / max(1, len(codes))
    for number, item in enumerate(codes):
        _code_row(page, item, number + 1, top + number * height, height)
    return written(writer, out)


def _head(page: PaperPage, title: str, words: Sequence[str]) -> None:
    page.band(0, 0, 210, 22)
    page.text(title, 12, 6, 186, 11, size=26, align="left", colour="on-accent")
    for number, sentence in enumerate(words):
        page.text(sentence, 12, 28 + 8 * number, 186, 6, size=12, align="left", weight="regular")


def _code_row(page: PaperPage, item: CodeToScan, number: int, top: float, height: float) -> None:
    side = min(46.0, height - 8)
    middle = top + height / 2
    page.line(12, top, 186)
    page.text(f"{number}", 12, middle - 8, 14, 16, size=36)
    page.text(item.title, 30, middle - 9, 74, 8, size=16, align="left")
    page.text(item.about, 30, middle + 1, 74, 10, size=11, lines=2, align="left", weight="regular")
    left = 110 if number % 2 else 150  # side by side, a wide reader would take the neighbour
    if item.is_bars:
        page.bars(item.code, 104, middle - 10, 94, 20)
    else:
        page.code(item.code, left, middle - side / 2, side)


def render_tickets(
    title: str, words: Sequence[str], tickets: Sequence[CodeToScan], out: Path, *, event: EventLook
) -> PaperResult:
    """Twelve tickets an A4 page, two across, to be cut apart or scanned where they are."""
    writer = PaperWriter(event, A4, title)
    for start in range(0, len(tickets), 12):
        page = writer.page()
        _head(page, title, words)
        for number, ticket in enumerate(tickets[start : start + 12]):
            left, top = 8 + 99 * (number % 2), 46 + 41 * (number // 2)
            page.frame(left, top, 95, 38)
            page.code(ticket.code, left + 2, top + 3, 32)
            page.text(ticket.title, left + 36, top + 5, 56, 12, size=18, lines=2, align="left")
            page.text(
                ticket.about, left + 36, top + 18, 56, 10, size=10, lines=2, align="left",
                weight="regular",
            )  # fmt: skip
            page.text(ticket.code, left + 36, top + 30, 56, 4, size=9, align="left", weight="mono")
    return written(writer, out)
