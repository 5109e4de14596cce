"""Choosing a backup to restore: which there are, and what is in the one that is lit."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.safety.backup_list import BackupFacts, fact_lines, known_backups, look_into
from kiosk.services.setup.folders import EVENT_SUFFIXES, short_path
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Job

Choice = tuple[Path, Path]
"""The backup, and where it goes."""
_NONE = "No backup was found. O: another file, on a stick perhaps."


class RestoreScreen(Dialog[Choice | None]):
    """Answers what is to be restored, or None."""

    AUTO_FOCUS = "#backups"
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("o", "other", "Another file"),
    ]

    def __init__(self, of: Path | None = None) -> None:
        """`of`: the event whose desk asks, if there is one."""
        super().__init__()
        self.of = of
        self.backups: list[Path] = []
        self.facts: dict[Path, BackupFacts] = {}

    def compose(self) -> ComposeResult:
        """The backups, what is in one, what Enter does."""
        with Vertical(classes="dialog wide"):
            yield Static("Restore a backup", classes="title")
            yield OptionList(id="backups", markup=False)
            yield Static("Looking for backups ...", id="backup-said", markup=False)
            yield Hint(
                "↑↓ choose", "Enter restore, and open the desk", "O another file", "Esc back"
            )

    def on_mount(self) -> None:
        """Look for them."""
        Job(
            self.app,
            "looking for backups",
            lambda _: known_backups(self.of),
            then=self._found,
            failed=self._failed,
        )

    def _found(self, backups: list[Path]) -> None:
        if not self.is_attached:
            return
        self.backups = backups
        options = self.query_one("#backups", OptionList)
        options.clear_options()
        options.add_options([Option(escape_controls(short_path(path))) for path in backups])
        if backups:
            options.highlighted = 0
        else:
            self._say(_NONE)

    @on(OptionList.OptionHighlighted, "#backups")
    def _lit(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        backup = self.backups[event.option_index]
        if backup in self.facts:
            self._show(backup)
            return
        self._say("Reading ...")
        Job(
            self.app,
            "looking into a backup",
            lambda _: look_into(backup),
            then=lambda facts: self._read(backup, facts),
            failed=lambda error: self._failed(error) if self._chosen() == backup else None,
        )

    def _read(self, backup: Path, facts: BackupFacts) -> None:
        self.facts[backup] = facts
        if self.is_attached and self._chosen() == backup:
            self._show(backup)

    def _show(self, backup: Path) -> None:
        self._say("\n".join(fact_lines(self.facts[backup])))

    def _chosen(self) -> Path | None:
        index = self.query_one("#backups", OptionList).highlighted
        return None if index is None else self.backups[index]

    @on(OptionList.OptionSelected, "#backups")
    def _take(self, event: OptionList.OptionSelected) -> None:
        """Only what has been seen is restored."""
        event.stop()
        backup = self.backups[event.option_index]
        if backup in self.facts:
            self.dismiss((backup, self.facts[backup].place))

    def action_other(self) -> None:
        """A backup that lies elsewhere."""
        from kiosk.ui.tui.dialogs.file_picker import FilePicker

        def chosen(path: Path | None) -> None:
            if path is not None:
                self._found([path, *(one for one in self.backups if one != path)])

        self.app.push_screen(FilePicker("Which backup?", EVENT_SUFFIXES), chosen)

    def _failed(self, error: KioskError) -> None:
        self._say(str(error))

    def _say(self, text: str) -> None:
        if self.is_attached:
            lines = (escape_controls(line) for line in text.split("\n"))
            self.query_one("#backup-said", Static).update("\n".join(lines))
