"""Map scripts to fonts: the shipped files, and the font folders of each system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

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
