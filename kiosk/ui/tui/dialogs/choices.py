"""Dialogs with one choice: a check-in list, a printer, the labels on a roll, a place of a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from kiosk.domain.checkin.questions import MAX_ANSWER, Question, QuestionKind
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.printing.job import PDF_FOLDER
from kiosk.domain.text import escape_controls
from kiosk.services.checkin.questions import bad_answer
from kiosk.services.printing.settings import LABELS_LOW, SheetPlace
from kiosk.ui.tui.dialogs.ask import ChoiceScreen, LineScreen
from kiosk.ui.tui.dialogs.dialog import Dialog, typed_digit
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.form import TickList
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine

if TYPE_CHECKING:
    from kiosk.domain.people.attendee import Attendee
    from kiosk.printing.backend import PrinterInfo

CHANGE = "change"


class ChooseListScreen(ChoiceScreen[CheckInList | str]):
    """Answers the list, `CHANGE` to change lists, or None to stay."""

    HELP = "Scans count for the selected list. Each list counts each ticket on its own."
    LIST_ID = "lists"
    BINDINGS = [
        Binding("escape,f7", "dismiss(None)", "Back"),
        Binding("f3", f"dismiss('{CHANGE}')", "Change lists"),
    ]

    def __init__(
        self, lists: Sequence[CheckInList], current_id: str, *, may_change: bool = False
    ) -> None:
        change = ["F3 add or change lists"] if may_change else []
        digits = f" 1-{min(9, len(lists))}" if len(lists) > 1 else ""
        super().__init__(
            "Check in for:",
            [
                (item, _list_line(number, item, is_current=item.id == current_id))
                for number, item in enumerate(lists, 1)
            ],
            current=next((item for item in lists if item.id == current_id), None),
            keys=(f"↑↓{digits} select", "Enter OK", *change, "Esc back"),
        )
        self.may_change = may_change

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F3 acts only where lists may be changed."""
        return self.may_change or CHANGE not in parameters

    def on_key(self, event: events.Key) -> None:
        """A digit selects its list."""
        if 1 <= (number := typed_digit(event)) <= len(self.choices):
            event.stop()
            self.query_one(OptionList).highlighted = number - 1


def _list_line(number: int, item: CheckInList, *, is_current: bool) -> Content:
    mark = "▸ " if is_current else "  "
    mark += f"{number}  " if number <= 9 else "   "
    types = f"  ({', '.join(item.ticket_types)})" if item.ticket_types else ""
    return Content.assemble(mark, escape_controls(item.name), (escape_controls(types), "dim"))


class _NumberedTicks(TickList):
    """Numbered texts: Space and digits tick, Enter ends the choice."""

    BINDINGS = [Binding("enter", "screen.done", show=False)]

    def on_key(self, event: events.Key) -> None:
        """Tick the line of a digit, or remove the tick."""
        if 1 <= (number := typed_digit(event)) <= len(self.texts):
            event.stop()
            self.highlighted = number - 1
            self.action_select()


class OrderScreen(Dialog[list[str] | None]):
    """Answers the ids of the people of an order to check in: the ticked, else the selected one."""

    HELP = "The tickets of one order. Space or a digit ticks a person; Enter checks them in."

    def __init__(self, left: Sequence[Attendee]) -> None:
        super().__init__()
        self._ids = {
            f"{number}  {person.label}  {person.ticket_type}".rstrip(): person.id
            for number, person in enumerate(left, 1)
        }

    def compose(self) -> ComposeResult:
        """One line per person."""
        with Vertical(classes="dialog"):
            yield Static("Who of this order comes in?", classes="title")
            yield _NumberedTicks(list(self._ids), (), id="order")
            yield Hint("↑↓ Space or 1-9 tick", "Enter check in", "Esc back")

    def on_mount(self) -> None:
        """Select the first person."""
        self.query_one(TickList).highlighted = 0

    def action_done(self) -> None:
        """Check in those who are ticked, else the selected person."""
        people = self.query_one(TickList)
        selected = people.texts[people.highlighted or 0]
        self.dismiss([self._ids[text] for text in people.chosen or [selected]])


class FreeAnswerScreen(Dialog[str | None]):
    """Answers a question with a number, a text, a code or several choices.

    The answer is a text, "" to leave the question open, or None to ask it later.
    """

    HELP = (
        "The answer stays with the attendee. Esc asks it later; the person is not checked in yet."
    )

    def __init__(self, question: Question, name: str) -> None:
        """`name`: of the attendee."""
        super().__init__()
        self._question = question
        self._who = name
        self.takes_scans = question.kind is QuestionKind.CODE

    def compose(self) -> ComposeResult:
        """The question, the field or the choices, the error, the keys."""
        question = self._question
        skip = "an answer is needed" if question.required else "empty: no answer now"
        with Vertical(classes="dialog"):
            yield Static(escape_controls(question.text), classes="title", markup=False)
            yield Static(escape_controls(self._who), markup=False)
            if question.choices:
                yield _NumberedTicks(self._numbered(), (), id="answer")
                yield Hint("↑↓ Space or 1-9 tick", "Enter OK", skip, "Esc back")
            else:
                yield Input(
                    placeholder=_EXAMPLES[question.kind], id="answer", max_length=MAX_ANSWER
                )
                yield Hint("Enter OK", skip, "Esc back")
            yield StatusLine(id="answer-error")

    def _numbered(self) -> list[str]:
        return [f"{number}  {text}" for number, text in enumerate(self._question.choices, 1)]

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._answer(event.value)

    @on(CodeScanned)
    def _code_scanned(self, message: CodeScanned) -> None:
        message.stop()
        self._answer(message.raw)

    def action_done(self) -> None:
        """Answer with the ticked choices."""
        ticked = self.query_one(TickList).chosen
        self._answer("; ".join(text.split("  ", 1)[1] for text in ticked))

    def _answer(self, text: str) -> None:
        if not text.strip() and not self._question.required:
            self.dismiss("")
        elif (answer := self._question.answer(text)) is not None:
            self.dismiss(answer)
        else:
            self.failed(bad_answer(self._question, text))


_EXAMPLES = {
    QuestionKind.NUMBER: "a number, for example 3",
    QuestionKind.TEXT: "some words",
    QuestionKind.CODE: "scan or type the code",
}


class PaperTimeScreen(LineScreen):
    """Answers the time on a paper list, "" to count for now again, or None to change nothing."""

    HELP = "The time that is written on the paper list. Scans and names count for it, not for now."

    def __init__(self) -> None:
        super().__init__(
            "Which time is written on the paper list?",
            Input(placeholder="9:40, or 16 Feb 9:40", id="paper", max_length=60),
            "Enter OK",
            "Esc back",
            about="Empty: scans count for now again.",
        )


NO_PRINTER = ""
_STATES = {3: "ready", 4: "printing", 5: "stopped"}
"""The values of IPP's `printer-state`."""


class ChoosePrinterScreen(ChoiceScreen[str]):
    """Answers a printer's name or address, "" for no printer, or None to change nothing."""

    HELP = (
        "Badges of this laptop go to the selected printer. Tab: type the address of a network "
        "printer."
    )
    LIST_ID = "printers"

    def __init__(
        self, title: str, printers: list[PrinterInfo], current: str, *, may_be_none: bool
    ) -> None:
        choices = [(printer.name, _row(printer)) for printer in printers]
        if PDF_FOLDER not in dict(choices):
            choices.append((PDF_FOLDER, _plain(PDF_FOLDER, "saved as PDF files")))
        if may_be_none:
            choices.append((NO_PRINTER, _plain("No printer", "F6 writes a PDF")))
        super().__init__(
            title,
            choices,
            current=current or None,
            below=Input(
                placeholder="or an address: ipp://192.168.1.20/ipp/print",
                id="address",
                max_length=200,
            ),
            keys=("↑↓ select", "Enter OK", "Tab the address", "Esc back"),
        )

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())


def _plain(name: str, words: str) -> Content:
    return Content.assemble(escape_controls(name), (f"  {escape_controls(words)}", "dim"))


def _row(printer: PrinterInfo) -> Content:
    state = _STATES.get(printer.state, "") if printer.state else ""
    taking = "" if printer.accepting else "takes no jobs"
    default = "default" if printer.is_default else ""
    words = " · ".join(w for w in (printer.description, state, taking, default) if w)
    return _plain(printer.name, words)


class LabelsScreen(LineScreen):
    """Answers the typed number of labels, "" to stop counting, or None to change nothing."""

    HELP = "The desk counts the labels down, and warns before the roll is empty."

    def __init__(self) -> None:
        super().__init__(
            "How many labels are on the roll?",
            Input(type="integer", placeholder="for example 300", id="labels", max_length=6),
            "Enter save",
            "Esc back",
            about=f"The desk counts them down and warns at {LABELS_LOW}. Empty: it does not count.",
        )


class SheetPlaceScreen(Dialog[int | None]):
    """Answers the next free place of the sheet in the printer, or None to change nothing."""

    HELP = "The arrow keys select the first free label of the sheet; Home is a new sheet."
    BINDINGS = [
        Binding("enter", "choose", "OK"),
        Binding("left", "move(-1, 0)", "Left"),
        Binding("right", "move(1, 0)", "Right"),
        Binding("up", "move(0, -1)", "Up"),
        Binding("down", "move(0, 1)", "Down"),
        Binding("home", "first", "New sheet"),
        Binding("escape", "dismiss(None)", "Back"),
    ]

    def __init__(self, stock: str, sheet: SheetPlace) -> None:
        super().__init__()
        self.stock = stock
        self.sheet = sheet

    def compose(self) -> ComposeResult:
        """A drawing of the sheet, and the keys."""
        with Vertical(classes="dialog"):
            yield Static("Where does the next badge go?", classes="title")
            yield Static("", id="sheet", markup=False)
            yield Hint("↑↓←→ select", "Home new sheet", "Enter OK", "Esc back")

    def on_mount(self) -> None:
        """Draw the sheet."""
        self._paint()

    def _paint(self) -> None:
        sheet = self.sheet
        lines = [Content(f"{self.stock}: {sheet.words}. ■ is used."), Content("")]
        for first in range(1, sheet.places + 1, sheet.columns):
            cells = [self._cell(place) for place in range(first, first + sheet.columns)]
            lines.append(Content("  ").join([Content(""), *cells]))
        self.query_one("#sheet", Static).update(Content("\n").join(lines))

    def _cell(self, place: int) -> Content:
        if place == self.sheet.place:
            return Content.styled(f"[{place:>2} ]", "bold reverse")
        return Content("  ■  ") if place < self.sheet.place else Content(f" {place:>2}  ")

    def action_move(self, right: int, down: int) -> None:
        """Select another place."""
        place = self.sheet.place + right + down * self.sheet.columns
        if 1 <= place <= self.sheet.places:
            self.sheet = self.sheet._replace(place=place)
            self._paint()

    def action_first(self) -> None:
        """Select the first place, of a new sheet."""
        self.sheet = self.sheet._replace(place=1)
        self._paint()

    def action_choose(self) -> None:
        """Answer the selected place."""
        self.dismiss(self.sheet.place)
