"""The door, told in sentences: every scenario of stories/ through the command line."""

from __future__ import annotations

import csv

import pytest

from .language import HERE, STORIES, Scenario
from .player import Player, play
from .tally import Tally


@pytest.mark.parametrize("scenario", STORIES, ids=lambda scenario: scenario.sentence)
def test_story(scenario: Scenario, player: Player) -> None:
    """The sentence holds, and afterwards log, stats and export say the same."""
    play(scenario, player, HERE / "people.csv")
    if not any(step.command.startswith("purge") for step in scenario.steps):
        agree(player)


def agree(player: Player) -> None:
    """An independent count of the log is what stats and the export say, list by list."""
    tally = Tally(player.program.json("log")[1])
    for item in player.program.json("stats")[1]["lists"]:
        name = item["list"]
        assert tally.heads[name] == item["checked_in"], name
        assert tally.inside[name] == item["inside"], (name, item)
        assert item["checked_in"] == sum(t["checked_in"] for t in item["by_type"].values())
        if tally.present[name]:
            out = player.folder / "present.csv"
            code, written = player.program.json(
                "export", "-o", str(out), "--list", name, "--who", "present"
            )
            with out.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
            assert (0, len(tally.present[name])) == (code, written["rows"]) == (code, len(rows))
            people = sum(int(row.get(f"{name} people") or 1) for row in rows)
            assert item["checked_in"] == people, (rows, item)
