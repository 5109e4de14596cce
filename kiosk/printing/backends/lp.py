"""Print through the `lp` program, for queues that only CUPS' own tools can reach.

The module `cups` talks to cupsd directly and gets better reports. Two cases need `lp`: a server
that requires encryption or a login, and printers that CUPS discovers on the network and creates
a queue for only when it prints (`lpstat -e` lists them, cupsd does not).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.printing.job import NO_REPORTS, DeviceReport, plain_text
from kiosk.errors import PrintError
from kiosk.printing.backend import PageSize, PrinterInfo, SubmittedJob, read_badge_pdf
from kiosk.printing.backends.ipp import CupsBackend
from kiosk.printing.ipp.client import ipp_name
from kiosk.printing.media import hundredths, is_same_size, media_of_choices, ppd_size_mm

_REQUEST_ID = re.compile(r"request id is (?P<queue>.+)-(?P<number>\d+) \(")


def lp_is_installed() -> bool:
    """Whether this system has the programs `lp`, `lpstat` and `cancel`."""
    return all(shutil.which(name) for name in ("lp", "lpstat", "cancel"))


def lp_command(
    pdf: Path, printer: str, *, title: str, page: PageSize, papers: Sequence[str] = ()
) -> list[str]:
    """The `lp` call that prints one badge unscaled on paper of that size.

    Args:
        papers: those of the printer, by `paper_choices`; without one of this size, the size is
            given in numbers.

    Raises:
        PrintError: the size cannot be a paper size.
    """
    width, height = (f"{hundredths(side) / 100:g}" for side in page[:2])
    named = next((p for p in papers if _has_size(p, page)), "")
    return [
        "lp",
        *("-d", printer),
        *("-n", "1"),
        *("-t", ipp_name(title)),
        *("-o", f"media={named or f'Custom.{width}x{height}mm'}"),
        *("-o", "print-scaling=none"),
        *("--", str(pdf.absolute())),
    ]


def _has_size(paper: str, page: PageSize) -> bool:
    size = ppd_size_mm(paper)
    return size is not None and is_same_size(size, page[:2])


_PAPERS = re.compile(r"^(?:PageSize|media)/[^:]*:(?P<choices>.*)$", re.MULTILINE)


def paper_choices(printer: str) -> tuple[str, ...]:
    """The papers of a printer in the words of its driver, by `lpoptions`; none if it has none."""
    try:
        options = _PAPERS.search(run(["lpoptions", "-p", printer, "-l"], timeout_s=ASK_S))
    except PrintError:
        return ()
    return tuple(c.lstrip("*") for c in options["choices"].split()) if options else ()


def media_by_options(printer: str) -> tuple[str, ...]:
    """The papers of a printer that IPP does not describe, as self-describing names."""
    return media_of_choices(paper_choices(printer))


@dataclass(frozen=True, slots=True)
class LpBackend:
    """Submits with `lp`. Asks cupsd for a job's state if allowed, else reports no state."""

    cups: CupsBackend
    name = "lp"

    def list_printers(self) -> list[PrinterInfo]:
        """Names only: `lpstat` reports no more for a printer without a queue."""
        names = run(["lpstat", "-e"]).split()
        return [PrinterInfo(name, "", None, accepting=True) for name in names]

    def submit(self, pdf: Path, printer: str, *, title: str, page: PageSize) -> SubmittedJob:
        """Queue one badge."""
        read_badge_pdf(pdf)
        papers = paper_choices(printer)
        command = lp_command(pdf, printer, title=title, page=page, papers=papers)
        request = _REQUEST_ID.search(run(command, may_print=True))
        return SubmittedJob(printer, int(request["number"]) if request else 0, self.name)

    def report(self, job: SubmittedJob) -> DeviceReport:
        """The report of cupsd where it gives one, else a report without a state."""
        report = self.cups.report(job) if job.job_id else None
        if report and report.reachable and report.job_state:
            return report
        return NO_REPORTS

    def cancel(self, job: SubmittedJob) -> None:
        """Cancel the job."""
        if not job.job_id:
            raise PrintError(
                "job_unknown",
                "The print system gave this job no number, so it cannot be canceled here.",
                next_step="Cancel it in the printer's queue.",
            )
        run(["cancel", str(job.job_id)])


TIMEOUT_S = 30.0
ASK_S = 5.0
"""For a question about a printer; it is printed without the answer otherwise."""


def run(command: Sequence[str], *, may_print: bool = False, timeout_s: float = TIMEOUT_S) -> str:
    """Run a print program of the system and return its stdout.

    Args:
        command: program and arguments; no shell interprets them.
        may_print: whether a badge can still come out after a timeout.

    Raises:
        PrintError: it cannot be started, takes too long, or ends with an error.
    """
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            start_new_session=True,  # it asks for no password on the desk's terminal
            env={**os.environ, "LC_ALL": "C"},  # untranslated output can be parsed
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PrintError(
            "printer_silent",
            "The system's print program did not finish.",
            next_step="Check whether the badge came out before you print it again.",
            may_have_printed=may_print,
        ) from error
    except (OSError, ValueError) as error:
        raise _failed("it cannot be started") from error
    if ended.returncode != 0:
        raise _failed(plain_text(ended.stderr or ended.stdout) or f"exit {ended.returncode}")
    return ended.stdout


def _failed(why: str) -> PrintError:
    return PrintError(
        "printer_refused",
        f"The system's print program failed: {why}",
        next_step="Choose another printer, or save the badge as a PDF.",
    )
