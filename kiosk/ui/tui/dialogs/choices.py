"""Which day or list scans count for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.text import escape_controls
from kiosk.services.printing.settings import LABELS_LOW
from kiosk.services.printing.system import PDF_FOLDER
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.hint import Hint

if TYPE_CHECKING:
    from kiosk.printing.backend import PrinterInfo

CHANGE = "change"


class ChooseListScreen(Dialog[CheckInList | str | None]):
    """Answers the list, `CHANGE` to change lists, or None to stay."""

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
        """One line a list, the present one lit."""
        with Vertical(classes="dialog"):
            yield Static("Scans count for", classes="title")
            yield OptionList(*(self._option(item) for item in self.lists), id="lists")
            change = ["F3 add or change lists"] if self.may_change else []
            yield Hint("↑↓ choose", "Enter take", *change, "Esc back")

    def on_mount(self) -> None:
        """Light the present list."""
        ids = [item.id for item in self.lists]
        options = self.query_one(OptionList)
        options.highlighted = ids.index(self.current_id) if self.current_id in ids else 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F3 works where lists may be changed."""
        return self.may_change or CHANGE not in parameters

    def _option(self, item: CheckInList) -> Option:
        mark = "▸ " if item.id == self.current_id else "  "
        types = f"  ({', '.join(item.ticket_types)})" if item.ticket_types else ""
        text = Content.assemble(mark, escape_controls(item.name), (escape_controls(types), "dim"))
        return Option(text, id=item.id)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.lists[event.option_index])


# Which printer badges go to.

NO_PRINTER = ""
_SAID = {3: "ready", 4: "printing", 5: "stopped"}
"""`printer-state` in a word."""


class ChoosePrinterScreen(Dialog[str | None]):
    """Answers a printer's name or address, empty for none, or None to leave things as they are."""

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
            choices.append((PDF_FOLDER, _plain(PDF_FOLDER, "saved, to be printed by hand")))
        if may_be_none:
            choices.append((NO_PRINTER, _plain("No printer", "F6 writes a PDF")))
        self.choices = choices

    def compose(self) -> ComposeResult:
        """One line a printer, and a field for an address."""
        with Vertical(classes="dialog"):
            yield Static(self.question, classes="title")
            yield OptionList(*(row for _, row in self.choices), id="printers")
            yield Input(
                placeholder="or an address: ipp://192.168.1.20/ipp/print",
                id="address",
                max_length=200,
            )
            yield Hint("↑↓ choose", "Enter take", "Tab the address", "Esc back")

    def on_mount(self) -> None:
        """Light the present printer, else the default one."""
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
    said = _SAID.get(printer.state, "") if printer.state else ""
    taking = "" if printer.accepting else "takes no jobs"
    default = "default" if printer.is_default else ""
    words = " · ".join(w for w in (printer.description, said, taking, default) if w)
    return _plain(printer.name, words)


# How many labels are on the roll.


class LabelsScreen(Dialog[str | None]):
    """Answers the number as typed, empty to count no longer, or None to leave it."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def compose(self) -> ComposeResult:
        """One number."""
        with Vertical(classes="dialog"):
            yield Static("How many labels are on the roll?", classes="title")
            yield Input(type="integer", placeholder="for example 300", id="labels", max_length=6)
            yield Hint(
                "Enter note it",
                "Esc back",
                about=f"The desk counts them down and warns at {LABELS_LOW}. "
                "Empty: it does not count.",
            )

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())
