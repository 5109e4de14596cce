"""Save badges as PDF files and open them in the system's viewer, where there is no printer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.printing.job import PDF_FOLDER, SAVED_AS_FILE, DeviceReport, PrinterState
from kiosk.errors import KioskError, PrintError
from kiosk.printing.backend import PageSize, PrinterInfo, SubmittedJob, read_badge_pdf
from kiosk.support.files import atomic_file

_UNSAFE = re.compile(r"[^\w]+")
_TITLE_LIMIT = 60


def open_in_viewer(file: Path) -> None:
    """Open a file in the system's viewer; returns at once.

    Raises:
        PrintError: the system has no viewer.
    """
    try:
        if sys.platform == "win32":
            os.startfile(file)
        else:
            subprocess.Popen(
                viewer_command(file),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
    except OSError as error:
        raise PrintError(
            "no_viewer",
            "This computer has no program that shows PDF files. The badge's PDF is saved.",
            next_step=f"Copy {file} to a computer that can print it.",
        ) from error


def viewer_command(file: Path, platform: str = sys.platform) -> Sequence[str]:
    """The command that opens a file: `open` on macOS, `xdg-open` elsewhere."""
    return ["open" if platform == "darwin" else "xdg-open", str(file.absolute())]


@dataclass(frozen=True, slots=True)
class SavePdfBackend:
    """Saves each badge in a folder. It cannot see paper, so a job's report has no state: the job
    is `unknown` until the volunteer confirms the badge."""

    folder: Path
    name = "save"

    def list_printers(self) -> list[PrinterInfo]:
        """The folder."""
        return [
            PrinterInfo(
                PDF_FOLDER,
                f"to print by hand, in {self.folder}",
                PrinterState.IDLE,
                accepting=True,
                is_default=True,
                uri=self.folder.absolute().as_uri(),
            )
        ]

    def submit(self, pdf: Path, printer: str, *, title: str, page: PageSize) -> SubmittedJob:
        """Save a badge under the next free number, `0007-title.pdf`."""
        content = read_badge_pdf(pdf)
        try:
            number = self._save(content, _file_title(title))
        except (OSError, KioskError) as error:
            raise PrintError(
                "badge_not_saved",
                f"The badge's PDF could not be saved in {self.folder}.",
                next_step="Check whether the disk is full or the folder is write-protected.",
            ) from error
        return SubmittedJob(PDF_FOLDER, number, self.name)

    def _save(self, content: bytes, title: str) -> int:
        """Write under the next free number; a marker file reserves it against other desks."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = max(map(_number, self.folder.glob("*.pdf")), default=0)
        while True:
            number += 1
            marker = self.folder / f".{number:04}.taken"
            try:
                marker.touch(exist_ok=False)
            except FileExistsError:
                continue
            try:
                if not any(self._files(number)):
                    with atomic_file(self.folder / f"{number:04}-{title}.pdf") as file:
                        file.write(content)
                    return number
            finally:
                marker.unlink()

    def _files(self, number: int) -> Iterator[Path]:
        return self.folder.glob(f"{number:04}-*.pdf")

    def report(self, job: SubmittedJob) -> DeviceReport:
        """A report without a state: a folder cannot see paper."""
        return DeviceReport(reasons=(SAVED_AS_FILE,))

    def cancel(self, job: SubmittedJob) -> None:
        """Remove the saved file; a file that is already gone is not an error."""
        try:
            for file in self._files(job.job_id):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise PrintError(
                "badge_not_removed",
                "The badge's saved PDF could not be removed.",
                next_step=f"Close it in the viewer, or delete number {job.job_id} by hand.",
            ) from error


def _number(file: Path) -> int:
    head = file.name.split("-", 1)[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) < 10 else 0


def _file_title(title: str) -> str:
    """The title in characters that are safe in a file name: letters, digits, hyphen."""
    return _UNSAFE.sub("-", title)[:_TITLE_LIMIT].strip("-") or "badge"
