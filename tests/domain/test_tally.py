"""Count entries and exits of one ticket."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.checkin.outcomes import Direction
from kiosk.domain.checkin.tally import Passage, count_ticket

KARACHI = ZoneInfo("Asia/Karachi")
BEFORE, AFTER = "2026-11-21T23:59", "2026-11-22T00:01"


@pytest.mark.parametrize(
    ("party", "steps", "expected"),
    [
        (1, ["+1", "+1"], [1, 0]),
        (3, ["+1", "+2", "+1"], [1, 2, 0]),
        (1, ["+1", "-1", "+1"], [1, 0]),
        (2, ["-1", "+2", "-1", "+2"], [2, 0]),
        (2, ["+1", "-1", "+1"], [1, 1]),
        (1, ["+1", "+1", "next day", "+1", "+1"], [1, 0, 1, 0]),
        (4, ["+3", "next day", "+3", "+3"], [3, 3, 1]),
    ],
)
def test_a_head_arrives_once_a_day(party: int, steps: list[str], expected: list[int]) -> None:
    """A return and a second admission by exception are no arrivals."""
    day, passages = BEFORE, []
    for step in steps:
        if step == "next day":
            day = AFTER
            continue
        at_ms = int(datetime.fromisoformat(day).replace(tzinfo=KARACHI).timestamp() * 1000)
        direction = Direction.ENTRY if step[0] == "+" else Direction.EXIT
        passages.append(Passage("door", at_ms, direction, int(step[1:]), "Desk 1"))

    counts = count_ticket(party, passages, KARACHI)

    assert expected == [entry.arrived for entry in counts.entries]
