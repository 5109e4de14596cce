"""The desk line by line: the same services, in words."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable

import pytest

from kiosk.domain.checkin.privileges import Role
from kiosk.services.checkin.authorisation import set_pin
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import remove_list, save_list
from kiosk.services.checkin.questions import save_question
from kiosk.services.event.settings import change_settings
from kiosk.services.people.people import edit, walk_in
from kiosk.services.safety.backup import SECOND_PLACE
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees
from kiosk.storage.queries.scans import recent_scans
from kiosk.ui.plain.desk import Backups, PlainDesk
from kiosk.ui.plain.words import Command, parse_command
from tests.conftest import Clock
from tests.support.signing import OTHER_KEY, pem, signed
from tests.support.stores import bind_code

Talk = Callable[..., list[str]]


@pytest.fixture
def plain_store(store: Store) -> Store:
    """A handful of people with a code each."""
    people = {
        "Priya Sharma": {"company": "Acme", "order": "TX4RT"},
        "Priya Kulkarni": {"company": "Zoho"},
        "Ravi [Speaker]": {"ticket_type": "Speaker"},
        "Unpaid Uma": {"status": "unpaid", "heads": "3"},
        "Careful Chitra": {"attention": "Give her the key"},
        "Party Pavan": {"heads": "3"},
        "Red \x1b[31mRoja": {},
    }
    for number, (name, fields) in enumerate(people.items(), 1):
        person = walk_in(store, name, fields)
        bind_code(store, f"TICKET-{number:03}", person.id)
    return store


@pytest.fixture
def talk(plain_store: Store) -> Talk:
    """Say lines to a desk; its answers, without the greeting."""

    def say(*lines: str, pin: str = "", scan_only: bool = False) -> list[str]:
        answers: list[str] = []
        desk = PlainDesk(plain_store, answers.append, lambda _: pin, scan_only=scan_only)
        for line in lines:
            desk.answer(line)
        return answers

    return say


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("?", Command("help")),
        (" UNDO ", Command("undo")),
        ("let in  paid at the desk", Command("let in", "paid at the desk")),
        ("Let in", Command("let in")),
        ("ADMIT paid  at the desk", Command("let in", "paid at the desk")),
        ("done", Command("settled")),
        ("Transfer Uma Rao", Command("pass on", "Uma Rao")),
        ("walk-in Zoya Khan", Command("walk-in", "Zoya Khan")),
        ("list Day 2", Command("list", "Day 2")),
        ("exit on", Command("exit", "on")),
        ("exit Asha", Command("text", "exit Asha")),
        ("Lister Anne", Command("text", "Lister Anne")),
        ("]Q3CODE-1 ", Command("text", "]Q3CODE-1 ")),
    ],
)
def test_a_line_is_a_command_or_a_text(line: str, command: Command) -> None:
    """Only whole words are commands, and a code keeps every character."""
    assert command == parse_command(line)


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (["TICKET-003"], ["✓ CHECKED IN: Ravi [Speaker].", "Speaker. No badge printed yet."]),
        (["TICKET-003\r"], ["✓ CHECKED IN: Ravi [Speaker].", "Speaker. No badge printed yet."]),
        (["ravi"], ["✓ CHECKED IN: Ravi [Speaker].", "Speaker. No badge printed yet."]),
        (["priya", "7"], ["Type a number from 1 to 2, or another name."]),
        (["TICKET-003", "undo"], ["↶ UNDONE: Ravi [Speaker], entry on “Day 1 · Tue 16 Feb”."]),
        (
            ["TICKET-006", "all", "undo"],
            ["↶ UNDONE: Party Pavan, entry on “Day 1 · Tue 16 Feb”. 1 of 3 are in."],
        ),
        (["TICKET-005", "ack"], ["✓ CHECKED IN: Careful Chitra.", "No badge printed yet."]),
        (
            ["TICKET-006", "all"],
            ["✓ CHECKED IN: Party Pavan, 3 of 3 in.", "No badge printed yet."],
        ),
        (
            ["TICKET-004", "let in paid", "all"],
            ["✓ CHECKED IN: Unpaid Uma, 3 of 3 in, forced.", "No badge printed yet."],
        ),
        (
            ["TICKET-004"],
            [
                "! UNPAID: Unpaid Uma. Take the payment or ask a supervisor.",
                "admit paid at the desk: the payment is taken. admit REASON: admit anyway.",
            ],
        ),
        (["walk-in Zoya Khan"], ["✓ CHECKED IN: Zoya Khan.", "No badge printed yet."]),
        (["exit on", "TICKET-003"], ["→ CHECKED OUT: Ravi [Speaker]."]),
        (["list day 2"], ["You check people in for Day 2 · Wed 17 Feb."]),
        (["TICKET-003", "count"], ["Day 1 · Tue 16 Feb: 1 of 8 in, 1 in the last 15 minutes."]),
        (["who"], ["No attendee is selected: scan a ticket or type a name first."]),
        (["undo"], ["There is no check-in of this desk to undo. Nothing was changed."]),
        (["qqqq"], ["No match for “qqqq”. walk-in NAME: register a new attendee."]),
        ([""], []),
    ],
)
def test_what_is_said(talk: Talk, lines: list[str], last: list[str]) -> None:
    """The same sentences as everywhere, and what can be typed next."""
    said = talk(*lines)

    assert last == (said[-len(last) :] if last else said)


def test_several_people_are_numbered_with_what_tells_them_apart(talk: Talk) -> None:
    """Nobody is checked in before a number is typed."""
    asked, *choices = talk("priya")

    assert "Which one? Type a number, 1 to 2, or another name." == asked
    assert ["Priya Kulkarni, Zoho", "Priya Sharma, Acme, order TX4RT"] == sorted(
        line.partition(": ")[2] for line in choices
    )


@pytest.mark.parametrize("between", [[], ["?"], [""], ["9"], ["again"]])
def test_the_number_takes_the_person_that_was_read_out(talk: Talk, between: list[str]) -> None:
    """Also after help, an empty line, a wrong number."""
    said = talk("priya", *between, "2")
    second = next(line for line in said if line.startswith("2: "))

    assert f"✓ CHECKED IN: {second[3:].split(',')[0]}." == said[-2]


def test_an_unknown_code_is_linked_to_the_person_named_next(talk: Talk) -> None:
    """By the check-in; its undo releases the code."""
    said = talk("NEW-CODE-77", "ravi", "NEW-CODE-77", "undo", "NEW-CODE-77")

    assert "✓ CHECKED IN: Ravi [Speaker], code NEW-CODE-77 linked." in said
    assert "✓ CHECKED IN: Ravi [Speaker], scanned twice, recorded once." in said
    assert "No ticket has the code NEW-CODE-77. Look up the name." == said[-2]


def test_a_removed_list_keeps_the_pending_code(plain_store: Store) -> None:
    """“Nothing was recorded” holds for the link as well, and the name can be typed again."""
    save_list(plain_store, "Hall", is_new=True)
    answers: list[str] = []
    desk = PlainDesk(plain_store, answers.append, lambda _: "", list_name="Hall")
    desk.answer("NEW-CODE-77")
    remove_list(plain_store, "Hall")
    before = len(list(plain_store.events()))
    desk.answer("ravi")
    assert "Nothing was recorded" in answers[-1]
    assert before == len(list(plain_store.events()))

    desk.answer("ravi")

    assert "✓ CHECKED IN: Ravi [Speaker], code NEW-CODE-77 linked." in answers


def test_the_card_tells_the_history(talk: Talk) -> None:
    """Who it is, what they hold, what happened."""
    said = talk("TICKET-004", "let in paid in cash", "who")
    card = said[said.index("Unpaid Uma.") :]

    assert [
        "Unpaid Uma.",
        "Status: not paid.",
        "People: 3.",
        "Linked code: TICKET-004.",
        "Tue 9:40 unpaid, Day 1 · Tue 16 Feb, Desk 1.",
        "Tue 9:40 in, admitted: paid in cash, Day 1 · Tue 16 Feb, Desk 1.",
        "No badge printed yet.",
    ] == card


def test_no_control_code_of_a_name_reaches_the_terminal(talk: Talk) -> None:
    """Neither in choices, nor in verdicts, nor on the card."""
    said = talk("find roja", "1", "who", "find \x1b[2J")

    assert all(line.isprintable() for line in said)


@pytest.mark.slow
def test_letting_in_asks_for_the_pin(talk: Talk, plain_store: Store) -> None:
    """A wrong one lets nobody in."""
    set_pin(plain_store, Role.SUPERVISOR, "246810")
    wrong = talk("TICKET-004", "let in paid", pin="111111")
    right = talk("TICKET-004", "let in paid", pin="246810")

    assert ("That is not the PIN.", "✓ CHECKED IN: Unpaid Uma, 1 of 3 in, forced.") == (
        wrong[-1][:20],
        right[2],
    )


@pytest.mark.slow
def test_an_older_check_in_asks_for_the_pin(talk: Talk, plain_store: Store, clock: Clock) -> None:
    """The last slip is free, the one of before is the supervisor's."""
    set_pin(plain_store, Role.SUPERVISOR, "246810")
    scan(plain_store, ScanOrder(code="TICKET-003"))
    clock.pass_s(301)
    talk("undo", "undo", pin="0000")
    stands = recent_scans(plain_store.connection, 1)[0].undone
    talk("undo", "undo", pin="246810")

    assert (False, True) == (stands, recent_scans(plain_store.connection, 1)[0].undone)


@pytest.mark.parametrize("line", ["walk-in Zoya Khan", "let in paid"])
def test_a_desk_for_scanning_only_says_so(talk: Talk, line: str) -> None:
    """The words name the way out."""
    said = talk("TICKET-004", line, scan_only=True)

    assert "not possible at this desk" in said[-1]


@pytest.mark.slow
def test_each_answer_comes_before_the_next_line_is_read(plain_store: Store) -> None:
    """A program on the other end of a pipe gets its answer while the pipe stays open."""
    argv = [sys.executable, "-m", "kiosk", "-e", str(plain_store.path), "desk", "--plain"]
    with subprocess.Popen(
        [*argv, "--list", "Day 1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"count\n")
        process.stdin.flush()
        said = b""
        while b"in the last 15 minutes" not in said:
            readable, _, _ = select.select([process.stdout], [], [], 20)
            assert readable, said
            said += os.read(process.stdout.fileno(), 4096)
        process.stdin.close()

        assert (0, b"") == (process.wait(20), process.stdout.read())
    assert (plain_store.path.parent / "backups").exists()


def test_a_guest_is_named_in_one_step(plain_store: Store, talk: Talk) -> None:
    """Choosing a nameless ticket asks for the name, and the name checks in."""
    guest = walk_in(plain_store, "Guest", {"guest_of": "Vera"})
    edit(plain_store, guest.id, {"name": ""})
    said = talk("find vera", "1", "Kofi Mensah")

    assert any("type the name for the badge" in line for line in said)
    assert any("✓ CHECKED IN: Kofi Mensah" in line for line in said)


def test_a_ticket_scanned_meanwhile_is_no_name(plain_store: Store, talk: Talk) -> None:
    """The next person's code does not become the guest's name."""
    guest = walk_in(plain_store, "Guest", {"guest_of": "Vera"})
    edit(plain_store, guest.id, {"name": ""})
    said = talk("find vera", "1", "TICKET-002")

    assert "✓ CHECKED IN: Priya Kulkarni." in said


def test_a_ticket_is_passed_on(talk: Talk) -> None:
    """And the card says from whom."""
    said = talk("find kulkarni", "1", "undo", "pass on Mina Roy", "who")

    assert "Transferred from Priya Kulkarni to Mina Roy." in said
    assert any("transferred from Priya Kulkarni" in line for line in said)


def test_somebody_new_is_marked(talk: Talk) -> None:
    """First time, and the card says so."""
    said = talk("TICKET-002", "first time", "who")

    assert "First time here: yes." in said
    assert any("it only scans" in line for line in talk("first time", scan_only=True))


def test_questions_are_answered_by_number(plain_store: Store, talk: Talk) -> None:
    """After the note each question is read out with its numbers; 0 leaves it open."""
    save_question(plain_store, "Meal", is_new=True, text="Which meal?", choices=["Veg", "Jain"])
    save_question(plain_store, "Photo", is_new=True, text="Photos?")
    meal = ["Which meal?", "1: Veg", "2: Jain", "0: no answer now."]
    assert meal == talk("TICKET-005", "ack")[-4:]
    assert [*meal, *meal] == talk("TICKET-005", "ack", "3")[-8:]
    answers = talk("TICKET-005", "ack", "2", "0", "who")
    assert "Meal: Jain." in answers
    assert not [line for line in answers if line.startswith("Photo:")]


def test_an_answer_may_be_given_in_words(plain_store: Store, talk: Talk) -> None:
    """In the answer's own words, whole; a digit is always the number that was read out."""
    save_question(plain_store, "Guests", is_new=True, choices=["0", "1", "Many"])
    assert "Guests: 0." in talk("TICKET-005", "ack", "1", "who")
    assert "Guests: Many." in talk("TICKET-002", "many", "who")
    assert not [line for line in talk("TICKET-001", "man") if "CHECKED IN" in line]


def test_a_list_that_another_desk_renames_or_removes(talk: Talk, plain_store: Store) -> None:
    """Scans count on for it, whatever it is called; before they count for another, that is said."""
    save_list(plain_store, "Lunch", is_new=True)
    said: list[str] = []
    desk = PlainDesk(plain_store, said.append, lambda _: "", list_name="Lunch")
    desk.greet()
    save_list(plain_store, "Lunch", is_new=False, rename="Noon")
    desk.answer("TICKET-001")
    desk.answer("count")
    remove_list(plain_store, "Noon")
    desk.answer("TICKET-002")
    desk.answer("TICKET-002")

    assert any(line.startswith("Noon: 1 of") for line in said)
    (removed,) = (line for line in said if "was removed" in line)
    assert removed.startswith("“Noon” was removed. This desk checks in for “Day ")
    assert "CHECKED IN" in said[said.index(removed) + 1]


@pytest.mark.slow
def test_a_blocked_walk_in_needs_the_pin_and_a_reason(talk: Talk, plain_store: Store) -> None:
    """The next line is the reason; `-` and another ticket leave everything as it is."""
    walk_in(plain_store, "Blocked Bo", {"status": "blocked"})
    set_pin(plain_store, Role.ORGANISER, "135790")
    wrong = talk("walk-in bo BLOCKED", pin="000000")
    left = talk("walk-in bo BLOCKED", "-", pin="135790")
    scanned = talk("walk-in bo BLOCKED", "TICKET-003", "Family of a speaker", pin="135790")
    other = talk("walk-in bo BLOCKED", "count", "Family of a speaker", pin="135790")
    registered = [p.name for p in all_attendees(plain_store.connection)].count("bo BLOCKED")

    assert ["That is not the PIN. Nothing was changed. Try again."] == wrong
    assert ("reason" in left[0], "Nothing was changed.") == (True, left[-1])
    assert "✓ CHECKED IN: Ravi [Speaker]" in "".join(scanned)
    assert "No match for" in other[-1]
    assert 0 == registered
    done = talk("walk-in bo BLOCKED", "Family of a speaker", pin="135790")
    assert "✓ CHECKED IN: bo BLOCKED" in "".join(done)


def test_a_ticket_is_not_passed_on_to_a_blocked_person(talk: Talk, plain_store: Store) -> None:
    """Without a PIN set it needs a reason."""
    walk_in(plain_store, "Blocked Bo", {"status": "blocked"})
    said = talk("find ravi", "1", "undo", "pass on Blocked Bo", "Organiser said yes")

    assert "A person with this name or e-mail is blocked" in " ".join(said)
    assert "Transferred from Ravi [Speaker] to Blocked Bo." == said[-1]


def test_signed_tickets(plain_store: Store, talk: Talk) -> None:
    """A late sale is read and admitted; a forgery is named, and its code is not linked."""
    change_settings(plain_store, {"ticket_keys": pem()})
    late = talk(signed("seed", 17), "ack")
    forged = talk(signed("seed", 17, key=OTHER_KEY))

    assert "? ASK FIRST: (no name yet): Product 17 is not in the list: read the ticket." == late[0]
    assert "✓ CHECKED IN: (no name yet), sold after the list was exported." in late
    assert "The ticket has no name. name NAME: put one on it." in late
    assert 1 == len(forged)
    assert "This event did not sign this ticket." in forged[0]


def test_backups_between_two_lines(plain_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only when it is time, and only of what no backup has yet."""
    backups, folder = Backups(plain_store, print), plain_store.path.parent / "backups"

    assert ["a", "b"] == list(backups.between(["a", "b"]))
    assert not folder.exists()

    monkeypatch.setattr("kiosk.ui.plain.desk.EVERY_S", 0)
    assert ["a", "b"] == list(backups.between(["a", "b"]))
    assert 1 == len(list(folder.iterdir()))


def test_a_problem_of_backups_is_said_once(plain_store: Store) -> None:
    """The desk keeps working."""
    with plain_store.writing():
        plain_store.set_machine_facts({SECOND_PLACE: "/no/such/stick"})
    said: list[str] = []
    backups = Backups(plain_store, said.append)

    backups.make()
    backups.make()

    assert 1 == len(said)
    assert "/no/such/stick, is missing" in said[0]
