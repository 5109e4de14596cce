"""Questions at check-in on screen: list, add, change and remove them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static

from kiosk.domain.checkin.privileges import CHANGE_QUESTIONS
from kiosk.domain.checkin.questions import Question, QuestionKind
from kiosk.domain.text import escape_controls
from kiosk.services.checkin.authorisation import Authorisation
from kiosk.services.checkin.questions import (
    YES_OR_NO,
    QuestionsOverview,
    questions_overview,
    remove_question,
    save_question,
)
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.form import FormScreen
from kiosk.ui.tui.dialogs.pin import Permission
from kiosk.ui.tui.widgets.form import Choice, RecordList, TickList, labelled
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

_SEPARATOR = " / "
_NO_QUESTION = "No questions yet, such as photo consent or a meal. F2 adds one."


class TypedQuestion(NamedTuple):
    """The values of the form."""

    name: str
    text: str
    choices: list[str]
    lists: list[str]
    """Names of lists; empty: all lists."""
    types: list[str]
    """Ticket types; empty: all types."""
    kind: str
    is_required: bool


_KINDS = {
    "choice": "one answer",
    "several": "several answers",
    "number": "a number",
    "text": "words",
    "code": "a scanned code",
}
_NEEDED = {"optional": "may be skipped", "required": "is required"}


class QuestionsScreen(Dialog[None]):
    """One line per question."""

    HELP = (
        "Each question is asked at check-in and answered with one key. The answer is a column "
        "of the export."
    )
    BINDINGS = [
        Binding("f2,insert", "new", "Add"),
        Binding("f3", "change", "Change"),
        Binding("delete", "remove", "Remove"),
        Binding("escape", "dismiss", "Back"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.list_view = RecordList[Question](lambda item: item.name, id="question-lines")
        self.overview = QuestionsOverview((), (), ())
        self._permitted = Permission(self, lambda _: CHANGE_QUESTIONS)

    def compose(self) -> ComposeResult:
        """The questions, the last action, the keys."""
        with Vertical(classes="dialog", id="questions"):
            yield Static("Asked at check-in", classes="title")
            yield self.list_view
            yield StatusLine(id="questions-said")
            yield Hint("F2 add", "Esc back")

    def on_mount(self) -> None:
        """Read the questions."""
        self._load()

    def _load(self, done: str = "") -> None:
        def loaded(overview: QuestionsOverview) -> None:
            self.overview = overview
            self.list_view.show(overview.questions, _line)
            with_one = ("Enter change", "Del remove") if overview.questions else ()
            self.query_one(Hint).say("F2 add", *with_one, "Esc back")
            self.say(done or ("" if overview.questions else _NO_QUESTION))

        self.session.ask(questions_overview, self.while_open(loaded))

    @on(OptionList.OptionSelected)
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_change()

    def action_new(self) -> None:
        """Add a question."""
        self._permitted(lambda: self._open_form(None))

    def action_change(self) -> None:
        """Change the selected question."""
        question = self.list_view.selected
        if question is not None:
            self._permitted(lambda: self._open_form(question))

    def _open_form(self, question: Question | None) -> None:
        def saved(name: str | None) -> None:
            if name is not None:
                self._load(f"Saved: {name}.")

        self.app.push_screen(
            QuestionForm(self.session, self.overview, question, self._permitted.given), saved
        )

    def action_remove(self) -> None:
        """Remove the selected question."""
        question = self.list_view.selected
        if question is None:
            return
        name = question.name

        def removed(_: Question) -> None:
            self._load(f"Removed: {name}. The answers given so far are kept.")

        self._permitted(
            lambda: self.session.ask(
                lambda store: remove_question(store, name, given=self._permitted.given),
                removed,
                self.failed,
            )
        )


class QuestionForm(FormScreen[str | None]):
    """Answers the name of the question that was saved, or None."""

    HELP = (
        "Two to nine answers, each with one key. Ticked lists and ticket types limit who is asked."
    )
    PREFIX = "question"

    def __init__(
        self,
        session: Session,
        overview: QuestionsOverview,
        question: Question | None,
        given: Authorisation,
    ) -> None:
        """`question`: None adds one; `given`: permission to save."""
        super().__init__()
        self.given = given
        self.session = session
        self.overview = overview
        self.question = question

    def compose(self) -> ComposeResult:
        """One line per field, then the lists and ticket types to tick."""
        question, overview = self.question, self.overview
        title = f"Change {escape_controls(question.name)}" if question else "A question at check-in"
        text = question.text if question else ""
        choices = _SEPARATOR.join(question.choices if question else YES_OR_NO)
        names = {item.id: item.name for item in overview.lists}
        ticked = [names[key] for key in question.list_ids if key in names] if question else []
        types = question.ticket_types if question else ()
        with VerticalScroll(classes="dialog form", id="question-form", can_focus=False):
            yield Static(title, classes="title", markup=False)
            if question is None:
                yield self.field("name", "Name", example="Photo consent", longest=400)
            example = "May we publish photos of you?"
            yield self.field("text", "Question", text, example=example, longest=400)
            yield self.field("choices", "Answers", choices, example="Yes / No", longest=400)
            yield Static("Two to nine, with / between them; each has one key.", classes="line")
            kind = str(question.kind if question else QuestionKind.CHOICE)
            yield labelled("Kind", Choice(list(_KINDS.items()), kind, id="question-kind"))
            needed = "required" if question and question.required else "optional"
            yield labelled("Answer", Choice(list(_NEEDED.items()), needed, id="question-needed"))
            if len(overview.lists) > 1:
                yield Static("On these lists (none ticked = all):", classes="line")
                yield TickList(list(names.values()), ticked, id="question-lists")
            if len(overview.ticket_types) > 1:
                yield Static("For these ticket types (none ticked = all):", classes="line")
                yield TickList(overview.ticket_types, types, id="question-types")
            yield StatusLine(id="question-error")
            yield Hint("F2 or Ctrl+S save", "↑↓ Tab fields", "Space tick", "Esc back")

    def _typed_question(self) -> TypedQuestion:
        ticked = {str(ticks.id): ticks.chosen for ticks in self.query(TickList)}
        name = self.question.name if self.question else self.typed("name")
        return TypedQuestion(
            name,
            self.typed("text").strip() or name,
            [choice.strip() for choice in self.typed("choices").split("/")],
            ticked.get("question-lists", []),
            ticked.get("question-types", []),
            self.query_one("#question-kind", Choice).value,
            self.query_one("#question-needed", Choice).value == "required",
        )

    def action_save(self) -> None:
        """Save the question, or show the errors."""
        typed, is_new = self._typed_question(), self.question is None

        def save(store: Store) -> Question:
            return save_question(
                store,
                typed.name,
                is_new=is_new,
                text=typed.text,
                choices=typed.choices,
                lists=typed.lists,
                ticket_types=typed.types,
                kind=typed.kind,
                required=typed.is_required,
                given=self.given,
            )

        self.session.ask(save, self._saved, self.failed)

    def _saved(self, question: Question) -> None:
        self.dismiss(question.name)


def _line(question: Question) -> Content:
    choices = _SEPARATOR.join(escape_controls(choice) for choice in question.choices)
    choices = choices or _KINDS[question.kind]
    choices += ", required" if question.required else ""
    return Content.assemble(
        (escape_controls(question.name), "bold"),
        f"  {escape_controls(question.text)}  ",
        (choices, "$secondary"),
    )
