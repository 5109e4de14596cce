"""Screen that joins an event: scan or type the code of another desk."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.domain.checkin.code_matching import clean_scan
from kiosk.domain.checkin.keyboard_layouts import LAYOUT_WORDS
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.sharing.joining import Joined, join, parse_addresses
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Job

HINT_S = 20.0
_LOOKING = "Looking for the other desk ..."
_HINT = (
    "Still looking. Is a desk open there, on this network? Type its address (shown under its "
    "code) into the second line, then press Enter. Or connect both to one phone's hotspot, or use "
    "a stick: Esc, ^P, Merge a stick bundle."
)


class JoinScreen(Dialog[Path | None]):
    """Returns the event's file, or None."""

    takes_scans = True
    AUTO_FOCUS = "#join-code"
    BINDINGS = [
        Binding("escape", "back", "Back"),
        Binding("f5", "open", "Open the desk"),
    ]

    def __init__(self, desk: str, event: Path | None = None, code: str = "") -> None:
        """Create the screen.

        Args:
            event: the open event; a new code of the same event creates no second file.
            code: a code that was scanned already.
        """
        super().__init__()
        self.code = code
        self.event = event
        self.desk = desk
        self.joined: Joined | None = None
        self._job: Job[Joined] | None = None
        self._asked: tuple[str, list[str]] = ("", [])
        self._number = 0
        self._began = 0.0

    def compose(self) -> ComposeResult:
        """Code, address for difficult networks, and progress."""
        with Vertical(classes="dialog"):
            yield Static("Join an event that another desk shares", classes="title")
            yield Static("On that desk: ^P, Share. Scan its code here, or type it.")
            yield Input(placeholder="the letters of the code, then Enter", id="join-code")
            yield Input(
                placeholder="its address, only if it is not found (192.168.1.20)",
                id="join-address",
            )
            yield Static("", id="join-said", markup=False)
            yield Hint("Enter join", "Esc back")

    def on_mount(self) -> None:
        """Join at once with a code that was scanned already."""
        if self.code:
            self._take(self.code)

    def _take(self, code: str) -> None:
        self.query_one("#join-code", Input).value = clean_scan(code)
        self._join(code)

    @on(CodeScanned)
    def _scanned(self, message: CodeScanned) -> None:
        message.stop()
        self._take(message.raw)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if self.joined is not None:
            self.action_open()
        else:
            self._join(self.query_one("#join-code", Input).value)

    def _join(self, code: str) -> None:
        typed = self.query_one("#join-address", Input).value.split()
        if self.joined is not None or (self._job is not None and (code, typed) == self._asked):
            return
        if self._job is not None:  # replaced by the new search
            self._job.stop()
        self._asked = (code, typed)
        self._number += 1
        number = self._number
        self._began = monotonic()
        self._say(_LOOKING)

        def work(progress: object) -> Joined:
            return join(
                code,
                target=None,
                known=self.event,
                desk=self.desk,
                addresses=parse_addresses(typed),
                progress=progress,  # type: ignore[arg-type]
            )

        self._job = Job(
            self.app,
            "joining",
            work,
            then=lambda joined: self._done(number, joined),
            failed=lambda error: self._failed(number, error),
            progress=lambda done, total: self._progress(number, done, total),
        )

    def _progress(self, number: int, done: int, total: int | None) -> None:
        if number != self._number or self._job is None:
            return
        if total:
            self._say(f"{done:,} of {total:,} events")
        elif monotonic() - self._began >= HINT_S:
            self._say(_HINT)

    def _say(self, text: str) -> None:
        if self.is_attached:
            self.query_one("#join-said", Static).update(escape_controls(text))

    def _done(self, number: int, joined: Joined) -> None:
        if number != self._number:
            return
        self._job = None
        self.joined = joined
        self.query_one(Hint).say("Enter open the desk", "Esc back")
        self._say(
            f"Joined: {counted(joined.desks, 'desk')}, {counted(joined.people, 'person')}. "
            f"The other screen shows {joined.confirm} too. Enter opens the desk. "
            + " ".join([*joined.notes, *_layout_words(joined.layout)])
        )

    def _failed(self, number: int, error: KioskError) -> None:
        if number != self._number:
            return
        self._job = None
        self._say(full_message(error, DESK))

    def action_open(self) -> None:
        """Open the desk of the joined event."""
        if self.joined is not None:
            self.dismiss(self.joined.event)

    def action_back(self) -> None:
        """Stop a running search and leave."""
        if self._job is not None:
            self._job.stop()
        self.dismiss(self.joined.event if self.joined else None)


def _layout_words(layout: str) -> list[str]:
    """Warn that scanner and keyboard use different layouts, which affects tickets too."""
    if not layout:
        return []
    words = LAYOUT_WORDS.get(layout, layout)
    return [f"The code came as if typed on a {words} keyboard: ^P, Test the scanner."]
