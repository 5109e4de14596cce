"""Printing through the `lp` program, for the queues that only CUPS' own tools can reach.

The module `cups` talks to cupsd itself and knows more. Two cases are left for `lp`: a server
that wants encryption or a login, and printers that CUPS discovers on the network and makes a
queue for at the moment of printing (`lpstat -e` lists them, cupsd does not).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.printing.job import TELLS_NOTHING, DeviceReport, plain_text
from kiosk.printing.backend import PrinterInfo, SubmittedJob, read_badge_pdf
from kiosk.printing.backends import lp
from kiosk.printing.backends.cups import CupsBackend
from kiosk.printing.errors import PrintError
from kiosk.printing.ipp.client import ipp_name
from kiosk.printing.media import hundredths

_REQUEST_ID = re.compile(r"request id is (?P<queue>.+)-(?P<number>\d+) \(")


def lp_is_installed() -> bool:
    """Whether this system has the programs."""
    return all(shutil.which(name) for name in ("lp", "lpstat", "cancel"))


def lp_command(
    pdf: Path, printer: str, *, title: str, width_mm: float, height_mm: float
) -> list[str]:
    """The `lp` call that prints one badge unscaled on paper of that size.

    Raises:
        PrintError: the size is no paper's.
    """
    width, height = (f"{hundredths(side) / 100:g}" for side in (width_mm, height_mm))
    return [
        "lp",
        *("-d", printer),
        *("-n", "1"),
        *("-t", ipp_name(title)),
        *("-o", f"media=Custom.{width}x{height}mm"),
        *("-o", "print-scaling=none"),
        *("--", str(pdf.absolute())),
    ]


@dataclass(frozen=True, slots=True)
class LpBackend:
    """Submits by `lp`; asks cupsd for the state where that is allowed, else says it is not told."""

    cups: CupsBackend

    @property
    def name(self) -> str:
        """The backend's word in stored jobs."""
        return "lp"

    def list_printers(self) -> list[PrinterInfo]:
        """Names only: `lpstat` tells no more without a queue.

        Raises:
            PrintError: `lpstat` failed.
        """
        names = lp.run(["lpstat", "-e"]).split()
        return [PrinterInfo(name, "", None, accepting=True) for name in names]

    def submit(
        self, pdf: Path, printer: str, *, title: str, width_mm: float, height_mm: float
    ) -> SubmittedJob:
        """Queue one badge.

        Raises:
            PrintError: see `PrintBackend.submit`.
        """
        read_badge_pdf(pdf)
        command = lp_command(pdf, printer, title=title, width_mm=width_mm, height_mm=height_mm)
        answer = lp.run(command, may_print=True)
        found = _REQUEST_ID.search(answer)
        return SubmittedJob(printer, int(found["number"]) if found else 0, self.name)

    def report(self, job: SubmittedJob) -> DeviceReport:
        """cupsd's word where it gives one."""
        told = self.cups.report(job) if job.job_id else None
        if told and told.reachable and told.job_state:
            return told
        return DeviceReport(None, "", (TELLS_NOTHING,), None, (), reachable=True)

    def cancel(self, job: SubmittedJob) -> None:
        """Take the job back.

        Raises:
            PrintError: it has no number, or `cancel` failed.
        """
        if not job.job_id:
            raise PrintError(
                "job_unknown",
                "The print system gave this job no number, so it cannot be taken back.",
                next_step="Cancel it in the printer's queue.",
            )
        lp.run(["cancel", str(job.job_id)])


# Runs a printing program of the system; its failures come out as `PrintError`s.

TIMEOUT_S = 30.0


def run(command: Sequence[str], *, may_print: bool = False, timeout_s: float = TIMEOUT_S) -> str:
    """What the program wrote to stdout.

    Args:
        command: program and arguments; no shell looks at them.
        may_print: whether a timeout leaves it open that a badge comes out.

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
            env={**os.environ, "LC_ALL": "C"},  # the words to read are the untranslated ones
            check=False,
        )
    except subprocess.TimeoutExpired as trouble:
        raise PrintError(
            "printer_silent",
            "The system's print program did not come back.",
            next_step="Look whether the badge came out before anything is printed again.",
            may_have_printed=may_print,
        ) from trouble
    except (OSError, ValueError) as trouble:
        raise _failed("it cannot be started") from trouble
    if ended.returncode != 0:
        raise _failed(plain_text(ended.stderr or ended.stdout) or f"exit {ended.returncode}")
    return ended.stdout


def _failed(why: str) -> PrintError:
    return PrintError(
        "printer_refused",
        f"The system's print program failed: {why}",
        next_step="Choose another printer, or save the badge as a PDF.",
    )
