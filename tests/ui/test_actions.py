"""What a person can do next, in the words of each front end."""

from __future__ import annotations

import re

import pytest

from kiosk.errors import Action, KioskError
from kiosk.ui.actions import COMMAND_LINE, DESK, PLAIN_DESK, full_message
from kiosk.ui.tui.palette_entries import ENTRIES


@pytest.mark.parametrize("words", [DESK, COMMAND_LINE, PLAIN_DESK])
def test_every_action_has_words(words: dict[Action, str]) -> None:
    """No front end is left without an answer."""
    assert set(Action) == set(words)


def test_a_message_says_what_happened_what_is_saved_and_what_to_do() -> None:
    """Each front end puts its own keys or commands behind the same error."""
    error = KioskError("x", "It broke.", saved="Nothing was saved.", action=Action.EDIT_ATTENDEE)

    assert full_message(error, DESK) == "It broke. Nothing was saved. Press F3 to edit."
    assert full_message(error, COMMAND_LINE).endswith("kiosk edit ID --set FIELD=VALUE.")


def test_the_desk_names_entries_of_the_palette() -> None:
    """An entry that is named after Ctrl+P exists with exactly these words."""
    titles = {entry.words for entry in ENTRIES}
    named = [name for text in DESK.values() for name in re.findall(r"Ctrl\+P, ([^.]+)\.", text)]

    assert named
    assert set() == set(named) - titles
