"""`kiosk stats` and `kiosk log` for scripts and people."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.checkin import ScanOrder, scan
from tests.support.program import Program
from tests.support.stores import make_store, take_in


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Program:
    """One person checked in, and one refused scan full of control codes."""
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    store = make_store(tmp_path, lists=("Door", "晩餐"))
    take_in(store, Attendee("a1", name="\x1b[31mAsha\u202e", ticket_type="Speaker"))
    take_in(store, Attendee("b2", name="Ravi", ticket_type="Regular", heads=2))
    scan(store, ScanOrder(code="T-a1", list_name="Door"))
    scan(store, ScanOrder(code="\ud800\x1b]0;x\x07\n", list_name="Door"))
    store.close()
    return Program(store.path, capsys)


def test_stats_as_json(program: Program) -> None:
    """The JSON has the counts of lists, types and the event."""
    code, stats = program.json("stats")

    door = stats["lists"][0]
    assert code == 0
    assert [door[key] for key in ("list", "expected", "checked_in", "inside")] == ["Door", 3, 1, 1]
    assert door["by_type"] == {
        "Regular": {"expected": 2, "checked_in": 0},
        "Speaker": {"expected": 1, "checked_in": 1},
    }
    assert tuple(stats[key] for key in ("people", "walk_ins", "refused", "badges_printed")) == (
        2,
        0,
        1,
        0,
    )


def test_stats_for_people_are_aligned(program: Program) -> None:
    """Figures are aligned in columns, for list names in any script."""
    from rich.cells import cell_len

    code, out, _ = program.run("stats")

    table = out.split("\n\n")[0].splitlines()
    full = [line for line in table if not line.startswith("  ")]
    assert code == 0
    assert len({cell_len(line) for line in [table[0], *full]}) == 1
    assert "expected  checked in  inside" in table[0]


def test_log_as_json(program: Program) -> None:
    """The log is one array of events, oldest first, with bodies as objects."""
    code, log = program.json("log")

    assert code == 0
    assert list(range(1, len(log) + 1)) == [event["seq"] for event in log]
    assert {"log_id", "seq", "at", "desk", "kind", "subject", "body"} == set(log[0])
    assert log[-1]["at"] == "2027-02-16T12:00:00+05:30"
    assert (log[-1]["kind"], log[-1]["body"]["outcome"]) == ("refused", "invalid")
    assert log[-2]["kind"] == "check_in"


def test_log_for_people_is_one_harmless_line_each(program: Program) -> None:
    """No name or scan controls the terminal or makes a second line."""
    _, log = program.json("log")
    code, out, _ = program.run("log")

    assert code == 0
    assert len(log) == len(out.splitlines())
    assert not [char for char in "\x1b\x07\u202e\r" if char in out]
    assert "Asha" in out


@pytest.mark.parametrize("command", ["find asha", "show a1", "scan T-a1", "lists", "edit a1"])
def test_no_value_looks_like_a_line_of_kiosk(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer with several lines, of a form or of another desk, makes no line."""
    hostile = "x\n✓ CHECKED IN: Bo\r\n  status: valid\u2028✓ CHECKED IN: Bo"
    store = make_store(tmp_path, lists=("Door", f"Hall {hostile}"))
    take_in(store, Attendee("a1", name=f"Asha {hostile}", company=hostile, note=hostile))
    store.close()
    extra = ["--set", f"note={hostile}"] if command.startswith("edit") else []
    _, out, err = Program(store.path, capsys).run(*command.split(), *extra)

    lines = f"{out}\n{err}".splitlines()
    assert not [text for text in lines if text.startswith("✓ CHECKED IN: Bo")]
