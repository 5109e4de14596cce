"""Counting who is in, from nothing but the log: a second opinion on stats and exports."""

from __future__ import annotations

from collections import defaultdict
from typing import Any


class Tally:
    """Heads and people on each list, from the array that `kiosk --json log` prints."""

    def __init__(self, log: list[dict[str, Any]]) -> None:
        names: dict[str, str] = {}
        undone = {
            (entry["body"]["log_id"], entry["body"]["seq"])
            for entry in log
            if entry["kind"] == "undo"
        }
        self.present: dict[str, set[str]] = defaultdict(set)
        self.heads: dict[str, int] = defaultdict(int)
        self.inside: dict[str, int] = defaultdict(int)
        party: dict[str, int] = {}
        came: dict[tuple[str, str], int] = defaultdict(int)
        within: dict[tuple[str, str], int] = defaultdict(int)
        for entry in log:
            if entry["kind"] == "list":
                names[entry["subject"]] = entry["body"].get("name", "")
            if entry["kind"] == "import_rows":
                party.update({row[0]: row[11] for row in entry["body"]["rows"]})
            if entry["kind"] != "check_in" or (entry["log_id"], entry["seq"]) in undone:
                continue
            body = entry["body"]
            name = names[body["list"]]
            key = (name, entry["subject"])
            most = party.get(entry["subject"], 1)
            if body["direction"] == "entry":
                self.present[name].add(entry["subject"])
                came[key] = min(most, came[key] + body["heads"])
                within[key] = min(most, within[key] + body["heads"])
            else:
                within[key] = max(0, within[key] - body["heads"])
        for (name, _), heads in came.items():
            self.heads[name] += heads
        for (name, _), heads in within.items():
            self.inside[name] += heads
