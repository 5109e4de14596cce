"""What is asked at check-in, on screen: seen, added, changed, removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.checkin.questions import Question
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.questions import YES_OR_NO, remove_question, save_question
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import ticket_types
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.questions import check_in_questions
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.pin import OrganisersLeave, Then
from kiosk.ui.tui.widgets.form import FORM_KEYS, TickList, enter_in_field
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Session

_WHY = "What is asked is the organiser's."
_SEPARATOR = " / "


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """What the screen shows."""

    questions: tuple[Question, ...]
    lists: tuple[CheckInList, ...]
    ticket_types: tuple[str, ...]


class Typed(NamedTuple):
    """What the form was filled with."""

    name: str
    text: str
    choices: list[str]
    lists: list[str]
    """Names; all of them unticked means every list."""
    types: list[str]


class QuestionsScreen(Dialog[None]):
    """One line a question."""

    BINDINGS = [
        Binding("f2,insert", "new", "Add"),
        Binding("f3", "change", "Change"),
        Binding("delete", "remove", "Remove"),
        Binding("escape", "dismiss", "Back"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.facts = QuestionFacts((), (), ())
        self._leave = OrganisersLeave(_WHY)

    def compose(self) -> ComposeResult:
        """The questions, what was done, the keys."""
        with Vertical(classes="dialog", id="questions"):
            yield Static("Asked at check-in", classes="title")
            yield OptionList(id="question-lines")
            yield Static("", id="questions-said", markup=False)
            yield Hint("F2 add", "Esc back")

    def on_mount(self) -> None:
        """Read them."""
        self.query_one(OptionList).focus()
        self._load("")

    def _load(self, said: str) -> None:
        self.session.ask(_facts, lambda facts: self._loaded(facts, said))

    def _loaded(self, facts: QuestionFacts, said: str) -> None:
        if not self.is_attached:
            return
        self.facts = facts
        options = self.query_one(OptionList)
        lit = options.highlighted or 0
        options.clear_options()
        options.add_options([Option(_line(question)) for question in facts.questions])
        if facts.questions:
            options.highlighted = min(lit, len(facts.questions) - 1)
        with_one = ("Enter change", "Del remove") if facts.questions else ()
        self.query_one(Hint).say("F2 add", *with_one, "Esc back")
        empty = (
            "Nothing is asked yet: photo consent, a meal, a first time here? F2 adds a question."
        )
        self._say(said or ("" if facts.questions else empty))

    def _say(self, text: str, *, is_error: bool = False) -> None:
        said = self.query_one("#questions-said", Static)
        said.set_class(is_error, "error")
        said.update(escape_controls(text))

    def _failed(self, error: KioskError) -> None:
        if self.is_attached:
            self._say(str(error), is_error=True)

    @property
    def lit(self) -> Question | None:
        """The question under the bar."""
        index = self.query_one(OptionList).highlighted
        questions = self.facts.questions
        return questions[index] if index is not None and index < len(questions) else None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_change()

    def _permitted(self, do: Then) -> None:
        """Do it, after the organiser's PIN where there is one."""
        self._leave.then(self.app, self.session, do)

    def action_new(self) -> None:
        """One question more."""
        self._permitted(lambda: self._form(None))

    def action_change(self) -> None:
        """The lit question's words, answers, lists and tickets."""
        question = self.lit
        if question is not None:
            self._permitted(lambda: self._form(question))

    def _form(self, question: Question | None) -> None:
        def saved(name: str | None) -> None:
            if name is not None:
                self._load(f"Saved: {name}.")

        self.app.push_screen(QuestionForm(self.session, self.facts, question), saved)

    def action_remove(self) -> None:
        """Ask the lit one no more."""
        question = self.lit
        if question is None:
            return
        name = question.name

        def removed(_: Question) -> None:
            self._load(f"Asked no more: {name}. Answers given stay with the people.")

        self._permitted(
            lambda: self.session.ask(
                lambda store: remove_question(store, name), removed, self._failed
            )
        )


class QuestionForm(Dialog[str | None]):
    """Answers the name of the question that was saved, or None."""

    BINDINGS = [*FORM_KEYS]

    def __init__(self, session: Session, facts: QuestionFacts, question: Question | None) -> None:
        super().__init__()
        self.session = session
        self.facts = facts
        self.question = question

    def compose(self) -> ComposeResult:
        """A line a field."""
        question = self.question
        title = f"Change {escape_controls(question.name)}" if question else "A question at check-in"
        choices = question.choices if question else YES_OR_NO
        names = {item.id: item.name for item in self.facts.lists}
        chosen = [names[key] for key in question.list_ids if key in names] if question else []
        with VerticalScroll(classes="dialog form", id="question-form", can_focus=False):
            yield Static(title, classes="title", markup=False)
            if question is None:
                yield from self._field("Name", "name", "", "Photo consent")
            text = question.text if question else ""
            yield from self._field("Asked aloud", "text", text, "May we publish photos of you?")
            yield from self._field("Answers", "choices", _SEPARATOR.join(choices), "Yes / No")
            yield Static("Two to nine, with / between them; each is one key.", classes="line")
            if len(self.facts.lists) > 1:
                yield Static("Asked on these lists; none ticked: on every list.", classes="line")
                yield TickList(list(names.values()), chosen, id="question-lists")
            if len(self.facts.ticket_types) > 1:
                yield Static("Asked of these tickets; none ticked: of all.", classes="line")
                types = question.ticket_types if question else ()
                yield TickList(self.facts.ticket_types, types, id="question-types")
            yield Static("", id="question-error", classes="error", markup=False)
            yield Hint("F2 save", "↑↓ Tab fields", "Space tick", "Esc back")

    def _field(self, label: str, name: str, value: str, example: str) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label(label, markup=False)
            yield Input(
                value=escape_controls(value),
                placeholder=example,
                id=f"question-{name}",
                max_length=400,
            )

    def on_mount(self) -> None:
        """What is typed first has the cursor."""
        self.query(Input).first().focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        enter_in_field(event, self, self.action_save)

    def _typed(self) -> Typed:
        fields = {
            str(field.id).removeprefix("question-"): field.value for field in self.query(Input)
        }
        ticked = {str(ticks.id): ticks.chosen for ticks in self.query(TickList)}
        name = self.question.name if self.question else fields["name"]
        return Typed(
            name,
            fields["text"].strip() or name,
            [choice.strip() for choice in fields["choices"].split("/")],
            ticked.get("question-lists", []),
            ticked.get("question-types", []),
        )

    def action_save(self) -> None:
        """Save it, or say what is wrong with it."""
        typed, is_new = self._typed(), self.question is None

        def save(store: Store) -> Question:
            return save_question(
                store,
                typed.name,
                is_new=is_new,
                text=typed.text,
                choices=typed.choices,
                lists=typed.lists,
                ticket_types=typed.types,
            )

        self.session.ask(save, self._saved, self._failed)

    def _saved(self, question: Question) -> None:
        self.dismiss(question.name)

    def _failed(self, error: KioskError) -> None:
        if self.is_attached:
            self.query_one("#question-error", Static).update(escape_controls(error.problem))


def _facts(store: Store) -> QuestionFacts:
    connection = store.connection
    return QuestionFacts(
        tuple(check_in_questions(connection)),
        tuple(check_in_lists(connection)),
        tuple(ticket_types(connection)),
    )


def _line(question: Question) -> Content:
    choices = _SEPARATOR.join(escape_controls(choice) for choice in question.choices)
    return Content.assemble(
        (escape_controls(question.name), "bold"),
        f"  {escape_controls(question.text)}  ",
        (choices, "$secondary"),
    )
