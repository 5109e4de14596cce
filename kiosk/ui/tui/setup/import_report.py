"""The import report as lines of a screen: the rows of a file, and the changes to the event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from textual.content import Content

from kiosk.domain.text import counted, escape_controls
from kiosk.importers.preview import field_label
from kiosk.services.setup.imports import ImportPlan, ImportReport
from kiosk.ui.tui.widgets.charts import fit, padded

if TYPE_CHECKING:
    from kiosk.importers.preview import ColumnPreview, FilePreview

LISTED = 50
"""People, rows or values of one kind that are listed; the counts include all."""


def counts_line(report: ImportReport) -> Content:
    """`48 rows: 41 can enter · 7 not yet valid`: every row is in exactly one of the counts."""
    parts = [
        (report.pending, "not yet valid", "$text-warning"),
        (report.not_valid, "canceled", "$text-error"),
        (report.duplicates, "duplicate" if report.duplicates == 1 else "duplicates", ""),
        (report.rejected, "left out", "$text-warning"),
    ]
    shown = [(report.valid, "can enter", "$text-success"), *(part for part in parts if part[0])]
    counts = [
        Content.assemble((f"{count:,}", f"bold {style}" if count else "bold"), f" {label}")
        for count, label, style in shown
    ]
    rows = "row" if report.rows == 1 else "rows"
    head = Content.assemble((f"{report.rows:,}", "bold"), f" {rows}:  ")
    return head + Content(" · ").join(counts)


def change_line(report: ImportReport) -> Content:
    """The changes to the event: `In this event: 3 new · 45 unchanged ...`."""
    parts = [
        (report.new, "new"),
        (report.changed, "changed"),
        (report.unchanged, "unchanged"),
        (report.missing, "missing from the file (kept here)"),
    ]
    shown = [Content.assemble((f"{count:,}", "bold"), f" {word}") for count, word in parts]
    return Content("In this event: ") + Content(" · ").join(shown)


def outcome_sentence(report: ImportReport) -> str:
    """The result of an import in one line: `48 read: 3 new, 45 unchanged.`"""
    parts = {
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "missing from the file": report.missing,
        "left out": report.rejected,
    }
    counts = ", ".join(f"{count:,} {word}" for word, count in parts.items() if count)
    return f"{report.rows:,} read: {counts or 'no one'}."


def report_content(
    plan: ImportPlan,
    preview: FilePreview | None,
    names: Mapping[str, str],
    *,
    is_new: bool,
    width: int,
) -> Content:
    """The whole report.

    Args:
        names: attendee id to the name to show, for people missing from the file.
        width: cells of a line.
    """
    report = plan.report
    lines = [counts_line(report)]
    if not is_new:
        lines.append(change_line(report))
    if plan.known:
        lines.append(Content("You have already imported this file. Nothing to do."))
    lines += [Content(sentence) for sentence in _notes(report)]
    lines += _questions(plan)
    lines += [
        Content.assemble(("! ", "bold $text-warning"), escape_controls(warning))
        for warning in report.warnings
    ]
    lines += _section("Left out", _rejected(report), report.rejected)
    lines += _section("Kept as typed at the desk", _kept(report, names), len(report.kept))
    lines += _section("Changed", _changed(report, width), report.changed)
    lines += _section("Missing from the file", _missing(report, names), report.missing)
    lines += _columns(report, preview, width)
    return Content("\n").join(lines)


def _notes(report: ImportReport) -> Iterator[str]:
    if report.heads != report.valid:
        yield f"{counted(report.heads, 'person')} expected (some tickets are for groups)."
    if report.no_name:
        tickets = counted(report.no_name, "valid ticket has", "valid tickets have")
        yield f"{tickets} no name yet: type it at the desk."
    if report.checked_in:
        yield f"{report.checked_in:,} marked as arrived in the file: shown, but not checked in."
    if report.font_hint:
        yield report.font_hint


def _questions(plan: ImportPlan) -> list[Content]:
    """Whether the desk will ask the questions of the file."""
    if not plan.questions:
        return []
    names = escape_controls(", ".join(f"“{question.name}”" for question in plan.questions))
    if plan.adds_questions:
        return [Content(f"The desk will ask {names}. F7: do not ask.")]
    return [Content(f"The desk does not ask {names}. F7: ask at check-in.")]


def _section(title: str, lines: Iterator[str], count: int) -> list[Content]:
    if not count:
        return []
    shown = [Content(f"  {line}") for _, line in zip(range(LISTED), lines, strict=False)]
    more = [Content(f"  ... and {count - LISTED:,} more")] if count > LISTED else []
    return [Content(""), Content.styled(f"{title} ({count:,})", "bold"), *shown, *more]


def _rejected(report: ImportReport) -> Iterator[str]:
    return (f"Row {row['row']}: {escape_controls(str(row['why']))}" for row in report.rejected_rows)


def _kept(report: ImportReport, names: Mapping[str, str]) -> Iterator[str]:
    for kept in report.kept:
        who = escape_controls(names.get(kept.id, ""))
        what = f"{field_label(kept.field)} “{escape_controls(kept.kept)}”"
        yield f"{who}: {what}; the file says “{escape_controls(kept.offered)}”"


def _changed(report: ImportReport, width: int) -> Iterator[str]:
    for person in report.changed_people:
        changes = ", ".join(
            f"{escape_controls(field_label(field))} "
            f"{escape_controls(was) or '-'} → {escape_controls(now) or '-'}"
            for field, (was, now) in person.changes.items()
        )
        yield fit(f"{escape_controls(person.name)}: {changes or 'its codes'}", width - 3)


def _missing(report: ImportReport, names: Mapping[str, str]) -> Iterator[str]:
    return (escape_controls(names.get(person, person)) for person in report.missing_people)


def _columns(report: ImportReport, preview: FilePreview | None, width: int) -> list[Content]:
    """Each column with its field and examples; columns without a field come last."""
    columns = list(preview.columns) if preview else []
    if not columns:
        columns_text = [
            Content(f"  {fit(field_label(name), 16):16} ← {escape_controls(heading)}")
            for name, heading in report.columns.items()
        ]
        return [Content(""), Content.styled("Read as", "bold"), *columns_text]
    read = [column_line(column, width) for column in columns if column.field]
    extra = [column_line(column, width) for column in columns if not column.field]
    lines = [Content(""), Content.styled("Columns and their fields", "bold"), *read]
    if extra:
        lines += [Content(""), Content.styled("Extra columns (shown on the card)", "bold"), *extra]
    return lines


def column_line(column: ColumnPreview, width: int) -> Content:
    """One column in a line: its field, its heading, up to three examples."""
    label = field_label(column.field) if column.field else "·"
    style = "bold $accent" if column.field else "dim"
    heading = escape_controls(column.heading) or "(no heading)"
    heading_width = max(12, width * 3 // 10)
    examples_width = width - 18 - heading_width - 4
    examples = " · ".join(escape_controls(example) for example in column.examples[:3])
    return Content.assemble(
        "  ",
        (padded(label, 16), style),
        " ",
        padded(heading, heading_width),
        "  ",
        (fit(examples, examples_width), "$text-muted"),
    )
