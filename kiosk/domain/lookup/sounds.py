"""How Latin spellings sound alike: one key for Mohammed and Muhamad, one for محمد and both."""

from __future__ import annotations

import re
from functools import lru_cache

_CONSONANTS = (
    # Longest first; each pair is a spelling that people use for one sound.
    ("tsch", "C"), ("sch", "s"), ("tch", "C"), ("ch", "C"), ("sh", "s"), ("zh", "j"),
    ("ph", "f"), ("kh", "k"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("jh", "j"),
    ("ck", "k"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("c", "k"), ("q", "k"), ("x", "ks"),
    ("dt", "t"),
)  # fmt: skip
_SAME_SOUND = (
    ("ow", "u"), ("aw", "u"), ("w", "v"), ("z", "j"),
    ("eau", "u"), ("eo", "u"), ("ou", "u"), ("au", "u"), ("oe", "u"), ("ue", "u"),
    ("o", "u"), ("ae", "a"), ("ai", "i"), ("ay", "i"), ("ei", "i"), ("ey", "i"), ("ie", "i"),
    ("iy", "i"), ("y", "i"), ("e", "i"),
)  # fmt: skip
_SHORT_FORMS = dict.fromkeys(("mohd", "muhd", "mhd", "md"), "mohamad")
"""As passports and lists of South and South-East Asia shorten it."""
_DOUBLED = re.compile(r"(.)\1+")
_LATER_H = re.compile(r"(?<=.)h")


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """Key of a folded Latin word: vowels in three classes, aspiration and doubling gone.

    `mohammed` is `muamid`, `muhamad` is `muamad`: one step apart, where the spellings are three.
    """
    key = _SHORT_FORMS.get(word, word)
    for spelling, plain in _CONSONANTS + _SAME_SOUND:
        key = key.replace(spelling, plain)
    return _DOUBLED.sub(r"\1", _LATER_H.sub("", key)).lower()


_COARSE = str.maketrans({
    "g": "k", "q": "k", "d": "t", "b": "p", "f": "p", "z": "s", "j": "s", "C": "s", "c": "s",
})  # fmt: skip
_VOWELS = re.compile(r"[aeiouyvwh]")


@lru_cache(maxsize=4096)
def spoken(word: str) -> str:
    """A Latin word letter for letter as an abjad may write it: a, i (e, y), u (o, w, v)."""
    key = _DOUBLED.sub(r"\1", word)
    for spelling, plain in _CONSONANTS:
        key = key.replace(spelling, plain)
    return _LATER_H.sub("", key).translate(_SPOKEN)


_SPOKEN = str.maketrans({"e": "i", "y": "i", "o": "u", "w": "u", "v": "u", "C": "c"})


def skeleton(spoken_word: str) -> str:
    """Consonants of a `spoken` word in coarse classes, a leading vowel as `_`, a leading h.

    Short vowels are not written in Arabic or Hebrew script, so only this can be compared.
    """
    if not spoken_word:
        return ""
    first = "_" if spoken_word[0] in "aiu" else "h" if spoken_word[0] == "h" else ""
    return first + _VOWELS.sub("", spoken_word).translate(_COARSE)
