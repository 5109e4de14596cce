"""Backups by themselves, and files that know that they are copies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.services.people.people import walk_in
from kiosk.services.safety.backup import KEPT, SECOND_PLACE, auto_back_up_store, back_up, backups_of
from kiosk.storage.file.store import Store
from tests.conftest import Clock


def set_second(store: Store, folder: Path) -> None:
    """Name the second place."""
    with store.writing():
        store.set_machine_facts({SECOND_PLACE: str(folder)})


def test_only_when_something_happened(store: Store, clock: Clock) -> None:
    """A copy after a change, none without; it holds all, and is its owner's alone."""
    first = auto_back_up_store(store)
    again = auto_back_up_store(store)
    walk_in(store, "Li", {})
    clock.pass_s(300)
    third = auto_back_up_store(store)

    assert (1, 0, 1) == (len(first.files), len(again.files), len(third.files))
    assert 0o600 == third.files[0].stat().st_mode & 0o777
    copy = Store.open(third.files[0], desk="d")
    assert [event.body for event in store.events()] == [event.body for event in copy.events()]
    copy.close()


def test_the_newest_ten_stay_and_all_that_were_asked_for(store: Store, clock: Clock) -> None:
    """Rotation deletes only automatic backups."""
    asked = back_up(store).file
    made: list[Path] = []
    for number in range(KEPT + 3):
        walk_in(store, f"Person {number}", {})
        clock.pass_s(300)
        made += auto_back_up_store(store).files

    assert [asked, *made[-KEPT:]] == backups_of(store.path)


def test_a_second_place(store: Store, tmp_path: Path, clock: Clock) -> None:
    """Both folders get a copy; a missing stick is reported, and the first folder still gets one."""
    stick = tmp_path / "stick"
    stick.mkdir()
    set_second(store, stick)
    both = auto_back_up_store(store)
    shutil.rmtree(stick)
    walk_in(store, "Li", {})
    clock.pass_s(300)
    one = auto_back_up_store(store)
    stick.mkdir()
    late = auto_back_up_store(store)

    assert {store.path.parent / "backups", stick} == {file.parent for file in both.files}
    assert ((), ["no_backup_place"]) == (both.problems, [p.code for p in one.problems])
    assert (1, [stick]) == (len(one.files), [file.parent for file in late.files])


def test_no_place_at_all(store: Store) -> None:
    """A folder that cannot be created is reported, and nothing else fails."""
    (store.path.parent / "backups").write_text("a file in the way")

    result = auto_back_up_store(store)

    assert ((), ["cannot_write"]) == (result.files, [p.code for p in result.problems])


@pytest.mark.parametrize("how", ["copied", "restored over it", "restored elsewhere", "moved"])
def test_a_copy_gets_a_log_of_its_own(how: str, store: Store, tmp_path: Path) -> None:
    """Numbers are never given twice: a file that comes from elsewhere begins a new log."""
    walk_in(store, "Li", {})
    log_id, path = store.log_id, store.path
    backup = back_up(store).file
    store.close()
    place = path if how == "restored over it" else tmp_path / "other.kiosk"
    if how == "copied":
        shutil.copy(path, place)
    elif how == "moved":
        path.rename(place)
    else:
        shutil.copy(backup, place)

    copy = Store.open(place, desk="d")
    again = Store.open(place, desk="d")
    walk_in(copy, "Asha", {})
    seqs = [(event.log_id, event.seq) for event in copy.events()]

    assert log_id != copy.log_id
    assert copy.log_id == again.log_id
    assert (copy.log_id, 1) == seqs[-1]
    copy.close()
    again.close()


def test_the_file_that_stays_keeps_its_log(store: Store) -> None:
    """Opened again at its place, under any name of it, the file continues its log."""
    link = store.path.with_name("link.kiosk")
    link.symlink_to(store.path)

    for path in (store.path, link):
        again = Store.open(path, desk="d")
        assert store.log_id == again.log_id
        again.close()
