"""CPU time of the desk's counters after each scan, with few and with many people checked in.

python -m tests.benchmarks.counters [CHECKED_IN ...]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.tally.counts import desk_counts
from kiosk.storage.queries.lists import check_in_lists
from tests.benchmarks.figures import median
from tests.storage.made import make_store, take_in

SCANS = 50
HOUR_MS = 3_600_000


def counters_ms(folder: Path, checked_in: int) -> float:
    """Median CPU time (ms) of the counters after a scan."""
    store = make_store(folder)
    take_in(store, *[Attendee(f"p{n}", name=f"P {n}") for n in range(checked_in + SCANS)])
    item = check_in_lists(store.connection)[0]
    body = {
        "at": store.clock() - HOUR_MS, "desk": "Desk 1", "list": item.id, "code": "",
        "direction": "entry", "outcome": "ok", "heads": 1, "forced": False, "reason": "",
    }  # fmt: skip
    with store.writing():
        for number in range(checked_in):
            store.append(EventKind.CHECK_IN, body, subject=f"p{number}")
    desk_counts(store, item)
    times = []
    for number in range(checked_in, checked_in + SCANS):
        scan(store, ScanOrder(code=f"T-p{number}"))
        started = time.process_time()
        desk_counts(store, item)
        times.append((time.process_time() - started) * 1000)
    store.close()
    return median(times)


def main(*checked_in: int) -> None:
    """Print one line for each number of people."""
    for count in checked_in:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{count:>7,} checked in: {counters_ms(Path(folder), count):.2f} ms a scan")


if __name__ == "__main__":
    main(*(map(int, sys.argv[1:]) if sys.argv[1:] else (100, 1_000, 5_300, 20_000)))
