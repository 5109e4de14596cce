"""The attendance report as a PDF: pictures first, then the list, every name in its own script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.wording import BANNERS, counted
from kiosk.exporters.report_facts import ReportFacts, ReportRow, Share
from kiosk.support.progress import Progress

if TYPE_CHECKING:
    from kiosk.badges.layout.model import EventLook
    from kiosk.exporters.report_canvas import ReportCanvas

_WHOSE = {"all": "Everybody", "present": "Who came", "absent": "Who did not come"}
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
        OSError: the disk.
    """
    from kiosk.exporters.report_canvas import ReportCanvas, draw_list

    made = datetime.fromtimestamp(facts.made_ms / 1000, facts.zone)
    offset = f"{made:%z}"
    note = (
        f"Made by kiosk on {made.day} {made:%B %Y} at {made:%H:%M} (UTC{offset[:3]}:{offset[3:]})"
    )
    canvas = ReportCanvas(look, facts.scope or "Attendance report", note)
    _draw_head(canvas, facts, look)
    _draw_figures(canvas, facts)
    for name, quarters in facts.arrivals:
        _draw_arrivals(canvas, name, quarters, facts)
    _draw_shares(canvas, "By day and list", facts.lists)
    _draw_shares(canvas, "By ticket type", facts.types)
    if facts.first_timers:
        _draw_counts(canvas, "Here for the first time", _first_timer_counts(facts))
    _draw_counts(canvas, "Badges", _badge_counts(facts))
    _draw_counts(canvas, "Refused scans", _refused_counts(facts))
    if len(facts.desks) > 1:
        _draw_counts(canvas, "Let in by desk", list(facts.desks))
    for question, given in facts.answers:
        _draw_counts(canvas, f"{question}, of those who came", list(given))
    draw_list(canvas, f"{_WHOSE[facts.who]}: {counted(len(rows), 'ticket')}", rows, progress)
    canvas.finish()
    return canvas.writer.save(path)


def _draw_head(canvas: ReportCanvas, facts: ReportFacts, look: EventLook) -> None:
    canvas.new_page()
    canvas.page.band(0, 0, 210, 32)
    canvas.words(facts.event, 15, 7, 180, 12, size=26, colour="on-accent")
    parts = ("Attendance report", facts.scope, look.dates, look.place)
    line = " · ".join(part for part in parts if part)
    canvas.words(line, 15, 20.5, 180, 6, size=12, bold=False, colour="on-accent")
    canvas.y = 38


def _draw_figures(canvas: ReportCanvas, facts: ReportFacts) -> None:
    """Four numbers that say how it went."""
    kept = facts.expected - facts.no_shows
    share = f"{kept * 100 // facts.expected} % of those expected" if facts.expected else ""
    figures = (
        (facts.came, "came", share),
        (facts.expected, "expected", "people on valid tickets"),
        (facts.no_shows, "did not come", "of those expected"),
        (facts.walk_ins, "walk-ins", "among those who came"),
    )
    for number, (count, word, note) in enumerate(figures):
        x = 15 + number * 45.6
        canvas.words(f"{count:,}", x, canvas.y, 43, 14, size=34)
        canvas.words(word, x, canvas.y + 14, 43, 5.5, size=11)
        canvas.words(note, x, canvas.y + 19.5, 43, 4, size=8, bold=False, colour="grey")
    canvas.y += 26


def _draw_arrivals(
    canvas: ReportCanvas, name: str, quarters: Mapping[int, int], facts: ReportFacts
) -> None:
    """Arrivals per quarter hour, as columns."""
    if not quarters:
        return
    canvas.heading(f"Arrivals by quarter hour: {name}", _CHART_HEIGHT + 14)
    canvas.y += 3  # the highest column has its number on top
    starts = [datetime.fromtimestamp(at / 1000, facts.zone) for at in quarters]
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


def _draw_shares(canvas: ReportCanvas, title: str, shares: Sequence[Share]) -> None:
    """A bar a list or type, with what came, was expected, stayed away and walked in."""
    if not shares:
        return
    canvas.heading(title, 2 * _ROW + 4)
    _share_heads(canvas)
    for share in shares:
        if canvas.need(_ROW):
            _share_heads(canvas)
        y = canvas.y
        canvas.words(share.name or "(no type)", 15, y + 0.6, 48, 4.4, size=10, bold=False)
        whole = max(share.expected, share.came)
        canvas.bar(65, y + 0.9, 62, 3.8, share.came / whole if whole else 0)
        numbers = (share.came, share.expected, share.no_shows, share.walk_ins)
        for column, number in enumerate(numbers):
            x = 129 + column * 16.5
            canvas.words(
                f"{number:,}", x, y + 0.6, 16, 4.4, size=10, bold=column == 0, align="right"
            )
        canvas.y += _ROW
    canvas.y += 1


def _share_heads(canvas: ReportCanvas) -> None:
    for column, head in enumerate(("came", "expected", "no-shows", "walk-ins")):
        x = 129 + column * 16.5
        canvas.words(head, x, canvas.y, 16, 3.6, size=8, bold=False, align="right", colour="grey")
    canvas.y += 4.4


def _draw_counts(canvas: ReportCanvas, title: str, counts: Sequence[tuple[str, int]]) -> None:
    """A bar a number, against the largest of them."""
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


def _first_timer_counts(facts: ReportFacts) -> list[tuple[str, int]]:
    return [("registered", facts.first_timers), ("came", facts.first_timers_in)]


def _badge_counts(facts: ReportFacts) -> list[tuple[str, int]]:
    return [
        ("people with a badge", facts.badges),
        ("badges printed in all", facts.prints),
        ("of these reprints", facts.prints - facts.badges),
    ]


def _refused_counts(facts: ReportFacts) -> list[tuple[str, int]]:
    refused = [
        (BANNERS[Outcome(word)].words.capitalize(), count) for word, count in facts.refused.items()
    ]
    if facts.forced:
        refused.append(("let in all the same", facts.forced))
    if facts.undone:
        refused.append(("check-ins taken back", facts.undone))
    return refused
