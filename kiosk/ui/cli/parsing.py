"""Command lines that were typed wrong: a sentence with the nearest valid word."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from kiosk import __version__
from kiosk.errors import KioskError

if TYPE_CHECKING:
    _SubParsers = argparse._SubParsersAction[Any]
else:  # generic for type checkers only
    _SubParsers = argparse._SubParsersAction


class Parser(argparse.ArgumentParser):
    """A parser whose errors are sentences with the nearest valid word, exit code 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "allow_abbrev": False})
        self.register("action", "parsers", _Commands)
        self.add_argument("--version", action="version", version=f"kiosk {__version__}")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, instead of printing the usage."""
        raise self.refusal(f"{message[:1].upper()}{message[1:]}.")

    def refusal(self, problem: str, hint: str = "") -> KioskError:
        """What is wrong, and where help is."""
        return KioskError("usage", problem, next_step=f"{hint}See `{self.prog} --help`.")

    def parse_all(self, argv: Sequence[str]) -> argparse.Namespace:
        """Parse, and refuse what no command knows.

        Raises:
            KioskError: `usage`.
        """
        options, unknown = self.parse_known_args(argv)
        if unknown:
            parser = self._of_command(getattr(options, "command", None))
            raise parser.refusal(*_unknown(unknown[0], parser._option_string_actions))
        return options

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        """`--name=--` names somebody `--`; argparse would leave the value out."""
        if action.option_strings and action.nargs is None and arg_strings == ["--"]:
            return self._get_value(action, "--")
        return super()._get_values(action, arg_strings)

    def _of_command(self, command: str | None) -> Parser:
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction) and command in action.choices:
                found = action.choices[command]
                assert isinstance(found, Parser)
                return found
        return self

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """One word that must be one of some: a command, or an option's value."""
        if action.choices is None or value in action.choices:
            return
        words = [str(word) for word in action.choices]
        name = action.dest if not action.option_strings else f"word for {action.option_strings[-1]}"
        raise self.refusal(f"“{value}” is no {name}.", _hint(str(value), words) or _choice(words))


class _Commands(_SubParsers):
    """Commands that say in their own help, too, what they do."""

    def add_parser(self, name: str, **kwargs: Any) -> Any:
        """As always; where no description is given, the line of the list of commands is one."""
        line = str(kwargs.get("help", ""))
        return super().add_parser(
            name, **{"description": f"{line[:1].upper()}{line[1:]}.", **kwargs}
        )


def _unknown(given: str, options: Iterable[str]) -> tuple[str, str]:
    if not given.startswith("-"):
        return f"“{given}” is one word too many.", ""
    word = given.partition("=")[0]
    return f"There is no option “{word}”.", _hint(word, options)


def _hint(given: str, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(given.casefold(), list(words), n=1, cutoff=0.5)
    return f"Did you mean “{near[0]}”? " if near else ""


def _choice(words: Sequence[str]) -> str:
    return f"Use one of: {', '.join(words)}. "
