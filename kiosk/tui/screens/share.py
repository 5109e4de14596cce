"""Share this event: the code for other laptops, as a QR and in letters."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from kiosk.domain.pairing import grouped
from kiosk.domain.text import visible
from kiosk.errors import KioskError
from kiosk.services.pairing_qr import qr_lines
from kiosk.services.sharing import ShareInfo, share, stop_sharing
from kiosk.tui.session import Session


class ShareScreen(ModalScreen[None]):
    """Turns sharing on by being opened."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("f2", "new_code", "New code"),
        Binding("f8", "off", "Stop sharing"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def compose(self) -> ComposeResult:
        """The QR left, what to do right."""
        with Vertical(classes="dialog wide-auto"):
            yield Static("Share this event", classes="title")
            with Horizontal(id="share-box"):
                yield Static("", id="share-qr", markup=False)
                yield Static("One moment ...", id="share-words", markup=False)
            yield Static(
                "F2 another code (a laptop was lost)  F8 stop sharing  Esc back", classes="hint"
            )

    def on_mount(self) -> None:
        """Turn it on."""
        self.session.ask(share, self._shared, self._failed)

    def _shared(self, info: ShareInfo) -> None:
        if not self.is_attached:
            return
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
            self.query_one("#share-words", Static).update(visible(str(error)))

    def action_new_code(self) -> None:
        """Who has only the old code is out; the log stays."""
        self.session.ask(lambda store: share(store, new_code=True), self._shared, self._failed)

    def action_off(self) -> None:
        """Work alone from now on."""
        self.session.ask(stop_sharing, self._stopped, self._failed)

    def _stopped(self, _: None) -> None:
        self.dismiss(None)
