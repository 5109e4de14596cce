"""The locked screen, by the keys that an attendee may try."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from kiosk.domain.checkin.privileges import Role, ScryptCost
from kiosk.services.checkin import authorisation
from kiosk.services.checkin.authorisation import authorise, pin_roles, set_pin
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.questions import save_question
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.reports.audit import audit_trail
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.scans import recent_scans
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.desk import self_service
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.self_service import SelfServiceScreen
from kiosk.ui.tui.dialogs.pin import NewPinScreen, PinScreen
from tests.support.stores import bind_code
from tests.support.waiting import wait_on_screen

pytestmark = pytest.mark.slow

PIN = "246810"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheap PINs and no waiting for answers."""
    monkeypatch.setattr("kiosk.domain.checkin.privileges.COST", ScryptCost(16, 8, 1))
    monkeypatch.setattr(authorisation, "_closed_until", {})
    monkeypatch.setattr(self_service, "TYPED_ANSWER_S", 0.05)


@pytest.fixture
def own_store(tmp_path: Path) -> Iterator[Store]:
    """An event of today with two people, and a supervisor's PIN."""
    store = create_event(
        tmp_path / "now.kiosk", name="PyCon Pune", days=[date.today()], desk="Desk 1"
    )
    for name, fields in {
        "Priya Sharma": {"email": "p@example.org", "ticket_type": "Speaker"},
        "Unpaid Uma": {"email": "u@example.org", "status": "unpaid"},
    }.items():
        person = walk_in(store, name, fields)
        bind_code(store, f"TICKET-{name[0]}1", person.id)
    set_pin(store, Role.SUPERVISOR, PIN)
    yield store
    store.close()


class Eyes:
    """A running program and what is seen of it."""

    def __init__(self, app: KioskApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def locked(self) -> bool:
        return isinstance(self.app.screen, SelfServiceScreen)

    @property
    def screen_text(self) -> str:
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in lines)

    async def until(self, condition: Callable[[], bool]) -> None:
        await wait_on_screen(self.pilot, condition, lambda: self.screen_text)

    async def type(self, text: str) -> None:
        for char in text:
            await self.pilot.press({"@": "at", ".": "full_stop", " ": "space"}.get(char, char))
            await self.pilot.pause(0.05)


@asynccontextmanager
async def open_own(
    store: Store, size: tuple[int, int] = (80, 24), *, locked: bool = True, scan_only: bool = False
) -> AsyncIterator[Eyes]:
    app = KioskApp(store.path, desk="Desk 1", self_service=locked, scan_only=scan_only)
    async with app.run_test(size=size) as pilot:
        eyes = Eyes(app, pilot)
        if locked:
            await eyes.until(lambda: eyes.locked and "Scan your ticket" in eyes.screen_text)
        else:
            desk = app.screen
            assert isinstance(desk, DeskScreen)
            await eyes.until(lambda: desk.is_ready)
        yield eyes


async def test_a_scan_shows_first_name_and_ticket_type_only(own_store: Store) -> None:
    """Then a key brings the greeting back, with nothing of the person."""
    async with open_own(own_store) as eyes:
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "Priya" in eyes.screen_text)
        seen = eyes.screen_text
        await eyes.pilot.press("x")
        await eyes.until(lambda: "Scan your ticket" in eyes.screen_text)

        assert ("SPEAKER" in seen, "Sharma" in seen, "example" in seen) == (True, False, False)
        assert "Priya" not in eyes.screen_text


async def test_questions_come_before_the_welcome(own_store: Store) -> None:
    """One digit answers, other keys do nothing; the first name is above each question."""
    save_question(
        own_store,
        "Meal",
        is_new=True,
        text="Which meal?",
        choices=["Veg", "Jain"],
        given=authorise(own_store, PIN),
    )
    save_question(
        own_store,
        "Photo",
        is_new=True,
        text="May we publish photos?",
        given=authorise(own_store, PIN),
    )
    async with open_own(own_store) as eyes:
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "Which meal?" in eyes.screen_text)
        seen = eyes.screen_text
        assert ("Priya" in seen, "Sharma" in seen, "✓" in seen) == (True, False, False)
        await eyes.type("x3")
        assert "Which meal?" in eyes.screen_text
        assert "Jain" in eyes.screen_text
        await eyes.type("2")
        await eyes.until(lambda: "photos" in eyes.screen_text)
        assert ["Yes · हाँ · ہاں", "No · नहीं · نہیں"] == [
            answer for answer in ("Yes · हाँ · ہاں", "No · नहीं · نہیں") if answer in eyes.screen_text
        ]
        await eyes.type("0")
        await eyes.until(lambda: "✓  Priya" in eyes.screen_text)


async def test_free_answers_are_typed_or_scanned(own_store: Store) -> None:
    """A number, some choices, and a wristband; what does not answer is asked again."""
    pin = authorise(own_store, PIN)
    ask = partial(save_question, own_store, is_new=True, given=pin)
    ask("Age", text="How old are you?", kind="number", required=True)
    ask("Days", text="Which days?", choices=["Fri", "Sat", "Sun"], kind="several")
    ask("Wristband", text="Your wristband, please.", kind="code", required=True)
    async with open_own(own_store) as eyes:
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "How old are you?" in eyes.screen_text)
        assert "skip" not in eyes.screen_text
        await eyes.pilot.press("enter")
        await eyes.type("old")
        await eyes.pilot.press("enter")
        await eyes.until(lambda: "does not answer" in eyes.screen_text)
        assert "Priya" in eyes.screen_text
        await eyes.type("19")
        await eyes.pilot.press("enter")
        await eyes.until(lambda: "Which days?" in eyes.screen_text)
        assert "Press Enter to skip." in eyes.screen_text
        await eyes.type("1 3")
        await eyes.pilot.press("enter")
        await eyes.until(lambda: "wristband" in eyes.screen_text)
        eyes.app.code_seen("BAND-7")
        await eyes.until(lambda: "✓  Priya" in eyes.screen_text)
    (priya,) = [
        row.attendee_id for row in recent_scans(own_store.connection, 9) if row.outcome == "ok"
    ]
    person = attendee(own_store.connection, priya or "")
    assert person is not None
    given = {name: person.extra.get(name) for name in ("Age", "Days", "Wristband")}
    assert {"Age": "19", "Days": "Fri; Sun", "Wristband": "BAND-7"} == given


async def test_a_ticket_is_no_wristband(own_store: Store) -> None:
    """The next attendee's ticket begins with the next attendee."""
    save_question(
        own_store,
        "Wristband",
        is_new=True,
        text="Your wristband, please.",
        kind="code",
        required=True,
        given=authorise(own_store, PIN),
    )
    async with open_own(own_store) as eyes:
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "wristband" in eyes.screen_text)
        eyes.app.code_seen("TICKET-U1")
        await eyes.until(lambda: "help desk" in eyes.screen_text)
        eyes.app.code_seen("BAND-7")
        await eyes.pilot.pause(0.1)
    assert [] == [row for row in recent_scans(own_store.connection, 9) if row.outcome == "ok"]


async def test_an_answer_pressed_twice_counts_once(own_store: Store) -> None:
    """It neither answers what is asked next nor takes the table away before it was read."""
    save_question(
        own_store,
        "Meal",
        is_new=True,
        text="Which meal?",
        choices=["Veg", "Jain"],
        given=authorise(own_store, PIN),
    )
    save_question(
        own_store,
        "Photo",
        is_new=True,
        text="May we publish photos?",
        given=authorise(own_store, PIN),
    )
    async with open_own(own_store) as eyes:
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "Which meal?" in eyes.screen_text)
        await eyes.type("11")
        await eyes.until(lambda: "photos" in eyes.screen_text)
        await eyes.type("22")
        await eyes.until(lambda: "✓  Priya" in eyes.screen_text)
        await eyes.pilot.pause(0.1)

        assert "✓  Priya" in eyes.screen_text


async def test_who_leaves_a_question_open_is_not_in(
    own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screen goes back to the greeting, and the next person is not asked for them."""
    monkeypatch.setattr(self_service, "IDLE_S", 0.3)
    save_question(
        own_store,
        "Meal",
        is_new=True,
        text="Which meal?",
        choices=["Veg", "Jain"],
        given=authorise(own_store, PIN),
    )
    async with open_own(own_store) as eyes:
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "Which meal?" in eyes.screen_text)
        await eyes.until(lambda: "Scan your ticket" in eyes.screen_text)
        await eyes.type("1")
        await eyes.until(lambda: eyes.app.screen.query_one("#own-name", Input).value == "1")
    assert [] == [row for row in recent_scans(own_store.connection, 9) if row.outcome == "ok"]


async def test_esc_goes_back_to_the_greeting(
    own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a question, whose attendee is not checked in then, and from a typed name."""
    monkeypatch.setattr(self_service, "IDLE_S", 600)
    ask = partial(save_question, own_store, is_new=True, given=authorise(own_store, PIN))
    ask("Meal", text="Which meal?", choices=["Veg", "Jain"])
    ask("Bags", text="How many bags?", kind="number")
    async with open_own(own_store) as eyes:
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "Which meal?" in eyes.screen_text)
        await eyes.pilot.press("escape")
        await eyes.until(lambda: "Scan your ticket" in eyes.screen_text)
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "Which meal?" in eyes.screen_text)
        await eyes.type("1")
        await eyes.until(lambda: "How many bags?" in eyes.screen_text)
        await eyes.pilot.press("escape")
        await eyes.until(lambda: "Scan your ticket" in eyes.screen_text)
        await eyes.type("sam")
        await eyes.pilot.press("escape")
        await eyes.until(lambda: eyes.app.screen.query_one("#own-name", Input).value == "")
        assert eyes.locked
    assert [] == [row for row in recent_scans(own_store.connection, 9) if row.outcome == "ok"]


async def test_it_resets_by_itself(own_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some seconds the next person is greeted."""
    monkeypatch.setattr(self_service, "WELCOME_S", 1.0)
    async with open_own(own_store) as eyes:
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "Priya" in eyes.screen_text)
        await eyes.until(lambda: "Scan your ticket" in eyes.screen_text)


async def test_half_typed_text_goes(own_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who walks away leaves no name behind."""
    monkeypatch.setattr(self_service, "IDLE_S", 0.3)
    async with open_own(own_store) as eyes:
        await eyes.type("priya")
        await eyes.until(lambda: eyes.app.screen.query_one("#own-name", Input).value == "")


async def test_a_name_and_an_email_let_in(own_store: Store) -> None:
    """Enter goes on to the second fact, Enter there asks."""
    async with open_own(own_store) as eyes:
        await eyes.type("sharma")
        await eyes.pilot.press("enter")
        await eyes.type("p@example.org")
        await eyes.pilot.press("enter")
        await eyes.until(lambda: "✓  Priya" in eyes.screen_text)


@pytest.mark.parametrize(
    ("name", "second"), [("nobody", "p@example.org"), ("uma", "u@example.org")]
)
async def test_a_refusal_says_nothing_but_the_way(own_store: Store, name: str, second: str) -> None:
    """Neither that a person is unknown nor that they have not paid; one more attempt is offered."""
    async with open_own(own_store) as eyes:
        for attempt in range(2):
            if attempt:
                await eyes.until(lambda: "That did not work" in eyes.screen_text)
            await eyes.type(name)
            await eyes.pilot.press("enter")
            await eyes.type(second)
            await eyes.pilot.press("enter")
        await eyes.until(lambda: "help desk" in eyes.screen_text)
        said = eyes.app.screen.query_one("#own-answer", Static).render()

        assert [
            "→ Please go to the help desk.",
            "कृपया हेल्प डेस्क पर जाएँ।",
            "براہِ کرم ہیلپ ڈیسک پر تشریف لے جائیں۔",
        ] == [line for line in str(said).split("\n") if line.strip(" ▀▄█")]


_DEAD = ["escape", "ctrl+c", "ctrl+q", "ctrl+p", "ctrl+o", "ctrl+r", "ctrl+k", "ctrl+v", "ctrl+z"]
_DEAD += [f"f{number}" for number in range(1, 11)] + ["f12"]


async def test_no_key_leaves(own_store: Store) -> None:
    """Not the palette, not quitting, no function key."""
    async with open_own(own_store) as eyes:
        for key in _DEAD:
            await eyes.pilot.press(key)
            await eyes.pilot.pause()

            assert (key, True, 2) == (key, eyes.locked, len(eyes.app.screen_stack))


async def test_the_mouse_and_notes_are_dead(own_store: Store) -> None:
    """A click does nothing, and nothing of the event pops up."""
    async with open_own(own_store) as eyes:
        x, y = eyes.app.screen.query_one("#own-second").region.offset
        for kind in (events.MouseDown, events.MouseUp):
            eyes.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        eyes.app.post_message(events.Paste("from somewhere"))
        eyes.app.notify("Printer: Priya Sharma's badge")
        await eyes.pilot.pause()

        assert ("own-name", "", 0) == (
            eyes.app.focused.id if eyes.app.focused else "",
            eyes.app.screen.query_one("#own-name", Input).value,
            len(eyes.app._notifications),
        )


@pytest.mark.parametrize(("pin", "leaves"), [("0000", False), (PIN, True)])
@pytest.mark.parametrize("at_once", [False, True])
async def test_only_the_pin_leaves(own_store: Store, pin: str, leaves: bool, at_once: bool) -> None:
    """Typed, or in one burst; it is never shown."""
    async with open_own(own_store) as eyes:
        await eyes.pilot.press("f11")
        await eyes.until(lambda: isinstance(eyes.app.screen, PinScreen))
        if at_once:
            eyes.app.code_seen(pin)
        else:
            await eyes.type(pin)
            assert pin not in eyes.screen_text
            await eyes.pilot.press("enter")
        if leaves:
            await eyes.until(lambda: isinstance(eyes.app.screen, DeskScreen))
        else:
            await eyes.until(lambda: "That is not the PIN" in eyes.screen_text)
            await eyes.pilot.press("escape")
            await eyes.until(lambda: eyes.locked)


async def test_once_left_it_is_over_for_every_event(own_store: Store) -> None:
    """The desk of an event that is opened later, such as one without its people, has no PIN."""
    async with open_own(own_store) as eyes:
        await eyes.pilot.press("f11")
        await eyes.until(lambda: isinstance(eyes.app.screen, PinScreen))
        eyes.app.code_seen(PIN)
        await eyes.until(lambda: isinstance(eyes.app.screen, DeskScreen))
        await eyes.app.open_event(own_store.path).wait()

        assert isinstance(eyes.app.screen, DeskScreen)


async def test_f11_wants_a_pin_first(own_store: Store) -> None:
    """Without one, nobody could come back: it is set on the spot, typed twice."""
    authorisation.remove_pin(own_store, Role.SUPERVISOR, given=authorise(own_store, PIN))
    async with open_own(own_store, locked=False) as eyes:
        await eyes.pilot.press("f11")
        await eyes.until(lambda: isinstance(eyes.app.screen, NewPinScreen))
        for _ in range(2):
            await eyes.type("8642")
            await eyes.pilot.press("enter")
            await eyes.pilot.pause(0.1)
        await eyes.until(lambda: eyes.locked)

        assert {Role.ORGANISER} == pin_roles(own_store)


async def test_letting_in_at_the_desk_asks_for_the_pin(own_store: Store) -> None:
    """First the PIN, then the reason."""
    async with open_own(own_store, locked=False) as eyes:
        eyes.app.code_seen("TICKET-U1")
        banner = eyes.app.screen.query_one(ResultBanner)
        await eyes.until(lambda: banner.view.words == "UNPAID")
        await eyes.pilot.press("ctrl+o")
        await eyes.until(lambda: isinstance(eyes.app.screen, PinScreen))
        await eyes.type(PIN)
        await eyes.pilot.press("enter")
        await eyes.until(lambda: "Paid at the desk" in eyes.screen_text)
        await eyes.pilot.press("1", "enter")
        await eyes.until(lambda: banner.view.words == "CHECKED IN")

        assert "Paid at the desk" == recent_scans(own_store.connection, 1)[0].reason


@pytest.mark.parametrize(("key", "words"), [("f2", "only scans"), ("f3", "only scans")])
async def test_a_desk_for_scanning_says_why_not(own_store: Store, key: str, words: str) -> None:
    """The key is dimmed, and pressed all the same it tells the reason."""
    async with open_own(own_store, locked=False, scan_only=True) as eyes:
        banner = eyes.app.screen.query_one(ResultBanner)
        await eyes.pilot.press(key)
        await eyes.until(lambda: words in banner.view.hint)


async def test_an_older_check_in_is_taken_back_with_the_pin(own_store: Store) -> None:
    """From the activity screen, with a reason that the log keeps; a fresh one needs no PIN."""
    person = scan(own_store, ScanOrder(code="TICKET-P1")).attendee
    assert person is not None
    own_store.connection.execute("UPDATE scan SET at_ms = at_ms - 600000")
    async with open_own(own_store, locked=False) as eyes:
        await eyes.pilot.press("f9")
        await eyes.until(lambda: "Priya Sharma" in eyes.screen_text)
        await eyes.pilot.press("f8")
        await eyes.until(lambda: isinstance(eyes.app.screen, PinScreen))
        await eyes.type(PIN)
        await eyes.pilot.press("enter")
        await eyes.until(lambda: "Undo: Priya Sharma?" in eyes.screen_text)
        await eyes.pilot.press("1", "enter")
        await eyes.until(lambda: "undone" in eyes.screen_text)
        assert "Wrong person" in str(list(audit_trail(own_store))[-1])


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_both_fields_are_seen_at_every_size(own_store: Store, size: tuple[int, int]) -> None:
    """Nothing that has to be typed into is off the screen."""
    async with open_own(own_store, size) as eyes:
        bottoms = [field.region.bottom for field in eyes.app.screen.query("#own-form Input")]

        assert all(0 < bottom < size[1] for bottom in bottoms)


async def test_the_card_is_seen_on_a_small_terminal(own_store: Store) -> None:
    """At 60 columns and 20 lines it stands below the matches."""
    async with open_own(own_store, (60, 20), locked=False) as eyes:
        eyes.app.code_seen("TICKET-P1")
        await eyes.until(lambda: "p@example.org" in eyes.screen_text)
