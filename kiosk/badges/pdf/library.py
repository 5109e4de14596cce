"""Load reportlab independently of the user's home and working folder, and draw Code 128 with it.

On import, reportlab runs `~/.reportlab_mods` and `reportlab_settings` if they exist (see
`reportlab/__init__.py` and `rl_config.py`), fails if the home is not a folder, and asks for the
working folder, which can be gone after a stick is removed. Badges must not depend on these.
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
def _existing_working_folder() -> Iterator[None]:
    """Change to another folder for a moment if the working folder is gone."""
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


with _existing_working_folder():
    from reportlab.pdfbase import pdfdoc

__all__ = ["code128", "pdfdoc"]

QUIET_MODULES = 10
"""White modules on each side of a Code 128 (ISO/IEC 15417)."""


def code128(
    text: str, x: float, y: float, width: float, height: float, dot: float
) -> BarsOp | None:
    """A Code 128 centred in a box, in whole printer dots (`dot` points); None if it cannot fit.

    For desks with scanners that read only linear codes.
    """
    # a part of reportlab that few layouts need: 0.1 s
    from reportlab.graphics.barcode.code128 import Code128

    if not (text.isascii() and text.isprintable()):
        return None
    code: Any = Code128(text, quiet=0)
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
