"""What came of a scan."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.attendee import Attendee
from kiosk.domain.checkin import CheckInList, Direction, Outcome, StandingScan
from kiosk.domain.questions import Question
from kiosk.services.holdings import Holding
from kiosk.storage.badges import PrintedBadge
from kiosk.storage.help_desk import HelpRow


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The verdict, as the desk shows it and the command line prints it."""

    code: str
    outcome: Outcome
    message: str
    direction: Direction
    check_in_list: CheckInList
    attendee: Attendee | None = None
    candidates: tuple[Attendee, ...] = ()
    """Those among whom an ambiguous code leaves the choice."""
    first: StandingScan | None = None
    badge: PrintedBadge | None = None
    former_badge: PrintedBadge | None = None
    """A badge that bears the name of whoever had this ticket before."""
    table: str = ""
    """Where the person sits; empty: no table is given here."""
    table_is_full: bool = False
    """No table had room: this one was the least full."""
    not_yet: tuple[Holding, ...] = ()
    """What they are to receive on other lists that are open now."""
    help: HelpRow | None = None
    """Set while the person waits at the help desk."""
    heads: int = 0
    """People let through by this scan."""
    admitted: int = 0
    """People of this ticket in on this list by now."""
    forced: bool = False
    questions: tuple[Question, ...] = ()
    """What is still to be asked, in this order."""
    repeated: bool = False
    """A double beep: nothing was recorded again."""
    recorded: tuple[str, int] | None = None
    """(log_id, seq) of the event written."""
