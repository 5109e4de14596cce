"""`kiosk ready` and `kiosk export`."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.domain.setup.readiness import Check
from kiosk.domain.wording import counted
from kiosk.services.reports.attendance import Who
from kiosk.services.reports.report import export_file
from kiosk.services.setup.ready import accept_check, check_readiness
from kiosk.ui.actions import COMMAND_LINE, action_words
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import EnumWord, SeveralWords, command, list_option, output_option


@command("ready", reads=lambda accept, reopen, **_: not (accept or reopen))
@click.option("--accept", cls=SeveralWords, metavar="CHECK...", help="Checks to accept.")
@click.option("--reopen", cls=SeveralWords, metavar="CHECK...", help="Accepted checks to reopen.")
def ready_command(line: CommandLine, accept: tuple[str, ...], reopen: tuple[str, ...]) -> int:
    """Check what is left to do before the event."""
    store = line.store
    for code in accept:
        accept_check(store, code)
    for code in reopen:
        accept_check(store, code, accept=False)
    report = check_readiness(store, progress=line.console.progress("Checking badge"))
    if line.console.as_json:
        checks = [
            {
                "code": check.code,
                "ok": check.ok,
                "what": check.what,
                "fix": _fix(check),
                "accepted": check.accepted,
            }
            for check in report.checks
        ]
        line.console.json({"ready": report.ready, "checks": checks})
        return 0 if report.ready else 1
    for check in report.checks:
        sign = "·" if check.accepted else "✓" if check.ok else "✗"
        accepted = " (accepted)" if check.accepted else ""
        line.console.show(f"{sign} {check.code:<17} {check.what}{accepted}")
        if fix := _fix(check):
            line.console.show(f"    {fix}")
    left = sum(not check.ok for check in report.checks)
    line.console.show("Everything is ready." if report.ready else f"{left} left to do.")
    return 0 if report.ready else 1


def _fix(check: Check) -> str:
    """What to do: the sentence of the check, then its command."""
    return " ".join(part for part in (check.fix, action_words(check, COMMAND_LINE)) if part)


@command("export", reads=True)
@output_option(
    "OUT", "File to write: .csv, .xlsx or .json for a table, .pdf for a report.", required=True
)
@list_option("Only this check-in list.")
@click.option("--who", type=EnumWord(Who), default=str(Who.ALL), help="Attendees; default: all.")
@click.option("--columns", metavar="NAME,...", help="Only these, in this order; not for .pdf.")
@click.option("--letter", is_flag=True, help="Each e-mail address once, with a name; not for .pdf.")
def export_command(
    line: CommandLine,
    output: Path,
    list_name: str | None,
    who: Who,
    columns: str | None,
    letter: bool,
) -> int:
    """Export the attendance to a file."""
    result = export_file(
        line.store,
        output,
        list_name=list_name,
        who=who,
        columns=None if columns is None else columns.split(","),
        letter=letter,
        progress=line.console.progress("Writing row"),
    )
    line.console.result(
        {"rows": result.rows, "file": str(result.file)},
        [f"{counted(result.rows, 'row')} written to {result.file}."],
    )
    return 0
