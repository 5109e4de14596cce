"""Screen of the event's desks: their sync status, and conflicts between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from kiosk.domain.text import escape_controls
from kiosk.errors import Action
from kiosk.services.sharing.conflicts import Conflicts, admission_lines, conflicts, export_conflicts
from kiosk.services.sharing.desks import (
    RESTORED,
    Desks,
    desk_problems,
    desk_words,
    list_desks,
    now_ms,
)
from kiosk.services.sharing.joining import parse_addresses
from kiosk.services.sharing.sharing import add_addresses, name_desk
from kiosk.sync.peers import DeskState
from kiosk.ui.actions import DESK
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.form import FormScreen
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.sharing.sharing_control import SharingControl
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

LOOK_S = 1.0
_MARKS = {
    DeskState.UP_TO_DATE: "✓ ",
    DeskState.BEHIND: "… ",
    DeskState.AWAY: "✗ ",
    DeskState.OTHER_VERSION: "✗ ",
}


class DesksScreen(Dialog[None]):
    """One line for each desk, updated each second; below, conflicts."""

    HELP = (
        "The laptops of this event, and whether each is up to date. Below: attendees admitted "
        "twice."
    )
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("f2", "rename", "Rename this desk"),
        Binding("f3", "app.share", "The code"),
        Binding("f4", "address", "Call an address"),
        Binding("f6", "export", "Write the report"),
    ]

    def __init__(self, session: Session, sharing: SharingControl) -> None:
        super().__init__()
        self.session = session
        self.sharing = sharing
        self._doubles = -1
        """Number of double admissions when conflicts were last read; -1: not yet."""

    def compose(self) -> ComposeResult:
        """Desks, hint, conflicts."""
        with Vertical(classes="dialog wide"):
            yield Static("Desks of this event", classes="title")
            yield Static("", id="desks-list", markup=False)
            yield Static("", id="desks-hint", markup=False, classes="hint")
            name = Input(
                placeholder="the new name of this desk, then Enter", id="desks-name", max_length=60
            )
            name.display = False
            yield name
            address = Input(
                placeholder="a desk's address, as its Share screen shows it, then Enter",
                id="desks-address",
            )
            address.display = False
            yield address
            yield Static("Admitted twice, and other conflicts", classes="title")
            with VerticalScroll(id="conflicts-box"):
                yield Static("", id="conflicts", markup=False)
            yield Hint(
                "F2 rename this desk",
                "F3 the code",
                "F4 call a desk by its address",
                "F6 on paper",
                "Esc back",
            )
            yield StatusLine(id="desks-said")

    def on_mount(self) -> None:
        """Read now and each second."""
        self.set_interval(LOOK_S, self._look)
        self._look()

    def _look(self) -> None:
        if self._doubles != self.sharing.doubles:
            self._doubles = self.sharing.doubles
            self.session.ask(conflicts, self.while_open(self._conflicts), self.failed)
        state = self.sharing.state
        self.session.ask(
            lambda store: list_desks(store, state), self.while_open(self._listed), self.failed
        )

    def _listed(self, desks: Desks) -> None:
        lines = [
            f"{escape_controls(desk.name):<24} {_MARKS.get(desk.state, '')}"
            f"{desk_words(desk, now_ms())}"
            for desk in desks.desks
        ]
        self.query_one("#desks-list", Static).update("\n".join(lines))
        hint = self._hint()
        if desks.restored:
            hint = f"{hint}\n{RESTORED}".strip()
        self.query_one("#desks-hint", Static).update(hint)

    def _hint(self) -> str:
        state = self.sharing.state
        if state is None:
            return self.sharing.trouble or f"This event is not shared. {DESK[Action.SHARE_EVENT]}"
        return " ".join([self.sharing.hint(), *desk_problems(state)]).strip()

    def _conflicts(self, report: Conflicts) -> None:
        lines = []
        for double in report.doubles:
            lines.append(f"{escape_controls(double.name)} on {escape_controls(double.list_name)}")
            lines += [f"   {words}" for words in admission_lines(double)]
        lines += map(escape_controls, report.notes)
        text = "\n".join(lines) or "None: no person was admitted twice, and the logs agree."
        self.query_one("#conflicts", Static).update(text)

    def action_address(self) -> None:
        """Ask for an address, for networks without automatic discovery."""
        self._ask_in("#desks-address")

    def action_rename(self) -> None:
        """Ask for the name of this desk."""
        self._ask_in("#desks-name")

    def _ask_in(self, selector: str) -> None:
        field = self.query_one(selector, Input)
        field.display = True
        field.focus()

    @on(Input.Submitted, "#desks-name")
    def _named(self, message: Input.Submitted) -> None:
        message.stop()
        name = message.value
        self.session.ask(lambda store: name_desk(store, name), self._renamed, self.failed)

    def _renamed(self, name: str) -> None:
        host_of(self).desk_renamed(name)
        if self.is_attached:
            self.query_one("#desks-name", Input).display = False
            self.say(f"This desk is called {name} now.")

    @on(Input.Submitted, "#desks-address")
    def _typed(self, message: Input.Submitted) -> None:
        message.stop()
        texts = message.value.split()
        if texts:
            self.session.ask(
                lambda store: add_addresses(store, parse_addresses(texts)),
                self.while_open(self._called),
                self.failed,
            )

    def _called(self, _: None) -> None:
        field = self.query_one("#desks-address", Input)
        field.display = False
        self.say(f"Calling {field.value} ...")
        field.value = ""

    def action_export(self) -> None:
        """Write the report as a PDF next to the event."""
        self.session.ask(_export, lambda path: self.say(f"Written to {path}"), self.failed)


class DeskNameScreen(FormScreen[None]):
    """Renames this desk."""

    PREFIX = "desk"
    HELP = "The name of this laptop, in the log and at the other desks. Equal names get a number."

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self.session = session
        self.before = name

    def compose(self) -> ComposeResult:
        """The field, the error, the keys."""
        with Vertical(classes="dialog form", id="name-desk"):
            yield Static("Name this desk", classes="title")
            yield Static("In the log, and at the other desks.", classes="line")
            yield self.field("name", "Name", self.before, example="Desk 2", longest=60)
            yield StatusLine(id="desk-said")
            yield Hint("Enter save", "Esc back")

    def action_save(self) -> None:
        """Save the name."""
        name = self.typed("name")
        self.session.ask(lambda store: name_desk(store, name), self._saved, self.failed)

    def _saved(self, name: str) -> None:
        host_of(self).desk_renamed(name)
        self.dismiss(None)
        self.app.notify(f"This desk is called {escape_controls(name)} now.", markup=False)


def _export(store: Store) -> Path:
    target = store.path.with_name(f"{store.path.stem}-conflicts.pdf")
    export_conflicts(store, target)
    return target
