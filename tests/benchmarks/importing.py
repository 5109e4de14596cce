"""Taking in a large file: the product beside `csv` and `executemany`, in one process.

    python -m tests.benchmarks.importing [ROWS] [ROUNDS]

The product maps 16 columns, checks and reports them, writes log and tables, and commits. The
baseline puts 8 columns into a table with one unique index, and commits too. Both with
`synchronous = FULL`; they take turns. Processor time is printed as well: on a machine that does
other work it tells more.
"""

from __future__ import annotations

import csv
import gc
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

from kiosk.domain.log.events import json_bytes
from kiosk.services.event.event import create_event
from kiosk.services.setup.imports import ROWS_PER_EVENT, accept_import, plan_import
from kiosk.storage.file.store import Store
from tests.benchmarks.figures import median, report
from tests.benchmarks.people import PEOPLE, write_list

Seconds = tuple[float, float]
"""On the clock, and of processor time."""

_WIDTH = 8


def bare_import(source: Path, target: Path) -> None:
    """The least that a program could do."""
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    columns = ", ".join(f"c{number}" for number in range(_WIDTH))
    connection.execute(f"CREATE TABLE person(id INTEGER PRIMARY KEY, {columns}, UNIQUE(c0))")
    marks = ", ".join("?" * _WIDTH)
    with source.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO person({columns}) VALUES ({marks})", (row[:_WIDTH] for row in reader)
        )
        connection.execute("COMMIT")
    connection.close()


def least_of_a_log(source: Path, target: Path) -> None:
    """The least that an event needs: the file read, all columns in a table with its indexes, and
    each row once more in a log, as JSON in blocks. Nothing is understood, checked or compared."""
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE log(seq INTEGER PRIMARY KEY, body TEXT, hash BLOB)")
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    columns = [f"c{number}" for number in range(len(rows[0]))]
    connection.execute(f"CREATE TABLE person({', '.join(columns)}, PRIMARY KEY(c0))")
    connection.execute("BEGIN")
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO person VALUES ({marks})", rows)
    for start in range(0, len(rows), ROWS_PER_EVENT):
        body = json_bytes(rows[start : start + ROWS_PER_EVENT])
        values = (body.decode(), sha256(body).digest())
        connection.execute("INSERT INTO log(body, hash) VALUES (?, ?)", values)
    for place in (1, 10, 11):  # name, order, code
        connection.execute(f"CREATE INDEX by{place} ON person(c{place})")
    connection.execute("COMMIT")
    connection.close()


def full_import(store: Store, source: Path) -> None:
    """What `kiosk import` does between opening the event and printing the report."""
    accept_import(store, plan_import(store, source))


def timed(work: Callable[[], object]) -> Seconds:
    """How long it takes once."""
    gc.collect()
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def one_round(folder: Path, first: Path, newer: Path) -> dict[str, Seconds]:
    """The baseline, a first import, a newer file, the same file again."""
    taken = {"baseline": timed(partial(bare_import, first, folder / "bare.db"))}
    taken["floor"] = timed(partial(least_of_a_log, first, folder / "floor.db"))
    store = create_event(
        folder / "event.kiosk", name="Benchmark", timezone="UTC", list_names=("Door",), desk="d"
    )
    for name, source in (("first import", first), ("1 % changed", newer), ("unchanged", newer)):
        taken[name] = timed(partial(full_import, store, source))
    store.close()
    return taken


def main(rows: int = PEOPLE, rounds: int = 5) -> None:
    """Print product, baseline, ratio and goal."""
    taken: dict[str, list[Seconds]] = {}
    with tempfile.TemporaryDirectory() as name:
        first, newer = Path(name) / "first.csv", Path(name) / "newer.csv"
        write_list(first, rows)
        write_list(newer, rows, changed_every=100)
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                for what, times in one_round(Path(folder), first, newer).items():
                    taken.setdefault(what, []).append(times)
    for what, goal in (("first import", 3.0), ("1 % changed", 1.5), ("unchanged", 0.05)):
        for place, clock in ((0, ""), (1, ", processor time")):
            product, baseline = (
                median([times[place] for times in taken[key]]) for key in (what, "baseline")
            )
            report(what + clock, product, baseline, goal, "s")
    floor, baseline = (median([t[0] for t in taken[key]]) for key in ("floor", "baseline"))
    print(f"a table, a log and indexes without any understanding: {floor / baseline:.2f} baselines")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
