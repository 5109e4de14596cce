"""Back up the event, and choose a backup to restore; delete the personal data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.safety.backup import BackupResult, back_up
from kiosk.services.safety.backup_list import BackupFacts, fact_lines, known_backups, look_into
from kiosk.services.safety.purge import (
    PurgePreview,
    PurgeResult,
    other_desks_sentence,
    purge_preview,
)
from kiosk.services.setup.folders import EVENT_SUFFIXES, mounted_sticks, short_path, typed_path
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import Dialog, EventDialog
from kiosk.ui.tui.dialogs.file_picker import FilePicker
from kiosk.ui.tui.dialogs.writing import on_event, percent
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Job

Choice = tuple[Path, Path]
"""The backup, and the path it is restored to."""
_NO_BACKUP = "No backup found. O chooses a file, for example on a USB stick."


class RestoreScreen(Dialog[Choice | None]):
    """Answers the backup to restore, or None."""

    HELP = (
        "B copies the event now and checks the copy; desks keep working. F copies it to a folder "
        "or a USB stick. Enter restores the selected backup; the current file is kept as a copy."
    )
    AUTO_FOCUS = "#backups"
    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("b", "back_up", "Back up now"),
        Binding("f", "back_up_to", "Back up to a folder or stick"),
        Binding("o", "other", "Another file"),
    ]

    def __init__(self, of: Path | None = None, desk: str = "", *, start: bool = False) -> None:
        """Show backups.

        Args:
            of: the open event; None: backups of all known events are listed.
            start: back the event up at once.
        """
        super().__init__()
        self.of = of
        self.desk = desk
        self.start = start
        self.list_view = RecordList[Path](id="backups")
        self.facts: dict[Path, BackupFacts] = {}
        self._made = ""
        """The result of the last backup."""
        self._copying: Job[BackupResult] | None = None

    def compose(self) -> ComposeResult:
        """The backups, the contents of the selected one, the keys."""
        own = ("B back up now", "F to a folder or stick") if self.of else ()
        with Vertical(classes="dialog wide"):
            yield Static("Backups" if self.of else "Restore a backup", classes="title")
            yield self.list_view
            yield StatusLine("Looking for backups ...", id="backup-said")
            place = Input(placeholder="folder or file, then Enter", id="backup-place")
            place.display = False
            yield place
            yield Hint(*own, "Enter restore", "O another file", "Esc back")

    def on_mount(self) -> None:
        """Look for backups, or make one first."""
        if self.start:
            self.action_back_up()
        else:
            self._list()

    def _list(self) -> None:
        self.run_job("looking for backups", lambda _: known_backups(self.of), self._found)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without an event there is nothing to back up."""
        return self.of is not None or not action.startswith("back_up")

    # backing up

    def action_back_up(self) -> None:
        """Copy the event into the folder `backups` next to it."""
        self._back_up(None)

    def action_back_up_to(self) -> None:
        """Ask for a folder or a file; a USB stick is suggested."""
        place = self.query_one("#backup-place", Input)
        place.display = True
        if not place.value:
            place.value = next((short_path(stick) for stick in mounted_sticks()), "")
        place.focus()

    @on(Input.Submitted, "#backup-place")
    def _place_typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self._back_up(typed_path(event.value))

    def _back_up(self, target: Path | None) -> None:
        event = self.of
        if event is None or self._copying is not None:
            return
        self._made = ""
        where = target if target is None or target.is_absolute() else event.parent / target

        self.say("Copying ...  Esc stops.")
        self._copying = self.run_job(
            "The backup",
            on_event(
                event,
                self.desk,
                lambda store, progress: back_up(store, where, progress=progress),
            ),
            self._copied,
            failed=self._not_copied,
            progress=self._copied_so_far,
        )

    def _copied_so_far(self, done: int, total: int | None) -> None:
        self.say(f"Copying {percent(done, total)} ...  Esc stops.")

    def _copied(self, result: BackupResult) -> None:
        self._copying = None
        self._made = (
            f"✓ Backed up {counted(result.people, 'attendee')} and "
            f"{counted(result.events, 'event')}. The copy was opened and checked.\n"
            f"{short_path(result.file)}"
        )
        self._hide_place()
        self._list()

    def _not_copied(self, error: KioskError) -> None:
        self._copying = None
        self._made = f"✗ {full_message(error, DESK)}"
        self.say(self._made, is_error=True)
        self._list()

    def _hide_place(self) -> None:
        self.query_one("#backup-place", Input).display = False
        self.list_view.focus()

    def action_leave(self) -> None:
        """Stop the copy; else one step back: out of the field, or out of the screen."""
        if self._copying is not None:
            self._copying.stop()
        elif self.query_one("#backup-place", Input).display:
            self._hide_place()
        else:
            self.dismiss(None)

    # restoring

    def _found(self, backups: list[Path]) -> None:
        self.list_view.show(backups, lambda path: Content(escape_controls(short_path(path))))
        if backups:
            self.list_view.highlighted = 0
        else:
            self.say(self._made or _NO_BACKUP)

    @on(OptionList.OptionHighlighted, "#backups")
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        backup = self.list_view.records[event.option_index]
        if backup in self.facts:
            self._show(backup)
            return
        self.say(self._made or "Reading ...")
        self.run_job(
            "looking into a backup",
            lambda _: look_into(backup),
            lambda facts: self._read(backup, facts),
            failed=lambda error: self._not_read(backup, error),
        )

    def _read(self, backup: Path, facts: BackupFacts) -> None:
        self.facts[backup] = facts
        if self.list_view.selected == backup:
            self._show(backup)

    def _not_read(self, backup: Path, error: KioskError) -> None:
        if self.list_view.selected == backup:
            self.failed(error)

    def _show(self, backup: Path) -> None:
        made = [self._made] if self._made else []
        self.say("\n".join([*made, *fact_lines(self.facts[backup])]))

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


# Deleting the personal data.

_CONFIRM = "delete"
_MOST_FILES = 3
"""Files that are named; more are counted."""


class PurgeScreen(EventDialog[bool]):
    """Answers whether to delete all personal data of the event."""

    HELP = (
        "After the event: this removes all attendees, check-ins, backups and badges for good, and "
        "keeps the counts. Export what you need first. Files that you saved elsewhere stay."
    )
    BINDINGS = [Binding("escape", "dismiss(False)", "Back")]
    AUTO_FOCUS = "#purge-confirm"

    def compose(self) -> ComposeResult:
        """A list of the data that is removed and kept, and a field for the word to type."""
        with Vertical(classes="dialog", id="purge"):
            yield Static("Delete personal data", classes="title")
            yield Static("Reading ...", id="purge-what", markup=False)
            yield Input(placeholder=f"type {_CONFIRM}, then Enter", id="purge-confirm")
            yield StatusLine(id="purge-said")
            yield Hint("Enter delete", "Esc back", about="This cannot be undone.")

    def on_mount(self) -> None:
        """Look what there is."""
        self.session.ask(purge_preview, self.while_open(self._show))

    def _show(self, preview: PurgePreview) -> None:
        text = "\n".join(map(escape_controls, preview_lines(preview)))
        self.query_one("#purge-what", Static).update(text)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip().strip("“”\"'").casefold() == _CONFIRM:
            self.say("Deleting ...")
            self.dismiss(True)
        else:
            self.say(f"Nothing was deleted. Type the word {_CONFIRM}, then Enter.", is_error=True)


def preview_lines(preview: PurgePreview) -> list[str]:
    """What a purge removes and keeps, in sentences."""
    lines = [
        f"Removed for good: {counted(preview.people, 'attendee')}, with all check-ins, answers and "
        "notes."
    ]
    lines += _named("Also backups and badges:", preview.copies)
    lines.append("Kept: the event's name, days and lists, and the counts.")
    if preview.other_desks:
        lines.append(f"{other_desks_sentence(preview.other_desks)} Delete it there, too.")
    return [*lines, "Exports that you saved elsewhere stay. Need a list? Export it first."]


class PurgedScreen(Dialog[None]):
    """The result of a purge."""

    HELP = "The people are deleted on this laptop. Delete them on the other desks, too."
    BINDINGS = [Binding("escape,enter", "dismiss(None)", "To the desk")]

    def __init__(self, result: PurgeResult) -> None:
        super().__init__()
        self.result = result

    def compose(self) -> ComposeResult:
        """What was removed, what could not be removed, who still has the data."""
        with Vertical(classes="dialog", id="purged"):
            yield Static("✓ Personal data deleted", classes="title")
            lines = map(escape_controls, result_lines(self.result))
            yield Static("\n".join(lines), markup=False)
            yield Hint("Enter to the desk")


def result_lines(result: PurgeResult) -> list[str]:
    """The result of a purge in sentences."""
    lines = [f"{counted(result.people, 'attendee')} removed. The counts are kept."]
    lines += _named("Removed", result.removed)
    lines += _named("These files could not be removed. Delete them yourself:", result.still_there)
    if result.other_desks:
        lines.append(f"{other_desks_sentence(result.other_desks)} Delete it there, too.")
    return lines


def _named(title: str, paths: Sequence[Path]) -> list[str]:
    if not paths:
        return []
    more = len(paths) - _MOST_FILES
    named = [f"  {os.path.join(path.parent.name, path.name)}" for path in paths[:_MOST_FILES]]
    return [title, *named, *([f"  and {more} more"] if more > 0 else [])]
