"""A PIN is asked for, or a new one is set; what is typed is never shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.domain.checkin.pins import LONGEST, SHORTEST, Role, normal_pin
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.pins import check_pin, pin_roles, set_pin
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import find_by_code
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Session

Then = Callable[[], object]

GIVE_UP_AFTER_S = 30.0
"""Nobody types: the dialog goes, so that nothing half typed waits for the next person."""


class PinField(Input, inherit_bindings=False):
    """Dots for signs. Nothing can be copied out of it or pasted into it."""

    BINDINGS = [Binding("backspace", "delete_left", show=False)]

    def __init__(self) -> None:
        super().__init__(password=True, id="pin", max_length=LONGEST)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "ctrl+j"):
            event.stop()
            event.prevent_default()
            await self.action_submit()
            return
        await super()._on_key(event)


class _AsksForPin(Dialog[bool]):
    """A dialog whose field also takes a PIN that came too fast for typing."""

    takes_scans = True
    session: Session

    @on(CodeScanned)
    def _came_at_once(self, message: CodeScanned) -> None:
        """The next ticket goes to the screen beneath; anything else was a fast hand at the PIN."""
        message.stop()
        raw = message.raw

        def known(is_ticket: bool) -> None:
            below = [s for s in self.app.screen_stack if getattr(s, "takes_scans", False)]
            tickets_go_to = [s for s in below if not isinstance(s, _AsksForPin)]
            if is_ticket and tickets_go_to:
                tickets_go_to[-1].post_message(message)
            elif self.is_current:
                self.take(message.code)

        self.session.ask(lambda store: bool(find_by_code(store.connection, raw).attendees), known)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        pin, event.input.value = event.value, ""
        if pin:
            self.take(pin)

    def take(self, pin: str) -> None:
        """A PIN was typed."""
        raise NotImplementedError


class PinScreen(_AsksForPin):
    """Answers whether the right PIN was typed; what is done then is the caller's."""

    BINDINGS = [Binding("escape", "dismiss(False)", "Back")]

    def __init__(self, session: Session, why: str, role: Role | None = None) -> None:
        """`role`: whose PIN it has to be; None: anybody's."""
        super().__init__()
        self.session = session
        self.why = why
        self.role = role

    def compose(self) -> ComposeResult:
        """Why it is asked, the field, what was wrong."""
        whose = self.role or "supervisor or organiser"
        with Vertical(classes="dialog"):
            yield Static(f"PIN of the {whose}", classes="title")
            yield Static(self.why, markup=False)
            yield PinField()
            yield Static("", id="form-error", classes="error", markup=False)
            yield Hint("Enter take", "Esc back")

    def on_mount(self) -> None:
        """Do not wait for ever."""
        self._patience = self.set_timer(GIVE_UP_AFTER_S, self._give_up)

    def _give_up(self) -> None:
        if self.is_current:
            self.dismiss(False)

    def on_key(self) -> None:
        """Somebody is there."""
        self._patience.reset()

    def take(self, pin: str) -> None:
        """Have it checked."""
        self._say("One moment ...")
        self.session.ask(lambda store: check_pin(store, pin), self._right, self._wrong)

    def _right(self, role: Role) -> None:
        if self.role not in (None, role):
            self._say(f"That is the {role}'s PIN; this needs the {self.role}'s.")
        elif self.is_current:
            self.dismiss(True)

    def _wrong(self, error: KioskError) -> None:
        self._say(escape_controls(str(error)))

    def _say(self, words: str) -> None:
        if self.is_mounted:
            self.query_one("#form-error", Static).update(words)


class NewPinScreen(_AsksForPin):
    """Gives the organiser a PIN, typed twice; answers whether there is one now."""

    BINDINGS = [Binding("escape", "dismiss(False)", "Back")]

    def __init__(self, session: Session, why: str) -> None:
        super().__init__()
        self.session = session
        self.why = why
        self.first = ""

    def compose(self) -> ComposeResult:
        """Why one is needed, and the field."""
        with Vertical(classes="dialog"):
            yield Static("Set the organiser's PIN", classes="title")
            yield Static(self.why, markup=False)
            yield PinField()
            yield Static("4 digits or more.", id="form-error", classes="error", markup=False)
            yield Hint("Enter set it", "Esc back")

    def take(self, pin: str) -> None:
        """The first of two, or the second."""
        if not self.first and len(normal_pin(pin)) < SHORTEST:
            self._say("That is too short: 4 digits or more.")
        elif not self.first:
            self.first = pin
            self._say("The same again, please.")
        elif pin != self.first:
            self.first = ""
            self._say("The two were not the same. Type a new one.")
        else:
            self.session.ask(
                lambda store: set_pin(store, Role.ORGANISER, pin),
                self._kept,
                self._failed,
            )

    def _kept(self, _: None) -> None:
        self.dismiss(True)

    def _failed(self, error: KioskError) -> None:
        self.first = ""
        self._say(escape_controls(str(error)))

    def _say(self, words: str) -> None:
        self.query_one("#form-error", Static).update(words)


def ask_permission(
    app: App[Any],
    session: Session,
    needed: Callable[[Store], bool],
    why: str,
    do: Then,
    *,
    role: Role | None = None,
) -> None:
    """Do it at once, or after the PIN (of this role, where one is named) where `needed` says so."""

    def answered(right: bool | None) -> None:
        if right:
            do()

    def known(is_needed: bool) -> None:
        if is_needed:
            app.push_screen(PinScreen(session, why, role), answered)
        else:
            do()

    session.ask(needed, known)


class OrganisersLeave:
    """Leave to change what is the organiser's: their PIN, where there is one, is asked once."""

    def __init__(self, why: str) -> None:
        self._why = why
        self._is_given = False

    def then(self, app: App[Any], session: Session, do: Then) -> None:
        """Do it, after the PIN where it is still to be asked."""

        def given() -> None:
            self._is_given = True
            do()

        if self._is_given:
            do()
        else:
            ask_permission(app, session, _organiser_has_pin, self._why, given, role=Role.ORGANISER)


def _organiser_has_pin(store: Store) -> bool:
    return Role.ORGANISER in pin_roles(store)
