"""The log on a stick: any order, any number of times, and half of one changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from kiosk.domain.log.events import EventKind
from kiosk.domain.sharing.pairing import PairingCode, pairing_code
from kiosk.errors import Action, Canceled, KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.safety.backup import back_up
from kiosk.services.safety.purge import purge
from kiosk.services.sharing import bundle
from kiosk.services.sharing.bundle import (
    BundleMerge,
    bundle_name,
    create_from_bundle,
    merge_bundle,
    merge_sentences,
    write_bundle_file,
)
from kiosk.services.sharing.joining import _merge_into
from kiosk.services.sharing.sharing import code_of, ensure_secret, parse_code, share
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.replication.desk_logs import introduce_desk, introduce_others
from kiosk.storage.replication.incidents import sync_incidents
from kiosk.storage.replication.merge import log_heads, merge_events
from kiosk.storage.replication.seals import keep_seals, place_at
from kiosk.sync.admission import UNKNOWN_LOGS_OF_A_BUNDLE, Admission
from tests.conftest import Clock
from tests.support.desks import assert_sound, content, new_desk, send
from tests.support.stores import bind_code

from .signed import SignedLog, made_row


@pytest.fixture
def code(store: Store) -> str:
    """The event's code; the event has three people."""
    for number in (1, 2, 3):
        bind_code(store, f"T{number}", walk_in(store, f"Priya {number}", {}).id)
    return pairing_code(PairingCode(ensure_secret(store)))


@pytest.fixture
def second(store: Store, code: str, tmp_path: Path) -> Iterator[Store]:
    """A second desk made from the first one's bundle."""
    write_bundle_file(store, tmp_path / "first.bundle")
    path = tmp_path / "second.kiosk"
    made = create_from_bundle(tmp_path / "first.bundle", path, code=code, desk="Desk 2")
    assert (path, True, 3) == (made.event, made.created, made.people)
    opened = Store.open(path, desk="Desk 2", clock=store.clock)
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_stick_walked_round_merges_all(
    store: Store, second: Store, code: str, tmp_path: Path
) -> None:
    """A bundle carries the events of other desks onward, whichever comes first."""
    scan(store, ScanOrder(code="T1"))
    scan(second, ScanOrder(code="T1"))
    scan(second, ScanOrder(code="T2"))
    one, two = tmp_path / "one.bundle", tmp_path / "two.bundle"
    write_bundle_file(store, one)
    write_bundle_file(second, two)
    third = Store.open(
        create_from_bundle(two, tmp_path / "third.kiosk", code=code, desk="Desk 3").event,
        desk="Desk 3",
    )
    merge_bundle(third, one)
    merge_bundle(store, two)
    merge_bundle(second, one)
    again = merge_bundle(store, two)

    assert 0 == again.added
    for source, target in permutations((store, second, third), 2):
        send(source, target)  # who introduced whom
    assert_sound(store, second, third)
    third.close()


def add_logs(store: Store, members: list[SignedLog], *, in_a_chain: bool) -> None:
    """Put signed logs of one row into a file; in a chain, each introduces the one before it."""
    introduce_desk(store)
    for member, named in zip(members, [None, *members[:-1]], strict=True):
        names = f'"{named.log_id}"' if named is not None and in_a_chain else ""
        body = f'{{"desk":"H","earlier":[],"introduces":[{names}]}}'
        row = made_row(member.log_id, 1, body, kind="desk")
        merge_events(store, [row])
        with store.writing():
            place = place_at(store.connection, member.log_id, 1)
            keep_seals(store.connection, [(member.seal([row]), place)])


@pytest.mark.parametrize("rows_at_once", [1, 5, 1000])
def test_a_log_may_come_before_the_one_that_introduces_it(
    rows_at_once: int, store: Store, second: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logs are in the file by their ids: each of these is introduced by the next one."""
    monkeypatch.setattr(bundle, "ROWS_AT_ONCE", rows_at_once)
    monkeypatch.setattr(bundle, "UNKNOWN_LOGS_OF_A_BUNDLE", 0)
    every = (SignedLog(number) for number in range(1, 5))
    members = sorted(every, key=lambda member: member.log_id)
    add_logs(store, members, in_a_chain=True)
    with store.writing():
        introduce_others(store, [members[-1].log_id])
    write_bundle_file(store, tmp_path / "b.bundle")

    merged = merge_bundle(second, tmp_path / "b.bundle")

    assert 0 == merged.set_aside
    assert {member.log_id for member in members} <= set(log_heads(second))


def test_of_unknown_logs_a_few_are_taken_and_the_others_reported(
    store: Store, second: Store, tmp_path: Path
) -> None:
    """A bundle may come from desks that this one has never met, but not from thousands."""
    strangers = [SignedLog(number) for number in range(1, UNKNOWN_LOGS_OF_A_BUNDLE + 4)]
    add_logs(store, strangers, in_a_chain=False)
    write_bundle_file(store, tmp_path / "b.bundle")

    merged = merge_bundle(second, tmp_path / "b.bundle")

    taken = {member.log_id for member in strangers} & set(log_heads(second))
    assert UNKNOWN_LOGS_OF_A_BUNDLE == len(taken)
    assert 3 == merged.set_aside
    assert "no desk introduces its log" in str(sync_incidents(second))


def test_a_bundle_tells_nothing(store: Store, code: str, tmp_path: Path) -> None:
    """No name of event or person is readable in it, and only its owner may read the file."""
    path = write_bundle_file(store, tmp_path / "b").file
    data = path.read_bytes()

    assert b"Priya" not in data
    assert b"PyCon" not in data
    assert 0o600 == path.stat().st_mode & 0o777


@pytest.mark.parametrize("part", [0, 10, 50, 100, 0.5, -1])
def test_half_a_bundle_changes_nothing(
    store: Store, second: Store, tmp_path: Path, part: float
) -> None:
    """A stick pulled out too early: a sentence, and the event as it was."""
    scan(second, ScanOrder(code="T1"))
    path = write_bundle_file(second, tmp_path / "b").file
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part) if isinstance(part, float) else part])
    before = content(store)
    with pytest.raises(KioskError) as caught:
        merge_bundle(store, path)

    assert "not_a_bundle" == caught.value.code
    assert Action.WRITE_BUNDLE == caught.value.action
    assert before == content(store)


def test_a_changed_bundle_is_refused(store: Store, code: str, tmp_path: Path) -> None:
    """Each single byte is guarded."""
    path = write_bundle_file(store, tmp_path / "b").file
    data = path.read_bytes()
    for place in (0, 16, 24, 40, 52, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(KioskError) as caught:
            merge_bundle(store, path)
        assert caught.value.code in ("not_a_bundle", "code_missing")


def test_a_bundle_needs_its_code(store: Store, code: str, tmp_path: Path) -> None:
    """Without the code, or with another event's, it stays shut and no file is made."""
    path = write_bundle_file(store, tmp_path / "b").file
    wrong = pairing_code(PairingCode(bytes(16)))
    for given, error in ((None, "code_missing"), (wrong, "wrong_code")):
        with pytest.raises(KioskError) as caught:
            create_from_bundle(path, tmp_path / "n.kiosk", code=given, desk="D")
        assert error == caught.value.code
        assert Action.GIVE_CODE == caught.value.action
    assert not (tmp_path / "n.kiosk").exists()
    assert [] == list(tmp_path.glob(".kiosk-*"))


def test_a_bundle_with_the_old_code_must_be_confirmed(
    store: Store, second: Store, clock: Clock, tmp_path: Path
) -> None:
    """After a new code, a bundle that was written before merges; one written afterwards with the
    old code, as by a lost laptop, is refused until a person confirms it."""
    share(store)
    scan(second, ScanOrder(code="T1"))
    merge_bundle(store, write_bundle_file(second, tmp_path / "known.bundle").file)
    scan(second, ScanOrder(code="T2"))
    before = write_bundle_file(second, tmp_path / "before.bundle").file
    clock.now_ms += 60_000
    share(store, new_code=True)
    clock.now_ms += 60_000
    scan(second, ScanOrder(code="T3"))
    after = write_bundle_file(second, tmp_path / "after.bundle").file
    first = merge_bundle(store, before)
    with pytest.raises(KioskError) as caught:
        merge_bundle(store, after)
    confirmed = merge_bundle(store, after, accept_old_code=True)

    assert (1, "old_code", 1) == (first.added, caught.value.code, confirmed.added)
    assert "Desk 2 with the old code" in caught.value.problem
    assert "Nothing was merged." == caught.value.saved
    assert Action.ACCEPT_OLD_CODE == caught.value.action


def test_a_bundle_with_a_new_code_is_not_called_old(
    store: Store, second: Store, tmp_path: Path
) -> None:
    """A desk with the old code says that it does not know the code. With the new code it asks for
    confirmation, and does not say that the code is old."""
    share(store)
    share(store, new_code=True)
    scan(store, ScanOrder(code="T1"))
    path = write_bundle_file(store, tmp_path / "new.bundle").file
    with pytest.raises(KioskError) as unknown:
        merge_bundle(second, path)
    new_code = code_of(store)
    with pytest.raises(KioskError) as unconfirmed:
        merge_bundle(second, path, code=new_code)
    confirmed = merge_bundle(second, path, code=new_code, accept_old_code=True)
    scan(store, ScanOrder(code="T2"))
    later = merge_bundle(second, write_bundle_file(store, tmp_path / "later.bundle").file)
    scan(second, ScanOrder(code="T3"))
    back = merge_bundle(store, write_bundle_file(second, tmp_path / "back.bundle").file)

    assert (1, 1) == (later.added, back.added), "the code is confirmed once"
    assert "code_missing" == unknown.value.code
    assert "a code that is not known here" in unknown.value.problem
    assert "old_code" == unconfirmed.value.code
    assert "another code than that of this desk" in unconfirmed.value.problem
    assert 1 == confirmed.added


def test_a_copied_file_comes_back_before_the_event_is_shared(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    """Two laptops with copies of one file: nothing of a bundle is set aside, and the desk that
    merges it can share the event afterwards and introduce other desks."""
    for ticket in ("T1", "T2"):
        bind_code(store, ticket, walk_in(store, ticket, {}).id)
    copy = tmp_path / "copy.kiosk"
    shutil.copy(back_up(store).file, copy)
    other = Store.open(copy, desk="Desk 2", clock=clock)
    scan(other, ScanOrder(code="T1"))
    scan(store, ScanOrder(code="T2"))
    path = write_bundle_file(other, tmp_path / "other.bundle").file
    merged = merge_bundle(store, path, code=code_of(other))
    share(store)
    introduce_desk(store)
    back = merge_bundle(other, write_bundle_file(store, tmp_path / "own.bundle").file)
    other.close()

    assert (1, 0, 0) == (merged.added, merged.set_aside, merged.forks)
    assert (1, 0, 0) == (back.added, back.set_aside, back.forks)
    assert Admission(store).left(store.log_id) > 0


@pytest.mark.parametrize("version", [b"1", b"99"])
def test_a_bundle_of_another_version_says_so(store: Store, tmp_path: Path, version: bytes) -> None:
    """It is not called damaged."""
    path = tmp_path / "other.bundle"
    path.write_bytes(b"KIOSK BUNDLE " + version + b"\n" + bytes(100))
    with pytest.raises(KioskError) as caught:
        merge_bundle(store, path)

    assert "other_version" == caught.value.code
    assert "another version of kiosk" in caught.value.problem


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Other", "another event, “PyCon Pune 2027”"),
        ("PyCon Pune 2027", "another event with the same name"),
    ],
)
def test_another_event_is_not_mixed_in(
    store: Store, code: str, tmp_path: Path, name: str, part: str
) -> None:
    """A bundle of one event is not merged into another, which may have the same name."""
    other = create_event(tmp_path / "other.kiosk", name=name, timezone="UTC", desk="D")
    before = content(other)
    path = write_bundle_file(store, tmp_path / "b").file
    with pytest.raises(KioskError) as caught:
        merge_bundle(other, path, code=code)

    assert "another_event" == caught.value.code
    assert part in caught.value.problem
    assert before == content(other)
    other.close()


def test_a_join_into_a_purged_file_says_that_its_data_was_deleted(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    """In the words for a bundle; the purged file stays as it is."""
    walk_in(store, "Asha", {})
    fetched = new_desk(tmp_path / "fetched.kiosk", "Desk 2", store, clock=clock)
    purge(store)
    with pytest.raises(KioskError) as caught:
        _merge_into(fetched, store.path)
    fetched.close()
    purged = Store.open_reading(store.path, desk="Desk 1")
    people = count_attendees(purged.connection)
    purged.close()

    assert "another_event" == caught.value.code
    assert "its personal data was deleted" in caught.value.problem
    assert 0 == people


def test_no_other_file_is_overwritten(store: Store, tmp_path: Path) -> None:
    """Only an older bundle may be replaced."""
    target = tmp_path / "list.csv"
    target.write_text("Name\nAsha\n")
    with pytest.raises(KioskError) as caught:
        write_bundle_file(store, target)

    assert "bundle_target_taken" == caught.value.code
    assert "Name\nAsha\n" == target.read_text()


def test_the_code_is_told_apart(code: str) -> None:
    """A text that is no code gives an error message."""
    with pytest.raises(KioskError) as caught:
        parse_code("HELLO")
    assert "bad_code" == caught.value.code


def stop(done: int, total: int | None) -> None:
    """A person who presses Esc at once."""
    raise Canceled("It")


def test_stopped_in_the_middle_nothing_is_left(store: Store, code: str, tmp_path: Path) -> None:
    """No half bundle, an older one stays; no half event; a merge says what stays."""
    path = tmp_path / "b.bundle"
    with pytest.raises(Canceled):
        write_bundle_file(store, path, progress=stop)
    assert not path.exists()
    write_bundle_file(store, path)
    before = path.read_bytes()
    with pytest.raises(Canceled):
        write_bundle_file(store, path, progress=stop)
    with pytest.raises(Canceled) as made:
        create_from_bundle(path, tmp_path / "n.kiosk", code=code, desk="D", progress=stop)
    with pytest.raises(Canceled) as merged:
        merge_bundle(store, path, progress=stop)

    assert before == path.read_bytes()
    assert "No event was created." == made.value.saved
    assert "0 events were merged and saved" in merged.value.saved
    assert {"b.bundle", "pycon.kiosk"} == {
        item.name
        for item in tmp_path.iterdir()
        if item.is_file() and "pycon.kiosk-" not in item.name
    }


def test_a_merge_is_described_by_desk(store: Store, second: Store, tmp_path: Path) -> None:
    """The sentences name events by desk, people, and double admissions."""
    scan(store, ScanOrder(code="T1"))
    scan(second, ScanOrder(code="T1"))
    scan(second, ScanOrder(code="T2"))
    write_bundle_file(second, tmp_path / "two.bundle")
    result = merge_bundle(store, tmp_path / "two.bundle")
    again = merge_bundle(store, tmp_path / "two.bundle")

    assert (("Desk 2", 2),) == result.by_desk
    assert 1 == result.doubles
    told = merge_sentences(result, where="kiosk conflicts")
    assert told[0].startswith("2 events merged (2 of Desk 2); ")
    assert "3 people are on the list." in told[0]
    assert "1 person was admitted twice while desks were offline: kiosk conflicts." == told[1]
    assert merge_sentences(again, where="here")[0].startswith("Nothing new: all ")


NAMES = {
    ("pycon", "Desk 1"): "pycon Desk 1.bundle",
    ("pycon", "../../etc/x:y"): "pycon .. .. etc x y.bundle",
    ("pycon", ""): "pycon.bundle",
}


@pytest.mark.parametrize(("stem", "desk"), NAMES)
def test_the_name_on_the_stick_is_a_name(stem: str, desk: str, store: Store) -> None:
    """Of the event and the desk, whatever the desk is called."""
    store.desk = desk

    assert NAMES[stem, desk] == bundle_name(store)


def test_events_set_aside_are_reported(tmp_path: Path) -> None:
    """Events set aside and forks are never silent."""
    result = BundleMerge(tmp_path, 0, 5, 1, 2, 3, False, (), 0)

    assert (
        "1 event was set aside, 2 logs contradict"
        in merge_sentences(result, where="kiosk conflicts")[-1]
    )


def test_a_setting_of_another_desk_does_not_block_a_new_code(store: Store) -> None:
    """Only an event that was never shared can be a rehearsal."""
    before = share(store).code
    with store.writing():
        store.append(EventKind.SETTING, {"key": "rehearsal", "value": {"day": "16 Feb"}})

    assert before != share(store, new_code=True).code
