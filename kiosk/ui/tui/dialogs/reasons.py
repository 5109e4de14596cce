"""Dialogs that ask for a reason: of an override, an undo, a note or a second badge."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from kiosk.domain.log.event_schema import HELP_NOTE
from kiosk.domain.text import escape_controls
from kiosk.services.people.help_desk import QUICK_NOTES
from kiosk.services.printing.jobs import ReprintReason
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.key_bar import Hint

LET_IN_REASONS = ("Paid at the desk", "Organiser said yes", "Came back in", "Guest of a speaker")
UNDO_REASONS = ("Wrong person", "Scanned by mistake", "Wrong list", "Did not stay")


class ReasonScreen(Dialog[str | None]):
    """Answers the reason, or None to do nothing."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        *(Binding(f"f{n}", f"quick({n - 1})", show=False) for n in range(1, 5)),
    ]

    def __init__(self, title: str, about: str, reasons: tuple[str, ...], *, act: str) -> None:
        """`reasons`: up to four, with one key each; `act`: what Enter does, for the hint."""
        super().__init__()
        self.title_text = title
        self.about = about
        self.reasons = reasons
        self._keys = (f"Enter {act}", "Esc back")

    def compose(self) -> ComposeResult:
        """The person, what is wrong, the reasons with their keys."""
        with Vertical(classes="dialog"):
            yield Static(self.title_text, classes="title", markup=False)
            yield Static(self.about, markup=False)
            for number, reason in enumerate(self.reasons, 1):
                yield Static(f"  F{number}  {reason}", markup=False)
            yield Input(placeholder="or type the reason, then Enter", id="reason", max_length=200)
            yield Hint(*self._keys, about="The reason is logged.")

    def action_quick(self, index: int) -> None:
        """Answer with one of the usual reasons."""
        if index < len(self.reasons):
            self.dismiss(self.reasons[index])

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.query_one(Hint).say(*self._keys, about="A reason is needed.")


class HelpNoteScreen(Dialog[str | None]):
    """Answers the note for the help desk, or None to send no one."""

    BINDINGS = [
        Binding("escape,ctrl+g", "dismiss(None)", "Back"),
        *(
            Binding(f"f{number}", f"quick({number - 1})", note, show=False)
            for number, note in enumerate(QUICK_NOTES, 1)
        ),
    ]

    def __init__(self, name: str, before: str = "") -> None:
        """`before`: an earlier note on this person, to edit."""
        super().__init__()
        self.person_name = name
        self.before = before

    def compose(self) -> ComposeResult:
        """The usual notes with their keys, and a line to type."""
        with Vertical(classes="dialog"):
            yield Static(f"Send {self.person_name} to the help desk", classes="title", markup=False)
            for number, note in enumerate(QUICK_NOTES, 1):
                yield Static(f"  F{number}  {note}", markup=False)
            yield Input(
                value=escape_controls(self.before),
                placeholder="or type what it is about, then Enter",
                id="help-note",
                max_length=HELP_NOTE,
            )
            yield Hint("Enter send", "Esc back", about="Every desk sees the note.")

    def action_quick(self, index: int) -> None:
        """Answer with one of the usual notes."""
        self.dismiss(QUICK_NOTES[index])

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())


REASONS = (
    (ReprintReason.LOST, "The badge was lost"),
    (ReprintReason.DAMAGED, "It is damaged, or did not come out well"),
    (ReprintReason.TYPO, "Something on it is wrong"),
    (ReprintReason.OTHER, "Another reason"),
)


class ReprintScreen(Dialog[ReprintReason | None]):
    """Answers the reason, or None to print nothing."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        *(
            Binding(f"f{number}", f"take({number - 1})", words, show=False)
            for number, (_, words) in enumerate(REASONS, 1)
        ),
    ]

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem

    def compose(self) -> ComposeResult:
        """The reasons with their keys."""
        with Vertical(classes="dialog"):
            yield Static("Print another badge?", classes="title")
            yield Static(escape_controls(self.problem), markup=False)
            yield OptionList(
                *(f"F{number}  {words}" for number, (_, words) in enumerate(REASONS, 1)),
                id="reasons",
                markup=False,
            )
            yield Hint("Enter print", "Esc back", about="The reason is logged.")

    def action_take(self, index: int) -> None:
        """Answer with one of the reasons."""
        self.dismiss(REASONS[index][0])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_take(event.option_index)
