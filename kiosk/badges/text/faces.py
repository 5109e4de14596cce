"""Open the fonts of badges: those that are shipped, and those of this computer.

Chinese, Japanese and Korean use the extra `cjk` if it is installed. Other scripts that are not
shipped use fontconfig, or a search of the system's folders without fontconfig.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from kiosk.badges.text import script_fonts
from kiosk.badges.text.script_fonts import (
    CJK_EXTRA,
    FONTCONFIG_LANGUAGE,
    chosen_folders,
    named_east_asian_files,
    system_folders,
)
from kiosk.support.paths import assets_dir

_RESTRICTED, _NO_SUBSETTING, _BITMAP_ONLY = 0x0002, 0x0100, 0x0200
_LICENCE_BITS = 0x000E


class Face:
    """One face of a font file, read with HarfBuzz; all measures in em."""

    def __init__(self, path: Path, index: int = 0, weight: int = 700) -> None:
        import uharfbuzz as hb  # a heavy leaf: desks that only scan never load it

        self.path, self.index, self.weight = path, index, weight
        self.hb_face = hb.Face(hb.Blob.from_file_path(str(path)), index)
        self.font = hb.Font(self.hb_face)
        self.upem: int = self.hb_face.upem or 1000
        tables = set(self.hb_face.table_tags)
        self.is_cff = "CFF " in tables
        self.is_emoji = path.stem.startswith(script_fonts.EMOJI)
        self.has_outlines = self.is_cff or "glyf" in tables
        self.axes: dict[str, float] = {}
        if "fvar" in tables:
            for axis in self.hb_face.axis_infos:
                wanted = weight if axis.tag == "wght" else axis.default_value
                self.axes[axis.tag] = min(max(wanted, axis.min_value), axis.max_value)
            self.font.set_variations(self.axes)
        self._known: set[str] = set()
        self._advances: dict[int, float] = {}
        self._inks: dict[int, tuple[float, float, float, float] | None] = {}

    def __repr__(self) -> str:
        return f"Face({self.path.name}, {self.index})"

    def glyph(self, codepoint: int) -> int:
        """The glyph of a code point; 0 if the face does not have it."""
        glyph: int | None = self.font.get_nominal_glyph(codepoint)
        return glyph or 0

    def has_all(self, text: str) -> bool:
        """Whether every character has a glyph in this face; caches characters that do."""
        unknown = set(text) - self._known
        if any(not self.glyph(ord(char)) for char in unknown):
            return False
        self._known |= unknown
        return True

    def covers(self, codepoints: tuple[int, ...]) -> bool:
        """Whether every code point has a glyph in this face."""
        return all(self.glyph(codepoint) for codepoint in codepoints)

    def advance(self, glyph: int) -> float:
        """Advance width of a glyph."""
        width = self._advances.get(glyph)
        if width is None:
            width = self._advances[glyph] = self.font.get_glyph_h_advance(glyph) / self.upem
        return width

    def ink(self, glyph: int) -> tuple[float, float, float, float] | None:
        """Left, bottom, right, top of a glyph's ink; None for spaces."""
        if glyph not in self._inks:
            extents = self.font.get_glyph_extents(glyph)
            self._inks[glyph] = None
            if extents is not None and extents.width and extents.height:
                left, top = extents.x_bearing / self.upem, extents.y_bearing / self.upem
                right = left + extents.width / self.upem
                self._inks[glyph] = (left, top + extents.height / self.upem, right, top)
        return self._inks[glyph]

    @cached_property
    def may_be_embedded(self) -> bool:
        """Whether OS/2 fsType allows embedding (OpenType specification, OS/2 table).

        "Restricted" counts only without a wider licence bit. Fonts that forbid subsetting are not
        used either: a complete CJK font in each badge is too large.
        """
        table = bytes(self.hb_face.reference_table("OS/2").data or b"")
        if len(table) < 10:
            return True
        flags = int.from_bytes(table[8:10], "big")
        restricted = flags & _LICENCE_BITS == _RESTRICTED
        return not restricted and not flags & (_NO_SUBSETTING | _BITMAP_ONLY)


@lru_cache(maxsize=64)
def open_face(path: Path, index: int = 0, weight: int = 700) -> Face | None:
    """Open a face; None if the file cannot be opened or embedded, or has no outlines."""
    try:
        face = Face(path, index, weight)
    except MemoryError:
        raise
    except Exception:  # HarfBuzz and its binding raise several types for a broken file
        return None
    usable = face.hb_face.glyph_count > 1 and face.has_outlines and face.may_be_embedded
    return face if usable else None


@lru_cache(maxsize=128)
def shipped_face(stem: str, weight: str = "Bold") -> Face | None:
    """A face of `assets/fonts`; another weight if the wanted one is not shipped."""
    for name in dict.fromkeys((weight, "Bold", "Regular")):
        path = assets_dir() / "fonts" / f"{stem}-{name}.ttf"
        if path.is_file():
            face = open_face(path)
            if face is None:  # shipped fonts are valid, so HarfBuzz ran out of memory
                open_face.cache_clear()
                raise MemoryError
            return face
    return None


def face_key(face: Face) -> tuple[str, int, int]:
    """The identity of a face within one document."""
    return str(face.path), face.index, face.weight if face.axes else 0


# Faces for scripts that are not shipped.

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
