"""Possible duplicates are decided on screen."""

from __future__ import annotations

import pytest

from kiosk.domain.people.registration import TicketStatus
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.duplicates import note_doubts, possible_duplicates
from kiosk.services.people.people import find_attendee, walk_in
from kiosk.storage.file.store import Store
from kiosk.ui.tui.desk.verdict import verdict_view
from kiosk.ui.tui.setup.duplicates import DuplicatesScreen
from kiosk.ui.tui.widgets.form import RecordList
from tests.support.desk import Desk, open_desk
from tests.support.stores import bind_code


@pytest.fixture
def pair(desk_store: Store) -> tuple[str, str]:
    """Two attendees of one e-mail, each with a code."""
    ids = []
    for number, name in enumerate(("Meera Nair", "Mira Nair"), 1):
        person = walk_in(desk_store, name, {"email": "nair@example.org"})
        bind_code(desk_store, f"NAIR-{number}", person.id)
        ids.append(person.id)
    with desk_store.writing():
        note_doubts(desk_store, [(ids[0], ids[1])])
    return ids[0], ids[1]


async def _press(desk: Desk, key: str) -> None:
    await desk.screen.run_action("duplicates")
    await desk.until(lambda: isinstance(desk.app.screen, DuplicatesScreen))
    await desk.until(lambda: any(view.records for view in desk.app.screen.query(RecordList)))
    await desk.pilot.press(key)
    await desk.until(lambda: not desk.app.screen.query_one(RecordList).records)


@pytest.mark.slow
@pytest.mark.parametrize(("checked_in", "stays"), [(None, 0), (0, 0), (1, 1)])
async def test_one_person(
    desk_store: Store, pair: tuple[str, str], checked_in: int | None, stays: int
) -> None:
    """The ticket that is checked in stays and takes both codes; the other is canceled."""
    if checked_in is not None:
        scan(desk_store, ScanOrder(code=f"NAIR-{checked_in + 1}"))
    async with open_desk(desk_store) as desk:
        await _press(desk, "s")

    kept, other = (find_attendee(desk_store, pair[index]) for index in (stays, 1 - stays))
    assert (TicketStatus.VALID, TicketStatus.CANCELED) == (kept.status, other.status)
    for code in ("NAIR-1", "NAIR-2"):
        found = scan(desk_store, ScanOrder(code=code)).attendee
        assert found is not None
        assert kept.id == found.id


@pytest.mark.slow
async def test_two_people(desk_store: Store, pair: tuple[str, str]) -> None:
    """Both tickets stay valid, and the pair is not shown again."""
    async with open_desk(desk_store) as desk:
        await _press(desk, "d")

    assert [] == possible_duplicates(desk_store)
    people = [find_attendee(desk_store, attendee_id) for attendee_id in pair]
    assert [TicketStatus.VALID] * 2 == [person.status for person in people]


def test_the_banner_says_who_may_be_the_same_person(
    desk_store: Store, pair: tuple[str, str]
) -> None:
    """Until a pair is decided, the desk warns about the other ticket, and says when it was in."""
    first = verdict_view(scan(desk_store, ScanOrder(code="NAIR-1")))
    second = verdict_view(scan(desk_store, ScanOrder(code="NAIR-2")))

    assert "Mira Nair with the same e-mail is also on the list" in first.hint
    assert "Meera Nair with the same e-mail was checked in at" in second.hint
