"""`kiosk backup`, `kiosk doctor` and `kiosk purge`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.safety.backup import back_up
from kiosk.services.safety.doctor import Diagnosis, examine
from kiosk.services.safety.purge import purge
from kiosk.services.tally.event_tally import event_tally
from kiosk.ui.cli.commands.checkin import input_lines
from kiosk.ui.cli.console import CommandLine, at_home


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    backup = subparsers.add_parser("backup", help="copy the event, while desks go on working")
    backup.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="or a folder; default: backups"
    )
    backup.set_defaults(handler=_backup)
    doctor = subparsers.add_parser("doctor", help="check the event file, and save what it holds")
    doctor.set_defaults(handler=_doctor)
    purging = subparsers.add_parser("purge", help="after the event: keep the counts, no person")
    purging.add_argument("--yes", action="store_true", help="do not ask")
    purging.set_defaults(handler=_purge)
    return [backup, doctor, purging]


def _backup(line: CommandLine) -> int:
    given: Path | None = line.options.output
    result = back_up(line.store, at_home(given) if given else None)
    if line.console.as_json:
        line.console.json({**asdict(result), "file": str(result.file)})
    else:
        line.console.show(
            f"{counted(result.events, 'event')} and {counted(result.people, 'person')} saved in "
            f"{result.file}; "
            "it was opened again and is sound."
        )
    return 0


def _purge(line: CommandLine) -> int:
    store = line.store
    people = event_tally(store).people
    if not line.options.yes and not _agreed(line, people):
        return 1
    result = purge(store)
    remembered = [str(path) for path in result.removed]
    if line.console.as_json:
        line.console.json(
            {
                "file": str(result.file),
                "people": result.people,
                "removed": remembered,
                "still_there": [str(path) for path in result.still_there],
            }
        )
    else:
        line.console.show(
            f"{counted(result.people, 'person')} removed; {result.file} holds the counts (kiosk "
            f"stats)."
        )
        for name in remembered:
            line.console.show(f"Removed {name}")
        line.console.say("Lists, PDFs and backups that you saved elsewhere are still there.")
    for path in result.still_there:
        line.console.say(f"Could not be removed, delete it yourself: {path}")
    return 1 if result.still_there else 0


def _agreed(line: CommandLine, people: int) -> bool:
    """Ask, on the messages' stream."""
    line.console.say(
        f"This removes {counted(people, 'person')}, all check-ins, backups and badges of "
        f"{line.store.path} "
        "for good. Only the counts stay. Type yes to do it:"
    )
    answer = next(input_lines(), None)
    if answer is None:
        raise KioskError(
            "not_confirmed",
            "Nobody answered.",
            saved="Nothing was removed.",
            next_step="Answer yes, or use --yes.",
        )
    if answer.strip().casefold() in ("y", "yes"):
        return True
    line.console.say("Nothing was removed.")
    return False


def _doctor(line: CommandLine) -> int:
    """Works on files that no other command opens, hence by path."""
    path = line.event_path()
    if path is None:
        raise KioskError(
            "no_event",
            "There is no event yet.",
            saved="Nothing was changed.",
            next_step="Name a file with -e FILE.",
        )
    diagnosis = examine(path, desk=line.desk)
    if line.console.as_json:
        line.console.json(diagnosis_json(diagnosis))
    else:
        for text in diagnosis_lines(diagnosis):
            line.console.show(text)
    return 0 if diagnosis.ok else 1


def diagnosis_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """What was found, as the contract has it."""
    salvaged = diagnosis.salvaged
    return {
        "ok": diagnosis.ok,
        "checks": [asdict(check) for check in diagnosis.checks],
        "rebuilt": diagnosis.rebuilt,
        "salvaged": {**asdict(salvaged), "file": str(salvaged.file)} if salvaged else None,
    }


def diagnosis_lines(diagnosis: Diagnosis) -> list[str]:
    """What was found, for a person to read."""
    lines = [f"{'✓' if check.ok else '✗'} {check.what}" for check in diagnosis.checks]
    salvaged = diagnosis.salvaged
    if salvaged:
        lines += [
            f"Saved what can be read: {counted(salvaged.events, 'event')}, "
            f"{counted(salvaged.people, 'person')}, "
            f"in {salvaged.file}; {counted(salvaged.lost, 'event is', 'events are')} lost.",
            f"The damaged file was left as it is. Go on with the new one: kiosk -e {salvaged.file}",
        ]
    elif not diagnosis.ok and any(c.code in ("file", "log") and not c.ok for c in diagnosis.checks):
        lines.append("Nothing of it can be read. Go back to a backup.")
    return lines
