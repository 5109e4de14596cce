"""Nobody arrives where they are already."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.arrivals import arrivals
from kiosk.domain.checkin import EntryRule
from kiosk.domain.outcomes import Direction

KARACHI = ZoneInfo("Asia/Karachi")
BEFORE, AFTER = "2026-11-21T23:59", "2026-11-22T00:01"


@pytest.mark.parametrize(
    ("rule", "party", "steps", "expected"),
    [
        (EntryRule.ONCE, 1, ["+1", "+1"], [1, 0]),
        (EntryRule.ONCE, 3, ["+1", "+2", "+1"], [1, 2, 0]),
        (EntryRule.ONCE, 1, ["+1", "-1", "+1"], [1, 0]),
        (EntryRule.RE_ENTRY, 1, ["+1", "+1"], [1, 0]),
        (EntryRule.RE_ENTRY, 1, ["+1", "-1", "+1"], [1, 1]),
        (EntryRule.RE_ENTRY, 2, ["-1", "+2", "-1", "+2"], [2, 1]),
        (EntryRule.MANY, 1, ["+1", "+1"], [1, 1]),
        (EntryRule.DAILY, 1, ["+1", "+1", "next day", "+1", "+1"], [1, 0, 1, 0]),
    ],
)
def test_arrivals_follow_the_rule_of_the_list(
    rule: EntryRule, party: int, steps: list[str], expected: list[int]
) -> None:
    """Whoever is let in against the rules, though they are in, is no further person."""
    day, story = BEFORE, []
    for step in steps:
        if step == "next day":
            day = AFTER
            continue
        at_ms = int(datetime.fromisoformat(day).replace(tzinfo=KARACHI).timestamp() * 1000)
        direction = Direction.ENTRY if step[0] == "+" else Direction.EXIT
        story.append((at_ms, direction, int(step[1:])))

    assert expected == [heads for _, heads in arrivals(rule, party, story, KARACHI)]
