"""Which printer badges go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from kiosk.domain.text import visible
from kiosk.services.print_system import PDF_FOLDER
from kiosk.tui.screens.dialog import Dialog
from kiosk.tui.widgets.hint import Hint

if TYPE_CHECKING:
    from kiosk.printing.backend import PrinterInfo

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
    return Content.assemble(visible(name), (f"  {visible(words)}", "dim"))


def _row(printer: PrinterInfo) -> Content:
    said = _SAID.get(printer.state, "") if printer.state else ""
    taking = "" if printer.accepting else "takes no jobs"
    default = "default" if printer.is_default else ""
    words = " · ".join(w for w in (printer.description, said, taking, default) if w)
    return _plain(printer.name, words)
