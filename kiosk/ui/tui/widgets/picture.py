"""Show one picture in pixels, on a terminal that can."""

from __future__ import annotations

from typing import NamedTuple

from rich.segment import ControlType, Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class DrawnPicture(NamedTuple):
    """A picture as a terminal takes it."""

    width: int
    """In cells, as `height`."""
    height: int
    sixel: str = ""
    """The whole picture, drawn at the cursor; empty for the Kitty protocol."""
    rows: tuple[Segment, ...] = ()
    """The characters that stand for the picture in the Kitty protocol, a row each."""
    forget: str = ""
    """Makes the terminal forget the picture; empty where it keeps none."""


class Picture(Widget):
    """A box as large as its picture; without a picture it takes no space."""

    DEFAULT_CSS = "Picture { display: none; width: auto; height: auto; margin: 0 1; }"
    can_focus = False

    picture: DrawnPicture | None = None

    def show(self, picture: DrawnPicture | None) -> None:
        """Show a picture, or none."""
        if picture is self.picture:
            return
        self.picture = picture
        self.display = picture is not None
        if picture is not None:
            self.styles.width, self.styles.height = picture.width, picture.height
        self.refresh(layout=True)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the box. A screen above it, such as a dialog, hides the picture:
        a terminal draws pictures over the text."""
        blank = Strip.blank(crop.width, self.rich_style)
        if self.picture is None or not self.screen.is_active:
            return [blank] * crop.height
        if self.picture.rows:
            rows = self.picture.rows[crop.y : crop.bottom]
            return [Strip([row], self.picture.width).crop(crop.x, crop.right) for row in rows]
        lines = [blank] * crop.height
        box = self.region
        if lines and self.screen.find_widget(self).visible_region == box:  # else it would overlap
            there, back = _to(box.x, box.y), _to(box.x + crop.right, box.y + crop.bottom - 1)
            lines[-1] = Strip(
                [*blank, Segment(there + self.picture.sixel + back, Style(), _NO_CELLS)],
                crop.width,
            )
        return lines


_NO_CELLS = [(ControlType.CURSOR_FORWARD, 0)]
"""Marks a segment as control codes, which take no cells."""


def _to(column: int, row: int) -> str:
    """Move the cursor; both from 0."""
    return f"\x1b[{row + 1};{column + 1}H"
