"""The themes, registered once: dark, light, high contrast; one accent, and tones that differ in
lightness as well as hue, so that everyone can tell them apart."""

from __future__ import annotations

from textual.theme import Theme

KIOSK_THEME = Theme(
    name="kiosk",
    primary="#5B8DEF",
    secondary="#93ACCE",
    accent="#F2B84B",
    success="#227F47",
    warning="#E0A100",
    error="#C43A52",
    foreground="#E8EAED",
    background="#12151A",
    surface="#1A1E25",
    panel="#232933",
    dark=True,
)
LIGHT_THEME = Theme(
    name="kiosk-light",
    primary="#4F83E6",
    secondary="#4A5B75",
    accent="#764D00",
    success="#1F7A45",
    warning="#E0A100",
    error="#B3263F",
    foreground="#1B1F26",
    background="#FAFAF7",
    surface="#FFFFFF",
    panel="#E3E6EA",
    dark=False,
)
CONTRAST_THEME = Theme(
    name="kiosk-contrast",
    primary="#6EB4FF",
    secondary="#FFFFFF",
    accent="#FFFF00",
    success="#006B2D",
    warning="#FFD000",
    error="#E0233F",
    foreground="#FFFFFF",
    background="#000000",
    surface="#000000",
    panel="#3A3A3A",
    dark=True,
)
THEMES = {"dark": KIOSK_THEME, "light": LIGHT_THEME, "high contrast": CONTRAST_THEME}
"""By the words of the palette."""
