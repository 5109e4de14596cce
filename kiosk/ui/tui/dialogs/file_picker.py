"""Choose a file: type or paste its path, or select one of the likely files."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from kiosk.domain.text import clean_paste, escape_controls
from kiosk.errors import KioskError
from kiosk.services.setup.folders import (
    FolderEntry,
    likely_files,
    list_folder,
    short_path,
    typed_path,
    usual_folders,
)
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.charts import fit
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Job

SHOWN = 200
_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))


class FilePicker(Dialog[Path | None]):
    """Answers an existing file, or None."""

    HELP = (
        "Type or paste a path, drag the file in, or select one of the newest files. Tab completes."
    )
    takes_scans = True
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(8)", show=False, priority=True),
        Binding("pageup", "move(-8)", show=False, priority=True),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        suffixes: tuple[str, ...],
        check: Callable[[Path], None] | None = None,
        *,
        before: Path | None = None,
        said: str = "",
    ) -> None:
        """`check` runs in a thread; it raises KioskError for a file that cannot be used. `before`
        is the file chosen before, and `said` the message at first."""
        super().__init__()
        self._before = before
        self._before_shown = False
        self._said = said
        self.title_text = title
        self.suffixes = suffixes
        self.check = check
        self.files = RecordList[FolderEntry](id="files")
        self._field = Input(placeholder="Type or paste a path, or select below", id="path")
        self._listing = 0
        self._check_job: Job[CheckedFile] | None = None

    def compose(self) -> ComposeResult:
        """The path, the files and folders it may mean, the error, the keys."""
        with Vertical(classes="dialog wide picker"):
            yield Static(self.title_text, classes="title", markup=False)
            yield self._field
            yield self.files
            yield StatusLine(id="picker-error")
            yield Hint("↑↓ select", "Enter OK", "Tab complete", "Esc back")

    def on_mount(self) -> None:
        """List the likely files."""
        self.files.can_focus = False
        self._field.focus()
        self._list("")
        self.say(self._said)

    # the list

    @on(Input.Changed, "#path")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._before_text:
            self.say("")
        # Enter just after a paste means the pasted path, not a line of the previous list
        self.files.highlighted = None
        self._list(event.value)

    def _list(self, text: str) -> None:
        self._listing += 1
        number, suffixes = self._listing, self.suffixes

        def listed(entries: list[FolderEntry]) -> None:
            if number == self._listing:
                # Enter on an open folder would do nothing: it selects the first entry instead
                is_open = text.rstrip().endswith((*_SEPARATORS, "~"))
                self._show(entries, select_first=is_open or not text.strip())
                self._select_before(entries)

        self.run_job("looking for files", lambda _: entries_for(text, suffixes), listed)

    @property
    def _before_text(self) -> str:
        return clean_paste(short_path(self._before)) if self._before else ""

    def _select_before(self, entries: list[FolderEntry]) -> None:
        """Select the file that was chosen before; type its path if it is not in the list."""
        if self._before is None or self._before_shown:
            return
        self._before_shown = True
        paths = [entry.path for entry in entries[:SHOWN]]
        if self._before in paths:
            self.files.highlighted = paths.index(self._before)
        elif not self._field.value:
            self._set_text(self._before_text)

    def _show(self, entries: list[FolderEntry], *, select_first: bool) -> None:
        width = self.files.line_width(30)
        self.files.show(entries[:SHOWN], lambda entry: entry_line(entry, width))
        self.files.highlighted = 0 if select_first and entries else None

    def action_move(self, step: int) -> None:
        """Select another line."""
        files = self.files
        if files.records:
            index = -1 if files.highlighted is None else files.highlighted
            files.highlighted = max(0, min(len(files.records) - 1, index + step))

    def action_complete(self) -> None:
        """Type the path of the selected line, or the beginning that all lines share."""
        entries = self.files.records
        entry = self.files.selected or (entries[0] if len(entries) == 1 else None)
        if entry is not None:
            self._type(entry)
            return
        text = self._field.value
        common = _common_start([str(entry.path) for entry in entries])
        if entries and len(common) > len(str(typed_path(text))):
            self._set_text(short_path(Path(common)) if Path(common).name else common)

    def _type(self, entry: FolderEntry) -> None:
        text = short_path(entry.path)
        self._set_text(text + os.sep if entry.is_folder and not text.endswith(os.sep) else text)

    def _set_text(self, text: str) -> None:
        field = self._field
        field.value = text = clean_paste(text)  # a folder name may contain control characters
        field.cursor_position = len(text)

    # answering

    @on(Input.Submitted, "#path")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        entry = self.files.selected
        if entry is not None and entry.is_folder:
            self._type(entry)
        elif entry is not None:
            self._take(entry.path)
        elif event.value.strip():
            self._take(typed_path(event.value))

    def _take(self, path: Path) -> None:
        if self._check_job is not None:
            return
        self.say("Opening ...")
        self._check_job = self.run_job(
            "opening the file",
            lambda _: checked_file(path, self.check),
            self._taken,
            failed=self._refused,
        )

    def _taken(self, entry: CheckedFile) -> None:
        self._check_job = None
        if entry.is_folder:
            self._set_text(str(entry.path).rstrip(os.sep) + os.sep)
        else:
            self.dismiss(entry.path)

    def _refused(self, error: KioskError) -> None:
        self._check_job = None
        self.failed(error)

    @on(CodeScanned)
    def _scanned(self, message: CodeScanned) -> None:
        """Take a path typed as fast as a scan; pass a ticket on to the desk below."""
        message.stop()
        desk = self.scan_taker_below
        if desk is None or message.raw.startswith(_SEPARATORS):
            self._take_fast_text(message.raw)
            return

        def looked(is_file: bool) -> None:
            if is_file and self.is_current:
                self._take_fast_text(message.raw)
            else:
                desk.post_message(message)

        Job(
            self.app,
            "looking for a file",
            lambda _: os.path.isfile(typed_path(message.raw)),
            then=looked,
            failed=lambda _: looked(False),
        )

    def _take_fast_text(self, text: str) -> None:
        self._field.call_later(self._take_text, text)

    def _take_text(self, text: str) -> None:
        self._set_text(text)
        self._take(typed_path(text))


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file or folder that exists."""

    path: Path
    is_folder: bool


def checked_file(path: Path, check: Callable[[Path], None] | None) -> CheckedFile:
    """Check that the path exists and, for a file, that `check` accepts it. Reads the disk.

    Raises:
        KioskError: `file_missing`, or the error of `check`.
    """
    if os.path.isdir(path):
        return CheckedFile(path, is_folder=True)
    if not os.path.exists(path):
        raise KioskError(
            "file_missing",
            f"There is no file {path}.",
            saved="Nothing was changed.",
            next_step="Check the name; Tab completes it.",
        )
    if check is not None:
        check(path)
    return CheckedFile(path, is_folder=False)


def entries_for(text: str, suffixes: tuple[str, ...]) -> list[FolderEntry]:
    """The files and folders that a partly typed path can mean."""
    if not text.strip():
        folders = [FolderEntry(folder, True, False, 0, 0.0) for folder in usual_folders()]
        return [*likely_files(suffixes), *folders]
    path = typed_path(text)
    if not any(sign in text for sign in _SEPARATORS) and text.strip() != "~":
        part = text.strip().casefold()
        likely = [e for e in likely_files(suffixes) if part in e.path.name.casefold()]
        here = [e for e in list_folder(Path.cwd(), suffixes) if _begins(e, part)]
        return [*likely, *(entry for entry in here if entry.path not in {e.path for e in likely})]
    if text.rstrip().endswith((*_SEPARATORS, "~")):
        return list_folder(path, suffixes)
    part = path.name.casefold()
    return [entry for entry in list_folder(path.parent, suffixes) if _begins(entry, part)]


def _begins(entry: FolderEntry, part: str) -> bool:
    return entry.path.name.casefold().startswith(part)


def entry_line(entry: FolderEntry, width: int) -> Content:
    """A file with its folder, size and date, or a folder, in `width` cells."""
    if entry.is_folder:
        return Content.styled(
            fit(f"{escape_controls(short_path(entry.path))}{os.sep}", width), "$accent"
        )
    facts = f"{_size(entry.size)}  {datetime.fromtimestamp(entry.changed_at_s):%Y-%m-%d %H:%M}"
    name = fit(escape_controls(entry.path.name), width * 11 // 20)
    folder_width = width - cell_len(name) - cell_len(facts) - 4
    folder = fit(escape_controls(short_path(entry.path.parent)), folder_width)
    gap = " " * max(1, folder_width - cell_len(folder) + 2)
    return Content.assemble(
        (name, "" if entry.plausible else "dim"), "  ", (folder, "dim"), gap, (facts, "dim")
    )


def _common_start(texts: list[str]) -> str:
    """The longest beginning that all texts share."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in alike)


def _size(size: int) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size} {unit}"
        size //= 1000
    return f"{size} GB"
