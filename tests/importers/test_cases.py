"""Small lists with one fault each, in tests/data/imports: invented people in real shapes.

`expected.json` there has the correct values: a case passes when one of its answers holds whole.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.event import create_event
from kiosk.services.reports.report import export_file
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store

CASES = Path(__file__).parents[1] / "data" / "imports"
EXPECTED: list[dict[str, Any]] = json.loads((CASES / "expected.json").read_text("utf-8"))
NOW = datetime(2026, 10, 1, 10, tzinfo=UTC)


def event(folder: Path, day: str) -> Store:
    """A new event of one day: `2026-03-18`, `+30` days from now, or today."""
    when = NOW + timedelta(days=int(day or 0)) if day[:1] in ("", "+") else None
    days = [when.date() if when else datetime.fromisoformat(day).date()]
    return create_event(
        folder / "e.kiosk",
        name="Meetup",
        days=days,
        timezone="UTC",
        desk="Desk 1",
        clock=lambda: int(NOW.timestamp() * 1000),
    )


class Answer:
    """The result of importing the files of a case."""

    def __init__(self, folder: Path, case: dict[str, Any]) -> None:
        self.folder = folder
        self.store = event(folder, case.get("day", ""))
        self.refusal = ""
        self.said: list[str] = []
        for name in filter(None, (case["file"], case.get("then"))):
            try:
                self.report = accept_import(self.store, plan_import(self.store, CASES / name))
            except KioskError as error:
                self.refusal = str(error).replace(name, "", 1)
                return
        left_out = [str(row["why"]) for row in self.report.rejected_rows]
        self.said = [*self.report.warnings, *left_out]

    def rows(self) -> list[dict[str, str]]:
        """The exported list."""
        out = self.folder / "list.csv"
        export_file(self.store, out)
        with out.open(encoding="utf-8-sig", newline="") as stream:
            return [
                {
                    k.casefold().replace("-", ""): re.sub("^'(?=[+=-])", "", v)
                    for k, v in row.items()
                }
                for row in csv.DictReader(stream)
            ]

    def misses(self, right: dict[str, Any]) -> list[str]:
        """The parts of an answer that do not hold."""
        if "refused" in right:
            found = bool(self.refusal) and all(
                re.search(pattern, self.refusal, re.IGNORECASE) for pattern in right["refused"]
            )
            places = [re.search(p, self.refusal) for p in right.get("advice", ())]
            starts = [place.start() for place in places if place]
            return [] if found and starts == sorted(starts) else [f"not refused so: {self.refusal}"]
        if self.refusal:
            return [f"refused: {self.refusal}"]
        rows = self.rows()
        people = {row["name"]: row for row in rows}
        missed = [
            f"{name}={getattr(self.report, name)}, not {count}"
            for name, count in right.get("counts", {}).items()
            if getattr(self.report, name) != count
        ]
        if right.get("people", len(rows)) != len(rows):
            missed.append(f"{len(rows)} people")
        names = {*people, *(re.sub(r"\b[A-Z]{3,}\b", lambda m: m[0].title(), n) for n in people)}
        mended = {
            re.sub(r"\b[A-Z]{3,}\b", lambda m: m[0].title(), n) for n in right.get("names", ())
        }
        missed += [f"no {name}: {sorted(people)}" for name in mended if name not in names]
        missed += [f"has {name}" for name in right.get("never", ()) if name in people]
        for name, fields in right.get("who", {}).items():
            row = people.get(name, {})
            missed += [
                f"{name}: {field}={row.get(field)!r}"
                for field, value in fields.items()
                if row.get(field) != (value or "")
            ]
        for code, name in right.get("scan", {}).items():
            result = scan(self.store, ScanOrder(code))
            got = result.attendee.name if result.attendee else None
            if got != name:
                missed.append(f"{code} is {got}")
        for group in right.get("said", ()):
            if not any(word.casefold() in " | ".join(self.said).casefold() for word in group):
                missed.append(f"not said: {group} in {self.said}")
        return missed


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: case["file"])
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    """The list gives its correct values, or the report names what is not understood."""
    answer = Answer(tmp_path, case)
    missed = [answer.misses(right) for right in case["right"]]

    assert [] in missed, [
        *missed,
        f"said: {answer.said}",
        f"columns: {getattr(getattr(answer, 'report', None), 'columns', {})}",
    ]
