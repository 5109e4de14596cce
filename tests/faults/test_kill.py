"""Killed at any moment: every acknowledged scan is saved, and no file is incomplete."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from kiosk.services.safety.doctor import examine
from kiosk.storage.file.store import Store
from tests.support.forked import Forked, killed_after, kiosk

from .conftest import PEOPLE

pytestmark = pytest.mark.slow

FEW, MANY = 6, 150
Times = pytest.mark.parametrize(
    "times", [FEW, pytest.param(MANY, marks=pytest.mark.slow)], ids=["few", "many"]
)


def log_of(event: Path) -> list[tuple[str, str, dict[str, object]]]:
    """(kind, subject, body) of the log, its numbers checked to be without gaps."""
    store = Store.open(event, desk="t")
    try:
        events = list(store.events())
        for log_id in {item.log_id for item in events}:
            seqs = [item.seq for item in events if item.log_id == log_id]
            assert [*range(1, len(seqs) + 1)] == seqs
        return [(item.kind, item.subject, json.loads(item.body)) for item in events]
    finally:
        store.close()


def took(work: Callable[[], object]) -> float:
    """How long something takes here and now."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@Times
def test_scan(times: int, event: Path) -> None:
    """Every line that `scan -` answered is in the log after kill -9; no code is in twice."""
    chance = random.Random(times)
    codes = [f"C{n:05}" for n in range(PEOPLE)]
    acknowledged: list[str] = []
    for number in range(times):
        chance.shuffle(codes)
        lines = "".join(f"{code}\n" for code in codes).encode()
        printed = killed_after(
            chance.uniform(0.005, 0.25),
            *("-e", str(event), "--json", "scan", "-"),
            stdin=lines,
            has_answered=number % 2 == 0,
        )
        whole = printed[: printed.rfind(b"\n") + 1].splitlines()
        answers = [json.loads(line) for line in whole]
        acknowledged += [a["code"] for a in answers if a["outcome"] == "ok" and not a["repeated"]]

    entered = [body["code"] for kind, _, body in log_of(event) if kind == "check_in"]

    assert len(set(entered)) == len(entered)
    assert set(acknowledged) <= set(entered)
    assert len(set(acknowledged)) == len(acknowledged)
    assert len(acknowledged) > times / 4
    assert examine(event, desk="t").ok
    print(f"{times} kills, {len(acknowledged)} acknowledged, {len(entered)} in the log, 0 lost")


@Times
def test_walk_in(times: int, event: Path) -> None:
    """Every acknowledged registration is saved."""
    chance = random.Random(times)
    names = []
    for number in range(times):
        name = f"Walk {number} in"
        printed = killed_after(
            chance.uniform(0, 0.06), "-e", str(event), "--json", "walk-in", "--name", name
        )
        if printed.endswith(b"\n"):
            names.append(name)
            assert name == json.loads(printed)["name"]

    there = [body["fields"]["name"] for kind, _, body in log_of(event) if kind == "walk_in"]  # type: ignore[index]

    assert set(names) <= set(there)
    assert len(set(there)) == len(there)
    assert examine(event, desk="t").ok


@Times
def test_import(times: int, empty_event: Path, people_file: Path, tmp_path: Path) -> None:
    """An import is there whole or not at all."""
    chance = random.Random(times)
    copy = tmp_path / "copy"
    arguments = ("-e", str(copy / "e.kiosk"), "--json", "import", str(people_file))
    shutil.copytree(empty_event.parent, copy)
    longest = took(lambda: kiosk(*arguments))
    seen = set()
    for number in range(times):
        shutil.rmtree(copy)
        shutil.copytree(empty_event.parent, copy)
        share = (number + chance.random()) / times
        printed = killed_after(longest * 1.1 * share, *arguments)
        kinds = [kind for kind, *_ in log_of(copy / "e.kiosk")]
        seen.add((kinds.count("import_rows"), kinds.count("import_done")))
        assert kinds.count("import_done") or not printed
        assert examine(copy / "e.kiosk", desk="t").ok

    assert seen <= {(0, 0), (1, 1)}


def is_csv(path: Path) -> bool:
    """All rows, the last with its end."""
    data = path.read_bytes()
    return data.count(b"\r\n") == PEOPLE + 1 and data.endswith(b"\r\n")


def is_backup(path: Path) -> bool:
    """Sound, and with everybody."""
    return examine(path, desk="t").ok


def is_pdf(path: Path) -> bool:
    """A page for everybody."""
    with pypdfium2.PdfDocument(path) as document:
        return len(document) == 30


@Times
@pytest.mark.parametrize("kind", ["export", "backup", "badges", "new"])
def test_files(kind: str, times: int, event: Path, tmp_path: Path) -> None:
    """A file that is written over is the old one or the new one at every instant."""
    times = min(times, 40)
    chance = random.Random(times)
    ids = [item["id"] for item in _found(event)]
    out = tmp_path / "out"
    commands: dict[str, tuple[list[str], Callable[[Path], bool]]] = {
        "export": (["export", "-o", str(out / "list.csv")], is_csv),
        "backup": (["backup", "-o", str(out / "copy.kiosk")], is_backup),
        "badges": (["badges", "-o", str(out / "b.pdf"), "--who", *ids], is_pdf),
        "new": (["new", str(out / "new.kiosk"), "--name", "N"], is_backup),
    }
    arguments, is_whole = commands[kind]
    target = Path(arguments[1] if kind == "new" else arguments[2])
    out.mkdir()
    longest = took(lambda: kiosk("-e", str(event), *arguments))
    assert is_whole(target)
    for number in range(times):
        if kind == "new":
            shutil.rmtree(out)
            out.mkdir()
        share = (number + chance.random()) / times
        killed_after(longest * 1.1 * share, "-e", str(event), *arguments)
        assert (kind == "new" and not target.exists()) or is_whole(target)

    assert examine(event, desk="t").ok


def _found(event: Path) -> list[dict[str, str]]:
    return json.loads(kiosk("-e", str(event), "--json", "find", "Person", "--limit", "30")[1])  # type: ignore[no-any-return]


def test_two_at_once_and_one_killed(event: Path) -> None:
    """The desk next to the killed one continues; the acknowledged scans of both logs are there."""
    lines = "".join(f"C{n:05}\n" for n in range(200)).encode()
    one = Forked("-e", str(event), "--json", "--desk", "A", "scan", "-", stdin=lines)
    other = Forked("-e", str(event), "--json", "--desk", "B", "scan", "-", stdin=lines[::-1][1:])
    time.sleep(0.1)
    one.kill()
    killed = one.finish()[1]
    code, printed, err = other.finish()
    codes = [
        json.loads(line)["code"]
        for text in (killed, printed)
        for line in text[: text.rfind(b"\n") + 1].splitlines()
        if b'"outcome": "ok"' in line
    ]
    entered = [body["code"] for kind, _, body in log_of(event) if kind == "check_in"]

    assert (1, b"") == (code, err)
    assert set(codes) <= set(entered)


def test_what_a_killed_program_left_is_swept_up(event: Path, tmp_path: Path) -> None:
    """Half files of long ago go when the next file is written there; fresh ones may be in use."""
    import os

    old, fresh = tmp_path / f".kiosk-{'a' * 16}.part", tmp_path / f".kiosk-{'b' * 16}.part"
    for path in (old, fresh):
        path.write_text("Person 1")
    os.utime(old, (time.time() - 7200,) * 2)

    kiosk("-e", str(event), "export", "-o", str(tmp_path / "list.csv"))

    assert (False, True) == (old.exists(), fresh.exists())
