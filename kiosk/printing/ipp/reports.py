"""Turn IPP and HTTP status codes into errors, and IPP attributes into device reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kiosk.domain.printing.job import UNREACHABLE, DeviceReport, JobState, PrinterState, plain_text
from kiosk.errors import PrintError
from kiosk.printing.backend import PrinterInfo
from kiosk.printing.ipp.message import Group
from kiosk.printing.media import size_names

State = TypeVar("State", JobState, PrinterState)

_OTHER_PRINTER = "Choose another printer, or save the badge as a PDF."

_BY_STATUS = {
    0x0401: ("printer_login_needed", "The printer does not allow this desk to do that."),
    0x0402: ("printer_login_needed", "The printer asks for a login that this desk does not have."),
    0x0403: ("printer_login_needed", "The printer does not allow this desk to do that."),
    0x0404: ("job_finished", "The printer reports that the job is already finished."),
    0x0406: ("printer_unknown", "There is no printer or job with that name."),
    0x0408: ("badge_file_too_large", "The file is too large for this printer."),
    0x040A: ("printer_refused_document", "This printer does not accept PDF files."),
    0x0411: ("printer_refused_document", "The printer could not read the PDF file."),
    0x0412: ("printer_refused_document", "The printer could not read the PDF file."),
    0x0502: ("printer_busy", "The printer cannot accept a job now."),
    0x0504: ("printer_busy", "The printer has a fault and accepts no jobs."),
    0x0506: ("printer_not_accepting", "The printer accepts no jobs now."),
    0x0507: ("printer_busy", "The printer is busy with another job."),
}
"""RFC 8011 appendix B."""

_NEXT_STEP = {
    "printer_login_needed": "Ask the printer's administrator to allow it. " + _OTHER_PRINTER,
    "job_finished": "Check whether the badge came out.",
    "printer_unknown": "Choose a printer from the list.",
    "printer_refused_document": "Choose the system's own queue for this printer. " + _OTHER_PRINTER,
    "printer_not_accepting": "Make its queue accept jobs again, or choose another printer.",
    "printer_busy": "Wait a moment and print again, or choose another printer.",
}


def status_refusal(status: int, message: str) -> PrintError:
    """The error for an IPP status of refusal, with the server's own message if it sent one."""
    code, problem = _BY_STATUS.get(
        status, ("printer_refused", f"The printer refused (status {status:#06x}).")
    )
    if message:
        problem = f"{problem} Its message: {message}"
    return PrintError(code, problem, next_step=_NEXT_STEP.get(code, _OTHER_PRINTER))


def http_refusal(status: int) -> PrintError:
    """The error for an HTTP status other than 200."""
    if status in (401, 403):
        return status_refusal(0x0402, "")
    if status == 426:
        return PrintError(
            "printer_needs_encryption",
            "The print server requires an encrypted connection.",
            next_step="Write the printer's address as ipps://..., or choose another printer.",
        )
    return PrintError(
        "printer_refused",
        f"The address is not a printer's (HTTP status {status}).",
        next_step="Check the printer's address, or choose another printer.",
    )


def ask_report(job: Callable[[], Group], printer: Callable[[], Group]) -> DeviceReport:
    """Ask for a job and its printer. The half that is unknown stays empty; a server that does
    not answer, or not in IPP, makes the report unreachable."""
    try:
        return device_report(_if_known(job), _if_known(printer))
    except PrintError:
        return UNREACHABLE


def _if_known(ask: Callable[[], Group]) -> Group | None:
    try:
        return ask()
    except PrintError as error:
        if error.code == "printer_unknown":
            return None
        raise


def device_report(job: Group | None, printer: Group | None) -> DeviceReport:
    """Combine the attributes of a job and its printer; None: the device does not know it."""
    return DeviceReport(
        job_state=_state(JobState, job, "job-state"),
        message=_message(job),
        reasons=_reasons(job, "job-state-reasons"),
        printer_state=_state(PrinterState, printer, "printer-state"),
        printer_reasons=_reasons(printer, "printer-state-reasons"),
        printer_message=plain_text(printer.text("printer-state-message")) if printer else "",
    )


def printer_info(printer: Group, *, name: str = "", default: str = "") -> PrinterInfo:
    """A printer's description; `name` overrides the printer's own."""
    own_name = name or printer.text("printer-name")
    return PrinterInfo(
        name=own_name,
        description=plain_text(printer.text("printer-info")),
        state=_state(PrinterState, printer, "printer-state"),
        accepting=printer.flag("printer-is-accepting-jobs") is not False,
        reasons=_reasons(printer, "printer-state-reasons"),
        is_default=bool(own_name) and own_name == default,
        uri=printer.text("printer-uri-supported"),
        media=(*printer.texts("media-supported"), *size_names(printer.get("media-size-supported"))),
        ready=printer.texts("media-ready"),
    )


def _message(job: Group | None) -> str:
    if job is None:
        return ""
    return plain_text(job.text("job-printer-state-message") or job.text("job-state-message"))


def _state(states: type[State], group: Group | None, name: str) -> State | None:
    number = group.integer(name) if group else None
    return next((state for state in states if state == number), None)


def _reasons(group: Group | None, name: str) -> tuple[str, ...]:
    reasons = group.texts(name) if group else ()
    return tuple(plain_text(reason) for reason in reasons if reason != "none")
