"""The banner with the verdict: sign, words, colour, name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.text import escape_controls
from kiosk.ui.tui.desk.rows import hint_lines
from kiosk.ui.tui.desk.verdict import WELCOME, BannerView
from kiosk.ui.tui.widgets.charts import block_rows, fit

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

TONES = ("quiet", "success", "out", "warning", "error", "question")
LEAST_LINES = 2
"""Below the block letters: the same words as text, and what to do."""
NO_VERDICT = "i"
"""The sign of a message; it is not drawn in block letters."""
FULL_LINES = 14
"""From here on the banner fills the screen, and the letters are twice as large."""


class ResultBanner(Static):
    """Shows the last verdict until the next. Its height depends on the screen only."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self.view = WELCOME

    def on_mount(self) -> None:
        """Say that the desk is ready."""
        self.show(self.view)

    def show(self, view: BannerView) -> None:
        """Paint a verdict; nothing below it moves."""
        self.view = view
        self.update_classes({f"-{tone}": tone == view.tone for tone in TONES})
        self._paint()

    def on_resize(self) -> None:
        """Place the ticket type at the new right edge."""
        self._paint()

    def _paint(self) -> None:
        self.update(Content("\n").join(self._lines()), layout=False)

    def _lines(self) -> list[Content]:
        """Block letters if they fit; the words, the name and the ticket type; below, the next
        step."""
        width = max(20, self.content_size.width or 76)
        height = self.content_size.height or 3
        letters = self._letters(width, height)
        text = self._text(width, max(2, height - len(letters)))
        if height < FULL_LINES:
            return [*letters, *text]
        plain = [" ".join(line.plain.split()) for line in text]
        middle = [Content.styled(line.center(width), "bold") for line in plain]
        blank = [Content("")] * max(0, (height - len(letters) - len(text)) // 2)
        return [*blank, *letters, Content(""), *middle][:height]

    def _letters(self, width: int, height: int) -> list[Content]:
        """The verdict in block letters, and the badge's place at the right edge."""
        sign = "" if self.view.sign == NO_VERDICT else self.view.sign
        words = f"{sign} {self.view.words}".strip()
        if height >= FULL_LINES:
            return self._large_letters(words, width)
        rows = block_rows(words)
        if not rows or len(rows) + LEAST_LINES > height or len(rows[0]) > width:
            return []
        place = block_rows(self.view.place) if self.view.place else []
        gap = width - len(rows[0]) - (len(place[0]) if place else 0)
        if gap < 4:
            place = []
        return [
            Content(row + (" " * gap + place[line] if place else ""))
            for line, row in enumerate(rows)
        ]

    def _large_letters(self, words: str, width: int) -> list[Content]:
        lines: list[Content] = []
        for text in filter(None, (words, self.view.who, self.view.place)):
            scales = (rows for scale in (2, 1) if (rows := block_rows(text, scale)))
            rows = next((rows for rows in scales if len(rows[0]) <= width), [])
            lines += [Content(row.center(width)) for row in rows] + [Content("")] * bool(rows)
        return lines

    def _text(self, width: int, height: int) -> list[Content]:
        """The words as text in at most `height` lines."""
        view = self.view
        if view.speaks and cell_len(escape_controls(view.who)) > width - cell_len(view.words) - 7:
            view = view._replace(who="", hint=f"{view.who} {view.hint}", yields=(view.who,))
        first = _first_line(view, width)
        yields = [escape_controls(part) for part in view.yields]
        below = hint_lines(escape_controls(view.hint), yields, width, height - 1)
        under_who = cell_len(f"{view.sign} {view.words}".strip()) + 3 if view.who else 0
        fits_under_who = len(below) == 1 and under_who + cell_len(below[0]) <= width >= WIDE
        indent = " " * under_who if fits_under_who else ""
        return [first, *(_below(indent + line, view.strong) for line in below)]


WIDE = 70
"""Cells of a banner that has the sentence below the name, if it is short."""


def _first_line(view: BannerView, width: int) -> Content:
    """`✓ CHECKED IN   Asha Rao      SPEAKER`, exactly `width` wide."""
    who = escape_controls(view.who)
    words = f"{view.sign} {view.words}".strip()
    free = width - cell_len(words) - cell_len(who) - 6
    kind = fit(escape_controls(view.kind).upper(), max(18, free)) if width >= 50 else ""
    room = width - cell_len(words) - cell_len(kind) - 5
    who = set_cell_size(who, room) if cell_len(who) < room else fit(who, room)
    return Content.assemble((words, "bold"), "   ", (who, "bold"), "  ", (kind, "bold"))


def _below(line: str, strong: str) -> Content:
    """A line of the sentence; the badge's place in bold, as the name is."""
    before, found, after = line.partition(strong) if strong else (line, "", "")
    return Content.assemble(before, (found, "bold"), after)


# A scan's verdict while a dialog covers the desk's banner.

SHOWN_S = 8.0
"""Long enough to read it and say hello; the desk's own banner keeps it."""


class VerdictOver(ResultBanner):
    """A verdict above the open dialog, for a few seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._gone: Timer | None = None

    def show(self, view: BannerView) -> None:
        """Paint a verdict, and show it for the whole time again."""
        super().show(view)
        if self._gone is not None:
            self._gone.stop()
        self._gone = self.set_timer(SHOWN_S, self.remove)


def show_over(screen: Screen[object], covered: ResultBanner, view: BannerView) -> None:
    """Show the desk's banner on `screen`, unless the banner is visible or the screen shows verdicts
    in its own line."""
    over = next(iter(screen.query(VerdictOver)), None)
    if over is not None:
        over.show(view)
    elif not getattr(screen, "shows_verdicts", False) and _covers(screen, covered):
        over = VerdictOver()
        over.view = view
        screen.mount(over)


def _covers(screen: Screen[object], covered: ResultBanner) -> bool:
    if not screen.is_modal:
        return True
    return any(child.display and child.region.overlaps(covered.region) for child in screen.children)
