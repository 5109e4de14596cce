"""Questions at check-in, from the organiser's word to the person's column."""

from __future__ import annotations

import pytest

from kiosk.domain.checkin.rules import Outcome
from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.checkin.prompts import PromptQueue
from kiosk.services.checkin.questions import remove_question, save_question
from kiosk.services.people.people import walk_in
from kiosk.services.tally.event_tally import event_tally
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.questions import check_in_questions
from tests.conftest import Clock


@pytest.fixture
def asha(store: Store) -> str:
    save_question(store, "Photo consent", is_new=True, text="May we publish photos?")
    save_question(store, "Meal", is_new=True, choices=["Veg", "Jain", "Non-veg"])
    return walk_in(store, "Asha Rao", {}).id


def columns(store: Store, person: str) -> dict[str, str]:
    found = attendee(store.connection, person)
    assert found is not None
    return dict(found.extra)


def test_an_open_question_holds_the_check_in(store: Store, asha: str) -> None:
    """Nobody is in before they were asked; what is answered is kept, and asked no more."""
    first = scan(store, ScanOrder(attendee_id=asha))
    assert (Outcome.INCOMPLETE, ["Photo consent", "Meal"]) == (
        first.outcome,
        [question.name for question in first.questions],
    )
    second = scan(store, ScanOrder(attendee_id=asha, answers={"meal": "2"}))
    assert ["Photo consent"] == [question.name for question in second.questions]
    third = scan(store, ScanOrder(attendee_id=asha, answers={"Photo consent": "no"}))
    assert (Outcome.OK, {"Meal": "Jain", "Photo consent": "No"}) == (
        third.outcome,
        columns(store, asha),
    )


def test_a_used_ticket_is_not_asked(store: Store, asha: str, clock: Clock) -> None:
    """Used is decided first, and answers that come with such a scan are not taken."""
    scan(store, ScanOrder(attendee_id=asha, acknowledged=True))
    clock.now_ms += 60_000
    again = scan(store, ScanOrder(attendee_id=asha, answers={"Meal": "Veg"}))
    assert (Outcome.ALREADY_REDEEMED, {}) == (again.outcome, columns(store, asha))


def test_asked_without_an_answer_comes_in_and_is_asked_next_time(
    store: Store, asha: str, clock: Clock
) -> None:
    """The queue is never blocked: who does not want to say is let in."""
    save_list(store, "Lunch", is_new=True)
    done = scan(store, ScanOrder(attendee_id=asha, acknowledged=True, answers={"Meal": "Veg"}))
    assert Outcome.OK == done.outcome
    clock.now_ms += 60_000
    lunch = scan(store, ScanOrder(attendee_id=asha, list_name="Lunch"))
    assert ["Photo consent"] == [question.name for question in lunch.questions]


def test_a_wrong_answer_records_nothing(store: Store, asha: str) -> None:
    """An answer that is no choice names the choices; no event is written."""
    before = len(list(store.events()))
    with pytest.raises(KioskError) as failure:
        scan(store, ScanOrder(attendee_id=asha, answers={"Meal": "meat"}))
    assert ("bad_answer", before) == (failure.value.code, len(list(store.events())))
    assert "Veg, Jain, Non-veg" in failure.value.next_step


def test_questions_outlive_a_rebuild_and_can_be_taken_back(store: Store, asha: str) -> None:
    """They stand in the log; removing one leaves the answers with the people."""
    scan(store, ScanOrder(attendee_id=asha, acknowledged=True, answers={"Meal": "Veg"}))
    with store.writing():
        projection.rebuild(store.connection, list(store.events()))
    assert ["Photo consent", "Meal"] == [q.name for q in check_in_questions(store.connection)]
    remove_question(store, "MEAL")
    assert ["Photo consent"] == [q.name for q in check_in_questions(store.connection)]
    assert {"Meal": "Veg"} == columns(store, asha)


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("meal", {}, "question_exists"),
        ("  ", {}, "bad_question"),
        ("Size", {"choices": ["S"]}, "bad_question"),
        ("Size", {"choices": ["S", "s"]}, "bad_question"),
        ("Size", {"choices": [str(number) for number in range(10)]}, "bad_question"),
        ("Size", {"lists": ["Dinner"]}, "no_such_list"),
    ],
)
def test_what_is_no_question(
    store: Store, asha: str, name: str, options: dict[str, list[str]], code: str
) -> None:
    """A question that cannot be asked is refused in words."""
    with pytest.raises(KioskError) as failure:
        save_question(store, name, is_new=True, **options)  # type: ignore[arg-type]
    assert code == failure.value.code


def test_step_by_step(store: Store) -> None:
    """First the note, then question by question; the scan waits for all of it."""
    save_question(store, "Meal", is_new=True)
    person = walk_in(store, "Bela Sen", {"attention": "Parent is at desk 2"}).id
    order = ScanOrder(attendee_id=person)
    asking = PromptQueue(order, scan(store, order))
    assert ("Parent is at desk 2", None) == (asking.note, asking.question)
    asking.confirm()
    assert asking.question is not None
    assert asking.is_last
    asking.answer("No")
    assert asking.is_done
    assert Outcome.OK == scan(store, asking.order()).outcome
    assert {"Meal": "No"} == columns(store, person)


def test_answers_are_counted_without_anybodys_own_words(store: Store, asha: str) -> None:
    """By choice: who came and who there is; an imported text that is no choice is `other`."""
    scan(store, ScanOrder(attendee_id=asha, acknowledged=True, answers={"Meal": "Veg"}))
    walk_in(store, "Bela Sen", {"extra.meal": "veg", "heads": "2"})
    walk_in(store, "Carl", {"extra.Meal": "peanuts kill Carl Gauss"})
    walk_in(store, "Dan", {"extra.Meal": "Jain", "status": "canceled"})
    stats = event_tally(store)
    assert {"Photo consent": {}, "Meal": {"Veg": (1, 3), "other": (0, 1)}} == stats.answers


def test_a_question_that_went_while_it_was_asked_stops_nobody(store: Store, asha: str) -> None:
    """Another desk took one away and changed the other: the person is in, with what still fits."""
    order = ScanOrder(attendee_id=asha)
    asking = PromptQueue(order, scan(store, order))
    asking.answer("Yes")
    asking.answer("Jain")
    remove_question(store, "Photo consent")
    assert Outcome.OK == scan(store, asking.order()).outcome
    assert {"Meal": "Jain"} == columns(store, asha)

    bilal = walk_in(store, "Bilal Khan", {}).id
    asking = PromptQueue(ScanOrder(attendee_id=bilal), scan(store, ScanOrder(attendee_id=bilal)))
    asking.answer("Jain")
    save_question(store, "Meal", is_new=False, choices=["Meat", "None"])
    assert Outcome.OK == scan(store, asking.order()).outcome
    assert {} == columns(store, bilal)
