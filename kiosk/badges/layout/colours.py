"""Resolve the colours of layouts: `#rrggbb`, and words for the event's or the role's colour."""

from __future__ import annotations

import re

from kiosk.badges.layout.scene import BLACK, WHITE, Colour

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")

WORDS = ("ink", "paper", "accent", "role", "on-accent", "on-role", "grey", "none")
"""`on-accent` and `on-role` are black or white, whichever has more contrast on that colour."""


def is_colour(text: str) -> bool:
    """Whether this is a valid colour in a layout."""
    return text in WORDS or bool(_HEX.fullmatch(text))


def parse_hex(text: str) -> Colour | None:
    """`#1a7f5a` or `#172` as red, green, blue; None for anything else."""
    if not _HEX.fullmatch(text):
        return None
    digits = text[1:] if len(text) == 7 else "".join(char * 2 for char in text[1:])
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def readable_on(colour: Colour) -> Colour:
    """Black or white, by the larger contrast ratio (WCAG 2.2, relative luminance)."""
    light = _luminance(colour)
    return WHITE if (1.05 / (light + 0.05)) >= ((light + 0.05) / 0.05) else BLACK


def legible(colour: Colour) -> Colour:
    """The colour, darkened until text on white paper is legible (WCAG 2.2, contrast 4.5 : 1)."""
    while 1.05 / (_luminance(colour) + 0.05) < 4.5:
        colour = (colour[0] * 0.9, colour[1] * 0.9, colour[2] * 0.9)
    return colour


def is_light(colour: Colour) -> bool:
    """Whether a colour looks nearer to white than to black: a thermal head leaves it white."""
    return _luminance(colour) > 0.18


def resolve(text: str, *, accent: Colour, role: Colour) -> Colour | None:
    """The colour for a word or hex code of a layout; None for `none`."""
    words: dict[str, Colour | None] = {
        "ink": BLACK,
        "paper": WHITE,
        "grey": (0.35, 0.35, 0.35),
        "accent": accent,
        "role": role,
        "on-accent": readable_on(accent),
        "on-role": readable_on(role),
        "none": None,
    }
    return words[text] if text in words else parse_hex(text)


def _luminance(colour: Colour) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
