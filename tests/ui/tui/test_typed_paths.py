"""Paths that no file can have, typed where a screen asks for one: a sentence, and it continues."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from kiosk.errors import KioskError
from kiosk.services.event.settings import change_settings
from kiosk.services.setup.folders import typed_path
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.dialogs.file_picker import FilePicker, checked_file, entries_for
from kiosk.ui.tui.input.messages import CodeScanned, ScanSource
from kiosk.ui.tui.reports.export import HandOverScreen
from kiosk.ui.tui.sharing.bundle import WriteBundleScreen
from tests.support.waiting import wait_on_screen

pytestmark = pytest.mark.slow

LONG = "x" * 255
IMPOSSIBLE = [
    f"{LONG}.csv",
    f"\\{LONG}\\ y",
    f"/{LONG}/{LONG}",
    "/no" * 2_000,
    "file://[/no-such-folder/x.csv",
    f"file:///{LONG}.csv",
    "file:///no-such-folder/%00x",
    "nul\x00byte",
    "half \ud800 pair",
    "~nobody-here/x.csv",
    f"~/{LONG}x",
]
"""What no file is called; most of them make the system report another error than "no such file"."""


@pytest.mark.parametrize("text", IMPOSSIBLE, ids=range(len(IMPOSSIBLE)))
def test_a_path_that_no_file_can_have(text: str) -> None:
    """Nothing is found there, and nothing but a sentence comes of it."""
    assert [] == entries_for(text, (".csv",))
    with pytest.raises(KioskError, match="There is no file"):
        checked_file(typed_path(text), None)


@pytest.mark.parametrize("setting", ["logo", "backup_second", "badge_layout"])
def test_settings_that_name_a_file(setting: str, store: Store) -> None:
    """A path that no file can have is refused as a wrong value."""
    for text in (f"{LONG}.png", "/no" * 2_000, "nul\x00byte.png"):
        with pytest.raises(KioskError):
            change_settings(store, {setting: text})


@pytest.mark.parametrize("text", ["file:///a%20b/c.csv?x#y", "file://host/a%20b/c.csv"])
def test_a_dragged_file(text: str) -> None:
    """A file's URL is its path."""
    assert Path("/a b/c.csv") == typed_path(text)


@pytest.mark.skipif(sys.platform == "win32", reason="its names differ")
async def test_the_file_picker(store: Store, tmp_path: Path) -> None:
    """Typed, and read by a scanner: the picker stays, and takes the file named next."""
    (tmp_path / "people.csv").write_text("Name\nPriya\n")
    app = KioskApp(store.path, desk="Desk 1")
    answers: list[Path | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        picker = FilePicker("Import", (".csv",))
        app.push_screen(picker, answers.append)
        await wait_on_screen(pilot, lambda: app.screen.query("#path"))
        error, field = picker.query_one("#picker-error", Static), picker.query_one("#path", Input)
        for text in IMPOSSIBLE:
            field.value = text
            await pilot.pause()
            await pilot.press("tab", "enter")
            await wait_on_screen(pilot, lambda: "There is no file" in str(error.content))
            picker.post_message(CodeScanned(text, text, ScanSource.SCANNER))
            await pilot.pause(0.05)
        assert picker is app.screen
        field.value = str(tmp_path / "people.csv")
        await pilot.press("enter")
        await wait_on_screen(pilot, lambda: answers)

    assert [tmp_path / "people.csv"] == answers


@pytest.mark.skipif(sys.platform == "win32", reason="its names differ")
@pytest.mark.parametrize("screen", ["bundle", "hand over"])
async def test_where_to_write(
    screen: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target that cannot be: a sentence, the screen stays, nothing is written."""
    app = KioskApp(store.path, desk="Desk 1")
    for name in ("here", "user"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = (
            WriteBundleScreen(store.path, "Desk 1")
            if screen == "bundle"
            else HandOverScreen(store.path, "Desk 1", [])
        )
        app.push_screen(dialog)
        await wait_on_screen(pilot, lambda: dialog.query(Input) and dialog.query_one(Input).value)
        for text in (*IMPOSSIBLE, "/", "..", "/dev"):
            if "\x00" in text:  # which is left out, and the rest is a name like any other
                continue
            dialog.query_one(Input).value = text
            dialog.query_one(Input).focus()
            await pilot.press("enter")
            await wait_on_screen(pilot, lambda: dialog.job is None)
            await pilot.pause()
            assert dialog is app.screen

    assert [] == [*(tmp_path / "here").iterdir(), *(tmp_path / "user").iterdir()]
