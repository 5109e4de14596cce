"""Keys that a volunteer presses until an attendee is in view, and until the attendee is selected.

    python -m tests.benchmarks.letters [--people 550] [--seeds 5] [--rows 13] [LIST.csv ...]

Two times of the day: no one is in yet, and attendees arrive in random order, each checked in after
their turn. Canceled ones never come. The volunteer stops as soon as the first row, which is the
selected one, is the right one. A row in view is reached with the arrow keys once the letters below
are typed; otherwise with more letters.

- two of each: `pr sh`, as the resting desk teaches; then more letters of the second name
- first name: `pri`, then more letters, then the second name
- last name: `sha`, in the same way

Goals: with two letters of each name, half of the attendees are in view after 2 keys and selected
after 5. The lists are those of the search benchmark, or files. For a name in another script the
volunteer types Latin letters; for those of a file they are taken from the e-mail address.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kiosk.domain.people.registration import TicketStatus
from kiosk.services.event.event import create_event
from kiosk.services.people.lookup import Lookup
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees
from tests.benchmarks.figures import median, percentile, report_limit
from tests.benchmarks.queries import make_people, plain

PEOPLE, SEEDS = 550, 5
ROWS_AT_80X24 = 13
"""Rows of matches at 80x24; a test of the desk counts them."""
GOAL_IN_VIEW, GOAL_SELECTED = 2, 5
MOST_KEYS = 30
"""For an attendee that no letters bring into view."""
WAYS = ("two of each", "first name", "last name")
TIMES = (NO_ONE_IN, ARRIVING) = ("no one in", "arriving")


class Keys(NamedTuple):
    """Keys for one attendee."""

    in_view: int
    selected: int
    is_in_view_after_two: bool


def typed_texts(name: str, way: str) -> tuple[list[str], int]:
    """The texts in the field key by key, and after how many of them the arrow keys are used.

    Args:
        name: in Latin letters.
    """
    words = plain(name).split()
    first, last = words[0], words[-1] if len(words) > 1 else ""
    if way == "two of each":
        whole, taught = f"{first[:2]} {last}", len(f"{first[:2]} {last[:2]}")
        if not last:
            whole, taught = first, 2
    elif way == "first name":
        whole, taught = f"{first} {last}", 3
    else:
        whole, taught = f"{last or first} {first if last else ''}", 3
    whole = whole.strip()
    return [whole[:end] for end in range(1, len(whole) + 1)], min(taught, len(whole))


def keys_for(
    lookup: Lookup, store: Store, attendee_id: str, name: str, way: str, rows: int
) -> Keys:
    """Type until the attendee is selected."""
    texts, taught = typed_texts(name, way)
    in_view = MOST_KEYS
    is_in_view_after_two = False
    for keys, text in enumerate(texts, 1):
        shown = [person.id for person in lookup.search(store, text, rows).people]
        place = shown.index(attendee_id) if attendee_id in shown else None
        if place is not None:
            in_view = min(in_view, keys)
            is_in_view_after_two |= keys == 2
            if place == 0 or keys >= taught:
                return Keys(in_view, keys + place, is_in_view_after_two or in_view < 2)
    return Keys(in_view, MOST_KEYS, is_in_view_after_two)


Taken = dict[tuple[str, str], list[Keys]]
"""By the time of the day and the way of typing."""


def simulate(path: Path, latin: Mapping[str, str], seed: int, rows: int) -> Taken:
    """The keys for all attendees of an event.

    Args:
        latin: names in Latin letters by e-mail address, for those in another script.
    """
    store = Store.open(path, desk="benchmark")
    lookup = Lookup.load(store)
    expected = [a for a in all_attendees(store.connection) if a.status is not TicketStatus.CANCELED]
    random.Random(seed).shuffle(expected)
    taken: Taken = {}
    for time in TIMES:
        for attendee in expected:
            name = attendee.name if _is_latin(attendee.name) else latin.get(attendee.email, "")
            for way in WAYS if name else ():
                keys = keys_for(lookup, store, attendee.id, name, way, rows)
                taken.setdefault((time, way), []).append(keys)
            if time == ARRIVING:
                lookup.arrived.add(attendee.id)
                lookup.index.set_arrived(attendee.id, True)
    store.close()
    return taken


def _is_latin(name: str) -> bool:
    return bool(plain(name)) and plain(name).isascii()


def events(asked: argparse.Namespace, folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Every list as an event, with the names in Latin letters by e-mail address."""
    lists = asked.lists or [
        _made_list(folder / f"{seed}.csv", asked.people, seed) for seed in range(1, asked.seeds + 1)
    ]
    for number, source in enumerate(lists):
        path = folder / f"event-{number}.kiosk"
        store = create_event(
            path, name="Benchmark", timezone="UTC", list_names=("Door",), desk="Desk 1"
        )
        accept_import(store, plan_import(store, source))
        emails = [attendee.email for attendee in all_attendees(store.connection)]
        store.close()
        yield path, {email: _name_in(email) for email in emails}


def _name_in(email: str) -> str:
    """The name that an e-mail address begins with: `priya.sharma48@example.org`."""
    return " ".join(re.sub(r"\d+$", "", email.partition("@")[0]).split("."))


def _made_list(path: Path, people: int, seed: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Full Name", "First Name", "Last Name", "Email", "Order ID", "Code"))
        for number, person in enumerate(make_people(people, seed)):
            found = person.found
            email = f"{'.'.join(plain(person.latin).split())}{number}@example.org"
            writer.writerow(
                (found.name, found.given_name, found.family_name, email, found.order_code,
                 found.codes[0])
            )  # fmt: skip
    return path


def main() -> int:
    """Measure every list, and print the figures over all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--rows", type=int, default=ROWS_AT_80X24)
    parser.add_argument("lists", nargs="*", type=Path)
    asked = parser.parse_args()
    taken: Taken = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed, (path, latin) in enumerate(events(asked, Path(folder))):
            for case, keys in simulate(path, latin, seed, asked.rows).items():
                taken.setdefault(case, []).extend(keys)
    for case, keys in taken.items():
        in_view = [each.in_view for each in keys]
        selected = [each.selected for each in keys]
        after_two = sum(each.is_in_view_after_two for each in keys) / len(keys)
        within = sum(count <= GOAL_SELECTED for count in selected) / len(keys)
        report_limit(
            f"{', '.join(case)}: in view", median(in_view), GOAL_IN_VIEW, "keys",
            note=f"{after_two:.0%} of {len(keys)} after 2; 90 % {percentile(in_view, 0.9)}",
        )  # fmt: skip
        report_limit(
            f"{', '.join(case)}: selected", median(selected), GOAL_SELECTED, "keys",
            note=f"{within:.0%} after {GOAL_SELECTED}; 90 % {percentile(selected, 0.9)}",
        )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
