"""The colours that somebody chose."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.filter import Monochrome

from kiosk.services.setup.recent import remember_theme
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from tests.support.desk import open_desk


async def choose(desk_store: Store, words: str) -> None:
    """By the palette's entry."""
    async with open_desk(desk_store) as desk:
        entries = {item.title: item for item in desk.app.get_system_commands(desk.app.screen)}
        entries[f"Colours: {words}"].callback()
        await desk.pilot.pause()


async def test_the_colours_chosen_are_there_at_the_next_start(desk_store: Store) -> None:
    """On the desk and on the first screen."""
    await choose(desk_store, "light")

    assert "kiosk-light" == KioskApp(desk_store.path, desk="Desk 1").theme
    assert "kiosk-light" == KioskApp(None, desk="Desk 1").theme


@pytest.mark.parametrize("kept", ["dracula", "", "\x00", "é" * 300])
def test_what_is_no_theme_of_ours_is_left_alone(kept: str) -> None:
    """The first theme is used then."""
    remember_theme(kept)

    assert "kiosk" == KioskApp(None, desk="Desk 1").theme


def test_a_disk_that_takes_nothing_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The colours last as long as the program then."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "file"))
    remember_theme("kiosk-light")

    assert "kiosk" == KioskApp(None, desk="Desk 1").theme


async def test_no_color_wins(desk_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was chosen, nothing on the screen has a hue."""
    await choose(desk_store, "light")
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_desk(desk_store) as desk:
        assert "kiosk-light" == desk.app.theme
        assert any(isinstance(item, Monochrome) for item in desk.app._filters)
