"""Compare the README with the program."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.checkin.words import BANNERS
from kiosk.ui.cli.main import MODULES, kiosk

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def commands() -> list[click.Command]:
    """Every command of the program."""
    context = click.Context(kiosk)
    found = [kiosk.get_command(context, name) for name in MODULES]
    return [command for command in found if command is not None]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_is_explained(outcome: Outcome) -> None:
    """With its code and the words of the banner."""
    assert f"| {BANNERS[outcome]} | `{outcome}` |" in README


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_command_is_named(name: str) -> None:
    """An organiser finds every command in the README."""
    assert re.search(rf"`kiosk {name}\b", README)


def test_every_named_command_exists() -> None:
    """Every command named in the README exists."""
    named = set(
        re.findall(r"(?<![\w.])kiosk (?:-e \S+ )?([a-z][a-z-]+)\b", "\n".join(code_spans()))
    )

    assert set() == named - set(MODULES)


def code_spans() -> list[str]:
    """Return the text that is set as code."""
    return re.findall(r"`([^`\n]+)`", README) + re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def test_every_option_exists() -> None:
    """An option in the README is known to some command."""
    known = {
        option
        for command in (kiosk, *commands())
        for param in command.get_params(click.Context(command))
        for option in param.opts
    }
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", "\n".join(code_spans())))

    assert set() == named - known


def test_pictures_are_there() -> None:
    """Every picture of the README is in the repository."""
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (Path(__file__).parent.parent / path).is_file()
