"""Print a test badge on the selected printer, and ask whether it came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.printing.job import PDF_FOLDER
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.printing.paper import PaperChoice
from kiosk.ui.actions import DESK, saved_and_next
from kiosk.ui.tui.dialogs.ask import ChoiceScreen
from kiosk.ui.tui.dialogs.choices import ChoosePrinterScreen, SheetPlaceScreen
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.printing.print_control import PrintControl
from kiosk.ui.tui.widgets.key_bar import Hint

if TYPE_CHECKING:
    from kiosk.printing.backend import PrinterInfo

LOOK_S = 0.3
_TRY = (
    "Check that the printer is on and has paper, that its cover is closed, and that it is the "
    "printer named above. F3 selects another, F5 its labels. If the badge is out of place, print "
    "the ruler: Ctrl+P, Print badges, signs, certificates."
)


class PrinterTestScreen(Dialog[None]):
    """Prints a sample badge in the layout of this desk."""

    HELP = "Choose the printer and its labels, print a sample badge, and say whether it came out."
    BINDINGS = [
        Binding("enter", "print", "Print a test badge"),
        Binding("f3", "choose", "Choose the printer"),
        Binding("f5", "paper", "Choose labels and layout"),
        Binding("f6", "place", "Choose the place on the sheet"),
        Binding("y", "came(True)", "It came out"),
        Binding("n", "came(False)", "Nothing came"),
        Binding("escape", "dismiss(None)", "Back"),
    ]

    def __init__(self, paper: PrintControl) -> None:
        super().__init__()
        self.paper = paper
        self.is_sent = False
        self._said: tuple[str, str] | None = None

    def compose(self) -> ComposeResult:
        """The printer, the result, and the question."""
        with Vertical(classes="dialog"):
            yield Static("Test the printer", classes="title")
            yield Static("", id="printer-where", markup=False)
            yield Static("", id="printer-news", markup=False)
            yield Hint(id="printer-ask")

    def on_mount(self) -> None:
        """Follow the printer's reports."""
        self.paper.test_news = None
        self._paint()
        self.set_interval(LOOK_S, self._paint)

    def _paint(self) -> None:
        settings = self.paper.settings
        printer = escape_controls(settings.printer)
        paper = "".join(
            f", {word} {escape_controls(name)}"
            for word, name in (("layout", settings.layout), ("labels", settings.stock))
            if name
        )
        where = f"Badges go to {printer}{paper}." if printer else "No printer is selected yet."
        if settings.sheet is not None:
            where += f" The next badge gets {settings.sheet.words}."
        if printer and settings.tested == settings.printer and not self.is_sent:
            where += " It was tested before."
        self.query_one("#printer-where", Static).update(where)
        tone, first, second = self._news()
        style = {"good": "bold $text-success", "bad": "bold $text-error"}.get(tone, "bold")
        news = Content("\n").join([Content.styled(first, style), Content(second)])
        self.query_one("#printer-news", Static).update(news)
        keys = ["Enter print a test badge", "F3 printer", "F5 labels", "Esc back"]
        if settings.sheet is not None:
            keys.insert(3, "F6 place")
        if not printer:
            keys = ["Enter choose a printer", "Esc back"]
        if self.is_sent:
            keys = ["Y yes", "N no", *keys]
        about = "Did the badge come out?" if self.is_sent else ""
        self.query_one("#printer-ask", Hint).say(*keys, about=about)

    def _news(self) -> tuple[str, str, str]:
        if self._said is not None:
            return ("good" if self._said[0].startswith("✓") else "bad", *self._said)
        test = self.paper.test_news
        if test is None:
            return "", "Load badge paper." if self.paper.settings.printer else "", ""
        sign = "" if test.is_good else "✗ "
        tone = "" if test.is_good else "bad"
        return tone, f"{sign}{escape_controls(test.sentence)}", escape_controls(test.next_step)

    # keys

    def action_print(self) -> None:
        """Print the test badge."""
        if not self.paper.settings.printer:
            self.action_choose()
            return
        self._said = None
        self.is_sent = True
        self.paper.print_test(self._failed)
        self._paint()

    def action_choose(self) -> None:
        """Choose another printer."""

        def chosen(printer: str | None) -> None:
            if printer:
                self._said, self.is_sent = None, False
                self.paper.test_news = None
                self.paper.choose(printer)

        def show(printers: list[PrinterInfo]) -> None:
            if self.is_current:
                current = self.paper.settings.printer
                screen = ChoosePrinterScreen("Badges go to", printers, current, may_be_none=False)
                self.app.push_screen(screen, chosen)

        self.paper.printers(show, self._failed)

    def action_paper(self) -> None:
        """Choose the labels and the layout of the selected printer."""
        if not self.paper.settings.printer:
            self.action_choose()
            return

        def chosen(choice: PaperChoice | None) -> None:
            if choice is not None:
                self._said, self.is_sent = None, False
                self.paper.test_news = None
                self.paper.choose_paper(choice, self._failed)

        def show(choices: list[PaperChoice]) -> None:
            if self.is_current:
                settings = self.paper.settings
                current = (settings.stock, settings.layout)
                self.app.push_screen(ChoosePaperScreen(choices, current), chosen)

        self.paper.papers(show, self._failed)

    def action_place(self) -> None:
        """Choose the next free place of the sheet in the printer."""
        settings = self.paper.settings
        if settings.sheet is None:
            return

        def chosen(place: int | None) -> None:
            if place is not None:
                self.paper.set_place(place, self._failed)

        self.app.push_screen(SheetPlaceScreen(settings.stock, settings.sheet), chosen)

    def action_came(self, came_out: bool) -> None:
        """Record the person's answer, which counts more than the printer's report."""
        if not self.is_sent:
            return
        self.is_sent = False
        self.paper.note_test(came_out)
        printer = escape_controls(self.paper.settings.printer)
        if came_out:
            words = f"✓ {printer} prints badges."
            if self.paper.settings.printer == PDF_FOLDER:
                words = "✓ Badges are saved as PDF files and were printed."
            self._said = (words, "The readiness report is updated.")
        else:
            self._said = ("✗ No badge came out.", _TRY)
        self._paint()

    def _failed(self, error: KioskError) -> None:
        self.is_sent = False
        if self.is_attached:
            rest = escape_controls(saved_and_next(error, DESK))
            self._said = (f"✗ {escape_controls(error.problem)}", rest)
            self._paint()


class ChoosePaperScreen(ChoiceScreen[PaperChoice]):
    """Answers a stock with a layout for the printer, or None to change nothing."""

    HELP = "What is in the printer, and the layout that fits it."
    LIST_ID = "papers"

    def __init__(self, choices: list[PaperChoice], current: tuple[str, str]) -> None:
        """`current`: stock and layout that the printer has now."""
        now = (choice for choice in choices if (choice.stock, choice.layout) == current)
        super().__init__(
            "Labels and layout of this printer",
            [(choice, _paper_row(choice)) for choice in choices],
            current=next(now, None),
        )


def _paper_row(choice: PaperChoice) -> Content:
    name = f"{choice.stock} · {choice.layout}" if choice.stock else "As the event"
    return Content.assemble(escape_controls(name), (f"  {choice.about}", "dim"))
