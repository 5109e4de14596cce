"""Run one search: find the attendees that fit the typed words, best first, without wild guesses."""

from __future__ import annotations

from collections.abc import Callable, Collection

from kiosk.domain.lookup.candidates import Candidates, keep_best
from kiosk.domain.lookup.closeness import ALIKE
from kiosk.domain.lookup.keys import CodeBook, Lines, code_key, digits, email_key
from kiosk.domain.lookup.matching import Fit, Matcher, TypedWord
from kiosk.domain.lookup.people import Hit, People, SearchResult
from kiosk.domain.lookup.vocabulary import Vocabulary
from kiosk.domain.people.names import typed_words

_LONGEST = 80
"""Characters of a query that are read; longer texts are pasted."""
_MOST_WORDS = 6
_CLEAR_OF = 5
"""With so many exact matches, inexact ones are not searched."""
_MOST_READINGS = 4
_OTHERWISE = 0.9
"""Factor for words joined or split, other than typed."""
_WHOLE_KEY = 1.2
_KEY_START = 0.9
_KEY_PART = 0.88
_SEEN = 5
"""Results seen at a glance."""
_WHOLE_WORDS = 0.99
_ONE_SLIP = 0.6
_SURELY_EMAIL = 0.2
"""For a text with an @, which no name has."""


class Searcher:
    """Searches a query in each of its possible meanings."""

    def __init__(
        self,
        people: People,
        vocabulary: Vocabulary,
        candidates: Candidates,
        codes: CodeBook,
        phones: Lines,
        emails: CodeBook,
    ) -> None:
        self._people = people
        self._vocabulary = vocabulary
        self._candidates = candidates
        self._codes = codes
        self._phones = phones
        self._emails = emails
        self._matcher = Matcher(people, vocabulary)

    def search(self, query: str, limit: int, spare: int = 0) -> SearchResult:
        """The attendees for a query.

        Args:
            limit: hits that are searched for.
            spare: hits beyond them that are returned if they are known anyway, for a caller that
                ranks the hits again.
        """
        query = query[:_LONGEST]
        typed = typed_words(query)[:_MOST_WORDS]
        if not typed or limit < 1:
            return SearchResult()
        fits = self._literal_fits(query, typed, limit)
        enough = sum(fit.written for fit in fits.values()) >= max(limit, _CLEAR_OF)
        if not enough and max(map(len, typed)) > 1:
            self._add(fits, self._forgiven_fits(typed, bool(fits), limit))
        elif len(typed) > 1 and all(map(str.isascii, typed)):
            self._add(fits, self._fits_in_another_script(typed, limit))
        if not fits and len(key := email_key(query)) > 2:
            fits = self._emails_holding(key)
        ranked = self._ranked(fits)
        return SearchResult(
            tuple(self._hit(slot, fits[slot]) for slot in ranked[: limit + spare]),
            self._is_clear(typed, fits[ranked[0]] if ranked else None, fits),
        )

    def _hit(self, slot: int, fit: Fit) -> Hit:
        is_written = fit.whole or (fit.written and fit.of_name)
        return Hit(self._people.id_of(slot), _shown(fit), is_written)

    # Exact matches ---------------------------------------------------------------------------

    def _literal_fits(self, query: str, typed: list[str], limit: int) -> dict[int, Fit]:
        fits = self._matcher.match(self._asked(typed, self._candidates.literal), limit)
        self._add(fits, self._whole_query(query, typed))
        return fits

    def _by_key(self, word: str) -> dict[int, float]:
        """Attendees whose code, phone or e-mail contains a word with digits."""
        found: dict[int, float] = {}
        if len(word) > 2 and any(map(str.isdigit, word)):
            found.update((slot, 0.9) for slot, _ in self._codes.beginning(word))
            found.update((slot, 0.9) for slot, _ in self._emails.beginning(word))
            if word.isdigit():
                found.update((slot, 0.9) for slot, _ in self._phones.find(word))
        return found

    def _whole_query(self, query: str, typed: list[str]) -> dict[int, Fit]:
        """Attendees whose code, e-mail or phone equals or begins with the whole typed text."""
        found: dict[int, float] = {}
        if len(key := code_key(query)) > 2:
            for slot, code in self._codes.beginning(key):
                keep_best(found, [slot], _WHOLE_KEY if code == key else _KEY_START)
        if len(key := email_key(query)) > 2:
            exactly = "@" in key or "." in key
            look = self._emails.holding if exactly else self._emails.beginning
            for slot, email in look(key):
                keep_best(found, [slot], _email_score(email, key))
        number = digits(query)
        if len(number) > 2 and len(number) == sum(map(len, typed)):
            for part, score in ((number + "\t", 1.0), (number, _KEY_PART)):
                keep_best(found, [slot for slot, _ in self._phones.find(part)], score)
        return {
            slot: Fit(score, score, whole=score == _WHOLE_KEY, written=True)
            for slot, score in found.items()
            if self._people.is_present(slot)
        }

    def _emails_holding(self, part: str) -> dict[int, Fit]:
        """Attendees whose e-mail contains the text anywhere: the last attempt."""
        slots = {slot for slot, _ in self._emails.holding(part)}
        return {slot: Fit(0.6, 0.6) for slot in slots if self._people.is_present(slot)}

    def _fits_in_another_script(self, typed: list[str], limit: int) -> dict[int, Fit]:
        """Attendees whose whole name in another script is pronounced as typed, so that they are not
        lost among many."""
        read = self._candidates.in_another_script
        fits = self._matcher.match([TypedWord(word, read(word), {}) for word in typed], limit)
        return {slot: fit._replace(worst=max(fit.worst, ALIKE)) for slot, fit in fits.items()}

    # Inexact matches -------------------------------------------------------------------------

    def _forgiven_fits(self, typed: list[str], some_found: bool, limit: int) -> dict[int, Fit]:
        forgiven = self._candidates.forgiven
        asked = self._asked(typed, forgiven)
        fits = self._matcher.match(asked, limit)
        for reading in self._other_readings(typed):
            for slot, fit in self._matcher.match(self._asked(reading, forgiven), limit).items():
                other = Fit(fit.score * _OTHERWISE, fit.worst * _OTHERWISE)
                self._add(fits, {slot: other})
        if not fits and not some_found and len(typed) > 1:
            return self._matcher.match_most(asked, limit)
        return fits

    def _asked(self, typed: list[str], find: Callable[[str], dict[int, float]]) -> list[TypedWord]:
        return [TypedWord(word, find(word), self._by_key(word)) for word in typed]

    def _other_readings(self, typed: list[str]) -> list[list[str]]:
        """Readings with two words as one, or one word as two."""
        readings = []
        for place in range(len(typed) - 1):
            joined = typed[place] + typed[place + 1]
            if self._vocabulary.is_known(joined):
                readings.append([*typed[:place], joined, *typed[place + 2 :]])
        for place, word in enumerate(typed):
            if len(word) > 4 and word.isascii() and not self._candidates.literal(word):
                readings.extend(
                    [*typed[:place], word[:cut], word[cut:], *typed[place + 1 :]]
                    for cut in range(2, len(word) - 1)
                    if self._vocabulary.is_known(word[:cut])
                    and self._vocabulary.is_begun(word[cut:])
                )
        return readings[:_MOST_READINGS]

    # Order and cut ---------------------------------------------------------------------------

    @staticmethod
    def _add(fits: dict[int, Fit], more: dict[int, Fit]) -> None:
        for slot, fit in more.items():
            known = fits.get(slot)
            if known is None or fit.score > known.score:
                fits[slot] = fit

    def _ranked(self, fits: dict[int, Fit]) -> list[int]:
        """Best first; among equals expected attendees, then checked-in ones, then barred ones, each
        by name and id, so that all desks show one order."""
        people = self._people
        least, worst = _limits(fits.values())
        kept = [s for s, fit in fits.items() if fit.score >= least and fit.worst >= worst]
        kept.sort(key=lambda s: (-round(_shown(fits[s]), 2), people.behind[s], *self._name(s)))
        return _mixed(kept, fits)

    def _name(self, slot: int) -> tuple[bool, list[str], str]:
        """Whether the name is missing, its folded words, and the id."""
        people = self._people
        words = people.words(slot)[: people.name_words(slot)]
        return not words, [self._vocabulary.text(word) for word in words], people.id_of(slot)

    @staticmethod
    def _is_clear(typed: list[str], best: Fit | None, fits: dict[int, Fit]) -> bool:
        """Whether only the best attendee fits, also by other spellings."""
        if best is None:
            return False
        if best.whole:
            return sum(fit.whole for fit in fits.values()) == 1
        long_enough = max(map(len, typed)) > 2 or (len(typed) > 1 and not "".join(typed).isascii())
        alone = sum(fit.worst >= ALIKE for fit in fits.values()) == 1
        return alone and best.written and best.of_name and long_enough


def _mixed(ranked: list[int], fits: dict[int, Fit]) -> list[int]:
    """Give two of the first five places to names in another script, where many names match exactly.

    At a large event forty attendees may be called Ali Raza, and علی رضا must be visible too.
    """
    first = [fits[slot] for slot in ranked[:_SEEN]]
    if len(ranked) <= _SEEN or not all(f.written and f.worst >= _WHOLE_WORDS for f in first):
        return ranked
    read = [slot for slot in ranked[_SEEN:] if not fits[slot].written and fits[slot].of_name][:2]
    mixed = [slot for slot in ranked if slot not in read]
    for place, slot in zip((2, 4), read, strict=False):
        mixed.insert(place, slot)
    return mixed


def _limits(fits: Collection[Fit]) -> tuple[float, float]:
    """The least score, and the least score of any word, of the attendees shown.

    A user who types a whole name wants its bearers and other spellings of it; a user who types the
    beginnings of words may have mistyped one; below that, results are close to the best.
    """
    if any(fit.written and fit.worst >= _WHOLE_WORDS for fit in fits):
        return 0.0, ALIKE
    if any(fit.written and fit.of_name for fit in fits):
        return 0.0, _ONE_SLIP
    return max((fit.score for fit in fits), default=0.0) - 0.2, 0.0


def _email_score(email: str, key: str) -> float:
    if email == key:
        return _WHOLE_KEY
    begun = email.startswith(key)
    return (_KEY_START if begun else _KEY_PART) + ("@" in key) * _SURELY_EMAIL


def _shown(fit: Fit) -> float:
    """The score as shown; the order uses it as well, so that the two agree."""
    return round(fit.score, 4)
