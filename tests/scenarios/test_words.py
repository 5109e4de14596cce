"""Words on the screen that a volunteer would stumble over."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from textual.binding import Binding

from kiosk.desk.session import Undone
from kiosk.domain.checkin.outcomes import Direction
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.errors import KioskError
from kiosk.services.checkin.card import AttendeeCard
from kiosk.services.event.event import parse_timezone
from kiosk.storage.file.store import Store
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk.card import Here, card_content
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.rows import match_rows
from kiosk.ui.tui.desk.verdict import undone_view
from kiosk.ui.tui.widgets.charts import distinct_names


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["Regular", "VIP"], ["Regular", "VIP"]),
        (
            ["Conference ticket – Early bird", "Conference ticket – Regular", "VIP"],
            ["…Early bird", "…Regular", "VIP"],
        ),
        (
            ["Day 1 · Sat 21 Nov", "Day 2 · Sun 22 Nov"],
            ["Day 1 · Sat 21 Nov", "Day 2 · Sun 22 Nov"],
        ),
        (["Aaaaaaaaaaaaaaab", "Aaaaaaaaaaaaaaac"], ["Aaaaaaaaaaaaaaab", "Aaaaaaaaaaaaaaac"]),
        (["Early bird ticket", "Early bird ticket XL"], ["Early bird ticket", "…XL"]),
    ],
)
def test_cut_names_stay_distinct(names: list[str], shown: list[str]) -> None:
    """What several ticket types begin with is left out where nothing else would be seen."""
    assert shown == distinct_names(names, 12)


@pytest.mark.parametrize(
    "typed", ["asia/kolkata", "Asia/Kolkata", " ASIA/KOLKATA ", "India", "IST", "Pune"]
)
def test_a_time_zone_is_known_however_it_is_typed(typed: str) -> None:
    """Nobody has to know where the capital letters go."""
    assert "Asia/Kolkata" == parse_timezone(typed).key


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("UTC+5:30", "Asia/Kolkata"),
        ("gmt +0530", "Asia/Kolkata"),
        ("+05.30", "Asia/Kolkata"),
        ("IST (UTC+5:30)", "Asia/Kolkata"),
        ("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"),
        ("UTC+5:45", "Asia/Kathmandu"),
        ("UTC+8", "Asia/Singapore"),
        ("UTC−3:30", "America/St_Johns"),
        ("UTC+0", "UTC"),
    ],
)
def test_an_offset_is_a_time_zone_if_all_its_places_have_the_same_clocks(
    typed: str, zone: str
) -> None:
    """The time of an event is the same at all places with this offset."""
    assert zone == parse_timezone(typed).key


@pytest.mark.parametrize("typed", ["UTC+1", "GMT-5", "UTC+9:30"])
def test_an_offset_of_several_clocks_is_refused_with_names(typed: str) -> None:
    """Summer time would be wrong by an hour: the error lists names of places."""
    with pytest.raises(KioskError) as refusal:
        parse_timezone(typed)

    names = refusal.value.next_step.rpartition(": ")[2].rstrip(".").split(", ")
    assert len(names) >= 2
    for name in names:
        assert name == parse_timezone(name).key


@pytest.mark.parametrize("typed", ["UTC+25", "UTC+13:37", "UTC+5.5"])
def test_an_offset_of_no_place_suggests_no_other_sign(typed: str) -> None:
    """`Etc/GMT+5` is five hours behind UTC, so it is never a suggestion."""
    with pytest.raises(KioskError) as refusal:
        parse_timezone(typed)

    assert "Etc/" not in refusal.value.next_step


@pytest.mark.parametrize(
    ("direction", "hint"),
    [
        (Direction.ENTRY, "Check-in removed (“Day 1”)."),
        (Direction.EXIT, "Check-out removed (“Day 1”)."),
    ],
)
def test_what_was_undone_is_said(direction: Direction, hint: str) -> None:
    """The banner says what was undone: an entry or an exit."""
    assert hint == undone_view(Undone("a", "Asha", "Day 1", direction, of_party="")).hint


def person(**fields: str) -> Attendee:
    """Somebody called Priya Sharma."""
    return Attendee(id=fields.pop("id"), name="Priya Sharma", **fields)  # type: ignore[arg-type]


def test_what_separates_namesakes_comes_first() -> None:
    """Company, ticket type, order and the end of the phone number; else the e-mail."""
    rows = match_rows(
        [
            person(id="1", email="a@example.org", ticket_type="Regular", phone="+91 20 5550 0045"),
            person(id="2", email="b@example.org", company="Acme"),
        ],
        set(),
    )

    assert [("Regular", "…0045", "a@example.org"), ("Acme", "b@example.org")] == [
        row.parts for row in rows
    ]
    assert [1, 1] == [row.enough for row in rows]


def test_only_as_many_facts_as_separate_namesakes() -> None:
    """A second line is for those of one company and ticket type, up to the fact that differs."""
    same = {"company": "Acme", "ticket_type": "Regular"}
    rows = match_rows(
        [
            person(id="1", **same, order_code="A-1", phone="1234"),
            person(id="2", **same, order_code="A-2", phone="5678"),
            person(id="3", company="Zoho", ticket_type="Regular", order_code="A-3"),
        ],
        {"3"},
    )

    assert [3, 3, 2] == [row.enough for row in rows]
    assert ("in", "Zoho") == rows[2].parts[:2]


@pytest.mark.parametrize(
    ("status", "word", "line"),
    [
        (TicketStatus.CANCELED, "canceled", "✗ canceled"),
        (TicketStatus.CANCELED, "refunded", "✗ canceled (refunded)"),
        (TicketStatus.UNPAID, "", "! not paid"),
        (TicketStatus.UNPAID, "pending", "! not paid (pending)"),
    ],
)
def test_the_card_says_a_status_once(status: TicketStatus, word: str, line: str) -> None:
    """The source's own word stands in brackets where it says something else."""
    facts = AttendeeCard(
        Attendee(id="1", name="Asha", status=status, status_word=word),
        zone=ZoneInfo("UTC"),
        companions=(),
        history=(),
        list_names={},
        badge=None,
        badge_state="",
        codes=(),
    )

    assert line in str(card_content(facts, Here("Desk 1", 0))).splitlines()


def test_no_key_of_the_desk_means_two_things() -> None:
    """Each key is bound once: of two the palette would show both, and one would never act."""
    keys = [
        key
        for binding in DeskScreen.BINDINGS
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    ]

    assert [] == [key for key, count in Counter(keys).items() if count > 1]


@pytest.mark.slow
async def test_every_key_of_the_desk_reaches_it_from_the_field(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The field that listens for scans keeps no key for itself that the help promises."""
    done: list[str] = []
    bound = [
        (binding.key.split(",")[0], binding.action.rpartition(".")[2])
        for binding in DeskScreen.BINDINGS
        if isinstance(binding, Binding) and binding.tooltip and "app." not in binding.action
    ]
    for _, action in bound:
        monkeypatch.setattr(
            DeskScreen, f"action_{action}", lambda _, name=action: done.append(name)
        )
    monkeypatch.setattr(DeskScreen, "check_action", lambda *_: True)
    app = KioskApp(store.path, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key, _ in bound:
            await pilot.press(key)

    assert [action for _, action in bound] == done
