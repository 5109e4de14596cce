"""The attendance report: what an organiser hands on, counted and as a list, for paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain.checkin.rules import CheckInList
from kiosk.errors import KioskError
from kiosk.exporters.report_facts import ReportFacts, ReportRow, Share
from kiosk.services.badges.context import event_look
from kiosk.services.checkin.lists import find_list
from kiosk.services.event.event import event_info
from kiosk.services.reports.attendance import ExportResult, Who, export_attendance, selection_of
from kiosk.services.tally.arrivals import arrivals_by_list, first_timers
from kiosk.services.tally.dashboard import newest_stretch
from kiosk.storage.file.store import Store
from kiosk.storage.queries import overview, reports
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.queries.lists import check_in_lists, setting
from kiosk.storage.queries.overview import valid_heads_by_type
from kiosk.storage.queries.questions import check_in_questions
from kiosk.support.files import atomic_file, is_same_file
from kiosk.support.progress import Progress

REPORT_SUFFIX = ".pdf"


def export_file(
    store: Store,
    target: Path,
    *,
    list_name: str | None = None,
    who: Who = Who.ALL,
    columns: Sequence[str] | None = None,
    letter: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the attendance in the format of the target's name: a table, or the report on paper.

    Raises:
        KioskError: see `export_attendance`; `no_columns_on_paper` for columns with a report.
    """
    if target.suffix.casefold() != REPORT_SUFFIX:
        return export_attendance(
            store,
            target,
            list_name=list_name,
            who=who,
            columns=columns,
            letter=letter,
            progress=progress,
        )
    if columns is not None or letter:
        raise KioskError(
            "no_columns_on_paper",
            "The PDF report has columns of its own.",
            saved="Nothing was written.",
            next_step="Leave the columns out, or export to .csv or .xlsx.",
        )
    return export_report(store, target, list_name=list_name, who=who, progress=progress)


def export_report(
    store: Store,
    target: Path,
    *,
    list_name: str | None = None,
    who: Who = Who.ALL,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the report as a PDF, whole or not at all.

    Args:
        list_name: count this list only; None: all of them.
        who: whose rows the list at the end has; the counts are of everybody.
        progress: told rows done and in all; may raise `Canceled`.

    Raises:
        KioskError: `no_such_list`, `is_the_event`, or why the file cannot be written.
    """
    from kiosk.exporters.report_pdf import write_report

    if is_same_file(target, store.path):
        raise KioskError(
            "is_the_event",
            f"{target} is the event itself.",
            saved="It was left as it is.",
            next_step="Choose another name for the report.",
        )
    with reports.snapshot(store.connection):
        facts, rows = report_facts(store, list_name, who)
        listed = list(rows)
    with atomic_file(target) as file:
        write_report(Path(file.name), facts, listed, event_look(store), progress)
    return ExportResult(len(listed), target)


def report_facts(
    store: Store, list_name: str | None, who: Who
) -> tuple[ReportFacts, Iterator[ReportRow]]:
    """The counts, and the rows of the list; of an event without its people, what was counted
    then, and no row.

    Raises:
        KioskError: `no_such_list`.
    """
    connection = store.connection
    lists = check_in_lists(connection)
    chosen = find_list(lists, list_name) if list_name is not None else None
    shown = [chosen] if chosen else lists
    info = event_info(store)
    kept = stored_report(store, chosen.name if chosen else None, who=str(who), zone=info.zone)
    if kept is not None:
        return kept, iter(())
    kinds = overview.turnout(connection, chosen.id if chosen else None)
    expected_kinds = [
        kind
        for kind in kinds
        if kind.is_valid and (chosen is None or chosen.admits_type(kind.ticket_type))
    ]
    badges, prints = reports.badge_counts(connection)
    scans = reports.scan_counts(connection)
    newcomers = first_timers(store, chosen.id if chosen else None)
    facts = ReportFacts(
        event=info.name,
        zone=info.zone,
        made_ms=store.clock(),
        scope=chosen.name if chosen else "",
        who=str(who),
        expected=sum(kind.heads for kind in expected_kinds),
        came=sum(kind.came for kind in kinds),
        no_shows=sum(kind.heads - kind.came for kind in expected_kinds),
        walk_ins=sum(kind.came for kind in kinds if kind.is_walk_in),
        lists=_list_shares(store, shown),
        types=_type_shares(kinds, expected_kinds),
        arrivals=_arrivals(store, shown),
        desks=tuple(
            (desk.desk, desk.heads)
            for desk in overview.desk_tallies(connection, chosen.id if chosen else None, 0)
        ),
        badges=badges,
        prints=prints,
        refused=overview.refusals(connection, chosen.id if chosen else None),
        forced=scans.forced,
        undone=scans.undone,
        answers=_answers(store),
        first_timers=newcomers.people,
        first_timers_in=newcomers.came,
    )
    return facts, _rows(store, shown, selection_of(connection, chosen, who), info.zone)


def _answers(store: Store) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    connection = store.connection
    found = overview.answers(connection, check_in_questions(connection))
    return tuple(
        (question, tuple((text, came) for text, (came, _) in given.items()))
        for question, given in found.items()
        if given
    )


def _list_shares(store: Store, shown: Sequence[CheckInList]) -> tuple[Share, ...]:
    connection = store.connection
    came = overview.came_by_list(connection)
    walk_ins = overview.walk_ins_by_list(connection)
    heads = valid_heads_by_type(connection)
    return tuple(
        Share(
            item.name,
            came.get(item.id, 0),
            sum(count for kind, count in heads.items() if item.admits_type(kind)),
            overview.missing_heads(connection, item.id, item.admits_type),
            walk_ins.get(item.id, 0),
        )
        for item in shown
    )


def _type_shares(
    kinds: Sequence[overview.Turnout], expected_kinds: Sequence[overview.Turnout]
) -> tuple[Share, ...]:
    shares = []
    for name in dict.fromkeys(kind.ticket_type for kind in kinds):
        mine = [kind for kind in kinds if kind.ticket_type == name]
        wanted = [kind for kind in expected_kinds if kind.ticket_type == name]
        expected = sum(kind.heads for kind in wanted)
        came = sum(kind.came for kind in mine)
        if came or expected:
            no_shows = sum(kind.heads - kind.came for kind in wanted)
            walk_ins = sum(kind.came for kind in mine if kind.is_walk_in)
            shares.append(Share(name, came, expected, no_shows, walk_ins))
    return tuple(sorted(shares, key=lambda share: (-share.expected, -share.came, share.name)))


def _arrivals(store: Store, shown: Sequence[CheckInList]) -> tuple[tuple[str, dict[int, int]], ...]:
    found = arrivals_by_list(store, shown)
    return tuple(
        (item.name, newest_stretch(found[item.id], now_ms=0)) for item in shown if item.id in found
    )


def _rows(
    store: Store, shown: Sequence[CheckInList], selection: reports.Selection, zone: ZoneInfo
) -> Iterator[ReportRow]:
    """The list, in the order of the other formats, with the entries on the lists shown."""
    connection = store.connection
    names = {item.id: item.name for item in shown}
    entries: dict[str, dict[str, str]] = {}
    for attendee_id, list_id, at_ms, _, _ in reports.standing_entries_of_all(connection):
        if list_id in names:
            at = datetime.fromtimestamp(at_ms / 1000, zone)
            entries.setdefault(attendee_id, {}).setdefault(list_id, f"{at:%a %H:%M}")
    for person in overview.listed_people(connection, selection):
        own = entries.get(person.attendee_id, {})
        yield ReportRow(
            attendee_id=person.attendee_id,
            name=person.name,
            guest_of=person.guest_of,
            company=person.company,
            ticket_type=person.ticket_type,
            email=person.email,
            heads=person.heads,
            status=person.status,
            is_in=bool(own),
            when=_when(list(own.values())),
        )


def _when(entries: Sequence[str]) -> str:
    """`Tue 09:41, Wed 10:02`, or the first and how many more."""
    if len(entries) <= 2:
        return ", ".join(entries)
    return f"{entries[0]} and {len(entries) - 1} more lists"


# The report of an event without its people: what was counted before they were removed.

PURGED_REPORT = "purged_report"
"""The event's setting that holds it."""


def anonymised_report(facts: ReportFacts) -> dict[str, Any]:
    """The counts as JSON; desks are called as people like, so they go with the people."""
    kept = asdict(replace(facts, desks=()))
    return {key: value for key, value in kept.items() if key not in ("zone", "made_ms", "who")}


def stored_report(
    store: Store, list_name: str | None, *, who: str, zone: tzinfo
) -> ReportFacts | None:
    """The counts; None where the people are there.

    Raises:
        KioskError: `only_all_lists` for a list of its own: that was not counted.
    """
    kept = setting(store.connection, PURGED_REPORT)
    if not kept or count_attendees(store.connection):
        return None
    if list_name is not None:
        raise KioskError(
            "only_all_lists",
            "The people are removed, and their counts are kept for the event as a whole.",
            saved="Nothing was written.",
            next_step="Leave the list out: the report has a line for each.",
        )
    return ReportFacts(
        **{
            **kept,
            "zone": zone,
            "made_ms": store.clock(),
            "who": who,
            "lists": tuple(Share(*share) for share in kept["lists"]),
            "types": tuple(Share(*share) for share in kept["types"]),
            "arrivals": tuple(
                (name, {int(start): heads for start, heads in quarters.items()})
                for name, quarters in kept["arrivals"]
            ),
            "desks": (),
            "refused": dict(sorted(kept["refused"].items(), key=lambda item: (-item[1], item[0]))),
            "answers": tuple(
                (question, tuple((text, came) for text, came in given))
                for question, given in kept["answers"]
            ),
        }
    )
