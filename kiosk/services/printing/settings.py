"""What this desk does about paper: when badges print, where, and how many labels are left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.storage.queries.device_settings import set_local

LABELS_LOW = 10
"""From here on the desk says how many labels are left."""
MOST_LABELS = 100_000


class PrintMode(StrEnum):
    """When a badge prints at this desk."""

    OFF = "off"
    """Never: F6 writes a PDF."""
    BY_KEY = "key"
    """When F6 is pressed."""
    ON_CHECK_IN = "check_in"
    """At every first check-in, and when F6 is pressed."""


MODE_WORDS = {
    PrintMode.OFF: "off",
    PrintMode.BY_KEY: "by key",
    PrintMode.ON_CHECK_IN: "on check-in",
}


@dataclass(frozen=True, slots=True)
class PrintSettings:
    """Kept in the event file for this machine alone; other desks have their own."""

    mode: PrintMode = PrintMode.OFF
    printer: str = ""
    """Empty: none chosen."""
    layout: str = ""
    """Of badges printed on the spot; empty: the one used last."""
    labels_left: int | None = None
    """None: nobody told how many are on the roll."""
    tested: str = ""
    """The printer that a test badge was last sent to."""

    @property
    def prints(self) -> bool:
        """Whether F6 means paper."""
        return self.mode is not PrintMode.OFF and bool(self.printer)

    @property
    def labels_are_low(self) -> bool:
        """Whether the roll ends soon, as far as was told."""
        return self.labels_left is not None and self.labels_left <= LABELS_LOW


def print_settings(store: Store) -> PrintSettings:
    """This desk's settings now."""
    mode = store.local("print_mode")
    labels = store.local("labels_left")
    return PrintSettings(
        mode=PrintMode(mode) if mode in set(PrintMode) else PrintMode.OFF,
        printer=store.local("printer"),
        layout=store.local("print_layout"),
        labels_left=int(labels) if labels.isdecimal() else None,
        tested=store.local("printer_tested"),
    )


def set_print_mode(store: Store, mode: PrintMode) -> None:
    """Choose when badges print at this desk."""
    _keep(store, "print_mode", mode)


def set_printer(store: Store, printer: str) -> None:
    """Choose this desk's printer; empty for none."""
    _keep(store, "printer", printer)


def set_print_layout(store: Store, layout: str) -> None:
    """Choose the layout of badges printed on the spot; empty for the one used last.

    Raises:
        KioskError: there is no such layout.
    """
    if layout:
        from kiosk.badges.layout.file import load_layout

        load_layout(layout)
    _keep(store, "print_layout", layout)


def set_labels_left(store: Store, labels: int | None) -> None:
    """Note how many labels are on the roll; None to count no longer.

    Raises:
        KioskError: `bad_labels`.
    """
    if labels is not None and not 0 <= labels <= MOST_LABELS:
        raise KioskError(
            "bad_labels",
            f"A roll does not hold {counted(labels, 'label')}.",
            saved="Nothing was changed.",
            next_step="Give the number printed on the roll's box, for example 300.",
        )
    _keep(store, "labels_left", "" if labels is None else str(labels))


def note_tested(store: Store, printer: str) -> None:
    """Remember which printer took a test badge."""
    _keep(store, "printer_tested", printer)


def use_a_label(store: Store) -> None:
    """One label less on the roll; inside `writing()`."""
    left = print_settings(store).labels_left
    if left:
        set_local(store.connection, "labels_left", str(left - 1))


def _keep(store: Store, key: str, value: str) -> None:
    with store.writing():
        set_local(store.connection, key, value)
