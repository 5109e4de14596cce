"""Store the print offset (nudge) of a printer for a stock, on this machine."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import NamedTuple

from kiosk.badges.layout.model import Layout
from kiosk.badges.sheets.stock import Stock, page_of
from kiosk.errors import Action, KioskError
from kiosk.storage.file.store import Store

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
    return KioskError(
        "bad_nudge",
        f"“{text}” is not a nudge.",
        saved="Nothing was drawn.",
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
    printer: str | None = None,
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
