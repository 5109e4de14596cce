"""People for several typed words: each word typed must be another word of the person.

First an upper bound of everybody's score, word by word in bulk; then the best are scored one to
one, so that "ali ali" wants the name twice.
"""

from __future__ import annotations

from array import array
from heapq import nlargest
from typing import NamedTuple

from kiosk.domain.lookup.people import People
from kiosk.domain.lookup.vocabulary import Vocabulary

_OTHER_FIELD = 0.93
"""A word found in the company, the buyer's name or the e-mail, against one of the name."""
_OTHER_FROM = 3
"""Letters typed before other fields are looked at: "ma" means no mail.example."""
_UNTYPED_WORD = 0.01
_OUT_OF_ORDER = 0.005
_ARRIVED = 0.001
_ENOUGH = 60
"""People scored one to one: a few times what is ever shown."""
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

    def match(self, asked: list[TypedWord]) -> dict[int, Fit]:
        """The best of everybody who has all words typed."""
        if not all(typed.words or typed.people for typed in asked):
            return {}
        if len(asked) == 1:
            bounds = self._bounds_alone(asked[0])
        else:
            bounds = self._bounds(sorted(asked, key=self._size))
        return self._best(bounds, asked)

    def match_most(self, asked: list[TypedWord]) -> dict[int, Fit]:
        """The best of everybody who has all words typed but one."""
        fits: dict[int, Fit] = {}
        for left_out in asked:
            some = [typed for typed in asked if typed is not left_out]
            if max(len(typed.text) for typed in some) < 3:
                continue
            for slot, fit in self.match(some).items():
                score = fit.score * 0.6
                if slot not in fits or fits[slot].score < score:
                    fits[slot] = Fit(score, 0.0)
        return fits

    # Upper bounds ----------------------------------------------------------------------------

    def _size(self, typed: TypedWord) -> int:
        postings = self._vocabulary.postings
        return sum(len(postings[word]) for word in typed.words) + len(typed.people)

    def _bounds_alone(self, typed: TypedWord) -> dict[int, float]:
        """Of a single word the best meanings will do, down to where they are clearly worse."""
        bounds = self._present(typed.people)
        arrived, least, waiting = self._people.arrived, 0.0, 0
        for word in sorted(typed.words, key=typed.words.__getitem__, reverse=True):
            score = typed.words[word]
            if score < least:
                break
            posting = self._vocabulary.postings[word]
            for slot in posting:
                if slot not in bounds:
                    bounds[slot] = score
            waiting += sum(not arrived[slot] for slot in posting[:_ENOUGH])
            if not least and waiting >= _ENOUGH:
                least = score - 5 * _UNTYPED_WORD
            if len(bounds) > 50 * _ENOUGH:
                break
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
        postings = self._vocabulary.postings
        for word in sorted(typed.words, key=typed.words.__getitem__):
            bounds.update(dict.fromkeys(postings[word], typed.words[word]))
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

    def _best(self, bounds: dict[int, float], asked: list[TypedWord]) -> dict[int, Fit]:
        parts, arrived, typed = self._people.parts, self._people.arrived, len(asked)

        def promise(slot: int) -> float:
            untyped = max(0, parts[slot] - typed)
            return bounds[slot] / typed - _UNTYPED_WORD * untyped - _ARRIVED * arrived[slot]

        fits: dict[int, Fit] = {}
        for slot in nlargest(8 * _ENOUGH, sorted(bounds), key=promise):
            fit = self._fit(slot, asked)
            if fit is not None:
                fits[slot] = fit
                if len(fits) >= _ENOUGH:
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
        score -= _UNTYPED_WORD * min(4, max(0, people.parts[slot] - len(asked)))
        score -= _OUT_OF_ORDER * (chosen != sorted(chosen))
        return Fit(
            score,
            min(found),
            written=self._is_written(asked, words, chosen),
            of_name=all(place < names for place in chosen),
        )

    def _is_written(self, asked: list[TypedWord], words: array[int], chosen: list[int]) -> bool:
        texts = self._vocabulary.texts
        return all(
            place == len(words) or texts[words[place]].startswith(typed.text)
            for typed, place in zip(asked, chosen, strict=True)
        )


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
    best: tuple[float, list[int]] | None = None

    def place_next(row: int, taken: list[int], total: float) -> None:
        nonlocal best
        if row == len(scores):
            if best is None or total > best[0]:
                best = (total, taken)
            return
        for place, score in enumerate(scores[row]):
            if score and (place not in taken or place == last):
                place_next(row + 1, [*taken, place], total + score)

    place_next(0, [], 0.0)
    return best[1] if best else None
