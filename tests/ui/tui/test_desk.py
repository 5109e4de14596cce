"""The desk by its keys, at the size it was designed for."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import OptionList, Static

from kiosk.desk.session import Candidates, DeskSession
from kiosk.desk.state import DeskState
from kiosk.domain.log.ids import badge_code
from kiosk.services.checkin.lists import save_list
from kiosk.services.checkin.questions import save_question
from kiosk.services.event.event import create_event
from kiosk.services.people.lookup import LookupResult
from kiosk.services.people.people import edit, walk_in
from kiosk.services.safety.purge import purge
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import find_by_code
from kiosk.storage.queries.scans import recent_scans
from kiosk.ui.tui.desk.banner import ResultBanner, VerdictOver
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.lookup import MATCHES
from kiosk.ui.tui.desk.match_list import FIRST_TITLE, LAST_TITLE, MatchList, _typed_letters
from kiosk.ui.tui.desk.verdict import pending_line
from kiosk.ui.tui.dialogs.choices import FreeAnswerScreen
from kiosk.ui.tui.dialogs.person_form import PersonForm
from kiosk.ui.tui.dialogs.reasons import ConfirmScreen, UndoScreen
from kiosk.ui.tui.widgets.key_bar import Hint, KeyBar
from kiosk.ui.tui.widgets.scan_input import ScanInput
from kiosk.ui.tui.worker import SessionReply
from tests.benchmarks.letters import ROWS_AT_80X24
from tests.support.desk import open_desk
from tests.support.keyboard import press_at_once
from tests.support.keyboard import scan as scan_by
from tests.support.stores import bind_code

CHECKS_IN_ASHA = "Enter again checks in Asha Rao, Esc goes back."


@pytest.mark.slow
async def test_a_scan_checks_in(desk_store: Store) -> None:
    """No key at all: sign, words, name; counter and card follow."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-003")
        await desk.says("✓ CHECKED IN")
        await desk.until(lambda: "in 1 of 8" in desk.status and "Speaker" in desk.card)

        assert "Ravi [Speaker]" in desk.banner


@pytest.mark.slow
async def test_a_single_clear_name_is_taken_by_enter(desk_store: Store) -> None:
    """A few letters and Enter."""
    async with open_desk(desk_store) as desk:
        await desk.type("ravi")
        await desk.until(lambda: desk.matches == ["Ravi [Speaker]"])
        await desk.type("\r")
        await desk.says("✓ CHECKED IN")

        assert desk.screen.query_one(ScanInput).value == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "title", "fact"),
    [
        ("karim", "FOUND BY COMPANION", "Karim Benali"),
        ("nirmiti", "FOUND BY COMPANY", "Nirmiti Labs"),
        ("ashaa", "SIMILAR", ""),
    ],
)
async def test_the_first_enter_says_what_fits(
    desk_store: Store, tmp_path: Path, typed: str, title: str, fact: str
) -> None:
    """The banner says by which fact an attendee was found, and whom a second Enter checks in."""
    sheet = tmp_path / "party.csv"
    sheet.write_text("Name,Company,Guest names\nAsha Rao,Nirmiti Labs,Karim Benali\n")
    accept_import(desk_store, plan_import(desk_store, sheet))
    async with open_desk(desk_store) as desk:
        await desk.type(typed)
        await desk.until(lambda: desk.matches == ["Asha Rao"])
        await desk.type("\r")
        await desk.says(title)

        assert desk.banner.endswith(f"{title} | {fact} | {CHECKS_IN_ASHA}")


@pytest.mark.slow
async def test_letters_typed_while_the_event_opens_keep_their_banner(desk_store: Store) -> None:
    """The event is read after the first frame: a name may be half typed by then."""
    async with open_desk(desk_store) as desk:
        await desk.type("priya")
        await desk.says("LOOK UP")
        desk.screen.load_facts()
        await desk.settled()

        assert "LOOK UP" in desk.banner


@pytest.mark.slow
async def test_a_listed_person_who_comes_in_elsewhere_is_marked(desk_store: Store) -> None:
    """In the same row, with the same person selected: also when Enter asks which one, and then."""
    elsewhere = DeskSession(None)
    elsewhere.open(desk_store)
    async with open_desk(desk_store) as desk:
        matches = desk.screen.query_one(MatchList)

        async def is_marked(signs: list[str], comes: int) -> None:
            listed = [match.attendee_id for match in matches.matches]
            elsewhere.selected(desk_store, listed[comes])
            await desk.until(lambda: signs == [match.sign for match in matches.matches])

            assert listed == [match.attendee_id for match in matches.matches]

        await desk.type("priya")
        await desk.until(lambda: len(matches.matches) == 2)
        await is_marked(["✓", " "], comes=0)
        await desk.type("\r")
        await desk.says("WHICH ONE")
        await is_marked(["✓", "✓"], comes=1)
        assert 0 == matches.highlighted


@pytest.mark.slow
async def test_among_namesakes_the_first_enter_only_asks(desk_store: Store) -> None:
    """Picking the wrong person is a common mistake: a second Enter confirms the row."""
    async with open_desk(desk_store) as desk:
        await desk.type("priya")
        await desk.type("\r")
        await desk.says("WHICH ONE")
        assert len(desk.matches) == 2
        assert [row for row in recent_scans(desk_store.connection, 9) if row.outcome == "ok"] == []
        await desk.pilot.press("down")
        second = desk.screen.query_one(MatchList).highlighted_match
        await desk.type("\r")
        await desk.says("✓ CHECKED IN")
        (row,) = [row for row in recent_scans(desk_store.connection, 9) if row.outcome == "ok"]

        assert second is not None
        assert second.attendee_id == row.attendee_id


@pytest.mark.slow
async def test_who_is_out_of_sight_is_listed_a_moment_later(desk_store: Store) -> None:
    """First the people in view, then all that are listed; the highlighted one stays highlighted."""
    for number in range(MATCHES + 5):
        walk_in(desk_store, f"Zoran {chr(97 + number // 26)}{chr(97 + number % 26)}", {})
    async with open_desk(desk_store) as desk:
        matches = desk.screen.query_one(MatchList)
        await desk.type("zoran")
        await desk.until(lambda: len(desk.matches) == MATCHES > matches.in_view > 0)

        matches.action_move(3)
        place, highlighted = matches.highlighted, matches.highlighted_match
        matches.lengthen(matches.matches[::-1])
        assert (len(desk.matches) - 1 - place, highlighted) == (
            matches.highlighted,
            matches.highlighted_match,
        )

        matches.lengthen([])
        assert highlighted == matches.highlighted_match


async def test_thirteen_people_are_in_view_at_80x24(desk_store: Store) -> None:
    """One line a person: as many as the benchmark of the look-up counts with."""
    async with open_desk(desk_store) as desk:
        assert desk.screen.query_one(MatchList).in_view == ROWS_AT_80X24


@pytest.mark.slow
async def test_namesakes_have_a_line_that_tells_them_apart(desk_store: Store) -> None:
    """What is known of each is shown, the e-mail last."""
    async with open_desk(desk_store) as desk:
        await desk.type("priya")
        await desk.until(lambda: len(desk.matches) == 2)
        apart = {match.parts[-1] for match in desk.screen.query_one(MatchList).matches}

        assert {"p1@example.org", "p2@example.org"} == apart


@pytest.mark.slow
async def test_an_unknown_code_is_linked_by_the_check_in_and_released_by_undo(
    desk_store: Store,
) -> None:
    """The code is pending, the name is typed, the check-in links it; undo releases it."""
    async with open_desk(desk_store) as desk:
        await desk.scan("NEW-CODE-77")
        await desk.says("✗ NOT FOUND")
        await desk.type("ravi")
        await desk.type("\r")
        await desk.says("✓ CHECKED IN")
        await desk.pilot.press("f8")
        await desk.says("↶ UNDONE")
        await desk.scan("NEW-CODE-77")
        await desk.says("✗ NOT FOUND")


@pytest.mark.slow
async def test_attention_is_acknowledged_by_enter(desk_store: Store) -> None:
    """The note is read first, one Enter later the person is in."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-005")
        await desk.says("? ASK FIRST")
        assert "Give her the key" in desk.banner
        await desk.until(lambda: desk.matches == ["Done: check in"])
        await desk.type("\r")
        await desk.says("✓ CHECKED IN")


@pytest.mark.slow
async def test_questions_are_answered_by_one_key_each(desk_store: Store) -> None:
    """Note, then question by question; the answers are on the card of somebody who is in."""
    save_question(desk_store, "Photo consent", is_new=True, text="May we publish photos?")
    save_question(desk_store, "Meal", is_new=True, choices=["Veg", "Jain"])
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-005")
        await desk.until(lambda: desk.matches == ["Done: next"])
        await desk.type("\r")
        await desk.until(lambda: desk.matches == ["Yes", "No", "No answer now"])
        assert "Not in yet: 2 questions. Press a number; 0 skips." in desk.banner
        await desk.type("2")
        await desk.until(lambda: desk.matches == ["Veg", "Jain", "No answer now"])
        await desk.type("1")
        await desk.says("✓ CHECKED IN | Careful Chitra")
        await desk.until(lambda: "Photo consent: No\nMeal: Veg" in desk.card)


@pytest.mark.slow
async def test_digits_of_a_slow_scanner_answer_nothing(desk_store: Store) -> None:
    """A code that arrives key by key while a question is open is a code, not an answer."""
    save_question(desk_store, "Meal", is_new=True, choices=["Veg", "Jain"])
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-001")
        await desk.until(lambda: desk.matches == ["Veg", "Jain", "No answer now"])
        await desk.type("12")  # in one call: under load 0.15 s can pass between two
        await desk.until(lambda: desk.screen.query_one(ScanInput).value == "12")
        await desk.says("LOOK UP")
    assert [] == [row for row in recent_scans(desk_store.connection, 9) if row.outcome == "ok"]


@pytest.mark.slow
async def test_an_answer_pressed_twice_counts_once(desk_store: Store) -> None:
    """The next question waits for a key of its own."""
    save_question(desk_store, "Photo consent", is_new=True)
    save_question(desk_store, "Meal", is_new=True, choices=["Veg", "Jain"])
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-001")
        await desk.until(lambda: desk.matches == ["Yes", "No", "No answer now"])
        await desk.pilot.press("1", "1")
        await desk.until(lambda: desk.matches == ["Veg", "Jain", "No answer now"])
        await desk.type("2")
        await desk.says("✓ CHECKED IN | Priya Sharma")
        await desk.until(lambda: "Photo consent: Yes\nMeal: Jain" in desk.card)


@pytest.mark.slow
async def test_two_digits_and_enter_are_a_code(desk_store: Store) -> None:
    """Of a slow scanner, while a question is open: the code is decided, nothing is answered."""
    save_question(desk_store, "Meal", is_new=True, choices=["Veg", "Jain"])
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-001")
        await desk.until(lambda: desk.matches == ["Veg", "Jain", "No answer now"])
        await desk.pilot.press("1", "1", "enter")
        await desk.says("NO MATCH")
    assert [] == [row for row in recent_scans(desk_store.connection, 9) if row.outcome == "ok"]


@pytest.mark.slow
@pytest.mark.parametrize("code", ["123", "12", "T2", "T-2"])
async def test_a_short_code_answers_nothing(desk_store: Store, code: str) -> None:
    """So short that it could be typed, with an answer's digit at its end: it is a code all the
    same, and its Enter answers nothing for whoever was asked before."""
    save_question(desk_store, "Meal", is_new=True, choices=["Veg", "Jain", "Fish"])
    owner = find_by_code(desk_store.connection, "TICKET-001").attendees[0]
    bind_code(desk_store, code, owner.id)
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-003")
        await desk.says("ASK FIRST")
        await desk.until(lambda: desk.matches[:1] == ["Veg"])
        await scan_by(desk.pilot, code, gap_s=0.008)
        await desk.says("Priya Sharma")
        await desk.settled()

        assert "ASK FIRST | Priya Sharma" in desk.banner
    assert [] == [row for row in recent_scans(desk_store.connection, 9) if row.outcome == "ok"]


@pytest.mark.slow
async def test_an_undo_ends_the_question(desk_store: Store) -> None:
    """The card is somebody else's now: no key of it answers for the person asked before."""
    save_question(desk_store, "Meal", is_new=True, choices=["Veg", "Jain"])
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-002")
        await desk.until(lambda: desk.matches == ["Veg", "Jain", "No answer now"])
        await desk.type("0")
        await desk.says("✓ CHECKED IN")
        await desk.scan("TICKET-001")
        await desk.until(lambda: desk.matches == ["Veg", "Jain", "No answer now"])
        await desk.pilot.press("f8")
        await desk.until(lambda: desk.app.screen is not desk.screen)  # it is another person's
        await desk.pilot.press("enter")
        await desk.says("↶ UNDONE")
        await desk.until(lambda: desk.matches == [])

        assert desk.screen.state.prompts is None


@pytest.mark.slow
async def test_unpaid_is_let_in_with_a_reason(desk_store: Store) -> None:
    """Ctrl+O asks why; the reason stays in the log."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-004")
        await desk.says("! UNPAID")
        await desk.pilot.press("ctrl+o")
        await desk.pilot.pause()
        await desk.pilot.press("2", "enter")
        await desk.says("✓ CHECKED IN")
        row = recent_scans(desk_store.connection, 1)[0]

        assert (row.forced, row.reason) == (True, "Organiser said yes")


@pytest.mark.slow
async def test_a_party_head_by_head_and_the_rest_at_once(desk_store: Store) -> None:
    """One by the scan, two more by one key."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-006")
        await desk.says("1 of 3 in")
        await desk.pilot.press("ctrl+a")
        await desk.says("3 of 3 in")


@pytest.mark.slow
async def test_letters_go_to_the_field_wherever_the_focus_is(desk_store: Store) -> None:
    """The field always listens."""
    async with open_desk(desk_store) as desk:
        await desk.type("priya")
        await desk.type("\r")
        await desk.says("WHICH ONE")
        await desk.type("rav")
        await desk.until(lambda: desk.matches == ["Ravi [Speaker]"])

        assert desk.screen.query_one(ScanInput).value == "rav"


@pytest.mark.slow
async def test_a_scan_during_a_dialog_counts(desk_store: Store) -> None:
    """The dialog stays, the person is in."""
    async with open_desk(desk_store) as desk:
        await desk.pilot.press("f2")
        await desk.pilot.pause()
        await desk.scan("TICKET-001")
        await desk.says("✓ CHECKED IN")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "is_covered"),
    [
        (["ctrl+b"], True),
        (["f9"], True),
        (["f7", "f3"], True),
        (["f2"], False),
        (["f5"], False),
        (["f4"], False),
    ],
)
async def test_a_verdict_is_seen_whatever_lies_over_the_banner(
    desk_store: Store, keys: list[str], is_covered: bool
) -> None:
    """On top of what covers it; not twice where banner or a line of its own can be seen."""
    async with open_desk(desk_store) as desk:
        for key in keys:
            await desk.pilot.press(key)
            await desk.pilot.pause(0.1)
        for code, words in (("TICKET-003", "CHECKED IN"), ("NOBODY-1", "NOT FOUND")):
            await desk.scan(code)
            await desk.says(words)
            await desk.pilot.pause()
            over = [banner.view.words for banner in desk.app.screen.query(VerdictOver)]

            assert [words] * is_covered == over
            assert desk.app.screen is not desk.screen


@pytest.mark.slow
async def test_the_whole_card_can_be_read_by_keys(desk_store: Store) -> None:
    """Where it is longer than its room PgDn shows the rest, and the next card begins at its top."""
    (ravi,) = find_by_code(desk_store.connection, "TICKET-003").attendees
    edit(desk_store, ravi.id, {"note": "Long " * 150})
    async with open_desk(desk_store, (60, 20)) as desk:
        box = desk.screen.query_one("#card-box")
        await desk.scan("TICKET-003")
        await desk.until(lambda: "Long" in desk.card and box.max_scroll_y > 0)
        await desk.pilot.press("pagedown")
        await desk.until(lambda: box.scroll_y > 0)
        await desk.scan("TICKET-007")
        await desk.until(lambda: "欧阳小明" in desk.card and box.scroll_y == 0)


async def test_a_purged_event_says_so(desk_store: Store) -> None:
    """Whoever opens it afterwards is not asked to bring the same list in again."""
    purge(desk_store)
    async with open_desk(desk_store) as desk:
        await desk.says("PEOPLE REMOVED")


@pytest.mark.slow
async def test_letting_in_wants_a_reason(desk_store: Store) -> None:
    """Enter without one says so, and nobody is in."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-004")
        await desk.says("UNPAID")
        await desk.pilot.press("ctrl+o")
        await desk.until(lambda: desk.app.screen is not desk.screen)
        await desk.pilot.press("enter")
        hint = desk.app.screen.query_one(Hint)
        await desk.until(lambda: "reason is needed" in str(hint.render()))


@pytest.mark.slow
async def test_a_walk_in_is_registered_and_in(desk_store: Store) -> None:
    """Name, and F2 again: found at once afterwards."""
    async with open_desk(desk_store) as desk:
        await desk.pilot.press("f2")
        await desk.pilot.pause()
        await desk.type("Zoya Khan")
        await desk.pilot.press("f2")
        await desk.says("✓ CHECKED IN")
        await desk.type("zoya")
        await desk.until(lambda: desk.matches == ["Zoya Khan"])


@pytest.mark.slow
async def test_another_program_on_the_file_is_noticed(desk_store: Store) -> None:
    """Counters and search follow what somebody else writes."""
    async with open_desk(desk_store) as desk:
        person = walk_in(desk_store, "Late Latif", {})
        edit(desk_store, person.id, {"company": "Ravi Riverside"})
        await desk.until(lambda: "of 9" in desk.status)
        await desk.type("latif")
        await desk.until(lambda: desk.matches == ["Late Latif"])


async def test_keys_that_cannot_act_are_dimmed(desk_store: Store) -> None:
    """They are there, so that hands remember them."""
    async with open_desk(desk_store) as desk:
        shown = {key.words: key.can_act for key in desk.screen.query_one(KeyBar)._shown}

        assert (shown["Walk-in"], shown["Edit"], shown["Badge"]) == (True, False, False)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_names_of_markup_do_not_break_the_screen(
    desk_store: Store, size: tuple[int, int]
) -> None:
    """Square brackets are letters."""
    walk_in(desk_store, "[/b] Bobby [link=x]", {"company": "[red]", "note": "[blink]"})
    async with open_desk(desk_store, size) as desk:
        await desk.type("bobby")
        await desk.until(lambda: desk.matches == ["[/b] Bobby [link=x]"])
        await desk.until(lambda: "[red]" in desk.card)
        await desk.type("\r")
        await desk.says("[/b] Bobby [link=x]")


@pytest.mark.slow
async def test_a_typed_answer_is_for_the_person_on_the_banner(desk_store: Store) -> None:
    """A scan closes the question of the person before, and says that they are not in."""
    save_question(
        desk_store, "Bags", is_new=True, text="How many bags?", kind="number", required=True
    )
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-001")
        await desk.until(lambda: isinstance(desk.app.screen, FreeAnswerScreen))
        first = desk.app.screen
        assert "Answer below, then Enter." in desk.banner
        await desk.scan("TICKET-003")
        await desk.until(
            lambda: isinstance(desk.app.screen, FreeAnswerScreen) and desk.app.screen is not first
        )
        assert "(question open)" in desk.banner
        await desk.pilot.press("3", "enter")
        await desk.says("✓ CHECKED IN | Ravi [Speaker]")


@pytest.mark.slow
async def test_f6_writes_the_badge_and_says_where(desk_store: Store) -> None:
    """A PDF beside the event."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-007")
        await desk.says("✓ CHECKED IN")
        await desk.until(lambda: desk.screen.person is not None)
        await desk.pilot.press("f6")
        await desk.says("BADGE PDF")
        folder = desk_store.path.with_name("now-badges")

        assert [path.read_bytes()[:4] for path in folder.glob("*.pdf")] == [b"%PDF"]


@pytest.mark.slow
async def test_a_name_being_typed_does_not_stand_under_the_last_verdict(desk_store: Store) -> None:
    """Whoever is looked up is not yet in, and the banner does not say so."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-003")
        await desk.says("✓ CHECKED IN")
        await desk.type("un")
        await desk.says("LOOK UP")

        assert "Last: ✓ CHECKED IN Ravi [Speaker]" in desk.banner


async def test_a_verdict_outlasts_the_welcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ticket scanned in the first moment is answered before the event has told its name."""
    store = create_event(tmp_path / "e.kiosk", name="E", timezone="UTC", desk="t")
    bind_code(store, "T1", walk_in(store, "Ravi", {}).id)
    open_event = DeskScreen._open

    def scanned_before(screen: DeskScreen) -> None:
        screen.parts.flow.scanned("T1")
        open_event(screen)

    monkeypatch.setattr(DeskScreen, "_open", scanned_before)
    monkeypatch.setattr(DeskScreen, "is_new", True)
    async with open_desk(store) as desk:
        await desk.until(lambda: "in 1 of 1" in str(desk.screen.status_line.render()))

        assert "✓ CHECKED IN" in desk.banner
    store.close()


class _Gone(Screen[None]):
    """A screen that was closed before its answer came."""

    heard = False

    def answered(self, _: object) -> None:
        self.heard = True
        self.query_one(ResultBanner)


async def test_an_answer_for_a_screen_that_is_gone_is_dropped(desk_store: Store) -> None:
    """Where another screen is shown already, too: the desk goes on."""
    gone = _Gone()
    async with open_desk(desk_store) as desk:
        desk.app.post_message(SessionReply(gone.answered, None))
        await desk.until(lambda: gone.heard)
        await desk.scan("TICKET-003")
        await desk.says("✓ CHECKED IN")


@pytest.mark.slow
@pytest.mark.parametrize("inside", [False, True])
async def test_an_answer_for_a_screen_that_is_being_left_is_dropped(
    desk_store: Store, inside: bool
) -> None:
    """While its parts go it is still attached, for whoever asked in its name as well."""
    async with open_desk(desk_store) as desk:
        left = _Gone()
        await desk.app.push_screen(left)
        heard = []

        def answered(value: object) -> None:
            heard.append(left.is_attached)
            left.answered(value)

        left._pruning = True
        desk.app.post_message(SessionReply(answered if inside else left.answered, None))
        await desk.until(lambda: left.heard)
        left._pruning = False
        desk.app.pop_screen()
        await desk.scan("TICKET-003")
        await desk.says("✓ CHECKED IN")

    assert heard in ([], [True])


@pytest.mark.slow
async def test_an_answer_that_finds_no_place_on_a_screen_that_stays_is_no_secret(
    desk_store: Store,
) -> None:
    """That is a mistake of the program."""

    async def look_for_nothing() -> None:
        async with open_desk(desk_store) as desk:

            def find_nothing(_: object) -> None:
                desk.screen.query_one("#nowhere")

            desk.app.post_message(SessionReply(find_nothing, None))
            await desk.pilot.pause(0.5)

    with pytest.raises(NoMatches):
        await look_for_nothing()


@pytest.mark.slow
async def test_the_activity_follows_and_keeps_its_line(desk_store: Store) -> None:
    """Who comes in meanwhile is seen; the key meant for one line never meets another."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-003")
        await desk.says("✓ CHECKED IN")
        await desk.pilot.press("f9")
        await desk.until(lambda: bool(desk.app.screen.query("#activity")))
        listed = desk.app.screen.query_one("#activity", OptionList)
        await desk.until(lambda: listed.option_count == 1)
        await desk.scan("TICKET-004")
        await desk.until(lambda: listed.option_count == 2)

        assert 1 == listed.highlighted
        assert "Ravi" in str(listed.get_option_at_index(1).prompt)


@pytest.mark.slow
async def test_a_key_after_a_scan_waits_for_its_person(desk_store: Store) -> None:
    """F3 edits the attendee of the scan before it; a scan behind the key does not overtake it."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-001")
        await desk.until(lambda: desk.screen.person is not None)
        is_free = threading.Event()
        desk.screen.session.ask(lambda _: is_free.wait(10))
        desk.app.code_seen("TICKET-003")
        await desk.pilot.press("f3")
        await desk.pilot.pause(0.1)
        desk.app.code_seen("TICKET-002")
        await desk.pilot.pause(0.2)
        waits = desk.app.screen is desk.screen
        is_free.set()
        await desk.until(lambda: isinstance(desk.app.screen, PersonForm))
        form = desk.app.screen

        assert waits
        assert isinstance(form, PersonForm)
        assert "Ravi [Speaker]" in form.title_text


@pytest.mark.slow
async def test_a_key_acts_when_the_search_before_it_is_dropped(
    desk_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The field is cleared while a search is running: no card will come, and F2 need not wait."""
    async with open_desk(desk_store) as desk:
        monkeypatch.setattr(desk.screen, "_watched", lambda look: None)  # frees it a second later
        await desk.pilot.pause(1.2)
        is_free = threading.Event()
        assert desk.app.lookup_session is not None
        desk.app.lookup_session.ask(lambda _: is_free.wait(20), lambda _: None)
        await desk.type("priya")
        await desk.until(lambda: desk.screen.is_loading)
        desk.screen.query_one(ScanInput).value = ""
        await press_at_once(desk.pilot, "f2")
        await desk.pilot.pause(0.2)
        waits = desk.app.screen is desk.screen
        is_free.set()
        await desk.until(lambda: desk.app.screen is not desk.screen)

    assert waits


@pytest.mark.slow
async def test_letters_as_fast_as_a_scan_without_enter_are_typed(desk_store: Store) -> None:
    """A desk that was busy gets them at once: nothing is decided before Enter."""
    async with open_desk(desk_store) as desk:
        await scan_by(desk.pilot, "priyas", gap_s=0.008, end="")
        await desk.until(lambda: desk.screen.query_one(ScanInput).value == "priyas")
        await desk.settled()

    assert [] == recent_scans(desk_store.connection, 9)


@pytest.mark.slow
async def test_the_pending_code_is_shown_until_it_is_dropped(desk_store: Store) -> None:
    """Next to the field, while the name is typed too; Esc drops it."""
    async with open_desk(desk_store) as desk:
        line = desk.screen.query_one("#pending", Static)
        await desk.scan("WRISTBAND-7")
        await desk.says("NOT FOUND")
        await desk.type("pri")
        shown = str(line.render())
        await desk.pilot.press("escape")
        await desk.until(lambda: not line.display)

    assert "code WRISTBAND-7 will be linked to the person you choose, Esc cancels" in shown


@pytest.mark.parametrize("width", [40, 60, 69, 70, 80, 200])
@pytest.mark.parametrize("code", ["W7", "WRISTBAND-OF-FORTY-LETTERS-000000000007", "中" * 60])
def test_the_line_of_a_pending_code_is_whole(width: int, code: str) -> None:
    """However long the code is, the key that cancels is on the screen."""
    line = pending_line(DeskState(pending_code=code), width)

    assert cell_len(line) <= width
    assert line.endswith("Esc cancels")


@pytest.mark.slow
@pytest.mark.parametrize("scan_only", [False, True])
async def test_a_code_of_several_tickets(desk_store: Store, scan_only: bool) -> None:
    """The desk lists them; a desk for scanning shows no names and sends the person on."""
    for code, name in (("GATE-a1", "Meera Nair"), ("GATE-A1", "Tariq Aziz")):
        bind_code(desk_store, code, walk_in(desk_store, name, {}).id)
    async with open_desk(desk_store, scan_only=scan_only) as desk:
        await desk.scan("gate-a1")
        await desk.until(lambda: "gate-a1" in desk.banner)
        await desk.settled()

        assert ([] if scan_only else ["Meera Nair", "Tariq Aziz"]) == sorted(desk.matches)
        assert scan_only == ("help desk" in desk.banner)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 60)])
async def test_the_resting_desk_informs(desk_store: Store, size: tuple[int, int]) -> None:
    """The last people with sign and time, today's lists with their numbers, and what waits."""
    async with open_desk(desk_store, size) as desk:
        matches = desk.screen.query_one(MatchList)
        await desk.scan("TICKET-001")
        await desk.scan("NOBODY-1")
        await desk.says("NOT FOUND")
        await desk.pilot.press("escape")
        await desk.until(lambda: len(matches.last_seen or ()) == 2)
        newest, earlier = matches.last_seen or ()

        assert ("✗", "✓") == (newest.sign, earlier.sign)
        assert "not found" == newest.words
        assert LAST_TITLE == matches.border_title
        await desk.until(lambda: "1 of" in desk.card)
        assert "Day 1" in desk.card
        await desk.type("pr")
        await desk.until(lambda: matches.border_title == "2 matches")


@pytest.mark.slow
async def test_the_letters_typed_are_marked(desk_store: Store) -> None:
    """In the names, regardless of case and order."""
    async with open_desk(desk_store) as desk:
        await desk.type("sh pri")
        await desk.until(lambda: bool(desk.matches))
        matches = desk.screen.query_one(MatchList)

        words = desk.matches[0].split()
        assert [3, 2] == [_typed_letters(word, matches.typed) for word in words[:2]]
        assert 0 == _typed_letters("Rao", matches.typed)


@pytest.mark.slow
async def test_the_resting_desk_fits_a_new_size(desk_store: Store) -> None:
    """No line of today's lists is wrapped after the terminal became smaller."""
    async with open_desk(desk_store, (120, 36)) as desk:
        await desk.until(lambda: "Day 1" in desk.card)
        before = desk.card
        await desk.pilot.resize_terminal(60, 20)
        box = desk.screen.query_one("#card-box")
        await desk.until(lambda: box.content_size.width == 56 and desk.card != before)
        await desk.until(lambda: len(desk.card.splitlines()) <= box.content_size.height)

        assert all(cell_len(line) <= 56 for line in desk.card.splitlines())


async def test_no_key_acts_on_the_person_before_a_name_without_match(desk_store: Store) -> None:
    """A code read as a name that no one has leaves no card: Ctrl+O admits no one."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-004")
        await desk.says("! UNPAID")
        await desk.until(lambda: desk.screen.person is not None)
        await desk.scan("NO-SUCH-CODE")
        await desk.says("? NO MATCH")
        await desk.until(lambda: desk.screen.person is None)
        await desk.pilot.press("ctrl+o")
        await desk.pilot.pause(0.2)

        assert desk.app.screen is desk.screen
        assert desk.screen.state.last is None


async def test_the_resting_pane_fits_after_a_card(desk_store: Store) -> None:
    """The pane of a card is higher: what does not fit without it is left out, without a bar."""
    async with open_desk(desk_store, (60, 20)) as desk:
        box = desk.screen.query_one("#card-box")
        await desk.scan("TICKET-003")
        await desk.until(lambda: "Ravi" in desk.card)
        with_card = box.content_size.height
        await desk.scan("NO-SUCH-CODE")
        await desk.until(lambda: "Day 1" in desk.card and box.content_size.height < with_card)

        await desk.until(lambda: len(desk.card.splitlines()) <= box.content_size.height)
        assert 0 == box.max_scroll_y


@pytest.mark.slow
async def test_a_scan_closes_a_question_about_an_undo(desk_store: Store) -> None:
    """The volunteer is with the next person: nothing is undone, and the verdict says so."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-003")
        await desk.says("✓ CHECKED IN")
        await desk.scan("TICKET-004")
        await desk.says("! UNPAID")
        await desk.pilot.press("f8")
        await desk.until(lambda: isinstance(desk.app.screen, UndoScreen))
        await desk.scan("TICKET-007")
        await desk.says("✓ CHECKED IN | 欧阳小明 | Not undone: Ravi [Speaker].")

        assert desk.app.screen is desk.screen
    scans = [row for row in recent_scans(desk_store.connection, 9) if row.outcome == "ok"]
    assert [False, False] == [bool(row.undone) for row in scans]


@pytest.mark.slow
async def test_a_blank_badge_that_was_given_is_on_the_card(desk_store: Store) -> None:
    """It was linked by a scan: nothing is left to print."""
    blank = badge_code("0b1aeb0a-0000-4000-8000-000000000000")
    async with open_desk(desk_store) as desk:
        await desk.scan(blank)
        await desk.says("✗ NOT FOUND")
        await desk.type("ravi")
        await desk.type("\r")
        await desk.says("write the name on the blank badge")
        await desk.until(lambda: "badge: blank badge given" in desk.card)

        assert "not printed yet" not in desk.card


@pytest.mark.slow
@pytest.mark.parametrize("scan_only", [False, True])
async def test_a_desk_without_verdicts_says_how_to_begin(
    desk_store: Store, scan_only: bool
) -> None:
    """Keys and what they do, until the first verdict takes their place."""
    async with open_desk(desk_store, scan_only=scan_only) as desk:
        matches = desk.screen.query_one(MatchList)
        await desk.until(lambda: matches.border_title == FIRST_TITLE)
        lines = [line.text for line in matches.render_lines(matches.size.region)]

        assert "Scan a ticket" in lines[1]
        assert any("F2" in line for line in lines) is not scan_only
        await desk.scan("TICKET-003")
        await desk.until(lambda: matches.border_title == LAST_TITLE)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_the_counts_of_a_list_stay_on_one_line(
    desk_store: Store, size: tuple[int, int]
) -> None:
    """After a card, too, which may be longer than the lines at rest: these need no scroll bar."""
    for name in ("T-shirt", "Dinner", "Workshop A"):
        save_list(desk_store, name, is_new=True)
    async with open_desk(desk_store, size) as desk:
        await desk.scan("TICKET-003")
        await desk.until(lambda: "Ravi" in desk.card)
        await desk.pilot.press("escape")
        await desk.until(lambda: "T-shirt" in desk.card and "Ravi" not in desk.card)
        await desk.settled()
        box, card = desk.screen.query_one("#card-box"), desk.screen.query_one("#card")
        assert not box.show_vertical_scrollbar
        assert card.size.height <= box.content_size.height
        assert card.size.width == box.content_size.width


@pytest.mark.slow
async def test_an_empty_list_has_no_one_to_check_out(desk_store: Store) -> None:
    """The key asks nothing where no one is inside, and asks where someone is."""
    async with open_desk(desk_store) as desk:
        await desk.pilot.press("ctrl+x")
        await desk.until(lambda: "No one was inside" in desk.banner)
        assert isinstance(desk.app.screen, DeskScreen)

        await desk.scan("TICKET-003")
        await desk.says("✓ CHECKED IN")
        await desk.pilot.press("ctrl+x")
        await desk.until(lambda: isinstance(desk.app.screen, ConfirmScreen))


async def test_an_answer_that_comes_after_the_list_was_cleared(desk_store: Store) -> None:
    """The first match is named and selected, although no row shows it any more."""
    people = [walk_in(desk_store, f"Zoran {name}", {}) for name in ("One", "Two")]
    async with open_desk(desk_store) as desk:
        flow = desk.screen.parts.flow
        desk.screen.query_one(MatchList).show([])

        flow._replied(0, Candidates(LookupResult(people, clear=False)), flow.session.state)

        await desk.until(lambda: "WHICH ONE" in desk.banner)
