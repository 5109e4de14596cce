"""The scanner test: reads each code of the test page and shows the problem."""

from __future__ import annotations

from pathlib import Path

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
from kiosk.services.setup.ready import note_scanner_test, write_test_page
from kiosk.ui.tui.dialogs.dialog import EventScreen
from kiosk.ui.tui.widgets.charts import fit
from kiosk.ui.tui.widgets.key_bar import KeyBar, StatusLine, shown_keys

QUIET_S = 0.35
"""A scan has ended when no key follows for this long."""
_ENDS = {"enter": "Enter", "ctrl+m": "Enter", "ctrl+j": "line feed", "tab": "Tab"}
_FEWEST = 3
"""A scan has at least this many keys; fewer were typed."""


class ScannerTestScreen(EventScreen[bool | None]):
    """Answers whether the scanner works with kiosk; None when none was tested.

    The screen gets all keys before the rest of the program, so that no key of a scan is lost or
    read as a command.
    """

    HELP = "Print the page of codes and scan them one by one. The result says what to change."
    BINDINGS = [
        Binding("f2", "page", "Write the page", tooltip="A PDF with codes to scan"),
        Binding("f8", "again", "Start again", tooltip="Another scanner"),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(self, event: Path, desk: str) -> None:
        super().__init__(event, desk)
        self.report = ScannerReport()
        self.last: Finding | None = None
        self._keys: list[events.Key] = []
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The steps, the result of the last scan, the last action, the keys."""
        yield Static("Test the scanner", id="scanner-head", markup=False)
        yield Static("", id="scanner-steps", markup=False)
        yield Static("", id="scanner-found", markup=False)
        yield StatusLine(id="scanner-said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Wait for the first scan."""
        self.query_one(KeyBar).show(shown_keys(self))
        self._show()

    # keys

    def takes_key(self, event: events.Key) -> None:
        """Take a key before any other part of the program."""
        if not self._keys and event.key in ("f1", "f2", "f8"):  # no code begins with these
            self._pressed(event.key)
            return
        self._keys.append(event)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(QUIET_S, self._scan_ended)

    def _scan_ended(self) -> None:
        keys, self._keys = self._keys, []
        if {key.key for key in keys} == {"escape"}:  # pressed again and again, or held down
            self.action_leave()
        elif len(keys) >= _FEWEST:
            self._scanned(keys)
        elif len(keys) == 1:  # more at scanner speed are a short code, which may contain keys
            self._pressed(keys[0].key)

    def _pressed(self, key: str) -> None:
        """Run the action of a key that a person pressed."""
        actions = {"f1": "app.help", "f2": "page", "f8": "again", "ctrl+q": "app.quit"}
        if key in actions:
            self.call_later(self.run_action, actions[key])

    def _scanned(self, keys: list[events.Key]) -> None:
        arrivals = [
            KeyArrival(key.time, "" if key.key in _ENDS else _char(key), _ENDS.get(key.key, ""))
            for key in keys
        ]
        self.last = diagnose(read_keys(arrivals))
        self.report = self.report.with_finding(self.last)
        self.say("")
        report = self.report
        if report.findings:
            self.session.ask(lambda store: note_scanner_test(store, report))
        self._show()

    # drawing

    def _show(self) -> None:
        self.query_one("#scanner-steps", Static).update(self._steps())
        found = self.query_one("#scanner-found", Static)
        tone, content = self._result()
        for name in ("quiet", "success", "error"):
            found.set_class(name == tone, f"-{name}")
        found.update(content)

    def _steps(self) -> Content:
        lines = [Content("Scan the codes of the printed page, from the top. F2 writes the page.")]
        for probe in PROBES:
            finding = self.report.finding(probe.step)
            sign, style = "·", "dim"
            if finding and finding.is_good:
                sign, style = "✓", "bold $text-success"
            elif finding:
                sign, style = "✗", "bold $text-error"
            result = "not scanned yet" if finding is None else "works"
            if finding and not finding.is_good:
                result = finding.advice()[0].problem
            result = fit(escape_controls(result), max(20, self.size.width - 28))
            lines.append(
                Content.assemble(
                    (f"  {sign} ", style),
                    (f"{probe.step} {probe.title:<20}", "bold" if finding else ""),
                    (result, "dim" if finding is None else ""),
                )
            )
        return Content("\n").join(lines)

    def _result(self) -> tuple[str, Content]:
        finding = self.last
        if finding is None:
            return "quiet", Content("Waiting for a scan ...")
        advice = finding.advice()
        facts = "; ".join(escape_controls(fact) for fact in finding.facts())
        facts = f"{facts[:1].upper()}{facts[1:]}." if facts else ""
        if finding.is_good:
            hint = "" if finding.arrival.end else " Enter at the end would be a little faster."
            return "success", Content.assemble(("✓ WORKS", "bold"), f"\n{facts}{hint}")
        lines = [Content.styled("✗ CHANGE THE SCANNER" if finding.step else "? OTHER CODE", "bold")]
        if facts:
            lines.append(Content(facts))
        lines += [Content(escape_controls(f"{item.problem} {item.change}")) for item in advice[:1]]
        return "error", Content("\n").join(lines)

    # actions

    def action_page(self) -> None:
        """Write the test page as a PDF."""
        self.say("The page is being drawn ...")
        self.session.ask(
            write_test_page, lambda file: self.say(f"Print this page, at full size: {file}")
        )

    def action_again(self) -> None:
        """Start again, with another scanner."""
        self.report, self.last = ScannerReport(), None
        self.say("")
        self._show()

    def action_leave(self) -> None:
        """Close the screen; the result is remembered."""
        self.dismiss(self.report.copes if self.report.findings else None)


def _char(key: events.Key) -> str:
    character = key.character or ""
    return character if len(character) == 1 and character not in "\b\x1b\x7f" else ""
