"""Makes the README's pictures from the running program: `python -m tests.support.pictures`.

Screens as SVG without any outside font, badges as one PNG, into `assets/pictures/`.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path

from PIL import Image
from textual.pilot import Pilot

from kiosk.badges.layout.file import load_layout
from kiosk.badges.sheets.preview import render_preview
from kiosk.services.badges.context import badge_person, event_look
from kiosk.services.setup.demo import open_demo
from kiosk.services.sharing.desks import LinkLevel, LinkStatus
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees
from kiosk.support.paths import assets_dir
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen

NAMES_SHOWN = ("प्रिया", "علی", "மீனாட்சி", "欧阳", "Nguyễn")
BADGE_PX = 300
SCANNED = "DEMO-0007"
"""Somebody who has a T-shirt and a lunch to come."""
_FONT_FACE = re.compile(r"@font-face\s*{[^}]*}")


def save_screen(app: KioskApp, path: Path) -> None:
    """The screen as SVG in whatever monospaced font the reader has."""
    svg = _FONT_FACE.sub("", app.export_screenshot(title="kiosk"))
    path.write_text(svg.replace("Fira Code", "monospace"), encoding="utf-8")


async def until_said(pilot: Pilot[None], words: str) -> None:
    """Wait for the banner."""
    app = pilot.app
    for _ in range(500):
        if words in app.screen.query_one(ResultBanner).view.words:
            await pilot.pause(0.3)
            return
        await pilot.pause(0.02)
    raise AssertionError(words)


async def desk(path: Path, folder: Path) -> None:
    """The desk at the size it was designed for: after a scan, then with a query."""
    app = KioskApp(path, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        while not screen.is_ready:
            await pilot.pause(0.05)
        app.code_seen(SCANNED)
        await until_said(pilot, "CHECKED IN")
        save_screen(app, folder / "desk-verdict.svg")
        await pilot.press("escape")
        await pilot.pause(0.1)
        for key in "asha":
            await pilot.press(key)
            await pilot.pause(0.1)
        await pilot.pause(0.5)
        save_screen(app, folder / "desk-search.svg")


async def over_the_desk(path: Path, folder: Path) -> None:
    """Dashboard, lists, self-service."""
    app = KioskApp(path, desk="Desk 1")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        while not screen.is_ready:
            await pilot.pause(0.05)
        for name in ("dashboard", "lists"):
            getattr(screen, f"action_{name}")()
            await pilot.pause(1.0)
            save_screen(app, folder / f"{name}.svg")
            await pilot.press("escape")
            await pilot.pause(0.3)
        screen.parts.screens.open_self_service()
        await pilot.pause(0.5)
        save_screen(app, folder / "self-service.svg")


async def several_desks(path: Path, folder: Path) -> None:
    """The status line with all desks, and with a lost link."""
    lost = "NOT CONNECTED since 14:02: check-ins of Desk 2 not seen here"
    app = KioskApp(path, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        while not screen.is_ready:
            await pilot.pause(0.05)
        app.look_at_sharing = lambda: None  # type: ignore[method-assign]
        for name, status in (
            ("connected", LinkStatus("3 desks, all up to date", LinkLevel.CONNECTED)),
            ("cut", LinkStatus(lost, LinkLevel.CUT)),
        ):
            app._show_sharing(status)
            await pilot.pause(0.3)
            save_screen(app, folder / f"desks-{name}.svg")


def badges(store: Store, path: Path) -> None:
    """Five badges side by side."""
    layout, look = load_layout("a6"), event_look(store)
    people = list(all_attendees(store.connection))
    chosen = [next((p for p in people if p.name.startswith(name)), None) for name in NAMES_SHOWN]
    pictures = [
        render_preview(badge_person(person), layout, look, BADGE_PX) for person in chosen if person
    ]
    gap = 20
    width = len(pictures) * (BADGE_PX + gap) + gap
    sheet = Image.new("RGB", (width, pictures[0].height + 2 * gap), "#d9dde3")
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (gap + number * (BADGE_PX + gap), gap))
    sheet.quantize(64).save(path, optimize=True)


def main() -> None:
    """Make all pictures anew."""
    folder = assets_dir() / "pictures"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["KIOSK_STATE"] = home
        path = Path(home) / "demo.kiosk"
        open_demo(desk="Desk 1", path=path)
        store = Store.open(path, desk="Desk 1")
        badges(store, folder / "badges.png")
        store.close()
        asyncio.run(desk(path, folder))
        asyncio.run(over_the_desk(path, folder))
        asyncio.run(several_desks(path, folder))


if __name__ == "__main__":
    main()
