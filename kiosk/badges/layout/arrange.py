"""Arrange a layout that adapts to the size of a badge.

Each element takes a side of the free area, in the order of the file. If too little is left for the
element that fills the rest, the names, then the elements with the largest priority number are left
out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import sqrt
from typing import NamedTuple

from kiosk.badges.layout.fields import is_empty_for_all
from kiosk.badges.layout.model import Element, EventLook, Layout

CAPTION_MM = 3.2
"""Height of the text below a QR code."""
_SMALLEST_MARGIN_MM = 2.0
_GAP = 0.8
"""The distance of two elements, as a part of the margin."""
_NARROWEST_MM = 28.0
"""Width of the area for the names."""


class Area(NamedTuple):
    """A free rectangle, mm from the top left of the badge."""

    x: float
    y: float
    width: float
    height: float

    def cut(self, side: str, size: float, gap: float) -> tuple[Area, Area]:
        """A strip at one side, and the rest behind a gap."""
        x, y, width, height = self
        if side in ("top", "bottom"):
            rest = max(0.0, height - size - gap)
            if side == "top":
                return Area(x, y, width, size), Area(x, y + height - rest, width, rest)
            return Area(x, y + height - size, width, size), Area(x, y, width, rest)
        rest = max(0.0, width - size - gap)
        if side == "left":
            return Area(x, y, size, height), Area(x + width - rest, y, rest, height)
        return Area(x + width - size, y, size, height), Area(x, y, rest, height)


def arranged(layout: Layout, width: float, height: float, event: EventLook) -> Layout | None:
    """The layout for a badge of that size, mm; None if it does not fit.

    Elements that are empty on all badges, such as a missing logo, take no space.
    """
    if layout.adapts is None:
        return layout
    if min(width, height) < layout.adapts[0] or max(width, height) > layout.adapts[1]:
        return None
    sides = []
    for side in layout.sides:
        shape = "wide" if width > height else "tall"
        elements = _useful([e for e in side if e.shape in ("", shape)], event)
        placed = _Arrangement(layout, width, height).place_all(elements)
        if placed is None:
            return None
        sides.append(tuple(placed))
    back = sides[1] if len(sides) > 1 else ()
    return replace(layout, width=width, height=height, front=sides[0], back=back, origin=layout)


def _useful(elements: Iterable[Element], event: EventLook) -> list[Element]:
    """The elements that some badge shows, also inside of groups."""
    return [
        replace(element, parts=tuple(_useful(element.parts, event)))
        if element.kind == "group"
        else element
        for element in elements
        if not is_empty_for_all(element, event)
    ]


class _Arrangement:
    """Places the elements of one side."""

    def __init__(self, layout: Layout, width: float, height: float) -> None:
        self._page = Area(0, 0, width, height)
        self._wide = width > height
        self._margin = max(_SMALLEST_MARGIN_MM, layout.margin * min(width, height))
        self._scale = sqrt(width * height / (layout.width * layout.height))

    def place_all(self, elements: list[Element]) -> list[Element] | None:
        """Place all elements, or all but the least important ones; None if nothing helps."""
        while True:
            placed = self._attempt(elements)
            if placed is not None:
                return placed
            last = max((leaf.priority for e in elements for leaf in _docked(e)), default=1)
            if last <= 1:
                return None
            elements = [kept for e in elements if (kept := _without(e, last)) is not None]

    def _attempt(self, elements: list[Element]) -> list[Element] | None:
        outer, placed = self._page, []
        for element in (e for e in elements if e.bleed):
            strip, outer = self._strip(element, outer, 0.0)
            placed.append(_at(element, strip))
        margin = self._margin
        inner = Area(
            outer.x + margin, outer.y + margin, outer.width - 2 * margin, outer.height - 2 * margin
        )
        rest = self._inside([e for e in elements if not e.bleed], inner)
        return None if rest is None else [*placed, *rest]

    def _inside(self, elements: list[Element], area: Area) -> list[Element] | None:
        placed, gap = [], self._margin * _GAP
        for element in elements:
            side = self._side(element)
            strip, rest = (area, area) if side == "fill" else self._strip(element, area, gap)
            if (
                strip.width <= 0
                or strip.height <= 0
                or strip.height < element.least * (side == "fill")
            ):
                return None
            if element.kind == "stack" and strip.width < _NARROWEST_MM:
                return None
            if element.kind == "group":
                inner = self._inside(list(element.parts), strip)
                if inner is None:
                    return None
                placed += inner
            else:
                placed.append(self._sized(element, strip))
            area = rest
        return placed

    def _side(self, element: Element) -> str:
        return element.dock_wide if self._wide and element.dock_wide else element.dock

    def _strip(self, element: Element, area: Area, gap: float) -> tuple[Area, Area]:
        side = self._side(element)
        is_row = side in ("top", "bottom")
        whole = self._page.height if is_row else self._page.width
        size = min(max(element.share * whole, element.least), element.most)
        if element.kind != "qr":
            return area.cut(side, size, gap)
        caption = CAPTION_MM if element.caption else 0.0
        size = min(size, area.width, area.height - caption)
        strip, rest = area.cut(side, size + caption if is_row else size, gap)
        return _square(element, strip, size, size + caption), rest

    def _sized(self, element: Element, area: Area) -> Element:
        """The element in its area; the text sizes of names grow with the badge."""
        grown = max(1.0, self._scale)
        parts = tuple(replace(part, size=part.size * grown) for part in element.parts)
        return _at(replace(element, parts=parts), area)


def _square(element: Element, strip: Area, width: float, height: float) -> Area:
    """The place of a QR code in its strip."""
    free_x, free_y = strip.width - width, strip.height - height
    x = strip.x + {"left": 0.0, "right": free_x}.get(element.align, free_x / 2)
    y = strip.y + {"top": 0.0, "bottom": free_y}.get(element.valign, free_y / 2)
    return Area(x, y, width, min(height, strip.height))


def _at(element: Element, area: Area) -> Element:
    x, y, width, height = (round(value, 3) for value in area)
    return replace(element, x=x, y=y, width=width, height=height)


def _docked(element: Element) -> Iterator[Element]:
    """The element, and those in a group."""
    yield element
    if element.kind == "group":
        for part in element.parts:
            yield from _docked(part)


def _without(element: Element, priority: int) -> Element | None:
    """The element without what has that priority; None if nothing is left."""
    if element.priority == priority:
        return None
    if element.kind != "group":
        return element
    parts = tuple(kept for part in element.parts if (kept := _without(part, priority)) is not None)
    return replace(element, parts=parts) if parts else None
