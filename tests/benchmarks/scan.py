"""Scans at the desk of a large event: how long until the verdict, and is any lost?

    python -m tests.benchmarks.scan [PEOPLE] [SCANS]

Latency: the code and Enter in one write, until the durable verdict's name is drawn; the desk and
a raw terminal program with the same commit take turns. Loss: a thousand scans in every way they
come, counted in the event file.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.benchmarks.baselines.raw_desk import make_database
from tests.benchmarks.figures import median, percentile, report, report_limit
from tests.benchmarks.people import PEOPLE, admitted, code_of, make_event, name_of
from tests.benchmarks.startup import BASELINES
from tests.benchmarks.terminal import TimedProgram

WARM_UP = 5


class Desk:
    """The product on a terminal, with an event of its own."""

    def __init__(self, event: Path) -> None:
        self.event = event
        self.argv = [sys.executable, "-m", "kiosk", "-e", str(event), "desk"]
        self.env = {"KIOSK_STATE": str(event.parent), "PYTHONPATH": os.getcwd()}

    @contextmanager
    def running(self, early: str = "") -> Iterator[TimedProgram]:
        """The desk; with nothing typed early, once it shows its counters."""
        with TimedProgram(self.argv, env=self.env) as program:
            if early:
                time.sleep(0.005)
                program.write(early)
            else:
                assert program.seconds_until("in the last 15 min", program.started_at, 30)
            yield program

    def came(self) -> list[str]:
        """All codes that the event file has scans of, in order."""
        connection = sqlite3.connect(f"file:{self.event}?mode=ro", uri=True)
        try:
            rows = connection.execute("SELECT code FROM scan ORDER BY seq").fetchall()
        finally:
            connection.close()
        return [row[0] for row in rows]


def shown(number: int) -> str:
    """What the verdict on this person shows."""
    return " ".join(name_of(number))


def latency(desk: Desk, people: int, scans: int, *, loaded: bool) -> None:
    """Print p50 beside the raw program's and p99; with the search loaded or just being built."""
    numbers = admitted(people // 3 if loaded else people // 2, scans + WARM_UP)
    database = desk.event.with_suffix(".raw")
    database.unlink(missing_ok=True)
    make_database(
        str(database), ((code_of(number), " ".join(name_of(number))) for number in range(people))
    )
    raw_argv = [sys.executable, str(BASELINES / "raw_desk.py"), str(database)]
    taken: dict[str, list[float]] = {"product": [], "baseline": []}
    lost = 0
    with TimedProgram(raw_argv) as raw:
        assert raw.seconds_until("KIOSK-READY", raw.started_at)
        with desk.running() as product:
            if loaded:
                wait_until_loaded(product)
            for place, number in enumerate(numbers):
                for name, program in (("product", product), ("baseline", raw)):
                    program.settle(0.02, 0.2)
                    program.forget()
                    start = time.perf_counter()
                    program.write(code_of(number) + "\r")
                    seconds = program.seconds_until(shown(number), start, 3)
                    lost += seconds is None
                    if seconds is not None and place >= WARM_UP:
                        taken[name].append(seconds * 1000)
    when = "search loaded" if loaded else "search being built"
    p50 = {name: median(values) for name, values in taken.items()}
    p99 = percentile(taken["product"], 0.99)
    note = f"raw p99 {percentile(taken['baseline'], 0.99):.1f} ms, not drawn {lost}"
    report(f"scan to verdict p50, {when}", p50["product"], p50["baseline"], 10, "ms")
    report_limit(f"scan to verdict p99, {when}", p99, 50, "ms", note=note)


def wait_until_loaded(program: TimedProgram) -> None:
    """Wait until the desk has been idle for a second: it has read the names.

    A second program makes the index of a large event, while the desk is idle.
    """
    last = -1.0
    while program.cpu_s() - last > 0.05 or program.has_children():
        last = program.cpu_s()
        time.sleep(1.0)


Typist = Callable[[TimedProgram, list[str]], None]


def in_one_write(end: str) -> Typist:
    """All scans at once, each ended like this."""
    return lambda program, codes: program.write("".join(code + end for code in codes))


def by_character(gap_s: float, end: str = "\r") -> Typist:
    """A character at a time, without a pause between scans."""

    def work(program: TimedProgram, codes: list[str]) -> None:
        for letter in "".join(code + end for code in codes):
            program.write(letter)
            time.sleep(gap_s)

    return work


def during_a_stall(program: TimedProgram, codes: list[str]) -> None:
    """The program stands still for a second and a half meanwhile."""
    program.send_signal(signal.SIGSTOP)
    start = time.perf_counter()
    by_character(0.002)(program, codes)
    time.sleep(max(0.0, 1.5 - (time.perf_counter() - start)))
    program.send_signal(signal.SIGCONT)


WAYS: dict[str, tuple[Typist, int]] = {
    "one write, CR": (in_one_write("\r"), 150),
    "one write, LF": (in_one_write("\n"), 100),
    "one write, CR LF": (in_one_write("\r\n"), 100),
    "one write, Tab": (in_one_write("\t"), 100),
    "0.5 ms a character": (by_character(0.0005), 100),
    "1 ms a character": (by_character(0.001), 100),
    "2 ms a character": (by_character(0.002), 100),
    "5 ms a character": (by_character(0.005), 100),
    "1.5 s stall, 2 ms a character": (during_a_stall, 100),
}
EARLY = 50
"""Typed 5 ms after exec, ten at each start: the terminal is still in its ordinary mode."""


def losses(desk: Desk, first: int) -> None:
    """Print how many scans of each way did not arrive as they were sent."""
    numbers = count(first)
    sent: list[str] = []
    missing = 0

    def next_codes(how_many: int) -> list[str]:
        codes = [code_of(next(numbers)) for _ in range(how_many)]
        sent.extend(codes)
        return codes

    for what, (type_them, how_many) in WAYS.items():
        codes = next_codes(how_many)
        with desk.running() as program:
            type_them(program, codes)
            missing += say_lost(desk, what, codes)
    for _ in range(EARLY // 10):
        codes = next_codes(10)
        with desk.running(early="".join(code + "\r" for code in codes)):
            missing += say_lost(desk, "before the first frame", codes)
    foreign = len(set(desk.came()) - set(sent))
    report_limit(f"lost or garbled of {len(sent):,} scans", missing + foreign, 0, "scans")


def say_lost(desk: Desk, what: str, codes: list[str]) -> int:
    """How many of these are not in the event file once nothing more arrives; in order, too."""
    wanted = set(codes)
    end = time.perf_counter() + 20
    while time.perf_counter() < end:
        arrived = [code for code in desk.came() if code in wanted]
        if arrived == codes:
            break
        time.sleep(0.1)
    lost = sum(left != right for left, right in zip(codes, arrived, strict=False))
    lost += abs(len(codes) - len(arrived))
    if lost:
        print(f"    {what}: {lost} of {len(codes)}")
    return lost


def main(people: int = PEOPLE, scans: int = 200) -> None:
    """Print product, baseline, ratio and goal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        desk = Desk(folder / "congress.kiosk")
        make_event(desk.event, people)
        latency(desk, people, scans, loaded=True)
        latency(desk, people, min(scans, 60), loaded=False)
        fresh = Desk(folder / "losses.kiosk")
        make_event(fresh.event, 3000)
        losses(fresh, 100)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
