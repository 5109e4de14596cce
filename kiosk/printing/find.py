"""Choose the print backend of this machine.

It loads http.client and ssl, which only a desk that prints needs.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

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


def _lists(lp: LpBackend, printer: str) -> bool:
    try:
        return any(listed.name == printer for listed in lp.list_printers())
    except PrintError:
        return False


def _cups_backend() -> CupsBackend:
    """The CUPS server of this user's environment and settings."""
    client = IppClient(cups_endpoint(os.environ))
    return CupsBackend(client, user_default=user_default_printer(os.environ))


@dataclass(frozen=True, slots=True)
class MachinePrinting:
    """The printers of the local machine (`PrintSystem`); PDFs in a folder if it has none."""

    save_folder: Path

    def printers(self) -> list[PrinterInfo]:
        """See `PrintSystem.printers`."""
        return self.find().list_printers()

    def way_to(self, printer: str) -> tuple[PrintBackend, str]:
        """See `PrintSystem.way_to`."""
        backend = self.find(printer)
        return backend, printer or choose_printer(backend).name

    def find(self, printer: str = "") -> PrintBackend:
        """The backend for that printer, or the best backend of this machine when none is named.

        Asks the print server, so it can block for some seconds: call it in a worker thread.

        Args:
            printer: a queue's name, an address like `ipp://10.0.0.7/ipp/print` or
                `zpl://10.0.0.8`, or "PDF folder".
        """
        if printer == PDF_FOLDER:
            return self._folder()
        if is_label_printer(printer):
            return RawLabelBackend((printer,))
        if is_printer_uri(printer):
            return IppPrinterBackend((printer,))
        if sys.platform == "win32":
            sumatra = find_sumatra(os.environ)
            return SumatraBackend(sumatra) if sumatra else self._folder()
        return self._cups_lp_or_folder(printer)

    def _folder(self) -> SavePdfBackend:
        return SavePdfBackend(self.save_folder)

    def _cups_lp_or_folder(self, printer: str) -> PrintBackend:
        cups = _cups_backend()
        lp = LpBackend(cups) if lp_is_installed() else None
        try:
            queues = cups.list_printers()
        except PrintError as error:
            if lp and error.code in _LP_CAN_DO:
                return lp
            # The server of a named printer can come back; its jobs wait for it.
            return cups if printer else self._folder()
        if not printer:
            return cups if queues else self._folder()
        known = any(queue.name == printer for queue in queues)
        return lp if lp and not known and _lists(lp, printer) else cups

    def named(self, backend: str) -> PrintBackend:
        """See `PrintSystem.named`."""
        match backend:
            case "cups":
                return _cups_backend()
            case "lp":
                return LpBackend(_cups_backend())
            case "ipp":
                return IppPrinterBackend()
            case "raw":
                return RawLabelBackend()
            case "save":
                return self._folder()
            case "sumatra" if sumatra := find_sumatra(os.environ):
                return SumatraBackend(sumatra)
        raise PrintError(
            "print_system_absent",
            "This computer does not have the print program that the badge was printed with.",
            next_step="Look for the badge where it was printed.",
            action=Action.REPRINT_BADGE,
        )
