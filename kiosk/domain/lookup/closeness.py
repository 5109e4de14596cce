"""Score how well a typed word fits a word of a name; neighbouring keys count less as mistakes.

Keys are neighbours on the layouts QWERTY, QWERTZ and AZERTY together.
"""

from __future__ import annotations

from itertools import pairwise

from kiosk.domain.lookup.romanise import unvowelled
from kiosk.domain.lookup.sounds import sound, spoken

_LAYOUTS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),
)


def _neighbours() -> frozenset[str]:
    pairs: set[tuple[str, str]] = set()
    for layout in _LAYOUTS:
        for row in layout:
            pairs.update(pairwise(row))
        for upper, lower in pairwise(layout):
            pairs.update(zip(upper, lower, strict=False))
            pairs.update(zip(upper[1:], lower, strict=False))
    return frozenset(first + second for pair in pairs for first, second in (pair, pair[::-1]))


_NEIGHBOURS = _neighbours()


def is_neighbour_key(typed: str, meant: str) -> bool:
    """Whether two words of one length differ in one key that is next to the right one."""
    if len(typed) != len(meant):
        return False
    differing = [a + b for a, b in zip(typed, meant, strict=True) if a != b]
    return len(differing) == 1 and differing[0] in _NEIGHBOURS


# Scores of a word: equal, begun, misspelt, or pronounced as typed.

ALIKE = 0.74
"""From this score a word is most likely another spelling of the same name."""
READ = 0.999
"""The score of a word of another script that is pronounced exactly as typed."""
_NO_VOWELS = str.maketrans("", "", "aiu")


def begun(typed: str, text: str) -> float:
    """The score of a word that begins with the typed text."""
    return 1.0 if len(typed) == len(text) else 0.88 + 0.09 * len(typed) / len(text)


def closeness(typed: str, key: str, text: str) -> float:
    """The score of a Latin word that is near by letters or by sound: the better of both.

    Args:
        typed: the word typed.
        key: its `sound`.
        text: the word of the vocabulary.
    """
    from rapidfuzz.distance import OSA  # only a mistyped name needs it

    other = sound(text)
    edits, apart = float(OSA.distance(typed, text)), float(OSA.distance(key, other))
    if apart and key.translate(_NO_VOWELS) == other.translate(_NO_VOWELS):
        apart = 0.2 * apart - 0.1  # vowels alone: Mohamed, Muhammad
    by_ear = 0.1 + 0.3 * edits + apart
    if edits == 1 and is_neighbour_key(typed, text):
        edits = 0.75
    cost = min(edits, by_ear)
    if typed[0] != text[0] and key[:1] != other[:1]:
        cost += 0.1  # people seldom miss the first letter
    return 0.87 - 0.9 * cost / max(len(typed), len(text))


def reads_unvowelled(letters: str, text: str, apart: int) -> float:
    """The score of a word without short vowels: its letters must be among the typed ones.

    Args:
        letters: the typed text, as `spoken`.
        text: the word in its own script.
        apart: edits between the consonants of both.
    """
    from rapidfuzz.distance import LCSseq  # only names in other scripts need it

    best = 0.0
    for spelling in unvowelled(text):
        written = spoken(spelling)
        shared = int(LCSseq.similarity(letters, written))
        missing, extra = len(written) - shared, len(letters) - shared
        cost = 0.9 * missing + (0.1 if apart else 0.02) * extra + 1.3 * apart
        best = max(best, READ - cost / max(len(letters), 1))
    return best


def begins_unvowelled(letters: str, text: str) -> float:
    """The score of a word without short vowels that is typed only in part."""
    from rapidfuzz.distance import LCSseq  # only names in other scripts need it

    best = 0.0
    for spelling in unvowelled(text):
        written = spoken(spelling)[: len(letters)]
        for size in range(1, len(written) + 1):
            shared = int(LCSseq.similarity(letters, written[:size]))
            best = max(best, 0.45 + 0.25 * shared / len(letters) * shared / size)
    return best
