"""Help: the purpose of the screen, the verdicts, and the keys."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.checkin.outcomes import Outcome
from kiosk.domain.checkin.words import BANNERS, CHECKED_OUT
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.charts import wrapped
from kiosk.ui.tui.widgets.key_bar import Hint, key_name

_STEPS = (
    "Scan a ticket: no key, from any screen.",
    "No ticket? Type two letters of each name: pr sh finds Priya Sharma.",
    "Wrong person? F8 undoes the check-in.",
)
VERDICTS = {
    Outcome.OK: "Saved. Next person.",
    Outcome.ALREADY_REDEEMED: "Used before: see when and where. ^O admits again.",
    Outcome.UNPAID: "Take the payment, then ^O, “Paid at the desk”.",
    Outcome.UNAPPROVED: "Waiting list or invited. Ask; then ^O admits.",
    Outcome.CANCELED: "Canceled or refunded. ^G: to the help desk.",
    Outcome.BLOCKED: "Blocked by the organiser. ^G: to the help desk.",
    Outcome.PRODUCT: "Wrong list for this ticket type. F7: other list.",
    Outcome.INVALID_TIME: "Closed, or ticket for another time. ^O admits.",
    Outcome.INVALID: "Unknown code. Type the name to link it.",
    Outcome.AMBIGUOUS: "Several match. ↑↓ selects, Enter checks in.",
    Outcome.INCOMPLETE: "Ask or read first: a digit answers, Enter confirms",
    Outcome.RULES: "Party is in, or a list rule refuses. ^O admits.",
}
"""The meaning of each verdict and the next step, with the keys of the desk."""
_OUT = "Saved. The next scan is an entry again."
_SIGN_WIDTH = 19
_SCROLLBAR = 1
"""Cells that a scrollbar may take later."""


class HelpScreen(Dialog[None]):
    """The help of a screen."""

    BINDINGS = [Binding("escape,f1,enter", "dismiss(None)", "Back")]

    def __init__(
        self,
        keys: Iterable[tuple[Binding, bool]],
        more: Iterable[tuple[str, str]] = (),
        *,
        about: str = "",
        is_desk: bool = False,
        verdict: Outcome | None = None,
    ) -> None:
        """Explain a screen.

        Args:
            more: keys and words besides the bindings.
            about: what the screen is for.
            is_desk: how to work and the verdicts are explained, too.
            verdict: the verdict on the screen, explained first.
        """
        super().__init__()
        self.more = list(more)
        self.about = about
        self.is_desk = is_desk
        self.verdict = verdict
        self.keys = sorted(keys, key=lambda key: _number(key[0].key))

    def compose(self) -> ComposeResult:
        """The verdict on the screen, how to work, the verdicts, the keys."""
        with VerticalScroll(classes="dialog", id="help"):
            yield Static("The desk in one minute" if self.is_desk else "Help", classes="title")
            yield Static("", id="help-text", markup=False)
            yield Hint("↑↓ PgDn scroll", "Esc back")

    def on_mount(self) -> None:
        """Fill the width."""
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """Fill the new width."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        view = self.query_one("#help-text", Static)
        width = max(30, (view.size.width or 60) - _SCROLLBAR)
        view.update(Content("\n").join(self._lines(width)))

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        if self.verdict is not None:
            lines += [
                *_verdict(str(BANNERS[self.verdict]), VERDICTS[self.verdict], width),
                Content(),
            ]
        steps = _STEPS if self.is_desk else (self.about,) if self.about else ()
        for step in steps:
            lines += map(Content, wrapped(step, width))
        if self.is_desk:
            lines.append(Content())
            for outcome, words in VERDICTS.items():
                lines += _verdict(str(BANNERS[outcome]), words, width)
            lines += _verdict(str(CHECKED_OUT), _OUT, width)
        return [*lines, *([Content()] if steps else []), *self._key_lines()]

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


def _verdict(sign: str, words: str, width: int) -> list[Content]:
    """The sign of a verdict, and next to it what it means and what to do."""
    first, *rest = wrapped(words, max(20, width - _SIGN_WIDTH))
    head = Content.assemble((f"{sign:{_SIGN_WIDTH}}", "bold"), first)
    return [head, *(Content(" " * _SIGN_WIDTH + line) for line in rest)]


def _number(key: str) -> int:
    """Sort F1 to F12 first, by number; the other keys follow in their order."""
    digits = key.partition(",")[0].removeprefix("f")
    return int(digits) if digits.isdecimal() else 99
