"""The attendance export beside the bare csv module and bare XlsxWriter, writing the same cells.

    python tests/benchmarks/export.py [PEOPLE] [ROUNDS]

Product and baseline take turns in one process; medians. The baselines get their cells from
memory; the product reads them from the event file.
"""

from __future__ import annotations

import csv
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.events import EventKind
from kiosk.domain.ids import attendee_id
from kiosk.services.attendance import attendance_table, export_attendance
from kiosk.services.event import create_event
from kiosk.storage.store import Store

GOALS = {".csv": 1.3, ".xlsx": 1.2}
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
        "",
        [f"K{number:09d}"],
        [],
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


def bare_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    """The csv module as it comes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def bare_xlsx(path: Path, header: list[str], rows: list[list[str]]) -> None:
    """XlsxWriter as its manual tells for large files."""
    from xlsxwriter import Workbook

    book = Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([header, *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
    book.close()


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(people: int = 100_000, rounds: int = 5) -> None:
    """Print product, baseline, ratio and goal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = make_event(folder / "bench.kiosk", people)
        table = attendance_table(store)
        header, rows = [column.title for column in table.columns], list(table.rows)
        baselines = {".csv": bare_csv, ".xlsx": bare_xlsx}
        for suffix, baseline in baselines.items():
            product_s, baseline_s = [], []
            for _ in range(rounds if suffix == ".csv" else min(rounds, 3)):
                target = folder / f"product{suffix}"
                product_s.append(seconds(lambda t=target: export_attendance(store, t)))  # type: ignore[misc]
                other = folder / f"baseline{suffix}"
                baseline_s.append(seconds(lambda b=baseline, o=other: b(o, header, rows)))  # type: ignore[misc]
            product, base = statistics.median(product_s), statistics.median(baseline_s)
            print(
                f"{suffix:5} {people:,} rows x {len(header)} columns: product {product:.2f} s, "
                f"baseline {base:.2f} s, ratio {product / base:.2f} (goal {GOALS[suffix]})"
            )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
