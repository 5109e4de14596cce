"""A badge's way through a printer: its states, and what a device's report means for them.

A printer's word is not proof of paper. CUPS calls a job completed as soon as bytes were
delivered (OpenPrinting/cups: apple/cups#5441), also when the printer was switched off and on in
the middle, or refused the document. So `DONE` says only "the printer says so", the volunteer's
hand makes it `HANDED`, and where nothing is known the state is `UNKNOWN`: nothing is ever sent a
second time from there by itself, as that is how one person gets two badges.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class PrintState(StrEnum):
    """Where a badge is on its way to a person."""

    QUEUED = "queued"
    """Here, not yet given to a print system."""
    SENT = "sent"
    """A print system has it; no sign that paper moves."""
    PRINTING = "printing"
    """The device says it works on it."""
    DONE = "done"
    """The printer says it is done. Nobody has looked."""
    HANDED = "handed"
    """A volunteer has it in hand."""
    FAILED = "failed"
    """It will not come out."""
    CANCELED = "canceled"
    """Taken back by a person."""
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
    """What a device or print system says of one job, at one moment."""

    job_state: JobState | None
    """None: it does not know the job, or does not say."""
    message: str
    """Its own words on the job; may be stale once the job has ended."""
    reasons: tuple[str, ...]
    """IPP `job-state-reasons`."""
    printer_state: PrinterState | None
    printer_reasons: tuple[str, ...]
    """IPP `printer-state-reasons`."""
    reachable: bool
    """Whether the print system answered at all."""
    printer_message: str = ""
    """Its own words on the printer: why a queue was paused."""


SAVED_AS_FILE = "kiosk-saved-as-file"
"""Reason of a job that became a file: a person prints it."""
TELLS_NOTHING = "kiosk-tells-nothing"
"""Reason of a job that a print system took without a word on what becomes of it."""

UNREACHABLE = DeviceReport(None, "", (), None, (), reachable=False)


@dataclass(frozen=True, slots=True)
class JobVerdict:
    """What a report means for the desk."""

    state: PrintState
    sentence: str
    """What is the case, for the volunteer."""
    next_step: str
    """What to do now."""
    needs_help: bool = False
    """Somebody must look at the printer: shown in red, with another printer offered."""
    final: bool = False
    """The device will say nothing new; asking it again is no use."""


def plain_text(text: str, limit: int = 200) -> str:
    """A device's words as one line of text without control characters, cut at `limit`."""
    line = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


_RETRIED = frozenset({"printer_unreachable", "printer_busy", "printer_not_accepting"})


def after_failed_submit(code: str, *, may_have_printed: bool) -> PrintState:
    """State of a job that could not be handed over, by the error's code.

    `QUEUED` where it surely did not arrive and the same printer may take it later; `UNKNOWN`
    where it may have arrived; `FAILED` where trying again would end the same.
    """
    if may_have_printed:
        return PrintState.UNKNOWN
    return PrintState.QUEUED if code in _RETRIED else PrintState.FAILED


def may_send(state: PrintState) -> bool:
    """Whether the program itself may hand the job to a printer: only what was never sent.

    A second badge from any other state is a person's decision, with its reason recorded.
    """
    return state is PrintState.QUEUED


def is_settled(state: PrintState) -> bool:
    """Whether a person or the device has closed the job, so that no report reopens it."""
    return state in (PrintState.HANDED, PrintState.FAILED, PrintState.CANCELED)


def follow(state: PrintState, reported: PrintState) -> PrintState:
    """The state after a report: a settled one stays, and `DONE` is not talked down again
    by a device that has forgotten the job."""
    if is_settled(state) or state is PrintState.QUEUED:
        return state
    if state is PrintState.DONE and reported is PrintState.UNKNOWN:
        return state
    return reported
