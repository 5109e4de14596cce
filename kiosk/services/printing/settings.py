"""Store the print settings of this desk: when and where badges print, and the labels left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.badges.layout.file import load_layout
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
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
    labels = store.machine_fact("labels_left")
    return PrintSettings(
        mode=PrintMode(mode) if mode in set(PrintMode) else PrintMode.OFF,
        printer=printer,
        layout=store.machine_fact(f"layout:{printer}") or store.machine_fact("print_layout"),
        stock=store.machine_fact(f"stock:{printer}"),
        labels_left=int(labels) if labels.isdecimal() else None,
        tested=store.machine_fact("printer_tested"),
    )


def set_print_mode(store: Store, mode: PrintMode) -> None:
    """Choose when badges print at this desk."""
    _keep(store, "print_mode", mode)


def set_printer(store: Store, printer: str) -> None:
    """Choose this desk's printer; empty for none."""
    _keep(store, "printer", printer)


def set_print_layout(store: Store, layout: str) -> None:
    """Choose the layout of badges printed at the desk; empty for the last used layout.

    Raises:
        KioskError: there is no such layout.
    """
    if layout:
        load_layout(layout)
    _keep(store, "print_layout", layout)


def set_labels_left(store: Store, labels: int | None) -> None:
    """Set the number of labels on the roll; None to stop counting.

    Raises:
        KioskError: `bad_labels`.
    """
    if labels is not None and not 0 <= labels <= MOST_LABELS:
        raise KioskError(
            "bad_labels",
            f"A roll cannot have {counted(labels, 'label')}.",
            saved="Nothing was changed.",
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


def _keep(store: Store, key: str, value: str) -> None:
    with store.writing():
        store.set_machine_facts({key: value})
