"""`kiosk stats` and `kiosk log`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime, tzinfo

from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.services.event.event import event_info
from kiosk.services.reports.audit import Narrator, audit_trail
from kiosk.services.tally.event_tally import EventStats, ListStats, event_stats, stats_record
from kiosk.ui.cli.console import CommandLine, json_line


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    stats = subparsers.add_parser("stats", help="counts: expected, checked in, inside")
    stats.set_defaults(handler=_stats)
    log = subparsers.add_parser("log", help="everything that happened, oldest first")
    log.set_defaults(handler=_log)
    return [stats, log]


def _stats(line: CommandLine) -> int:
    stats = event_stats(line.store)
    if line.console.as_json:
        line.console.json(stats_record(line.store, stats))
        return 0
    for text in stats_lines(stats, event_info(line.store).zone):
        line.console.show(text)
    return 0


def stats_lines(stats: EventStats, zone: tzinfo) -> list[str]:
    """The counts for a person to read: a table of lists and types, then the rest."""
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
    newcomers = f"First-timers: {stats.first_timers_in:,} of {stats.first_timers:,} in"
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
    """`Arrivals on Day 1: 09:30 12, 09:45 31`: heads let in from each quarter hour on."""
    parts, day = [], None
    for start, heads in item.arrivals.items():
        at = datetime.fromtimestamp(start / 1000, zone)
        date = f"{at:%a} {at.day} {at:%b} " if day not in (None, at.date()) else ""
        parts.append(f"{date}{at:%H:%M} {heads:,}")
        day = at.date()
    return escape_controls(f"Arrivals on {item.name}: {', '.join(parts)}")


def _answers_line(question: str, given: dict[str, tuple[int, int]]) -> str:
    """`Meal: Veg 12 of 30, Jain 3 of 4`: who came, of those who said so."""
    parts = (f"{text} {came:,} of {everybody:,}" for text, (came, everybody) in given.items())
    return escape_controls(f"{question}: {', '.join(parts)}")


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Names to the left, figures to the right, measured in terminal cells."""
    from rich.cells import cell_len

    rows = [(escape_controls(row[0]), *row[1:]) for row in rows]
    widths = [max(cell_len(row[number]) for row in rows) for number in range(len(rows[0]))]
    lines = []
    for name, *figures in rows:
        padded = [figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True)]
        lines.append("  ".join([name + " " * (widths[0] - cell_len(name)), *padded]).rstrip())
    return lines


def _log(line: CommandLine) -> int:
    """One event after the other, so that a log of any length needs little memory."""
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
