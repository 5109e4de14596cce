"""The people a query means. Draws only the rows that are seen."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from kiosk.ui.tui.widgets.charts import fit

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Region
    from textual.timer import Timer

TITLE_LINES = 4


@dataclass(frozen=True, slots=True)
class Match:
    """One row: an attendee who fits the query, or an answer."""

    attendee_id: str
    sign: str
    """`✓` in already, `!` something is to be done, else a space."""
    name: str
    detail: str
    apart: str = ""
    """A second line that tells namesakes apart."""
    key: str = ""
    """A key that takes this row at once; empty: none."""


class _Look(NamedTuple):
    """What the lines of one picture have in common."""

    title: list[str]
    rows: list[tuple[int, bool]]
    """(match, is its second line) for every line below the title."""
    plain: Style
    lit: Style
    detail: Style
    """Only what differs from the other two."""


_ALONE_S = 0.15
"""A row's key counts when no other key follows so soon: then it was a slow scanner's first."""


class MatchList(Widget, can_focus=True):
    """Matches, the lit one marked."""

    COMPONENT_CLASSES = {"match--lit", "match--detail", "match--in"}
    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "move(-8)", "Page up", show=False),
        Binding("pagedown", "move(8)", "Page down", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    class Lit(Message):
        """Another row is lit."""

        def __init__(self, match: Match) -> None:
            super().__init__()
            self.match = match

    class Chosen(Message):
        """The lit row was confirmed."""

        def __init__(self, match: Match) -> None:
            super().__init__()
            self.match = match

    class Typed(Message):
        """Characters that are no row's key after all: they belong to the field."""

        def __init__(self, text: str, *, ended: bool) -> None:
            super().__init__()
            self.text = text
            self.ended = ended
            """Enter came with them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.matches: tuple[Match, ...] = ()
        self.lit = 0
        self.note = ""
        self.title = ""
        self._first_line = 0
        self._pressed = ""
        self._alone: Timer | None = None
        self._is_typing = False
        """Something was typed since these rows are shown: what follows belongs to it."""
        self._look = _Look([], [], Style(), Style(), Style())

    @property
    def lit_match(self) -> Match | None:
        """The row that Enter would take."""
        return self.matches[self.lit] if self.matches else None

    def show(self, matches: Sequence[Match], note: str = "", title: str = "") -> None:
        """Show other people; the first is lit. `note` stands where nobody does, `title` above."""
        self._forget_pressed()
        self._is_typing = False
        self.matches = tuple(matches)
        self.note = note
        self.title = title
        self.lit = 0
        self._first_line = 0
        self.refresh()

    def lengthen(self, matches: Sequence[Match]) -> None:
        """Show more people for the same query; whoever is lit stays lit, or nothing changes."""
        ids = [match.attendee_id for match in matches]
        if self.lit_match and self.lit_match.attendee_id in ids:
            self.lit = ids.index(self.lit_match.attendee_id)
            self.matches = tuple(matches)
            self._keep_lit_in_view()
            self.refresh()

    @property
    def in_view(self) -> int:
        """So many people can be seen at once at most."""
        return max(1, self.size.height)

    def action_move(self, by: int) -> None:
        """Light another row."""
        if not self.matches:
            return
        self.lit = min(max(self.lit + by, 0), len(self.matches) - 1)
        self._keep_lit_in_view()
        self.refresh()
        self.post_message(self.Lit(self.matches[self.lit]))

    def action_choose(self) -> None:
        """Take the lit row, or the one whose key was just pressed."""
        if self._is_typing or len(self._pressed) > 1:
            self._not_a_key(ended=True)
        elif self._pressed:
            self._take_pressed()
        elif self.lit_match:
            self.post_message(self.Chosen(self.lit_match))

    def on_key(self, event: events.Key) -> None:
        """A row's own key takes it, unless other keys come with it.

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
                self.lit = index
                self.refresh()
                self.post_message(self.Chosen(match))
                return

    def _forget_pressed(self) -> None:
        self._pressed = ""
        if self._alone is not None:
            self._alone.stop()
            self._alone = None

    def on_click(self, event: object) -> None:
        """A click lights a row; a click on the lit row takes it."""
        y = getattr(event, "y", 0) + self._first_line - len(self._title_lines())
        rows = self._rows()
        if 0 <= y < len(rows):
            index = rows[y][0]
            if index == self.lit and self.has_focus:
                self.action_choose()
            else:
                self.action_move(index - self.lit)

    def _rows(self) -> list[tuple[int, bool]]:
        """(match, is its second line) for every line."""
        rows: list[tuple[int, bool]] = []
        for index, match in enumerate(self.matches):
            rows.append((index, False))
            if match.apart:
                rows.append((index, True))
        return rows

    def _title_lines(self) -> list[str]:
        if not self.title:
            return []
        room = max(10, self.size.width - 2)
        return [f" {line}" for line in textwrap.wrap(self.title, room)[:TITLE_LINES]] + [""]

    def _keep_lit_in_view(self) -> None:
        lines = [line for line, (index, _) in enumerate(self._rows()) if index == self.lit]
        height = max(1, self.size.height - len(self._title_lines()))
        if lines and lines[0] < self._first_line:
            self._first_line = lines[0]
        elif lines and lines[-1] >= self._first_line + height:
            self._first_line = lines[-1] - height + 1

    def render_lines(self, crop: Region) -> list[Strip]:
        """Look up what the lines share once for all of them: a style is a long way up the tree."""
        lit = self.get_component_rich_style("match--lit") if self.has_focus else Style()
        self._look = _Look(
            self._title_lines(),
            self._rows(),
            self.rich_style,
            lit or self.rich_style,
            self.get_component_rich_style("match--detail", partial=True),
        )
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width, look = self.size.width, self._look
        if y < len(look.title):
            style = look.plain + Style(bold=True)
            text = fit(look.title[y], width)
            return Strip([Segment(text, style)]).adjust_cell_length(width, style)
        y -= len(look.title)
        line = y + self._first_line
        if line >= len(look.rows):
            text = f" {self.note}" if y == 0 and not look.rows else ""
            style = self.get_component_rich_style("match--detail")
            return Strip([Segment(fit(text, width), style)]).adjust_cell_length(width, style)
        index, second = look.rows[line]
        match = self.matches[index]
        lit = index == self.lit
        base = look.lit if lit else look.plain
        detail = base + look.detail
        if second:
            segments = [Segment(fit(f"   {match.apart}", width), detail)]
        else:
            segments = self._first(match, lit, width, base, detail)
        return Strip(segments).adjust_cell_length(width, base)

    def _first(
        self, match: Match, lit: bool, width: int, base: Style, detail: Style
    ) -> list[Segment]:
        pointer = "▸" if lit else " "
        name = fit(match.name, max(8, width - 5 if not match.detail else width * 3 // 5))
        room = width - cell_len(name) - 6
        tail = fit(match.detail, room) if room >= 4 else ""
        return [
            Segment(f"{pointer}{match.sign} ", base),
            Segment(name, base + Style(bold=lit)),
            Segment("  ", base),
            Segment(tail, detail),
        ]
