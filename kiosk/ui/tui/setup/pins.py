"""Set, change and remove the PINs of supervisor and organiser on screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from kiosk.domain.checkin.privileges import CHANGE_PINS, Need, Role
from kiosk.services.checkin.authorisation import damaged_pins, pin_roles, remove_pin, usable_pins
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.pin import NewPinScreen, Permission
from kiosk.ui.tui.dialogs.reasons import ConfirmScreen
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

_GUARDS = {
    Role.SUPERVISOR: "For: admitting against the rules, changing a ticket's status, undoing a "
    "check-in after five minutes.",
    Role.ORGANISER: "For: lists, days, questions, PINs and blocked attendees; also all that the "
    "supervisor's PIN is for. It ends self-service.",
}
"""What the PIN of each role permits."""


@dataclass(frozen=True, slots=True)
class PinState:
    """A role and its PIN."""

    role: Role
    is_set: bool
    is_damaged: bool

    @property
    def words(self) -> str:
        """The state in words."""
        return "damaged: set a new one" if self.is_damaged else "set" if self.is_set else "no PIN"


def pin_states(store: Store) -> list[PinState]:
    """The PIN of each role."""
    roles, damaged = pin_roles(store), damaged_pins(store)
    return [PinState(role, role in roles, role in damaged) for role in Role]


def _need(store: Store) -> Need:
    """The first PIN needs none, and neither does a new one where all are damaged."""
    return CHANGE_PINS if usable_pins(store) else replace(CHANGE_PINS, role=None)


class PinsScreen(Dialog[None]):
    """One line for each role."""

    HELP = (
        "Without PINs everyone at the desk may do everything. With one, kiosk asks for it before "
        "the changes named below the list. kiosk keeps no copy of a PIN: write it down."
    )
    BINDINGS = [
        Binding("enter", "set", "Set or change"),
        Binding("delete", "remove", "Remove"),
        Binding("escape", "dismiss(None)", "Back"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.lines = RecordList[PinState](lambda state: state.role, id="pin-lines")
        self._permitted = Permission(self, _need)

    def compose(self) -> ComposeResult:
        """The roles, what their PIN is for, the last action, the keys."""
        with Vertical(classes="dialog", id="pins"):
            yield Static("PINs", classes="title")
            yield self.lines
            yield Static("", id="pin-guards", classes="line", markup=False)
            yield StatusLine(id="pins-said")
            yield Hint("Enter set or change", "Del remove", "Esc back")

    def on_mount(self) -> None:
        """Read who has a PIN."""
        self._load()

    def _load(self, done: str = "") -> None:
        def loaded(states: list[PinState]) -> None:
            self.lines.show(states, _line)
            self.say(done)

        self.session.ask(pin_states, self.while_open(loaded), self.failed)

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        state = self.lines.selected
        self.query_one("#pin-guards", Static).update(_GUARDS[state.role] if state else "")

    @on(OptionList.OptionSelected)
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_set()

    def action_set(self) -> None:
        """Type a new PIN for the selected role, twice."""
        state = self.lines.selected
        if state is None:
            return
        role = state.role

        def answered(is_set: bool | None) -> None:
            if is_set:
                self._load(f"✓ The {role} has a PIN now. kiosk keeps no copy: write it down.")

        def ask() -> None:
            why = "4 digits or more; six that are no date are hard to guess."
            given = self._permitted.given
            self.app.push_screen(NewPinScreen(self.session, why, role, given), answered)

        self._permitted(ask)

    def action_remove(self) -> None:
        """Remove the selected role's PIN, after a question."""
        state = self.lines.selected
        if state is None or not state.is_set:
            self.say("There is no PIN to remove.")
            return
        role = state.role

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self.session.ask(
                    lambda store: remove_pin(store, role, given=self._permitted.given),
                    lambda _: self._load(f"✓ The {role}'s PIN is removed."),
                    self.failed,
                )

        title, about = f"Remove the {role}'s PIN?", "The desk no longer asks for it."
        dialog = ConfirmScreen(title, about, "Remove it", act="remove")
        self._permitted(lambda: self.app.push_screen(dialog, answered))


def _line(state: PinState) -> Content:
    sign = "!" if state.is_damaged else "✓" if state.is_set else "·"
    style = "$text-error" if state.is_damaged else "$text-success" if state.is_set else "dim"
    return Content.assemble(
        (f"{sign} ", style), (f"{state.role.capitalize():14}", "bold"), state.words
    )
