"""The words scenarios are written in.

A story file holds scenarios one below the other. A scenario begins with `== ` and the sentence that
must hold, then one step a line:

    event --timezone Europe/Berlin --day 2027-03-28     another event than the usual one
    people                                              a file of registrations, to import
      | Ticket code,Name
      | A-1,Asha Rao
    10:00 scan A-1 -> ok                                a command at a time of the event's zone
    +2s   scan A-1 -> repeat                            some seconds later
    2027-02-17 09:00 scan A-1 NO -> ok, invalid         one verdict a code
    2027-10-31T00:30Z scan A-1 -> ok                    a moment where the zone's clock says nothing
    10:05 undo -> exit=1; stderr~nothing                other commands: what must hold, by `;`
    10:06 show {Asha Rao} -> company=Acme               {a name} is that person's id

`repeat` is an `ok` that records nothing, `forced` is an `ok` against the rules. The exit code is
0 where every verdict is ok and 1 else, unless `exit=` says otherwise. `path=value` looks into the
JSON document (`0.attendee.name=Asha Rao`, `#` is a length), `path~part` asks for a part of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_STEP = re.compile(
    r"^(?:(?P<at>\+[\d.]+s|\d{4}-\d\d-\d\dT[\d:.]+Z|(?:\d{4}-\d\d-\d\d )?\d\d:\d\d(?::\d\d)?)\s+)?"
    r"(?P<command>.*?)(?:\s+->\s+(?P<expected>.*))?$"
)


@dataclass
class Step:
    """One line of a scenario."""

    line: int
    """Where it stands in the file."""
    at: str
    """When, in one of the spellings above; empty: at once."""
    command: str
    """The words behind `kiosk`."""
    expected: str
    """What must hold, as written."""
    file: list[str] = field(default_factory=list)
    """The lines of the file that belongs to it."""


@dataclass
class Scenario:
    """One sentence and the steps that show it."""

    sentence: str
    place: str
    """File and line."""
    steps: list[Step] = field(default_factory=list)


def read_stories(path: Path) -> list[Scenario]:
    """All scenarios of a file; a line that is none is an error with its number."""
    scenarios: list[Scenario] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.rstrip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("== "):
            scenarios.append(Scenario(line[3:], f"{path.name}:{number}"))
        elif line.lstrip().startswith("|"):
            scenarios[-1].steps[-1].file.append(line.lstrip()[1:].removeprefix(" "))
        else:
            found = _STEP.match(line)
            assert found, f"{path.name}:{number}: {line}"
            scenarios[-1].steps.append(
                Step(number, found["at"] or "", found["command"], found["expected"] or "")
            )
    return scenarios


HERE = Path(__file__).parent
STORIES = [
    scenario for file in sorted(HERE.glob("stories/*.txt")) for scenario in read_stories(file)
]
