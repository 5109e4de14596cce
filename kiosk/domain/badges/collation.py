"""Sort names for badge boxes and lists, find their index letters, and split them over desks.

Scripts have a fixed order, Latin first. Within a script names are compared by their folded letters
(`domain.people.names.fold`): accents, case and punctuation do not count, so Ørsted is under O and
Ağaoğlu under A, as in an English index. Other scripts are sorted by code point, which is the order
of the alphabet for Greek, Cyrillic, the Indic scripts, Thai, kana and Hangul, and the order of a
radical-and-stroke dictionary for Han (Unicode Standard Annex 38). There is one order for all desks,
because any volunteer must find any badge; the exact order of one language (ä after a in Germany,
after z in Sweden) would depend on the desk.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from kiosk.domain.people.names import fold

NO_LETTER = "#"
"""Index letter of names that begin with a digit or have no letters."""
HAN = "漢"
"""Index letter of all names in Han characters, which have thousands of first characters."""

_SCRIPT_STARTS = (0x0061, 0x0370, 0x0400, 0x0530)
"""Of Latin, Greek, Cyrillic and all others."""
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_JAMO = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
"""The 19 initial consonants of Hangul in their order; each begins 588 syllables (Unicode 3.12)."""


class NameKey(NamedTuple):
    """The sort key of a name; names that fold alike keep a stable order."""

    script: int
    """0 without a letter, 1 Latin, 2 Greek, 3 Cyrillic, then all others together."""
    folded: str
    text: str


def name_key(text: str) -> NameKey:
    """The sort key of a name."""
    folded = fold(text).replace("'", "")
    folded = " ".join(folded.split())
    return NameKey(_script(folded), folded, unicodedata.normalize("NFC", text))


def _script(folded: str) -> int:
    first = next((char for char in folded if char.isalpha()), "")
    if not first or folded[0].isdigit():
        return 0
    return bisect_right(_SCRIPT_STARTS, ord(first))


def is_han(char: str) -> bool:
    """Whether this is a Han character, in any language."""
    return any(low <= ord(char) <= high for low, high in _HAN)


def prefix(key: NameKey, length: int) -> str:
    """The first letters of a name as on a sign: `Ku` for two letters of Kumar."""
    if key.script == 0 or not key.folded:
        return NO_LETTER
    if is_han(key.folded[0]):
        return HAN if length == 1 else key.text[:length]
    letters = clusters(key.folded)[:length]
    if length == 1:
        return _alone(letters[0][0])
    return "".join(letters).rstrip().capitalize()


def _alone(letter: str) -> str:
    """The index letter: without vowel sign, and for Hangul the first consonant."""
    syllable = (ord(letter) - 0xAC00) // 588
    return _JAMO[syllable] if 0 <= syllable < len(_JAMO) else letter.upper()


def clusters(text: str) -> list[str]:
    """Letters, each with its vowel signs and marks."""
    parts: list[str] = []
    for char in text:
        if parts and unicodedata.category(char) in ("Mn", "Mc", "Me"):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def shortest_apart(keys: Sequence[NameKey], key: NameKey) -> str:
    """The shortest beginning of `key`, up to six letters, that no other key shares."""
    for length in range(1, 6):
        mine = prefix(key, length)
        if all(prefix(other, length) != mine for other in keys):
            return mine
    return prefix(key, 6)


# Split the alphabet over desks, so that all queues have about the same length.
#
# The split uses the registered attendees and is made before the event: the letters on the signs
# must not change while people queue under them.

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of one desk."""

    span: str
    """The letters on its sign: `G–M`."""
    heads: int


def balanced_queues(people: Sequence[tuple[NameKey, int]], desks: int) -> list[Queue]:
    """Queues of neighbouring letters with the shortest possible longest queue.

    A letter is split by its second letter only when it alone exceeds the even share of a desk.

    Args:
        people: (sort key, heads) of each ticket.
        desks: 1 or more; with fewer letters there are fewer queues.
    """
    units = _units(people, desks)
    if not units:
        return []
    groups = _shortest_longest([heads for _, heads in units], min(desks, len(units)))
    names = [[units[index][0] for index in group] for group in groups]
    sums = [sum(units[index][1] for index in group) for group in groups]
    return [Queue(span, heads) for span, heads in zip(_spans(names), sums, strict=True)]


def _units(people: Sequence[tuple[NameKey, int]], desks: int) -> list[tuple[str, int]]:
    """(first letters, heads) in order."""
    by_letter: Counter[str] = Counter()
    for key, heads in people:
        by_letter[prefix(key, 1)] += heads
    share = sum(by_letter.values()) / desks
    units: Counter[str] = Counter()
    for key, heads in sorted(people):
        letter = prefix(key, 1)
        is_big = desks > 1 and by_letter[letter] > share
        units[prefix(key, 2) if is_big and letter in _ALPHABET else letter] += heads
    return list(units.items())


def _shortest_longest(loads: Sequence[int], parts: int) -> list[range]:
    """Cut `loads` into `parts` runs, none empty, with the smallest possible greatest sum.

    The limit is found by bisection; within it the runs are filled evenly.
    """
    low, high = max(loads), sum(loads)
    while low < high:
        middle = (low + high) // 2
        if _runs_within(loads, middle) <= parts:
            high = middle
        else:
            low = middle + 1
    return _cut(loads, parts, low)


def _runs_within(loads: Sequence[int], limit: int) -> int:
    runs, filled = 1, 0
    for load in loads:
        if filled + load > limit:
            runs, filled = runs + 1, 0
        filled += load
    return runs


def _cut(loads: Sequence[int], parts: int, limit: int) -> list[range]:
    groups: list[range] = []
    start = 0
    for left in range(parts, 1, -1):
        even = sum(loads[start:]) / left
        end, filled = start + 1, loads[start]
        while len(loads) - end > left - 1 and filled + loads[end] <= limit:
            fits_behind = _runs_within(loads[end:], limit) <= left - 1
            if fits_behind and abs(filled - even) <= abs(filled + loads[end] - even):
                break
            filled += loads[end]
            end += 1
        groups.append(range(start, end))
        start = end
    return [*groups, range(start, len(loads))]


def _spans(groups: Sequence[Sequence[str]]) -> list[str]:
    """Spans without gaps: a Latin queue ends just before the next one's first letter."""
    spans = []
    starts = [_start(before, group) for before, group in zip([[], *groups], groups, strict=False)]
    is_first_latin = True
    for number, group in enumerate(groups):
        latin = [name for name in group if name[0] in _ALPHABET]
        parts = [NO_LETTER] if NO_LETTER in group else []
        if latin:
            start = "A" if is_first_latin else starts[number]
            is_first_latin = False
            behind = starts[number + 1] if number + 1 < len(groups) else ""
            end = max(_before(behind), latin[-1][:1]) if behind else "Z"
            parts.append(start if start == end else f"{start}–{end}")
        spans.append(" · ".join(parts + _other_spans(group)))
    return spans


def _start(before: Sequence[str], group: Sequence[str]) -> str:
    """The start of a queue: `K`, or `Ku` when the queue before has names in K too; '' for none in
    Latin."""
    first = next((name for name in group if name[0] in _ALPHABET), "")
    return first if any(name[0] == first[:1] for name in before) else first[:1]


def _before(name: str) -> str:
    """The beginning just before: `F` before `G`, `Sg` before `Sh`, `R` before `Sa`."""
    if len(name) > 1 and name[1] > "a":
        return name[0] + chr(ord(name[1]) - 1)
    return chr(ord(name[0]) - 1) if name[0] > "A" else "A"


def _other_spans(group: Sequence[str]) -> list[str]:
    """`अ–ह` for each other script: its first and last letter in this queue."""
    runs: list[list[str]] = []
    others = [name for name in group if name[0] not in _ALPHABET and name != NO_LETTER]
    for before, name in pairwise(["", *others]):
        if before and ord(name[0]) - ord(before[0]) < 0x80:
            runs[-1].append(name)
        else:
            runs.append([name])
    return [run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
