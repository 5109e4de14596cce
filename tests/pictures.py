"""Make pictures from the running program.

`python -m tests.pictures` makes those of the README, into `assets/pictures/`: screens as SVG
without any outside font, badges as one PNG.

`python -m tests.pictures FOLDER` makes a PNG of every screen in four sizes and three themes, to
look at after a change; `python -m tests.pictures FOLDER settings export 80x24 light` only of some
screens, sizes and themes.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from textual.pilot import Pilot
from textual.widgets import Input

from kiosk.badges.layout.file import load_layout
from kiosk.badges.sheets.press import BadgePress
from kiosk.services.badges.context import badge_person, event_look
from kiosk.services.setup.demo import open_demo
from kiosk.services.sharing.desks import LinkLevel, LinkStatus
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees
from kiosk.support.paths import assets_dir
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.palette import PaletteScreen
from kiosk.ui.tui.setup.import_preview import ImportScreen
from kiosk.ui.tui.setup.settings import SettingForm, SettingsScreen
from kiosk.ui.tui.theme import THEMES
from tests.benchmarks.people import write_list
from tests.support.waiting import wait_on_screen

NAMES_SHOWN = ("प्रिया", "علی", "மீனாட்சி", "欧阳", "Nguyễn")
BADGE_PX = 300
ADMITTED, REFUSED = "DEMO-0007", "NO-SUCH-CODE"
UNPAID, CANCELED, NAMELESS, NOTED, PARTY = 55, 22, 63, 12, 31
"""Numbers of tickets of the demo."""
SIZES = ((60, 20), (80, 24), (120, 36), (200, 60))
README = (100, 30)
"""Columns and rows of most pictures in the README."""
_FONT_FACE = re.compile(r"@font-face\s*{[^}]*}")
_CELL = (9, 18)
"""Pixels of a character in a PNG."""
Steps = Callable[["Stage"], Awaitable[None]]


class Stage:
    """A running desk, and how to act on it."""

    def __init__(self, app: KioskApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def desk(self) -> DeskScreen:
        """The desk, under whatever screen is open."""
        return next(s for s in self.app.screen_stack if isinstance(s, DeskScreen))

    async def until(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait for the threads behind the screen."""
        await wait_on_screen(self.pilot, condition, seconds=seconds, pause_s=0.05)

    async def settled(self) -> None:
        """Stop the cursor, and wait until the picture stays."""
        before = ""
        while before != (now := re.sub(r"terminal-\d+", "", self.app.export_screenshot())):
            before = now
            for field in self.app.screen.query(Input):
                field.cursor_blink = False
            await self.pilot.pause(0.6)

    async def scan(self, code: str) -> None:
        """Scan, and wait for the verdict."""
        before = self.desk.query_one(ResultBanner).view
        self.app.code_seen(code)
        await self.until(lambda: self.desk.query_one(ResultBanner).view != before)

    async def type(self, text: str) -> None:
        """Type as a person does."""
        for key in text:
            await self.pilot.press(key)
            await self.pilot.pause(0.15)

    async def back(self) -> None:
        """To the desk at rest."""
        while self.app.screen is not self.desk:
            screen = self.app.screen
            await self.pilot.press("escape")
            await self.until(lambda screen=screen: self.app.screen is not screen)  # type: ignore[misc]
        await self.pilot.press("escape")
        await self.pilot.pause(0.3)


# The screens, and the way to each from the desk at rest.


def _opens(name: str) -> Steps:
    """A screen with an action of the desk or an entry of the palette."""

    async def steps(stage: Stage) -> None:
        method = getattr(stage.desk, f"action_{name}", None)
        if method is not None:
            method()
        else:
            stage.app.action_open(name)
        await stage.until(lambda: stage.app.screen is not stage.desk)

    return steps


def _app_opens(name: str) -> Steps:
    """A screen of the app, where the desk has an action of the same name."""

    async def steps(stage: Stage) -> None:
        stage.app.action_open(name)
        await stage.until(lambda: stage.app.screen is not stage.desk)

    return steps


def _app_action(name: str) -> Steps:
    """A screen that an action of the app opens."""

    async def steps(stage: Stage) -> None:
        await stage.app.run_action(name)
        await stage.until(lambda: stage.app.screen is not stage.desk)

    return steps


async def _share(stage: Stage) -> None:
    await _app_action("share")(stage)
    await stage.pilot.press("enter")
    await stage.until(lambda: stage.app.screen.query("#share-qr"))


async def _at_rest(stage: Stage) -> None:
    """The desk as it waits."""


async def _verdict(stage: Stage) -> None:
    await stage.scan(ADMITTED)


async def _refused(stage: Stage) -> None:
    await stage.scan(REFUSED)


async def _search(stage: Stage) -> None:
    await stage.type("asha")


def _scans(number: int) -> Steps:
    """A verdict of the demo: the ticket of that number."""

    async def steps(stage: Stage) -> None:
        await stage.scan(f"DEMO-{number:04}")
        await stage.until(lambda: stage.desk.state.last is not None)

    return steps


def _then(first: Steps, *actions: str) -> Steps:
    """A screen that follows a verdict."""

    async def steps(stage: Stage) -> None:
        await first(stage)
        for action in actions:
            await stage.until(lambda action=action: stage.desk.check_action(action, ()))  # type: ignore[misc]
            getattr(stage.desk, f"action_{action}")()
        await stage.until(lambda: stage.app.screen is not stage.desk)

    return steps


async def _undo_question(stage: Stage) -> None:
    """Another person is on the card than the one who was checked in last."""
    await stage.scan(ADMITTED)
    await stage.scan(f"DEMO-{UNPAID:04}")
    stage.desk.action_undo()
    await stage.until(lambda: stage.app.screen is not stage.desk)


async def _preview(stage: Stage) -> None:
    """A file of registrations before it is imported."""
    source = stage.desk.path.with_name("registrations.csv")
    write_list(source, 300)
    screen = ImportScreen(source, event=stage.desk.path, desk="Desk 1", kept={})
    stage.app.push_screen(screen)
    await stage.until(lambda: screen.read is not None)


async def _palette(stage: Stage) -> None:
    stage.app.action_command_palette()
    await stage.until(lambda: isinstance(stage.app.screen, PaletteScreen))


async def _palette_found(stage: Stage) -> None:
    await _palette(stage)
    await stage.type("report")


async def _help(stage: Stage) -> None:
    stage.app.action_help()
    await stage.until(lambda: stage.app.screen is not stage.desk)


async def _colour(stage: Stage) -> None:
    """The form of a setting, with the badge in the typed colour."""
    await _opens("settings")(stage)
    screen = stage.app.screen
    assert isinstance(screen, SettingsScreen)
    await stage.until(lambda: screen.values)
    screen.lines.select("accent")
    await stage.pilot.press("enter")
    await stage.until(lambda: isinstance(stage.app.screen, SettingForm))
    stage.app.screen.query_one(Input).value = "#b3263f"
    await stage.pilot.pause(1.0)


SCREENS: dict[str, Steps] = {
    "desk": _at_rest,
    "desk-verdict": _verdict,
    "desk-refused": _refused,
    "desk-search": _search,
    "desk-unpaid": _scans(UNPAID),
    "desk-canceled": _scans(CANCELED),
    "desk-nameless": _scans(NAMELESS),
    "desk-ask-first": _scans(NOTED),
    "desk-party": _scans(PARTY),
    "admit": _then(_scans(UNPAID), "let_in"),
    "help-desk": _then(_scans(UNPAID), "help_desk"),
    "correct": _then(_scans(UNPAID), "edit"),
    "transfer": _then(_scans(UNPAID), "transfer"),
    "undo": _undo_question,
    "walk-in": _opens("walk_in"),
    "change-list": _opens("switch_list"),
    "paper-time": _opens("paper"),
    "palette": _palette,
    "palette-found": _palette_found,
    "help": _help,
    "set-up": _opens("set_up"),
    "settings": _opens("settings"),
    "settings-colour": _colour,
    "badge-layout": _opens("badge_layout"),
    "export": _opens("hand_over"),
    "make-paper": _app_opens("paper"),
    "backups": _opens("back_up"),
    "delete": _opens("purge"),
    "pins": _opens("pins"),
    "name-desk": _opens("name_desk"),
    "dashboard": _opens("dashboard"),
    "lists": _opens("lists"),
    "ready": _opens("ready"),
    "activity": _opens("activity"),
    "queue": _opens("badge_queue"),
    "questions": _opens("questions"),
    "tables": _opens("tables"),
    "scanner-test": _opens("scanner_test"),
    "printer-test": _opens("printer_test"),
    "duplicates": _opens("duplicates"),
    "help-list": _opens("help_list"),
    "choose-file": _opens("import_file"),
    "import": _preview,
    "share": _share,
    "share-question": _app_action("share"),
    "join": _app_action("join"),
    "desks": _app_action("desks"),
    "welcome": _app_action("welcome"),
}
IN_README = {
    "desk-verdict": (80, 24),
    "desk-search": (80, 24),
    "palette-found": (80, 24),
    "dashboard": README,
    "lists": README,
    "set-up": (80, 24),
    "settings-colour": README,
    "export": README,
}


async def shoot(
    path: Path, names: Sequence[str], size: tuple[int, int], theme: str, save: Save
) -> None:
    """Open the desk in one size and theme, and picture its screens."""
    app = KioskApp(path, desk="Desk 1")
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, pilot)
        await stage.until(lambda: stage.desk.is_ready)
        app.theme = theme
        for name in names:
            await SCREENS[name](stage)
            await stage.settled()
            save(app, name)
            await stage.back()


async def self_service(path: Path, folder: Path) -> None:
    """The screen for attendees."""
    app = KioskApp(path, desk="Desk 1")
    async with app.run_test(size=README) as pilot:
        stage = Stage(app, pilot)
        await stage.until(lambda: stage.desk.is_ready)
        stage.desk.parts.screens.open_self_service()
        await stage.settled()
        save_svg(app, folder / "self-service.svg")


async def several_desks(path: Path, folder: Path) -> None:
    """The status line with all desks, and with a lost link."""
    lost = "NOT CONNECTED since 14:02: check-ins of Desk 2 not seen here"
    app = KioskApp(path, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        stage = Stage(app, pilot)
        await stage.until(lambda: stage.desk.is_ready)
        app.look_at_sharing = lambda: None  # type: ignore[method-assign]
        for name, status in (
            ("connected", LinkStatus("3 desks, all up to date", LinkLevel.CONNECTED)),
            ("cut", LinkStatus(lost, LinkLevel.CUT)),
        ):
            app._show_sharing(status)
            await stage.settled()
            save_svg(app, folder / f"desks-{name}.svg")


# Files.

Save = Callable[[KioskApp, str], None]


def save_svg(app: KioskApp, path: Path) -> None:
    """The screen as SVG in whatever monospaced font the reader has."""
    svg = _FONT_FACE.sub("", app.export_screenshot(title="kiosk"))
    path.write_text(svg.replace("Fira Code", "monospace"), encoding="utf-8")


def save_png(app: KioskApp, path: Path) -> None:
    """The screen as PNG, in the fonts of this program."""
    width, height = _CELL
    picture = Image.new("RGB", (app.size.width * width, app.size.height * height))
    draw = ImageDraw.Draw(picture)
    for y, line in enumerate(_lines(app)):
        x = 0
        for text, style, control in line:
            fore, back = _colours(style)
            cells = cell_len(text)
            if not cells or control:
                continue
            box = (x * width, y * height, (x + cells) * width - 1, (y + 1) * height - 1)
            draw.rectangle(box, fill=back)
            for char in text:
                draw.text((x * width, y * height), char, font=_font(char), fill=fore)
                x += cell_len(char)
    picture.quantize(64).save(path, optimize=True)


def _lines(app: KioskApp) -> list[list[Segment]]:
    """What the terminal gets, line by line."""
    console = Console(
        width=app.size.width,
        height=app.size.height,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    screens = app._background_screens
    render = app.screen._compositor.render_update(full=True, screen_stack=screens)
    assert render is not None
    return list(Segment.split_lines(console.render(render)))


def _colours(style: object) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    colours = [(224, 224, 224), (18, 18, 18)]
    for number, name in enumerate(("color", "bgcolor")):
        colour = getattr(style, name, None)
        if colour is not None:
            colours[number] = tuple(colour.get_truecolor())
    return (
        (colours[1], colours[0]) if getattr(style, "reverse", False) else (colours[0], colours[1])
    )


@cache
def _font(char: str) -> ImageFont.FreeTypeFont:
    """The first font with that character: the terminal font of many systems, then our own."""
    path = next((path for path in _fonts() if ord(char) in _characters(path)), _fonts()[0])
    return ImageFont.truetype(str(path), 14)


@cache
def _fonts() -> tuple[Path, ...]:
    systems = sorted(Path("/usr/share/fonts").rglob("DejaVuSansMono.ttf"))
    own = sorted((assets_dir() / "fonts").glob("*.ttf"))
    own.sort(key=lambda path: path.name != "NotoSansMono-Bold.ttf")
    return (*systems, *own)


@cache
def _characters(path: Path) -> frozenset[int]:
    return frozenset(TTFont(path).getBestCmap())


def badges(store: Store, path: Path) -> None:
    """Five badges side by side."""
    press = BadgePress(load_layout("a6"), event_look(store))
    people = list(all_attendees(store.connection))
    chosen = [next((p for p in people if p.name.startswith(name)), None) for name in NAMES_SHOWN]
    pictures = [press.preview(badge_person(person), BADGE_PX) for person in chosen if person]
    gap = 20
    width = len(pictures) * (BADGE_PX + gap) + gap
    sheet = Image.new("RGB", (width, pictures[0].height + 2 * gap), "#d9dde3")
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (gap + number * (BADGE_PX + gap), gap))
    sheet.quantize(64).save(path, optimize=True)


def make_readme_pictures(event: Path) -> None:
    """All pictures of the README."""
    folder = assets_dir() / "pictures"
    folder.mkdir(exist_ok=True)
    store = Store.open(event, desk="Desk 1")
    badges(store, folder / "badges.png")
    store.close()
    dark = THEMES["dark"].name
    for size in dict.fromkeys(IN_README.values()):
        names = [name for name, wanted in IN_README.items() if wanted == size]
        asyncio.run(
            shoot(event, names, size, dark, lambda app, name: save_svg(app, folder / f"{name}.svg"))
        )
    asyncio.run(self_service(event, folder))
    asyncio.run(several_desks(event, folder))


def make_review_pictures(event: Path, folder: Path, names: Sequence[str]) -> None:
    """Every screen in all sizes and themes: `export-80x24-light.png`.

    Args:
        names: screens, sizes and themes; all of a kind of which none is named.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {f"{width}x{height}": (width, height) for width, height in SIZES}
    themes = {words.replace(" ", "-"): theme for words, theme in THEMES.items()}
    screens = _named(SCREENS, names)
    for size_words in _named(sizes, names):
        for theme_words in _named(themes, names):
            size, theme, mark = (
                sizes[size_words],
                themes[theme_words],
                f"{size_words}-{theme_words}",
            )

            def save(app: KioskApp, name: str, mark: str = mark) -> None:
                save_png(app, folder / f"{name}-{mark}.png")

            asyncio.run(shoot(event, screens, size, theme.name, save))


def _named(all_of_a_kind: Iterable[str], names: Sequence[str]) -> list[str]:
    return [each for each in all_of_a_kind if each in names] or list(all_of_a_kind)


def main(arguments: Sequence[str]) -> None:
    """Make the pictures of the README, or all screens into a folder."""
    if arguments and arguments[0].startswith("-"):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(KIOSK_STATE=home, HOME=home, USERPROFILE=home)
        event = Path(home) / "demo.kiosk"
        open_demo(desk="Desk 1", path=event)
        if arguments:
            make_review_pictures(event, Path(arguments[0]), arguments[1:])
        else:
            make_readme_pictures(event)


if __name__ == "__main__":
    main(sys.argv[1:])
