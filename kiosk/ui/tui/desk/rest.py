"""The desk's panes: the card and the badge of an attendee; today's lists, open tasks and the last
verdicts while no one is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.checkin.words import UNDONE, banner
from kiosk.domain.datetimes import clock_words
from kiosk.domain.text import counted, escape_controls
from kiosk.ui.tui.desk.card import Here, badge_miniature, card_content
from kiosk.ui.tui.desk.match_list import LastSeen, MatchList
from kiosk.ui.tui.widgets.charts import bar, column_chart, fit, padded

if TYPE_CHECKING:
    from kiosk.services.checkin.activity import ActivityLine
    from kiosk.services.checkin.card import AttendeeCard, DeskRest, ListToday
    from kiosk.ui.tui.desk.desk import DeskScreen

CHART_LINES = 7
"""Lines of the chart of arrivals, on a screen that is high enough."""


class Task(NamedTuple):
    """Something to do now, and its key."""

    words: str
    key: str


def last_seen(rest: DeskRest, *, no_names: bool) -> list[LastSeen]:
    """The last verdicts of this desk, newest first.

    Args:
        no_names: ticket types in place of names, for a desk that only scans.
    """
    return [_seen(line, rest.list_id, no_names=no_names) for line in rest.last]


def _seen(line: ActivityLine, list_id: str, *, no_names: bool) -> LastSeen:
    row = line.scan
    outcome = Outcome(row.outcome)
    sign = UNDONE if row.undone else banner(outcome, Direction(row.direction))
    at = datetime.fromtimestamp(row.at_ms / 1000, line.zone)
    is_plain = outcome is Outcome.OK and not row.undone and row.direction == Direction.ENTRY
    words = line.ticket_type if is_plain else sign.words.lower()
    if is_plain and row.list_id != list_id:
        words = line.list_name
    name = line.name or row.code
    if no_names:
        name, words = words, ""
    return LastSeen(sign.sign, clock_words(at), escape_controls(name), escape_controls(words))


def tasks(at_help_desk: int, badges_waiting: int, trouble: str, *, is_rest: bool) -> list[Task]:
    """Open tasks, the most urgent first.

    Args:
        is_rest: no attendee is on the card; the help desk key acts on one otherwise.
    """
    open_tasks = []
    if trouble:
        open_tasks.append(Task(trouble, "F4"))
    elif badges_waiting:
        words = counted(badges_waiting, "badge waits", "badges wait")
        open_tasks.append(Task(f"{words} for the printer", "F4"))
    if at_help_desk:
        open_tasks.append(
            Task(f"{counted(at_help_desk, 'person')} at the help desk", "^G" if is_rest else "")
        )
    return open_tasks


def today_content(rest: DeskRest, to_do: Sequence[Task], width: int, height: int) -> Content:
    """Today's lists with their numbers, open tasks and the pace, in `width` cells.

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
    name = padded(escape_controls(item.name), label, gap=1)
    style = "bold" if item.is_here else ""
    if item.note:
        return Content.assemble((name, style), (fit(item.note, width - label), "$secondary"))
    numbers = f" {item.came:,} of {item.expected:,}"
    cells = max(4, width - label - len(numbers))
    colour = "$accent" if item.is_here else "$primary"
    return Content.assemble(
        (name, style), bar(item.came, item.expected, cells, colour), (numbers, "bold")
    )


def _task_line(task: Task, width: int) -> Content:
    words = fit(escape_controls(task.words), width - len(task.key) - 2)
    gap = " " * (width - cell_len(words) - len(task.key))
    return Content.assemble(words, gap, (task.key, "bold $accent"))


SIDE_CELLS = 38
"""Width of the pane with the badge."""


class Panes:
    """Paints card, badge, today's lists and the last verdicts."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._rest: DeskRest | None = None
        """None before it is read."""
        self._at_help_desk = 0

    def counted(self, rest: DeskRest, at_help_desk: int) -> None:
        """Show newer verdicts and counts."""
        self._rest, self._at_help_desk = rest, at_help_desk
        self.paint_rest()

    def paint_card(self) -> None:
        """The card, or today's lists and tasks; on a wide screen both, and the badge."""
        desk, card = self._desk, self._desk.person
        box = desk.query_one("#card-box")
        box.border_title = "Selected" if card else "Today"
        is_new_size = desk.has_class("-person") is not (card is not None)
        desk.set_class(card is not None, "-person")
        content = self._card(card) if card else self._today(*box.content_size)
        desk.query_one("#card", Static).update(content)
        if card and desk.has_class("-wide"):
            event = desk.facts.event.name if desk.facts else ""
            badge = badge_miniature(card.attendee, event, SIDE_CELLS)
            desk.query_one("#badge", Static).update(badge, layout=False)
        if is_new_size:
            desk.call_after_refresh(self.paint_rest)
        desk.parts.pictures.show(card)

    def _card(self, card: AttendeeCard) -> Content:
        desk = self._desk
        return card_content(card, Here(desk.desk, desk.now_ms), no_contact=desk.scan_only)

    def _today(self, width: int, height: int) -> Content:
        if self._rest is None or width < 10:
            return Content("")
        paper = self._desk.paper_status
        waiting, trouble = (paper.waiting, paper.trouble) if paper else (0, "")
        is_rest = self._desk.person is None
        to_do = tasks(self._at_help_desk, waiting, trouble, is_rest=is_rest)
        return today_content(self._rest, to_do, width, height)

    def _paint_side(self) -> None:
        """Today's lists and tasks next to the card of a wide screen."""
        today = self._desk.query_one("#today", Static)
        today.border_title = "Today"
        today.update(self._today(*today.content_size), layout=False)

    def paint_rest(self) -> None:
        """Show newer verdicts, counts and tasks."""
        if self._rest is None:
            return
        seen = last_seen(self._rest, no_names=self._desk.scan_only)
        self._desk.query_one(MatchList).show_last_seen(seen)
        if self._desk.person is None:
            self.paint_card()
        elif self._desk.has_class("-wide"):
            self._paint_side()
