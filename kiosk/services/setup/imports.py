"""Import a registrations file: compare it with the event, report, write all of it or nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path
from typing import Any

from kiosk.badges.text.fontbook import font_hint
from kiosk.domain.checkin.questions import MAX_CHOICES
from kiosk.domain.checkin.rights import states_rights, unreadable_dates
from kiosk.domain.datetimes import DateTimeContext
from kiosk.domain.log.events import EventKind, fingerprint, json_lines, json_texts
from kiosk.domain.log.ids import attendee_ids
from kiosk.domain.people.attendee import LATE_SALE_SOURCE, WALK_IN_SOURCE, Attendee
from kiosk.domain.people.names import with_lost_letters
from kiosk.domain.people.pairing import Candidate, Doubt, Pairing, pair
from kiosk.domain.people.registration import (
    PERSON_FIELDS,
    ImportRow,
    OfferedQuestion,
    Registration,
    RegistrationFile,
    TicketStatus,
)
from kiosk.domain.text import counted
from kiosk.importers.preview import field_label
from kiosk.importers.reading import SourceFile
from kiosk.importers.understand.mapping import STATUS_FIELDS
from kiosk.services.checkin.questions import add_offered
from kiosk.services.event.event import day_window, event_info
from kiosk.services.people.duplicates import note_doubts
from kiosk.services.setup.changed_lines import (
    CACHE_KEY,
    Changes,
    lines_of,
    read_changes,
    split_lines,
)
from kiosk.storage.file.cache import keep_value, newest_place
from kiosk.storage.file.store import Store
from kiosk.storage.log.edits import EXTRA_PREFIX
from kiosk.storage.log.imported_rows import imported_rows, index_made_last
from kiosk.storage.queries import attendees as people
from kiosk.storage.queries import imports as import_store
from kiosk.support.progress import Progress, gc_paused

ROWS_PER_EVENT = 500
"""Small enough for one network frame and one progress step, large enough to be fast."""

IMPORTER = 2
"""Version of the importer; a higher one reads files again that were imported before."""

_COMPARED = (*PERSON_FIELDS, "status", "heads", "guest_of")


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


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """A new person and an earlier one who may be the same; both exist until it is decided."""

    id: str
    name: str
    other_id: str
    other_name: str
    why: str


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
    missing_names: list[str] = field(default_factory=list)
    possible_duplicates: list[PossibleDuplicate] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    mapping: list[dict[str, Any]] = field(default_factory=list)
    """For each column of the file: header, field (empty: kept as an extra column) and examples."""
    sheet: str = ""
    font_hint: str = ""
    """What to install so that Chinese, Japanese and Korean names get badges; empty when a font is
    here. Not stored: it is about this computer."""


_PENDING = (TicketStatus.UNPAID, TicketStatus.UNAPPROVED, TicketStatus.BLOCKED)
_RECORDED = (
    *("rows", "valid", "pending", "not_valid", "duplicates", "rejected", "no_name", "checked_in"),
    *("heads", "missing", "missing_people", "warnings", "rejected_rows"),
    *("columns", "mapping", "sheet"),
)
"""The parts of a report that the log keeps; logs of earlier versions lack the last ones."""


PlannedRow = tuple[str, Registration]
"""A row of a new or changed person, with the attendee's id."""


@dataclass(slots=True)
class ImportPlan:
    """A report, and the rows that accepting it writes."""

    report: ImportReport
    sha256: str
    options: str
    """JSON of the choices with which the file was read."""
    rows: list[PlannedRow] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    """The attendee of each row of the file."""
    doubts: list[Doubt] = field(default_factory=list)
    """Pairs of a new and an earlier person, for a decision."""
    lines: bytes = b""
    """The lines of a plain file, to recognise them in a newer one; empty: another file."""
    questions: list[OfferedQuestion] = field(default_factory=list)
    """Questions of the file that the desk can ask."""
    adds_questions: bool = False
    """Accepting the plan adds these questions to the event."""
    known: bool = False
    """The same file was the last import from its source: there is nothing to write."""


def plan_import(
    store: Store,
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    ignored: Iterable[str] = (),
    sheet: str | None = None,
    adds_questions: bool = False,
    progress: Progress | None = None,
) -> ImportPlan:
    """Read a file and compare it with the store; nothing is written.

    Args:
        adds_questions: accepting the plan adds the file's check-in questions to the event.

    Raises:
        FileRefused: what is wrong with this file.
    """
    source = SourceFile(path, columns=columns, ignored=ignored, sheet=sheet)
    return plan_source(store, source, progress, adds_questions=adds_questions)


def plan_source(
    store: Store,
    source: SourceFile,
    progress: Progress | None = None,
    *,
    adds_questions: bool = False,
) -> ImportPlan:
    """Compare a file that is already read with the store; nothing is written.

    Raises:
        FileRefused: what is wrong with this file.
    """
    options = json.dumps(
        [IMPORTER, source.columns, sorted(source.ignored), source.sheet], sort_keys=True
    )
    known = import_store.last_run_of_file(store.connection, source.sha256)
    if known and known.options == options and not adds_questions:
        return _known_file(store, source.path, known)
    with gc_paused():
        changes = read_changes(store, source, options, progress)
        if changes and _without_early_marks(store, changes.file) is changes.file:
            return _plan_changes(store, changes, options)
        lines = split_lines(source.raw)
        file = _without_early_marks(store, source.registrations(progress))
        plan = plan_registrations(store, file, options)
        if found := lines_of(file, plan.ids, lines, options):
            plan.lines = found.pack()
    plan.adds_questions = adds_questions
    return plan


def plan_registrations(store: Store, file: RegistrationFile, options: str = "") -> ImportPlan:
    """Compare registrations with the event; nothing is written."""
    plan = _compare(store, _without_early_marks(store, file), options)
    plan.questions = [
        question for question in file.questions if 2 <= len(question.choices) <= MAX_CHOICES
    ]
    return plan


def _plan_changes(store: Store, changes: Changes, options: str) -> ImportPlan:
    """Compare the changed rows of a newer file; count the others as they were."""
    unchanged = changes.unchanged
    plan = _compare(store, changes.file, options, unchanged)
    plan.lines = changes.lines(plan.ids).pack()
    report, (statuses, arrived), count = plan.report, changes.counts(), len(unchanged)
    report.rows += count
    report.unchanged += count
    report.valid += statuses[TicketStatus.VALID]
    report.heads += statuses[TicketStatus.VALID]
    report.checked_in += arrived
    report.not_valid += statuses[TicketStatus.CANCELED]
    report.pending += sum(statuses[status] for status in _PENDING)
    report.kept += [kept for kept in _kept_in(store, report.source) if kept.id in unchanged]
    return plan


def _kept_in(store: Store, source: str) -> list[KeptValue]:
    """All typed values that differ from those of a source."""
    return [
        KeptValue(person, _shown_field(name), typed, offered)
        for person, name, typed, offered in import_store.overruled_values(store.connection, source)
    ]


def _without_early_marks(store: Store, file: RegistrationFile) -> RegistrationFile:
    """Before the event, a yes under `Attendance` is an answer: no one can have arrived yet."""
    if "arrived" not in file.columns:
        return file
    info = event_info(store)
    begins = min((day_window(day, info.zone)[0] for day in info.days), default=0)
    marked = sum(row.arrived_at_source != "" for row in file.registrations)
    if not marked or store.clock() >= begins:
        return file
    header = file.columns["arrived"]
    said = (
        f'The column "{header}" marks {counted(marked, "person")} as arrived, but the event has '
        "not begun: the marks are not used. If they are answers, import the file again with that "
        f'column as the field attending (--column attending="{header}").'
    )
    rows = [row._replace(arrived_at_source="") for row in file.registrations]
    return replace(file, registrations=rows, warnings=[*file.warnings, said])


def _unreadable_dates(store: Store, file: RegistrationFile) -> list[str]:
    """A sentence about dates of tickets that limit nothing, because they cannot be read."""
    rows = file.registrations
    headings = {key for row in rows[:_ROWS_LOOKED_AT] for key, _ in row.extra if states_rights(key)}
    if not headings:
        return []
    info = event_info(store)
    context = DateTimeContext(info.zone, info.days)
    found = {
        text: None
        for row in rows
        for heading, value in row.extra
        if heading in headings
        for text in unreadable_dates({heading: value}, context)
    }
    if not found:
        return []
    listed = "; ".join(list(found)[:3])
    dates = counted(len(found), "date of a ticket", "dates of tickets")
    limit = "limits" if len(found) == 1 else "limit"
    return [
        f"{dates} cannot be read and {limit} no ticket ({listed[:200]}). Write dates as "
        "2027-02-16, or times as 2027-02-16 14:00."
    ]


_ROWS_LOOKED_AT = 500
"""Rows in which a column with dates of tickets must have its first value."""


def _known_file(store: Store, path: Path, run: import_store.ImportRun) -> ImportPlan:
    recorded = {name: run.report[name] for name in _RECORDED if name in run.report}
    report = ImportReport(run.source, path.name, **recorded, unchanged=run.report["people"])
    report.missing_names = _names_of(store, report.missing_people)
    gone = frozenset(report.missing_people)
    report.kept = [kept for kept in _kept_in(store, run.source) if kept.id not in gone]
    return ImportPlan(report, run.sha256, run.options, known=True)


def _shown_field(name: str) -> str:
    return "order" if name == "order_code" else name.removeprefix(EXTRA_PREFIX)


def _compare(
    store: Store,
    file: RegistrationFile,
    options: str,
    unchanged: frozenset[str] = frozenset(),
) -> ImportPlan:
    """Compare the rows of a file; `unchanged` are attendees in it whose rows are not read."""
    report = _count(file)
    plan = ImportPlan(report, file.sha256, options)
    stored = people.fingerprints(store.connection)
    typed = people.edits(store.connection)
    ids = attendee_ids(file.platform, [row.identity for row in file.registrations])
    found = file.registrations
    if stored and not stored.keys() >= set(ids):
        ids, found = _reconciled(store, file, ids, stored, plan, unchanged)
    plan.ids = ids
    rows = list(zip(ids, found, strict=True))
    plan.rows = [planned for planned in rows if planned[0] not in stored]
    known = [planned for planned in rows if planned[0] in stored]
    for some in _chunks(known):
        for planned, mark in zip(some, _encoded(some)[2], strict=True):
            person, before = planned[0], stored[planned[0]]
            if before == (file.source, mark) and person not in typed:
                report.unchanged += 1
            else:
                _compare_known(store, plan, planned, mark, before, typed.get(person, {}))
    present = unchanged.union(ids)
    report.new = len(present.difference(stored))
    gone = sorted(stored.keys() - present)  # the same order at every desk
    lists = _lists_of(file.source, stored, present)
    report.missing_people = [person for person in gone if stored[person][0] in lists]
    report.missing = len(report.missing_people)
    report.missing_names = _names_of(store, report.missing_people)
    report.warnings += _unreadable_dates(store, file)
    admitted = (row.name for row in file.registrations if row.status is TicketStatus.VALID)
    report.font_hint = font_hint(admitted)
    return plan


def _lists_of(
    source: str, stored: Mapping[str, tuple[str, str]], present: frozenset[str]
) -> set[str]:
    """The lists that a file continues: its own, and one with other columns and half of its people.

    Only the hand-made lists have a source that depends on their columns.
    """
    sizes = Counter(before for before, _ in stored.values())
    here = Counter(stored[person][0] for person in present if person in stored)
    continued = {name for name, number in here.items() if number * 2 >= sizes[name]}
    return {source, *(name for name in continued if name.startswith("sheet:"))}


def _names_of(store: Store, ids: Sequence[str]) -> list[str]:
    return [person.label for person in people.attendees_by_ids(store.connection, ids)]


def _reconciled(
    store: Store,
    file: RegistrationFile,
    ids: list[str],
    stored: Mapping[str, tuple[str, str]],
    plan: ImportPlan,
    unchanged: frozenset[str],
) -> tuple[list[str], list[Registration]]:
    """Ids and rows with each certain pair as one person; notes the uncertain pairs in the plan."""
    present = unchanged.union(ids)
    gone = sorted(stored.keys() - present)  # pairs and report are the same at every desk
    stamp = file.columns.get("timestamp", "")
    new = [
        _candidate(person, row, stamp, row.codes, file.source)
        for person, row in zip(ids, file.registrations, strict=True)
        if person not in stored
    ]
    codes = people.ticket_codes(store.connection, gone)
    missing = {p.id: p for p in people.attendees_by_ids(store.connection, gone)}
    old = [
        _candidate(person.id, person, stamp, codes.get(person.id, ()), person.source)
        for person in missing.values()
    ]
    pairing = pair(new, old)
    plan.doubts = pairing.doubts
    plan.report.possible_duplicates = [
        PossibleDuplicate(new.key, new.name or new.email, old.key, missing[old.key].label, why)
        for new, old, why in pairing.doubts
    ]
    rows = list(file.registrations)
    for i, person in enumerate(ids):
        before = pairing.same.get(person)
        if before is not None:
            ids[i] = before.key
            rows[i] = _joined(rows[i], missing[before.key], codes[before.key], file.source)
    plan.report.warnings += _sentences(new, pairing)
    return ids, rows


def _sentences(new: Sequence[Candidate], pairing: Pairing) -> list[str]:
    """What the report says about certain and uncertain pairs."""
    said = []
    pairs = [(pairing.same[p.key], p) for p in new if p.key in pairing.same]
    different = [(before, person) for before, person in pairs if _has_other_details(person, before)]
    if different:
        renamed = [
            f"{before.name} is now {person.name}"
            for before, person in different
            if before.name not in ("", person.name)
        ]
        people_were = counted(len(different), "person was", "people were")
        names = f" ({_some(renamed)})" if renamed else ""
        said.append(
            f"{people_were} here before with other details{names}: check-ins, badges and changes "
            "made at a desk were kept."
        )
    if pairing.doubts:
        listed = [f"{d.new.name} and {d.old.name} have {d.why}" for d in pairing.doubts]
        said.append(
            f"{counted(len(listed), 'possible duplicate')}: {_some(listed)}. Both are on the list; "
            "decide whether they are one person."
        )
    return said


def _has_other_details(person: Candidate, before: Candidate) -> bool:
    mine, earlier = ((p.name, p.email, p.order_code) for p in (person, before))
    return mine != earlier or not before.codes >= person.codes


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - 5
    return ", ".join(texts[:5]) + (f" and {more:,} more" if more > 0 else "")


def _candidate(
    key: str, person: Registration | Attendee, stamp: str, codes: Sequence[str], source: str
) -> Candidate:
    return Candidate(
        *(key, person.name, person.email, person.order_code),
        dict(person.extra).get(stamp, "") if stamp else "",
        frozenset(map(str.casefold, codes)),
        source,
        source == WALK_IN_SOURCE,
    )


def _joined(row: Registration, before: Attendee, codes: Sequence[str], source: str) -> Registration:
    """The row with the codes of the earlier ticket; from another list it only fills gaps.

    The list knows more of a ticket than its signature did, and replaces all of it.
    """
    known = {code.casefold() for code in row.codes}
    kept = tuple(code for code in codes if code.casefold() not in known)
    row = row._replace(codes=row.codes + kept)
    if before.source in (source, LATE_SALE_SOURCE):
        return row
    gaps = {name: getattr(before, name) for name in PERSON_FIELDS if not getattr(row, name)}
    return row._replace(**gaps, extra=tuple({**before.extra, **dict(row.extra)}.items()))


def _compare_known(
    store: Store,
    plan: ImportPlan,
    planned: PlannedRow,
    mark: str,
    before: tuple[str, str],
    typed: dict[str, str],
) -> None:
    report, (person, row) = plan.report, planned
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
    for header in dict.fromkeys((*offered, *current.extra)):
        was, now = current.extra.get(header, ""), offered.get(header, "")
        if EXTRA_PREFIX + header not in typed and was != now:
            changes[header] = (was, now)
    answered = any(_offered(row, name) is not None for name in typed)
    if not changes and (answered or not _has_new_code(store, person, row)):
        report.unchanged += 1
        return
    report.changed += 1
    report.changed_people.append(ChangedPerson(person, current.label, changes))


def _has_new_code(store: Store, person: str, row: Registration) -> bool:
    return not {*people.ticket_codes(store.connection, [person])[person]}.issuperset(row.codes)


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


def _no_one_enters(file: RegistrationFile) -> list[str]:
    """The first sentence of the report if no ticket admits its holder."""
    if any(row.status is TicketStatus.VALID for row in file.registrations):
        return []
    headers = [file.columns[name] for name in STATUS_FIELDS if name in file.columns]
    if not headers:
        return ["No one on this list can enter: no ticket is valid."]
    words = Counter(row.status_word for row in file.registrations)
    seen = _some([f'"{word}"' for word, _ in words.most_common(3) if word])
    return [
        f'No one on this list can enter: the column "{headers[0]}" says {seen}. If it does not '
        "decide who may enter, import the file again and ignore this column "
        f'(--ignore "{headers[0]}").'
    ]


def _lost_letters(file: RegistrationFile) -> list[str]:
    lost = with_lost_letters([row.name for row in file.registrations])
    if not lost:
        return []
    return [
        f"{counted(len(lost), 'name has', 'names have')} lost letters, for instance as question "
        f"marks ({_some(lost)}): correct them in the file, or at the desk."
    ]


def _count(file: RegistrationFile) -> ImportReport:
    kinds = Counter(
        [
            # a status as plain text: an enum member takes ten times as long to count
            (row.status._value_, row.heads, row.name == "", row.arrived_at_source != "")
            for row in file.registrations
        ]
    )
    statuses, valid = Counter[str](), Counter[str]()
    for (status, heads, is_nameless, has_arrived), rows in kinds.items():
        statuses[status] += rows
        if status == TicketStatus.VALID:
            valid["heads"] += rows * heads
            valid["no_name"] += rows * is_nameless
            valid["checked_in"] += rows * has_arrived
    return ImportReport(
        source=file.source,
        file_name=file.file_name,
        rows=file.rows,
        valid=statuses[TicketStatus.VALID],
        pending=sum(statuses[status] for status in _PENDING),
        not_valid=statuses[TicketStatus.CANCELED],
        duplicates=file.duplicates,
        rejected=len(file.rejected),
        no_name=valid["no_name"],
        checked_in=valid["checked_in"],
        heads=valid["heads"],
        warnings=[*_no_one_enters(file), *file.warnings, *_lost_letters(file)],
        rejected_rows=[{"row": row.row, "why": row.why} for row in file.rejected],
        columns=dict(file.columns),
        mapping=list(file.mapping),
        sheet=file.sheet,
    )


def all_sentences(report: ImportReport) -> list[str]:
    """The warnings, and a sentence about everything else that the report counts."""
    said = list(report.warnings)
    not_yet = counted(report.pending, "ticket is", "tickets are")
    canceled = counted(report.not_valid, "ticket is", "tickets are")
    repeats = counted(report.duplicates, "row repeats or completes", "rows repeat or complete")
    arrived = counted(report.checked_in, "person is", "people are")
    gone = counted(
        report.missing,
        "person is no longer in the file, and stays",
        "people are no longer in the file, and stay",
    )
    tickets = counted(report.valid, "valid ticket admits", "valid tickets admit")
    nameless = counted(report.no_name, "valid ticket has", "valid tickets have")
    for number, sentence in (
        (report.pending, f"{not_yet} not valid yet: the desk asks for a reason."),
        (report.not_valid, f"{canceled} canceled."),
        (report.duplicates, f"{repeats} a ticket of another row."),
        (report.heads - report.valid, f"{tickets} {counted(report.heads, 'person')}."),
        (
            report.checked_in,
            f"{arrived} marked as arrived in the file. Their card shows it; it does not count as "
            "a check-in here.",
        ),
        (
            report.missing,
            f"{gone} on the list: {_some(report.missing_names)}.",
        ),
        (report.no_name, f"{nameless} no name yet."),
    ):
        if number:
            said.append(sentence)
    said += [
        f"Kept the value typed here: {kept.field} “{kept.kept}”; the file has “{kept.offered}”."
        for kept in report.kept
    ]
    said += [
        f"Row {row['row']} left out: {row['why']}." for row in report.rejected_rows[:_ROWS_SAID]
    ]
    if len(report.rejected_rows) > _ROWS_SAID:
        said.append(f"{len(report.rejected_rows) - _ROWS_SAID:,} more rows were left out.")
    return [*said, report.font_hint] if report.font_hint else said


def mapping_sentences(report: ImportReport) -> list[str]:
    """Sentences about the sheet and the columns: what each one was read as."""
    unused = [f'"{c["header"]}"' for c in report.mapping if c["field"] == "dropped"]
    read = [column for column in report.mapping if column["field"] not in ("", "dropped")]
    extra = [column["header"] for column in report.mapping if not column["field"]]
    said = [f'The sheet "{report.sheet}" was read.'] if report.sheet else []
    if read:
        listed = [f'"{column["header"]}" as {_field_words(column["field"])}' for column in read]
        said.append(f"Columns were read: {', '.join(listed)}.")
    if extra:
        listed = [f'"{header}"' for header in extra]
        said.append(f"Columns were kept as extra columns: {', '.join(listed)}.")
    if unused:
        said.append(f"Columns of kiosk itself were not used: {', '.join(unused)}.")
    return said


def _field_words(field: str) -> str:
    """The label of a field inside a sentence."""
    label = field_label(field)
    return label[:1].lower() + label[1:]


_ROWS_SAID = 20


def accept_import(
    store: Store, plan: ImportPlan, *, progress: Progress | None = None
) -> ImportReport:
    """Write a plan in one transaction: all of it, or nothing (canceled, disk full).

    Raises:
        KioskError: the store's own. Whatever `progress` raises ends it as well.
    """
    if plan.known:
        return plan.report
    with gc_paused(), store.writing():
        connection, source = store.connection, plan.report.source
        with index_made_last(connection), imported_rows(connection) as imported:
            done = 0
            by_id = sorted(plan.rows, key=itemgetter(0))  # keeps the tree of ids small
            for some in _chunks(by_id):
                values, texts, marks = _encoded(some)
                event = store.write_import_rows(source, texts)
                imported.add(event, source, values, marks)
                done += len(some)
                if progress:
                    progress(done, len(plan.rows))
        if plan.adds_questions:
            add_offered(store, plan.questions)
        note_doubts(store, [(doubt.old.key, doubt.new.key) for doubt in plan.doubts])
        store.append(EventKind.IMPORT_DONE, _done_body(store, plan))
        if plan.lines:
            keep_value(connection, CACHE_KEY, newest_place(connection), plan.lines)
    return plan.report


def _chunks(rows: list[PlannedRow]) -> Iterator[list[PlannedRow]]:
    """The rows of each event; few enough to stay in the processor's cache."""
    for start in range(0, len(rows), ROWS_PER_EVENT):
        yield rows[start : start + ROWS_PER_EVENT]


def _encoded(rows: list[PlannedRow]) -> tuple[list[tuple[Any, ...]], list[bytes], list[str]]:
    """Of each row the values as `ImportRow` lists them, their JSON in the log, its fingerprint."""
    registrations = [row for _, row in rows]
    columns = dict(zip(Registration._fields, zip(*registrations, strict=True), strict=True))
    weak = map(_without_order, columns["weak_codes"], columns["order_code"])
    columns |= {
        "id": tuple([person for person, _ in rows]),
        # the plain text of a status: SQLite and JSON handle it faster than an enum member
        "status": tuple([status._value_ for status in columns["status"]]),
        "extra": tuple(json_texts(list(map(dict, columns["extra"])))),
        "codes": tuple(json_texts(list(zip(columns["codes"], weak, strict=True)))),
    }
    values = list(zip(*map(columns.__getitem__, ImportRow._fields), strict=True))
    texts = json_lines(values)
    return values, texts, list(map(fingerprint, texts))


def _without_order(weak: tuple[str, ...], order: str) -> tuple[str, ...]:
    """The weak codes but the order's, which is found by its own column."""
    return tuple([code for code in weak if code != order])


def _done_body(store: Store, plan: ImportPlan) -> dict[str, Any]:
    report = plan.report
    return {
        "at": store.clock(),
        "source": report.source,
        "sha256": plan.sha256,
        "file_name": report.file_name,
        "report": {
            **{name: getattr(report, name) for name in _RECORDED},
            "people": report.new + report.changed + report.unchanged,
            "options": plan.options,
        },
    }
