"""Each event of the log, described for people."""

from __future__ import annotations

import json
from pathlib import Path

from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.questions import remove_question, save_question
from kiosk.services.checkin.tables import set_tables, tables_off
from kiosk.services.people.people import edit, walk_in
from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.services.reports.audit import Narrator, audit_trail
from kiosk.storage.file.store import Store
from tests.support.stores import Clock, bind_code, make_store, take_in


def _busy_store(folder: Path) -> Store:
    store = make_store(folder)
    take_in(store, Attendee("a1", name="Asha"))
    scan(store, ScanOrder(code="\ud800\x1b[2J?"))
    bind_code(store, "NEW", "a1")
    scan(store, ScanOrder(code="NEW"))
    scan(store, ScanOrder(code="T-a1", force=True, reason="badge lost"))
    undo(store, reason="wrong person")
    edit(store, "a1", {"company": "Acme"})
    walk_in(store, "Late", {})
    with store.writing():
        body = {"at": store.clock(), "layout": "plain", "badges": [["a1", "h", "", 0]]}
        store.append(EventKind.BADGES_PRINTED, body)
    return store


def test_the_trail_has_every_event_in_order(tmp_path: Path) -> None:
    """Each event of the log occurs once, oldest first, with time, desk and body."""
    store = _busy_store(tmp_path)

    trail = list(audit_trail(store))

    assert [(e.log_id, e.seq) for e in store.events()] == [(e.log_id, e.seq) for e in trail]
    assert {"2027-02-16T12:00:00+05:30"} == {entry.at for entry in trail}
    assert {"Desk 1"} == {entry.desk for entry in trail}
    refused = next(entry for entry in trail if entry.kind == EventKind.REFUSED)
    assert refused.body["outcome"] == "invalid"


def test_the_time_is_that_of_the_desks_clock(tmp_path: Path) -> None:
    """A check-in has the time that the desk showed, even when its clock was set back."""
    store = make_store(tmp_path)
    take_in(store, Attendee("a1", name="Asha"))
    assert isinstance(store.clock, Clock)
    store.clock.now_ms -= 3_600_000
    scan(store, ScanOrder(code="T-a1"))

    assert list(audit_trail(store))[-1].at == "2027-02-16T11:00:00+05:30"


def test_every_kind_has_a_line(tmp_path: Path) -> None:
    """People and lists are named, and each line says what was done."""
    store = _busy_store(tmp_path)
    narrator = Narrator(store)

    lines = [narrator.line(entry) for entry in audit_trail(store)]

    for words in (
        "import_rows  1 row from sheet",
        "check_in  Asha  ✓ CHECKED IN on Door",
        "edit  Asha  company = Acme",
        "walk_in  Late  name = Late",
        "undo  Asha  Door “wrong person”",
        "bind  Asha  NEW",
        "badges_printed  1 badge, layout plain",
        "refused  ✗ NOT FOUND",
    ):
        assert [line for line in lines if words in line], words


def test_questions_tables_and_answers_are_in_words(tmp_path: Path) -> None:
    """Settings of the organiser and answers are readable without JSON."""
    store = make_store(tmp_path)
    take_in(store, Attendee("a1", name="Asha"))
    save_question(store, "Photo consent", is_new=True, text="May we?", lists=["Door"])
    remove_question(store, "Photo consent")
    save_question(store, "Meal", is_new=True, choices=["Veg", "Jain"], ticket_types=["VIP"])
    save_question(store, "Meal", is_new=False, ticket_types=[])
    set_tables(store, count=2, seats=8)
    scan(store, ScanOrder(code="T-a1", answers={"Meal": "Veg"}))
    tables_off(store)
    transfer_ticket(store, "a1", NewHolder("Bilal"), reason="ill", force=True)

    told = [Narrator(store).line(entry).split("  ", 2)[2] for entry in audit_trail(store)][-10:]

    assert [
        "setting  question “Photo consent”: May we? (Yes / No), only Door",
        "setting  question “photo consent”: removed",
        "setting  question “Meal”: Meal (Veg / Jain), only VIP",
        "setting  question “Meal”: Meal (Veg / Jain)",
        "setting  tables: 2, 8 seats at each (1, 2)",
        "edit  Bilal  answered: Meal = Veg",
        "check_in  Bilal  ✓ CHECKED IN on Door",
        "edit  Bilal  table assigned: Table = 1",
        "setting  tables: not assigned",
        "edit  Bilal  transferred from “Asha” (ill): name = Bilal, forced",
    ] == told


def test_a_corrupt_body_is_shown(tmp_path: Path) -> None:
    """A body that is not JSON any more is shown as text."""
    store = make_store(tmp_path)
    store.connection.execute("UPDATE event SET body = '{' WHERE seq = 1")
    store.connection.execute("UPDATE event SET body = '[1]' WHERE seq = 2")
    store.connection.execute("UPDATE event SET body = '{\"at\": 1e99}' WHERE seq = 3")

    trail = list(audit_trail(store))

    assert [entry.body for entry in trail[:2]] == [{"text": "{"}, {"text": "[1]"}]
    assert all(entry.at for entry in trail)
    assert all(Narrator(store).line(entry) for entry in trail)
    assert json.dumps(trail[0].body)
