"""Find the words of the vocabulary that a typed word can mean, with a score for each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kiosk.domain.lookup.closeness import (
    READ,
    begins_unvowelled,
    begun,
    closeness,
    reads_unvowelled,
)
from kiosk.domain.lookup.romanise import vowelled
from kiosk.domain.lookup.sounds import SoundBook, skeleton, sound, spoken
from kiosk.domain.lookup.vocabulary import Vocabulary

_WORST = 0.48
_REMEMBERED = 512
_READ_ON = 0.96
"""Factor for the beginning of a word in another script: after exact spellings."""
_NEARLY_READ = 0.66
_UNKNOWN_SPELLING = 0.7
"""Factor for unwritten vowels where no name has the typed spelling: it may be a typing mistake."""


class Candidates:
    """Finds candidates and caches them, because each typed key repeats the earlier words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.literal = lru_cache(_REMEMBERED)(self._find_literal)
        """Words equal to the typed text or beginning with it, also by their Latin spelling."""
        self.forgiven = lru_cache(_REMEMBERED)(self._find_forgiven)
        """All candidates, the literal ones included."""

    def forget(self) -> None:
        """Clear the cache after a new word was added to the vocabulary."""
        self.literal.cache_clear()
        self.forgiven.cache_clear()

    def in_another_script(self, typed: str) -> dict[int, float]:
        """Words of other scripts that are pronounced as typed, or nearly."""
        text_of = self._vocabulary.text
        return {
            word: score
            for word, score in self.forgiven(typed).items()
            if score >= _NEARLY_READ and not text_of(word).isascii()
        }

    # As written or read ----------------------------------------------------------------------

    def _find_literal(self, typed: str) -> dict[int, float]:
        vocabulary = self._vocabulary
        words = vocabulary.beginning(typed)
        found = {word: begun(typed, text) for word, text in words.items()}
        if typed.isascii() and len(typed) > 1 and not typed.isdigit():
            self._add_read(found, typed)
        return found

    def _add_read(self, found: dict[int, float], typed: str) -> None:
        """Add words of other scripts that are pronounced as typed."""
        vocabulary = self._vocabulary
        for spelling in vocabulary.native_spellings.beginning(typed):
            score = begun(typed, spelling) * (READ if spelling == typed else _READ_ON)
            keep_best(found, vocabulary.native_spellings.equal(spelling), score)
        if vocabulary.number(typed) is not None:  # not for a mistake in the vowels only
            letters = spoken(typed)
            for word in vocabulary.consonants.equal(skeleton(letters)):
                keep_best(found, [word], reads_unvowelled(letters, vocabulary.text(word), 0))

    # Inexact matches -------------------------------------------------------------------------

    def _find_forgiven(self, typed: str) -> dict[int, float]:
        found = dict(self.literal(typed))
        if not typed.isascii():
            self._add_from_native(found, typed)
        elif len(typed) > 1 and not any(map(str.isdigit, typed)):
            if len(typed) > 2:
                self._add_near(found, typed)
                self._add_beginnings(found, typed)
            else:
                keep_best(found, self._vocabulary.latin.equal(sound(typed)), 0.7)
                for text in self._vocabulary.letters.near(typed, 1):
                    keep_best(found, self._vocabulary.letters.equal(text), 0.55)
            self._add_unvowelled(found, typed)
            initial = self._vocabulary.number(typed[0])
            if initial is not None:  # "palaniappan karthik" for P. Karthik
                keep_best(found, [initial], 0.55)
        return found

    def _add_near(self, found: dict[int, float], typed: str) -> None:
        """Add words a few edits away by letters or by sound."""
        vocabulary = self._vocabulary
        text_of, key = vocabulary.text, sound(typed)
        near = set(vocabulary.letters.near(typed, _steps(typed)))
        for sounding in vocabulary.latin.near(key, _steps(key)):
            near.update(text_of(word) for word in vocabulary.latin.equal(sounding))
        for text in near:
            score = closeness(typed, key, text)
            word = vocabulary.number(text)
            if score >= _WORST and word is not None:
                keep_best(found, [word], score)
        spellings = set(vocabulary.native_spellings.near(typed, _steps(typed)))
        for sounding in vocabulary.native_sounds.near(key, _steps(key)):
            for word in vocabulary.native_sounds.equal(sounding):
                spellings.update(vowelled(text_of(word)))
        for spelling in spellings:
            score = closeness(typed, key, spelling) * READ
            if score >= _WORST:
                keep_best(found, vocabulary.native_spellings.equal(spelling), score)

    def _add_beginnings(self, found: dict[int, float], typed: str) -> None:
        """Add names that are typed only in part, by sound or with one mistake."""
        key = sound(typed)
        books: tuple[SoundBook, ...] = (self._vocabulary.latin, self._vocabulary.native_sounds)
        slips = len(key) > 3 and max(found.values(), default=0.0) < 0.87
        for book in books:
            for longer in book.beginning(key) if len(key) > 1 else ():
                keep_best(found, book.equal(longer), 0.5 + 0.22 * len(key) / len(longer))
            for longer in book.near_beginning(key) if slips else ():
                keep_best(found, book.equal(longer), 0.83 - 1.3 / len(key))

    def _add_unvowelled(self, found: dict[int, float], typed: str) -> None:
        """Add Arabic, Hebrew and Thai words: by consonants, then by their written letters."""
        book, text_of, letters = (self._vocabulary.consonants, self._vocabulary.text, spoken(typed))
        key = skeleton(letters)
        known = self._vocabulary.number(typed) is not None
        factor = 1.0 if known or not self._vocabulary.has_latin else _UNKNOWN_SPELLING
        for text, distance in (book.near(key, 1) if len(key) > 1 else {key: 0}).items():
            for word in book.equal(text):
                score = reads_unvowelled(letters, text_of(word), distance)
                score *= _UNKNOWN_SPELLING if distance else factor
                if score >= _WORST:
                    keep_best(found, [word], score)
        for text in book.beginning(key) if len(key) > 1 else ():
            for word in book.equal(text):
                keep_best(found, [word], begins_unvowelled(letters, text_of(word)))

    def _add_from_native(self, found: dict[int, float], typed: str) -> None:
        """Add words spelt in Latin letters, or differently, for one typed in another script."""
        vocabulary = self._vocabulary
        for spelling in vowelled(typed):
            key = sound(spelling)
            for book in (vocabulary.latin, vocabulary.native_sounds):
                keep_best(found, book.equal(key), 0.82)
                if len(key) > 3:
                    for near, distance in book.near(key, 1).items():
                        keep_best(found, book.equal(near), 0.82 - 0.9 * distance / len(key))


def keep_best(found: dict[int, float], numbers: Sequence[int], score: float) -> None:
    """Give these words or attendees a score, unless they have a better one."""
    for number in numbers:
        if found.get(number, 0.0) < score:
            found[number] = score


def _steps(key: str) -> int:
    """The number of edits allowed in a word of this length."""
    return 0 if len(key) < 2 else 1 if len(key) < 5 else 2
