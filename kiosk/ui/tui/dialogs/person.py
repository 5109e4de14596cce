"""Dialogs about one person: the name of a nameless guest, and the new holder of a ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.widgets import Input

from kiosk.domain.checkin.words import status_words
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import escape_controls
from kiosk.ui.tui.dialogs.ask import LineScreen
from kiosk.ui.tui.dialogs.person_form import WalkInForm
from kiosk.ui.tui.dialogs.reasons import NumberedScreen


class GuestNameScreen(LineScreen):
    """Answers the name; "" checks in without a name; None checks in no one."""

    HELP = "The ticket has no name yet. Type it; an empty field checks in without a name."

    def __init__(self, label: str) -> None:
        super().__init__(
            label,
            Input(placeholder="Name on the badge", id="guest-name", max_length=2_000),
            "Enter check in, without a name too",
            "Esc back",
        )

    def answer(self, text: str) -> None:
        """Answer with one space between two words."""
        self.dismiss(" ".join(text.split()))


class RegisteredScreen(NumberedScreen[str]):
    """Answers the id of the registered attendee to check in; "" registers a new one."""

    HELP = (
        "The name is on the list and not checked in yet. Select the attendee, or register a "
        "new one."
    )
    AT_FIRST = 0

    def __init__(self, name: str, alike: Sequence[Attendee]) -> None:
        choices = [(person.id, _registered(person)) for person in alike]
        who = f"{len(alike)} people like this are"
        if len(alike) == 1:
            who = f"{escape_controls(alike[0].label)} is"
        super().__init__(
            f"{who} registered and not in yet",
            "Check in the registered attendee, or register another one?",
            [*choices, ("", f"Register another {escape_controls(name)}")],
            act="check in",
        )


def _registered(person: Attendee) -> str:
    """`Priya Shah, Self-employed, Regular, order 700493`."""
    order = f"order {person.order_code}" if person.order_code else ""
    status = " ".join(status_words(person.status)).strip()
    parts = (person.label, status, person.company, person.ticket_type, order, person.email)
    return ", ".join(escape_controls(part) for part in parts if part)


_FIELDS = ("name", "company", "email", "phone", "reason")


class TransferForm(WalkInForm):
    """Answers the new holder of a ticket."""

    HELP = (
        "The new holder of the ticket. The old holder's data is removed; history and desk "
        "notes stay."
    )
    KEYS = ("F2 or Ctrl+S transfer", "Enter next line", "Esc back")


def transfer_form(person: Attendee, before: Mapping[str, str] | None = None) -> TransferForm:
    """The form of the new holder; a field that stays empty is unknown.

    Args:
        before: what was typed already.
    """
    return TransferForm(
        f"Transfer {escape_controls(person.label)}'s ticket",
        dict.fromkeys(_FIELDS, ""),
        f"{escape_controls(person.label)}'s details are removed; history and desk notes stay.",
        before=before,
    )


class StillInScreen(LineScreen):
    """Answers the reason to transfer a ticket whose holder is checked in, or None."""

    HELP = "The old holder is checked in. A transfer needs a reason, which is logged."

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is checked in with this ticket",
            Input(placeholder="why the ticket is transferred now", id="reason", max_length=200),
            "Enter transfer, the check-in stays",
            "Esc back",
            above="Better: Esc, undo the check-in (F9, F8), then transfer. Or:",
        )

    def answer(self, text: str) -> None:
        """Answer with a reason; an empty line is none."""
        if text:
            self.dismiss(text)
