"""The lookup follows the people of the event."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.domain.lookup.index import LookupIndex
from kiosk.domain.lookup.people import Findable
from tests.domain.lookup.people import EVENT, event, found

QUERIES = ("a", "priya", "bilal ahmed", "muhamad", "王", "shar", "0142", "ksk", "zoho", "s s")


def test_walk_in_is_found_at_once() -> None:
    """A person added after the build is found by the next search, also by sound."""
    index = event()
    index.search("przybylski")
    index.add(Findable("new", "Zbigniew Przybylski"))

    assert found(index, "pshibilski zbigniew") == ["new"] or found(index, "przybilski") == ["new"]
    assert found(index, "przybylski") == ["new"]


def test_edit_replaces() -> None:
    """A person added again is found by the new name only, and counted once."""
    index = event()
    index.add(Findable("jurgen", "Georg Huber"))

    assert found(index, "muller") == []
    assert found(index, "huber") == ["jurgen"]
    assert len(EVENT) == len(index)


def test_removed_is_gone_from_every_key() -> None:
    """A removed attendee is not found by name, code, phone or e-mail."""
    index = event()
    for gone in ("buyer", "guest", "priya-zoho", "unknown"):
        index.remove(gone)

    for query in ("vaishnavi", "0142", "ksk", "tx4rt", "priya.s@zoho.example"):
        assert not {"buyer", "guest", "priya-zoho"} & set(found(index, query))


def test_arrived_comes_after_equals() -> None:
    """Of two namesakes the one not yet in comes first, and back after an undo."""
    index = event()

    index.set_arrived("bilal-1", True)
    assert found(index, "bilal") == ["bilal-2", "bilal-1"]

    index.set_arrived("bilal-1", False)
    assert found(index, "bilal") == ["bilal-1", "bilal-2"]


def test_order_does_not_depend_on_who_came_first() -> None:
    """Two desks that know the same people show them in the same order."""
    turned = LookupIndex.build(reversed(EVENT))

    for query in QUERIES:
        assert found(event(), query, 40) == found(turned, query, 40)


def test_adding_is_the_build() -> None:
    """Added one by one, everybody is found as after a build."""
    index = LookupIndex()
    for person in EVENT:
        index.add(person)

    assert [found(index, query) for query in QUERIES] == [
        found(LookupIndex.build(EVENT), query) for query in QUERIES
    ]


NAMES = st.one_of(
    st.text(max_size=25),
    st.sampled_from([person.name for person in EVENT]),
    st.text(alphabet="aeimnrskh '-.éआशा王명عل", max_size=20),
)


@settings(max_examples=60, deadline=None)
@example(name="ALU", query="ALU")
@given(name=NAMES, query=NAMES)
def test_adding_then_removing_leaves_search_as_before(name: str, query: str) -> None:
    """An undone walk-in is not found any more."""
    index = LookupIndex.build(EVENT[:12])
    before = index.search(query)
    index.add(Findable("new", name, email=f"{name}@example.org", codes=(name,)))
    index.remove("new")

    assert before == index.search(query)


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(NAMES.filter(lambda name: any(map(str.isalnum, name))), min_size=1, max_size=6)
)
def test_everybody_is_found_by_the_whole_name(names: list[str]) -> None:
    """Whatever the name, typing it finds its bearer among those who bear the same."""
    index = LookupIndex.build(Findable(f"id-{at}", name) for at, name in enumerate(names))

    for at, name in enumerate(names):
        assert f"id-{at}" in found(index, name, len(names))


@settings(max_examples=150, deadline=None)
@given(query=st.text(max_size=120), limit=st.integers(-1, 20))
def test_search_never_raises(query: str, limit: int) -> None:
    """Any text is a question, never a fault."""
    hits = SMALL.search(query, limit).hits

    assert len(hits) <= max(limit, 0)
    assert list(hits) == sorted(hits, key=lambda hit: -round(hit.score, 2))


SMALL = event()


def test_barred_comes_after_those_who_are_in() -> None:
    """Of three namesakes the one still awaited comes first, then who is in, then the canceled."""
    index = LookupIndex.build(
        [
            Findable("a-canceled", "Mira Jovanović", barred=True),
            Findable("b-in", "Mira Jovanović", arrived=True),
            Findable("c-awaited", "Mira Jovanović"),
        ]
    )

    assert found(index, "mira") == ["c-awaited", "b-in", "a-canceled"]

    index.set_arrived("c-awaited", True)
    index.set_arrived("a-canceled", True)
    assert found(index, "mira jovanovic") == ["b-in", "c-awaited", "a-canceled"]

    index.set_arrived("a-canceled", False)
    assert found(index, "mira") == ["b-in", "c-awaited", "a-canceled"]


@pytest.mark.parametrize("limit", [1, 40, 50, 100, 5000])
@pytest.mark.parametrize("query", ["zoran", "zoran k", "zorann"])
def test_as_many_as_are_asked_for(limit: int, query: str) -> None:
    """Of a crowd that fits, as many are found as are asked for, each once."""
    crowd = LookupIndex.build(
        Findable(f"{number:04}", f"Zoran K{'aeiou'[number % 5]}vač{number}")
        for number in range(300)
    )
    ids = found(crowd, query, limit)

    assert min(limit, 300) == len(set(ids)) == len(ids)


# A stored index.


def stored(people: Sequence[Findable]) -> LookupIndex:
    """An index of these people, packed and unpacked."""
    ordered = sorted(people, key=lambda person: person.id)
    return LookupIndex.unpack(LookupIndex.build(ordered).pack())


def test_a_stored_index_finds_the_same() -> None:
    """Every query finds the same people in the same order as in the index that was stored."""
    for query in QUERIES:
        assert found(event(), query, 40) == found(stored(EVENT), query, 40)


@pytest.mark.parametrize("kept", [0, 1, len(EVENT) // 2])
def test_a_stored_index_takes_changes(kept: int) -> None:
    """People added, changed, removed and checked in after it was stored count as in a new index."""
    index = stored(EVENT[:kept])
    for person in EVENT[kept:]:
        index.add(person)
    index.add(EVENT[0]._replace(name="Quite Another"))
    index.add(Findable("gone", "Asha Rao"))
    index.remove("gone")
    index.add(EVENT[0])
    index.set_all_arrived({"bilal-1"})
    fresh = event()
    fresh.set_arrived("bilal-1", True)

    assert len(fresh) == len(index)
    for query in (*QUERIES, "Quite Another"):
        assert found(fresh, query, 40) == found(index, query, 40)


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x80", b"\xa5index"])
def test_what_is_no_index_is_refused(data: bytes) -> None:
    """Nothing else is taken for an index."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        LookupIndex.unpack(data)
