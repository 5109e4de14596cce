"""The watcher of jobs in flight."""

from __future__ import annotations

import logging
import threading
from queue import Queue

import pytest

from kiosk.domain.printing.job import UNREACHABLE, DeviceReport, JobState, JobVerdict, PrintState
from kiosk.errors import PrintError
from kiosk.printing import backend
from kiosk.printing.backend import JobWatcher, SubmittedJob

JOB = SubmittedJob("badge", 1, "cups")
OTHER = SubmittedJob("badge", 2, "cups")
LIMIT_S = 10.0


def said(job: JobState) -> DeviceReport:
    return DeviceReport(job)


class Script:
    """A printer that says one thing after the other, and the last one for ever."""

    def __init__(self, *reports: DeviceReport | PrintError) -> None:
        self.reports = list(reports)
        self.asked: list[SubmittedJob] = []

    def report(self, job: SubmittedJob) -> DeviceReport:
        self.asked.append(job)
        now = self.reports.pop(0) if len(self.reports) > 1 else self.reports[0]
        if isinstance(now, PrintError):
            raise now
        return now


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once: how long the pauses are is the domain's, and tested there."""
    monkeypatch.setattr(backend, "next_look_s", lambda verdict, seconds: 0.001)


def test_a_job_is_followed_to_its_end() -> None:
    """Each change is told once, in order, and the end ends the questions."""
    printing = said(JobState.PROCESSING)
    script = Script(said(JobState.PENDING), printing, printing, said(JobState.COMPLETED))
    news: Queue[tuple[SubmittedJob, JobVerdict]] = Queue()
    watcher = JobWatcher(script.report, lambda job, verdict: news.put((job, verdict)))

    watcher.watch(JOB)
    watcher.watch(JOB)
    told = [news.get(timeout=LIMIT_S) for _ in range(3)]

    assert watcher.stop()
    assert [(job, verdict.state) for job, verdict in told] == [
        (JOB, "sent"),
        (JOB, "printing"),
        (JOB, "done"),
    ]
    assert news.empty()
    assert len(script.asked) == 4


def test_a_backend_that_fails_is_an_unreachable_printer() -> None:
    """The job is unknown meanwhile and followed on."""
    down = PrintError("printer_unreachable", "Nothing answers.", next_step="Switch it on.")
    script = Script(down, UNREACHABLE, said(JobState.COMPLETED))
    news: Queue[PrintState] = Queue()
    watcher = JobWatcher(script.report, lambda job, verdict: news.put(verdict.state))

    watcher.watch(JOB)
    told = [news.get(timeout=LIMIT_S) for _ in range(2)]

    assert watcher.stop()
    assert told == [PrintState.UNKNOWN, PrintState.DONE]


def test_a_listener_that_fails_does_not_stop_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    """Its fault goes to the log; the next badge is told."""
    told = threading.Event()

    def listen(job: SubmittedJob, verdict: JobVerdict) -> None:
        if job == JOB:
            raise RuntimeError("screen is gone")
        told.set()

    watcher = JobWatcher(Script(said(JobState.COMPLETED)).report, listen)
    with caplog.at_level(logging.ERROR):
        watcher.watch(JOB)
        watcher.watch(OTHER)
        assert told.wait(LIMIT_S)

    assert watcher.stop()
    assert "screen is gone" in caplog.text


def test_a_forgotten_job_is_not_told() -> None:
    """A badge handed over while its printer is asked is closed: no late news of it."""
    asking, go_on = threading.Event(), threading.Event()
    news: list[SubmittedJob] = []

    def report(job: SubmittedJob) -> DeviceReport:
        if job == JOB:
            asking.set()
            assert go_on.wait(LIMIT_S)
        return said(JobState.COMPLETED)

    other_told = threading.Event()

    def listen(job: SubmittedJob, verdict: JobVerdict) -> None:
        news.append(job)
        other_told.set()

    watcher = JobWatcher(report, listen)
    watcher.watch(JOB)
    assert asking.wait(LIMIT_S)
    watcher.forget(JOB)
    go_on.set()
    watcher.watch(OTHER)
    assert other_told.wait(LIMIT_S)

    assert watcher.stop()
    assert news == [OTHER]


def test_stopping_is_clean() -> None:
    """After `stop` no thread is left, nothing is asked, and a new job starts none."""
    script = Script(said(JobState.PROCESSING))
    seen = threading.Event()
    watcher = JobWatcher(script.report, lambda job, verdict: seen.set())
    watcher.watch(JOB)
    assert seen.wait(LIMIT_S)

    assert watcher.stop()
    asked = len(script.asked)
    watcher.watch(OTHER)

    assert "print-jobs" not in [thread.name for thread in threading.enumerate()]
    assert asked == len(script.asked)


def test_stopping_what_never_ran() -> None:
    """A desk that printed nothing stops as well."""
    assert JobWatcher(Script(UNREACHABLE).report, lambda job, verdict: None).stop()


def test_a_job_of_before_the_restart_has_its_age() -> None:
    """Time since sent counts on, so that an old job calls for help at once."""
    news: Queue[JobVerdict] = Queue()
    watcher = JobWatcher(
        Script(said(JobState.PROCESSING)).report, lambda job, verdict: news.put(verdict)
    )

    watcher.watch(JOB, seconds_since_sent=600)
    told = news.get(timeout=LIMIT_S)

    assert watcher.stop()
    assert told.needs_help
