"""`kiosk pin`, and the check of a PIN for other commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeVar

import click

from kiosk.domain.checkin.privileges import CHANGE_PINS, Need, Role
from kiosk.errors import KioskError, Refused
from kiosk.services.checkin.authorisation import (
    Authorisation,
    PinNeeded,
    authorise,
    damaged_pins,
    pin_needed,
    pin_roles,
    remove_pin,
    set_pin,
)
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import Word, command, pin_option
from kiosk.ui.cli.streams import ask_secret, first_line

PIN_VARIABLE = "KIOSK_PIN"
Result = TypeVar("Result")


@command("pin", reads=lambda action, **_: not action)
@click.argument("action", required=False, type=Word(("set", "remove")))
@click.argument("role", required=False, metavar="[ROLE]")
@click.option("--stdin", is_flag=True, help="Read the new PIN from standard input.")
@pin_option
def pin_command(line: CommandLine, action: str | None, role: str | None, stdin: bool) -> int:
    """Show who has a PIN, or set or remove one. ROLE is supervisor or organiser.

    Where there is a PIN already, this needs the organiser's, or the supervisor's where the
    organiser has none. With --pin-stdin it is the first line, before the new one.
    """
    if action is None:
        return _show(line)
    holder = _role(role)
    if action == "remove":
        had_one = with_permission(line, lambda given: remove_pin(line.store, holder, given=given))
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
    given = permission(line, CHANGE_PINS)
    new_pin = first_line() if stdin else _typed_twice(holder)
    set_pin(line.store, holder, new_pin, given=given)
    line.console.say(f"The {holder} has a PIN now. kiosk keeps no copy of it: write it down.")
    return _show(line) if line.console.as_json else 0


def _role(text: str | None) -> Role:
    word = (text or "").strip().casefold()
    if word == "organizer":
        return Role.ORGANISER
    if word in list(Role):
        return Role(word)
    raise Refused(
        "no_such_role",
        f"“{text}” is not a role with a PIN." if text else "The role is missing.",
        next_step=f"Use one of: {', '.join(Role)}.",
    )


def _show(line: CommandLine) -> int:
    roles, damaged = pin_roles(line.store), damaged_pins(line.store)

    def state(role: Role) -> str:
        if role in damaged:
            return f"the stored PIN is damaged; set a new one: kiosk pin set {role}"
        return "has a PIN" if role in roles else "no PIN"

    line.console.result(
        {str(role): role in roles for role in Role}, [f"{role}: {state(role)}" for role in Role]
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


def permission(line: CommandLine, need: Need, reason: str = "") -> Authorisation:
    """Ask for the PIN that a change needs, before the change.

    Raises:
        KioskError: `pin_needed`, `pin_wrong`, `pin_wait`.
    """
    needed = pin_needed(line.store, need)
    if needed is None:
        return Authorisation(reason=reason)
    return _checked(line, needed, reason)


def with_permission(
    line: CommandLine, change: Callable[[Authorisation], Result], reason: str = ""
) -> Result:
    """Make a change; where it needs a PIN, ask for the PIN and make it again.

    Args:
        change: makes the change, or raises `PinNeeded` and changes nothing.

    Raises:
        KioskError: `pin_needed`, `pin_wrong`, `pin_wait`, or as `change`.
    """
    try:
        return change(Authorisation(reason=reason))
    except PinNeeded as error:
        return change(_checked(line, error, reason))


def _checked(line: CommandLine, needed: PinNeeded, reason: str) -> Authorisation:
    """Read the PIN from standard input, else from the environment, else ask for it."""
    pin = os.environ.get(PIN_VARIABLE, "")
    if line.pin_stdin:
        pin = first_line()
    elif not pin and sys.stdin.isatty():
        pin = ask_secret(f"PIN of the {needed.role}: ")
    if not pin:
        raise needed
    given = authorise(line.store, pin, reason)
    if not given.covers(needed.role):
        raise needed
    return given
