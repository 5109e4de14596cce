"""Shell completion: the scripts, and what they complete."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.services.event.event import create_event
from kiosk.ui.cli.main import COMPLETE_VARIABLE, SHELLS, run


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script names the program, and the variable by which it asks for words."""
    assert 0 == run(["--completion", shell])
    script = capsys.readouterr().out

    assert "kiosk" in script
    assert f"{COMPLETE_VARIABLE}={shell}_complete" in script


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_accepts_the_script(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The script has no syntax error, where the shell is installed."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    run(["--completion", shell])
    script = tmp_path / "script"
    script.write_text(capsys.readouterr().out, encoding="utf-8")

    done = subprocess.run([program, "-n", str(script)], capture_output=True, text=True, timeout=30)

    assert (0, "") == (done.returncode, done.stderr)


def test_an_unknown_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the nearest shell."""
    assert 2 == run(["--completion", "fsh"])
    assert "Did you mean “fish”?" in capsys.readouterr().err


def completed(words: str, environment: dict[str, str] | None = None) -> list[str]:
    """Complete the last word of a line in a new process, as bash does."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk"],
        env={
            **os.environ,
            COMPLETE_VARIABLE: "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (0, "") == (done.returncode, done.stderr)
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("kiosk exp", ["export"]),
        ("kiosk -e x.kiosk walk", ["walk-in"]),
        ("kiosk scan --for", ["--force"]),
        ("kiosk export --who pre", ["present"]),
        ("kiosk lists re", ["remove"]),
        ("kiosk badges --layout a6", ["a6"]),
        ("kiosk badges --stock avery-l", None),
        ("kiosk scan --list D", []),
    ],
)
def test_words_without_an_event(words: str, expected: list[str] | None, tmp_path: Path) -> None:
    """Commands, options, values, layouts and stocks need no event; lists are empty without one."""
    found = completed(words, {"KIOSK_EVENT": str(tmp_path / "none.kiosk")})

    if expected is None:
        assert found
        assert all(word.startswith("avery-l") for word in found)
    else:
        assert expected == found


@pytest.mark.slow
def test_list_names_of_the_event(tmp_path: Path) -> None:
    """`--list` and `lists set` complete the lists of the event that `-e` names."""
    event = tmp_path / "e.kiosk"
    create_event(event, name="N", list_names=["Door", "Lunch"], desk="d").close()

    assert ["Door"] == completed(f"kiosk -e {event} scan --list d")
    assert ["Lunch"] == completed(f"kiosk -e {event} lists set L")
    assert ["Door", "Lunch"] == completed("kiosk export --list ", {"KIOSK_EVENT": str(event)})
