"""`kiosk ready`, `kiosk paper` and options of `kiosk badges`."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.services.badges.on_demand import draw_badge
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.support.install_hint import install_hint
from tests.support.program import Program


@pytest.fixture
def program(store: Store, event_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    walk_in(store, "Asha Bose", {"ticket_type": "Speaker"})
    walk_in(store, "Ravi Nair\x1b\x07", {})
    return Program(event_path, capsys)


def test_ready_is_exit_1_until_everything_is_ready(program: Program) -> None:
    """The JSON has `ready`, and for each check code, ok, what and fix."""
    code, report = program.json("ready")

    assert 1 == code
    assert report["ready"] is False
    assert {"code", "ok", "what", "fix"} <= set(report["checks"][0])
    unprinted = next(c for c in report["checks"] if c["code"] == "badges_unprinted")
    assert unprinted["what"].startswith("2 badges to print: Asha Bose, Ravi")
    assert not unprinted["ok"]


@pytest.mark.usefixtures("bare_system")
def test_import_and_ready_name_the_command_that_installs_a_font(
    program: Program, tmp_path: Path
) -> None:
    """Korean names count, too; the command is on a line that can be copied."""
    (tmp_path / "a.csv").write_text("Name,Email\n김민준,k@example.org\n", encoding="utf-8")
    _, imported, _ = program.run("import", str(tmp_path / "a.csv"))
    _, report = program.json("ready")
    fonts = next(check for check in report["checks"] if check["code"] == "fonts")

    assert f"Install one: {install_hint('cjk')}\n" in imported
    assert not fonts["ok"]
    assert fonts["what"].endswith("names of 1 person.")
    assert f"Install one: {install_hint('cjk')}" == fonts["fix"]


def test_accepted_checks_are_exit_0(program: Program) -> None:
    """Each check is a line for people."""
    _, report = program.json("ready")
    left = [check["code"] for check in report["checks"] if not check["ok"]]
    code, out, _ = program.run("ready", "--accept", *left)

    assert 0 == code
    assert "Everything is ready." in out
    assert "\x1b" not in out
    assert 1 == program.run("ready", "--reopen", left[0])[0]
    assert 2 == program.run("ready", "--accept", "nonsense")[0]


def test_badges_of_a_type_and_the_badges_they_replace(program: Program, tmp_path: Path) -> None:
    """A printed badge is thrown away where a new one is made; an unprinted PDF is only named."""
    out = str(tmp_path / "b.pdf")
    code, first = program.json("badges", "-o", out, "--type", "speaker")
    _, second = program.json("badges", "-o", out)
    unsure = program.run("badges", "-o", out, "--who", "all")[2]
    program.run("queue", "printed")
    exit_code, _, said = program.run("badges", "-o", out, "--who", "all")

    assert (0, 1, []) == (code, first["badges"], first["replaced"])
    assert (2, ["box A (B), slot 1"]) == (
        second["badges"],
        [old["old_place"] for old in second["replaced"]],
    )
    assert [False] == [old["printed"] for old in second["replaced"]]
    assert "Throw away" not in unsure
    assert "earlier PDF" in unsure
    assert exit_code == 0
    assert "Throw away the old badge of Asha Bose: box A (B–N), slot 1." in said


def test_a_bad_nudge_writes_nothing(program: Program, tmp_path: Path) -> None:
    """A bad offset is exit 2 with a sentence."""
    out = tmp_path / "b.pdf"
    code, _, said = program.run("badges", "-o", str(out), "--nudge", "a,b")

    assert (2, False) == (code, out.exists())
    assert "not a nudge" in said


def test_paper_reports_its_file(program: Program, tmp_path: Path) -> None:
    """The report has pages and file, and the people of each queue."""
    out = str(tmp_path / "q.pdf")
    code, report = program.json("paper", "queue-signs", "-o", out, "--desks", "2")

    assert (0, 2, out) == (code, report["pages"], report["file"])
    assert [("A–M", 1), ("N–Z", 1)] == [(q["letters"], q["people"]) for q in report["queues"]]
    assert 2 == program.run("paper", "posters", "-o", out)[0]


@pytest.mark.usefixtures("bare_system")
def test_a_missing_font_is_named_with_the_command_that_installs_it(
    program: Program, store: Store, tmp_path: Path
) -> None:
    """Once for all badges, and for the one at the desk."""
    for name in ("陈伟", "田中 太郎"):
        program.run("walk-in", "--name", name)
    _, _, said = program.run("badges", "-o", str(tmp_path / "b.pdf"))
    _, found = program.json("find", "陈伟")
    with pytest.raises(KioskError) as no_badge:
        draw_badge(store, found[0]["id"], tmp_path / "one.pdf")

    assert said.count(install_hint("cjk")) == 1
    assert no_badge.value.next_step.endswith(install_hint("cjk"))
