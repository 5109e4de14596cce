"""Several columns of answers to an invitation: which of them decide, and what the report says."""

from __future__ import annotations

import pytest

from kiosk.importers.preview import preview_source
from kiosk.importers.reading import SourceFile
from tests.importers.conftest import Read, Write

WHO = ("Asha Rao", "Ravi Iyer", "Meera Nair", "Karan Shah")


def listed(*headings: str) -> str:
    """A list with two answers for each person: yes yes, no yes, yes no, no no."""
    answers = (("Yes", "Yes"), ("No", "Yes"), ("Yes", "No"), ("No", "No"))
    rows = [
        f"{name},{','.join(said[: len(headings)])}" for name, said in zip(WHO, answers, strict=True)
    ]
    return "\n".join([",".join(("Name", *headings)), *rows])


@pytest.mark.parametrize(
    ("headings", "coming", "said"),
    [
        (("RSVP Ceremony", "RSVP Dinner"), "1110", "a yes in one of them is enough"),
        (("RSVP (Day 1)", "RSVP (Day 2)"), "1110", "a yes in one of them is enough"),
        (("RSVP 1", "RSVP 2"), "1110", "a yes in one of them is enough"),
        (("RSVP", "RSVP"), "1010", "the other column with this heading decides nothing"),
        (("RSVP", "Confirmed RSVP"), "1010", '"Confirmed RSVP" decides nothing'),
        (("RSVP", "Will you attend the event?"), "1000", "decide together who may enter"),
        (("Wedding RSVP",), "1010", ""),
        (("Attending wedding?", "Attending brunch?"), "1111", "decide nothing"),
        (("Attending Gala Dinner?",), "1111", "decides nothing"),
        (("RSVP dinner",), "1111", "decides nothing"),
    ],
)
def test_of_several_answers_the_report_says_which_decide(
    read: Read, headings: tuple[str, ...], coming: str, said: str
) -> None:
    """An answer never decides, or decides nothing, without a sentence."""
    file = read(listed(*headings))

    valid = "".join(str(int(row.status == "valid")) for row in file.registrations)
    assert coming == valid
    assert said in " ".join(file.warnings)


def test_each_answer_to_a_part_stays_readable(read: Read) -> None:
    """The desk sees the answer to each part as an extra column."""
    (_, ravi, *_) = read(listed("RSVP Ceremony", "RSVP Dinner")).registrations

    assert {"RSVP Ceremony": "No", "RSVP Dinner": "Yes"} == dict(ravi.extra)


def test_answers_and_payment_decide_together(read: Read) -> None:
    """A yes does not pay the ticket."""
    text = "Name,RSVP Day 1,RSVP Day 2,Payment status\nAsha Rao,No,Yes,unpaid\nRavi,Yes,No,paid\n"
    asha, ravi = read(text).registrations

    assert ("unpaid", "valid") == (asha.status, ravi.status)


def test_a_part_that_a_person_leaves_out_decides_nothing(read: Read) -> None:
    """`--ignore` works for each of the columns."""
    file = read(listed("RSVP Ceremony", "RSVP Dinner"), ignored=["RSVP Dinner"])

    assert ["valid", "canceled", "valid", "canceled"] == [row.status for row in file.registrations]


def test_a_preview_and_the_import_report_a_column_once(write: Write) -> None:
    """The screen previews a file before it reads the people of the same file."""
    source = SourceFile(write(listed("RSVP Ceremony", "RSVP Dinner")))
    preview_source(source)

    warnings = source.registrations().warnings
    assert list(dict.fromkeys(warnings)) == warnings


def test_no_answer_to_any_part_is_one_sentence(read: Read) -> None:
    """An answer to one part is an answer: only rows without any are asked about."""
    file = read("Name,RSVP Day 1,RSVP Day 2\nAda,Yes,\nRui,,No\nIda,,\nZoe,No,Yes\n")

    found = [row.status for row in file.registrations]
    assert ["valid", "canceled", "unapproved", "valid"] == found
    assert 1 == sum("1 row has nothing in the columns" in warning for warning in file.warnings)


def test_numbers_under_rsvp_count_the_people(read: Read) -> None:
    """Two come, none comes, nobody has answered."""
    file = read("Guest,Invited,RSVP\nAsha Rao,2,2\nOm Das,1,0\nZoe Ode,3,\nIda Roy,1,1\n")

    found = [(row.status, row.heads) for row in file.registrations if row.status == "valid"]
    assert [("valid", 2), ("valid", 1)] == found
    assert ["valid", "canceled", "unapproved", "valid"] == [r.status for r in file.registrations]
    assert any("they are the people who come" in warning for warning in file.warnings)


def test_a_part_that_everybody_declines_is_named_too(read: Read) -> None:
    """Of two parts, one has only a no; both are answers."""
    file = read("Name,RSVP Day 1,RSVP Day 2\nAda,Yes,No\nRui,No,No\n")

    assert ["valid", "canceled"] == [row.status for row in file.registrations]
    assert any('"RSVP Day 1", "RSVP Day 2"' in warning for warning in file.warnings)


@pytest.mark.parametrize("day", ["16 févr. 2027", "16 de febrero de 2027", "16 lutego 2027, 14:00"])
def test_a_payment_has_its_day_in_any_language(read: Read, day: str) -> None:
    """A date under a heading about payment is the day of the payment; other words are none."""
    rows = read(f'Name,Paid\nAda,"{day}"\nRui,"{day}"\nOm,no\n').registrations

    assert ["valid", "valid", "unpaid"] == [row.status for row in rows]
