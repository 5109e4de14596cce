"""What happens to files and shells at a desk: a sentence, the right exit code, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.services.safety.doctor import examine
from kiosk.storage.file.store import Store
from kiosk.support.logs import LOGGER
from tests.support.forked import Forked, fill, kiosk, no_file_larger, private

pytestmark = pytest.mark.slow

Command = Callable[[Path], list[str]]

WRITING: dict[str, Command] = {
    "scan": lambda out: ["scan", "C00001"],
    "walk-in": lambda out: ["walk-in", "--name", "Li"],
    "import": lambda out: ["import", str(out.parent / "more.csv")],
    "lists": lambda out: ["lists", "add", "Lunch"],
}
READING: dict[str, Command] = {
    "stats": lambda out: ["stats"],
    "log": lambda out: ["log"],
    "find": lambda out: ["find", "Person 7"],
    "export": lambda out: ["export", "-o", str(out / "x.csv")],
    "backup": lambda out: ["backup", "-o", str(out / "x.kiosk")],
}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Another disk, with another list of registrations beside it."""
    (tmp_path / "more.csv").write_text("Ticket code,Name\n" + "Z,Zoe\n" + "Y,Yan\n" * 2)
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def check_sentence(ran: tuple[int, bytes, bytes], code: int = 2) -> str:
    """Exit code, nothing on stdout, and one sentence on stderr; returns it."""
    text = ran[2].decode()
    assert (code, b"") == ran[:2], text
    assert text.startswith("kiosk: ")
    assert "Traceback" not in text
    assert 1 == text.count("\n")
    return text


# --- disks ----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 600 KB, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount).returncode:
        pytest.skip("needs to mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_full_disk(small_disk: Path, event: Path, out: Path) -> None:
    """Writing is refused, reading and saving elsewhere go on, and with space so does all."""
    place = small_disk / "e.kiosk"
    shutil.copy(event, place)
    before = json.loads(kiosk("-e", str(place), "--json", "log")[1])
    film = fill(small_disk)

    for name, command in WRITING.items():
        sentence = check_sentence(kiosk("-e", str(place), *command(out)))
        assert "full" in sentence, name
    for name, command in READING.items():
        assert 0 == kiosk("-e", str(place), *command(out))[0], name
    for bad in (
        ["export", "-o", str(small_disk / "x.csv")],
        ["export", "-o", str(small_disk / "x.xlsx")],
        ["export", "-o", str(small_disk / "x.json")],
        ["backup"],
        ["backup", "-o", str(small_disk / "b.kiosk")],
        ["badges", "-o", str(small_disk / "b.pdf")],
        ["new", str(small_disk / "n.kiosk"), "--name", "N"],
        ["purge", "--yes"],
    ):
        check_sentence(kiosk("-e", str(place), *bad))
    film.unlink()
    left = {path.name for path in small_disk.iterdir() if path.is_file()}

    assert {"e.kiosk"} == left - {"e.kiosk-wal", "e.kiosk-shm"}
    assert before == json.loads(kiosk("-e", str(place), "--json", "log")[1])
    assert 0 == kiosk("-e", str(place), "scan", "C00001")[0]
    assert examine(place, desk="t").ok


def test_read_only_disk(small_disk: Path, event: Path, out: Path) -> None:
    """A stick with its switch set: looked up, exported and backed up from, and never written."""
    place = small_disk / "e.kiosk"
    shutil.copy(event, place)
    content = place.read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    for command in WRITING.values():
        check_sentence(kiosk("-e", str(place), *command(out)))
    for name, command in READING.items():
        assert 0 == kiosk("-e", str(place), *command(out))[0], name
    check_sentence(kiosk("-e", str(place), "purge", "--yes"))

    assert content == place.read_bytes()


@pytest.mark.parametrize("room", [0, 8_192, 300_000])
@pytest.mark.parametrize("command", WRITING)
def test_a_file_that_may_not_grow(command: str, room: int, event: Path, out: Path) -> None:
    """A quota: all of it or none of it, and the file is sound afterwards."""
    before = json.loads(kiosk("-e", str(event), "--json", "log")[1])

    code, printed, err = kiosk(
        "-e", str(event), *WRITING[command](out), before=no_file_larger(room)
    )
    after = json.loads(kiosk("-e", str(event), "--json", "log")[1])

    assert b"Traceback" not in err
    assert before == after[: len(before)]
    assert (code in (0, 1)) == (len(after) > len(before)) == bool(printed)
    assert examine(event, desk="t").ok


def test_a_stream_on_a_disk_that_fills(event: Path) -> None:
    """Scans answered before the disk was full are there; the rest is refused with exit 2."""
    lines = "".join(f"C{number:05}\n" for number in range(400)).encode()

    code, printed, err = kiosk(
        *("-e", str(event), "--json", "scan", "-"), stdin=lines, before=no_file_larger(150_000)
    )
    answered = [json.loads(line)["code"] for line in printed.splitlines()]
    log = json.loads(kiosk("-e", str(event), "--json", "log")[1])
    entered = [item["body"]["code"] for item in log if item["kind"] == "check_in"]

    assert 2 == code
    assert answered == entered
    assert 1 == err.count(b"\n")


# --- files ----------------------------------------------------------------------------------


def broken(kind: str, path: Path, sound: bytes) -> None:
    """Put something at a path that is no sound event."""
    match kind:
        case "a folder":
            path.mkdir()
        case "a pipe":
            os.mkfifo(path)
        case "a dangling link":
            path.symlink_to(path.with_name("nowhere"))
        case "a link to itself":
            path.symlink_to(path)
        case "missing":
            pass
        case _:
            path.write_bytes(
                {
                    "empty": b"",
                    "text": b"Name,Email\nAsha,a@example.org\n",
                    "zeros": bytes(20_000),
                    "another database": _database(),
                    "half a header": sound[:60],
                    "half a page": sound[:3_000],
                    "half a file": sound[: len(sound) // 2],
                    "a newer format": sound[:60] + (99).to_bytes(4, "big") + sound[64:],
                }[kind]
            )


def _database() -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE people(name)")
        return connection.serialize()


@pytest.mark.parametrize(
    "kind",
    [
        *("a folder", "a pipe", "a dangling link", "a link to itself", "missing", "empty", "text"),
        *("zeros", "another database", "half a header", "half a page", "half a file"),
        "a newer format",
    ],
)
def test_what_is_no_event(kind: str, event: Path, tmp_path: Path, out: Path) -> None:
    """Whatever stands behind -e: exit 2, one sentence, and it is left as it was."""
    path = tmp_path / "thing.kiosk"
    broken(kind, path, event.read_bytes())
    before = path.read_bytes() if path.is_file() else None

    for command in (["stats"], ["scan", "C00001"], WRITING["import"](out), ["purge", "--yes"]):
        check_sentence(kiosk("-e", str(path), *command))
    code, _, err = kiosk("-e", str(path), "doctor")

    assert code in (1, 2)
    assert b"Traceback" not in err
    assert before == (path.read_bytes() if path.is_file() else None)


def test_a_missing_wal(event: Path, tmp_path: Path) -> None:
    """A file copied without its -wal while in use opens as of its last checkpoint, and sound."""
    store = Store.open(event, desk="t")
    shell("$K scan C00001", event)  # a fork would share what SQLite knows of the open file
    copy = tmp_path / "copied without.kiosk"
    shutil.copy(event, copy)
    store.close()

    assert 0 == kiosk("-e", str(copy), "stats")[0]
    assert examine(copy, desk="t").ok


def test_held_by_another_program(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database browser in the middle of a write: reading goes on, writing says who is in the
    way, and afterwards all is well."""
    monkeypatch.setattr("kiosk.storage.file.store.BUSY_TIMEOUT_S", 0.2)
    with closing(sqlite3.connect(event, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert 0 == kiosk("-e", str(event), "stats")[0]
        assert "Another program" in check_sentence(kiosk("-e", str(event), "scan", "C00001"))
        other.execute("ROLLBACK")
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO local VALUES ('x', 'y')")
        other.execute("COMMIT")
    assert 0 == kiosk("-e", str(event), "scan", "C00001")[0]


def test_kept_for_itself_by_another_program(
    empty_event: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that locks everybody out is busy, not damage."""
    monkeypatch.setattr("kiosk.storage.file.store.BUSY_TIMEOUT_S", 0.2)
    with closing(sqlite3.connect(empty_event, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO local VALUES ('x', 'y')")
        other.execute("COMMIT")

        said = check_sentence(kiosk("-e", str(empty_event), "walk-in", "--name", "Li"))
        assert "Another program" in said


# --- shells and signals ---------------------------------------------------------------------


def shell(line: str, event: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A line of sh, with `$K` for the program on the event."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), "LANG": "C", **environment}
    env.setdefault("KIOSK_STATE", os.environ["KIOSK_STATE"])
    env["K"] = f"{sys.executable} -m kiosk -e {event}"
    return subprocess.run(["sh", "-c", line], env=env, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("$K log --json | head -c 20", 0, b""),
        ("$K scan C00001 C00002 >&-", 0, b""),
        ("$K scan - <&-", 0, b""),
        ("$K scan NOBODY 2>&-", 1, b""),
        ("$K walk-in --name Li >&- 2>&- <&-", 0, b""),
        ("$K log > /dev/full", 2, b"No space left"),
        ("$K stats --json > /dev/full", 2, b"No space left"),
        ("$K nonsense 2>/dev/full", 2, b""),
        ("$K find zzzzqqq 2>&1 | true", 0, b""),
    ],
)
def test_streams_that_are_not_there(line: str, code: int, said: bytes, event: Path) -> None:
    """Closed, full or left by their reader: an exit code, at most a sentence, no traceback."""
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    ran = shell(line, event)

    assert (code, True) == (ran.returncode, said in ran.stderr), ran.stderr
    assert b"Traceback" not in ran.stderr + ran.stdout
    assert b"Exception ignored" not in ran.stderr
    assert examine(event, desk="t").ok


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "POSIX", "TZ": "Nowhere/Land"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1", "TZ": ""},
        {"LANG": "xx_YY.KOI-99", "TZ": "<+0330>-3:30", "HOME": "/nonexistent"},
        {"TZ": "../../../etc/passwd", "COLUMNS": "1", "LINES": "0", "TERM": "dumb"},
        {"KIOSK_STATE": "/dev/null/state", "HOME": ""},
        {"TMPDIR": "/nonexistent", "PYTHONUTF8": "0"},
    ],
    ids=["posix", "latin-1", "unknown", "odd zone", "no state", "no tmp"],
)
def test_odd_surroundings(environment: dict[str, str], empty_event: Path) -> None:
    """Whatever locale, zone, home or terminal there is: names stay themselves."""
    ran = shell("$K --json walk-in --name 'आशा Ünal 李'", empty_event, **environment)

    assert (0, b"") == (ran.returncode, ran.stderr)
    assert "आशा Ünal 李" == json.loads(ran.stdout)["name"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_in_the_middle(number: signal.Signals, event: Path) -> None:
    """Ended from outside: a sentence, the shell's code for it, and what was answered is there."""
    program = Forked("-e", str(event), "--json", "scan", "-", before=lambda: _default(number))
    os.write(program.stdin, b"C00001\n")
    assert b"C00001" in os.read(program.stdout, 4096)
    program.kill(number)
    time.sleep(0.1)
    code, _, err = program.finish()

    assert (128 + number, b"Stopped. Everything confirmed is saved.\n") == (code, err)
    assert ["already_redeemed"] == [
        item["outcome"]
        for item in json.loads(
            kiosk("-e", str(event), "--json", "--desk", "2", "scan", "C00001")[1]
        )
    ]


def _default(number: signal.Signals) -> None:
    handler = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
    signal.signal(number, handler)


def test_stopped_exports_leave_nothing(event: Path, out: Path) -> None:
    """SIGTERM in the middle of writing a file: the old one stays and no half one lies about."""
    target = out / "x.xlsx"
    target.write_bytes(b"old")
    for wait in (0.01, 0.03, 0.05, 0.08):
        program = Forked(
            *("-e", str(event), "export", "-o", str(target)),
            before=lambda: _default(signal.SIGTERM),
        )
        time.sleep(wait)
        program.kill(signal.SIGTERM)
        program.finish()

        assert [target] == list(out.iterdir())
        assert target.read_bytes() == b"old" or target.read_bytes()[:2] == b"PK"


# --- clocks ---------------------------------------------------------------------------------


def test_a_clock_that_was_years_ahead(empty_event: Path) -> None:
    """What is typed after the clock was set right still wins over what was typed before."""
    ahead = Store.open(empty_event, desk="A", clock=lambda: 4_000_000_000_000)
    from kiosk.services.people.people import edit, walk_in

    person = walk_in(ahead, "Wrong", {})
    ahead.close()
    with closing(sqlite3.connect(empty_event)) as connection:  # as if on another laptop
        connection.execute("UPDATE local SET value = 'elsewhere' WHERE key = 'home'")
        connection.commit()
    now = Store.open(empty_event, desk="B")

    assert "Right" == edit(now, person.id, {"name": "Right"}).name
    assert 2 == len({item.log_id for item in now.events()})
    now.close()
    assert examine(empty_event, desk="t").ok


# --- who may read it ------------------------------------------------------------------------


def test_files_are_their_owners_alone(event: Path, tmp_path: Path, out: Path) -> None:
    """Event, WAL, backups, badges, lists and state: nobody else may read them; no name of a
    person stands in a file's name or in the log file."""
    os.umask(0)
    try:
        store = Store.open(event, desk="t")
        shell("$K scan C00007 && $K backup", event)
        wal = private(event.with_name("e.kiosk-wal"))
        store.close()
        for name in ("x.csv", "x.xlsx", "x.json"):
            kiosk("-e", str(event), "export", "-o", str(out / name))
        person = json.loads(kiosk("-e", str(event), "--json", "find", "Person 7")[1])[0]["id"]
        kiosk("-e", str(event), "badges", "-o", str(out / "b.pdf"), "--who", person)
        made = [*event.parent.rglob("*"), *out.rglob("*"), Path(os.environ["KIOSK_STATE"])]
        made += made[-1].rglob("*")
    finally:
        os.umask(0o022)

    assert [] == [path for path in made if not private(path)]
    assert wal
    assert 7 <= len(made)
    assert [] == [path for path in made if "Person" in path.name]


def test_the_log_file_holds_nobody(
    event: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An error of our own ends in a sentence; its place is in the log file, its text is not."""
    monkeypatch.setattr(
        "kiosk.ui.cli.commands.reports.event_tally",
        lambda store: (_ for _ in ()).throw(ValueError("row of Asha Rao <asha@example.org>")),
    )

    monkeypatch.setattr(LOGGER, "handlers", [])  # one of an earlier test has another file

    code, out, err = kiosk("-e", str(event), "stats")
    log = Path(os.environ["KIOSK_STATE"]) / "kiosk.log"
    text = log.read_text()

    assert (2, b"") == (code, out)
    assert b"Asha" not in err
    assert b"(ValueError)" in err
    assert "Asha" not in text
    assert "ValueError" in text
    assert "kiosk/ui/cli/commands/reports.py" in text
    assert private(log)
