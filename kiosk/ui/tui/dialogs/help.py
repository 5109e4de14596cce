"""Help, made from the keys that the screen really has."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.wording import BANNERS
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.widgets.key_bar import key_name

_HOW = (
    "Scan: just scan, from any screen. Nothing has to be clicked.",
    "Look up: type some letters, in any order and spelling. Enter takes a single match; "
    "among several the arrow keys choose, and Enter checks in.",
    "Wrong person? F8 takes the last check-in back.",
)


class HelpScreen(Dialog[None]):
    """Everything the desk can do."""

    BINDINGS = [Binding("escape,f1,enter", "dismiss(None)", "Back")]

    def __init__(self, keys: Iterable[tuple[Binding, bool]]) -> None:
        super().__init__()
        self.keys = sorted(keys, key=lambda key: _number(key[0].key))

    def compose(self) -> ComposeResult:
        """How to work, the keys, the words of the banner."""
        with VerticalScroll(classes="dialog"):
            yield Static("The desk in one minute", classes="title")
            yield Static("\n".join(_HOW), markup=False)
            yield Static("")
            yield Static(Content("\n").join(self._key_lines()))
            yield Static("")
            yield Static(_signs(), markup=False)
            yield Hint("↑↓ PgDn read on", "Esc back")

    def _key_lines(self) -> list[Content]:
        lines = []
        for binding, can in self.keys:
            words = binding.tooltip or binding.description
            why = "" if can else "  (not now)"
            lines.append(
                Content.assemble(
                    (f"{key_name(binding.key):>6}", "bold $accent"), f"  {words}", (why, "dim")
                )
            )
        return lines


def _signs() -> str:
    """The words of the banner, two a line: none is torn apart."""
    signs = [str(sign) for sign in BANNERS.values()]
    pairs = zip_longest(signs[::2], signs[1::2], fillvalue="")
    return "\n".join(f"{left:<24}{right}" for left, right in pairs)


def _number(key: str) -> int:
    """F1 to F12 stand as on the keyboard, the others behind them in their own order."""
    digits = key.partition(",")[0].removeprefix("f")
    return int(digits) if digits.isdecimal() else 99
