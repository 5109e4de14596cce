"""Screens with the activity of all desks and the people at the help desk."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from kiosk.domain.checkin.privileges import undo_need
from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.domain.checkin.words import banner
from kiosk.domain.datetimes import clock_words
from kiosk.domain.text import escape_controls
from kiosk.errors import Action, KioskError
from kiosk.services.checkin.activity import Activity, ActivityLine, activity_since, undo_scan
from kiosk.services.people.help_desk import HelpRequest, settle_help, waiting_people
from kiosk.ui.tui.desk.card import short_list_name
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.pin import Permission
from kiosk.ui.tui.dialogs.reasons import UNDO_REASONS, ReasonScreen
from kiosk.ui.tui.widgets.charts import fit
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Session

SHOWN = 200
REFRESH_S = 1.0
Line = ActivityLine | HelpRequest


class ActivityScreen(Dialog[None]):
    """Scans of all desks; a check-in can be undone from here."""

    HELP = "Check-ins of all desks, newest first. F8 undoes the selected one."
    BINDINGS = [
        Binding("escape,f9", "dismiss(None)", "Back"),
        Binding("f8", "undo", "Undo"),
    ]

    def __init__(self, session: Session, *, scan_only: bool = False) -> None:
        super().__init__()
        self.scan_only = scan_only
        self.session = session
        self.list_view = RecordList[Line](_identity, id="activity")
        self._read_to = -1
        """The place in the log of the newest event that is shown."""

    def compose(self) -> ComposeResult:
        """One line per scan."""
        with Vertical(classes="dialog wide"):
            yield Static("Activity, newest first", classes="title")
            yield self.list_view
            if self.scan_only:
                yield Hint("Esc back", about="A scan-only desk undoes nothing here.")
            else:
                yield Hint("F8 undo selected", "Esc back")
            yield StatusLine(id="form-error")

    def on_mount(self) -> None:
        """Read the activity each second: other desks check people in too."""
        self.set_interval(REFRESH_S, self._load)
        self._load()

    def _load(self) -> None:
        read_to = self._read_to
        self.session.ask(
            lambda store: activity_since(store, read_to, SHOWN), self.while_open(self._show)
        )

    def _show(self, activity: Activity | None) -> None:
        if activity is not None:
            self._read_to = activity.read_to
            self.list_view.show(activity.lines, _line)

    def action_undo(self) -> None:
        """Undo the selected check-in."""
        line = self.list_view.selected
        if line is None or self.scan_only:
            return
        if isinstance(line, HelpRequest):
            self.failed(_NOT_A_SCAN)
            return
        row = line.scan
        if row.outcome != Outcome.OK or row.undone:
            self.failed(_NOTHING_TO_UNDO)
            return

        def undone(_: object) -> None:
            self.say("")
            self._load()

        permission = Permission(self, lambda store: undo_need(store.clock() - row.at_ms))

        def undo(reason: str | None) -> None:
            if reason:
                given = permission.given
                self.session.ask(
                    lambda store: undo_scan(store, row, reason=reason, given=given),
                    undone,
                    self.failed,
                )

        def ask_why() -> None:
            title = f"Undo: {escape_controls(line.name)}?"
            dialog = ReasonScreen(title, _scan_phrase(line), UNDO_REASONS, act="undo")
            self.app.push_screen(dialog, undo)

        permission(ask_why)

    @on(OptionList.OptionSelected)
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        event.stop()


_NOTHING_TO_UNDO = KioskError(
    "nothing_to_undo",
    "Only a check-in that is not undone yet can be undone.",
    saved="Nothing was changed.",
)
_NOT_A_SCAN = KioskError(
    "nothing_to_undo",
    "This line is about the help desk. It is not a check-in.",
    saved="Nothing was changed.",
    action=Action.SHOW_HELP_DESK,
)


def _identity(line: Line) -> tuple[str, ...]:
    """What identifies a line when newer ones are added above it."""
    if isinstance(line, HelpRequest):
        return ("help", line.row.attendee_id)
    return (line.scan.log_id, str(line.scan.seq))


def _line(line: Line) -> Content:
    return _help_line(line) if isinstance(line, HelpRequest) else _scan_line(line)


def _help_line(line: HelpRequest) -> Content:
    at = datetime.fromtimestamp(line.row.at_ms / 1000, line.zone)
    sign = "⚑ HELP DESK" if line.row.waits else "✓ DONE"
    return Content.assemble(
        (f"{at:%a %H:%M:%S} ", "dim"),
        f"{sign:<18} ",
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


def _scan_phrase(line: ActivityLine) -> str:
    """`✓ CHECKED IN, Sat 9:41 on “Day 1”, Desk 2`."""
    at = datetime.fromtimestamp(line.scan.at_ms / 1000, line.zone)
    sign = banner(Outcome(line.scan.outcome), Direction(line.scan.direction))
    where = f"“{short_list_name(line.list_name)}”, {escape_controls(line.scan.desk)}"
    return f"{sign}, {at:%a} {clock_words(at)} on {where}"


# People waiting at the help desk.


class HelpListScreen(Dialog[str | None]):
    """Answers the id of the attendee to show at the desk, or None."""

    HELP = (
        "Attendees that any desk sent to the help desk, and why. Enter shows one; ^G marks "
        "one as done."
    )
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("ctrl+g", "settle", "Done", priority=True),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.list_view = RecordList[HelpRequest](lambda one: one.row.attendee_id, id="help-list")
        self.waiting: list[HelpRequest] | None = None

    def compose(self) -> ComposeResult:
        """Two lines per person, the one who waits longest first."""
        with Vertical(classes="dialog wide"):
            yield Static("At the help desk", id="help-title", classes="title")
            yield self.list_view
            yield Hint("Esc back")
            yield StatusLine(id="form-error")

    def on_mount(self) -> None:
        """Read the list each second: other desks send people too."""
        self.set_interval(REFRESH_S, self._load)
        self._load()

    def _load(self) -> None:
        self.session.ask(waiting_people, self.while_open(self._show), self.failed)

    def _show(self, waiting: list[HelpRequest]) -> None:
        if waiting == self.waiting:
            return
        self.waiting = waiting
        title = f"At the help desk: {len(waiting)}" if waiting else "No one is at the help desk"
        self.query_one("#help-title", Static).update(title)
        keys = ("^G mark as done", "Enter show at the desk") if waiting else ()
        self.query_one(Hint).say(*keys, "Esc back")
        self.query_one(".dialog").set_class(bool(waiting), "wide")
        self.list_view.show(waiting, _lines)

    def action_settle(self) -> None:
        """Mark the selected person as done."""
        selected = self.list_view.selected
        if selected is not None:
            attendee_id = selected.row.attendee_id
            self.session.ask(
                lambda store: settle_help(store, attendee_id), lambda _: self._load(), self.failed
            )

    @on(OptionList.OptionSelected)
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        selected = self.list_view.selected
        if selected is not None:
            self.dismiss(selected.row.attendee_id)


def _lines(one: HelpRequest) -> Content:
    person = one.attendee
    facts = (person.company, person.ticket_type) if person else ()
    details = " · ".join(escape_controls(part) for part in facts if part)
    return Content.assemble(
        (f"{one.time:>5}  ", "dim"),
        (escape_controls(one.label), "bold"),
        (f"  {details}" if details else "", "dim"),
        f"\n       {escape_controls(one.row.note)}",
        (f" · {escape_controls(one.row.desk)}", "dim"),
    )
