"""One module per group of commands; each adds its parsers and handles what they parse."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from importlib import import_module

Add = Callable[
    ["argparse._SubParsersAction[argparse.ArgumentParser]"], list[argparse.ArgumentParser]
]

MODULES: dict[str, tuple[str, ...]] = {
    "desk": ("desk",),
    "demo": ("demo",),
    "rehearse": ("rehearse",),
    "event": ("new", "lists"),
    "importing": ("import",),
    "checkin": ("scan", "undo"),
    "people": ("find", "show", "edit", "walk-in"),
    "badges": ("badges", "layouts", "stocks"),
    "printing": ("print", "queue", "printers"),
    "paper": ("paper",),
    "ready": ("ready",),
    "export": ("export",),
    "stats": ("stats", "log"),
    "safety": ("backup", "doctor", "purge"),
    "restoring": ("restore",),
    "sharing": ("share", "join", "desks", "conflicts", "bundle", "merge"),
    "pin": ("pin",),
    "settings": ("settings",),
    "questions": ("questions",),
    "tables": ("tables",),
    "transfer": ("transfer",),
    "help_desk": ("help-desk",),
}
"""Module to its commands: what a command line does not name need not be imported."""


def adders(words: Collection[str] | None = None) -> list[Add]:
    """What adds the parsers of all commands, or of those among these words (and their group)."""
    return [
        import_module(f"{__name__}.{module}").add
        for module, names in MODULES.items()
        if words is None or any(name in words for name in names)
    ]
