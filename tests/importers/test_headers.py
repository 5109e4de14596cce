"""Headings, the fields that they can mean, and how sure that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.importers.understand.headers import (
    heading_key,
    hinted_code_pages,
    meanings,
    non_ascii_headings,
    recognised,
)
from kiosk.importers.understand.vocabulary import EXACT, INSIDE, mentions


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("E-Mail_Address*", "e mail address"),
        ("  Name ", "name"),
        ("Ticket #", "ticket number"),
        ("#Ticket", "number ticket"),
        ("N° de billet", "n de billet"),
        ("Attendee’s Name", "attendee name"),
        ("“Name”", "name"),
        ("\ufeffName", "name"),
        ("Ｎａｍｅ", "name"),
        ("Straße", "strasse"),
        ("Pre\u0301nom", "prénom"),
        ("First/Last (Name)", "first last name"),
        ("?!", ""),
        ("x" * 2001, "x" * 2000),
    ],
)
def test_a_heading_has_one_spelling(heading: str, key: str) -> None:
    """Case, quotes, punctuation, width and accents in two parts make no difference."""
    assert key == heading_key(heading)


@given(st.text(max_size=30))
def test_a_key_has_single_spaces_and_no_case(heading: str) -> None:
    """A key is trimmed, has single spaces, and the key of a key is the same."""
    key = heading_key(heading)

    assert " ".join(key.split()) == key
    assert key == heading_key(key)


MEANINGS: dict[str, tuple[tuple[str, int], ...]] = {
    # the whole heading
    "Name": (("name", 85),),
    "firstName": (("given_name", 80),),
    "emailAddress": (("email", 80),),
    "#": (("weak_id", 30),),
    "": (),
    "?": (),
    # ticket types and the people of a party in more languages
    "टिकट प्रकार": (("ticket_type", 80),),
    "ٹکٹ کی قسم": (("ticket_type", 80),),
    "Nombre d’enfants": (("children", 80),),
    "Anzahl der Kinder": (("children", 80),),
    "बच्चों की संख्या": (("children", 80),),
    "Nombre d'adultes": (("adults", 80),),
    "துணை": (("guests", 80),),
    # a shop's columns of the person who pays
    "Company (Billing)": (("company", 60),),
    "Phone (Billing)": (("phone", 60),),
    # a second e-mail column
    "Email Address2": (("email", 55),),
    "Email 9": (("email", 55),),
    "Email 10": (("email", 50),),
    "Phone 2": (),
    # one part of a heading in two languages
    "Ticket Number / Číslo lístku": (("code", 80),),
    "Unbekannt / E-Mail": (("email", 70),),
    "Xyz\nPhone number": (("phone", 70),),
    "Xyz (Attendee email)": (("email", 90),),
    "Foo / Category": (),
    "Foo / Username": (),
    "Work / Email consent": (),
    "Email / consent": (),
    "Foo / Barcode / Name": (("code", 90),),
    # a phrase inside a question
    "What is your email address?": (("email", 80),),
    # a name in one language, an accent that was not typed, a companion's own row
    "nameEn": (("name", 75),),
    "Chinese Name": (("name", 75),),
    "First name in English": (("given_name", 70),),
    "English level": (),
    "Acompanantes": (("guests", 80),),
    "¿Asistira?": (("attending_flag", 80),),
    "is_plus_one": (),
    "Materno": (("second_family_name", 80),),
    "Ticket owner": (("name", 84),),
    "Player Name": (("name", 100),),
    "No. of delegates": (("quantity", 80),),
    "Register Number": (("code", 80),),
    "First Name (Preferred)": (("badge_name", 70),),
    "Your WhatsApp please": (("phone", 40),),
    "Please write your phone number": (("phone", 80),),
    "First name of yourself": (("given_name", 50),),
    "First name and last name of yourself": (("name", 60),),
    "Surname of yourself, not your name": (("family_name", 50),),
    "What is the name of your company?": (("company", 50),),
    "How many guests do you bring?": (("guests", 40),),
    "What is your ticket type": (("ticket_type", 100),),
    "My status": (("status", 90),),
    "My own status": (("status", 40),),
    "My own present status": (),
    "Payment status now": (("payment_status", 45), ("status", 40)),
    "お名前をご記入ください": (("name", 60),),
    "参加者のメールアドレス": (("email", 50),),
    "กรุณา 이름 ให้": (("name", 35),),
    "Nameless": (),
    "Prénomination": (),
    "Your name at the workplace": (("company", 50),),
    # words that make it another heading
    "Email consent": (),
    "Phone verified": (),
    "Company website": (),
    "Name of the college": (("company", 40),),
    "Name of the class": (),
    "First name of the class": (),
    "Surname of the class": (),
    "First name of buyer": (("buyer_given", 80),),
    "Emergency contact number": (),
    # a long question
    "a " * 12 + "email": (("email", 50),),
    "a " * 11 + "ticket type": (),
    "a " * 10 + "ticket type": (("ticket_type", 40),),
    "a " * 12 + "telephone phone": (("phone", 50),),
    "a " * 12 + "full name": (("name", 60),),
    "a " * 12 + "employer": (("company", 50),),
    "a b c d e f g h i j k l m employer": (("company", 50),),
    "a b c d e f g h i j k l m n employer": (),
    "a" * 194 + " email": (("email", 50),),
    "a" * 195 + " email": (),
    "Email " + " " * 1994: (("email", 80),),
    "Email " + " " * 1995: (),
}


@pytest.mark.parametrize(
    ("heading", "expected"), MEANINGS.items(), ids=[heading[:30].strip() for heading in MEANINGS]
)
def test_the_meanings_of_a_heading(heading: str, expected: tuple[tuple[str, int], ...]) -> None:
    """A whole heading is surest, then one of its parts, then a phrase inside it."""
    assert expected == meanings(heading)


def _phrases(source: dict[str, dict[int, str]]) -> list[tuple[str, str, int]]:
    return [
        (phrase.strip(), field, weight)
        for field, by_weight in source.items()
        for weight, phrases in by_weight.items()
        for phrase in phrases.replace("\n", "").split("|")
        if phrase.strip()
    ]


def test_each_word_of_the_vocabulary_has_its_meaning() -> None:
    """Each phrase means its field with its weight, and the surest meaning is the first."""
    for phrase, field, weight in _phrases(EXACT):
        known = meanings(phrase)
        assert (field, weight) in known or field in [
            other for other, heavier in known if heavier > weight
        ], phrase
        assert list(known) == sorted(known, key=lambda meaning: -meaning[1]), phrase
        assert len({other for other, _ in known}) == len(known), phrase


def test_each_phrase_is_found_inside_a_heading() -> None:
    """A phrase between other words has its field, or the heading has a surer one.

    Not so where a word of the heading makes it another person's, or a company's name.
    """
    missing = set()
    for phrase, field, weight in _phrases(INSIDE):
        known = dict(meanings(f"zz {phrase}"))
        surer = field == "name" and ("company" in known or max(known.values(), default=0) > weight)
        if field not in known and not surer and not mentions(phrase, "others"):
            missing.add(phrase)

    assert set() == missing


@pytest.mark.parametrize(
    "heading",
    [
        "Please enter your name and surname",
        "Jméno a příjmení účastníka kurzu",
        "Votre nom et prénom svp",
    ],
)
def test_a_question_for_the_whole_name_is_no_question_for_a_part(heading: str) -> None:
    """The phrase for a whole name counts more than the name of a part inside it."""
    assert "name" == meanings(heading)[0][0]


@pytest.mark.parametrize(
    ("row", "score"),
    [
        ([], 0),
        (["foo", ""], 0),
        (["Name"], 5),
        ([" Name "], 5),
        (["foo", "", "Name"], 5),
        (["Name", "Email"], 10),
        (["Name", "Full name"], 8),
        (["Category"], 3),
        (["Company", "Phone"], 6),
        (["#"], 1),
        (["Contact"], 1),
        (["Timestamp", "Barcode", "Order code", "Public ID", "Buyer name"], 25),
        (["First name", "Last name"], 10),
        (["x" * 401, "Name"], 5),
        (["Name" + " " * 396], 5),
        (["Name" + " " * 397], 0),
    ],
)
def test_a_row_of_headings_has_a_score(row: list[str], score: int) -> None:
    """A heading counts 3 (1 if unsure), and 2 more for the first that identifies a person."""
    assert score == recognised(row)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Name;E-Mail", 0),
        ("Jméno;E-mail;Příjmení", 2),
        ("Jméno,x|Příjmení\tTelefonní číslo", 3),
        ("氏名\nJméno;Příjmení\n氏名", 2),
        ("Žluťoučký;Jméno", 1),
        ("\n\n" + "x\n" * 11 + "氏名", 1),
        ("\n\n" + "x\n" * 12 + "氏名", 0),
        ("x;" * 299 + "氏名", 1),
        ("x;" * 300 + "氏名", 0),
        ("x" * 19_997 + ";氏名", 1),
        ("x" * 19_999 + ";氏名", 0),
    ],
)
def test_headings_with_other_letters_are_counted(text: str, count: int) -> None:
    """The best of the first lines counts, by its known headings that are not ASCII."""
    assert count == non_ascii_headings(text)


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("Ad;Soyad", {"cp1254"}),
        ("Meno\tPriezvisko", {"cp1250"}),
        ("Soyad|Nazwisko", {"cp1250", "cp1254"}),
        ("Name,Email", set()),
        ("x\n" * 11 + "Soyad", {"cp1254"}),
        ("x\n" * 12 + "Soyad", set()),
    ],
)
def test_headings_name_code_pages(text: str, pages: set[str]) -> None:
    """Headings of the first twelve lines name the code pages of their language."""
    assert pages == hinted_code_pages(text)
