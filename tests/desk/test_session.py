"""The desk session: what a desk does between two scans, without a screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.desk.prompts import PromptQueue
from kiosk.desk.session import (
    Candidates,
    DeskSession,
    ListRemoved,
    LookUp,
    NameNeeded,
    NoMatch,
    OrderDone,
    Reply,
    Undone,
    UndoQuestion,
)
from kiosk.domain.checkin.privileges import Role
from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.domain.people.registration import TicketStatus
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import PinNeeded, authorise, set_pin
from kiosk.services.checkin.card import attendee_card
from kiosk.services.checkin.checkin import ScanResult
from kiosk.services.checkin.codes import attendee_by_id, is_checked_in, relink_codes
from kiosk.services.checkin.lists import event_lists, remove_list, save_list
from kiosk.services.checkin.questions import save_question
from kiosk.services.event.event import create_event
from kiosk.services.people.entitlements import Entitlement
from kiosk.services.people.lookup import Lookup
from kiosk.services.people.people import edit, walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import find_by_code
from kiosk.storage.queries.scans import recent_scans
from tests.conftest import Clock
from tests.support.stores import bind_code

Type = Callable[[str], Reply]


@pytest.fixture
def people(store: Store) -> dict[str, str]:
    """Ids by name; each attendee's code is their first name in capitals."""
    fields: dict[str, dict[str, str]] = {
        "Asha Rao": {},
        "Asha Roy": {},
        "Bilal Khan": {"status": "unpaid", "heads": "3"},
        "Chitra Sen": {"attention": "Give her the key"},
        "Dev Das": {"heads": "2"},
    }
    ids = {name: walk_in(store, name, values).id for name, values in fields.items()}
    for name, attendee_id in ids.items():
        bind_code(store, f"{name.replace(' ', '-').upper()}-1", attendee_id)
    return ids


@pytest.fixture
def desk(people: dict[str, str]) -> DeskSession:
    return DeskSession()


@pytest.fixture
def type_in(store: Store, desk: DeskSession) -> Type:
    """Type a line and Enter, as both front ends do it."""

    def type_line(text: str) -> Reply:
        reply = desk.typed(store, text)
        if isinstance(reply, LookUp):
            reply = desk.found(store, text, Lookup.load(store).search(store, text))
        return reply

    return type_line


def outcome(reply: Reply | None) -> Outcome:
    assert isinstance(reply, ScanResult)
    return reply.outcome


def test_a_code_is_decided_and_a_clear_name_is_checked_in(type_in: Type) -> None:
    """Several attendees become candidates, and no attendee is checked in by a name of none."""
    assert Outcome.OK == outcome(type_in("ASHA-RAO-1"))
    assert Outcome.OK == outcome(type_in("dev das"))
    reply = type_in("asha")
    assert isinstance(reply, Candidates)
    assert {"Asha Rao", "Asha Roy"} == {person.name for person in reply.found.people}
    assert NoMatch("zzz") == type_in("zzz")
    assert Outcome.INVALID == outcome(type_in("WRISTBAND-7"))


@pytest.mark.parametrize("name", ["zzz", "asha"])
def test_a_name_of_no_one_or_of_several_selects_no_one(
    store: Store, desk: DeskSession, type_in: Type, name: str
) -> None:
    """No key acts on the attendee before: not on the verdict, and not on the card."""
    assert Outcome.OK == outcome(type_in("DEV-DAS-1"))

    reply = desk.scanned(store, name)  # a badge of another event, with a name in its code
    assert isinstance(reply, LookUp)
    desk.found(store, name, Lookup.load(store).search(store, name))

    assert (None, "") == (desk.state.last, desk.state.attendee_id)


def test_a_pending_code_is_linked_to_the_next_attendee_only(
    store: Store, desk: DeskSession, people: dict[str, str], type_in: Type
) -> None:
    """The check-in links it, its undo releases it, another scan drops it."""
    desk.scanned(store, "WRISTBAND-7")
    assert "WRISTBAND-7" == desk.state.pending_code
    linked = type_in("asha rao")
    assert isinstance(linked, ScanResult)
    assert ("WRISTBAND-7", "") == (linked.linked_code, desk.state.pending_code)

    undone = desk.undo(store)
    assert isinstance(undone, Undone)
    assert ("Asha Rao", Direction.ENTRY) == (undone.name, undone.direction)
    assert [] == find_by_code(store.connection, "WRISTBAND-7").attendees

    desk.scanned(store, "WRISTBAND-8")
    desk.scanned(store, "DEV-DAS-1")
    assert "" == desk.state.pending_code
    desk.scanned(store, "WRISTBAND-9")
    desk.clear(desk.state.last)
    assert Outcome.OK == outcome(desk.selected(store, people["Asha Roy"]))
    assert [] == find_by_code(store.connection, "WRISTBAND-9").attendees


def test_an_override_links_the_pending_code(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """The refused check-in links nothing; the one by a supervisor does."""
    desk.scanned(store, "WRISTBAND-7")
    assert Outcome.UNPAID == outcome(desk.selected(store, people["Bilal Khan"]))
    assert desk.state.can_let_in
    assert [] == find_by_code(store.connection, "WRISTBAND-7").attendees

    reply = desk.let_in(store, "paid cash")

    assert isinstance(reply, ScanResult)
    assert (Outcome.OK, True, "WRISTBAND-7") == (reply.outcome, reply.forced, reply.linked_code)


def test_a_party_follows_for_the_same_reason(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """One key lets the rest in, also after an override; then there is no one left."""
    desk.scanned(store, "BILAL-KHAN-1")
    desk.let_in(store, "paid cash")
    assert 2 == desk.state.party_left

    reply = desk.whole_party(store)

    assert isinstance(reply, ScanResult)
    assert (Outcome.OK, True, 3) == (reply.outcome, reply.forced, reply.admitted)
    with pytest.raises(KioskError) as caught:
        desk.whole_party(store)
    assert "no_party_left" == caught.value.code


def test_an_override_acts_on_the_verdict_that_was_shown(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """A scan that arrives while the reason is typed changes nothing of it."""
    shown = desk.scanned(store, "BILAL-KHAN-1")
    assert isinstance(shown, ScanResult)
    desk.scanned(store, "ASHA-RAO-1")

    reply = desk.let_in(store, "paid cash", shown)

    assert isinstance(reply, ScanResult)
    assert reply.attendee is not None
    assert people["Bilal Khan"] == reply.attendee.id


def test_prompts_are_answered_one_by_one(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """The attendee is in after the last; an answer to prompts of before counts for nothing."""
    save_question(store, "Meal", is_new=True, choices=["Veg", "Jain"])
    desk.scanned(store, "CHITRA-SEN-1")
    note = desk.state.prompts
    assert note is not None
    assert ("Give her the key", None) == (note.note, note.question)
    question = desk.confirmed(store, note)
    assert isinstance(question, PromptQueue)
    assert desk.answered(store, note, "Veg") is None

    assert Outcome.OK == outcome(desk.answered(store, question, "Jain"))
    assert desk.state.prompts is None


def test_looking_up_ends_the_verdict_that_is_seen_and_no_newer_one(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """Keys act on the newest verdict until the volunteer starts something else."""
    seen = desk.scanned(store, "ASHA-RAO-1")
    assert isinstance(seen, ScanResult)
    newer = desk.scanned(store, "BILAL-KHAN-1")
    desk.looked_up(seen)
    assert newer is desk.state.last
    desk.looked_up(newer if isinstance(newer, ScanResult) else None)

    assert not desk.state.can_let_in
    with pytest.raises(KioskError) as caught:
        desk.let_in(store, "paid cash")
    assert "nothing_to_override" == caught.value.code


def test_a_list_that_another_desk_removes(
    store: Store, people: dict[str, str], clock: Clock
) -> None:
    """Nothing is recorded, a pending code is kept, and scans count for the day from then on."""
    save_list(store, "Hall", is_new=True)
    desk = DeskSession("hall")
    desk.scanned(store, "WRISTBAND-7")
    save_list(store, "Hall", is_new=False, rename="Aula")
    assert desk.refresh(store) is None
    remove_list(store, "Aula")
    count = len(list(store.events()))

    reply = desk.selected(store, people["Asha Rao"])

    assert isinstance(reply, ListRemoved)
    assert ("Aula", True) == (reply.before.name, desk.state.follows_day)
    assert count == len(list(store.events()))
    assert Outcome.OK == outcome(desk.selected(store, people["Asha Rao"]))
    clock.pass_s(86_400)
    desk.refresh(store)
    assert desk.state.list is not None
    assert desk.state.list.id != reply.now.id


def test_a_nameless_ticket_is_named_first(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """Except on the way out, and where the desk only scans."""
    guest = people["Dev Das"]
    edit(store, guest, {"name": ""})
    reply = desk.selected(store, guest)
    assert isinstance(reply, NameNeeded)
    named = desk.named(store, guest, "Kofi Mensah")
    assert isinstance(named, ScanResult)
    assert named.attendee is not None
    assert "Kofi Mensah" == named.attendee.name

    other = people["Asha Roy"]
    edit(store, other, {"name": ""})
    assert Outcome.OK == outcome(DeskSession(scan_only=True).selected(store, other))


def test_exits_are_counted_as_exits(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """Until the direction is changed again."""
    desk.scanned(store, "ASHA-RAO-1")
    desk.set_direction(Direction.EXIT)
    reply = desk.scanned(store, "ASHA-RAO-1")
    assert isinstance(reply, ScanResult)

    assert (Outcome.OK, Direction.EXIT) == (reply.outcome, reply.direction)
    assert 0 == desk.state.party_left


@pytest.mark.slow
def test_a_desk_that_only_scans_overrides_with_a_pin(store: Store, people: dict[str, str]) -> None:
    """Without a PIN it refuses; with one it needs it, whichever role has it."""
    desk = DeskSession(scan_only=True)
    desk.scanned(store, "BILAL-KHAN-1")
    with pytest.raises(KioskError, match="it only scans"):
        desk.let_in(store, "paid cash")
    set_pin(store, Role.ORGANISER, "246810")
    with pytest.raises(PinNeeded) as error:
        desk.let_in(store, "paid cash")
    assert Role.ORGANISER is error.value.role
    given = authorise(store, "246810", "paid cash")

    assert Outcome.OK == outcome(desk.let_in(store, given=given))


@pytest.mark.slow
def test_the_permission_of_an_override_admits_the_whole_party(
    store: Store, desk: DeskSession, people: dict[str, str], clock: Clock
) -> None:
    """The PIN is typed once for a ticket, and again for the next."""
    set_pin(store, Role.SUPERVISOR, "246810")
    desk.scanned(store, "BILAL-KHAN-1")
    with pytest.raises(PinNeeded):
        desk.let_in(store, "paid cash")
    desk.let_in(store, given=authorise(store, "246810", "paid cash"))
    assert Outcome.OK == outcome(desk.whole_party(store))

    clock.pass_s(10)
    desk.scanned(store, "BILAL-KHAN-1")
    with pytest.raises(PinNeeded):
        desk.let_in(store, "again")


def linked(store: Store, code: str) -> list[str]:
    """Names of the attendees of a code."""
    return [person.name for person in find_by_code(store.connection, code).attendees]


def test_a_pending_code_waits_twenty_seconds(
    store: Store, desk: DeskSession, people: dict[str, str], clock: Clock
) -> None:
    """Later it is dropped, and a check-in that would have linked it says so."""
    desk.scanned(store, "WRISTBAND-1")
    clock.pass_s(21)
    late = desk.selected(store, people["Asha Rao"])
    desk.scanned(store, "WRISTBAND-2")
    clock.pass_s(19)
    desk.refresh(store)
    kept = desk.state.pending_code
    clock.pass_s(2)
    desk.refresh(store)

    assert isinstance(late, ScanResult)
    assert ("", ("Code WRISTBAND-1 is not linked: scan it again",)) == (
        late.linked_code,
        late.notes,
    )
    assert ("WRISTBAND-2", "") == (kept, desk.state.pending_code)
    assert [] == linked(store, "WRISTBAND-1")


def test_a_pending_code_waits_for_the_override_of_the_person_chosen(
    store: Store, desk: DeskSession, people: dict[str, str], clock: Clock
) -> None:
    """However long the supervisor takes; another name drops it."""
    desk.scanned(store, "WRISTBAND-1")
    desk.selected(store, people["Bilal Khan"])
    clock.pass_s(300)
    desk.refresh(store)
    reply = desk.let_in(store, "cousin of the organiser")

    assert (Outcome.OK, ["Bilal Khan"]) == (outcome(reply), linked(store, "WRISTBAND-1"))


def test_a_linked_code_is_released_by_name(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """Without an undo; a code can be corrected too, not to one of another ticket."""
    for code in ("WRISTBAND-1", "WRISTBAND-2"):
        bind_code(store, code, people["Dev Das"])
    relink_codes(store, people["Dev Das"], {"WRISTBAND-1": "", "WRISTBAND-2": "WRISTBAND-3"})
    with pytest.raises(KioskError) as caught:
        relink_codes(store, people["Dev Das"], {"WRISTBAND-3": "ASHA-RAO-1"})

    assert "code_taken" == caught.value.code
    assert [[], [], ["Dev Das"], ["Asha Rao"]] == [
        linked(store, code) for code in ("WRISTBAND-1", "WRISTBAND-2", "WRISTBAND-3", "ASHA-RAO-1")
    ]


@pytest.mark.parametrize("looks_up_between", [False, True])
def test_a_question_left_open_is_named_by_the_next_verdict(
    store: Store, desk: DeskSession, people: dict[str, str], looks_up_between: bool
) -> None:
    """Once, and never for the attendee who was asked."""
    desk.scanned(store, "CHITRA-SEN-1")
    if looks_up_between:
        desk.looked_up(desk.state.last)
    replies = [desk.scanned(store, code) for code in ("DEV-DAS-1", "ASHA-RAO-1", "CHITRA-SEN-1")]
    again = desk.scanned(store, "CHITRA-SEN-1")

    notes = [reply.notes for reply in (*replies, again) if isinstance(reply, ScanResult)]
    assert [("Not checked in: Chitra Sen (question open)",), (), (), ()] == notes


def test_only_the_check_in_on_the_screen_is_undone_without_a_question(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """Of another person, and a second time, the desk asks first and names whom."""
    first, second = people["Asha Rao"], people["Dev Das"]
    desk.scanned(store, "ASHA-RAO-1")
    desk.scanned(store, "DEV-DAS-1")
    other = desk.undo(store, shown=first)
    direct = desk.undo(store, shown=second)
    again = desk.undo(store, shown=second)

    assert isinstance(other, UndoQuestion)
    assert isinstance(direct, Undone)
    assert isinstance(again, UndoQuestion)
    assert ("Asha Rao", "Dev Das", "Asha Rao") == (other.name, direct.name, again.name)
    assert is_checked_in(store, first)
    desk.undo(store, row=again.row)
    assert not is_checked_in(store, first)
    with pytest.raises(KioskError) as caught:
        desk.undo(store, shown=second)
    assert "nothing_to_undo" == caught.value.code


def test_a_payment_counts_on_all_lists_until_it_is_undone(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """The reason records it; another status typed later is not touched by the undo."""
    bilal = people["Bilal Khan"]
    save_list(store, "Workshop", is_new=True)
    desk.scanned(store, "BILAL-KHAN-1")
    paid = desk.let_in(store, " paid at the Desk. ")
    workshop = next(item for item in event_lists(store) if item.name == "Workshop")
    desk.use_list(workshop)
    there = desk.scanned(store, "BILAL-KHAN-1")

    assert isinstance(paid, ScanResult)
    assert isinstance(there, ScanResult)
    assert (True, False, Outcome.OK) == (paid.paid, paid.forced, there.outcome)
    row = next(row for row in recent_scans(store.connection, 9) if row.list_id != workshop.id)
    desk.undo(store, row=row)
    person = attendee_by_id(store, bilal)
    assert person is not None
    assert TicketStatus.UNPAID is person.status


def test_letters_that_are_no_code_are_a_name(store: Store, desk: DeskSession) -> None:
    """However fast they came; they are not logged as a refused code. Codes with digits are."""
    before = len(list(store.events()))
    assert LookUp("sanjay neel") == desk.scanned(store, "sanjay neel")
    assert LookUp("प्रिया") == desk.scanned(store, "प्रिया")
    assert before == len(list(store.events()))
    for code in ("https://example.com/ticket", "X1Y2", "{}"):
        assert Outcome.INVALID == outcome(desk.scanned(store, code))


def test_a_hand_out_is_ticked_and_unticked_on_the_card(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """On its own list; the desk's list and the entry there stay as they are."""
    save_list(store, "T-shirt", is_new=True)
    day = desk.open(store)
    asha = people["Asha Rao"]
    desk.scanned(store, "ASHA-RAO-1")

    def shirt() -> Entitlement:
        card = attendee_card(store, asha)
        assert card is not None
        return card.entitlements[-1]

    ticked = desk.hand_out(store, asha, shirt())
    had = shirt().last_ms is not None
    question = desk.undo(store, shown=asha)
    unticked = desk.hand_out(store, asha, shirt())

    assert (True, True, False) == (ticked.is_given, had, unticked.is_given)
    assert isinstance(question, UndoQuestion)
    assert (day.name, None) == (question.list_name, shirt().last_ms)
    assert is_checked_in(store, asha, day.id)


def test_a_party_gets_one_hand_out_with_each_tick(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """One after the other, however fast; when all have it, a tick takes the last one back."""
    save_list(store, "T-shirt", is_new=True)
    desk.open(store)
    dev = people["Dev Das"]
    said = []
    for _ in range(3):
        card = attendee_card(store, dev)
        assert card is not None
        done = desk.hand_out(store, dev, card.entitlements[-1])
        said.append((done.is_given, done.of_party.strip()))

    assert [
        (True, "1 of 2 have it."),
        (True, "2 of 2 have it."),
        (False, "1 of 2 have it."),
    ] == said


def test_a_note_to_read_does_not_stop_a_hand_out(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """The card shows the note; a hand-out asks for no confirmation of it."""
    save_list(store, "T-shirt", is_new=True)
    desk.open(store)
    card = attendee_card(store, people["Chitra Sen"])
    assert card is not None

    assert desk.hand_out(store, people["Chitra Sen"], card.entitlements[-1]).is_given


def test_an_undo_after_a_whole_order_asks_whose(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """The verdict is on several people, so none of them is undone without a question."""
    for name in ("Asha Rao", "Asha Roy", "Dev Das"):
        edit(store, people[name], {"order_code": "ORDER-7"})
    desk.scanned(store, "ASHA-RAO-1")
    done = desk.whole_order(store)
    last = desk.state.last
    assert isinstance(done, OrderDone)
    assert last is not None
    assert last.attendee is not None

    assert isinstance(desk.undo(store, shown=last.attendee.id), UndoQuestion)
    assert is_checked_in(store, last.attendee.id)


def test_a_desk_that_only_scans_links_no_code(store: Store, people: dict[str, str]) -> None:
    """It looks up no one, so an unknown code goes to the help desk; a shared one names no one."""
    desk = DeskSession(scan_only=True)
    for name in ("Asha Rao", "Dev Das"):
        edit(store, people[name], {"order_code": "ORDER-7"})
    unknown = desk.scanned(store, "WRISTBAND-1")
    shared = desk.scanned(store, "ORDER-7")

    assert isinstance(unknown, ScanResult)
    assert isinstance(shared, ScanResult)
    assert "" == desk.state.pending_code
    assert unknown.message.endswith("Send the person to the help desk.")
    assert Outcome.AMBIGUOUS == shared.outcome
    assert "Asha" not in shared.message


def test_a_walk_in_may_be_a_registered_attendee(
    store: Store, desk: DeskSession, people: dict[str, str]
) -> None:
    """By name in any order, or by e-mail; not one who is in already."""
    edit(store, people["Asha Roy"], {"email": "asha@example.org"})
    desk.open(store)
    by_name = desk.registered_like(store, "RAO asha")
    by_email = desk.registered_like(store, "A. R.", "Asha@example.org")
    desk.scanned(store, "ASHA-RAO-1")

    assert (["Asha Rao"], ["Asha Roy"]) == (
        [person.name for person in by_name],
        [person.name for person in by_email],
    )
    assert [] == desk.registered_like(store, "Asha Rao")


def test_the_door_is_no_hand_out(tmp_path: Path) -> None:
    """The card shows who is in, also where the event has no days, but no key ticks it there."""
    event = create_event(tmp_path / "e.kiosk", name="Meetup", timezone="UTC", desk="Desk 1")
    person = walk_in(event, "Dev Das", {})
    save_list(event, "T-shirt", is_new=True)
    card = attendee_card(event, person.id)
    event.close()

    assert card is not None
    ticked = {one.list_name: one.is_handed_here for one in card.entitlements}
    assert {"Attendance": False, "T-shirt": True} == ticked
