"""Badges through a real CUPS to a real IPP printer, with all failures there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.badges.layout.file import load_layout
from kiosk.badges.layout.model import EventLook
from kiosk.domain.printing.job import JobState, JobVerdict, PrintState
from kiosk.domain.printing.report import SILENCE_S, read_report
from kiosk.errors import KioskError, PrintError
from kiosk.printing.backend import JobWatcher, PageSize, PrintBackend, SubmittedJob, choose_printer
from kiosk.printing.backends.ipp import CupsBackend, IppPrinterBackend
from kiosk.printing.backends.lp import LpBackend
from kiosk.printing.find import MachinePrinting
from kiosk.printing.ipp.client import IppClient
from kiosk.printing.ipp.http import Endpoint
from kiosk.services.printing.paper import BadgeFormat, described, fitted_format
from tests.support import real_cups
from tests.support.real_cups import RealCups, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(real_cups.missing()), reason=f"real CUPS: {real_cups.missing()}"),
]

POINTS_PER_MM = 72 / 25.4
TEXT = "Priya B-0043"


@pytest.fixture(scope="module")
def cups() -> Iterator[RealCups]:
    """One cupsd for all tests; each test has its own queue and printer."""
    with real_cups.running_cups() as running:
        yield running


@pytest.fixture
def badge(tmp_path: Path) -> Path:
    """A badge of 62 x 100 mm."""
    from reportlab.pdfgen.canvas import Canvas

    file = tmp_path / "badge.pdf"
    canvas = Canvas(str(file), pagesize=(62 * POINTS_PER_MM, 100 * POINTS_PER_MM))
    canvas.drawString(20, 100, TEXT)
    canvas.save()
    return file


def through(endpoint: Endpoint) -> CupsBackend:
    return CupsBackend(IppClient(endpoint))


def send(backend: PrintBackend, printer: str, badge: Path) -> SubmittedJob:
    return backend.submit(badge, printer, title="badge B-0043", page=PageSize(62, 100))


def wait_verdict(
    backend: PrintBackend,
    job: SubmittedJob,
    wanted: Callable[[JobVerdict], bool],
    seconds: float = 1.0,
) -> JobVerdict:
    """Poll until a verdict is the expected one; `seconds` is the time given to the rules."""
    seen: list[JobVerdict] = []

    def look() -> bool:
        seen.append(read_report(backend.report(job), seconds))
        return wanted(seen[-1])

    wait_for(look, "the wanted verdict does not come")
    return seen[-1]


def is_state(state: PrintState) -> Callable[[JobVerdict], bool]:
    return lambda verdict: verdict.state is state


def assert_sheet(sheet: Path) -> None:
    """The printed file is the badge: its size within half a point, its text complete."""
    import pypdfium2

    document = pypdfium2.PdfDocument(sheet)
    try:
        assert len(document) == 1
        expected = (62 * POINTS_PER_MM, 100 * POINTS_PER_MM)
        assert document[0].get_size() == pytest.approx(expected, abs=0.5)
        assert document[0].get_textpage().get_text_bounded() == TEXT
    finally:
        document.close()


@pytest.mark.parametrize("way", ["tcp", "socket", "straight", "encrypted"])
def test_a_badge_comes_out_in_its_size(cups: RealCups, badge: Path, way: str) -> None:
    """Over TCP, over cupsd's socket, straight to the printer, with and without encryption: one
    sheet of 62 x 100 mm."""
    queue, printer = cups.queue()
    ways: dict[str, tuple[PrintBackend, str]] = {
        "tcp": (through(cups.tcp), queue),
        "socket": (through(cups.socket), queue),
        "straight": (IppPrinterBackend(), printer.uri),
        "encrypted": (IppPrinterBackend(), printer.uri.replace("ipp:", "ipps:")),
    }
    backend, target = ways[way]

    job = send(backend, target, badge)
    verdict = wait_verdict(backend, job, is_state(PrintState.DONE))

    assert verdict.sentence == "The printer says the badge is done."
    assert len(printer.sheets()) == 1
    assert_sheet(printer.sheets()[0])
    asked = next(printer.folder.glob("job-*.env")).read_text()
    assert re.search(r"IPP_MEDIA_COL=.*x-dimension=6200 y-dimension=10000", asked)


def test_printers_are_found_as_cups_tools_find_them(
    cups: RealCups, badge: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """CUPS_SERVER as host and port or as a socket; the default queue is marked."""
    queue, printer = cups.queue()
    cups.run("lpadmin", "-d", queue)
    for name in ("LPDEST", "PRINTER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CUPS_USERCONFIG", str(cups.folder))
    monkeypatch.setenv("CUPS_SYSCONFIG", str(cups.folder))

    for server in (cups.environ["CUPS_SERVER"] + "/version=1.1", cups.socket.socket_path):
        monkeypatch.setenv("CUPS_SERVER", server)
        backend = MachinePrinting(tmp_path).find()
        found = choose_printer(backend)

        assert (backend.name, found.name, found.is_default) == ("cups", queue, True)
        assert found.accepting
        assert found.takes_size(62, 100)

    job = send(backend, queue, badge)
    wait_verdict(backend, job, is_state(PrintState.DONE))
    assert len(printer.sheets()) == 1


def test_a_watcher_sees_a_job_through(cups: RealCups, badge: Path) -> None:
    """The watcher reports sent to done, never backwards."""
    queue, printer = cups.queue()
    backend = through(cups.tcp)
    states: list[PrintState] = []
    watcher = JobWatcher(backend.report, lambda job, verdict: states.append(verdict.state))

    watcher.watch(send(backend, queue, badge))
    wait_for(lambda: PrintState.DONE in states, "the job is not done")

    assert watcher.stop()
    assert states[-1] is PrintState.DONE
    order = [PrintState.SENT, PrintState.PRINTING, PrintState.DONE]
    assert sorted(states, key=order.index) == states
    assert len(printer.sheets()) == 1


def test_a_paused_queue(cups: RealCups, badge: Path) -> None:
    """The badge waits, the reason is shown as CUPS reports it, then the badge prints."""
    queue, printer = cups.queue()
    cups.run("cupsdisable", "-r", "out of labels", queue)
    backend = through(cups.tcp)

    job = send(backend, queue, badge)
    verdict = wait_verdict(backend, job, lambda verdict: verdict.needs_help)

    assert verdict.state is PrintState.SENT
    assert verdict.sentence == "The print queue is paused: “out of labels”"
    cups.run("cupsenable", queue)
    wait_verdict(backend, job, is_state(PrintState.DONE))
    assert len(printer.sheets()) == 1


def test_a_printer_that_is_away_and_comes_back(cups: RealCups, badge: Path) -> None:
    """Not "printing" while it is away, whatever CUPS calls it; one sheet when it is back."""
    queue, printer = cups.queue()
    printer.switch_off()
    backend = through(cups.tcp)

    job = send(backend, queue, badge)
    verdict = wait_verdict(backend, job, lambda v: "not answering" in v.sentence, seconds=SILENCE_S)

    assert (verdict.state, verdict.needs_help) == (PrintState.SENT, True)
    printer.switch_on()
    verdict = wait_verdict(backend, job, is_state(PrintState.DONE))
    assert not verdict.needs_help, "the message of before is stale"
    assert len(printer.sheets()) == 1


def test_a_printer_that_dies_with_the_badge(cups: RealCups, badge: Path) -> None:
    """CUPS reports the job as completed when the printer is back; the desk says to check first."""
    queue, printer = cups.queue()
    printer.set("slow")
    backend = through(cups.tcp)

    job = send(backend, queue, badge)
    wait_verdict(backend, job, is_state(PrintState.PRINTING))
    wait_for(lambda: list((printer.folder / "spool").iterdir()), "the printer has no file")
    printer.switch_off()
    printer.set("slow", on=False)
    printer.switch_on()
    verdict = wait_verdict(backend, job, lambda verdict: verdict.final)

    assert (verdict.state, verdict.needs_help) == (PrintState.DONE, True)
    assert "does not remember" in verdict.sentence
    assert printer.sheets() == []


def test_out_of_labels(cups: RealCups, badge: Path) -> None:
    """An error as soon as the printer reports it; done when labels are loaded."""
    queue, printer = cups.queue()
    printer.set("empty")
    backend = through(cups.tcp)

    job = send(backend, queue, badge)
    verdict = wait_verdict(backend, job, lambda verdict: verdict.needs_help)

    assert verdict.state is PrintState.PRINTING
    assert "out of labels" in verdict.sentence
    printer.set("empty", on=False)
    wait_verdict(backend, job, is_state(PrintState.DONE))
    assert len(printer.sheets()) == 1


@pytest.mark.parametrize("way", ["queue", "straight"])
def test_a_printer_that_gives_up(cups: RealCups, badge: Path, way: str) -> None:
    """A job that the printer aborts has failed, also when CUPS reports it as canceled.

    CUPS asks the printer at intervals. It reports a job that was aborted between two of its
    questions as completed, without a trace of the failure; then kiosk cannot know better.
    """
    queue, printer = cups.queue()
    printer.set("broken")
    printer.set("slow")
    straight = way == "straight"
    backend: PrintBackend = IppPrinterBackend() if straight else through(cups.tcp)
    job = send(backend, printer.uri if straight else queue, badge)
    wait_verdict(backend, job, is_state(PrintState.PRINTING))
    printer.set("slow", on=False)
    verdict = wait_verdict(backend, job, lambda verdict: verdict.final)

    failed = (PrintState.FAILED, True)
    if not straight and backend.report(job).job_state is JobState.COMPLETED:
        failed = (PrintState.DONE, False)
    assert (verdict.state, verdict.needs_help) == failed, printer.story()


def test_canceling(cups: RealCups, badge: Path) -> None:
    """Over the socket the owner may, as CUPS asks the system who it is; over TCP it wants a
    login, and says so."""
    queue, printer = cups.queue()
    cups.run("cupsdisable", queue)
    job = send(through(cups.tcp), queue, badge)

    with pytest.raises(PrintError) as refused:
        through(cups.tcp).cancel(job)
    through(cups.socket).cancel(job)

    assert refused.value.code == "printer_login_needed"
    wait_verdict(through(cups.tcp), job, is_state(PrintState.CANCELED))
    cups.run("cupsenable", queue)
    assert printer.sheets() == []


def test_straight_at_a_busy_printer(cups: RealCups, badge: Path) -> None:
    """A second badge is refused unprinted, so it may be sent again. The first has begun: a
    printer may drop it or finish it, and says which."""
    _, printer = cups.queue()
    printer.set("slow")
    backend = IppPrinterBackend()
    job = send(backend, printer.uri, badge)

    with pytest.raises(PrintError) as refused:
        send(backend, printer.uri, badge)
    backend.cancel(job)
    printer.set("slow", on=False)
    verdict = wait_verdict(backend, job, lambda verdict: verdict.final)

    assert (refused.value.code, refused.value.may_have_printed) == ("printer_busy", False)
    assert verdict.state in (PrintState.CANCELED, PrintState.DONE), printer.story()


def test_a_queue_that_is_not_there(cups: RealCups, badge: Path) -> None:
    """The error comes at once; nothing is sent."""
    with pytest.raises(PrintError) as refused:
        send(through(cups.tcp), "no such queue", badge)

    assert (refused.value.code, refused.value.may_have_printed) == ("printer_unknown", False)


def test_through_lp(cups: RealCups, badge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`lp` prints the same sheet, and its job is followed at cupsd."""
    queue, printer = cups.queue()
    monkeypatch.setenv("CUPS_SERVER", cups.environ["CUPS_SERVER"])
    backend = LpBackend(through(cups.tcp))

    assert queue in [found.name for found in backend.list_printers()]
    job = send(backend, queue, badge)
    wait_verdict(backend, job, is_state(PrintState.DONE))

    assert_sheet(printer.sheets()[0])


def test_queues_report_the_sizes_of_their_printers(cups: RealCups) -> None:
    """A badge of another size is refused by its sizes, or put on a sheet, before it is sent."""
    label, _ = cups.queue(real_cups.fixed_sizes((54, 101), (28, 89)))
    office, _ = cups.queue(real_cups.fixed_sizes((210, 297)))
    backend = through(cups.tcp)
    a6 = BadgeFormat("a6", load_layout("a6"), None)

    with pytest.raises(KioskError) as refused:
        fitted_format(described(backend, label), a6, EventLook())

    assert "28 x 89 and 54 x 101 mm" in refused.value.problem
    assert (210, 297) == fitted_format(described(backend, office), a6, EventLook()).size_mm


def test_a_printer_without_cups_reports_its_sizes(cups: RealCups) -> None:
    """Asked directly, also for its ranges."""
    _, label = cups.queue(real_cups.fixed_sizes((54, 101)))
    _, any_size = cups.queue()
    infos = IppPrinterBackend((label.uri, any_size.uri)).list_printers()

    assert [info.takes_size(62, 100) for info in infos] == [False, True]
    assert infos[0].sizes_mm == ((54.0, 101.0),)
    assert infos[1].takes_size(41, 89)
