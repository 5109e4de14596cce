"""The key bar shows keys that act, and the most useful ones when it is narrow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.widgets.key_bar import GAP, BarKey, KeyBar, fitting
from tests.support.desk import Desk, open_desk

pytestmark = pytest.mark.slow


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

        for key in ("^O Admit", "^G Help desk", "F7 List", "F8 Undo", "F3 Edit", "^P More"):
            assert key in bar(desk)


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("TICKET-003", ("F1 Help", "F2 Walk-in", "F7 List", "F8 Undo", "^P More")),
        ("TICKET-004", ("^O Admit", "^G Help desk", "F1 Help", "F7 List", "F8 Undo", "^P More")),
        ("TICKET-006", ("^A All", "F1 Help", "F7 List", "F8 Undo", "^P More")),
    ],
)
async def test_on_a_narrow_screen_list_and_undo_stay(
    desk_store: Store, code: str, keys: tuple[str, ...]
) -> None:
    """At 60 columns other keys give way, and whatever the verdict allows is there."""
    async with open_desk(desk_store, size=(60, 20)) as desk:
        await desk.scan(code)
        await desk.until(lambda: keys[0] in bar(desk))

        assert [key for key in keys if key not in bar(desk)] == []


@given(
    st.lists(
        st.builds(
            BarKey,
            st.text("Fn9", min_size=1, max_size=3),
            st.text("ab ", max_size=9),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.integers(0, 120),
)
def test_needed_keys_go_first_and_the_order_stays(keys: list[BarKey], room: int) -> None:
    """The last is always there, no other is while a needed one is missing, and none moves."""
    keys = [key._replace(name=f"{number}{key.name}") for number, key in enumerate(keys)]
    shown = fitting(keys, room)

    assert shown == [key for key in keys if key in shown]
    assert keys[-1:] == shown[-1:]
    if any(not key.is_needed for key in shown[:-1]):
        assert all(key in shown for key in keys if key.is_needed)
    if len(shown) > 1:
        assert sum(key.cells for key in shown) <= room + GAP


async def test_the_camera_error_is_shown_in_full(desk_store: Store) -> None:
    """On the banner, where a sentence has room, and once; a verdict is not covered again."""
    async with open_desk(desk_store) as desk:
        error = KioskError("camera_not_found", "There is no camera 0.", next_step="Plug it in.")
        desk.app._camera_fails(error)

        await desk.says("NO CAMERA")
        assert "There is no camera 0. | Plug it in." in desk.banner


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_first_screen_names_all_its_keys(size: tuple[int, int]) -> None:
    """Help among them; that arrows choose and Enter takes is said where there is room."""
    app = KioskApp(None, desk="Desk 1")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = str(app.screen.query_one(KeyBar).render())

    keys = ("N New", "O Open", "J Join", "D Demo", "R Restore", "F1 Help", "^Q Quit")
    assert [key for key in keys if key not in text] == []
