"""IPP attributes as the domain's words: a printer's description, a device's report."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.print_job import UNREACHABLE, DeviceReport, JobState, PrinterState, plain_text
from kiosk.printing.backend import PrinterInfo
from kiosk.printing.errors import PrintError
from kiosk.printing.ipp_message import Group


def ask_report(job: Callable[[], Group], printer: Callable[[], Group]) -> DeviceReport:
    """Ask for a job and its printer. One that is not known leaves its half empty; a server that
    does not answer, or not in IPP, makes the report unreachable."""
    try:
        return device_report(_if_known(job), _if_known(printer))
    except PrintError:
        return UNREACHABLE


def _if_known(ask: Callable[[], Group]) -> Group | None:
    try:
        return ask()
    except PrintError as trouble:
        if trouble.code == "printer_unknown":
            return None
        raise


def device_report(job: Group | None, printer: Group | None) -> DeviceReport:
    """Put a job's and its printer's attributes together; None where the device knows none."""
    return DeviceReport(
        job_state=_job_state(job),
        message=_message(job),
        reasons=_reasons(job, "job-state-reasons"),
        printer_state=_printer_state(printer),
        printer_reasons=_reasons(printer, "printer-state-reasons"),
        reachable=True,
        printer_message=plain_text(printer.text("printer-state-message")) if printer else "",
    )


def printer_info(printer: Group, *, name: str = "", default: str = "") -> PrinterInfo:
    """A printer's description; `name` for a printer that has none of its own."""
    own_name = name or printer.text("printer-name")
    return PrinterInfo(
        name=own_name,
        description=plain_text(printer.text("printer-info")),
        state=_printer_state(printer),
        accepting=printer.flag("printer-is-accepting-jobs") is not False,
        reasons=_reasons(printer, "printer-state-reasons"),
        is_default=bool(own_name) and own_name == default,
        uri=printer.text("printer-uri-supported"),
        media=printer.texts("media-supported"),
    )


def _message(job: Group | None) -> str:
    if job is None:
        return ""
    return plain_text(job.text("job-printer-state-message") or job.text("job-state-message"))


def _job_state(job: Group | None) -> JobState | None:
    number = job.integer("job-state") if job else None
    return JobState(number) if number in set(JobState) else None


def _printer_state(printer: Group | None) -> PrinterState | None:
    number = printer.integer("printer-state") if printer else None
    return PrinterState(number) if number in set(PrinterState) else None


def _reasons(group: Group | None, name: str) -> tuple[str, ...]:
    reasons = group.texts(name) if group else ()
    return tuple(plain_text(reason) for reason in reasons if reason != "none")
