"""Choosing a file: type or paste its path, or take one of those that are likely."""

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
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

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
from kiosk.ui.tui.widgets.cells import fit
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Job

SHOWN = 200
_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))


class FilePicker(Dialog[Path | None]):
    """Answers a file that is there, or None."""

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
    ) -> None:
        """`check` runs in a thread and raises KioskError where the file will not do."""
        super().__init__()
        self.title_text = title
        self.suffixes = suffixes
        self.check = check
        self.entries: list[FolderEntry] = []
        self._listing = 0
        self._job: Job[list[FolderEntry]] | None = None
        self._check_job: Job[CheckedFile] | None = None

    def compose(self) -> ComposeResult:
        """A field, and what lies where it points."""
        with Vertical(classes="dialog wide picker"):
            yield Static(self.title_text, classes="title", markup=False)
            yield Input(placeholder="Type or paste a path, or choose below", id="path")
            yield OptionList(id="files", markup=False)
            yield Static("", id="picker-error", classes="error", markup=False)
            yield Hint("↑↓ choose", "Enter take", "Tab complete", "Esc back")

    def on_mount(self) -> None:
        """List what is likely."""
        self.query_one("#files", OptionList).can_focus = False
        self.query_one("#path", Input).focus()
        self._list("")

    # the list

    @on(Input.Changed, "#path")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._say("")
        # Enter right behind what was pasted means that, and no line of the list of before
        self.query_one("#files", OptionList).highlighted = None
        self._list(event.value)

    def _list(self, text: str) -> None:
        self._listing += 1
        number, suffixes = self._listing, self.suffixes

        def listed(entries: list[FolderEntry]) -> None:
            if number == self._listing and self.is_attached:
                # Enter on a folder that is open already would do nothing: it takes what lies in it
                is_open = text.rstrip().endswith((*_SEPARATORS, "~"))
                self._show(entries, chosen=is_open or not text.strip())

        self._job = Job(
            self.app,
            "looking for files",
            lambda _: entries_for(text, suffixes),
            then=listed,
            failed=lambda error: self._say(str(error)),
        )

    def _show(self, entries: list[FolderEntry], *, chosen: bool) -> None:
        self.entries = entries[:SHOWN]
        options = self.query_one("#files", OptionList)
        options.clear_options()
        width = max(30, options.size.width - 3)
        options.add_options([Option(entry_line(entry, width)) for entry in self.entries])
        options.highlighted = 0 if chosen and self.entries else None

    def action_move(self, step: int) -> None:
        """Light another line."""
        options = self.query_one("#files", OptionList)
        if self.entries:
            now = -1 if options.highlighted is None else options.highlighted
            options.highlighted = max(0, min(len(self.entries) - 1, now + step))

    def action_complete(self) -> None:
        """Take over the lit line, or as much as all lines have in common."""
        lit = self._lit() or (self.entries[0] if len(self.entries) == 1 else None)
        if lit is not None:
            self._type(lit)
            return
        text = self.query_one("#path", Input).value
        common = _common_start([str(entry.path) for entry in self.entries])
        if self.entries and len(common) > len(str(typed_path(text))):
            self._set_text(short_path(Path(common)) if Path(common).name else common)

    def _lit(self) -> FolderEntry | None:
        index = self.query_one("#files", OptionList).highlighted
        return None if index is None or index >= len(self.entries) else self.entries[index]

    def _type(self, entry: FolderEntry) -> None:
        text = short_path(entry.path)
        self._set_text(text + os.sep if entry.is_folder and not text.endswith(os.sep) else text)

    def _set_text(self, text: str) -> None:
        field = self.query_one("#path", Input)
        field.value = text = clean_paste(text)  # a folder may be called anything
        field.cursor_position = len(text)

    # taking one

    @on(Input.Submitted, "#path")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        lit = self._lit()
        if lit is not None and lit.is_folder:
            self._type(lit)
        elif lit is not None:
            self._take(lit.path)
        elif event.value.strip():
            self._take(typed_path(event.value))

    def _take(self, path: Path) -> None:
        if self._check_job is not None:
            return
        self._say("Opening ...")
        self._check_job = Job(
            self.app,
            "opening the file",
            lambda _: checked_file(path, self.check),
            then=self._taken,
            failed=self._refused,
        )

    def _taken(self, entry: CheckedFile) -> None:
        self._check_job = None
        if not self.is_attached:
            return
        if entry.is_folder:
            self._set_text(str(entry.path).rstrip(os.sep) + os.sep)
        else:
            self.dismiss(entry.path)

    def _refused(self, error: KioskError) -> None:
        self._check_job = None
        if self.is_attached:
            self._say(str(error))

    def _say(self, text: str) -> None:
        self.query_one("#picker-error", Static).update(escape_controls(text))

    @on(CodeScanned)
    def _scanned(self, message: CodeScanned) -> None:
        """Take a path that came as fast as a scan; a ticket is for the desk below."""
        message.stop()
        screens = [s for s in self.app.screen_stack if s is not self]
        desk = next((s for s in reversed(screens) if getattr(s, "takes_scans", False)), None)
        if desk is None or message.raw.startswith(_SEPARATORS):
            self._came_fast(message.raw)
            return
        ticket = CodeScanned(message.raw, message.code, message.source)

        def looked(is_file: bool) -> None:
            if is_file and self.is_current:
                self._came_fast(ticket.raw)
            else:
                desk.post_message(ticket)

        Job(
            self.app,
            "looking for a file",
            lambda _: os.path.isfile(typed_path(ticket.raw)),
            then=looked,
            failed=lambda _: looked(False),
        )

    def _came_fast(self, text: str) -> None:
        field = self.query_one("#path", Input)
        field.call_later(self._typed_fast, text)

    def _typed_fast(self, text: str) -> None:
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
    """What may be meant by a path of which so much is typed."""
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
    """A file with its folder, size and age, or a folder, in so many cells."""
    if entry.is_folder:
        return Content.styled(
            fit(f"{escape_controls(short_path(entry.path))}{os.sep}", width), "$accent"
        )
    facts = f"{_size(entry.size)}  {datetime.fromtimestamp(entry.changed_at_s):%Y-%m-%d %H:%M}"
    name = fit(escape_controls(entry.path.name), width * 11 // 20)
    room = width - cell_len(name) - cell_len(facts) - 4
    folder = fit(escape_controls(short_path(entry.path.parent)), room)
    gap = " " * max(1, room - cell_len(folder) + 2)
    return Content.assemble(
        (name, "" if entry.plausible else "dim"), "  ", (folder, "dim"), gap, (facts, "dim")
    )


def _common_start(texts: list[str]) -> str:
    """As many letters as all texts begin with."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in alike)


def _size(size: int) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size} {unit}"
        size //= 1000
    return f"{size} GB"
