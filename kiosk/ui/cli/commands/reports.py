"""`kiosk ready`, `kiosk export`, `kiosk stats` and `kiosk log`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.cells import cell_len

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.checkin.tally import EventTally, Tally
from kiosk.domain.checkin.words import BANNERS
from kiosk.domain.datetimes import day_words, local_time, other_year
from kiosk.domain.text import counted, escape_controls
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import EventInfo, event_info
from kiosk.services.reports.attendance import ExportOrder, Who
from kiosk.services.reports.audit import Narrator, audit_trail
from kiosk.services.reports.report import export_file
from kiosk.services.setup.ready import accept_check, check_readiness
from kiosk.services.tally.event_tally import event_tally
from kiosk.ui.actions import COMMAND_LINE, action_words, joined
from kiosk.ui.cli.console import CommandLine, json_line
from kiosk.ui.cli.options import SeveralWords, Word, command, list_option, output_option


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
    checks, lines = [], []
    for check in report.checks:
        fix = joined(check.fix, action_words(check, COMMAND_LINE))
        checks.append(
            {
                "code": check.code,
                "ok": check.ok,
                "what": check.what,
                "fix": fix,
                "accepted": check.accepted,
            }
        )
        sign = "·" if check.accepted else "✓" if check.ok else "✗"
        accepted = " (accepted)" if check.accepted else ""
        lines.append(f"{sign} {check.code:<17} {check.what}{accepted}")
        lines += [f"    {fix}"] if fix else []
    left = sum(not check.ok for check in report.checks)
    lines.append("Everything is ready." if report.ready else f"{left} left to do.")
    line.console.result({"ready": report.ready, "checks": checks}, lines)
    return 0 if report.ready else 1


@command("export", reads=True)
@output_option(
    "OUT", "File to write: .csv, .xlsx or .json for a table, .pdf for a report.", required=True
)
@list_option("Only this check-in list.")
@click.option("--who", type=Word(Who), default=str(Who.ALL), help="Attendees; default: all.")
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
    titles = None if columns is None else columns.split(",")
    order = ExportOrder(list_name, who, titles, letter)
    progress = line.console.progress("Writing row")
    result = export_file(line.store, output, order, progress=progress)
    line.console.result(
        asdict(result), [f"{counted(result.rows, 'row')} written to {result.file}."]
    )
    return 0


@command("stats", reads=True)
def stats_command(line: CommandLine) -> int:
    """Show counts: expected, checked in, inside."""
    tally = event_tally(line.store)
    event = event_info(line.store)
    line.console.result(stats_record(tally, event.zone), stats_lines(tally, event))
    return 0


def stats_record(tally: EventTally, zone: ZoneInfo) -> dict[str, object]:
    """The counts as JSON."""
    first_timers = tally.event.first_timers
    return {
        "lists": [_list_record(item, zone) for item in tally.lists],
        "people": tally.people,
        "heads": tally.event.total.expected,
        "by_status": tally.by_status,
        "walk_ins": tally.walk_ins,
        "refused": sum(tally.event.refused.values()),
        "refused_by": tally.event.refused,
        "forced": tally.forced,
        "undone": tally.undone,
        "badges_printed": tally.badges_printed,
        "badge_prints": tally.badge_prints,
        "badges_made": tally.badges_made,
        "answers": {
            question: {text: {"came": came, "all": every} for text, (came, every) in given.items()}
            for question, given in tally.answers.items()
        },
        "first_timers": first_timers.people,
        "first_timers_in": first_timers.checked_in,
    }


def _list_record(item: Tally, zone: ZoneInfo) -> dict[str, object]:
    return {
        "list": item.name,
        "expected": item.total.expected,
        "checked_in": item.total.checked_in,
        "inside": item.inside,
        "by_type": {
            name: {"expected": turnout.expected, "checked_in": turnout.checked_in}
            for name, turnout in item.by_type.items()
        },
        "arrivals": [
            {"from": moment_text(start, zone), "heads": heads}
            for start, heads in item.arrivals.items()
        ],
        "desks": item.desks,
        "gates": [{"desks": list(gate.desks), "heads": gate.heads} for gate in item.gates],
    }


def stats_lines(tally: EventTally, event: EventInfo) -> list[str]:
    """The counts for a person to read: a table of lists and types, then the rest."""
    rows: list[tuple[str, ...]] = [("", "expected", "checked in", "inside")]
    for item in tally.lists:
        total = item.total
        rows.append((item.name, f"{total.expected:,}", f"{total.checked_in:,}", f"{item.inside:,}"))
        if len(item.by_type) > 1:
            rows += [
                (f"  {name or '(no type)'}", f"{count.expected:,}", f"{count.checked_in:,}", "")
                for name, count in item.by_type.items()
            ]
    by_status = ", ".join(f"{count:,} {status}" for status, count in tally.by_status.items())
    refused = sum(tally.event.refused.values())
    reasons = ", ".join(
        f"{count:,} {BANNERS[Outcome(outcome)].words.lower()}"
        for outcome, count in tally.event.refused.items()
    )
    newcomers = tally.event.first_timers
    return [
        *_aligned(rows),
        "",
        *(_arrivals_line(item, event) for item in tally.lists if item.arrivals),
        *(_desks_line(item) for item in tally.lists if len(item.desks) > 1),
        *(_gates_line(item) for item in tally.lists if item.gates),
        f"People {tally.people:,}" + (f" ({by_status})" if by_status else ""),
        f"Walk-ins {tally.walk_ins:,}, overrides {tally.forced:,}, undone {tally.undone:,}",
        f"Refused {refused:,}" + (f" ({reasons})" if reasons else ""),
        f"Badges {tally.badges_printed:,}, printed {counted(tally.badge_prints, 'time')}"
        + (f", {tally.badges_made:,} PDF only" if tally.badges_made else ""),
        *(_answers_line(question, given) for question, given in tally.answers.items() if given),
        *(
            [f"First-timers: {newcomers.checked_in:,} of {newcomers.people:,} checked in"]
            if newcomers.people
            else []
        ),
    ]


def _arrivals_line(item: Tally, event: EventInfo) -> str:
    """`Arrivals on Day 1: 09:30 12, 09:45 31`: arrivals from each quarter hour on."""
    parts: list[str] = []
    day: date | None = None
    for start, heads in item.arrivals.items():
        at = local_time(start, event.zone)
        year = other_year(at.date(), event.days)
        is_named = at.date() != day and (parts or year)
        named = f"{day_words(at)}{year} " if is_named else ""
        parts.append(f"{named}{at:%H:%M} {heads:,}")
        day = at.date()
    return escape_controls(f"Arrivals on {item.name}: {', '.join(parts)}")


def _desks_line(item: Tally) -> str:
    """`Desks on Day 1: Gate 1 31, Gate 2 12`: people admitted by each desk, returns included."""
    parts = ", ".join(f"{desk} {heads:,}" for desk, heads in item.desks.items())
    return escape_controls(f"Desks on {item.name}: {parts}")


def _gates_line(item: Tally) -> str:
    """`Gates on Day 1: North 1 + North 2 43, South 12`: people admitted by each gate's desks."""
    parts = ", ".join(f"{gate.name} {gate.heads:,}" for gate in item.gates)
    return escape_controls(f"Gates on {item.name}: {parts}")


def _answers_line(question: str, given: dict[str, tuple[int, int]]) -> str:
    """`Meal: Veg 12 of 30, Jain 3 of 4`: checked in, of all with this answer."""
    parts = (f"{text} {came:,} of {total:,}" for text, (came, total) in given.items())
    return escape_controls(f"{question}: {', '.join(parts)}")


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Align names to the left and figures to the right, by terminal cells."""
    rows = [(escape_controls(row[0]), *row[1:]) for row in rows]
    widths = [max(cell_len(row[number]) for row in rows) for number in range(len(rows[0]))]
    lines = []
    for name, *figures in rows:
        padded = [figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True)]
        lines.append("  ".join([name + " " * (widths[0] - cell_len(name)), *padded]).rstrip())
    return lines


@command("log", reads=True)
def log_command(line: CommandLine) -> int:
    """Show everything that happened, oldest first."""
    # one event at a time: a log of any length needs little memory
    if not line.console.as_json:
        narrator = Narrator(line.store)
        for entry in audit_trail(line.store):
            line.console.show(narrator.line(entry).replace("\n", "\\n"))
        return 0
    between = "["
    for entry in audit_trail(line.store):
        line.console.write(between + json_line(asdict(entry)))
        between = ",\n"
    line.console.write("]\n" if between != "[" else "[]\n")
    return 0
