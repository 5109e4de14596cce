"""Who somebody is: tables, guests without a name, new holders, the first time; at 80x24."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from kiosk.domain.checkin.privileges import Role
from kiosk.services.checkin.authorisation import set_pin
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.checkin.questions import save_question
from kiosk.services.checkin.tables import set_tables, table_setup
from kiosk.services.event.event import create_event
from kiosk.services.people.people import edit, walk_in
from kiosk.services.printing.jobs import Cause, ReprintReason, queue_badges
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees
from kiosk.ui.tui.desk.match_list import MatchList
from tests.support.desk import Desk, open_desk
from tests.support.keyboard import press_at_once
from tests.support.stores import bind_code

pytestmark = pytest.mark.slow


async def test_keys_behind_a_key_that_opens_a_dialog_are_for_the_dialog(desk_store: Store) -> None:
    """A practised volunteer does not wait for the form or the choice to appear."""
    async with open_desk(desk_store) as desk:
        await press_at_once(desk.pilot, "f2", *"Zoe", "f2")
        await desk.says("✓ CHECKED IN | Zoe")
        await desk.scan("TICKET-004")
        await press_at_once(desk.pilot, "ctrl+o", "1", "enter")
        await desk.says("paid at the desk")
        assert "Unpaid Uma" in desk.banner


async def test_some_people_of_an_order_are_ticked(desk_store: Store) -> None:
    """No one is ticked at first: the people of the digits come in, and no others."""
    ids = {
        code: walk_in(desk_store, name, {"order_code": "FAM-1"}).id
        for code, name in (("FAM-A", "Ada Fam"), ("FAM-B", "Bea Fam"), ("FAM-C", "Cem Fam"))
    }
    for code, attendee_id in ids.items():
        bind_code(desk_store, code, attendee_id)
    async with open_desk(desk_store) as desk:
        await desk.scan("FAM-1")
        await desk.until(lambda: len(desk.screen.order_left) == 3)
        assert "3 people of this order: Ctrl+A admits." in desk.banner
        second, third = (person.name for person in desk.screen.order_left[1:])
        await desk.pilot.press("ctrl+y", "2", "3", "enter")
        await desk.says(f"2 people are checked in: {second}, {third}.")


async def test_a_used_ticket_names_the_companions_once(desk_store: Store) -> None:
    """The reason of the verdict has their names; the key is added, no count of the same people."""
    for code, name in (("FAM-A", "Ada Fam"), ("FAM-B", "Bea Fam")):
        bind_code(desk_store, code, walk_in(desk_store, name, {"order_code": "FAM-1"}).id)
    scan(desk_store, ScanOrder(code="FAM-A", at_ms=desk_store.clock() - 60_000))
    async with open_desk(desk_store) as desk:
        await desk.scan("FAM-A")
        await desk.says("Companions not in: Bea Fam. Ctrl+A admits.")
        assert "of this order" not in desk.banner


async def test_no_match_is_said_once_and_an_unknown_code_in_one_piece(desk_store: Store) -> None:
    """After Enter the list shows the last verdicts again; a colon in a code cuts no sentence."""
    async with open_desk(desk_store) as desk:
        await desk.type("qqqq\r")
        await desk.says("NO MATCH")
        assert "" == desk.screen.query_one(MatchList).note
        await desk.scan("AB: 12345")
        await desk.says("No ticket has this code. Type the name.")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("unpaid", "code NEW-1: Ctrl+O links it to Vera Late, Esc cancels"),
        ("canceled", "code NEW-1 will be linked to the person you choose, Esc cancels"),
    ],
)
async def test_a_pending_code_is_linked_to_no_refused_person(
    desk_store: Store, status: str, words: str
) -> None:
    """The line names an override where there is one, else it waits for another person."""
    walk_in(desk_store, "Vera Late", {"status": status})
    async with open_desk(desk_store) as desk:
        await desk.scan("NEW-1")
        await desk.says("NOT FOUND")
        await desk.type("vera late\r")
        await desk.says(status.upper())
        line = desk.screen.query_one("#pending", Static)
        await desk.until(lambda: words in str(line.render()))


async def test_a_desk_that_only_scans_names_no_one(desk_store: Store) -> None:
    """Not in the dashboard, the badge queue and the readiness, which are for others."""
    walk_in(desk_store, "Sona Speaks", {"ticket_type": "Speaker"})
    async with open_desk(desk_store, (120, 36), scan_only=True) as desk:
        await desk.scan("TICKET-001")
        await desk.says("✓ CHECKED IN")
        await desk.pilot.press("f10")
        await desk.says("SCAN ONLY")
        await desk.pilot.press("f5")
        await desk.until(
            lambda: "Speakers not here yet" in str(desk.app.screen.query_one("#doors").render())
        )
        assert "Sona" not in str(desk.app.screen.query_one("#doors").render())
        await desk.pilot.press("escape")
        await desk.scan("WRISTBAND-9")
        await desk.says("Send the person to the help desk.")
        assert "" == desk.screen.state.pending_code


@pytest.fixture
def event(tmp_path: Path) -> Iterator[Store]:
    """A day with a hand-out, a guest without a name, a party, and a VIP."""
    store = create_event(tmp_path / "e.kiosk", name="Meetup", days=[date.today()], desk="Desk 1")
    save_list(store, "T-shirt", is_new=True)
    save_list(store, "Tutorial kit", is_new=True)
    people: dict[str, dict[str, str]] = {
        "Asha Rao": {"extra.T-shirt size": "M", "first_time": "yes"},
        "Party Pavan": {"heads": "4"},
        "Vera VIP": {"ticket_type": "VIP", "attention": "Call the host"},
        "Guest": {"guest_of": "Vera VIP"},
    }
    for number, (name, fields) in enumerate(people.items(), 1):
        person = walk_in(store, name, fields)
        bind_code(store, f"TICKET-{number:03}", person.id)
        if name == "Guest":
            edit(store, person.id, {"name": ""})
    yield store
    store.close()


def of_dialog(desk: Desk, selector: str) -> str:
    """What stands there, nothing while the dialog is not open yet."""
    return "".join(str(found.render()) for found in desk.app.screen.query(selector).results(Static))


async def answer(desk: Desk, field: str, text: str, key: str = "enter") -> None:
    """Type into the dialog that is open."""
    await desk.until(lambda: bool(desk.app.screen.query(f"#{field}")))
    desk.app.screen.query_one(f"#{field}", Input).value = text
    await desk.pilot.press(key)


async def test_the_banner_says_who_sits_where_and_what_they_get(event: Store) -> None:
    """Table, first time, badge, and what is not yet received; all of it at 80 columns."""
    set_tables(event, count=3)
    async with open_desk(event) as desk:
        await desk.scan("TICKET-001")
        await desk.says("✓ CHECKED IN")
        await desk.until(lambda: "⚑ First time here" in desk.card)
        hint = desk.banner.rsplit(" | ", 1)[1]

        assert (
            "Table 1   ⚑ First time here   no badge yet: F6 prints   T-shirt M +1: not yet" == hint
        )
        assert all(words in desk.card for words in ("Table 1", "☐ T-shirt M", "☐ Tutorial kit"))


async def test_a_party_comes_head_by_head_or_all_at_once(event: Store) -> None:
    """The banner counts; Ctrl+A brings the rest in; an undo says who stays."""
    async with open_desk(event) as desk:
        await desk.scan("TICKET-002")
        await desk.says("1 of 4 in")
        await desk.pilot.press("ctrl+a")
        await desk.says("4 of 4 in")
        await desk.pilot.press("f8")
        await desk.says("1 of 4 are in.")


async def test_a_note_is_acknowledged_before_the_table_is_dealt(event: Store) -> None:
    """A VIP's note first; Enter lets in, and the table comes with it."""
    set_tables(event, count=3)
    async with open_desk(event) as desk:
        await desk.scan("TICKET-003")
        await desk.says("? ASK FIRST")
        assert "Call the host" in desk.banner
        assert "Table" not in desk.banner
        await desk.until(lambda: desk.matches == ["Done: check in"])
        await desk.pilot.press("enter")
        await desk.says("Table 1")


async def test_enter_behind_a_transfer_answers_nothing(event: Store) -> None:
    """A ticket passed on while its holder was asked: Enter checks the new one in, who is asked
    everything anew, and gets no answer that nobody gave."""
    save_question(event, "Photo consent", is_new=True)
    async with open_desk(event) as desk:
        await desk.scan("TICKET-001")
        await desk.until(lambda: desk.matches == ["Yes", "No", "No answer now"])
        await desk.pilot.press("ctrl+n")
        await answer(desk, "field-name", "Mina Roy", "ctrl+s")
        await desk.says("✓ TRANSFERRED")
        await desk.until(lambda: desk.matches == ["Mina Roy"])
        await desk.pilot.press("enter")
        await desk.says("? ASK FIRST | Mina Roy")


async def test_who_is_sent_to_the_help_desk_is_asked_there(event: Store) -> None:
    """No question stays open on the screen they were sent from."""
    save_question(event, "Photo consent", is_new=True)
    async with open_desk(event) as desk:
        await desk.scan("TICKET-001")
        await desk.until(lambda: desk.matches == ["Yes", "No", "No answer now"])
        await desk.pilot.press("ctrl+g")
        await desk.until(lambda: bool(desk.app.screen.query("#help-note")))
        await desk.pilot.press("1", "enter")
        await desk.says("TO THE HELP DESK")

        assert ([], None) == (desk.matches, desk.screen.state.prompts)


async def test_a_guest_is_named_and_checked_in_in_one_step(event: Store) -> None:
    """Choose the row, type the name, Enter."""
    async with open_desk(event) as desk:
        await desk.type("vera")
        await desk.until(lambda: "Guest of Vera VIP" in desk.matches)
        while desk.screen.person is None or desk.screen.person.attendee.name:
            await desk.pilot.press("down")
            await desk.pilot.pause(0.02)
        await desk.pilot.press("enter")
        await answer(desk, "guest-name", "Kofi Mensah")
        await desk.says("✓ CHECKED IN | Kofi Mensah")

        assert "" == desk.screen.query_one("#scan", Input).value
        assert "Kofi Mensah" in [person.name for person in all_attendees(event.connection)]


async def test_a_scanned_guest_is_let_in_at_once(event: Store) -> None:
    """Nobody waits for a name: the banner says which key gives one."""
    async with open_desk(event) as desk:
        await desk.scan("TICKET-004")
        await desk.says("no name yet: F3 adds the name")


async def test_escape_names_nobody(event: Store) -> None:
    """And checks nobody in."""
    async with open_desk(event) as desk:
        nameless = next(p.id for p in all_attendees(event.connection) if not p.name)
        desk.screen.parts.flow.selected(nameless)
        await desk.until(lambda: bool(desk.app.screen.query("#guest-name")))
        await desk.pilot.press("escape")
        await desk.pilot.pause()

        assert "READY" in desk.banner


async def test_a_ticket_is_passed_on(event: Store) -> None:
    """Ctrl+N, the new name; Enter checks in, and the old name finds it, marked."""
    async with open_desk(event) as desk:
        await desk.type("asha")
        await desk.until(lambda: desk.screen.person is not None)
        await desk.pilot.press("ctrl+n")
        await answer(desk, "field-name", "Ravi Menon", "ctrl+s")
        await desk.says("✓ TRANSFERRED")
        await desk.until(lambda: "transferred from Asha Rao" in desk.card)
        assert "First time" not in desk.card
        await desk.pilot.press("enter")
        await desk.says("✓ CHECKED IN | Ravi Menon")
        await desk.pilot.press("escape")
        await desk.type("asha")
        await desk.until(lambda: desk.matches == ["Ravi Menon"])

        assert "the ticket was Asha Rao's" == desk.screen.query_one("#matches").matches[0].former  # type: ignore[attr-defined]


@pytest.mark.parametrize("has_pin", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_who_is_in_needs_a_supervisor(event: Store, has_pin: bool) -> None:
    """The way out is named; with a reason (and the PIN where there is one) it goes on."""
    if has_pin:
        set_pin(event, Role.SUPERVISOR, "4711")
    async with open_desk(event) as desk:
        await desk.scan("TICKET-001")
        await desk.until(lambda: desk.screen.person is not None)
        await desk.pilot.press("ctrl+n")
        await answer(desk, "field-name", "Ravi Menon", "ctrl+s")
        if has_pin:
            await answer(desk, "pin", "4711")
        await answer(desk, "reason", "Came instead")
        await desk.says("✓ TRANSFERRED")
        await desk.until(lambda: "(Came instead)" in desk.card)


async def test_the_first_time_is_set_at_the_desk(event: Store) -> None:
    """Ctrl+F marks, and takes the mark off again; F3 has it in words."""
    async with open_desk(event) as desk:
        await desk.scan("TICKET-002")
        await desk.until(lambda: "Party Pavan" in desk.card)
        await desk.pilot.press("ctrl+f")
        await desk.until(lambda: "⚑ First time here" in desk.card)
        await desk.pilot.press("f3")
        await answer(desk, "field-first_time", "perhaps", "ctrl+s")
        await desk.until(lambda: "yes or no" in of_dialog(desk, "#form-error"))
        await answer(desk, "field-first_time", "no", "ctrl+s")
        await desk.until(lambda: "⚑ First time here" not in desk.card)


async def test_tables_are_set_up_at_the_desk(event: Store) -> None:
    """Ctrl+B: how many, who sits there; a slip is said and changes nothing."""
    async with open_desk(event) as desk:
        await desk.pilot.press("ctrl+b")
        await answer(desk, "field-seats", "4")
        await desk.until(lambda: "is missing" in of_dialog(desk, "#form-error"))
        await answer(desk, "field-seats", "many")
        await desk.until(lambda: "not a number" in of_dialog(desk, "#form-error"))
        assert None is table_setup(event.connection)
        desk.app.screen.query_one("#field-seats", Input).value = "4"
        await answer(desk, "field-tables", "Banyan, Neem")
        await desk.until(lambda: "Table Banyan" in of_dialog(desk, "#tables"))
        await desk.pilot.press("escape")
        await desk.scan("TICKET-001")
        await desk.says("Table Banyan")
        await desk.pilot.press("ctrl+b")
        await desk.until(lambda: "⚑ Asha Rao" in of_dialog(desk, "#tables"))


async def test_a_lost_badge_is_in_the_history(event: Store) -> None:
    """Why there is a second one, seen by the next volunteer."""
    asha = next(p for p in all_attendees(event.connection) if p.name == "Asha Rao")
    queue_badges(event, [asha.id], printer="Zebra", reason=ReprintReason.LOST, cause=Cause.COMMAND)
    async with open_desk(event) as desk:
        await desk.type("asha")
        await desk.until(lambda: "badge again: lost" in desk.card)


async def test_leaving_before_the_answer_comes_is_no_fault(event: Store) -> None:
    """Ctrl+B and Esc at once: the desk goes on."""
    async with open_desk(event) as desk:
        await desk.pilot.press("ctrl+b", "escape", "ctrl+b", "escape")
        await desk.scan("TICKET-001")
        await desk.says("✓ CHECKED IN")


async def test_at_a_scanning_desk_nothing_of_it_is_done(event: Store) -> None:
    """The keys are dimmed and say why."""
    async with open_desk(event) as desk:
        desk.screen.scan_only = True
        desk.screen.paint_keys()
        for key in ("ctrl+n", "ctrl+b"):
            await desk.pilot.press(key)
            await desk.says("only scans")


def test_the_counts_are_of_the_list(event: Store) -> None:
    """`1 of 1 in` on the day, nobody at the t-shirts."""
    from kiosk.domain.checkin.tally import FirstTimers
    from kiosk.services.tally.event_tally import dashboard

    scan(event, ScanOrder(code="TICKET-001"))
    facts = dashboard(event)
    shirts = next(item.list_id for item in facts.lists if item.name == "T-shirt")

    of_shirts = dashboard(event, shirts).tally.first_timers
    assert (FirstTimers(1, 1), FirstTimers(1, 0)) == (facts.tally.first_timers, of_shirts)
