"""Memory of the desk of a large event, its search loaded, beside the smallest app at rest.

    python -m tests.benchmarks.memory [PEOPLE]

Also how long until the desk's list is there, with many people and with few.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import median, report
from tests.benchmarks.keystrokes import first_found, key_ms
from tests.benchmarks.people import PEOPLE, make_event
from tests.benchmarks.scan import Desk, wait_until_loaded
from tests.benchmarks.startup import BASELINES
from tests.benchmarks.terminal import TimedProgram

FEW = 1000
ROUNDS = 7
QUERY = "r"


def resting_app_mb() -> float:
    """The smallest app, once it has drawn itself."""
    with TimedProgram([sys.executable, str(BASELINES / "smallest_app.py")]) as app:
        assert app.seconds_until("KIOSK-READY", app.started_at)
        time.sleep(0.5)
        return app.rss_mb()


def first_list_ms(program: TimedProgram, expected: str) -> float:
    """From one letter that very many names begin with to the first of them, drawn."""
    taken = key_ms(program, QUERY, expected)
    program.write("\x15")
    program.settle(0.5)
    return taken


def wait_until_found(program: TimedProgram, expected: str) -> None:
    """Until a first search answers: another process may still build the index."""
    program.forget()
    program.write(QUERY)
    if program.seconds_until(expected, time.perf_counter(), 120) is None:
        raise SystemExit(f"{expected!r} was not drawn after {QUERY!r}")
    program.write("\x15")
    program.settle(0.5)


def main(people: int = PEOPLE) -> None:
    """Print product, baseline, ratio and goal."""
    listed: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (FEW, people):
            desk = Desk(Path(folder) / f"congress-{count}.kiosk")
            make_event(desk.event, count)
            name = first_found(desk.event, (QUERY,))[QUERY]
            with desk.running() as program:
                wait_until_loaded(program)
                wait_until_found(program, name)
                listed[count] = median([first_list_ms(program, name) for _ in range(ROUNDS)])
                loaded_mb = program.rss_mb()
    report("memory after a search", loaded_mb, resting_app_mb(), 2.5, "MB")
    report(f"list of {people:,} beside {FEW:,}", listed[people], listed[FEW], 1.2, "ms")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
