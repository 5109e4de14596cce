"""Render single sheets: ruler, scanner test, rehearsal tickets, share page, conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.badges.layout.model import MM, EventLook
from kiosk.badges.layout.scene import BLACK, WHITE, LineOp, Op, RectOp, TextOp
from kiosk.badges.paper.pages import A4, PaperPage, PaperResult, PaperWriter, written
from kiosk.badges.pdf.drawing import BadgeDocument
from kiosk.badges.sheets.stock import Stock
from kiosk.badges.text.fontbook import TextStyle
from kiosk.badges.text.shaping import Shaper
from kiosk.domain.badges.order import BadgePerson
from kiosk.support.files import pending_files

_REACH, _MARKED = 40, 20
"""Length of each ruler, and the tick to measure to (printers cannot print at 0), in mm."""


def render_ruler(stock: Stock, out: Path) -> Path:
    """Render a page of the stock with rulers from its left and upper edge and badge outlines.

    It shows by how much a printer is off. The marked tick, measured from the paper's edge, gives
    `nudge_x` and `nudge_y`; the long line gives `scale`. Raises `KioskError` if the file cannot
    be written.
    """
    document = BadgeDocument(f"Ruler for {stock.name}")
    content = document.operators([*_outlines(stock), *_rulers(stock), *_words(stock)])
    width, height = stock.page_width * MM, stock.page_height * MM
    document.pdf.add_page(content.encode("latin-1"), width, height)
    with pending_files(out) as files:
        document.save(files.temporary_path(out))
    return out


def _outlines(stock: Stock) -> Iterator[Op]:
    for number in range(stock.per_page):
        row, column = divmod(number, stock.columns)
        x, y = stock.left + column * stock.pitch_x, stock.top + row * stock.pitch_y
        right, low = x + stock.badge_width, y + stock.badge_height
        for x1, y1, x2, y2 in (
            (x, y, right, y),
            (right, y, right, low),
            (x, low, right, low),
            (x, y, x, low),
        ):
            yield _line(stock, x1, y1, x2, y2, dashed=True)


def _rulers(stock: Stock) -> Iterator[Op]:
    """Ticks each mm from the middle of two edges: the paper should end at 0."""
    middle_x, middle_y = stock.page_width / 2, stock.page_height / 2
    for tick in range(_REACH + 1):
        length = 6.0 if tick % 10 == 0 else 4.0 if tick % 5 == 0 else 2.0
        if tick < stock.page_width / 2:
            yield _line(stock, tick, middle_y, tick, middle_y + length)
        if tick < stock.page_height / 2:
            yield _line(stock, middle_x, tick, middle_x + length, tick)
    span = min(100.0, stock.page_width - 10)
    left, low = (stock.page_width - span) / 2, stock.page_height * 0.75
    yield _line(stock, left, low, left + span, low)
    yield _line(stock, left, low - 2, left, low + 2)
    yield _line(stock, left + span, low - 2, left + span, low + 2)


def _words(stock: Stock) -> Iterator[Op]:
    shaper = Shaper()
    span = min(100.0, stock.page_width - 10)
    low = stock.page_height * 0.75
    texts = (
        f"{stock.name}: this line is {span:g} mm, else scale = {span:g} / measured",
        f"Measure from the paper's edge to a mark {_MARKED}: nudge = {_MARKED} - measured, in mm",
    )
    yield RectOp(0, (stock.page_height - low - 12) * MM, stock.page_width * MM, 10.5 * MM, WHITE)
    for number, text in enumerate(texts, 1):
        line = shaper.line(text, TextStyle(bold=False))
        size = min(10.0, (stock.page_width - 6) * MM / line.width)
        left = (stock.page_width * MM - line.width * size) / 2
        yield TextOp(line, left, (stock.page_height - low - 1 - 5 * number) * MM, size, BLACK)
    mark = shaper.line(str(_MARKED), TextStyle())
    across, down = stock.page_width / 2, stock.page_height / 2
    for x, y in ((_MARKED - 1.5, down + 9.5), (across + 7, _MARKED + 1)):
        if x < stock.page_width and y < stock.page_height:
            yield TextOp(mark, x * MM, (stock.page_height - y) * MM, 8, BLACK)


def _line(
    stock: Stock, x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False
) -> LineOp:
    high = stock.page_height
    return LineOp(x1 * MM, (high - y1) * MM, x2 * MM, (high - y2) * MM, BLACK, 0.4, dashed)


# Pages with codes to scan: the scanner test, and tickets for a rehearsal.


@dataclass(frozen=True, slots=True)
class CodeToScan:
    """One code on a page."""

    title: str
    about: str
    code: str
    is_bars: bool = False


def render_scanner_page(
    words: Sequence[str], codes: Sequence[CodeToScan], out: Path, *, event: EventLook
) -> PaperResult:
    """Render one A4 page: instructions, then the codes, far enough apart that a scanner sees
    only one at a time.

    Args:
        words: sentences above the codes.
    """
    title = "Test of the scanner"
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
    left = 110 if number % 2 else 150  # staggered: a wide scanner must not read the neighbour
    if item.is_bars:
        page.bars(item.code, 104, middle - 10, 94, 20)
    else:
        page.code(item.code, left, middle - side / 2, side)


def render_tickets(
    words: Sequence[str], tickets: Sequence[CodeToScan], out: Path, *, event: EventLook
) -> PaperResult:
    """Render twelve tickets on an A4 page, two across, to cut apart or to scan from the page."""
    title = "Tickets for a rehearsal"
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


# A page for the wall behind the desk, with the code that joins another laptop to the event.

_QR_MM = 88.0
_LEFT, _WIDTH = 20.0, 170.0


@dataclass(frozen=True, slots=True)
class SharePage:
    """The content of the page."""

    title: str
    code: str
    """Letters and digits, as in the QR code."""
    groups: Sequence[str]
    """The code in groups of four, to read out and type."""
    confirm: str
    """The digits that both screens show."""
    steps: Sequence[str]
    notes: Sequence[str]
    """In small print, up to two lines each."""


def render_share_page(page: SharePage, out: Path, *, event: EventLook) -> Path:
    """Render the A4 page.

    Raises:
        KioskError: the file cannot be written.
    """
    writer = PaperWriter(event, A4, f"{event.name}: {page.title}")
    _draw(writer.page(), page, event.name)
    return written(writer, out).file


def _draw(sheet: PaperPage, page: SharePage, event_name: str) -> None:
    sheet.band(0, 0, 210, 30)
    sheet.text(event_name, _LEFT, 8, _WIDTH, 14, size=34, colour="on-accent")
    sheet.text(page.title, _LEFT, 36, _WIDTH, 9, size=22)
    sheet.code(page.code, (210 - _QR_MM) / 2, 47, _QR_MM)
    half = -(-len(page.groups) // 2)
    for number, groups in enumerate((page.groups[:half], page.groups[half:])):
        letters = "   ".join(groups)
        sheet.text(letters, _LEFT, 137 + 10 * number, _WIDTH, 9, size=22, weight="mono")
    top = 163.0
    for number, step in enumerate(page.steps, 1):
        sheet.text(f"{number}", _LEFT, top, 10, 12, size=26, colour="accent")
        sheet.text(
            step, _LEFT + 14, top, _WIDTH - 14, 14, size=15, lines=2, align="left", weight="regular"
        )
        top += 18
    sheet.text(page.confirm, _LEFT, top + 1, _WIDTH, 17, size=48, weight="mono")
    sheet.line(_LEFT, top + 23, _WIDTH)
    for number, note in enumerate(page.notes):
        place = (_LEFT, top + 27 + 13 * number, _WIDTH, 11)
        sheet.text(note, *place, size=11, lines=2, align="left", weight="regular")


# A sheet of people who were admitted twice, where and when, with a box to tick.

_TOP, _LOW = 30.0, 285.0
_NAME_MM, _LINE_MM, _GAP_MM = 8.0, 6.0, 5.0


@dataclass(frozen=True, slots=True)
class ConflictBlock:
    """One person, or one note about the desks."""

    person: BadgePerson
    about: str
    """The list, shown on the right."""
    lines: Sequence[str]

    @property
    def height_mm(self) -> float:
        """Height on paper."""
        return _NAME_MM + len(self.lines) * _LINE_MM + _GAP_MM


def render_conflict_sheet(
    blocks: Sequence[ConflictBlock], notes: Sequence[str], out: Path, *, event: EventLook
) -> PaperResult:
    """Render the sheet on A4 pages; the notes come last, two lines each.

    Raises:
        KioskError: the file cannot be written.
    """
    writer = PaperWriter(event, A4, f"{event.name} conflicts")
    page, y = _new_page(writer), _TOP
    for block in blocks:
        if y + block.height_mm > _LOW and y > _TOP:
            page, y = _new_page(writer), _TOP
        _draw_conflicts(page, block, y)
        y += block.height_mm
    for note in notes:
        if y + 12 > _LOW:
            page, y = _new_page(writer), _TOP
        page.text(note, 20, y, 178, 10, size=10, lines=2, align="left", weight="regular")
        y += 12
    return written(writer, out)


def _new_page(writer: PaperWriter) -> PaperPage:
    page = writer.page()
    page.text(writer.event.name, 12, 9, 130, 7, size=16, align="left")
    words = "Admitted twice while the desks were offline"
    page.text(words, 12, 17, 186, 5, size=11, align="left", weight="regular")
    return page


def _draw_conflicts(page: PaperPage, block: ConflictBlock, y: float) -> None:
    page.tick_box(12, y + 1, 4.5, ticked=False)
    page.person_name(block.person, 20, y, 110, 6.5, size=15, align="left")
    page.text(block.about, 134, y + 1, 64, 5, size=11, align="right", weight="regular")
    for number, line in enumerate(block.lines):
        top = y + _NAME_MM + number * _LINE_MM
        page.text(line, 20, top, 178, 5, size=11, align="left", weight="regular")
    page.line(12, y + block.height_mm - 2, 186)
