"""Checks for desks that run as programs: equal content, correct sums, all doubles reported."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial

from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.sharing.conflicts import conflicts
from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import hash_at, log_heads
from tests.support.desks import assert_sound
from tests.support.stores import bind_code

from .programs import WAIT_S, DeskProgram, wait_for

PEOPLE = 60
NAME = "Secret Sanjay"


def code_of(number: int) -> str:
    """The ticket of one of the sixty."""
    return f"T-{number:03}"


def codes(first: int, after: int) -> list[str]:
    """Tickets of some of them."""
    return [code_of(number) for number in range(first, after)]


def make_event(desk: DeskProgram, people: int = PEOPLE) -> None:
    """The event of a desk that is closed: people with a ticket each."""
    store = create_event(desk.event, name="Meetup", timezone="UTC", desk=desk.name)
    for number in range(people):
        person = walk_in(store, f"{NAME} {number}", {})
        bind_code(store, code_of(number), person.id)
    store.close()


def store_of(desk: DeskProgram) -> Store:
    """The file of a desk, looked at from outside."""
    return Store.open(desk.event, desk=desk.name)


def sees(desk: DeskProgram, *others: str) -> bool:
    """Whether a desk knows others to be here and up to date."""
    _, desks, _ = desk.run("desks")
    here = {one["name"] for one in desks if one["state"] == "up_to_date"}
    return here >= set(others)


def wait_seen(*desks: DeskProgram) -> None:
    """Until each desk sees all others."""
    for desk in desks:
        others = [other.name for other in desks if other is not desk]
        wait_for(partial(sees, desk, *others), f"{desk.name} to see all")


def wait_agree(*desks: DeskProgram, timeout_s: float = WAIT_S) -> float:
    """Wait until all desks have the same log; then check that all tables agree with it.

    Returns:
        Seconds until then.
    """
    start = time.monotonic()
    with ExitStack() as stack:
        stores = [store_of(desk) for desk in desks]
        for store in stores:
            stack.callback(store.close)
        wait_for(
            lambda: all(_heads(stores[0]) == _heads(store) for store in stores),
            f"equal logs of {', '.join(desk.name for desk in desks)}",
            timeout_s,
        )
        taken_s = time.monotonic() - start
        assert_sound(*stores)
    return taken_s


def _heads(store: Store) -> dict[str, tuple[int, str | None]]:
    heads = log_heads(store)
    return {log_id: (seq, hash_at(store, log_id, seq)) for log_id, seq in heads.items()}


def doubles(desk: DeskProgram) -> int:
    """People who were let in twice, as the desk reports them."""
    store = store_of(desk)
    try:
        return len(conflicts(store).doubles)
    finally:
        store.close()


def notes(desk: DeskProgram) -> str:
    """Everything else that the desk reports."""
    store = store_of(desk)
    try:
        return "\n".join(conflicts(store).notes)
    finally:
        store.close()


def admitted(desk: DeskProgram) -> Counter[str]:
    """How often each code was let in, in the desk's own table."""
    store = store_of(desk)
    try:
        rows = store.connection.execute("SELECT code FROM scan WHERE outcome = 'ok'").fetchall()
    finally:
        store.close()
    return Counter(row[0] for row in rows)


def assert_sums(desks: Iterable[DeskProgram], *, unseen_doubles: int = 0) -> None:
    """Check that each acknowledged check-in is at all desks once, and each double is reported.

    Args:
        unseen_doubles: people admitted at two desks that were offline.
    """
    desks = list(desks)
    acknowledged = Counter(code for desk in desks for code in desk.admitted)
    for desk in desks:
        assert acknowledged == admitted(desk), desk.name
        assert unseen_doubles == doubles(desk), desk.name
        assert "" == notes(desk), desk.name
