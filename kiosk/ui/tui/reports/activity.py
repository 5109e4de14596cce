"""What happened at the desks, newest first."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import banner
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import ActivityLine, recent_activity, undo_scan
from kiosk.services.checkin.pins import undo_needs_pin
from kiosk.services.people.help_desk import HelpRequest, recent_requests
from kiosk.storage.file.store import Store
from kiosk.storage.log.reader import last_event
from kiosk.ui.tui.desk.card import short_list_name
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.cells import fit
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Session

SHOWN = 200
LOOK_S = 1.0
Lines = list[ActivityLine | HelpRequest]


class ActivityScreen(Dialog[None]):
    """Scans of all desks; an admission can be taken back from here."""

    BINDINGS = [
        Binding("escape,f9", "dismiss(None)", "Back"),
        Binding("f8", "undo", "Undo"),
    ]

    def __init__(self, session: Session, *, scan_only: bool = False) -> None:
        super().__init__()
        self.scan_only = scan_only
        self.session = session
        self.lines: Lines = []
        self._read_to = -1
        """The place in the log of the newest event that is shown."""

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
        """Read it, and again each second: people come in meanwhile, at other desks too."""
        self.set_interval(LOOK_S, self._look)
        self._look()

    def _look(self) -> None:
        read_to = self._read_to
        self.session.ask(lambda store: _news(store, read_to), self._show)

    def _show(self, news: tuple[int, Lines] | None) -> None:
        if news is None or not self.is_attached:
            return
        lit = self._lit()
        options = self.query_one(OptionList)
        index = options.highlighted or 0
        self._read_to, self.lines = news
        options.clear_options()
        options.add_options([Option(_line(line)) for line in self.lines])
        places = [_place(line) for line in self.lines]
        if lit is not None and _place(lit) in places:
            index = places.index(_place(lit))  # the key meant for it must not meet another one
        if places:
            options.highlighted = min(index, len(places) - 1)

    def _lit(self) -> ActivityLine | HelpRequest | None:
        index = self.query_one(OptionList).highlighted
        return self.lines[index] if index is not None and index < len(self.lines) else None

    def _taken_back(self, _: object) -> None:
        self.query_one("#form-error", Static).update("")
        self._look()

    def action_undo(self) -> None:
        """Take the lit admission back."""
        line = self._lit()
        if line is None or self.scan_only:
            return
        if isinstance(line, HelpRequest):
            self._failed(_NOT_A_SCAN)
            return
        row = line.scan
        if row.outcome != Outcome.OK or row.undone:
            self._failed(_NOTHING_STANDS)
            return
        from kiosk.ui.tui.dialogs.pin import ask_permission
        from kiosk.ui.tui.dialogs.reasons import UNDO_REASONS, ReasonScreen

        def undo(reason: str | None) -> None:
            if reason:
                self.session.ask(
                    lambda store: undo_scan(store, row, reason=reason),
                    self._taken_back,
                    self._failed,
                )

        def ask_why() -> None:
            title = f"Take back: {escape_controls(line.name)}?"
            dialog = ReasonScreen(title, _what(line), UNDO_REASONS, act="take back")
            self.app.push_screen(dialog, undo)

        why = "Taking back what is some minutes old needs it."
        ask_permission(
            self.app, self.session, lambda store: undo_needs_pin(store, row), why, ask_why
        )

    def _failed(self, error: KioskError) -> None:
        self.query_one("#form-error", Static).update(escape_controls(str(error)))

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


def _news(store: Store, read_to: int) -> tuple[int, Lines] | None:
    """All of it anew, and how far the log is; None where nothing was written behind a place."""
    place = last_event(store.connection)
    return None if place == read_to else (place, _story(store))


def _place(line: ActivityLine | HelpRequest) -> tuple[str, ...]:
    """What stays the same of a line when others come."""
    if isinstance(line, HelpRequest):
        return ("help", line.row.attendee_id)
    return (line.scan.log_id, str(line.scan.seq))


def _story(store: Store) -> Lines:
    """Scans, and the newest word on each person sent to the help desk, newest first."""
    lines: Lines = [*recent_activity(store, SHOWN)]
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
        (escape_controls(line.label), "bold"),
        (f"  {escape_controls(line.row.note)} · {escape_controls(line.row.desk)}", "dim"),
    )


def _scan_line(line: ActivityLine) -> Content:
    scan = line.scan
    at = datetime.fromtimestamp(scan.at_ms / 1000, line.zone)
    sign = banner(Outcome(scan.outcome), Direction(scan.direction))
    undone = "↶ undone  " if scan.undone else ""  # before the name, which may be long
    reason = f"  ({escape_controls(scan.reason)})" if scan.reason else ""
    who = escape_controls(line.name) if line.name else fit(escape_controls(scan.code), 24)
    return Content.assemble(
        (f"{at:%a %H:%M:%S} ", "dim"),
        (f"{sign!s:<18} ", ""),
        undone,
        (who, "bold"),
        (f"  {short_list_name(line.list_name)} · {escape_controls(scan.desk)}{reason}", "dim"),
    )


def _what(line: ActivityLine) -> str:
    """`✓ CHECKED IN, Sat 09:41 on “Day 1”, Desk 2`."""
    at = datetime.fromtimestamp(line.scan.at_ms / 1000, line.zone)
    sign = banner(Outcome(line.scan.outcome), Direction(line.scan.direction))
    where = f"“{short_list_name(line.list_name)}”, {escape_controls(line.scan.desk)}"
    return f"{sign}, {at:%a %H:%M} on {where}"
