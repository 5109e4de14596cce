"""The colours that somebody chose."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color
from textual.filter import Monochrome
from textual.theme import Theme

from kiosk.services.setup.recent import remember_theme
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.theme import THEMES
from tests.support.desk import open_desk


async def choose(desk_store: Store, words: str) -> None:
    """By the palette's entry."""
    async with open_desk(desk_store) as desk:
        entries = {item.title: item for item in desk.app.get_system_commands(desk.app.screen)}
        entries[f"Colours: {words}"].callback()
        await desk.pilot.pause()


@pytest.mark.slow
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


@pytest.mark.slow
async def test_no_color_wins(desk_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was chosen, nothing on the screen has a hue."""
    await choose(desk_store, "light")
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_desk(desk_store) as desk:
        assert "kiosk-light" == desk.app.theme
        assert any(isinstance(item, Monochrome) for item in desk.app._filters)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_text_is_readable_in_every_theme(theme: Theme) -> None:
    """The contrast of WCAG AA, 4.5 to 1: on the verdict's colours, and on a selected row."""
    named = {
        name: Color.parse(value)
        for name, value in theme.to_color_system().generate().items()
        if value.startswith("#")
    }
    white, black = Color.parse("#FFFFFF"), Color.parse("#000000")
    selected = named["surface"].blend(named["primary"], 0.3)
    pairs = {
        "admitted": (white, named["success"]),
        "refused": (white, named["error"]),
        "wait": (black, named["warning"]),
        **{
            f"{name} on {where}": (named[name], back)
            for name in ("foreground", "secondary", "accent")
            for where, back in (("surface", named["surface"]), ("the selected row", selected))
        },
    }
    contrasts = {name: _contrast(*colours) for name, colours in pairs.items()}

    assert {} == {name: ratio for name, ratio in contrasts.items() if ratio < 4.5}


def _contrast(one: Color, other: Color) -> float:
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    """The relative luminance of WCAG 2."""
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
