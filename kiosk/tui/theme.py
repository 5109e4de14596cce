"""One theme, registered once: dark, one accent, tones that differ in lightness as well as hue."""

from __future__ import annotations

from textual.theme import Theme

KIOSK_THEME = Theme(
    name="kiosk",
    primary="#5B8DEF",
    secondary="#8AA4C8",
    accent="#F2B84B",
    success="#2E9E5B",
    warning="#E0A100",
    error="#D6455D",
    foreground="#E8EAED",
    background="#12151A",
    surface="#1A1E25",
    panel="#232933",
    dark=True,
)
