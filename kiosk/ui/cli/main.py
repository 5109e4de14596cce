"""Run a command: find it, and explain what went wrong."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import Any

import click
from click import shell_completion

from kiosk.errors import KioskError, did_you_mean, shortage_error
from kiosk.ui.cli.console import CommandLine, Console
from kiosk.ui.cli.options import Command, Word, shared_options
from kiosk.ui.cli.streams import discard_output

DONE, COULD_NOT = 0, 2
INTERRUPTED = 130
"""Exit code of a command that Ctrl+C ended, as shells have it: 128 plus the signal's number."""

COMPLETE_VARIABLE = "_KIOSK_COMPLETE"
SHELLS = ("bash", "zsh", "fish")

SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Prepare": {
        "new": ("event", "Create an event file."),
        "import": ("importing", "Import a file of registrations."),
        "duplicates": ("importing", "Decide whether two attendees are one person."),
        "lists": ("event", "Show or change check-in lists."),
        "questions": ("meeting", "Show or change the questions at check-in."),
        "tables": ("meeting", "Assign tables at check-in."),
        "settings": ("event", "Show or change the settings of the event."),
        "ready": ("reports", "Check what is left to do before the event."),
        "rehearse": ("demo", "Practise with made-up people; nothing counts."),
        "demo": ("demo", "Open a made-up event to try kiosk."),
    },
    "At the desk": {
        "desk": ("desk", "Open the desk of the event."),
        "scan": ("checkin", "Check tickets in or out."),
        "undo": ("checkin", "Undo the last check-in."),
        "check-out": ("checkin", "Check out everyone who is inside."),
        "find": ("people", "Find attendees."),
        "show": ("people", "Show one attendee."),
        "edit": ("people", "Edit one attendee."),
        "walk-in": ("people", "Register a person at the desk."),
        "transfer": ("people", "Transfer a ticket to another person."),
        "help-desk": ("meeting", "Show who waits at the help desk."),
    },
    "Badges and printing": {
        "badges": ("badges", "Make badges as a PDF."),
        "paper": ("badges", "Make signs, cards, lists and certificates as a PDF."),
        "layouts": ("badges", "Show the badge layouts, or convert one of pretix."),
        "stocks": ("badges", "Show the papers and labels."),
        "print": ("printing", "Print badges now."),
        "queue": ("printing", "Show or change the print queue."),
        "printers": ("printing", "Show the printers, or choose one for this desk."),
    },
    "Afterwards": {
        "stats": ("reports", "Show counts: expected, checked in, inside."),
        "export": ("reports", "Export the attendance."),
        "log": ("reports", "Show everything that happened."),
    },
    "Several desks": {
        "share": ("sharing", "Let other laptops become desks of this event."),
        "join": ("sharing", "Become a desk of a shared event."),
        "desks": ("sharing", "Show the desks and whether they are up to date."),
        "conflicts": ("sharing", "Show who was admitted twice by separate desks."),
        "bundle": ("sharing", "Write the log to one encrypted file, for a USB stick."),
        "merge": ("sharing", "Merge the bundle of another desk."),
    },
    "Safety": {
        "backup": ("safety", "Back up the event."),
        "restore": ("safety", "Restore a backup."),
        "doctor": ("safety", "Check and repair the event file."),
        "purge": ("safety", "Delete all personal data; keep the counts."),
        "pin": ("pin", "Show, set or remove the PINs."),
    },
}
"""Commands by section: (module in `commands`, one line of help). A module is imported only to run
one of its commands, to show its help, or to complete its options."""

MODULES = {name: module for names in SECTIONS.values() for name, (module, _) in names.items()}


class LazyGroup(Command, click.Group):
    """The commands of `SECTIONS`, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None for an unknown name."""
        if cmd_name not in MODULES:
            return None
        module = import_module(f"kiosk.ui.cli.commands.{MODULES[cmd_name]}")
        found = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections."""
        width = max(map(len, MODULES))
        for section, names in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl(
                    [(f"{name:<{width}}", text) for name, (_, text) in names.items()]
                )

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[shell_completion.CompletionItem]:
        """Complete commands from the table, without importing them."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            shell_completion.CompletionItem(name, help=text)
            for names in SECTIONS.values()
            for name, (_, text) in names.items()
            if name.startswith(incomplete)
        ]


def _print_completion(context: click.Context, _: click.Parameter, shell: str | None) -> None:
    if shell and not context.resilient_parsing:
        kind = shell_completion.get_completion_class(shell)
        assert kind is not None
        click.echo(kind(context.command, {}, "kiosk", COMPLETE_VARIABLE).source())
        context.exit()


@click.group(
    "kiosk",
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@shared_options
@click.option(
    "--completion",
    type=Word(SHELLS),
    is_eager=True,
    expose_value=False,
    callback=_print_completion,
    help="Print the script that lets a shell complete commands, options and names.",
)
@click.pass_context
def kiosk(context: click.Context) -> int:
    """Check attendees in at an event, offline.

    Without a command kiosk opens the desk.
    """
    if context.invoked_subcommand is not None:
        return DONE
    from kiosk.ui.cli.commands.desk import open_desk  # other commands do not need the desk

    return open_desk(context.obj)


def run(argv: list[str]) -> int:
    """Run a command line; every failure ends in a sentence on stderr, never in a traceback."""
    line = CommandLine()
    console = line.console
    try:
        with stoppable():
            return _run(argv, line)
    except KioskError as error:
        console.fail(error)
        return COULD_NOT
    except KeyboardInterrupt as error:
        console.say("Stopped. Everything confirmed is saved.")
        return 128 + error.number if isinstance(error, Stopped) else INTERRUPTED
    except BrokenPipeError:
        discard_output(sys.stdout)  # the reader left, as in `kiosk log | head`
        return DONE
    except Exception as error:
        return _fail_unexpectedly(console, error)


def _run(argv: list[str], line: CommandLine) -> int:
    try:
        if instruction := os.environ.get(COMPLETE_VARIABLE):
            settings: dict[str, Any] = {"obj": line}
            return shell_completion.shell_complete(
                kiosk, settings, "kiosk", COMPLETE_VARIABLE, instruction
            )
        with kiosk.make_context("kiosk", list(argv), obj=line) as context:
            return int(kiosk.invoke(context))
    except click.exceptions.Exit as done:  # after `--help` or `--version`
        return done.exit_code
    except click.UsageError as error:
        raise usage_error(error) from None
    except Exception as error:
        explained = _explained(line, error)
        if explained is error:
            raise
        raise explained from error
    finally:
        line.close()


def usage_error(error: click.UsageError) -> KioskError:
    """Explain a wrong command line, with the nearest valid word."""
    context = error.ctx
    params = context.command.params if context else []
    problem, hint = f"{error.message.rstrip('.')}.", ""
    match error:
        case click.NoSuchOption():
            problem = f"There is no option “{error.option_name}”."
            hint = did_you_mean(error.option_name, [name for item in params for name in item.opts])
        case click.exceptions.NoSuchCommand():
            problem = f"There is no command “{error.command_name}”."
            hint = did_you_mean(error.command_name, MODULES)
            hint = hint or f"Use one of: {', '.join(MODULES)}."
        case click.MissingParameter(param=click.Parameter() as param):
            problem = f"{_label(param, context)} is missing."
        case click.BadOptionUsage():
            [option] = [item for item in params if error.option_name in item.opts]
            takes = "takes no value" if getattr(option, "is_flag", False) else "needs a value"
            problem = f"{_label(option, context)} {takes}."
        case click.BadParameter(param=click.Parameter() as param):
            problem = f"{_label(param, context)}: {error.message}"
        case _ if extra := re.search(r"unexpected extra arguments? \((.*)\)", error.message):
            problem = f"The command does not take “{extra[1]}”."
    path = context.command_path if context else "kiosk"
    help_hint = f"See `{path} --help`."
    return KioskError("usage", problem, next_step=f"{hint} {help_hint}".lstrip())


def _label(param: click.Parameter, context: click.Context | None) -> str:
    if isinstance(param, click.Argument) and context:
        return param.make_metavar(context).strip("[]").removesuffix("...")
    return " / ".join(param.opts)


def _fail_unexpectedly(console: Console, error: Exception) -> int:
    """Explain an error that no command expects; its place in the program goes to the log file."""
    saved = "Everything confirmed is saved."
    if isinstance(error, FileNotFoundError) and not error.filename and _folder_is_gone():
        explained = KioskError(
            "folder_gone",
            "The folder in which kiosk was started no longer exists.",
            saved=saved,
            next_step="Go to another folder (cd), or write the full name of the file.",
        )
    elif shortage := shortage_error(error):
        explained = shortage
    elif isinstance(error, OSError) and error.strerror:
        if console.output_failed:
            discard_output(sys.stdout)
        name = error.filename or "its output"
        explained = KioskError(
            "cannot_use_file",
            f"kiosk cannot read or write {name} ({error.strerror}).",
            saved=saved,
            next_step="Check the name, the disk and your permissions.",
        )
    else:
        from kiosk.support.logs import LOGGER, log_path, start_log  # only errors need the log file

        start_log()
        LOGGER.error("a command failed", exc_info=error)
        explained = KioskError(
            "internal",
            f"kiosk has an internal error ({type(error).__name__}).",
            saved=saved,
            next_step="Start it again. If the error occurs again, run `kiosk doctor`. "
            f"See {log_path()}.",
        )
    console.fail(explained)
    return COULD_NOT


def _folder_is_gone() -> bool:
    """Whether the current folder was removed, for example with a USB stick."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def _explained(line: CommandLine, error: Exception) -> Exception:
    """Replace an error by its cause in the event file, where the file is corrupt or locked."""
    if isinstance(error, (KioskError, OSError, MemoryError, ImportError)):
        return error
    path = line.event_path()
    if path is None:
        return error
    from kiosk.services.safety.doctor import explain_file_error  # only errors need it

    return explain_file_error(path, error) or error


# Signals that end the program from outside: the terminal closes, the system shuts down.

_SIGNAL_NAMES = ("SIGTERM", "SIGHUP")


class Stopped(KeyboardInterrupt):
    """A signal ended the program; open work is rolled back, temporary files are removed."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def stoppable() -> Iterator[None]:
    """Let the signals end the work as Ctrl+C does, with a rollback.

    A signal that the caller ignores (`nohup kiosk ...`) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    for name in _SIGNAL_NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped(number)
