"""Export the attendance: choose format, people, list and columns; see the first rows; write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from kiosk.domain.text import counted, escape_controls
from kiosk.services.reports.attendance import (
    LETTER_COLUMNS,
    ExportOrder,
    ExportPreview,
    Who,
    export_columns,
    export_preview,
    suggested_target,
)
from kiosk.services.reports.report import REPORT_SUFFIX, export_file, report_preview
from kiosk.services.setup.folders import short_path, typed_path
from kiosk.support.progress import Progress
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.writing import WritingDialog
from kiosk.ui.tui.widgets.charts import fit, padded
from kiosk.ui.tui.widgets.form import Choice, TickList, labelled
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

FORMATS = (
    (".xlsx", "Excel sheet (XLSX)"),
    (REPORT_SUFFIX, "report with charts (PDF)"),
    (".csv", "plain table (CSV)"),
    (".json", "for scripts (JSON)"),
)
PEOPLE = (
    (Who.ALL, "everyone"),
    (Who.PRESENT, "those who came"),
    (Who.ABSENT, "those who did not come"),
)
ROWS = (("", "one for each ticket"), ("letter", "one for each e-mail, for a letter"))
_WIDEST = 18
"""Cells of a column in the preview."""
_EVERY_LIST = "the whole event"


class HandOverScreen(WritingDialog):
    """Writes files one at a time, until Esc."""

    HELP = (
        "Choose what to export. The first rows are shown below. Enter writes the file; F4 selects "
        "the columns. The file's ending decides the format."
    )
    FILE = "hand-over-file"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]
    BINDINGS = [
        Binding("escape", "back", "Back"),
        Binding("f2,ctrl+s", "write", "Write the file", priority=True),
        Binding("f3", "open_file", "Open the file"),
        Binding("f4", "columns", "Columns"),
        Binding("enter", "write", "Write", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, event: Path, desk: str, lists: list[str]) -> None:
        """Export from this event.

        Args:
            lists: names of the check-in lists that a file can be limited to.
        """
        super().__init__(event, desk)
        self.lists = lists
        self.columns: tuple[str, ...] | None = None
        """The only columns; None: all."""
        self._asked = 0
        self._preview: ExportPreview | None = None

    def compose(self) -> ComposeResult:
        """The choices, the file, the first rows, the result, the keys."""
        lists = [("", _EVERY_LIST), *((name, escape_controls(name)) for name in self.lists)]
        with Vertical(classes="dialog wide", id="hand-over"):
            yield Static("Export attendance", classes="title")
            yield labelled("Format", Choice(FORMATS, ".xlsx", id="export-format"))
            yield labelled("People", Choice(PEOPLE, Who.ALL, id="export-who"))
            yield labelled("List", Choice(lists, "", id="export-list"))
            yield labelled("Rows", Choice(ROWS, "", id="export-rows"))
            yield labelled("Columns", Static("", id="export-columns", markup=False))
            yield labelled("File", Input(id="hand-over-file", max_length=4_000))
            yield Static("", id="export-preview", markup=False)
            yield StatusLine(id="hand-over-said")
            yield Hint("Enter write", "←→ change", "↑↓ next", "F4 columns", "Esc back")

    def on_mount(self) -> None:
        """Begin with the format."""
        self.query_one("#export-format").focus()
        self._changed()

    # the choices

    def _value(self, name: str) -> str:
        return self.query_one(f"#export-{name}", Choice).value

    @property
    def is_report(self) -> bool:
        """Whether the file is the report, which has fixed columns."""
        return self._value("format") == REPORT_SUFFIX

    @property
    def order(self) -> ExportOrder:
        """What the file will contain."""
        who, name = Who(self._value("who")), self._value("list") or None
        if self.is_report:
            return ExportOrder(name, who)
        return ExportOrder(name, who, self.columns, bool(self._value("rows")))

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice.id == "export-list":
            self.columns = None  # each list has columns of its own
        self._changed()

    def _changed(self) -> None:
        """Suggest a file for the new choice, unless a name was typed, and show its rows."""
        suffix = self._value("format")
        typed = self.file_field.value
        if typed in ("", self.suggested):
            self.suggest()
        elif typed_path(typed).suffix.casefold() in dict(FORMATS):
            self.file_field.value = str(Path(typed.strip()).with_suffix(suffix))
        self._show_columns()
        self._look()

    def suggestion(self) -> Path:
        """A free name next to the event, after the list and the format."""
        return suggested_target(self.event, self.order, self._value("format"))

    @on(Input.Changed, "#hand-over-file")
    def _typed(self, event: Input.Changed) -> None:
        """The ending of a typed name selects the format."""
        event.stop()
        suffixes = [suffix for suffix, _ in FORMATS]
        suffix = typed_path(event.value).suffix.casefold()
        if suffix in suffixes and suffix != self._value("format"):
            self.query_one("#export-format", Choice).select(suffix)
            self._show_columns()
            self._look()

    # columns

    def _show_columns(self) -> None:
        words = "fixed" if self.is_report else "all"
        if not self.is_report and self.columns is not None:
            words = ", ".join(map(escape_controls, self.columns))
        elif not self.is_report and self._value("rows"):
            words = ", ".join(LETTER_COLUMNS)
        rest = "" if self.is_report else "   F4 selects"
        space = max(20, self.query_one("#export-columns").size.width or 50) - len(rest)
        line = Content.assemble(fit(words, space), (rest, "dim"))
        self.query_one("#export-columns", Static).update(line)

    def action_columns(self) -> None:
        """Select the columns and their order."""
        name = self._value("list") or None
        if self.is_report:
            self.say("The PDF report has fixed columns. Select another format first.")
            return

        def chosen(titles: tuple[str, ...] | None) -> None:
            if titles is not None:
                self.columns = titles or None
                self._changed()

        def known(titles: tuple[str, ...]) -> None:
            now = self.columns or (LETTER_COLUMNS if self._value("rows") else titles)
            if self.is_current:
                self.app.push_screen(ColumnsScreen(titles, now), chosen)

        self.session.ask(lambda store: export_columns(store, name), known)

    # the first rows

    def _look(self) -> None:
        """Read the first rows; of several requests the last one counts."""
        self._asked += 1
        number, order = self._asked, self.order
        read = report_preview if self.is_report else export_preview

        def shown(preview: ExportPreview | None) -> None:
            if preview is not None and number == self._asked and self.is_attached:
                self._preview = preview
                self._paint()

        self.session.ask(
            lambda store: read(store, order, 40) if number == self._asked else None, shown
        )

    def on_resize(self) -> None:
        """Show as many rows and columns as fit."""
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        view = self.query_one("#export-preview", Static)
        if self._preview is not None and self.is_attached:
            size = view.size
            self._show_columns()
            view.update(preview_content(self._preview, max(30, size.width), max(3, size.height)))

    # writing

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_write()

    def action_write(self) -> None:
        """Write the file."""
        if self.job is not None:
            return
        order = self.order

        def work(store: Store, target: Path, progress: Progress) -> tuple[Path, str]:
            result = export_file(store, target, order, progress=progress)
            rows = counted(result.rows, "row")
            return result.file, f"✓ {rows} in {short_path(result.file)}. F3 opens it."

        def words(done: int, total: int | None) -> str:
            of = f" of {total:,}" if total else ""
            return f"Writing … row {done:,}{of}.  Esc stops."

        self.say("Writing …  Esc stops.")
        self.write("The export", work, words)


def preview_content(preview: ExportPreview, width: int, height: int) -> Content:
    """The number of rows, the titles and the first rows, in `width` x `height` cells."""
    rows = preview.rows[: height - 2]
    widths = _widths(preview.titles, rows, width)
    left = len(preview.titles) - len(widths)
    more = f" · {counted(left, 'more column')}" if left else ""
    lines = [Content.styled(f"{counted(preview.total, 'row')}{more}", "bold $accent")]
    lines.append(Content.styled(_cells(preview.titles, widths), "bold"))
    lines += [Content(_cells(row, widths)) for row in rows]
    if not preview.total:
        lines.append(Content.styled("No attendee matches: the file will have no rows.", "dim"))
    return Content("\n").join(lines)


def _widths(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Cells of the columns that fit, from the left; empty columns are only as wide as titles."""
    widths: list[int] = []
    for number, title in enumerate(titles):
        texts = [title, *(escape_controls(row[number]) for row in rows)]
        own = min(_WIDEST, max(map(cell_len, texts)))
        if sum(widths) + 2 * len(widths) + own > width:
            break
        widths.append(own)
    return widths


def _cells(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (padded(escape_controls(text), width) for text, width in zip(row, widths, strict=False))
    return "  ".join(cells).rstrip()


class ColumnsScreen(Dialog[tuple[str, ...] | None]):
    """Answers the ticked columns in their order; an empty answer means all; None: no change."""

    HELP = "Space ticks a column. The arrows ← and → move it. Enter uses the ticked ones."
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("enter,f2,ctrl+s", "use", "Use these", priority=True),
        Binding("left", "shift(-1)", "Earlier"),
        Binding("right", "shift(1)", "Later"),
        Binding("a", "all", "All or none"),
    ]

    def __init__(self, titles: Sequence[str], ticked: Sequence[str]) -> None:
        super().__init__()
        self.titles = tuple(titles)
        self.ticked = tuple(ticked)

    def compose(self) -> ComposeResult:
        """The ticked columns in their order, then the others."""
        order = [*self.ticked, *(title for title in self.titles if title not in self.ticked)]
        with Vertical(classes="dialog"):
            yield Static("Columns of the file", classes="title")
            yield TickList(order, self.ticked, id="column-ticks")
            yield StatusLine(id="columns-said")
            yield Hint("Space tick", "←→ move", "A all or none", "Enter use these", "Esc back")

    @property
    def ticks(self) -> TickList:
        """The columns."""
        return self.query_one(TickList)

    def action_shift(self, step: int) -> None:
        """Move the selected column."""
        self.ticks.move(step)

    def action_all(self) -> None:
        """Tick all columns, or none if all are ticked."""
        self.ticks.tick_all(len(self.ticks.chosen) < len(self.titles))

    def action_use(self) -> None:
        """Answer the ticked columns."""
        chosen = tuple(self.ticks.chosen)
        if not chosen:
            self.say("Tick at least one column: Space.", is_error=True)
        else:
            self.dismiss(() if chosen == self.titles else chosen)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
