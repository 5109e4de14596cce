"""Typing a person in: a walk-in, or a correction."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Label, Static

from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.form import enter_in_field
from kiosk.ui.tui.widgets.hint import Hint

_LABELS = {
    "name": "Name on the badge",
    "given_name": "Given name",
    "family_name": "Family name",
    "company": "Company",
    "email": "E-mail",
    "phone": "Phone",
    "ticket_type": "Ticket type",
    "status": "Status",
    "heads": "People",
    "note": "Note for the desk",
    "attention": "Ask before check-in",
}
_OF_THE_DESK = {"first_time": "First time here", "table": "Table", "reason": "Reason"}
"""What is no field of the ticket, but known of its holder."""

_HINTS = {"first_time": "yes or no"}
_WALK_IN = ("name", "company", "email", "ticket_type", "first_time")


class PersonForm(Dialog[dict[str, str] | None]):
    """Answers the fields that were changed, or None."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("ctrl+s,f2", "save", "Save"),
    ]

    keys: tuple[str, ...] = ("F2 save", "Enter next line", "Esc back")

    def __init__(self, title: str, values: Mapping[str, str], about: str = "") -> None:
        super().__init__()
        self.title_text = title
        self.values = dict(values)
        self.about = about

    def compose(self) -> ComposeResult:
        """A line a field; Enter goes on, and saves from the last."""
        with VerticalScroll(classes="dialog form", can_focus=False):
            yield Static(self.title_text, classes="title", markup=False)
            for field, value in self.values.items():
                with Horizontal(classes="field"):
                    yield Label(_label(field), markup=False)
                    yield Input(
                        value=escape_controls(value),
                        placeholder=_HINTS.get(field, ""),
                        id=f"field-{field}",
                        max_length=2_000,
                    )
            yield Hint(*self.keys, about=self.about)
            yield Static("", id="form-error", classes="error", markup=False)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        enter_in_field(event, self, self.action_save)

    def _is_answered(self) -> bool:
        """Whether what wants yes or no has it; else the form says so and stays."""
        from kiosk.domain.people.first_time import yes_or_no

        if "first_time" not in self.values:
            return True
        field = self.query_one("#field-first_time", Input)
        if not field.value.strip() or yes_or_no(field.value) is not None:
            return True
        self.query_one("#form-error", Static).update("First time here: yes or no?")
        field.focus()
        return False

    def action_save(self) -> None:
        """Give the changed fields to the desk."""
        if not self._is_answered():
            return
        changed = {}
        for field, before in self.values.items():
            now = self.query_one(f"#field-{field}", Input).value
            if now != escape_controls(before):
                changed[field] = now
        if "name" in self.values and not self.query_one("#field-name", Input).value.strip():
            if not self.values["name"] and not changed:
                self.dismiss(None)
                return
            self._refuse("name", "A name is needed for the badge.")
            return
        if not self._something_wrong(changed):
            self.dismiss(changed or None)

    def _something_wrong(self, typed: Mapping[str, str]) -> bool:
        """Say what no field can hold; the form stays as it is."""
        from kiosk.services.people.people import checked_value

        for field, value in typed.items():
            try:
                checked_value(field, value)
            except KioskError as error:
                self._refuse(field, f"{error.problem} {error.next_step}")
                return True
        return False

    def _refuse(self, field: str, why: str) -> None:
        """Say what is wrong, and keep everything that was typed."""
        self.query_one("#form-error", Static).update(escape_controls(why))
        self.query_one(f"#field-{field}", Input).focus()


class WalkInForm(PersonForm):
    """A new person: what was typed already counts as an answer."""

    keys = ("F2 check in", "Enter next line", "Esc back")

    def action_save(self) -> None:
        """Give all fields that hold something."""
        if not self._is_answered():
            return
        typed = {
            field: value
            for field in self.values
            if (value := self.query_one(f"#field-{field}", Input).value.strip())
        }
        if "name" not in typed:
            self._refuse("name", "A name is needed for the badge.")
            return
        if not self._something_wrong(typed):
            self.dismiss(typed)


def _label(field: str) -> str:
    return _LABELS.get(field) or _OF_THE_DESK.get(field, field)


def walk_in_form(typed: str) -> WalkInForm:
    """The form of F2; what stands in the search field becomes the name."""
    values = dict.fromkeys(_WALK_IN, "") | {"name": typed}
    return WalkInForm("Walk-in", values)


def edit_form(person: Attendee) -> PersonForm:
    """The form of F3."""
    from kiosk.domain.checkin.tables import TABLE_FIELD
    from kiosk.domain.people.first_time import YES, is_first_timer

    values = {field: str(getattr(person, field)) for field in _LABELS}
    values["first_time"] = YES if is_first_timer(person.extra) else ""
    values["table"] = person.extra.get(TABLE_FIELD, "")
    return PersonForm(
        f"Correct {escape_controls(person.label)}",
        values,
        "What is typed here no import overwrites.",
    )
