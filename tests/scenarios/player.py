"""Plays a scenario through the command line, and counts along by itself."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from tests.conftest import Clock

from .language import Scenario, Step

OK_WORDS = ("ok", "repeat", "forced")


def told(result: dict[str, Any]) -> str:
    """The word a scenario has for one scan's result."""
    if result["outcome"] == "ok":
        return "repeat" if result["repeated"] else "forced" if result["forced"] else "ok"
    return str(result["outcome"])


def look_up(document: Any, path: str) -> Any:
    """What stands at `0.attendee.name`; `#` is how many there are."""
    for word in path.split(".") if path else []:
        if word == "#":
            document = len(document)
        elif isinstance(document, list):
            document = document[int(word)]
        else:
            document = document[word]
    return document


class CommandLine(Protocol):
    """`kiosk -e EVENT`, with what it printed."""

    event: Path

    def run(self, *arguments: str) -> tuple[int, str, str]: ...

    def json(self, *arguments: str) -> tuple[int, Any]: ...


class Player:
    """A command line, a clock and the event's zone."""

    def __init__(self, program: CommandLine, clock: Clock, zone: str) -> None:
        self.program = program
        self.clock = clock
        self.zone = ZoneInfo(zone)
        self.folder = program.event.parent

    def turn_clock(self, at: str) -> None:
        """Set the clock to a step's time."""
        if not at:
            return
        if at.startswith("+"):
            self.clock.now_ms += round(1000 * float(at[1:-1]))
            return
        if at.endswith("Z"):
            moment = datetime.fromisoformat(at.removesuffix("Z")).replace(tzinfo=UTC)
        else:
            today = datetime.fromtimestamp(self.clock.now_ms / 1000, self.zone).date()
            text = at if "-" in at else f"{today} {at}"
            moment = datetime.fromisoformat(text).replace(tzinfo=self.zone)
        self.clock.now_ms = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

    def person(self, name: str) -> str:
        """The id of the person of exactly this name."""
        people = self.program.json("find", name, "--limit", "20")[1]
        ids = [person["id"] for person in people if person["name"] == name]
        assert len(ids) == 1, f"{name}: {people}"
        return str(ids[0])

    def arguments(self, step: Step) -> list[str]:
        """The command's words, names put as ids, `people` as the import of its lines."""
        command = re.sub(r"\{([^}]+)\}", lambda found: self.person(found[1]), step.command)
        words = shlex.split(command)
        if words[0] == "people":
            file = self.folder / "people.csv"
            file.write_text("\n".join(step.file) + "\n", encoding="utf-8")
            words[0:1] = ["import", str(file)]
        return [word.encode().decode("unicode_escape") if "\\" in word else word for word in words]

    def play(self, step: Step) -> None:
        """Run one step and hold what it expects against what came."""
        self.turn_clock(step.at)
        words = self.arguments(step)
        before = self._recorded()
        code, out, err = self.program.run("--json", *words)
        assert "Traceback" not in err, err
        document = json.loads(out) if out else None
        said = {"line": step.line, "step": step.command, "out": out[:700], "err": err[:300]}
        checks = [check.strip() for check in step.expected.split(";") if check.strip()]
        wanted_code = 0
        if "scan" in words and checks and not re.search(r"[=~]", checks[0]):
            wanted = [word.strip() for word in checks.pop(0).split(",")]
            assert wanted == [told(result) for result in document or []], said
            wanted_code = 0 if set(wanted) <= set(OK_WORDS) else 1
            new = self._recorded() - before
            others = sum(len(result.get("order") or ()) for result in document or [])
            assert len(wanted) - wanted.count("repeat") + others == new, said
        for check in checks:
            path, sign, value = re.split(r"([=~])", check, maxsplit=1)
            if path == "exit":
                wanted_code = int(value)
                continue
            found = err if path == "stderr" else look_up(document, path)
            text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
            assert (value in text) if sign == "~" else (value == text), (check, text, said)
        assert wanted_code == code, said
        assert (out == "") is (code == 2), said

    def _recorded(self) -> int:
        """How many scans the log holds (read beside the program, as any SQLite tool would)."""
        connection = sqlite3.connect(self.program.event)
        try:
            counted = (
                "SELECT count(*) FROM event WHERE kind IN ('check_in', 'refused') "
                "AND body NOT LIKE '%\"moved\":true%'"
            )
            return int(connection.execute(counted).fetchone()[0])
        finally:
            connection.close()


_MADE: dict[tuple[str, bool], bytes] = {}
"""Events as they are at the beginning, by the options of `new` and whether the usual people are in.

Made by the program itself, once: most scenarios begin alike.
"""


def prepare(scenario: Scenario, player: Player, people: Path) -> list[Step]:
    """Make the event, with the usual people where the scenario brings none; the steps left."""
    steps = list(scenario.steps)
    options = "--timezone Asia/Kolkata --day 2027-02-16 --day 2027-02-17"
    if steps and steps[0].command.startswith("event"):
        options = steps.pop(0).command.removeprefix("event").strip()
    words = shlex.split(options)
    player.zone = ZoneInfo(words[words.index("--timezone") + 1])
    usual = not any(step.command.startswith("people") for step in steps)
    event = player.program.event
    if (options, usual) not in _MADE:
        assert 0 == player.program.run("new", str(event), "--name", "PyCon", *words)[0]
        if usual:
            assert 0 == player.program.run("import", str(people))[0]
        _MADE[options, usual] = event.read_bytes()
    event.write_bytes(_MADE[options, usual])
    return steps


def play(scenario: Scenario, player: Player, people: Path) -> None:
    """Make the event, play each step."""
    for step in prepare(scenario, player, people):
        player.play(step)
