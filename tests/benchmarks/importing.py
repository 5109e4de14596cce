"""Measure the import of a large file next to `csv` and `executemany`, in one process.

    python -m tests.benchmarks.importing [ROWS] [ROUNDS]

The product maps 16 columns, checks and reports them, writes log and tables, and commits. The
baseline puts 8 columns into a table with one unique index, and commits too. Both with
`synchronous = FULL`; they take turns. Processor time is printed too, because it depends less on
what else the machine does. The floor is what no program can save: see `least_of_an_event`.
"""

from __future__ import annotations

import csv
import gc
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from kiosk.services.event.event import create_event
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.schema import make_tables
from kiosk.storage.file.store import Store
from kiosk.storage.log.statements import ATTENDEE_INDEXES
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


def least_of_an_event(source: Path, event: Path, target: sqlite3.Connection) -> None:
    """The floor: split the file into cells, and let SQLite write the rows of an imported event into
    the empty tables of another one, with its indexes. Nothing is understood, checked or encoded.
    """
    with source.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass
    target.execute("ATTACH ? AS imported", (str(event),))
    target.execute("BEGIN")
    for table in ("event", "attendee", "cache"):
        # a condition, because SQLite copies whole pages without one
        target.execute(f"INSERT INTO {table} SELECT * FROM imported.{table} WHERE rowid > 0")
    for name, place in ATTENDEE_INDEXES.items():
        target.execute(f"CREATE INDEX {name} ON {place}")
    target.execute("COMMIT")


def empty_tables(path: Path) -> sqlite3.Connection:
    """An event file with empty tables, and without the indexes that a first import makes last."""
    connection = sqlite3.connect(path, isolation_level=None)
    make_tables(connection)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    for name in ATTENDEE_INDEXES:
        connection.execute(f"DROP INDEX {name}")
    return connection


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
    store = create_event(
        folder / "event.kiosk", name="Benchmark", timezone="UTC", list_names=("Door",), desk="d"
    )
    taken["first import"] = timed(partial(full_import, store, first))
    with closing(empty_tables(folder / "floor.kiosk")) as floor:
        taken["floor"] = timed(partial(least_of_an_event, first, store.path, floor))
    for name in ("1 % changed", "unchanged"):
        taken[name] = timed(partial(full_import, store, newer))
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
    for place, clock in ((0, "on the clock"), (1, "of processor time")):
        floor, baseline = (median([t[place] for t in taken[key]]) for key in ("floor", "baseline"))
        print(
            "floor of the first import: the file split into cells, and SQLite alone for the same "
            f"rows and indexes: {floor / baseline:.2f} baselines {clock}"
        )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
