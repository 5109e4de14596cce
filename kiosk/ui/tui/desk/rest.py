"""What the desk shows while no one is looked up: today's lists, open tasks, the last verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import UNDONE, banner, counted
from kiosk.services.checkin.verdict_text import clock_words
from kiosk.ui.tui.desk.match_list import LastSeen
from kiosk.ui.tui.widgets.charts import bar, column_chart, fit

if TYPE_CHECKING:
    from kiosk.services.checkin.activity import ActivityLine
    from kiosk.services.checkin.card import DeskRest, ListToday

CHART_LINES = 7
"""Lines of the chart of arrivals, where a screen has room for it."""


class Task(NamedTuple):
    """Something to do now, and its key."""

    words: str
    key: str


def last_seen(rest: DeskRest, *, no_names: bool) -> list[LastSeen]:
    """The last verdicts of this desk, newest first.

    Args:
        no_names: ticket types in place of names, for a desk that only scans.
    """
    return [_seen(line, no_names=no_names) for line in rest.last]


def _seen(line: ActivityLine, *, no_names: bool) -> LastSeen:
    row = line.scan
    outcome = Outcome(row.outcome)
    sign = UNDONE if row.undone else banner(outcome, Direction(row.direction))
    at = datetime.fromtimestamp(row.at_ms / 1000, line.zone)
    is_plain = outcome is Outcome.OK and not row.undone and row.direction == Direction.ENTRY
    words = line.ticket_type if is_plain else sign.words.lower()
    name = line.name or row.code
    if no_names:
        name, words = words, ""
    return LastSeen(sign.sign, clock_words(at), escape_controls(name), escape_controls(words))


def tasks(at_help_desk: int, badges_waiting: int, trouble: str) -> list[Task]:
    """What a person has to see to, the most urgent first."""
    open_tasks = []
    if trouble:
        open_tasks.append(Task(trouble, "F4"))
    elif badges_waiting:
        words = counted(badges_waiting, "badge waits", "badges wait")
        open_tasks.append(Task(f"{words} for the printer", "F4"))
    if at_help_desk:
        open_tasks.append(Task(f"{counted(at_help_desk, 'person')} at the help desk", "^G"))
    return open_tasks


def today_content(rest: DeskRest, to_do: Sequence[Task], width: int, height: int) -> Content:
    """Today's lists with their numbers, what is to do, and the pace, in `width` cells.

    A low pane shows the first lines without gaps.
    """
    blocks = [
        [_list_line(item, rest.lists, width) for item in rest.lists],
        _task_lines(to_do, width),
        [Content(_pace(rest))],
        _chart(rest, width),
    ]
    chart = len(blocks[-1])
    if sum(map(len, blocks)) + len(blocks) > height and chart:
        blocks.pop()
    blocks = [block for block in blocks if block]
    has_gaps = sum(map(len, blocks)) + len(blocks) - 1 <= height
    gap = "\n\n" if has_gaps else "\n"
    text = Content(gap).join(Content("\n").join(block) for block in blocks)
    return Content("\n").join(text.split("\n")[: max(1, height)])


def _task_lines(to_do: Sequence[Task], width: int) -> list[Content]:
    if not to_do:
        return [Content.styled("Nothing waits.", "$secondary")]
    title = Content.styled("To do", "bold $accent")
    return [title, *(_task_line(task, width) for task in to_do)]


def _chart(rest: DeskRest, width: int) -> list[Content]:
    if not rest.arrivals:
        return []
    values, labels = zip(*rest.arrivals, strict=True)
    title = Content.styled("Arrivals", "bold $accent")
    return [title, *column_chart(values, labels, width, CHART_LINES)]


def _pace(rest: DeskRest) -> str:
    if not rest.recent:
        return "No one in the last 15 minutes."
    return f"{rest.recent:,} in the last 15 minutes"


def _list_line(item: ListToday, lists: Sequence[ListToday], width: int) -> Content:
    """`Day 1     ███████▌  312 of 550`; a list that is closed says when it opens."""
    label = min(max(cell_len(one.name) for one in lists) + 1, width // 2)
    name = fit(escape_controls(item.name), label - 1)
    padded = name + " " * (label - cell_len(name))
    style = "bold" if item.is_here else ""
    if item.note:
        return Content.assemble((padded, style), (fit(item.note, width - label), "$secondary"))
    numbers = f" {item.came:,} of {item.expected:,}"
    cells = max(4, width - label - len(numbers))
    colour = "$accent" if item.is_here else "$primary"
    return Content.assemble(
        (padded, style), bar(item.came, item.expected, cells, colour), (numbers, "bold")
    )


def _task_line(task: Task, width: int) -> Content:
    words = fit(escape_controls(task.words), width - len(task.key) - 2)
    gap = " " * (width - cell_len(words) - len(task.key))
    return Content.assemble(words, gap, (task.key, "bold $accent"))
