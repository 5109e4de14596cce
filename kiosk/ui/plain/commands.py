"""Parse a line of the plain desk: a command, else a code or a name."""

from __future__ import annotations

from typing import NamedTuple

_ALONE = {
    "?": "help", "help": "help", "undo": "undo", "who": "who", "badge": "badge", "all": "all",
    "ack": "ack", "count": "count", "counts": "count", "quit": "quit", "list": "list",
    "lists": "list", "exit": "exit", "let in": "let in", "walk-in": "walk-in", "find": "find",
    "again": "again", "q": "quit", "name": "name", "pass on": "pass on",
    "first time": "first time",
    "help desk": "help desk", "settled": "settled",
    "desks": "desks", "cancel": "cancel", "hand out": "hand out",
}  # fmt: skip
"""A whole line that is a command."""

_WITH_TEXT = {
    "let in ": "let in",
    "walk-in ": "walk-in",
    "list ": "list",
    "find ": "find",
    "name ": "name",
    "pass on ": "pass on",
    "help desk ": "help desk",
    "settled ": "settled",
    "hand out ": "hand out",
}
"""The beginning of a line that is a command; what follows is its text."""


class Command(NamedTuple):
    """One line of the volunteer."""

    name: str
    """The command, or `text` for a code or a name."""
    text: str = ""


def parse_command(line: str) -> Command:
    """Commands are known regardless of case and spaces; a code keeps every character."""
    words = " ".join(line.split())
    low = words.casefold()
    if low in _ALONE:
        return Command(_ALONE[low])
    if low in ("exit on", "exit off"):
        return Command("exit", low.removeprefix("exit "))
    for beginning, name in _WITH_TEXT.items():
        if low.startswith(beginning):
            return Command(name, words[len(beginning) :])
    return Command("text", line)
