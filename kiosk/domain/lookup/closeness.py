"""Keys that lie beside each other, on the layouts QWERTY, QWERTZ and AZERTY together."""

from __future__ import annotations

from itertools import pairwise

from kiosk.domain.lookup.romanise import unvowelled
from kiosk.domain.lookup.sounds import sound, spoken

_LAYOUTS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),
)


def _beside() -> frozenset[str]:
    pairs: set[tuple[str, str]] = set()
    for layout in _LAYOUTS:
        for row in layout:
            pairs.update(pairwise(row))
        for upper, lower in pairwise(layout):
            pairs.update(zip(upper, lower, strict=False))
            pairs.update(zip(upper[1:], lower, strict=False))
    return frozenset(first + second for pair in pairs for first, second in (pair, pair[::-1]))


_BESIDE = _beside()


def is_key_beside(typed: str, meant: str) -> bool:
    """Whether two words of one length differ in one key, and that lies beside the right one."""
    if len(typed) != len(meant):
        return False
    differing = [a + b for a, b in zip(typed, meant, strict=True) if a != b]
    return len(differing) == 1 and differing[0] in _BESIDE


# How well one typed word fits one word: written so, begun, misspelt, or read so.

ALIKE = 0.74
"""From here up a word not written as typed is most likely another spelling of the same name."""
READ = 0.999
"""A word of another script that is read exactly as typed: all but an equal."""
_NO_VOWELS = str.maketrans("", "", "aiu")


def begun(typed: str, text: str) -> float:
    """Score of a word that begins with what was typed."""
    return 1.0 if len(typed) == len(text) else 0.88 + 0.09 * len(typed) / len(text)


def closeness(typed: str, key: str, text: str) -> float:
    """Score of a Latin word near by letters or sound: by the better of both.

    Args:
        typed: the word typed.
        key: its `sound`.
        text: the word of the vocabulary.
    """
    from rapidfuzz.distance import OSA

    other = sound(text)
    edits, apart = float(OSA.distance(typed, text)), float(OSA.distance(key, other))
    if apart and key.translate(_NO_VOWELS) == other.translate(_NO_VOWELS):
        apart = 0.2 * apart - 0.1  # vowels alone: Mohamed, Muhammad
    by_ear = 0.1 + 0.3 * edits + apart
    if edits == 1 and is_key_beside(typed, text):
        edits = 0.75
    cost = min(edits, by_ear)
    if typed[0] != text[0] and key[:1] != other[:1]:
        cost += 0.1  # people seldom miss the first letter
    return 0.87 - 0.9 * cost / max(len(typed), len(text))


def reads_unvowelled(letters: str, text: str, apart: int) -> float:
    """Score of a word without short vowels: its letters must be among those typed.

    Args:
        letters: what was typed, as `spoken`.
        text: the word in its own script.
        apart: edits between the consonants of both.
    """
    from rapidfuzz.distance import LCSseq

    best = 0.0
    for spelling in unvowelled(text):
        written = spoken(spelling)
        shared = int(LCSseq.similarity(letters, written))
        missing, extra = len(written) - shared, len(letters) - shared
        cost = 0.9 * missing + (0.1 if apart else 0.02) * extra + 1.3 * apart
        best = max(best, READ - cost / max(len(letters), 1))
    return best


def begins_unvowelled(letters: str, text: str) -> float:
    """Score of a word without short vowels that is not yet typed to its end."""
    from rapidfuzz.distance import LCSseq

    best = 0.0
    for spelling in unvowelled(text):
        written = spoken(spelling)[: len(letters)]
        for size in range(1, len(written) + 1):
            shared = int(LCSseq.similarity(letters, written[:size]))
            best = max(best, 0.45 + 0.25 * shared / len(letters) * shared / size)
    return best
