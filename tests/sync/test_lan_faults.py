"""What befalls laptops on a real day: killed, suspended, cloned, wrong clocks, sticks carried."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.log.events import EventKind
from kiosk.storage.file.clone_detection import HOME, fingerprint
from kiosk.storage.file.machine_facts import read_facts, write_facts

from .agreement import (
    PEOPLE,
    admitted,
    assert_sums,
    code_of,
    codes,
    doubles,
    make_event,
    notes,
    store_of,
    wait_agree,
    wait_seen,
)
from .conftest import Venue
from .lan import Lan
from .programs import DeskProgram, wait_for

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

pytestmark = pytest.mark.slow
MANY = 20_000


def test_killed_in_a_storm_of_three(venue: Venue) -> None:
    """All three let people in as fast as they can and one is killed: what it had acknowledged is
    at all desks after its restart, and nothing twice."""
    desks = one, two, three = venue(3)
    for number, desk in enumerate(desks):
        desk.send(*(code_of(person) for person in range(number, PEOPLE, 3)))
    wait_for(lambda: two.answer_count > 5, "some answers")
    two.kill()
    acknowledged = list(two.admitted)
    wait_for(lambda: one.answer_count == three.answer_count == PEOPLE // 3, "the others' answers")
    start = time.monotonic()
    two.open()
    wait_agree(*desks)
    print(f"killed and started again: merged {time.monotonic() - start:.1f} s after its start")
    entries = admitted(one)

    assert set(acknowledged) <= set(entries)
    assert {*one.admitted, *three.admitted} <= set(entries)
    assert {1} == set(entries.values())
    assert [0, 0, 0] == [doubles(desk) for desk in desks]


def test_suspended_for_longer_than_the_lease(venue: Venue) -> None:
    """A program that stood still for 7 s comes back, with ten doubles of before it knew."""
    desks = one, two, three = venue(3)
    two.stall()
    assert ["ok"] * 20 == one.scan(*codes(0, 20))
    time.sleep(7)
    two.send(*codes(10, 20))  # read before anything of the others can have come in
    two.resume()
    start = time.monotonic()
    wait_for(lambda: two.answer_count == 10, "the answers of the one that stood still")
    wait_agree(*desks)
    print(f"suspended 7 s: merged {time.monotonic() - start:.1f} s after it woke up")

    assert ["ok"] == three.scan(code_of(30))
    wait_agree(*desks)
    assert_sums(desks, unseen_doubles=len(two.admitted))


def test_clocks_minutes_apart(venue: Venue) -> None:
    """A desk seven minutes ahead is named at the others; merge, verdicts and sums are the same."""
    desks = one, two, three = venue(3, ahead_s={2: 450})
    assert ["ok"] * 5 == two.scan(*codes(0, 5))
    wait_agree(*desks)
    assert ["already_redeemed"] * 5 == one.scan(*codes(0, 5))
    assert ["ok"] * 5 == one.scan(*codes(5, 10))
    assert ["ok"] * 5 == three.scan(*codes(10, 15))
    wait_agree(*desks)

    assert ["already_redeemed"] * 5 == two.scan(*codes(10, 15))
    wait_agree(*desks)
    for desk in (one, three):
        assert "clock of Desk 2 was 7 min ahead" in notes(desk)
        assert 0 == doubles(desk)
    acknowledged = Counter(code for desk in desks for code in desk.admitted)
    assert [acknowledged] * 3 == [admitted(desk) for desk in desks]


def _cloned(desk: DeskProgram, clone: DeskProgram) -> None:
    """The whole laptop's disk is copied: the file's place and this machine's settings, too."""
    store = store_of(desk)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    shutil.copy(desk.event, clone.event)
    import sqlite3

    with sqlite3.connect(clone.event) as connection:
        connection.execute(
            "UPDATE local SET value = ? WHERE key = ?", (fingerprint(clone.event), HOME)
        )
    connection.close()
    with _state_of(desk):
        kept = read_facts(desk.event)
    assert kept is not None
    with _state_of(clone):
        write_facts(clone.event, replace(kept, home=fingerprint(clone.event)))


@contextmanager
def _state_of(desk: DeskProgram) -> Iterator[None]:
    """The settings of one of the laptops are those of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIOSK_STATE", desk.environment["KIOSK_STATE"])
        yield


@pytest.mark.parametrize("as_image", [False, True], ids=["copied file", "cloned disk"])
def test_a_clone(venue: Venue, lan: Lan, tmp_path: Path, as_image: bool) -> None:
    """Two laptops that continue with one file, at first apart: noticed, reported where a log
    forked, and every admission of either is at every desk once they meet.

    A copied file has lost the code, so its laptop joins once more.
    """
    one, two = venue(2)
    two.scan(*codes(0, 5))
    wait_agree(one, two)
    two.close()
    with DeskProgram(tmp_path, "Desk 3", lan.plug(3)) as three:
        if as_image:
            _cloned(two, three)
        else:
            shutil.copy(two.event, three.event)
            code = one.run("share")[1]["code"]
            assert 0 == three.run("join", code)[0]
        lan.cut(2, 3)
        two.open()
        three.open()
        assert ["ok"] * 10 == two.scan(*codes(10, 20))
        assert ["ok"] * 10 == three.scan(*codes(15, 25))
        lan.heal(2, 3)
        wait_agree(one, two, three, timeout_s=90)
        assert ["ok"] == two.scan(code_of(30))
        assert ["ok"] == three.scan(code_of(31))
        wait_agree(one, two, three)

        acknowledged = Counter([*one.admitted, *two.admitted, *three.admitted])
        for desk in (one, two, three):
            assert acknowledged == admitted(desk), desk.name
            assert 5 == doubles(desk), desk.name
        assert as_image == any("copied or restored" in notes(desk) for desk in (one, two, three))


def test_one_export_imported_at_two_desks_apart(venue: Venue, lan: Lan, tmp_path: Path) -> None:
    """The same people, and none of them twice."""
    desks = one, two, three = venue(3)
    export = tmp_path / "list.csv"
    names = "".join(f"Asha {n},asha{n}@example.org,E-{n}\n" for n in range(40))
    export.write_text("Name,Email,Ticket code\n" + names, encoding="utf-8")
    lan.cut(1)
    assert 40 == one.run("import", str(export))[1]["new"]
    assert 40 == two.run("import", str(export))[1]["new"]
    wait_agree(two, three)  # the third desk hears of it from the second
    assert ["ok"] == one.scan("E-1")
    assert ["ok"] == three.scan("E-2")
    lan.heal(1)
    wait_agree(*desks)

    for desk in desks:
        store = store_of(desk)
        people = store.connection.execute("SELECT count(*) FROM attendee").fetchone()
        store.close()
        assert (PEOPLE + 40,) == people
    assert ["already_redeemed"] == three.scan("E-1")
    wait_agree(*desks)
    assert_sums(desks)


def _fill(desk: DeskProgram, count: int) -> None:
    store = store_of(desk)
    body = {"at": store.clock(), "list": "x", "direction": "entry", "outcome": "invalid"}
    body |= {"heads": 0, "forced": False, "lifted": [], "reason": "", "seen": None}
    with store.writing():
        for number in range(count):
            store.append(EventKind.REFUSED, {**body, "code": f"C{number}"})
    store.close()


def test_a_late_desk_and_a_dead_author(lan: Lan, tmp_path: Path) -> None:
    """Twenty thousand events of a desk that is gone for good come from one that is not."""
    with (
        DeskProgram(tmp_path, "Desk 1", lan.plug(1)) as one,
        DeskProgram(tmp_path, "Desk 2", lan.plug(2)) as two,
        DeskProgram(tmp_path, "Desk 3", lan.plug(3)) as three,
    ):
        make_event(one)
        _fill(one, MANY)
        code = one.run("share")[1]["code"]
        one.open()
        assert 0 == two.run("join", code)[0]
        two.open()
        wait_agree(one, two)
        one.kill()
        two.scan(code_of(0))
        start = time.monotonic()
        exit_code, joined, said = three.run("join", code)
        print(f"joined by {MANY:,} events of a dead desk: {time.monotonic() - start:.1f} s")
        assert (0, PEOPLE) == (exit_code, joined and joined["people"]), said
        three.open()
        assert ["already_redeemed"] == three.scan(code_of(0))
        wait_agree(two, three)

        assert admitted(two) == admitted(three) == Counter([code_of(0)])


@pytest.mark.parametrize("first", [0, 1], ids=["one first", "two first"])
def test_sticks_and_network_mixed(venue: Venue, lan: Lan, tmp_path: Path, first: int) -> None:
    """Bundles carried between desks that are apart, in either order, while a third hears one of
    them by network: all the same in the end, and no event twice."""
    desks = one, two, three = venue(3)
    lan.cut(2)
    assert ["ok"] * 10 == one.scan(*codes(0, 10))
    assert ["ok"] * 10 == two.scan(*codes(5, 15))
    assert ["ok"] * 5 == three.scan(*codes(20, 25))
    sticks = [tmp_path / "one.bundle", tmp_path / "two.bundle"]
    pairs = [(one, two), (two, one)]
    for number in (first, 1 - first):
        source, target = pairs[number]
        assert 0 == source.run("bundle", str(sticks[number]))[0]
        assert 0 == target.run("merge", str(sticks[number]))[0]
    wait_agree(*desks)
    assert 0 == two.run("merge", str(sticks[0]))[0]
    lan.heal(2)
    wait_seen(*desks)
    wait_agree(*desks)

    assert_sums(desks, unseen_doubles=5)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "twice"])
def test_ended_by_a_signal_no_key_is_left(venue: Venue, lan: Lan, name: str) -> None:
    """Ended from outside, and even with the other desk's link dead, a desk leaves no key."""
    one, _ = venue(2)
    lan.cut(2)
    folder = one.event.parent / "state" / "sharing"
    assert list(folder.rglob("*.key"))
    os.kill(one.process_id, signal.SIGHUP if name == "SIGHUP" else signal.SIGTERM)
    if name == "twice":
        time.sleep(0.05)
        os.kill(one.process_id, signal.SIGHUP)
    one.wait_ended()

    assert [] == [*folder.rglob("*.key"), *folder.rglob("*.pem"), *folder.rglob("status.json")]


def test_a_killed_desks_keys_are_swept(venue: Venue) -> None:
    """At the next start, even where it is another event that this laptop opens then."""
    one, _ = venue(2)
    one.kill()
    folder = one.event.parent / "state" / "sharing"
    assert list(folder.rglob("*.key"))
    old = next(path.parent for path in folder.rglob("*.key"))
    one.event = one.event.with_name("other.kiosk")
    make_event(one)
    one.run("share")
    one.open()
    wait_for(lambda: not list(old.glob("*.key")) and not list(old.glob("*.pem")), "the sweep")
