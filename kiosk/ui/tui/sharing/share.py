"""Screens that share the event, and join one with the code of another desk."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from kiosk.domain.checkin.code_matching import clean_scan
from kiosk.domain.checkin.keyboard_layouts import LAYOUT_WORDS
from kiosk.domain.sharing.pairing import grouped
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.event.event import open_event
from kiosk.services.sharing.desks import last_heard, left_behind_text, now_ms
from kiosk.services.sharing.joining import Joined, join, parse_addresses
from kiosk.services.sharing.sharing import ShareInfo, name_desk, qr_lines, share, stop_sharing
from kiosk.support.progress import Progress
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.reasons import ConfirmScreen
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Job, Session

if TYPE_CHECKING:
    from kiosk.ui.tui.printing.print_control import PrintControl
    from kiosk.ui.tui.sharing.sharing_control import SharingControl

LOOK_S = 1.0
_NOT_FOUND = "Not found there? Type this desk's address there, or see ^P, Desks and conflicts."


class ShareScreen(Dialog[None]):
    """Turns sharing on when it opens."""

    HELP = "On the other laptop: Ctrl+P, Join an event; scan this code or type its letters."
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("f2", "new_code", "New code"),
        Binding("f6", "on_paper", "On paper"),
        Binding("f8", "off", "Stop sharing"),
    ]

    def __init__(
        self, session: Session, sharing: SharingControl | None, paper: PrintControl | None
    ) -> None:
        super().__init__()
        self.session = session
        self.sharing = sharing
        self.paper = paper
        self.info: ShareInfo | None = None

    def compose(self) -> ComposeResult:
        """QR code on the left, instructions on the right."""
        with Vertical(classes="dialog wide-auto"):
            yield Static("Share this event", classes="title")
            with Horizontal(id="share-box"):
                yield Static("", id="share-qr", markup=False)
                with Vertical(id="share-right"):
                    yield Static("One moment ...", id="share-words", markup=False)
                    yield StatusLine(id="share-state")
                    yield Static("", id="share-paper", markup=False)
            yield Hint(
                "F6 on paper",
                "F2 another code (laptop lost)",
                "F8 stop sharing",
                "Esc back, stays shared",
            )

    def on_mount(self) -> None:
        """Turn sharing on, and show which desks are here."""
        self.session.ask(share, self.while_open(self._shared), self._failed)
        self.set_interval(LOOK_S, self._look)

    def _look(self) -> None:
        """Show the desks that are here; after some time alone, what to try."""
        state = self.sharing.state if self.sharing else None
        if self.sharing is None or state is None or self.info is None:
            return
        names = ", ".join(escape_controls(desk.name) for desk in state.here)
        alone = f"{last_heard(state, now_ms()) or 'No other desk yet'}."
        if self.sharing.hint():
            alone = f"{alone} {_NOT_FOUND}"
        if not self.sharing.has_network:
            alone = "This laptop is not on a network: connect it, or use a stick (^P)."
        words = f"✓ Here: {names}" if names else alone
        self.say(f"{words}\n{left_behind_text(state.left_behind)}".strip())

    def _shared(self, info: ShareInfo) -> None:
        self.info = info
        letters = grouped(info.code)
        middle = letters.find(" ", len(letters) // 2)
        self.query_one("#share-qr", Static).update("\n".join(qr_lines(info.code)))
        self.query_one("#share-words", Static).update(
            "On the other laptop choose Join (^P)\nand scan this, or type:\n\n"
            f"{letters[:middle]}\n{letters[middle + 1 :]}\n\n"
            f"Both screens show  {info.confirm}\n\n"
            f"This desk: {', '.join(info.addresses[:2])}"
        )
        self._say_paper(info.note)

    def _failed(self, error: KioskError) -> None:
        if self.is_attached:
            self.query_one("#share-words", Static).update(
                escape_controls(full_message(error, DESK))
            )

    def action_on_paper(self) -> None:
        """Print the code on an A4 page, or write a PDF if no printer has A4 paper."""
        info, paper = self.info, self.paper
        if info is None or paper is None:
            return
        from kiosk.services.sharing.share_page import print_share_page

        self.query_one("#share-paper", Static).update("Preparing the page ...")
        paper.decide(
            lambda store, system: print_share_page(store, system, info),
            self._printed,
            lambda error: self._say_paper(full_message(error, DESK)),
        )

    def _printed(self, where: str) -> None:
        words = f"Written to {where}." if where.endswith(".pdf") else f"Sent to {where}."
        self._say_paper(f"✓ {words} Keep it safe: any laptop can join with it.")

    def _say_paper(self, words: str) -> None:
        if self.is_attached:
            self.query_one("#share-paper", Static).update(escape_controls(words))

    def action_new_code(self) -> None:
        """Ask, and create a new code; desks with the old one are locked out."""

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self.session.ask(
                    lambda store: share(store, new_code=True),
                    self.while_open(self._shared),
                    self._failed,
                )

        about = "The other desks are cut off until they join with it. Check-ins are not affected."
        dialog = ConfirmScreen("Make a new code?", about, "Make it", act="make it")
        self.app.push_screen(dialog, answered)

    def action_off(self) -> None:
        """Turn sharing off."""
        self.session.ask(stop_sharing, lambda _: self.dismiss(None), self._failed)


# Join an event.

HINT_S = 20.0
_LOOKING = "Looking for the other desk ..."
_HINT = (
    "Still looking. Is a desk open there, on this network? Type its address (shown under its "
    "code) into the second line, then press Enter. Or connect both to one phone's hotspot, or use "
    "a stick: Esc, ^P, Merge a stick bundle."
)


class JoinScreen(Dialog[Path | None]):
    """Returns the event's file, or None."""

    HELP = (
        "Scan the code of the first laptop, or type its letters. Compare the four digits on "
        "both screens."
    )
    takes_scans = True
    AUTO_FOCUS = "#join-code"
    BINDINGS = [
        Binding("escape", "back", "Back"),
        Binding("f5", "open", "Open the desk"),
    ]

    def __init__(self, event: Path | None = None, code: str = "") -> None:
        """Create the screen.

        Args:
            event: the open event; a new code of the same event creates no second file.
            code: a code that was scanned already.
        """
        super().__init__()
        self.code = code
        self.event = event
        self.joined: Joined | None = None
        self._job: Job[Any] | None = None
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
                placeholder="its address, if it is not found (192.168.1.20)",
                id="join-address",
            )
            yield StatusLine(id="join-said")
            with Horizontal(id="join-named"):
                yield Static("Name of this desk: ")
                yield Input(id="join-name", max_length=60)
            yield Hint("Enter join", "Esc back")

    def on_mount(self) -> None:
        """Join at once with a code that was scanned already."""
        self.query_one("#join-named").display = False
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
        self.say(_LOOKING)

        def work(progress: Progress) -> Joined:
            return join(
                code,
                target=None,
                known=self.event,
                desk=None,
                addresses=parse_addresses(typed),
                progress=progress,
            )

        self._job = self.run_job(
            "joining",
            work,
            lambda joined: self._done(number, joined),
            failed=lambda error: self._failed(number, error),
            progress=lambda done, total: self._progress(number, done, total),
        )

    def _progress(self, number: int, done: int, total: int | None) -> None:
        if number != self._number or self._job is None:
            return
        if total:
            self.say(f"{done:,} of {total:,} events")
        elif monotonic() - self._began >= HINT_S:
            self.say(_HINT)

    def _done(self, number: int, joined: Joined) -> None:
        if number != self._number:
            return
        self._job = None
        self.joined = joined
        self.query_one(Hint).say("Enter open the desk", "Esc back")
        self.say(
            f"Joined: {counted(joined.desks, 'desk')}, {counted(joined.people, 'person')}. "
            f"The other screen shows {joined.confirm} too. Enter opens the desk. "
            + " ".join([*joined.notes, *_layout_words(joined.layout)])
        )
        self.query_one("#join-named").display = True
        field = self.query_one("#join-name", Input)
        field.value = joined.desk
        field.focus()

    def _failed(self, number: int, error: KioskError) -> None:
        if number != self._number:
            return
        self._job = None
        self.say(full_message(error, DESK))

    def action_open(self) -> None:
        """Open the desk of the joined event, with the typed name."""
        joined = self.joined
        if joined is None or self._job is not None:
            return
        name = self.query_one("#join-name", Input).value
        if name.strip() in ("", joined.desk):
            self.dismiss(joined.event)
            return

        def work(_: object) -> str:
            with closing(open_event(joined.event, desk=name)) as store:
                return name_desk(store, name)

        self._job = self.run_job(
            "naming the desk",
            work,
            lambda _: self.dismiss(joined.event),
            failed=lambda error: self._failed(self._number, error),
        )

    def action_back(self) -> None:
        """Stop a running search and leave."""
        if self._job is not None:
            self._job.stop()
        self.dismiss(self.joined.event if self.joined else None)


def _layout_words(layout: str) -> list[str]:
    """Warn that scanner and keyboard use different layouts, which affects tickets too."""
    if not layout:
        return []
    words = LAYOUT_WORDS[layout]
    return [f"The code came as if typed on a {words} keyboard: ^P, Test the scanner."]
