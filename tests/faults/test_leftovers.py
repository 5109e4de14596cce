"""Files that the program leaves: private, without personal data in the log file, and none after a
purge."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import stat
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.services.safety.backup import auto_back_up
from kiosk.support.paths import remove_abandoned_temp_dirs, temp_dir
from tests.support.forked import Forked, kiosk, private
from tests.support.program import Program

pytestmark = pytest.mark.slow

SECRETS = ["Ashalata", "ashalata@example.org", "CODE-4711-X", "98200-11111", "ORD-815", "Acmeworks"]
PEOPLE = (
    "Ticket code,Name,Email,Company,Phone,Order,Ticket type,Status\n"
    "CODE-4711-X,Ashalata Rao,ashalata@example.org,Acmeworks,98200-11111,ORD-815,Regular,paid\n"
    "C-2,Bo Berg,bo@example.org,,,O-2,Speaker,paid\n"
    ",,,,,,,\n"
    "C-3,Cy Ashalata,cy@example.org,Acmeworks,,O-3,Regular,refunded\n"
)


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def everybody_may(temp: Path) -> Iterator[None]:
    """A system that would let everybody read new files."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str], everybody_may: None) -> Program:
    """An event in a separate folder."""
    (tmp_path / "event").mkdir(mode=0o700)
    (tmp_path / "out").mkdir(mode=0o700)
    (tmp_path / "people.csv").write_text(PEOPLE)
    program = Program(tmp_path / "event" / "pycon.kiosk", capsys)
    program.run("new", str(program.event), "--name", "PyCon", "--list", "Door", "--list", "Lunch")
    return program


def found_in(*folders: Path) -> list[str]:
    """Files that contain personal data, in content or name; compressed parts count."""
    found = []
    for path in [item for folder in folders for item in folder.rglob("*")]:
        content = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
        content += _unpacked(content)
        for secret in SECRETS:
            spellings = [secret.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
            spellings.append(secret.upper().encode())
            found += [f"{secret} in {path}" for text in spellings if text in content]
    return found


def _unpacked(content: bytes) -> bytes:
    """What zlib streams in it hold."""
    parts, at = [], content.find(b"x\x9c")
    while at >= 0:
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(content[at:]))
        at = content.find(b"x\x9c", at + 1)
    return b"".join(parts)


def a_day(program: Program, out: Path, people: Path) -> None:
    """All functions, also with words that are refused."""
    person = "CODE-4711-X"
    program.run("import", str(people))
    asha = program.json("find", "Ashalata Rao")[1][0]["id"]
    for arguments in (
        *(["scan", person], ["scan", person], ["scan", "Ashalata"], ["scan", "C-3"]),
        *(["scan", "C-3", "--force", "--reason", "Ashalata knows her"], ["undo"]),
        *(["edit", asha, "--set", "note=Ashalata's bag"], ["show", asha], ["show", "Ashalata"]),
        *(["walk-in", "--name", "Ashalata Two", "--check-in"], ["find", "Ashalata"]),
        *(["lists", "add", "Dinner"], ["edit", asha, "--set", "Ashalata=1"]),
        *(["badges", "-o", str(out / "b.pdf")], ["badges", "-o", str(out / "no" / "Ashalata.pdf")]),
        *(["print", asha], ["queue"], ["ready"], ["stats"], ["log"], ["settings"]),
        *(["export", "-o", str(out / f"l.{end}")] for end in ("csv", "xlsx", "json", "pdf")),
        *(["paper", what, "-o", str(out / f"{what}.pdf")] for what in ("checklist", "box-signs")),
        *(["import", str(out / "l.xlsx"), "--dry-run"], ["import", str(out / "Ashalata.csv")]),
        *(["import", str(out / "b.pdf")], ["--desk", "Ashalata's laptop", "scan", "C-2"]),
        *(["backup"], ["backup", "-o", str(out / "b.kiosk")], ["doctor"], ["no", "Ashalata"]),
    ):
        code, _, err = program.run(*arguments)
        assert code in (0, 1, 2)
        assert "internal error" not in err, (arguments, err)
    auto_back_up(program.event, desk="Ashalata's laptop")
    program.run("restore", str(next((program.event.parent / "backups").iterdir())))


def test_a_day_with_everything(program: Program, tmp_path: Path, temp: Path) -> None:
    """Every file is private, and files outside the event contain no personal data."""
    state = Path(os.environ["KIOSK_STATE"])
    a_day(program, tmp_path / "out", tmp_path / "people.csv")
    made = [*program.event.parent.rglob("*"), *(tmp_path / "out").iterdir(), *state.rglob("*")]

    assert 12 < len(made)
    assert [] == [path for path in [*made, *temp.rglob("*")] if not private(path)]
    assert [] == found_in(state, temp)
    assert [] == list(temp.iterdir())
    assert found_in(program.event.parent)


def test_after_purge(program: Program, tmp_path: Path, temp: Path) -> None:
    """After a day and a purge no personal data is left: in the event, its folder, backups, state
    and temporary files, also of programs killed while they wrote."""
    state = Path(os.environ["KIOSK_STATE"])
    a_day(program, tmp_path / "out", tmp_path / "people.csv")
    backups = program.event.parent / "backups"
    backups.mkdir(exist_ok=True)
    (backups / f".kiosk-{'a' * 16}.part").write_text("Ashalata")
    abandoned = temp / "kiosk-work-abcdefgh"
    abandoned.mkdir()
    (abandoned / "badge.pdf").write_text("Ashalata")

    code, done = program.json("purge", "--yes")

    assert (0, []) == (code, done["still_there"])
    assert [] == found_in(program.event.parent, state, temp)
    assert [program.event] == list(program.event.parent.iterdir())


def test_private_from_birth(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A badge, list or backup is private also while it is being written."""
    program.run("import", str(tmp_path / "people.csv"))
    modes: dict[str, int] = {}
    replace, fsync = os.replace, os.fsync

    def replacing(source: str | Path, target: str | Path) -> None:
        modes[Path(target).name] = stat.S_IMODE(Path(source).stat().st_mode)
        replace(source, target)

    def syncing(descriptor: int) -> None:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode):
            modes[f"synced {status.st_ino}"] = stat.S_IMODE(status.st_mode)
        fsync(descriptor)

    monkeypatch.setattr(os, "replace", replacing)
    monkeypatch.setattr(os, "fsync", syncing)
    out = tmp_path / "out"
    for arguments in (
        ["badges", "-o", str(out / "b.pdf")],
        ["paper", "checklist", "-o", str(out / "c.pdf")],
        *(["export", "-o", str(out / f"l.{ending}")] for ending in ("csv", "xlsx", "json", "pdf")),
        ["backup", "-o", str(out / "b.kiosk")],
    ):
        assert 0 == program.run(*arguments)[0], arguments

    assert 7 <= len(modes)
    assert {0o600} == set(modes.values())


def test_working_folders_of_killed_programs_go(temp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of programs that run stay, as does what only looks like one."""
    killed, half_born = temp / "kiosk-work-abcdefgh", temp / "kiosk-work-ijklmnop"
    other, link = temp / "kiosk-notes", temp / "kiosk-work-hgfedcba"
    for folder in (killed, half_born, other):
        folder.mkdir()
    (killed / "in-use.lock").touch()
    (killed / "people.csv").write_text("Ashalata")
    link.symlink_to(other)
    monkeypatch.setattr("kiosk.support.paths._swept_by", set())

    with temp_dir() as folder:
        (folder / "mine").touch()
        assert private(folder)
        assert ([], []) == remove_abandoned_temp_dirs()
        assert (folder / "mine").exists()
        assert {folder, other, link} == set(temp.iterdir())
    assert {other, link} == set(temp.iterdir())


def test_working_folder_of_another_program(temp: Path) -> None:
    """It stays while that runs, and goes when that was killed, whatever its number is now."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_FOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    folder = Path(holder.stdout.readline().strip())

    assert ([], []) == remove_abandoned_temp_dirs()
    assert folder.is_dir()
    holder.kill()
    holder.wait()
    assert ([folder], []) == remove_abandoned_temp_dirs()
    assert not folder.exists()


HOLDS_A_FOLDER = """
import sys
from kiosk.support.paths import temp_dir
with temp_dir() as folder:
    (folder / "people.csv").write_text("Ashalata")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_where_nothing_can_be_locked(temp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work continues, and no directory is taken for that of a killed program."""
    monkeypatch.setattr("kiosk.support.paths._lock", lambda _: False)

    with temp_dir() as folder:
        (folder / "mine").touch()
        assert ([], []) == remove_abandoned_temp_dirs()
        assert (folder / "mine").exists()
    assert [] == list(temp.iterdir())


KILLED: dict[str, Callable[[Path], list[str]]] = {
    "badges": lambda out: ["badges", "-o", str(out / "b.pdf"), "--who", "all"],
    "xlsx": lambda out: ["export", "-o", str(out / "l.xlsx")],
    "backup": lambda out: ["backup"],
}


@pytest.mark.parametrize("times", [3, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", KILLED)
def test_killed_and_purged(kind: str, times: int, event: Path, tmp_path: Path, temp: Path) -> None:
    """A purge removes all personal data, however often programs were killed."""
    chance = random.Random(times)
    arguments = KILLED[kind](event.parent)
    if kind == "badges":
        found = json.loads(kiosk("-e", str(event), "--json", "find", "Person", "--limit", "9")[1])
        arguments = [*arguments[:-1], *(person["id"] for person in found)]
    start = time.perf_counter()
    kiosk("-e", str(event), *arguments)
    longest = time.perf_counter() - start
    half = 0
    for _ in range(times):
        program = Forked("-e", str(event), *arguments, stdin=b"")
        time.sleep(chance.uniform(0.3, 1.0) * longest)
        program.kill()
        program.finish()
        half += sum(".part" in item.name for item in event.parent.rglob(".kiosk*"))
    for item in event.parent.glob("*.*"):  # files written to a named place belong to the user
        if item.suffix in (".pdf", ".xlsx"):
            item.unlink()

    code, _, err = kiosk("-e", str(event), "purge", "--yes")

    assert 0 == code, err
    assert [event] == list(event.parent.iterdir())
    assert [] == [item for item in temp.iterdir() if not _python_tried_it(item)]
    assert b"Person 7" not in event.read_bytes()
    print(f"{kind}: {times} kills, {half} incomplete files seen, no personal data left")


def _python_tried_it(item: Path) -> bool:
    """Whether it is what `tempfile.gettempdir` writes, and removes, to see that it can write."""
    return bool(re.fullmatch(r"\w{8}", item.name)) and item.read_bytes() in (b"", b"blat")


def test_under_a_umask_that_forbids_nothing(tmp_path: Path) -> None:
    """Every file and folder that the program makes is its owner's alone, also the folders above."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "new").mkdir(mode=0o700)
    event = str(tmp_path / "new" / "e.kiosk")

    def forbid_nothing() -> None:
        os.umask(0)
        os.environ["KIOSK_STATE"] = str(tmp_path / "made" / "state")

    for command in (
        ["new", event, "--name", "N"],
        ["import", str(tmp_path / "people.csv")],
        ["scan", "C-2"],
        ["backup"],
        ["rehearse"],
        ["desk", "--plain"],
        ["export", "-o", str(tmp_path / "new" / "out.xlsx")],
        ["paper", "checklist", "-o", str(tmp_path / "new" / "out.pdf")],
    ):
        given = command if command[0] == "new" else ["-e", event, *command]
        code, _, err = kiosk(*given, before=forbid_nothing, stdin=b"C-2\n")
        assert code in (0, 1), (command, err)
    made = [path for name in ("new", "made") for path in (tmp_path / name).rglob("*")]

    assert [] == [str(path) for path in made if not private(path)]
    assert {"new", "made"} <= {path.name for path in tmp_path.iterdir() if private(path)}
