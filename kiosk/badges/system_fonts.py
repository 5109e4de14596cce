"""Fonts of the computer, for what is not shipped: asked of fontconfig, else sought in folders."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from kiosk.badges.faces import Face, open_face
from kiosk.badges.script_fonts import system_folders

_FILES_READ = 400
"""Font files opened at most in search of one letter where fontconfig is absent."""


@lru_cache(maxsize=256)
def fontconfig_match(pattern: str) -> tuple[Path, int] | None:
    """File and face index of the best match. It always names some font: check its coverage."""
    import subprocess

    command = ["fc-match", "-f", "%{file}|%{index}", pattern]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
        name, index = done.stdout.rsplit("|", 1)
        # The high half of fontconfig's index is a named instance of a variable font.
        return Path(name), int(index) & 0xFFFF
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def fontconfig_face(pattern: str, weight: int) -> Face | None:
    """The matched face, opened; None without fontconfig or where it may not be used."""
    match = fontconfig_match(pattern)
    return open_face(match[0], match[1], weight) if match else None


@lru_cache(maxsize=512)
def face_with(codepoint: int, weight: int) -> Face | None:
    """Any face of the system with a code point; the last resort, a few ms the first time."""
    if unicodedata.category(chr(codepoint)) in ("Cn", "Co", "Cs"):
        return None  # no letter: what a font holds there is its own secret
    style = 200 if weight >= 600 else 80
    face = fontconfig_face(f":charset={codepoint:x}:weight={style}", weight)
    if face is not None:
        return face if face.glyph(codepoint) else None
    if fontconfig_match(":lang=en") is not None:
        return None
    return _search_folders(codepoint, weight)


def _search_folders(codepoint: int, weight: int) -> Face | None:
    for path in _font_files():
        face = open_face(path, 0, weight)
        if face is not None and "lastresort" not in path.stem.lower() and face.glyph(codepoint):
            return face
    return None


@lru_cache(maxsize=1)
def _font_files() -> tuple[Path, ...]:
    endings = (".ttf", ".otf", ".ttc")
    found = [
        path
        for folder in system_folders()
        if folder.is_dir()
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in endings
    ]
    return tuple(sorted(found, key=lambda path: "Noto" not in path.name)[:_FILES_READ])
