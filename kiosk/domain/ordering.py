"""One order out of many partial ones."""

from __future__ import annotations

import heapq
from collections.abc import Collection
from itertools import pairwise


def merged_order(orders: Collection[tuple[str, ...]]) -> list[str]:
    """All words, each behind those that stand before it in any of the orders.

    A row of a file knows only the headers it has a value for; together the rows know the order
    of the file. Where two orders contradict each other, the longer one is right.

    Args:
        orders: sequences without repeats, in any order themselves.
    """
    ranked = sorted(orders, key=lambda order: (-len(order), order))
    rank = {word: number for number, word in enumerate(dict.fromkeys(w for o in ranked for w in o))}
    behind: dict[str, set[str]] = {word: set() for word in rank}
    waits_for = dict.fromkeys(rank, 0)
    for order in ranked:
        for before, after in pairwise(order):
            if after not in behind[before]:
                behind[before].add(after)
                waits_for[after] += 1
    return _sorted(rank, behind, waits_for)


def _sorted(
    rank: dict[str, int], behind: dict[str, set[str]], waits_for: dict[str, int]
) -> list[str]:
    """Kahn's topological sort, the earliest seen first; a circle is cut where it was seen first."""
    ready = [(rank[word], word) for word, count in waits_for.items() if not count]
    heapq.heapify(ready)
    left = dict.fromkeys(sorted(rank, key=rank.__getitem__))
    merged: list[str] = []
    while left:
        word = heapq.heappop(ready)[1] if ready else next(iter(left))
        if word not in left:
            continue
        del left[word]
        merged.append(word)
        for after in behind[word]:
            waits_for[after] -= 1
            if waits_for[after] == 0 and after in left:
                heapq.heappush(ready, (rank[after], after))
    return merged
