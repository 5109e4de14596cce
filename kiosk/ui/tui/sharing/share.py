"""Screen that shares the event and shows its code as QR code and letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.domain.sharing.pairing import grouped
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.sharing.desks import last_heard, now_ms
from kiosk.services.sharing.sharing import ShareInfo, qr_lines, share, stop_sharing
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.ui.tui.printing.print_control import PrintControl
    from kiosk.ui.tui.sharing.sharing_control import SharingControl

LOOK_S = 1.0
_NOT_FOUND = (
    "Not found there? Use one phone's hotspot for all, type this address there, "
    "or use a stick (^P)."
)


class ShareScreen(Dialog[None]):
    """Turns sharing on when it opens."""

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
                    yield Static("", id="share-state", markup=False)
                    yield Static("", id="share-paper", markup=False)
            yield Hint(
                "F6 on paper", "F2 another code (laptop lost)", "F8 stop sharing", "Esc back"
            )

    def on_mount(self) -> None:
        """Turn sharing on, and show which desks are here."""
        self.session.ask(share, self._shared, self._failed)
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
        self._say(f"✓ Here: {names}" if names else alone)

    def _say(self, words: str) -> None:
        if self.is_attached:
            self.query_one("#share-state", Static).update(words)

    def _shared(self, info: ShareInfo) -> None:
        if not self.is_attached:
            return
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
            self._not_printed,
        )

    def _printed(self, where: str) -> None:
        words = f"Written to {where}." if where.endswith(".pdf") else f"Sent to {where}."
        self._say_paper(f"✓ {words} Keep it safe: any laptop can join with it.")

    def _not_printed(self, error: KioskError) -> None:
        self._say_paper(full_message(error, DESK))

    def _say_paper(self, words: str) -> None:
        if self.is_attached:
            self.query_one("#share-paper", Static).update(escape_controls(words))

    def action_new_code(self) -> None:
        """Create a new code; desks with the old one are locked out."""
        self.session.ask(lambda store: share(store, new_code=True), self._shared, self._failed)

    def action_off(self) -> None:
        """Turn sharing off."""
        self.session.ask(stop_sharing, self._stopped, self._failed)

    def _stopped(self, _: None) -> None:
        self.dismiss(None)
