"""The order and number of the matches at the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.lookup import Lookup
from kiosk.services.people.people import walk_in
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store

NAMESAKES = """Name,Email,Status
Lejla Hadžić,lejla.one@mail.example,canceled
Lejla Hadžić,lejla.two@mail.example,blocked
Lejla Hadžić,lejla.three@mail.example,confirmed
"""


@pytest.mark.parametrize("query", ["lejla", "hadzic", "lejla hadžić"])
def test_valid_people_come_first_in_or_not(store: Store, tmp_path: Path, query: str) -> None:
    """A canceled or blocked namesake is never lit before the person who may come in."""
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


def test_as_many_as_the_limit(store: Store) -> None:
    """55 people of one name are 50 where 50 are asked for, and 55 where 100 are."""
    for number in range(55):
        walk_in(store, f"Zoran Petrović {number}", {})
    lookup = Lookup.load(store)

    assert [50, 55] == [len(lookup.search(store, "zoran", limit).people) for limit in (50, 100)]


ORDER = """Ticket code,Name,Order
GA-1,Palwasha Yusufzai,O-1
GA-2,,O-1
GA-3,,O-1
GA-4,Guest of Honour,O-2
"""


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
