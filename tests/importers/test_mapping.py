"""Which column of a table holds which field, by its heading and its cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import Action, FileRefused, KioskError
from kiosk.importers.read.tables import Table
from kiosk.importers.refusals import columns_unsure
from kiosk.importers.understand.mapping import (
    FIELDS,
    Mapping,
    field_name,
    map_columns,
    named_columns,
)
from tests.importers.conftest import Read

Column = tuple[str, ...]
"""A heading and the cells below it."""
PEOPLE = Path("people.csv")
ASHA: Column = ("Full name", "Asha Rao", "Li Wei", "Zoë Ode")


def table(*columns: Column, booker_columns: int = 0) -> Table:
    """A table of these columns, filled up with empty cells."""
    count = max((len(column) for column in columns), default=1) - 1
    cells = [[*column[1:], *[""] * (count - len(column) + 1)] for column in columns]
    made = Table([column[0] for column in columns], cells, list(range(2, 2 + count)), 1)
    made.booker_columns = booker_columns
    return made


def mapped(*columns: Column, booker_columns: int = 0, **named: int) -> Mapping:
    """What the columns mean."""
    return map_columns(table(*columns, booker_columns=booker_columns), named)


def fields(*columns: Column, booker_columns: int = 0, **named: int) -> dict[str, list[int]]:
    """Field to its columns, without the fields that have none."""
    found = mapped(*columns, booker_columns=booker_columns, **named).columns
    return {name: places for name, places in found.items() if places}


NAMES: dict[str, tuple[list[Column], dict[str, list[int]]]] = {
    "nothing": ([], {}),
    "an unknown heading": ([("foo", "x")], {}),
    "a heading of punctuation": ([("?", "x"), ASHA], {"name": [1]}),
    "the surest of several": (
        [("Name", "A B"), ("Attendee name", "A B"), ("Full name", "A B")],
        {"name": [1]},
    ),
    "the first of equals": ([("Full name", "A B"), ("Your name", "A B")], {"name": [0]}),
    "the first of two with one heading": (
        [("Attendee status", "paid"), ("Status", "x"), ("Status", "paid"), ASHA],
        {"status": [0, 1], "name": [3]},
    ),
    "the first columns have one heading": (
        [("Status", "x"), ("Status", "paid")],
        {"status": [0]},
    ),
    "several columns of one field": (
        [("Status", "paid"), ("Attendee status", "paid"), ("State", "paid")],
        {"status": [1, 0, 2]},
    ),
    "two parts": (
        [("First name", "A"), ("Last name", "B")],
        {"given_name": [0], "family_name": [1]},
    ),
    "parts and whole": (
        [("First name", "A"), ("Last name", "B"), ("Full name", "A B")],
        {"given_name": [0], "family_name": [1], "name": [2]},
    ),
    "a nickname next to the parts": (
        [("First name", "A"), ("Last name", "B"), ("Nickname", "C")],
        {"given_name": [0], "family_name": [1], "badge_name": [2]},
    ),
    "a nickname in front of the parts": (
        [("Nickname", "C"), ("First name", "A"), ("Last name", "B")],
        {"badge_name": [0], "given_name": [1], "family_name": [2]},
    ),
    "a nickname behind the parts": (
        [("Last name", "B"), ("First name", "A"), ("Nickname", "C")],
        {"family_name": [0], "given_name": [1], "badge_name": [2]},
    ),
    "a last name in front of a name": (
        [("Last name", "Rao", "Wei"), ("Name", "Asha", "Li")],
        {"family_name": [0], "given_name": [1]},
    ),
    "a first name in front of a name": (
        [("First name", "Asha", "Li"), ("Name", "Rao", "Wei")],
        {"given_name": [0], "family_name": [1]},
    ),
    "a nickname next to unsure parts": (
        [("Nickname", "C"), ("The first name you use", "A"), ("Last name", "B")],
        {"badge_name": [0], "given_name": [1], "family_name": [2]},
    ),
    "a lone word for name or part": ([("Nom", "A B")], {"name": [0]}),
    "a lone word for name or first name": ([("Jméno", "A B")], {"name": [0]}),
    "a lone last name": ([("Last name", "B")], {"family_name": [0]}),
    "a lone first name": ([("First name", "B")], {"given_name": [0]}),
    "a name that is the last name": (
        [("Name", "Rao", "Wei"), ("First name", "Asha", "Li")],
        {"family_name": [0], "given_name": [1]},
    ),
    "a name that contains the first name": (
        [("Name", "Asha Rao", "LI WEI", "x"), ("First name", "Asha", " li ", "y")],
        {"name": [0], "given_name": [1]},
    ),
    "a name that contains half of the first names": (
        [("Name", "Asha Rao", "Wei"), ("First name", "Asha", "Li")],
        {"family_name": [0], "given_name": [1]},
    ),
    "names without first names": (
        [("Name", "Asha", "Li", "Ode"), ("First name", "", " ", "Zoë")],
        {"family_name": [0], "given_name": [1]},
    ),
    "an unsure name next to a first name": (
        [("Nickname", "Rao"), ("First name", "Asha")],
        {"badge_name": [0], "given_name": [1]},
    ),
    "a name that is the first name": (
        [("Имя", "Анна"), ("Фамилия", "Иванова")],
        {"given_name": [0], "family_name": [1]},
    ),
    "a name that is the first name next to a last name": (
        [("Name", "Asha", "Li"), ("Last name", "Rao", "Wei")],
        {"given_name": [0], "family_name": [1]},
    ),
    "a full name next to a last name": (
        [("Full name", "Asha", "Li"), ("Last name", "Rao", "Wei")],
        {"given_name": [0], "family_name": [1]},
    ),
    "a name that contains the last name": (
        [("Name", "Asha Rao", "Li Wei"), ("Last name", "Rao", "Wei")],
        {"name": [0], "family_name": [1]},
    ),
    "only buyers": (
        [("Buyer name", "A B"), ("Buyer email", "a@b")],
        {"name": [0], "email": [1]},
    ),
    "only buyers, in parts": (
        [("Buyer first name", "A"), ("Buyer last name", "B"), ("Buyer email", "a@b")],
        {"given_name": [0], "family_name": [1], "email": [2]},
    ),
    "buyers and the attendees' own e-mail": (
        [("Buyer name", "A B"), ("Buyer email", "a@b"), ("Email", "c@d")],
        {"name": [0], "buyer_email": [1], "email": [2]},
    ),
    "buyers and attendees": (
        [("Buyer name", "A B"), ("Buyer email", "a@b"), ("Attendee name", "C")],
        {"buyer_name": [0], "buyer_email": [1], "name": [2]},
    ),
    "nothing but the buyers' e-mail": ([("Buyer email", "a@b")], {"email": [0]}),
    "the buyers' e-mail and codes": (
        [("Buyer email", "a@b"), ("Barcode", "K7")],
        {"buyer_email": [0], "code": [1]},
    ),
    "the buyers' e-mail next to a phone": (
        [("Buyer email", "a@b"), ("Phone", "98")],
        {"email": [0], "phone": [1]},
    ),
    "a buyers' e-mail that is none": (
        [("Buyer email", "no"), ("Barcode", "K7")],
        {"code": [1]},
    ),
    "names that differ in the first 400 rows": (
        [("Name", *["Rao"] * 400, *["Asha Rao"] * 900), ("First name", *["Asha"] * 1300)],
        {"family_name": [0], "given_name": [1]},
    ),
    "a dial code next to a phone": (
        [("Dial code", "+91"), ("Phone", "98")],
        {"dial_code": [0], "phone": [1]},
    ),
    "a dial code without a phone": ([("Dial code", "+91"), ASHA], {"name": [1]}),
    "a column that repeats few values next to one of many": (
        [
            ("Affiliation", *["Academia", "Industry"] * 3),
            ("Institution", *["IISc", "TCS", "Infosys", "BITS", "IIT", "CMI"]),
        ],
        {"company": [1]},
    ),
    "a heading that several fields share": (
        [("Response", "yes", "no"), ASHA],
        {"status": [0], "name": [1]},
    ),
}


@pytest.mark.parametrize(("columns", "expected"), NAMES.values(), ids=NAMES)
def test_columns_have_fields(columns: list[Column], expected: dict[str, list[int]]) -> None:
    """Each field has its column or columns, the surest first."""
    assert expected == fields(*columns)


LONG = "x" * 121
CELLS: list[tuple[str, Column, bool]] = [
    ("email", ("Email", "", "-", "–", "—"), True),
    ("email", ("Email", "yes", "a@b"), True),
    ("email", ("Email", "yes", "no"), False),
    ("email", ("Email", *["x"] * 399, "a@b"), True),
    ("email", ("Email", *["x"] * 400, "a@b"), True),
    ("email", ("Email", *["-"] * 400, "x"), False),
    ("name", ("Name", "A", "b@c", "d@e"), False),
    ("name", ("Name", "A", "b@c"), True),
    ("name", ("Name", "A", "1,200.5"), True),
    ("name", ("Name", "A", "1", "2 000"), False),
    ("name", ("Name", "yes", "no"), False),
    ("name", ("Name", LONG, LONG), True),
    ("name", ("Nickname", "yes", "no"), False),
    ("name", ("Nickname", "yes", "A"), True),
    ("name", ("Nickname", "A", "1"), False),
    ("name", ("Nickname", "A", "B", "1"), True),
    ("name", ("Nickname", "A", LONG), False),
    ("name", ("Nickname", "A", "B", LONG), True),
    ("name", ("Nickname", "A", "x" * 120), True),
    ("given_name", ("First name", "1", "2"), False),
    ("given_name", ("First name", "A"), True),
    ("given_name", ("First name", "A", "1"), True),
    ("given_name", ("First name", LONG), True),
    ("given_name", ("First name", "yes", "no"), False),
    ("family_name", ("Last name", "a@b", "2"), False),
    ("family_name", ("Last name", "A"), True),
    ("code", ("Reference", "A B", "C D"), False),
    ("code", ("Reference", "A B", "CD"), False),
    ("code", ("Reference", "A B", "CD", "EF"), True),
    ("code", ("Reference", "http://x y", "https://x y"), True),
    ("code", ("Ticket code", "A B", "C D"), True),
    ("code", ("Short ID", "A B", "C D"), False),
    ("arrived", ("Checked in", "yes", "no", ""), True),
    ("arrived", ("Checked in", "2027-02-16 09:40"), True),
    ("arrived", ("Checked in", "940"), True),
    ("arrived", ("Checked in", "94 h"), False),
    ("arrived", ("Checked in", "scanned", "not scanned"), True),
    ("arrived", ("Checked in", "scanned", "by Ravi"), False),
    ("status", ("Status", "whatever", "else"), False),
    ("status", ("Status", "5", "6"), False),
    ("status", ("Status", "5", "6", "paid"), True),
    ("status", ("Status", "5", "6", "q", "w"), False),
    ("status", ("Status", "3", "2", "q"), False),
    ("status", ("State", "Kerala", "Goa"), False),
    ("status", ("State", "paid", "Goa"), True),
    ("status", ("State", "paid", "Goa", "Delhi"), False),
    ("status", ("State", "yes", "Goa"), True),
    ("order_status", ("Order status", "q", "w"), False),
    ("order_status", ("Order status", "5", "6"), False),
    ("payment_status", ("Payment status", "q", "w"), False),
    ("payment_status", ("Payment status", "paid", "w"), True),
    ("paid_flag", ("Paid", "yes", "no"), True),
    ("paid_flag", ("Paid", "1", "0"), True),
    ("paid_flag", ("Paid", "500", "0"), False),
    ("paid_flag", ("Paid", "500", "yes"), True),
    ("paid_flag", ("Paid", "500", "yes", "no"), True),
    ("cancel_flag", ("Canceled", "by phone"), True),
    ("cancel_flag", ("Canceled", "12.50", "3"), False),
    ("blocked_flag", ("Blocked", "by Ravi"), True),
    ("blocked_flag", ("Blocked", "12.50"), True),
    ("attending_flag", ("Attending", "by car", "by bus"), False),
    ("attending_flag", ("Attending", "yes", "by bus"), True),
    ("waitlist_flag", ("Waitlist", "by car"), False),
    ("quantity", ("Quantity", "1", "2"), True),
    ("quantity", ("Quantity", "2 tickets", "one"), False),
    ("quantity", ("Quantity", "2 tickets", "1", "one"), True),
    ("quantity", ("Quantity", "many"), False),
    ("guests", ("Guests", "2", "q"), True),
    ("guests", ("Guests", "2", " +1", "q"), True),
    ("guests", ("Guests", "yes", "no", "q"), True),
    ("name", ("Guests", "A", "B"), True),
    ("phone", ("Phone", "ask", "98"), True),
    ("phone", ("Phone", "ask", "none"), False),
    ("ticket_type", ("Category", "1", "2"), False),
    ("ticket_type", ("Category", "1", "VIP"), True),
    ("ticket_type", ("Ticket type", "1", "2"), True),
    ("company", ("Company", "1", "2"), True),
    ("order_code", ("Order code", "1", "a b"), True),
    ("timestamp", ("Timestamp", "soon"), True),
    ("position", ("Position ID", "a"), True),
]


@pytest.mark.parametrize(
    ("name", "column", "holds"),
    CELLS,
    ids=[f"{column[0]}: {', '.join(column[1:4])[:40]}" for _, column, _ in CELLS],
)
def test_cells_confirm_a_heading(name: str, column: Column, holds: bool) -> None:
    """A column has a field only if its first cells can be values of that field."""
    assert ({name: [1]} if holds else {}) == fields(("foo", "1"), column)


def test_the_second_meaning_counts_where_cells_refute_the_first() -> None:
    """A heading of two meanings has the second where the cells cannot be the first."""
    heading = "Your phone number or your email"

    assert {"phone": [0]} == fields((heading, "98", "a@b"))
    assert {"email": [0]} == fields((heading, "", "a@b"))
    assert {} == fields((heading, "no"))


@pytest.mark.parametrize(
    ("headings", "email", "correction"),
    [
        (["Email", "Email2"], [0], 1),
        (["Email Address", "Email Address 2"], [0], 1),
        (["Email Address", "Attendee email", "Email Address 2"], [1, 0, 2], -1),
        (["Email", "Email 2", "Email 3"], [0, 2], 1),
        (["Email", "E-Mail 2"], [0, 1], -1),
        (["Email", "Courriel"], [0, 1], -1),
        (["Email", "Courriel", "Email 9"], [0, 1], 2),
        (["Email", "Name", "Email 2"], [0], 2),
    ],
)
def test_a_second_email_column_corrects_the_first(
    headings: list[str], email: list[int], correction: int
) -> None:
    """A column with the heading of the first and a number corrects it, where it is filled."""
    found = mapped(*((heading, "a@b" if heading != "Name" else "A") for heading in headings))

    assert (email, correction) == (found.columns["email"], found.email_correction)


def test_a_named_email_column_has_no_correction() -> None:
    """A column that a person named is the only one of its field."""
    found = mapped(("Email", "a@b"), ("Email 2", "c@d"), email=1)

    assert ([1], -1, 100) == (found.columns["email"], found.email_correction, found.weights[1])


def test_named_columns_decide() -> None:
    """A named column has its field whatever its heading and cells say, and no second field."""
    found = mapped(("Phone", "98"), ("Attendee name", "B"), ("Company", "C"), name=0, company=1)

    assert {"name": [0], "company": [1]} == found.columns
    assert frozenset({"name", "company"}) == found.named
    assert {0: 100, 1: 100} == found.weights


@pytest.mark.parametrize(
    ("columns", "named", "expected"),
    [
        ([("Name", "Rao"), ("First name", "Asha")], "name", {"name": [0], "given_name": [1]}),
        ([("First name", "Asha"), ("Name", "Rao")], "given_name", {"given_name": [0], "name": [1]}),
        (
            [("Last name", "Rao"), ("Name", "Asha")],
            "family_name",
            {"family_name": [0], "name": [1]},
        ),
        ([("Nom", "Rao")], "family_name", {"family_name": [0]}),
    ],
)
def test_named_names_stay_what_they_are_called(
    columns: list[Column], named: str, expected: dict[str, list[int]]
) -> None:
    """No whole name becomes a part where a person has named one of the columns."""
    assert expected == fields(*columns, **{named: 0})
    assert expected != fields(*columns)


def test_weights_say_how_sure_a_column_is() -> None:
    """Each recognised column has the weight of its meaning, kept or not."""
    found = mapped(("Name", "A"), ("Attendee name", "B"), ("Email 2", "a@b"), ("foo", "x"))

    in_two_languages = mapped(("Xyz (Attendee email)", "a@b"))

    assert {0: 85, 1: 100, 2: 55} == found.weights
    assert {0: 90} == in_two_languages.weights
    assert ["name", "attendee name", "email 2", "foo"] == found.keys


@pytest.mark.parametrize(
    ("columns", "sure"),
    [
        ([("Name", "A")], True),
        ([("First name", "A")], True),
        ([("Last name", "A")], True),
        ([("Email", "a@b")], True),
        ([("Attendee ID", "7")], True),
        ([("Ticket code", "K7")], True),
        ([("Booking ID", "K7")], True),
        ([("Code", "K7")], False),
        ([("Code", "K7"), ("Phone", "98")], False),
        ([("foo", "A")], False),
        ([], False),
    ],
)
def test_a_table_is_sure_if_it_identifies_people(columns: list[Column], sure: bool) -> None:
    """A name, an e-mail address, an id or a sure code identifies a person."""
    assert sure == mapped(*columns).sure


def test_questions_to_a_mapping() -> None:
    """The first column of a field is its surest, -1 if it has none."""
    found = mapped(("Status", "paid"), ("Attendee status", "paid"))

    assert (1, -1) == (found.first("status"), found.first("name"))
    assert found.any("name", "status")
    assert not found.any("name", "email")
    assert not found.any()


@pytest.mark.parametrize(
    ("columns", "buyers_are_attendees"),
    [
        ([("Buyer name", "A B")], True),
        ([("Buyer first name", "A B")], True),
        ([("Buyer last name", "A B")], True),
        ([("Buyer email", "a@b")], False),
        ([("Buyer name", "A B"), ("Name", "C")], False),
        ([("Buyer name", "A B"), ("First name", "C")], False),
        ([("Buyer name", "A B"), ("Surname", "C")], False),
    ],
)
def test_buyers_are_the_attendees_of_a_table_without_other_names(
    columns: list[Column], buyers_are_attendees: bool
) -> None:
    """If only buyers have names, their columns are the attendees' names."""
    mapping = mapped(*columns)
    has_names = mapping.any("name", "given_name", "family_name")

    assert buyers_are_attendees == (
        has_names and not mapping.any("buyer_name", "buyer_given", "buyer_family")
    )


@pytest.mark.parametrize(
    ("columns", "family_first"),
    [
        ([("Vezetéknév", "A"), ("Keresztnév", "B")], True),
        ([("Vezetéknév", "A")], True),
        ([("Vezetéknév", "A"), ("First name", "B")], False),
        ([("First name", "A"), ("Last name", "B")], False),
        ([("Full name", "A B")], False),
    ],
)
def test_some_languages_write_the_family_name_first(
    columns: list[Column], family_first: bool
) -> None:
    """All name columns of a table have such a heading, and there is one at least."""
    assert family_first == mapped(*columns).family_first


STRONG = ("A1b2c3", "x-9_yz", "00000a")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param([("ID", *STRONG)], {"ticket_id": [0]}, id="long, mixed, each once"),
        pytest.param([("ID", *STRONG, STRONG[0])], {"weak_id": [0]}, id="one twice"),
        pytest.param([("ID", *STRONG, "a1b2c")], {"weak_id": [0]}, id="five characters"),
        pytest.param([("ID", *STRONG, "123456")], {"weak_id": [0]}, id="no letter"),
        pytest.param([("ID", *STRONG, "abcdef")], {"weak_id": [0]}, id="no digit"),
        pytest.param([("ID", *STRONG, "a1b2c3 d")], {"weak_id": [0]}, id="a space"),
        pytest.param([("ID", "", "")], {"weak_id": [0]}, id="no cells"),
        pytest.param([("No.", *STRONG)], {"weak_id": [0]}, id="a running number"),
        pytest.param(
            [("No.", "1", "2", "3"), ("User ID", *STRONG)],
            {"weak_id": [0], "ticket_id": [1]},
            id="the second such column",
        ),
        pytest.param(
            [("ID", *STRONG), ("User ID", *STRONG)],
            {"ticket_id": [0], "weak_id": [1]},
            id="the first of two",
        ),
        pytest.param(
            [("ID", *STRONG), ("Barcode", *STRONG)],
            {"weak_id": [0], "code": [1]},
            id="next to codes",
        ),
        pytest.param(
            [("ID", *STRONG), ("Attendee ID", *STRONG)],
            {"weak_id": [0], "ticket_id": [1]},
            id="next to an id of the ticket",
        ),
    ],
)
def test_a_column_of_ids_identifies_tickets(
    columns: list[Column], expected: dict[str, list[int]]
) -> None:
    """A column called `id` identifies tickets if its values are long, mixed and unrepeated."""
    found = mapped(*columns)

    assert expected == {name: places for name, places in found.columns.items() if places}
    assert ("ticket_id" in expected and expected["ticket_id"] != [1]) <= (found.weights[0] == 70)


@pytest.mark.parametrize(
    ("columns", "platform"),
    [
        ([("Name", "A")], "sheet"),
        ([("Timestamp", "1"), ("Name", "A")], "google-forms"),
        ([("x", ""), ("y", ""), ("Timestamp", "1")], "google-forms"),
        ([("x", ""), ("y", ""), ("z", ""), ("Timestamp", "1")], "sheet"),
        ([("Timestamp", "1"), ("User ID", "7"), ("RSVP", "Yes")], "meetup"),
        ([("Order code", "A"), ("Position ID", "1")], "pretix"),
        ([("Bestellnummer", "A"), ("Position", "1"), ("Produkt", "x")], "pretix"),
        ([("Bestellnummer", "A"), ("Position", "1")], "sheet"),
    ],
)
def test_headings_name_the_platform(columns: list[Column], platform: str) -> None:
    """A platform is recognised by its headings, a form by its timestamp in front."""
    assert platform == mapped(*columns).platform.name


def test_a_platform_reads_its_headings_its_own_way() -> None:
    """Headings of a platform have its meaning or none, at least as surely as 95."""
    pretix = mapped(
        ("Order code", "A"), ("Position ID", "1"), ("State", "paid"), ("Name", "Asha"), ("ID", "7")
    )
    konfhub = mapped(("Booking ID", "K7"), ("Ticket URL", "x"), ("Country code", "91"))

    assert {"order_code": [0], "position": [1], "name": [3]} == pretix.columns
    assert {0: 80, 1: 80, 3: 95} == pretix.weights
    assert {"code": [0, 1]} == konfhub.columns
    assert {0: 95, 1: 95} == konfhub.weights


def test_a_translated_heading_is_read_as_in_english() -> None:
    """Headings of pretix in another language have the fields of their English originals."""
    found = mapped(
        ("Bestellnummer", "A"),
        ("Position", "1"),
        ("Produkt", "x"),
        ("Name TeilnehmerIn", "Asha"),
        ("Ticket-Code", "a b"),
        ("Firma", "Acme"),
    )

    assert {
        "order_code": [0],
        "position": [1],
        "ticket_type": [2],
        "name": [3],
        "code": [4],
        "company": [5],
    } == found.columns
    assert (100, 100) == (found.weights[3], found.weights[4])


def test_a_platform_keeps_a_surer_meaning() -> None:
    """A heading that is surer than 95 in general stays so on its platform."""
    luma = mapped(("QR code URL", "x"), ("API ID", "y"), ("Approval status", "approved"))

    assert {0: 100, 1: 95, 2: 100} == luma.weights


def test_columns_of_the_person_who_booked() -> None:
    """Columns on the left describe the person who booked; the attendee's own are on the right."""
    columns: list[Column] = [
        ("Name", "A B"),
        ("First name", "A"),
        ("Last name", "B"),
        ("Email", "a@b"),
        ("Phone", "98"),
        ("Company", "x"),
        ("Order code", "7"),
        ("Name", "C D"),
        ("Email", "c@d"),
    ]

    assert {
        "buyer_name": [0],
        "buyer_given": [1],
        "buyer_family": [2],
        "order_code": [6],
        "name": [7],
        "email": [8],
    } == fields(*columns, booker_columns=7)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("name", "name"),
        ("Ticket_Type", "ticket_type"),
        ("ticket type", "ticket_type"),
        ("First name", "given_name"),
        ("surname", "family_name"),
        ("E-Mail", "email"),
        ("ID", "ticket_id"),
        ("guest of", "buyer_name"),
        ("heads", "quantity"),
        ("organisation", "company"),
        ("Vorname", "given_name"),
        ("whatsapp", "phone"),
        ("category", "ticket_type"),
        ("paid_flag", "paid_flag"),
    ],
)
def test_a_person_names_a_field_in_many_ways(word: str, name: str) -> None:
    """A field is named by its own word, a short one, or any sure heading."""
    assert name == field_name(word)
    assert name in FIELDS


@pytest.mark.parametrize(
    ("word", "near"), [("emale", "email"), ("compny", "company"), ("Contact", "code"), ("", "code")]
)
def test_an_unknown_field_has_a_suggestion(word: str, near: str) -> None:
    """The error has the nearest field and all fields that can be named."""
    with pytest.raises(KioskError) as caught:
        field_name(word)
    error = caught.value
    listed = error.next_step.removesuffix(".").partition("Fields are: ")[2].split(", ")

    assert ("field_unknown", f'There is no field "{word}".') == (error.code, error.problem)
    assert "Nothing was imported." == error.saved
    if word:
        assert near in error.next_step.partition("?")[0] or word == "Contact"
    assert {"name", "email", "code", "ticket_id"} <= set(listed) <= set(FIELDS)
    assert not {"paid_flag", "weak_id", "addon_to", "timestamp", "dial_code", "event_name"} & set(
        listed
    )


def test_an_endless_word_is_cut() -> None:
    """An unknown field of many characters is shown by its first 60."""
    with pytest.raises(KioskError) as caught:
        field_name("q" * 99)

    assert f'There is no field "{"q" * 60}".' == caught.value.problem


def test_columns_are_named_by_their_heading() -> None:
    """The exact heading counts first, then one that differs in case and punctuation only."""
    made = table(("e-mail", ""), ("E-Mail", ""), ("Full Name", ""))

    assert {} == named_columns(PEOPLE, made, {})
    assert {"email": 1, "name": 2} == named_columns(
        PEOPLE, made, {"mail": "E-Mail", "name": "full_name"}
    )
    assert {"email": 0} == named_columns(PEOPLE, made, {"mail": "E MAIL"})


def test_an_unknown_heading_has_a_suggestion() -> None:
    """The error has the nearest heading and all headings of the file."""
    made = table(("Full Name", ""), ("", ""), ("E-Mail", ""))
    with pytest.raises(FileRefused) as caught:
        named_columns(PEOPLE, made, {"name": "Fulname" + "x" * 80})
    error = caught.value

    assert "header_unknown" == error.code
    assert f'people.csv has no column "Fulname{"x" * 73}".' == error.problem
    assert 'Did you mean "Full Name"? Its columns are: "Full Name", "E-Mail".' == error.next_step


def test_a_file_without_headings_has_no_suggestion() -> None:
    """Where there is no heading, none is suggested."""
    with pytest.raises(FileRefused) as caught:
        named_columns(PEOPLE, table(("", "x")), {"name": "Name"})

    assert "Its columns are: ." == caught.value.next_step


@pytest.mark.parametrize(
    ("columns", "listed"),
    [
        ([("", ""), ("foo", ""), ("bar", "")], '"foo", "bar"'),
        ([("f" * 61, "")], f'"{"f" * 60}"'),
        ([("", "")], ""),
        ([(f"c{n}", "") for n in range(30)], ", ".join(f'"c{n}"' for n in range(30))),
        (
            [(f"c{n}", "") for n in range(31)],
            ", ".join(f'"c{n}"' for n in range(30)) + " and 1 more",
        ),
        (
            [(f"c{n}", "") for n in range(32)],
            ", ".join(f'"c{n}"' for n in range(30)) + " and 2 more",
        ),
    ],
)
def test_unsure_columns_are_listed(columns: list[Column], listed: str) -> None:
    """The error lists up to 30 headings and advises to map them."""
    error = columns_unsure(PEOPLE, table(*columns))

    assert ("columns_unsure", Action.MAP_COLUMNS) == (error.code, error.action)
    assert (
        "people.csv has no column that is surely a name, an e-mail address or a code. "
        f"Its columns are: {listed}." == error.problem
    )


@pytest.mark.parametrize(
    "text",
    [
        "Asha Rao,asha@a.example,COEP\nOm Das,om@a.example,Acme\n",
        "Student,Asha Rao,asha@a.example\nSpeaker,Om Das,om@a.example\n",
        "Speaker,Asha Rao,98765 43210\nStudent,Om Das,98765 43211\n",
        "1,Asha Rao,Speaker\n2,Om Das,Student\n3,Zoe Ode,Student\n",
        "Asha Rao,asha@a.example\n",
    ],
)
def test_a_first_row_that_is_a_person_is_no_row_of_headings(read: Read, text: str) -> None:
    """The refusal names the person; no one is lost where a person chooses the columns then."""
    with pytest.raises(FileRefused, match=r'no row of headings.*"Column \d": Asha Rao') as error:
        read(text)
    place = text.split("\n")[0].split(",").index("Asha Rao") + 1
    file = read(text, columns={"name": f"Column {place}"})

    assert ("columns_unsure", Action.MAP_COLUMNS) == (error.value.code, error.value.action)
    assert any("row 1 was read as a person" in warning for warning in file.warnings)
    names = [line.split(",")[place - 1] for line in text.splitlines()]
    assert names == [row.name for row in file.registrations]


@pytest.mark.parametrize(
    "text",
    [
        "Guest,Asha Rao,Paid\nGuest,Om Das,Paid\nMember,Zoe Ode,Paid\n",
        "Member,Asha Rao\nSpeaker,Om Das\nSpeaker,Zoe Ode\n",
    ],
)
def test_kinds_of_people_are_no_names(read: Read, text: str) -> None:
    """`Guest` above `Member` is a kind of ticket, and no heading."""
    with pytest.raises(FileRefused, match="If the first row is a person"):
        read(text)


def test_headings_stay_headings(read: Read) -> None:
    """An address or a number next to headings, or numbers as answers, make them no person."""
    texts = (
        "Name,Email,desk@a.example\nAsha,a@a.example,x\n",
        "Name,Email,9876543210\nAsha,a@a.example,x\n",
        "Name,1,2\nAsha,2,3\nOm,2,3\n",
        "1,2,Name\n5,3,Asha\n4,3,Om\n",
    )

    assert [["Asha"], ["Asha"], ["Asha", "Om"], ["Asha", "Om"]] == [
        [row.name for row in read(text).registrations] for text in texts
    ]


def test_chosen_columns_without_a_known_heading_are_reported(read: Read) -> None:
    """Where no heading is known, the first row may be a person who would be lost unnoticed."""
    unknown = read("Asha Rao,COEP\nOm Das,Acme\n", columns={"name": "Asha Rao"})
    known = read("Wer,Firma\nOm Das,Acme\n", columns={"name": "Wer"})

    assert ["Om Das"] == [row.name for row in unknown.registrations]
    assert any("Row 1 was read as the headings (Asha Rao, COEP)" in w for w in unknown.warnings)
    assert not any("read as the headings" in warning for warning in known.warnings)
