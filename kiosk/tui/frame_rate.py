"""How often the screen is drawn. Import this before anything of Textual."""

from __future__ import annotations

from collections.abc import MutableMapping

FRAMES_PER_S = 240
"""Textual waits up to one frame before it paints; at its 60 a key is seen 28 ms after it was
pressed, at 240 after 10 ms. Idle screens are not drawn at all, so it costs nothing at rest."""


def draw_often(environ: MutableMapping[str, str]) -> None:
    """Set Textual's frame rate unless the person has; Textual reads it once, when imported."""
    environ.setdefault("TEXTUAL_FPS", str(FRAMES_PER_S))
