"""The form of the event's name, days and time zone, and the list of steps to set it up."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from kiosk.domain.datetimes import days_in_words
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import Authorisation
from kiosk.services.event.change import ListChanges, change_event
from kiosk.services.event.event import EventInfo
from kiosk.services.setup.new_event import checked_event, day_texts, parse_days
from kiosk.services.setup.ready import StepState, step_states
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.form import EventFormScreen
from kiosk.ui.tui.widgets.key_bar import Hint
from kiosk.ui.tui.worker import Session

EVENT_FIELDS = {"name": "Event name", "days": "Days", "timezone": "Time zone"}
"""The fields of an event and their labels, here and in the import preview."""
_FIELD_OF_ERROR = {"name_missing": "name", "bad_timezone": "timezone"}


def wrong_field(error: KioskError) -> str:
    """The field of an event that an error is about."""
    return _FIELD_OF_ERROR.get(error.code, "days")


class EventForm(EventFormScreen[ListChanges | None]):
    """Answers what changed in the lists, or None when nothing was changed."""

    HELP = "When the days change, the lists of the days move with them."
    PREFIX = "event"

    def __init__(
        self, session: Session, event: EventInfo, *, alone: bool, given: Authorisation
    ) -> None:
        super().__init__(session, alone=alone, given=given)
        self.event = event

    def compose(self) -> ComposeResult:
        """One line per field, each with an error line below it."""
        event = self.event
        values = {"name": event.name, "days": day_texts(event.days), "timezone": event.timezone}
        with Vertical(classes="dialog form"):
            yield Static("The event", classes="title", markup=False)
            for field, label in EVENT_FIELDS.items():
                yield self.field(field, label, values[field], longest=600)
                yield self.error_line(field)
            yield Static("", id="event-days-words", classes="line", markup=False)
            yield Static(
                "Days: 16-18 Feb 2027, or 2027-02-16, 2027-02-18. The list of a day moves with "
                "the day, at the same times; a list with check-ins stays.",
                classes="hint",
                markup=False,
            )
            yield Hint("F2 or Ctrl+S save", "↑↓ Tab fields", "Esc back")

    def on_mount(self) -> None:
        """Put the cursor in the days, which change most often."""
        self.input_of("days").focus()
        for field in EVENT_FIELDS:
            self.say_of(field, "")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.say_of((event.input.id or "").removeprefix("event-"), "")
        self.query_one("#event-days-words", Static).update(self._days_text())

    def _days_text(self) -> str:
        """The typed days in words; empty while they are not clear."""
        try:
            return days_in_words(parse_days(self.typed("days")))
        except KioskError:
            return ""

    def action_save(self) -> None:
        """Save the typed values, or show the errors."""
        name, days, timezone = (self.typed(field) for field in EVENT_FIELDS)
        if name == escape_controls(self.event.name):
            name = self.event.name
        try:
            event = checked_event(name, days, timezone)
        except KioskError as error:
            self._not_saved(error)
            return
        self.session.ask(
            lambda store: change_event(store, event, given=self.given),
            self.saved,
            self._not_saved,
        )

    def _not_saved(self, error: KioskError) -> None:
        self.refuse(wrong_field(error), error)


STEPS = (
    ("lists", "Days and lists", "when doors and meals are open"),
    ("import_file", "Registrations", "a file; again for late ones"),
    ("badge_layout", "Badge layout", "see it with a real badge"),
    ("scanner_test", "Test the scanner", "scan a page of codes"),
    ("printer_test", "Test the printer", "prints a sample badge"),
    ("rehearse", "Rehearse", "with made-up people"),
    ("ready", "Readiness", "what is still to do"),
    ("pins", "PINs", "for exceptions to rules"),
    ("settings", "Settings", "colour, logo, place ..."),
)
"""A step, its title and its purpose."""


class SetupScreen(Dialog[None]):
    """A list of steps with a ✓ at those that are done; a step opens over it and returns to it."""

    HELP = "The steps from an empty event to an open desk, in order. ✓ marks a step that is done."
    BINDINGS = [Binding("escape", "dismiss(None)", "To the desk")]

    def __init__(self, session: Session, run: Callable[[str], None]) -> None:
        """`run` opens the screen of a step."""
        super().__init__()
        self.session = session
        self.run = run
        self.states: dict[str, StepState] = {}

    def compose(self) -> ComposeResult:
        """One line per step."""
        with Vertical(classes="dialog", id="set-up"):
            yield Static("Set up the event", id="set-up-title", classes="title", markup=False)
            yield OptionList(*map(self._line, range(len(STEPS))), id="steps")
            yield Hint("Enter or number open", "Esc back")

    def on_mount(self) -> None:
        """Select the first step."""
        self.query_one(OptionList).highlighted = 0

    def on_screen_resume(self) -> None:
        """Look which steps are done, also after one of them."""
        self.session.ask(step_states, self.while_open(self._known), lambda _: None)

    def _known(self, states: dict[str, StepState]) -> None:
        self.states = states
        done = sum(state.is_done for state in states.values())
        title = f"Set up the event · {done} of {len(states)} done"
        self.query_one("#set-up-title", Static).update(title)
        for number in range(len(STEPS)):
            self.query_one(OptionList).replace_option_prompt_at_index(number, self._line(number))

    def _line(self, number: int) -> Content:
        """The number, the mark, the title, and what was done or what the step is for."""
        name, title, about = STEPS[number]
        state = self.states.get(name, StepState(False))
        mark = ("✓ ", "bold $text-success") if state.is_done else ("  ", "")
        words = escape_controls(state.words) or about
        style = "" if state.is_done else "$secondary"
        return Content.assemble(
            (f"{number + 1}  ", "bold $accent"), mark, (f"{title:18}", "bold"), (words, style)
        )

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.run(STEPS[event.option_index][0])

    def on_key(self, event: events.Key) -> None:
        """Run the step with the typed number."""
        if event.character and event.character in "123456789"[: len(STEPS)]:
            event.stop()
            number = int(event.character) - 1
            self.query_one(OptionList).highlighted = number
            self.run(STEPS[number][0])
