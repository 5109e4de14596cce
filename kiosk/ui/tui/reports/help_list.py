"""People waiting at the help desk: who sent them, when and why."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from kiosk.domain.text import escape_controls
from kiosk.services.people.help_desk import HelpRequest, settle_help, waiting_people
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.hint import Hint, StatusLine
from kiosk.ui.tui.worker import Session

REFRESH_S = 1.0


class HelpListScreen(Dialog[str | None]):
    """Answers the id of the attendee to show at the desk, or None."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("ctrl+g", "settle", "Done", priority=True),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.waiting: list[HelpRequest] | None = None

    def compose(self) -> ComposeResult:
        """Two lines per person, the one who waits longest first."""
        with Vertical(classes="dialog wide"):
            yield Static("At the help desk", id="help-title", classes="title")
            yield RecordList[HelpRequest](lambda one: one.row.attendee_id, id="help-list")
            yield Hint("Esc back")
            yield StatusLine(id="form-error")

    def on_mount(self) -> None:
        """Read the list each second: other desks send people too."""
        self.set_interval(REFRESH_S, self._load)
        self._load()

    def _load(self) -> None:
        self.session.ask(waiting_people, self._show, self.failed)

    @property
    def list_view(self) -> RecordList[HelpRequest]:
        """The people on screen."""
        return self.query_one("#help-list", RecordList)

    def _show(self, waiting: list[HelpRequest]) -> None:
        if not self.is_attached or waiting == self.waiting:
            return
        self.waiting = waiting
        title = f"At the help desk: {len(waiting)}" if waiting else "No one is at the help desk"
        self.query_one("#help-title", Static).update(title)
        keys = ("^G mark as done", "Enter show at the desk") if waiting else ()
        self.query_one(Hint).say(*keys, "Esc back")
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
        (f"{one.time}  ", "dim"),
        (escape_controls(one.label), "bold"),
        (f"  {details}" if details else "", "dim"),
        f"\n       {escape_controls(one.row.note)}",
        (f"  · {escape_controls(one.row.desk)}", "dim"),
    )
