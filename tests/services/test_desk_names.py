"""Names of desks: the next free number, renaming, equal names."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.services.people.people import walk_in
from kiosk.services.safety.backup import back_up
from kiosk.services.setup.recent import stored_desk_name
from kiosk.services.sharing.desks import list_desks
from kiosk.services.sharing.joining import _merge_into
from kiosk.services.sharing.sharing import name_desk
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import introduce_desk, next_desk_name, numbered
from kiosk.storage.replication.sharing import Sharing, write_sharing
from kiosk.sync.peers import DeskState
from tests.conftest import Clock
from tests.support.desks import new_desk, send

NEXT = {
    "after one": (["laptop-7"], "Desk 2"),
    "after two": (["Desk 1", "Desk 2"], "Desk 3"),
    "a gap is kept": (["Desk 1", "Desk 5"], "Desk 3"),
    "a number is taken": (["Hall", "desk 3"], "Desk 4"),
    "alone": ([], "Desk 1"),
}


@pytest.mark.parametrize("name", NEXT)
def test_the_next_name_is_free(name: str) -> None:
    """It counts the desks, and skips numbers in use."""
    names, expected = NEXT[name]

    assert expected == next_desk_name(names)


def test_equal_names_get_a_number() -> None:
    """In any case, in the order of the logs, so that each desk shows the same."""
    names = {"c": "Desk 1", "a": "Desk 1", "b": "desk 1", "d": ""}

    assert {"a": "Desk 1", "b": "desk 1 (2)", "c": "Desk 1 (3)", "d": "d"} == numbered(names)


def test_three_desks_of_one_name_are_three_desks(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    """The name is not the identity: none of them disappears from the list."""
    for number in (2, 3):
        other = new_desk(tmp_path / f"{number}.kiosk", store.desk, store, clock=clock)
        walk_in(other, "Li", {})
        send(other, store)
        other.close()
    names = [desk.name for desk in list_desks(store).desks]

    assert 3 == len(set(names))
    assert {store.desk, f"{store.desk} (2)", f"{store.desk} (3)"} == set(names)


def test_a_desk_is_renamed_while_it_is_open(store: Store, tmp_path: Path, clock: Clock) -> None:
    """Another program renames it: its next event has the new name, and other desks list it."""
    walk_in(store, "Li", {})
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=clock)
    same_file = Store.open(store.path, desk=store.desk, clock=clock)
    name_desk(same_file, "  Main \x1b entrance ")
    same_file.close()
    walk_in(store, "Asha", {})
    send(store, other)
    listed = list_desks(other).desks[1:]

    assert "Main entrance" == store.desk == stored_desk_name(store.path)
    assert [("Main entrance", DeskState.AWAY)] == [(desk.name, desk.state) for desk in listed]
    with pytest.raises(KioskError) as caught:
        name_desk(store, " \x07 ")
    assert "no_name" == caught.value.code
    other.close()


def test_the_log_from_before_sharing_is_no_desk(store: Store, tmp_path: Path, clock: Clock) -> None:
    """The first desk has an unsigned log and a signed one; the next is Desk 2 all the same."""
    walk_in(store, "Li", {})
    introduce_desk(store)
    other = new_desk(tmp_path / "2.kiosk", "x", store, clock=clock)

    assert name_desk(other, None) == "Desk 2"
    other.close()


@pytest.mark.parametrize("given", [None, "Hall"])
def test_a_copied_file_that_joins_gets_a_name(
    store: Store, tmp_path: Path, clock: Clock, given: str | None
) -> None:
    """The given one, else that of its log, else the next free number; the list of desks shows the
    same."""
    walk_in(store, "Asha", {})
    copy = tmp_path / "copy.kiosk"
    shutil.copy(back_up(store).file, copy)
    fetched = new_desk(tmp_path / "fetched.kiosk", "x", store, clock=clock)
    with fetched.writing():
        write_sharing(fetched, Sharing(bytes(16)))
    name = _merge_into(fetched, copy, given)
    opened = Store.open(copy, desk=stored_desk_name(copy), clock=clock)
    listed = [desk.name for desk in list_desks(opened).desks]
    kept = _merge_into(fetched, store.path, given)
    fetched.close()
    opened.close()

    assert (given or "Desk 2") == name
    assert [name, "Desk 1"] == listed
    assert (given or "Desk 1") == kept == stored_desk_name(store.path)


def test_a_desk_that_only_joined_is_not_away(store: Store, tmp_path: Path, clock: Clock) -> None:
    """It is listed with the name that it got, and not as last heard 0 s ago."""
    walk_in(store, "Li", {})
    other = new_desk(tmp_path / "2.kiosk", "x", store, clock=clock)
    name = name_desk(other, None)
    send(other, store)
    other.close()
    (joined,) = list_desks(store).desks[1:]

    assert ("Desk 2", "Desk 2", DeskState.JOINED) == (name, joined.name, joined.state)
