"""Texts that programs stumble over, and how to see that nothing of them acts."""

from __future__ import annotations

import re
from pathlib import Path

_LINES = (Path(__file__).parents[1] / "data" / "naughty.txt").read_text(encoding="utf-8")
_ESCAPE = re.compile(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[trn](?==))")


def _meant(match: re.Match[str]) -> str:
    short = {"t": "\t", "r": "\r", "n": "\n"}
    return short[match[1]] if match[1] in short else chr(int(match[1][1:], 16))


SHORT = [_ESCAPE.sub(_meant, line) for line in _LINES.splitlines()[1:]]
"""One a line of the file."""
LONG = [
    "x" * 1_000_000,
    "漢" * 20_000,
    "\u0301" * 50_000,
    "e" + "\u0301" * 5_000,
    "\u200d" * 5_000,
    "a\u200b" * 3_000,
    "\u202e\u2067" * 2_000 + "x",
    "[b]" * 3_000,
    "\x1b[31m" * 3_000,
    "word " * 3_000,
]
"""Floods."""
NAUGHTY = SHORT + LONG

ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a terminal acts on, the line's end apart."""


def is_quiet(printed: bytes) -> bool:
    """Nothing in it acts on a terminal, and all of it is UTF-8."""
    return not ACTING.search(printed.decode("utf-8"))
