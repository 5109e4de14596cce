"""Code 128 for desks whose scanners read bars only."""

from __future__ import annotations

from math import floor

from kiosk.badges.scene import BarsOp

QUIET_MODULES = 10
"""Blank on each side (ISO/IEC 15417)."""


def code128(
    text: str, x: float, y: float, width: float, height: float, dot: float
) -> BarsOp | None:
    """The code centred in a box, in whole printer dots (`dot` points); None if it cannot fit."""
    from kiosk.badges.pdf_library import code128_class

    if not (text.isascii() and text.isprintable()):
        return None
    code = code128_class()(text, quiet=0)
    code.validate()
    code.encode()
    code.decompose()
    # One letter a stripe: capitals are bars, small letters gaps; A is one module wide, B two ...
    modules = sum(ord(letter.lower()) - 96 for letter in code.decomposed)
    dots = floor(width / (modules + 2 * QUIET_MODULES) / dot + 1e-6)
    if dots < 1:
        return None
    module = dots * dot
    left = round((x + (width - modules * module) / 2) / dot) * dot
    bars, at = [], 0.0
    for letter in code.decomposed:
        wide = (ord(letter.lower()) - 96) * module
        if letter.isupper():
            bars.append((at, wide))
        at += wide
    return BarsOp(tuple(bars), left, y, height)
