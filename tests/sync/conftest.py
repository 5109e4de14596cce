"""A venue with laptops on it, for the tests of several desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .agreement import PEOPLE, make_event, wait_seen
from .lan import Lan, why_no_lan
from .programs import DeskProgram

Venue = Callable[..., list[DeskProgram]]


@pytest.fixture
def lan() -> Iterator[Lan]:
    """A switch without laptops."""
    if why_no_lan():
        pytest.skip(why_no_lan())
    with Lan() as made:
        yield made


@pytest.fixture
def venue(lan: Lan, tmp_path: Path) -> Iterator[Venue]:
    """Makes desks that are joined, open, and see each other; the first one shares the event.

    `venue(3, people=60, ahead_s={2: 420}, multicast=False)`.
    """
    with ExitStack() as stack:

        def open_desks(
            count: int,
            *,
            people: int = PEOPLE,
            ahead_s: dict[int, int] | None = None,
            multicast: bool = True,
        ) -> list[DeskProgram]:
            desks = [
                stack.enter_context(
                    DeskProgram(
                        tmp_path,
                        f"Desk {number}",
                        lan.plug(number),
                        ahead_s=(ahead_s or {}).get(number, 0),
                    )
                )
                for number in range(1, count + 1)
            ]
            if not multicast:
                for number in range(1, count + 1):
                    lan.swallow_multicast(number)
            make_event(desks[0], people)
            code = desks[0].run("share")[1]["code"]
            desks[0].open()
            for desk in desks[1:]:
                exit_code, joined, said = desk.run("join", code)
                assert (0, people) == (exit_code, joined and joined["people"]), said
                desk.open()
            wait_seen(*desks)
            return desks

        yield open_desks
