"""Provide the printers of this machine to the print queue."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.printing.backend import PrintBackend, PrinterInfo

PDF_FOLDER = "PDF folder"
"""The name of the printer that saves PDF files in a folder; equals `save_pdf.FOLDER_PRINTER`."""


class PrintSystem(Protocol):
    """All printers of this machine. Methods block: never call them in the UI thread."""

    def printers(self) -> list[PrinterInfo]:
        """Every printer known now, the default one first.

        Raises:
            PrintError: the print system does not answer.
        """

    def way_to(self, printer: str) -> tuple[PrintBackend, str]:
        """The backend for a printer, and the printer's name; empty means the default one.

        Raises:
            PrintError: there is no such printer, or no default one.
        """

    def named(self, backend: str) -> PrintBackend:
        """The backend that accepted a job.

        Raises:
            PrintError: this machine does not have that backend.
        """


@dataclass(frozen=True, slots=True)
class MachinePrinting:
    """The printers of the local machine; PDFs in a folder if it has none.

    Each method imports `find` itself: it loads http.client and ssl, which only a desk that prints
    needs.
    """

    save_folder: Path

    def printers(self) -> list[PrinterInfo]:
        """See `PrintSystem.printers`."""
        from kiosk.printing.find import find_backend

        return find_backend(save_folder=self.save_folder).list_printers()

    def way_to(self, printer: str) -> tuple[PrintBackend, str]:
        """See `PrintSystem.way_to`."""
        from kiosk.printing.find import choose_printer, find_backend

        backend = find_backend(printer or None, save_folder=self.save_folder)
        return backend, printer or choose_printer(backend).name

    def named(self, backend: str) -> PrintBackend:
        """See `PrintSystem.named`."""
        from kiosk.printing.find import backend_named

        return backend_named(backend, save_folder=self.save_folder)
