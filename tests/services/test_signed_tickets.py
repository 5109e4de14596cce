"""Tickets that were sold after the list was exported."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain.checkin.outcomes import Outcome, Why
from kiosk.domain.checkin.privileges import Role
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.authorisation import set_pin
from kiosk.services.checkin.checkin import ScanOrder, ScanResult, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.event.event import create_event
from kiosk.services.event.settings import change_settings
from kiosk.services.people.people import edit
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.log.projection import rebuild
from kiosk.storage.queries.attendees import all_attendees, codes_of, count_attendees
from tests.conftest import Clock
from tests.support.signing import KEY, OTHER_KEY, pem, signed, wrapped

REGULAR, STUDENT, DINNER = 17, 18, 19
KNOWN = signed("seed-known", REGULAR, 3)
LATE = signed("seed-late", REGULAR, 3)


def position(number: int, secret: str, **fields: object) -> dict[str, object]:
    return {
        "id": number,
        "positionid": number,
        "item": REGULAR,
        "variation": 3,
        "attendee_name": f"Person {number}",
        "secret": secret,
        **fields,
    }


def import_list(store: Store, folder: Path, *positions: dict[str, object]) -> None:
    """Import a pretix export with one order."""
    items = [
        {"id": REGULAR, "name": "Regular", "admission": True, "variations": [{"id": 3, "name": ""}]}
    ]
    order = {"code": "AAAAA", "status": "p", "positions": list(positions)}
    dates = [{"id": 5, "date_from": "2027-02-16T09:00:00Z", "date_to": "2027-02-16T17:00:00Z"}]
    event = {"slug": "conf", "items": items, "orders": [order], "subevents": dates}
    path = folder / "conf_pretixdata.json"
    path.write_text(json.dumps({"event": event}), encoding="utf-8")
    accept_import(store, plan_import(store, path))


@pytest.fixture
def event(store: Store, tmp_path: Path) -> Store:
    import_list(store, tmp_path, position(1, KNOWN))
    change_settings(store, {"ticket_keys": pem()})
    return store


def scanned(store: Store, code: str, **order: object) -> ScanResult:
    return scan(store, ScanOrder(code=code, **order))  # type: ignore[arg-type]


def verdict(result: ScanResult) -> tuple[Outcome, Why | None]:
    return result.outcome, result.why


def test_a_late_sale_is_checked_in_once(event: Store, clock: Clock) -> None:
    """The signature admits it with the ticket type of its product; the next scan finds it."""
    first = scanned(event, LATE)
    clock.pass_s(10)
    again = scanned(event, LATE)

    assert (Outcome.OK, Why.LATE_SALE) == verdict(first)
    assert "sold after the list was exported" in first.message
    assert first.attendee
    assert ("Regular", "", "late sale") == (
        first.attendee.ticket_type,
        first.attendee.name,
        first.attendee.source,
    )
    assert (Outcome.ALREADY_REDEEMED, None) == verdict(again)
    assert first.attendee == again.attendee
    assert 2 == count_attendees(event.connection)


@pytest.mark.parametrize(
    "code",
    [
        signed("seed-late", REGULAR, 3, key=OTHER_KEY),
        wrapped(b"\x0a\x01x\x10\x11", KEY.sign(b"another text")),
        wrapped(b"\x0a\x01x\x10\x11", bytes(64)),
    ],
)
def test_a_forgery_is_distinguished_from_a_late_sale(event: Store, code: str) -> None:
    """No attendee is made; the desk reads why."""
    result = scanned(event, code)

    assert (Outcome.INVALID, Why.BAD_SIGNATURE) == verdict(result)
    assert "forgery" in result.message
    assert not result.can_be_linked
    assert 1 == count_attendees(event.connection)
    assert (Outcome.INVALID, None) == verdict(scanned(event, "K1234567"))


def test_without_a_key_the_desk_names_the_setting(store: Store) -> None:
    """A signed ticket is not called a forgery while nothing can check it."""
    result = scanned(store, LATE)

    assert (Outcome.INVALID, Why.NO_KEY) == verdict(result)
    assert "ticket_keys" in result.message
    assert result.can_be_linked


def test_without_the_library_the_desk_names_the_extra(
    event: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra `desks` checks signatures; without it the ticket is looked up by name."""
    monkeypatch.setitem(sys.modules, "nacl.signing", None)
    result = scanned(event, LATE)

    assert (Outcome.INVALID, Why.NO_LIBRARY) == verdict(result)
    assert "install" in result.message
    assert "desks" in result.message
    assert 1 == count_attendees(event.connection)
    assert Outcome.OK is scanned(event, KNOWN).outcome


def test_validity_of_the_signature_counts(event: Store, clock: Clock) -> None:
    """The limits of the ticket hold as those of a list do."""
    now_s = clock.now_ms // 1000
    ended = scanned(event, signed("ended", REGULAR, 3, 0, 0, now_s - 60))
    later = scanned(event, signed("later", REGULAR, 3, 0, now_s + 60))
    valid = scanned(event, signed("valid", REGULAR, 3, 0, now_s - 60, now_s + 60))

    assert (Outcome.INVALID_TIME, Why.EXPIRED) == verdict(ended)
    assert (Outcome.INVALID_TIME, Why.NOT_VALID_YET) == verdict(later)
    assert (Outcome.OK, Why.LATE_SALE) == verdict(valid)


def test_the_product_decides_the_list(event: Store) -> None:
    """A list for other types refuses it; a supervisor may admit it."""
    save_list(event, name="Speakers", is_new=True, ticket_types=["Speaker"])
    save_list(event, name="All", is_new=True, ticket_types=["Regular"])
    refused = scanned(event, LATE, list_name="Speakers")
    assert refused.attendee
    by_exception = scanned(
        event, "", attendee_id=refused.attendee.id, list_name="Speakers", force=True, reason="late"
    )

    assert Outcome.PRODUCT is refused.outcome
    assert by_exception.forced
    assert Outcome.OK is scanned(event, LATE, list_name="All").outcome


def test_an_unknown_product_is_read_from_the_ticket(event: Store) -> None:
    """A number that no ticket of the list explains is for the volunteer to read."""
    code = signed("dinner", DINNER)
    asked = scanned(event, code)
    read = scanned(event, code, acknowledged=True)

    assert (Outcome.INCOMPLETE, Why.NOTE) == verdict(asked)
    assert "Product 19 is not in the list" in asked.message
    assert (Outcome.OK, Why.LATE_SALE) == verdict(read)
    assert read.attendee
    assert "Product 19" == read.attendee.ticket_type


def test_the_code_of_an_add_on_explains_no_product(store: Store, tmp_path: Path) -> None:
    """The code of a dinner belongs to a ticket of another type."""
    dinner = position(
        2, signed("d", DINNER), item=DINNER, variation=None, addon_to=1, attendee_name=None
    )
    import_list(store, tmp_path, position(1, KNOWN), dinner)
    change_settings(store, {"ticket_keys": pem()})
    result = scanned(store, signed("dinner", DINNER))

    assert result.attendee
    assert "Product 19" == result.attendee.ticket_type


def test_the_date_of_a_series(store: Store, tmp_path: Path, clock: Clock) -> None:
    """A date that a ticket of the list has limits the late sale, too; else it is read."""
    on_16th = signed("seed-known", REGULAR, 3, 5)
    import_list(store, tmp_path, position(1, on_16th, subevent=5))
    change_settings(store, {"ticket_keys": pem(), "timezone": "UTC"})
    same = scanned(store, signed("same", REGULAR, 3, 5))
    other = scanned(store, signed("other", REGULAR, 3, 6))

    assert same.rights.first_day
    assert "2027-02-16" == same.rights.first_day.isoformat()
    assert (Outcome.INCOMPLETE, Why.NOTE) == verdict(other)
    assert "The date is not in the list" in other.message


def test_the_list_brings_the_person(event: Store, tmp_path: Path, clock: Clock) -> None:
    """The ticket and its registration are one person, with the check-in and what was typed."""
    late = scanned(event, LATE)
    asked = scanned(event, signed("seed-other", 99), acknowledged=True)
    assert late.attendee
    assert asked.attendee
    edit(event, late.attendee.id, {"note": "vegan"})
    other = position(3, signed("seed-other", 99))
    for _ in range(2):
        import_list(event, tmp_path, position(1, KNOWN), position(2, LATE), other)
        people = {person.id: person for person in all_attendees(event.connection)}
        clock.pass_s(60)

        assert 3 == len(people)
        person = people[late.attendee.id]
        assert ("Person 2", "AAAAA", "vegan", {}) == (
            person.name,
            person.order_code,
            person.note,
            person.extra,
        )
        assert "" == people[asked.attendee.id].to_acknowledge
        assert (Outcome.ALREADY_REDEEMED, None) == verdict(scanned(event, LATE))
    assert [LATE] == codes_of(event.connection, person.id)


def test_a_canceled_ticket_of_the_list_stays_canceled(event: Store, tmp_path: Path) -> None:
    """A signature lifts nothing that the list says."""
    import_list(event, tmp_path, position(1, KNOWN, blocked=["admin"]), position(2, LATE))
    assert Outcome.BLOCKED is scanned(event, KNOWN).outcome
    import_list(event, tmp_path, position(1, KNOWN, canceled=True), position(2, LATE))
    assert Outcome.CANCELED is scanned(event, KNOWN).outcome


def test_a_replaced_code_is_no_late_sale(event: Store, tmp_path: Path) -> None:
    """pretix gives a changed ticket a new code; the old one keeps its good signature."""
    import_list(event, tmp_path, position(1, signed("seed-new", REGULAR, 3)))
    result = scanned(event, KNOWN)

    assert (Outcome.INVALID, Why.REPLACED) == verdict(result)
    assert 1 == count_attendees(event.connection)


def test_desks_register_the_same_attendee(event: Store, tmp_path: Path) -> None:
    """Two desks that scan a late sale before they sync have one person, not two."""
    late = scanned(event, LATE)
    with closing(create_event(tmp_path / "b.kiosk", name="Conf", desk="Desk 2")) as other:
        change_settings(other, {"ticket_keys": pem()})
        same = scanned(other, LATE, acknowledged=True)

    assert late.attendee
    assert same.attendee
    assert late.attendee.id == same.attendee.id


def test_the_log_rebuilds_a_late_sale(event: Store, clock: Clock) -> None:
    """The tables rebuilt from the log are the same, also after an undo."""
    late = scanned(event, LATE)
    before = list(all_attendees(event.connection))
    undo(event)
    with event.writing():
        rebuild(event.connection, event.events())

    assert before == list(all_attendees(event.connection))
    clock.pass_s(10)
    assert late.attendee == scanned(event, LATE).attendee


def test_a_scanner_of_another_keyboard(event: Store) -> None:
    """A German keyboard layout and Caps Lock do not make a forgery."""
    swapped = LATE.translate(str.maketrans("yzYZ", "zyZY"))
    german = swapped.translate(str.maketrans("+=/", "`´-"))
    caps = LATE.swapcase()

    assert (Outcome.OK, Why.LATE_SALE) == verdict(scanned(event, caps))
    assert LATE in codes_of(event.connection, scanned(event, LATE).attendee.id)  # type: ignore[union-attr]
    assert Outcome.OK is scanned(event, german).outcome


def test_the_key_is_the_organisers(event: Store) -> None:
    """With another key anyone could sign tickets."""
    set_pin(event, Role.ORGANISER, "246813")
    with pytest.raises(KioskError) as error:
        change_settings(event, {"ticket_keys": pem(OTHER_KEY)})

    assert "pin_needed" == error.value.code
    assert Why.LATE_SALE is scanned(event, LATE).why


def test_a_key_file(store: Store, tmp_path: Path) -> None:
    """The setting takes the path of a PEM file; a private key is refused."""
    path = tmp_path / "key.pem"
    path.write_text(pem(), encoding="utf-8")
    change_settings(store, {"ticket_keys": str(path)})
    assert Why.LATE_SALE is scanned(store, LATE, acknowledged=True).why

    path.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(KioskError) as error:
        change_settings(store, {"ticket_keys": str(path)})
    assert "bad_setting" == error.value.code
