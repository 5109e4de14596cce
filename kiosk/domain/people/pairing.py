"""Pair the people of a later export with those of an earlier one whose identity changed.

A certain pair is one person, joined on what a platform does not change. An uncertain pair is for
a person to decide: the same e-mail with another name may be a correction, or a couple.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, product
from typing import NamedTuple

from kiosk.domain.people.names import words


class Candidate(NamedTuple):
    """A person who is new in a file, or who is missing from it."""

    key: str
    """The attendee's id."""
    name: str
    email: str
    order_code: str
    stamp: str
    """The time of a form's answer."""
    codes: frozenset[str]
    """Own codes of the ticket, case folded."""
    source: str
    is_walk_in: bool = False


class Doubt(NamedTuple):
    """Two attendees who may be one person."""

    new: Candidate
    old: Candidate
    why: str
    """What they share: `the same e-mail`."""


class Pairing(NamedTuple):
    """Certain pairs (id of the new person to the earlier one), and uncertain ones."""

    same: dict[str, Candidate]
    doubts: list[Doubt]


_MOST_PAIRS = 100
"""A name or e-mail that more pairs share says nothing about any of them."""

Key = Callable[[Candidate], Iterable[Hashable]]
Rule = Callable[[list[Candidate], list[Candidate]], Iterator[tuple[Candidate, Candidate]]]


def pair(new: Sequence[Candidate], old: Sequence[Candidate]) -> Pairing:
    """Pair new people with earlier ones; each person is in one certain pair at most."""
    same: dict[str, Candidate] = {}
    taken: set[str] = set()
    rules: list[Rule] = [partial(_matches, key=key) for key in _CERTAIN]
    for find in (*rules, _named_now, _same_list):
        fresh = [person for person in new if person.key not in same]
        known = [p for p in old if p.key not in taken and not p.is_walk_in]
        for person, before in find(fresh, known):
            if person.key in same or before.key in taken or _two_tickets(person, before):
                continue
            same[person.key] = before
            taken.add(before.key)
    fresh = [person for person in new if person.key not in same]
    known = [person for person in old if person.key not in taken]
    doubts: dict[tuple[str, str], Doubt] = {}
    for key, why in _UNCERTAIN:
        for person, before in _all_matches(fresh, known, key):
            doubts.setdefault((person.key, before.key), Doubt(person, before, why))
    return Pairing(same, list(doubts.values()))


def _two_tickets(person: Candidate, before: Candidate) -> bool:
    """Whether they come from two lists with different tickets."""
    return person.source != before.source and _have_other_codes(person, before)


def _have_other_codes(person: Candidate, before: Candidate) -> bool:
    return bool(person.codes and before.codes and person.codes.isdisjoint(before.codes))


def _groups(people: Iterable[Candidate], key: Key) -> dict[Hashable, list[Candidate]]:
    groups: dict[Hashable, list[Candidate]] = defaultdict(list)
    for person in people:
        for value in key(person):
            groups[value].append(person)
    return groups


def _matches(
    new: list[Candidate], old: list[Candidate], key: Key
) -> Iterator[tuple[Candidate, Candidate]]:
    """Pairs that share a key with no one else; in a larger group, those with one name."""
    earlier = _groups(old, key)
    for value, people in _groups(new, key).items():
        before = earlier.get(value, [])
        if len(people) == 1 and len(before) == 1:
            yield people[0], before[0]
            continue
        new_names, old_names = _by_name(people), _by_name(before)
        alone = [n for n, who in new_names.items() if len(who) == len(old_names.get(n, ())) == 1]
        for name in alone:
            yield new_names.pop(name)[0], old_names.pop(name)[0]
        left_new = list(chain.from_iterable(new_names.values()))
        left_old = list(chain.from_iterable(old_names.values()))
        if len(left_new) == 1 and len(left_old) == 1:
            yield left_new[0], left_old[0]


def _named_now(new: list[Candidate], old: list[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    """Named people of an order, and its earlier tickets without a name, which are all alike."""
    unnamed = _groups((person for person in old if not person.name), _order)
    named = _groups((person for person in new if person.name), _order)
    for order, people in named.items():
        yield from zip(people, unnamed.get(order, ()), strict=False)


def _same_list(new: list[Candidate], old: list[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    """Pairs with one name and no contradiction, if a list is the earlier one with more columns.

    It is, if two of three of the earlier names are in it. A name that two lists share by chance
    remains a doubt, and so do namesakes of one list.
    """
    pairs = [pair for pair in _matches(new, old, _name) if not _contradict(*pair)]
    here = set(_groups(new, _name))
    names: dict[str, set[Hashable]] = defaultdict(set)
    for person in old:
        names[person.source].update(_name(person))
    continued = {source for source, said in names.items() if len(said & here) * 3 >= len(said) * 2}
    for person, before in pairs:
        if before.source in continued:
            yield person, before


def _contradict(person: Candidate, before: Candidate) -> bool:
    """Whether both have an e-mail, an order or a code, and it differs."""
    return (
        _differ(person.email, before.email)
        or _differ(person.order_code, before.order_code)
        or _have_other_codes(person, before)
    )


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one.casefold() != other.casefold())


def _by_name(people: Iterable[Candidate]) -> dict[Hashable, list[Candidate]]:
    return _groups(people, lambda person: [tuple(words(person.name))])


def _all_matches(
    new: list[Candidate], old: list[Candidate], key: Key
) -> Iterator[tuple[Candidate, Candidate]]:
    earlier = _groups(old, key)
    for value, people in _groups(new, key).items():
        before = earlier.get(value, [])
        if len(people) * len(before) <= _MOST_PAIRS:
            yield from product(people, before)


def _name(person: Candidate) -> Iterable[Hashable]:
    if person.name:
        yield tuple(words(person.name))


def _order(person: Candidate) -> Iterable[Hashable]:
    if person.order_code:
        yield person.order_code.casefold()


def _codes(person: Candidate) -> Iterable[Hashable]:
    return person.codes


def _order_and_email(person: Candidate) -> Iterable[Hashable]:
    if person.order_code and person.email:
        yield person.order_code.casefold(), person.email.casefold()


def _stamp_and_email(person: Candidate) -> Iterable[Hashable]:
    if person.stamp and person.email:
        yield person.stamp, person.email.casefold()


def _name_and_email(person: Candidate) -> Iterable[Hashable]:
    if person.name and person.email:
        yield " ".join(words(person.name)), person.email.casefold()


def _email(person: Candidate) -> Iterable[Hashable]:
    if person.email:
        yield person.email.casefold()


def _full_name(person: Candidate) -> Iterable[Hashable]:
    name = words(person.name)
    if len(name) > 1:
        yield tuple(sorted(name))


_CERTAIN: tuple[Key, ...] = (_codes, _order_and_email, _stamp_and_email, _name_and_email)
_UNCERTAIN: tuple[tuple[Key, str], ...] = (
    (_name_and_email, "the same name and e-mail"),
    (_email, "the same e-mail"),
    (_full_name, "the same name"),
)
