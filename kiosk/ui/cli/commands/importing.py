"""`kiosk import`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kiosk.domain.text import counted
from kiosk.services.people.duplicates import decide, possible_duplicates
from kiosk.services.setup.imports import (
    ImportPlan,
    ImportReport,
    accept_import,
    all_sentences,
    mapping_sentences,
    plan_import,
)
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import FILE, command, given_pairs, repeatable

_FIGURES = (
    *("rows", "valid", "pending", "not_valid", "duplicates", "rejected", "no_name"),
    *("checked_in", "heads", "new", "changed", "unchanged", "missing"),
)


@command("import")
@click.argument("file", type=FILE, metavar="FILE")
@repeatable(
    "--column", "columns", "FIELD=HEADER", 'Column of a field: name="Full name"; repeatable.'
)
@repeatable("--ignore", "ignored", "HEADER", "Column to leave aside; repeatable.")
@click.option("--sheet", metavar="SHEET", help="Sheet of a workbook.")
@click.option("--questions", is_flag=True, help="Ask the file's check-in questions at the desk.")
@click.option("--dry-run", is_flag=True, help="Report only; save nothing.")
def import_command(
    line: CommandLine,
    file: Path,
    columns: tuple[str, ...],
    ignored: tuple[str, ...],
    sheet: str | None,
    questions: bool,
    dry_run: bool,
) -> int:
    """Import a file of registrations."""
    store = line.store
    plan = plan_import(
        store,
        file,
        columns=_columns(columns),
        ignored=ignored,
        sheet=sheet,
        adds_questions=questions,
        progress=line.console.progress("Reading row"),
    )
    report = plan.report
    if not dry_run:
        accept_import(store, plan, progress=line.console.progress("Saving"))
    answer = {
        **report_json(report),
        "questions": [question._asdict() for question in plan.questions],
    }
    lines = report_lines(report, dry_run=dry_run)
    line.console.result(answer, lines[:-1] + _question_lines(plan) + lines[-1:])
    return 1 if report.rejected else 0


def _question_lines(plan: ImportPlan) -> list[str]:
    """What becomes of the questions that the file's platform asks at check-in."""
    if not plan.questions:
        return []
    names = ", ".join(f'"{question.name}"' for question in plan.questions)
    if plan.adds_questions:
        return [f"Asked at the desk: {names}."]
    return [f"To ask {names} at the desk too, import the file again with --questions."]


@command("duplicates", reads=lambda same, different, **_: not (same or different))
@click.option(
    "--same",
    nargs=2,
    metavar="ID ID",
    help="One person: the ticket that is checked in stays, else the first.",
)
@click.option("--different", nargs=2, metavar="ID ID", help="Two people.")
def duplicates_command(
    line: CommandLine, same: tuple[str, str] | None, different: tuple[str, str] | None
) -> int:
    """List attendees who may be one person, or decide a pair."""
    if same:
        decide(line.store, *same, is_same=True)
    if different:
        decide(line.store, *different, is_same=False)
    pairs = possible_duplicates(line.store)
    answer = [
        {"ids": [p.first.id, p.second.id], "names": [p.first.label, p.second.label], "why": p.why}
        for p in pairs
    ]
    lines = [
        f"{p.first.label} ({p.first.email or '-'}, {p.first.id[:8]}) and "
        f"{p.second.label} ({p.second.email or '-'}, {p.second.id[:8]}): {p.why}."
        for p in pairs
    ]
    line.console.result({"possible_duplicates": answer}, lines or ["No possible duplicates."])
    return 1 if pairs else 0


def _columns(given: tuple[str, ...]) -> dict[str, str]:
    pairs = given_pairs(
        given,
        "bad_column",
        "does not name a field and its column.",
        saved="Nothing was imported.",
        next_step='Write it as --column name="Your full name".',
        needs_value=True,
    )
    return {name.strip(): header for name, header in pairs.items()}


def report_json(report: ImportReport) -> dict[str, Any]:
    """Describe an import as the contract does."""
    return {
        **{name: getattr(report, name) for name in _FIGURES},
        "kept": [asdict(kept) for kept in report.kept],
        "source": report.source,
        "sheet": report.sheet,
        "columns": report.mapping,
        "missing_people": report.missing_names,
        "possible_duplicates": [asdict(pair) for pair in report.possible_duplicates],
        "warnings": all_sentences(report) + mapping_sentences(report),
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
    lines += [f"Note: {sentence}" for sentence in all_sentences(report)]
    lines += _mapping_lines(report)
    lines.append("Nothing was saved (--dry-run)." if dry_run else "Saved.")
    return lines


def _mapping_lines(report: ImportReport) -> list[str]:
    """Which column became which field, with examples; then the columns that stay as they are."""
    lines = [f"Sheet: {report.sheet}"] if report.sheet else []
    for column in report.mapping:
        if column["field"]:
            examples = ", ".join(column["examples"])
            lines.append(f"{column['field']} <- {column['header']} ({examples})")
    extra = [column["header"] for column in report.mapping if not column["field"]]
    if extra:
        lines.append(f"Kept as extra columns: {', '.join(extra)}")
    return lines
