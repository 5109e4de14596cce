"""Choose the print backend of this machine.

It loads http.client and ssl, which only a desk that prints needs.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from kiosk.domain.printing.job import PDF_FOLDER
from kiosk.errors import Action, PrintError
from kiosk.printing.backend import PrintBackend, PrinterInfo, choose_printer
from kiosk.printing.backends.ipp import (
    CupsBackend,
    IppPrinterBackend,
    cups_endpoint,
    is_printer_uri,
    user_default_printer,
)
from kiosk.printing.backends.lp import LpBackend, lp_is_installed
from kiosk.printing.backends.raw_label import RawLabelBackend, is_label_printer
from kiosk.printing.backends.save_pdf import SavePdfBackend
from kiosk.printing.backends.windows import SumatraBackend, find_sumatra
from kiosk.printing.ipp.client import IppClient

_LP_CAN_DO = ("printer_login_needed", "printer_needs_encryption")
"""Errors of CUPS that `lp` does not have: it can log in and encrypt."""


def find_backend(printer: str | None = None, *, save_folder: Path | None = None) -> PrintBackend:
    """The backend for that printer, or the best backend of this machine when none is named.

    Asks the print server, so it can block for some seconds: call it in a worker thread.

    Args:
        printer: a queue's name, an address like `ipp://10.0.0.7/ipp/print` or `zpl://10.0.0.8`,
            or "PDF folder".
        save_folder: the folder for badges that cannot be printed; by default in Documents.
    """
    if printer == PDF_FOLDER:
        return save_backend(save_folder)
    if printer and is_label_printer(printer):
        return RawLabelBackend((printer,))
    if printer and is_printer_uri(printer):
        return IppPrinterBackend((printer,))
    if sys.platform == "win32":
        sumatra = find_sumatra()
        return SumatraBackend(sumatra) if sumatra else save_backend(save_folder)
    return _cups_lp_or_folder(printer, save_folder)


def _cups_lp_or_folder(printer: str | None, save_folder: Path | None) -> PrintBackend:
    cups = cups_backend()
    lp = LpBackend(cups) if lp_is_installed() else None
    try:
        queues = cups.list_printers()
    except PrintError as error:
        if lp and error.code in _LP_CAN_DO:
            return lp
        # The server of a named printer can come back; its jobs wait for it.
        return cups if printer else save_backend(save_folder)
    if printer is None:
        return cups if queues else save_backend(save_folder)
    known = any(queue.name == printer for queue in queues)
    return lp if lp and not known and _lists(lp, printer) else cups


def _lists(lp: LpBackend, printer: str) -> bool:
    try:
        return any(listed.name == printer for listed in lp.list_printers())
    except PrintError:
        return False


def backend_named(name: str, *, save_folder: Path | None = None) -> PrintBackend:
    """The backend of a stored job, by `SubmittedJob.backend`; asks no print server.

    Raises:
        PrintError: this machine does not have that backend.
    """
    if name == "cups":
        return cups_backend()
    if name == "lp":
        return LpBackend(cups_backend())
    if name == "ipp":
        return IppPrinterBackend()
    if name == "raw":
        return RawLabelBackend()
    if name == "save":
        return save_backend(save_folder)
    if name == "sumatra" and (sumatra := find_sumatra()):
        return SumatraBackend(sumatra)
    raise PrintError(
        "print_system_absent",
        "This computer does not have the print program that the badge was printed with.",
        next_step="Look for the badge where it was printed.",
        action=Action.REPRINT_BADGE,
    )


def cups_backend() -> CupsBackend:
    """The CUPS server of this user's environment and settings."""
    return CupsBackend(IppClient(cups_endpoint()), user_default=user_default_printer())


def save_backend(folder: Path | None = None) -> SavePdfBackend:
    """A backend that saves PDFs; in the default folder it also opens each in the viewer."""
    return SavePdfBackend(folder or default_save_folder(), open_when_saved=folder is None)


def default_save_folder() -> Path:
    """`kiosk/badges to print` in Documents."""
    return platformdirs.user_documents_path() / "kiosk" / "badges to print"


@dataclass(frozen=True, slots=True)
class MachinePrinting:
    """The printers of the local machine (`PrintSystem`); PDFs in a folder if it has none."""

    save_folder: Path

    def printers(self) -> list[PrinterInfo]:
        """See `PrintSystem.printers`."""
        return find_backend(save_folder=self.save_folder).list_printers()

    def way_to(self, printer: str) -> tuple[PrintBackend, str]:
        """See `PrintSystem.way_to`."""
        backend = find_backend(printer or None, save_folder=self.save_folder)
        return backend, printer or choose_printer(backend).name

    def named(self, backend: str) -> PrintBackend:
        """See `PrintSystem.named`."""
        return backend_named(backend, save_folder=self.save_folder)
