"""Find attendees admitted twice by desks that were offline.

Every entry names the newest scan of that attendee that its desk knew. Two entries that did not know
each other are a double admission when together they admit more people than the ticket is for. An
entry that knew the other one was a decision of a volunteer and does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import pairwise

from kiosk.domain.checkin.lists import CheckInList, EntryRule

EventRef = tuple[str, int]
"""(log_id, seq)"""


@dataclass(frozen=True, slots=True)
class PassedScan:
    """An admitted entry or exit, undone or not."""

    log_id: str
    seq: int
    hlc: int
    at_ms: int
    desk: str
    attendee_id: str
    list_id: str
    is_entry: bool
    heads: int
    seen: EventRef | None
    standing: bool = True

    @property
    def ref(self) -> EventRef:
        """The event of the scan."""
        return (self.log_id, self.seq)


@dataclass(frozen=True, slots=True)
class DoubleAdmission:
    """One attendee (or party) admitted by several desks, the first entry first."""

    attendee_id: str
    list_id: str
    entries: tuple[PassedScan, ...]


def double_admissions(
    scans: Iterable[PassedScan],
    lists: Mapping[str, CheckInList],
    heads: Mapping[str, int],
    zone: tzinfo,
) -> list[DoubleAdmission]:
    """Find double admissions, the same on every desk in any order of the scans.

    Args:
        lists: by id; a list that is missing here admits once.
        heads: people that each ticket admits; one where it is missing.
        zone: the event's, for lists that admit once a day.
    """
    groups: dict[tuple[str, str], list[PassedScan]] = {}
    for scan in scans:
        groups.setdefault((scan.attendee_id, scan.list_id), []).append(scan)
    found = []
    for (attendee_id, list_id), group in groups.items():
        item = lists.get(list_id)
        rule = item.entry if item else EntryRule.ONCE
        if rule is EntryRule.MANY or not attendee_id:
            continue
        known = _known_before(group)
        for day in _by_day(group, item, zone) if item and rule is EntryRule.DAILY else [group]:
            entries = _unaware(day, known)
            if sum(entry.heads for entry in entries) > heads.get(attendee_id, 1):
                found.append(DoubleAdmission(attendee_id, list_id, tuple(entries)))
    return sorted(found, key=lambda item: _stamp(item.entries[0]))


def _stamp(scan: PassedScan) -> tuple[int, str, int]:
    return (scan.hlc, scan.log_id, scan.seq)


def _by_day(group: list[PassedScan], item: CheckInList, zone: tzinfo) -> list[list[PassedScan]]:
    days: dict[date, list[PassedScan]] = {}
    for scan in group:
        days.setdefault(item.day_of(scan.at_ms, zone), []).append(scan)
    return list(days.values())


def _known_before(group: list[PassedScan]) -> dict[EventRef, set[EventRef]]:
    """For each scan, all earlier scans that its desk knew: by `seen`, and those in its log."""
    present = {scan.ref: scan for scan in group}
    by_log: dict[str, list[PassedScan]] = {}
    for scan in sorted(group, key=lambda scan: scan.seq):
        by_log.setdefault(scan.log_id, []).append(scan)
    direct: dict[EventRef, list[EventRef]] = {ref: [] for ref in present}
    for log in by_log.values():
        for before, after in pairwise(log):
            direct[after.ref].append(before.ref)
    for scan in group:
        if scan.seen in present and scan.seen is not None:
            direct[scan.ref].append(scan.seen)
    return {ref: _reachable(ref, direct) for ref in present}


def _reachable(start: EventRef, direct: Mapping[EventRef, list[EventRef]]) -> set[EventRef]:
    reached: set[EventRef] = set()
    waiting = list(direct[start])
    while waiting:
        ref = waiting.pop()
        if ref not in reached:
            reached.add(ref)
            waiting += direct[ref]
    return reached


def _unaware(group: list[PassedScan], known: Mapping[EventRef, set[EventRef]]) -> list[PassedScan]:
    """The entries, not undone, that did not know another one and were not known by it."""
    entries = sorted((s for s in group if s.is_entry and s.standing), key=_stamp)
    return [
        one
        for one in entries
        if any(
            one.ref != other.ref
            and one.ref not in known[other.ref]
            and other.ref not in known[one.ref]
            for other in entries
        )
    ]
