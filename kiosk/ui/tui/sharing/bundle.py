"""Screen that writes a stick bundle: choose a place, watch progress, read the next steps."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.sharing.pairing import grouped
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.event.event import open_event
from kiosk.services.setup.folders import mounted_sticks, short_path, typed_path, usual_folders
from kiosk.services.sharing.bundle import SUFFIX, BundleResult, bundle_name, write_bundle_file
from kiosk.support.progress import Progress
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.writing import on_event
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Job

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

_NO_STICK = "No stick found: plug one in and press F5, or write to a folder."


@dataclass(frozen=True, slots=True)
class Places:
    """Places for a bundle."""

    name: str
    sticks: tuple[Path, ...]
    folders: tuple[Path, ...]
    """Sticks first."""


class WriteBundleScreen(Dialog[None]):
    """Suggests a path that can be changed; Enter writes the bundle."""

    HELP = "For a laptop without a network: write the event to a stick, and merge it there."
    AUTO_FOCUS = "#bundle-path"
    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("f5", "look", "Look again"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, event: Path, desk: str) -> None:
        super().__init__()
        self.event = event
        self.desk = desk
        self.places: Places | None = None
        self.result: BundleResult | None = None
        self.job: Job[BundleResult] | None = None

    def compose(self) -> ComposeResult:
        """Path, places and progress."""
        with Vertical(classes="dialog", id="bundle"):
            yield Static("Write a stick bundle", classes="title")
            yield Static(
                "All events of all desks in one encrypted file, for another laptop.",
                id="bundle-about",
            )
            yield Input(placeholder="One moment ...", id="bundle-path")
            yield OptionList(id="bundle-places", markup=False)
            yield StatusLine(id="bundle-said")
            yield Hint("Enter write it", "↑↓ another place", "Esc back", id="bundle-keys")

    def on_mount(self) -> None:
        """List the places at once."""
        self.query_one(OptionList).can_focus = False
        self.action_look()

    def action_look(self) -> None:
        """List sticks and folders again."""
        if self.result is None and self.job is None:
            self.run_job("looking for sticks", self._find, self._listed, failed=self._failed)

    def _find(self, _: Progress) -> Places:
        with closing(open_event(self.event, desk=self.desk)) as store:
            name = bundle_name(store)
        sticks = tuple(mounted_sticks())
        folders = (*sticks, *(folder for folder in usual_folders() if folder not in sticks))
        return Places(name, sticks, folders)

    def _listed(self, places: Places) -> None:
        self.places = places
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            [
                Option(Content.assemble("stick  " if f in places.sticks else "       ", _place(f)))
                for f in places.folders
            ]
        )
        self.say("" if places.sticks else _NO_STICK)
        if places.folders:
            options.highlighted = 0
            self._fill(0)

    def _fill(self, index: int) -> None:
        assert self.places is not None
        field = self.query_one("#bundle-path", Input)
        field.value = short_path(self.places.folders[index] / self.places.name)
        field.cursor_position = len(field.value)

    def action_move(self, step: int) -> None:
        """Select another place."""
        options = self.query_one(OptionList)
        if self.places is None or not self.places.folders or self._is_busy:
            return
        now = options.highlighted if options.highlighted is not None else -1
        options.highlighted = max(0, min(len(self.places.folders) - 1, now + step))
        self._fill(options.highlighted)

    @property
    def _is_busy(self) -> bool:
        return self.job is not None or self.result is not None

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.result is not None:
            self.dismiss(None)
        elif self.job is None and event.value.strip():
            self._write(event.value)

    def _write(self, text: str) -> None:
        places = self.places

        def work(store: Store, progress: Progress) -> BundleResult:
            return write_bundle_file(store, _target(text, places), progress=progress)

        self.say("Writing ...")
        self.job = self.run_job(
            "writing the bundle",
            on_event(self.event, self.desk, work),
            self._written,
            failed=self._failed,
            progress=lambda done, total: self.say(f"{done:,} of {total or 0:,} events ..."),
        )

    def _written(self, result: BundleResult) -> None:
        self.job = None
        self.result = result
        self.query_one(OptionList).display = False
        self.query_one("#bundle-path", Input).disabled = True
        code = grouped(result.code)
        middle = code.find(" ", len(code) // 2)
        self.say(
            f"✓ {counted(result.events, 'event')} and {counted(result.people, 'person')}, "
            "written and verified.\n\n"
            "Eject the stick, then on the other laptop:\n"
            "^P, Merge a stick bundle.\n\n"
            "A laptop that is new to the event asks for its code:\n"
            f"{code[:middle]}\n{code[middle + 1 :]}"
        )
        self.query_one("#bundle-keys", Hint).say("Esc back")
        self.set_focus(None)

    def _failed(self, error: KioskError) -> None:
        self.job = None
        self.say(
            "Stopped; no file was written."
            if error.code == "canceled"
            else full_message(error, DESK)
        )

    def action_leave(self) -> None:
        """Stop writing, else go back."""
        if self.job is not None:
            self.job.stop()
        else:
            self.dismiss(None)


def _place(folder: Path) -> str:
    return escape_controls(short_path(folder))


def _target(text: str, places: Places | None) -> Path:
    """Return the typed path; in a folder, the usual name. Reads the disk."""
    path = typed_path(text)
    if places is not None and os.path.isdir(path):
        return path / places.name
    return path if path.suffix or not path.name else path.with_name(path.name + SUFFIX)
