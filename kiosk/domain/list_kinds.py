"""What check-in lists are for, and what follows from it unless a person says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.checkin import EntryRule


class ListKind(StrEnum):
    """What people come to the door for."""

    DAY = "day"
    SESSION = "session"
    MEAL = "meal"
    HAND_OUT = "hand-out"
    WORKSHOP = "workshop"


@dataclass(frozen=True, slots=True)
class KindPreset:
    """What a new list of a kind starts with."""

    title: str
    about: str
    """For whom chooses: when to take it."""
    entry: EntryRule
    is_day: bool = False


KINDS: dict[ListKind, KindPreset] = {
    ListKind.DAY: KindPreset("Day", "another day of the event", EntryRule.ONCE, is_day=True),
    ListKind.SESSION: KindPreset("Session", "a talk or room: in and out", EntryRule.MANY),
    ListKind.MEAL: KindPreset("Lunch", "a meal: once a day", EntryRule.DAILY),
    ListKind.HAND_OUT: KindPreset("T-shirt", "a t-shirt, a bag: once", EntryRule.ONCE),
    ListKind.WORKSHOP: KindPreset("Workshop", "for some ticket types only: once", EntryRule.ONCE),
}

ENTRY_WORDS: dict[EntryRule, str] = {
    EntryRule.ONCE: "once",
    EntryRule.RE_ENTRY: "again after a scan at the exit",
    EntryRule.DAILY: "once a day",
    EntryRule.MANY: "as often as people come",
}
"""How often one ticket may enter, for people."""
