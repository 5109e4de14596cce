"""A printed ruler: what a printer is off, read with the eye, goes into the stock as a nudge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kiosk.badges.atomic_files import pending_files
from kiosk.badges.fontbook import TextStyle
from kiosk.badges.layout import MM
from kiosk.badges.pdf_drawing import BadgeDocument
from kiosk.badges.scene import BLACK, WHITE, LineOp, Op, RectOp, TextOp
from kiosk.badges.shaping import Shaper
from kiosk.badges.stock import Stock

_REACH, _MARKED = 40, 20
"""Millimetres each ruler measures, and the tick people measure to: printers cannot reach 0."""


def render_ruler(stock: Stock, out: Path) -> Path:
    """A page of the stock with rulers from its left and upper edge, and its badges' outlines.

    The marked tick, measured from the paper's edge, gives `nudge_x` and `nudge_y`; the long
    line gives `scale`. Raises `KioskError` when the disk refuses.
    """
    document = BadgeDocument(f"Ruler for {stock.name}")
    content = document.operators([*_outlines(stock), *_rulers(stock), *_words(stock)])
    width, height = stock.page_width * MM, stock.page_height * MM
    document.pdf.add_page(content.encode("latin-1"), width, height)
    with pending_files(out) as files:
        document.save(files.beside(out))
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
    """Ticks each mm across the middle of two edges: 0 is where the paper should end."""
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
