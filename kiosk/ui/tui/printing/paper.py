"""Write badges, signs, lists and certificates as a PDF: choose what, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from kiosk.badges.sheets.stock import list_stocks
from kiosk.badges.text.fontbook import font_hint
from kiosk.domain.badges.order import BadgeProblem, BadgeSort
from kiosk.domain.text import counted, escape_controls
from kiosk.services.badges.badges import BadgeOrder, make_badges
from kiosk.services.badges.signage import Paper, PaperOrder, make_paper
from kiosk.services.setup.folders import short_path
from kiosk.support.files import unused_path
from kiosk.support.progress import Progress
from kiosk.ui.tui.dialogs.writing import WritingDialog
from kiosk.ui.tui.widgets.form import Choice, RecordList, labelled
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

BADGES = "badges"
SORTS = (
    (BadgeSort.FAMILY, "by family name"),
    (BadgeSort.GIVEN, "by given name"),
    (BadgeSort.TYPE, "by ticket type"),
)
WHO = (
    ("unprinted", "without a badge yet"),
    ("changed", "whose badge has changed"),
    ("all", "all"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper."""

    name: str
    words: str
    about: str
    fields: tuple[str, ...] = ()
    """The choices that it needs."""


KINDS = (
    Kind(BADGES, "Badges", "in order, on sheets or labels", ("who", "stock", "sort", "start")),
    Kind(Paper.CERTIFICATES, "Certificates", "for those who came", ("list", "sort")),
    Kind(Paper.BOX_SIGNS, "Box signs", "the letters on each box"),
    Kind(Paper.INDEX_CARDS, "Index cards", "letters between the badges", ("sort",)),
    Kind(Paper.QUEUE_SIGNS, "Queue signs", "the letters of each queue", ("queues", "sort")),
    Kind(Paper.CHECKLIST, "Paper checklist", "to tick without a laptop", ("list", "sort")),
    Kind(Paper.SCANNER_TEST, "Scanner test page", "codes to test the scanner"),
    Kind(Paper.RULER, "Ruler", "to measure a printer's offset", ("stock",)),
    Kind(Paper.REHEARSAL_TICKETS, "Rehearsal tickets", "of made-up people"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """The PDF that was written."""

    file: Path
    words: str
    """Its content: `3 badges on 3 pages`."""
    problems: tuple[BadgeProblem, ...] = ()
    notes: tuple[str, ...] = ()


class PaperScreen(WritingDialog):
    """Writes one PDF at a time, until Esc."""

    HELP = (
        "Select what to print; Enter writes it as a PDF, F3 opens the PDF to print it. Badges get "
        "a box and a slot. They count as printed when you confirm it: F10."
    )
    FILE = "paper-file"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]
    BINDINGS = [
        Binding("escape", "back", "Back"),
        Binding("f2,ctrl+s", "write", "Write the PDF", priority=True),
        Binding("f3", "open_file", "Open the PDF"),
        Binding("enter", "write", "Write", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, event: Path, desk: str, lists: list[str]) -> None:
        """`lists`: names of the check-in lists."""
        super().__init__(event, desk)
        self.lists = lists
        self.kinds = RecordList[Kind](lambda kind: kind.name, id="paper-kinds")

    def compose(self) -> ComposeResult:
        """The kinds, the choices of the selected one, the file, the result, the keys."""
        lists = [("", "all lists"), *((name, escape_controls(name)) for name in self.lists)]
        stocks = [
            ("", "one badge for each page"),
            *((s.name, _stock_words(s.name)) for s in list_stocks()),
        ]
        fields: dict[str, tuple[str, Choice | Input]] = {
            "who": ("Attendees", Choice(WHO, "unprinted", id="paper-who")),
            "list": ("List", Choice(lists, "", id="paper-list")),
            "queues": ("Queues", Input("2", type="integer", max_length=2, id="paper-queues")),
            "stock": ("Paper", Choice(stocks, "", id="paper-stock")),
            "sort": ("Order", Choice(SORTS, BadgeSort.FAMILY, id="paper-sort")),
            "start": ("First label", Input("1", type="integer", max_length=3, id="paper-start")),
        }
        with Vertical(classes="dialog", id="paper"):
            yield Static("Print badges, signs, certificates", classes="title")
            yield self.kinds
            for name, (label, widget) in fields.items():
                yield labelled(label, widget, id=f"paper-field-{name}")
            yield labelled("File", Input(id="paper-file", max_length=4_000))
            yield StatusLine(id="paper-said")
            yield Hint("Enter write the PDF", "Tab next field", "←→ change", "Esc back")

    def on_mount(self) -> None:
        """Select the first kind."""
        self.kinds.show(KINDS, _line)
        self._show_fields()

    @property
    def kind(self) -> Kind:
        """The selected kind."""
        return self.kinds.selected or KINDS[0]

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_fields()
        if self.job is None:
            self.say("")

    def _show_fields(self) -> None:
        """Show the choices of the selected kind, and suggest a file."""
        for field in self.query(".field"):
            name = (field.id or "").removeprefix("paper-field-")
            field.display = not field.id or name in self.kind.fields
        self.suggest()

    def suggestion(self) -> Path:
        """A free name next to the event, after the selected kind."""
        return unused_path(self.event.with_name(f"{self.event.stem}-{self.kind.name}.pdf"))

    # writing

    def _value(self, name: str) -> str:
        widget = self.query_one(f"#paper-{name}")
        return widget.value if isinstance(widget, Choice | Input) else ""

    def _number(self, name: str) -> int:
        text = self._value(name).strip()
        return int(text) if text.isascii() and text.isdecimal() else 0

    def _writer(self) -> Callable[[Store, Path, Progress], Written]:
        """What writes the selected kind with its choices."""
        stock, sort = self._value("stock") or None, BadgeSort(self._value("sort"))
        if self.kind.name == BADGES:
            who, start = self._value("who"), self._number("start")
            badges = BadgeOrder(who=(who,), stock=stock, sort=sort, start=start)
            return partial(write_badges, badges)
        order = PaperOrder(
            Paper(self.kind.name), self._number("queues"), self._value("list") or None, sort, stock
        )
        return partial(write_paper, order)

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _entered(self, event: OptionList.OptionSelected | Input.Submitted) -> None:
        event.stop()
        self.action_write()

    def action_write(self) -> None:
        """Write the PDF."""
        if self.job is not None:
            return
        writer = self._writer()

        def work(store: Store, target: Path, progress: Progress) -> tuple[Path, str]:
            written = writer(store, target, progress)
            return written.file, "\n".join(result_lines(written))

        self.say("Drawing ...  Esc stops.")
        self.write(
            "The drawing",
            work,
            lambda done, total: f"Drawing {done:,} of {total or 0:,} ...  Esc stops.",
        )


def write_badges(order: BadgeOrder, store: Store, target: Path, progress: Progress) -> Written:
    """Write badges; they get their places in the boxes."""
    report = make_badges(store, target, order, progress=progress)
    words = f"{counted(report.badges, 'badge')} on {counted(report.pages, 'page')}"
    notes = ["Printed? Confirm it: F10."] if report.badges else []
    if report.replaced:
        notes.append(
            f"{counted(len(report.replaced), 'older badge is', 'older badges are')} replaced."
        )
    file = report.files[0] if report.files else target
    return Written(file, words, report.problems, tuple(notes))


def write_paper(order: PaperOrder, store: Store, target: Path, progress: Progress) -> Written:
    """Write another kind of paper."""
    result = make_paper(store, target, order, progress=progress)
    return Written(result.file, counted(result.pages, "page"), result.problems)


def result_lines(written: Written) -> list[str]:
    """What was written, and who has no badge."""
    lines = [f"✓ {written.words} in {short_path(written.file)}. F3 opens it."]
    lines += [" ".join(written.notes)] if written.notes else []
    named = [problem for problem in written.problems if problem.name]
    if nameless := len(written.problems) - len(named):
        lines.append(f"! {counted(nameless, 'attendee has', 'attendees have')} no name: left out.")
    lines += [f"! {problem.name}: {problem.why}" for problem in named[:2]]
    lines += [f"! and {len(named) - 2:,} more"] if len(named) > 2 else []
    hint = font_hint(problem.name for problem in named)
    return [*lines, hint] if hint else lines


def _line(kind: Kind) -> Content:
    return Content.assemble((f"{kind.words:20}", "bold"), (kind.about, "$secondary"))


def _stock_words(name: str) -> str:
    about = next(stock.description for stock in list_stocks() if stock.name == name)
    return f"{name}: {about}"
