"""The order and number of the matches at the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people import lookup as lookup_module
from kiosk.services.people.lookup import Lookup, store_index
from kiosk.services.people.people import edit, walk_in
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store
from tests.support.stores import make_store, take_in

ASHA = Attendee("asha-id", name="Asha Rao")
BOB = Attendee("bob-id", name="Bob Stone")

NAMESAKES = """Name,Email,Status
Lejla Hadžić,lejla.one@mail.example,canceled
Lejla Hadžić,lejla.two@mail.example,blocked
Lejla Hadžić,lejla.three@mail.example,confirmed
"""


@pytest.mark.parametrize("query", ["lejla", "hadzic", "lejla hadžić"])
def test_valid_people_come_first_in_or_not(store: Store, tmp_path: Path, query: str) -> None:
    """A canceled or blocked namesake is never highlighted before the person who may come in."""
    sheet = tmp_path / "people.csv"
    sheet.write_text(NAMESAKES, encoding="utf-8")
    accept_import(store, plan_import(store, sheet))
    lookup = Lookup.load(store)

    before = lookup.search(store, query).people
    assert before[0].email == "lejla.three@mail.example"

    scan(store, ScanOrder(attendee_id=before[0].id))
    lookup.refresh(store)
    assert before[0].id == lookup.search(store, query).people[0].id
    assert before[0].id == Lookup.load(store).search(store, query).people[0].id


@pytest.mark.parametrize(("query", "first"), [("lena kohler", "Kohler"), ("Köhler", "Köhler")])
def test_the_typed_spelling_comes_first(store: Store, query: str, first: str) -> None:
    """Accents do not matter for a match, but for the order."""
    for name in ("Lena Köhler", "Lena Kohler", "Lena Köhler"):
        walk_in(store, name, {})

    assert f"Lena {first}" == Lookup.load(store).search(store, query).people[0].name


@pytest.mark.parametrize(
    ("query", "is_clear"), [("1", False), ("12", False), ("x 12", True), ("127", True), ("7", True)]
)
def test_a_stray_digit_takes_no_one(store: Store, query: str, is_clear: bool) -> None:
    """A digit and Enter answer dialogs: typed after one, they do not check in the only match."""
    for name in ("X Æ A-12", "Agent 1270", "7"):
        walk_in(store, name, {})
    found = Lookup.load(store).search(store, query)

    assert (is_clear, True) == (found.clear, bool(found.people))


def test_as_many_as_the_limit(store: Store) -> None:
    """55 people of one name are 50 where 50 are asked for, and 55 where 100 are."""
    for number in range(55):
        walk_in(store, f"Zoran Petrović {number}", {})
    lookup = Lookup.load(store)

    assert [50, 55] == [len(lookup.search(store, "zoran", limit).people) for limit in (50, 100)]


def test_those_still_expected_take_the_rows(store: Store) -> None:
    """With more matches than rows, an attendee who is in gives the row to one who is not."""
    names = [f"Zora {'b' * length}" for length in range(2, 12)]
    people = [walk_in(store, name, {}) for name in names]
    lookup = Lookup.load(store)
    (first, *_), last = lookup.search(store, "zo", 3).people, people[-1]
    assert first.id == people[0].id

    for person in people[:-2]:
        scan(store, ScanOrder(attendee_id=person.id))
    lookup.refresh(store)
    found = [person.id for person in lookup.search(store, "zo", 3).people]

    assert {people[-2].id, last.id} == set(found[:2])


ORDER = """Ticket code,Name,Order
GA-1,Palwasha Yusufzai,O-1
GA-2,,O-1
GA-3,,O-1
GA-4,Guest of Honour,O-2
"""


def test_a_typing_error_finds_the_person_who_is_in(store: Store) -> None:
    """A far less similar attendee who is not in yet never comes before."""
    malik = walk_in(store, "Ahmed Malik", {"email": "family@example.org"})
    for name in ("Adaeze Okafor", "Björn Groß"):
        walk_in(store, name, {"email": "ahmed.malik@example.org"})
    lookup = Lookup.load(store)
    before = [person.name for person in lookup.search(store, "ahmed melik", 5).people]
    scan(store, ScanOrder(attendee_id=malik.id))
    lookup.refresh(store)

    assert "Ahmed Malik" == before[0]
    assert before == [person.name for person in lookup.search(store, "ahmed melik", 5).people]


def test_a_guest_is_found_as_they_are_called(store: Store, tmp_path: Path) -> None:
    """“Guest of Palwasha” stands on the screen: typed, it finds the nameless of her order alone."""
    sheet = tmp_path / "people.csv"
    sheet.write_text(ORDER, encoding="utf-8")
    accept_import(store, plan_import(store, sheet))
    lookup = Lookup.load(store)

    guests = lookup.search(store, "guest of palwasha")
    assert ["Guest of Palwasha Yusufzai"] * 2 == [person.label for person in guests.people]
    assert not guests.clear
    assert ["Guest of Honour"] == [p.name for p in lookup.search(store, "guest of honour").people]
    assert [] == lookup.search(store, "guest of nobody whom we know").people
    assert "Palwasha Yusufzai" == lookup.search(store, "palwasha").people[0].name


# The stored index of a large event.


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat the small events of these tests as large ones."""
    monkeypatch.setattr(lookup_module, "MANY", 1)


def _is_stored(store: Store) -> bool:
    return bool(store.connection.execute("SELECT count(*) FROM cache").fetchone()[0])


def test_another_process_stores_the_index(tmp_path: Path, large: None) -> None:
    """The index is stored once; a stored one finds people who changed and came since."""
    store = make_store(tmp_path)
    take_in(store, ASHA, BOB)
    store_index(store, lambda: False)
    assert _is_stored(store)

    edit(store, ASHA.id, {"name": "Zebedee Quill"})
    scan(store, ScanOrder(code=f"T-{BOB.id}"))
    lookup = Lookup.load(store)

    assert ["Zebedee Quill"] == [p.name for p in lookup.search(store, "zebedee").people]
    assert [BOB.id] == [p.id for p in lookup.search(store, BOB.name).people]
    assert {BOB.id} == lookup.arrived


def test_a_small_event_stores_no_index(tmp_path: Path) -> None:
    """Few names are read faster than another process starts."""
    store = make_store(tmp_path)
    take_in(store, ASHA)
    store_index(store, lambda: False)

    assert not _is_stored(store)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE cache SET value = x'00112233'",
        "UPDATE cache SET stamp = replace(stamp, substr(stamp, 1, 2), '77')",
        "DELETE FROM cache",
    ],
)
def test_a_corrupt_index_is_built_again(tmp_path: Path, damage: str) -> None:
    """A value that was changed, or that belongs to another log, is not used."""
    store = make_store(tmp_path)
    take_in(store, ASHA)
    Lookup.build_and_store(store)
    store.connection.execute(damage)

    assert [ASHA.id] == [p.id for p in Lookup.load(store).search(store, ASHA.name).people]


@pytest.mark.parametrize("has_room", [True, False])
def test_a_stored_index_finds_and_takes_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_room: bool
) -> None:
    """The index in a mapped file, or in memory where no file can be made, finds and changes."""

    def no_room() -> None:
        raise OSError(28, "No space left on device")

    store = make_store(tmp_path)
    take_in(store, ASHA, BOB)
    Lookup.build_and_store(store)
    if not has_room:
        monkeypatch.setattr("kiosk.storage.file.cache.TemporaryFile", no_room)
    lookup = Lookup.load(store)
    queries = (ASHA.name, BOB.name, f"T-{BOB.id}")
    first = [[p.id for p in lookup.search(store, query).people] for query in queries]
    edit(store, BOB.id, {"name": "Zebedee Quill", "email": "zq@example.org", "phone": "555 0199"})
    lookup.refresh(store)
    later = [
        [p.id for p in lookup.search(store, query).people]
        for query in ("zq@example.org", "5550199")
    ]

    assert [[ASHA.id], [BOB.id], [BOB.id]] == first
    assert [[BOB.id], [BOB.id]] == later


def test_an_index_of_another_machine_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event file from a stranger could hold any index, so that a name finds another person."""
    store = make_store(tmp_path)
    take_in(store, ASHA)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("kiosk.storage.file.cache.machine_id", lambda: "another machine")
        Lookup.build_and_store(store)
    monkeypatch.setattr(
        "kiosk.domain.lookup.index.LookupIndex.unpack", lambda packed: pytest.fail("read")
    )

    assert [ASHA.id] == [p.id for p in Lookup.load(store).search(store, ASHA.name).people]


def test_the_wait_for_the_index_ends_with_the_desk(tmp_path: Path, large: None) -> None:
    """A desk that closes stops the other process."""
    store = make_store(tmp_path)
    take_in(store, ASHA)
    store_index(store, lambda: True)

    assert not _is_stored(store)
    assert [ASHA.id] == [p.id for p in Lookup.load(store).search(store, ASHA.name).people]


def test_a_large_import_replaces_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many changes are read at once, not person by person."""
    monkeypatch.setattr(lookup_module, "_MOST_CHANGES", 1)
    store = make_store(tmp_path)
    lookup = Lookup.load(store)
    take_in(store, ASHA, BOB)
    lookup.refresh(store)

    assert [BOB.id] == [p.id for p in lookup.search(store, BOB.name).people]


@pytest.mark.parametrize(
    "text",
    [
        "Name,Plus one\nAsha Rao,Karim Benali\n",
        "Name,Begleitung\nAsha Rao,Karim Benali\n",
        "Name,お連れ様\nAsha Rao,Karim Benali\n",
        "Name,Begleitperson Vorname,Begleitperson Nachname\nAsha Rao,Karim,Benali\n",
        "Name,Guest names (comma separated)\nAsha Rao,Karim Benali\n",
        "Name,Guests\nAsha Rao,2 (Lena and Karim Benali)\n",
        "Name,Guests,Guest names\nAsha Rao,1,Karim Benali\n",
        "Name,Partner first name,Partner last name\nAsha Rao,Karim,Benali\n",
        "Name,Wife,Children\nAsha Rao,Lena Rao,Karim Benali\n",
        "Name,,\nAsha Rao,Karim Benali,Zoe Ode\nOm Das,Tom Ito,Ida Lo\nUma Joy,,\n",
        "Name,,\nAsha Rao,Zoe Ode,Karim Benali\nOm Das,Tom Ito,Ida Lo\nUma Joy,,\n",
    ],
)
@pytest.mark.parametrize("query", ["karim", "Karim Benali", "benali", "kareem", "Karim Benalli"])
def test_a_companion_finds_the_attendee(
    store: Store, tmp_path: Path, text: str, query: str
) -> None:
    """A companion who comes first gives the own name; Enter alone checks in no one else."""
    sheet = tmp_path / "people.csv"
    sheet.write_text(text, encoding="utf-8")
    accept_import(store, plan_import(store, sheet))
    lookup = Lookup.load(store)
    found = lookup.search(store, query)

    assert (["Asha Rao"], False) == ([person.name for person in found.people], found.clear)
    edit(store, found.people[0].id, {"note": "by train"})
    lookup.refresh(store)
    assert found.people[0].id == lookup.search(store, query).people[0].id


def test_names_of_others_find_no_single_ticket(store: Store, tmp_path: Path) -> None:
    """A ticket for one has no companion, whatever a column says."""
    sheet = tmp_path / "people.csv"
    sheet.write_text("Name,Guests,Family\nAsha Rao,0,Karim\n", encoding="utf-8")
    accept_import(store, plan_import(store, sheet))

    assert [] == Lookup.load(store).search(store, "karim").people
