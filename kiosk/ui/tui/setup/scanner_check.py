"""The scanner's test: each code of the page that is scanned, and what it tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from kiosk.domain.setup.scanner_check import (
    PROBES,
    Finding,
    KeyArrival,
    ScannerReport,
    diagnose,
    read_keys,
)
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.setup.scanner import note_scanner_test, write_test_page
from kiosk.storage.file.store import Store
from kiosk.ui.tui.dialogs.dialog import AnswerScreen
from kiosk.ui.tui.widgets.cells import fit
from kiosk.ui.tui.widgets.key_bar import KeyBar
from kiosk.ui.tui.worker import Session

QUIET_S = 0.35
"""So long after its last key a scan is over: longer than any gap worth speaking of."""
_ENDS = {"enter": "Enter", "ctrl+m": "Enter", "ctrl+j": "line feed", "tab": "Tab"}
_FEWEST = 3
"""Keys of a scan: fewer are a person's."""


class ScannerTestScreen(AnswerScreen[bool | None]):
    """Answers whether the scanner is one that kiosk copes with; None when none was tested.

    All keys come here before anything else looks at them, so that nothing of a scan is lost or
    taken for a command.
    """

    BINDINGS = [
        Binding("f2", "page", "Write the page", tooltip="A PDF with codes to scan"),
        Binding("f8", "again", "Begin again", tooltip="Another scanner"),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(self, event: Path, desk: str) -> None:
        super().__init__()
        self.event = event
        self.desk = desk
        self.report = ScannerReport()
        self.last: Finding | None = None
        self._keys: list[events.Key] = []
        self._timer: Timer | None = None
        self._session: Session | None = None
        self._said = ""
        self._is_error = False

    def compose(self) -> ComposeResult:
        """The steps, what the last scan told, keys."""
        yield Static("Test the scanner", id="scanner-head", markup=False)
        yield Static("", id="scanner-steps", markup=False)
        yield Static("", id="scanner-found", markup=False)
        yield Static("", id="scanner-said", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Wait for the first scan."""
        app: Any = self.app
        self._session = Session(
            app, lambda: Store.open(self.event, desk=self.desk), self._failed, "kiosk-scanner"
        )
        self._session.start()
        shown = [(binding, True) for binding in self.BINDINGS if isinstance(binding, Binding)]
        self.query_one(KeyBar).show(shown)
        self._paint()

    def on_unmount(self) -> None:
        """Let go of the event."""
        if self._session is not None:
            self._session.close(timeout_s=1.0)

    # keys

    def takes_key(self, event: events.Key) -> None:
        """A key, as it arrived, before any other part of the program."""
        if not self._keys and event.key in ("f2", "f8"):  # nothing that a code begins with
            self._pressed(event.key)
            return
        self._keys.append(event)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(QUIET_S, self._over)

    def _over(self) -> None:
        keys, self._keys = self._keys, []
        if len(keys) >= _FEWEST:
            self._scanned(keys)
            return
        for key in keys:
            self._pressed(key.key)

    def _pressed(self, key: str) -> None:
        """A person's key."""
        actions = {"f2": self.action_page, "f8": self.action_again, "escape": self.action_leave}
        if key in actions:
            actions[key]()
        elif key == "ctrl+q":
            self.app.call_later(self.app.action_quit)

    def _scanned(self, keys: list[events.Key]) -> None:
        arrivals = [
            KeyArrival(key.time, "" if key.key in _ENDS else _char(key), _ENDS.get(key.key, ""))
            for key in keys
        ]
        self.last = diagnose(read_keys(arrivals))
        self.report = self.report.with_finding(self.last)
        self._said = ""
        report, session = self.report, self._session
        if session is not None and report.findings:
            session.ask(lambda store: note_scanner_test(store, report))
        self._paint()

    # what is on the screen

    def _paint(self) -> None:
        self.query_one("#scanner-steps", Static).update(self._steps())
        found = self.query_one("#scanner-found", Static)
        tone, content = self._found()
        for name in ("quiet", "success", "error"):
            found.set_class(name == tone, f"-{name}")
        found.update(content)
        said = self.query_one("#scanner-said", Static)
        said.set_class(self._is_error, "-error")
        said.update(escape_controls(self._said))

    def _steps(self) -> Content:
        lines = [Content("Scan the codes of the printed page, from the top. F2 writes the page.")]
        for probe in PROBES:
            finding = self.report.finding(probe.step)
            sign, style = "·", "dim"
            if finding and finding.is_good:
                sign, style = "✓", "bold $text-success"
            elif finding:
                sign, style = "✗", "bold $text-error"
            words = "not scanned yet" if finding is None else "kiosk copes"
            if finding and not finding.is_good:
                words = finding.advice()[0].problem
            words = fit(escape_controls(words), max(20, self.size.width - 28))
            lines.append(
                Content.assemble(
                    (f"  {sign} ", style),
                    (f"{probe.step} {probe.title:<20}", "bold" if finding else ""),
                    (words, "dim" if finding is None else ""),
                )
            )
        return Content("\n").join(lines)

    def _found(self) -> tuple[str, Content]:
        finding = self.last
        if finding is None:
            return "quiet", Content("Waiting for a scan ...")
        advice = finding.advice()
        facts = "; ".join(escape_controls(fact) for fact in finding.facts())
        facts = f"{facts[:1].upper()}{facts[1:]}." if facts else ""
        if finding.is_good:
            words = "✓ ALL FINE" if not finding.layout else "✓ KIOSK COPES WITH IT"
            hint = "" if finding.arrival.end else " Enter at the end would be a little faster."
            return "success", Content.assemble((words, "bold"), f"\n{facts}{hint}")
        lines = [
            Content.styled("✗ CHANGE THE SCANNER" if finding.step else "? NOT THE PAGE", "bold")
        ]
        if facts:
            lines.append(Content(facts))
        lines += [Content(escape_controls(f"{item.problem} {item.change}")) for item in advice]
        return "error", Content("\n").join(lines)

    def _failed(self, error: KioskError) -> None:
        if self.is_attached:
            self._said, self._is_error = str(error), True
            self._paint()

    # actions

    def action_page(self) -> None:
        """Write the page, to be printed."""
        session = self._session
        if session is not None:
            self._said, self._is_error = "The page is being drawn ...", False
            self._paint()
            session.ask(write_test_page, self._written)

    def _written(self, file: Path) -> None:
        if self.is_attached:
            self._said, self._is_error = f"Print this page, at full size: {file}", False
            self._paint()

    def action_again(self) -> None:
        """Another scanner: nothing is known yet."""
        self.report, self.last, self._said = ScannerReport(), None, ""
        self._paint()

    def action_leave(self) -> None:
        """Back; what was found is remembered."""
        self.dismiss(self.report.copes if self.report.findings else None)


def _char(key: events.Key) -> str:
    character = key.character or ""
    return character if len(character) == 1 and character not in "\b\x1b\x7f" else ""
