"""Write the attendance report as a PDF: charts first, then the list of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.checkin.tally import EventTally, Tally, Turnout, newest_stretch
from kiosk.domain.checkin.words import BANNERS
from kiosk.domain.datetimes import local_time
from kiosk.domain.text import counted
from kiosk.support.progress import Progress

if TYPE_CHECKING:
    from kiosk.badges.layout.model import EventLook
    from kiosk.exporters.report_canvas import ReportCanvas
    from kiosk.storage.queries.attendance import ListedPerson


class ReportRow(NamedTuple):
    """One ticket on the list."""

    person: ListedPerson
    is_in: bool
    when: str
    """Times of the first entries, for example `Tue 09:41 and 2 more lists`; empty without one."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The counts of the report."""

    event: str
    zone: tzinfo
    made_ms: int
    who: str
    """Which rows the list has: `all`, `present` or `absent`."""
    tally: EventTally
    only: Tally | None = None
    """The only list that is counted; None: all of them."""

    @property
    def shown(self) -> Tally:
        """The counts of the whole report."""
        return self.only or self.tally.event

    @property
    def lists(self) -> tuple[Tally, ...]:
        """The lists of the report."""
        return (self.only,) if self.only else self.tally.lists


_LISTED = {"all": "All tickets", "present": "Checked in", "absent": "Not checked in"}
_ROW = 6.2
_CHART_HEIGHT = 34.0
_LABEL_EVERY_MM = 14.0


def write_report(
    path: Path,
    facts: ReportFacts,
    rows: Sequence[ReportRow],
    look: EventLook,
    progress: Progress | None = None,
) -> int:
    """Write the report to a path and return the number of its pages.

    Raises:
        OSError: the file cannot be written.
    """
    # imported here: drawing loads fonts and layouts, which no other command needs
    from kiosk.exporters.report_canvas import ReportCanvas, draw_list

    made = local_time(facts.made_ms, facts.zone)
    offset = f"{made:%z}"
    note = (
        f"Made by kiosk on {made.day} {made:%B %Y} at {made:%H:%M} (UTC{offset[:3]}:{offset[3:]})"
    )
    canvas = ReportCanvas(look, facts.shown.name or "Attendance report", note)
    _draw_head(canvas, facts, look)
    _draw_figures(canvas, facts)
    for tally in facts.lists:
        _draw_arrivals(canvas, tally, facts.zone)
    _draw_turnouts(canvas, "By day and list", [(item.name, item.total) for item in facts.lists])
    _draw_turnouts(canvas, "By ticket type", facts.shown.types)
    first_timers = facts.shown.first_timers
    if first_timers.people:
        counts = [("registered", first_timers.people), ("came", first_timers.checked_in)]
        _draw_counts(canvas, "Here for the first time", counts)
    _draw_counts(canvas, "Badges", _badge_counts(facts.tally))
    _draw_counts(canvas, "Refused scans", _refused_counts(facts))
    if len(facts.shown.desks) > 1:
        _draw_counts(canvas, "Checked in by desk", list(facts.shown.desks.items()))
    if facts.shown.gates:
        gates = [(gate.name, gate.heads) for gate in facts.shown.gates]
        _draw_counts(canvas, "Checked in by gate", gates)
    for question, given in facts.tally.answers.items():
        if given:
            answers = [(text, came) for text, (came, _) in given.items()]
            _draw_counts(canvas, f"{question}, of those who came", answers)
    draw_list(canvas, f"{_LISTED[facts.who]}: {counted(len(rows), 'ticket')}", rows, progress)
    canvas.finish()
    return canvas.writer.save(path)


def _draw_head(canvas: ReportCanvas, facts: ReportFacts, look: EventLook) -> None:
    canvas.new_page()
    canvas.page.band(0, 0, 210, 32)
    canvas.words(facts.event, 15, 7, 180, 12, size=26, colour="on-accent")
    parts = ("Attendance report", facts.shown.name, look.dates, look.place)
    line = " · ".join(part for part in parts if part)
    canvas.words(line, 15, 20.5, 180, 6, size=12, bold=False, colour="on-accent")
    canvas.y = 38


def _draw_figures(canvas: ReportCanvas, facts: ReportFacts) -> None:
    """The four most important numbers."""
    total = facts.shown.total
    kept = total.expected - total.no_shows
    share = f"{kept * 100 // total.expected} % of those expected" if total.expected else ""
    figures = (
        (total.checked_in, "came", share),
        (total.expected, "expected", "people on valid tickets"),
        (total.no_shows, "did not come", "of those expected"),
        (total.walk_ins, "walk-ins", "among those who came"),
    )
    for number, (count, word, note) in enumerate(figures):
        x = 15 + number * 45.6
        canvas.words(f"{count:,}", x, canvas.y, 43, 14, size=34)
        canvas.words(word, x, canvas.y + 14, 43, 5.5, size=11)
        canvas.words(note, x, canvas.y + 19.5, 43, 4, size=8, bold=False, colour="grey")
    canvas.y += 26


def _draw_arrivals(canvas: ReportCanvas, tally: Tally, zone: tzinfo) -> None:
    """Arrivals by quarter hour, as columns."""
    quarters = newest_stretch(tally.arrivals)
    if not quarters:
        return
    canvas.heading(f"Arrivals by quarter hour: {tally.name}", _CHART_HEIGHT + 14)
    canvas.y += 3  # for the number on the highest column
    starts = [local_time(at, zone) for at in quarters]
    counts = list(quarters.values())
    highest = max(counts)
    step = min(7.0, 172 / len(counts))
    low = canvas.y + _CHART_HEIGHT
    canvas.words(f"{highest:,}", 15, canvas.y - 1, 7, 3.5, size=8, bold=False, align="right")
    canvas.page.line(23, canvas.y, 172)
    last_label = 0.0
    for number, (start, count) in enumerate(zip(starts, counts, strict=True)):
        x = 23 + number * step
        high = count / highest * _CHART_HEIGHT if highest else 0.0
        if count:
            canvas.page.band(x + step * 0.08, low - high, step * 0.84, high)
        if step >= 5.5 and count:
            canvas.words(
                f"{count:,}", x, low - high - 3.4, step, 3, size=7, bold=False, align="center"
            )
        due = number == 0 or (start.minute == 0 and x - last_label >= _LABEL_EVERY_MM)
        if due and x <= 186:
            canvas.words(f"{start:%H:%M}", x, low + 1, 12, 3.5, size=8, bold=False)
            last_label = x
    canvas.page.line(23, low, 172)
    day = f"{starts[0]:%A} {starts[0].day} {starts[0]:%B %Y}, {counted(sum(counts), 'arrival')}"
    canvas.words(day, 23, low + 5, 172, 3.5, size=8, bold=False, colour="grey")
    canvas.y = low + 10


def _draw_turnouts(
    canvas: ReportCanvas, title: str, turnouts: Sequence[tuple[str, Turnout]]
) -> None:
    """One bar and four numbers for each list or ticket type."""
    if not turnouts:
        return
    canvas.heading(title, 2 * _ROW + 4)
    _turnout_heads(canvas)
    for name, turnout in turnouts:
        if canvas.need(_ROW):
            _turnout_heads(canvas)
        y = canvas.y
        canvas.words(name or "(no type)", 15, y + 0.6, 48, 4.4, size=10, bold=False)
        whole = max(turnout.expected, turnout.checked_in)
        canvas.bar(65, y + 0.9, 62, 3.8, turnout.checked_in / whole if whole else 0)
        numbers = (turnout.checked_in, turnout.expected, turnout.no_shows, turnout.walk_ins)
        for column, number in enumerate(numbers):
            x = 129 + column * 16.5
            canvas.words(
                f"{number:,}", x, y + 0.6, 16, 4.4, size=10, bold=column == 0, align="right"
            )
        canvas.y += _ROW
    canvas.y += 1


def _turnout_heads(canvas: ReportCanvas) -> None:
    for column, head in enumerate(("came", "expected", "no-shows", "walk-ins")):
        x = 129 + column * 16.5
        canvas.words(head, x, canvas.y, 16, 3.6, size=8, bold=False, align="right", colour="grey")
    canvas.y += 4.4


def _draw_counts(canvas: ReportCanvas, title: str, counts: Sequence[tuple[str, int]]) -> None:
    """One bar for each number, relative to the largest."""
    canvas.heading(title, _ROW * max(1, min(len(counts), 3)))
    most = max((count for _, count in counts), default=0)
    for name, count in counts:
        canvas.need(_ROW)
        canvas.words(name, 15, canvas.y + 0.6, 48, 4.4, size=10, bold=False)
        canvas.bar(65, canvas.y + 0.9, 108, 3.8, count / most if most else 0)
        canvas.words(f"{count:,}", 175, canvas.y + 0.6, 20, 4.4, size=10, align="right")
        canvas.y += _ROW
    if not counts:
        canvas.words("None.", 15, canvas.y, 100, 4.4, size=10, bold=False)
        canvas.y += _ROW
    canvas.y += 1


def _badge_counts(tally: EventTally) -> list[tuple[str, int]]:
    return [
        ("people with a badge", tally.badges_printed),
        ("badges printed in all", tally.badge_prints),
        ("of these reprints", tally.badge_prints - tally.badges_printed),
    ]


def _refused_counts(facts: ReportFacts) -> list[tuple[str, int]]:
    refused = [
        (BANNERS[Outcome(word)].words.capitalize(), count)
        for word, count in facts.shown.refused.items()
    ]
    if facts.tally.forced:
        refused.append(("admitted by exception", facts.tally.forced))
    if facts.tally.undone:
        refused.append(("check-ins undone", facts.tally.undone))
    return refused
