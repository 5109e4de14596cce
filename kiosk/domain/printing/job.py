"""States of a print job, and the meaning of a printer's report for them.

A printer's report is no proof of a badge. CUPS calls a job completed as soon as its bytes were
delivered (OpenPrinting/cups: apple/cups#5441), also when the printer was switched off and on
meanwhile, or refused the document. So `DONE` only means that the printer reports it, a volunteer
confirms it as `HANDED`, and `UNKNOWN` is a job of which nothing is known. The program never sends a
job again from there, because that would give an attendee two badges.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

PDF_FOLDER = "PDF folder"
"""The name of the printer that saves PDF files in a folder."""


class PrintState(StrEnum):
    """The state of a badge on its way to an attendee."""

    QUEUED = "queued"
    """Here, not yet given to a print system."""
    SENT = "sent"
    """A print system has it; no sign that paper moves."""
    PRINTING = "printing"
    """The device says it works on it."""
    DONE = "done"
    """The printer reports it as done. It is not confirmed."""
    HANDED = "handed"
    """A volunteer has it in hand."""
    FAILED = "failed"
    """It will not come out."""
    CANCELED = "canceled"
    """Canceled by a user."""
    UNKNOWN = "unknown"
    """It may have come out, or not."""


class JobState(IntEnum):
    """IPP `job-state` (RFC 8011 section 5.3.7)."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


class PrinterState(IntEnum):
    """IPP `printer-state` (RFC 8011 section 5.4.11)."""

    IDLE = 3
    PRINTING = 4
    STOPPED = 5


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """The report of a device or print system on one job, at one moment."""

    job_state: JobState | None = None
    """None: it does not know the job, or does not say."""
    message: str = ""
    """Its message about the job; may be stale once the job has ended."""
    reasons: tuple[str, ...] = ()
    """IPP `job-state-reasons`."""
    printer_state: PrinterState | None = None
    printer_reasons: tuple[str, ...] = ()
    """IPP `printer-state-reasons`."""
    reachable: bool = True
    """Whether the print system answered at all."""
    printer_message: str = ""
    """Its message about the printer: why a queue was paused."""


SAVED_AS_FILE = "kiosk-saved-as-file"
"""Reason of a job that was saved as a file: a person prints it."""
TELLS_NOTHING = "kiosk-tells-nothing"
"""Reason of a job that a print system accepted without reports."""

UNREACHABLE = DeviceReport(reachable=False)
NO_REPORTS = DeviceReport(reasons=(TELLS_NOTHING,))


@dataclass(frozen=True, slots=True)
class JobVerdict:
    """The meaning of a report for the desk."""

    state: PrintState
    sentence: str
    """The state as a sentence for the volunteer."""
    next_step: str
    """What to do now."""
    needs_help: bool = False
    """A person must look at the printer: shown in red, with another printer offered."""
    final: bool = False
    """The device will report nothing new, so it is not asked again."""


def plain_text(text: str) -> str:
    """A device's message as one line without control characters, cut at 200."""
    line = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    return line if len(line) <= 200 else f"{line[:199]}…"


_RETRIED = frozenset({"printer_unreachable", "printer_busy", "printer_not_accepting"})


def after_failed_submit(code: str, *, may_have_printed: bool) -> PrintState:
    """The state of a job that could not be submitted, by the error's code."""
    if may_have_printed:
        return PrintState.UNKNOWN
    return PrintState.QUEUED if code in _RETRIED else PrintState.FAILED


def may_send(state: PrintState) -> bool:
    """Whether the program may submit the job to a printer: only a job that was never sent.

    A second badge from any other state is a user's decision, recorded with its reason.
    """
    return state is PrintState.QUEUED


def is_settled(state: PrintState) -> bool:
    """Whether a user or the device has closed the job, so that no report reopens it."""
    return state in (PrintState.HANDED, PrintState.FAILED, PrintState.CANCELED)


def follow(state: PrintState, reported: PrintState) -> PrintState:
    """The state after a report: a settled one stays, and `DONE` does not become `UNKNOWN` when a
    device has forgotten the job."""
    if is_settled(state) or state is PrintState.QUEUED:
        return state
    if state is PrintState.DONE and reported is PrintState.UNKNOWN:
        return state
    return reported
