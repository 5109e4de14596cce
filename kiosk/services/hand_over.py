"""What organisers take away afterwards, ready made: a kind of file, and whose rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.atomic import untaken
from kiosk.services.attendance import Who


@dataclass(frozen=True, slots=True)
class TakeAway:
    """One file to choose."""

    label: str
    about: str
    ending: str
    """Of the file's name, with its suffix: `attendance.xlsx`."""
    who: Who = Who.ALL
    letter: bool = False
    """Addresses only, each once."""


TAKE_AWAYS = (
    TakeAway("Attendance as a sheet", "everybody, lists, answers (XLSX)", "attendance.xlsx"),
    TakeAway("Report with pictures", "arrivals, types, days, no-shows (PDF)", "report.pdf"),
    TakeAway("Attendance as plain text", "for other programs (CSV)", "attendance.csv"),
    TakeAway("Everything as JSON", "for scripts", "attendance.json"),
    TakeAway(
        "E-mails of those who came", "for a thank-you letter (CSV)", "came.csv",
        Who.PRESENT, letter=True,
    ),
    TakeAway(
        "E-mails of those who did not", "for a we-missed-you letter (CSV)", "no-shows.csv",
        Who.ABSENT, letter=True,
    ),
)  # fmt: skip


def target_for(event: Path, choice: TakeAway) -> Path:
    """A name beside the event that no file has yet: `pycon-report.pdf`, `pycon-report-2.pdf`."""
    return untaken(event.with_name(f"{event.stem}-{choice.ending}"))
