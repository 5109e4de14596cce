"""A whole day at a desk on a real terminal: nothing lost, nothing counted wrong, nothing grows.

`KIOSK_SOAK_ACTIONS=7000` (and `KIOSK_SOAK_PEOPLE=...`) makes the day longer; it prints its figures.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyte
import pytest

if sys.platform == "win32":
    pytest.skip("needs a Unix terminal", allow_module_level=True)

from kiosk.services.printing.settings import PrintMode, set_print_mode, set_printer
from kiosk.storage.file.store import Store
from kiosk.ui.tui.input.keystream import HICCUP_S
from tests.benchmarks.figures import median, percentile
from tests.benchmarks.terminal import SIZE, TimedProgram
from tests.faults.soak_day import HELPERS, LISTS, Guest, Tally, guest, write_registrations
from tests.support.fake_ipp import FakeIppServer
from tests.support.pty_driver import wait_until

PEOPLE = int(os.environ.get("KIOSK_SOAK_PEOPLE", "10000"))
ACTIONS = int(os.environ.get("KIOSK_SOAK_ACTIONS", "1200"))
UNDOS = 200
DAY_S = 8 * 60 * 60
MEASURED = 3
"""One scan in so many is measured, behind a moment in which the desk can finish."""
BEEP_S = 4
"""Longer than a scanner's stutter."""
LOST_KEYS = 3
"""How often a list is chosen before the test gives up."""
LATE = 50
"""People of the second file and of the third who were not in the one before."""
KEPT_OPEN = 2
"""Files that SQLite closes with the last connection of the process, and uses again until then."""
PRINTER = "badge"
OUT_OF_PAPER, GONE, HANGS = (0.2, 0.26), (0.45, 0.5), (0.7, 0.72)
"""Shares of the day."""
_ROOT = Path(__file__).parents[2]
_F2, _F6, _F7, _F8 = "\x1bOQ", "\x1b[17~", "\x1b[18~", "\x1b[19~"
_CTRL_A, _CTRL_O, _CTRL_Q, _HOME, _DOWN = "\x01", "\x0f", "\x11", "\x1b[H", "\x1b[B"
_ESC = "\x1b"


class Clock:
    """The clock of the desk, from 9 in the morning."""

    def __init__(self, file: Path) -> None:
        file.write_bytes(bytes(8))
        with file.open("r+b") as opened:
            self._page = mmap.mmap(opened.fileno(), 8)
        start = datetime(2027, 2, 16, 9, tzinfo=ZoneInfo("Asia/Kolkata"))
        self._now_ms = int(start.timestamp() * 1000)
        self.pass_s(0)

    def pass_s(self, seconds: float) -> None:
        """Let time pass."""
        self._now_ms += int(seconds * 1000)
        self._page[:8] = self._now_ms.to_bytes(8, "little")


class Printer:
    """A printer on the network that can be out of paper, hang, or be gone."""

    def __init__(self) -> None:
        self._server = FakeIppServer()
        self._server.__enter__()
        self._server.port = self._server.endpoint.port
        self.address = f"127.0.0.1:{self._server.port}"
        self.is_there = True

    def play(self, share: float) -> None:
        """Be what it is at this share of the day, and print what it has."""
        empty, gone, hangs = (a <= share < b for a, b in (OUT_OF_PAPER, GONE, HANGS))
        if gone == self.is_there:
            (self._server.__exit__ if gone else self._server.__enter__)()
            self.is_there = not gone
        self._server.silence_s = 1.0 if hangs else 0.0
        queue = self._server.queues[PRINTER]
        queue.state, queue.reasons = (5, ("media-empty-error",)) if empty else (3, ("none",))
        if not (empty or gone):
            for job in tuple(self._server.jobs.values()):
                job.state = 9

    @property
    def badges(self) -> int:
        """How many came out."""
        return sum(job.state == 9 for job in self._server.jobs.values())

    def close(self) -> None:
        """Switch it off for good."""
        self._server.__exit__()


@dataclass(frozen=True, slots=True)
class Load:
    """What the desk's process holds at a moment."""

    rss_mb: float
    threads: int
    files: int


class SoakDesk:
    """The desk on its terminal, the person at it, and their pencil."""

    def __init__(self, event: Path, clock: Clock, env: dict[str, str]) -> None:
        program = Path(__file__).with_name("soak_desk.py")
        argv = [sys.executable, str(program), str(event), str(event.parent / "clock"), LISTS[0]]
        self.terminal = TimedProgram(argv, env={"PYTHONPATH": str(_ROOT), **env})
        self.clock = clock
        self.tally = Tally()
        self.list_name = LISTS[0]
        self.badges = 0
        self.taken_ms: list[tuple[int, float]] = []
        """Measured scans: the action's number, and how long until the verdict was drawn."""
        self.lost_keys = 0
        """How often a list was not chosen at the first try."""
        self._shown = ""
        self._read = sqlite3.connect(f"file:{event}?mode=ro", uri=True)

    def look_away(self) -> None:
        """Let go of the file."""
        self._read.close()

    def load(self) -> Load:
        """What the process holds now (Linux)."""
        process = Path(f"/proc/{self.terminal.pid}")
        count = [len(list((process / what).iterdir())) for what in ("task", "fd")]
        return Load(self.terminal.rss_mb(), *count)

    def press(self, keys: str, until: str) -> None:
        """Type, and wait until this is drawn."""
        self.terminal.forget()
        self.terminal.write(keys)
        drawn = self.terminal.seconds_until(until, time.perf_counter(), 30)
        if drawn is None:
            raise AssertionError(f"{until!r} was not drawn after {keys!r}: {self._last_drawn()}")

    def _last_drawn(self) -> str:
        screen = pyte.Screen(*SIZE)
        pyte.ByteStream(screen).feed(bytes(self.terminal.drawn[-2_000_000:]))
        return "\n".join(screen.display)

    def recorded(self) -> None:
        """Wait until all that was done is in the file."""
        wanted = len(self.tally.rows)
        read = "SELECT count(*) FROM scan"
        done = wait_until(lambda: self._read.execute(read).fetchone()[0] >= wanted, 30)
        assert done, f"{wanted} scans were made: {self._last_drawn()}"

    # what a volunteer does

    def scan(self, who: Guest, *, number: int | None = None) -> str:
        """A ticket; measured where it bears a number. Returns what the pencil says of it."""
        verdict = self.tally.scan(who, self.list_name).outcome
        if who.name == self._shown:
            self.terminal.settle(0.05, 0.5)
            self.terminal.write(who.code + "\r")
            self.recorded()
        elif number is None:
            self.press(who.code + "\r", who.name)
        else:
            self.terminal.settle(0.02, 0.2)
            start = time.perf_counter()
            self.press(who.code + "\r", who.name)
            self.taken_ms.append((number, 1000 * (self.terminal.seen_at - start)))
        self._shown = who.name
        return verdict

    def stutter(self, who: Guest) -> None:
        """The scanner reads a ticket that was just let in once more: it counts once."""
        self.press(who.code + "\r", "counted once")

    def unknown(self, code: str) -> None:
        """A ticket of another event."""
        self.tally.unknown(code, self.list_name)
        self.press(code + "\r", code)
        self._shown = ""

    def let_in(self, who: Guest) -> None:
        """The organiser admits the person just refused."""
        self.clock.pass_s(BEEP_S)
        time.sleep(2 * HICCUP_S)
        self.press(_CTRL_O, "The verdict is")
        self.terminal.press_key("2")
        time.sleep(0.5)  # a digit with Enter right behind it is a code
        self.tally.scan(who, self.list_name, forced=True)
        self.press("\r", "admitted by exception")
        self.recorded()

    def all_in(self, who: Guest) -> None:
        """The rest of the party just begun."""
        self.clock.pass_s(BEEP_S)
        self.tally.scan(who, self.list_name, heads=who.heads - 1)
        time.sleep(2 * HICCUP_S)
        self.press(_CTRL_A, f"{who.heads} of {who.heads} in")
        self.recorded()
        time.sleep(2 * HICCUP_S)  # no hand is faster, and Ctrl and A are no part of a code

    def look_up(self, who: Guest) -> None:
        """No ticket at hand: the name, and Enter."""
        self.press(f"\x1b[200~{who.name}\x1b[201~", f"p{who.number}@")
        self.tally.scan(who, self.list_name)
        self.terminal.write("\r")
        self.recorded()
        self._shown = who.name

    def walk_in(self, name: str) -> None:
        """Somebody who is not registered."""
        self.press(_F2, "Name on the badge")
        self.press(f"\x1b[200~{name}\x1b[201~", name)
        self.tally.walk_in(name, self.list_name)
        self.terminal.write(_F2)
        self.recorded()
        self._shown = name

    def switch_list(self, name: str) -> None:
        """Another list by F7. Where the machine stood still so long that two keys arrive as one
        burst, they are a scanner's and do nothing: a person looks, and presses them again."""
        for _ in range(LOST_KEYS):
            self.press(_F7, "Check in for")
            for key in (_HOME, *[_DOWN] * LISTS.index(name)):
                self.terminal.press_key(key)
            self.terminal.forget()
            self.terminal.write("\r")
            if self.terminal.seconds_until(f"{name} ▾", time.perf_counter(), 10) is not None:
                break
            self.lost_keys += 1
            self.terminal.press_key(_ESC)
        else:
            raise AssertionError(f"{name!r} was not chosen: {self._last_drawn()}")
        self.list_name = name
        self._shown = ""

    def undo(self) -> None:
        """The wrong person."""
        self.tally.undo()
        self.press(_F8, "UNDONE")
        self._shown = ""

    def print_badge(self) -> None:
        """Of the person on the card."""
        self.terminal.settle(0.05, 0.5)
        self.press(_F6, "On its way to")
        self.badges += 1
        self._shown = ""


class Day:
    """Who comes when."""

    def __init__(self, desk: SoakDesk, people: int) -> None:
        self.desk = desk
        self.chance = random.Random(2027)
        self.known = people
        self.queue = self.chance.sample(range(people), people)
        self.seen: list[Guest] = []
        self.badged: set[int] = set()
        self.walk_ins: set[str] = set()
        self.actions: Counter[str] = Counter()

    def first_of_all(self, printer: Printer) -> Load:
        """One ticket, with a badge; then what the desk holds with all its threads at rest."""
        while self.desk.scan(self.next_guest()) != "ok":
            self.desk.clock.pass_s(BEEP_S)
        self.desk.print_badge()
        printer.play(0.0)
        time.sleep(1.0)
        printer.play(0.0)
        wait_until_idle(self.desk.terminal)
        return self.desk.load()

    def next_guest(self) -> Guest:
        """Somebody who has not come."""
        who = guest(self.queue.pop() if self.queue else self.chance.randrange(self.known))
        self.seen.append(who)
        return who

    def act(self, number: int) -> None:
        """One thing that happens at a desk."""
        self.desk.clock.pass_s(max(BEEP_S, DAY_S / ACTIONS))
        if number % (ACTIONS // 15) == ACTIONS // 30:
            others = [name for name in LISTS if name != self.desk.list_name]
            self.desk.switch_list(self.chance.choice(others))
            self.actions["list switched"] += 1
        elif number % 100 == 30:
            name = f"Walkin {''.join(self.chance.choices('aeiou', k=3))}{number}".title()
            if self.desk.list_name == "Workshop":
                self.desk.switch_list("Door")
            self.desk.walk_in(name)
            self.walk_ins.add(name)
            self.actions["walk-in"] += 1
        elif number % 25 == 20:
            self.desk.look_up(self.next_guest())
            self.actions["look-up"] += 1
        elif number % 12 == 5:
            self.desk.unknown(f"OTHER-{self.chance.randrange(10**9):09}")
            self.actions["unknown"] += 1
        elif number % 12 == 9 and self.seen:
            self.desk.scan(self.chance.choice(self.seen))
            self.actions["again"] += 1
        else:
            self._ticket(self.next_guest(), number)

    def _ticket(self, who: Guest, number: int) -> None:
        verdict = self.desk.scan(who, number=number if number % MEASURED == 0 else None)
        self.actions[f"scan: {verdict}"] += 1
        if verdict == "unpaid" and number % 3:
            self.desk.let_in(who)
            self.actions["let in"] += 1
        elif verdict != "ok":
            return
        elif who.heads > 1 and self.desk.list_name in ("Door", "Lunch"):
            self.desk.all_in(who)
            self.actions["party"] += 1
        elif number % 20 == 3:
            self.desk.stutter(who)
            self.actions["stutter"] += 1
        elif number % 10 == 7 and who.number not in self.badged:
            self.desk.print_badge()
            self.badged.add(who.number)
            self.actions["badge"] += 1
        elif self.actions["undone"] < UNDOS * (number + 1) / ACTIONS:
            self.desk.undo()
            self.actions["undone"] += 1


def run(event: Path, *arguments: str) -> str:
    """Another process on the same file; returns what it printed, and it must be content."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "-e", str(event), "--json", *arguments],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def make_event(folder: Path) -> Path:
    """The event with its four lists, its people and its printer."""
    event = folder / "event" / "e.kiosk"
    event.parent.mkdir()
    registrations = folder / "people.csv"
    write_registrations(registrations, PEOPLE)
    arguments = [part for name in LISTS for part in ("--list", name)]
    run(event, "new", str(event), "--name", "Soak", "--timezone", "Asia/Kolkata", *arguments)
    run(event, "lists", "set", "Workshop", *(p for kind in HELPERS for p in ("--type", kind)))
    run(event, "lists", "set", "Lunch", "--entry", "daily")
    run(event, "lists", "set", "Water", "--entry", "many")
    run(event, "import", str(registrations))
    with closing(Store.open(event, desk="Desk 1")) as store:
        set_printer(store, PRINTER)
        set_print_mode(store, PrintMode.BY_KEY)
    return event


class Reimport:
    """A newer export, brought in by another process while the desk goes on."""

    def __init__(self, event: Path, people: int, company: str) -> None:
        file = event.parent.parent / f"{company}.csv"
        write_registrations(file, people, company=company, moved=2 * LATE)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "-e", str(event), "--json", "import", str(file)],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
        )

    @property
    def is_done(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def check(self) -> None:
        """It did what it should."""
        out, _ = self._process.communicate(timeout=60)
        report = json.loads(out)

        assert (0, LATE, 2 * LATE, 0) == (
            self._process.returncode,
            report["new"],
            report["changed"],
            report["missing"],
        )


@pytest.mark.slow
def test_a_day_at_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a day of everything the file says what a pencil would have noted, and nothing grew."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    event = make_event(tmp_path)
    clock = Clock(event.parent / "clock")
    printer = Printer()
    env = {"CUPS_SERVER": printer.address, "KIOSK_STATE": os.environ["KIOSK_STATE"]}
    began = time.perf_counter()
    desk = SoakDesk(event, clock, env)
    try:
        with desk.terminal as terminal:
            assert terminal.seconds_until("in the last 15 min", terminal.started_at, 60)
            wait_until_idle(terminal)
            day = Day(desk, PEOPLE)
            begin = day.first_of_all(printer)
            loads = work_through(day, printer, event)
            end_of_day(desk, printer, begin)
    finally:
        printer.close()
    print_figures(desk, day, loads, time.perf_counter() - began)
    check_leftovers(event, scratch)
    check_file(desk, day, event)


def wait_until_idle(terminal: TimedProgram) -> None:
    """Until the desk has nothing left to do: names are read, the badge is drawn."""
    before = -1.0
    while terminal.cpu_s() - before > 0.05:
        before = terminal.cpu_s()
        time.sleep(0.5)


def work_through(day: Day, printer: Printer, event: Path) -> list[Load]:
    """All actions of the day; returns what the desk held, thirty times."""
    loads = []
    running: Reimport | None = None
    people = PEOPLE
    for number in range(ACTIONS):
        printer.play(number / ACTIONS)
        if number in (ACTIONS // 3, 2 * ACTIONS // 3):
            people += LATE
            running = Reimport(event, people, f"Company {number}")
        day.act(number)
        if running is not None and running.is_done:
            running.check()
            running = None
            late = range(people - LATE, people)
            day.queue += day.chance.sample(late, LATE)
            day.actions["late registrations"] += LATE
        if number % (ACTIONS // 30) == ACTIONS // 30 - 1:
            loads.append(day.desk.load())
    if running is not None:
        running.check()
    while day.actions["undone"] < UNDOS:
        day.desk.clock.pass_s(BEEP_S)
        day.desk.scan(day.next_guest())
        day.desk.undo()
        day.actions["undone"] += 1
    return loads


def end_of_day(desk: SoakDesk, printer: Printer, begin: Load) -> None:
    """The printer catches up, the desk is closed, and nothing of it stays."""
    read = "SELECT count(*) FROM badge_job WHERE state = 'done'"

    def all_printed() -> bool:
        printer.play(1.0)
        return bool(desk.badges == desk._read.execute(read).fetchone()[0])

    assert wait_until(all_printed, 40), desk._read.execute(
        "SELECT state, sentence, count(*) FROM badge_job GROUP BY 1, 2"
    ).fetchall()

    def at_rest() -> bool:
        now = desk.load()
        return now.threads <= begin.threads and now.files <= begin.files + KEPT_OPEN

    assert wait_until(at_rest, 15), (begin, desk.load())
    desk.look_away()
    time.sleep(2 * HICCUP_S)  # right behind a scan it may be a part of the code
    desk.press(_CTRL_Q, "Quit kiosk?")
    desk.terminal.write("\r")
    status = os.waitpid(desk.terminal.pid, 0)[1]

    assert 0 == os.waitstatus_to_exitcode(status)
    assert desk.badges == printer.badges


def print_figures(desk: SoakDesk, day: Day, loads: list[Load], seconds: float) -> None:
    """What the day was, and how memory and latency went."""
    third = ACTIONS / 3
    thirds = [
        [ms for number, ms in desk.taken_ms if place <= number / third < place + 1]
        for place in range(3)
    ]
    middle, end = loads[10:20], loads[20:]
    print(f"\n{PEOPLE:,} people, {len(desk.tally.rows):,} scans, {seconds:.0f} s: {day.actions}")
    for name, taken in zip(("first", "second", "last"), thirds, strict=True):
        p50, p99 = median(taken), percentile(taken, 0.99)
        print(f"verdict, {name} third: p50 {p50:.1f} ms, p99 {p99:.1f} ms, n {len(taken)}")
    for name, part in (("second", middle), ("last", end)):
        held = [load.rss_mb for load in part]
        print(f"memory, {name} third: {median(held):.1f} MB, at most {max(held):.1f} MB")
    print(f"threads {loads[0].threads} to {loads[-1].threads}, ", end="")
    print(f"files {loads[0].files} to {loads[-1].files}, ", end="")
    print(f"lists that were not chosen at the first try: {desk.lost_keys}")


def check_file(desk: SoakDesk, day: Day, event: Path) -> None:
    """Every scan, in its order, and every count are the pencil's."""
    tally = desk.tally
    with closing(sqlite3.connect(f"file:{event}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT coalesce(attendee.name, scan.code), list.name, outcome, scan.heads, forced, "
            "undone FROM scan JOIN list ON list.id = scan.list_id "
            "LEFT JOIN attendee ON attendee.id = scan.attendee_id ORDER BY scan.seq"
        ).fetchall()
    everybody = {guest(number).code: guest(number) for number in range(PEOPLE + 2 * LATE)}
    names = {code: who.name for code, who in everybody.items()}
    wanted = [
        (names.get(row.who, row.who), row.list_name, row.outcome, row.heads, row.forced, row.undone)
        for row in tally.rows
    ]
    assert wanted == [(*row[:4], bool(row[4]), bool(row[5])) for row in found]

    stats = json.loads(run(event, "stats"))
    parties = {code: who.heads for code, who in everybody.items()}
    assert {name: tally.heads(name, parties) for name in LISTS} == {
        item["list"]: item["checked_in"] for item in stats["lists"]
    }
    assert tally.refused() == stats["refused_by"]
    assert (tally.undone, len(day.walk_ins), desk.badges) == (
        stats["undone"],
        stats["walk_ins"],
        stats["badge_prints"],
    )
    run(event, "doctor")


def check_leftovers(event: Path, scratch: Path) -> None:
    """Nothing lies about: no half file, no journal, nothing in the folder for scratch files."""
    left = {path.name for path in event.parent.iterdir() if path.is_file()}

    assert {"e.kiosk", "clock"} == left
    assert [] == list(scratch.iterdir())
