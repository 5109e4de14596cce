"""How the desks stand, in words: alone, all here, one away; no network; a restored file."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import Action, KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.tables import set_tables
from kiosk.services.people.people import walk_in
from kiosk.services.safety.backup import back_up
from kiosk.services.safety.purge import OtherDesk, other_desks_sentence
from kiosk.services.setup.ready import check_readiness
from kiosk.services.sharing.conflicts import (
    Admission,
    DoubleEntry,
    admission_lines,
    conflicts,
    export_conflicts,
)
from kiosk.services.sharing.desks import (
    RESTORED,
    LinkLevel,
    alone_hint,
    clock_time,
    desk_problems,
    desk_words,
    link_status,
    list_desks,
    news_of,
    take_restored_note,
)
from kiosk.services.sharing.joining import parse_addresses
from kiosk.services.sharing.sharing import add_addresses, share, sharing_folder
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import introduce_desk
from kiosk.storage.replication.seals import seal_own_log
from kiosk.storage.replication.sharing import CodeChange, Sharing, read_sharing, write_sharing
from kiosk.sync.peers import DeskState, DeskStatus
from kiosk.sync.reachability import Reach
from kiosk.sync.status_file import SharedState, write_status
from tests.conftest import ZONE, Clock
from tests.support.desks import new_desk, send
from tests.support.stores import bind_code

NOW_MS = 1_000_000_000
HERE, AWAY = DeskState.UP_TO_DATE, DeskState.AWAY
OTHER_VERSION = DeskState.OTHER_VERSION


def at(seconds_ago: int) -> str:
    """The time of day that a status line names."""
    return clock_time(NOW_MS - seconds_ago * 1000, ZONE)


def state(*desks: tuple[DeskState, int], trouble: str = "", since_s: int = 60) -> SharedState:
    """Desks 2, 3 ... with the seconds since they were heard."""
    found = tuple(
        DeskStatus(f"Desk {number}", str(number), how, 0, NOW_MS - heard_s * 1000)
        for number, (how, heard_s) in enumerate(desks, 2)
    )
    return SharedState(found, trouble, since_ms=NOW_MS - since_s * 1000)


def named(found: SharedState, name: str) -> SharedState:
    """The same with another name of each desk."""
    return replace(found, desks=tuple(replace(desk, name=name) for desk in found.desks))


WORDS = {
    "alone": (state(), True, "alone"),
    "no network": (state(), False, "alone, no network"),
    "the network fails": (state(trouble="It cannot be used."), True, "alone, no network"),
    "all here": (state((HERE, 1), (HERE, 1)), True, "3 desks, all up to date"),
    "one away": (
        state((HERE, 1), (AWAY, 240)),
        True,
        f"Desk 3 away since {at(240)}: its check-ins are not seen here",
    ),
    "two away": (
        state((HERE, 1), (AWAY, 240), (AWAY, 240)),
        True,
        f"Desk 3 and Desk 4 away since {at(240)}: their check-ins are not seen here",
    ),
    "a long name": (
        named(state((AWAY, 30)), "広" * 60),
        True,
        f"NOT CONNECTED since {at(30)}: check-ins of {'広' * 10}… not seen here",
    ),
    "cut off": (
        state((AWAY, 30)),
        False,
        f"no network · NOT CONNECTED since {at(30)}: check-ins of Desk 2 not seen here",
    ),
    "the code changed": (
        replace(state((AWAY, 30)), replaced=CodeChange("Desk 2", NOW_MS - 60_000)),
        True,
        f"NOT CONNECTED: the code changed at {at(60)}, join again",
    ),
    "another version": (
        state((OTHER_VERSION, 1)),
        True,
        "NOT CONNECTED to Desk 2: another version of kiosk",
    ),
    "the disk is full": (
        replace(state((HERE, 1), trouble="Full."), hindrance="disk full"),
        True,
        "disk full · 2 desks, all up to date",
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_the_status_line_is_honest(name: str) -> None:
    """Three states, and before them that there is no network at all. A lost link says since when,
    and has a level of its own for the colour."""
    stands, has_network, words = WORDS[name]
    status = link_status(stands, NOW_MS, ZONE, has_network=has_network)
    is_cut = any(word in words for word in ("NOT CONNECTED", "away since", "disk full"))

    assert words == status.words
    assert is_cut == (status.level is LinkLevel.CUT)


HINTS = {
    "just started": (state(since_s=5), True, ""),
    "alone for long": (state(), True, "hotspot"),
    "no network, at once": (state(since_s=1), False, "not on a network"),
    "another desk is here": (state((HERE, 1)), False, ""),
    "it cannot be used, at once": (state(trouble="No stick works.", since_s=1), True, "No stick"),
    "a desk has just left": (state((AWAY, 5)), True, ""),
    "the last one left long ago": (state((AWAY, 240), (AWAY, 30)), True, "hotspot"),
}


@pytest.mark.parametrize("name", HINTS)
def test_after_a_while_alone_it_says_what_to_try(name: str) -> None:
    """Hotspot, address, stick; nothing while there is no need."""
    stands, has_network, words = HINTS[name]
    hint = alone_hint(stands, NOW_MS, ZONE, has_network=has_network)

    assert bool(words) == bool(hint)
    assert words in hint
    assert not hint or "stick" in hint


CAUSES = {
    "the code changed": (
        replace(state(), replaced=CodeChange("Desk 2", NOW_MS - 60_000)),
        ("Desk 2 made a new code at", at(60), "Join again"),
    ),
    "another code at the address": (
        replace(state(), reached=(("10.0.0.2:7447", Reach.OTHER_CODE),)),
        ("10.0.0.2:7447 has another code", "Join again"),
    ),
    "the old code at the address": (
        replace(state(), reached=(("10.0.0.2:7447", Reach.OTHER_CODE),), left_behind=("Desk 2",)),
        ("10.0.0.2:7447 still has the old code", "join again there", "that this desk shows"),
    ),
    "no desk open there": (
        replace(state(), reached=(("10.0.0.2:7447", Reach.CLOSED),)),
        ("no desk is open there",),
    ),
    "network": (
        replace(state(), reached=(("10.0.0.2:7447", Reach.UNREACHABLE),)),
        ("Network problem", "10.0.0.2:7447 cannot be reached"),
    ),
    "silence": (state((AWAY, 240)), ("Desk 2 last heard 4 min ago", "are saved")),
    "never heard": (state(), ("No other desk has been heard since",)),
}


@pytest.mark.parametrize("name", CAUSES)
def test_each_cause_has_its_own_message(name: str) -> None:
    """A changed code, a closed desk, the network and silence are different messages."""
    stands, parts = CAUSES[name]
    hint = alone_hint(stands, NOW_MS, ZONE)

    for part in parts:
        assert part in hint
    assert [name] == [
        other for other in CAUSES if alone_hint(CAUSES[other][0], NOW_MS, ZONE) == hint
    ]


def test_another_version_and_old_codes_are_problems() -> None:
    """Both are named with the desks that have them."""
    stands = replace(state((OTHER_VERSION, 1)), left_behind=("Desk 3", "Desk 4"))
    version, behind = desk_problems(stands)

    assert "Desk 2 runs another version of kiosk" in version
    assert "Still with the old code: Desk 3, Desk 4." in behind
    assert not alone_hint(stands, NOW_MS, ZONE)


def test_a_restored_file_says_so_once(store: Store, tmp_path: Path, clock: Clock) -> None:
    """A restored backup writes a new log: the desk says so once, its list of desks keeps the note,
    and its older log is not listed as another desk."""
    walk_in(store, "Li", {})
    restored = tmp_path / "restored.kiosk"
    shutil.copy(back_up(store).file, restored)
    opened = Store.open(restored, desk="Desk 1", clock=clock)
    walk_in(opened, "Asha", {})

    assert "" == take_restored_note(store)
    assert RESTORED == take_restored_note(opened)
    assert "" == take_restored_note(opened)
    assert list_desks(opened).restored
    assert not list_desks(store).restored
    assert ["Desk 1"] == [desk.name for desk in list_desks(opened).desks]
    opened.close()


def test_a_desk_that_was_restored_is_listed_once(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    """Its older log, heard before and away since then, is not another desk. A desk whose log
    continues an unsigned one has check-ins."""
    walk_in(store, "Asha", {})
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=clock)
    walk_in(other, "Li", {})
    send(other, store)
    before = other.log_id
    share(other)
    introduce_desk(other)
    send(other, store)
    away = DeskStatus("Desk 2", before, AWAY, 0, clock.now_ms)
    unheard = list_desks(store, SharedState((away,))).desks
    here = DeskStatus("Desk 2", other.log_id, HERE, 0, clock.now_ms)
    heard = list_desks(store, SharedState((away, here))).desks
    other.close()

    assert [("Desk 1", DeskState.THIS), ("Desk 2", AWAY)] == [(d.name, d.state) for d in unheard]
    assert [("Desk 1", DeskState.THIS), ("Desk 2", HERE)] == [(d.name, d.state) for d in heard]


@pytest.mark.parametrize("name", ["Desk 3", "Desk 2"])
def test_a_copy_on_another_laptop_does_not_hide_the_desk_with_the_original(
    store: Store, tmp_path: Path, clock: Clock, name: str
) -> None:
    """Both laptops have the people, so both are listed. With equal names, the original is another
    desk once it writes on."""
    walk_in(store, "Asha", {})
    two = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=clock)
    walk_in(two, "Li", {})
    shutil.copy(back_up(two).file, tmp_path / "3.kiosk")
    three = Store.open(tmp_path / "3.kiosk", desk=name, clock=clock)
    introduce_desk(three)
    walk_in(three, "Bo", {})
    if name == two.desk:
        walk_in(two, "Hina", {})
    send(two, store)
    send(three, store)
    listed = {desk.log_id for desk in list_desks(store).desks}
    expected = {store.log_id, two.log_id, three.log_id}
    two.close()
    three.close()

    assert expected == listed


@pytest.mark.parametrize(("ahead_s", "words"), [(1, "0 s ago"), (7200, "away")])
def test_when_a_desk_with_a_fast_clock_was_heard_is_not_known(
    store: Store, tmp_path: Path, clock: Clock, ahead_s: int, words: str
) -> None:
    """Its last entry is later than the present time; it was not heard just now."""
    fast = Clock()
    fast.now_ms = clock.now_ms + ahead_s * 1000
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=fast)
    walk_in(other, "Li", {})
    send(other, store)
    other.close()
    _, desk = list_desks(store).desks

    assert desk_words(desk, clock.now_ms).endswith(words)


def test_a_copy_of_a_shared_event_says_so(store: Store, tmp_path: Path, clock: Clock) -> None:
    """On another laptop it gets a new code, which connects it to no desk of that event."""
    first = share(store)
    introduce_desk(store)
    seal_own_log(store)
    path = tmp_path / "copy.kiosk"
    shutil.copy(back_up(store).file, path)
    copied = Store.open(path, desk="Desk 2", clock=clock)
    second = share(copied)
    again = share(copied)
    copied.close()

    assert ("", "") == (first.note, again.note)
    assert "copy of a shared event" in second.note
    assert first.code != second.code == again.code


def test_a_full_disk_is_a_problem_also_while_others_are_here() -> None:
    """Check-ins that do not arrive are named as those of other desks."""
    full = replace(state((HERE, 1), trouble="The disk is full."), hindrance="disk full")
    problems, news = desk_problems(full), news_of(state((HERE, 1)), full, ZONE)

    assert ["Check-ins of other desks do not arrive here. The disk is full."] == problems
    assert problems == news
    assert [] == news_of(full, full, ZONE)


@pytest.mark.parametrize(
    ("how", "behind", "words"),
    [
        (DeskState.THIS, 5, "this desk"),
        (HERE, 0, "up to date"),
        (DeskState.BEHIND, 1, "syncing, 1 event to go"),
        (DeskState.JOINED, 5, "joining, 5 events to go"),
        (DeskState.JOINED, 0, "joined, no check-ins yet"),
        (AWAY, 0, "away, last heard 4 min ago"),
    ],
)
def test_the_state_of_a_desk_in_words(how: DeskState, behind: int, words: str) -> None:
    """The same words on the screen, at the plain desk and of the command."""
    assert words == desk_words(DeskStatus("D", "1", how, behind, NOW_MS - 240_000), NOW_MS)


def test_addresses_are_added_in_front(store: Store) -> None:
    """Typed addresses are called first; a file that is not shared gives an error with advice."""
    with pytest.raises(KioskError) as caught:
        add_addresses(store, parse_addresses(["10.0.0.2"]))
    with store.writing():
        write_sharing(store, Sharing(bytes(16), addresses=parse_addresses(["10.0.0.1:7448"])))
    add_addresses(store, parse_addresses(["10.0.0.2", "10.0.0.1:7448"]))
    sharing = read_sharing(store)

    assert "not_shared" == caught.value.code
    assert Action.SHARE_EVENT == caught.value.action
    assert sharing is not None
    assert ["10.0.0.2:7447", "10.0.0.1:7448"] == [str(one) for one in sharing.addresses]


def readiness_of(store: Store, code: str) -> tuple[bool, str]:
    """One line of the report."""
    check = next(check for check in check_readiness(store).checks if check.code == code)
    return check.ok, check.what


def test_readiness_knows_the_desks(store: Store, tmp_path: Path, clock: Clock) -> None:
    """Not shared; shared without other desks; one away while a desk is open here; all here."""
    alone = readiness_of(store, "desks")
    with store.writing():
        write_sharing(store, Sharing(bytes(16)))
    nobody = readiness_of(store, "desks")
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=clock)
    walk_in(other, "Li", {})
    send(other, store)
    unknown = readiness_of(store, "desks")
    folder = sharing_folder(store.path)
    folder.mkdir(parents=True)
    seen = DeskStatus("Desk 2", other.log_id, AWAY, 0, clock.now_ms - 240_000)
    write_status(folder, SharedState((seen,), at_ms=clock.now_ms))
    away = readiness_of(store, "desks")
    twin = DeskStatus(store.desk, other.log_id, HERE, 0, clock.now_ms)
    write_status(folder, SharedState((twin,), at_ms=clock.now_ms))
    twins = readiness_of(store, "desks")
    other.close()

    assert (True, "This desk works alone: the event is not shared.") == alone
    assert (False, "The event is shared, but no other desk has joined yet.") == nobody
    assert (True, "The event is shared with 1 other desk.") == unknown
    assert (False, "Not connected: Desk 2 (4 min ago).") == away
    assert (False, twins[1]) == twins
    assert f"Two desks are both called {store.desk}." in twins[1]


@pytest.mark.parametrize("ending", ["pdf", "csv", "xlsx", "json"])
def test_conflicts_are_a_line_and_a_sheet(
    store: Store, tmp_path: Path, clock: Clock, ending: str
) -> None:
    """Double admissions are in the readiness report, on paper and in a table."""
    bind_code(store, "T1", walk_in(store, "Priya प्रिया", {}).id)
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=clock)
    before = readiness_of(store, "conflicts")
    scan(store, ScanOrder(code="T1"))
    scan(other, ScanOrder(code="T1"))
    send(other, store)
    other.close()
    out = tmp_path / f"out.{ending}"
    lines = export_conflicts(store, out)
    found, what = readiness_of(store, "conflicts")

    assert (True, "No attendee was admitted twice while desks were offline.") == before
    assert (False, True) == (found, "Priya प्रिया" in what)
    assert 2 == lines
    assert 1 == len(conflicts(store).doubles)
    if ending == "csv":
        assert "Priya प्रिया,Day 1" in out.read_text(encoding="utf-8-sig")
    if ending == "pdf":
        assert b"%PDF" == out.read_bytes()[:4]
        assert 0o600 == out.stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("year", "first"),
    [(2027, "Tue 16 Feb 09:41:05  Desk 2, no badge"), (2025, "Sun 16 Feb 2025 09:41:05  Desk 2")],
)
def test_an_admission_by_a_clock_that_is_years_off_has_its_year(year: int, first: str) -> None:
    """Without it, both would read as the same day."""
    times = (f"{year}-02-16T09:41:05+05:30", "2027-02-16T09:41:05+05:30")
    entries = tuple(Admission("Desk 2", at, "x", 1, 1, badge_printed=False) for at in times)
    lines = admission_lines(DoubleEntry("id", "Priya", "Day 1", entries))

    assert lines[0].startswith(first)
    assert (year == 2027) == (lines[0] == lines[1])


def test_tables_overfilled_while_apart_are_reported(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    """Two desks that were offline each filled the only table; a full table is no conflict."""
    set_tables(store, count=1, seats=2)
    people = [walk_in(store, name, {}).id for name in ("Asha", "Li", "Omar")]
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=clock)
    scan(store, ScanOrder(attendee_id=people[0]))
    scan(store, ScanOrder(attendee_id=people[1]))
    full = conflicts(store).notes
    scan(other, ScanOrder(attendee_id=people[2]))
    send(other, store)
    other.close()
    (note,) = conflicts(store).notes

    assert () == full
    assert "has 3 people for 2 seats" in note
    assert "offline" in note


def test_the_desks_that_still_have_the_people() -> None:
    """A purge names them with a time as on the screen; a name cannot act on the terminal."""
    desks = (
        OtherDesk("Desk 2\x1b[31m", "2027-02-16T09:41:00+05:30"),
        OtherDesk("Desk 3", None),
    )

    assert (
        "2 other desks still have the people: Desk 2\\x1b[31m (last heard 16 Feb 09:41), Desk 3."
        == other_desks_sentence(desks)
    )
