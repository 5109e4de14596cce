"""Who waits at the help desk: sent by whom, when, and why."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.people.help_desk import HelpRequest, settle_help, waiting_people
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Session

LOOK_S = 1.0


class HelpListScreen(Dialog[str | None]):
    """Answers whom to show at the desk, or None."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("ctrl+g", "settle", "Settled", priority=True),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.waiting: list[HelpRequest] | None = None

    def compose(self) -> ComposeResult:
        """Two lines a person, whoever was sent first on top."""
        with Vertical(classes="dialog wide"):
            yield Static("At the help desk", id="help-title", classes="title")
            yield OptionList(id="help-list")
            yield Hint("Esc back")
            yield Static("", id="form-error", classes="error", markup=False)

    def on_mount(self) -> None:
        """Read, and again each second: other desks send people too."""
        self.set_interval(LOOK_S, self._look)
        self._look()

    def _look(self) -> None:
        self.session.ask(waiting_people, self._show, self._failed)

    def _show(self, waiting: list[HelpRequest]) -> None:
        if not self.is_attached or waiting == self.waiting:
            return
        lit = self._lit()
        self.waiting = waiting
        title = f"At the help desk: {len(waiting)}" if waiting else "Nobody waits at the help desk"
        self.query_one("#help-title", Static).update(title)
        with_somebody = ("^G the lit one is settled", "Enter show at the desk") if waiting else ()
        self.query_one(Hint).say(*with_somebody, "Esc back")
        options = self.query_one(OptionList)
        index = options.highlighted or 0
        options.clear_options()
        options.add_options([Option(_lines(one)) for one in waiting])
        ids = [one.row.attendee_id for one in waiting]
        if lit is not None and lit.row.attendee_id in ids:
            index = ids.index(lit.row.attendee_id)
        if ids:
            options.highlighted = min(index, len(ids) - 1)

    def _lit(self) -> HelpRequest | None:
        index = self.query_one(OptionList).highlighted
        waiting = self.waiting or []
        return waiting[index] if index is not None and index < len(waiting) else None

    def action_settle(self) -> None:
        """Done with the lit one."""
        lit = self._lit()
        if lit is not None:
            attendee_id = lit.row.attendee_id
            self.session.ask(
                lambda store: settle_help(store, attendee_id), lambda _: self._look(), self._failed
            )

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        lit = self._lit()
        if lit is not None:
            self.dismiss(lit.row.attendee_id)

    def _failed(self, error: KioskError) -> None:
        if self.is_attached:
            self.query_one("#form-error", Static).update(escape_controls(str(error)))
            self._look()


def _lines(one: HelpRequest) -> Content:
    person = one.attendee
    facts = (person.company, person.ticket_type) if person else ()
    about = " · ".join(escape_controls(part) for part in facts if part)
    return Content.assemble(
        (f"{one.time}  ", "dim"),
        (escape_controls(one.label), "bold"),
        (f"  {about}" if about else "", "dim"),
        f"\n       {escape_controls(one.row.note)}",
        (f"  · {escape_controls(one.row.desk)}", "dim"),
    )
