"""The plain desk's commands about one attendee: name, transfer, badge, help desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from kiosk.desk.session import DeskSession, scan_only_error
from kiosk.domain.checkin.code_matching import looks_like_code
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.first_time import YES
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.badges.on_demand import write_badge
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, PinNeeded, authorise
from kiosk.services.checkin.card import attendee_card
from kiosk.services.checkin.codes import attendee_by_id, knows_code
from kiosk.services.people.entitlements import to_tick
from kiosk.services.people.help_desk import send_to_help_desk, settle_help, waiting_people
from kiosk.services.people.people import FIRST_TIME, edit
from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.ui.plain import words

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

Result = TypeVar("Result")

NO_NAME = "-"
"""Typed in place of a name: check the guest in without one."""
NO_ATTENDEE = "No attendee is selected: scan a ticket or type a name first."


class NextLine:
    """A question that the next line answers, unless that line is a command or a ticket."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._answer: Callable[[str], None] | None = None

    def ask(self, answer: Callable[[str], None]) -> None:
        """Pass the next line to `answer`."""
        self._answer = answer

    def drop(self) -> None:
        """Take no line as an answer."""
        self._answer = None

    def takes(self, line: str) -> bool:
        """Whether a line is the answer, and not the next ticket."""
        if self._answer is None:
            return False
        return not knows_code(self._store, line) and not looks_like_code(line.strip())

    def take(self, line: str) -> None:
        """Answer the question with this line."""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer(line)


class ChangeRequest:
    """A change that can need a PIN, and a reason that the next line gives."""

    def __init__(
        self,
        store: Store,
        say: Callable[..., None],
        ask_secret: Callable[[str], str],
        next_line: NextLine,
    ) -> None:
        self._store = store
        self._say = say
        self._ask_secret = ask_secret
        self._next_line = next_line

    def make(
        self,
        change: Callable[[Authorisation], Result],
        then: Callable[[Result], object],
        given: Authorisation = NOT_AUTHORISED,
    ) -> None:
        """Make a change; ask for the PIN at once, and take the next line as the reason.

        Raises:
            KioskError: `pin_wrong`, `pin_wait`, or as `change`.
        """

        def reason_typed(line: str) -> None:
            if line.strip() == NO_NAME:
                self._say("Nothing was changed.")
            else:
                self.make(change, then, given.because(line.strip()))

        try:
            try:
                result = change(given)
            except PinNeeded as error:
                pin = self._ask_secret(f"{error.problem} PIN: ")
                given = authorise(self._store, pin, given.reason)
                result = change(given)
        except KioskError as error:
            if error.code != "reason_missing":
                raise
            self._next_line.ask(reason_typed)
            self._say(f"{error.problem} Type the reason, or {NO_NAME} to change nothing.")
        else:
            then(result)


class PersonCommands:
    """Commands that act on the attendee of the last scan."""

    def __init__(
        self, store: Store, say: Callable[..., None], session: DeskSession, changing: ChangeRequest
    ) -> None:
        self._store = store
        self._changing = changing
        self._say = say
        self._session = session

    def name(self, text: str) -> None:
        """Name the ticket of an attendee who is in already."""
        person = self._editable("Naming a ticket")
        if person is None:
            return
        if not text:
            self._say("name NAME: the name as it should be on the badge.")
        elif person.name:
            self._say(
                f"The name on the ticket is {escape_controls(person.name)}.",
                "transfer NAME: transfer the ticket to another person.",
            )
        else:
            self._changing.make(
                lambda given: edit(self._store, person.id, {"name": text}, given=given),
                lambda named: self._say(
                    f"Named: {escape_controls(named.label)}. badge: write the badge."
                ),
            )

    def transfer(self, text: str) -> None:
        """Transfer the ticket to another person."""
        person = self._editable("Transferring a ticket")
        if person is None:
            return
        if not text:
            self._say("transfer NAME: the name of the new holder.")
            return
        self._changing.make(
            lambda given: transfer_ticket(self._store, person.id, NewHolder(text), given=given),
            lambda new: self._say(
                f"Transferred from {escape_controls(person.label)} to {escape_controls(new.label)}."
            ),
        )

    def first_time(self) -> None:
        """Mark the attendee as here for the first time."""
        person = self._editable("Changing an attendee")
        if person is not None:
            edit(self._store, person.id, {FIRST_TIME: YES})
            self._say(f"{escape_controls(person.label)} is here for the first time.")

    def badge(self) -> None:
        """Write the badge as a PDF."""
        attendee_id = self._selected_id()
        if attendee_id:
            file = write_badge(self._store, attendee_id)
            self._say(f"Badge written to {escape_controls(str(file))}.")

    def hand_out(self, name: str) -> None:
        """Tick a hand-out of the attendee, or untick it; without a name where only one is open."""
        attendee_id = self._selected_id()
        card = attendee_card(self._store, attendee_id) if attendee_id else None
        if card is None:
            return
        open_now = [one for one in card.entitlements if one.is_handed_here]
        named = [one for one in open_now if one.list_name.casefold().startswith(name.casefold())]
        holding = to_tick(named) or (named[0] if len(named) == 1 else None)
        if holding is None:
            names = ", ".join(escape_controls(one.list_name) for one in open_now)
            self._say(f"hand out NAME: {names}." if names else "There is nothing to hand out.")
            return
        self._changing.make(
            lambda given: self._session.hand_out(self._store, attendee_id, holding, given=given),
            lambda handed: self._say(
                f"{escape_controls(handed.list_name)}: "
                f"{'handed out' if handed.is_given else 'no longer handed out'}.{handed.of_party}"
            ),
        )

    def help_desk(self, note: str) -> None:
        """Send the attendee to the help desk; without a note: list who waits there."""
        if not note and self._session.scan_only:
            raise scan_only_error("Listing the help desk")
        if not note:
            waiting = waiting_people(self._store)
            first = f"At the help desk: {len(waiting)}. settled NUMBER: mark that one as done."
            if not waiting:
                first = "No one waits at the help desk."
            self._say(first, *words.waiting_lines(waiting))
            return
        attendee_id = self._selected_id()
        if attendee_id:
            row = send_to_help_desk(self._store, attendee_id, note)
            name, kept = self._label(attendee_id), escape_controls(row.note)
            self._say(f"{name} is sent to the help desk: {kept}. Every desk sees it.")

    def settled(self, number: str) -> None:
        """Mark the attendee, or the numbered one of the help desk's list, as done."""
        if not number:
            attendee_id = self._selected_id()
        else:
            waiting = waiting_people(self._store)
            index = int(number) - 1 if number.isdecimal() and len(number) < 4 else -1
            if not 0 <= index < len(waiting):
                self._say("settled NUMBER: help desk shows the numbers.")
                return
            attendee_id = waiting[index].row.attendee_id
        if attendee_id:
            settle_help(self._store, attendee_id)
            self._say(f"Done: {self._label(attendee_id)} no longer waits at the help desk.")

    def _label(self, attendee_id: str) -> str:
        person = attendee_by_id(self._store, attendee_id)
        return escape_controls(person.label) if person else "That attendee"

    def _selected_id(self) -> str:
        """The attendee of the last scan; without one, say so and return an empty text."""
        attendee_id = self._session.state.attendee_id
        if not attendee_id:
            self._say(NO_ATTENDEE)
        return attendee_id

    def _editable(self, what: str) -> Attendee | None:
        if self._session.scan_only:
            raise scan_only_error(what)
        attendee_id = self._session.state.attendee_id
        person = attendee_by_id(self._store, attendee_id) if attendee_id else None
        if person is None:
            self._say(NO_ATTENDEE)
        return person
