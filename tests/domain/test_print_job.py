"""States of a badge's print job."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.printing.job import (
    SAVED_AS_FILE,
    TELLS_NOTHING,
    UNREACHABLE,
    DeviceReport,
    JobState,
    PrinterState,
    PrintState,
    after_failed_submit,
    follow,
    is_settled,
    may_send,
    plain_text,
)
from kiosk.domain.printing.report import next_look_s, read_report, trouble_of

UNAVAILABLE = "The printer may not exist or is unavailable at this time."


def report(
    job: JobState | None,
    message: str = "",
    reasons: tuple[str, ...] = (),
    printer: PrinterState | None = PrinterState.PRINTING,
    printer_reasons: tuple[str, ...] = (),
    printer_message: str = "",
) -> DeviceReport:
    return DeviceReport(
        job, message, reasons, printer, printer_reasons, True, printer_message=printer_message
    )


PENDING, PROCESSING = JobState.PENDING, JobState.PROCESSING
IDLE, STOPPED = PrinterState.IDLE, PrinterState.STOPPED
WAITING = ("cups-waiting-for-job-completed",)

CASES = {
    "waiting its turn": (report(PENDING), 1, "sent", False, "waits"),
    "waiting its turn for minutes": (report(PENDING), 130, "sent", True, "waits"),
    "printing": (
        report(PROCESSING, "Printing.", (), None, WAITING),
        1,
        "printing",
        False,
        "is being",
    ),
    "done": (report(JobState.COMPLETED, printer=IDLE), 2, "done", False, "printer says"),
    "done after long": (report(JobState.COMPLETED, printer=IDLE), 90, "done", False, "long time"),
    # 1. the queue is paused
    "paused": (
        report(PENDING, printer=STOPPED, printer_reasons=("paused",), printer_message="no labels"),
        0,
        "sent",
        True,
        "“no labels”",
    ),
    "paused, no word why": (report(PENDING, printer=STOPPED), 0, "sent", True, "is paused."),
    # 2. the printer was gone before the job
    "gone, at first": (report(PROCESSING, UNAVAILABLE), 14, "sent", False, "Looking for"),
    "gone, for long": (report(PROCESSING, UNAVAILABLE), 15, "sent", True, "not answering"),
    "gone, by reason": (
        report(PROCESSING, "", (), None, ("offline-report",)),
        16,
        "sent",
        True,
        "not answering",
    ),
    "back: the old message is stale": (
        report(JobState.COMPLETED, UNAVAILABLE, printer=IDLE),
        9,
        "done",
        False,
        "The printer says the badge is done.",
    ),
    # 3. the printer died with the badge in it
    "died": (report(PROCESSING, "Printing.", (), None, WAITING), 40, "printing", True, "long"),
    "died, came back, forgot": (
        report(
            JobState.COMPLETED,
            printer=IDLE,
            printer_reasons=("cups-ipp-conformance-failure-report", "cups-ipp-missing-job-history"),
        ),
        12,
        "done",
        True,
        "does not remember",
    ),
    # 4. canceled
    "canceled": (
        report(JobState.CANCELED, "", ("job-canceled-by-user",)),
        3,
        "canceled",
        False,
        "was canceled",
    ),
    "canceled before it began, as CUPS 2.4 reports it": (
        report(JobState.CANCELED, UNAVAILABLE, ("processing-to-stop-point",)),
        3,
        "canceled",
        False,
        "was canceled",
    ),
    "canceled too late": (
        report(JobState.CANCELED, "Unable to cancel print job.", ("job-canceled-by-user",)),
        3,
        "canceled",
        True,
        "may still print",
    ),
    "canceled at its display": (
        report(JobState.CANCELED, "", ("job-canceled-at-device",)),
        3,
        "canceled",
        False,
        "was canceled",
    ),
    # 5. out of labels; CUPS makes a warning of the printer's error
    "out of labels": (
        report(PROCESSING, "Printing.", (), None, (*WAITING, "media-empty-warning")),
        2,
        "printing",
        True,
        "out of labels",
    ),
    "out of labels, behind others": (
        report(PENDING, "", (), None, ("media-empty-error",)),
        2,
        "sent",
        True,
        "out of labels",
    ),
    "low is not out": (
        report(PROCESSING, "", (), None, ("media-low-warning", "toner-low-report")),
        2,
        "printing",
        False,
        "is being",
    ),
    "the last label": (
        report(JobState.COMPLETED, printer=IDLE, printer_reasons=("media-empty-error",)),
        2,
        "done",
        True,
        "also is out of labels",
    ),
    # 6. the printer gave up
    "aborted at the printer": (
        report(JobState.CANCELED, "Print job canceled at printer.", ("processing-to-stop-point",)),
        2,
        "failed",
        True,
        "canceled at printer",
    ),
    "aborted": (report(JobState.ABORTED, "Filter failed"), 2, "failed", True, "Filter failed"),
    # 7. the printer refuses the document
    "refused": (
        report(JobState.CANCELED, "Printer cannot print with supplied options."),
        1,
        "failed",
        True,
        "supplied options",
    ),
    "refused, called completed": (
        report(JobState.COMPLETED, "", ("document-format-error",), IDLE),
        1,
        "done",
        True,
        "with errors",
    ),
    # 8. no answer, or the job is unknown
    "no answer, at first": (UNREACHABLE, 1, "unknown", False, "does not answer"),
    "no answer": (UNREACHABLE, 60, "unknown", True, "does not answer"),
    "job not known": (report(None), 60, "unknown", True, "does not know"),
    # and the rest
    "held": (report(JobState.HELD), 1, "sent", True, "on hold"),
    "stopped in the middle": (
        report(JobState.STOPPED, "Head too hot", (), None),
        1,
        "printing",
        True,
        "Head too hot",
    ),
    "saved as a file": (report(None, "", (SAVED_AS_FILE,)), 1, "unknown", False, "saved as a PDF"),
    "taken without a word": (report(None, "", (TELLS_NOTHING,)), 1, "unknown", False, "not report"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_report_is_read(name: str) -> None:
    """Each report gives its state and sentence, and asks for help only when help is needed."""
    said, seconds, state, needs_help, words = CASES[name]

    verdict = read_report(said, seconds)

    assert (PrintState(state), needs_help) == (verdict.state, verdict.needs_help)
    assert words in verdict.sentence
    assert verdict.next_step.endswith(".")


reports = st.builds(
    DeviceReport,
    job_state=st.none() | st.sampled_from(JobState),
    message=st.text(max_size=30) | st.sampled_from([UNAVAILABLE, "Unable to cancel print job."]),
    reasons=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    printer_state=st.none() | st.sampled_from(PrinterState),
    printer_reasons=st.lists(
        st.text(max_size=20) | st.sampled_from(["media-jam-error", "paused", "offline"]), max_size=3
    ).map(tuple),
    reachable=st.booleans(),
    printer_message=st.text(max_size=30),
)


@settings(max_examples=80)
@given(said=reports, seconds=st.floats(0, 100_000))
def test_no_report_invents_paper(said: DeviceReport, seconds: float) -> None:
    """No device can say "handed", none makes a sent job sendable, and every verdict is one line."""
    verdict = read_report(said, seconds)

    assert verdict.state is not PrintState.HANDED
    assert not may_send(verdict.state)
    assert verdict.sentence.isprintable()
    assert verdict.next_step
    assert verdict.state is not PrintState.DONE or said.job_state is JobState.COMPLETED
    assert next_look_s(verdict, seconds) >= 0.5


@pytest.mark.parametrize("state", PrintState)
def test_only_an_unsent_job_is_sent_by_itself(state: PrintState) -> None:
    """Above all `unknown` is never printed a second time without a person."""
    assert (state is PrintState.QUEUED) == may_send(state)


FOLLOWING = [
    ("sent", "printing", "printing"),
    ("printing", "unknown", "unknown"),
    ("unknown", "done", "done"),
    ("done", "unknown", "done"),
    ("handed", "failed", "handed"),
    ("canceled", "done", "canceled"),
    ("failed", "printing", "failed"),
    ("queued", "done", "queued"),
]


@pytest.mark.parametrize(("state", "reported", "then"), FOLLOWING)
def test_reports_move_the_state(state: str, reported: str, then: str) -> None:
    """A report moves an open job on, and never one that a person or an end has closed."""
    assert PrintState(then) == follow(PrintState(state), PrintState(reported))


@settings(max_examples=30)
@given(state=st.sampled_from(PrintState), reported=st.sampled_from(PrintState))
def test_settled_stays_settled(state: PrintState, reported: PrintState) -> None:
    """A handed, failed or canceled job stays so, whatever a device reports later."""
    assert not is_settled(state) or follow(state, reported) is state


SUBMITS = [
    ("printer_unreachable", False, "queued"),
    ("printer_busy", False, "queued"),
    ("printer_not_accepting", False, "queued"),
    ("printer_refused_document", False, "failed"),
    ("printer_unknown", False, "failed"),
    ("printer_silent", True, "unknown"),
    ("printer_unreachable", True, "unknown"),
]


@pytest.mark.parametrize(("code", "may_have_printed", "state"), SUBMITS)
def test_a_failed_submit(code: str, may_have_printed: bool, state: str) -> None:
    """It waits where it surely did not arrive, is unknown where it may have, else failed."""
    assert PrintState(state) == after_failed_submit(code, may_have_printed=may_have_printed)


def test_the_trouble_to_act_on_first() -> None:
    """With several conditions at once, the one that hides the others comes first."""
    trouble = trouble_of(("media-empty-error", "toner-low-warning", "cover-open-warning"))

    assert trouble is not None
    assert trouble.clause == "is open"


TEXTS = [
    ("two\nlines\tand\x1b[31m colour", "two lines and[31m colour"),
    ("\u202egnirts\u200b", "gnirts"),
    ("प्रिंटर बंद है", "प्रिंटर बंद है"),
    ("x" * 300, "x" * 199 + "…"),
]


@pytest.mark.parametrize(("words", "shown"), TEXTS)
def test_a_devices_words_are_plain_text(words: str, shown: str) -> None:
    """No control code, direction mark or endless line from a device reaches the screen."""
    assert shown == plain_text(words)


@pytest.mark.parametrize(("seconds", "pause_s"), [(0, 0.5), (39, 0.5), (41, 2.0), (900, 10.0)])
def test_old_jobs_are_asked_about_less(seconds: float, pause_s: float) -> None:
    """Twice a second while it should print, then seldom."""
    assert pause_s == next_look_s(read_report(report(PROCESSING), seconds), seconds)
