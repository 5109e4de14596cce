"""People for several typed words: each word typed must be another word of the person.

First an upper bound of everybody's score, word by word in bulk; then the best are scored one to
one, so that "ali ali" wants the name twice.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from heapq import heapify, heappop, nlargest
from operator import itemgetter, not_
from typing import NamedTuple

from kiosk.domain.lookup.people import BEHIND, UNTYPED_WORD, People
from kiosk.domain.lookup.vocabulary import Vocabulary

_OTHER_FIELD = 0.85
"""A word found in the company, the e-mail or the names of others, against one of the name."""
_OTHER_FROM = 3
"""Letters typed before other fields are looked at: "ma" means no mail.example."""
_OUT_OF_ORDER = 0.005
_MOST_BOUNDS = 2000
_ENOUGH = 40
"""Attendees scored one by one: a few times the visible results, or more if more are requested."""
_FAR_MORE = 6
"""A word borne by so many times more people than are left is looked up person by person."""


class TypedWord(NamedTuple):
    """One typed word: words it can mean, and people it means outright, with scores."""

    text: str
    words: dict[int, float]
    people: dict[int, float]


class Fit(NamedTuple):
    """How well one person fits."""

    score: float
    worst: float
    """Score of the word that fits least."""
    whole: bool = False
    """The text typed is a whole code or e-mail of this person."""
    written: bool = False
    """Every word typed is written so, or its beginning is, not only read or meant so."""
    of_name: bool = False
    """Every word typed was found in the name."""


class Matcher:
    """Finds who has all the typed words, and scores each one to one."""

    def __init__(self, people: People, vocabulary: Vocabulary) -> None:
        self._people = people
        self._vocabulary = vocabulary

    def match(self, asked: list[TypedWord], limit: int = 0) -> dict[int, Fit]:
        """The best of everybody who has all words typed: `limit` of them, if there are."""
        enough = max(_ENOUGH, limit)
        if not all(typed.words or typed.people for typed in asked):
            return {}
        if len(asked) == 1:
            bounds = self._bounds_alone(asked[0], enough)
        else:
            bounds = self._bounds(sorted(asked, key=self._size))
        return self._best(bounds, asked, enough)

    def match_most(self, asked: list[TypedWord], limit: int = 0) -> dict[int, Fit]:
        """The best of everybody who has all words typed but one."""
        fits: dict[int, Fit] = {}
        for left_out in asked:
            some = [typed for typed in asked if typed is not left_out]
            if max(len(typed.text) for typed in some) < 3:
                continue
            for slot, fit in self.match(some, limit).items():
                score = fit.score * 0.6
                if slot not in fits or fits[slot].score < score:
                    fits[slot] = Fit(score, 0.0)
        return fits

    # Upper bounds ----------------------------------------------------------------------------

    def _size(self, typed: TypedWord) -> int:
        postings = self._vocabulary.postings
        size = sum(map(postings.count, typed.words)) + len(typed.people)
        return size + sum(len(posting) for _, posting in self._elsewhere(typed))

    def _elsewhere(self, typed: TypedWord) -> list[tuple[float, Sequence[int]]]:
        """People who have the word in another field, with their scores."""
        if len(typed.text) < _OTHER_FROM:
            return []
        elsewhere = self._vocabulary.elsewhere
        found = [
            (score * _OTHER_FIELD, elsewhere[word])
            for word, score in typed.words.items()
            if elsewhere.count(word)
        ]
        return sorted(found, key=itemgetter(0))

    def _bounds_alone(self, typed: TypedWord, enough: int) -> dict[int, float]:
        """Of a single word the best meanings will do, down to where they are clearly worse."""
        bounds = self._present(typed.people)
        postings, words = self._vocabulary.postings, typed.words
        meanings = self._elsewhere(typed) + [(words[word], postings[word]) for word in words]
        meanings.sort(key=itemgetter(0), reverse=True)
        behind, least, waiting = self._people.behind.__getitem__, 0.0, 0
        most = max(_MOST_BOUNDS, enough)
        for score, posting in meanings:
            if score < least or len(bounds) > most:
                break
            for slot in posting:
                if slot not in bounds:
                    bounds[slot] = score
            waiting += sum(map(not_, map(behind, posting)))
            if not least and waiting >= enough:
                least = score - 5 * UNTYPED_WORD
        return bounds

    def _bounds(self, asked: list[TypedWord]) -> dict[int, float]:
        """Sum of the best meaning of each word, the rarest word first."""
        bounds = self._everybody(asked[0])
        for typed in asked[1:]:
            if not bounds:
                break
            if self._size(typed) > _FAR_MORE * len(bounds):
                more = self._among(bounds, typed)
            else:
                more = self._everybody(typed)
            bounds = {slot: bounds[slot] + more[slot] for slot in bounds.keys() & more.keys()}
        return bounds

    def _everybody(self, typed: TypedWord) -> dict[int, float]:
        bounds: dict[int, float] = {}
        postings, words = self._vocabulary.postings, typed.words
        for score, posting in self._elsewhere(typed):
            bounds.update(dict.fromkeys(posting, score))
        for word in sorted(words, key=words.__getitem__):
            posting = postings[word]
            if len(posting) == 1:
                bounds[posting[0]] = words[word]
            else:
                bounds.update(dict.fromkeys(posting, words[word]))
        for slot, score in self._present(typed.people).items():
            bounds[slot] = max(score, bounds.get(slot, 0.0))
        return bounds

    def _among(self, slots: dict[int, float], typed: TypedWord) -> dict[int, float]:
        bounds: dict[int, float] = {}
        known, outright, words_of = typed.words, typed.people, self._people.words
        for slot in slots:
            score = max([known.get(word, 0.0) for word in words_of(slot)], default=0.0)
            score = max(score, outright.get(slot, 0.0))
            if score:
                bounds[slot] = score
        return bounds

    def _present(self, people: dict[int, float]) -> dict[int, float]:
        return {slot: score for slot, score in people.items() if self._people.is_present(slot)}

    # One to one ------------------------------------------------------------------------------

    def _best(
        self, bounds: dict[int, float], asked: list[TypedWord], enough: int
    ) -> dict[int, Fit]:
        handicap, share = self._people.handicap, 1 / len(asked)
        promised = [(handicap[slot] - bound * share, -slot) for slot, bound in bounds.items()]
        heapify(promised)  # the best first: mostly few are taken of very many
        twice = _meant_twice(asked)
        fits: dict[int, Fit] = {}
        for _ in range(min(len(promised), max(_MOST_BOUNDS if twice else 0, 8 * enough))):
            slot = -heappop(promised)[1]
            if twice and sum(word in twice for word in self._people.words(slot)) < 2:
                continue
            fit = self._fit(slot, asked) if self._people.is_present(slot) else None
            if fit is not None:
                fits[slot] = fit
                if len(fits) >= enough:
                    break
        return fits

    def _fit(self, slot: int, asked: list[TypedWord]) -> Fit | None:
        people = self._people
        words = people.words(slot)
        names = people.name_words(slot)
        scores = [_row(typed, words, names, typed.people.get(slot, 0.0)) for typed in asked]
        chosen = _assign(scores)
        if chosen is None:
            return None
        found = [row[place] for row, place in zip(scores, chosen, strict=True)]
        score = sum(found) / len(found)
        score += UNTYPED_WORD * len(asked) - people.handicap[slot] + BEHIND * people.behind[slot]
        score -= _OUT_OF_ORDER * (chosen != sorted(chosen))
        return Fit(
            score,
            min(found),
            written=self._is_written(asked, words, chosen),
            of_name=all(place < names for place in chosen),
        )

    def _is_written(self, asked: list[TypedWord], words: array[int], chosen: list[int]) -> bool:
        text = self._vocabulary.text
        return all(
            place == len(words) or text(words[place]).startswith(typed.text)
            for typed, place in zip(asked, chosen, strict=True)
        )


_MOST_WAYS = 200
"""Assignments of the typed words that are followed: with many words that mean each other ("s s s s
s s") there are too many to try all while a user types."""


def _meant_twice(asked: list[TypedWord]) -> dict[int, float]:
    """Of "s si", the meanings of "s": one word of a name must not match both."""
    for shorter in asked:
        for longer in asked:
            if shorter is not longer and longer.text.startswith(shorter.text):
                return shorter.words
    return {}


def _row(typed: TypedWord, words: array[int], names: int, outright: float) -> list[float]:
    """Score of a typed word for each word of a person, and last of a code, phone or e-mail."""
    row = [typed.words.get(word, 0.0) for word in words]
    factor = _OTHER_FIELD if len(typed.text) >= _OTHER_FROM else 0.0
    for place in range(names, len(row)):
        row[place] *= factor
    row.append(outright)
    return row


def _assign(scores: list[list[float]]) -> list[int] | None:
    """A different place for each row with the highest sum; None if there is none without a 0."""
    last = len(scores[0]) - 1
    open_ways: list[tuple[float, list[int]]] = [(0.0, [])]
    for row in scores:
        places = [place for place, score in enumerate(row) if score]
        if len(places) > len(scores):
            places = _worth_trying(row, places, len(scores))
        if len(open_ways) > _MOST_WAYS:
            open_ways = nlargest(_MOST_WAYS, open_ways, key=itemgetter(0))
        open_ways = [
            (total + row[place], [*taken, place])
            for total, taken in open_ways
            for place in places
            if place == last or place not in taken
        ]
    return max(open_ways, key=itemgetter(0))[1] if open_ways else None


def _worth_trying(row: list[float], places: list[int], rows: int) -> list[int]:
    """The best places for a row, in their order: the other rows take one each, so of as many as
    there are rows one is always free. A name of a thousand words costs no more than one of ten."""
    return sorted(nlargest(rows, places, key=row.__getitem__))
