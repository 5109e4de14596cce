"""What is said of ticket types named in a command."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.cli.console import CommandLine
from kiosk.domain.checkin import is_one_of
from kiosk.domain.text import visible
from kiosk.storage.attendees import ticket_types


def say_types_nobody_has(line: CommandLine, named: Sequence[str] | None) -> None:
    """A type in no registration is taken all the same, and may be a slip: it is said, with those
    there are. Before anybody was imported there is nothing to compare with."""
    known = ticket_types(line.store.connection)
    if not known:
        return
    for kind in named or ():
        if kind.strip() and not is_one_of(known, kind):
            there = ", ".join(visible(name) for name in known[:8])
            more = f" and {len(known) - 8} more" if len(known) > 8 else ""
            line.console.say(
                f"Nobody has the ticket type “{visible(kind)}” yet. There are: {there}{more}."
            )
