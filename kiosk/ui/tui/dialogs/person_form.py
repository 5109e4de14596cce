"""The forms of a person: a walk-in, or a correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from kiosk.domain.checkin.tables import TABLE_FIELD
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import YES, is_first_timer, yes_or_no
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.people.people import checked_value
from kiosk.ui.actions import DESK, way_out
from kiosk.ui.tui.dialogs.form import FormScreen
from kiosk.ui.tui.widgets.form import Choice, labelled
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine

_TICKET_LABELS = {
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
"""The fields of a ticket that can be edited."""
_OTHER_LABELS = {"first_time": "First time here", "table": "Table", "reason": "Reason"}
_LABELS = _TICKET_LABELS | _OTHER_LABELS
_EXAMPLES = {"first_time": "yes or no"}
_WALK_IN = ("name", "company", "email", "ticket_type", "first_time")


class PersonForm(FormScreen[dict[str, str] | None]):
    """Answers the fields that were changed, or None."""

    HELP = "Correct the attendee. Your changes are kept when you import again. F2 saves."
    KEYS: tuple[str, ...] = ("F2 or Ctrl+S save", "Enter next line", "Esc back")
    FIELDS = "Input, Choice"
    NEEDS_NAME = False
    """A name has to be typed, also where there was none."""

    def __init__(
        self,
        title: str,
        values: Mapping[str, str],
        about: str = "",
        *,
        ticket_types: Sequence[str] = (),
        before: Mapping[str, str] | None = None,
    ) -> None:
        """Make the form.

        Args:
            ticket_types: to choose from; empty: the ticket type is typed.
            before: texts to begin with that count as typed.
        """
        super().__init__()
        self.before = dict(before or {})
        self.ticket_types = ticket_types
        self.title_text = title
        self.values = dict(values)
        self.about = about

    def compose(self) -> ComposeResult:
        """One line per field, the keys, the error."""
        with VerticalScroll(classes="dialog form", can_focus=False):
            yield Static(self.title_text, classes="title", markup=False)
            for name, value in (self.values | self.before).items():
                example = _EXAMPLES.get(name, "")
                if name == "ticket_type" and self.ticket_types:
                    yield self._type_choice(value)
                    continue
                label = "Linked code" if name.startswith(CODE_FIELD) else _LABELS.get(name, name)
                yield self.field(name, label, value, example=example)
            yield Hint(*self.KEYS, about=self.about)
            yield StatusLine(id="form-error")

    def _type_choice(self, value: str) -> Widget:
        choices = [("", "none"), *((kind, escape_controls(kind)) for kind in self.ticket_types)]
        choice = Choice(choices, value, id=f"{self.PREFIX}-ticket_type")
        return labelled(_LABELS["ticket_type"], choice)

    def typed(self, name: str) -> str:
        """The text of a field, or the value of a choice."""
        choice = self.query(f"#{self.PREFIX}-{name}").only_one()
        return choice.value if isinstance(choice, Choice) else super().typed(name)

    def changes(self) -> dict[str, str]:
        """The fields to answer with: those whose text was changed."""
        return {
            name: typed
            for name, before in self.values.items()
            if (typed := self.typed(name)) != escape_controls(before)
        }

    def action_save(self) -> None:
        """Answer with the changed fields, or show the error."""
        changes = self.changes()
        if not self._is_yes_or_no():
            return
        if "name" in self.values and not self.typed("name").strip():
            if self.NEEDS_NAME or self.values["name"] or changes:
                self._refuse("name", "A name is needed for the badge.")
            else:
                self.dismiss(None)
        elif self._are_valid(changes):
            self.dismiss(changes or None)

    def _is_yes_or_no(self) -> bool:
        if "first_time" not in self.values:
            return True
        typed = self.typed("first_time")
        if not typed.strip() or yes_or_no(typed) is not None:
            return True
        self._refuse("first_time", "First time here: yes or no?")
        return False

    def _are_valid(self, typed: Mapping[str, str]) -> bool:
        for name, value in typed.items():
            try:
                checked_value(name, value)
            except KioskError as error:
                self._refuse(name, f"{error.problem} {way_out(error, DESK)}")
                return False
        return True

    def _refuse(self, name: str, why: str) -> None:
        """Show the error of a field; all typed text stays."""
        self.say(why, is_error=True)
        self.input_of(name).focus()


class WalkInForm(PersonForm):
    """Answers all fields that are not empty, or None."""

    HELP = "A new attendee: a name is enough. F2 saves and checks them in."
    KEYS = ("F2 or Ctrl+S check in", "Enter next line", "Esc back")
    NEEDS_NAME = True

    def changes(self) -> dict[str, str]:
        """The fields to answer with: those that are not empty."""
        return {name: typed for name in self.values if (typed := self.typed(name).strip())}


def walk_in_form(typed: Mapping[str, str], ticket_types: Sequence[str] = ()) -> WalkInForm:
    """The form of a walk-in; `typed` are the fields known so far."""
    values = dict.fromkeys(_WALK_IN, "") | dict(typed)
    return WalkInForm("Walk-in", values, ticket_types=ticket_types)


CODE_FIELD = "code"
"""The name of a linked code's field is this and the code's position."""


def edit_form(
    person: Attendee, linked_codes: Sequence[str] = (), before: Mapping[str, str] | None = None
) -> PersonForm:
    """The form to correct a person; an emptied code is no longer linked.

    Args:
        before: what was changed in the form already.
    """
    values = {field: str(getattr(person, field)) for field in _TICKET_LABELS}
    values["first_time"] = YES if is_first_timer(person.extra) else ""
    values |= {f"{CODE_FIELD}{place}": code for place, code in enumerate(linked_codes)}
    values["table"] = person.extra.get(TABLE_FIELD, "")
    return PersonForm(
        f"Correct {escape_controls(person.label)}",
        values,
        "Your changes are kept when you import again.",
        before=before,
    )
