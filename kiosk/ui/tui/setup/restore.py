"""Choose a backup to restore: the known backups, and the contents of the selected one."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.safety.backup_list import BackupFacts, fact_lines, known_backups, look_into
from kiosk.services.setup.folders import EVENT_SUFFIXES, short_path
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.file_picker import FilePicker
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Job

Choice = tuple[Path, Path]
"""The backup, and the path it is restored to."""
_NO_BACKUP = "No backup found. Press O to choose a file, for example on a USB stick."


class RestoreScreen(Dialog[Choice | None]):
    """Answers the backup to restore, or None."""

    AUTO_FOCUS = "#backups"
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("o", "other", "Another file"),
    ]

    def __init__(self, of: Path | None = None) -> None:
        """`of`: the open event; None: backups of all known events are listed."""
        super().__init__()
        self.of = of
        self.facts: dict[Path, BackupFacts] = {}

    def compose(self) -> ComposeResult:
        """The backups, the contents of the selected one, the keys."""
        with Vertical(classes="dialog wide"):
            yield Static("Restore a backup", classes="title")
            yield RecordList[Path](id="backups")
            yield StatusLine("Looking for backups ...", id="backup-said")
            yield Hint("↑↓ select", "Enter restore and open it", "O another file", "Esc back")

    def on_mount(self) -> None:
        """Look for backups."""
        Job(
            self.app,
            "looking for backups",
            lambda _: known_backups(self.of),
            then=self._found,
            failed=self.failed,
        )

    @property
    def list_view(self) -> RecordList[Path]:
        """The backups on screen."""
        return self.query_one("#backups", RecordList)

    def _found(self, backups: list[Path]) -> None:
        if not self.is_attached:
            return
        self.list_view.show(backups, lambda path: Content(escape_controls(short_path(path))))
        if backups:
            self.list_view.highlighted = 0
        else:
            self.say(_NO_BACKUP)

    @on(OptionList.OptionHighlighted, "#backups")
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        backup = self.list_view.records[event.option_index]
        if backup in self.facts:
            self._show(backup)
            return
        self.say("Reading ...")
        Job(
            self.app,
            "looking into a backup",
            lambda _: look_into(backup),
            then=lambda facts: self._read(backup, facts),
            failed=lambda error: self._not_read(backup, error),
        )

    def _read(self, backup: Path, facts: BackupFacts) -> None:
        self.facts[backup] = facts
        if self.is_attached and self.list_view.selected == backup:
            self._show(backup)

    def _not_read(self, backup: Path, error: KioskError) -> None:
        if self.is_attached and self.list_view.selected == backup:
            self.failed(error)

    def _show(self, backup: Path) -> None:
        self.say("\n".join(fact_lines(self.facts[backup])))

    @on(OptionList.OptionSelected, "#backups")
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        """Restore the backup; only one whose contents were shown."""
        event.stop()
        backup = self.list_view.records[event.option_index]
        if backup in self.facts:
            self.dismiss((backup, self.facts[backup].place))

    def action_other(self) -> None:
        """Choose another backup file."""

        def chosen(path: Path | None) -> None:
            if path is not None:
                self._found([path, *(one for one in self.list_view.records if one != path)])

        self.app.push_screen(FilePicker("Which backup?", EVENT_SUFFIXES), chosen)
