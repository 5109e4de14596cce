"""Typing in whose a ticket is now."""

from __future__ import annotations

from kiosk.domain.attendee import Attendee
from kiosk.domain.text import visible
from kiosk.tui.screens.person_form import WalkInForm

_FIELDS = ("name", "company", "email", "phone", "reason")


def transfer_form(person: Attendee) -> WalkInForm:
    """Empty lines for the new holder: what is not typed is not known of them."""
    return WalkInForm(
        f"Pass on the ticket of {visible(person.label)}",
        dict.fromkeys(_FIELDS, ""),
        "Nothing of the old holder stays but notes for the desk and the history. "
        "Ctrl+S, or Enter on the last line: pass on. Esc: leave it as it is.",
    )
