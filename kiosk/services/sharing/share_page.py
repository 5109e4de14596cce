"""Print the event's code on an A4 page: as a PDF, or on a printer with A4 paper."""

from __future__ import annotations

from pathlib import Path

from kiosk.domain.printing.job import PDF_FOLDER
from kiosk.domain.sharing.pairing import grouped
from kiosk.errors import KioskError
from kiosk.printing.backend import PageSize, PrintSystem
from kiosk.services.badges.context import event_look
from kiosk.services.sharing.sharing import ShareInfo
from kiosk.storage.file.store import Store
from kiosk.support.files import check_pdf_target
from kiosk.support.paths import temp_dir

TITLE = "Make this laptop a desk"
STEPS = (
    "Bring the laptop to the same network as the first desk. Start kiosk and choose Join desks; if "
    "an event is open, choose Join an event in the command palette.",
    "Scan this code with the laptop's ticket scanner, or type the letters below it, then Enter. "
    "Spaces and capitals do not matter.",
    "Both screens show the digits below if it is the right event. Enter opens the desk.",
)
WARNING = (
    "Any laptop can join this event with this page, and read its list. Keep it at the desk, "
    "and tear it up afterwards. Lost? Choose Share this event at any desk, then New code."
)
_A4 = PageSize(210.0, 297.0)


def share_page_path(store: Store) -> Path:
    """Default path of the page: next to the event."""
    return store.path.with_name(f"{store.path.stem}-share.pdf")


def write_share_page(store: Store, info: ShareInfo, out: Path) -> Path:
    """Write one A4 page: QR code, letters in groups of four, three steps, confirmation digits.

    Raises:
        KioskError: `no_pdf_name`, or why it cannot be written.
    """
    from kiosk.badges.paper.sheets import SharePage, render_share_page  # with the PDF modules

    check_pdf_target(out)
    page = SharePage(
        TITLE,
        info.code,
        grouped(info.code).split(" "),
        info.confirm,
        STEPS,
        _notes(info),
    )
    return render_share_page(page, out, event=event_look(store))


def _notes(info: ShareInfo) -> tuple[str, ...]:
    where = " or ".join(info.addresses[:2])
    return (
        "Not found after a minute? Type the address of the first desk into the second line: "
        f"{where}. Or connect all laptops to one phone's hotspot.",
        "No network at all? Choose Write a stick bundle at the first desk, and Merge a stick "
        "bundle at the other; the code is the same.",
        WARNING,
    )


def print_share_page(store: Store, system: PrintSystem, info: ShareInfo) -> str:
    """Send the page to a printer with A4 paper, else write it next to the event.

    Returns:
        The printer's name, or the path of the PDF.

    Raises:
        KioskError: it could neither be sent nor written.
    """
    printer = _sheet_printer(system)
    if not printer:
        return str(write_share_page(store, info, share_page_path(store)))
    with temp_dir() as folder:
        page = write_share_page(store, info, folder / "share.pdf")
        backend, name = system.way_to(printer)
        backend.submit(page, name, title="desk code", page=_A4)
    return name


def _sheet_printer(system: PrintSystem) -> str:
    """Name of a printer that reports A4 paper, else the default printer; empty: none."""
    try:
        printers = [one for one in system.printers() if one.accepting and one.name != PDF_FOLDER]
    except KioskError:
        return ""
    sure = [one for one in printers if one.takes_size(*_A4[:2])]
    maybe = [one for one in printers if one.is_default and one.takes_size(*_A4[:2]) is not False]
    chosen = sorted(sure, key=lambda one: not one.is_default) or maybe
    return chosen[0].name if chosen else ""
