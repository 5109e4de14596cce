"""List the attendees that match a query. Only visible rows are drawn."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from kiosk.domain.people.names import fold
from kiosk.ui.tui.widgets.charts import fit

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Region
    from textual.timer import Timer

TITLE_LINES = 4
SIGN_CLASSES = {"✓": "match--in", "!": "match--wait", "?": "match--wait", "✗": "match--bad"}
"""The colour of a sign."""
LAST_TITLE = "Last at this desk"
FIRST_TITLE = "Getting started"
FIRST_STEPS = (
    ("Scan a ticket", "the verdict is above"),
    ("pr sh, Enter", "checks Priya Sharma in"),
    ("F2", "registers a new person"),
    ("F8", "undoes a check-in"),
    ("F1", "explains every verdict"),
)
"""Keys and their effects, shown by a desk without any verdict."""
SCAN_STEPS = (FIRST_STEPS[0], FIRST_STEPS[-1])
"""The same at a desk that only scans."""


class Match(NamedTuple):
    """One row: an attendee that matches the query, or an answer."""

    attendee_id: str
    sign: str
    """`✓`: is in already; `!`: needs attention; else a space."""
    name: str
    parts: tuple[str, ...] = ()
    """Details, the most useful first."""
    enough: int = 0
    """How many parts separate a person from a namesake. A second line shows those that do not fit
    on the first one. 0: there is no namesake."""
    former: str = ""
    """The former holder of the ticket; on the second line."""
    key: str = ""
    """A key that selects this row at once; empty: none."""


class LastSeen(NamedTuple):
    """One line of the list at rest: a verdict of this desk."""

    sign: str
    time: str
    name: str
    words: str


class _Look(NamedTuple):
    """Styles and sizes that all lines share."""

    title: list[str]
    rows: list[tuple[int, str]]
    """(match, its second line; empty: this is the first) for every line below the title."""
    name_cells: int
    """Width of the column of names."""
    plain: Style
    highlighted: Style
    detail: Style
    """Only the differences from the other two styles."""
    typed: Style
    signs: dict[str, Style]
    """By sign; only the colour."""


_ALONE_S = 0.15
"""Seconds without another key after a row's key: else it may be the first key of a slow scanner."""


class _OfMatch(Message):
    def __init__(self, match: Match) -> None:
        super().__init__()
        self.match = match


class MatchList(Widget, can_focus=True):
    """Matches, the highlighted one with a bar; without matches the last verdicts of this desk."""

    COMPONENT_CLASSES = {
        *("match--highlighted", "match--near", "match--detail", "match--typed"),
        *SIGN_CLASSES.values(),
    }
    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "move(-8)", "Page up", show=False),
        Binding("pagedown", "move(8)", "Page down", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    class Highlighted(_OfMatch):
        """Another row is highlighted."""

    class Chosen(_OfMatch):
        """The highlighted row was confirmed."""

    class Typed(Message):
        """Characters that turned out not to be the key of a row: they belong to the field."""

        def __init__(self, text: str, *, ended: bool) -> None:
            super().__init__()
            self.text = text
            self.ended = ended
            """Enter followed them."""

    def __init__(
        self,
        *,
        first_steps: Sequence[tuple[str, str]] = FIRST_STEPS,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.first_steps = first_steps
        self.matches: tuple[Match, ...] = ()
        self.highlighted = 0
        self.note = ""
        self.title = ""
        self.typed: tuple[str, ...] = ()
        """The folded words of the query, whose letters are marked."""
        self.last_seen: Sequence[LastSeen] | None = None
        """None before they are read."""
        self._first_line = 0
        self._pressed = ""
        self._alone: Timer | None = None
        self._is_typing = False
        """Text was typed after these rows were shown; further keys belong to that text."""
        self._look = _Look([], [], 8, Style(), Style(), Style(), Style(), {})

    @property
    def highlighted_match(self) -> Match | None:
        """The row that Enter selects."""
        return self.matches[self.highlighted] if self.matches else None

    def show(
        self, matches: Sequence[Match], note: str = "", title: str = "", typed: str = ""
    ) -> None:
        """Show other people; the first is highlighted.

        People of the same query stay in their order: one of them may be in since then.

        Args:
            note: shown where there is no match.
            title: shown above the rows.
            typed: the query; its letters are marked in the names.
        """
        self._forget_pressed()
        self._is_typing = False
        words = tuple(fold(typed).split())
        is_same_query = bool(words) and words == self.typed
        self.matches = self._as_shown(matches) if is_same_query else tuple(matches)
        self.typed = words
        self.border_title = self._pane_title(is_asked=bool(title), is_note=bool(note))
        self.set_class(bool(matches or note or title), "-listing")
        self.note = note
        self.title = title
        self.highlighted = 0
        self._first_line = 0
        self.refresh()

    def _as_shown(self, matches: Sequence[Match]) -> tuple[Match, ...]:
        """The people who are shown, in their order; then the others."""
        places = {match.attendee_id: place for place, match in enumerate(self.matches)}
        return tuple(sorted(matches, key=lambda match: places.get(match.attendee_id, len(places))))

    def _pane_title(self, *, is_asked: bool, is_note: bool) -> str:
        if is_asked:
            return "Ask first"
        if self.matches:
            count = len(self.matches)
            return "1 match" if count == 1 else f"{count} matches"
        if is_note or self.last_seen is None:
            return ""
        return LAST_TITLE if self.last_seen else FIRST_TITLE

    def show_last_seen(self, lines: Sequence[LastSeen]) -> None:
        """Show these verdicts whenever there is no match."""
        if lines != self.last_seen:
            self.last_seen = lines
            if not self.matches and not self.note and not self.title:
                self.border_title = self._pane_title(is_asked=False, is_note=False)
                self.refresh()

    def lengthen(self, matches: Sequence[Match]) -> None:
        """Show more people for the same query; if the highlight cannot stay, change nothing."""
        ids = [match.attendee_id for match in matches]
        if self.highlighted_match and self.highlighted_match.attendee_id in ids:
            self.highlighted = ids.index(self.highlighted_match.attendee_id)
            self.matches = tuple(matches)
            self.border_title = self._pane_title(is_asked=False, is_note=False)
            self._keep_highlight_in_view()
            self.refresh()

    def renew(self, matches: Sequence[Match]) -> None:
        """Show what changed about the people of the list, in their rows."""
        newer = {match.attendee_id: match for match in matches}
        self.matches = tuple(newer.get(match.attendee_id, match) for match in self.matches)
        self.refresh()

    @property
    def in_view(self) -> int:
        """The most people that are visible at once."""
        return max(1, self.size.height)

    def action_move(self, by: int) -> None:
        """Highlight another row."""
        if not self.matches:
            return
        self.highlighted = min(max(self.highlighted + by, 0), len(self.matches) - 1)
        self._keep_highlight_in_view()
        self.refresh()
        self.post_message(self.Highlighted(self.matches[self.highlighted]))

    def action_choose(self) -> None:
        """Select the highlighted row, or the row of the key that was just pressed."""
        if self._is_typing or len(self._pressed) > 1:
            self._not_a_key(ended=True)
        elif self._pressed:
            self._take_pressed()
        elif self.highlighted_match:
            self.post_message(self.Chosen(self.highlighted_match))

    def on_key(self, event: events.Key) -> None:
        """The key of a row selects it, unless other keys follow at once.

        Pressed twice it counts once: nobody has read what would be asked next. A code so short
        that it may have been typed is no answer, and its Enter none either.
        """
        char = event.character if event.is_printable else None
        if char and not self._pressed and self._belongs_to_text(char):
            event.stop()
            self._is_typing = True
            self.post_message(self.Typed(char, ended=False))
        elif char:
            event.stop()
            pressed = self._pressed + char
            self._forget_pressed()
            self._pressed = pressed
            if pressed in (char, char * 2):
                self._alone = self.set_timer(_ALONE_S, self._take_pressed)
            else:
                self._not_a_key()

    def _belongs_to_text(self, char: str) -> bool:
        return self._is_typing or all(match.key != char for match in self.matches)

    def _not_a_key(self, *, ended: bool = False) -> None:
        self._is_typing = True
        text = self._pressed
        self._forget_pressed()
        self.post_message(self.Typed(text, ended=ended))

    def _take_pressed(self) -> None:
        key = self._pressed[:1]
        self._forget_pressed()
        for index, match in enumerate(self.matches):
            if match.key == key:
                self.highlighted = index
                self.refresh()
                self.post_message(self.Chosen(match))
                return

    def _forget_pressed(self) -> None:
        self._pressed = ""
        if self._alone is not None:
            self._alone.stop()
            self._alone = None

    def on_click(self, event: object) -> None:
        """A click highlights a row; a click on the highlighted row selects it."""
        y = getattr(event, "y", 0) - self.gutter.top + self._first_line - len(self._title_lines())
        rows = self._rows()
        if 0 <= y < len(rows):
            index = rows[y][0]
            if index == self.highlighted and self.has_focus:
                self.action_choose()
            else:
                self.action_move(index - self.highlighted)

    def _rows(self) -> list[tuple[int, str]]:
        """(match, its second line; empty: its first) for every line."""
        rows: list[tuple[int, str]] = []
        room = self.size.width - self._name_cells() - 5
        for index, match in enumerate(self.matches):
            rows.append((index, ""))
            if second := _second_line(match, room):
                rows.append((index, second))
        return rows

    def _name_cells(self) -> int:
        """Width of the longest name, limited so that details fit next to it."""
        longest = max((cell_len(match.name) for match in self.matches), default=0)
        has_parts = any(match.parts for match in self.matches)
        most = self.size.width * 11 // 20 if has_parts else self.size.width - 5
        return max(8, min(longest, most))

    def _title_lines(self) -> list[str]:
        if not self.title:
            return []
        room = max(10, self.size.width - 2)
        return [f" {line}" for line in textwrap.wrap(self.title, room)[:TITLE_LINES]] + [""]

    def _keep_highlight_in_view(self) -> None:
        lines = [line for line, (index, _) in enumerate(self._rows()) if index == self.highlighted]
        height = max(1, self.size.height - len(self._title_lines()))
        if lines and lines[0] < self._first_line:
            self._first_line = lines[0]
        elif lines and lines[-1] >= self._first_line + height:
            self._first_line = lines[-1] - height + 1

    def render_lines(self, crop: Region) -> list[Strip]:
        """Look up the shared styles once: each look-up walks up the tree of widgets."""
        bar = "match--highlighted" if self.has_focus else "match--near"
        self._look = _Look(
            self._title_lines(),
            self._rows(),
            self._name_cells(),
            self.rich_style,
            self.get_component_rich_style(bar),
            self.get_component_rich_style("match--detail", partial=True),
            self.get_component_rich_style("match--typed", partial=True),
            {
                sign: self.get_component_rich_style(name, partial=True)
                for sign, name in SIGN_CLASSES.items()
            },
        )
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width, look = self.size.width, self._look
        if y < len(look.title):
            style = look.plain + Style(bold=True)
            return Strip([Segment(fit(look.title[y], width), style)]).adjust_cell_length(
                width, style
            )
        y -= len(look.title)
        line = y + self._first_line
        if line >= len(look.rows):
            return self._line_at_rest(y, width)
        index, second = look.rows[line]
        base = look.highlighted if index == self.highlighted else look.plain
        if second:
            segments = [Segment(fit(f"   {second}", width), base + look.detail)]
        else:
            segments = self._first(
                self.matches[index], width, base, is_highlighted=index == self.highlighted
            )
        return Strip(segments).adjust_cell_length(width, base)

    def _line_at_rest(self, y: int, width: int) -> Strip:
        look = self._look
        detail = look.plain + look.detail
        if look.rows or look.title or self.note:
            text = f" {self.note}" if y == 0 and not look.rows else ""
            return Strip([Segment(fit(text, width), detail)]).adjust_cell_length(width, look.plain)
        if self.last_seen is not None and not self.last_seen:
            return self._first_step(y, width)
        if self.last_seen is None or y >= len(self.last_seen):
            return Strip.blank(width, look.plain)
        seen = self.last_seen[y]
        sign = look.plain + look.signs.get(seen.sign, Style())
        name = fit(seen.name, max(8, (width - 9) * 3 // 5))
        words = fit(seen.words, max(0, width - cell_len(name) - 11))
        gap = " " * max(1, width - 9 - cell_len(name) - cell_len(words) - 1)
        segments = [
            Segment(f" {seen.sign} ", sign),
            Segment(f"{seen.time:>5} ", detail),
            Segment(name, look.plain),
            Segment(gap + words, detail),
        ]
        return Strip(segments).adjust_cell_length(width, look.plain)

    def _first_step(self, y: int, width: int) -> Strip:
        """A line for a desk that has no verdict yet."""
        look = self._look
        if y >= len(self.first_steps):
            return Strip.blank(width, look.plain)
        key, what = self.first_steps[y]
        segments = [
            Segment(f" {key:15}", look.plain + Style(bold=True)),
            Segment(fit(what, max(0, width - 17)), look.plain + look.detail),
        ]
        return Strip(segments).adjust_cell_length(width, look.plain)

    def _first(
        self, match: Match, width: int, base: Style, *, is_highlighted: bool
    ) -> list[Segment]:
        cells = self._look.name_cells
        name = fit(match.name, cells)
        room = width - cells - 5
        detail = base + self._look.detail
        sign = base + self._look.signs.get(match.sign, Style())
        bold = base + Style(bold=is_highlighted)
        return [
            Segment("▌" if is_highlighted else " ", base),
            Segment(f"{match.sign} ", sign),
            *self._marked(name, bold),
            Segment(" " * (cells - cell_len(name) + 2), base),
            Segment(fit(" · ".join(_on_first_line(match, room)), room), detail),
        ]

    def _marked(self, name: str, style: Style) -> list[Segment]:
        """The name with the typed letters marked."""
        marked = style + self._look.typed
        segments = []
        for word in re.split(r"(\s+)", name):
            count = _typed_letters(word, self.typed)
            segments += [Segment(word[:count], marked), Segment(word[count:], style)]
        return segments


def _typed_letters(word: str, typed: Sequence[str]) -> int:
    """How many letters at the beginning of the word were typed."""
    folded = fold(word).strip()
    query = max((query for query in typed if folded.startswith(query)), key=len, default="")
    if not query:
        return 0
    lengths = (n for n in range(1, len(word)) if len(fold(word[:n]).strip()) >= len(query))
    return next(lengths, len(word))


LEAST_PART = 8
"""The least cells of a part that is cut; fewer are useless."""


def _on_first_line(match: Match, room: int) -> list[str]:
    """The parts that fit next to the name; without a second line the last one may be cut."""
    shown: list[str] = []
    for part in match.parts:
        left = room - cell_len(" · ".join([*shown, ""]))
        if shown and cell_len(part) > left:
            is_cut = len(shown) >= match.enough and left >= LEAST_PART
            return [*shown, part] if is_cut else shown
        shown.append(part)
    return shown


def _second_line(match: Match, room: int) -> str:
    """The former holder, and the details of a namesake that do not fit on the first line."""
    shown = len(_on_first_line(match, room))
    rest = match.parts[shown:] if shown < match.enough else ()
    return " · ".join(filter(None, (match.former, *rest)))
