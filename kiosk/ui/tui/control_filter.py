"""Keep control characters of names and other texts from the terminal, on every screen.

Each screen shows such characters as escapes. This is the second line: a text that a screen does not
escape loses them when it is painted.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control, line-separating and bidi characters. They take no cells."""


class ControlFilter(LineFilter):
    """Removes acting characters from painted text; segments of control codes are of the program."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line without acting characters."""
        return [
            Segment(_ACTING.sub("", segment.text), segment.style)
            if _ACTING.search(segment.text) and not segment.control
            else segment
            for segment in segments
        ]
