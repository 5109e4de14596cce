"""Choose a face for letters: the shipped font of the script first, then the system's."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kiosk.badges.text import script_fonts
from kiosk.badges.text.faces import Face, east_asian_face, face_with, shipped_face
from kiosk.badges.text.runs import script_of
from kiosk.badges.text.script_fonts import EAST_ASIAN, HAN_LANGUAGES


@dataclass(frozen=True, slots=True)
class TextStyle:
    """The options that change the face of a letter; part of every cache key."""

    bold: bool = True
    mono: bool = False
    nastaliq: bool = False
    """Arabic letters in the sloping style that Urdu readers expect, else Naskh."""
    han_language: str = "zh-hans"
    """One of `script_fonts.HAN_LANGUAGES`: 渡邊 looks different in each."""


class FontBook:
    """Faces in order of preference for one style."""

    def __init__(self, style: TextStyle) -> None:
        self.style = style
        self.weight = 700 if style.bold else 400
        self._faces: dict[tuple[tuple[int, ...], str], Face | None] = {}

    @cached_property
    def text_face(self) -> Face:
        """The face of Latin letters and spaces."""
        face = self._shipped(script_fonts.MONO if self.style.mono else script_fonts.TEXT)
        if face is None:
            raise FileNotFoundError("assets/fonts/NotoSans-Bold.ttf is missing")
        return face

    def emoji_face(self, codepoints: tuple[int, ...]) -> Face | None:
        """The emoji face, if it has all the code points."""
        face = self._shipped(script_fonts.EMOJI)
        return face if face and face.covers(codepoints) else None

    def face_for(self, codepoints: tuple[int, ...], script: str) -> Face | None:
        """The first face with all the code points; None if this machine has none."""
        key = (codepoints, script)
        if key not in self._faces:
            faces = self._candidates(codepoints, script)
            self._faces[key] = next((face for face in faces if face.covers(codepoints)), None)
        return self._faces[key]

    def _candidates(self, codepoints: tuple[int, ...], script: str) -> Iterator[Face]:
        stems = [script_fonts.MONO] if self.style.mono else []
        if script == "Arab" and self.style.nastaliq:
            stems.append(script_fonts.NASTALIQ)
        stems.append(script_fonts.SHIPPED.get(script, script_fonts.TEXT))
        stems += [script_fonts.TEXT, script_fonts.EMOJI]
        for stem in dict.fromkeys(stems):
            if face := self._shipped(stem):
                yield face
        if any(_is_east_asian(codepoint) for codepoint in codepoints):
            own = {"Hang": "ko", "Hira": "ja", "Kana": "ja", "Bopo": "zh-hant"}.get(script)
            wanted = (own or self.style.han_language, *script_fonts.HAN_LANGUAGES)
            for language in dict.fromkeys(wanted):
                if face := east_asian_face(language, self.weight):
                    yield face
        if script == "Arab":
            yield from filter(None, (shipped_face(script_fonts.NASTALIQ),))
        for codepoint in codepoints:
            if face := face_with(codepoint, self.weight):
                yield face

    def _shipped(self, stem: str) -> Face | None:
        return shipped_face(stem, "Bold" if self.style.bold else "Regular")


_SAMPLE_LETTERS = {"Hani": "漢", "Hira": "あ", "Kana": "ア", "Hang": "한", "Bopo": "ㄅ"}


def lacks_east_asian_font(scripts: Iterable[str]) -> bool:
    """Whether one of the scripts (of `script_fonts.EAST_ASIAN`) has no font on this computer."""
    book = FontBook(TextStyle())
    return any(book.face_for((ord(_SAMPLE_LETTERS[script]),), script) is None for script in scripts)


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
