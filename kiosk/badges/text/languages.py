"""Find the face that readers of Urdu, Japanese or Chinese expect, from country and letters."""

from __future__ import annotations

from functools import lru_cache

from kiosk.badges.text.runs import script_of
from kiosk.badges.text.script_fonts import EAST_ASIAN, HAN_LANGUAGES

_URDU_LETTERS = frozenset("ٹڈڑےہھگچپں")
_KURDISH_AND_UYGHUR_LETTERS = frozenset("ەڕڵۆێڭۇۈۋې")
_PAKISTAN = ("pk", "pak", "pakistan", "پاکستان")
_NASKH_COUNTRIES = ("ir", "iran", "iraq", "af", "afghanistan", "china", "cn")

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
    """Whether to draw Arabic letters in Nastaliq: by the event's setting, else by signs of Urdu."""
    if text.isascii() or setting == "never":
        return False
    if setting == "always":
        return True
    country, language = country.strip().casefold(), language.strip().casefold()
    if language in ("ur", "urdu", "اردو") or language.startswith(("ur-", "ur_")):
        return True
    if language or country in _NASKH_COUNTRIES or not _KURDISH_AND_UYGHUR_LETTERS.isdisjoint(text):
        return country in _PAKISTAN and _KURDISH_AND_UYGHUR_LETTERS.isdisjoint(text)
    return country in _PAKISTAN or not _URDU_LETTERS.isdisjoint(text)


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
