"""How long reading 100,000 rows of 16 columns takes, compared with the csv module in the same run.

    python tests/importers/benchmark_reading.py [FILE.csv]

Prints processor seconds: `csv.reader` with tuples, the same with `executemany` into SQLite, and
`SourceFile.registrations` with mapping, checks and report. The whole import has to stay within
three times the second figure.
"""

from __future__ import annotations

import csv
import gc
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

from kiosk.importers.reading import SourceFile

ROWS = 100_000
HEADINGS = (
    "ID,Full Name,First Name,Last Name,Email,Phone,Company,Job Title,Country,Ticket Type,"
    "Order ID,Ticket Code,Status,Registered At,T-Shirt Size,Dietary"
)
GIVEN = ["Asha", "José", "आशा", "小明", "Fatima", "Łukasz", "Nguyễn", "Zoë", "Omar", "Priya", "Li"]
FAMILY = ["Rao", "Muñoz", "राव", "欧阳", "Khan", "Żak", "Hương", "Müller", "Haddad", "Wei"]


def made_up(path: Path) -> None:
    """Write the file to read."""
    with open(path, "w", encoding="utf-8", newline="") as handle:
        handle.write(HEADINGS + "\n")
        for i in range(ROWS):
            given, family = GIVEN[i % 11], FAMILY[i * 7 % 10]
            handle.write(
                f"{i:06d},{given} {family},{given},{family},p{i}@example.org,"
                f"+91 00000 {i % 99999:05d},Firm {i % 30},Engineer,India,Regular,{100000 + i // 2},"
                f"{i * 7919:010X},Confirmed,2026-08-01 09:{i // 60 % 60:02d}:{i % 60:02d},M,"
                f"{'Vegan' if i % 9 == 0 else ''}\n"
            )


def bare(path: Path) -> None:
    with open(path, encoding="utf-8", newline="") as handle:
        list(map(tuple, csv.reader(handle)))


def into_sqlite(path: Path) -> None:
    with open(path, encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        marks = ",".join("?" * len(next(reader)))
        database = sqlite3.connect(path.with_suffix(".db"))
        database.execute("drop table if exists people")
        database.execute(f"create table people ({','.join(f'c{i}' for i in range(16))})")
        database.executemany(f"insert into people values ({marks})", reader)
        database.commit()
        database.close()


def product(path: Path) -> None:
    SourceFile(path).registrations()


def best_of(job: Callable[[Path], None], path: Path) -> float:
    """The best of five runs, in processor seconds."""
    times = []
    for _ in range(5):
        gc.collect()
        start = process_time()
        job(path)
        times.append(process_time() - start)
    return min(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "people.csv"
        if len(sys.argv) < 2:
            made_up(path)
        reading, storing, product_time = (best_of(j, path) for j in (bare, into_sqlite, product))
    print(f"csv.reader {reading:.3f} s, csv + executemany {storing:.3f} s")
    print(f"SourceFile.registrations {product_time:.3f} s")
    print(f"ratio {product_time / reading:.2f} to csv.reader, {product_time / storing:.2f} to both")


if __name__ == "__main__":
    main()
