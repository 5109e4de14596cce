"""Ask for a PIN, or set a new one. The typed PIN is never shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.domain.checkin.pins import LONGEST, SHORTEST, Role, normal_pin
from kiosk.errors import KioskError
from kiosk.services.checkin.pins import check_pin, pin_roles, set_pin
from kiosk.services.people.people import is_ticket_code
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.session import Session
from kiosk.ui.tui.widgets.hint import Hint, StatusLine

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

Then = Callable[[], object]

GIVE_UP_AFTER_S = 30.0
"""After so long without a key the dialog closes, so that no half-typed PIN stays on screen."""


class PinField(Input, inherit_bindings=False):
    """A field that shows dots; it allows no copy and no paste."""

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


class _PinDialog(Dialog[bool]):
    """A dialog with a PIN field that also accepts a PIN typed as fast as a scan."""

    takes_scans = True
    session: Session

    @on(CodeScanned)
    def _code_scanned(self, message: CodeScanned) -> None:
        """Pass a ticket on to the screen below; take any other text as a PIN typed fast."""
        message.stop()
        raw = message.raw

        def known(is_ticket: bool) -> None:
            below = [s for s in self.app.screen_stack if getattr(s, "takes_scans", False)]
            desks = [s for s in below if not isinstance(s, _PinDialog)]
            if is_ticket and desks:
                desks[-1].post_message(message)
            elif self.is_current:
                self.take(message.code)

        self.session.ask(lambda store: is_ticket_code(store, raw), known)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        pin, event.input.value = event.value, ""
        if pin:
            self.take(pin)

    def take(self, pin: str) -> None:
        """Handle a typed PIN."""
        raise NotImplementedError


class PinScreen(_PinDialog):
    """Answers whether the right PIN was typed."""

    BINDINGS = [Binding("escape", "dismiss(False)", "Back")]

    def __init__(self, session: Session, why: str, role: Role | None = None) -> None:
        """`role`: the role that has to type its PIN; None: any role."""
        super().__init__()
        self.session = session
        self.why = why
        self.role = role

    def compose(self) -> ComposeResult:
        """The reason, the field, the error, the keys."""
        role = self.role or "supervisor or organiser"
        with Vertical(classes="dialog"):
            yield Static(f"PIN of the {role}", classes="title")
            yield Static(self.why, markup=False)
            yield PinField()
            yield StatusLine(id="form-error")
            yield Hint("Enter OK", "Esc back")

    def on_mount(self) -> None:
        """Close after a time without a key."""
        self._time_limit = self.set_timer(GIVE_UP_AFTER_S, self._close_unanswered)

    def _close_unanswered(self) -> None:
        if self.is_current:
            self.dismiss(False)

    def on_key(self) -> None:
        """Start the time again."""
        self._time_limit.reset()

    def take(self, pin: str) -> None:
        """Check the PIN."""
        self.say("One moment ...")
        self.session.ask(lambda store: check_pin(store, pin), self._checked, self.failed)

    def _checked(self, role: Role) -> None:
        if self.role not in (None, role):
            error = f"That is the {role}'s PIN; this needs the {self.role}'s."
            self.say(error, is_error=True)
        elif self.is_current:
            self.dismiss(True)


class NewPinScreen(_PinDialog):
    """Sets the organiser's PIN, typed twice; answers whether it was set."""

    BINDINGS = [Binding("escape", "dismiss(False)", "Back")]

    def __init__(self, session: Session, why: str) -> None:
        super().__init__()
        self.session = session
        self.why = why
        self.first = ""

    def compose(self) -> ComposeResult:
        """The reason, the field, the keys."""
        with Vertical(classes="dialog"):
            yield Static("Set the organiser's PIN", classes="title")
            yield Static(self.why, markup=False)
            yield PinField()
            yield StatusLine("4 digits or more.", id="form-error")
            yield Hint("Enter OK", "Esc back")

    def take(self, pin: str) -> None:
        """Take the first or the second of the two PINs."""
        if not self.first and len(normal_pin(pin)) < SHORTEST:
            self.say("That is too short: 4 digits or more.", is_error=True)
        elif not self.first:
            self.first = pin
            self.say("Type it again.")
        elif pin != self.first:
            self.first = ""
            self.say("The two PINs differ. Type a new one.", is_error=True)
        else:
            self.session.ask(
                lambda store: set_pin(store, Role.ORGANISER, pin),
                self._set,
                self._not_set,
            )

    def _set(self, _: None) -> None:
        self.dismiss(True)

    def _not_set(self, error: KioskError) -> None:
        self.first = ""
        self.failed(error)


def ask_permission(
    app: App[Any],
    session: Session,
    needed: Callable[[Store], bool],
    why: str,
    do: Then,
    *,
    role: Role | None = None,
) -> None:
    """Call `do`, after the PIN (of `role`, if given) when `needed` says that one is needed."""

    def answered(right: bool | None) -> None:
        if right:
            do()

    def known(is_needed: bool) -> None:
        if is_needed:
            app.push_screen(PinScreen(session, why, role), answered)
        else:
            do()

    session.ask(needed, known)


class HasSession(Protocol):
    """A screen that reads and writes an event file."""

    @property
    def app(self) -> App[Any]:
        """The program."""
        ...

    @property
    def session(self) -> Session:
        """The thread that holds the event file."""
        ...


class OrganiserPermission:
    """Permission to do what only the organiser may: a screen asks for their PIN once, if set."""

    def __init__(self, screen: HasSession, why: str) -> None:
        self._screen = screen
        self._why = why
        self._is_given = False

    def __call__(self, do: Then) -> None:
        """Call `do`, after the PIN if it was not typed yet."""

        def given() -> None:
            self._is_given = True
            do()

        if self._is_given:
            do()
            return
        app, session = self._screen.app, self._screen.session
        ask_permission(app, session, _organiser_has_pin, self._why, given, role=Role.ORGANISER)


def _organiser_has_pin(store: Store) -> bool:
    return Role.ORGANISER in pin_roles(store)
