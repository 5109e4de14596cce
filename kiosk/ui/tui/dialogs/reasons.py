"""Dialogs with numbered answers: a reason, a note, a yes. Digits select, Enter confirms."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from kiosk.domain.checkin.words import PAID
from kiosk.domain.log.event_schema import HELP_NOTE
from kiosk.domain.text import escape_controls
from kiosk.services.people.help_desk import QUICK_NOTES
from kiosk.services.printing.jobs import ReprintReason
from kiosk.ui.tui.dialogs.ask import Answer, ChoiceScreen
from kiosk.ui.tui.dialogs.dialog import typed_digit
from kiosk.ui.tui.widgets.key_bar import Hint

LET_IN_REASONS = ("Organiser said yes", "Came back in", "Guest of a speaker")
UNPAID_REASONS = (PAID, *LET_IN_REASONS)
UNDO_REASONS = ("Wrong person", "Scanned by mistake", "Wrong list", "Did not stay")


class NumberedScreen(ChoiceScreen[Answer]):
    """Answers the selected choice, or None to do nothing.

    No choice is selected at first, so that Enter alone decides nothing.
    """

    HELP = "A digit selects a line, Enter confirms it. Esc goes back and changes nothing."
    LIST_ID = "reasons"
    AT_FIRST: int | None = None
    """The index of the choice selected at first."""
    NEEDED = "Select one: press its digit, then Enter."

    def __init__(
        self,
        title: str,
        about: str,
        choices: Sequence[tuple[Answer, str]],
        *,
        act: str,
        note: str = "",
        below: Widget | None = None,
    ) -> None:
        """`choices`: up to nine answers with their words; `act`: what Enter does."""
        several = [f"1-{len(choices)} select"] if len(choices) > 1 else []
        super().__init__(
            title,
            [(answer, f"{number}  {words}") for number, (answer, words) in enumerate(choices, 1)],
            above=Static(about, markup=False) if about else None,
            below=below,
            keys=(*several, f"Enter {act}", "Esc back"),
            about=note,
        )
        self.at_first = self.AT_FIRST

    def on_key(self, event: events.Key) -> None:
        """A digit selects its choice; Enter without a choice says what is missing."""
        if event.key == "enter" and self.query_one(OptionList).highlighted is None:
            self.say_needed()
        if 1 <= (number := typed_digit(event)) <= len(self.choices):
            event.stop()
            options = self.query_one(OptionList)
            options.highlighted = number - 1
            options.focus()

    def say_needed(self) -> None:
        """Say that nothing is selected."""
        self.query_one(Hint).say(*self.keys, about=self.NEEDED)

    @property
    def help_lines(self) -> list[tuple[str, str]]:
        """The keys that the help lists besides the bindings."""
        return [tuple(key.split(" ", 1)) for key in self.keys[:-1]]  # type: ignore[misc]


class ReasonScreen(NumberedScreen[str]):
    """Answers one of the usual texts or a typed one."""

    NEEDED = "A reason is needed: press a digit or type it, then Enter."
    PLACEHOLDER = "or type the reason, then Enter"
    FIELD = "reason"
    LONGEST = 200

    def __init__(
        self,
        title: str,
        about: str,
        reasons: Sequence[str],
        *,
        act: str,
        note: str = "The reason is logged.",
        typed: str = "",
    ) -> None:
        field = Input(
            value=escape_controls(typed),
            placeholder=self.PLACEHOLDER,
            id=self.FIELD,
            max_length=self.LONGEST,
            select_on_focus=False,  # else the next letter would replace the first
        )
        choices = [(text, text) for text in reasons]
        super().__init__(title, about, choices, act=act, note=note, below=field)
        self._typed = typed

    def on_mount(self) -> None:
        """Edit the earlier text, if there is one."""
        if self._typed or not self.choices:
            self.query_one(Input).focus()

    def on_key(self, event: events.Key) -> None:
        """Letters go to the field, whatever has the focus; digits in an empty field select."""
        field = self.query_one(Input)
        if not (self.focused is field and field.value):
            super().on_key(event)
        is_letter = event.is_printable and event.character and not event.character.isdecimal()
        if is_letter and self.focused is not field and event.character:
            event.stop()
            field.focus()
            field.insert_text_at_cursor(event.character)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        text, options = event.value.strip(), self.query_one(OptionList)
        if text.isdecimal() and 1 <= int(text) <= len(self.choices):
            event.input.value = ""
            options.highlighted = int(text) - 1
            options.focus()
        elif text:
            options.highlighted = None
            event.input.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.say_needed()


class HelpNoteScreen(ReasonScreen):
    """Answers the note for the help desk, or None to send no one."""

    BINDINGS = [Binding("ctrl+g", "dismiss(None)", "Back", show=False)]
    NEEDED = "A note is needed: press a digit or type it, then Enter."
    PLACEHOLDER = "or type what it is about, then Enter"
    FIELD = "help-note"
    LONGEST = HELP_NOTE

    def __init__(self, name: str, before: str = "") -> None:
        """`before`: an earlier note on this person, to edit."""
        title = f"Send {name} to the help desk"
        note = "Every desk sees the note."
        super().__init__(title, "", QUICK_NOTES, act="send", note=note, typed=before)


REASONS = (
    (ReprintReason.LOST, "The badge was lost"),
    (ReprintReason.DAMAGED, "It is damaged or misprinted"),
    (ReprintReason.TYPO, "Something on it is wrong"),
    (ReprintReason.OTHER, "Another reason"),
)


class ReprintScreen(NumberedScreen[ReprintReason]):
    """Answers the reason, or None to print nothing."""

    def __init__(self, problem: str) -> None:
        about, note = escape_controls(problem), "The reason is logged."
        super().__init__("Print another badge?", about, REASONS, act="print", note=note)


class ConfirmScreen(NumberedScreen[bool]):
    """Asks before one act: Enter does it, Esc does not."""

    AT_FIRST = 0

    def __init__(self, title: str, about: str, words: str, *, act: str) -> None:
        super().__init__(title, about, [(True, words)], act=act)


class UndoScreen(ConfirmScreen):
    """Asks before the check-in of another attendee than the one on the banner is undone.

    A scan closes it: the volunteer is with the next person, and nothing is undone.
    """

    def __init__(self, attendee: str, at: str, about: str) -> None:
        """Ask about a check-in of this attendee at this time."""
        super().__init__(f"Undo {attendee}, {at}?", about, "Undo it", act="undo")
        self.attendee = attendee
