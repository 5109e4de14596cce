"""The contract of the command line: exit codes, streams and JSON documents."""

from __future__ import annotations

import io
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk import __version__
from kiosk.services.event.event import create_event
from kiosk.storage.file.store import Store
from kiosk.ui.cli.main import MODULES, run
from tests.conftest import SAMPLES, Clock
from tests.support.program import Program

NO_RULES: dict[str, Any] = {
    "date": None,
    "windows": [],
    "daily": [],
    "most_entries": None,
    "most_per_day": None,
    "most_days": None,
    "minutes_between": None,
    "leaves": [],
    "gates": [],
    "check_out_at": None,
    "confirm": False,
}
COMMANDS = (
    *("desk", "demo", "new", "lists", "import", "scan", "undo", "find", "show", "edit", "walk-in"),
    *("badges", "layouts", "stocks", "export", "stats", "log", "backup", "doctor", "purge"),
)

PEOPLE = """Ticket code,Name,Email,Company,Ticket type,Order,Status,Quantity
C-VALID,Asha Rao,asha@example.org,Acme,Regular,O1,paid,1
C-UNPAID,Bo Unpaid,bo@example.org,,Regular,O2,pending,1
C-WAIT,Cy Waits,cy@example.org,,Regular,O3,waiting list,1
C-GONE,Di Canceled,di@example.org,,Regular,O4,canceled,1
C-VIP,Ed Vip,ed@example.org,,VIP,O5,paid,1
C-PARTY,Fay Party,fay@example.org,,Regular,O6,paid,3
C-MATE,Gus Mate,gus@example.org,,Regular,O1,paid,1
C-SHARED,Hal One,hal@example.org,,Regular,O8,paid,1
C-SHARED,Ida Two,ida@example.org,,Regular,O9,paid,1
"""


@pytest.fixture
def turned(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Every command's clock is the test's."""
    monkeypatch.setitem(Store.open.__func__.__kwdefaults__, "clock", clock)  # type: ignore[attr-defined]
    return clock


@pytest.fixture
def program(
    tmp_path: Path, event_path: Path, turned: Clock, capsys: pytest.CaptureFixture[str]
) -> Program:
    """A two-day event with one ticket of every kind."""
    program = Program(event_path, capsys)
    create_event(
        event_path,
        name="PyCon",
        days=[datetime(2027, 2, 16).date(), datetime(2027, 2, 17).date()],
        timezone="Asia/Kolkata",
        desk="Desk 1",
        clock=turned,
    ).close()
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    code, report = program.json("import", str(people))
    assert (0, 9) == (code, report["new"]), report
    return program


def outcomes(program: Program, *arguments: str) -> list[str]:
    """The verdicts of one `scan`."""
    return [item["outcome"] for item in program.json("scan", *arguments)[1]]


# --- help, version, usage -------------------------------------------------------------------


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_everywhere(
    command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command prints its help and the version on stdout, with exit 0 and without an event."""
    code = run([word for word in (command, option) if word])
    printed = capsys.readouterr()

    assert (0, "") == (code, printed.err)
    assert (f"kiosk {__version__}\n" == printed.out) is (option == "--version")
    assert "Usage: kiosk" in printed.out or option == "--version"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scna", "X"], "Did you mean “scan”?"),
        (["imprt", "x.csv"], "Did you mean “import”?"),
        (["walkin"], "Did you mean “walk-in”?"),
        (["qqqqqqqq"], "Use one of: "),
        (["scan", "--lst", "A", "X"], "Did you mean “--list”?"),
        (["find", "a", "--jsn"], "Did you mean “--json”?"),
        (["export", "-o", "x.csv", "--who", "presnt"], "Did you mean “present”?"),
        (["badges", "-o", "x.pdf", "--sort", "famly"], "Did you mean “family”?"),
        (["lists", "ad", "A"], "Did you mean “add”?"),
        (["undo", "word"], "The command does not take “word”."),
        (["scan"], "kiosk scan --help"),
        (["show"], "kiosk show --help"),
        (["find", "a", "--limit", "many"], "--limit"),
        (["badges", "-o", "x.pdf", "--start", "1.5"], "--start"),
        (["new", "x.kiosk"], "--name"),
        (["import"], "FILE"),
        (["-e"], "--event"),
        (["--event=", "scan", "--json"], "CODE"),
    ],
)
def test_bad_usage(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped command line gets a sentence with the nearest valid word on stderr, and exit 2."""
    code = run(arguments)
    printed = capsys.readouterr()

    assert (2, "") == (code, printed.out)
    assert said in printed.err
    assert 1 == printed.err.count("\n")


def test_options_before_and_after_the_command(program: Program) -> None:
    """-e, --desk and --json work on both sides of the command."""
    event = str(program.event)

    for argv in (
        ["-e", event, "--json", "stats"],
        ["stats", "--json", "-e", event],
        ["--json", "stats", f"--event={event}"],
    ):
        program._capsys.readouterr()

        assert 0 == run(argv)
        assert 9 == json.loads(program._capsys.readouterr().out)["people"]


def test_help_lists_every_command_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """`kiosk --help` lists each command once."""
    assert 0 == run(["--help"])
    lines = capsys.readouterr().out.splitlines()

    for command in {*COMMANDS, *MODULES}:
        assert 1 == sum(line.startswith(f"  {command} ") for line in lines), command


# --- which event, which desk ----------------------------------------------------------------


def test_which_event(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turned: Clock
) -> None:
    """-e, else $KIOSK_EVENT, else the one opened last."""
    other = tmp_path / "other.kiosk"
    create_event(other, name="Other", desk="d", clock=turned).close()

    def people(*before: str) -> int:
        program._capsys.readouterr()
        assert 0 == run([*before, "--json", "stats"])
        return int(json.loads(program._capsys.readouterr().out)["people"])

    assert 9 == people()  # the import opened it last
    monkeypatch.setenv("KIOSK_EVENT", str(other))
    assert (0, 9) == (people(), people("-e", str(program.event)))
    monkeypatch.setenv("KIOSK_EVENT", "")
    assert 9 == people()
    program.event.unlink()
    assert 2 == run(["stats"])
    gone = f"The event opened last, {program.event}, is not there any more."
    assert gone in program._capsys.readouterr().err
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "new"))
    assert 2 == run(["stats"])
    assert "There is no event yet." in program._capsys.readouterr().err


def test_which_desk(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has --desk, else $KIOSK_DESK, else the computer's name."""
    monkeypatch.setenv("KIOSK_DESK", "From environment")
    program.run("scan", "NOBODY")
    program.run("--desk", "\x1b[31mDoor\n7 ", "scan", "NOBODY")
    monkeypatch.delenv("KIOSK_DESK")
    monkeypatch.setattr("platform.node", lambda: "laptop")
    program.run("scan", "NOBODY")

    desks = [entry["desk"] for entry in program.json("log")[1]][-3:]

    assert ["From environment", "[31mDoor 7", "laptop"] == desks


# --- new ------------------------------------------------------------------------------------


def test_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`new` makes a list per day, or the named lists, or one list; the JSON names the file."""
    cases: list[tuple[list[str], list[str]]] = [
        ([], ["Attendance"]),
        (["--list", "Door", "--list", "Lunch"], ["Door", "Lunch"]),
        (["--day", "2027-02-17", "--day", "2027-02-16"], ["Day 1 · Tue 16 Feb"]),
    ]
    for number, (options, names) in enumerate(cases):
        file = tmp_path / f"e{number}.kiosk"
        assert 0 == run(["new", str(file), "--name", "N", "--json", *options])
        made = json.loads(capsys.readouterr().out)

        assert {"event", "lists"} == set(made)
        assert str(file) == made["event"]
        assert names == [item["name"] for item in made["lists"]][: len(names)]
        assert {"name", "opens", "closes", "types", "entry", "rules"} == set(made["lists"][0])


@pytest.mark.parametrize("kind", ["file", "folder", "event", "dangling"])
def test_new_never_changes_an_existing_file(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An existing name is exit 2, with or without its suffix, and no other file appears."""
    path = tmp_path / "taken"
    if kind == "file":
        path.write_bytes(b"mine")
    elif kind == "folder":
        path.mkdir()
    elif kind == "dangling":
        path.symlink_to(tmp_path / "nowhere")
    else:
        create_event(path, name="N", desk="d").close()
    before = sorted(tmp_path.iterdir())
    content = path.read_bytes() if path.is_file() else b""

    code = run(["--json", "new", str(path), "--name", "N"])

    assert (2, "") == (code, capsys.readouterr().out)
    assert before == [item for item in sorted(tmp_path.iterdir()) if item.name != "state"]
    assert content == (path.read_bytes() if path.is_file() else b"")


@pytest.mark.parametrize(
    "options",
    [
        ["--day", "2027-02-30"],
        ["--day", "9999-12-31"],
        ["--day", "tomorrow"],
        ["--timezone", "Mars/Olympus"],
        ["--timezone", "../../etc/passwd"],
        ["--timezone", "/etc/localtime"],
        ["--list", "A", "--list", " a "],
        ["--list", "\x07"],
    ],
)
def test_new_with_bad_words(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bad day, zone or list name is exit 2 and leaves no file."""
    path = tmp_path / "e.kiosk"

    code = run(["new", str(path), "--name", "N", *options])

    assert (2, False) == (code, path.exists())
    assert capsys.readouterr().err.startswith("kiosk: ")


# --- verdicts, in their order ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("C-VALID", "ok"),
        ("c-valid", "ok"),
        (" C-VALID\r", "ok"),
        ("https://tickets.example/t/C-VALID", "ok"),
        ("C-VALID/signature", "ok"),
        ("C-UNPAID", "unpaid"),
        ("C-WAIT", "unapproved"),
        ("C-GONE", "canceled"),
        ("C-SHARED", "ambiguous"),
        ("NOBODY", "invalid"),
        ("", "invalid"),
    ],
)
def test_one_scan(code: str, outcome: str, program: Program) -> None:
    """Each kind of ticket has its verdict; anything but ok is exit 1."""
    exit_code, [result] = program.json("scan", code)

    assert (outcome, 0 if outcome == "ok" else 1) == (result["outcome"], exit_code)
    assert code == result["code"]
    assert {
        "code",
        "outcome",
        "message",
        "list",
        "attendee",
        "first",
        "badge",
    } <= set(result)
    known = outcome not in ("invalid", "ambiguous")
    assert known == (result["attendee"] is not None) == (result["badge"] is not None)
    if known:
        assert {
            "id",
            "name",
            "email",
            "company",
            "ticket_type",
            "order",
            "status",
            "party",
        } == set(result["attendee"])


Step = tuple[float, list[str], str]
"""Seconds that pass, the arguments of `scan`, and the verdict."""

STORIES: dict[str, tuple[list[list[str]], list[Step]]] = {
    "a ticket is used once": ([], [(0, ["C-VALID"], "ok"), (4, ["C-VALID"], "already_redeemed")]),
    "a double beep repeats the verdict": (
        [],
        [
            (0, ["C-VALID"], "ok"),
            (3, ["C-VALID"], "ok"),
            (0.001, ["C-VALID"], "already_redeemed"),
        ],
    ),
    "the double beep counts from the recorded scan": (
        [],
        [
            (0, ["C-VALID"], "ok"),
            (2, ["C-VALID"], "ok"),
            (2, ["C-VALID"], "already_redeemed"),
        ],
    ),
    "a double beep is at one desk": (
        [],
        [(0, ["C-VALID"], "ok"), (1, ["--desk", "2", "C-VALID"], "already_redeemed")],
    ),
    "a double beep is on one list": (
        [["lists", "add", "Lunch"]],
        [(0, ["C-VALID"], "ok"), (1, ["--list", "Lunch", "C-VALID"], "ok")],
    ),
    "an exit directly after an entry is an exit": (
        [],
        [
            (0, ["C-VALID"], "ok"),
            (1, ["--exit", "C-VALID"], "ok"),
            (1, ["--exit", "C-VALID"], "ok"),
        ],
    ),
    "an exit without an entry is recorded": ([], [(0, ["--exit", "C-VALID"], "ok")]),
    "an exit does not free a ticket used once": (
        [],
        [
            (0, ["C-VALID"], "ok"),
            (9, ["--exit", "C-VALID"], "ok"),
            (9, ["C-VALID"], "already_redeemed"),
        ],
    ),
    "exits skip payment": ([], [(0, ["--exit", "C-UNPAID"], "ok")]),
    "exits skip ticket type and time": (
        [["lists", "add", "VIP room", "--type", "VIP", "--opens", "2027-02-17T09:00"]],
        [(0, ["--list", "VIP room", "--exit", "C-VALID"], "ok")],
    ),
    "exits do not skip canceled": ([], [(0, ["--exit", "C-GONE"], "canceled")]),
    "re-entry after exit": (
        [["lists", "set", "Day 1", "--entry", "re-entry"]],
        [
            (0, ["C-VALID"], "ok"),
            (9, ["C-VALID"], "already_redeemed"),
            (9, ["--exit", "C-VALID"], "ok"),
            (9, ["C-VALID"], "ok"),
            (9, ["C-VALID"], "already_redeemed"),
        ],
    ),
    "many": (
        [["lists", "set", "Day 1", "--entry", "many"]],
        [(0, ["C-VALID"], "ok"), (9, ["C-VALID"], "ok"), (9, ["C-VALID"], "ok")],
    ),
    "daily": (
        [["lists", "add", "Coffee", "--entry", "daily"]],
        [
            (0, ["--list", "Coffee", "C-VALID"], "ok"),
            (9, ["--list", "Coffee", "--exit", "C-VALID"], "ok"),
            (9, ["--list", "Coffee", "C-VALID"], "already_redeemed"),
            (86_400 - 18, ["--list", "Coffee", "C-VALID"], "ok"),
        ],
    ),
    "a new day begins at midnight of the event's zone": (
        [["lists", "add", "Coffee", "--entry", "daily"]],
        [
            (14 * 3600 + 19 * 60 + 50, ["--list", "Coffee", "C-VALID"], "ok"),
            (9, ["--list", "Coffee", "C-VALID"], "already_redeemed"),
            (1, ["--list", "Coffee", "C-VALID"], "ok"),
            (4, ["--list", "Coffee", "C-VALID"], "already_redeemed"),
        ],
    ),
    "the list of the moment follows the days": (
        [],
        [
            (0, ["C-VALID"], "ok"),
            (86_400, ["C-VALID"], "ok"),
            (86_400, ["C-VALID"], "invalid_time"),
        ],
    ),
    "opens inclusive, closes exclusive": (
        [
            [
                "lists",
                "add",
                "Lunch",
                "--entry",
                "many",
                "--opens",
                "2027-02-16T12:00",
                "--closes",
                "2027-02-16T13:00",
            ]
        ],
        [
            (8399, ["--list", "Lunch", "C-VALID"], "invalid_time"),
            (1, ["--list", "Lunch", "C-VALID"], "ok"),
            (3599, ["--list", "Lunch", "C-VALID"], "ok"),
            (1, ["--list", "Lunch", "--exit", "C-VALID"], "ok"),
            (9, ["--list", "Lunch", "C-VALID"], "invalid_time"),
        ],
    ),
    "ticket types": (
        [["lists", "add", "Gala", "--type", "  vip "]],
        [(0, ["--list", "Gala", "C-VIP"], "ok"), (0, ["--list", "gala", "C-VALID"], "product")],
    ),
    "product before time": (
        [["lists", "add", "Gala", "--type", "VIP", "--opens", "2027-02-17T20:00"]],
        [
            (0, ["--list", "Gala", "C-VALID"], "product"),
            (0, ["--list", "Gala", "C-VIP"], "invalid_time"),
        ],
    ),
    "canceled before product": (
        [["lists", "add", "Gala", "--type", "VIP"]],
        [(0, ["--list", "Gala", "C-GONE"], "canceled")],
    ),
    "time before payment": (
        [],
        [(3 * 86_400, ["C-UNPAID"], "invalid_time")],
    ),
    "used before payment": (
        [],
        [
            (0, ["--force", "--reason", "paid cash", "C-UNPAID"], "ok"),
            (9, ["C-UNPAID"], "already_redeemed"),
        ],
    ),
    "force lifts what may be lifted": (
        [],
        [
            (0, ["C-VALID"], "ok"),
            (9, ["--force", "--reason", "r", "C-VALID"], "ok"),
            (0, ["--force", "--reason", "r", "C-WAIT"], "ok"),
            (0, ["--force", "--reason", "r", "C-GONE"], "canceled"),
            (0, ["--force", "--reason", "r", "C-SHARED"], "ambiguous"),
            (0, ["--force", "--reason", "r", "NOBODY"], "invalid"),
            (5 * 86_400, ["--force", "--reason", "r", "C-VIP"], "ok"),
        ],
    ),
    "a party arrives one by one": (
        [],
        [
            (0, ["C-PARTY"], "ok"),
            (9, ["C-PARTY"], "ok"),
            (9, ["C-PARTY"], "ok"),
            (9, ["C-PARTY"], "already_redeemed"),
        ],
    ),
    "a party arrives together": (
        [],
        [(0, ["--heads", "all", "C-PARTY"], "ok"), (9, ["C-PARTY"], "already_redeemed")],
    ),
    "the rest of a party arrives together": (
        [],
        [
            (0, ["C-PARTY"], "ok"),
            (9, ["--heads", "all", "C-PARTY"], "ok"),
            (9, ["--heads", "all", "C-PARTY"], "already_redeemed"),
        ],
    ),
    "no more heads than a party has": (
        [],
        [
            (0, ["--heads", "4", "C-PARTY"], "rules"),
            (0, ["--heads", "2", "C-PARTY"], "ok"),
            (9, ["--heads", "2", "C-PARTY"], "rules"),
            (0, ["--heads", "1", "C-PARTY"], "ok"),
        ],
    ),
    "a clock that steps back admits no attendee twice": (
        [],
        [(0, ["C-VALID"], "ok"), (-3600, ["C-VALID"], "already_redeemed")],
    ),
    "a clock years ahead": ([], [(10 * 365 * 86_400, ["C-VALID"], "invalid_time")]),
}


@pytest.mark.parametrize("story", STORIES)
def test_stories(story: str, program: Program, turned: Clock) -> None:
    """A day at the door, scan by scan."""
    before, steps = STORIES[story]
    for arguments in before:
        assert 0 == program.run(*arguments)[0]
    expected, seen = [], []
    for seconds, arguments, outcome in steps:
        turned.pass_s(seconds)
        expected.append(outcome)
        seen += outcomes(program, *arguments)

    assert expected == seen


def test_a_repeat_is_not_recorded(program: Program, turned: Clock) -> None:
    """A double beep is one entry in the log, with any code of the attendee."""
    person = program.json("scan", "C-VALID")[1][0]["attendee"]["id"]
    badge = program.json("show", person)[1]["badge_code"]
    turned.pass_s(1)
    repeated = program.json("scan", badge)[1][0]

    assert ("ok", True) == (repeated["outcome"], repeated["repeated"])
    assert 1 == len([e for e in program.json("log")[1] if e["kind"] == "check_in"])


def test_an_undo_between_scans_ends_a_double_beep(program: Program, turned: Clock) -> None:
    """Scan, undo and scan within three seconds make a new entry."""
    program.run("scan", "C-VALID")
    turned.pass_s(1)
    undone = program.json("undo")
    turned.pass_s(1)
    again = program.json("scan", "C-VALID")[1][0]

    assert (0, "Asha Rao") == (undone[0], undone[1]["undone"]["attendee"]["name"])
    assert ("ok", False) == (again["outcome"], again["repeated"])


def test_force_needs_a_reason_and_keeps_it(program: Program) -> None:
    """Without --reason: exit 2 and no event. With it, the same event has the reason."""
    before = len(program.json("log")[1])
    for given in ([], ["--reason", ""], ["--reason", "  "]):
        assert 2 == program.run("scan", "C-UNPAID", "--force", *given)[0]
    assert before == len(program.json("log")[1])

    program.run("scan", "C-UNPAID", "--force", "--reason", "paid cash")
    program.run("scan", "C-VALID", "--force", "--reason", "habit")
    unpaid, good = program.json("log")[1][-2:]

    assert (True, "paid cash") == (unpaid["body"]["forced"], unpaid["body"]["reason"])
    assert not good["body"]["forced"]


def test_a_used_ticket_names_time_and_desk(program: Program, turned: Clock) -> None:
    """`already_redeemed` names the time, the desk and a companion who is not in yet."""
    program.run("--desk", "Door 2", "scan", "C-VALID")
    turned.pass_s(60)
    [result] = program.json("scan", "C-VALID")[1]

    assert {"at": "2027-02-16T09:40:00+05:30", "desk": "Door 2"} == result["first"]
    assert "9:40" in result["message"]
    assert "Gus Mate" in result["message"]


def test_an_open_note_is_asked_first(program: Program) -> None:
    """A note gives `incomplete` until it is acknowledged; used and unpaid have priority."""
    person = program.json("scan", "C-GONE", "C-VIP")[1][1]["attendee"]["id"]
    program.run("undo")
    program.run("edit", person, "--set", "attention=Ask for the passport")

    assert ["incomplete"] == outcomes(program, "C-VIP")
    assert ["ok"] == outcomes(program, "--ack", "C-VIP")


def test_a_note_of_the_registrations_is_asked_first(program: Program, tmp_path: Path) -> None:
    """An imported mark asks for acknowledgement, and the message has its comment."""
    people = tmp_path / "more.csv"
    people.write_text(
        "Name,Ticket code,Requires special attention,Comment\n"
        "Zoya Khan,X-1,Yes,Meets Gus at the door\nYan Li,X-2,No,\n",
        encoding="utf-8",
    )
    assert 0 == program.run("import", str(people))[0]

    [result] = program.json("scan", "X-1")[1]
    assert "incomplete" == result["outcome"]
    assert "Meets Gus at the door" in result["message"]
    assert ["ok", "ok"] == outcomes(program, "--ack", "X-1", "X-2")


def test_several_codes_are_one_document(program: Program) -> None:
    """All codes give one JSON array; one refusal is exit 1, and the others are checked in."""
    code, results = program.json("scan", "NOBODY", "C-VALID", "C-VIP")

    assert (1, ["invalid", "ok", "ok"]) == (code, [item["outcome"] for item in results])


# --- streams --------------------------------------------------------------------------------


class Lines:
    """A standard input that says when each line is taken."""

    def __init__(self, lines: list[bytes], capsys: pytest.CaptureFixture[str]) -> None:
        self.lines = lines
        self.capsys = capsys
        self.answered: list[int] = []
        self.printed = ""

    @property
    def buffer(self) -> Lines:
        """Bytes, like the real one's."""
        return self

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> bytes:
        self.printed += self.capsys.readouterr().out
        self.answered.append(self.printed.count("\n"))
        if not self.lines:
            raise StopIteration
        return self.lines.pop(0)


@pytest.mark.parametrize("command", ["scan", "find"])
def test_a_stream_answers_line_by_line(
    command: str, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line gets its answer before the next is read, also odd bytes and empty lines."""
    given = [b"C-VALID\n", b"\n", b"\xff\xfe\x00\n", b"NOBODY\r\n", "आशा".encode(), b"x" * 9_000]
    lines = Lines(list(given), program._capsys)
    program._capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", lines)

    code = run(["-e", str(program.event), "--json", command, "-"])
    documents = [json.loads(line) for line in lines.printed.splitlines()]

    assert [*range(len(given) + 1)] == lines.answered
    assert {dict if command == "scan" else list} == {type(item) for item in documents}
    assert (1 if command == "scan" else 0) == code


def test_an_empty_stream(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a line there is no answer, and exit 0."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))

    assert (0, "", "") == program.run("--json", "scan", "-")


def test_the_lines_of_a_paper_list(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A time alone is for the lines behind it; a line with an error stops none of them."""
    lines = "0:10\nashaa rao\n0:99 asha\nC-VALID\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))

    code, out, _ = program.run("scan", "-", "--at", "0:05")

    time, several, bad, entered = out.splitlines()
    assert 1 == code
    assert "0:10" in time
    assert several.startswith("“ashaa rao” is not certain: Asha Rao. ")
    assert bad.startswith("“0:99” is no time")
    assert "0:10 by the paper list" in entered


# --- people, lists, the rest ----------------------------------------------------------------


def test_find_show_edit(program: Program) -> None:
    """The best match is first; fields have synonyms; a field that is not editable is exit 2."""
    code, found = program.json("find", "asha", "rao", "--limit", "1")
    assert (0, 1) == (code, len(found))
    assert {
        "id",
        "name",
        "email",
        "company",
        "ticket_type",
        "order",
        "status",
        "checked_in",
    } == set(found[0])
    person = found[0]["id"]

    assert "Beta" == program.json("edit", person, "--set", "company=Beta")[1]["company"]
    assert "O=1" == program.json("edit", person, "--set", "order=O=1")[1]["order"]
    for bad in ("status=gone", "heads=0", "heads=1e9", "shoe=43", "novalue", "=x", "id=1"):
        code, out, err = program.run("--json", "edit", person, "--set", bad)
        assert (2, "") == (code, out), bad
        assert err.startswith("kiosk: ")
    assert 2 == program.run("show", "nobody")[0]
    assert [] == program.json("find", "zzzzqqq")[1]


def test_show_prints_a_line_for_each_fact(program: Program) -> None:
    """For people, `show` prints the label, then facts with a value, then the scans."""
    found = program.json("find", "asha", "rao", "--limit", "1")[1][0]
    program.run("scan", "C-VALID")
    record = program.json("show", found["id"])[1]

    lines = program.run("show", found["id"])[1].splitlines()

    assert found["name"] == lines[0]
    assert f"  codes: {', '.join(record['codes'])}" in lines
    assert f"entry ok on “{record['check_ins'][0]['list']}”" in lines[-1]
    assert not any("None" in line or "()" in line or line.endswith(": ") for line in lines)


def test_a_typed_value_survives_imports(program: Program, tmp_path: Path) -> None:
    """A value typed at the desk and imported again is in `kept`, not in `changed`."""
    [person] = [p["id"] for p in program.json("find", "Asha Rao", "--limit", "1")[1]]
    program.run("edit", person, "--set", "company=Typed")
    later = tmp_path / "people.csv"
    later.write_text(PEOPLE.replace("Acme", "Beta"), encoding="utf-8")

    code, report = program.json("import", str(later))

    assert (0, 0, 9) == (code, report["changed"], report["unchanged"])
    assert [{"id": person, "field": "company", "kept": "Typed", "offered": "Beta"}] == report[
        "kept"
    ]
    assert "Typed" == program.json("show", person)[1]["company"]


def test_walk_in(program: Program) -> None:
    """A walk-in is registered, and checked in if asked; a bad field adds no attendee."""
    people = program.json("stats")[1]["people"]
    for bad in (
        ["--name", " "],
        ["--name", "A", "--set", "shoe=43"],
        ["--name", "A", "--check-in", "--list", "no such list"],
    ):
        assert 2 == program.run("walk-in", *bad)[0]
    assert people == program.json("stats")[1]["people"]

    code, made = program.json("walk-in", "--name", "Li", "--set", "type=VIP", "--check-in")

    assert (0, "Li", "VIP", "ok") == (
        code,
        made["name"],
        made["ticket_type"],
        made["scan"]["outcome"],
    )
    assert (people + 1, 1) == tuple(program.json("stats")[1][key] for key in ("people", "walk_ins"))


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ([], "always open"),
        (["--opens", "2027-02-16T12:00"], "from 2027-02-16T12:00"),
        (["--closes", "2027-02-16T14:00"], "until 2027-02-16T14:00"),
    ],
)
def test_when_a_list_is_open(program: Program, times: list[str], said: str) -> None:
    """A list without a beginning or an end has no invented one."""
    _, out, _ = program.run("lists", "add", "T-shirt", *times)

    assert said in out.splitlines()[-1]


def test_lists(program: Program) -> None:
    """Lists are shown, added, changed and removed; an error is exit 2 and changes nothing."""
    _, before = program.json("lists")
    for bad in (
        ["add"],
        ["add", "Day 1 · Tue 16 Feb"],
        ["add", "X", "--opens", "noon"],
        ["add", "X", "--opens", "2027-02-16T12:00", "--closes", "2027-02-16T12:00"],
        ["add", "X", "--entry", "twice"],
        ["add", "X", "--opens", "9999-12-31T23:59"],
        ["set", "nowhere", "--type", "VIP"],
        ["remove", "nowhere"],
        ["--opens", "2027-02-16T12:00"],
    ):
        assert 2 == program.run("lists", *bad)[0], bad
    assert before == program.json("lists")[1]

    _, lists = program.json(
        "lists", "add", "T-shirt", "--type", "VIP", "--opens", "2027-02-16T12:00"
    )
    assert {
        "name": "T-shirt",
        "opens": "2027-02-16T12:00:00+05:30",
        "closes": None,
        "types": ["VIP"],
        "entry": "once",
        "rules": NO_RULES,
    } == lists[-1]
    _, lists = program.json("lists", "set", "t-sh", "--opens", "", "--type", "")
    assert (None, []) == (lists[-1]["opens"], lists[-1]["types"])
    assert before == program.json("lists", "remove", "T-shirt")[1]


def test_undo(program: Program, turned: Clock) -> None:
    """Undo removes the last entry or exit of this desk or attendee; exit 1 if there is none."""
    assert (1, {"undone": None}) == program.json("undo")
    program.run("--desk", "A", "scan", "C-VALID")
    program.run("--desk", "B", "scan", "C-VIP")
    turned.pass_s(9)
    program.run("--desk", "B", "scan", "C-VIP")  # refused: not what undo takes back

    assert (1, {"undone": None}) == program.json("--desk", "C", "undo")
    code, undone = program.json("--desk", "B", "undo", "--reason", "wrong person")
    assert (0, "Ed Vip", "entry") == (
        code,
        undone["undone"]["attendee"]["name"],
        undone["undone"]["direction"],
    )
    [person] = [p["id"] for p in program.json("find", "Asha Rao", "--limit", "1")[1]]
    assert 0 == program.run("--desk", "B", "undo", "--id", person)[0]
    assert 1 == program.run("--desk", "B", "undo", "--id", person)[0]
    assert 2 == program.run("undo", "--id", "nobody")[0]
    assert 2 == program.run("undo", "--list", "nowhere")[0]
    assert 0 == program.json("stats")[1]["lists"][0]["checked_in"]


def test_stats_log_export(program: Program, tmp_path: Path, turned: Clock) -> None:
    """Counts, log and exported files agree with the scans."""
    program.run("scan", "C-VALID", "C-UNPAID", "C-PARTY", "NOBODY")
    _, stats = program.json("stats")
    _, log = program.json("log")

    assert (2, 7 + 0) == (stats["lists"][0]["checked_in"], stats["lists"][0]["expected"] - 1)
    assert {"list", "expected", "checked_in", "inside", "by_type"} <= set(stats["lists"][0])
    assert {"log_id", "seq", "at", "desk", "kind", "subject", "body"} == set(log[0])
    assert [*range(1, len(log) + 1)] == [entry["seq"] for entry in log]
    for ending in ("csv", "xlsx", "json"):
        file = tmp_path / f"out.{ending}"
        assert {"rows": 9, "file": str(file)} == program.json("export", "-o", str(file))[1]
    for who, rows in (("present", 2), ("absent", 4), ("all", 9)):
        assert rows == program.json("export", "-o", str(file), "--who", who)[1]["rows"], who
    for bad in ("out.docx", "out", "no/such/folder/x.csv", str(program.event), "x" * 300 + ".csv"):
        assert 2 == program.run("export", "-o", str(tmp_path / bad))[0]


def test_badges(program: Program, tmp_path: Path) -> None:
    """A PDF counts as printed when it is confirmed; bad values and names write nothing."""
    event = program.event.read_bytes()
    pdf = tmp_path / "b.pdf"
    for bad in (
        ["-o", str(program.event)],
        ["-o", str(tmp_path / "people.csv")],
        ["-o", str(pdf), "--start", "0"],
        ["-o", str(pdf), "--layout", "nowhere"],
        ["-o", str(pdf), "--stock", "nowhere"],
        ["-o", str(pdf), "--who", "nobody"],
        ["-o", str(tmp_path / "no" / "folder.pdf")],
    ):
        assert 2 == program.run("badges", *bad)[0], bad
    assert event[:100] == program.event.read_bytes()[:100]
    assert PEOPLE == (tmp_path / "people.csv").read_text()
    assert not pdf.exists()

    person = program.json("find", "Ed Vip", "--limit", "1")[1][0]["id"]
    code, drawn = program.json("badges", "-o", str(pdf), "--who", person, "--proof")
    assert (0, 1, []) == (code, drawn["badges"], drawn["problems"])
    none = {"printed": False, "state": None, "box": None, "slot": None}
    assert none == program.json("scan", "C-VIP")[1][0]["badge"]
    program.run("badges", "-o", str(pdf), "--who", person)
    made = program.json("show", person)[1]["badge"]
    assert (0, {"printed": 1}) == program.json("queue", "printed")

    assert {"printed": True, "state": "pdf", "box": "Late", "slot": 1} == made
    assert made | {"state": "printed"} == program.json("show", person)[1]["badge"]


def test_import_refusals(program: Program, tmp_path: Path) -> None:
    """A file without people is exit 2; rejected rows are exit 1; a dry run saves nothing."""
    bad = tmp_path / "bad.csv"
    for content in (b"", b"\x00\x01\x02" * 100, b"<html><body>Log in", b"Name,Email\n"):
        bad.write_bytes(content)
        code, out, err = program.run("--json", "import", str(bad))
        assert (2, "") == (code, out)
        assert err.startswith("kiosk: ")
    for name in ("nowhere.csv", ".", "x" * 300):
        assert 2 == program.run("import", str(tmp_path / name))[0]
    assert 2 == program.run("import", str(bad), "--column", "name")[0]

    before = len(program.json("log")[1])
    sample = str(SAMPLES / "tito-tickets.csv")
    first = program.json("import", sample, "--dry-run")
    assert before == len(program.json("log")[1])
    second = program.json("import", sample)
    third = program.json("import", sample)
    assert first == second
    assert (26, 26) == (second[1]["new"], third[1]["unchanged"])


FIGURES = (
    *("rows", "valid", "pending", "not_valid", "duplicates", "rejected", "no_name", "heads"),
    *("checked_in", "new", "changed", "unchanged", "missing"),
)
SHAPE: dict[str, Any] = {
    **dict.fromkeys(FIGURES, int),
    **dict.fromkeys(("kept", "warnings", "rejected_rows", "columns", "questions"), list),
    **dict.fromkeys(("missing_people", "possible_duplicates"), list),
    "sheet": str,
    "source": str,
    "font_hint": str,
}


@pytest.mark.parametrize("sample", json.loads((SAMPLES / "expected.json").read_text()))
def test_every_row_of_a_sample_is_counted(sample: dict[str, Any], program: Program) -> None:
    """The counts by status and by change add up to the rows."""
    _, report = program.json("import", str(SAMPLES / sample["file"]))

    assert {key: type(value) for key, value in report.items()} == SHAPE
    assert report["rows"] == sum(
        report[key] for key in ("valid", "pending", "not_valid", "duplicates", "rejected")
    )
    people = report["rows"] - report["duplicates"] - report["rejected"]
    assert people == report["new"] + report["changed"] + report["unchanged"]
    assert sample["expect"] == {key: report[key] for key in sample["expect"]}


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        ("2027-03-28T01:59:59", "invalid_time"),
        ("2027-03-28T03:00:00", "ok"),
        ("2027-10-31T02:59:59+02:00", "ok"),
        ("2027-10-31T02:59:59+01:00", "invalid_time"),
    ],
)
def test_windows_where_clocks_change(
    at: str, outcome: str, tmp_path: Path, turned: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """A skipped hour and a repeated hour each have one meaning."""
    zone = ZoneInfo("Europe/Berlin")
    program = Program(tmp_path / "berlin.kiosk", capsys)
    create_event(program.event, name="N", timezone="Europe/Berlin", desk="d").close()
    day = at[:10]
    opens, closes = (
        ("2027-03-28T02:00:00+01:00", "2027-03-28T04:00")
        if day.startswith("2027-03")
        else ("2027-10-31T00:00", "2027-10-31T02:30:00+01:00")
    )
    program.run("lists", "add", "Night", "--opens", opens, "--closes", closes)
    program.run("walk-in", "--name", "Li")
    person = program.json("find", "Li")[1][0]["id"]
    badge = program.json("show", person)[1]["badge_code"]
    moment = datetime.fromisoformat(at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    turned.now_ms = int(moment.timestamp() * 1000)

    assert [outcome] == outcomes(program, "--list", "Night", badge)


def test_a_long_query_is_cut_in_the_message(program: Program) -> None:
    """A long query is cut in the message."""
    code, _, said = program.run("find", "zq " * 5000)

    assert (0, f"No attendee found for “{'zq ' * 20}…”.\n") == (code, said)


def test_a_walk_in_who_is_registered(program: Program) -> None:
    """A registered attendee who is not in yet is named first; `--anyway` registers another one."""
    first = program.json("find", "asha")[1][0]
    people = program.json("stats")[1]["people"]
    reversed_name = " ".join(reversed(first["name"].split())).upper()
    for given in (["--name", reversed_name], ["--name", "A", "--set", f"mail={first['email']}"]):
        code, said = program.json("walk-in", *given, "--check-in")

        assert (1, [first["id"]]) == (code, [person["id"] for person in said["registered"]])
    assert people == program.json("stats")[1]["people"]
    assert "--anyway" in program.run("walk-in", "--name", first["name"])[2]

    assert 0 == program.run("walk-in", "--name", first["name"], "--anyway")[0]
    assert 0 == program.run("edit", first["id"], "--check-in")[0]
    assert people + 1 == program.json("stats")[1]["people"]


def test_saved_but_not_checked_in(program: Program) -> None:
    """A refusal by the list says that the change itself is kept."""
    program.run("lists", "add", "Closed", "--opens", "2031-01-01 09:00")
    given = ("--check-in", "--list", "Closed")

    code, said, _ = program.run("walk-in", "--name", "Bo Li", *given)
    assert (1, "Bo Li is registered, but not checked in:") == (code, said.splitlines()[0])

    found = program.json("find", "bo li")[1][0]
    code, said, _ = program.run("edit", found["id"], "--set", "company=Acme", *given)
    assert (1, "Bo Li is saved, but not checked in:") == (code, said.splitlines()[0])
    assert "Acme" == program.json("show", found["id"])[1]["company"]


def test_the_ticket_type_of_a_walk_in(program: Program) -> None:
    """A walk-in has a ticket type of the event, in its spelling; a new one needs `--anyway`."""
    kind = program.json("find", "asha")[1][0]["ticket_type"]
    given = ("walk-in", "--name", "Bo Li", "--set")
    code, out, err = program.run(*given, f"type={kind[:-1]}x")
    assert (2, "") == (code, out)
    assert kind in err
    assert "--anyway" in err

    assert kind == program.json(*given, f"type={kind.upper()}")[1]["ticket_type"]
    assert "Press" == program.json(*given, "type=Press", "--anyway")[1]["ticket_type"]


def test_an_edit_changes_something(program: Program) -> None:
    """An edit without a field and without a check-in is an error."""
    assert 2 == program.run("edit", program.json("find", "asha")[1][0]["id"])[0]
