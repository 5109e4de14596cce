"""Forms of several text fields: their keys, and an error line under each field."""

from __future__ import annotations

from textual import on
from textual.binding import Binding
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Input

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import Authorisation
from kiosk.ui.actions import DESK, way_out
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.form import labelled
from kiosk.ui.tui.widgets.key_bar import StatusLine
from kiosk.ui.tui.worker import Session


class FormScreen(Dialog[ScreenResultType]):
    """A form that answers None when nothing was saved.

    Enter goes to the next field, and saves from the last one.
    """

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("f2,ctrl+s", "save", "Save", priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    PREFIX = "field"
    """The id of a field is this, a hyphen and the field's name."""
    FIELDS = "Input"
    """Selects the fields that Enter goes through."""

    def field(
        self, name: str, label: str, value: str = "", *, example: str = "", longest: int = 2_000
    ) -> Widget:
        """A line with a label and an input."""
        field = Input(
            value=escape_controls(value),
            placeholder=example,
            id=f"{self.PREFIX}-{name}",
            max_length=longest,
        )
        return labelled(label, field)

    def error_line(self, name: str) -> StatusLine:
        """The error line of a field; hidden while it is empty."""
        line = StatusLine(id=f"{self.PREFIX}-{name}-error")
        line.set_classes("error line")
        return line

    def input_of(self, name: str) -> Input:
        """The input of a field."""
        return self.query_one(f"#{self.PREFIX}-{name}", Input)

    def typed(self, name: str) -> str:
        """The text of a field."""
        return self.input_of(name).value

    def say_of(self, name: str, sentence: str) -> None:
        """Show the error of a field; "" hides the line."""
        line = self.query_one(f"#{self.PREFIX}-{name}-error", StatusLine)
        line.say(sentence)
        line.display = bool(sentence)

    def refuse(self, name: str, error: KioskError) -> None:
        """Show the error of a field and move the cursor there; all typed text stays."""
        if self.is_attached:
            self.say_of(name, f"{error.problem} {way_out(error, DESK)}")
            self.input_of(name).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.enter(event.input)

    def enter(self, field: Input) -> None:
        """Go to the next field; save from the last one."""
        fields = list(self.query(self.FIELDS))
        following = fields[fields.index(field) + 1 :]
        if following:
            following[0].focus()
        else:
            self.action_save()

    def action_save(self) -> None:
        """Save the typed values, or show the errors."""

    def saved(self, answer: ScreenResultType) -> None:
        """Answer with what was saved."""
        if self.is_current:
            self.dismiss(answer)

    @on(CodeScanned)
    def _code_scanned(self, message: CodeScanned) -> None:
        insert_in_field(self, message)


class EventFormScreen(FormScreen[ScreenResultType]):
    """A form that changes the event."""

    def __init__(self, session: Session, *, alone: bool, given: Authorisation) -> None:
        """`alone`: there is no desk below that scans could be for; `given`: permission to save."""
        super().__init__()
        self.session = session
        self.takes_scans = alone
        self.given = given


def insert_in_field(screen: Screen[ScreenResultType], message: CodeScanned) -> None:
    """Insert text that was typed as fast as a scan into the focused field.

    For a screen without a desk below it that a scan could be for.
    """
    message.stop()
    field = screen.focused
    if isinstance(field, Input):
        field.call_later(field.insert_text_at_cursor, message.raw)
