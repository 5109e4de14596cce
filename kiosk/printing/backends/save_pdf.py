"""Badges where there is nothing to print with: saved as PDF, opened in the system's viewer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.printing.job import SAVED_AS_FILE, DeviceReport, PrinterState
from kiosk.printing.backend import PrinterInfo, SubmittedJob, read_badge_pdf
from kiosk.printing.errors import PrintError

FOLDER_PRINTER = "PDF folder"
"""The one "printer" of this backend."""

_UNSAFE = re.compile(r"[^\w]+")
_TITLE_LIMIT = 60


def open_in_viewer(file: Path) -> None:
    """Show a file with the program this system has for it; returns at once.

    Raises:
        PrintError: there is no such program.
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
    except OSError as trouble:
        raise PrintError(
            "no_viewer",
            "This system has no program to show the badge's PDF.",
            next_step=f"Copy {file} to a machine that can print it.",
        ) from trouble


def viewer_command(file: Path, platform: str = sys.platform) -> Sequence[str]:
    """`open` on macOS, `xdg-open` elsewhere."""
    return ["open" if platform == "darwin" else "xdg-open", str(file.absolute())]


@dataclass(frozen=True, slots=True)
class SavePdfBackend:
    """Puts each badge into a folder. It knows nothing of paper and says so: after `submit` a
    job's report has no state, so it is `unknown` until the volunteer confirms the badge."""

    folder: Path
    open_when_saved: bool = False
    opener: Callable[[Path], None] = open_in_viewer

    @property
    def name(self) -> str:
        """The backend's word in stored jobs."""
        return "save"

    def list_printers(self) -> list[PrinterInfo]:
        """The folder."""
        return [
            PrinterInfo(
                FOLDER_PRINTER,
                f"Badges are saved in {self.folder} and printed by hand.",
                PrinterState.IDLE,
                accepting=True,
                is_default=True,
                uri=self.folder.absolute().as_uri(),
            )
        ]

    def submit(
        self, pdf: Path, printer: str, *, title: str, width_mm: float, height_mm: float
    ) -> SubmittedJob:
        """Save a badge under a number nobody has taken yet, `0007-title.pdf`.

        Raises:
            PrintError: the folder cannot be written to.
        """
        content = read_badge_pdf(pdf)
        try:
            number = self._save(content, _file_title(title))
        except OSError as trouble:
            raise PrintError(
                "badge_not_saved",
                f"The badge's PDF could not be saved in {self.folder}.",
                next_step="Look whether the disk is full or the folder is write-protected.",
            ) from trouble
        if self.open_when_saved:
            self.opener(next(self._files(number)))
        return SubmittedJob(FOLDER_PRINTER, number, self.name)

    def _save(self, content: bytes, title: str) -> int:
        """Write under the next free number, which a marker file keeps other desks from taking."""
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
                    _write_whole(self.folder / f"{number:04}-{title}.pdf", content)
                    return number
            finally:
                marker.unlink()

    def _files(self, number: int) -> Iterator[Path]:
        return self.folder.glob(f"{number:04}-*.pdf")

    def report(self, job: SubmittedJob) -> DeviceReport:
        """Nothing is known of paper here."""
        return DeviceReport(None, "", (SAVED_AS_FILE,), None, (), reachable=True)

    def cancel(self, job: SubmittedJob) -> None:
        """Remove the saved file; one that is gone already is no error.

        Raises:
            PrintError: it is open in a viewer that does not let go of it, or write-protected.
        """
        try:
            for file in self._files(job.job_id):
                file.unlink(missing_ok=True)
        except OSError as trouble:
            raise PrintError(
                "badge_not_removed",
                "The badge's saved PDF could not be removed.",
                next_step=f"Close it in the viewer, or remove number {job.job_id} by hand.",
            ) from trouble


def _number(file: Path) -> int:
    head = file.name.split("-", 1)[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) < 10 else 0


def _file_title(title: str) -> str:
    """A title as part of a file's name on any system: letters, digits, hyphen."""
    return _UNSAFE.sub("-", title)[:_TITLE_LIMIT].strip("-") or "badge"


def _write_whole(target: Path, content: bytes) -> None:
    """Write beside the target and move over it, so that a full disk leaves no half badge."""
    part = target.with_suffix(".part")
    try:
        with open(part, "wb", opener=_private) as file:
            file.write(content)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
