"""Pair people of a later export with earlier ones: certain, uncertain, or two people."""

from __future__ import annotations

import pytest

from kiosk.domain.people.pairing import Candidate, pair


def person(key: str, **fields: object) -> Candidate:
    values = {
        "name": "Asha Rao",
        "email": "asha@example.org",
        "order_code": "",
        "stamp": "",
        "codes": frozenset(),
        "source": "sheet",
    }
    return Candidate(key=key, **{**values, **fields})  # type: ignore[arg-type]


CODES = frozenset({"k1"})


@pytest.mark.parametrize(
    ("new", "old", "certain", "why"),
    [
        ({}, {}, True, ""),
        ({"name": "Asha RAO"}, {"name": "asha rao"}, True, ""),
        ({"name": "A", "email": "", "codes": CODES}, {"name": "B", "codes": CODES}, True, ""),
        ({"name": "A", "order_code": "O1"}, {"name": "B", "order_code": "o1"}, True, ""),
        ({"name": "A", "stamp": "10:00"}, {"name": "B", "stamp": "10:00"}, True, ""),
        ({"name": "A B"}, {"name": "C D"}, False, "the same e-mail"),
        ({"email": "x@example.org"}, {}, False, "the same name"),
        ({"name": "Asha", "email": "x@example.org"}, {"name": "Asha"}, False, ""),
        ({}, {"is_walk_in": True}, False, "the same name and e-mail"),
        (
            {"codes": CODES, "source": "speakers"},
            {"codes": frozenset({"k2"})},
            False,
            "the same name and e-mail",
        ),
    ],
)
def test_two_people(
    new: dict[str, object], old: dict[str, object], certain: bool, why: str
) -> None:
    """A certain pair is joined; an uncertain one is only named, with what they share."""
    found = pair([person("new", **new)], [person("old", **old)])

    assert certain == ("new" in found.same)
    assert ([why] if why else []) == [doubt.why for doubt in found.doubts]


def test_a_family_is_paired_by_name() -> None:
    """Several people with one order and e-mail: names first, then the one who is left."""
    old = [person("a", name="Asha", order_code="O"), person("b", name="Bo", order_code="O")]
    new = [person("c", name="Bo", order_code="O"), person("d", name="Ashaa", order_code="O")]

    assert {"c": "b", "d": "a"} == {key: p.key for key, p in pair(new, old).same.items()}


def test_an_email_of_many_people_makes_no_doubts() -> None:
    """A placeholder in every row: pairs of all with all would say nothing, and take for ever."""
    old = [person(f"o{n}", name=f"Old {n}") for n in range(1_000)]
    new = [person(f"n{n}", name=f"New {n}") for n in range(1_000)]

    found = pair(new, old)

    assert ({}, []) == (found.same, found.doubts)


def test_a_list_with_more_columns() -> None:
    """Names alone pair the people of a list that has e-mails and codes now."""
    old = [person(f"o{name}", name=name, email="", source="sheet:name") for name in ("Asha", "Bo")]
    new = [
        person("a", name="Asha", email="a@example.org", codes=CODES),
        person("b", name="Bo", email="b@example.org"),
    ]
    found = pair(new, old)

    assert {"a": "oAsha", "b": "oBo"} == {key: p.key for key, p in found.same.items()}
    assert [] == found.doubts


@pytest.mark.parametrize("other", [{"email": "x@example.org"}, {"order_code": "O2"}])
def test_a_contradiction_is_no_list_with_more_columns(other: dict[str, object]) -> None:
    """Another e-mail or order makes the same name a doubt."""
    found = pair([person("n", order_code="O1")], [person("o", **{"email": "", **other})])

    assert {} == found.same
    assert ["the same name"] == [doubt.why for doubt in found.doubts]


def test_two_lists_that_share_a_name() -> None:
    """Of two lists with few people in common, the same name is a doubt."""
    old = [person(f"o{i}", name=f"Speaker {i}", email="", source="speakers") for i in range(5)]
    new = [person("n", name="Speaker 1"), person("m", name="Bo Li", email="b@example.org")]
    found = pair(new, old)

    assert {} == found.same
    assert ["the same name"] == [doubt.why for doubt in found.doubts]


def test_tickets_without_a_name_are_named() -> None:
    """The unnamed tickets of an order become its people, as many as there are."""
    old = [person(key, name="", email="", order_code="O") for key in ("x", "y")]
    new = [person(name, name=name, email=f"{name}@a.example", order_code="O") for name in "ABC"]

    assert {"A": "x", "B": "y"} == {key: p.key for key, p in pair(new, old).same.items()}


def test_namesakes_of_a_list_with_more_columns() -> None:
    """Two people of one name stay a doubt; the others of the list are paired."""
    names = ["Asha Rao", "Bo Li", "Rahul Kumar", "Rahul Kumar"]
    old = [person(f"o{i}", name=name, email="") for i, name in enumerate(names)]
    new = [person(f"n{i}", name=name, email=f"{i}@a.example") for i, name in enumerate(names)]
    found = pair(new, old)

    assert {"n0": "o0", "n1": "o1"} == {key: p.key for key, p in found.same.items()}
    assert 4 == len(found.doubts)
