"""Screen that merges a stick bundle into the open event, or creates an event from it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.event.event import open_event
from kiosk.services.sharing.bundle import (
    BundleMerge,
    create_from_bundle,
    merge_bundle,
    merge_sentences,
)
from kiosk.support.progress import Progress
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Job

_ASK = (
    "The desk that wrote the bundle shows the code: ^P, Share this event. Scan it here, or type "
    "its letters."
)


class MergeScreen(Dialog[BundleMerge | None]):
    """Returns the result, or None. Starts at once."""

    HELP = "Adds the check-ins and changes of another desk. Nothing is counted twice."
    takes_scans = True
    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("enter", "go_on", "Back"),
        Binding("f2", "accept_old_code", "Merge anyway"),
    ]

    def __init__(self, bundle: Path, event: Path | None, desk: str) -> None:
        """`event`: None creates an event file from the bundle."""
        super().__init__()
        self.bundle = bundle
        self.event = event
        self.desk = desk
        self.result: BundleMerge | None = None
        self._job: Job[BundleMerge] | None = None
        self._code: str | None = None
        self._has_old_code = False
        """A person has to confirm the bundle: it was written with the old code."""

    def compose(self) -> ComposeResult:
        """File name, progress, and an input for the code if it is needed."""
        with Vertical(classes="dialog"):
            yield Static(
                f"Merge {escape_controls(self.bundle.name)}", classes="title", markup=False
            )
            yield StatusLine(id="merge-said")
            code = Input(placeholder="the letters of the code, then Enter", id="merge-code")
            code.display = False
            yield code
            yield Hint("Esc stop", id="merge-keys")

    def on_mount(self) -> None:
        """Start the merge."""
        self._merge(None)

    def _merge(self, code: str | None, *, accept_old_code: bool = False) -> None:
        if self._job is not None or self.result is not None:
            return
        self._code = code

        def work(progress: Progress) -> BundleMerge:
            if self.event is None:
                return create_from_bundle(
                    self.bundle, None, code=code, desk=self.desk, progress=progress
                )
            with closing(open_event(self.event, desk=self.desk)) as store:
                return merge_bundle(
                    store,
                    self.bundle,
                    code=code,
                    accept_old_code=accept_old_code,
                    progress=progress,
                )

        self.say("Reading ...")
        self._job = self.run_job(
            "merging",
            work,
            self._merged,
            failed=self._failed,
            progress=lambda done, total: self.say(f"{done:,} of {total or 0:,} events ..."),
        )

    def _merged(self, result: BundleMerge) -> None:
        self._job = None
        self.result = result
        self.query_one("#merge-code", Input).display = False
        sentences = merge_sentences(result, where="^P, Desks and conflicts")
        self.say("✓ " + "\n\n".join(sentences))
        opens = "Enter open the desk" if result.created else "Enter back to the desk"
        self.query_one("#merge-keys", Hint).say(opens)
        self.set_focus(None)

    def _failed(self, error: KioskError) -> None:
        self._job = None
        self._has_old_code = error.code == "old_code"
        keys = ["F2 merge anyway"] if self._has_old_code else []
        self.query_one("#merge-keys", Hint).say(*keys, "Esc back")
        if error.code in ("code_missing", "wrong_code", "bad_code"):
            asks = error.code != "bad_code"
            words = f"{error.problem} {error.saved} {_ASK}"
            self.say(words if asks else full_message(error, DESK))
            field = self.query_one("#merge-code", Input)
            field.display = True
            field.focus()
        else:
            self.say(full_message(error, DESK))

    @on(CodeScanned)
    def _scanned(self, message: CodeScanned) -> None:
        """Use the scan as the code if one is needed; else pass it to the desk below."""
        message.stop()
        if self.query_one("#merge-code", Input).display:
            self._merge(message.raw)
            return
        if (desk := self.scan_taker_below) is not None:
            desk.post_message(message)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if message.value.strip():
            self._merge(message.value)

    def action_accept_old_code(self) -> None:
        """Merge the bundle that was written with the old code."""
        if self._has_old_code:
            self._has_old_code = False
            self._merge(self._code, accept_old_code=True)

    def action_go_on(self) -> None:
        """Go back to the desk after the merge."""
        if self.result is not None:
            self.dismiss(self.result)

    def action_leave(self) -> None:
        """Stop a running merge, else leave. Merged events stay; the next merge adds the rest."""
        if self._job is not None:
            self._job.stop()
        else:
            self.dismiss(self.result)
