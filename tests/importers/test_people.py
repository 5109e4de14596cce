"""Identity, duplicates, shared and damaged codes, parties, names: rules beyond any platform."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.rights import ADD_ON
from kiosk.errors import Action, FileRefused, KioskError
from kiosk.importers.reading import SourceFile
from kiosk.importers.understand.fields import _ticket_per_row
from kiosk.importers.understand.mapping import field_name
from kiosk.importers.understand.values import clean_name, join_name, tidied
from kiosk.services.people.people import resolve_field
from kiosk.storage.file.store import Store
from tests.importers.conftest import Read, Write, workbook


def test_shared_code(read: Read) -> None:
    """One code on different names is two people; on one name, or none, it is one ticket."""
    result = read(
        "Name,Ticket Code,Email,City\nA,X1,,Pune\nB,X1,b@b.example,\nA,X1,a@b.example,\n,X1,,\n"
    )

    assert [("code:X1", "A"), ("code:X1|b", "B")] == [
        (r.identity, r.name) for r in result.registrations
    ]
    assert [("X1",), ("X1",)] == [r.codes for r in result.registrations]
    assert 2 == result.duplicates
    first = result.registrations[0]
    assert ("a@b.example", (("City", "Pune"),)) == (first.email, first.extra)
    assert any("X1" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["7.52327E+20", "7.52327E+20", "7.5E+20"], ["", "", ""]),
        (["7,5E+20", "7,6E+20"], ["", ""]),
        (["GIAO-1", "7E10", "0042"], ["GIAO-1", "7E10", "0042"]),
        (["75232723793771100000", "75232723793771200000"], ["", ""]),
        (["1003.0", "0004"], ["1003", "0004"]),
        (['="0004"', "'0005"], ["0004", "0005"]),
        (["=ab/c+", "+x/="], ["=ab/c+", "+x/="]),
        (["SAME"] * 6, [""] * 6),
    ],
)
def test_code_columns(column: list[str], expected: list[str], read: Read) -> None:
    """Codes that a spreadsheet program damaged are reported and not used; real ones are kept."""
    rows = "".join(
        f'P{i},"{code.replace(chr(34), chr(34) * 2)}"\n' for i, code in enumerate(column)
    )
    result = read("Name,Ticket Code\n" + rows)

    assert expected == [r.codes[0] if r.codes else "" for r in result.registrations]
    assert bool(result.warnings) == ("" in expected)


def test_unknown_status_words_surface(read: Read) -> None:
    """An unknown word never admits; the report names it, its column and its number of rows."""
    result = read("Name,Email,Status\nA,a@b.example,zonk\nB,b@b.example,zonk\nC,c@b.example,paid\n")

    assert ["unapproved", "unapproved", "valid"] == [r.status for r in result.registrations]
    assert any("zonk" in w and "Status" in w and "2 rows" in w for w in result.warnings)


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Paid", ["Yes", "No"], ["valid", "unpaid"]),
        ("Paid", ["500", "250"], ["valid", "valid"]),
        ("State", ["Goa", "Kerala"], ["valid", "valid"]),
        ("Payment", ["UPI", "pending"], ["valid", "unpaid"]),
        ("Blocked", ["Yes", ""], ["blocked", "valid"]),
        ("Cancelled", ["2026-01-02", "-"], ["canceled", "valid"]),
        ("Void Status", ["false", "true"], ["valid", "canceled"]),
        ("Confirmed", ["Yes", "No"], ["valid", "unapproved"]),
        ("Check-in Status", ["Checked-in", "Not checked-in"], ["valid", "valid"]),
        ("Estado", ["Confirmado", "Cancelado"], ["valid", "canceled"]),
        ("Status", ["wc-completed", "wc-on-hold"], ["valid", "unpaid"]),
        ("Approved", ["Yes", ""], ["valid", "unapproved"]),
        ("Cancelled at", ["", "2026-10-01"], ["valid", "canceled"]),
        ("Payment received", ["✓", "✗"], ["valid", "unpaid"]),
        ("Presenza", ["Sì", "No", "Forse"], ["valid", "canceled", "unapproved"]),
        ("出欠", ["出席", "欠席", "未定"], ["valid", "canceled", "unapproved"]),
        ("Confirmação", ["Confirmado", "Não vai", "Pendente"], ["valid", "canceled", "unapproved"]),
        ("Rückmeldung", ["Zusage", "Absage", "offen"], ["valid", "canceled", "unapproved"]),
        ("Selected", ["Selected", "Rejected"], ["valid", "canceled"]),
    ],
)
def test_status_columns(header: str, cells: list[str], expected: list[str], read: Read) -> None:
    """Columns about admission decide the status; amounts and places do not."""
    rows = "".join(f"P{i},p{i}@b.example,{cell}\n" for i, cell in enumerate(cells))
    result = read(f"Name,Email,{header}\n{rows}")

    assert expected == [str(r.status) for r in result.registrations]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Quantity", ["1", "3", ""], [1, 3, 1]),
        ("Guests", ["0", "+1", "2"], [1, 2, 3]),
        ("Plus one", ["Yes", "No", ""], [2, 1, 1]),
        ("Pax", ["2.0", "1", "9999999"], [2, 1, 1]),
        ("Guests", ["Bob and Eve", "nobody", "me"], [3, 1, 1]),
        ("Guests", ["Bob; Eve & Zoe", "my wife", "Bob Rao"], [4, 2, 2]),
    ],
)
def test_parties(header: str, cells: list[str], expected: list[int], read: Read) -> None:
    """A row admits as many as its count says, never none."""
    rows = "".join(f"P{i},{cell}\n" for i, cell in enumerate(cells))

    assert expected == [r.heads for r in read(f"Name,{header}\n{rows}").registrations]


def test_order_quantity_is_not_multiplied() -> None:
    """An order of two with a row for each is two people, not four."""
    assert [1, 1, 3] == _ticket_per_row([2, 2, 3], ["A", "A", "B"])


@pytest.mark.parametrize(
    ("given_name", "family", "family_first", "expected"),
    [
        ("小明", "欧阳", False, "欧阳小明"),
        ("민준", "김", False, "김민준"),
        ("さくら", "佐藤", False, "佐藤さくら"),
        ("ジョン", "スミス", False, "スミス ジョン"),
        ("Xiaoming", "Ouyang", False, "Xiaoming Ouyang"),
        ("Ákos", "Nagy", True, "Nagy Ákos"),
        ("علی رضا", "قریشی", False, "علی رضا قریشی"),
        ("Zainab", "", False, "Zainab"),
        ("", "Sukarno", False, "Sukarno"),
    ],
)
def test_join_name(given_name: str, family: str, family_first: bool, expected: str) -> None:
    """Two cells become one name in the order of its script."""
    assert expected == join_name(given_name, family, family_first)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  muhammad   USMAN ", "muhammad USMAN"),
        ("\u00a0Anna-Lena Schäfer\u200b", "Anna-Lena Schäfer"),
        ("ماہ\u200cنور", "ماہ\u200cنور"),
        ("രാജന്\u200d", "രാജന്\u200d"),
        ("Zoe\u0308", "Zoë"),
        ("\ufeffRavi\u200f", "Ravi"),
        ("Noël D’Aubigny", "Noël D’Aubigny"),
    ],
)
def test_clean_name(raw: str, expected: str) -> None:
    """Names are trimmed and composed; joiners within them stay."""
    assert expected == clean_name(raw)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet=" aé\u0308\u00a0\u200b\u200c\n\tক়ড়", max_size=6), min_size=1))
def test_whole_column_equals_each_cell(column: list[str]) -> None:
    """Cleaning a column at once gives the same as cleaning each cell."""
    assert [clean_name(cell) for cell in column] == tidied(column, clean_name, ("  ",))


NAMES = st.sampled_from(["Asha Rao", "asha  rao", "Li", "小明", "", "-"])
MAILS = st.sampled_from(["a@b.example", "A@B.example", "", "c@d.example"])
CODES = st.sampled_from(["X1", "X2", ""])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(NAMES, MAILS, CODES), min_size=1, max_size=12))
def test_rows_are_accounted_for(rows: list[tuple[str, str, str]], read: Read) -> None:
    """With any repetition, every row is counted, identities are unique, a second reading agrees."""
    text = "Name,Email,Ticket Code,Note\n" + "".join(f"{','.join(row)},x\n" for row in rows)
    if not any(name not in ("", "-") or mail or code for name, mail, code in rows):
        with pytest.raises(KioskError, match="no people"):
            read(text)
        return
    first = read(text)

    assert len(rows) == first.rows
    assert len(first.registrations) == len({r.identity for r in first.registrations})
    assert first.registrations == read(text, name="another.csv").registrations


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.permutations(["A,a@b.example,X1", "B,b@b.example,X2", "C,,X3", ",d@b.example,", "E,,"])
)
def test_identity_does_not_depend_on_order(rows: list[str], read: Read) -> None:
    """Rows in another order have the same identities."""
    text = "Name,Email,Ticket Code\n" + "\n".join(rows)
    expected = {
        "code:X1",
        "code:X2",
        "code:X3",
        "person:d@b.example|",
        "name:e|1",
    }

    assert expected == {r.identity for r in read(text).registrations}


def test_long_cells_and_wide_rows(read: Read) -> None:
    """A cell of a megabyte is no problem; names and e-mails are cut with a warning."""
    big = "x" * 1_000_000
    result = read(f"Name,Email,Ticket Code,Note\n{big},{big}@b.example,{big},{big}\n")
    person = result.registrations[0]

    assert (300, 254, ()) == (len(person.name), len(person.email), person.codes)
    assert (("Note", big),) == person.extra
    assert 3 <= len(result.warnings)


def test_duplicate_headings_are_numbered(read: Read) -> None:
    """The first of two equal headings is the attendee's; the second is an extra column."""
    person = read("Name,Company,Company,\nA,One,Two,Three\n").registrations[0]

    assert ("One", (("Company (2)", "Two"), ("Column 4", "Three"))) == (
        person.company,
        person.extra,
    )


def test_named_columns(read: Read) -> None:
    """A person's choice decides; the error for a wrong word has the nearest word and the list."""
    assert "Asha" == read("foo,bar\nAsha,2\n", columns={"Full Name": "foo"}).registrations[0].name
    assert "x1" == read("foo,bar\nx1,2\n", columns={"ticket-code": "FOO"}).registrations[0].codes[0]
    with pytest.raises(KioskError, match=r'Did you mean "foo".*"bar"') as unknown:
        read("foo,bar\nAsha,2\n", columns={"name": "fooo"})
    assert "header_unknown" == unknown.value.code
    with pytest.raises(KioskError, match="Did you mean name") as field:
        read("foo,bar\nAsha,2\n", columns={"nmae": "foo"})
    assert "field_unknown" == field.value.code
    with pytest.raises(KioskError, match=r'"foo", "bar"') as unsure:
        read("foo,bar\nAsha,2\n")
    assert ("columns_unsure", Action.MAP_COLUMNS) == (unsure.value.code, unsure.value.action)


class StoppedError(Exception):
    pass


def test_progress_may_stop(write: Write) -> None:
    """An exception from `progress` reaches the caller."""

    def stop(done: int, total: int | None) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        SourceFile(write("Name\nA\n")).registrations(stop)


@pytest.mark.parametrize(
    ("word", "column", "desk_field"),
    [
        ("Full name", "name", "name"),
        ("surname", "family_name", "family_name"),
        ("e-mail", "email", "email"),
        ("mobile", "phone", "phone"),
        ("order", "order_code", "order_code"),
        ("payment", "payment_status", "status"),
        ("quantity", "quantity", "heads"),
    ],
)
def test_a_word_means_the_same_field_at_the_desk_and_in_an_import(
    store: Store, word: str, column: str, desk_field: str
) -> None:
    """`kiosk edit` and the mapping of columns understand the same synonyms."""
    assert (column, desk_field) == (field_name(word), resolve_field(store, word))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name,Count\nAsha Rao,3\nRohan Iyer,1\n", {"Asha Rao": 3, "Rohan Iyer": 1}),
        ("Name,Email,No. of Pax\nAsha Rao,a@b.example,2\n", {"Asha Rao": 2}),
        (
            "First name,Last name,Partner first name\nAsha,Rao,Ravi\nBo,Li,\n",
            {"Asha Rao": 2, "Bo Li": 1},
        ),
        ("Name,Email\nAsha Rao +2,a@b.example\n=2+3,c@d.example\n", {"Asha Rao": 3, "=2+3": 1}),
        ("Name,Plus One\nAsha Rao,Ravi Rao\nBo Li,No\n", {"Asha Rao": 2, "Bo Li": 1}),
        ("Name,+1\nAsha Rao,Yes\nBo Li,No\n", {"Asha Rao": 2, "Bo Li": 1}),
        ("Name,Bringing +1?\nAsha Rao,Yes\nBo Li,No\n", {"Asha Rao": 2, "Bo Li": 1}),
        ("Name\nAsha Rao +guest\nBo Li\n", {"Asha Rao": 2, "Bo Li": 1}),
        (
            "Name,Total attending (including yourself)\nAsha Rao,3\nBo Li,1\n",
            {"Asha Rao": 3, "Bo Li": 1},
        ),
        ("Name,Anzahl weiterer Personen\nAsha Rao,2\nBo Li,0\n", {"Asha Rao": 3, "Bo Li": 1}),
        ("Name,How many guests?\nAsha Rao,two\nBo Li,none\n", {"Asha Rao": 3, "Bo Li": 1}),
    ],
)
def test_party_sizes(read: Read, text: str, expected: dict[str, int]) -> None:
    """Heads are counted from numbers, names of companions, and a number behind a name."""
    assert expected == {r.name: r.heads for r in read(text).registrations}


@pytest.mark.parametrize(
    "heading",
    [
        "Name to appear on your badge",
        "Preferred name",
        "What should we call you?",
        "Badge name",
        "Crachá",
        "Come vuoi essere chiamato?",
    ],
)
def test_a_badge_name_is_shown_and_the_legal_name_finds(read: Read, heading: str) -> None:
    """The badge name is the name; given and family name keep the legal one."""
    text = f"Full name,{heading},Email\nRobin Jones,Maya,r@b.example\nKarl Marsh,,k@b.example\n"
    maya, karl = read(text).registrations

    assert ("Maya", "Robin", "Jones") == (maya.name, maya.given_name, maya.family_name)
    assert "Karl Marsh" == karl.name
    assert ("Full name", "Robin Jones") in maya.extra


ROW = st.tuples(
    st.sampled_from(["Asha Rao", "ASHA RAO", "Li Na", ""]),
    st.sampled_from(["a@b.example", "A@b.example", "c@d.example", ""]),
    st.sampled_from(["K1", "K2", ""]),
    st.sampled_from(["paid", "canceled", "waitlist"]),
    st.sampled_from(["TCS", "Infosys", ""]),
    st.sampled_from(["vegan", "Halal", ""]),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "headings"),
    [
        ("", "Name,Email,Ticket Code,Status,Company,Diet"),
        ("7,", "Order,Name,Email,Ticket Code,Status,Company,Diet"),
        ("29/11/2026 10:00:00,", "Timestamp,Name,Email,Ticket Code,Status,Company,Diet"),
    ],
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(ROW, min_size=2, max_size=8), random=st.randoms(use_true_random=False))
def test_any_order_of_the_rows_gives_the_same_people(
    rows: list[tuple[str, ...]], random: Random, read: Read, before: str, headings: str
) -> None:
    """Identities and details do not depend on the order of the file."""
    if not any(name or mail or code for name, mail, code, *_ in rows):
        return
    lines = [before + ",".join(row) for row in rows]
    shuffled = random.sample(lines, len(lines))
    one, other = (
        {row.identity: row[1:-1] for row in read("\n".join([headings, *some])).registrations}
        for some in (lines, shuffled)
    )

    assert one == other


def test_different_details_of_one_ticket(read: Read) -> None:
    """The row with more details counts; the report names both values and their rows."""
    rows = ["K1,Asha Rao,TCS,,", "K1,Asha Rao,Infosys,Halal,L"]
    for order in (rows, rows[::-1]):
        result = read("\n".join(["Ticket code,Name,Company,Diet,T-shirt", *order]))
        (asha,) = result.registrations

        assert ("Infosys", (("Diet", "Halal"), ("T-shirt", "L"))) == (asha.company, asha.extra)
        assert any("Asha Rao" in w and '"TCS"' in w for w in result.warnings)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("28/11/2026 23:10:00", "29/11/2026 09:00:00"),
        ("2/12/2026 10:00", "3/11/2026 9:00"),
        ("11/29/2026 9:00:00", "11/29/2026 10:00:00"),
        ("2026/11/29 9:00:00 AM GMT+5:30", "2026/11/29 1:00:00 PM GMT+5:30"),
        ("2026/11/29 午前 9:00:00", "2026/11/29 午後 1:00:00"),
    ],
)
def test_the_newest_answer_counts(read: Read, first: str, second: str) -> None:
    """An attendee who answers a form again is read with the newest answer, in any order."""
    lines = [f"{first},Asha,a@b.example,Yes,vegan", f"{second},Asha,a@b.example,No,Halal"]
    headings = "Timestamp,Name,Email,Will you attend?,Diet"
    for order in (lines, lines[::-1]):
        result = read("\n".join([headings, *order, "3/12/2026 10:00,Li,li@b.example,Yes,"]))
        asha = next(row for row in result.registrations if row.name == "Asha")

        assert ("canceled", "Halal") == (asha.status, dict(asha.extra)["Diet"])
        assert any("newest" in w and "Asha" in w for w in result.warnings)


def test_the_order_of_rows_decides_nothing(read: Read) -> None:
    """Of two rows of one ticket the better status counts, and the report names the person."""
    rows = ["K1,Asha Rao,canceled", "K1,Asha Rao,paid"]
    for order in (rows, rows[::-1]):
        result = read("\n".join(["Ticket code,Name,Status", *order]))

        assert ["paid"] == [r.status_word for r in result.registrations]
        assert any("Asha Rao" in warning for warning in result.warnings)


def test_rows_of_different_people_stay_apart(read: Read) -> None:
    """One code with two e-mail addresses is two people."""
    result = read("Ticket code,Name,Email\nK1,,a@b.example\nK1,,c@d.example\n")

    assert ["a@b.example", "c@d.example"] == [r.email for r in result.registrations]


def test_words_for_no_value_are_empty_cells(read: Read) -> None:
    """What pandas and R write for an empty cell is no company, and hides no column of arrivals."""
    text = (
        "Name,Email,Company,Checked in,Note\n"
        "Asha Rao,a@b.example,NaN,1,NA\nLi Na,l@b.example,Acme,NaN,x\nNA,n@b.example,NaN,NaN,NA\n"
    )
    asha, li, other = read(text).registrations

    assert ("", "1", "Acme", "") == (
        asha.company, asha.arrived_at_source, li.company, li.arrived_at_source,
    )  # fmt: skip
    assert ("", ()) == (other.name, other.extra)


def test_a_list_of_addresses_is_no_list_of_people(read: Read) -> None:
    """Long ids alone do not make rows people."""
    rows = "".join(
        f"5cafeb9c-87eb-4599-9c8f-c7c7ec57f0{i},{i} Main St,Pune\n" for i in range(10, 20)
    )
    with pytest.raises(FileRefused, match="no column that is surely"):
        read("id,line1,city\n" + rows)


def test_an_empty_column_for_a_part_of_the_name_changes_nothing(read: Read) -> None:
    """`Name` next to an empty `First name` is the whole name."""
    person = read("Name,First name,Email\nAsha Rao,,a@b.example\n").registrations[0]

    assert ("Asha Rao", "", "") == (person.name, person.given_name, person.family_name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Nombres,Paterno,Materno\nLucía,Gómez,Ruiz\nJosé,Pérez,\n",
            [("Lucía Gómez Ruiz", "Gómez Ruiz"), ("José Pérez", "Pérez")],
        ),
        (
            "family_name,invite_name,email\nScavo Ruiz,Ana Scavo,a@b.example\n"
            "Scavo Ruiz,Lia Ruiz,l@b.example\n",
            [("Ana Scavo", "Scavo Ruiz"), ("Lia Ruiz", "Scavo Ruiz")],
        ),
    ],
    ids=["two surnames", "the household's surnames next to whole names"],
)
def test_surnames(text: str, expected: list[tuple[str, str]], read: Read) -> None:
    """A second surname belongs to the name, and no surname is in it twice."""
    people = read(text).registrations

    assert expected == [(person.name, person.family_name) for person in people]


@pytest.mark.parametrize("heading", ["Confirmado", "RSVP", "Attending"])
def test_a_pending_answer_is_no_missing_payment(heading: str, read: Read) -> None:
    """ "Pending" in a column of answers needs approval; the desk asks for no money."""
    people = read(f"Name,{heading}\nAsha,Pending\nBen,Yes\n").registrations

    assert ["unapproved", "valid"] == [person.status for person in people]


def test_a_ticket_that_is_still_to_check_in_is_valid(read: Read) -> None:
    """Zoho Backstage writes "Yet to Check In" for a valid ticket."""
    people = read("First name,Attendee status\nAsha,Yet to Check In\nBen,Cancelled\n").registrations

    assert ["valid", "canceled"] == [person.status for person in people]


def test_a_name_that_all_rows_have_is_no_name(read: Read) -> None:
    """A kind of people, repeated on each row, is not read as their names."""
    rows = "".join(f"{i},Participante,p{i}@b.example\n" for i in range(5))
    people = read(f"N,Participante,Email\n{rows}").registrations

    assert [""] * 5 == [person.name for person in people]


def test_numbers_under_ticket_are_codes(read: Read) -> None:
    """A column "Ticket" with another number on each row is the code, not the ticket type."""
    rows = "".join(f"Guest {i},A-00{i}\n" for i in range(5))
    people = read(f"Name,Ticket\n{rows}").registrations

    assert [("A-000",), ("A-001",)] == [person.codes for person in people[:2]]
    assert {""} == {person.ticket_type for person in people}


def test_a_title_of_each_person_is_no_ticket_type(read: Read) -> None:
    """Where most people differ in their role, it is no ticket type."""
    rows = "".join(f"Guest {i},Minister of {i}\n" for i in range(30))
    people = read(f"Name,Role\n{rows}").registrations

    assert {""} == {person.ticket_type for person in people}


def test_guest_in_a_report_of_zoom_is_no_companion(read: Read) -> None:
    """Zoom's "Guest: Yes" is a person from outside of the account."""
    text = "Name (Original Name),User Email,Join Time,Guest\nAsha,a@b.example,10:00,Yes\n"

    assert 1 == read(text).registrations[0].heads


def test_headings_that_span_two_rows(read: Read) -> None:
    """A heading merged downwards next to a group of columns is the heading of its column."""
    rows: list[list[object]] = [
        ["Annual dinner 2026"],
        ["S.No", "Name", "", "Ticket"],
        ["", "First", "Last", ""],
        [1, "Asha", "Rao", "VIP"],
        [2, "Bo", "Li", "Standard"],
    ]
    result = read(workbook({"Guests": rows}), name="people.xlsx")

    found = [(person.name, person.ticket_type) for person in result.registrations]
    assert [("Asha Rao", "VIP"), ("Bo Li", "Standard")] == found
    assert not any("above the headings" in sentence for sentence in result.warnings)


def test_a_title_is_no_heading_of_a_gap(read: Read) -> None:
    """A title above a column without a heading does not name that column."""
    rows: list[list[object]] = [
        ["Guest list"],
        ["", "Name", "Email"],
        ["first to arrive", "Asha Rao", "a@b.example"],
    ]
    person = read(workbook({"Guests": rows}), name="people.xlsx").registrations[0]

    assert ("Asha Rao", (("Column 1", "first to arrive"),)) == (person.name, person.extra)


def test_parts_of_a_list_and_notes_below_it(read: Read) -> None:
    """A word in the column of running numbers is the heading of a part; a footnote is no person."""
    text = (
        "#,Name,Company\nSPEAKERS,,\n1,Asha Rao,Acme\nLOCAL HEROES (online),,\n1,Bo Li,\n"
        "2,Cy Wu,\n,* confirmed by phone,\n"
    )
    result = read(text)

    assert [
        ("Asha Rao", "SPEAKERS"),
        ("Bo Li", "LOCAL HEROES (online)"),
        ("Cy Wu", "LOCAL HEROES (online)"),
    ] == [(person.name, person.ticket_type) for person in result.registrations]
    assert [] == result.rejected


def test_a_column_of_names_without_a_heading(read: Read) -> None:
    """Moodle writes names without a heading next to e-mails; a column of notes is no name."""
    text = ",Email,\nAsha Rao,a@b.example,12 notes\nBo Li,b@b.example,a@b.example\n"
    result = read(text)

    assert ["Asha Rao", "Bo Li"] == [person.name for person in result.registrations]
    assert any("has no heading, and was read as the name" in w for w in result.warnings)


@pytest.mark.parametrize(
    ("text", "names", "heads"),
    [
        ("ID,INVITADOS,PASES\nM1,Ana Ruiz,1\nM2,Luis Gil,3\n", ["Ana Ruiz", "Luis Gil"], [1, 3]),
        ("Nombre,Invitados\nAna Ruiz,2\nLuis Gil,0\n", ["Ana Ruiz", "Luis Gil"], [3, 1]),
    ],
)
def test_invited_people_or_their_number(
    text: str, names: list[str], heads: list[int], read: Read
) -> None:
    """ "Invitados" has the names of a list, or how many a person brings."""
    people = read(text).registrations

    assert (names, heads) == ([p.name for p in people], [p.heads for p in people])


def test_a_guests_name_is_a_companions(read: Read) -> None:
    """`Guest name` with gaps next to a complete `Name` is a companion, with the own e-mail."""
    people = read("Name,Guest name,Guest email\nAsha,Zed Fox,z@b.example\nBo,,\n").registrations

    assert [("Asha", "", 2), ("Bo", "", 1)] == [(p.name, p.email, p.heads) for p in people]


def test_an_attendee_name_with_gaps_stays_the_attendees(read: Read) -> None:
    """A ticket without a name does not take the complete name of another column."""
    people = read("Name,Attendee name,Order\nBoss,Asha,O1\nBoss,,O1\n").registrations

    assert ["Asha", ""] == [person.name for person in people]


def test_an_empty_column_of_guests_is_no_name(read: Read) -> None:
    """Meetup's `Ospiti` without a number takes nothing from the name."""
    person = read("Nome,Ospiti,RSVP\nGiorgio Vacchi,,Sì\n").registrations[0]

    assert ("Giorgio Vacchi", "", 1) == (person.name, person.family_name, person.heads)


def test_the_leader_of_a_team_is_its_first_member(read: Read) -> None:
    """A hackathon's `Leader name` next to `Member 2 name` is a person as well."""
    text = (
        "Team,Leader Name,Leader Email,Member 2 Name,Member 2 Email\n"
        "Rockets,Asha,a@b.example,Bo,b@b.example\nStars,Cy,c@b.example,,\n"
    )
    people = read(text).registrations

    found = [(person.name, person.email) for person in people]
    assert [("Asha", "a@b.example"), ("Bo", "b@b.example"), ("Cy", "c@b.example")] == found


def test_a_ticket_holder_is_not_the_purchaser(read: Read) -> None:
    """The holder of a ticket has it; a ticket without a holder is the purchaser's guest."""
    text = "Ticket Holder,Purchaser Name,Barcode\nAsha,Boss,B1\n,Boss,B2\n"
    people = read(text).registrations

    assert [("Asha", ""), ("", "Boss")] == [(p.name, p.guest_of) for p in people]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Name,,\nRaj Rao,Priya Rao,Anu Rao\nMohan Iyer,Lakshmi Iyer,\nOm Das,,\n", [3, 2, 1]),
        ("Name,Members,,Table\nRaj Rao,Priya,Anu,1\nOm Das,,,2\nSara Ali,Zain,,3\n", [3, 1, 2]),
        ("Family,,,RSVP\nRao,Raj,Priya,Yes\nIyer,Mohan,,Yes\nDas,Om,,Yes\n", [2, 1, 1]),
        ("Name,Email,\nRaj Rao,r@x.org,Priya Rao\nOm Das,o@x.org,Uma Das\n", [2, 2]),
        ("First name,Last name,,\nRaj,Rao,Priya,Rao\nOm,Das,,\nSam,Ode,Zoe,Ode\n", [2, 1, 2]),
        ('Name,Other members,Pax\nRaj Rao,"Priya, Anu",3\nOm Das,,1\nSara Ali,Zain,2\n', [3, 1, 2]),
    ],
)
def test_companions_without_a_heading_are_counted(read: Read, text: str, people: list[int]) -> None:
    """A member of the family next to a name comes on the same ticket, and the report says so."""
    file = read(text)

    assert people == [row.heads for row in file.registrations]
    assert any("names of companions" in warning for warning in file.warnings)


def test_the_attendee_is_no_own_companion(read: Read) -> None:
    """Lists of all members of a family repeat the attendee."""
    text = (
        "Family,Family Member's,\nAmy Berg,Amy Berg,Amy's Plus One\nBerg Family,Al Berg,Kim Berg\n"
    )
    families = read(text).registrations
    members = read('Name,Members\nOlga,"Olga, Eduardo"\nAda,Ada\n').registrations

    assert [2, 2, 2, 1] == [row.heads for row in (*families, *members)]


@pytest.mark.parametrize(
    "text",
    [
        "Name,Email,,Notes\nRaj Rao,r@x.org,vegetarian,late\nOm Das,o@x.org,no nuts,\n",
        "Name,\nRaj Rao,Yes\nOm Das,No\nSara Ali,\n",
        "Name,\nRaj Rao,Pune\nOm Das,Pune\nSara Ali,Pune\nZoe Ode,\n",
        "First name,\nRaj,Rao\nOm,Das\nSara,Ali\n",
        "Name,\nRaj Rao,12\nOm Das,14\nSara Ali,\n",
    ],
)
def test_a_column_without_a_heading_is_not_always_companions(read: Read, text: str) -> None:
    """Remarks, ticks, towns, numbers and family names count nobody."""
    assert {1} == {row.heads for row in read(text).registrations}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('Name,Guest names\nRaj Rao,Priya Rao\nOm Das,"Uma, Zoe"\n', ["Raj Rao", "Om Das"]),
        ("Nome,Convidados\nJoão Silva,Maria Silva\nAna Costa,\n", ["João Silva", "Ana Costa"]),
        ("First name,Last name,Guests\nRaj,Rao,Anu Rao\nOm,Das,\n", ["Raj Rao", "Om Das"]),
        ("Guests,Table\nRaj Rao,1\nOm Das,2\n", ["Raj Rao", "Om Das"]),
    ],
)
def test_names_of_guests_are_companions_of_a_name(read: Read, text: str, names: list[str]) -> None:
    """`Guest names` is the attendee's name only where nothing else is."""
    assert names == [row.name for row in read(text).registrations]


@pytest.mark.parametrize(
    ("given", "family", "name"),
    [
        ("Ravi", "NA", "Ravi"),
        ("Ravi", "na", "Ravi"),
        ("Ravi", "N/A", "Ravi"),
        ("Ravi", "none", "Ravi"),
        ("Ravi", "None", "Ravi"),
        ("Ravi", "null", "Ravi"),
        ("Ravi", "NIL", "Ravi"),
        ("Prakash", "LNU", "Prakash"),
        ("FNU", "Gupta", "Gupta"),
        ("Bo", "Not applicable", "Bo"),
        ("José", "No aplica", "José"),
        ("Hans", "k.A.", "Hans"),
        ("Luc", "Néant", "Luc"),
        ("Rui", "não tem", "Rui"),
        ("Jan", "Brak", "Jan"),
        ("Иван", "Нет", "Иван"),
        ("Yuki", "なし", "Yuki"),
        ("Minh", "không có", "Minh"),
        ("علی", "کوئی نہیں", "علی"),
        ("Na", "Li", "Na Li"),
        ("Yuna", "Na", "Yuna Na"),
        ("LI", "NA", "LI NA"),
        ("li", "na", "li na"),
        ("Christopher", "Null", "Christopher Null"),
        ("Nil", "Puig", "Nil Puig"),
        ("NA", "NA", ""),
    ],
)
def test_a_word_for_no_family_name_is_no_name(
    read: Read, given: str, family: str, name: str
) -> None:
    """The badge says `Ravi`, and people whose name is such a word keep it."""
    (row,) = read(f"First name,Last name,Email\n{given},{family},x@x.org\n").registrations

    assert name == row.name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ravi NA", "Ravi"),
        ("Ravi null", "Ravi"),
        ("Ravi undefined", "Ravi"),
        ("Ravi N/A", "Ravi"),
        ("Ravi -", "Ravi"),
        ("LI NA", "LI NA"),
        ("Yuna Na", "Yuna Na"),
        ("Christopher Null", "Christopher Null"),
    ],
)
def test_a_word_for_no_family_name_behind_a_name(read: Read, text: str, name: str) -> None:
    """Forms and programs write the missing family name behind the given name."""
    assert [name] == [row.name for row in read(f"Name\n{text}\n").registrations]


def test_a_missing_middle_name_is_left_out(read: Read) -> None:
    """`None` and `N/A` in the middle of a name."""
    rows = read("First name,Middle name,Last name\nRavi,None,Rao\nOm,N/A,Das\n").registrations

    assert ["Ravi Rao", "Om Das"] == [row.name for row in rows]


@pytest.mark.parametrize(
    ("name", "are_several"),
    [
        ("Raj & Priya Sharma", True),
        ("Raj and Priya", True),
        ("Ana Silva e Rui Dias", True),
        ("Павло і Катруся", True),
        ("Tío Beto y Familia", True),
        ("Sharma family", True),
        ("Familia López", True),
        ("José Ortega y Gasset", False),
        ("Maria Santos e Silva", False),
        ("Andrea Sandoval", False),
        ("Philip Y Yao", False),
        ("RAJ AND PRIYA SHARMA", True),
        ("Priya Sharma", False),
    ],
)
def test_a_name_of_several_people_is_reported(read: Read, name: str, are_several: bool) -> None:
    """A couple in one cell admits one person, and the report says so."""
    warnings = read(f"Name,Table\n{name},1\nOm Das,2\n").warnings

    assert are_several == any("more than one person" in warning for warning in warnings)


def test_a_name_of_several_people_with_a_number_is_fine(read: Read) -> None:
    """A column with their number counts them."""
    file = read("nome,QTD,Confirmado\nAna Silva e Rui Dias,2,sim\nZé,1,NAO\n")

    assert [2, 1] == [row.heads for row in file.registrations]
    assert ["valid", "unapproved"] == [row.status for row in file.registrations]
    assert not any("more than one person" in warning for warning in file.warnings)


def test_a_company_is_no_total(read: Read) -> None:
    """`Summa Health` begins like a total in Swedish, but the row has a name."""
    file = read(
        "company,attendee_name,title\nSumma Health,Swathi West,CISO\nAcme,Om Das,\nTotal,2,\n"
    )

    assert ["Swathi West", "Om Das"] == [row.name for row in file.registrations]


@pytest.mark.parametrize(
    ("heading", "word", "status"),
    [
        ("Confirmado", "NAO", "unapproved"),
        ("Asistirás", "si", "valid"),
        ("Katılım durumu", "hayir", "canceled"),
        ("RSVP", "nop", "canceled"),
        ("Status", "zaplacone", "valid"),
        ("Status", "annule", "canceled"),
    ],
)
def test_a_status_is_understood_without_accents(
    read: Read, heading: str, word: str, status: str
) -> None:
    """People type words without the accents of their language."""
    first, _ = read(f"Name,{heading}\nOm Das,{word}\nZoe Ode,yes\n").registrations

    assert status == first.status


def test_no_answer_to_an_rsvp_is_no_yes(read: Read) -> None:
    """An empty cell under `RSVP` is reported and asked about, as under `Attending`."""
    file = read("Name,RSVP\nOm Das,true\nZoe Ode,\nSara Ali,false\n")

    assert ["valid", "unapproved", "canceled"] == [row.status for row in file.registrations]
    assert any("not answered" in warning for warning in file.warnings)


def test_quotes_after_a_space(read: Read) -> None:
    """Hand-made files have a space between the comma and the quote."""
    file = read('"name","seat", "ticket id"\n"Om Das","15", "530494"\n"Rao, Asha","7", "166120"\n')

    found = [(row.name, row.codes) for row in file.registrations]
    assert [("Om Das", ("530494",)), ("Rao, Asha", ("166120",))] == found


def test_the_row_of_a_seat_is_no_number_of_a_person(read: Read) -> None:
    """A letter that many people share finds none of them."""
    file = read("Name,Row,Seat\nOm Das,A,1\nZoe Ode,A,2\nSara Ali,B,1\nRaj Rao,B,2\n")

    assert {()} == {row.weak_codes for row in file.registrations}


def test_an_invited_persons_name_in_spanish(read: Read) -> None:
    """`Nombre invitado` is the attendee's name, and `Pases asignados` how many come."""
    file = read("Familia,Pases Asignados,Nombre Invitado\nGarcía,3,Juan Carlos\nLópez,1,Ana\n")

    assert [("Juan Carlos", 3), ("Ana", 1)] == [(row.name, row.heads) for row in file.registrations]


@pytest.mark.parametrize(
    "headings",
    [
        "Name (Prefix),Name (First),Name (Middle),Name (Last),Name (Suffix)",
        "Name - Prefix,Name - First,Name - Middle,Name - Last,Name - Suffix",
        "Name: Prefix,Name: First,Name: Middle,Name: Last,Name: Suffix",
        "Name (Präfix),Name (Vorname),Name (zweiter Vorname),Name (Nachname),Name (Nachspann)",
    ],
)
def test_parts_of_a_name_as_form_programs_write_them(read: Read, headings: str) -> None:
    """Gravity Forms and WPForms put the part behind the name of the question."""
    text = f"{headings}\nMs.,Asha,Lata,Rao,\nMr.,Om,,Das,Jr.\n"

    assert ["Asha Lata Rao", "Om Das"] == [row.name for row in read(text).registrations]


def test_an_email_under_a_name_of_a_program(read: Read) -> None:
    """`EmailAteneo` is an e-mail address, `ParentEmail` another person's."""
    (row,) = read("Cognome,Nome,EmailAteneo,ParentEmail\nRossi,Ada,a@x.it,p@x.it\n").registrations

    assert "a@x.it" == row.email


def test_lines_to_sign_on_are_no_status(read: Read) -> None:
    """A column of underscores on a paper list decides nothing."""
    file = read("Initials,Name\n________,Om Das\n________,Asha Rao\nInactive,Zoe Ode\n")

    assert "status" not in file.columns


def test_a_word_that_begins_with_no_is_no_refusal(read: Read) -> None:
    """`No grupo` is Portuguese for a person who has a group."""
    file = read("Nome,Situação\nAda,No grupo\nRui,Desistência\nZé,Em análise\nIda,Confirmado\n")

    found = [row.status for row in file.registrations]
    assert ["unapproved", "canceled", "unapproved", "valid"] == found
    assert any('"No grupo"' in warning for warning in file.warnings)


@pytest.mark.parametrize(
    ("heading", "yes", "no"),
    [("Vegetariano", "Sim", "Não"), ("Primera vez", "Sí", "No"), ("Nocleg", "Tak", "Nie")],
)
def test_a_yes_or_no_under_any_heading_is_no_status(
    read: Read, heading: str, yes: str, no: str
) -> None:
    """A vegetarian is not the only one who may enter."""
    rows = read(f"Name,{heading}\nAda,{yes}\nRui,{no}\nIda,{no}\nZoe,{yes}\n").registrations

    assert {"valid"} == {row.status for row in rows}


@pytest.mark.parametrize(
    ("paid", "true", "false"),
    [
        ("Bezahlt", "WAHR", "FALSCH"),
        ("Payé", "VRAI", "FAUX"),
        ("Zaplaceno", "PRAVDA", "NEPRAVDA"),
        ("Ödendi", "DOĞRU", "YANLIŞ"),
        ("Betald", "SANT", "FALSKT"),
        ("Betalt", "SANN", "USANN"),
        ("Plătit", "ADEVĂRAT", "FALS"),
        ("Оплачено", "ІСТИНА", "ХИБНІСТЬ"),
        ("Оплачено", "ИСТИНА", "ЛОЖЬ"),
    ],
)
def test_true_and_false_of_a_spreadsheet_program(
    read: Read, paid: str, true: str, false: str
) -> None:
    """A spreadsheet program writes them in its language."""
    rows = read(f"Name;{paid}\nAda;{true}\nRui;{false}\nIda;{true}\n").registrations

    assert ["valid", "unpaid", "valid"] == [row.status for row in rows]


def test_unknown_words_under_a_known_heading_are_reported(read: Read) -> None:
    """A column about payment whose words are unknown decides nothing, and the report says so."""
    file = read("Name,Paid\nAda,foo\nRui,bar\nIda,foo\nZoe,foo\n")

    assert any('"Paid" has no known word for a status' in warning for warning in file.warnings)


def test_a_russian_list_for_dos(read: Read) -> None:
    """`CSV (MS-DOS)` of a Russian spreadsheet program."""
    text = "Имя;Фамилия;Оплачено\nФёдор;Щукин;ИСТИНА\nЮлия;Цой;ЛОЖЬ\nАртём;Жуков;ИСТИНА\n"
    rows = read(text, encoding="cp866").registrations

    assert ["Фёдор Щукин", "Юлия Цой", "Артём Жуков"] == [row.name for row in rows]


def test_a_tick_that_repeats_its_heading_is_no_row_of_headings(read: Read) -> None:
    """A form writes `Red` under `Red`; the person stays on the list."""
    text = "Name,Red,Blue\nOm Das,Red,Blue\nZoe Ode,,Blue\nName,Red,Blue\nAsha Rao,Red,\n"

    assert ["Om Das", "Zoe Ode", "Asha Rao"] == [row.name for row in read(text).registrations]


def test_companions_with_a_remark_in_the_heading(read: Read) -> None:
    """A name is one companion, as a yes is."""
    rows = read("Full Name,Plus One (Name or Y/N)\nOm Das,Uma Das\nZoe Ode,Y\nAsha Rao,N\n")

    assert [2, 2, 1] == [row.heads for row in rows.registrations]


def test_the_empty_state_of_an_address_is_no_status(read: Read) -> None:
    """The report names no column as the status that has no cell."""
    assert "status" not in read("Name,City,State\nOm Das,Pune,\nZoe Ode,Goa,\n").columns


def test_the_head_of_a_family_is_the_attendee(read: Read) -> None:
    """`Members` next to `Family Head` are companions, not the attendee."""
    rows = read("Family Head,Members,\nRaj Sharma,Priya,Anu\nOm Das,,\n").registrations

    assert [("Raj Sharma", 3), ("Om Das", 1)] == [(row.name, row.heads) for row in rows]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            "Team,Leader,Leader Email,Member 1,Member 2\nA,Asha Rao,a@x.org,Ravi Iyer,\n",
            [("Asha Rao", "a@x.org"), ("Ravi Iyer", "")],
        ),
        (
            "Team Leader,Member 1 Name,Member 2 Name\nAsha Rao,Asha Rao,Om Das\n",
            [("Asha Rao", ""), ("Om Das", "")],
        ),
        (
            "Leader Name,Member 2 Name,Member 3 Name\nAsha Rao,Ravi Iyer,Om Das\n",
            [("Asha Rao", ""), ("Ravi Iyer", ""), ("Om Das", "")],
        ),
    ],
)
def test_the_leader_of_a_team_is_a_person(
    read: Read, text: str, people: list[tuple[str, str]]
) -> None:
    """The leader is on the list once, with the own e-mail."""
    assert people == [(row.name, row.email) for row in read(text).registrations]


def test_the_name_on_a_ticket_comes_before_the_booker(read: Read) -> None:
    """The attendee is not the person who paid."""
    (row,) = read("Name on Ticket,Booked By,Seat No\nAsha Rao,Raj Rao,A-12\n").registrations

    assert "Asha Rao" == row.name


def test_the_attendees_children_are_counted(read: Read) -> None:
    """A number of children alone is in addition to the attendee."""
    rows = read("Name,# of kids\nAsha Rao,2\nOm Das,none\nZoe Ode,\n").registrations

    assert [3, 1, 1] == [row.heads for row in rows]


def test_free_words_under_rsvp_are_answers(read: Read) -> None:
    """People answer an RSVP in their own words; an unknown one is asked about."""
    text = "Name,RSVP'd?\nAda,yes!\nRui,can't make it :(\nIda,hopefully\nZoe,yup\nOm,42\n"

    found = [row.status for row in read(text).registrations]
    assert ["valid", "canceled", "unapproved", "valid", "unapproved"] == found


@pytest.mark.parametrize(
    ("heading", "answers"),
    [
        ("¿Asistirás?", ("Sí", '"No, lo siento"', "Todavía no lo sé")),
        ("Parteciperai?", ("Sì", "No", "Forse")),
        ("Придёте?", ("Да", '"К сожалению, нет"', "Пока не знаю")),
        ("Konfirmasi Kehadiran", ("Hadir", "Tidak Hadir", "Masih Ragu")),
        ("katılım", ("Katılıyorum", "Katılamıyorum", "Kararsızım")),
        ("Zu-/Absage", ("zugesagt", "abgesagt", "")),
        ("סטטוס הגעה", ("מגיע", "לא מגיע", "אולי")),
        ("Tham dự", ("Có", "Không", "")),
        ("참석여부", ("참석", "불참", "")),
        ("Účast", ("ano", "ne", "")),
        ("Kommer", ("ja", "nej", "")),
        ("Présence (oui/non)", ("oui", "non", "")),
    ],
)
def test_answers_to_an_invitation_in_the_words_of_people(
    read: Read, heading: str, answers: tuple[str, str, str]
) -> None:
    """A yes, a no, and an answer that the desk asks about."""
    lines = [f"Person {i},{answer}" for i, answer in enumerate(answers)]
    rows = read("\n".join([f"Name,{heading}", *lines])).registrations

    assert ["valid", "canceled", "unapproved"] == [row.status for row in rows]


def test_a_placeholder_is_no_second_participant(read: Read) -> None:
    """A row with `-` under the second participant is one person."""
    text = "Participant 1 Name,Participant 1 ID,Participant 2 Name,Participant 2 ID\n"
    rows = read(f"{text}Asha Rao,A1,Ravi Iyer,A2\nOm Das,A3,-,NA\n").registrations

    assert ["Asha Rao", "Ravi Iyer", "Om Das"] == [row.name for row in rows]


def test_a_paid_fee_with_yes_or_no(read: Read) -> None:
    """The hint `(Y/N)` is no part of a heading."""
    rows = read("Name,Reg. Fee paid (Y/N)\nAsha Rao,Y\nOm Das,N\n").registrations

    assert ["valid", "unpaid"] == [row.status for row in rows]


def test_the_delegates_of_a_company_are_the_attendees(read: Read) -> None:
    """The contact who registered them is one of them, or does not come."""
    text = (
        "Company,Contact Person,Email,Delegate 1,Delegate 2\nAcme,Asha Rao,a@x.in,Om Das,Zoe Ode\n"
    )

    assert ["Om Das", "Zoe Ode"] == [row.name for row in read(text).registrations]


def test_a_coach_is_no_attendee(read: Read) -> None:
    """The phone of the coach is not the player's."""
    text = "Player Name,Coach Name,Coach Mobile,Player Mobile\nAda,Om Das,999,111\n"
    (row,) = read(text).registrations

    assert ("Ada", "111") == (row.name, row.phone)


def test_a_child_is_the_attendee_of_a_camp(read: Read) -> None:
    """The child is the attendee where only the parent has another name."""
    (row,) = read(
        "Child's Name,Age,Parent Name,Parent Phone\nAnu Rao,7,Asha Rao,111\n"
    ).registrations

    assert "Anu Rao" == row.name


@pytest.mark.parametrize(
    "heading", ["Startgeld bezahlt", "Cotisation payée", "Cuota pagada", "Entry fee paid"]
)
def test_a_heading_that_ends_with_paid(read: Read, heading: str) -> None:
    """Whatever is paid, a no is not paid."""
    rows = read(f"Name,{heading}\nAda,yes\nRui,no\n").registrations

    assert ["valid", "unpaid"] == [row.status for row in rows]


def test_members_and_children_are_counted(read: Read) -> None:
    """Numbers of a group, and names of a family."""
    group = read("Name,Members in Group\nAda,4\nRui,2\n").registrations
    family = read('Name,Spouse Name,Children (Names)\nAda,Rui,"Ida, Zoe"\nOm,,\n').registrations

    assert [4, 2, 4, 1] == [row.heads for row in (*group, *family)]


def test_a_text_above_repeated_headings_is_no_person(read: Read) -> None:
    """It is the heading of a part, in whatever words."""
    text = "Name,Seat\nAsha Rao,A1\nGENERAL ENCLOSURE,\nName,Seat\nZoe Ode,B1\n"
    rows = read(text).registrations

    found = [(row.name, row.ticket_type) for row in rows]
    assert [("Asha Rao", ""), ("Zoe Ode", "GENERAL ENCLOSURE")] == found


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ('Name,Family\nAsha Rao,"Raj, Anu"\nOm Das,\n', [("Asha Rao", 3), ("Om Das", 1)]),
        ("Name,Family\nAsha Rao,Bride\nOm Das,Groom\n", [("Asha Rao", 1), ("Om Das", 1)]),
        ("Name,Family\nAsha,Rao\nOm,Das\n", [("Asha Rao", 1), ("Om Das", 1)]),
    ],
)
def test_a_family_next_to_a_full_name(read: Read, text: str, people: list[tuple[str, int]]) -> None:
    """It is no part of the name; several names in it are companions."""
    assert people == [(row.name, row.heads) for row in read(text).registrations]


def test_a_word_for_no_company_is_no_company(read: Read) -> None:
    """A badge says no `N/A` below the name."""
    rows = read("Name,Company\nAda,N/A\nRui,none\nIda,Acme\nZoe,brak\n").registrations

    assert ["", "", "Acme", ""] == [row.company for row in rows]


@pytest.mark.parametrize("heading", ["To be paid", "Balance to be paid", "Método de pago"])
def test_a_heading_about_what_is_not_paid_yet_is_no_payment(read: Read, heading: str) -> None:
    """A yes to `To be paid` does not mean a paid ticket."""
    file = read(f"Name,{heading}\nAda,Yes\nRui,No\n")

    assert "paid_flag" not in file.columns


ITEMS = "Order Number,Name,Email,Item,Status,Ticket code\n"


def test_items_of_an_order_are_noted_on_the_ticket(read: Read) -> None:
    """One person has one ticket with all items of the order; the order of the rows is no matter."""
    rows = [
        "A1,Asha Rao,asha@a.example,VIP,paid,C1",
        "A1,Asha Rao,asha@a.example,T-shirt (M),paid,C2",
        "A1,asha rao,Asha@a.example,Workshop: Rust,paid,",
        "A2,Om Das,om@a.example,VIP,paid,C4",
    ]
    for order in (rows, rows[::-1]):
        file = read(ITEMS + "\n".join(order) + "\n")
        asha = next(row for row in file.registrations if row.name.casefold() == "asha rao")
        products = dict(asha.extra)[ADD_ON].split("; ")

        assert (2, 2) == (len(file.registrations), file.duplicates)
        assert ("VIP", ("C1", "C2")) == (asha.ticket_type, asha.codes)
        assert ["T-shirt (M)", "Workshop: Rust"] == sorted(products)
        assert any("2 add-on products without admission" in said for said in file.warnings)


def test_a_person_stays_the_same_when_an_item_is_bought_later(read: Read) -> None:
    """The item sorts before the ticket, and has no code of its own."""
    heading, ticket = "Order Number,Name,Email,Item\n", "A1,Asha Rao,asha@a.example,VIP\n"
    before = read(heading + ticket).registrations
    after = read(heading + ticket + "A1,Asha Rao,asha@a.example,T-shirt\n").registrations

    assert [row.identity for row in before] == [row.identity for row in after]


def test_an_item_is_no_ticket_type_in_a_list_without_orders(read: Read) -> None:
    """The rows of a person are one ticket there, which is not for a T-shirt."""
    row = "Asha,a@a.example,{}\n"
    (asha,) = read("Name,Email,Item\n" + row.format("T-shirt") + row.format("VIP")).registrations

    assert ("VIP", "T-shirt") == (asha.ticket_type, dict(asha.extra)[ADD_ON])


@pytest.mark.parametrize(
    "rows",
    [
        ("A1,Asha,a@a.example,VIP,paid,1", "A1,Asha,a@a.example,VIP,paid,2"),
        (",Asha,a@a.example,VIP,paid,1", ",Asha,a@a.example,T-shirt,paid,2"),
        ("A1,Asha,a@a.example,VIP,paid,1", "A1,Om,a@a.example,T-shirt,paid,2"),
        ("A1,Asha,a@a.example,VIP,paid,1", "A2,Asha,a@a.example,T-shirt,paid,2"),
        ("A1,Asha,a@a.example,VIP,paid,1", "A1,Asha,b@a.example,T-shirt,paid,2"),
        ("A1,Asha,,VIP,paid,1", "A1,Asha,,T-shirt,paid,2"),
        ("A1,Asha,a@a.example,VIP,paid,1", "A1,Asha,a@a.example,T-shirt,canceled,2"),
        ("A1,Asha,a@a.example,VIP,paid,1", "A1,Asha,a@a.example,Workshop ticket,paid,2"),
        ("A1,Asha,a@a.example,VIP,paid,1", "A1,Asha,a@a.example,Kids workshop,paid,2"),
        ("A1,Asha,a@a.example,Dinner,paid,1", "A1,Asha,a@a.example,T-shirt,paid,2"),
        ("A1,,a@a.example,VIP,paid,1", "A1,,a@a.example,T-shirt,paid,2"),
    ],
)
def test_what_may_be_two_tickets_stays_two(read: Read, rows: tuple[str, ...]) -> None:
    """Two admissions, two people, two orders, or nothing that tells people apart."""
    assert 2 == len(read(ITEMS + "\n".join(rows) + "\n").registrations)


def test_an_item_leaves_two_tickets_of_one_name_alone(read: Read) -> None:
    """The buyer's name may be on the tickets of friends: no one knows the owner of the T-shirt."""
    row = "A1,Asha,a@a.example,{},paid,{}\n"
    text = ITEMS + row.format("VIP", 1) + row.format("VIP", 2) + row.format("T-shirt", 3)

    assert 3 == len(read(text).registrations)


def test_several_people_in_a_name_are_named_next_to_a_column_of_guests(read: Read) -> None:
    """Of those who bring no guest by the list, the report asks for the number."""
    text = "Name,Plus one\nAsha Rao,Om Das\nZoe & Tom Ito,\nIda & Uma Lo,Eve Lo\n"
    said = [warning for warning in read(text).warnings if "more than one person" in warning]

    assert (1, True, False) == (len(said), "Zoe & Tom Ito" in said[0], "Ida & Uma Lo" in said[0])


def test_order_numbers_under_name_are_no_names(read: Read) -> None:
    """A shop writes the order as `Name`, and the person as `Billing Name`."""
    text = "Name,Email,Billing Name\n#1001,a@a.example,Asha Rao\n#1002,o@a.example,Om Das\n"

    found = [(row.name, row.order_code) for row in read(text).registrations]
    assert [("Asha Rao", "#1001"), ("Om Das", "#1002")] == found


@pytest.mark.parametrize("heading", ["Bezahlt am", "Payé le", "Pagato il", "Paid on"])
def test_a_day_of_payment_says_who_paid(read: Read, heading: str) -> None:
    """A day is a payment, and no day is none."""
    rows = read(f"Name,{heading}\nAda,2027-02-16\nRui,\n").registrations

    assert ["valid", "unpaid"] == [row.status for row in rows]


@pytest.mark.parametrize("heading", ["Accompagnatore", "Jumlah pendamping"])
def test_companions_are_counted_in_more_languages(read: Read, heading: str) -> None:
    """A number, or a name."""
    rows = read(f"Name,{heading}\nAda,2\nRui,0\nIda,Zoe Ode\n").registrations

    assert [3, 1, 2] == [row.heads for row in rows]


def test_a_name_under_a_heading_of_numbers_keeps_the_heading_in_the_report(read: Read) -> None:
    """The name is kept as a companion's; the report has the file's own words."""
    file = read("Name,お連れ様\nAda,Zoe Ode\nRui,\n")

    assert "お連れ様" == file.columns["guests"]
    assert (("Companions", "Zoe Ode"),) == file.registrations[0].extra


@pytest.mark.parametrize(
    ("guests", "heads"),
    [
        (("Ravi Rao", "", "Bilal Khan"), [2, 1, 2]),
        (("Yes", "", "No"), [2, 1, 1]),
        (("VIP", "", "VIP"), [1, 1, 1]),
    ],
)
def test_names_under_guest_are_counted(
    read: Read, guests: tuple[str, ...], heads: list[int]
) -> None:
    """Next to the attendee's name; a kind of guest is no name."""
    rows = zip(("Asha Rao", "Om Das", "Zainab Khan"), guests, strict=True)
    text = "Name,Guest\n" + "".join(f"{name},{guest}\n" for name, guest in rows)

    assert heads == [row.heads for row in read(text).registrations]


@pytest.mark.parametrize(
    "headings",
    [
        "Begleitperson Vorname,Begleitperson Nachname",
        "Prénom du conjoint,Nom du conjoint",
        "Nome do acompanhante,Sobrenome do acompanhante",
        "Osoba towarzysząca,Uwagi",
        "Misafir Adı,Misafir Soyadı",
        "Guest names (comma separated),Notes",
    ],
)
def test_a_companions_name_is_one_person_in_any_language(read: Read, headings: str) -> None:
    """Given and family name are one companion."""
    rows = read(f"Full name,{headings}\nAsha Rao,Tom,Beck\nOm Das,,\n").registrations

    assert [2, 1] == [row.heads for row in rows]


def test_four_people_of_one_name_are_people(read: Read) -> None:
    """Under `Name` also a name that all rows have is a name."""
    assert ["Li"] * 4 == [row.name for row in read("Name,Note\n" + "Li,x\n" * 4).registrations]
