"""`kiosk import`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.setup.imports import ImportReport, accept_import, plan_import
from kiosk.ui.cli.console import CommandLine, at_home

_FIGURES = (
    "rows",
    "valid",
    "pending",
    "not_valid",
    "duplicates",
    "rejected",
    "no_name",
    "checked_in",
    "heads",
    "new",
    "changed",
    "unchanged",
    "missing",
)


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parser of this group."""
    parser = subparsers.add_parser("import", help="take in a file of registrations")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help='where a field stands, e.g. name="Your full name"',
    )
    parser.add_argument("--sheet", metavar="S", help="the sheet of a workbook")
    parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    parser.set_defaults(handler=_import)
    return [parser]


def _columns(given: list[str]) -> dict[str, str]:
    columns = {}
    for item in given:
        name, equals, header = item.partition("=")
        if not equals or not name.strip() or not header.strip():
            raise KioskError(
                "bad_column",
                f"“{item}” does not say which column a field is in.",
                saved="Nothing was imported.",
                next_step='Write it as --column name="Your full name".',
            )
        columns[name.strip()] = header
    return columns


def report_json(report: ImportReport) -> dict[str, Any]:
    """The report as the contract has it."""
    return {
        **{name: getattr(report, name) for name in _FIGURES},
        "kept": [asdict(kept) for kept in report.kept],
        "source": report.source,
        "warnings": report.warnings,
        "rejected_rows": report.rejected_rows,
        "font_hint": report.font_hint,
    }


def _import(line: CommandLine) -> int:
    options = line.options
    store = line.store
    plan = plan_import(
        store,
        at_home(options.file),
        columns=_columns(options.column),
        sheet=options.sheet,
        progress=line.console.progress("Reading row"),
    )
    report = plan.report
    if not options.dry_run:
        accept_import(store, plan, progress=line.console.progress("Saving"))
    if line.console.as_json:
        line.console.json(report_json(report))
    else:
        for sentence in report_lines(report, dry_run=options.dry_run):
            line.console.show(sentence)
    return 1 if report.rejected else 0


def report_lines(report: ImportReport, *, dry_run: bool) -> list[str]:
    """The report for a person to read."""
    lines = [
        f"{report.file_name}: {counted(report.rows, 'row')}: {report.valid:,} valid, "
        f"{report.pending:,} not yet valid, {report.not_valid:,} not valid, "
        f"{counted(report.duplicates, 'duplicate')}, {report.rejected:,} left out.",
        f"{report.new:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged, "
        f"{report.missing:,} no longer in the file (kept).",
    ]
    if report.no_name:
        have = counted(report.no_name, "valid ticket has", "valid tickets have")
        lines.append(f"{have} no name yet; scanning works all the same.")
    if report.heads != report.valid:
        lines.append(
            f"{counted(report.valid, 'valid ticket admits', 'valid tickets admit')} "
            f"{counted(report.heads, 'person')}."
        )
    if report.checked_in:
        lines.append(
            f"{counted(report.checked_in, 'is', 'are')} marked as arrived in the file; "
            "that is shown on their card and not taken over as a check-in here."
        )
    lines += [
        f"Kept what was typed here: {kept.field} “{kept.kept}”, the file says “{kept.offered}”."
        for kept in report.kept
    ]
    lines += [f"Note: {warning}" for warning in report.warnings]
    if report.font_hint:
        lines.append(f"Note: {report.font_hint}")
    lines += [f"Row {row['row']} left out: {row['why']}." for row in report.rejected_rows[:20]]
    if len(report.rejected_rows) > 20:
        lines.append(f"... and {len(report.rejected_rows) - 20} more.")
    lines.append("Nothing was written (--dry-run)." if dry_run else "Saved.")
    return lines
