"""Eight kinds of printer failure, simulated by a print server, in the volunteer's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.domain.printing.job import PrintState
from kiosk.domain.printing.report import read_report
from kiosk.errors import PrintError
from kiosk.printing.backend import PageSize, PrintBackend
from kiosk.printing.backends.ipp import CupsBackend, IppPrinterBackend
from kiosk.printing.ipp.client import IppClient
from tests.support.fake_ipp import FakeIppServer

UNAVAILABLE = "The printer may not exist or is unavailable at this time."


@dataclass(frozen=True)
class Play:
    """The server's state, and the expected verdict."""

    seconds: float
    state: str
    words: str
    needs_help: bool = True
    job: int = 5
    message: str = ""
    reasons: tuple[str, ...] = ("job-printing",)
    printer: int = 4
    printer_message: str = ""
    printer_reasons: tuple[str, ...] = ("none",)


PLAYS = {
    "1 queue paused": Play(
        1, "sent", "“out of labels”", True, 3, "", (), 5, "out of labels", ("paused",)
    ),
    "2 printer gone": Play(20, "sent", "not answering", True, 5, UNAVAILABLE),
    "2 and back": Play(25, "done", "badge is done.", False, 9, UNAVAILABLE, (), 3),
    "3 killed in mid job": Play(
        60, "printing", "nothing new", True, 5, "Printing.", printer_reasons=("cups-waiting",)
    ),
    "3 and completed by a printer that never saw it": Play(
        8, "done", "does not remember", True, 9, printer_reasons=("cups-ipp-missing-job-history",)
    ),
    "4 canceled": Play(
        5,
        "canceled",
        "may still print",
        True,
        7,
        "Unable to cancel print job.",
        ("job-canceled-by-user",),
    ),
    "5 out of labels": Play(
        2, "printing", "out of labels", True, 5, printer_reasons=("media-empty-warning",)
    ),
    "6 printer aborts": Play(2, "failed", "at printer", True, 7, "Print job canceled at printer."),
    "7 document refused": Play(
        1, "failed", "supplied content", True, 7, "Printer cannot print supplied content."
    ),
}

Making = Callable[[FakeIppServer], tuple[PrintBackend, str]]


def through_cups(server: FakeIppServer) -> tuple[PrintBackend, str]:
    return CupsBackend(IppClient(server.endpoint)), "badge"


def straight(server: FakeIppServer) -> tuple[PrintBackend, str]:
    return IppPrinterBackend((server.uri,)), server.uri


@pytest.mark.parametrize("way", [through_cups, straight])
@pytest.mark.parametrize("name", PLAYS)
def test_a_failure_ends_in_a_sentence(
    server: FakeIppServer, pdf: Path, name: str, way: Making
) -> None:
    """Each failure has its state, a sentence that names it, and a next step."""
    play = PLAYS[name]
    backend, printer = way(server)
    sent = backend.submit(pdf, printer, title="badge", page=PageSize(62, 100))
    job, queue = server.jobs[sent.job_id], server.queues["badge"]
    job.state, job.message, job.reasons = play.job, play.message, play.reasons or ("none",)
    queue.state, queue.message = play.printer, play.printer_message
    queue.reasons = play.printer_reasons

    verdict = read_report(backend.report(sent), play.seconds)

    assert (PrintState(play.state), play.needs_help) == (verdict.state, verdict.needs_help)
    assert play.words in verdict.sentence
    assert verdict.next_step


@pytest.mark.parametrize("way", [through_cups, straight])
def test_8_no_such_queue(server: FakeIppServer, pdf: Path, way: Making) -> None:
    """A missing queue is reported before anything is sent."""
    backend, printer = way(server)
    server.queues.clear()

    with pytest.raises(PrintError) as refused:
        backend.submit(pdf, printer, title="badge", page=PageSize(62, 100))

    assert (refused.value.code, refused.value.may_have_printed) == ("printer_unknown", False)


@pytest.mark.parametrize("way", [through_cups, straight])
def test_8_print_system_down(pdf: Path, way: Making) -> None:
    """A print system that went down after the job was sent leaves it unknown, not failed."""
    with FakeIppServer() as server:
        backend, printer = way(server)
        sent = backend.submit(pdf, printer, title="badge", page=PageSize(62, 100))

    verdict = read_report(backend.report(sent), 10)

    assert (verdict.state, verdict.needs_help, verdict.final) == (PrintState.UNKNOWN, True, False)


def test_a_forgotten_job(server: FakeIppServer, pdf: Path) -> None:
    """A printer that was switched off and on has lost the job; the job stays unknown."""
    backend, printer = straight(server)
    sent = backend.submit(pdf, printer, title="badge", page=PageSize(62, 100))
    server.jobs.clear()

    verdict = read_report(backend.report(sent), 30)

    assert (verdict.state, verdict.final) == (PrintState.UNKNOWN, True)


@pytest.mark.parametrize("way", [through_cups, straight])
def test_cancel(server: FakeIppServer, pdf: Path, way: Making) -> None:
    """A canceled job ends as canceled."""
    backend, printer = way(server)
    sent = backend.submit(pdf, printer, title="badge", page=PageSize(62, 100))

    backend.cancel(sent)

    assert read_report(backend.report(sent), 1).state is PrintState.CANCELED


NO_STATE = [bytes.fromhex("0101 0000 00000001 02 23 0009") + b"job-state" + b"\0\4\0\0\0\x63\3"]


@pytest.mark.parametrize("raw", NO_STATE)
def test_an_unknown_job_state(server: FakeIppServer, pdf: Path, raw: bytes) -> None:
    """A job state that IPP does not define counts as unknown."""
    backend, printer = straight(server)
    sent = backend.submit(pdf, printer, title="badge", page=PageSize(62, 100))
    server.raw = raw

    assert read_report(backend.report(sent), 1).state is PrintState.UNKNOWN
