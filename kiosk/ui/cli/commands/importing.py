"""`kiosk import`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.setup.imports import ImportReport, accept_import, plan_import
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import FILE, command, repeatable

_FIGURES = (
    *("rows", "valid", "pending", "not_valid", "duplicates", "rejected", "no_name"),
    *("checked_in", "heads", "new", "changed", "unchanged", "missing"),
)
_ROWS_SHOWN = 20


@command("import")
@click.argument("file", type=FILE, metavar="FILE")
@repeatable(
    "--column", "columns", "FIELD=HEADER", 'Column of a field: name="Full name"; repeatable.'
)
@click.option("--sheet", metavar="SHEET", help="Sheet of a workbook.")
@click.option("--dry-run", is_flag=True, help="Report only; save nothing.")
def import_command(
    line: CommandLine, file: Path, columns: tuple[str, ...], sheet: str | None, dry_run: bool
) -> int:
    """Import a file of registrations."""
    store = line.store
    plan = plan_import(
        store,
        file,
        columns=_columns(columns),
        sheet=sheet,
        progress=line.console.progress("Reading row"),
    )
    report = plan.report
    if not dry_run:
        accept_import(store, plan, progress=line.console.progress("Saving"))
    line.console.result(report_json(report), report_lines(report, dry_run=dry_run))
    return 1 if report.rejected else 0


def _columns(given: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for item in given:
        name, equals, header = item.partition("=")
        if not equals or not name.strip() or not header.strip():
            raise KioskError(
                "bad_column",
                f"“{item}” does not name a field and its column.",
                saved="Nothing was imported.",
                next_step='Write it as --column name="Your full name".',
            )
        columns[name.strip()] = header
    return columns


def report_json(report: ImportReport) -> dict[str, Any]:
    """Describe an import as the contract does."""
    return {
        **{name: getattr(report, name) for name in _FIGURES},
        "kept": [asdict(kept) for kept in report.kept],
        "source": report.source,
        "warnings": report.warnings,
        "rejected_rows": report.rejected_rows,
        "font_hint": report.font_hint,
    }


def report_lines(report: ImportReport, *, dry_run: bool) -> list[str]:
    """Describe an import for a person to read."""
    lines = [
        f"{report.file_name}: {counted(report.rows, 'row')}: {report.valid:,} valid, "
        f"{report.pending:,} not yet valid, {report.not_valid:,} not valid, "
        f"{counted(report.duplicates, 'duplicate')}, {report.rejected:,} left out.",
        f"{report.new:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged, "
        f"{report.missing:,} no longer in the file (kept).",
    ]
    if report.no_name:
        have = counted(report.no_name, "valid ticket has", "valid tickets have")
        lines.append(f"{have} no name yet. They can be scanned.")
    if report.heads != report.valid:
        lines.append(
            f"{counted(report.valid, 'valid ticket admits', 'valid tickets admit')} "
            f"{counted(report.heads, 'person')}."
        )
    if report.checked_in:
        lines.append(
            f"{counted(report.checked_in, 'is', 'are')} marked as arrived in the file. "
            "Their card shows it; it does not count as a check-in here."
        )
    lines += [
        f"Kept the value typed here: {kept.field} “{kept.kept}”; the file has “{kept.offered}”."
        for kept in report.kept
    ]
    lines += [f"Note: {warning}" for warning in report.warnings]
    if report.font_hint:
        lines.append(f"Note: {report.font_hint}")
    rejected = report.rejected_rows
    lines += [f"Row {row['row']} left out: {row['why']}." for row in rejected[:_ROWS_SHOWN]]
    if len(rejected) > _ROWS_SHOWN:
        lines.append(f"... and {len(rejected) - _ROWS_SHOWN} more.")
    lines.append("Nothing was saved (--dry-run)." if dry_run else "Saved.")
    return lines
