"""Chooses the way to print on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.printing.backend import PrintBackend, PrinterInfo
from kiosk.printing.backends.cups import CupsBackend
from kiosk.printing.backends.cups_server import cups_endpoint, user_default_printer
from kiosk.printing.backends.ipp_printer import IppPrinterBackend, is_printer_uri
from kiosk.printing.backends.lp import LpBackend, lp_is_installed
from kiosk.printing.backends.save_pdf import FOLDER_PRINTER, SavePdfBackend
from kiosk.printing.backends.windows import SumatraBackend, find_sumatra
from kiosk.printing.errors import PrintError
from kiosk.printing.ipp.client import IppClient

_LP_KNOWS_BETTER = ("printer_login_needed", "printer_needs_encryption")


def find_backend(printer: str | None = None, *, save_folder: Path | None = None) -> PrintBackend:
    """The way to print to that printer, or the best way there is when none is named.

    Asks the print server, so it may block for some seconds: call it in a worker thread.

    Args:
        printer: a queue's name, an address like `ipp://10.0.0.7/ipp/print`, or "PDF folder".
        save_folder: where badges go that cannot be printed; Documents by default.
    """
    if printer == FOLDER_PRINTER:
        return save_backend(save_folder)
    if printer and is_printer_uri(printer):
        return IppPrinterBackend((printer,))
    if sys.platform == "win32":
        sumatra = find_sumatra()
        return SumatraBackend(sumatra) if sumatra else save_backend(save_folder)
    return _cups_or_less(printer, save_folder)


def _cups_or_less(printer: str | None, save_folder: Path | None) -> PrintBackend:
    cups = cups_backend()
    lp = LpBackend(cups) if lp_is_installed() else None
    try:
        queues = cups.list_printers()
    except PrintError as trouble:
        if lp and trouble.code in _LP_KNOWS_BETTER:
            return lp
        # A named printer whose server is away comes back; its jobs wait for it.
        return cups if printer else save_backend(save_folder)
    if printer is None:
        return cups if queues else save_backend(save_folder)
    known = any(queue.name == printer for queue in queues)
    return lp if lp and not known and _lists(lp, printer) else cups


def _lists(lp: LpBackend, printer: str) -> bool:
    try:
        return any(found.name == printer for found in lp.list_printers())
    except PrintError:
        return False


def backend_named(name: str, *, save_folder: Path | None = None) -> PrintBackend:
    """The backend of a stored job, by `SubmittedJob.backend`, without asking anybody.

    Raises:
        PrintError: this machine has no such way to print.
    """
    if name == "cups":
        return cups_backend()
    if name == "lp":
        return LpBackend(cups_backend())
    if name == "ipp":
        return IppPrinterBackend()
    if name == "save":
        return save_backend(save_folder)
    if name == "sumatra" and (sumatra := find_sumatra()):
        return SumatraBackend(sumatra)
    raise PrintError(
        "print_system_absent",
        "The way this badge was printed is not on this machine.",
        next_step="Look for the badge where it was printed, or print it again with F6.",
    )


def choose_printer(backend: PrintBackend, printer: str | None = None) -> PrinterInfo:
    """The named printer, else the default one, else the only one.

    Raises:
        PrintError: there is no such printer, or several and none is the default.
    """
    printers = backend.list_printers()
    chosen = [p for p in printers if (p.name == printer if printer else p.is_default)]
    if chosen or (not printer and len(printers) == 1):
        return (chosen or printers)[0]
    names = ", ".join(found.name for found in printers) or "none"
    raise PrintError(
        "printer_unknown",
        f"There is no printer called {printer}." if printer else "No default printer is set.",
        next_step=f"Choose one of these: {names}.",
    )


def cups_backend() -> CupsBackend:
    """CUPS as this user's environment and settings say."""
    return CupsBackend(IppClient(cups_endpoint()), user_default=user_default_printer())


def save_backend(folder: Path | None = None) -> SavePdfBackend:
    """PDFs in a folder, opened in the viewer one by one."""
    return SavePdfBackend(folder or default_save_folder(), open_when_saved=folder is None)


def default_save_folder() -> Path:
    """`kiosk/badges to print` in Documents."""
    import platformdirs

    return platformdirs.user_documents_path() / "kiosk" / "badges to print"
