"""Badges: text in every script, QR, layouts, sheets, PDF.

The names below are loaded when first used: the desk's first paint pays for none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.badges.batch import check_badges, render_badges
    from kiosk.badges.batch_run import BadgeBatch, DrawnBadge
    from kiosk.badges.conflict_sheet import ConflictBlock, render_conflict_sheet
    from kiosk.badges.hashing import badge_hash
    from kiosk.badges.layout import EventLook, Layout
    from kiosk.badges.layout_file import list_layouts, load_layout
    from kiosk.badges.paper import (
        BoxSign,
        PaperResult,
        render_box_signs,
        render_certificates,
        render_check_list,
        render_index_cards,
        render_queue_signs,
    )
    from kiosk.badges.press import BadgePress
    from kiosk.badges.pretix_layout import PretixImport, import_pretix_layout
    from kiosk.badges.preview import render_preview
    from kiosk.badges.refusal import CannotDrawError
    from kiosk.badges.ruler import render_ruler
    from kiosk.badges.scanner_page import CodeToScan, render_scanner_page, render_tickets
    from kiosk.badges.share_page import SharePage, render_share_page
    from kiosk.badges.stock import Stock, list_stocks, load_stock

_HOMES = {
    "BadgeBatch": "batch_run",
    "BadgePress": "press",
    "BoxSign": "paper",
    "CannotDrawError": "refusal",
    "CodeToScan": "scanner_page",
    "ConflictBlock": "conflict_sheet",
    "DrawnBadge": "batch_run",
    "EventLook": "layout",
    "Layout": "layout",
    "PaperResult": "paper",
    "PretixImport": "pretix_layout",
    "SharePage": "share_page",
    "Stock": "stock",
    "badge_hash": "hashing",
    "check_badges": "batch",
    "import_pretix_layout": "pretix_layout",
    "list_layouts": "layout_file",
    "list_stocks": "stock",
    "load_layout": "layout_file",
    "load_stock": "stock",
    "render_badges": "batch",
    "render_box_signs": "paper",
    "render_certificates": "paper",
    "render_check_list": "paper",
    "render_conflict_sheet": "conflict_sheet",
    "render_index_cards": "paper",
    "render_preview": "preview",
    "render_queue_signs": "paper",
    "render_ruler": "ruler",
    "render_scanner_page": "scanner_page",
    "render_tickets": "scanner_page",
    "render_share_page": "share_page",
}

__all__ = [
    "BadgeBatch",
    "BadgePress",
    "BoxSign",
    "CannotDrawError",
    "CodeToScan",
    "ConflictBlock",
    "DrawnBadge",
    "EventLook",
    "Layout",
    "PaperResult",
    "PretixImport",
    "SharePage",
    "Stock",
    "badge_hash",
    "check_badges",
    "import_pretix_layout",
    "list_layouts",
    "list_stocks",
    "load_layout",
    "load_stock",
    "render_badges",
    "render_box_signs",
    "render_certificates",
    "render_check_list",
    "render_conflict_sheet",
    "render_index_cards",
    "render_preview",
    "render_queue_signs",
    "render_ruler",
    "render_scanner_page",
    "render_share_page",
    "render_tickets",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"kiosk.badges.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
