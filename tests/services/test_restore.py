"""A backup comes back in one step, and nothing that was there is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain.checkin.privileges import Role
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import (
    authorise,
    check_pin,
    pin_roles,
    remove_pin,
    set_pin,
)
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import walk_in
from kiosk.services.safety import restore as restoring
from kiosk.services.safety.backup import back_up
from kiosk.services.safety.doctor import examine
from kiosk.services.safety.purge import purge
from kiosk.services.safety.restore import Restored, place_of, restore
from kiosk.storage.file.copy import reading_only
from kiosk.storage.file.store import Store
from tests.support.stores import make_store, take_in


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of an event with two people, one checked in; a third came after it."""
    store = make_store(tmp_path)
    take_in(store, Attendee("a1", name="Asha"), Attendee("b2", name="Ravi"))
    scan(store, ScanOrder(code="T-a1"))
    made = back_up(store).file
    walk_in(store, "Late Li", {})
    store.close()
    return made


@pytest.fixture
def event(backup: Path) -> Path:
    """The event itself."""
    return backup.parent.parent / "e.kiosk"


def names(path: Path) -> set[str]:
    """Everybody in a file."""
    with reading_only(path) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM attendee")}


def log_id(path: Path) -> str:
    """The log that a file writes."""
    store = Store.open(path, desk="t")
    store.close()
    return store.log_id


def told(done: Restored) -> tuple[int, int, int | None]:
    """The lines that describe a restore."""
    return done.people, done.checked_in, done.newer_events


def test_over_the_event(backup: Path, event: Path) -> None:
    """The event is the backup's, private and sound, under a new log; the other is kept whole."""
    before, old_log = backup.read_bytes(), log_id(event)

    done = restore(backup, place_of(backup, None), desk="t")

    aside = done.moved_aside
    assert aside is not None
    assert (event, (2, 1, 1)) == (done.file, told(done))
    assert "2027-02-16T12:00:00+05:30" == done.last_at
    assert ({"Asha", "Ravi"}, {"Asha", "Ravi", "Late Li"}) == (names(event), names(aside))
    assert old_log != done.log_id == log_id(event)
    assert [True, True] == [examine(path, desk="t").ok for path in (event, aside)]
    assert [0o600, 0o600] == [stat.S_IMODE(path.stat().st_mode) for path in (event, aside)]
    assert before == backup.read_bytes()
    assert {"e.kiosk", aside.name, "backups"} == {item.name for item in event.parent.iterdir()}


def test_the_event_is_gone(backup: Path, event: Path) -> None:
    """A deleted event comes back to its place; a write-ahead log left of it is not taken for its
    own, and not lost either."""
    wal = event.with_name("e.kiosk-wal")
    with closing(sqlite3.connect(event)) as connection:
        connection.execute("INSERT INTO local VALUES ('x', 'y')")
        connection.commit()
        left = wal.read_bytes()
    event.unlink()
    wal.write_bytes(left)

    done = restore(backup, place_of(backup, None), desk="t")

    assert ((2, 1, None), None) == (told(done), done.moved_aside)
    assert examine(event, desk="t").ok
    assert [left] == [item.read_bytes() for item in event.parent.glob("e-before-*-wal")]


def test_on_a_new_laptop(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the events is made; any other folder must be there, as it may be misspelt."""
    monkeypatch.setattr(restoring, "events_dir", lambda: tmp_path / "new" / "kiosk")

    done = restore(backup, tmp_path / "new" / "kiosk" / "e.kiosk", desk="t")

    assert (2, 1, None) == told(done)
    with pytest.raises(KioskError, match="There is no folder"):
        restore(backup, tmp_path / "kisok" / "e.kiosk", desk="t")


@pytest.mark.parametrize("damage", [b"", b"my notes", bytes(5_000)])
def test_over_a_damaged_event(damage: bytes, backup: Path, event: Path) -> None:
    """Whatever has the event's name is kept as it is."""
    event.write_bytes(damage)

    done = restore(backup, event, desk="t")

    assert done.moved_aside is not None
    assert damage == done.moved_aside.read_bytes()
    assert {"Asha", "Ravi"} == names(event)


def test_where_a_disk_knows_no_links(
    backup: Path, event: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a stick the same."""

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    done = restore(backup, event, desk="t")

    assert done.moved_aside is not None
    assert ({"Asha", "Ravi"}, 3) == (names(event), len(names(done.moved_aside)))


def spoil(path: Path) -> None:
    """Damage the middle."""
    data = path.read_bytes()
    path.write_bytes(data[:8192] + bytes(4096) + data[12288:])


def tamper(path: Path) -> None:
    """Change the log behind its hashes."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE event SET body = replace(body, 'Asha', 'Nisha')")
        connection.commit()


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (spoil, "damaged"),
        (tamper, "damaged"),
        (lambda path: path.write_text("Name\nAsha\n"), "not_an_event"),
        (lambda path: path.unlink(), "no_event_file"),
    ],
    ids=["spoiled", "changed", "no backup", "missing"],
)
def test_a_backup_that_is_none(what: object, code: str, backup: Path, event: Path) -> None:
    """Nothing is moved for it."""
    what(backup)  # type: ignore[operator]
    before = event.read_bytes()

    with pytest.raises(KioskError) as caught:
        restore(backup, event, desk="t")

    assert (code, before) == (caught.value.code, event.read_bytes())
    assert {"e.kiosk", "backups"} == {item.name for item in event.parent.iterdir()}


def test_not_under_an_open_desk(backup: Path, event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that a desk has open is not replaced: the desk would write to the old file."""
    monkeypatch.setattr(restoring, "_HOLD_S", 0.1)
    desk = Store.open(event, desk="t")

    with pytest.raises(KioskError) as caught:
        restore(backup, event, desk="t")
    walk_in(desk, "Still here", {})
    desk.close()

    assert "file_busy" == caught.value.code
    assert "Still here" in names(event)
    assert [] == list(event.parent.glob("*before-restore*"))


def test_whose_backup_it_is(backup: Path, event: Path, tmp_path: Path) -> None:
    """Known by its folder, else by the log it shares with the event opened last, else asked."""
    elsewhere = tmp_path / "copy.kiosk"
    shutil.copy(backup, elsewhere)
    other = make_store(tmp_path, name="other")
    other.close()

    assert (event, event) == (place_of(backup, None), place_of(elsewhere, event))
    for opened in (None, other.path, tmp_path / "none"):
        with pytest.raises(KioskError) as caught:
            place_of(elsewhere, opened)
        assert "whose_backup" == caught.value.code


def test_purge_takes_what_was_moved_aside(backup: Path, event: Path) -> None:
    """It holds the same people."""
    restore(backup, event, desk="t")
    store = Store.open(event, desk="t")

    purge(store)

    assert [event] == list(event.parent.iterdir())


@pytest.mark.slow
def test_the_pins_of_the_replaced_event_stay(backup: Path, event: Path) -> None:
    """A backup from before the PIN was set does not remove it, and one removed does not return."""
    store = Store.open(event, desk="t")
    set_pin(store, Role.ORGANISER, "135790")
    set_pin(store, Role.SUPERVISOR, "246810", given=authorise(store, "135790"))
    second = back_up(store).file
    remove_pin(store, Role.SUPERVISOR, given=authorise(store, "135790"))
    store.close()
    roles = []
    for file in (backup, second):
        restore(file, event, desk="t")
        store = Store.open(event, desk="t")
        roles.append((pin_roles(store), check_pin(store, "135790")))
        store.close()

    assert [(frozenset({Role.ORGANISER}), Role.ORGANISER)] * 2 == roles
