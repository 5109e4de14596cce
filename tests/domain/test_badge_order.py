"""The order of names, the boxes they go into, and the letters of the queues."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.badges.collation import balanced_queues, name_key, prefix
from kiosk.domain.badges.order import (
    BADGES_PER_BOX,
    BadgeSort,
    SortKey,
    box_name,
    boxes_up_to,
    in_order,
    late_number,
    late_places,
    place_phrase,
    places_in,
    sort_key,
    sorted_boxes,
)
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.names import sorted_name


def people(*names: str) -> list[Attendee]:
    return [Attendee(f"{number:04}", name=name) for number, name in enumerate(names)]


def boxes(names: list[str], by: BadgeSort = BadgeSort.FAMILY) -> list[tuple[str, str, int]]:
    keys = sorted(sort_key(person, by) for person in people(*names))
    return [(box.name, box.span, box.count) for box in sorted_boxes(keys)]


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Ørsted", "O"),
        ("Ağaoğlu", "A"),
        ("O'Brien", "O"),
        ("Đặng", "D"),
        ("de la Cruz", "D"),
        ("क्षितिज", "क"),
        ("आशा", "आ"),
        ("홍길동", "ㅎ"),
        ("欧阳小明", "漢"),
        ("ひろし", "ひ"),
        ("Ωμέγα", "Ω"),
        ("Шевченко", "Ш"),
        ("3M Kumar", "#"),
        ("", "#"),
        ("☺", "#"),
    ],
)
def test_a_name_is_looked_for_under_a_letter(name: str, letter: str) -> None:
    """Accents and vowel signs make no letter of their own; Hangul goes by consonant."""
    assert letter == prefix(name_key(name), 1)


def test_names_stand_by_family_accents_apart_scripts_behind() -> None:
    """Latin first, each script together; the family name decides, then the whole name."""
    ordered = in_order(
        people("Ravi Zaidi", "आशा राव", "Åke Öberg", "Zoya Oak", "欧阳小明", "Asha Zaidi", "X 7"),
        BadgeSort.FAMILY,
    )
    expected = ["X 7", "Zoya Oak", "Åke Öberg", "Asha Zaidi", "Ravi Zaidi", "आशा राव", "欧阳小明"]

    assert expected == [person.name for person in ordered]


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ("Priya Kulkarni", "Priya", "Kulkarni"),
        ("Kulkarni, Priya", "Priya", "Kulkarni"),
        ("Dr. Priya Kulkarni, PhD (she/her) | TCS", "Priya", "Kulkarni"),
        ("Kulkarni, Priya, M.D.", "Priya", "Kulkarni"),
        ("Martin King Jr.", "Martin", "King"),
        ("Asha Rao @asharao", "Asha", "Rao"),
        ("Asha Rao (they/them)", "Asha", "Rao"),
        ("Asha Rao - Red Hat", "Asha", "Rao"),
        ("Jack Ma", "Jack", "Ma"),
        ("Miss", "", "Miss"),
        ("PhD", "", "PhD"),
        ("(she/her)", "", "(she/her)"),
        ("Anne-Marie O'Brien", "Anne-Marie", "O'Brien"),
        ("欧阳小明", "", "欧阳小明"),
        ("", "", ""),
    ],
)
def test_titles_and_asides_do_not_affect_the_order(name: str, given: str, family: str) -> None:
    """Only the name itself decides where a badge lies."""
    assert (given, family) == sorted_name(name)


def test_few_badges_fill_one_box() -> None:
    """One box is named by its content; no badges, no box."""
    assert [("A", "B–N", 3)] == boxes(["Asha Bose", "Li Nair", "Ravi Das"])
    assert [("A", "B", 1)] == boxes(["Asha Bose"])
    assert [] == boxes([])


def test_boxes_end_between_letters_where_one_is_near() -> None:
    """Two boxes of about a hundred, cut where the letter changes."""
    names = ["X Das"] * 95 + ["X Kumar"] * 105

    assert [("A", "D", 95), ("B", "K", 105)] == boxes(names)


def test_a_letter_too_large_for_a_box_is_told_apart_by_more_letters() -> None:
    """Signs show in which of two boxes an S is."""
    names = ["X Sharma"] * 110 + ["X Singh"] * 110

    assert [("A", "Sh", 110), ("B", "Si", 110)] == boxes(names)


def test_by_type_a_box_is_named_by_its_ticket_type() -> None:
    """A ticket type gets a box; a type that fills several has its letters on them."""
    speakers = [Attendee(f"s{n}", name=f"X Bose{n}", ticket_type="Speaker") for n in range(100)]
    regulars = [
        Attendee(f"r{n}", name=f"X {'AGMT'[n % 4]}x", ticket_type="Regular") for n in range(200)
    ]
    keys = sorted(sort_key(person, BadgeSort.TYPE) for person in speakers + regulars)

    assert [
        ("Regular A–G", 100),
        ("Regular M–T", 100),
        ("Speaker", 100),
    ] == [(box.span, box.count) for box in sorted_boxes(keys)]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["Das", "Kumar", "Singh", "Sharma", "欧阳", "राव"]), max_size=500))
def test_boxes_hold_everybody_once_and_never_too_many(families: list[str]) -> None:
    """Places are as many as badges, slots run from 1, no box holds more than it may, and no more
    boxes are used than needed."""
    found = boxes([f"X {family}" for family in families])
    counts = [count for _, _, count in found]

    assert len(families) == sum(counts)
    assert -(-len(families) // BADGES_PER_BOX) == len(found)
    assert all(0 < count <= BADGES_PER_BOX for count in counts)
    assert [box_name(number) for number in range(len(found))] == [name for name, _, _ in found]


def test_late_places_go_on_behind_the_last_and_into_a_second_box() -> None:
    """Slots of the late box are used once; a full one is followed by another."""
    first = late_places(2, 0)
    more = late_places(3, BADGES_PER_BOX - 1)

    assert [("Late", 1), ("Late", 2)] == first
    assert [("Late", BADGES_PER_BOX), ("Late 2", 1), ("Late 2", 2)] == more
    assert BADGES_PER_BOX + 2 == late_number(*more[-1])
    assert 0 == late_number("C", 7)


def test_places_are_said_as_a_volunteer_reads_them() -> None:
    """Box, its letters and the slot; a late badge is called so."""
    assert "box C (K–N), slot 14" == place_phrase("C", "K–N", 14)
    assert "late batch, slot 3" == place_phrase("Late", "", 3)
    assert "late batch 2, slot 3" == place_phrase("Late 2", "", 3)
    assert [("A", 1), ("A", 2)] == places_in(sorted_boxes(_keys(["A A", "B B"])))


def _keys(names: list[str]) -> list[SortKey]:
    return sorted(sort_key(person, BadgeSort.FAMILY) for person in people(*names))


def queues(names: dict[str, int], desks: int) -> list[tuple[str, int]]:
    return [
        (queue.span, queue.heads)
        for queue in balanced_queues([(name_key(n), heads) for n, heads in names.items()], desks)
    ]


@pytest.mark.parametrize(
    ("names", "desks", "expected"),
    [
        ({"Asha": 1, "Zoya": 1}, 1, [("A–Z", 2)]),
        (
            {"A": 5, "C": 5, "F": 5, "G": 8, "M": 7, "N": 8, "T": 7},
            3,
            [("A–F", 15), ("G–M", 15), ("N–Z", 15)],
        ),
        ({"Asha": 1, "Bose": 1}, 5, [("A", 1), ("B–Z", 1)]),
        (
            {"Das": 10, "Sharma": 30, "Singh": 30},
            3,
            [("A–R", 10), ("S–Sh", 30), ("Si–Z", 30)],
        ),
        ({"Das": 4, "राव": 2, "आशा": 2}, 2, [("A–Z", 4), ("आ–र", 4)]),
        ({"Bose": 2, "欧阳": 1, "李": 1}, 1, [("A–Z · 漢", 4)]),
        ({}, 3, []),
    ],
)
def test_queues_are_balanced_without_splitting_a_letter_that_fits(
    names: dict[str, int], desks: int, expected: list[tuple[str, int]]
) -> None:
    """Signs leave no letter out; one letter larger than a desk is split by its second."""
    assert expected == queues(names, desks)


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), st.integers(1, 40), min_size=1),
    st.integers(1, 8),
)
def test_no_other_cut_has_a_shorter_longest_queue(heads: dict[str, int], desks: int) -> None:
    """Against all cuts there are, tried one by one where no letter is split."""
    share = sum(heads.values()) / desks
    if desks > 1 and max(heads.values()) > share:
        return
    loads = [heads[letter] for letter in sorted(heads)]
    made = queues(heads, desks)

    assert sum(loads) == sum(count for _, count in made)
    assert _least_longest(tuple(loads), min(desks, len(loads))) == max(count for _, count in made)
    assert all(before < behind for before, behind in pairwise(span for span, _ in made))


def _least_longest(loads: tuple[int, ...], parts: int) -> int:
    best = {len(loads): {0: 0}}
    for start in range(len(loads) - 1, -1, -1):
        best[start] = {}
        for left in range(1, parts + 1):
            options = [
                max(sum(loads[start:end]), best[end][left - 1])
                for end in range(start + 1, len(loads) + 1)
                if left - 1 in best[end]
            ]
            if options:
                best[start][left] = min(options)
    return best[0][parts]


@given(st.integers(0, 18_277))
def test_boxes_up_to_a_name(index: int) -> None:
    """The number of boxes up to a name is the inverse of the name of a box."""
    assert index + 1 == boxes_up_to(box_name(index))


@pytest.mark.parametrize("name", ["", "a", "A1", 'A"', "Late", "ÀB", "Z" * 200, "\x1b"])
def test_names_that_kiosk_gives_to_no_box(name: str) -> None:
    """A log of another desk can have any name; it counts as no sorted box, without a search."""
    assert 0 == boxes_up_to(name)


def test_a_late_box_of_a_huge_number() -> None:
    """A number of thousands of digits is not read."""
    assert 3 == late_number("Late " + "9" * 10_000, 3)
