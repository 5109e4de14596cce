"""Measure the time from a key to the matches on the screen: the desk of a large event, and next to
it an app that paints as many lines and searches nothing.

    python -m tests.benchmarks.keystrokes [PEOPLE] [ROUNDS]

A name is typed at the pace of a quick typist, into the two programs in turn. A key counts where
it changes the first match, which a search in this process finds first: it is done when the name
of this attendee is drawn.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from kiosk.services.people.lookup import Lookup
from kiosk.storage.file.store import Store
from tests.benchmarks.figures import median, percentile, report
from tests.benchmarks.people import PEOPLE, make_event
from tests.benchmarks.scan import Desk, wait_until_loaded
from tests.benchmarks.startup import BASELINES
from tests.benchmarks.terminal import TimedProgram

QUERIES = ("asha kul", "muhamad kh", "ravi shn", "lakshmi rao", "jose gar", "priya nai")
KEY_S = 0.15
LINES = 14


def key_ms(program: TimedProgram, letter: str, expected: str) -> float:
    """From the key until the text is drawn; then waits for the next key's time."""
    program.forget()
    start = time.perf_counter()
    program.write(letter)
    seconds = program.seconds_until(expected, start, 2)
    if seconds is None:
        raise SystemExit(f"{expected!r} was not drawn after {letter!r}")
    time.sleep(max(0.0, start + KEY_S - time.perf_counter()))
    return seconds * 1000


def first_found(event: Path, queries: Iterable[str] = QUERIES) -> dict[str, str]:
    """For each beginning of each query the name of the first match."""
    store = Store.open(event, desk="benchmark")
    lookup = Lookup.load(store)
    found = {}
    for query in queries:
        for end in range(1, len(query) + 1):
            people = lookup.search(store, query[:end], LINES).people  # as many as the desk asks for
            found[query[:end]] = people[0].name if people else ""
    store.close()
    return found


def main(people: int = PEOPLE, rounds: int = 3) -> None:
    """Print product, baseline, ratio and goal."""
    taken: dict[str, list[float]] = {"product": [], "baseline": []}
    smallest = [sys.executable, str(BASELINES / "smallest_app.py"), str(LINES)]
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "congress.kiosk")
        make_event(desk.event, people)
        first = first_found(desk.event)
        with desk.running() as product, TimedProgram(smallest) as baseline:
            assert baseline.seconds_until("KIOSK-READY", baseline.started_at)
            wait_until_loaded(product)
            for query in QUERIES * rounds:
                before = ""
                for end, letter in enumerate(query, 1):
                    text, name = query[:end], first[query[:end]]
                    ours = key_ms(product, letter, name if name != before else "")
                    theirs = key_ms(baseline, letter, f"Somebody 0 {text}")
                    if name not in ("", before):
                        taken["product"].append(ours)
                        taken["baseline"].append(theirs)
                    before = name
                for program in (product, baseline):
                    program.write("\x15")
                    program.settle(0.2)
    p99 = {key: percentile(values, 0.99) for key, values in taken.items()}
    note = f"p99 {p99['product']:.0f} and {p99['baseline']:.0f} ms"
    p50 = {key: median(values) for key, values in taken.items()}
    report("key to people painted", p50["product"], p50["baseline"], 1.2, "ms", note=note)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
