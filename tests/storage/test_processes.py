"""Several programs on one file, one of them killed: every acknowledged scan is saved."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.domain.people.attendee import Attendee
from kiosk.storage.file.copy import integrity_faults
from kiosk.storage.file.store import Store
from kiosk.storage.recovery.integrity import log_faults
from tests.support.stores import make_store, take_in

pytestmark = pytest.mark.slow

PEOPLE = [Attendee(f"id-{number}", name=f"Person {number}") for number in range(400)]


@pytest.fixture
def event(tmp_path: Path) -> Path:
    """An event with 400 people."""
    store = make_store(tmp_path)
    take_in(store, *PEOPLE)
    store.close()
    return store.path


def _scanning(event: Path, desk: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kiosk", "-e", str(event), "--desk", desk, "--json"]
    environment = {**os.environ, "KIOSK_STATE": str(event.parent / "state")}
    return subprocess.Popen(
        [*command, "scan", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )


def _arrived(event: Path) -> list[str]:
    store = Store.open(event, desk="Desk 1")
    rows = store.connection.execute("SELECT code FROM scan WHERE outcome = 'ok'").fetchall()
    assert integrity_faults(store.connection) == []
    assert log_faults(store.connection).gaps == {}
    store.close()
    return sorted(row[0] for row in rows)


@pytest.mark.parametrize("answers", [1, 37, 150])
def test_every_answer_given_before_a_kill_is_in_the_store(event: Path, answers: int) -> None:
    """`scan -` killed in the middle: each verdict that was printed has been recorded."""
    process = _scanning(event, "Desk 1")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(f"T-id-{n}\n" for n in range(400)).encode())
    process.stdin.flush()
    lines = [process.stdout.readline() for _ in range(answers)]
    process.send_signal(signal.SIGKILL)
    lines += [line for line in process.stdout.read().splitlines(True) if line.endswith(b"\n")]
    process.wait()
    process.stdout.close()
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()

    acknowledged = [json.loads(line)["code"] for line in lines]
    arrived = _arrived(event)

    assert len(acknowledged) >= answers
    assert set(acknowledged) <= set(arrived)
    assert len(arrived) <= len(acknowledged) + 1


def test_two_programs_write_at_once_and_lose_nothing(event: Path) -> None:
    """Two desks' programs on one file: everybody is in once, and the log has no gap."""
    desks = [_scanning(event, "Desk 1"), _scanning(event, "Desk 2")]
    codes = [[f"T-id-{n}" for n in range(120)], [f"T-id-{n}" for n in range(60, 180)]]
    for desk, own in zip(desks, codes, strict=True):
        assert desk.stdin is not None
        desk.stdin.write("".join(f"{code}\n" for code in own).encode())
        desk.stdin.flush()
    outputs = [desk.communicate()[0] for desk in desks]

    outcomes = [json.loads(line)["outcome"] for out in outputs for line in out.splitlines()]
    assert {word: outcomes.count(word) for word in sorted(set(outcomes), reverse=True)} == {
        "ok": 180,
        "already_redeemed": 60,
    }
    assert sorted({*codes[0], *codes[1]}) == _arrived(event)


def test_a_second_program_leaves_the_log_to_the_first(event: Path) -> None:
    """A command that ends next to a desk with several connections keeps its write-ahead log."""
    first = Store.open(event, desk="Desk 1")
    second = Store.open(event, desk="Desk 1")
    process = _scanning(event, "Desk 2")
    process.communicate(b"T-id-1\n")

    assert event.with_name(event.name + "-wal").exists()
    for store in (first, second):
        rows = store.connection.execute("SELECT code FROM scan").fetchall()
        assert [("T-id-1",)] == rows
        store.close()
