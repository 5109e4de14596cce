"""Open the fonts of badges, and map scripts to shipped fonts and the font folders of systems."""

from __future__ import annotations

import os
import sys
from functools import cached_property, lru_cache
from pathlib import Path

from kiosk.support.paths import assets_dir

SHIPPED = {
    "Latn": "NotoSans",
    "Grek": "NotoSans",
    "Cyrl": "NotoSans",
    "Arab": "NotoNaskhArabic",
    "Hebr": "NotoSansHebrew",
    "Deva": "NotoSansDevanagari",
    "Beng": "NotoSansBengali",
    "Guru": "NotoSansGurmukhi",
    "Gujr": "NotoSansGujarati",
    "Orya": "NotoSansOriya",
    "Taml": "NotoSansTamil",
    "Telu": "NotoSansTelugu",
    "Knda": "NotoSansKannada",
    "Mlym": "NotoSansMalayalam",
    "Sinh": "NotoSansSinhala",
    "Thai": "NotoSansThai",
    "Laoo": "NotoSansLao",
    "Khmr": "NotoSansKhmer",
    "Mymr": "NotoSansMyanmar",
    "Tibt": "NotoSerifTibetan",
    "Armn": "NotoSansArmenian",
    "Geor": "NotoSansGeorgian",
    "Ethi": "NotoSansEthiopic",
    "Adlm": "NotoSansAdlam",
    "Nkoo": "NotoSansNKo",
    "Thaa": "NotoSansThaana",
    "Syrc": "NotoSansSyriac",
    "Olck": "NotoSansOlChiki",
    "Mtei": "NotoSansMeeteiMayek",
    "Tfng": "NotoSansTifinagh",
}
"""ISO 15924 script to the stem of its file in `assets/fonts`."""

NASTALIQ = "NotoNastaliqUrdu"
EMOJI = "NotoEmoji"
MONO = "NotoSansMono"
TEXT = "NotoSans"

JOINING = frozenset(
    ("Arab", "Syrc", "Nkoo", "Adlm", "Mong", "Mand", "Mani", "Phag", "Rohg", "Sogd")
)
"""Scripts with joining letters: a word must not change its face."""

EAST_ASIAN = frozenset(("Hani", "Hira", "Kana", "Hang", "Bopo"))

HAN_LANGUAGES = ("ja", "ko", "zh-hans", "zh-hant")

FONTCONFIG_LANGUAGE = {"ja": "ja", "ko": "ko", "zh-hans": "zh-cn", "zh-hant": "zh-tw"}

_MACOS = {
    "ja": ("ヒラギノ角ゴシック W7.ttc", "ヒラギノ角ゴシック W6.ttc", "ヒラギノ角ゴシック W3.ttc"),
    "ko": ("AppleSDGothicNeo.ttc",),
    "zh-hans": ("PingFang.ttc", "STHeiti Medium.ttc", "Hiragino Sans GB.ttc"),
    "zh-hant": ("PingFang.ttc", "STHeiti Medium.ttc"),
}
_WINDOWS = {
    "ja": ("YuGothB.ttc", "meiryob.ttc", "msgothic.ttc"),
    "ko": ("malgunbd.ttf", "malgun.ttf"),
    "zh-hans": ("msyhbd.ttc", "msyh.ttc", "simhei.ttf"),
    "zh-hant": ("msjhbd.ttc", "msjh.ttc"),
}
"""File names as listed by the makers: support.apple.com/103197 (fonts of macOS) and
learn.microsoft.com/typography/fonts/windows_11_font_list."""


CJK_EXTRA = (
    ("noto_cjk_sans_jp_bold", "NotoSansCJKjp-Bold.otf", 700),
    ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf", 400),
)
"""Package, file in it and weight of the fonts that the extra `cjk` installs. Each file has the
glyphs of all regions; HarfBuzz selects them by language (OpenType feature `locl`)."""

FONT_FOLDERS = "KIOSK_FONTS"
"""Environment variable with folders, separated as in PATH, that replace the computer's fonts.
Empty hides the computer's fonts."""


def chosen_folders() -> list[Path] | None:
    """The folders in `KIOSK_FONTS`; None if it is not set."""
    value = os.environ.get(FONT_FOLDERS)
    return None if value is None else [Path(name) for name in value.split(os.pathsep) if name]


def system_folders() -> list[Path]:
    """The system's and the user's font folders; `KIOSK_FONTS` replaces them."""
    chosen = chosen_folders()
    if chosen is not None:
        return chosen
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home / "AppData/Local"))
        windows = Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        return [windows, Path(local) / "Microsoft/Windows/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts"]


def named_east_asian_files(han_language: str) -> list[Path]:
    """The existing font files of this system for a language, best first."""
    table = {"darwin": _MACOS, "win32": _WINDOWS}.get(sys.platform, {})
    files = []
    for name in table.get(han_language, ()):
        files += [folder / name for folder in system_folders() if (folder / name).is_file()]
    return files


# Faces: their glyphs, advances and ink in em.

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
        self.is_emoji = path.stem.startswith(EMOJI)
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
