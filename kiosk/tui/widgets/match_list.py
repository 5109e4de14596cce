"""The people a query means. Draws only the rows that are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from kiosk.tui.widgets.result_banner import fit


@dataclass(frozen=True, slots=True)
class Match:
    """One row: somebody who may be meant."""

    attendee_id: str
    sign: str
    """`✓` in already, `!` something is to be done, else a space."""
    name: str
    detail: str
    apart: str = ""
    """A second line that tells namesakes apart."""


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

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.matches: tuple[Match, ...] = ()
        self.lit = 0
        self.note = ""
        self._first_line = 0

    @property
    def lit_match(self) -> Match | None:
        """The row that Enter would take."""
        return self.matches[self.lit] if self.matches else None

    def show(self, matches: Sequence[Match], note: str = "") -> None:
        """Show other people; the first is lit. `note` stands where nobody does."""
        self.matches = tuple(matches)
        self.note = note
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
        """Take the lit row."""
        if self.lit_match:
            self.post_message(self.Chosen(self.lit_match))

    def on_click(self, event: object) -> None:
        """A click lights a row; a click on the lit row takes it."""
        y = getattr(event, "y", 0) + self._first_line
        rows = self._rows()
        if y < len(rows):
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

    def _keep_lit_in_view(self) -> None:
        lines = [line for line, (index, _) in enumerate(self._rows()) if index == self.lit]
        height = max(1, self.size.height)
        if lines and lines[0] < self._first_line:
            self._first_line = lines[0]
        elif lines and lines[-1] >= self._first_line + height:
            self._first_line = lines[-1] - height + 1

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width = self.size.width
        rows = self._rows()
        line = y + self._first_line
        if line >= len(rows):
            text = self.note if y == 0 and not rows else ""
            style = self.get_component_rich_style("match--detail")
            return Strip([Segment(fit(text, width), style)]).adjust_cell_length(width, style)
        index, second = rows[line]
        match = self.matches[index]
        lit = index == self.lit
        base = self.get_component_rich_style("match--lit") if lit and self.has_focus else Style()
        if not base:
            base = self.rich_style
        detail = base + self.get_component_rich_style("match--detail", partial=True)
        if second:
            segments = [Segment(fit(f"    {match.apart}", width), detail)]
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
