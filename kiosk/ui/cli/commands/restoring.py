"""`kiosk restore`: a backup in the event's place again."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from pathlib import Path

from kiosk.errors import Action
from kiosk.services.safety.restore import in_folder, place_of, restore, restored_lines
from kiosk.services.setup.recent import remember_event, remembered_event
from kiosk.ui.actions import COMMAND_LINE
from kiosk.ui.cli.console import CommandLine, at_home


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    parser = subparsers.add_parser("restore", help="put a backup in the event's place again")
    parser.add_argument("backup", type=Path, metavar="BACKUP")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="EVENT",
        help="where the event should be; default: where it was",
    )
    parser.set_defaults(handler=_restore)
    return [parser]


def _restore(line: CommandLine) -> int:
    backup = at_home(line.options.backup)
    done = restore(backup, _target(line, backup), desk=line.desk)
    remember_event(done.file)
    if line.console.as_json:
        aside = done.moved_aside
        places = {
            "file": str(done.file),
            "backup": str(done.backup),
            "moved_aside": str(aside) if aside else None,
        }
        line.console.json({**asdict(done), **places})
        return 0
    for text in restored_lines(done, repair=COMMAND_LINE[Action.REPAIR_EVENT]):
        line.console.show(text)
    return 0


def _target(line: CommandLine, backup: Path) -> Path:
    given: Path | None = line.options.output
    if given is not None:
        given = at_home(given)
        return in_folder(backup, given) if given.is_dir() else given
    named = getattr(line.options, "event", None) or os.environ.get("KIOSK_EVENT", "")
    return at_home(Path(named)) if named else place_of(backup, remembered_event())
