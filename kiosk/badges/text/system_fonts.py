"""Find fonts for scripts that are not shipped.

Chinese, Japanese and Korean use the extra `cjk` if it is installed. Other scripts use fontconfig,
or a search of the system's folders without fontconfig.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from kiosk.badges.text.faces import Face, open_face
from kiosk.badges.text.script_fonts import (
    CJK_EXTRA,
    FONTCONFIG_LANGUAGE,
    chosen_folders,
    named_east_asian_files,
    system_folders,
)

_FILES_READ = 400
"""Largest number of font files opened to find one letter without fontconfig."""


@lru_cache(maxsize=256)
def fontconfig_match(pattern: str) -> tuple[Path, int] | None:
    """File and face index of the best match. There is always a match: check its coverage."""
    if chosen_folders() is not None:
        return None
    import subprocess  # only names that no shipped font covers need it

    command = ["fc-match", "-f", "%{file}|%{index}", pattern]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
        name, index = done.stdout.rsplit("|", 1)
        # The high half of fontconfig's index is a named instance of a variable font.
        return Path(name), int(index) & 0xFFFF
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def fontconfig_face(pattern: str, weight: int) -> Face | None:
    """Open the matched face; None without fontconfig or if the face must not be used."""
    match = fontconfig_match(pattern)
    return open_face(match[0], match[1], weight) if match else None


@lru_cache(maxsize=16)
def east_asian_face(han_language: str, weight: int) -> Face | None:
    """The face for a language with Han, kana or Hangul: the extra's, else the system's."""
    language = FONTCONFIG_LANGUAGE[han_language]
    for path, index in _east_asian_files(han_language, language, weight):
        face = open_face(path, index, weight)
        if face is not None and face.covers(_PROOF[han_language]):
            return face
    return face_with(_PROOF[han_language][0], weight)


_PROOF = {
    "ja": (0x6E21, 0x3042, 0x30AB),
    "ko": (0xD55C, 0xAE40),
    "zh-hans": (0x6B27, 0x9633),
    "zh-hant": (0x9673, 0x7063),
}
"""Letters that a font for the language must have, as a lookup by language always has a result."""


def _east_asian_files(han_language: str, language: str, weight: int) -> Iterator[tuple[Path, int]]:
    for path in cjk_extra_files(weight):
        yield path, 0
    pattern_weight = 200 if weight >= 600 else 80  # fontconfig's own scale
    match = fontconfig_match(f":lang={language}:weight={pattern_weight}")
    if match is not None:
        yield match
    for path in named_east_asian_files(han_language):
        for index in range(_faces_in(path)):
            yield path, index


def cjk_extra_files(weight: int) -> list[Path]:
    """Font files of the extra `cjk` that are installed, nearest weight first."""
    files = []
    for package, name, _ in sorted(CJK_EXTRA, key=lambda font: abs(font[2] - weight)):
        spec = find_spec(package)  # finds the package without importing it
        if spec is not None and spec.origin is not None:
            files.append(Path(spec.origin).with_name(name))
    return [path for path in files if path.is_file()]


def _faces_in(path: Path) -> int:
    with path.open("rb") as file:
        head: bytes = file.read(12)
    return int.from_bytes(head[8:12], "big") if head[:4] == b"ttcf" else 1


@lru_cache(maxsize=512)
def face_with(codepoint: int, weight: int) -> Face | None:
    """Any face of the system with a code point: the last resort; the first call takes a few ms."""
    if unicodedata.category(chr(codepoint)) in ("Cn", "Co", "Cs"):
        return None  # not a letter: fonts have arbitrary glyphs there
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
    files = [
        path
        for folder in system_folders()
        if folder.is_dir()
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in endings
    ]
    return tuple(sorted(files, key=lambda path: "Noto" not in path.name)[:_FILES_READ])
