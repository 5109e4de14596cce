"""reportlab, loaded wherever the program stands and whatever lies in the person's home.

When it is imported it runs `~/.reportlab_mods` and `reportlab_settings` where there are any (see
`reportlab/__init__.py` and `rl_config.py`), fails where home is no folder, and asks for the folder
the program stands in, which may have gone with a stick. Badges depend on none of these.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import floor
from pathlib import Path
from types import ModuleType
from typing import Any

from kiosk.badges.layout.scene import BarsOp

for _name in ("reportlab_mods", "reportlab_settings"):
    sys.modules.setdefault(_name, ModuleType(_name))


@contextmanager
def _standing_somewhere() -> Iterator[None]:
    """The folder that the program stands in, or another where that has gone."""
    try:
        os.getcwd()
    except OSError:
        gone = os.open(".", os.O_RDONLY)
        os.chdir(Path(__file__).parent)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.chdir(gone)
            os.close(gone)
    else:
        yield


with _standing_somewhere():
    from reportlab.pdfbase import pdfdoc

__all__ = ["code128_class", "pdfdoc"]


def code128_class() -> Any:
    """The library's Code 128, loaded when it is wanted: few layouts have one."""
    from reportlab.graphics.barcode.code128 import Code128

    return Code128


# Code 128 for desks whose scanners read bars only.

QUIET_MODULES = 10
"""Blank on each side (ISO/IEC 15417)."""


def code128(
    text: str, x: float, y: float, width: float, height: float, dot: float
) -> BarsOp | None:
    """The code centred in a box, in whole printer dots (`dot` points); None if it cannot fit."""
    from kiosk.badges.pdf.library import code128_class

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
