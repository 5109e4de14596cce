"""Store each distinct word of all names once, with the attendees who have it."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable

from kiosk.domain.lookup.keys import WITHIN
from kiosk.domain.lookup.romanise import unvowelled, vowelled
from kiosk.domain.lookup.sounds import SoundBook, skeleton, sound, spoken


class Vocabulary:
    """Words by number, by text, and (those of names) by sound.

    Postings are slots of people in ascending order.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.postings: list[array[int]] = []
        """By word: the attendees with it in the name."""
        self.elsewhere: dict[int, array[int]] = {}
        """By word: the attendees with it in another field."""
        self.letters = SoundBook()
        """Latin words of names by their letters."""
        self.latin = SoundBook()
        """Latin words of names by `sound`."""
        self.native_spellings = SoundBook()
        """Words of other scripts by their Latin spellings."""
        self.native_sounds = SoundBook()
        """Words of other scripts by the `sound` of their spellings."""
        self.consonants = SoundBook()
        """Words without written vowels, by `skeleton`."""
        self._numbers: dict[str, int] = {}
        self._sounded: set[int] = set()
        self._ordered: list[str] = []
        self._new: list[str] = []

    def enter(self, text: str, *, by_sound: bool) -> int:
        """The number of a folded word, added if new; words of names are also found by sound."""
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self.texts)
            self.texts.append(text)
            self.postings.append(array("I"))
            self._new.append(text)
        if by_sound and number not in self._sounded:
            self._sounded.add(number)
            self._enter_sounds(text, number)
        return number

    def __len__(self) -> int:
        return len(self.texts)

    def number(self, text: str) -> int | None:
        """The number of exactly this word, if an attendee has it."""
        return self._numbers.get(text)

    def is_known(self, word: str) -> bool:
        """Whether a name contains this word or is pronounced so."""
        return word in self._numbers or bool(self.native_spellings.equal(word))

    def is_begun(self, start: str) -> bool:
        """Whether a word of a name begins with this text; two letters must be a whole word."""
        return self.is_known(start) or (len(start) > 2 and bool(self.beginning(start)))

    def beginning(self, start: str) -> list[int]:
        """Numbers of the words that begin with the text, in alphabetical order."""
        self._sort()
        low = bisect_left(self._ordered, start)
        high = bisect_left(self._ordered, start + "\U0010ffff", low)
        return [self._numbers[text] for text in self._ordered[low:high]]

    def post(self, slot: int, name: Iterable[int], other: Iterable[int]) -> None:
        """Add an attendee with the highest slot so far under words of the name and other fields."""
        for word in dict.fromkeys(name):
            self.postings[word].append(slot)
        for word in other:
            self.elsewhere.setdefault(word, array("I")).append(slot)

    def drop(self, slot: int, words: Iterable[int]) -> None:
        """Remove an attendee from these words."""
        for word in set(words):
            for posting in (self.postings[word], self.elsewhere.get(word)):
                place = bisect_left(posting, slot) if posting else 0
                if posting and place < len(posting) and posting[place] == slot:
                    del posting[place]

    @property
    def has_latin(self) -> bool:
        """Whether a name is written in Latin letters."""
        return len(self.letters) > 0

    def _enter_sounds(self, text: str, number: int) -> None:
        if text.isascii():
            if not text.isdigit():
                self.letters.add(text, number)
                self.latin.add(sound(text), number)
            return
        if text.endswith(WITHIN):
            return
        for spelling in vowelled(text):
            self.native_spellings.add(spelling, number)
            self.native_sounds.add(sound(spelling), number)
        for letters in unvowelled(text):
            self.consonants.add(skeleton(spoken(letters)), number)

    def settle(self) -> None:
        """Sort new entries."""
        self._sort()
        for book in (
            self.letters,
            self.latin,
            self.native_spellings,
            self.native_sounds,
            self.consonants,
        ):
            book.settle()

    def _sort(self) -> None:
        if len(self._new) > 50:
            self._ordered = sorted(self._numbers)
        else:
            for text in self._new:
                insort(self._ordered, text)
        self._new.clear()
