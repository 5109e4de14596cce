"""Store the print settings of this desk: when and where badges print, and the labels left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kiosk.badges.sheets.stock import Stock, load_stock
from kiosk.domain.text import counted
from kiosk.errors import Action, KioskError, Refused
from kiosk.storage.file.store import Store

LABELS_LOW = 10
"""From this number on the desk shows how many labels are left."""
MOST_LABELS = 100_000


class PrintMode(StrEnum):
    """When a badge prints at this desk."""

    OFF = "off"
    """Never: a badge becomes a PDF."""
    BY_KEY = "key"
    """When a volunteer asks for it."""
    ON_CHECK_IN = "check_in"
    """At every first check-in, and when a volunteer asks for it."""


MODE_WORDS = {
    PrintMode.OFF: "off",
    PrintMode.BY_KEY: "on request",
    PrintMode.ON_CHECK_IN: "on check-in",
}


class PrinterPaper(NamedTuple):
    """The layout and stock of a printer of this machine; empty: as for the event."""

    layout: str = ""
    stock: str = ""


class SheetPlace(NamedTuple):
    """The next free place of the sheet in a printer; row by row from the top left."""

    place: int
    """From 1."""
    columns: int
    rows: int

    @property
    def places(self) -> int:
        """Number of places on the sheet."""
        return self.columns * self.rows

    @property
    def words(self) -> str:
        """`place 4 of 10 (row 2, column 2)`."""
        row, column = divmod(self.place - 1, self.columns)
        return f"place {self.place} of {self.places} (row {row + 1}, column {column + 1})"


@dataclass(frozen=True, slots=True)
class PrintSettings:
    """The settings of this machine for this event; each desk has its own."""

    mode: PrintMode = PrintMode.OFF
    printer: str = ""
    """Empty: no printer is selected."""
    layout: str = ""
    """Layout of badges printed at the desk; empty: the last used layout."""
    stock: str = ""
    """Labels or paper of the printer; empty: a page of the layout's size."""
    labels_left: int | None = None
    """None: the number on the roll is unknown."""
    tested: str = ""
    """The printer of the last test badge."""
    sheet: SheetPlace | None = None
    """None: the printer prints one badge a page."""

    @property
    def prints(self) -> bool:
        """Whether this desk prints badges on paper."""
        return self.mode is not PrintMode.OFF and bool(self.printer)

    @property
    def labels_are_low(self) -> bool:
        """Whether few labels are left, if their number is known."""
        return self.labels_left is not None and self.labels_left <= LABELS_LOW


def print_settings(store: Store) -> PrintSettings:
    """This desk's settings now."""
    mode, printer = store.machine_fact("print_mode"), store.machine_fact("printer")
    paper, labels = printer_paper(store, printer), store.machine_fact("labels_left")
    return PrintSettings(
        mode=PrintMode(mode) if mode in set(PrintMode) else PrintMode.OFF,
        printer=printer,
        layout=paper.layout,
        stock=paper.stock,
        labels_left=int(labels) if labels.isdecimal() else None,
        tested=store.machine_fact("printer_tested"),
        sheet=sheet_place(store, printer),
    )


def printer_paper(store: Store, printer: str) -> PrinterPaper:
    """The layout and the stock of a printer; the layout of this desk if it has none."""
    layout = store.machine_fact(f"layout:{printer}") or store.machine_fact("print_layout")
    return PrinterPaper(layout, store.machine_fact(f"stock:{printer}"))


def set_print_mode(store: Store, mode: PrintMode) -> None:
    """Choose when badges print at this desk."""
    _keep(store, "print_mode", mode)


def set_printer(store: Store, printer: str) -> None:
    """Choose this desk's printer; empty for none."""
    _keep(store, "printer", printer)


def set_labels_left(store: Store, labels: int | None) -> None:
    """Set the number of labels on the roll; None to stop counting.

    Raises:
        KioskError: `bad_labels`.
    """
    if labels is not None and not 0 <= labels <= MOST_LABELS:
        raise Refused(
            "bad_labels",
            f"A roll cannot have {counted(labels, 'label')}.",
            next_step="Type the number on the roll's box, for example 300.",
        )
    _keep(store, "labels_left", "" if labels is None else str(labels))


def note_tested(store: Store, printer: str) -> None:
    """Record the printer that printed a test badge."""
    _keep(store, "printer_tested", printer)


def use_a_label(store: Store) -> None:
    """One label less on the roll; inside `writing()`."""
    left = print_settings(store).labels_left
    if left:
        store.set_machine_facts({"labels_left": str(left - 1)})


# The sheet with several places in a printer.


def sheet_place(store: Store, printer: str) -> SheetPlace | None:
    """The next free place of the sheet in a printer; None if it prints one badge a page."""
    stock = _sheet_in(store, printer)
    return None if stock is None else _place_in(store, printer, stock)


def _place_in(store: Store, printer: str, stock: Stock) -> SheetPlace:
    kept = store.machine_fact(_place_key(printer, stock))
    place = int(kept) if kept.isdecimal() and int(kept) <= stock.per_page else 1
    return SheetPlace(max(1, place), stock.columns, stock.rows)


def set_sheet_place(store: Store, printer: str, place: int) -> None:
    """Set the next free place of the sheet in a printer.

    Raises:
        KioskError: `not_a_sheet`, `start_out_of_range`.
    """
    stock = _sheet_in(store, printer)
    if stock is None:
        raise Refused(
            "not_a_sheet",
            f"{printer} prints one badge a page: there is no place to choose.",
            next_step="Choose a stock with several badges a sheet first.",
            action=Action.CHOOSE_PAPER,
        )
    if not 1 <= place <= stock.per_page:
        raise Refused(
            "start_out_of_range",
            f"Place {place} is not on the sheet: {stock.name} has {stock.per_page} places.",
            next_step=f"Choose a place from 1 to {stock.per_page}.",
        )
    _keep(store, _place_key(printer, stock), str(place))


def take_sheet_place(store: Store, printer: str) -> SheetPlace | None:
    """Reserve the next free place for a badge; the next badge gets the place after it."""
    stock = _sheet_in(store, printer)
    if stock is None:
        return None
    with store.writing():
        taken = _place_in(store, printer, stock)
        store.set_machine_facts({_place_key(printer, stock): str(_after(taken).place)})
    return taken


def give_back_sheet_place(store: Store, printer: str, taken: SheetPlace) -> None:
    """Free the place of a badge that was not printed, unless a later badge has the next one."""
    stock = _sheet_in(store, printer)
    if stock is None:
        return
    with store.writing():
        if _place_in(store, printer, stock) == _after(taken):
            store.set_machine_facts({_place_key(printer, stock): str(taken.place)})


def _after(place: SheetPlace) -> SheetPlace:
    return place._replace(place=place.place % place.places + 1)


def _sheet_in(store: Store, printer: str) -> Stock | None:
    name = printer_paper(store, printer).stock if printer else ""
    try:
        stock = load_stock(name) if name else None
    except KioskError:  # its file is gone: printing reports it
        return None
    return stock if stock and stock.per_page > 1 else None


def _place_key(printer: str, stock: Stock) -> str:
    return f"place:{printer}:{stock.name}"


def _keep(store: Store, key: str, value: str) -> None:
    with store.writing():
        store.set_machine_facts({key: value})
