"""The desk opens and prints badges wherever the program is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.terminal_desk import desk

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]


def started(folder: Path, *arguments: str, **options: str) -> tuple[int, str]:
    """(exit code, what was said) of a new `kiosk` that stands in a folder which is gone then."""
    folder.mkdir()
    ran = subprocess.run(
        [
            *("/bin/sh", "-c", 'rmdir "$PWD"; exec "$0" "$@"'),
            *(sys.executable, "-P", "-m", "kiosk", *arguments),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(_ROOT), **options},
        capture_output=True,
        check=False,
    )
    return ran.returncode, (ran.stdout + ran.stderr).decode()


def test_badges_where_there_is_no_place_to_stand(event: Path, tmp_path: Path) -> None:
    """Home is a file, and the folder has gone with its stick: badges and signs are drawn."""
    home = tmp_path / "home"
    home.write_text("no folder")
    (tmp_path / "out").mkdir()
    for number, what in enumerate(("badges", "paper box-signs")):
        out = tmp_path / "out" / f"{number}.pdf"
        command = [*what.split(), "-o", str(out)]
        code, said = started(tmp_path / f"gone{number}", "-e", str(event), *command, HOME=str(home))

        assert (0, True) == (code, out.read_bytes().startswith(b"%PDF")), said


def test_a_name_without_a_folder_where_there_is_no_folder(event: Path, tmp_path: Path) -> None:
    """The message names the deleted folder, not the output."""
    for number, command in enumerate((["export", "-o", "list.csv"], ["backup", "-o", "b.kiosk"])):
        code, said = started(tmp_path / f"gone{number}", "-e", str(event), *command)

        assert 2 == code
        assert said.startswith("kiosk: The folder in which kiosk was started no longer"), said


def test_what_lies_at_home_is_not_run(event: Path, tmp_path: Path) -> None:
    """Settings of the PDF library change no badge."""
    for name in (".reportlab_mods", ".reportlab_settings"):
        (tmp_path / name).write_text("raise SystemExit(7)")
    out = tmp_path / "b.pdf"
    command = ("-e", str(event), "badges", "-o", str(out))
    code, said = started(tmp_path / "gone", *command, HOME=str(tmp_path))

    assert (0, True) == (code, out.is_file()), said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TEXTUAL_DRIVER", "no.such:Driver"),
        ("TEXTUAL_COLOR_SYSTEM", "mauve"),
        ("TEXTUAL_LOG", "/no/such/folder/log"),
        ("TEXTUAL_SCREENSHOT", "0"),
        ("TEXTUAL_DEBUG", "1"),
    ],
)
def test_switches_of_the_toolkit(
    name: str, value: str, event: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk opens all the same, and writes no picture of people, and no typed text."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    monkeypatch.chdir(pictures)
    with desk(event, **{"TEXTUAL_SCREENSHOT_LOCATION": str(pictures), name: value}) as program:
        program.write("C00007\r")
        program.wait_for_text("✓", 20)

    assert [] == list(pictures.iterdir())
