"""`kiosk pin`, and the check of a PIN for other commands."""

from __future__ import annotations

import getpass
import os
import sys

import click

from kiosk.domain.checkin.pins import Role
from kiosk.errors import KioskError
from kiosk.services.checkin.pins import check_pin, needs_pin, pin_roles, remove_pin, set_pin
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import Word, command
from kiosk.ui.cli.streams import first_line

PIN_VARIABLE = "KIOSK_PIN"


@command("pin", reads=lambda action, **_: not action)
@click.argument("action", required=False, type=Word(("set", "remove")))
@click.argument("role", required=False, metavar="[ROLE]")
@click.option("--stdin", is_flag=True, help="Read the PIN from standard input.")
def pin_command(line: CommandLine, action: str | None, role: str | None, stdin: bool) -> int:
    """Show who has a PIN, or set or remove one. ROLE is supervisor or organiser."""
    if action is None:
        return _show(line)
    holder = _role(role)
    if action == "remove":
        had_one = remove_pin(line.store, holder)
        line.console.say(
            f"The PIN of the {holder} is removed." if had_one else f"The {holder} has no PIN."
        )
        return _show(line) if line.console.as_json else 0
    if not stdin and not sys.stdin.isatty():
        raise KioskError(
            "no_terminal",
            "There is no terminal to type the PIN in.",
            saved="The PIN was not changed.",
            next_step="Send it on standard input with --stdin.",
        )
    set_pin(line.store, holder, first_line() if stdin else _typed_twice(holder))
    line.console.say(f"The {holder} has a PIN now. kiosk keeps no copy of it: write it down.")
    return _show(line) if line.console.as_json else 0


def _role(text: str | None) -> Role:
    word = (text or "").strip().casefold()
    if word == "organizer":
        return Role.ORGANISER
    if word in list(Role):
        return Role(word)
    raise KioskError(
        "no_such_role",
        f"“{text}” is not a role with a PIN." if text else "The role is missing.",
        saved="Nothing was changed.",
        next_step=f"Use one of: {', '.join(Role)}.",
    )


def _show(line: CommandLine) -> int:
    roles = pin_roles(line.store)
    line.console.result(
        {str(role): role in roles for role in Role},
        [f"{role}: {'has a PIN' if role in roles else 'no PIN'}" for role in Role],
    )
    return 0


def _typed_twice(role: Role) -> str:
    first = ask_secret(f"New PIN of the {role}: ")
    if ask_secret("The same PIN again: ") != first:
        raise KioskError(
            "pins_differ",
            "The two PINs differ.",
            saved="The PIN was not changed.",
            next_step="Run the command again.",
        )
    return first


def ask_secret(question: str) -> str:
    """Ask on the terminal, without showing the answer."""
    try:
        return getpass.getpass(question)
    except EOFError:
        return ""


def check_permission(
    line: CommandLine, *, from_stdin: bool, act: str = "Admitting against the rules"
) -> None:
    """Check the supervisor's PIN, where one is set.

    Args:
        from_stdin: read it from standard input; else from the environment, else ask for it.
        act: what needs the PIN, for the message.

    Raises:
        KioskError: `pin_needed`, `pin_wrong`, `pin_wait`.
    """
    if not needs_pin(line.store):
        return
    pin = os.environ.get(PIN_VARIABLE, "")
    if from_stdin:
        pin = first_line()
    elif not pin and sys.stdin.isatty():
        pin = ask_secret("PIN of the supervisor: ")
    if not pin:
        raise KioskError(
            "pin_needed",
            f"{act} needs the supervisor's PIN.",
            saved="Nothing was recorded.",
            next_step=f"Send it with --pin-stdin, or in ${PIN_VARIABLE}.",
        )
    check_pin(line.store, pin)
