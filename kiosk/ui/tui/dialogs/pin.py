"""Ask for a PIN, or set a new one. The typed PIN is never shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ScreenResultType
from textual.widgets import Input, Static

from kiosk.domain.checkin.privileges import LONGEST, SHORTEST, Need, Role, normal_pin
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import (
    NOT_AUTHORISED,
    Authorisation,
    PinNeeded,
    authorise,
    pin_needed,
    set_pin,
)
from kiosk.services.checkin.codes import knows_code
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.reasons import UNPAID_REASONS, ReasonScreen
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.widgets.scan_input import BareInput
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

Then = Callable[[], object]
Result = TypeVar("Result")

GIVE_UP_AFTER_S = 30.0
"""After so long without a key the dialog closes, so that no half-typed PIN stays on screen."""


class PinField(BareInput):
    """A field that shows dots; it allows no copy and no paste."""

    def __init__(self) -> None:
        super().__init__(password=True, id="pin", max_length=LONGEST)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()


class _PinDialog(Dialog[ScreenResultType]):
    """A dialog with a PIN field that also accepts a PIN typed as fast as a scan."""

    takes_scans = True
    session: Session

    @on(CodeScanned)
    def _code_scanned(self, message: CodeScanned) -> None:
        """Pass a ticket on to the screen below; take any other text as a PIN typed fast."""
        message.stop()
        raw = message.raw

        def known(is_ticket: bool) -> None:
            desk = self.scan_taker_below
            if is_ticket and desk is not None:
                desk.post_message(message)
            elif self.is_current:
                self.take(message.code)

        self.session.ask(lambda store: knows_code(store, raw), known)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        pin, event.input.value = event.value, ""
        if pin:
            self.take(pin)

    def take(self, pin: str) -> None:
        """Handle a typed PIN."""


class PinScreen(_PinDialog[Authorisation | None]):
    """Answers the permission that the right PIN gives, or None."""

    HELP = (
        "This change needs a PIN. After a wrong one, the next try waits longer. Esc changes "
        "nothing."
    )

    def __init__(self, session: Session, why: str, role: Role | None = None) -> None:
        """`role`: the lowest role that has to type its PIN; None: any role."""
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
            self.dismiss(None)

    def on_key(self) -> None:
        """Start the time again."""
        self._time_limit.reset()

    def take(self, pin: str) -> None:
        """Check the PIN."""
        self.say("One moment ...")
        self.session.ask(lambda store: authorise(store, pin), self._checked, self.failed)

    def _checked(self, given: Authorisation) -> None:
        if self.role is not None and not given.covers(self.role):
            error = f"That is the {given.role}'s PIN; this needs the {self.role}'s."
            self.say(error, is_error=True)
        elif self.is_current:
            self.dismiss(given)


class NewPinScreen(_PinDialog[bool]):
    """Sets the PIN of a role, typed twice; answers whether it was set."""

    HELP = "Type the new PIN, Enter, and the same again. kiosk keeps no copy: write it down."
    BINDINGS = [Binding("escape", "dismiss(False)", "Back")]

    def __init__(
        self,
        session: Session,
        why: str,
        role: Role = Role.ORGANISER,
        given: Authorisation = NOT_AUTHORISED,
    ) -> None:
        """`given`: the permission to change a PIN."""
        super().__init__()
        self.session = session
        self.why = why
        self.role = role
        self.given = given
        self.first = ""

    def compose(self) -> ComposeResult:
        """The reason, the field, the keys."""
        with Vertical(classes="dialog"):
            yield Static(f"Set the {self.role}'s PIN", classes="title")
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
                lambda store: set_pin(store, self.role, pin, given=self.given),
                lambda _: self.dismiss(True),
                self._not_set,
            )

    def _not_set(self, error: KioskError) -> None:
        self.first = ""
        self.failed(error)


def make_change(
    app: App[Any],
    session: Session,
    change: Callable[[Store, Authorisation], Result],
    then: Callable[[Result], object],
    failed: Callable[[KioskError], object],
    *,
    ask_reason: Callable[[KioskError], Dialog[str | None]] | None = None,
    back: Callable[[], object] | None = None,
    given: Authorisation = NOT_AUTHORISED,
) -> None:
    """Make a change; where it needs a PIN or a reason, ask for it and make the change again.

    Args:
        change: makes the change in the session's thread, or raises `pin_needed` or
            `reason_missing` and changes nothing.
        failed: gets any other error, and, without `back`, the last one when the dialog is closed
            without an answer.
        back: goes one step back, to the form, when the dialog is closed without an answer.
        ask_reason: makes the dialog for the reason; None: a general one.
        given: the permission that is known before.
    """

    def again(answer: Authorisation) -> None:
        make_change(
            app, session, change, then, failed, ask_reason=ask_reason, back=back, given=answer
        )

    def refused(error: KioskError) -> None:
        def answered(answer: Authorisation | None) -> None:
            if answer is not None:
                again(answer)
            elif back is None:
                failed(error)
            else:
                back()

        if isinstance(error, PinNeeded):
            app.push_screen(
                PinScreen(session, error.problem, error.role),
                lambda pin: answered(pin.because(given.reason) if pin is not None else None),
            )
        elif error.code == "reason_missing":
            app.push_screen(
                ask_reason(error) if ask_reason else reason_dialog(error),
                lambda reason: answered(given.because(reason) if reason else None),
            )
        else:
            failed(error)

    session.ask(lambda store: change(store, given), then, refused)


def reason_dialog(error: KioskError) -> ReasonScreen:
    """The general dialog for the reason of a change."""
    return ReasonScreen("Reason", error.problem, UNPAID_REASONS, act="save")


class HasSession(Protocol):
    """A screen that reads and writes an event file."""

    @property
    def app(self) -> App[Any]:
        """The program."""

    @property
    def session(self) -> Session:
        """The thread that holds the event file."""


class Permission:
    """Permission for the changes of a screen: it asks for the PIN once, if one is needed."""

    def __init__(self, screen: HasSession, need: Callable[[Store], Need]) -> None:
        """`need`: what the screen changes; called in the thread of the event file."""
        self._screen = screen
        self._need = need
        self.given = NOT_AUTHORISED
        """The permission for the changes of this screen."""

    def __call__(self, do: Then) -> None:
        """Call `do`, after the PIN if it was not typed yet."""
        app, session = self._screen.app, self._screen.session

        def answered(given: Authorisation | None) -> None:
            if given is not None:
                self.given = given
                do()

        def known(needed: PinNeeded | None) -> None:
            if needed is None or self.given.covers(needed.role):
                do()
            else:
                app.push_screen(PinScreen(session, needed.problem, needed.role), answered)

        session.ask(lambda store: pin_needed(store, self._need(store)), known)
