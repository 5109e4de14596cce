"""Choose a face for letters: the shipped font of the script first, then the system's.

Chinese, Japanese and Korean use the extra `cjk` if it is installed. Other scripts that are not
shipped use fontconfig, or a search of the system's folders without fontconfig.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from kiosk.badges.text import faces
from kiosk.badges.text.faces import (
    CJK_EXTRA,
    EAST_ASIAN,
    FONTCONFIG_LANGUAGE,
    HAN_LANGUAGES,
    Face,
    chosen_folders,
    named_east_asian_files,
    open_face,
    shipped_face,
    system_folders,
)
from kiosk.badges.text.runs import script_of
from kiosk.support.install_hint import install_hint


@dataclass(frozen=True, slots=True)
class TextStyle:
    """The options that change the face of a letter; part of every cache key."""

    bold: bool = True
    mono: bool = False
    nastaliq: bool = False
    """Arabic letters in the sloping style that Urdu readers expect, else Naskh."""
    han_language: str = "zh-hans"
    """One of `faces.HAN_LANGUAGES`: 渡邊 looks different in each."""


class FontBook:
    """Faces in order of preference for one style."""

    def __init__(self, style: TextStyle) -> None:
        self.style = style
        self.weight = 700 if style.bold else 400
        self._faces: dict[tuple[tuple[int, ...], str], Face | None] = {}

    @cached_property
    def text_face(self) -> Face:
        """The face of Latin letters and spaces."""
        face = self._shipped(faces.MONO if self.style.mono else faces.TEXT)
        if face is None:
            raise FileNotFoundError("assets/fonts/NotoSans-Bold.ttf is missing")
        return face

    def emoji_face(self, codepoints: tuple[int, ...]) -> Face | None:
        """The emoji face, if it has all the code points."""
        face = self._shipped(faces.EMOJI)
        return face if face and face.covers(codepoints) else None

    def face_for(self, codepoints: tuple[int, ...], script: str) -> Face | None:
        """The first face with all the code points; None if this machine has none."""
        key = (codepoints, script)
        if key not in self._faces:
            choice = self._candidates(codepoints, script)
            self._faces[key] = next((face for face in choice if face.covers(codepoints)), None)
        return self._faces[key]

    def _candidates(self, codepoints: tuple[int, ...], script: str) -> Iterator[Face]:
        stems = [faces.MONO] if self.style.mono else []
        if script == "Arab" and self.style.nastaliq:
            stems.append(faces.NASTALIQ)
        stems.append(faces.SHIPPED.get(script, faces.TEXT))
        stems += [faces.TEXT, faces.EMOJI]
        for stem in dict.fromkeys(stems):
            if face := self._shipped(stem):
                yield face
        if any(_is_east_asian(codepoint) for codepoint in codepoints):
            own = {"Hang": "ko", "Hira": "ja", "Kana": "ja", "Bopo": "zh-hant"}.get(script)
            wanted = (own or self.style.han_language, *faces.HAN_LANGUAGES)
            for language in dict.fromkeys(wanted):
                if face := east_asian_face(language, self.weight):
                    yield face
        if script == "Arab":
            yield from filter(None, (shipped_face(faces.NASTALIQ),))
        for codepoint in codepoints:
            if face := face_with(codepoint, self.weight):
                yield face

    def _shipped(self, stem: str) -> Face | None:
        return shipped_face(stem, "Bold" if self.style.bold else "Regular")


_SAMPLE_LETTERS = {"Hani": "漢", "Hira": "あ", "Kana": "ア", "Hang": "한", "Bopo": "ㄅ"}


def lacks_east_asian_font(scripts: Iterable[str]) -> bool:
    """Whether one of the scripts (of `faces.EAST_ASIAN`) has no font on this computer."""
    book = FontBook(TextStyle())
    return any(book.face_for((ord(_SAMPLE_LETTERS[script]),), script) is None for script in scripts)


def font_hint(names: Iterable[str]) -> str:
    """What to do when some of these names need a font that this computer lacks; else empty."""
    if not lacks_east_asian_font(east_asian_scripts("".join(names))):
        return ""
    return (
        "This computer has no font for Chinese, Japanese or Korean names: they get no badge. "
        f"Install one: {install_hint('cjk')}"
    )


def _is_east_asian(codepoint: int) -> bool:
    return codepoint >= 0x1100 and unicodedata.east_asian_width(chr(codepoint)) in ("W", "F", "H")


# The face that readers of Urdu, Japanese or Chinese expect, from language, country and letters.

_URDU_LETTERS = frozenset("ٹڈڑےہھگچپں")
_OTHER_LETTERS = frozenset("ەڕڵۆێڭۇۈۋې")
"""Letters of Kurdish and Uyghur."""
_ARABIC_LETTERS = frozenset("كيةىأإ")
"""Forms that Urdu keyboards do not have: Urdu writes ک, ی and ہ."""
_URDU = ("ur", "urd", "urdu", "اردو", "pnb", "punjabi", "ks", "kashmiri", "skr", "saraiki")
_WITHOUT_ARABIC_LETTERS = ("en", "english", "de", "german", "hi", "hindi", "fr", "es")
"""Languages of a form or ticket shop that do not say how a name is written."""
_PAKISTAN = ("pk", "pak", "pakistan", "پاکستان")
_NASKH_COUNTRIES = (
    "ir", "iran", "iq", "iraq", "af", "afghanistan", "cn", "china", "eg", "egypt", "مصر", "sa",
    "saudi arabia", "ksa", "ae", "uae", "united arab emirates", "kw", "kuwait", "qa", "qatar", "bh",
    "bahrain", "om", "oman", "ye", "yemen", "jo", "jordan", "lb", "lebanon", "sy", "syria", "ps",
    "palestine", "ly", "libya", "tn", "tunisia", "dz", "algeria", "ma", "morocco", "sd", "sudan",
    "mr", "mauritania", "العراق", "السعودية", "المغرب", "الأردن",
)  # fmt: skip

_HAN_BY_COUNTRY = {
    "ja": ("jp", "jpn", "japan", "日本"),
    "ko": ("kr", "kor", "korea", "south korea", "republic of korea", "대한민국"),
    "zh-hant": ("tw", "hk", "mo", "taiwan", "hong kong", "macau", "macao", "台灣", "臺灣", "香港"),
    "zh-hans": ("cn", "chn", "china", "sg", "singapore", "中国"),
}

_SETTINGS = {
    **{language: language for language in HAN_LANGUAGES},
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
}


@lru_cache(maxsize=4096)
def wants_nastaliq(text: str, setting: str, country: str, language: str) -> bool:
    """Whether to draw Arabic letters in Nastaliq.

    The attendee's language decides, then the country, then the letters, and last the event:
    `never`, `auto`, `always`, or `urdu` for an event in a country of Urdu readers. Only `never`
    overrides the attendee.
    """
    if text.isascii() or setting == "never":
        return False
    country, language = country.strip().casefold(), language.strip().casefold()
    if _is_one_of(language, _URDU):
        return True
    is_other = bool(language) and not _is_one_of(language, _WITHOUT_ARABIC_LETTERS)
    if country in _PAKISTAN and _OTHER_LETTERS.isdisjoint(text):
        return True
    if is_other or country in _NASKH_COUNTRIES or not _OTHER_LETTERS.isdisjoint(text):
        return False
    if setting == "always" or not _URDU_LETTERS.isdisjoint(text):
        return True
    return setting == "urdu" and _ARABIC_LETTERS.isdisjoint(text)


def _is_one_of(language: str, names: tuple[str, ...]) -> bool:
    return language in names or language.replace("_", "-").split("-")[0] in names


def east_asian_scripts(text: str) -> frozenset[str]:
    """The Chinese, Japanese and Korean scripts in a text (ISO 15924)."""
    return EAST_ASIAN & {script_of(char) for char in set(text) if not char.isascii()}


@lru_cache(maxsize=4096)
def han_language_of(text: str, setting: str, country: str) -> str:
    """`ja`, `ko`, `zh-hans` or `zh-hant`: by kana or Hangul in the text, then by the attendee's
    country, then by the event's setting, else simplified Chinese."""
    if text.isascii():
        return "zh-hans"
    scripts = {script_of(char) for char in text}
    if scripts & {"Hira", "Kana"}:
        return "ja"
    if "Hang" in scripts:
        return "ko"
    if "Bopo" in scripts:
        return "zh-hant"
    if "Hani" not in scripts:
        return "zh-hans"
    folded = country.strip().casefold()
    for language, names in _HAN_BY_COUNTRY.items():
        if folded in names:
            return language
    return _SETTINGS.get(setting.strip().casefold(), "zh-hans")


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


def _fontconfig_weight(weight: int) -> int:
    """A weight in fontconfig's own scale."""
    return 200 if weight >= 600 else 80


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
    if match := fontconfig_match(f":lang={language}:weight={_fontconfig_weight(weight)}"):
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
    match = fontconfig_match(f":charset={codepoint:x}:weight={_fontconfig_weight(weight)}")
    if match and (face := open_face(*match, weight)):
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
