"""The import preview: show the contents of a registrations file, then import it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.importers.preview import FIELD_NAMES, field_label
from kiosk.services.setup.folders import short_path
from kiosk.services.setup.imports import ImportReport
from kiosk.services.setup.new_event import (
    NewEvent,
    checked_event,
    day_texts,
    discard_new,
    free_path,
    suggestion,
)
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.ask import ChoiceScreen
from kiosk.ui.tui.dialogs.dialog import AnswerScreen
from kiosk.ui.tui.dialogs.form import insert_in_field
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.setup.event_form import EVENT_FIELDS, wrong_field
from kiosk.ui.tui.setup.import_report import column_line, counts_line, report_content
from kiosk.ui.tui.setup.import_work import (
    ImportChoice,
    Kept,
    KeptChoices,
    ReadFile,
    read_file,
    writer,
)
from kiosk.ui.tui.setup.lists import ListsScreen
from kiosk.ui.tui.widgets.charts import fit
from kiosk.ui.tui.widgets.form import RecordList, labelled
from kiosk.ui.tui.widgets.key_bar import KeyBar, StatusLine, shown_keys
from kiosk.ui.tui.worker import Job

if TYPE_CHECKING:
    from kiosk.importers.preview import ColumnPreview

# The columns of the file and the field of each; the field can be changed.

AUTOMATIC = ""
"""The answer of `ChooseField` that leaves the field of a column to kiosk."""
IGNORED = "-"
"""The answer that leaves a column aside: it stays an extra column."""


class ColumnMap(RecordList["ColumnPreview"]):
    """One line per column; Enter asks for another field."""

    class Chosen(Message):
        """Enter was pressed on a column."""

        def __init__(self, column: ColumnPreview) -> None:
            super().__init__()
            self.column = column

    def show_columns(self, columns: Sequence[ColumnPreview]) -> None:
        """List these columns; the selection stays."""
        width = self.line_width() - 1
        self.show(columns, lambda column: column_line(column, width))

    def move(self, lines: int) -> None:
        """Move the selection down by this many lines."""
        if self.records:
            index = (self.highlighted or 0) + lines
            self.highlighted = max(0, min(len(self.records) - 1, index))

    @on(OptionList.OptionSelected)
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self.records[event.option_index]))


class ChooseField(ChoiceScreen[str]):
    """Answers a field, `AUTOMATIC`, or None to change nothing."""

    HELP = "What the column contains. Automatic: kiosk decides by its cells."
    LIST_ID = "fields"

    def __init__(self, column: ColumnPreview) -> None:
        heading = escape_controls(column.heading) or "(no heading)"
        examples = " · ".join(escape_controls(example) for example in column.examples[:3])
        fields = [(field, field_label(field)) for field in FIELD_NAMES]
        super().__init__(
            f"“{heading}” contains",
            [(AUTOMATIC, "(automatic)"), *fields, (IGNORED, "(ignore this column)")],
            current=column.field,
            above=Static(Content.styled(examples, "dim"), id="field-examples"),
        )


_PLACEHOLDERS = {"days": "16-17 Feb 2027 (or leave empty)", "timezone": "Asia/Kolkata"}
_UNSURE = "Which column is which field? Select a column and press Enter."


@dataclass(frozen=True, slots=True)
class ImportDone:
    """A file was imported."""

    event: Path
    report: ImportReport


class ImportScreen(AnswerScreen[ImportDone | None]):
    """Answers the import, or None when nothing was imported."""

    HELP = (
        "What kiosk understands of the file. Nothing is saved until you confirm. F4: which "
        "column is which."
    )
    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("enter", "accept", "Import", id="import.accept"),
        Binding("f2", "accept", "Import", show=False, priority=True),
        Binding("f4", "columns", "Columns", id="import.columns", priority=True),
        Binding("f6", "sheet", "Sheet", id="import.sheet", priority=True),
        Binding("f7", "questions", "Questions", id="import.questions", priority=True),
        Binding("pagedown", "scroll(1)", "Scroll", show=False, priority=True),
        Binding("pageup", "scroll(-1)", "Scroll", show=False, priority=True),
        Binding("down", "scroll_line(1)", show=False),
        Binding("up", "scroll_line(-1)", show=False),
        Binding("f1", "app.help", "Help", tooltip="What every key does"),
        Binding("escape", "back", "Back", id="import.back"),
    ]

    def __init__(
        self, path: Path, *, event: Path | None, desk: str, kept: KeptChoices | None = None
    ) -> None:
        """`event` is the event to import into; None creates a new one. `kept` keeps the choices
        about each file when the screen is closed without an import."""
        super().__init__()
        self.kept: KeptChoices = {} if kept is None else kept
        before = self.kept.pop(path, None)
        self.choice = before.choice if before else ImportChoice(path)
        self._shown_choice = self.choice
        """The choices of the report on the screen."""
        self._typed_before = before.typed if before else {}
        self._suggested: dict[str, str] = {}
        self.event = event
        self.desk = desk
        self.takes_scans = event is None
        """Over a desk, scans go to the desk."""
        self.fields = {
            name: Input(id=f"event-{name}", placeholder=_PLACEHOLDERS.get(name, ""))
            for name in (EVENT_FIELDS if self.is_new else ())
        }
        """The fields of a new event."""
        self.read: ReadFile | None = None
        self.maps_columns = False
        self.writes = False
        self._reading: Job[ReadFile] | None = None
        self._writing: Job[ImportReport] | None = None

    @property
    def is_new(self) -> bool:
        """Whether a new event is to be created."""
        return self.event is None

    # drawing

    def compose(self) -> ComposeResult:
        """Title, form, report or columns, error, keys."""
        yield Static("", id="import-head", markup=False)
        with Vertical(id="import-form"):
            for name, field in self.fields.items():
                yield labelled(EVENT_FIELDS[name], field)
        yield Static("", id="import-where", markup=False)
        with VerticalScroll(id="import-body", can_focus=False):
            yield Static("", id="import-report", markup=False)
        yield ColumnMap(id="import-columns")
        yield StatusLine(id="import-error")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Start to read the file."""
        self._read()

    def on_resize(self) -> None:
        """Fill the new width."""
        if self.is_mounted and self.read is not None:
            self._show()

    def _show(self) -> None:
        read = self.read
        maps = self.maps_columns
        self.query_one("#import-body").display = not maps
        self.query_one("#import-columns").display = maps
        self._show_head()
        self._show_keys()
        if read is None:
            return
        width = max(40, self.size.width - 4)
        if read.plan is not None:
            self.query_one("#import-report", Static).update(
                report_content(read.plan, read.preview, read.names, is_new=self.is_new, width=width)
            )
        if maps and read.preview is not None:
            self.query_one(ColumnMap).show_columns(read.preview.columns)
        self._show_where()

    def _show_head(self) -> None:
        read = self.read
        what = "New event from" if self.is_new else "Import"
        facts = ""
        if read is not None and read.preview is not None:
            known = read.preview.platform
            facts = f"({'spreadsheet' if known in ('', 'sheet') else known})"
            if read.preview.sheet:
                sheet = f"sheet “{escape_controls(read.preview.sheet)}”"
                facts = f"{facts} · {sheet}"
        name_width = max(20, self.size.width - len(facts) - 4)
        name = fit(f"{what} {escape_controls(self.choice.path.name)}", name_width)
        self.query_one("#import-head", Static).update(
            Content.assemble((name, "bold $accent"), "   ", (facts, "$text-muted"))
        )

    def _show_where(self) -> None:
        read = self.read
        if self.maps_columns and read is not None:
            line = Content(_UNSURE) if read.plan is None else counts_line(read.plan.report)
        elif self.is_new:
            name = self.fields["name"].value
            line = Content(escape_controls(f"New event file: {short_path(free_path(name))}"))
        else:
            line = Content("Nothing is imported before Enter. Scans work meanwhile.")
        self.query_one("#import-where", Static).update(line)

    def _show_keys(self) -> None:
        label = "Create" if self.is_new else "Import"
        bar = []
        for binding, can in shown_keys(self):
            if binding.action == "questions" and not self._has_questions:
                continue
            if binding.action == "accept":
                key = "f2" if self.maps_columns else "enter"
                binding = replace(binding, description=label, key=key)
            bar.append((binding, can))
        bar.insert(1, (Binding("pagedown", "", "Scroll"), not self.maps_columns))
        bar.append((Binding("ctrl+q", "", "Quit"), True))
        self.query_one(KeyBar).show(bar)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """None dims a key that cannot act now."""
        preview = self.read.preview if self.read else None
        possible = {
            "accept": self.read is not None and self.read.plan is not None and not self.writes,
            "columns": preview is not None and bool(preview.columns) and not self.writes,
            "questions": self.read is not None and self._has_questions and not self.writes,
            "sheet": preview is not None and len(preview.sheets) > 1 and not self.writes,
        }
        return True if possible.get(action, True) else None

    # reading

    def _read(self) -> None:
        if self._reading is not None:
            self._reading.stop()
        choice, event, desk = self.choice, self.event, self.desk
        self.say("Reading ...   Esc stops.")
        job: Job[ReadFile] = self.run_job(
            "Reading",
            lambda progress: read_file(choice, event, desk, progress),
            lambda read: self._was_read(job, read),
            failed=lambda error: self._not_read(job, error),
            progress=lambda done, total: self._progress(job, "Reading", done, total),
        )
        self._reading = job
        self._show()

    def _progress(self, job: object, what: str, done: int, total: int | None) -> None:
        if self.is_attached and job in (self._reading, self._writing):
            of = f" of {total:,}" if total else ""
            self.say(f"{what} row {done:,}{of} ...   Esc stops.")

    def _was_read(self, job: object, read: ReadFile) -> None:
        if job is not self._reading:
            return
        self._reading = None
        is_first = self.read is None
        self.read, self._shown_choice = read, self.choice
        self.maps_columns = self.maps_columns or read.plan is None
        self.say(read.problem, is_error=bool(read.problem))
        if is_first and self.is_new:
            self._fill_form(suggestion(self.choice.path, read.preview))
        if is_first and (self._typed_before or self.choice != ImportChoice(self.choice.path)):
            self._restore()
        self._show()
        self._focus()

    def _not_read(self, job: object, error: KioskError) -> None:
        if job is not self._reading:
            return
        self._reading = None
        self.query_one("#import-report", Static).update(escape_controls(full_message(error, DESK)))
        self.say("Esc: choose another file.", is_error=True)
        self._show_keys()

    def _fill_form(self, event: NewEvent) -> None:
        values = {
            "name": escape_controls(event.name),
            "days": day_texts(event.days),
            "timezone": event.timezone,
        }
        self._suggested = values
        for name, value in values.items():
            self.fields[name].value = value

    def _restore(self) -> None:
        """Show the choices kept for this file; a problem with the file is shown first."""
        for name, text in self._typed_before.items():
            self.fields[name].value = text
        if self.read is not None and not self.read.problem:
            self.say("Your earlier choices for this file are shown.")

    def _focus(self) -> None:
        if self.maps_columns:
            self.query_one(ColumnMap).focus()
        elif self.is_new:
            self.fields["name"].focus()
        else:
            self.set_focus(None)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.read is None:
            return
        if self.query_one("#import-error", Static).has_class("-error"):
            self.say(self.read.problem, is_error=bool(self.read.problem))  # the person corrects it
        if event.input.id == "event-name":
            self._show_where()

    # columns and sheets

    def action_columns(self) -> None:
        """Show the field of each column, to change it; again: back to the report."""
        if self.read is None or self.read.plan is None:
            return
        self.maps_columns = not self.maps_columns
        self._show()
        self._focus()

    @on(ColumnMap.Chosen)
    def _choose_field(self, message: ColumnMap.Chosen) -> None:
        message.stop()
        heading = message.column.heading

        def chosen(field: str | None) -> None:
            if field is None or self.writes:
                return
            columns = {f: h for f, h in self.choice.columns.items() if h != heading}
            if field not in (AUTOMATIC, IGNORED):
                columns[field] = heading
            ignored = [h for h in self.choice.ignored if h != heading]
            if field == IGNORED:
                ignored.append(heading)
            self.choice = replace(self.choice, columns=columns, ignored=tuple(ignored))
            self._read()

        self.app.push_screen(ChooseField(message.column), chosen)

    def action_sheet(self) -> None:
        """Read the next sheet of the workbook."""
        preview = self.read.preview if self.read else None
        if preview is None or len(preview.sheets) < 2:
            return
        now = preview.sheets.index(preview.sheet) if preview.sheet in preview.sheets else -1
        following = preview.sheets[(now + 1) % len(preview.sheets)]
        self.choice = replace(self.choice, sheet=following, columns={}, ignored=())
        self._read()

    @property
    def _has_questions(self) -> bool:
        plan = self.read.plan if self.read else None
        return plan is not None and bool(plan.questions)

    def action_questions(self) -> None:
        """Ask the questions of the file at the desk, or do not."""
        if self.read is not None and self.read.plan is not None and self._has_questions:
            self.read.plan.adds_questions = not self.read.plan.adds_questions
            self._show()

    # writing

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """Import the file as shown."""
        read = self.read
        if read is None or read.plan is None or self.writes or self._reading is not None:
            return
        try:
            event = self._typed_event() if self.is_new else None
        except KioskError as error:
            self.failed(error)
            return
        target = self.event or free_path(event.name if event else "")
        self.writes = True
        self._show_keys()
        self.say("Writing ...")
        job: Job[ImportReport] = self.run_job(
            "Writing",
            writer(read.plan, target=target, event=event, desk=self.desk),
            lambda report: self._written(target, report),
            failed=self._not_written,
            progress=lambda done, total: self._progress(job, "Writing", done, total),
        )
        self._writing = job

    def _typed_event(self) -> NewEvent:
        try:
            return checked_event(*(field.value for field in self.fields.values()))
        except KioskError as error:
            self.fields[wrong_field(error)].focus()
            raise

    def _written(self, target: Path, report: ImportReport) -> None:
        self._writing = None
        if self.is_new:
            self._open_lists(ImportDone(target, report))
        else:
            self.dismiss(ImportDone(target, report))

    def _open_lists(self, done: ImportDone) -> None:
        """Show the lists of the new event; one step back discards the event."""

        def closed(is_right: bool | None) -> None:
            if is_right:
                self.dismiss(done)
                return
            self.say("One moment ...")
            self.run_job(
                "discarding the new event",
                lambda _: discard_new(done.event),
                lambda _: self._discarded(),
                failed=self._not_written,
            )

        self.app.push_screen(ListsScreen(done.event, self.desk, setting_up=True), closed)

    def _discarded(self) -> None:
        self.writes = False
        self.say("The new event was discarded. Press Enter to create it again.")
        self._show()
        self._focus()

    def _not_written(self, error: KioskError) -> None:
        self._writing = None
        self.writes = False
        self.failed(error)
        self._show_keys()

    # leaving

    def action_back(self) -> None:
        """Stop the work, else close the columns, else close the screen. Nothing is imported."""
        if self._writing is not None:
            self._writing.stop()
            self.say("Stopping ...")
            return
        if self._reading is not None and self.read is not None:
            self._stop_reading_again()
            return
        if self._reading is None and self.maps_columns and self.read and self.read.plan:
            self.action_columns()
            return
        if self._reading is not None:
            self._reading.stop()
            self._reading = None
        self._keep()
        self.dismiss(None)

    def _stop_reading_again(self) -> None:
        """Show the report that was there before the last choice."""
        if self._reading is not None:
            self._reading.stop()
        self._reading, self.choice = None, self._shown_choice
        self.say("Stopped. Your last choice was not used.")
        self._show()

    def _keep(self) -> None:
        """Keep the choices for the next time this file is opened."""
        if self.read is None:
            return
        typed = {name: field.value for name, field in self.fields.items()}
        if typed != self._suggested or self.choice != ImportChoice(self.choice.path):
            self.kept[self.choice.path] = Kept(self.choice, typed)

    def on_unmount(self) -> None:
        """Stop the work when the program ends; an import is written whole or not at all."""
        for job in (self._reading, self._writing):
            if job is not None:
                job.stop()

    def action_scroll(self, pages: int) -> None:
        """Scroll the report by pages."""
        if self.maps_columns:
            columns = self.query_one(ColumnMap)
            columns.move(pages * 8)
            return
        body = self.query_one("#import-body", VerticalScroll)
        body.scroll_relative(y=pages * max(1, body.size.height - 1), animate=False)

    def action_scroll_line(self, lines: int) -> None:
        """Scroll the report by lines."""
        self.query_one("#import-body", VerticalScroll).scroll_relative(y=lines, animate=False)

    @on(CodeScanned)
    def _code_scanned(self, message: CodeScanned) -> None:
        insert_in_field(self, message)
