"""How much a volunteer reads: few words for a scan, and few for a look-up."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.checkin.outcomes import Outcome
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.services.checkin.checkin import ScanOrder, ScanResult, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.people.people import edit
from kiosk.services.setup.demo import HAND_OUTS
from kiosk.storage.file.store import Store
from kiosk.ui.tui.desk.match_list import MatchList
from kiosk.ui.tui.desk.verdict import LOOK_UP, WELCOME, BannerView, verdict_view, which_one
from tests.support.desk import open_desk
from tests.support.stores import Clock, make_store, row, take_in

MOST_FOR_A_SCAN, MOST_FOR_A_LOOK_UP = 15, 20
MINUTE_MS = 60_000
SCAN_A_TICKET = "Scan a ticket"
"""What a newcomer has read at the resting desk before the first scan."""
ASHA = Attendee("asha", name="Asha Rao", ticket_type="Student", order_code="A-1")
BILAL = Attendee("bilal", name="Bilal Ahmed", ticket_type="Regular", order_code="A-1")


def words(view: BannerView, *data: str) -> int:
    """Words of the verdict and of what to do; a name that was looked for is not read.

    Args:
        data: names and lists in the sentence, each of which counts as one word.
    """
    text = f"{view.words} {view.hint}"
    for number, name in enumerate(data):
        text = text.replace(name, f"name{number}")
    return len(text.split())


@pytest.fixture
def event(tmp_path: Path) -> Store:
    """Two people of one order, and tickets of every kind."""
    store = make_store(tmp_path, lists=("Day 1 · Tue 16 Feb",))
    take_in(
        store,
        ASHA,
        BILAL,
        Attendee("twin1", name="Priya Sharma"),
        Attendee("twin2", name="Priya Sharma"),
        Attendee("unpaid", name="Uma", status=TicketStatus.UNPAID, status_word="pay later"),
        Attendee("waiting", name="Wei", status=TicketStatus.UNAPPROVED, status_word="waiting list"),
        Attendee("canceled", name="Ben", status=TicketStatus.CANCELED, status_word="refunded"),
        Attendee("blocked", name="Ivo", status=TicketStatus.BLOCKED),
        Attendee("party", name="Hana", heads=3),
        Attendee("noted", name="Noor"),
        Attendee("alone", name="Zoe", ticket_type="Student"),
    )
    edit(store, "noted", {"attention": "Give her the key"})
    return store


def said(result: ScanResult) -> str:
    """The banner, for the message of a failed test."""
    view = verdict_view(result)
    return f"{view.words} | {view.hint}"


def clock(store: Store) -> Clock:
    """The clock of the event, which the test moves."""
    assert isinstance(store.clock, Clock)
    return store.clock


def test_a_ticket_that_is_admitted(event: Store) -> None:
    """With the first three words of the resting desk, all hand-outs and no badge."""
    for name, entry in HAND_OUTS.items():
        save_list(event, name, is_new=True, entry=entry)
    result = scan(event, ScanOrder(code="T-asha", list_name="Day 1 · Tue 16 Feb"))
    view = verdict_view(result)

    assert result.outcome is Outcome.OK
    assert "T-shirt" in view.hint
    assert words(view) + len(SCAN_A_TICKET.split()) <= MOST_FOR_A_SCAN, said(result)


@pytest.mark.parametrize(
    ("ticket", "outcome"),
    [
        ("unpaid", Outcome.UNPAID),
        ("waiting", Outcome.UNAPPROVED),
        ("canceled", Outcome.CANCELED),
        ("blocked", Outcome.BLOCKED),
        ("noted", Outcome.INCOMPLETE),
        ("nobody", Outcome.INVALID),
    ],
)
def test_a_ticket_that_is_refused(event: Store, ticket: str, outcome: Outcome) -> None:
    """The verdict, and one thing to do."""
    result = scan(event, ScanOrder(code=f"T-{ticket}"))

    assert outcome == result.outcome
    assert words(verdict_view(result)) <= MOST_FOR_A_SCAN, said(result)


@pytest.mark.parametrize("code", ["", "https://tickets.example/order/9", '{"checkin_secret": "1"}'])
def test_a_code_that_is_no_ticket(event: Store, code: str) -> None:
    """What it is instead, and that the name is looked up."""
    result = scan(event, ScanOrder(code=code))

    assert words(verdict_view(result)) <= MOST_FOR_A_SCAN, said(result)


@pytest.mark.parametrize("ticket", ["alone", "asha", "twin1", "party"])
@pytest.mark.parametrize("entry", ["once", "re-entry"])
@pytest.mark.parametrize("later", [2 * MINUTE_MS, 3 * 60 * MINUTE_MS])
def test_a_used_ticket(event: Store, ticket: str, entry: str, later: int) -> None:
    """When and where it was used, and its likely reason."""
    save_list(event, "Day 1 · Tue 16 Feb", is_new=False, entry=entry)
    order = ScanOrder(code=f"T-{ticket}", heads=0)
    assert scan(event, order).outcome is Outcome.OK
    clock(event).now_ms += later
    result = scan(event, order)

    assert result.outcome in (Outcome.ALREADY_REDEEMED, Outcome.RULES)
    assert words(verdict_view(result), "Bilal Ahmed", "Priya Sharma") <= MOST_FOR_A_SCAN, said(
        result
    )


@pytest.mark.parametrize(
    "change",
    [
        {"opens": "2027-02-17 09:00"},
        {"closes": "2027-02-15 09:00"},
        {"ticket_types": ("Speaker",)},
        {"rules": {"windows": ("8:00 to 10:00",)}},
        {"rules": {"gates": ("Gate 1",)}},
        {"rules": {"date": ("17 Feb 2027",)}},
        {"rules": {"confirm": ("yes",)}},
    ],
    ids=str,
)
def test_a_list_that_does_not_admit_now(event: Store, change: dict[str, object]) -> None:
    """Only what concerns this moment."""
    save_list(event, "Day 1 · Tue 16 Feb", is_new=False, **change)  # type: ignore[arg-type]
    result = scan(event, ScanOrder(code="T-alone"))

    assert words(verdict_view(result)) <= MOST_FOR_A_SCAN, said(result)


@pytest.mark.parametrize(
    "rules", [{"minutes_between": "30"}, {"most_entries": "1"}, {"most_per_day": "1"}], ids=str
)
def test_a_rule_of_a_list(event: Store, rules: dict[str, str]) -> None:
    """Which rule, or when the list admits again."""
    typed = {name: (text,) for name, text in rules.items()}
    save_list(event, "Day 1 · Tue 16 Feb", is_new=False, entry="many", rules=typed)
    assert scan(event, ScanOrder(code="T-alone")).outcome is Outcome.OK
    clock(event).now_ms += 2 * MINUTE_MS
    result = scan(event, ScanOrder(code="T-alone"))

    assert result.outcome is Outcome.RULES
    assert words(verdict_view(result)) <= MOST_FOR_A_SCAN, said(result)


def test_a_code_of_several_people(event: Store) -> None:
    """How many, and how to select one; their names are in the list below."""
    shared = [row(person, "SHARED") for person in (ASHA, BILAL)]
    with event.writing():
        event.append(EventKind.IMPORT_ROWS, {"source": "sheet", "rows": shared})
    result = scan(event, ScanOrder(code="SHARED"))

    assert result.outcome is Outcome.AMBIGUOUS
    assert words(verdict_view(result)) <= MOST_FOR_A_SCAN, said(result)


@pytest.mark.slow
async def test_a_look_up(desk_store: Store) -> None:
    """The banner and the row that Enter checks in; then the banner that asks which one."""
    async with open_desk(desk_store) as desk:
        await desk.type("pr sh")
        await desk.until(lambda: len(desk.matches) == 2)
        (first, _) = desk.screen.query_one(MatchList).matches
        shown = f"{first.name} {' '.join(first.parts[: first.enough])}"

        assert words(LOOK_UP) + len(shown.split()) <= MOST_FOR_A_LOOK_UP
        await desk.type("\r")
        await desk.says("WHICH ONE")
        asked = f"WHICH ONE {which_one(2, 'matches', 'match')} {shown}"
        assert len(asked.split()) <= MOST_FOR_A_LOOK_UP


def test_the_resting_desk_teaches_in_one_sentence() -> None:
    """What to do with a ticket comes first, then the letters to type."""
    assert WELCOME.hint.startswith(SCAN_A_TICKET)
    assert words(WELCOME) <= MOST_FOR_A_LOOK_UP
