"""`kiosk settings`."""

from __future__ import annotations

import argparse

from kiosk.services.event.settings import SETTINGS, change_settings, settings_now
from kiosk.ui.cli.commands.people import changes_given
from kiosk.ui.cli.console import CommandLine


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parser of this group."""
    parser = subparsers.add_parser("settings", help="show or change what badges say of the event")
    parser.add_argument(
        "changes", nargs="*", metavar="KEY=VALUE", help=f"keys: {', '.join(SETTINGS)}"
    )
    parser.set_defaults(handler=_settings)
    return [parser]


def _settings(line: CommandLine) -> int:
    changes = changes_given(line.options.changes)
    now = change_settings(line.store, changes) if changes else settings_now(line.store)
    if line.console.as_json:
        line.console.json(now)
        return 0
    for key, value in now.items():
        shown = value.replace("\n", " / ") or "–"
        line.console.show(f"{key:<22} {shown}   ({SETTINGS[key].about})")
    return 0
