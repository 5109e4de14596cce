"""The bottom line shows keys that act, and the most useful of them where room is short."""

from __future__ import annotations

from kiosk.errors import KioskError
from kiosk.storage.store import Store
from kiosk.tui.widgets.key_bar import KeyBar
from tests.tui.test_desk import Desk, desk_store, open_desk

__all__ = ["desk_store"]


def bar(desk: Desk) -> str:
    return str(desk.screen.query_one(KeyBar).render())


async def test_under_a_dialog_no_key_is_shown(desk_store: Store) -> None:
    """None of them acts there; they come back with the desk."""
    async with open_desk(desk_store) as desk:
        before = bar(desk)
        await desk.pilot.press("f2")
        await desk.until(lambda: bar(desk) == "")

        await desk.pilot.press("escape")
        await desk.until(lambda: bar(desk) == before)
        assert "F2 Walk-in" in before


async def test_a_refusal_keeps_list_and_undo_in_the_bar(desk_store: Store) -> None:
    """At 80 columns, beside what only the refusal allows."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-004")
        await desk.says("UNPAID")
        await desk.until(lambda: "^G" in bar(desk))

        for key in ("^O Let in", "^G Help desk", "F7 List", "F8 Undo", "F3 Edit", "^P More"):
            assert key in bar(desk)


async def test_why_the_camera_is_dark_is_told_in_full(desk_store: Store) -> None:
    """On the banner, where a sentence has room, and once; a verdict is not covered again."""
    async with open_desk(desk_store) as desk:
        error = KioskError("camera_not_found", "There is no camera 0.", next_step="Plug it in.")
        desk.app._camera_fails(error)

        await desk.says("NO CAMERA")
        assert "There is no camera 0. | Plug it in." in desk.banner
