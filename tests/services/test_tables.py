"""Tables dealt at check-in, in the scan's own transaction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.desk.self_service import SelfService
from kiosk.domain.checkin.rules import Direction
from kiosk.domain.checkin.tables import TABLE_FIELD
from kiosk.domain.log.events import EventKind
from kiosk.errors import KioskError
from kiosk.services.badges.context import badge_of, badge_person
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.card import attendee_card
from kiosk.services.checkin.checkin import ScanOrder, ScanResult, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.checkin.tables import set_tables, table_setup, tables_now, tables_off
from kiosk.services.people.people import edit, walk_in
from kiosk.services.reports.attendance import export_attendance
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.replication.merge import merge_events, rows_after
from tests.conftest import Clock

YES = {"first_time": "yes"}


def come(store: Store, name: str, fields: dict[str, str] | None = None) -> ScanResult:
    """Somebody walks in and is checked in."""
    return scan(store, ScanOrder(attendee_id=walk_in(store, name, fields or {}).id))


def table_of(store: Store, attendee_id: str) -> str:
    person = attendee(store.connection, attendee_id)
    assert person is not None
    return person.extra.get(TABLE_FIELD, "")


def test_without_tables_nobody_gets_one(store: Store) -> None:
    """They are an organiser's choice."""
    result = come(store, "Asha Rao")

    assert ("", "") == (result.table, table_of(store, result.attendee.id))  # type: ignore[union-attr]


def test_a_table_is_dealt_and_kept_on_the_person(store: Store) -> None:
    """On the verdict, in the message, on the person, on the badge; in one edit of the log."""
    set_tables(store, count=3)
    result = come(store, "Asha Rao", YES)
    assert result.attendee is not None
    person = attendee(store.connection, result.attendee.id)
    assert person is not None
    *_, last = store.events()

    assert ("1", "1") == (result.table, badge_person(person).fields[TABLE_FIELD])
    assert "✓ CHECKED IN: Asha Rao, Table 1, first time here." == result.message
    assert ("edit", True) == (last.kind, json.loads(last.body)["dealt"])


def test_newcomers_sit_with_regulars(store: Store) -> None:
    """The example of an evening."""
    set_tables(store, count=3, seats=4)
    dealt = [
        come(store, "Regular 1").table,
        come(store, "New 1", YES).table,
        come(store, "Regular 2").table,
        come(store, "Regular 3").table,
        come(store, "New 2", YES).table,
        come(store, "New 3", YES).table,
    ]

    assert ["1", "1", "1", "2", "2", "2"] == dealt


def test_a_table_is_kept_on_re_entry(store: Store, clock: Clock) -> None:
    """Who went out for a smoke finds the chair."""
    save_list(store, "Day 1 · Tue 16 Feb", is_new=False, entry="re-entry")
    set_tables(store, count=2)
    first = come(store, "Asha Rao")
    assert first.attendee is not None
    for _ in range(3):
        come(store, "Somebody")
    order = ScanOrder(attendee_id=first.attendee.id)
    clock.pass_s(60)
    scan(store, ScanOrder(attendee_id=first.attendee.id, direction=Direction.EXIT))
    clock.pass_s(60)

    assert first.table == scan(store, order).table


def test_an_undo_frees_the_seat(store: Store) -> None:
    """Only people who are in sit somewhere; who comes back to a full table gets another."""
    set_tables(store, count=2, seats=2)
    first = come(store, "Asha Rao")
    assert first.attendee is not None
    undo(store)
    others = [come(store, name).table for name in ("Ben", "Carla")]
    again = scan(store, ScanOrder(attendee_id=first.attendee.id))

    assert (["1", "1"], "2") == (others, again.table)


def test_no_table_is_shown_after_an_undo(store: Store, clock: Clock) -> None:
    """The seat is free for the next one; the table is shown again after a new check-in."""
    set_tables(store, count=2)
    result = come(store, "Asha Rao")
    assert result.attendee is not None
    asha = result.attendee.id
    shown = [tables_shown(store, asha)]
    undo(store)
    shown.append(tables_shown(store, asha))
    clock.pass_s(60)
    scan(store, ScanOrder(attendee_id=asha))
    shown.append(tables_shown(store, asha))
    clock.pass_s(60)
    scan(store, ScanOrder(attendee_id=asha, direction=Direction.EXIT))
    shown.append(tables_shown(store, asha))

    assert [{"1"}, {""}, {"1"}, {"1"}] == shown


def test_a_typed_table_is_shown_before_and_after(store: Store) -> None:
    """It does not depend on a check-in."""
    set_tables(store, count=2)
    speaker = walk_in(store, "Asha Rao", {"Table": "Stage"})
    shown = [tables_shown(store, speaker.id)]
    scan(store, ScanOrder(attendee_id=speaker.id))
    undo(store)
    shown.append(tables_shown(store, speaker.id))

    assert [{"Stage"}, {"Stage"}] == shown


def tables_shown(store: Store, attendee_id: str) -> set[str]:
    """The table of the only attendee on the card, in its columns, on the badge and in an export."""
    card, person = attendee_card(store, attendee_id), attendee(store.connection, attendee_id)
    assert card is not None
    assert person is not None
    target = store.path.with_name("out.json")
    export_attendance(store, target)
    (exported,) = json.loads(target.read_text("utf-8"))
    in_columns = dict(card.other_answers).get(TABLE_FIELD, "")
    on_badge = badge_of(store, person).fields.get(TABLE_FIELD, "")
    return {card.table, in_columns, on_badge, exported[TABLE_FIELD] or ""}


def test_a_typed_table_stays(store: Store) -> None:
    """The stage is no table of the deal, and full or not, a person put there stays there."""
    set_tables(store, count=1, seats=1)
    speaker = walk_in(store, "Asha Rao", {"Table": "Stage"})

    assert "Stage" == scan(store, ScanOrder(attendee_id=speaker.id)).table
    assert "Stage" == tables_now(store).elsewhere[0].table


def test_a_dealt_table_can_be_corrected(store: Store) -> None:
    """And the corrected seat counts."""
    set_tables(store, count=2, seats=1)
    first = come(store, "Asha Rao")
    assert first.attendee is not None
    edit(store, first.attendee.id, {"table": "2"})

    assert "1" == come(store, "Ben").table


def test_when_all_are_full_it_is_said(store: Store) -> None:
    """Nobody is refused for want of a chair."""
    set_tables(store, count=1, seats=1)
    come(store, "Asha Rao")
    result = come(store, "Ben")

    assert result.table_is_full
    assert "Table 1 (all are full: bring a chair)" in result.message


def test_only_the_door_deals(store: Store) -> None:
    """A t-shirt is no seat; a list of one's own choice can be."""
    save_list(store, "Dinner", is_new=True)
    set_tables(store, count=2)
    asha = walk_in(store, "Asha Rao", {})

    assert "" == scan(store, ScanOrder(attendee_id=asha.id, list_name="Dinner")).table
    set_tables(store, list_name="Dinner")
    assert "" == come(store, "Ben").table
    carla = walk_in(store, "Carla", {})
    assert "1" == scan(store, ScanOrder(attendee_id=carla.id, list_name="Dinner")).table


def test_off_deals_no_more(store: Store) -> None:
    """Who has a table keeps it."""
    set_tables(store, names=["Banyan", "Neem"])
    first = come(store, "Asha Rao")
    assert first.attendee is not None
    tables_off(store)

    assert ("Banyan", "") == (table_of(store, first.attendee.id), come(store, "Ben").table)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "bad_tables"),
        ({"count": 0}, "bad_tables"),
        ({"count": 501}, "bad_tables"),
        ({"names": ["A", " a "]}, "bad_tables"),
        ({"names": [" ", ""]}, "bad_tables"),
        ({"count": 2, "seats": -1}, "bad_seats"),
        ({"count": 2, "list_name": "Nowhere"}, "no_such_list"),
    ],
)
def test_nonsense_is_refused(store: Store, given: dict[str, object], code: str) -> None:
    """And nothing is changed."""
    with pytest.raises(KioskError) as refused:
        set_tables(store, **given)  # type: ignore[arg-type]

    assert (code, None) == (refused.value.code, table_setup(store.connection))


def test_what_is_not_given_stays(store: Store) -> None:
    """Seats can be changed without naming the tables again."""
    set_tables(store, names=["Banyan", "Neem"], seats=4)
    setup = set_tables(store, seats=6)

    assert (("Banyan", "Neem"), 6) == (setup.names, setup.seats)


def test_a_re_import_keeps_the_table(store: Store, tmp_path: Path) -> None:
    """Whether the file has a column of that name or not."""
    file = tmp_path / "people.csv"
    file.write_text("Name,Email,Code,Table\nAsha Rao,asha@example.org,C-1,\n", encoding="utf-8")
    accept_import(store, plan_import(store, file))
    set_tables(store, count=2)
    result = scan(store, ScanOrder(code="C-1"))
    assert result.attendee is not None
    file.write_text("Name,Email,Code,Table\nAsha R,asha@example.org,C-1,9\n", encoding="utf-8")
    plan = plan_import(store, file)
    accept_import(store, plan)

    assert "1" == table_of(store, result.attendee.id)
    assert [("Table", "1", "9")] == [(k.field, k.kept, k.offered) for k in plan.report.kept]


def test_other_desks_learn_of_it(store: Store, tmp_path: Path, clock: Clock) -> None:
    """The deal merges like everything typed, and a rebuild gives the same tables."""
    set_tables(store, count=2)
    result = come(store, "Asha Rao")
    assert result.attendee is not None
    other = Store.create(tmp_path / "other.kiosk", desk="Desk 2", clock=clock)
    merge_events(other, rows_after(store, {}, limit=1_000, max_bytes=1 << 20))
    with store.writing():
        projection.rebuild(store.connection, list(store.events()))
    tables = [tables_now(each).tables[0].people[0].name for each in (store, other)]
    other.close()

    assert ["Asha Rao", "Asha Rao"] == tables


def test_a_hostile_setting_is_not_believed(store: Store) -> None:
    """What another desk writes is looked at before it is used."""
    with store.writing():
        value = {"names": [1, {}], "seats": "many", "list": None}
        event = store.write_event(EventKind.SETTING, {"key": "tables", "value": value})
        assert not projection.apply(store.connection, event)

    assert None is table_setup(store.connection)
    assert "" == come(store, "Asha Rao").table


def test_self_service_says_the_table(store: Store) -> None:
    """Who checks in alone has nobody to ask."""
    set_tables(store, count=2)
    walk_in(store, "Asha Rao", {"email": "asha@example.org"})
    reply = SelfService(None, lambda: 0.0).typed(store, "Asha Rao", "asha@example.org")

    assert "1" == reply.table


def test_two_desks_on_one_file_deal_in_turn(store: Store, event_path: Path, clock: Clock) -> None:
    """Each sees what the other has dealt: the second person joins the first."""
    set_tables(store, count=5)
    other = Store.open(event_path, desk="Desk 2", clock=clock)
    dealt = [come(each, "Somebody").table for each in (store, other, store, other)]
    other.close()

    assert ["1", "1", "1", "2"] == dealt
