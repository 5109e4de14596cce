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
from textual.widgets.option_list import Option

from kiosk.domain.checkin.questions import MAX_ANSWER, Question, QuestionKind
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.printing.job import PDF_FOLDER
from kiosk.domain.text import escape_controls
from kiosk.services.checkin.questions import bad_answer
from kiosk.services.printing.settings import LABELS_LOW, SheetPlace
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.form import TickList
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine

if TYPE_CHECKING:
    from kiosk.domain.people.attendee import Attendee
    from kiosk.printing.backend import PrinterInfo

CHANGE = "change"


class ChooseListScreen(Dialog[CheckInList | str | None]):
    """Answers the list, `CHANGE` to change lists, or None to stay."""

    HELP = "Scans count for the selected list. Each list counts each ticket on its own."
    BINDINGS = [
        Binding("escape,f7", "dismiss(None)", "Back"),
        Binding("f3", f"dismiss('{CHANGE}')", "Change lists"),
    ]

    def __init__(
        self, lists: Sequence[CheckInList], current_id: str, *, may_change: bool = False
    ) -> None:
        super().__init__()
        self.may_change = may_change
        self.lists = list(lists)
        self.current_id = current_id

    def compose(self) -> ComposeResult:
        """One line per list, the current one selected."""
        with Vertical(classes="dialog"):
            yield Static("Check in for:", classes="title")
            rows = (self._option(number, item) for number, item in enumerate(self.lists, 1))
            yield OptionList(*rows, id="lists")
            change = ["F3 add or change lists"] if self.may_change else []
            digits = f" 1-{min(9, len(self.lists))}" if len(self.lists) > 1 else ""
            yield Hint(f"↑↓{digits} select", "Enter OK", *change, "Esc back")

    def on_mount(self) -> None:
        """Select the current list."""
        ids = [item.id for item in self.lists]
        options = self.query_one(OptionList)
        options.highlighted = ids.index(self.current_id) if self.current_id in ids else 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F3 acts only where lists may be changed."""
        return self.may_change or CHANGE not in parameters

    def on_key(self, event: events.Key) -> None:
        """A digit selects its list."""
        number = int(event.key) if event.key.isdecimal() and event.key.isascii() else 0
        if 1 <= number <= len(self.lists):
            event.stop()
            self.query_one(OptionList).highlighted = number - 1

    def _option(self, number: int, item: CheckInList) -> Option:
        mark = "▸ " if item.id == self.current_id else "  "
        mark += f"{number}  " if number <= 9 else "   "
        types = f"  ({', '.join(item.ticket_types)})" if item.ticket_types else ""
        text = Content.assemble(mark, escape_controls(item.name), (escape_controls(types), "dim"))
        return Option(text, id=item.id)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.lists[event.option_index])


class _OrderList(TickList):
    """Enter checks in those who are ticked; Space and digits tick."""

    BINDINGS = [Binding("enter", "screen.done", show=False)]


class OrderScreen(Dialog[list[str] | None]):
    """Answers the ids of the people of an order to check in: the ticked, else the selected one."""

    HELP = "The tickets of one order. Space or a digit ticks a person; Enter checks them in."
    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

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
            yield _OrderList(list(self._ids), (), id="order")
            yield Hint("↑↓ Space or 1-9 tick", "Enter check in", "Esc back")

    def on_mount(self) -> None:
        """Put the cursor in the list."""
        people = self.query_one(TickList)
        people.highlighted = 0
        people.focus()

    def on_key(self, event: events.Key) -> None:
        """Tick the person of a digit, or remove the tick."""
        tick_by_digit(self.query_one(TickList), event)

    def action_done(self) -> None:
        """Check in those who are ticked, else the person under the bar."""
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
    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

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
                yield _OrderList(self._numbered(), (), id="answer")
                yield Hint("↑↓ Space or 1-9 tick", "Enter OK", skip, "Esc back")
            else:
                yield Input(
                    placeholder=_EXAMPLES[question.kind], id="answer", max_length=MAX_ANSWER
                )
                yield Hint("Enter OK", skip, "Esc back")
            yield StatusLine(id="answer-error")

    def _numbered(self) -> list[str]:
        return [f"{number}  {text}" for number, text in enumerate(self._question.choices, 1)]

    def on_mount(self) -> None:
        """Put the cursor in the answer."""
        self.query_one("#answer").focus()

    def on_key(self, event: events.Key) -> None:
        """Tick the choice of a digit, or remove the tick."""
        for options in self.query(TickList):
            tick_by_digit(options, event)

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


class PaperTimeScreen(Dialog[str | None]):
    """Answers the time on a paper list, "" to count for now again, or None to change nothing."""

    HELP = "The time that is written on the paper list. Scans and names count for it, not for now."
    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def compose(self) -> ComposeResult:
        """The field and the keys."""
        with Vertical(classes="dialog"):
            yield Static("Which time is written on the paper list?", classes="title")
            yield Input(placeholder="9:40, or 16 Feb 9:40", id="paper", max_length=60)
            yield Hint("Enter OK", "Esc back", about="Empty: scans count for now again.")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())


_EXAMPLES = {
    QuestionKind.NUMBER: "a number, for example 3",
    QuestionKind.TEXT: "some words",
    QuestionKind.CODE: "scan or type the code",
}


def tick_by_digit(options: TickList, event: events.Key) -> None:
    """Tick the line of a digit, or remove the tick."""
    number = int(event.key) if event.key.isdecimal() and event.key.isascii() else 0
    if 1 <= number <= len(options.texts):
        event.stop()
        options.highlighted = number - 1
        options.action_select()


NO_PRINTER = ""
_STATES = {3: "ready", 4: "printing", 5: "stopped"}
"""The values of IPP's `printer-state`."""


class ChoosePrinterScreen(Dialog[str | None]):
    """Answers a printer's name or address, "" for no printer, or None to change nothing."""

    HELP = (
        "Badges of this laptop go to the selected printer. Tab: type the address of a network "
        "printer."
    )
    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(
        self, title: str, printers: list[PrinterInfo], current: str, *, may_be_none: bool
    ) -> None:
        super().__init__()
        self.question = title
        self.current = current
        names = [printer.name for printer in printers]
        choices = [(printer.name, _row(printer)) for printer in printers]
        if PDF_FOLDER not in names:
            choices.append((PDF_FOLDER, _plain(PDF_FOLDER, "saved as PDF files")))
        if may_be_none:
            choices.append((NO_PRINTER, _plain("No printer", "F6 writes a PDF")))
        self.choices = choices

    def compose(self) -> ComposeResult:
        """One line per printer, and a field for an address."""
        with Vertical(classes="dialog"):
            yield Static(self.question, classes="title")
            yield OptionList(*(row for _, row in self.choices), id="printers")
            yield Input(
                placeholder="or an address: ipp://192.168.1.20/ipp/print",
                id="address",
                max_length=200,
            )
            yield Hint("↑↓ select", "Enter OK", "Tab the address", "Esc back")

    def on_mount(self) -> None:
        """Select the current printer, else the first."""
        names = [name for name, _ in self.choices if name]
        options = self.query_one(OptionList)
        options.highlighted = names.index(self.current) if self.current in names else 0
        options.focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.choices[event.option_index][0])

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


class LabelsScreen(Dialog[str | None]):
    """Answers the typed number of labels, "" to stop counting, or None to change nothing."""

    HELP = "The desk counts the labels down, and warns before the roll is empty."
    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def compose(self) -> ComposeResult:
        """The field and the keys."""
        with Vertical(classes="dialog"):
            yield Static("How many labels are on the roll?", classes="title")
            yield Input(type="integer", placeholder="for example 300", id="labels", max_length=6)
            yield Hint(
                "Enter save",
                "Esc back",
                about=f"The desk counts them down and warns at {LABELS_LOW}. "
                "Empty: it does not count.",
            )

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())


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
