"""A code held before the camera is one scan, however many pictures show it."""

from __future__ import annotations

from collections.abc import Iterable

OUT_OF_VIEW_S = 2.0
"""A code counts anew once it has not been seen for so long. Shorter, a hand before the lens or a
blurred picture makes two scans of one ticket."""


class CodesInView:
    """Which codes have come into view."""

    def __init__(self, out_of_view_s: float = OUT_OF_VIEW_S) -> None:
        self._out_of_view_s = out_of_view_s
        self._last_seen_s: dict[str, float] = {}

    def new_in(self, codes: Iterable[str], at_s: float) -> list[str]:
        """The codes of a picture that were not in view before, in its order, each once.

        Args:
            codes: all codes in the picture.
            at_s: when it was taken; never before the last one.
        """
        new = []
        for code in dict.fromkeys(codes):
            seen_s = self._last_seen_s.get(code)
            if seen_s is None or at_s - seen_s >= self._out_of_view_s:
                new.append(code)
            self._last_seen_s[code] = at_s
        return new
