"""Ask the terminal whether it can show pictures, through the driver that reads the keyboard.

textual-image asks as well, but it reads the answer from the keyboard itself and takes characters of
a scan with it. Here the answer stays noise for the keys, and counts only for a moment after the
question: a scanned code can contain the same bytes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import StrEnum

ANSWER_S = 5.0
"""How long after the question an answer counts."""

_ATTRIBUTES = "\x1b[c"
"""Primary device attributes. Every terminal answers; a `4` means Sixel (xterm, ctlseqs)."""
_ATTRIBUTES_REPORT = re.compile(r"\x1b\[\?([\d;]*)c")
_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
"""Terminals with pictures as text (Unicode placeholders of the Kitty protocol). Others are not
asked: some print the question."""


class PictureProtocol(StrEnum):
    """How a terminal takes pictures."""

    SIXEL = "sixel"
    KITTY = "kitty"


class PictureQuestion:
    """One question to a terminal, and the reading of its answer.

    Args:
        environment: that of the process, for the terminal's name.
        at: when it was asked, in seconds, on any clock.
    """

    def __init__(self, environment: Mapping[str, str], at: float) -> None:
        self._until = at + ANSWER_S
        self._number = int.from_bytes(os.urandom(3)) + 1
        self._is_kitty = environment.get("TERM", "") in _KITTY_TERMS

    @property
    def text(self) -> str:
        """What to write to the terminal."""
        if self._is_kitty:  # a query with a picture of one pixel
            return f"\x1b_Gi={self._number},s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
        return _ATTRIBUTES

    def answer(self, report: str, at: float) -> PictureProtocol | None:
        """The protocol that a report names; None if it is another report, or too late."""
        if at > self._until:
            return None
        if self._is_kitty:
            return PictureProtocol.KITTY if report == self._kitty_report else None
        found = _ATTRIBUTES_REPORT.fullmatch(report)
        return PictureProtocol.SIXEL if found and "4" in found[1].split(";") else None

    @property
    def _kitty_report(self) -> str:
        return f"\x1b_Gi={self._number};OK\x1b\\"
