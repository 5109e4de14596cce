"""The line desk tells of the other desks: when asked, and who comes and goes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import walk_in
from kiosk.services.sharing.desks import desk_sentences, list_desks, news_of
from kiosk.services.sharing.runner import SharingRunner
from kiosk.services.sharing.sharing import is_shared, share, stop_sharing
from kiosk.storage.file.store import Store
from kiosk.sync.peers import DeskState, DeskStatus
from kiosk.sync.status_file import SharedState
from kiosk.ui.plain.desk import PlainDesk
from kiosk.ui.plain.sharing import NOT_SHARED, PlainSharing
from tests.conftest import ZONE
from tests.support.desks import new_desk, send
from tests.support.pty_driver import wait_until
from tests.support.stores import bind_code


def state(*desks: tuple[str, DeskState], trouble: str = "") -> SharedState:
    """How the desks stand, each named after its log."""
    return SharedState(
        tuple(DeskStatus(name, name, how, 0, 1_000) for name, how in desks), trouble, since_ms=1
    )


HERE, AWAY, BEHIND = DeskState.UP_TO_DATE, DeskState.AWAY, DeskState.BEHIND
CHANGES = {
    "nobody": (None, state(), []),
    "one comes": (state(), state(("B", HERE)), ["B is here."]),
    "events under way": (state(("B", HERE)), state(("B", BEHIND)), []),
    "one goes": (state(("B", BEHIND)), state(("B", AWAY)), ["B is away."]),
    "one comes, one goes": (
        state(("B", HERE)),
        state(("B", AWAY), ("C", HERE)),
        ["C is here.", "B is away."],
    ),
    "the network fails": (state(), state(trouble="No network."), ["No network."]),
    "a clock is wrong": (
        state(("B", HERE)),
        SharedState((DeskStatus("B", "B", HERE, 0, 0, fast_ms=600_000),)),
        ["B's clock and this desk's differ by 10 min: set the wrong one."],
    ),
    "it is still wrong": (
        SharedState((DeskStatus("B", "B", HERE, 0, 0, fast_ms=600_000),)),
        SharedState((DeskStatus("B", "B", HERE, 0, 0, fast_ms=660_000),)),
        [],
    ),
    "it still fails": (state(trouble="No network."), state(trouble="No network."), []),
}


@pytest.mark.parametrize("name", CHANGES)
def test_news_is_who_comes_and_goes(name: str) -> None:
    """Nothing is said of what changes by itself every second."""
    before, now, told = CHANGES[name]

    assert told == news_of(before, now, ZONE)


def test_each_desk_is_a_sentence(store: Store) -> None:
    """This one first; an absent one with the time it was last heard; alone, what to try."""
    now_ms = store.clock()
    stands = SharedState((DeskStatus("Desk 2", "x", AWAY, 0, now_ms - 240_000),), since_ms=1)
    lines = desk_sentences(list_desks(store, stands), stands, now_ms, ZONE)

    assert ["Desk 1: this desk.", "Desk 2: away, last heard 4 min ago."] == lines[:2]
    assert "hotspot" in lines[2]


def test_desks_are_told_on_request(store: Store) -> None:
    """A desk that shares nothing says so."""
    said: list[str] = []
    desk = PlainDesk(
        store, said.append, lambda _: "", sharing=PlainSharing(store, "Desk 1", said.append)
    )
    desk.run(["desks"])

    assert "not shared" in said[-1]
    assert "kiosk share" in said[-1]


def test_attendees_admitted_twice_are_reported_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the answer during which the desks exchanged what they missed, and on request."""
    bind_code(store, "T1", walk_in(store, "Priya", {}).id)
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=store.clock)  # type: ignore[arg-type]
    for desk in (store, other):
        scan(desk, ScanOrder(code="T1"))
    monkeypatch.setattr("kiosk.ui.plain.sharing.COUNT_S", 0.0)
    said: list[str] = []
    sharing = PlainSharing(store, "Desk 1", said.append)
    monkeypatch.setattr(sharing._part, "_node", SimpleNamespace(state=state(("B", HERE))))
    share(store)
    for arrives in (lambda: None, lambda: send(other, store), lambda: None):
        with sharing.answering():
            arrives()
    other.close()
    twice = "1 person was admitted twice while desks were offline: kiosk conflicts."

    assert [twice] == said
    assert twice == sharing.lines()[-1]


def test_a_desk_that_stopped_sharing_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sharing was turned off in another window, and its node still runs."""
    sharing = PlainSharing(store, "Desk 1", lambda _: None)
    monkeypatch.setattr(sharing._part, "_node", SimpleNamespace(state=state(("B", AWAY))))
    share(store)
    shared = sharing.lines()
    stop_sharing(store)
    off = sharing.lines()

    assert "Desk 1: this desk." == shared[0]
    assert [NOT_SHARED] == off


def test_news_waits_for_the_end_of_an_answer(store: Store) -> None:
    """What another desk does is not said in the middle of a verdict."""
    said: list[str] = []
    sharing = PlainSharing(store, "Desk 1", said.append, lambda text: said.append(f"! {text}"))
    with sharing.answering():
        sharing._changed(state(("B", HERE)))
        said.append("verdict")
    sharing._changed(state(("B", AWAY)))

    assert ["verdict", "B is here.", "! B is away."] == said


def test_sharing_turned_on_by_another_program_is_seen_while_no_line_is_typed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kiosk share` in another window: this desk takes part without a key."""
    started: list[bool] = []

    def start_if_shared(runner: SharingRunner, at: Store) -> bool:
        if is_shared(at):
            started.append(True)
            runner._node = cast(Any, SimpleNamespace(stop=lambda: None))
        return bool(started)

    monkeypatch.setattr(SharingRunner, "start_if_shared", start_if_shared)
    monkeypatch.setattr("kiosk.ui.plain.sharing.LOOK_S", 0.02)
    sharing = PlainSharing(store, "Desk 1", lambda _: None)
    sharing.look()
    assert not started
    share(store)

    assert wait_until(lambda: bool(started))
    sharing.stop()
