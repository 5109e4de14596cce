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
from pathlib import Path
from types import ModuleType
from typing import Any

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
