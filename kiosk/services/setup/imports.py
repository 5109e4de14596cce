"""Import a registrations file: compare it with the event, report, write all of it or nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.badges.text.fontbook import lacks_east_asian_font
from kiosk.badges.text.languages import east_asian_scripts
from kiosk.domain.log.events import EventKind, fingerprint, json_lines, json_texts
from kiosk.domain.log.ids import attendee_ids
from kiosk.domain.people.registration import (
    PERSON_FIELDS,
    Registration,
    RegistrationFile,
    TicketStatus,
)
from kiosk.importers.reading import SourceFile
from kiosk.storage.file.store import Store
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.log.imported_rows import imported_rows, index_made_last
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import imports as import_store
from kiosk.support.install_hint import install_hint
from kiosk.support.progress import Progress, gc_paused

ROWS_PER_EVENT = 500
"""Small enough for one network frame and one progress step, large enough to be fast."""

IMPORTER = 1
"""Version of the importer; a higher one reads files again that were imported before."""

_COMPARED = (
    *PERSON_FIELDS,
    "status",
    "heads",
    "guest_of",
)


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A value typed at the desk that stays although the file has another."""

    id: str
    field: str
    kept: str
    offered: str


@dataclass(frozen=True, slots=True)
class ChangedPerson:
    """A person whose row differs from the event."""

    id: str
    name: str
    changes: dict[str, tuple[str, str]]
    """Field to (old value, new value)."""


@dataclass(slots=True)
class ImportReport:
    """The contents of a file, and the changes that importing it makes."""

    source: str
    file_name: str
    rows: int = 0
    valid: int = 0
    pending: int = 0
    not_valid: int = 0
    duplicates: int = 0
    rejected: int = 0
    no_name: int = 0
    checked_in: int = 0
    heads: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    kept: list[KeptValue] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rejected_rows: list[dict[str, Any]] = field(default_factory=list)
    changed_people: list[ChangedPerson] = field(default_factory=list)
    missing_people: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    font_hint: str = ""
    """What to install so that Chinese, Japanese and Korean names get badges; empty when a font is
    here. Not stored: it is about this computer."""


_COUNTS = (
    "rows",
    "valid",
    "pending",
    "not_valid",
    "duplicates",
    "rejected",
    "no_name",
    "checked_in",
    "heads",
)


PlannedRow = tuple[tuple[Any, ...], bytes]
"""The values of a row for `imported_rows.ImportedRows`, and its JSON in the log."""


@dataclass(slots=True)
class ImportPlan:
    """A report, and the rows that accepting it writes."""

    report: ImportReport
    sha256: str
    options: str
    """JSON of the choices with which the file was read."""
    rows: list[PlannedRow] = field(default_factory=list)
    """Rows of new and changed people."""
    known: bool = False
    """The same file was the last import from its source: there is nothing to write."""


def plan_import(
    store: Store,
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> ImportPlan:
    """Read a file and compare it with the store; nothing is written.

    Raises:
        FileRefused: what is wrong with this file.
    """
    return plan_source(store, SourceFile(path, columns=columns, sheet=sheet), progress)


def plan_source(store: Store, source: SourceFile, progress: Progress | None = None) -> ImportPlan:
    """Compare a file that is already read with the store; nothing is written.

    Raises:
        FileRefused: what is wrong with this file.
    """
    options = json.dumps([IMPORTER, source.columns, source.sheet], sort_keys=True)
    known = import_store.last_run_of_file(store.connection, source.sha256)
    if known and known.options == options:
        return _known_file(store, source.path, known)
    with gc_paused():
        return plan_registrations(store, source.registrations(progress), options)


def plan_registrations(store: Store, file: RegistrationFile, options: str = "") -> ImportPlan:
    """Compare registrations with the event; nothing is written."""
    plan = _compare(store, file, options)
    plan.report.font_hint = _font_hint(file)
    return plan


def _font_hint(file: RegistrationFile) -> str:
    valid = (row.name for row in file.registrations if row.status is TicketStatus.VALID)
    if not lacks_east_asian_font(east_asian_scripts("".join(valid))):
        return ""
    return (
        "This computer has no font for Chinese, Japanese or Korean names: they get no badge yet. "
        f"Install one: {install_hint('cjk')}"
    )


def _known_file(store: Store, path: Path, run: import_store.ImportRun) -> ImportPlan:
    counts = run.report
    report = ImportReport(source=run.source, file_name=path.name)
    for name in _COUNTS:
        setattr(report, name, counts[name])
    report.unchanged = counts["people"]
    report.missing = counts["missing"]
    gone = set(counts["missing_people"])
    report.missing_people = list(gone)
    report.kept = [
        KeptValue(person, _shown_field(name), typed, offered)
        for person, name, typed, offered in import_store.overruled_values(
            store.connection, run.source
        )
        if person not in gone
    ]
    report.warnings = list(counts["warnings"])
    report.rejected_rows = list(counts["rejected_rows"])
    report.columns = dict(counts["columns"])
    return ImportPlan(report, run.sha256, run.options, known=True)


def _shown_field(name: str) -> str:
    return "order" if name == "order_code" else name.removeprefix(EXTRA_PREFIX)


def _compare(store: Store, file: RegistrationFile, options: str) -> ImportPlan:
    report = _count(file)
    plan = ImportPlan(report, file.sha256, options)
    stored = people.fingerprints(store.connection)
    typed = people.edits(store.connection)
    ids = attendee_ids(file.platform, [row.identity for row in file.registrations])
    rows = _planned(ids, file.registrations)
    for person, row, planned in zip(ids, file.registrations, rows, strict=True):
        before = stored.get(person)
        if before is None:
            plan.rows.append(planned)
        elif before == (file.source, planned[0][-1]) and person not in typed:
            report.unchanged += 1
        else:
            _compare_known(store, plan, row, planned, before, typed.get(person, {}))
    present = set(ids)
    report.new = len(present.difference(stored))
    gone = stored.keys() - present
    report.missing_people = [
        person for person in stored if person in gone and stored[person][0] == file.source
    ]
    report.missing = len(report.missing_people)
    return plan


def _compare_known(
    store: Store,
    plan: ImportPlan,
    row: Registration,
    planned: PlannedRow,
    before: tuple[str, str],
    typed: dict[str, str],
) -> None:
    report = plan.report
    values, _ = planned
    person, mark = values[0], values[-1]
    if typed:
        report.kept += _kept(person, row, typed)
    if before[1] == mark:
        report.unchanged += 1
        if before[0] != report.source:
            plan.rows.append(planned)
        return
    plan.rows.append(planned)
    current = people.attendee(store.connection, person)
    assert current is not None
    changes = {
        name: (str(getattr(current, name)), str(getattr(row, name)))
        for name in _COMPARED
        if name not in typed and str(getattr(current, name)) != str(getattr(row, name))
    }
    offered = dict(row.extra)
    for header in {*offered, *current.extra}:
        was, now = current.extra.get(header, ""), offered.get(header, "")
        if EXTRA_PREFIX + header not in typed and was != now:
            changes[header] = (was, now)
    if not changes and any(_offered(row, name) is not None for name in typed):
        report.unchanged += 1
        return
    report.changed += 1
    report.changed_people.append(ChangedPerson(person, current.label, changes))


def _offered(row: Registration, name: str) -> str | None:
    """The file's value of a field typed at the desk; None if it has none."""
    if name.startswith(EXTRA_PREFIX):
        return dict(row.extra).get(name.removeprefix(EXTRA_PREFIX))
    value = getattr(row, name, None)
    return None if value is None or value == "" else str(value)


def _kept(person: str, row: Registration, typed: dict[str, str]) -> list[KeptValue]:
    kept = []
    for name, value in typed.items():
        offered = _offered(row, name)
        if offered is not None and offered != value:
            kept.append(KeptValue(person, _shown_field(name), value, offered))
    return kept


def _count(file: RegistrationFile) -> ImportReport:
    statuses = Counter(row.status for row in file.registrations)
    valid = [row for row in file.registrations if row.status is TicketStatus.VALID]
    return ImportReport(
        source=file.source,
        file_name=file.file_name,
        rows=file.rows,
        valid=len(valid),
        pending=statuses[TicketStatus.UNPAID]
        + statuses[TicketStatus.UNAPPROVED]
        + statuses[TicketStatus.BLOCKED],
        not_valid=statuses[TicketStatus.CANCELED],
        duplicates=file.duplicates,
        rejected=len(file.rejected),
        no_name=sum(not row.name for row in valid),
        checked_in=sum(bool(row.arrived_at_source) for row in valid),
        heads=sum(row.heads for row in valid),
        warnings=list(file.warnings),
        rejected_rows=[{"row": row.row, "why": row.why} for row in file.rejected],
        columns=dict(file.columns),
    )


def accept_import(
    store: Store, plan: ImportPlan, *, progress: Progress | None = None
) -> ImportReport:
    """Write a plan in one transaction: all of it, or nothing (canceled, disk full).

    Raises:
        KioskError: the store's own. Whatever `progress` raises ends it as well.
    """
    if plan.known:
        return plan.report
    rows = sorted(plan.rows, key=lambda planned: planned[0][0])  # by id
    with gc_paused(), store.writing():
        connection, source = store.connection, plan.report.source
        with index_made_last(connection), imported_rows(connection) as imported:
            for start in range(0, len(rows), ROWS_PER_EVENT):
                chunk = rows[start : start + ROWS_PER_EVENT]
                event = store.write_import_rows(source, [text for _, text in chunk])
                imported.add(event, source, [values for values, _ in chunk])
                if progress:
                    progress(min(start + ROWS_PER_EVENT, len(rows)), len(rows))
        store.append(EventKind.IMPORT_DONE, _done_body(store, plan))
    return plan.report


def _planned(ids: Sequence[str], rows: Sequence[Registration]) -> list[PlannedRow]:
    """The rows as `ImportRow` lists them, in blocks that stay in the processor's cache."""
    planned: list[PlannedRow] = []
    for start in range(0, len(rows), ROWS_PER_EVENT):
        some = rows[start : start + ROWS_PER_EVENT]
        extras = json_texts([dict(row.extra) for row in some])
        codes = json_texts([(row.codes, _weak_codes(row)) for row in some])
        people = ids[start : start + ROWS_PER_EVENT]
        values: list[tuple[Any, ...]] = [
            # the plain text of a status: SQLite and JSON handle it faster than an enum member
            (person, *row[1:9], row[9]._value_, *row[10:13], row[15], extra, code)
            for person, row, extra, code in zip(people, some, extras, codes, strict=True)
        ]
        texts = json_lines(values)
        marked = [(*row, fingerprint(text)) for row, text in zip(values, texts, strict=True)]
        planned += zip(marked, texts, strict=True)
    return planned


def _weak_codes(row: Registration) -> tuple[str, ...]:
    """The weak codes but the order's, which is found by its own column."""
    weak, order = row.weak_codes, row.order_code
    return tuple([code for code in weak if code != order]) if order in weak else weak


def _done_body(store: Store, plan: ImportPlan) -> dict[str, Any]:
    report = plan.report
    counts: dict[str, Any] = {name: getattr(report, name) for name in _COUNTS}
    counts |= {
        "people": report.new + report.changed + report.unchanged,
        "missing": report.missing,
        "warnings": report.warnings,
        "rejected_rows": report.rejected_rows,
        "columns": report.columns,
        "missing_people": report.missing_people,
        "options": plan.options,
    }
    return {
        "at": store.clock(),
        "source": report.source,
        "sha256": plan.sha256,
        "file_name": report.file_name,
        "report": counts,
    }
