"""Transfer a ticket to another person."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.log.events import EventKind
from kiosk.errors import KioskError
from kiosk.services.badges.badges import BadgeOrder, confirm_printed, make_badges
from kiosk.services.badges.on_demand import write_badge
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.card import attendee_card
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.questions import remove_question, save_question
from kiosk.services.people.lookup import Lookup
from kiosk.services.people.people import edit, walk_in
from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.services.printing.jobs import needs_reason
from kiosk.services.reports.audit import Narrator, audit_trail
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection
from kiosk.storage.queries.attendees import attendee, transfers_of
from kiosk.storage.replication.merge import merge_events, rows_after
from tests.conftest import Clock

ROWS = (
    "Name,First name,Last name,Email,Phone,Company,Code,Pronouns,First time?,T-shirt size\n"
    "Asha Rao,Asha,Rao,asha@example.org,+91 20 5550 1,Zoho,C-1,she/her,yes,M\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def asha(store: Store, file: Path) -> str:
    """An imported ticket with a note that must be read."""
    plan = plan_import(store, file)
    accept_import(store, plan)
    attendee_id = plan.rows[0][0]
    edit(store, attendee_id, {"attention": "Owes a deposit", "note": "Vegan"})
    return attendee_id


def test_nothing_of_the_old_holder_stays(store: Store, asha: str) -> None:
    """The ticket, its order and the desk's notes stay."""
    person = transfer_ticket(store, asha, NewHolder("Ravi Menon", email="ravi@example.org"))

    assert ("Ravi Menon", "", "", "ravi@example.org", "", "") == (
        person.name,
        person.given_name,
        person.family_name,
        person.email,
        person.phone,
        person.company,
    )
    assert ("Owes a deposit", "Vegan") == (person.attention, person.note)
    assert ("", "", "M") == tuple(
        person.extra[header] for header in ("Pronouns", "First time?", "T-shirt size")
    )


def test_what_was_answered_at_check_in_goes_with_who_answered(store: Store, asha: str) -> None:
    """Whatever it is called, and though it is asked no more; the new holder is asked."""
    for name in ("Drink", "Lunch"):
        save_question(store, name, is_new=True, choices=["Tea", "Coffee"])
    answers = {"Drink": "Tea", "Lunch": "Coffee"}
    scan(store, ScanOrder(code="C-1", acknowledged=True, answers=answers))
    remove_question(store, "Drink")
    person = transfer_ticket(store, asha, NewHolder("Ravi Menon"), reason="Ill", force=True)
    undo(store)

    assert ("", "", "M") == tuple(person.extra[key] for key in ("Drink", "Lunch", "T-shirt size"))
    assert ["Lunch"] == [one.name for one in scan(store, ScanOrder(code="C-1")).questions]


def test_the_code_still_opens_the_door(store: Store, asha: str) -> None:
    """The new holder shows the old ticket; the note is still asked."""
    transfer_ticket(store, asha, NewHolder("Ravi Menon"))
    asked = scan(store, ScanOrder(code="C-1"))
    done = scan(store, ScanOrder(code="C-1", acknowledged=True))

    assert [Outcome.INCOMPLETE, Outcome.OK] == [asked.outcome, done.outcome]
    assert "Ravi Menon" in done.message


def test_the_history_names_the_old_holder(store: Store, asha: str) -> None:
    """On the card, and in the log as a sentence."""
    transfer_ticket(store, asha, NewHolder("Ravi Menon"), reason="Ill")
    facts = attendee_card(store, asha)
    assert facts is not None
    *_, last = audit_trail(store)

    assert [("Asha Rao", "Ill", "Desk 1")] == [
        (item.old_name, item.reason, item.desk) for item in facts.transfers
    ]
    assert "transferred from “Asha Rao” (Ill)" in Narrator(store).line(last)


def test_a_re_import_does_not_bring_the_old_holder_back(
    store: Store, asha: str, file: Path
) -> None:
    """What the file still says is reported as kept."""
    transfer_ticket(store, asha, NewHolder("Ravi Menon"))
    file.write_text(ROWS.replace("Zoho", "Zoho Corp"), encoding="utf-8")
    plan = plan_import(store, file)
    accept_import(store, plan)
    person = attendee(store.connection, asha)
    kept = {item.field: (item.kept, item.offered) for item in plan.report.kept}

    assert person is not None
    assert ("Ravi Menon", "", "", "") == (person.name, person.email, person.phone, person.company)
    assert ("Ravi Menon", "Asha Rao") == kept["name"]
    assert ("", "asha@example.org") == kept["email"]


def test_both_names_find_it(store: Store, asha: str) -> None:
    """The old one marked, and never clear: Enter must not let the wrong person in."""
    before = Lookup.load(store)
    transfer_ticket(store, asha, NewHolder("Ravi Menon"))
    before.refresh(store)
    for lookup in (before, Lookup.load(store)):
        old, new = (lookup.search(store, name) for name in ("asha rao", "ravi menon"))

        assert [asha, asha] == [old.people[0].id, new.people[0].id]
        assert (False, True) == (old.clear, new.clear)
        assert ("Asha Rao",) == old.former[asha]


def test_the_old_badge_is_not_handed_out(store: Store, asha: str, tmp_path: Path) -> None:
    """It counts as changed, a first badge for the new holder needs no reason, and the verdict
    does not send the volunteer to fetch it."""
    make_badges(store, tmp_path / "badges.pdf", BadgeOrder())
    confirm_printed(store)
    assert needs_reason(store, asha)
    transfer_ticket(store, asha, NewHolder("Ravi Menon"))
    edit(store, asha, {"attention": ""})
    reason = needs_reason(store, asha)
    result = scan(store, ScanOrder(code="C-1"))
    again = make_badges(store, tmp_path / "again.pdf", BadgeOrder(who=("changed",)))

    assert ("", None) == (reason, result.badge)
    assert result.former_badge is not None
    assert (1, ["Asha Rao"]) == (again.badges, [old.name for old in again.replaced])
    repeated = scan(store, ScanOrder(code="C-1"))
    assert repeated.badge is not None


def test_a_badge_made_on_the_spot_lies_in_no_box(store: Store, asha: str, tmp_path: Path) -> None:
    """The box holds the old badge; the new holder is not sent there."""
    make_badges(store, tmp_path / "badges.pdf", BadgeOrder())
    confirm_printed(store)
    edit(store, asha, {"attention": ""})
    transfer_ticket(store, asha, NewHolder("Ravi Menon"))
    write_badge(store, asha)
    confirm_printed(store)
    badge = scan(store, ScanOrder(code="C-1")).badge

    assert badge is not None
    assert ("", 2) == (badge.box, badge.prints)


def test_a_checked_in_ticket_is_not_transferred(store: Store, asha: str) -> None:
    """Undo first, or a supervisor with a reason."""
    scan(store, ScanOrder(code="C-1", acknowledged=True))
    with pytest.raises(KioskError) as refused:
        transfer_ticket(store, asha, NewHolder("Ravi Menon"))
    with pytest.raises(KioskError) as wordless:
        transfer_ticket(store, asha, NewHolder("Ravi Menon"), force=True)
    forced = transfer_ticket(store, asha, NewHolder("Ravi Menon"), reason="Swapped", force=True)

    assert ("already_in", "reason_missing") == (refused.value.code, wordless.value.code)
    assert "Undo" in refused.value.next_step
    assert "Ravi Menon" == forced.name


def test_after_an_undo_it_can_be_passed_on(store: Store, asha: str) -> None:
    """The way out that the refusal names."""
    scan(store, ScanOrder(code="C-1", acknowledged=True))
    undo(store)

    assert "Ravi Menon" == transfer_ticket(store, asha, NewHolder("Ravi Menon")).name


@pytest.mark.parametrize(("name", "code"), [(" ", "name_missing"), ("Asha Rao", "same_name")])
def test_a_name_is_needed_and_a_new_one(store: Store, asha: str, name: str, code: str) -> None:
    """Correcting a person is `edit`."""
    with pytest.raises(KioskError) as refused:
        transfer_ticket(store, asha, NewHolder(name))

    assert code == refused.value.code


def test_an_edit_is_no_transfer(store: Store) -> None:
    """A slip that was corrected leaves no former holder."""
    person = walk_in(store, "Asha Roa", {})
    edit(store, person.id, {"name": "Asha Rao"})

    assert [] == transfers_of(store.connection, person.id)


def test_other_desks_and_a_rebuild_know_it(
    store: Store, asha: str, tmp_path: Path, clock: Clock
) -> None:
    """It is in the log, so it is everywhere."""
    transfer_ticket(store, asha, NewHolder("Ravi Menon"))
    other = Store.create(tmp_path / "other.kiosk", desk="Desk 2", clock=clock)
    merge_events(other, rows_after(store, {}, limit=1_000, max_bytes=1 << 20))
    with store.writing():
        projection.rebuild(store.connection, list(store.events()))
    known = []
    for each in (store, other):
        person = attendee(each.connection, asha)
        assert person is not None
        known.append((person.name, person.email, transfers_of(each.connection, asha)[0].old_name))
    other.close()

    assert [("Ravi Menon", "", "Asha Rao")] * 2 == known


def test_a_hostile_transfer_is_not_believed(store: Store, asha: str) -> None:
    """A desk that writes nonsense changes nothing."""
    with store.writing():
        body = {"set": {"name": "Mallory"}, "transfer": {"from": ["x"]}}
        event = store.write_event(EventKind.EDIT, body, subject=asha)
        assert not projection.apply(store.connection, event)
    person = attendee(store.connection, asha)

    assert person is not None
    assert ("Asha Rao", []) == (person.name, transfers_of(store.connection, asha))
