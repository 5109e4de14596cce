"""Translate a printer's report on a badge into a state, a sentence and a next step."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.printing.job import (
    SAVED_AS_FILE,
    TELLS_NOTHING,
    DeviceReport,
    JobState,
    JobVerdict,
    PrinterState,
    PrintState,
    plain_text,
)

SILENCE_S = 15.0
"""A printer that cannot be reached may be waking up for this long before the desk asks for help."""
BADGE_S = 40.0
"""One badge takes seconds; a device that works on it for this long has probably failed."""
QUEUE_S = 120.0
"""A job may wait behind others for this long before the desk asks for help."""
OUTAGE_S = 5.0
"""A print server may restart for this long before the desk asks for help."""

LOOK = "Look at the printer: if no badge came out, print it again."
_OTHER = "or let another printer take over"


def read_report(report: DeviceReport, seconds_since_sent: float) -> JobVerdict:
    """Translate a printer's report into a state, a sentence and a next step.

    Rules, the first that applies: no answer, no such job; the job has ended; the printer cannot
    print now (held, paused, not there, out of labels); it prints; it waits. A job that is still
    in its queue is never called failed, however long its printer is away: it prints as soon as
    the printer is back, and a second job sent meanwhile would be a second badge.
    """
    if not report.reachable:
        return _no_answer(seconds_since_sent)
    if report.job_state is None:
        return _unreported(report.reasons) or _lost(seconds_since_sent)
    ended = _ended(report, seconds_since_sent)
    return ended or _blocked(report, seconds_since_sent) or _under_way(report, seconds_since_sent)


def _no_answer(seconds: float) -> JobVerdict:
    return JobVerdict(
        PrintState.UNKNOWN,
        "The print system does not answer, so it is not known whether the badge came out.",
        LOOK,
        needs_help=seconds >= OUTAGE_S,
    )


def _unreported(reasons: tuple[str, ...]) -> JobVerdict | None:
    """Print systems that never report more than "accepted": only the volunteer can confirm."""
    if SAVED_AS_FILE in reasons:
        return JobVerdict(
            PrintState.UNKNOWN,
            "The badge is saved as a PDF; the desk does not print it.",
            "Print the PDF from its folder, then confirm the badge in the queue.",
            final=True,
        )
    if TELLS_NOTHING in reasons:
        return JobVerdict(
            PrintState.UNKNOWN,
            "The print system accepted the badge and does not report what happens to it.",
            "Take it from the printer, then confirm it in the queue.",
            final=True,
        )
    return None


def _lost(seconds: float) -> JobVerdict:
    return JobVerdict(
        PrintState.UNKNOWN,
        "The printer does not know this job any more; the badge may or may not have come out.",
        LOOK,
        needs_help=True,
        final=seconds >= SILENCE_S,
    )


def _ended(report: DeviceReport, seconds: float) -> JobVerdict | None:
    match report.job_state:
        case JobState.COMPLETED:
            return _done(report, seconds)
        case JobState.ABORTED:
            return _failed("The printer gave up on the badge", report.message)
        case JobState.CANCELED if _is_refusal(report):
            return _failed("The printer refused the badge or dropped it", report.message)
        case JobState.CANCELED:
            return _canceled(report)
    return None


def _is_refusal(report: DeviceReport) -> bool:
    """Whether CUPS reports "canceled" for a printer that refused the job.

    Only the message shows it: a job that a user cancels before it starts has no
    `job-canceled-by-user` in CUPS 2.4, and a job that the printer drops has the same reasons.
    """
    if any(reason.startswith("job-canceled-") for reason in report.reasons):
        return False
    message = report.message.lower()
    return any(reason.startswith("document-") for reason in report.reasons) or any(
        words in message for words in _REFUSAL_WORDS
    )


_REFUSAL_WORDS = (
    "canceled at printer",
    "cannot print",
    "was not accepted",
    "too large",
    "unable to add document",
)
"""OpenPrinting/cups, backend/ipp.c."""


def _done(report: DeviceReport, seconds: float) -> JobVerdict:
    """The job's own message is not used: it may be minutes old.

    Even a clean report is no proof: CUPS 2.4 reports a job as completed that its printer gave up
    within the first second, and nothing else shows it.
    """
    if doubt := _doubt(report):
        return JobVerdict(
            PrintState.DONE,
            f"The printer says the badge is done, but {doubt}.",
            LOOK,
            needs_help=True,
            final=True,
        )
    if seconds >= BADGE_S:
        return JobVerdict(
            PrintState.DONE,
            "The printer says the badge is done, after a long time.",
            "Check that it came out, then hand it over.",
            final=True,
        )
    return JobVerdict(
        PrintState.DONE,
        "The printer says the badge is done.",
        "Hand the badge over, or print it again if none came out.",
        final=True,
    )


def _doubt(report: DeviceReport) -> str:
    """Why "completed" may be wrong; empty when there is no reason."""
    if trouble := trouble_of(report.printer_reasons):
        return f"it also {trouble.clause}"
    if "cups-ipp-missing-job-history" in report.printer_reasons:
        return "it does not remember the job, as after being switched off and on"
    with_errors = any(reason.startswith(_WITH_ERRORS) for reason in report.reasons)
    return "with errors" if with_errors else ""


_WITH_ERRORS = ("job-completed-with-errors", "document-", "job-data-insufficient")


def _canceled(report: DeviceReport) -> JobVerdict:
    if "unable to cancel" in report.message.lower():
        return JobVerdict(
            PrintState.CANCELED,
            "The job was canceled, but the printer may still print it.",
            "Look at the printer, and throw the badge away if it comes out.",
            needs_help=True,
            final=True,
        )
    return JobVerdict(
        PrintState.CANCELED,
        "The job was canceled, at the desk or in the printer's queue.",
        "Print it again if the badge is still needed.",
        final=True,
    )


def _failed(what: str, message: str) -> JobVerdict:
    return JobVerdict(
        PrintState.FAILED,
        _with_words(what, message),
        "Look at the printer's display, then print the badge again.",
        needs_help=True,
        final=True,
    )


def _blocked(report: DeviceReport, seconds: float) -> JobVerdict | None:
    """The printer needs a person before this badge comes out."""
    begun = report.job_state in (JobState.PROCESSING, JobState.STOPPED)
    if report.job_state is JobState.HELD:
        return _waiting(
            "The job is on hold in the print queue.",
            f"Release it in the printer's queue, {_OTHER}.",
        )
    if trouble := trouble_of(report.printer_reasons):
        return _waiting(f"The printer {trouble.clause}.", f"{trouble.remedy}, {_OTHER}.", begun)
    if report.printer_state is PrinterState.STOPPED or "paused" in report.printer_reasons:
        return _waiting(
            _with_words("The print queue is paused", report.printer_message),
            f"Resume the queue in the printer settings, {_OTHER}.",
        )
    if report.job_state is JobState.STOPPED:
        return _waiting(
            _with_words("The printer stopped while it had the badge", report.message),
            f"Look at the printer's display, {_OTHER}.",
            begun,
        )
    return _absent(seconds) if begun and _is_absent(report) else None


def _absent(seconds: float) -> JobVerdict:
    """The device does not answer. CUPS reports the job as "processing" all the time."""
    if seconds < SILENCE_S:
        return JobVerdict(PrintState.SENT, "Looking for the printer.", "Wait a moment.")
    return _waiting(
        "The printer is not answering; the badge waits in its queue.",
        f"Switch the printer on and check its cable, {_OTHER}.",
    )


def _is_absent(report: DeviceReport) -> bool:
    message = report.message.lower()
    return not _ABSENT_REASONS.isdisjoint(map(bare_reason, report.printer_reasons)) or any(
        words in message for words in _ABSENT_WORDS
    )


_ABSENT_REASONS = frozenset({"offline", "connecting-to-device", "timed-out", "shutdown"})
_ABSENT_WORDS = (
    "may not exist or is unavailable",
    "is not responding",
    "did not respond",
    "unable to locate printer",
    "is not connected",
    "is offline",
    "waiting for printer to become available",
    "unable to get printer status",
    "unrecoverable usb error",
)
"""Messages of CUPS' backends, in English as every job asks for it (OpenPrinting/cups,
backend/*.c)."""


def _under_way(report: DeviceReport, seconds: float) -> JobVerdict:
    if report.job_state is JobState.PROCESSING:
        if seconds >= BADGE_S:
            return JobVerdict(
                PrintState.PRINTING,
                "The printer has worked on the badge for a long time and reports nothing new.",
                f"Look at the printer; if it does nothing, wake it, {_OTHER}.",
                needs_help=True,
            )
        return JobVerdict(PrintState.PRINTING, "The badge is being printed.", "Wait for it.")
    return JobVerdict(
        PrintState.SENT,
        "The badge waits in the printer's queue.",
        "Wait for it." if seconds < QUEUE_S else f"Check the printer's display, {_OTHER}.",
        needs_help=seconds >= QUEUE_S,
    )


def _waiting(sentence: str, next_step: str, begun: bool = False) -> JobVerdict:
    state = PrintState.PRINTING if begun else PrintState.SENT
    return JobVerdict(state, sentence, next_step, needs_help=True)


def _with_words(what: str, words: str) -> str:
    """A sentence with the device's own words as a quotation."""
    said = plain_text(words)
    return f"{what}: “{said}”" if said else f"{what}."


_MOVING = frozenset({PrintState.SENT, PrintState.PRINTING})


def next_look_s(verdict: JobVerdict | None, seconds_since_sent: float) -> float:
    """Seconds until the next request for the state of a job: short while it should be printing,
    long when it waits for a person or for a long time."""
    if verdict is None or (seconds_since_sent < BADGE_S and verdict.state in _MOVING):
        return 0.5
    return 2.0 if seconds_since_sent < 600 else 10.0


# Conditions of a printer that stop a badge until a person fixes them.


@dataclass(frozen=True, slots=True)
class Trouble:
    """A condition of a printer that a person fixes."""

    clause: str
    """After "The printer": `is out of labels or paper`."""
    remedy: str


_EMPTY = Trouble("is out of labels or paper", "Put a new roll or paper in")
_OPEN = Trouble("is open", "Close the printer's cover")
_INK = Trouble("is out of ink, toner or ribbon", "Change the cartridge or ribbon")
_JAM = Trouble("has a jam", "Take the stuck label or sheet out")
_FULL = Trouble("is full at its output", "Take the printed badges out")
_FAULT = Trouble("reports a fault", "Look at the printer's display")

_TROUBLES = {
    "media-jam": _JAM,
    "cover-open": _OPEN,
    "door-open": _OPEN,
    "interlock-open": _OPEN,
    "media-empty": _EMPTY,
    "media-needed": _EMPTY,
    "input-tray-missing": Trouble("misses its paper tray", "Push the tray in"),
    "marker-supply-empty": _INK,
    "toner-empty": _INK,
    "developer-empty": _INK,
    "marker-waste-full": Trouble("has a full waste box", "Change the waste box"),
    "output-area-full": _FULL,
    "output-tray-missing": Trouble("misses its output tray", "Put the tray in"),
    "fuser-over-temp": Trouble("is too hot", "Let the printer cool down"),
    "spool-area-full": Trouble("has no space for more jobs", "Cancel old jobs in its queue"),
    "opc-life-over": _FAULT,
    "interpreter-resource-unavailable": _FAULT,
}
"""`printer-state-reasons` that stop a badge, the one to act on first on top (RFC 8011 section
5.4.12). Supplies that run low stop no badge and are left out."""


def trouble_of(reasons: tuple[str, ...]) -> Trouble | None:
    """The condition to act on first. Severity is not looked at: CUPS passes a printer's
    `media-empty-error` on as `media-empty-warning` while the badge waits for labels."""
    bare = {bare_reason(reason) for reason in reasons}
    return next((trouble for reason, trouble in _TROUBLES.items() if reason in bare), None)


def bare_reason(reason: str) -> str:
    """An IPP reason without its severity."""
    for severity in ("-error", "-warning", "-report"):
        reason = reason.removesuffix(severity)
    return reason
