"""The name search over one event, kept fresh by what the desk itself does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.domain.attendee import Attendee
from kiosk.domain.ids import badge_code
from kiosk.domain.lookup import Findable, LookupIndex
from kiosk.storage import attendees as people
from kiosk.storage.scans import arrived_ids
from kiosk.storage.store import Store


@dataclass(frozen=True, slots=True)
class Found:
    """The people a query means, best first."""

    people: list[Attendee]
    clear: bool
    """Only the first can be meant."""


class Lookup:
    """A search index and who has arrived."""

    def __init__(self, index: LookupIndex, arrived: set[str]) -> None:
        self.index = index
        self.arrived = arrived

    @classmethod
    def load(cls, store: Store, list_id: str | None = None) -> Lookup:
        """Read everybody; those in (on one list, or any) rank behind their equals."""
        arrived = arrived_ids(store.connection, list_id)
        return cls(LookupIndex.build(_findables(store, arrived)), arrived)

    def search(self, store: Store, query: str, limit: int = 10) -> Found:
        """The people a text means, best first."""
        result = self.index.search(query, limit)
        found = people.attendees_by_ids(store.connection, [hit.id for hit in result.hits])
        return Found(found, result.clear)


def _findables(store: Store, arrived: set[str]) -> Iterator[Findable]:
    codes = people.all_codes(store.connection)
    for person in people.all_attendees(store.connection):
        yield findable(person, codes.get(person.id, ()), arrived=person.id in arrived)


def findable(person: Attendee, codes: tuple[str, ...], *, arrived: bool) -> Findable:
    """What of a person can be searched for."""
    return Findable(
        id=person.id,
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        company=person.company,
        order_code=person.order_code,
        phone=person.phone,
        guest_of=person.guest_of,
        codes=(*codes, badge_code(person.id)),
        arrived=arrived,
    )
