"""Encode pictures for the terminal with textual-image (extra `pictures`).

Everything that touches private parts of textual-image is here, each with its reason, and
`tests/ui/tui/test_pictures.py` fails when they change. Only its encoders are used, in a worker
thread: its widgets encode while the screen is painted, which delays a scan.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec, module_from_spec
from io import StringIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from rich.console import Console

from kiosk.ui.tui.input.picture_reports import PictureProtocol
from kiosk.ui.tui.widgets.picture import DrawnPicture

if TYPE_CHECKING:
    from PIL.Image import Image

DEFAULT_CELL = (10, 20)
"""Pixels of a character where the system does not know them: those of the VT340, which terminals
without real pixels imitate."""


def is_installed() -> bool:
    """Whether the extra is installed. Nothing is imported."""
    return find_spec("textual_image") is not None


@cache
def _load() -> tuple[Any, Any, Any]:
    """The modules of the Sixel encoder, the Kitty encoder and the terminal.

    The `__init__` of `textual_image.renderable` asks the terminal and reads the answer from the
    keyboard, where characters of a scan get lost. So the package is entered without running it.
    """
    name = "textual_image.renderable"
    if name not in sys.modules:
        spec = find_spec(name)
        assert spec is not None
        sys.modules[name] = module_from_spec(spec)
    from textual_image import _terminal
    from textual_image.renderable import sixel, tgp

    return sixel, tgp, _terminal


def encode(
    image: Image,
    protocol: PictureProtocol,
    *,
    cell: tuple[int, int],
    background: tuple[int, int, int],
    write: Callable[[str], object],
) -> DrawnPicture:
    """Encode a picture in its own size. Takes tens of milliseconds: not for the UI loop.

    Args:
        cell: width and height of a character in pixels, 1 or more.
        background: red, green and blue of the margin up to the next whole character.
        write: sends text to the terminal; may be called from any thread.
    """
    from PIL import Image as Pillow  # a heavy leaf

    sixel, tgp, terminal = _load()
    # else it asks the terminal for the size, too
    terminal.get_cell_size._result = terminal.CellSize(*cell)
    # else it writes to standard output itself, in the middle of the driver's output
    tgp.sys = SimpleNamespace(__stdout__=SimpleNamespace(write=write, flush=lambda: None))
    width, height = (-(-side // of) for side, of in zip(image.size, cell, strict=True))
    whole = Pillow.new("RGB", (width * cell[0], height * cell[1]), background)
    whole.paste(image)
    kind = sixel.Image if protocol is PictureProtocol.SIXEL else tgp.Image
    console = Console(file=StringIO(), width=width, height=height, color_system="truecolor")
    drawable = kind(whole, width=width, height=height)
    segments = list(console.render(drawable))
    if protocol is PictureProtocol.KITTY:
        rows = [part._replace(text=part.text.rstrip("\n")) for part in segments]
        forget = f"\x1b_Ga=d,d=I,i={drawable.terminal_image_id},q=2\x1b\\"
        return DrawnPicture(width, height, "", tuple(row for row in rows if row.text), forget)
    data = next(part.text for part in segments if part.text.startswith("\x1bP"))
    return DrawnPicture(width, height, sixel=data)
