"""What happened at the desks, newest first."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.checkin import Direction, Outcome
from kiosk.domain.text import visible
from kiosk.domain.wording import banner
from kiosk.errors import KioskError
from kiosk.services.activity import ActivityLine, recent_activity, undo_scan
from kiosk.services.help_desk import HelpRequest, recent_requests
from kiosk.services.pins import undo_needs_pin
from kiosk.storage.store import Store
from kiosk.tui.session import Session
from kiosk.tui.views.card import short_list_name
from kiosk.tui.widgets.hint import Hint
from kiosk.tui.widgets.result_banner import fit

SHOWN = 200


class ActivityScreen(ModalScreen[None]):
    """Scans of all desks; an admission can be taken back from here."""

    BINDINGS = [
        Binding("escape,f9", "dismiss(None)", "Back"),
        Binding("f8", "undo", "Undo"),
    ]

    def __init__(self, session: Session, *, scan_only: bool = False) -> None:
        super().__init__()
        self.scan_only = scan_only
        self.session = session
        self.lines: list[ActivityLine | HelpRequest] = []

    def compose(self) -> ComposeResult:
        """A line a scan."""
        with Vertical(classes="dialog wide"):
            yield Static("Activity, newest first", classes="title")
            yield OptionList(id="activity")
            if self.scan_only:
                yield Hint("Esc back", about="At a desk for scanning nothing is taken back here.")
            else:
                yield Hint("F8 take the lit one back", "Esc back")
            yield Static("", id="form-error", classes="error", markup=False)

    def on_mount(self) -> None:
        """Read it."""
        self._load()

    def _load(self) -> None:
        self.session.ask(_story, self._loaded)

    def _loaded(self, lines: list[ActivityLine | HelpRequest]) -> None:
        self.lines = lines
        self.query_one("#form-error", Static).update("")
        options = self.query_one(OptionList)
        lit = options.highlighted or 0
        options.clear_options()
        options.add_options([Option(_line(line)) for line in lines])
        if lines:
            options.highlighted = min(lit, len(lines) - 1)

    def action_undo(self) -> None:
        """Take the lit admission back."""
        index = self.query_one(OptionList).highlighted
        if index is None or not self.lines or self.scan_only:
            return
        line = self.lines[index]
        if isinstance(line, HelpRequest):
            self._failed(_NOT_A_SCAN)
            return
        row = line.scan
        if row.outcome != Outcome.OK or row.undone:
            self._failed(_NOTHING_STANDS)
            return
        from kiosk.tui.screens.pin import ask_permission
        from kiosk.tui.screens.reason import UNDO_REASONS, ReasonScreen

        def undo(reason: str | None) -> None:
            if reason:
                self.session.ask(
                    lambda store: undo_scan(store, row, reason=reason),
                    lambda _: self._load(),
                    self._failed,
                )

        def ask_why() -> None:
            title = f"Take back: {visible(line.name)}?"
            dialog = ReasonScreen(title, _what(line), UNDO_REASONS, act="take back")
            self.app.push_screen(dialog, undo)

        why = "Taking back what is some minutes old needs it."
        ask_permission(
            self.app, self.session, lambda store: undo_needs_pin(store, row), why, ask_why
        )

    def _failed(self, error: KioskError) -> None:
        self.query_one("#form-error", Static).update(visible(str(error)))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()


_NOTHING_STANDS = KioskError(
    "nothing_to_undo",
    "Only an entry or exit that stands can be taken back.",
    saved="Nothing was changed.",
)
_NOT_A_SCAN = KioskError(
    "nothing_to_undo",
    "This is about the help desk, no check-in.",
    saved="Nothing was changed.",
    next_step="^G at the desk shows who waits there.",
)


def _story(store: Store) -> list[ActivityLine | HelpRequest]:
    """Scans, and the newest word on each person sent to the help desk, newest first."""
    lines: list[ActivityLine | HelpRequest] = [*recent_activity(store, SHOWN)]
    lines += recent_requests(store, SHOWN)
    return sorted(lines, key=_at_ms, reverse=True)[:SHOWN]


def _at_ms(line: ActivityLine | HelpRequest) -> int:
    return line.row.at_ms if isinstance(line, HelpRequest) else line.scan.at_ms


def _line(line: ActivityLine | HelpRequest) -> Content:
    return _help_line(line) if isinstance(line, HelpRequest) else _scan_line(line)


def _help_line(line: HelpRequest) -> Content:
    at = datetime.fromtimestamp(line.row.at_ms / 1000, line.zone)
    words = "⚑ HELP DESK" if line.row.waits else "✓ SETTLED"
    return Content.assemble(
        (f"{at:%a %H:%M:%S} ", "dim"),
        f"{words:<18} ",
        (visible(line.label), "bold"),
        (f"  {visible(line.row.note)} · {visible(line.row.desk)}", "dim"),
    )


def _scan_line(line: ActivityLine) -> Content:
    scan = line.scan
    at = datetime.fromtimestamp(scan.at_ms / 1000, line.zone)
    sign = banner(Outcome(scan.outcome), Direction(scan.direction))
    undone = "↶ undone  " if scan.undone else ""  # before the name, which may be long
    reason = f"  ({visible(scan.reason)})" if scan.reason else ""
    who = visible(line.name) if line.name else fit(visible(scan.code), 24)
    return Content.assemble(
        (f"{at:%a %H:%M:%S} ", "dim"),
        (f"{sign!s:<18} ", ""),
        undone,
        (who, "bold"),
        (f"  {short_list_name(line.list_name)} · {visible(scan.desk)}{reason}", "dim"),
    )


def _what(line: ActivityLine) -> str:
    """`✓ CHECKED IN, Sat 09:41 on “Day 1”, Desk 2`."""
    at = datetime.fromtimestamp(line.scan.at_ms / 1000, line.zone)
    sign = banner(Outcome(line.scan.outcome), Direction(line.scan.direction))
    where = f"“{short_list_name(line.list_name)}”, {visible(line.scan.desk)}"
    return f"{sign}, {at:%a %H:%M} on {where}"
