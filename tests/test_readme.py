"""The README is held against the program."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.wording import BANNERS
from kiosk.ui.cli.main import build_parser

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command of the program."""
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("no commands")


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_is_explained(outcome: Outcome) -> None:
    """With its code and the words of the banner."""
    assert f"| {BANNERS[outcome]} | `{outcome}` |" in README


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_named(name: str) -> None:
    """A command that nobody can read of does not exist for an organiser."""
    assert re.search(rf"`kiosk {name}\b", README)


def test_no_command_is_promised_in_vain() -> None:
    """What the README calls a command is one."""
    named = set(re.findall(r"kiosk (?:-e \S+ )?([a-z][a-z-]+)\b", "\n".join(code_spans())))

    assert set() == named - set(commands())


def code_spans() -> list[str]:
    """Everything set as code."""
    return re.findall(r"`([^`\n]+)`", README) + re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def test_every_option_exists() -> None:
    """An option in the README is known to some command."""
    known = {
        option
        for parser in (build_parser(), *commands().values())
        for action in parser._actions
        for option in action.option_strings
    }
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", "\n".join(code_spans())))

    assert set() == named - known


def test_pictures_are_there() -> None:
    """Every picture shown lies in the repository."""
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (Path(__file__).parent.parent / path).is_file()
