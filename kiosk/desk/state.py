"""The state of a desk between two scans."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kiosk.domain.checkin.outcomes import Direction, Outcome

if TYPE_CHECKING:  # a screen shows the state before it loads what fills it
    from kiosk.desk.prompts import PromptQueue
    from kiosk.domain.checkin.rules import CheckInList
    from kiosk.services.checkin.checkin import ScanResult


class DeskState(NamedTuple):
    """What a desk keeps between two scans."""

    list: CheckInList | None = None
    """The list that scans count for; None before the event is open."""
    follows_day: bool = True
    """The list changes with the day; else it was selected."""
    direction: Direction = Direction.ENTRY
    paper_ms: int | None = None
    """The time of the line of a paper list that is entered now; None: scans happen now."""
    last: ScanResult | None = None
    """The last verdict, while keys act on it."""
    pending_code: str = ""
    """An unknown code, which is linked to the next attendee who is selected and checked in. Another
    scan drops it, and time does."""
    prompts: PromptQueue | None = None
    """What is being asked of the attendee of the last scan, who is not in before."""
    attendee_id: str = ""
    """The attendee of the last scan or undo."""

    @property
    def can_let_in(self) -> bool:
        """Whether a supervisor may admit the attendee of the last verdict."""
        last = self.last
        return bool(last and last.can_be_admitted)

    @property
    def party_left(self) -> int:
        """People of the last ticket who are not in yet."""
        last = self.last
        if last is None or last.attendee is None or last.outcome is not Outcome.OK:
            return 0
        return last.attendee.heads - last.admitted if last.direction is Direction.ENTRY else 0
