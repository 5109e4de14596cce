"""Keys that lie beside each other, on the layouts QWERTY, QWERTZ and AZERTY together."""

from __future__ import annotations

from itertools import pairwise

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
