"""`kiosk pin`, and how commands ask for a PIN."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from kiosk.domain.checkin.pins import Role
from kiosk.errors import KioskError
from kiosk.services.checkin.pins import check_pin, needs_pin, pin_roles, remove_pin, set_pin
from kiosk.storage.file.store import Store
from kiosk.ui.cli.console import CommandLine

PIN_VARIABLE = "KIOSK_PIN"


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    pin = subparsers.add_parser("pin", help="show, set or remove the PINs of this event")
    pin.add_argument("action", nargs="?", choices=("set", "remove"))
    pin.add_argument("role", nargs="?", metavar="ROLE", help="supervisor or organiser")
    pin.add_argument("--stdin", action="store_true", help="read the PIN from standard input")
    pin.set_defaults(handler=_pin)
    return [pin]


def _pin(line: CommandLine) -> int:
    options = line.options
    if options.action is None:
        return _show(line)
    role = _role(options.role)
    if options.action == "remove":
        had = remove_pin(line.store, role)
        line.console.say(f"The {role} has no PIN {'any more' if had else 'anyway'}.")
        return _show(line) if line.console.as_json else 0
    if not options.stdin and not sys.stdin.isatty():
        raise KioskError(
            "no_terminal",
            "There is no terminal to ask for the PIN on.",
            saved="The PIN was not changed.",
            next_step="Give it on standard input with --stdin.",
        )
    set_pin(line.store, role, first_line() if options.stdin else _typed_twice(role))
    line.console.say(f"The {role} has a PIN now. kiosk keeps no copy of it: write it down.")
    return _show(line) if line.console.as_json else 0


def _role(text: str | None) -> Role:
    word = (text or "").strip().casefold()
    if word in list(Role):
        return Role(word)
    if word == "organizer":
        return Role.ORGANISER
    raise KioskError(
        "no_such_role",
        f"“{text}” has no PIN." if text else "Whose PIN?",
        saved="Nothing was changed.",
        next_step=f"Use one of: {', '.join(Role)}.",
    )


def _show(line: CommandLine) -> int:
    roles = pin_roles(line.store)
    if line.console.as_json:
        line.console.json({str(role): role in roles for role in Role})
    else:
        for role in Role:
            line.console.show(f"{role}: {'has a PIN' if role in roles else 'no PIN'}")
    return 0


def _typed_twice(role: Role) -> str:
    first = ask_secret(f"New PIN of the {role}: ")
    if ask_secret("The same again: ") != first:
        raise KioskError(
            "pins_differ",
            "The two were not the same.",
            saved="The PIN was not changed.",
            next_step="Start again.",
        )
    return first


def ask_secret(question: str) -> str:
    """Ask on the terminal without showing what is typed."""
    try:
        return getpass.getpass(question)
    except EOFError:
        return ""


def first_line() -> str:
    """One line of standard input, whatever bytes it holds."""
    return sys.stdin.buffer.readline().decode("utf-8", "surrogateescape").rstrip("\r\n")


def ask_permission(
    line: CommandLine,
    store: Store,
    *,
    from_stdin: bool,
    act: str = "Letting in against the rules",
) -> None:
    """Before people are let in against the rules: the PIN, where the supervisor has one.

    It is taken from standard input (`from_stdin`), else from the environment, else asked for.
    `act`: what needs it, for the refusal.

    Raises:
        KioskError: `pin_needed`, `pin_wrong`, `pin_wait`.
    """
    if not needs_pin(store):
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
            next_step=f"Give it with --pin-stdin, or in ${PIN_VARIABLE}.",
        )
    check_pin(store, pin)
