"""Choose the layout, stock and offset of each printer, kept on this machine.

Before a badge goes to a printer, its size is compared with the sizes that the printer reports. A
printer scales, centres or refuses a page of another size, and reports success.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from kiosk.badges.layout.file import load_layout
from kiosk.badges.layout.model import EventLook, Layout
from kiosk.badges.sheets.stock import (
    Stock,
    does_not_fit,
    layout_on,
    layouts_for,
    list_stocks,
    load_stock,
    page_of,
)
from kiosk.errors import Action, KioskError, NotDrawn, PrintError
from kiosk.printing.media import is_same_size
from kiosk.services.badges.context import event_look, layout_for_stock
from kiosk.services.badges.shared_layout import full_path
from kiosk.services.printing.settings import PrinterPaper, printer_paper
from kiosk.storage.file.store import Store

if TYPE_CHECKING:
    from kiosk.printing.backend import PrintBackend, PrinterInfo

_FARTHEST_MM = 20.0
_SCALES = (0.8, 1.25)
"""Larger corrections are caused by the wrong paper or a typing mistake."""


class PrintOffset(NamedTuple):
    """Millimetres to the right and down, and a scale, as read from the ruler page."""

    x_mm: float
    y_mm: float
    scale: float = 1.0


NO_NUDGE = PrintOffset(0.0, 0.0)


def parse_offset(text: str) -> PrintOffset:
    """Parse a nudge: `1.5,-0.5` or `1.5,-0.5,1.002`.

    Raises:
        KioskError: `bad_nudge`.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
        nudge = PrintOffset(*numbers)
    except (TypeError, ValueError):
        raise _bad(text) from None
    if not (abs(nudge.x_mm) <= _FARTHEST_MM and abs(nudge.y_mm) <= _FARTHEST_MM):
        raise _bad(text)
    if not _SCALES[0] <= nudge.scale <= _SCALES[1]:
        raise _bad(text)
    return nudge


def _bad(text: str) -> KioskError:
    return NotDrawn(
        "bad_nudge",
        f"“{text}” is not a nudge.",
        next_step="Write millimetres right,down and, if needed, a scale near 1: 1.5,-0.5 or "
        "0,0,1.002.",
        action=Action.PRINT_RULER,
    )


def offset_stock(
    store: Store,
    stock: Stock | None,
    layout: Layout,
    given: PrintOffset | None,
    *,
    printer: str | None,
) -> Stock | None:
    """The stock with this printer's nudge; a given nudge replaces the stored one.

    Args:
        stock: None is a page of the layout's size.
        printer: None: the printer of this desk, or none.
    """
    name = stock.name if stock else "page"
    key = f"nudge:{store.machine_fact('printer') if printer is None else printer}:{name}"
    if given is not None:
        with store.writing():
            kept = "" if given == NO_NUDGE else json.dumps(list(given))
            store.set_machine_facts({key: kept})
    nudge = _kept(store.machine_fact(key))
    if nudge is None:
        return stock
    if stock is None:
        stock = page_of(layout.width, layout.height, layout.dpi)
    return replace(stock, nudge_x=nudge.x_mm, nudge_y=nudge.y_mm, scale=nudge.scale)


def _kept(text: str) -> PrintOffset | None:
    try:
        return PrintOffset(*map(float, json.loads(text or "[]"))) if text else None
    except (ValueError, TypeError):  # corrupt on the disk
        return None


# The layout and the stock of each printer.

_SHEET_MM = 140.0
"""The shorter side of the smallest sheet that a badge is cut out of; smaller ones are labels."""
_MARKS_MM = 6.0
"""Space for the cut marks on each side of a badge."""
_TOP_MM = 15.0
"""The badge's distance from the top of a sheet: no printer needs a wider margin."""
_SIZES_NAMED = 6
"""Of a printer's sizes in one message."""


@dataclass(frozen=True, slots=True)
class BadgeFormat:
    """How a badge is printed."""

    name: str
    """Of the layout, as it is recorded."""
    layout: Layout
    stock: Stock | None
    """None: a page of the layout's size."""

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the page."""
        page = self.stock or page_of(self.layout.width, self.layout.height)
        return page.page_width, page.page_height

    @property
    def sheet_mm(self) -> tuple[float, float] | None:
        """The sheet that a single badge is cut out of; None if it has its own page."""
        stock = self.stock
        if stock is None or stock.per_page > 1 or not stock.crop_marks:
            return None
        return self.size_mm


def set_printer_paper(
    store: Store, printer: str, *, layout: str | None = None, stock: str | None = None
) -> PrinterPaper:
    """Choose the layout and the stock of a printer on this machine; empty: as for the event.

    Args:
        layout: None keeps it, if it fits the new stock.

    Raises:
        KioskError: there is no such layout or stock, or no layout fits the stock.
    """
    before = printer_paper(store, printer)
    wanted = PrinterPaper(
        before.layout if layout is None else full_path(layout),
        before.stock if stock is None else full_path(stock),
    )
    look = event_look(store)
    paper = load_stock(wanted.stock) if wanted.stock else None
    if wanted.layout and paper and layout_on(load_layout(wanted.layout), paper, look) is None:
        if layout:
            raise does_not_fit(load_layout(layout), paper, look)
        wanted = wanted._replace(layout="")
    _, chosen = layout_for_stock(store, wanted.layout or None, paper)
    if paper and layout_on(chosen, paper, look) is None:
        raise does_not_fit(chosen, paper, look)
    with store.writing():
        store.set_machine_facts(
            {f"layout:{printer}": wanted.layout, f"stock:{printer}": wanted.stock}
        )
    return wanted


def badge_format(store: Store, printer: str) -> BadgeFormat:
    """How a printer of this machine prints badges.

    Raises:
        KioskError: its layout or stock cannot be used.
    """
    paper = printer_paper(store, printer)
    stock = load_stock(paper.stock) if paper.stock else None
    name, chosen = layout_for_stock(store, paper.layout or None, stock)
    return BadgeFormat(name, chosen, offset_stock(store, stock, chosen, None, printer=printer))


# The sizes that a printer takes.

_CUPS = ("cups", "lp")
"""The backends with queues of CUPS."""


def described(backend: PrintBackend, printer: str) -> PrinterInfo | None:
    """A printer's report about itself; None if it does not answer now.

    The options of CUPS describe a queue that reports no papers.
    """
    # loads http.client and ssl: only a desk that prints needs them
    from kiosk.printing.backends.lp import media_by_options

    try:
        found = next((p for p in backend.list_printers() if p.name == printer), None)
    except PrintError:
        return None
    if found is None or found.sizes_mm or backend.name not in _CUPS:
        return found
    return replace(found, media=found.media or media_by_options(printer))


def fitted_format(printer: PrinterInfo | None, wanted: BadgeFormat, look: EventLook) -> BadgeFormat:
    """The format on a page that the printer takes: as wanted, rotated, or on a sheet to cut.

    Raises:
        KioskError: `paper_size_unknown`, with the sizes that the printer takes.
    """
    width, height = wanted.size_mm
    if printer is None or printer.takes_size(width, height) is not False:
        return wanted
    page = wanted.stock or page_of(width, height, wanted.layout.dpi)
    if page.per_page == 1 and printer.takes_size(height, width):
        return replace(wanted, stock=_lying(page))
    sheet = _sheet_for(printer, width, height) if page.per_page == 1 else None
    if sheet is None:
        raise _not_taken(printer, wanted, look)
    left = (sheet[0] - width) / 2
    top = min(_TOP_MM, (sheet[1] - height) / 2)
    cut = replace(
        page,
        description="one badge on a sheet, with cut marks",
        page_width=sheet[0],
        page_height=sheet[1],
        left=left,
        top=top,
        crop_marks=True,
        roll=False,
        duplex="none",
    )
    return replace(wanted, stock=cut)


def _lying(page: Stock) -> Stock:
    """The page with its sides exchanged; the badge on it is rotated."""
    width, height = page.page_height, page.page_width
    return replace(
        page, page_width=width, page_height=height, badge_width=width, badge_height=height
    )


def _sheet_for(printer: PrinterInfo, width: float, height: float) -> tuple[float, float] | None:
    """The smallest sheet with space for a badge and its cut marks, a loaded one first."""
    fitting = [
        size
        for size in printer.sizes_mm
        if min(size) >= _SHEET_MM
        and size[0] >= width + 2 * _MARKS_MM
        and size[1] >= height + 2 * _MARKS_MM
    ]
    return min(fitting, key=lambda size: (size not in printer.loaded_mm, size), default=None)


def _not_taken(printer: PrinterInfo, wanted: BadgeFormat, look: EventLook) -> KioskError:
    width, height = wanted.size_mm
    page = "the sheet" if wanted.stock and wanted.stock.per_page > 1 else "the badge"
    sizes = [_words(size) for size in printer.sizes_mm[:_SIZES_NAMED]]
    more = ", …" if len(printer.sizes_mm) > _SIZES_NAMED else ""
    sizes += [f"{_words(low)} to {_words(high)}" for low, high in printer.ranges_mm]
    listed = " and ".join(filter(None, (", ".join(sizes[:-1]), *sizes[-1:])))
    offer = min(offers(printer, look), key=partial(_unlikeness, wanted), default=None)
    advice = "No layout fits them: use another printer."
    if offer is not None:
        names = ", ".join(layout.name for layout in offer.layouts)
        advice = f"On the stock {offer.stock.name} these layouts fit: {names}."
    return KioskError(
        "paper_size_unknown",
        f"{printer.name} takes {listed}{more} mm; {page} is {width:g} x {height:g} mm.",
        saved="Nothing was sent to the printer.",
        next_step=advice,
        action=Action.CHOOSE_PAPER if offer else None,
    )


def _words(size: tuple[float, float]) -> str:
    return f"{size[0]:g} x {size[1]:g}"


def _unlikeness(wanted: BadgeFormat, offer: Offer) -> float:
    """How far the badges of an offer are from the wanted ones, mm, in either orientation."""
    stock, page = offer.stock, wanted.stock
    size = (page.badge_width, page.badge_height) if page else wanted.size_mm
    sides = zip(sorted(size), sorted((stock.badge_width, stock.badge_height)), strict=True)
    return sum(abs(side - other) for side, other in sides)


class Offer(NamedTuple):
    """A stock that a printer takes, and the layouts that fit it, the best first."""

    stock: Stock
    layouts: tuple[Layout, ...]


def offers(printer: PrinterInfo | None, look: EventLook) -> list[Offer]:
    """The stocks that a printer takes, sheets with several badges last; all if it lists none."""
    return [
        Offer(stock, tuple(layouts))
        for stock in _possible_stocks(printer)
        if (layouts := layouts_for(stock, look))
    ]


class PaperChoice(NamedTuple):
    """A stock and a layout for a printer; empty names: a page of the event's layout."""

    stock: str = ""
    layout: str = ""
    about: str = ""
    """The size of the badge."""


_LAYOUTS_SHOWN = 4
"""Of each stock in a list."""


def paper_choices_of(printer: PrinterInfo | None, look: EventLook) -> list[PaperChoice]:
    """The stocks and layouts to choose from for a printer, the event's own first."""
    choices = [PaperChoice(about="a page of the event's layout")]
    for offer in offers(printer, look):
        stock = offer.stock
        size = f"{stock.badge_width:g} x {stock.badge_height:g} mm"
        size += f", {stock.per_page} on a sheet" if stock.per_page > 1 else ""
        shown = offer.layouts[:_LAYOUTS_SHOWN]
        choices += [PaperChoice(stock.name, layout.name, size) for layout in shown]
    return choices


def _possible_stocks(printer: PrinterInfo | None) -> list[Stock]:
    known = sorted(list_stocks(), key=lambda stock: stock.per_page > 1)
    if printer is None or not (printer.sizes_mm or printer.ranges_mm):
        return known
    named = [s for s in known if printer.takes_size(s.page_width, s.page_height)]
    own = [f"{size[0]:g}x{size[1]:g}" for size in printer.sizes_mm if min(size) < _SHEET_MM]
    taken = [(stock.page_width, stock.page_height) for stock in named]
    others = [stock for name in own if not _is_near(stock := load_stock(name), taken)]
    if not named and not others:  # sheets of a size that no stock has: badges to cut
        single = [stock for stock in known if stock.per_page == 1]
        return [s for s in single if _sheet_for(printer, s.page_width, s.page_height)]
    return sorted(named + others, key=lambda stock: stock.per_page > 1)


def _is_near(stock: Stock, sizes: list[tuple[float, float]]) -> bool:
    page = (stock.page_width, stock.page_height)
    return any(is_same_size(page, size) for size in sizes)
