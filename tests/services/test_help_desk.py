"""A person sent to the help desk is shown at every desk until they are marked as done."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.log.event_schema import HELP_NOTE, validated_body
from kiosk.domain.log.events import EventKind, canonical_json
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import recent_activity
from kiosk.services.checkin.card import attendee_card
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.help_desk import (
    recent_requests,
    send_to_help_desk,
    settle_help,
    waiting_people,
)
from kiosk.services.people.people import walk_in
from kiosk.services.reports.audit import Narrator, audit_trail
from kiosk.services.safety.doctor import examine
from kiosk.services.safety.purge import purge
from kiosk.services.sharing.bundle import create_from_bundle, write_bundle_file
from kiosk.services.sharing.sharing import code_of
from kiosk.services.tally.counts import desk_counts
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from tests.conftest import Clock
from tests.support.desks import assert_sound, new_desk, send
from tests.support.stores import bind_code


@pytest.fixture
def priya(store: Store) -> str:
    """A person with a ticket."""
    person = walk_in(store, "Priya Sharma", {})
    bind_code(store, "T1", person.id)
    return person.id


def notes(store: Store) -> list[tuple[str, str, str]]:
    """(name, note, desk) of everybody who waits."""
    return [(one.label, one.row.note, one.row.desk) for one in waiting_people(store)]


def test_every_desk_knows(store: Store, priya: str, tmp_path: Path, clock: Clock) -> None:
    """List, card, counter and verdict of another desk tell it; settled there, it is nowhere."""
    send_to_help_desk(store, priya, "  says\tshe paid ")
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=clock)
    counts = desk_counts(other, check_in_lists(other.connection)[0])
    facts = attendee_card(other, priya)
    verdict = scan(other, ScanOrder(code="T1"))
    clock.pass_s(60)
    settle_help(other, priya)
    send(other, store)
    after = scan(store, ScanOrder(code="T1"))
    send(store, other)

    assert 1 == counts.at_help_desk
    assert facts is not None
    assert facts.help is not None
    assert (True, "says she paid", "Desk 1") == (facts.help.waits, *facts.help[2:4])
    assert facts.help == verdict.help
    assert after.help is None
    assert [] == notes(store) == notes(other)
    assert_sound(store, other)
    other.close()


def test_the_newest_note_counts(store: Store, priya: str, tmp_path: Path, clock: Clock) -> None:
    """Two desks that send one person without knowing of each other agree afterwards."""
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=clock)
    send_to_help_desk(store, priya, "first")
    clock.pass_s(5)
    send_to_help_desk(other, priya, "second")
    send(other, store)
    send(store, other)

    assert [("Priya Sharma", "second", "Desk 2")] == notes(store) == notes(other)
    assert_sound(store, other)
    other.close()


def test_whoever_was_sent_first_is_first(store: Store, priya: str, clock: Clock) -> None:
    """The one who waits longest is first; settled notes are listed newest first."""
    li = walk_in(store, "Li", {}).id
    send_to_help_desk(store, li, "one")
    clock.pass_s(1)
    send_to_help_desk(store, priya, "two")
    clock.pass_s(1)
    settle_help(store, li)

    assert ["Priya Sharma"] == [one.label for one in waiting_people(store)]
    assert ["Li", "Priya Sharma"] == [one.label for one in recent_requests(store, 9)]


@pytest.mark.parametrize("note", ["", "   ", "\x00\n"])
def test_a_note_is_needed(store: Store, priya: str, note: str) -> None:
    """Without a note the help desk would have to ask again."""
    with pytest.raises(KioskError) as caught:
        send_to_help_desk(store, priya, note)

    assert "note_missing" == caught.value.code


def test_only_who_waits_is_settled(store: Store, priya: str) -> None:
    """Nothing is recorded about others."""
    before = list(store.events())
    with pytest.raises(KioskError) as caught:
        settle_help(store, priya)

    assert "not_waiting" == caught.value.code
    assert before == list(store.events())


def test_a_long_note_is_cut(store: Store, priya: str) -> None:
    """A note is one short line that other desks accept."""
    row = send_to_help_desk(store, priya, "x" * 5_000)

    assert HELP_NOTE == len(row.note)


BODIES = {
    "whole": ({"at": 1, "waits": True, "note": "n", "desk": "D"}, True),
    "no moment": ({"waits": True, "note": "n", "desk": "D"}, False),
    "a number for a bool": ({"at": 1, "waits": 1, "note": "n", "desk": "D"}, False),
    "a note too long": ({"at": 1, "waits": True, "note": "n" * 201, "desk": "D"}, False),
    "a note that is none": ({"at": 1, "waits": True, "note": ["n"], "desk": "D"}, False),
    "no desk": ({"at": 1, "waits": True, "note": "n"}, False),
}


@pytest.mark.parametrize("name", BODIES)
def test_what_other_desks_write_is_looked_at(name: str) -> None:
    """Only a body that says what it must is believed."""
    body, fits = BODIES[name]

    assert fits == (validated_body(EventKind.HELP_DESK, canonical_json(body)) is not None)


def test_log_doctor_bundle_and_purge(
    store: Store, priya: str, tmp_path: Path, clock: Clock
) -> None:
    """It is in the trail in words, survives a rebuild and a stick, and purge leaves none of it."""
    send_to_help_desk(store, priya, "says she paid")
    settle_help(store, priya)
    send_to_help_desk(store, priya, "lost her badge")
    lines = [Narrator(store).line(entry) for entry in audit_trail(store)][-3:]
    write_bundle_file(store, tmp_path / "b")
    made = create_from_bundle(tmp_path / "b", tmp_path / "2.kiosk", code=code_of(store), desk="D2")
    with store.writing():
        store.connection.execute("DELETE FROM help_desk")
    examine(store.path, desk="Desk 1")
    other = Store.open(made.event, desk="D2", clock=clock)
    was = notes(store)
    assert_sound(store, other)
    other.close()
    purge(store)

    assert [("Priya Sharma", "lost her badge", "Desk 1")] == was
    assert ["to the help desk “says she paid”", "settled “says she paid”"] == [
        line.split("Priya Sharma  ")[1] for line in lines[:2]
    ]
    assert b"lost her badge" not in store.path.read_bytes()


def test_scans_alone_are_scans(store: Store, priya: str) -> None:
    """What can be taken back is not mixed with what cannot."""
    send_to_help_desk(store, priya, "note")

    assert [] == recent_activity(store, 9)


def test_an_older_file_learns_of_it(store: Store, priya: str) -> None:
    """A file of a kiosk that had no table for it gets one, filled with what had come meanwhile."""
    send_to_help_desk(store, priya, "came early")
    connection = store.connection
    connection.execute("DROP TABLE help_desk")
    connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm004_help_desk'")
    connection.execute("PRAGMA user_version = 1")
    store.close()
    again = Store.open(store.path, desk="Desk 1", clock=store.clock)

    assert [("Priya Sharma", "came early", "Desk 1")] == notes(again)
    again.close()
