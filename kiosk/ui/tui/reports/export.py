"""Export the attendance: a sheet, a report, or addresses for a letter."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.event.event import open_event
from kiosk.services.reports.attendance import EXPORT_PRESETS, ExportPreset, ExportResult, target_for
from kiosk.services.reports.report import export_file
from kiosk.services.setup.folders import short_path, typed_path
from kiosk.support.progress import Progress
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.key_bar import Hint
from kiosk.ui.tui.worker import Job

EVERY_LIST = "the whole event"


class HandOverScreen(Dialog[None]):
    """Writes files one at a time, until Esc."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]
    BINDINGS = [
        Binding("escape", "back", "Back"),
        Binding("left", "other_list(-1)", show=False, priority=True),
        Binding("right", "other_list(1)", show=False, priority=True),
        Binding("tab", "other_part", show=False, priority=True),
    ]

    def __init__(self, event: Path, desk: str, lists: list[str]) -> None:
        """Export from this event.

        Args:
            lists: names of the check-in lists that a file can be limited to.
        """
        super().__init__()
        self.event = event
        self.desk = desk
        self.lists = lists
        self.list_number = -1
        """-1: the whole event."""
        self._job: Job[ExportResult] | None = None

    def compose(self) -> ComposeResult:
        """The kind of file, the list, and the file name."""
        width = max(cell_len(item.label) for item in EXPORT_PRESETS) + 2
        with Vertical(classes="dialog", id="hand-over"):
            yield Static("Export the attendance", classes="title")
            yield OptionList(
                *(
                    Option(Content.assemble(item.label.ljust(width), (item.about, "$secondary")))
                    for item in EXPORT_PRESETS
                ),
                id="take-aways",
            )
            yield Static("", id="hand-over-list", markup=False)
            with Horizontal(classes="field"):
                yield Label("File", markup=False)
                yield Input(id="hand-over-file", max_length=4_000)
            yield Static("", id="hand-over-said", markup=False)
            yield Hint("Enter write", "←→ other list", "Tab file name", "Esc back")

    def on_mount(self) -> None:
        """Select the first kind of file."""
        self._paint_list()
        self.query_one(OptionList).focus()

    @property
    def choice(self) -> ExportPreset:
        """The selected kind of file."""
        return EXPORT_PRESETS[self.query_one(OptionList).highlighted or 0]

    @property
    def list_name(self) -> str | None:
        """The list that the file is limited to; None: the whole event."""
        return self.lists[self.list_number] if self.list_number >= 0 else None

    def _say(self, text: str, *, is_error: bool = False) -> None:
        said = self.query_one("#hand-over-said", Static)
        said.set_class(is_error, "error")
        said.update(text)

    def _paint_list(self) -> None:
        name = escape_controls(self.list_name) if self.list_name else EVERY_LIST
        self.query_one("#hand-over-list", Static).update(f"‹ {name} ›" if self.lists else name)

    @on(OptionList.OptionHighlighted)
    def _selected(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        target = target_for(self.event, EXPORT_PRESETS[event.option_index])
        self.query_one(Input).value = short_path(target)

    def action_other_list(self, by: int) -> None:
        """Select another list or the whole event; in the file name, move the cursor."""
        field = self.query_one(Input)
        if field.has_focus:
            field.cursor_position += by
        elif self._job is None:
            count = len(self.lists) + 1
            self.list_number = (self.list_number + 1 + by) % count - 1
            self._paint_list()

    def action_other_part(self) -> None:
        """Move the focus between the kinds of file and the file name."""
        field = self.query_one(Input)
        (self.query_one(OptionList) if field.has_focus else field).focus()

    def action_back(self) -> None:
        """Stop the export that is running, else leave."""
        if self._job is not None:
            self._job.stop()
        else:
            self.dismiss()

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _write(self, event: OptionList.OptionSelected | Input.Submitted) -> None:
        event.stop()
        if self._job is not None:
            return
        order = replace(self.choice.order, list_name=self.list_name)
        target = typed_path(self.query_one(Input).value)
        if not target.is_absolute():
            target = self.event.parent / target

        def work(progress: Progress) -> ExportResult:
            with closing(open_event(self.event, desk=self.desk)) as store:
                return export_file(store, target, order, progress=progress)

        self._say("Writing …")
        self._job = Job(
            self.app,
            "The export",
            work,
            then=self._written,
            failed=self._failed,
            progress=self._progressed,
        )

    def _progressed(self, done: int, total: int | None) -> None:
        if self.is_attached:
            of = f" of {total:,}" if total else ""
            self._say(f"Writing … row {done:,}{of}.  Esc stops.")

    def _written(self, result: ExportResult) -> None:
        self._job = None
        if self.is_attached:
            rows = counted(result.rows, "row")
            self._say(f"✓ {rows} in {escape_controls(short_path(result.file))}")
            self.query_one(Input).value = short_path(target_for(self.event, self.choice))

    def _failed(self, error: KioskError) -> None:
        self._job = None
        if self.is_attached:
            self._say(f"✗ {escape_controls(str(error))}", is_error=True)
