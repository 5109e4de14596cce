"""`kiosk print`, `queue` and `printers` as scripts see them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.people.attendee import Attendee
from tests.support import real_cups
from tests.support.fake_ipp import FakeIppServer, FakeQueue
from tests.support.program import Program
from tests.support.real_cups import RealCups, wait_for
from tests.support.stores import make_store, take_in

pytestmark = pytest.mark.slow


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Program:
    """An event with three people, without this computer's printers, and with short waits."""
    monkeypatch.setattr("kiosk.ui.cli.commands.printing.WATCH_S", 0.5)
    for name in ("LPDEST", "PRINTER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CUPS_USERCONFIG", str(tmp_path))
    monkeypatch.setenv("CUPS_SYSCONFIG", str(tmp_path))
    monkeypatch.setenv("CUPS_SERVER", "127.0.0.1:1")
    store = make_store(tmp_path)
    take_in(store, Attendee("a1", name="Asha"), Attendee("b2", name="Ravi"), Attendee("c3"))
    store.close()
    return Program(store.path, capsys)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, program: Program) -> Iterator[FakeIppServer]:
    """A print server with the queue `badge`, whose jobs wait."""
    with FakeIppServer() as running:
        monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{running.endpoint.port}")
        yield running


@pytest.fixture
def printing_server(server: FakeIppServer) -> Iterator[FakeIppServer]:
    """A print server that finishes jobs at once."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.01):
            for job in list(server.jobs.values()):
                if job.state < 7:
                    job.state = 9

    thread = threading.Thread(target=work)
    thread.start()
    yield server
    ended.set()
    thread.join()


def states(jobs: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(job["attendee"], job["state"]) for job in jobs]


def test_badges_are_printed(program: Program, printing_server: FakeIppServer) -> None:
    """Each attendee has one job, in the order given; a repeated id is one badge."""
    code, jobs = program.json("print", "b2", "a1", "b2", "--printer", "badge")

    assert (code, states(jobs)) == (0, [("b2", "done"), ("a1", "done")])
    assert [job.document[:4] for job in printing_server.jobs.values()] == [b"%PDF"] * 2
    assert {"job", "attendee", "printer", "state", "reason"} <= set(jobs[0])
    assert [(job["printer"], job["reason"]) for job in jobs] == [("badge", None)] * 2


def test_the_default_printer_is_used(program: Program, server: FakeIppServer) -> None:
    """The only printer needs no choice, and a printer without paper does not block."""
    server.queues["badge"].state, server.queues["badge"].reasons = 5, ("paused",)
    code, jobs = program.json("print", "a1")

    assert (code, jobs[0]["printer"], jobs[0]["state"]) == (0, "badge", "sent")
    assert "paused" in jobs[0]["message"]
    assert jobs[0]["needs_help"] is True


def test_a_second_badge_needs_a_reason(program: Program, printing_server: FakeIppServer) -> None:
    """Without a reason: exit 2 and no print. With one, it is in the log."""
    program.run("print", "a1")
    refused, out, err = program.run("--json", "print", "b2", "a1")
    after = len(printing_server.jobs)
    code, jobs = program.json("print", "a1", "--reason", "lost")
    _, log = program.json("log")

    assert (refused, out, after) == (2, "", 1)
    assert "lost, damaged, typo or other" in err
    assert (code, jobs[0]["reason"], jobs[0]["state"]) == (0, "lost", "done")
    assert [e["body"]["reason"] for e in log if e["kind"] == "badge_wanted"] == ["", "lost"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["print", "a1", "--reason", "because"],
        ["print", "nobody-of-this-id"],
        ["print", "a1", "--printer", "bagde"],
        ["print"],
        ["queue", "cancel"],
        ["queue", "cancel", "7"],
        ["queue", "explode", "1"],
        ["queue", "cancel", "1", "--printer", "badge"],
        ["queue", "handed", "-1"],
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], program: Program, server: FakeIppServer
) -> None:
    """An error is exit 2 with a sentence, and queues nothing."""
    code, out, err = program.run(*arguments)

    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err
    assert program.json("queue") == (0, [])


def test_a_printer_that_is_away(program: Program, server: FakeIppServer) -> None:
    """The badge waits with exit 1, and the next print sends it."""
    server.queues["badge"].accepting = False
    code, jobs = program.json("print", "a1", "--printer", "badge")
    server.queues["badge"].accepting = True
    program.run("print", "b2", "--printer", "badge")
    _, queue = program.json("queue")

    assert (code, states(jobs)) == (1, [("a1", "queued")])
    assert jobs[0]["next_step"]
    assert states(queue) == [("b2", "sent"), ("a1", "sent")]


def test_badges_that_still_wait_are_not_reported_as_sent(
    program: Program, server: FakeIppServer
) -> None:
    """The badge of a printer that is away waits on, and the message does not count it."""
    server.queues["away"] = FakeQueue("away", accepting=False)
    assert program.run("print", "a1", "--printer", "away")[0] == 1
    err = program.run("print", "b2", "--printer", "badge")[2]
    server.queues["away"].accepting = True
    sent = program.run("print", "b2", "--printer", "badge", "--reason", "lost")[2]

    assert "sent, too" not in err
    assert "were sent, too: 1." in sent


def test_a_printer_reports_later(program: Program, server: FakeIppServer) -> None:
    """`kiosk queue` asks the printer, and a badge counts as printed when it reports that."""
    program.run("print", "a1")
    before = program.json("scan", "T-a1")[1][0]["badge"]["printed"]
    server.jobs[1].state = 9
    _, queue = program.json("queue")
    after = program.json("scan", "T-a1")[1][0]["badge"]["printed"]

    assert (before, queue[0]["state"], after) == (False, "done", True)


def test_a_failed_badge_is_not_counted_and_sent_again(
    program: Program, server: FakeIppServer
) -> None:
    """A job that the printer aborted is printed by `retry`."""
    program.run("print", "a1")
    server.jobs[1].state = 8
    _, failed = program.json("queue")
    _, scanned = program.json("scan", "T-a1")
    code, again = program.json("queue", "retry", failed[0]["job"])

    assert (failed[0]["state"], scanned[0]["badge"]["printed"]) == ("failed", False)
    assert (code, again[0]["state"], again[0]["job"]) == (0, "sent", failed[0]["job"])
    assert len(server.jobs) == 2


def test_jobs_are_canceled_and_handed_over(program: Program, server: FakeIppServer) -> None:
    """The print server gets the cancellation, too."""
    _, jobs = program.json("print", "a1", "b2")
    first, second = (job["job"] for job in jobs)
    canceled = program.json("queue", "cancel", first)
    handed = program.json("queue", "handed", second)
    _, queue = program.json("queue")

    assert (canceled[0], canceled[1][0]["state"], server.jobs[1].state) == (0, "canceled", 7)
    assert (handed[0], handed[1][0]["state"]) == (0, "handed")
    assert sorted(states(queue)) == [("a1", "canceled"), ("b2", "handed")]


def test_retry_at_another_printer(program: Program, server: FakeIppServer) -> None:
    """The job is canceled at the old printer and sent to the new one."""
    server.queues["other"] = type(server.queues["badge"])("other")
    _, jobs = program.json("print", "a1", "--printer", "badge")
    _, moved = program.json("queue", "retry", jobs[0]["job"], "--printer", "other")

    assert (moved[0]["printer"], moved[0]["state"]) == ("other", "sent")
    assert [job.state for job in server.jobs.values()] == [7, 3]


def test_without_a_printing_system(program: Program) -> None:
    """Badges are saved next to the event, and a message says so."""
    code, out, err = program.run("--json", "print", "a1")
    (job,) = json.loads(out)
    folder = program.event.with_name("e-badges")

    assert (code, job["printer"], job["state"]) == (0, "PDF folder", "unknown")
    assert str(folder) in err
    assert [file.read_bytes()[:4] for file in folder.glob("*.pdf")] == [b"%PDF"]
    assert program.run("print", "a1")[0] == 0  # a PDF is no printed badge
    assert program.run("queue", "printed")[0] == 0
    assert program.run("print", "a1")[0] == 2  # without a reason


def test_an_attendee_whose_badge_cannot_be_drawn(program: Program) -> None:
    """The job has the reason, the others are printed, and the exit code is 1."""
    program.run("edit", "b2", "--set", "name=\U0010fffd")
    code, jobs = program.json("print", "b2", "a1")

    assert (code, states(jobs)) == (1, [("b2", "failed"), ("a1", "unknown")])
    assert "no badge" in jobs[0]["message"]


def test_printers(program: Program, server: FakeIppServer) -> None:
    """All printers are listed, and the default one is marked."""
    server.queues["badge"].reasons = ("media-empty-error",)
    code, printers = program.json("printers")

    assert (code, [printer["name"] for printer in printers]) == (0, ["badge"])
    assert {"description": "Label printer", "state": "idle", "default": True}.items() <= (
        printers[0].items()
    )
    assert printers[0]["reasons"] == ["media-empty-error"]


def test_a_badge_goes_to_the_next_free_place_of_the_sheet(
    program: Program, printing_server: FakeIppServer
) -> None:
    """The place is remembered and named; --start-at selects another."""
    printing_server.queues["badge"].media = ("iso_a4_210x297mm",)
    code, chosen = program.json("printers", "badge", "--stock", "avery-l4785", "--start-at", "9")
    assert (code, chosen["next_place"]) == (0, 9)
    _, first = program.json("print", "a1")
    assert [job["place"] for job in first] == [9]
    code, out, err = program.run("print", "b2")
    assert code == 0
    assert "place 10 of 10 (row 5, column 2)" in out
    assert "The sheet is full: load a new one." in err
    _, again = program.json("print", "a1", "--reason", "lost", "--start-at", "4")
    assert [job["place"] for job in again] == [4]
    _, printers = program.json("printers")
    assert printers[0]["next_place"] == 5


@pytest.mark.parametrize("stock", ["avery-l4785", "62x29"])
def test_a_stock_that_cannot_be_used_is_not_chosen(
    stock: str, program: Program, printing_server: FakeIppServer
) -> None:
    """The printer does not take the sheet, or no layout fits it: the choice before stays."""
    program.run("printers", "badge", "--stock", "62x100")
    code, _, err = program.run("printers", "badge", "--stock", stock)

    assert code != 0
    assert "the sheet is 210 x 297 mm" in err or "does not fit 62x29" in err
    assert program.json("printers")[1][0]["stock"] == "62x100"


@pytest.mark.parametrize(
    "command",
    [("print", "a1", "--start-at", "3"), ("printers", "badge", "--start-at", "3")],
)
def test_a_place_needs_a_sheet(
    command: tuple[str, ...], program: Program, server: FakeIppServer
) -> None:
    """A printer of single badges has no places; nothing is printed."""
    code, _, err = program.run(*command)

    assert code != 0
    assert "one badge a page" in err
    assert not server.jobs


def test_people_read_states_in_words(program: Program, server: FakeIppServer) -> None:
    """Lines for people have sign, state, name, printer and what to do."""
    program.run("print", "a1")
    code, out, _ = program.run("queue")

    assert code == 0
    assert "sent" in out
    assert "Asha" in out
    assert "Wait for it." in out


def test_killed_while_the_printer_takes_it(program: Program, server: FakeIppServer) -> None:
    """After kill -9 while a job is sent, its state is unknown, and it is not printed again."""
    server.silence_s = 0.0
    slow = _Slow(server)
    command = [sys.executable, "-m", "kiosk", "-e", str(program.event), "print", "a1"]
    running = subprocess.Popen(
        [*command, "--printer", "badge"], env=os.environ, stdout=subprocess.PIPE, stderr=-3
    )
    wait_for(lambda: slow.was_asked, "no badge was sent")
    running.kill()
    running.communicate()
    slow.end()
    _, queue = program.json("queue")
    program.run("print", "b2")
    _, after = program.json("queue")

    assert states(queue) == [("a1", "unknown")]
    assert dict(states(after))["a1"] == "unknown"
    assert len(server.jobs) == 2
    assert program.run("print", "a1")[0] == 2


class _Slow:
    """Makes a server think about the next document until `end`."""

    def __init__(self, server: FakeIppServer) -> None:
        self._answer: Callable[..., Any] = server._print
        self._go_on = threading.Event()
        self.was_asked = False
        server._print = self._wait  # type: ignore[method-assign, assignment]
        self._server = server

    def _wait(self, *arguments: Any) -> Any:
        self.was_asked = True
        self._go_on.wait(20)
        return self._answer(*arguments)

    def end(self) -> None:
        """Answer after the client has left."""
        self._server._print = self._answer  # type: ignore[method-assign]
        self._go_on.set()
        time.sleep(0.05)


@pytest.mark.skipif(bool(real_cups.missing()), reason=f"real CUPS: {real_cups.missing()}")
def test_through_a_real_cups(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A badge is one sheet of the layout's size; `retry` moves it from a stuck printer."""
    with real_cups.running_cups() as cups:
        _real_cups_story(program, monkeypatch, cups)


def _real_cups_story(program: Program, monkeypatch: pytest.MonkeyPatch, cups: RealCups) -> None:
    import pypdfium2

    first, first_printer = cups.queue()
    second, second_printer = cups.queue()
    monkeypatch.setenv("CUPS_SERVER", str(cups.socket.socket_path))  # where canceling is allowed
    monkeypatch.setattr("kiosk.ui.cli.commands.printing.WATCH_S", 60.0)  # a slow machine's printer
    code, jobs = program.json("print", "a1", "--printer", first)
    wait_for(first_printer.sheets, "nothing came out")
    sheet = pypdfium2.PdfDocument(first_printer.sheets()[0])
    size, text = sheet[0].get_size(), sheet[0].get_textpage().get_text_bounded()
    sheet.close()

    assert (code, jobs[0]["state"]) == (0, "done")
    assert size == pytest.approx((105 * 72 / 25.4, 148 * 72 / 25.4), abs=0.7)
    assert "Asha" in text

    cups.run("cupsdisable", first)
    _, stuck = program.json("print", "b2", "--printer", first)
    _, moved = program.json("queue", "retry", stuck[0]["job"], "--printer", second)
    cups.run("cupsenable", first)
    wait_for(second_printer.sheets, "the other printer prints nothing")
    time.sleep(1.5)

    assert (stuck[0]["state"], stuck[0]["needs_help"]) == ("sent", True)
    assert moved[0]["state"] in ("sent", "printing", "done")
    assert (len(first_printer.sheets()), len(second_printer.sheets())) == (1, 1)
