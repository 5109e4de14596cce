"""Reading of command lines by `split_words`, and the imports of a run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from kiosk.ui.cli.main import MODULES, SECTIONS, kiosk
from kiosk.ui.cli.options import split_words
from tests.support.program import Program


def split(command: str, *words: str) -> list[str]:
    """The words of a command as click gets them."""
    context = click.Context(kiosk)
    found = kiosk.get_command(context, command)
    assert found is not None
    return split_words(found, click.Context(found, parent=context, info_name=command), list(words))


@pytest.mark.parametrize(
    ("command", "given", "expected"),
    [
        ("badges", "-o=x.pdf", "-o x.pdf"),
        ("badges", "-o x.pdf --who A B --proof", "-o x.pdf --who A --who B --proof"),
        ("badges", "--who A B -o x.pdf C", "--who A --who B -o x.pdf -- C"),
        ("ready", "--accept a b --reopen c d", "--accept a --accept b --reopen c --reopen d"),
        ("badges", "-o x.pdf --nudge -0.5,1", "-o x.pdf --nudge -0.5,1"),
        ("badges", "-o x.pdf --nudge=-0.5,1", "-o x.pdf --nudge=-0.5,1"),
        ("scan", "-", "-- -"),
        ("scan", "-5 --exit A", "--exit -- -5 A"),
        ("scan", "--exit -- --force", "--exit -- --force"),
        ("walk-in", "--name=-- --set a=b", "--name=-- --set a=b"),
        ("desk", "--camera --scan-only", "--camera --scan-only"),
        ("desk", "--camera clip.mp4", "--camera clip.mp4"),
        ("scan", "--unknown A", "--unknown -- A"),
    ],
)
def test_words_become_those_of_click(command: str, given: str, expected: str) -> None:
    """Options come first, arguments last; an option takes all its words."""
    assert expected.split() == split(command, *given.split())


def test_a_text_that_starts_with_a_hyphen_is_an_argument() -> None:
    """A word with a space is no option, unless it is the value of one."""
    assert ["--", "-a b"] == split("find", "-a b")
    assert ["--limit=1 2"] == split("find", "--limit=1 2")


def test_an_option_is_no_value() -> None:
    """A missing value is an error, even where another option follows."""
    with pytest.raises(click.BadOptionUsage):
        split("scan", "--reason", "--json", "A")


def test_every_command_has_help() -> None:
    """Every command and option has a help text, and a line of the table fits the screen."""
    context = click.Context(kiosk)
    for name in MODULES:
        command = kiosk.get_command(context, name)
        assert command is not None
        assert name == command.name
        assert command.help
        assert all(param.help for param in command.params if isinstance(param, click.Option)), name
    texts = [text for names in SECTIONS.values() for _, text in names.values()]
    assert all(len(text) <= 66 and text.endswith(".") for text in texts)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["scna"], ["--completion", "bash"]])
def test_help_and_usage_errors_import_no_command(words: list[str]) -> None:
    """`kiosk --help` is fast: it loads no command, no database and no screen."""
    program = (
        "import sys\n"
        "from kiosk.ui.cli.main import run\n"
        f"run({words!r})\n"
        "names = [name for name in sys.modules if name.startswith('kiosk.ui.cli.commands.')]\n"
        "heavy = {'sqlite3', 'textual', 'rich', 'reportlab', 'PIL'} & set(sys.modules)\n"
        "print('loaded:', *names, *heavy)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert "loaded:" == done.stdout.splitlines()[-1]


def test_find_on_a_list(program: Program) -> None:
    """`checked_in` of `find --list L` refers to that list; an unknown list is an error."""
    program.run("lists", "add", "Lunch")
    program.run("walk-in", "--name", "Li Wei", "--check-in")

    def checked_in(*words: str) -> list[bool]:
        return [person["checked_in"] for person in program.json("find", "Li Wei", *words)[1]]

    assert [True] == checked_in()
    assert [False] == checked_in("--list", "Lunch")
    assert 2 == program.run("find", "Li", "--list", "nowhere")[0]


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    """An event with one list."""
    program = Program(tmp_path / "e.kiosk", capsys)
    assert 0 == program.run("new", str(program.event), "--name", "N", "--list", "Door")[0]
    return program
