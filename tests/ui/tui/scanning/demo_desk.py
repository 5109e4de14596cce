"""A small desk for the pty tests: writes down what reaches it. Usage: demo_desk.py LOG

F2 opens a dialog with a form field and a button, F3 holds the event loop for 1.5 s, F4 moves to
the form field of the desk, F5 to its scan field, F6 writes down what the form fields hold.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.ui.cli.streams import draw_often

draw_often(os.environ)

from textual import on  # noqa: E402
from textual.binding import Binding  # noqa: E402
from textual.screen import ModalScreen  # noqa: E402
from textual.widgets import Button, Input, Static  # noqa: E402

from kiosk.ui.tui.input.messages import CodeScanned, ScanSource  # noqa: E402
from kiosk.ui.tui.widgets.scan_input import ScanInput  # noqa: E402
from tests.ui.tui.scanning.scanning_app import ScanningApp  # noqa: E402

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Form(ModalScreen[None]):
    """A dialog that asks for a name."""

    def compose(self) -> ComposeResult:
        """A field and a button."""
        yield Static("FORM-OPEN")
        yield Input(id="name")
        yield Button("Save", id="save")

    @on(Button.Pressed)
    def save(self) -> None:
        """Note that the button was pressed."""
        assert isinstance(self.app, DemoDesk)
        self.app.note("button", "")


class DemoDesk(ScanningApp):
    """Notes every scan, typed text and form value, in the order they reach the app."""

    BINDINGS = [
        ("f2", "open_form"),
        ("f3", "hold"),
        ("f4", "go('#other')"),
        ("f5", "go('#scan')"),
        Binding("f6", "note_forms", priority=True),
    ]

    def compose(self) -> ComposeResult:
        """The scan field and another one."""
        yield Static("DESK-READY")
        yield ScanInput(id="scan")
        yield Input(id="other")
        yield Static("", id="verdict", markup=False)

    def on_mount(self) -> None:
        """Start in the scan field."""
        self.noted = 0
        self.query_one("#scan").focus()

    def note(self, kind: str, text: str, **more: str) -> None:
        """Write a line to the log at once."""
        with Path(sys.argv[1]).open("a", encoding="utf-8") as log:
            log.write(json.dumps({"kind": kind, "text": text, **more}) + "\n")

    @on(CodeScanned)
    def scanned(self, scan: CodeScanned) -> None:
        """Note and show a scan."""
        self.note("scan", scan.code, source=scan.source)
        self.noted += 1
        verdict = self.screen_stack[0].query_one("#verdict", Static)
        verdict.update(f"VERDICT-{self.noted}-{scan.code}-END", layout=False)

    @on(ScanInput.Submitted)
    def typed(self, typed: ScanInput.Submitted) -> None:
        """Note typed text."""
        self.note("typed", typed.text, source=ScanSource.TYPED)

    def action_open_form(self) -> None:
        """Open the dialog."""
        self.push_screen(Form())

    def action_hold(self) -> None:
        """Be busy in the UI thread, as a slow disk would make it."""
        self.note("held", "")
        time.sleep(1.5)

    def action_go(self, where: str) -> None:
        """Move the focus."""
        self.screen_stack[0].query_one(where).focus()
        self.note("focus", where)

    def action_note_forms(self) -> None:
        """Note what the fields hold now."""
        values = [field.value for screen in self.screen_stack for field in screen.query(Input)]
        self.note("fields", "|".join(values))


if __name__ == "__main__":
    DemoDesk().run()
