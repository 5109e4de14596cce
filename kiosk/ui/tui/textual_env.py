"""Set the environment variables that Textual reads. Import this before Textual.

Textual reads these variables once, when it is imported (its `constants` module). Most fall back
to a default where they make no sense; these do not, or would write what is on the screen, which is
people, into files that are nobody's in particular.
"""

from __future__ import annotations

from collections.abc import MutableMapping

_FOR_DEVELOPERS = (
    "TEXTUAL",
    "TEXTUAL_DEBUG",
    "TEXTUAL_DRIVER",
    "TEXTUAL_LOG",
    "TEXTUAL_PRESS",
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SCREENSHOT_FILENAME",
    "TEXTUAL_SCREENSHOT_LOCATION",
)
"""A file of all keys (PINs, too), another driver, a log of events, keys by themselves, pictures."""

_COLOUR_SYSTEMS = frozenset({"auto", "standard", "256", "truecolor", "windows"})
"""See `COLOR_SYSTEMS` in `rich/console.py`."""


def leave_switches(environ: MutableMapping[str, str]) -> None:
    """Remove what would stop the desk, or tell of people."""
    for name in _FOR_DEVELOPERS:
        environ.pop(name, None)
    if environ.get("TEXTUAL_COLOR_SYSTEM", "auto") not in _COLOUR_SYSTEMS:
        del environ["TEXTUAL_COLOR_SYSTEM"]


# How often the screen is drawn. Import this before anything of Textual.

FRAMES_PER_S = 240
"""Textual waits up to one frame before it paints; at its 60 a key is seen 28 ms after it was
pressed, at 240 after 10 ms. Idle screens are not drawn at all, so it costs nothing at rest."""


def draw_often(environ: MutableMapping[str, str]) -> None:
    """Set Textual's frame rate unless the person has; Textual reads it once, when imported."""
    environ.setdefault("TEXTUAL_FPS", str(FRAMES_PER_S))
