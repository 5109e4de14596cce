"""The same sentences at the desk on screen: codes come as scans, the banner says the verdict."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.storage.file.store import Store
from kiosk.ui.cli.main import run
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.header import DeskHeader
from tests.conftest import Clock
from tests.support.waiting import wait_on_screen

from .language import HERE, STORIES, Scenario, Step
from .player import Player, prepare

pytestmark = pytest.mark.slow

WORDS = {
    "ok": "✓ CHECKED IN",
    "repeat": "✓ CHECKED IN",
    "already_redeemed": "! ALREADY IN",
    "unpaid": "! UNPAID",
    "unapproved": "! NOT APPROVED",
    "canceled": "✗ CANCELED",
    "blocked": "✗ BLOCKED",
    "product": "✗ NOT ON THIS LIST",
    "invalid_time": "✗ NOT NOW",
    "invalid": "✗ NOT FOUND",
    "ambiguous": "? WHICH ONE",
    "incomplete": "? ASK FIRST",
    "rules": "✗ NOT BY THE RULES",
}
"""What the contract has the banner say."""
TOO_LONG_S = 20.0
QUICK = 4
"""So many of them every time; all of them where it is decided."""


def at_the_desk(step: Step) -> bool:
    """Whether a person at the desk can do this step with a scanner and Ctrl+E.

    An empty line is a code on the command line and nothing at the desk.
    """
    words = step.command.split()
    if words[0] == "undo":
        return len(words) == 1 and not step.expected.startswith("exit")
    return words[0] == "scan" and not re.search(r"\s--(?!exit\b)|--desk|\\|\"\"", step.command)


def by_keys(scenario: Scenario) -> bool:
    """Whether the desk can play it: no option of the command line stands in the way."""
    done_elsewhere = ("event", "people", "edit", "stats", "find", "lists", "show", "walk-in", "log")
    return any("scan" in step.command for step in scenario.steps) and all(
        at_the_desk(step) or step.command.split()[0] in done_elsewhere for step in scenario.steps
    )


PLAYED = [scenario for scenario in STORIES if by_keys(scenario)]
STEP = max(1, len(PLAYED) // QUICK)
MARKED = [
    pytest.param(scenario, id=scenario.sentence)
    if not number % STEP
    else pytest.param(scenario, id=scenario.sentence, marks=pytest.mark.slow)
    for number, scenario in enumerate(PLAYED)
]


class Beside:
    """The command line while the desk is open: it must not print on the desk's screen."""

    def __init__(self, event: Path) -> None:
        self.event = event

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """(exit code, stdout, stderr)."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["-e", str(self.event), "--desk", "Beside", *arguments])
        return code, out.getvalue(), err.getvalue()

    def json(self, *arguments: str) -> tuple[int, Any]:
        """(exit code, the document)."""
        code, out, _ = self.run("--json", *arguments)
        return code, json.loads(out)


class DeskPlayer:
    """Scans, F8 and Ctrl+E at the desk."""

    def __init__(self, app: KioskApp, pilot: Pilot[None], player: Player) -> None:
        self.app = app
        self.pilot = pilot
        self.player = player
        self.exits = False

    @property
    def desk(self) -> DeskScreen:
        return next(item for item in self.app.screen_stack if isinstance(item, DeskScreen))

    @property
    def banner(self) -> str:
        view = self.desk.query_one(ResultBanner).view
        return f"{view.sign} {view.words}".strip()

    async def until(self, condition: Any) -> None:
        """Wait for the threads behind the desk."""
        await wait_on_screen(
            self.pilot, condition, lambda: self.banner, seconds=TOO_LONG_S, pause_s=0.005
        )

    async def another_banner(self, act: Any) -> None:
        """Do something, and wait for what the banner says to it. The last verdict is complete
        before: the rest of its order is added to it a moment later."""
        await self.until(lambda: not self.desk.is_deciding)
        answered: list[bool] = []
        self.desk.when_answered(lambda: answered.append(True))
        await self.until(lambda: bool(answered))
        before = self.desk.query_one(ResultBanner).view
        await act()
        await self.until(lambda: self.desk.query_one(ResultBanner).view is not before)

    async def play(self, step: Step) -> None:
        """One step of a scenario."""
        if not at_the_desk(step):
            self.player.play(step)
            return
        self.player.turn_clock(step.at)
        if step.command == "undo":
            await self.another_banner(lambda: self.pilot.press("f8"))
            assert "↶ UNDONE" == self.banner
            return
        words = shlex.split(step.command)[1:]
        if ("--exit" in words) is not self.exits:
            self.exits = not self.exits
            await self.another_banner(lambda: self.pilot.press("ctrl+e"))
            assert ("EXITS" in self.desk.query_one(DeskHeader).mode) is self.exits
        outcomes = [word.strip() for word in step.expected.split(";")[0].split(",")]
        for code, outcome in zip([w for w in words if w != "--exit"], outcomes, strict=True):
            await self.another_banner(lambda code=code: self.scan(code))
            good = "→ CHECKED OUT" if self.exits else "✓ CHECKED IN"
            wanted = good if outcome in ("ok", "repeat") else WORDS[outcome]
            if outcome == "invalid" and not any(map(str.isdigit, code)):
                wanted = "? NO MATCH"  # such a text may be a name, and is looked up
            assert wanted == self.banner, (step.line, code)

    async def scan(self, code: str) -> None:
        self.app.code_seen(code)
        await self.pilot.pause()


@pytest.mark.parametrize("scenario", MARKED)
async def test_the_desk_says_the_same(
    scenario: Scenario,
    event_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the sentence says holds on screen at 80x24 as it does on the command line."""
    monkeypatch.setitem(Store.open.__func__.__kwdefaults__, "clock", clock)  # type: ignore[attr-defined]
    monkeypatch.chdir(event_path.parent)
    player = Player(Beside(event_path), clock, "Asia/Kolkata")
    steps = prepare(scenario, player, HERE / "people.csv")
    while steps and not at_the_desk(steps[0]):
        player.play(steps.pop(0))
    app = KioskApp(event_path, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        desk = DeskPlayer(app, pilot, player)
        await desk.until(lambda: desk.desk.is_ready)
        for step in steps:
            await desk.play(step)
