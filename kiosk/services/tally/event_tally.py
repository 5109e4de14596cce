"""Count a whole event at one moment, and keep the counts when its people are removed."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import msgspec

from kiosk.domain.checkin.tally import EventTally, FirstTimers, Tally, Turnout, by_frequency
from kiosk.domain.log.event_schema import MAX_TIME_MS
from kiosk.services.tally.counts import event_counts
from kiosk.storage.file.store import Store
from kiosk.storage.queries import tally as queries
from kiosk.storage.queries.attendance import snapshot
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.queries.lists import setting
from kiosk.storage.queries.questions import check_in_questions

PURGED = "purged"
"""Setting of a purged event: `frozen_tally` of its counts."""
PURGED_REPORT = "purged_report"
"""The same for the report, in files that kiosk 0.1 purged."""


def event_tally(store: Store) -> EventTally:
    """Count everything at one moment; of an event without its people, return the kept counts."""
    with snapshot(store.connection):
        return purged_tally(store) or _counted_now(store)


def purged_tally(store: Store) -> EventTally | None:
    """The counts kept by a purge; None while the people are there, or if the counts are invalid."""
    kept = setting(store.connection, PURGED)
    if not kept or count_attendees(store.connection):
        return None
    try:
        tally = _thawed(kept if "event" in kept else _from_0_1(store, kept))
    except (msgspec.ValidationError, LookupError, TypeError, ValueError, AttributeError):
        return None
    return tally if _is_in_range(asdict(tally)) else None


def _from_0_1(store: Store, kept: dict[str, Any]) -> dict[str, Any]:
    return asdict(_thawed_0_1(kept, setting(store.connection, PURGED_REPORT, {})))


def _is_in_range(value: Any) -> bool:
    """Whether every number is a count or a time that can be shown."""
    if isinstance(value, dict):
        return all(_is_in_range(item) for item in (*value, *value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_is_in_range, value))
    return not isinstance(value, int) or 0 <= value <= MAX_TIME_MS


def _counted_now(store: Store) -> EventTally:
    connection = store.connection
    counts = event_counts(store)
    event, lists = counts.tallies(store.clock())
    scans = queries.scan_counts(connection)
    badges = queries.badge_counts(connection)
    by_status: dict[str, int] = {}
    for group in counts.groups:
        by_status[group.status] = by_status.get(group.status, 0) + group.tickets
    return EventTally(
        event=event,
        lists=lists,
        by_status=by_status,
        walk_ins=sum(group.tickets for group in counts.groups if group.is_walk_in),
        forced=scans.forced,
        undone=scans.undone,
        badges_printed=badges.people,
        badge_prints=badges.prints,
        badges_made=badges.made,
        answers=queries.answer_counts(
            connection, check_in_questions(connection), counts.checked_in
        ),
    )


# The counts of an event without its people, as a setting of the event.


def frozen_tally(tally: EventTally) -> dict[str, Any]:
    """The counts as JSON, without desks and gates: a desk is often named after its volunteer."""
    every = (tally.event, *tally.lists)
    event, *lists = (replace(item, desks={}, gates=()) for item in every)
    return asdict(replace(tally, event=event, lists=tuple(lists)))


def _thawed(kept: dict[str, Any]) -> EventTally:
    tally = msgspec.convert(kept, EventTally, str_keys=True)
    event, *lists = map(_in_order, (tally.event, *tally.lists))
    return replace(tally, event=event, lists=tuple(lists))


def _in_order(tally: Tally) -> Tally:
    """JSON has texts as keys, sorted as texts."""
    arrivals = dict(sorted(tally.arrivals.items()))
    return replace(tally, arrivals=arrivals, refused=by_frequency(tally.refused))


def _arrivals(kept: dict[str, int]) -> dict[int, int]:
    return {int(start): heads for start, heads in kept.items()}


def _answers(kept: dict[str, Any]) -> dict[str, dict[str, tuple[int, int]]]:
    return {
        question: {text: (counts[0], counts[1]) for text, counts in given.items()}
        for question, given in kept.items()
    }


def _thawed_0_1(stats: dict[str, Any], report: dict[str, Any]) -> EventTally:
    """Counts that kiosk 0.1 kept: those of `stats`, and those of the report.

    No-shows and walk-ins were kept for lists and for ticket types, not for the types of a list.
    """
    by_type = {share[0]: _share(share) for share in report.get("types", [])}
    of_lists = {share[0]: _share(share) for share in report.get("lists", [])}
    return EventTally(
        event=Tally(
            name="",
            total=sum(by_type.values(), Turnout()) if by_type else Turnout(stats["heads"]),
            by_type=by_type,
            refused=by_frequency(stats["refused_by"]),
            first_timers=FirstTimers(stats.get("first_timers", 0), stats.get("first_timers_in", 0)),
        ),
        lists=tuple(
            Tally(
                name=item["name"],
                total=of_lists.get(item["name"]) or Turnout(item["expected"], item["checked_in"]),
                by_type={name: Turnout(**counts) for name, counts in item["by_type"].items()},
                inside=item["inside"],
                arrivals=_arrivals(item["arrivals"]),
            )
            for item in stats["lists"]
        ),
        by_status=stats["by_status"],
        walk_ins=stats["walk_ins"],
        forced=stats["forced"],
        undone=stats["undone"],
        badges_printed=stats["badges_printed"],
        badge_prints=stats["badge_prints"],
        answers=_answers(stats.get("answers", {})),
    )


def _share(share: list[Any]) -> Turnout:
    _, checked_in, expected, no_shows, walk_ins = share
    return Turnout(expected, checked_in, no_shows, walk_ins)
