"""A backup is the event again, or it is not there."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.safety import backup
from kiosk.services.safety.backup import back_up, backups_of
from kiosk.storage.file.copy import LogSize
from kiosk.storage.file.store import Store
from tests.storage.made import make_store, take_in


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An event with two people, one of them checked in."""
    store = make_store(tmp_path)
    take_in(store, Attendee("a1", name="Asha"), Attendee("b2", name="Ravi"))
    scan(store, ScanOrder(code="T-a1"))
    return store


def test_a_backup_opens_in_place_of_the_event(store: Store) -> None:
    """By default it is written next to the event, named by time, private, with every event."""
    result = back_up(store)

    again = Store.open(result.file, desk="Desk 1")
    assert result.verified
    assert list(store.events()) == list(again.events())
    assert (result.events, result.people) == (len(list(store.events())), 2)
    assert result.file == store.path.parent / "backups" / "e-20270216-120000.kiosk"
    assert stat.S_IMODE(result.file.stat().st_mode) == 0o600


def test_backups_in_one_second_are_two_files(store: Store) -> None:
    """No backup takes another's name, and all are found, oldest first."""
    results = [back_up(store).file for _ in range(3)]

    assert len(set(results)) == 3
    assert set(results) == set(backups_of(store.path))


def test_a_backup_is_one_file(store: Store) -> None:
    """A backup is one file, without side files that would have to be copied too."""
    result = back_up(store)

    assert [result.file] == list(result.file.parent.iterdir())


def test_a_folder_may_be_given(store: Store, tmp_path: Path) -> None:
    """`-o` with a folder puts it there under the usual name."""
    stick = tmp_path / "stick"
    stick.mkdir()

    assert stick == back_up(store, stick).file.parent


def test_an_older_backup_is_replaced(store: Store, tmp_path: Path) -> None:
    """The same name again holds the newer state afterwards."""
    target = tmp_path / "b.kiosk"
    back_up(store, target)
    scan(store, ScanOrder(code="T-b2"))

    result = back_up(store, target)

    assert len(list(Store.open(target, desk="x").events())) == result.events


def _other_event(target: Path, store: Store) -> None:
    other = make_store(target.parent, name="other")
    other.close()
    shutil.move(other.path, target)


def _newer_copy(target: Path, store: Store) -> None:
    back_up(store, target)
    newer = Store.open(target, desk="Desk 2")
    scan(newer, ScanOrder(code="T-b2"))
    newer.close()


TAKEN: dict[str, Callable[[Path, Store], object]] = {
    "text": lambda target, _: target.write_text("my notes"),
    "empty": lambda target, _: target.write_bytes(b""),
    "another event": _other_event,
    "ahead of this one": _newer_copy,
    "the event": lambda target, store: target.symlink_to(store.path),
}


@pytest.mark.parametrize("what", TAKEN)
def test_nothing_but_an_older_copy_is_overwritten(what: str, store: Store, tmp_path: Path) -> None:
    """Another file, another event, or a copy with more in it stays as it is."""
    target = tmp_path / "b.kiosk"
    TAKEN[what](target, store)
    before = target.read_bytes()

    with pytest.raises(KioskError) as caught:
        back_up(store, target)

    assert caught.value.code == "backup_target_taken"
    assert before == target.read_bytes()


def test_a_copy_in_use_is_not_replaced(store: Store, tmp_path: Path) -> None:
    """A file that a desk has open is never moved away under it."""
    target = tmp_path / "b.kiosk"
    back_up(store, target)
    in_use = Store.open(target, desk="Desk 2")
    take_in(in_use, Attendee("c3", name="Li"))

    with pytest.raises(KioskError) as caught:
        back_up(store, target)

    assert caught.value.code == "backup_target_taken"
    in_use.close()


@pytest.mark.parametrize("found", [(False, None), (True, LogSize({}, 0, 0))])
def test_a_copy_that_differs_from_the_event_is_discarded(
    found: tuple[bool, LogSize | None], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a bad stick the copy has faults or contains less: no copy is left."""
    monkeypatch.setattr(backup, "is_intact", lambda path: found)

    with pytest.raises(KioskError) as caught:
        back_up(store)

    assert caught.value.code == "backup_not_sound"
    assert list((store.path.parent / "backups").iterdir()) == []
