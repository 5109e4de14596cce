"""Everything that touches Textual's private API, each with its reason.

`tests/ui/tui/test_textual_compat.py` has a test for each name, which fails when Textual changes it.
No other module names a private attribute of Textual, except that fields extend the key and value
handlers of `Input`, as all Textual widgets do.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeGuard

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.css.query import NoMatches
from textual.keys import Keys, _character_to_key
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.widgets import TextArea

__all__ = [
    "KEY_SEQUENCES",
    "MODIFIER_KEYS",
    "NAMED_KEYS",
    "CrashReportingApp",
    "KeyParser",
    "driver_of",
    "is_removed",
    "is_text_area",
    "key_name",
    "make_switchable",
    "release_removed_widgets",
]

MODIFIER_KEYS = frozenset(MODIFIER_FUNCTIONAL_KEYS)
"""Keys such as `left_shift`, which the Kitty protocol reports by themselves. Textual has the names
in its protocol tables only."""

KEY_SEQUENCES = frozenset(ANSI_SEQUENCES_KEYS)
"""The sequences of keys that Textual knows by heart."""

NAMED_KEYS = frozenset(FUNCTIONAL_KEYS)
"""Keys of the Kitty protocol that type no character, as number and final byte: `13u` is Enter."""


class KeyParser(XTermParser):
    """The key and mouse tables of Textual's parser. The caller finds where a sequence ends."""

    def keys_of(self, sequence: str, *, alt: bool = False) -> list[events.Key]:
        """Return the keys of one whole sequence or character; none if the tables lack it."""
        keys = self._sequence_to_key_events(sequence, alt=alt)
        return [key for key in keys if key.key != Keys.Ignore]


def release_removed_widgets() -> None:
    """Empty a cache by which Textual keeps the drawn lines of up to 1,000 removed widgets.

    They cost memory, and each full garbage collection looks through them: after 60 dialogs it took
    0.1 s, in which two keys arrive as one, as a scanner's do.
    """
    StylesCache.get_inner_outer.cache_clear()


def key_name(character: str) -> str:
    """The name of the key that types a character, such as `full_stop`."""
    return character if character.isalnum() else _character_to_key(character)


class CrashReportingApp(App[None]):
    """An app that hands an unexpected error to `crashed` instead of printing it.

    Textual prints a traceback with the values of all local variables to the terminal; there is no
    public hook before it does (`App._fatal_error`, Textual 8.2).
    """

    def crashed(self, error: BaseException | None) -> None:
        """Report the error; the app ends afterwards."""

    def _handle_exception(self, error: Exception) -> None:
        """Ignore missing widgets of a screen that was opening when the app ended."""
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self.crashed(sys.exc_info()[1] or self._exception)
        self._close_messages_no_wait()


def driver_of(app: App[Any]) -> object:
    """The app's driver, or None. `App.driver` does not exist (Textual 8.2)."""
    return app._driver


def is_removed(widget: Widget) -> bool:
    """Whether a widget has been removed, or is being removed.

    A screen that is closed stays attached while its widgets are removed one by one, so that
    `is_attached` is not enough.
    """
    return not widget.is_attached or widget._pruning or widget._closing


def is_text_area(widget: Widget | None) -> TypeGuard[TextArea]:
    """Whether a widget is a `TextArea`; its module is large, and loaded only where one is used."""
    module = sys.modules.get("textual.widgets._text_area")
    kind = getattr(module, "TextArea", None)  # None while another thread still loads the module
    return kind is not None and isinstance(widget, kind)


def make_switchable(app: App[Any]) -> None:
    """Let `switch_screen` replace the app's first screen.

    The first screen was never pushed and has no result callback; `switch_screen` of Textual 8.2
    pops one all the same, and fails.
    """
    if not app.screen._result_callbacks:
        app.screen._push_result_callback(app.screen, None)


if sys.platform != "win32":
    import asyncio
    from typing import TextIO

    from textual.drivers.linux_driver import LinuxDriver

    class ResumableDriver(LinuxDriver):
        """Textual's driver with hooks for a program that is stopped and continued.

        On SIGCONT, Textual 8.2 starts a second input thread even when the first one is alive, and
        both read the terminal. It also asks the terminal to report its size in the input, where a
        scanned code can contain the same bytes.
        """

        @property
        def app(self) -> App[Any]:
            """The app this driver belongs to."""
            return self._app

        @property
        def loop(self) -> asyncio.AbstractEventLoop:
            """The event loop of the app."""
            return self._loop

        @property
        def terminal(self) -> TextIO:
            """The file that output goes to."""
            assert self._file is not None
            return self._file

        def continued(self) -> None:
            """The program was continued while it had the terminal."""

        def _sigcont_application(self, *_: Any) -> None:
            thread = self._key_thread
            if self._must_signal_resume or thread is None or not thread.is_alive():
                super()._sigcont_application()
            elif self._auto_restart:
                self._loop.call_soon_threadsafe(self.continued)

        def _query_in_band_window_resize(self) -> None:
            """Ask for no reports of the size: SIGWINCH is enough."""
