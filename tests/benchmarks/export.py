"""The attendance export beside the bare csv module and bare XlsxWriter, writing the same cells.

    python tests/benchmarks/export.py [PEOPLE] [ROUNDS]

Product and baselines take turns in one process; medians. The baselines read the very cells that
the product writes from a plain SQLite table that holds nothing else; for the csv module, the time
with the cells in memory already is printed too.
"""

from __future__ import annotations

import csv
import gc
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import attendee_id
from kiosk.exporters.table import SEPARATOR
from kiosk.services.event.event import create_event
from kiosk.services.reports.attendance import attendance_table, export_attendance
from kiosk.storage.file.store import Store

_GIVEN = ("Asha", "प्रिया", "Muhammad", "José", "Wei", "Supriya", "Élodie", "محمد", "Li")
_FAMILY = ("Rao", "कुलकर्णी", "Khan", "García", "王", "Shinde", "O'Neil", "علی", "Müller")


def _row(number: int, chance: random.Random) -> list[object]:
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    extra = f'{{"T-shirt": "{chance.choice("SML")}", "Diet": "vegetarian"}}'
    return [
        attendee_id("bench", str(number)),
        f"{given} {family}",
        given,
        family,
        f"person{number}@example.org",
        f"+91 98{number:08d}",
        chance.choice(("Acme", "Zoho", "")),
        chance.choice(("Regular", "Speaker", "Student")),
        f"ORD{number // 2:06d}",
        "valid",
        "paid",
        1,
        "",
        "",
        extra,
        f'[["K{number:09d}"],[]]',
    ]


def make_event(path: Path, people: int) -> Store:
    """An event whose people have a phone, two answers each, and half of whom are in."""
    chance = random.Random(7)
    store = create_event(path, name="Bench", timezone="Asia/Kolkata", desk="Desk 1")
    list_id = store.connection.execute("SELECT id FROM list").fetchone()[0]
    rows = [_row(number, chance) for number in range(people)]
    with store.writing():
        for start in range(0, people, 500):
            store.append(
                EventKind.IMPORT_ROWS, {"source": "bench", "rows": rows[start : start + 500]}
            )
        store.connection.executemany(
            "INSERT INTO scan(log_id, seq, hlc, at_ms, desk, list_id, attendee_id, code, "
            "direction, outcome, heads, forced, reason, undone) "
            "VALUES ('bench', ?1, ?1, 1802750000000 + ?1, 'Desk 1', ?2, ?3, '', 'entry', 'ok', 1, "
            "0, '', 0)",
            [(number, list_id, row[0]) for number, row in enumerate(rows[::2], 1)],
        )
    return store


Rows = Callable[[], Iterable[Sequence[str]]]


def bare_csv(path: Path, header: list[str], rows: Rows) -> None:
    """The csv module as it comes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows())


def bare_xlsx(path: Path, header: list[str], rows: Rows) -> None:
    """XlsxWriter as its manual tells for large files."""
    from xlsxwriter import Workbook

    book = Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(chain([header], rows())):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(number, column, cell)
    book.close()


def plain_table(path: Path, rows: list[list[str]]) -> sqlite3.Connection:
    """The same cells in a table of their own."""
    connection = sqlite3.connect(path)
    names = ", ".join(f"c{number} TEXT" for number in range(len(rows[0])))
    connection.execute(f"CREATE TABLE cells({names})")
    marks = ", ".join("?" * len(rows[0]))
    with connection:
        connection.executemany(f"INSERT INTO cells VALUES ({marks})", rows)
    return connection


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each job; they take turns."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            taken[name].append(seconds(job))
    return {name: statistics.median(times) for name, times in taken.items()}


def main(people: int = 100_000, rounds: int = 5) -> None:
    """Print product, baseline, ratio and goal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = make_event(folder / "bench.kiosk", people)
        table = attendance_table(store)
        header = [column.title for column in table.columns]
        cells = [row.split(SEPARATOR) for row in table.rows]
        plain = plain_table(folder / "plain.db", cells)
        read: Rows = partial(plain.execute, "SELECT * FROM cells")
        bare = folder / "bare"
        as_csv = compare(
            {
                "product": partial(export_attendance, store, folder / "product.csv"),
                "baseline": partial(bare_csv, bare, header, read),
                "memory": partial(bare_csv, bare, header, lambda: cells),
            },
            rounds,
        )
        as_xlsx = compare(
            {
                "product": partial(export_attendance, store, folder / "product.xlsx"),
                "baseline": partial(bare_xlsx, bare, header, read),
            },
            min(rounds, 3),
        )
        print(f"{people:,} rows x {len(header)} columns")
        for what, taken, goal in (("csv", as_csv, 1.3), ("xlsx", as_xlsx, 1.2)):
            product, baseline = taken["product"], taken["baseline"]
            print(
                f"{what:5} product {product:.2f} s, baseline {baseline:.2f} s, "
                f"ratio {product / baseline:.2f} (goal {goal})"
            )
        print(f"csv with the cells in memory: {as_csv['memory']:.2f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
