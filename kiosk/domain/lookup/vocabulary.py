"""Store each distinct word of all names once, with the attendees who have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kiosk.domain.lookup.keys import WITHIN
from kiosk.domain.lookup.packed import AddedTexts, Lists, Packed, Texts, pack_lists
from kiosk.domain.lookup.romanise import unvowelled, vowelled
from kiosk.domain.lookup.sounds import SoundBook, skeleton, sound, spoken


class Vocabulary:
    """Words by number, by text, and (those of names) by sound.

    Postings are slots of people in ascending order.
    """

    def __init__(self) -> None:
        self._stored = Texts()
        """The first words, sorted: their places are their numbers."""
        self._texts: list[str] = []
        """The words after them."""
        self.postings = Lists()
        """By word: the attendees with it in the name."""
        self.elsewhere = Lists()
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
        self._added_latin: list[int] = []
        """Latin words of names that were added since the index was stored."""
        self._has_stored_latin = False
        self._added = AddedTexts()

    def enter(self, text: str, *, by_sound: bool) -> int:
        """The number of a folded word, added if new; words of names are also found by sound."""
        number = self._find(text)
        if number is None:
            number = self._numbers[text] = len(self)
            self._texts.append(text)
            self._added.add(text)
        if by_sound and number not in self._sounded:
            self._sounded.add(number)
            self._enter_sounds(text, number)  # of a stored word again, which changes nothing
        return number

    def __len__(self) -> int:
        return len(self._stored) + len(self._texts)

    def text(self, number: int) -> str:
        """The word with this number."""
        stored = len(self._stored)
        return str(self._stored[number]) if number < stored else self._texts[number - stored]

    def number(self, text: str) -> int | None:
        """The number of exactly this word, if an attendee has it."""
        number = self._find(text)
        return number if number is not None and self._is_used(number) else None

    def _find(self, text: str) -> int | None:
        number = self._numbers.get(text)
        return self._stored.find(text) if number is None else number

    def _is_used(self, number: int) -> bool:
        """Whether an attendee has this word; it stays when the last one is removed."""
        return self.postings.count(number) > 0 or self.elsewhere.count(number) > 0

    def is_known(self, word: str) -> bool:
        """Whether a name contains this word or is pronounced so."""
        return self.number(word) is not None or bool(self.native_spellings.equal(word))

    def is_begun(self, start: str) -> bool:
        """Whether a word of a name begins with this text; two letters must be a whole word."""
        return self.is_known(start) or (len(start) > 2 and bool(self.beginning(start)))

    def beginning(self, start: str) -> dict[int, str]:
        """The words that begin with the text, by their numbers."""
        stored = self._stored.beginning(start)
        found = dict(zip(stored, self._stored.part(stored), strict=True))
        found.update((self._numbers[text], text) for text in self._added.beginning(start))
        return found

    def post(self, slot: int, name: Iterable[int], other: Iterable[int]) -> None:
        """Add an attendee with the highest slot so far under words of the name and other fields."""
        for word in dict.fromkeys(name):
            self.postings.add(word, slot)
        for word in other:
            self.elsewhere.add(word, slot)

    def drop(self, slot: int, words: Iterable[int]) -> None:
        """Remove an attendee from these words."""
        for word in set(words):
            self.postings.drop(word, slot)
            self.elsewhere.drop(word, slot)

    @property
    def has_latin(self) -> bool:
        """Whether a name is written in Latin letters."""
        return self._has_stored_latin or any(map(self._is_used, self._added_latin))

    def _enter_sounds(self, text: str, number: int) -> None:
        if text.isascii():
            if not text.isdigit():
                self._added_latin.append(number)
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
        self._added.in_order()
        for name in _BOOKS:
            getattr(self, name).settle()

    def pack(self, packed: Packed) -> Sequence[int]:
        """Add the words of an index that was just built to its parts; their new numbers."""
        order = sorted(range(len(self._texts)), key=self._texts.__getitem__)
        ranks = [0] * len(order)
        for rank, number in enumerate(order):
            ranks[number] = rank
        Texts.of(map(self._texts.__getitem__, order)).pack(packed, "words")
        pack_lists(packed, "postings", map(self.postings.__getitem__, order))
        pack_lists(packed, "elsewhere", map(self.elsewhere.__getitem__, order))
        for name in _BOOKS:
            getattr(self, name).pack(packed, name, ranks)
        return ranks

    @classmethod
    def unpack(cls, packed: Packed) -> Vocabulary:
        """The words of `pack`."""
        vocabulary = cls()
        vocabulary._stored = Texts.unpack(packed, "words")
        vocabulary.postings = Lists.unpack(packed, "postings")
        vocabulary.elsewhere = Lists.unpack(packed, "elsewhere")
        for name in _BOOKS:
            setattr(vocabulary, name, SoundBook.unpack(packed, name))
        vocabulary._has_stored_latin = len(vocabulary.letters) > 0
        return vocabulary


_BOOKS = ("letters", "latin", "native_spellings", "native_sounds", "consonants")
