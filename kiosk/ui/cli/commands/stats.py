"""`kiosk stats` and `kiosk log`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, tzinfo

from rich.cells import cell_len

from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.services.event.event import event_info
from kiosk.services.reports.audit import Narrator, audit_trail
from kiosk.services.tally.stats import EventStats, ListStats, event_stats, stats_record
from kiosk.ui.cli.console import CommandLine, json_line
from kiosk.ui.cli.options import command


@command("stats", reads=True)
def stats_command(line: CommandLine) -> int:
    """Show counts: expected, checked in, inside."""
    stats = event_stats(line.store)
    zone = event_info(line.store).zone
    line.console.result(stats_record(line.store, stats), stats_lines(stats, zone))
    return 0


def stats_lines(stats: EventStats, zone: tzinfo) -> list[str]:
    """Describe the counts for a person to read: lists and types as a table, then the rest."""
    rows: list[tuple[str, ...]] = [("", "expected", "checked in", "inside")]
    for item in stats.lists:
        rows.append((item.name, f"{item.expected:,}", f"{item.checked_in:,}", f"{item.inside:,}"))
        if len(item.by_type) > 1:
            rows += [
                (f"  {kind or '(no type)'}", f"{count.expected:,}", f"{count.checked_in:,}", "")
                for kind, count in item.by_type.items()
            ]
    by_status = ", ".join(f"{count:,} {status}" for status, count in stats.by_status.items())
    refused = ", ".join(f"{count:,} {word}" for word, count in stats.refused_by.items())
    newcomers = f"First-timers: {stats.first_timers_in:,} of {stats.first_timers:,} checked in"
    return [
        *_aligned(rows),
        "",
        *(_arrivals_line(item, zone) for item in stats.lists if item.arrivals),
        f"People {stats.people:,}" + (f" ({by_status})" if by_status else ""),
        f"Walk-ins {stats.walk_ins:,}, forced {stats.forced:,}, undone {stats.undone:,}",
        f"Refused {stats.refused:,}" + (f" ({refused})" if refused else ""),
        f"Badges {stats.badges_printed:,}, printed {counted(stats.badge_prints, 'time')}",
        *(_answers_line(question, given) for question, given in stats.answers.items() if given),
        *([newcomers] if stats.first_timers else []),
    ]


def _arrivals_line(item: ListStats, zone: tzinfo) -> str:
    """Format the heads of each quarter hour: `Arrivals on Day 1: 09:30 12, 09:45 31`."""
    parts, day = [], None
    for start, heads in item.arrivals.items():
        at = datetime.fromtimestamp(start / 1000, zone)
        date = f"{at:%a} {at.day} {at:%b} " if day not in (None, at.date()) else ""
        parts.append(f"{date}{at:%H:%M} {heads:,}")
        day = at.date()
    return escape_controls(f"Arrivals on {item.name}: {', '.join(parts)}")


def _answers_line(question: str, given: dict[str, tuple[int, int]]) -> str:
    """Format who came, of those who gave the answer: `Meal: Veg 12 of 30, Jain 3 of 4`."""
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
