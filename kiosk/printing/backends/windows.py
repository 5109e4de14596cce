"""Print on Windows with SumatraPDF, which prints a PDF to a named printer without a dialog.

Sources: SumatraPDF's "Command-line arguments" (`-print-to`, `-print-settings`, `-silent`);
Microsoft's Win32_Printer class. Windows' spooler accepts the job and reports nothing more, so a
job stays `unknown` until the volunteer confirms the badge. The printer's driver sets the paper
size: the label must be its default paper.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.printing.job import NO_REPORTS, DeviceReport, PrinterState
from kiosk.errors import PrintError
from kiosk.printing.backend import PageSize, PrinterInfo, SubmittedJob, read_badge_pdf
from kiosk.printing.backends import lp

_PROGRAM = "SumatraPDF.exe"
_HOMES = ("LOCALAPPDATA", "PROGRAMFILES", "PROGRAMFILES(X86)")

LIST_COMMAND = (
    "powershell",
    "-NoProfile",
    "-NonInteractive",
    "-Command",
    "[Console]::OutputEncoding = [Text.Encoding]::UTF8; "
    "Get-CimInstance Win32_Printer | "
    "Select-Object Name, DriverName, PrinterStatus, WorkOffline, Default | "
    "ConvertTo-Json -Compress",
)

_STATES = {3: PrinterState.IDLE, 4: PrinterState.PRINTING, 6: PrinterState.STOPPED}
"""Win32_Printer.PrinterStatus: 3 idle, 4 printing, 6 stopped printing."""


def find_sumatra(environ: Mapping[str, str]) -> Path | None:
    """SumatraPDF on the path or in its installer's folders; None when it is missing."""
    if on_path := shutil.which(_PROGRAM, path=environ.get("PATH", "")):
        return Path(on_path)
    homes = (Path(environ[home]) for home in _HOMES if environ.get(home))
    return next((p for home in homes if (p := home / "SumatraPDF" / _PROGRAM).is_file()), None)


def print_command(sumatra: Path, printer: str, pdf: Path) -> list[str]:
    """The command that prints a PDF in its own size."""
    return [
        str(sumatra),
        *("-print-to", printer),
        *("-print-settings", "1x,noscale"),
        "-silent",
        str(pdf.absolute()),
    ]


def parse_printers(answer: str) -> list[PrinterInfo]:
    """Read `LIST_COMMAND`'s JSON: one object, or an array when there are several.

    Raises:
        PrintError: it is not such JSON.
    """
    try:
        listed = json.loads(answer) if answer.strip() else []
    except ValueError as error:
        raise _unreadable() from error
    rows = listed if isinstance(listed, list) else [listed]
    if not all(isinstance(row, dict) for row in rows):
        raise _unreadable()
    return [_printer(row) for row in rows if isinstance(row.get("Name"), str)]


def _printer(row: Mapping[str, object]) -> PrinterInfo:
    status = row.get("PrinterStatus")
    offline = row.get("WorkOffline") is True
    return PrinterInfo(
        name=str(row["Name"]),
        description=str(row.get("DriverName") or ""),
        state=_STATES.get(status) if isinstance(status, int) else None,
        accepting=True,
        reasons=("offline",) if offline else (),
        is_default=row.get("Default") is True,
    )


def _unreadable() -> PrintError:
    return PrintError(
        "printers_not_listed",
        "Windows' list of printers could not be read.",
        next_step="Type the printer's name, or save the badge as a PDF.",
    )


@dataclass(frozen=True, slots=True)
class SumatraBackend:
    """Prints through SumatraPDF to a Windows printer."""

    sumatra: Path
    name = "sumatra"

    def list_printers(self) -> list[PrinterInfo]:
        """Windows' printers, the default one first."""
        printers = parse_printers(lp.run(LIST_COMMAND))
        return sorted(printers, key=lambda printer: not printer.is_default)

    def submit(self, pdf: Path, printer: str, *, title: str, page: PageSize) -> SubmittedJob:
        """Print one badge; the driver's default paper must have the badge's size."""
        read_badge_pdf(pdf)
        lp.run(print_command(self.sumatra, printer, pdf), may_print=True)
        return SubmittedJob(printer, 0, self.name)

    def report(self, job: SubmittedJob) -> DeviceReport:
        """A report without a state: Windows does not report it."""
        return NO_REPORTS

    def cancel(self, job: SubmittedJob) -> None:
        """Refuse: a job in Windows' spooler cannot be canceled from here."""
        raise PrintError(
            "job_unknown",
            "A job that Windows has accepted cannot be canceled from here.",
            next_step="Cancel it in Windows' print queue.",
        )
