"""Where badges go on a page, front and back, and the marks to cut them by."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.badges.layout import MM
from kiosk.badges.scene import BLACK, LineOp
from kiosk.badges.stock import Stock

_MARK, _OFF = 3.5, 1.2
"""Length of a crop mark and its distance from the trim, mm."""


class Place(NamedTuple):
    """Lower left corner of a badge on its page, points; `turned` stands on its head."""

    x: float
    y: float
    turned: bool = False


def place_of(stock: Stock, position: int, offset: tuple[float, float], height: float) -> Place:
    """The front of the badge at a position, row by row from the top left, from 0."""
    row, column = divmod(position, stock.columns)
    return _place(stock, column, row, offset, height)


def back_place_of(
    stock: Stock, position: int, offset: tuple[float, float], height: float, width: float
) -> Place:
    """The back of the same badge: columns mirrored for a long-edge flip; for a short-edge flip
    rows mirrored and the badge turned, as the sheet's back stands on its head."""
    row, column = divmod(position, stock.columns)
    if stock.duplex != "short":
        front = _place(stock, column, row, offset, height)
        return Place(stock.page_width * MM - front.x - width * MM, front.y)
    front = _place(stock, column, row, offset, height)
    return Place(front.x, stock.page_height * MM - front.y - height * MM, turned=True)


def _place(
    stock: Stock, column: int, row: int, offset: tuple[float, float], height: float
) -> Place:
    x = stock.left + column * stock.pitch_x + offset[0]
    y = stock.top + row * stock.pitch_y + offset[1]
    return Place(x * MM, (stock.page_height - y - height) * MM)


def crop_marks(stock: Stock) -> list[LineOp]:
    """Marks around the grid where the page has room for them; points."""
    marks = []
    lefts = [stock.left + column * stock.pitch_x for column in range(stock.columns)]
    tops = [stock.top + row * stock.pitch_y for row in range(stock.rows)]
    edges_x = sorted({edge for left in lefts for edge in (left, left + stock.badge_width)})
    edges_y = sorted({edge for top in tops for edge in (top, top + stock.badge_height)})
    reach = _MARK + _OFF
    width, height = stock.page_width, stock.page_height
    for x in edges_x:
        if edges_y[0] >= reach:
            marks.append((x, edges_y[0] - reach, x, edges_y[0] - _OFF))
        if height - edges_y[-1] >= reach:
            marks.append((x, edges_y[-1] + _OFF, x, edges_y[-1] + reach))
    for y in edges_y:
        if edges_x[0] >= reach:
            marks.append((edges_x[0] - reach, y, edges_x[0] - _OFF, y))
        if width - edges_x[-1] >= reach:
            marks.append((edges_x[-1] + _OFF, y, edges_x[-1] + reach, y))
    return [
        LineOp(x1 * MM, (height - y1) * MM, x2 * MM, (height - y2) * MM, BLACK, 0.25)
        for x1, y1, x2, y2 in marks
    ]
