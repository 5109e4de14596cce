"""The event's name, days and time zone."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.event.change import ListChanges, change_event
from kiosk.services.event.event import EventInfo
from kiosk.services.setup.new_event import checked_event, day_texts, days_in_words, parse_days
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.form import FORM_KEYS
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Session

FIELDS = {"name": "Event name", "days": "Days", "timezone": "Time zone"}
WRONG_FIELD = {"name_missing": "name", "bad_timezone": "timezone"}


class EventForm(Dialog[ListChanges | None]):
    """Answers what became of the lists, or None when nothing was changed."""

    BINDINGS = [*FORM_KEYS]

    def __init__(self, session: Session, event: EventInfo, *, alone: bool) -> None:
        """`alone`: there is no desk beneath that scans could be for."""
        super().__init__()
        self.session = session
        self.event = event
        self.takes_scans = alone

    def compose(self) -> ComposeResult:
        """A line a field, and beneath each what is wrong with it."""
        values = {
            "name": escape_controls(self.event.name),
            "days": day_texts(self.event.days),
            "timezone": self.event.timezone,
        }
        with Vertical(classes="dialog form"):
            yield Static("The event", classes="title", markup=False)
            for field, label in FIELDS.items():
                with Horizontal(classes="field"):
                    yield Label(label, markup=False)
                    yield Input(value=values[field], id=f"event-{field}", max_length=600)
                yield Static("", id=f"event-{field}-error", classes="error line", markup=False)
            yield Static("", id="event-days-words", classes="line", markup=False)
            yield Static(
                "Days: 16-18 Feb 2027, or 2027-02-16, 2027-02-18. Lists move along with their "
                "day, at the same times; a list with check-ins stays.",
                classes="hint",
                markup=False,
            )
            yield Hint("F2 save", "↑↓ Tab fields", "Esc back")

    def on_mount(self) -> None:
        """The days are what is changed most."""
        self.query_one("#event-days", Input).focus()
        for field in FIELDS:
            self._say(field, "")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        field = (event.input.id or "").removeprefix("event-")
        self._say(field, "")
        words = ""
        if self.query_one("#event-days", Input).value.strip():
            try:
                words = days_in_words(parse_days(self.query_one("#event-days", Input).value))
            except KioskError:
                words = ""
        self.query_one("#event-days-words", Static).update(words)

    def _say(self, field: str, sentence: str) -> None:
        line = self.query_one(f"#event-{field}-error", Static)
        line.update(escape_controls(sentence))
        line.display = bool(sentence)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "event-timezone":
            self.action_save()
        else:
            self.focus_next()

    def action_save(self) -> None:
        """Write what is typed."""
        typed = [self.query_one(f"#event-{field}", Input).value for field in FIELDS]
        if typed[0] == escape_controls(self.event.name):
            typed[0] = self.event.name
        try:
            event = checked_event(*typed)
        except KioskError as error:
            self._failed(error)
            return
        self.session.ask(lambda store: change_event(store, event), self._saved, self._failed)

    def _saved(self, changes: ListChanges) -> None:
        if self.is_current:
            self.dismiss(changes)

    def _failed(self, error: KioskError) -> None:
        if self.is_attached:
            field = WRONG_FIELD.get(error.code, "days")
            self._say(field, f"{error.problem} {error.next_step}")
            self.query_one(f"#event-{field}", Input).focus()

    @on(CodeScanned)
    def _typed_fast(self, message: CodeScanned) -> None:
        """No desk is open that a scan could be for: it is text for the field."""
        message.stop()
        field = self.focused
        if isinstance(field, Input):
            field.call_later(field.insert_text_at_cursor, message.raw)
