"""Each private name of Textual that the desk uses: these fail when Textual changes it."""

from __future__ import annotations

import asyncio
import inspect
import re
import sys

import pytest
from textual import events
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from kiosk.ui.tui.textual_compat import (
    KEY_SEQUENCES,
    MODIFIER_KEYS,
    NAMED_KEYS,
    CrashReportingApp,
    KeyParser,
    driver_of,
    is_removed,
    is_text_area,
    key_name,
    make_switchable,
    release_removed_widgets,
)


def test_modifier_functional_keys() -> None:
    """`_keyboard_protocol.MODIFIER_FUNCTIONAL_KEYS` has the modifiers, and no letter."""
    assert {"left_shift", "right_control", "left_alt"} <= MODIFIER_KEYS
    assert "a" not in MODIFIER_KEYS


def test_key_parser() -> None:
    """`_xterm_parser.XTermParser` turns sequences into keys, and mouse reports apart."""
    parser = KeyParser()
    (key,) = parser.keys_of("a")
    assert "a" == key.character
    assert ["f6"] == [key.key for key in parser.keys_of("\x1b[17~")]
    assert ["alt+x"] == [key.key for key in parser.keys_of("x", alt=True)]
    assert [] == parser.keys_of("\x1b[99t")
    parser.mouse_pixels = False
    assert isinstance(parser.parse_mouse_code("\x1b[<0;3;2M"), events.MouseDown)


def test_tables_of_keys() -> None:
    """`ANSI_SEQUENCES_KEYS` and `FUNCTIONAL_KEYS` are tables by sequence and number."""
    assert {"\x1b[17~", "\x1bOP", "\x1b8"} <= KEY_SEQUENCES
    assert {"13u", "27u", "17~"} <= NAMED_KEYS
    assert "100u" not in NAMED_KEYS


def test_character_to_key() -> None:
    """`keys._character_to_key` names the keys of punctuation."""
    assert ["a", "full_stop"] == [key_name("a"), key_name(".")]


class _Crashing(CrashReportingApp):
    """Raises as soon as it is mounted."""

    error: BaseException | None = None

    def on_mount(self) -> None:
        raise ValueError("row of an attendee")

    def crashed(self, error: BaseException | None) -> None:
        self.error = error


def test_fatal_error(capfd: pytest.CaptureFixture[str]) -> None:
    """`App._fatal_error` is the hook, `_exception` the error, `_close_messages_no_wait` the end."""
    app = _Crashing()
    app.run(headless=True)

    assert isinstance(app.error, ValueError)
    assert "row of an attendee" not in "".join(capfd.readouterr())


class _Opening(Screen[None]):
    """Looks for its widget when it is mounted."""

    def compose(self) -> ComposeResult:
        yield Static(id="row")

    def on_mount(self) -> None:
        self.query_one("#row")


@pytest.mark.parametrize("turns", range(12))
async def test_a_screen_that_opens_while_the_app_ends(turns: int) -> None:
    """`App._exit` is set then, and `_handle_exception` gets the error of a screen."""
    app = CrashReportingApp()
    async with app.run_test():
        app.push_screen(_Opening())
        for _ in range(turns):
            await asyncio.sleep(0)
        app.exit()
        async with asyncio.timeout(20):
            while app.is_running:
                await asyncio.sleep(0.01)

    assert 0 == app.return_code


async def test_driver() -> None:
    """`App._driver` is set while the app runs."""
    app: App[None] = App()
    assert driver_of(app) is None
    async with app.run_test():
        assert driver_of(app) is not None


async def test_pruning_and_closing() -> None:
    """`Widget._pruning` and `_closing` are set while a widget is removed."""
    app: App[None] = App()
    async with app.run_test():
        widget = Static()
        await app.screen.mount(widget)
        assert not is_removed(widget)
        removal = widget.remove()
        assert widget._pruning
        await removal
        assert is_removed(widget)
        assert widget._closing


class _TwoScreens(App[None]):
    """Its first screen is no default one."""

    def get_default_screen(self) -> Screen[None]:
        return Screen(id="first")


async def test_result_callbacks() -> None:
    """`switch_screen` still pops a callback that the first screen does not have.

    When the first half fails, Textual has been repaired, and `make_switchable` can go.
    """
    app = _TwoScreens()
    async with app.run_test():
        assert [] == app.screen._result_callbacks
        with pytest.raises(IndexError):
            app.screen._pop_result_callback()
        make_switchable(app)
        await app.switch_screen(Screen(id="second"))

        assert "second" == app.screen.id


@pytest.mark.skipif(sys.platform == "win32", reason="there is no Unix terminal")
async def test_linux_driver() -> None:
    """The names that `ResumableDriver` overrides and reads are those of `LinuxDriver`."""
    from textual.drivers.linux_driver import LinuxDriver

    from kiosk.ui.tui.textual_compat import ResumableDriver

    for name in ("_sigcont_application", "_query_in_band_window_resize"):
        assert callable(getattr(LinuxDriver, name))
        assert name in vars(ResumableDriver)
    driver = ResumableDriver(App())
    for name in ("_app", "_file", "_key_thread", "_must_signal_resume", "_auto_restart", "_loop"):
        assert hasattr(driver, name), name
    started = inspect.getsource(LinuxDriver.start_application_mode)
    assert "_query_in_band_window_resize" in started
    assert "_sigcont_application" in inspect.getsource(LinuxDriver)


async def test_text_area() -> None:
    """`textual.widgets._text_area` is the module of `TextArea`."""
    async with App[None]().run_test():
        assert is_text_area(TextArea())
        assert not is_text_area(Input())


@pytest.mark.parametrize("name", ["_on_key", "_watch_value"])
def test_handlers_of_input(name: str) -> None:
    """Fields of the desk extend these handlers of `Input`."""
    assert callable(getattr(Input, name))


def test_no_other_module_names_private_modules() -> None:
    """`import textual._...` is in one module."""
    from pathlib import Path

    import kiosk

    root = Path(kiosk.__file__).parent
    users = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"textual(\.\w+)*\._[a-z]", path.read_text(encoding="utf-8"))
    }

    assert {"ui/tui/textual_compat.py"} == users


async def test_removed_widgets_are_released() -> None:
    """`_styles_cache.StylesCache.get_inner_outer` keeps each widget that was drawn."""
    app: App[None] = App()
    async with app.run_test() as pilot:
        await app.mount(Static("drawn"))
        await pilot.pause()
        assert StylesCache.get_inner_outer.cache_info().currsize > 0
        release_removed_widgets()

    assert 0 == StylesCache.get_inner_outer.cache_info().currsize
