"""Options, value types and completions that several commands share."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
from click.shell_completion import CompletionItem

from kiosk import __version__
from kiosk.domain.text import has_controls
from kiosk.errors import KioskError, did_you_mean
from kiosk.ui.cli.console import CommandLine, expand_home

P = ParamSpec("P")
FC = TypeVar("FC", bound=Callable[..., Any])


class Word(click.Choice[str]):
    """One of a few words, or of the members of an enumeration; an error names the nearest one."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        """Return what a user types: of a member its value, not its name."""
        return str(choice)

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Say that the word is not valid, and which are."""
        words = [str(word) for word in self.choices]
        hint = did_you_mean(str(value), words) or f"Use one of: {', '.join(words)}."
        return f"“{value}” is not valid. {hint}"


class FilePath(click.Path):
    """A file or folder; `~` is expanded, and shells complete it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path; the command checks the file."""
        return expand_home(Path(value))


class SeveralWords(click.Option):
    """An option that takes all the words after it: `--who ID ID`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "multiple": True})


class OptionalValue(click.Option):
    """An option that works without its value, too: `--camera` or `--camera PATH`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "is_flag": False, "flag_value": ""})


_NUMBER = re.compile(r"-\d+|-\d*\.\d+")


def split_words(command: click.Command, context: click.Context, given: list[str]) -> list[str]:
    """Rewrite a command line in the form that click reads.

    `-o=FILE` becomes `-o FILE`; `--who A B` becomes `--who A --who B`; arguments go to the end,
    after `--`, so that negative numbers and texts such as `-a b` are arguments. Of a group only
    the options before the command are rewritten.

    Raises:
        click.BadOptionUsage: an option is where the value of another is expected.
    """
    options = {
        name: item
        for item in command.get_params(context)
        if isinstance(item, click.Option)
        for name in item.opts
    }
    words: list[str] = []
    arguments: list[str] = []
    rest, several = list(given), ""
    while rest:
        word = rest.pop(0)
        if word == "--":
            arguments += rest
            break
        is_text = (" " in word and word.partition("=")[0] not in options) or _NUMBER.fullmatch(word)
        if not word.startswith("-") or word == "-" or (is_text and word[:2] not in options):
            if isinstance(command, click.Group):
                return [*words, word, *rest]
            if several:
                words += [several, word]
            else:
                arguments.append(word)
            continue
        several = ""
        if word[2:3] == "=" and word[:2] in options:
            words += [word[:2], word[3:]]
            continue
        words.append(word)
        option = options.get(word)
        if option is None or option.is_flag or option.count or not rest:
            continue
        if rest[0] in options:
            if not isinstance(option, OptionalValue):
                raise click.BadOptionUsage(word, "", context)
            continue
        words.append(rest.pop(0))
        if isinstance(option, SeveralWords):
            several = word
    return [*words, "--", *arguments] if arguments else words


class Command(click.Command):
    """A command that reads its words by `split_words`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse options and arguments; every usage error knows its command."""
        try:
            return super().parse_args(ctx, split_words(self, ctx, args))
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise


def _keep(context: click.Context, parameter: click.Parameter, value: str | bool | None) -> None:
    """Keep the value of a shared option; the one after the command wins."""
    if value is not None and isinstance(context.obj, CommandLine):
        setattr(context.obj, str(parameter.name), value)


def _keep_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and isinstance(context.obj, CommandLine):
        context.obj.console.as_json = True


def _complete_file(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(incomplete, type="file")]


def shared_options(function: FC) -> FC:
    """Add the options that work before and after every command: -e, --desk, --json, --version."""
    for add in (
        click.version_option(__version__, message="kiosk %(version)s"),
        click.option(
            "--json",
            is_flag=True,
            expose_value=False,
            callback=_keep_json,
            help="Print one JSON document.",
        ),
        click.option(
            "--desk",
            "desk_name",
            metavar="NAME",
            expose_value=False,
            callback=_keep,
            help="Name of this desk in the log; default: $KIOSK_DESK, else its stored name.",
        ),
        click.option(
            "-e",
            "--event",
            metavar="FILE",
            expose_value=False,
            callback=_keep,
            shell_complete=_complete_file,
            help="Event file; default: $KIOSK_EVENT, else the event opened last.",
        ),
    ):
        function = add(function)
    return function


def command(
    name: str, *, reads: Callable[..., bool] | bool = False
) -> Callable[[Callable[Concatenate[CommandLine, P], int]], click.Command]:
    """Declare a command: the function gets the `CommandLine` first and returns the exit code.

    Args:
        reads: the command leaves the event file as it is. Either always, or decided by a function
            of the command's options.
    """

    def declare(function: Callable[Concatenate[CommandLine, P], int]) -> click.Command:
        def run(line: CommandLine, /, *args: P.args, **given: P.kwargs) -> int:
            line.reads = reads if isinstance(reads, bool) else reads(**given)
            return function(line, *args, **given)

        # shared options come last in the help: decorators add from the bottom to the top
        functools.update_wrapper(run, function)
        handler = click.pass_obj(run)
        own = handler.__dict__.pop("__click_params__", [])
        handler = shared_options(handler)
        handler.__dict__["__click_params__"] += own
        return click.command(name, cls=Command)(handler)

    return declare


# Completions. A shell must never see an error of ours: without an event there are no words.

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completion(words: Callable[[CommandLine], Iterable[tuple[str, str]]]) -> Complete:
    """Complete a typed word from a list of (word, help); without words that control a terminal."""

    def complete(
        context: click.Context, _: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        with contextlib.suppress(KioskError, OSError):
            typed = incomplete.casefold()
            line = context.find_object(CommandLine) or CommandLine()
            line.reads = True
            return [
                CompletionItem(word, help=about or None)
                for word, about in words(line)
                if word.casefold().startswith(typed) and not has_controls(word)
            ]
        return []

    return complete


def _completed(
    option: str, words: Callable[[CommandLine], Iterable[tuple[str, str]]]
) -> Callable[[str], Callable[[FC], FC]]:
    """A decorator that takes the help of an option whose value is completed from these words."""
    complete = _completion(words)
    metavar = option.removeprefix("--").upper()

    def declare(text: str) -> Callable[[FC], FC]:
        return click.option(option, metavar=metavar, shell_complete=complete, help=text)

    return declare


def _list_names(line: CommandLine) -> Iterable[tuple[str, str]]:
    from kiosk.services.checkin.lists import event_lists  # `kiosk --help` needs no SQLite

    return [(item.name, "") for item in event_lists(line.store)]


def _layout_names(line: CommandLine) -> Iterable[tuple[str, str]]:
    from kiosk.badges.layout.file import list_layouts  # only completion needs them here

    return [(layout.name, layout.description) for layout in list_layouts()]


def _stock_names(line: CommandLine) -> Iterable[tuple[str, str]]:
    from kiosk.badges.sheets.stock import list_stocks  # only completion needs them here

    return [(stock.name, stock.description) for stock in list_stocks()]


def _printer_names(line: CommandLine) -> Iterable[tuple[str, str]]:
    from kiosk.services.printing.printing import machine_printing  # only completion needs it here

    return [
        (printer.name, printer.description) for printer in machine_printing(line.store).printers()
    ]


complete_list = _completion(_list_names)
layout_option = _completed("--layout", _layout_names)
printer_option = _completed("--printer", _printer_names)
stock_option = _completed("--stock", _stock_names)

FILE = FilePath()


def list_option(
    text: str, name: str = "list_name", *, multiple: bool = False
) -> Callable[[FC], FC]:
    """Declare `--list`, which completes the lists of the event. `text`: its help."""
    return click.option(
        "--list", name, metavar="LIST", multiple=multiple, shell_complete=complete_list, help=text
    )


def output_option(
    metavar: str, text: str, *names: str, required: bool = False
) -> Callable[[FC], FC]:
    """Declare `-o`, the file to write. `names`: its long name, else `--output`."""
    long_names = names or ("--output",)
    return click.option(
        "-o", *long_names, "output", type=FILE, metavar=metavar, required=required, help=text
    )


start_at_option = click.option(
    "--start-at",
    type=int,
    metavar="N",
    help="Next free place of a sheet with several badges, row by row from 1; default: the "
    "remembered one.",
)


def repeatable(option: str, field: str, metavar: str, text: str) -> Callable[[FC], FC]:
    """Declare an option that may be repeated. `text`: its help."""
    return click.option(option, field, multiple=True, metavar=metavar, help=text)


pin_option = click.option(
    "--pin-stdin",
    is_flag=True,
    expose_value=False,
    callback=_keep,
    help="Read the PIN from the first line of standard input.",
)


def given_pairs(
    given: Iterable[str],
    code: str,
    problem: str,
    *,
    saved: str,
    next_step: str,
    needs_value: bool = False,
) -> dict[str, str]:
    """Split texts of the form NAME=VALUE.

    Raises:
        KioskError: `code`, for a text without a name, `=` or a needed value; `problem` follows it.
    """
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or (needs_value and not value.strip()):
            raise KioskError(code, f"“{text}” {problem}", saved=saved, next_step=next_step)
        pairs[name] = value
    return pairs
