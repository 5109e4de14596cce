"""A rehearsal is like the event, has made-up people, and is deleted completely."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from kiosk.domain.checkin.privileges import Role
from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.setup.rehearsal_guide import Task
from kiosk.errors import KioskError
from kiosk.services.badges.signage import Paper, PaperOrder, make_paper
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.authorisation import pin_roles, set_pin
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.event.event import create_event, event_info
from kiosk.services.event.settings import change_settings
from kiosk.services.people.help_desk import send_to_help_desk
from kiosk.services.people.people import walk_in
from kiosk.services.printing.settings import print_settings, set_printer
from kiosk.services.setup.recent import is_rehearsal, recent_events, remember_event
from kiosk.services.setup.rehearsal import (
    UNKNOWN_CODE,
    end_rehearsal,
    event_of,
    guide,
    guide_progress,
    rehearsal_path,
    rehearsal_tickets,
    start_rehearsal,
)
from kiosk.services.sharing.sharing import ensure_secret
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees, count_attendees
from kiosk.storage.queries.lists import all_settings, check_in_lists
from kiosk.support.paths import state_dir
from tests.conftest import ZONE, Clock

SATURDAY = int(datetime(2026, 11, 21, 18, 12, tzinfo=ZONE).timestamp() * 1000)
KINDS = {
    "A good ticket": Outcome.OK,
    "Not paid": Outcome.UNPAID,
    "Not approved": Outcome.UNAPPROVED,
    "Canceled": Outcome.CANCELED,
    "Blocked": Outcome.BLOCKED,
    "Ask first: read the note": Outcome.INCOMPLETE,
    "No name yet": Outcome.OK,
    "A party of 3": Outcome.OK,
    "A code that no attendee has": Outcome.INVALID,
}


def rehearse(store: Store, now_ms: int = SATURDAY) -> Store:
    """The rehearsal of the event, opened at this moment."""
    made = start_rehearsal(store.path, desk="Desk 1", now_ms=now_ms)
    clock = Clock()
    clock.now_ms = now_ms
    return Store.open(made.path, desk="Desk 1", clock=clock)


@pytest.mark.slow
def test_it_is_the_event_today_with_people_of_nobody(store: Store) -> None:
    """Lists, types, settings and printer as in the event; an open list; no person, no PIN."""
    walk_in(store, "Real Person", {"ticket_type": "Workshop"})
    save_list(store, "Lunch", is_new=True, kind="meal", opens="16 Feb 12:00", closes="16 Feb 14:00")
    change_settings(store, {"accent": "#aa0000", "backup_second": str(store.path.parent)})
    set_pin(store, Role.ORGANISER, "123456")
    set_printer(store, "Zebra")
    before = list(store.events())
    copy = rehearse(store)
    info = event_info(copy)

    assert "REHEARSAL · PyCon Pune 2027" == info.name
    assert (date(2026, 11, 21), date(2026, 11, 22)) == info.days
    names = [item.name for item in check_in_lists(store.connection)]
    assert names == [item.name for item in check_in_lists(copy.connection)]
    assert ["21 12:00", "21 14:00"] == [
        f"{datetime.fromtimestamp((bound or 0) / 1000, ZONE):%d %H:%M}"
        for item in check_in_lists(copy.connection)
        if item.name == "Lunch"
        for bound in (item.opens_ms, item.closes_ms)
    ]
    kept = all_settings(copy.connection)
    assert ("#aa0000", None) == (kept["accent"], kept.get("backup_second"))
    assert frozenset() == pin_roles(copy)
    assert "Zebra" == print_settings(copy).printer
    assert {"Workshop"} == {person.ticket_type for person in all_attendees(copy.connection)}
    assert not any("Real" in person.name for person in all_attendees(copy.connection))
    assert before == list(store.events())
    copy.close()


def test_every_kind_that_a_desk_meets_is_on_a_ticket(store: Store) -> None:
    """And gets the verdict that its line promises."""
    copy = rehearse(store)
    seen = {
        ticket.about: scan(copy, ScanOrder(code=ticket.code)).outcome
        for ticket in rehearsal_tickets()
    }
    copy.close()

    assert seen == KINDS
    assert Outcome.INVALID is scan(store, ScanOrder(code=rehearsal_tickets()[0].code)).outcome


def test_the_tickets_can_be_scanned_from_paper(store: Store, tmp_path: Path) -> None:
    """One page, twelve codes."""
    make_paper(store, tmp_path / "t.pdf", PaperOrder(Paper.REHEARSAL_TICKETS))
    with pypdfium2.PdfDocument(tmp_path / "t.pdf") as document:
        assert 1 == len(document)
        picture = document[0].render(scale=3).to_pil()

    assert {t.code for t in rehearsal_tickets()} == {
        found.text for found in zxingcpp.read_barcodes(picture)
    }


def test_what_is_tried_is_ticked(store: Store) -> None:
    """From the rehearsal's own log."""
    copy = rehearse(store)
    tickets = {ticket.about: ticket.code for ticket in rehearsal_tickets()}
    words = guide()[Task.NAME].what
    asha = next(
        p
        for p in all_attendees(copy.connection)
        if words.startswith(f"Find {p.name} of {p.company},")
    )

    assert frozenset() == guide_progress(copy)

    scan(copy, ScanOrder(code="REHEARSE-0002"))
    copy.clock.pass_s(4)  # type: ignore[attr-defined]
    scan(copy, ScanOrder(code="REHEARSE-0002"))
    scan(copy, ScanOrder(attendee_id=asha.id))
    scan(copy, ScanOrder(code=tickets["Not paid"], force=True, reason="Paid at the desk"))
    scan(copy, ScanOrder(code=UNKNOWN_CODE))
    scan(copy, ScanOrder(code=tickets["Canceled"]))
    send_to_help_desk(copy, asha.id, "lost")
    walk_in(copy, "Newt", {})

    assert frozenset(Task) - {Task.UNDO} == guide_progress(copy)

    undo(copy)

    assert frozenset(Task) == guide_progress(copy)
    copy.close()


@pytest.mark.slow
def test_it_is_gone_on_with_today_and_made_anew_when_something_changed(store: Store) -> None:
    """The next day, or after the event's lists changed, it begins from nothing."""
    scan(copy := rehearse(store), ScanOrder(code="REHEARSE-0001"))
    copy.close()

    assert not start_rehearsal(store.path, desk="", now_ms=SATURDAY + 1000).is_new

    save_list(store, "Lunch", is_new=True)

    assert start_rehearsal(store.path, desk="", now_ms=SATURDAY + 2000).is_new
    assert start_rehearsal(store.path, desk="", now_ms=SATURDAY + 86_400_000).is_new


def test_an_event_that_is_closed_now_has_an_open_list_in_rehearsal(store: Store) -> None:
    """Whatever the hour, a scan can be tried."""
    for item in check_in_lists(store.connection):
        save_list(store, item.id, is_new=False, opens="16 Feb 9:00", closes="16 Feb 10:00")
    copy = rehearse(store)

    assert Outcome.OK is scan(copy, ScanOrder(code="REHEARSE-0001")).outcome
    copy.close()


def test_it_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    """No file of it, and no place in any list of events."""
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    copy = rehearse(store)
    scan(copy, ScanOrder(code="REHEARSE-0001"))
    remember_event(copy.path)
    copy.close()

    assert is_rehearsal(copy.path)
    assert copy.path not in recent_events()
    assert store.path.resolve() == event_of(copy.path)
    assert end_rehearsal(copy.path)
    assert not end_rehearsal(store.path)
    assert before == {path for path in tmp_path.rglob("*") if path.is_file()}
    assert not (state_dir() / "rehearsals").exists()


def test_it_is_never_shared_or_carried_over(store: Store) -> None:
    """No code, no bundle."""
    copy = rehearse(store)
    with pytest.raises(KioskError) as caught:
        ensure_secret(copy)
    copy.close()

    assert "rehearsal" == caught.value.code


def test_a_rehearsal_of_another_event_stays(store: Store, tmp_path: Path) -> None:
    """Each event has its own."""
    other = create_event(tmp_path / "other.kiosk", name="Other", desk="")
    rehearse(store).close()
    start_rehearsal(other.path, desk="")
    end_rehearsal(store.path)
    other.close()

    assert rehearsal_path(tmp_path / "other.kiosk").is_file()
    assert count_attendees(store.connection) == 0


def test_rules_of_lists_are_rehearsed_on_the_days_of_the_rehearsal(store: Store) -> None:
    """A list for one day's tickets, in one window, is for the same day of the rehearsal."""
    first = event_info(store).days[0]
    rules = {
        "date": [first.isoformat()],
        "windows": [f"{first}T08:00/{first}T20:00"],
        "most_entries": ["2"],
    }
    save_list(store, check_in_lists(store.connection)[0].id, is_new=False, rules=rules)
    copy = rehearse(store)
    begin = event_info(copy).days[0]
    kept = check_in_lists(copy.connection)[0].rules

    assert begin != first
    assert begin == kept.day
    assert 2 == kept.most_entries
    assert [begin] == [kept.day_of(opens) for opens, _ in kept.windows]
    assert Outcome.OK is scan(copy, ScanOrder(code="REHEARSE-0001")).outcome
    copy.close()
