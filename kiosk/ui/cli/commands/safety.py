"""`kiosk backup`, `restore`, `doctor` and `purge`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kiosk.domain.text import counted
from kiosk.errors import Action, KioskError
from kiosk.services.safety.backup import back_up
from kiosk.services.safety.doctor import Diagnosis, examine
from kiosk.services.safety.purge import other_desks_sentence, purge
from kiosk.services.safety.restore import in_folder, place_of, restore, restored_lines
from kiosk.services.setup.recent import remember_event, remembered_event
from kiosk.services.tally.event_tally import event_tally
from kiosk.ui.actions import COMMAND_LINE
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import FILE, command, output_option
from kiosk.ui.cli.streams import input_lines


@command("backup", reads=True)
@output_option("FILE", "File or folder for the backup; default: the backups folder.")
def backup_command(line: CommandLine, output: Path | None) -> int:
    """Back up the event; desks can keep working."""
    result = back_up(line.store, output)
    message = (
        f"{counted(result.events, 'event')} and {counted(result.people, 'person')} saved in "
        f"{result.file}. The backup was opened and is sound."
    )
    line.console.result(asdict(result), [message])
    return 0


@command("restore")
@click.argument("backup", type=FILE, metavar="BACKUP")
@output_option("EVENT", "Event file or folder to restore to; default: where it was.")
def restore_command(line: CommandLine, backup: Path, output: Path | None) -> int:
    """Restore a backup. The event file that it replaces is kept under another name."""
    done = restore(backup, _restore_target(line, backup, output), desk=line.desk)
    remember_event(done.file)
    lines = restored_lines(done, repair=COMMAND_LINE[Action.REPAIR_EVENT])
    line.console.result(asdict(done), lines)
    return 0


def _restore_target(line: CommandLine, backup: Path, output: Path | None) -> Path:
    if output is not None:
        return in_folder(backup, output) if output.is_dir() else output
    return line.given_event() or place_of(backup, remembered_event())


@command("doctor")
def doctor_command(line: CommandLine) -> int:
    """Check the event file; repair it, or save what can be read in a new file."""
    diagnosis = examine(line.required_event_path(), desk=line.desk)  # it may not open as an event
    document = {"ok": diagnosis.ok, **asdict(diagnosis)}
    line.console.result(document, diagnosis_lines(diagnosis))
    return 0 if diagnosis.ok else 1


def diagnosis_lines(diagnosis: Diagnosis) -> list[str]:
    """Describe a diagnosis for a person to read."""
    lines = [f"{'✓' if check.ok else '✗'} {check.what}" for check in diagnosis.checks]
    salvaged = diagnosis.salvaged
    if salvaged:
        lines += [
            f"Saved what can be read: {counted(salvaged.events, 'event')}, "
            f"{counted(salvaged.people, 'person')}, "
            f"in {salvaged.file}; {counted(salvaged.lost, 'event is', 'events are')} lost.",
            "The damaged file was not changed. Continue with the new one: "
            f"kiosk -e {salvaged.file}",
        ]
    elif not diagnosis.ok and any(c.code in ("file", "log") and not c.ok for c in diagnosis.checks):
        lines.append("Nothing in the file can be read. Restore a backup: kiosk restore BACKUP.")
    return lines


@command("purge")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge_command(line: CommandLine, yes: bool) -> int:
    """Delete all personal data after the event; keep the counts."""
    store = line.store
    if not yes and not _confirmed(line, event_tally(store).people):
        return 1
    result = purge(store)
    people = counted(result.people, "person")
    message = f"{people} removed. {result.file} holds the counts: kiosk stats."
    removed = [f"Removed {path}" for path in result.removed]
    line.console.result(asdict(result), [message, *removed])
    line.console.hint("Lists, PDFs and backups that you saved in other folders still exist.")
    if result.other_desks:
        others = other_desks_sentence(result.other_desks)
        line.console.say(f"{others} Run kiosk purge there too.")
    for path in result.still_there:
        line.console.say(f"This file could not be removed. Delete it yourself: {path}")
    return 1 if result.still_there else 0


def _confirmed(line: CommandLine, people: int) -> bool:
    """Ask on stderr, and read the answer from standard input."""
    line.console.say(
        f"This removes {counted(people, 'person')}, all check-ins, backups and badges of "
        f"{line.store.path} permanently. Only the counts stay. Type yes to continue:"
    )
    answer = next(input_lines(), None)
    if answer is None:
        raise KioskError(
            "not_confirmed",
            "There was no answer.",
            saved="Nothing was removed.",
            next_step="Answer yes, or use --yes.",
        )
    if answer.strip().casefold() in ("y", "yes"):
        return True
    line.console.say("Nothing was removed.")
    return False
