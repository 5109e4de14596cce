"""Fixtures that every part of the suite uses: a clock to turn, an event to work on."""

from __future__ import annotations

import itertools
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

from kiosk.badges.text import fontbook
from kiosk.badges.text.faces import FONT_FOLDERS
from kiosk.services.event.event import create_event
from kiosk.storage.file import schema
from kiosk.storage.file.store import Store
from kiosk.support.logs import LOGGER

if sys.dont_write_bytecode:
    # Every program that a test starts would compile all modules again: a second each. They are
    # kept in the folder of pytest, as nothing may be written next to the sources.
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "compiled")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

# a busy machine is slow, and that is no fault of what is tested
_BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("desk", _BUSY)
settings.register_profile("ci", _BUSY, derandomize=True)
# what decides must say the same of the same tree each time
settings.load_profile("ci" if os.environ.get("CI") else "desk")

ZONE = ZoneInfo("Asia/Kolkata")
DAY = date(2027, 2, 16)
SAMPLES = Path(__file__).parent / "data" / "samples"
FONTS = Path(__file__).parent / "data" / "fonts"
OLD_FORMATS = Path(__file__).parent / "data" / "formats"
"""Event files of earlier releases."""
UseFonts = Callable[[str | None], None]
"""Sets `KIOSK_FONTS` for one test; see the fixture `use_fonts`."""
_PARSED: dict[object, Any] = {}
_FONTS_BEFORE = os.environ.get(FONT_FOLDERS)


class Clock:
    """The desk's clock, turned by the test."""

    def __init__(self) -> None:
        self.now_ms = int(datetime(2027, 2, 16, 9, 40, tzinfo=ZONE).timestamp() * 1000)

    def __call__(self) -> int:
        return self.now_ms

    def pass_s(self, seconds: float) -> None:
        """Let time pass (or, negative, step back)."""
        self.now_ms += int(seconds * 1000)


@pytest.fixture(autouse=True)
def _pilots_type_like_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let silence follow each key of `pilot.press`; without it they are a scanner's."""
    if "textual.app" in sys.modules:
        from textual.drivers.headless_driver import HeadlessDriver
        from textual.pilot import Pilot

        from tests.support.keyboard import leave_pauses_between_keys, wait_for_effects

        monkeypatch.setattr(Pilot, "press", wait_for_effects(Pilot.press))
        monkeypatch.setattr(
            HeadlessDriver, "send_message", leave_pauses_between_keys(HeadlessDriver)
        )


@pytest.fixture(autouse=True)
def _style_sheets_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the apps of one process share parsed style sheets: a fifth of the time of a test."""
    if "textual.app" not in sys.modules:
        return
    from textual.css.stylesheet import Stylesheet

    parse = Stylesheet._parse_rules

    def parse_once(sheet: Any, css: str, *where: Any, **how: Any) -> Any:
        key = (css, where, *sorted(how.items()), *sorted(sheet._variables.items()))
        if key not in _PARSED:
            _PARSED[key] = parse(sheet, css, *where, **how)
        return _PARSED[key]

    monkeypatch.setattr(Stylesheet, "_parse_rules", parse_once)


@pytest.fixture(scope="session", autouse=True)
def _tables_are_made_once() -> Iterator[None]:
    """Let the new event files of one process share the result of the migrations: two thirds of the
    time of a new event. Files that have tables already are upgraded step by step."""
    take_steps = schema.take_steps
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        take_steps(memory)
        made = [line for line in memory.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;")]
        for pragma in ("application_id", "user_version"):
            (value,) = memory.execute(f"PRAGMA {pragma}").fetchone()
            made.append(f"PRAGMA {pragma} = {value}")

    def take_known_steps(connection: sqlite3.Connection) -> None:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables:
            take_steps(connection)
        else:
            for statement in made:
                connection.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "take_steps", take_known_steps)
        yield


@pytest.fixture
def clock() -> Clock:
    """09:40 on the event's first day."""
    return Clock()


@pytest.fixture
def event_path(tmp_path: Path) -> Path:
    """Where the test's event lies."""
    return tmp_path / "pycon.kiosk"


@pytest.fixture
def store(event_path: Path, clock: Clock) -> Iterator[Store]:
    """A two-day event with nobody in it."""
    store = create_event(
        event_path,
        name="PyCon Pune 2027",
        days=[DAY, date(2027, 2, 17)],
        timezone="Asia/Kolkata",
        desk="Desk 1",
        clock=clock,
    )
    yield store
    store.close()


@pytest.fixture(scope="session", autouse=True)
def fonts_of_the_tests() -> Iterator[None]:
    """Every test, and every program it starts, finds the same fonts on every computer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FONT_FOLDERS, str(FONTS))
        yield


@pytest.fixture
def use_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseFonts]:
    """A function that sets `KIOSK_FONTS` for this test; None: the computer's own fonts."""

    def use(folders: str | None) -> None:
        if folders is None:
            monkeypatch.delenv(FONT_FOLDERS)
        else:
            monkeypatch.setenv(FONT_FOLDERS, folders)
        _forget_fonts()

    yield use
    _forget_fonts()


@pytest.fixture
def bare_system(monkeypatch: pytest.MonkeyPatch, use_fonts: UseFonts) -> None:
    """A computer without any font, and the program without the extra `cjk`."""
    monkeypatch.setattr(fontbook, "CJK_EXTRA", ())
    use_fonts("")


@pytest.fixture
def computer_fonts(use_fonts: UseFonts) -> None:
    """The computer's own fonts, for tests of how they are found; skips where they are hidden."""
    if _FONTS_BEFORE is not None:
        pytest.skip(f"{FONT_FOLDERS} hides the fonts of this computer")
    use_fonts(None)


def _forget_fonts() -> None:
    fontbook.fontconfig_match.cache_clear()
    fontbook.east_asian_face.cache_clear()
    fontbook.face_with.cache_clear()
    fontbook._font_files.cache_clear()


@pytest.fixture(scope="session")
def new_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that do not exist yet: faster than `tmp_path`, which looks at all earlier ones."""
    parent = tmp_path_factory.mktemp("new")
    return (parent / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_state(new_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A state folder and a log file for each test, instead of those of this computer's user.

    The folder is made when it is needed: thousands of tests write nothing.
    """
    monkeypatch.setenv("KIOSK_STATE", str(next(new_folders)))
    monkeypatch.delenv("KIOSK_EVENT", raising=False)
    monkeypatch.delenv("KIOSK_DESK", raising=False)
    yield
    for handler in LOGGER.handlers[:]:
        LOGGER.removeHandler(handler)
        handler.close()
