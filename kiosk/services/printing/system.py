"""The ways to paper that a machine has, as the queue needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.printing.backend import PrintBackend, PrinterInfo

PDF_FOLDER = "PDF folder"
"""The printer that saves PDF files in a folder, as the backend `save_pdf` calls it."""


class PrintSystem(Protocol):
    """All printers of this machine. Methods block; no screen's thread may call them."""

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
        """The backend that has taken a job.

        Raises:
            PrintError: this machine has no such way to print.
        """


@dataclass(frozen=True, slots=True)
class MachinePrinting:
    """The printing of the machine this runs on; PDFs in a folder where it has none."""

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
