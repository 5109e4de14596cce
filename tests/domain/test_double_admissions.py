"""Who was let in twice by desks that did not know of each other."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.checkin.double_admissions import EventRef, PassedScan, double_admissions
from kiosk.domain.checkin.lists import CheckInList, EntryRule

ZONE = ZoneInfo("Asia/Kolkata")
NOON_MS = 1_802_759_400_000
DAY_MS = 24 * 60 * 60 * 1000


def entry(log: str, seq: int, seen: EventRef | None = None, **changes: object) -> PassedScan:
    """An entry of p at the door."""
    made = PassedScan(
        log, seq, NOON_MS + seq, NOON_MS + seq, f"Desk {log}", "p", "door", True, 1, seen
    )
    return replace(made, **changes)  # type: ignore[arg-type]


A1, B1, C1 = entry("a", 1), entry("b", 1), entry("c", 1)

CASES = {
    "one entry": ([A1], []),
    "two that did not know": ([A1, B1], [("a", "b")]),
    "three that did not know": ([A1, B1, C1], [("a", "b", "c")]),
    "the second knew": ([A1, entry("b", 1, ("a", 1))], []),
    "knew through a third": ([A1, entry("b", 1, ("a", 1)), entry("c", 1, ("b", 1))], []),
    "knew one of two": ([A1, B1, entry("c", 1, ("b", 1))], [("a", "b", "c")]),
    "knew one taken back": (
        [replace(A1, standing=False), entry("b", 1, ("a", 1)), entry("c", 1, ("a", 1))],
        [("b", "c")],
    ),
    "one of the two taken back": ([A1, replace(B1, standing=False)], []),
    "an exit is no entry": ([A1, replace(B1, is_entry=False)], []),
    "same desk again": ([A1, entry("a", 2)], []),
    "other lists": ([A1, replace(B1, list_id="lunch")], []),
    "other people": ([A1, replace(B1, attendee_id="q")], []),
    "unknown codes have no attendee": (
        [replace(A1, attendee_id=""), replace(B1, attendee_id="")],
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_by_the_chain_of_what_was_seen(case: str) -> None:
    """Only entries of which neither knew the other are a double admission."""
    scans, expected = CASES[case]
    found = double_admissions(scans, {}, {}, ZONE)

    assert expected == [tuple(e.log_id for e in item.entries) for item in found]
    assert found == double_admissions(reversed(scans), {}, {}, ZONE)


def test_a_party_has_room() -> None:
    """Two desks that admit one each of a party of two are right; three are not."""
    heads = {"p": 2}

    assert [] == double_admissions([A1, B1], {}, heads, ZONE)
    assert 1 == len(double_admissions([A1, B1, C1], {}, heads, ZONE))


@pytest.mark.parametrize(
    ("rule", "later_ms", "expected"),
    [
        (EntryRule.MANY, 0, 0),
        (EntryRule.ONCE, DAY_MS, 1),
        (EntryRule.DAILY, DAY_MS, 0),
        (EntryRule.DAILY, 0, 1),
        (EntryRule.RE_ENTRY, 0, 1),
    ],
)
def test_by_the_rule_of_the_list(rule: EntryRule, later_ms: int, expected: int) -> None:
    """Entries that a list allows are no double admission."""
    scans = [A1, replace(B1, at_ms=B1.at_ms + later_ms)]

    door = CheckInList("door", "Door", entry=rule)
    assert expected == len(double_admissions(scans, {"door": door}, {}, ZONE))
