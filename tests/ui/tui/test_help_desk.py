"""^G at the desk: send, see, settle."""

from __future__ import annotations

import pytest

from kiosk.services.people.help_desk import send_to_help_desk, waiting_people
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.ui.tui.dialogs.reasons import HelpNoteScreen
from kiosk.ui.tui.reports.activity import HelpListScreen
from kiosk.ui.tui.widgets.key_bar import KeyBar
from tests.support.desk import Desk, open_desk

pytestmark = pytest.mark.slow


def bar(desk: Desk) -> list[str]:
    """The words of the key bar."""
    return [key.words for key in desk.screen.query_one(KeyBar)._shown]


async def test_a_refused_person_is_sent_and_settled(desk_store: Store) -> None:
    """One key and a line; card, counter and the next scan tell it; the same key settles."""
    async with open_desk(desk_store) as desk:
        assert "Help desk" not in bar(desk)
        await desk.scan("TICKET-004")
        await desk.says("! UNPAID")
        await desk.until(lambda: "Help desk" in bar(desk)[:3])
        await desk.pilot.press("ctrl+g")
        await desk.until(lambda: isinstance(desk.app.screen, HelpNoteScreen))
        await desk.type("says [b] she paid\r")
        await desk.says("TO THE HELP DESK")
        await desk.until(lambda: "help desk: 1" in desk.status)
        await desk.until(lambda: "⚑ help desk: says [b] she paid" in desk.card)
        await desk.scan("TICKET-004")
        await desk.says("! UNPAID")
        assert "⚑ Help desk: says [b] she paid (Desk 1)." in desk.banner
        await desk.until(lambda: bar(desk)[0] == "Done")
        await desk.pilot.press("ctrl+g")
        await desk.says("✓ DONE")
        await desk.until(lambda: "help desk" not in desk.status)
        await desk.until(lambda: "✓ help desk: done" in desk.card)

        assert [] == waiting_people(desk_store)


async def test_the_usual_notes_are_one_key(desk_store: Store) -> None:
    """1 and Enter send the first note; Esc sends no one."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-003")
        await desk.until(lambda: desk.screen.person is not None)
        await desk.pilot.press("ctrl+g")
        await desk.until(lambda: isinstance(desk.app.screen, HelpNoteScreen))
        await desk.pilot.press("escape")
        assert [] == waiting_people(desk_store)
        await desk.pilot.press("ctrl+g")
        await desk.until(lambda: isinstance(desk.app.screen, HelpNoteScreen))
        await desk.pilot.press("1", "enter")
        await desk.says("TO THE HELP DESK")

        assert ["Says they paid"] == [one.row.note for one in waiting_people(desk_store)]


async def test_the_list_follows_other_desks(desk_store: Store) -> None:
    """Without a person on the card the key opens the list, which is refreshed each second."""
    first = walk_in(desk_store, "Zoya Khan", {"company": "Acme"})
    second = walk_in(desk_store, "Li", {})
    send_to_help_desk(desk_store, first.id, "no badge")
    async with open_desk(desk_store) as desk:
        await desk.until(lambda: "help desk: 1" in desk.status)
        await desk.pilot.press("ctrl+g")
        await desk.until(lambda: isinstance(desk.app.screen, HelpListScreen))
        screen = desk.app.screen
        assert isinstance(screen, HelpListScreen)
        await desk.until(lambda: [one.label for one in screen.waiting or []] == ["Zoya Khan"])
        send_to_help_desk(desk_store, second.id, "asks")
        await desk.until(lambda: len(screen.waiting or []) == 2)
        await desk.pilot.press("ctrl+g")
        await desk.until(lambda: [one.label for one in screen.waiting or []] == ["Li"])
        await desk.pilot.press("enter")
        await desk.until(lambda: "⚑ help desk: asks" in desk.card)

        assert [second.id] == [one.row.attendee_id for one in waiting_people(desk_store)]


async def test_the_activity_shows_help_desk_notes(desk_store: Store) -> None:
    """A note is listed among the scans, and cannot be undone."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-003")
        await desk.says("✓ CHECKED IN")
        await desk.pilot.press("ctrl+g")
        await desk.until(lambda: isinstance(desk.app.screen, HelpNoteScreen))
        await desk.pilot.press("2", "enter")
        await desk.says("TO THE HELP DESK")
        await desk.pilot.press("f9")
        await desk.until(lambda: bool(desk.app.screen.query("#activity")))
        lines = desk.app.screen.query_one("#activity")
        await desk.until(lambda: getattr(lines, "option_count", 0) == 2)
        await desk.pilot.press("f8")
        error = desk.app.screen.query_one("#form-error")
        await desk.until(lambda: "not a check-in" in str(getattr(error, "content", "")))
