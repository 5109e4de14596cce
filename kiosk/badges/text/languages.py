"""Find the face that readers of Urdu, Japanese or Chinese expect, from country and letters."""

from __future__ import annotations

from functools import lru_cache

from kiosk.badges.text.runs import script_of
from kiosk.badges.text.script_fonts import EAST_ASIAN, HAN_LANGUAGES

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
