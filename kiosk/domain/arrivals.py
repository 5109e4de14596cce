"""How many people an entry brought through the door: nobody arrives where they are already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from kiosk.domain.checkin import EntryRule
from kiosk.domain.outcomes import Direction

Story = Iterable[tuple[int, Direction, int]]
"""One ticket's standing entries and exits on one list: (at_ms UTC, direction, heads), by time."""


def arrivals(rule: EntryRule, party: int, story: Story, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """Each entry's moment, and the people who arrived with it.

    Only a supervisor, or desks that did not know of each other, let in more than a ticket admits;
    by the list's rule that is a second word about the same people.

    Args:
        party: people the ticket admits.
        zone: the event's, for a list that is entered once a day.
    """
    present, day = 0, None
    for at_ms, direction, heads in story:
        if direction is Direction.EXIT:
            present = max(0, present - heads) if rule is EntryRule.RE_ENTRY else present
            continue
        if rule is EntryRule.DAILY:
            today = datetime.fromtimestamp(at_ms / 1000, zone).date()
            present, day = present if today == day else 0, today
        came = heads if rule is EntryRule.MANY else max(0, min(heads, party - present))
        present += came
        yield at_ms, came
