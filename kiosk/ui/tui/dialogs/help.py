"""Help: how to work, the keys of the screen, and the signs of the verdicts."""

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
from kiosk.ui.tui.widgets.key_bar import Hint, key_name

_STEPS = (
    "Scan: just scan, from any screen. Nothing has to be clicked.",
    "Look up: type some letters of the names, in any order. Enter checks in a single match; "
    "the arrow keys select one of several.",
    "Wrong person? F8 undoes the last check-in.",
)


class HelpScreen(Dialog[None]):
    """The help of a screen."""

    BINDINGS = [Binding("escape,f1,enter", "dismiss(None)", "Back")]

    def __init__(
        self,
        keys: Iterable[tuple[Binding, bool]],
        more: Iterable[tuple[str, str]] = (),
        *,
        is_desk: bool,
    ) -> None:
        """`more`: keys and words besides the bindings; `is_desk`: how to work is explained, too."""
        super().__init__()
        self.more = list(more)
        self.is_desk = is_desk
        self.keys = sorted(keys, key=lambda key: _number(key[0].key))

    def compose(self) -> ComposeResult:
        """How to work, the keys, the signs of the verdicts."""
        with VerticalScroll(classes="dialog"):
            yield Static("The desk in one minute" if self.is_desk else "Keys", classes="title")
            if self.is_desk:
                yield Static("\n".join(_STEPS), markup=False)
                yield Static("")
            yield Static(Content("\n").join(self._key_lines()))
            if self.is_desk:
                yield Static("")
                yield Static(_signs(), markup=False)
            yield Hint("↑↓ PgDn scroll", "Esc back")

    def _key_lines(self) -> list[Content]:
        lines = [
            Content.assemble((f"{key:>6}", "bold $accent"), f"  {words.capitalize()}")
            for key, words in self.more
        ]
        for binding, can in self.keys:
            about = binding.tooltip or binding.description
            why = "" if can else "  (not now)"
            lines.append(
                Content.assemble(
                    (f"{key_name(binding.key):>6}", "bold $accent"), f"  {about}", (why, "dim")
                )
            )
        return lines


def _signs() -> str:
    """The signs of the verdicts, two per line."""
    signs = [str(sign) for sign in BANNERS.values()]
    pairs = zip_longest(signs[::2], signs[1::2], fillvalue="")
    return "\n".join(f"{left:<24}{right}" for left, right in pairs)


def _number(key: str) -> int:
    """Sort F1 to F12 first, by number; the other keys follow in their order."""
    digits = key.partition(",")[0].removeprefix("f")
    return int(digits) if digits.isdecimal() else 99
