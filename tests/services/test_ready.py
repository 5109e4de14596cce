"""The readiness report: each trouble is found, named, and gone when it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.badges.order import BadgeProblem
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.setup.readiness import CHECKS, Check, ReadinessFacts, readiness
from kiosk.domain.setup.scanner_check import (
    PROBES,
    Finding,
    KeyArrival,
    ScannerReport,
    diagnose,
    read_keys,
)
from kiosk.errors import KioskError
from kiosk.services.badges.badges import badges_folder, confirm_printed
from kiosk.services.event.event import create_event, day_window
from kiosk.services.people.people import edit
from kiosk.services.printing.settings import note_tested, set_printer
from kiosk.services.safety.backup import back_up
from kiosk.services.setup import ready as ready_service
from kiosk.services.setup.ready import (
    accept_check,
    check_readiness,
    note_scanner_test,
    print_waiting,
)
from kiosk.storage.file.store import Store
from tests.support.stores import Clock, bind_code, take_in

ZONE = ZoneInfo("Asia/Kolkata")
NOON_MS = int(datetime(2027, 2, 16, 12, tzinfo=ZONE).timestamp() * 1000)
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
DAYS = (date(2027, 2, 16), date(2027, 2, 17))
WINDOWS = tuple(day_window(day, ZONE) for day in DAYS)
READY = ReadinessFacts(
    now_ms=NOON_MS,
    zone=ZONE,
    people=3,
    valid=3,
    imported_ms=NOON_MS - HOUR_MS,
    days=DAYS,
    day_windows=WINDOWS,
    lists=[
        CheckInList(f"l{number}", f"Day {number}", *window, is_day=True)
        for number, window in enumerate(WINDOWS, 1)
    ],
    last_change_ms=NOON_MS - 5,
    backup_ms=NOON_MS - HOUR_MS // 2,
    printer="Zebra",
    tested_printer="Zebra",
    scanner_words="Enter at the end, 3 ms a character: all fine.",
    scanner_is_good=True,
)


def failing(facts: ReadinessFacts) -> dict[str, Check]:
    return {check.code: check for check in readiness(facts) if not check.ok}


def test_nothing_is_left_to_do() -> None:
    """An event that is ready has no failing check; each check has its own code."""
    codes = [check.code for check in readiness(READY)]

    assert {} == failing(READY)
    assert len(CHECKS) == len(set(codes)) == len(codes)


def test_dates_are_written_as_people_say_them() -> None:
    """Days and times in the report have words for the day and month."""
    said = {check.code: check.what for check in readiness(READY)}

    assert "The event is on 16 to 17 Feb 2027." == said["event_days"]
    assert "The list was imported on Tue 16 Feb, 11:00." == said["import_age"]
    assert "The last backup is from Tue 16 Feb, 11:30." == said["backup"]
    assert "The clock says Tue 16 Feb 2027, 12:00 (Asia/Kolkata)." == said["clock"]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"people": 0, "valid": 0}, "people", "list is empty"),
        ({"imported_ms": NOON_MS - 3 * DAY_MS}, "import_age", "3 days ago"),
        ({"days": (), "day_windows": ()}, "event_days", "not set"),
        ({"lists": []}, "lists", "no check-in list"),
        ({"lists": [CheckInList("a", "Old", 0, NOON_MS - 1)]}, "lists", "list has closed"),
        ({"lists": READY.lists[:1]}, "lists", "No check-in list is open on Wednesday, 17 Feb"),
        (
            {"lists": [*READY.lists, CheckInList("x", "Party", NOON_MS + 9 * DAY_MS, None)]},
            "lists",
            "“Party” is open on no day",
        ),
        ({"shared_codes": [("C1", ["Asha", "Ravi"])]}, "shared_codes", "C1 belongs to Asha, Ravi"),
        ({"nameless": ["a@x", "b@x", "c@x", "d@x", "e@x"]}, "no_name", "a@x, b@x, c@x and 2 more"),
        ({"without_email": 3}, "email", "No e-mail address is known"),
        ({"without_email": 2}, "email", "2 of 3 have no e-mail address (67 %)"),
        ({"unknown_words": {"blorked": 2}}, "status_words", "“blorked” (2)"),
        (
            {"problems": [BadgeProblem("i", "Asha", "has no name")]},
            "badge_names",
            "Asha (has no name)",
        ),
        ({"layout_error": "my.toml, line 3"}, "badge_names", "line 3"),
        ({"has_han_font": False, "han_people": 2}, "fonts", "2 people"),
        (
            {"has_ticket_keys": True, "signature_command": "pip install it"},
            "late_sales",
            "cannot check the signature",
        ),
        ({"changed": ["Asha"]}, "badges_changed", "1 printed badge out of date: Asha"),
        ({"unprinted": ["Asha", "Li"]}, "badges_unprinted", "2 badges to print: Asha, Li"),
        ({"printer": ""}, "printer", "No badge printer"),
        (
            {"is_shared": True, "other_desks": 2, "same_names": ["Twin"]},
            "desks",
            "Two desks are both called Twin",
        ),
        ({"tested_printer": "Other"}, "printer", "Zebra is not tested"),
        ({"scanner_words": ""}, "scanner", "No scanner was tested"),
        (
            {"scanner_words": "It puts “X” before each code.", "scanner_is_good": False},
            "scanner",
            "“X” before each code",
        ),
        ({"backup_ms": None}, "backup", "no backup"),
        ({"backup_ms": NOON_MS - 2 * HOUR_MS}, "backup", "more than an hour"),
        ({"free_bytes": 1_000}, "disk", "0.0 GB"),
        ({"last_change_ms": NOON_MS + HOUR_MS, "backup_ms": NOON_MS}, "clock", "13:00"),
    ],
)
def test_one_fault_fails_one_check(changes: dict[str, object], code: str, words: str) -> None:
    """Each fault fails exactly one check, which says what is wrong and what to do."""
    found = failing(replace(READY, **changes))  # type: ignore[arg-type]

    assert [code] == list(found)
    assert words in found[code].what
    assert found[code].fix


def test_an_import_of_another_year_names_it() -> None:
    """A list of last year is for another event."""
    found = failing(replace(READY, imported_ms=NOON_MS - 365 * DAY_MS))

    assert "Mon 16 Feb 2026, 12:00" in found["import_age"].what


def test_a_clock_that_may_be_right_is_not_called_wrong() -> None:
    """An entry from the future comes from this computer or from another desk."""
    found = failing(replace(READY, last_change_ms=NOON_MS + HOUR_MS, backup_ms=NOON_MS))

    assert "If they are right, another desk's clock is fast" in found["clock"].fix


@pytest.mark.parametrize(
    "changes",
    [
        {"without_email": 1},
        {"has_han_font": False},
        {"imported_ms": None},
        {"imported_ms": NOON_MS - 9 * DAY_MS, "now_ms": WINDOWS[-1][1], "backup_ms": NOON_MS},
        {"lists": [CheckInList("a", "All", None, None)]},
        {"last_change_ms": NOON_MS + 30_000},
        {"last_change_ms": None},
    ],
)
def test_what_is_no_trouble_is_not_called_one(changes: dict[str, object]) -> None:
    """Nobody is told to mend what does not matter."""
    assert {} == failing(replace(READY, **changes))  # type: ignore[arg-type]


def test_names_are_shown_as_data() -> None:
    """No control code of a name reaches the report."""
    facts = replace(READY, unprinted=["A\x1b[31mB\u202e"], shared_codes=[("\x07C", ["\x9bX", "Y"])])
    text = "".join(check.what for check in readiness(facts))

    assert not any(ord(char) < 32 or char in "\x9b\u202e" for char in text)


def test_what_was_accepted_is_no_longer_left_to_do() -> None:
    """It is said to be accepted, and others are not touched."""
    checks = readiness(replace(READY, printer="", backup_ms=None), frozenset({"printer"}))
    by_code = {check.code: check for check in checks}

    assert (True, True) == (by_code["printer"].ok, by_code["printer"].accepted)
    assert (False, False) == (by_code["backup"].ok, by_code["backup"].accepted)


@pytest.fixture
def event(tmp_path: Path) -> Iterator[Store]:
    """Four people on one day: one nameless, one with an unknown status word."""
    store = create_event(
        tmp_path / "e.kiosk",
        name="Meetup",
        days=[date(2027, 2, 16)],
        timezone="Asia/Kolkata",
        desk="Desk 1",
        clock=Clock(NOON_MS),
    )
    take_in(
        store,
        Attendee("11111111-1111-5111-8111-111111111111", name="Asha Rao", email="a@x"),
        Attendee("22222222-2222-5222-8222-222222222222", name="प्रिया", email="p@x"),
        Attendee("33333333-3333-5333-8333-333333333333", email="n@x"),
        Attendee(
            "44444444-4444-5444-8444-444444444444",
            name="Li",
            email="l@x",
            status=TicketStatus.UNAPPROVED,
            status_word="blorked",
        ),
    )
    yield store
    store.close()


def a_good_scan() -> Finding:
    """The first code of the test page, as it is printed."""
    keys = [KeyArrival(n / 1000, char) for n, char in enumerate(PROBES[0].code)]
    return diagnose(read_keys([*keys, KeyArrival(1.0, end="Enter")]))


def left(store: Store) -> set[str]:
    return {check.code for check in check_readiness(store).checks if not check.ok}


def test_mending_one_thing_after_the_other_makes_the_event_ready(event: Store) -> None:
    """Badges, a changed name, a printer, a backup: each check goes away by what it asks for."""
    everything = {
        "no_name",
        "status_words",
        "badges_unprinted",
        "printer",
        "scanner",
        "backup",
    }
    assert everything == left(event)

    assert 2 == print_waiting(event, "unprinted").badges
    edit(event, "33333333-3333-5333-8333-333333333333", {"name": "Ngozi Obi"})
    assert {
        "status_words",
        "badges_unprinted",
        "badges_made",
        "printer",
        "scanner",
        "backup",
    } == left(event)

    print_waiting(event, "unprinted")
    edit(event, "44444444-4444-5444-8444-444444444444", {"status": "canceled"})
    edit(event, "11111111-1111-5111-8111-111111111111", {"name": "Asha Rao-Iyer"})
    assert {"badges_changed", "badges_made", "printer", "scanner", "backup"} == left(event)

    report = print_waiting(event, "changed")
    assert [("Asha Rao-Iyer", "box A (R–प), slot 1")] == [
        (old.name, old.old_place) for old in report.replaced
    ]
    assert 3 == confirm_printed(event)
    set_printer(event, "Zebra")
    note_tested(event, "Zebra")
    note_scanner_test(event, ScannerReport().with_finding(a_good_scan()))
    back_up(event)
    assert set() == left(event)
    assert check_readiness(event).ready


def test_waiting_badges_go_into_files_of_their_own(event: Store) -> None:
    """Two batches in one minute do not overwrite each other."""
    print_waiting(event, "unprinted")
    edit(event, "11111111-1111-5111-8111-111111111111", {"name": "Asha R"})
    print_waiting(event, "changed")
    edit(event, "11111111-1111-5111-8111-111111111111", {"name": "Asha Q"})
    print_waiting(event, "changed")

    assert [
        "changed-20270216-1200-2.pdf",
        "changed-20270216-1200.pdf",
        "unprinted-20270216-1200.pdf",
    ] == sorted(path.name for path in badges_folder(event).iterdir())


def test_what_is_accepted_is_remembered_and_can_be_reopened(event: Store) -> None:
    """An unknown check names those there are."""
    accept_check(event, "printer")
    assert "printer" not in left(event)

    accept_check(event, "printer", accept=False)
    assert "printer" in left(event)
    with pytest.raises(KioskError) as refusal:
        accept_check(event, "printers")
    assert "no_such_check" == refusal.value.code
    assert "printer," in refusal.value.next_step


def test_a_shared_code_is_no_trouble_once_it_is_bound(tmp_path: Path) -> None:
    """Two people with one code are named; a desk that gives it to one of them ends the doubt."""
    from kiosk.services.setup.imports import accept_import, plan_import

    store = create_event(tmp_path / "s.kiosk", name="S", desk="D", clock=Clock(NOON_MS))
    file = tmp_path / "r.csv"
    file.write_text("Name,Email,Code\nAsha,a@x.org,C-1\nRavi,r@x.org,C-1\n", encoding="utf-8")
    accept_import(store, plan_import(store, file))
    assert "shared_codes" in left(store)

    (someone, *_) = store.connection.execute("SELECT id FROM attendee WHERE name = 'Asha'")
    bind_code(store, "C-1", someone[0])
    assert "shared_codes" not in left(store)
    store.close()


def test_a_mistake_in_the_layout_is_a_line_of_the_report(
    event: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other checks are made all the same."""
    refuse: Callable[..., object] = _refuse
    monkeypatch.setattr(ready_service, "chosen_layout", refuse)
    report = check_readiness(event)

    assert "my.toml, line 3" in next(c.what for c in report.checks if c.code == "badge_names")
    assert "no_name" in {check.code for check in report.checks if not check.ok}


def _refuse(*_: object) -> object:
    raise KioskError("layout_invalid", "my.toml, line 3: a mistake.")
