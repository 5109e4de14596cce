"""From exec to the title on the screen: the desk of a large event beside the smallest app.

python -m tests.benchmarks.startup [PEOPLE] [ROUNDS]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.figures import median, report
from tests.benchmarks.people import PEOPLE, make_event
from tests.benchmarks.terminal import TimedProgram

BASELINES = Path(__file__).parent / "baselines"


def _once(argv: list[str], title: str, env: dict[str, str]) -> tuple[float, float]:
    """Milliseconds until the title is drawn, and processor milliseconds spent by then."""
    with TimedProgram(argv, env=env) as program:
        seconds = program.seconds_until(title, program.started_at, 30)
        assert seconds is not None, f"{argv} did not draw {title!r}"
        return seconds * 1000, program.cpu_s() * 1000


def main(people: int = PEOPLE, rounds: int = 15) -> None:
    """Print product, baseline, ratio and goal."""
    with tempfile.TemporaryDirectory() as folder:
        event = Path(folder) / "congress.kiosk"
        make_event(event, people)
        env = {"KIOSK_STATE": folder, "PYTHONPATH": os.getcwd()}
        jobs = {
            "product": ([sys.executable, "-m", "kiosk", "-e", str(event), "desk"], "congress"),
            "baseline": ([sys.executable, str(BASELINES / "smallest_app.py")], "KIOSK-READY"),
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
        for number in range(rounds + 1):
            for name, (argv, title) in jobs.items():
                times = _once(argv, title, env)
                if number:  # the first round warms the disk's cache
                    taken[name].append(times)
        for place, what in ((0, "first paint"), (1, "first paint, processor time")):
            product, baseline = (median([t[place] for t in taken[name]]) for name in jobs)
            report(what, product, baseline, 1.15, "ms")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
