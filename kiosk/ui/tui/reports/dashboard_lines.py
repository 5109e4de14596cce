"""Format the dashboard as lines of a given width in terminal cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len
from textual.content import Content

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.checkin.tally import Turnout, heads_at_gate
from kiosk.domain.checkin.words import BANNERS
from kiosk.domain.datetimes import clock_words, day_at, day_words
from kiosk.domain.text import escape_controls
from kiosk.services.tally.event_tally import Dashboard
from kiosk.ui.tui.desk.verdict import BannerView
from kiosk.ui.tui.widgets.charts import (
    bar,
    bar_line,
    column_chart,
    distinct_names,
    fit,
    label_cells,
    numbers_text,
    share_text,
)

_NO_TYPE = "(no type)"
_CHART_ROWS = (4, 9)
"""Fewest and most lines of the chart."""


def share_line(facts: Dashboard, cells: int) -> Content:
    """The bar of the whole list."""
    total = facts.tally.total
    share = share_text(total.checked_in, total.expected)
    words = f" {share} of all expected" if share else " no one is expected"
    bar_cells = max(10, cells - cell_len(words))
    return Content.assemble(
        bar(total.checked_in, total.expected, bar_cells, "$accent"), (words, "bold")
    )


def estimate_text(facts: Dashboard) -> str:
    """An estimate of the time until everyone expected is in, or why there is none."""
    pace, expected = facts.pace, facts.tally.total.expected
    if pace.missing <= 0 and expected:
        return "Everyone is in."
    if not expected:
        return "No one is expected on this list."
    if pace.heads == 0:
        return f"No arrivals in the last {pace.minutes} min; {pace.missing:,} are not in."
    if pace.minutes_left is None:
        return f"Too early for a forecast: {pace.heads:,} in {pace.minutes} min."
    end = datetime.fromtimestamp(facts.now_ms / 1000 + pace.minutes_left * 60, facts.zone)
    duration = _duration(pace.minutes_left)
    if pace.minutes_left > 12 * 60:
        return f"No forecast: at this pace most of the other {pace.missing:,} do not come today."
    return (
        f"All in by about {clock_words(end)} at this pace ({duration}; {pace.missing:,} to come)."
    )


def estimate_line(facts: Dashboard, cells: int) -> str:
    """The same, without the part in brackets if the line is too short for it."""
    text = estimate_text(facts)
    return text if cell_len(text) <= cells else fit(text.partition(" (")[0], cells)


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def verdict_line(view: BannerView, cells: int) -> str:
    """The newest verdict; questions are answered at the desk."""
    words = f" {view.sign} {view.words}".rstrip()
    needs_desk = view.tone in ("question", "warning", "error")
    rest = "   Esc: answer at the desk" if needs_desk and view.who else ""
    return fit(f"{words}   {view.who}", cells - cell_len(rest)) + rest


def tallies_content(facts: Dashboard, cells: int, rows: int) -> Content:
    """Lists, then ticket types; of both as many as fit."""
    lists = [
        (escape_controls(item.name), item.total, item.list_id == facts.list.id)
        for item in facts.lists
    ]
    types = [(escape_controls(name) or _NO_TYPE, t, False) for name, t in facts.tally.types]
    free_rows = max(2, rows - 3)
    for_lists = min(len(lists), max(free_rows // 2, free_rows - len(types)))
    if len(lists) > for_lists:
        lists.sort(key=lambda entry: not entry[2])
    lines = [_title("Lists"), *_bars(lists, cells, for_lists)]
    lines += [Content(""), _title("Ticket types on this list")]
    lines += _bars(types, cells, max(1, rows - len(lines)))
    return Content("\n").join(lines[:rows])


def _bars(entries: Sequence[tuple[str, Turnout, bool]], cells: int, rows: int) -> list[Content]:
    if not entries:
        return [_dim("none")]
    shown = list(entries) if len(entries) <= rows else list(entries[: max(1, rows - 1)])
    numbers = max(len(numbers_text(t.checked_in, t.expected)) for _, t, _ in shown)
    names = distinct_names([name for name, _, _ in shown], label_cells(cells, numbers) - 1)
    lines = [
        bar_line(name, t.checked_in, t.expected, cells, numbers=numbers, is_marked=is_shown)
        for name, (_, t, is_shown) in zip(names, shown, strict=True)
    ]
    if left_out := entries[len(shown) :]:
        rest = sum((t for _, t, _ in left_out), Turnout())
        more = f"and {len(left_out)} more:{numbers_text(rest.checked_in, rest.expected)}"
        lines.append(_dim(fit(more, cells)))
    return lines[:rows]


def doors_content(facts: Dashboard, cells: int, rows: int, *, no_names: bool = False) -> Content:
    """The chart of arrivals, then desks, missing speakers, badges and refusals.

    Args:
        no_names: count the missing speakers only.
    """
    below = [
        *_desk_lines(facts, cells, 2 if rows < 20 else 6),
        *_gate_lines(facts, cells, 1 if rows < 20 else 3),
        *_speaker_lines(facts, cells, 2 if rows < 20 else 8, no_names=no_names),
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
        return [_title("Arrivals per quarter hour"), _dim("No one yet.")]
    values = list(facts.quarters.values())
    labels = [f"{start:%H:%M}" for start in starts]
    day = day_words(starts[-1].date(), day_at(facts.now_ms, facts.zone))
    title = f"Arrivals per quarter hour, {day}"
    return [_title(fit(title, cells)), *column_chart(values, labels, cells, rows)]


def _desk_lines(facts: Dashboard, cells: int, rows: int) -> list[Content]:
    words = [
        f"{escape_controls(desk)} {heads:,} (+{facts.recent_by_desk.get(desk, 0):,})"
        for desk, heads in facts.tally.desks.items()
    ]
    return _wrapped("Desks (+15 min)", words or ["none yet"], cells, rows)


def _gate_lines(facts: Dashboard, cells: int, rows: int) -> list[Content]:
    words = [
        f"{escape_controls(gate.name)} {gate.heads:,} "
        f"(+{heads_at_gate(gate.desks, facts.recent_by_desk):,})"
        for gate in facts.tally.gates
    ]
    return _wrapped("Gates (+15 min)", words, cells, rows) if words else []


def _speaker_lines(facts: Dashboard, cells: int, rows: int, *, no_names: bool) -> list[Content]:
    missing = [escape_controls(name) for name in facts.speakers_missing]
    if not facts.speakers:
        return []
    if not missing:
        return _wrapped("Speakers", ["all here"], cells, 1)
    if no_names:
        return _wrapped("Speakers not here yet", [str(len(missing))], cells, 1)
    return _wrapped(f"Speakers not here yet {len(missing)}", missing, cells, rows)


def _first_timer_lines(facts: Dashboard, cells: int) -> list[Content]:
    counts = facts.tally.first_timers
    words = f"{counts.checked_in:,} of {counts.people:,} in"
    return _wrapped("First-timers", [words], cells, 1) if counts.people else []


def _badge_words(facts: Dashboard) -> list[str]:
    badges = facts.badges
    words = [f"{badges.waiting:,} waiting", f"{badges.valid_printed:,} printed"]
    if badges.failed:
        words.insert(1, f"! {badges.failed:,} failed")
    if badges.valid_made:
        words.append(f"{badges.valid_made:,} PDF only")
    return [*words, f"{badges.valid - badges.valid_printed - badges.valid_made:,} not yet"]


def _refused_words(facts: Dashboard) -> list[str]:
    return [
        f"{count:,} {BANNERS[Outcome(word)].words.lower()}"
        for word, count in facts.tally.refused.items()
    ] or ["none"]


def _wrapped(title: str, words: Sequence[str], cells: int, rows: int) -> list[Content]:
    """`Title  one · two`, on several lines if needed, with the number of words left out."""
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
