"""What the dashboard says, as lines of just so many cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len
from textual.content import Content

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import BANNERS
from kiosk.services.tally.dashboard import Dashboard, Tally
from kiosk.ui.tui.desk.verdict import BannerView
from kiosk.ui.tui.widgets.cells import fit
from kiosk.ui.tui.widgets.charts import (
    bar,
    bar_line,
    column_chart,
    label_cells,
    numbers_text,
    share_text,
    told_apart,
)

_NO_TYPE = "(no type)"
_CHART_ROWS = (4, 9)
"""Fewest and most lines of the chart."""


def share_line(facts: Dashboard, cells: int) -> Content:
    """The bar of the whole list."""
    share = share_text(facts.came, facts.expected)
    words = f" {share} of all who are expected" if share else " nobody is expected"
    long = max(10, cells - cell_len(words))
    return Content.assemble(bar(facts.came, facts.expected, long, "$accent"), (words, "bold"))


def estimate_text(facts: Dashboard) -> str:
    """What the pace lets one say of the queue, and no more."""
    pace = facts.pace
    if pace.missing <= 0 and facts.expected:
        return "Everybody who is expected is in."
    if not facts.expected:
        return "Nobody is expected on this list."
    if pace.heads == 0:
        return f"Nobody new in the last {pace.minutes} min; {pace.missing:,} have not come."
    if pace.minutes_left is None:
        return f"{pace.heads:,} in {pace.minutes} min: too few to reckon with yet."
    end = datetime.fromtimestamp(facts.now_ms / 1000 + pace.minutes_left * 60, facts.zone)
    took = _duration(pace.minutes_left)
    if pace.minutes_left > 12 * 60:
        return f"Too slow to say when the other {pace.missing:,} are in: most may not come now."
    return f"At this pace all {pace.missing:,} are in by {end:%H:%M}, if they come ({took})."


def estimate_line(facts: Dashboard, cells: int) -> str:
    """The same, without what is in brackets where there is no room for it."""
    text = estimate_text(facts)
    return text if cell_len(text) <= cells else fit(text.partition(" (")[0], cells)


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def verdict_line(view: BannerView, cells: int) -> str:
    """The newest verdict; what asks for an answer is answered at the desk."""
    words = f" {view.sign} {view.words}".rstrip()
    open_question = view.tone in ("question", "warning", "error")
    rest = "   Esc: see to it at the desk" if open_question and view.who else ""
    return fit(f"{words}   {view.who}", cells - cell_len(rest)) + rest


def tallies_content(facts: Dashboard, cells: int, rows: int) -> Content:
    """Lists, then ticket types; where lines are short, as many of both as fit."""
    lists = [(escape_controls(t.name), t, t.list_id == facts.list.id) for t in facts.lists]
    types = [(escape_controls(t.name) or _NO_TYPE, t, False) for t in facts.types]
    room = max(2, rows - 3)
    half = room // 2
    for_lists = min(len(lists), max(half, room - len(types)))
    if len(lists) > for_lists:
        lists.sort(key=lambda entry: not entry[2])
    lines = [_title("Lists"), *_bars(lists, cells, for_lists)]
    lines += [Content(""), _title("Ticket types on this list")]
    lines += _bars(types, cells, max(1, rows - len(lines)))
    return Content("\n").join(lines[:rows])


def _bars(entries: Sequence[tuple[str, Tally, bool]], cells: int, rows: int) -> list[Content]:
    if not entries:
        return [_dim("none")]
    shown = list(entries) if len(entries) <= rows else list(entries[: max(1, rows - 1)])
    numbers = max(len(numbers_text(t.came, t.expected)) for _, t, _ in shown)
    names = told_apart([name for name, _, _ in shown], label_cells(cells, numbers) - 1)
    lines = [
        bar_line(name, t.came, t.expected, cells, numbers=numbers, lit=lit)
        for name, (_, t, lit) in zip(names, shown, strict=True)
    ]
    if left_out := entries[len(shown) :]:
        came = sum(t.came for _, t, _ in left_out)
        expected = sum(t.expected for _, t, _ in left_out)
        more = f"and {len(left_out)} more:{numbers_text(came, expected)}"
        lines.append(_dim(fit(more, cells)))
    return lines[:rows]


def doors_content(facts: Dashboard, cells: int, rows: int) -> Content:
    """The chart of arrivals, desks, speakers awaited, badges and refusals."""
    below = [
        *_desk_lines(facts, cells, 2 if rows < 20 else 6),
        *_speaker_lines(facts, cells, 2 if rows < 20 else 8),
        *_first_timer_lines(facts, cells),
        *_wrapped("Badges", _badge_words(facts), cells, 2),
        *_wrapped("Refused", _refused_words(facts), cells, 2),
    ]
    fewest, most = _CHART_ROWS
    high = max(fewest, min(most, rows - len(below) - 2))
    lines = [*_chart(facts, cells, high), Content(""), *below]
    return Content("\n").join(lines[:rows])


def _chart(facts: Dashboard, cells: int, rows: int) -> list[Content]:
    starts = [datetime.fromtimestamp(at / 1000, facts.zone) for at in facts.quarters]
    if not starts:
        return [_title("Arrivals per quarter hour"), _dim("Nobody yet.")]
    values = list(facts.quarters.values())
    labels = [f"{start:%H:%M}" for start in starts]
    title = f"Arrivals per quarter hour, {starts[-1]:%a} {starts[-1].day} {starts[-1]:%b}"
    return [_title(fit(title, cells)), *column_chart(values, labels, cells, rows)]


def _desk_lines(facts: Dashboard, cells: int, rows: int) -> list[Content]:
    words = [
        f"{escape_controls(desk.desk)} {desk.heads:,} (+{desk.recent:,})" for desk in facts.desks
    ]
    return _wrapped("Desks (+15 min)", words or ["none yet"], cells, rows)


def _speaker_lines(facts: Dashboard, cells: int, rows: int) -> list[Content]:
    missing = [escape_controls(name) for name in facts.speakers_missing]
    if not facts.speakers:
        return []
    if not missing:
        return _wrapped("Speakers", ["all here"], cells, 1)
    return _wrapped(f"Speakers to come {len(missing)}", missing, cells, rows)


def _first_timer_lines(facts: Dashboard, cells: int) -> list[Content]:
    told = facts.first_timers
    words = f"{told.came:,} of {told.people:,} in"
    return _wrapped("First-timers", [words], cells, 1) if told.people else []


def _badge_words(facts: Dashboard) -> list[str]:
    to_print = facts.badges_wanted - facts.badges_printed
    words = [f"{facts.badges_waiting:,} waiting", f"{facts.badges_printed:,} printed"]
    if facts.badges_failed:
        words.insert(1, f"! {facts.badges_failed:,} failed")
    return [*words, f"{to_print:,} not yet"]


def _refused_words(facts: Dashboard) -> list[str]:
    return [
        f"{count:,} {BANNERS[Outcome(word)].words.lower()}" for word, count in facts.refused.items()
    ] or ["none"]


def _wrapped(title: str, words: Sequence[str], cells: int, rows: int) -> list[Content]:
    """`Title  one · two`, over several lines where needed, with the number of what is left out."""
    lines: list[list[str]] = [[]]
    used = cell_len(title) + 2
    for number, word in enumerate(words):
        left = len(words) - number - 1
        tail = len(f" · +{left} more") if left and len(lines) == rows else 0
        word = fit(word, max(4, cells - 2))
        if lines[-1] and used + cell_len(word) + 3 + tail > cells:
            if len(lines) == rows:
                lines[-1].append(f"+{left + 1} more")
                break
            lines.append([])
            used = 2
        used += cell_len(word) + (3 if lines[-1] else 0)
        lines[-1].append(word)
    first, *rest = [" · ".join(line) for line in lines]
    head = Content.assemble((title, "bold $accent"), "  ", fit(first, cells - cell_len(title) - 2))
    return [head, *(Content("  " + fit(line, cells - 2)) for line in rest)]


def _title(text: str) -> Content:
    return Content.styled(text, "bold $accent")


def _dim(text: str) -> Content:
    return Content.styled(text, "$secondary")
