"""Describe stocks (sheets and rolls for badges) as data, and place badges on them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kiosk.badges.layout.arrange import arranged
from kiosk.badges.layout.file import list_layouts, near_names
from kiosk.badges.layout.model import MM, EventLook, Layout
from kiosk.badges.layout.scene import BLACK, LineOp
from kiosk.badges.sheets.stock_file import stock_values
from kiosk.errors import Action, KioskError
from kiosk.support.paths import assets_dir

_MOSTLY = 0.9
"""A badge that is smaller than this part of its place looks lost on it."""
ANY_SIZE = "letters"
"""The layout for badges of a size that no other layout is made for."""
_SIZE = re.compile(r"(\d{2,3}(?:\.\d+)?) ?x ?(\d{2,3}(?:\.\d+)?)(?: ?mm)?")
_LABEL_MM = 103.0
"""The shorter side of the widest label: 4 in, and A6 is wider."""
_NARROW_MM = 60.0
"""On a narrower label a name is larger along the longer side."""
_TOLERANCE = 0.11
"""A badge may be this much larger than its place, mm: inches and millimetres are rounded."""


@dataclass(frozen=True, slots=True)
class Stock:
    """A page with places for badges; mm, origin top left of the page."""

    name: str
    description: str
    page_width: float
    page_height: float
    badge_width: float
    badge_height: float
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    """Left edge of the first badge."""
    top: float = 0.0
    """Upper edge of the first badge."""
    pitch_x: float = 0.0
    """Distance between the left edges of two badges; 0 with a single column."""
    pitch_y: float = 0.0
    roll: bool = False
    """A label printer's roll: one badge a page, one-bit art, whole printer dots."""
    endless: bool = False
    """The roll has no labels of one size: the printer cuts it after each badge."""
    dpi: int = 300
    duplex: str = "long"
    """How the sheet is flipped for its back: `long` or `short` edge; `none`: no back."""
    crop_marks: bool = False
    source: str = ""
    """Source of the measures."""
    nudge_x: float = 0.0
    """Correction for this printer, mm to the right; read from the printed ruler page."""
    nudge_y: float = 0.0
    """mm downwards."""
    scale: float = 1.0
    layout: str = ""
    """The only layout for a sheet with folds; empty: any that fits."""

    @property
    def per_page(self) -> int:
        """Number of badges on one page."""
        return self.columns * self.rows


def list_stocks() -> list[Stock]:
    """All shipped stocks in the order of their file."""
    return list(_shipped().values())


def load_stock(name: str) -> Stock:
    """Load a stock by name or size, or the first stock of a .toml file like `assets/stocks.toml`.

    A size, `54x101` in mm, is a page with one badge; a narrow one is a label.

    Raises `KioskError`, with the nearest names for a mistyped name.
    """
    if name.lower().endswith(".toml"):
        return next(iter(_from_file(Path(name)).values()))
    stocks = _shipped()
    wanted = name.strip().casefold()
    if wanted in stocks:
        return stocks[wanted]
    if size := _SIZE.fullmatch(wanted.replace("×", "x").replace(",", ".")):
        width, height = float(size[1]), float(size[2])
        label = min(width, height) < _LABEL_MM
        page = page_of(width, height)
        return replace(page, name=wanted, roll=label, duplex="none" if label else "long")
    raise KioskError(
        "stock_unknown",
        f"There is no stock called {name}.",
        saved="No badge was drawn.",
        next_step=near_names(wanted, stocks),
        action=Action.SHOW_STOCKS,
    )


def page_of(width: float, height: float, dpi: int = 300) -> Stock:
    """A page with the badge's own size."""
    return Stock("page", "a page of the badge's own size", width, height, width, height, dpi=dpi)


def is_rotated(stock: Stock, width: float, height: float) -> bool:
    """Whether a badge fits its place only when it is rotated by 90 degrees."""
    return not _holds(stock, width, height) and _holds(stock, height, width)


def _holds(stock: Stock, width: float, height: float) -> bool:
    return width <= stock.badge_width + _TOLERANCE and height <= stock.badge_height + _TOLERANCE


def layout_on(layout: Layout, stock: Stock, event: EventLook) -> Layout | None:
    """The layout for the badges of a stock: arranged, or as it is; None if it does not fit.

    On a narrow label a layout that adapts is arranged for the label's longer side, and rotated.
    """
    width, height = stock.badge_width, stock.badge_height
    if stock.layout and layout.name != stock.layout and layout.stock != stock.name:
        return None
    if layout.adapts is not None:
        lies = stock.roll and width < min(_NARROW_MM, height)
        return arranged(layout, *((height, width) if lies else (width, height)), event)
    fits = _holds(stock, layout.width, layout.height) or is_rotated(
        stock, layout.width, layout.height
    )
    return layout if fits else None


def fills(layout: Layout, stock: Stock) -> bool:
    """Whether a layout of one size uses nearly all of a stock's badge; rotated only on labels."""
    whole = (stock.badge_width, stock.badge_height)
    sizes = [(layout.width, layout.height)]
    sizes += [(layout.height, layout.width)] if stock.roll else []
    return any(
        all(_MOSTLY <= side / place < 1.01 for side, place in zip(size, whole, strict=True))
        for size in sizes
    )


def layouts_for(stock: Stock, event: EventLook) -> list[Layout]:
    """The shipped layouts that fit a stock: those made for its size, then those that adapt."""
    fitting = [layout for layout in list_layouts() if layout_on(layout, stock, event)]

    def order(layout: Layout) -> tuple[int, bool, str]:
        if layout.stock == stock.name:
            return 0, False, layout.name
        if layout.adapts is not None:
            return 2, layout.name != ANY_SIZE, layout.name
        return 1 if fills(layout, stock) else 3, False, layout.name

    return sorted(fitting, key=order)


def does_not_fit(layout: Layout, stock: Stock, event: EventLook) -> KioskError:
    """The error for a layout on a stock, with the layouts that fit."""
    size = f"{layout.width:g} x {layout.height:g} mm"
    if layout.adapts is not None:
        size = f"{layout.adapts[0]:g} to {layout.adapts[1]:g} mm a side"
    if names := ", ".join(other.name for other in layouts_for(stock, event)):
        subject = f"The layout {layout.name} ({size}) does not fit {stock.name}"
        return _too_large(stock, subject, f"Choose one of these layouts: {names}.")
    return _too_large(
        stock,
        f"The layout {layout.name} does not fit {stock.name}, nor does another",
        "Choose a stock from 41 x 89 mm to A5, or use a layout of this size.",
    )


def _too_large(stock: Stock, subject: str, next_step: str) -> KioskError:
    return KioskError(
        "layout_does_not_fit",
        f"{subject}: its badges are {stock.badge_width:g} x {stock.badge_height:g} mm.",
        saved="No badge was drawn.",
        next_step=next_step,
    )


def offset_in_place(stock: Stock, width: float, height: float) -> tuple[float, float]:
    """Offset of a smaller badge, centred in its place, mm. Raises `KioskError` if it is larger."""
    if not _holds(stock, width, height):
        subject = f"A badge of {width:g} x {height:g} mm does not fit {stock.name}"
        raise _too_large(
            stock, subject, "Choose a stock as large as the layout, or another layout."
        )
    return (stock.badge_width - width) / 2, (stock.badge_height - height) / 2


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Stock]:
    return _from_file(assets_dir() / "stocks.toml")


def _from_file(path: Path) -> dict[str, Stock]:
    try:
        with path.open("rb") as file:
            entries = tomllib.load(file).get("stock")
        if not (isinstance(entries, list) and entries and isinstance(entries[0], dict)):
            raise ValueError("it has no [[stock]]")
        stocks = [Stock(**stock_values(entry)) for entry in entries]
        return {stock.name: stock for stock in stocks}
    except (OSError, ValueError, AttributeError) as error:
        why = str(error)
        if isinstance(error, OSError | UnicodeDecodeError):
            why = "it cannot be opened" if isinstance(error, OSError) else "it is no text in UTF-8"
        raise KioskError(
            "stock_invalid",
            f"{path.name} cannot be read as stocks: {why}.",
            saved="No badge was drawn.",
            next_step="Write it like assets/stocks.toml: [[stock]], name, page, badge, grid ...",
        ) from error


# Places of badges on a page, front and back, and crop marks.

_MARK, _OFF = 3.5, 1.2
"""Length of a crop mark and its distance from the trim, mm."""


class Place(NamedTuple):
    """Lower left corner of a badge on its page, points; `turned`: upside down."""

    x: float
    y: float
    turned: bool = False

    def matrix(self, layout: Layout, *, rotated: bool) -> str:
        """The matrix that moves a badge here, rotated by 90 degrees if it fits only so."""
        width, height = layout.width * MM, layout.height * MM
        if rotated and self.turned:
            return f"0 -1 1 0 {self.x:.3f} {self.y + width:.3f}"
        if rotated:
            return f"0 1 -1 0 {self.x + height:.3f} {self.y:.3f}"
        if self.turned:
            return f"-1 0 0 -1 {self.x + width:.3f} {self.y + height:.3f}"
        return f"1 0 0 1 {self.x:.3f} {self.y:.3f}"


def place_of(stock: Stock, position: int, offset: tuple[float, float], height: float) -> Place:
    """The front of the badge at a position, row by row from the top left, from 0."""
    row, column = divmod(position, stock.columns)
    x = stock.left + column * stock.pitch_x + offset[0]
    y = stock.top + row * stock.pitch_y + offset[1]
    return Place(x * MM, (stock.page_height - y - height) * MM)


def back_place_of(
    stock: Stock, position: int, offset: tuple[float, float], height: float, width: float
) -> Place:
    """The back of the same badge. A long-edge flip mirrors the columns; a short-edge flip mirrors
    the rows and turns the badge, as the sheet's back is upside down."""
    front = place_of(stock, position, offset, height)
    if stock.duplex != "short":
        return Place(stock.page_width * MM - front.x - width * MM, front.y)
    return Place(front.x, stock.page_height * MM - front.y - height * MM, turned=True)


def crop_marks(stock: Stock) -> list[LineOp]:
    """Marks around the grid where the page has space for them; points."""
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
