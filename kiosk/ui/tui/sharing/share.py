"""Share this event: the code for other laptops, as a QR and in letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.domain.sharing.pairing import grouped
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.sharing.desks import last_heard
from kiosk.services.sharing.sharing import ShareInfo, qr_lines, share, stop_sharing
from kiosk.storage.file.store import wall_ms
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.ui.tui.printing.print_control import PrintControl
    from kiosk.ui.tui.sharing.sharing_control import SharingControl

LOOK_S = 1.0
_NOT_FOUND = (
    "Not found there? Use one phone's hotspot for all, type this address there, "
    "or take a stick (^P)."
)


class ShareScreen(Dialog[None]):
    """Turns sharing on by being opened."""

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
        """The QR left, what to do right."""
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
        """Turn it on, and see who comes."""
        self.session.ask(share, self._shared, self._failed)
        self.set_interval(LOOK_S, self._look)

    def _look(self) -> None:
        """Who is here by now, and after some time alone what to try."""
        state = self.sharing.state if self.sharing else None
        if self.sharing is None or state is None or self.info is None:
            return
        names = ", ".join(escape_controls(desk.name) for desk in state.here)
        alone = f"{last_heard(state, wall_ms()) or 'No other desk yet'}."
        if self.sharing.hint():
            alone = f"{alone} {_NOT_FOUND}"
        if not self.sharing.has_network:
            alone = "This laptop is on no network: connect it, or take a stick (^P)."
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
            self.query_one("#share-words", Static).update(escape_controls(str(error)))

    def action_on_paper(self) -> None:
        """The same on an A4 page: from the printer, or as a PDF where none has sheets."""
        info, paper = self.info, self.paper
        if info is None or paper is None:
            return
        from kiosk.services.sharing.share_page import print_share_page

        self.query_one("#share-paper", Static).update("Being drawn ...")
        paper.decide(
            lambda store, system: print_share_page(store, system, info),
            self._printed,
            self._not_printed,
        )

    def _printed(self, where: str) -> None:
        words = f"Written to {where}." if where.endswith(".pdf") else f"On its way to {where}."
        self._say_paper(f"✓ {words} It lets in whoever has it.")

    def _not_printed(self, error: KioskError) -> None:
        self._say_paper(str(error))

    def _say_paper(self, words: str) -> None:
        if self.is_attached:
            self.query_one("#share-paper", Static).update(escape_controls(words))

    def action_new_code(self) -> None:
        """Who has only the old code is out; the log stays."""
        self.session.ask(lambda store: share(store, new_code=True), self._shared, self._failed)

    def action_off(self) -> None:
        """Work alone from now on."""
        self.session.ask(stop_sharing, self._stopped, self._failed)

    def _stopped(self, _: None) -> None:
        self.dismiss(None)
