"""Compute keys by which words sound alike: one key for Mohammed and Muhamad, one for محمد and
both."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from kiosk.domain.lookup.packed import AddedTexts, Lists, Packed, Texts, pack_lists

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
"""Short forms in passports and lists of South and South-East Asia."""
_DOUBLED = re.compile(r"(.)\1+")
_LATER_H = re.compile(r"(?<=.)h")


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """The key of a folded Latin word: vowels in three classes, without aspiration and doubling.

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
    """A Latin word letter by letter as an abjad may write it: a, i (e, y), u (o, w, v)."""
    key = _DOUBLED.sub(r"\1", word)
    for spelling, plain in _CONSONANTS:
        key = key.replace(spelling, plain)
    return _LATER_H.sub("", key).translate(_SPOKEN)


_SPOKEN = str.maketrans({"e": "i", "y": "i", "o": "u", "w": "u", "v": "u", "C": "c"})


def skeleton(spoken_word: str) -> str:
    """The consonants of a `spoken` word in coarse classes, a leading vowel as `_`, a leading h.

    Short vowels are not written in Arabic or Hebrew script, so only consonants can be compared.
    """
    if not spoken_word:
        return ""
    first = "_" if spoken_word[0] in "aiu" else "h" if spoken_word[0] == "h" else ""
    return first + _VOWELS.sub("", spoken_word).translate(_COARSE)


# Words by a key (their letters, sound, consonants), found by it, by its beginning, or nearly.


class SoundBook:
    """Sorted keys, each with the numbers of its words."""

    def __init__(self) -> None:
        self._stored = Texts()
        """Keys of a stored index, sorted."""
        self._stored_words = Lists()
        self._grouped = Texts()
        """The stored keys by length and first letter, and by length and last letter."""
        self._stored_groups: dict[_Group, range] = {}
        """The places of each group there."""
        self._words: dict[str, int | list[int]] = {}
        """Words added later, by key."""
        self._added = AddedTexts()
        self._groups: defaultdict[_Group, list[str]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._stored) + len(self._words)

    def add(self, key: str, word: int) -> None:
        """Add a word under a key; adding it twice changes nothing."""
        if word in self._stored_equal(key):
            return
        known = self._words.get(key)
        if known is None:
            self._words[key] = word  # most keys have one word: no list for it
            self._added.add(key)
            for group in _groups(key, len(key)):
                self._groups[group].append(key)
        elif isinstance(known, list):
            if word not in known:
                known.append(word)
        elif word != known:
            self._words[key] = [known, word]

    def equal(self, key: str) -> Sequence[int]:
        """Numbers of the words with exactly this key."""
        stored, known = self._stored_equal(key), self._words.get(key)
        if known is None:
            return stored
        return [*stored, *(known if isinstance(known, list) else [known])]

    def _stored_equal(self, key: str) -> Sequence[int]:
        place = self._stored.find(key)
        return () if place is None else self._stored_words[place]

    def beginning(self, start: str) -> list[str]:
        """Keys that begin with the text, in order."""
        added = self._added.beginning(start)
        stored = self._stored.part(self._stored.beginning(start))
        return sorted({*stored, *added}) if stored and added else stored or added

    def near(self, key: str, steps: int) -> dict[str, int]:
        """Keys at most `steps` edits away (insert, delete, change, swap), with their distance.

        A key with wrong first and last letters is not found: this saves five sixths of the
        comparisons.
        """
        near: dict[str, int] = {}
        for length in range(max(1, len(key) - steps), len(key) + steps + 1):
            for group in _groups(key, length):
                stored = self._grouped.part(self._stored_groups.get(group, range(0)))
                for keys in (stored, self._groups.get(group)):
                    if keys:
                        near.update(
                            (keys[at], distance) for at, distance in _near(key, keys, steps)
                        )
        return near

    def near_beginning(self, start: str) -> list[str]:
        """Keys with the same first letter whose beginning is one edit away from the text."""
        keys = [key for key in self.beginning(start[0]) if len(key) > len(start)]
        cut = [key[: len(start)] for key in keys]
        return [keys[at] for at, _ in _near(start, cut, 1)]

    def settle(self) -> None:
        """Sort new entries."""
        self._added.in_order()

    def pack(self, packed: Packed, name: str, ranks: Sequence[int]) -> None:
        """Add the keys of an index that was just built to its parts.

        Args:
            ranks: the number of each word there.
        """
        keys = self._added.in_order()
        Texts.of(keys).pack(packed, name)
        words = ([ranks[word] for word in self.equal(key)] for key in keys)
        pack_lists(packed, f"{name} words", words)
        Texts.of(chain.from_iterable(self._groups.values())).pack(packed, f"{name} grouped")
        packed[f"{name} groups"] = [[*group, len(some)] for group, some in self._groups.items()]

    @classmethod
    def unpack(cls, packed: Packed, name: str) -> SoundBook:
        """The keys of `pack`."""
        book, start = cls(), 0
        book._stored = Texts.unpack(packed, name)
        book._stored_words = Lists.unpack(packed, f"{name} words")
        book._grouped = Texts.unpack(packed, f"{name} grouped")
        for length, letter, count in packed[f"{name} groups"]:
            book._stored_groups[length, letter] = range(start, start + count)
            start += count
        return book


_Group = tuple[int, str]
"""(length, first or last letter) of keys."""


def _groups(key: str, length: int) -> tuple[_Group, _Group]:
    """The groups of keys of one length that share the first or the last letter."""
    return (length, "^" + key[:1]), (length, key[-1:] + "$")


def _near(key: str, keys: list[str], steps: int) -> list[tuple[int, int]]:
    """(index, distance) of the keys at most so many edits away."""
    from rapidfuzz.distance import OSA  # only a mistyped name needs it
    from rapidfuzz.process import extract

    found = extract(key, keys, scorer=OSA.distance, score_cutoff=steps, limit=None)
    return [(at, int(distance)) for _, distance, at in found]
