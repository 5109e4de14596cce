"""Self-service: what lets in, and that every refusal is the same."""

from __future__ import annotations

import pytest

from kiosk.desk.self_service import TRIES, Answer, Reply, SelfService, first_name
from kiosk.domain.checkin.words import SELF_SERVICE, SelfServiceTexts
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.ids import badge_code
from kiosk.domain.people.attendee import Attendee
from kiosk.services.checkin.lists import remove_list, save_list
from kiosk.services.checkin.questions import save_question
from kiosk.services.event.settings import change_settings
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.scans import recent_scans
from tests.conftest import Clock
from tests.support.stores import bind_code

PEOPLE = {
    "Priya Sharma": {"email": "Priya@Example.org", "order": "TX4RT", "ticket_type": "Speaker"},
    "Asha Rao": {"order": "TX4RT"},
    "Asha Rao Kale": {"order": "TX4RT"},
    "Dr. Li": {"email": "li@example.org"},
    "आशा राव": {"email": "asha@example.org"},
    "علی خان": {"email": "ali@example.org"},
    "Unpaid Uma": {"status": "unpaid", "email": "uma@example.org"},
    "Careful Chitra": {"attention": "Owes money", "email": "chitra@example.org"},
    "Gone Gita": {"status": "canceled", "email": "gita@example.org"},
}
REFUSAL = Reply(Answer.HELP_DESK)


class Ticks:
    """A clock of seconds, turned by the test."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ids(store: Store) -> dict[str, str]:
    """Everybody's id by name; codes TICKET-1 ... in order."""
    made = {}
    for number, (name, fields) in enumerate(PEOPLE.items(), 1):
        made[name] = walk_in(store, name, fields).id
        bind_code(store, f"TICKET-{number}", made[name])
    return made


@pytest.fixture
def service() -> SelfService:
    return SelfService(None, Ticks())


@pytest.mark.parametrize(
    ("name", "second", "who"),
    [
        ("Priya Sharma", "priya@example.org", "Priya Sharma"),
        ("sharma PRIYA", " PRIYA@EXAMPLE.ORG ", "Priya Sharma"),
        ("priya", "tx4rt", "Priya Sharma"),
        ("kale", "TX4RT", "Asha Rao Kale"),
        ("li", "li@example.org", "Dr. Li"),
        ("आशा", "asha@example.org", "आशा राव"),
        ("asha", "asha@example.org", "आशा राव"),
        ("ali khan", "ali@example.org", "علی خان"),
    ],
)
def test_a_name_and_a_second_fact_let_in(
    store: Store, ids: dict[str, str], service: SelfService, name: str, second: str, who: str
) -> None:
    """In any case and order of words, in the name's script or in Latin letters."""
    reply = service.typed(store, name, second)

    assert (Answer.WELCOME, ids[who]) == (reply.answer, reply.attendee_id)


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("Nobody Here", "priya@example.org"),
        ("Priya Sharma", "wrong@example.org"),
        ("Priya Sharma", ""),
        ("", "priya@example.org"),
        ("p", "priya@example.org"),
        ("pri", "priya@example.org"),
        ("Priya Sharma", "priya@example"),
        ("Priya Sharma", "%"),
        ("priya@example.org", "priya@example.org"),
        ("Asha Rao", "TX4RT"),
        ("Unpaid Uma", "uma@example.org"),
        ("Careful Chitra", "chitra@example.org"),
        ("Gone Gita", "gita@example.org"),
    ],
)
def test_every_refusal_is_the_same(
    store: Store, ids: dict[str, str], service: SelfService, name: str, second: str
) -> None:
    """Unknown, wrong, unpaid, ambiguous: one more attempt, then the help desk; no one is in."""
    first, reply = (service.typed(store, name, second) for _ in range(2))

    assert (Reply(Answer.AGAIN), REFUSAL, 0) == (
        first,
        reply,
        sum(row.outcome == "ok" for row in recent_scans(store.connection, 9)),
    )


def test_an_unknown_name_and_a_wrong_second_fact_ask_the_event_the_same(
    store: Store, ids: dict[str, str], service: SelfService
) -> None:
    """So that the time it takes tells nothing either."""
    asked: list[list[str]] = []
    for name, second in [("Nobody Here", "x@example.org"), ("Priya Sharma", "y@example.org")]:
        asked.append([])
        store.connection.set_trace_callback(asked[-1].append)
        service.typed(store, name, second)
        store.connection.set_trace_callback(None)

    assert 1 == len(asked[0]) == len(asked[1])


@pytest.mark.parametrize("code", ["TICKET-1", "ticket-1", "]Q3TICKET-1\r"])
def test_a_ticket_is_enough(
    store: Store, ids: dict[str, str], service: SelfService, code: str
) -> None:
    """First name and ticket type are all that is told."""
    assert Reply(Answer.WELCOME, "Priya", "Speaker", ids["Priya Sharma"]) == service.ticket(
        store, code
    )


@pytest.mark.parametrize("code", ["NOBODY-77", "TX4RT", "TICKET-7", "TICKET-8", "TICKET-9", ""])
def test_what_is_no_good_ticket_is_refused(
    store: Store, ids: dict[str, str], service: SelfService, code: str
) -> None:
    """Unknown, an order number, unpaid, something to ask, canceled."""
    assert REFUSAL == service.ticket(store, code)


def test_a_number_that_can_be_guessed_is_no_ticket(store: Store, service: SelfService) -> None:
    """A running number names a person at a staffed desk, with a volunteer in front."""
    with store.writing():
        fields = {"name": "Asha Rao"}
        store.append(EventKind.WALK_IN, {"fields": fields}, subject="a" * 32)
        store.connection.execute("INSERT INTO code VALUES ('SEAT17', ?, 1)", ("a" * 32,))

    assert REFUSAL == service.ticket(store, "SEAT17")


def test_a_badge_only_from_somebody_already_admitted(
    store: Store, ids: dict[str, str], service: SelfService, clock: Clock
) -> None:
    """A found badge opens nothing; on the second day one's own is enough."""
    badge = badge_code(ids["Priya Sharma"])
    before = service.ticket(store, badge)
    service.ticket(store, "TICKET-1")
    clock.pass_s(24 * 3600)

    assert (Answer.HELP_DESK, Answer.WELCOME) == (
        before.answer,
        service.ticket(store, badge).answer,
    )


def test_a_used_ticket_goes_to_the_help_desk(
    store: Store, ids: dict[str, str], service: SelfService, clock: Clock
) -> None:
    """Without saying that it was used; a scanner's stutter is still welcome."""
    replies = [service.ticket(store, "TICKET-1"), service.ticket(store, "TICKET-1")]
    clock.pass_s(60)
    replies.append(service.ticket(store, "TICKET-1"))

    assert ["welcome", "welcome", "help_desk"] == [str(reply.answer) for reply in replies]


def test_guessing_is_slow(store: Store, ids: dict[str, str]) -> None:
    """After some wrong tries nothing is taken for a while, right or wrong."""
    ticks = Ticks()
    service = SelfService(None, ticks)
    for number in range(TRIES):
        service.typed(store, "Priya Sharma", f"GUESS{number}")
    closed = service.typed(store, "Priya Sharma", "TX4RT"), service.ticket(store, "TICKET-1")
    ticks.now += 21

    assert (Reply(Answer.WAIT), Reply(Answer.WAIT), Answer.WELCOME) == (
        *closed,
        service.typed(store, "Priya Sharma", "TX4RT").answer,
    )


@pytest.mark.parametrize(
    ("name", "given", "first"),
    [
        ("Priya Sharma", "", "Priya"),
        ("Sharma, Priya", "Priya", "Priya"),
        ("Dr. Asha Rao", "", "Asha"),
        ("王伟", "", "王伟"),
        ("", "", ""),
        ("Dr.", "", "Dr."),
    ],
)
def test_the_first_name(name: str, given: str, first: str) -> None:
    """Never the whole name, unless it has no parts."""
    assert first == first_name(Attendee("x", name=name, given_name=given))


def test_every_sentence_is_there_in_every_language() -> None:
    """English, Hindi, Urdu, none of them empty or left in English."""
    sentences = [
        [getattr(texts, field) for texts in SELF_SERVICE.values()]
        for field in SelfServiceTexts._fields
    ]

    assert ["en", "hi", "ur"] == list(SELF_SERVICE)
    assert all(len(set(same)) == 3 and all(same) for same in sentences)


def test_a_note_for_the_volunteer_is_never_read_to_the_attendee(
    store: Store, ids: dict[str, str], service: SelfService
) -> None:
    """Who has one goes to the help desk, questions or not."""
    save_question(store, "Meal", is_new=True)
    for expected in (Answer.AGAIN, Answer.HELP_DESK):
        refused = service.typed(store, "Careful Chitra", "chitra@example.org")
        assert Reply(expected) == refused
    asked = service.typed(store, "li", "li@example.org")
    assert (Answer.ASK, "Li") == (asked.answer, asked.first_name)


def test_an_answer_without_a_question_lets_nobody_in(
    store: Store, ids: dict[str, str], service: SelfService
) -> None:
    """After somebody else tried, the one before has to begin anew."""
    save_question(store, "Meal", is_new=True)
    service.typed(store, "li", "li@example.org")
    service.typed(store, "nobody", "nowhere@example.org")
    assert REFUSAL == service.answer(store, "Yes")


def test_a_list_that_another_desk_renames_or_removes(store: Store, ids: dict[str, str]) -> None:
    """Attendees go on checking themselves in: on the list as it is called now, else the day's."""
    door = check_in_lists(store.connection)[0].id
    lunch = save_list(store, "Lunch", is_new=True).id
    save_list(store, "Noon tea", is_new=True)
    service = SelfService("Lunch", Ticks())
    service.ticket(store, "TICKET-1")
    save_list(store, "Lunch", is_new=False, rename="Noon")
    service.ticket(store, "TICKET-2")
    remove_list(store, "Noon")
    service.ticket(store, "TICKET-3")

    assert [door, lunch, lunch] == [row.list_id for row in recent_scans(store.connection, 9)]


@pytest.mark.parametrize("way", ["setting", "list"])
def test_the_person_is_shown_first_and_confirms(
    store: Store, ids: dict[str, str], service: SelfService, way: str
) -> None:
    """By ticket and by name; nobody is in before Enter, and who walks away is not."""
    if way == "setting":
        change_settings(store, {"self_service_confirm": "yes"})
    else:
        name = check_in_lists(store.connection)[0].name
        save_list(store, name, is_new=False, rules={"confirm": ("yes",)})

    asked = service.ticket(store, "TICKET-1")
    assert Reply(Answer.CONFIRM, "Priya", "Speaker") == asked
    service.next_attendee()
    assert Answer.HELP_DESK == service.confirm(store).answer
    assert [] == [scan for scan in recent_scans(store.connection, 9) if scan.outcome == "ok"]

    assert Answer.CONFIRM == service.typed(store, "priya", "tx4rt").answer
    assert (Answer.WELCOME, ids["Priya Sharma"]) == (
        (done := service.confirm(store)).answer,
        done.attendee_id,
    )
    assert Answer.HELP_DESK == service.confirm(store).answer
