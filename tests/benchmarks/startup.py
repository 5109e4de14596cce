"""From exec to the event's name, its list and the desk on the screen, next to the smallest app.

    python -m tests.benchmarks.startup [ROUNDS]

Also what the commands `--help` and `scan` take, beside a Python that does nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks.figures import median, report
from tests.benchmarks.people import PEOPLE, make_event
from tests.benchmarks.terminal import AS_INSTALLED, TimedProgram

BASELINES = Path(__file__).parent / "baselines"
FEW = 550
SLOWEST = {"--help": 11.7, "scan NOBODY": 24.3}
"""Command to the most that it may take, in times of a Python that does nothing: 0.12 s and 0.25 s
on a machine where that takes 10.3 ms."""


def _drawn(argv: list[str], text: str, env: dict[str, str]) -> float:
    """Milliseconds until a text is drawn."""
    with TimedProgram(argv, env=env) as program:
        seconds = program.seconds_until(text, program.started_at, 30)
        assert seconds is not None, f"{argv} did not draw {text!r}"
        return seconds * 1000


def _run(argv: list[str], env: dict[str, str]) -> float:
    """Seconds of a whole program."""
    start = time.perf_counter()
    subprocess.run(argv, env={**os.environ, **AS_INSTALLED, **env}, capture_output=True)
    return time.perf_counter() - start


def _in_turn(jobs: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each; the first round only warms the disk's cache."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(rounds + 1):
        for name, job in jobs.items():
            figure = job()
            if number:
                taken[name].append(figure)
    return {name: median(figures) for name, figures in taken.items()}


def main(rounds: int = 15) -> None:
    """Print product, baseline, ratio and goal."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"KIOSK_STATE": folder, "PYTHONPATH": os.getcwd()}
        smallest = [sys.executable, str(BASELINES / "smallest_app.py")]
        for people, goal in ((FEW, 1.15), (PEOPLE, 1.3)):
            event = Path(folder) / f"congress-{people}.kiosk"
            make_event(event, people)
            desk = [sys.executable, "-m", "kiosk", "-e", str(event), "desk"]
            figures = _in_turn(
                {
                    "baseline": partial(_drawn, smallest, "KIOSK-READY", env),
                    "first frame": partial(_drawn, desk, "Scan a ticket", env),
                    "name": partial(_drawn, desk, "Benchmark", env),
                    "list": partial(_drawn, desk, "Door", env),
                },
                rounds,
            )
            for what in ("first frame", "name", "list"):
                report(f"{what}, {people:,} people", figures[what], figures["baseline"], goal, "ms")
        event = Path(folder) / f"congress-{FEW}.kiosk"
        kiosk = [sys.executable, "-m", "kiosk", "-e", str(event)]
        commands = {text: partial(_run, [*kiosk, *text.split()], env) for text in SLOWEST}
        nothing = partial(_run, [sys.executable, "-c", "pass"], env)
        figures = _in_turn({"nothing": nothing, **commands}, rounds)
        for text, limit in SLOWEST.items():
            report(f"kiosk {text}", figures[text] * 1000, figures["nothing"] * 1000, limit, "ms")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
