"""Badges: text in every script, QR, layouts, sheets, PDF.

The names below are loaded when first used: the desk's first paint pays for none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.badges.batch import check_badges, render_badges
    from kiosk.badges.compose import CannotDrawError
    from kiosk.badges.hashing import badge_hash
    from kiosk.badges.layout import EventLook, Layout
    from kiosk.badges.layout_file import list_layouts, load_layout
    from kiosk.badges.press import BadgeBatch, BadgePress, DrawnBadge
    from kiosk.badges.preview import render_preview
    from kiosk.badges.stock import Stock, list_stocks, load_stock

_HOMES = {
    "BadgeBatch": "press",
    "BadgePress": "press",
    "CannotDrawError": "compose",
    "DrawnBadge": "press",
    "EventLook": "layout",
    "Layout": "layout",
    "Stock": "stock",
    "badge_hash": "hashing",
    "check_badges": "batch",
    "list_layouts": "layout_file",
    "list_stocks": "stock",
    "load_layout": "layout_file",
    "load_stock": "stock",
    "render_badges": "batch",
    "render_preview": "preview",
}

__all__ = [
    "BadgeBatch",
    "BadgePress",
    "CannotDrawError",
    "DrawnBadge",
    "EventLook",
    "Layout",
    "Stock",
    "badge_hash",
    "check_badges",
    "list_layouts",
    "list_stocks",
    "load_layout",
    "load_stock",
    "render_badges",
    "render_preview",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"kiosk.badges.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
