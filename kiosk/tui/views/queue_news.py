"""The one place on the queue's screen for what a person should read now, most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from kiosk.domain.text import visible
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.print_settings import PrintMode
from kiosk.services.print_status import PrintStatus
from kiosk.tui.views.verdict import BannerView

if TYPE_CHECKING:
    from kiosk.tui.print_control import TestNews

News = tuple[str, Content]
"""A tone (`quiet`, `success`, `warning`, `error`) and two sentences."""


def scan_news(view: BannerView) -> News:
    """A scan made while this screen is open: the desk's verdict."""
    words = f"Scanned meanwhile: {view.sign} {view.words}  {view.who}"
    return "success" if view.tone == "success" else "error", _two(words, view.hint)


def error_news(error: KioskError) -> News:
    """Why the last key could not do its work."""
    rest = " ".join(part for part in (error.saved, error.next_step) if part)
    return "error", _two(f"✗ {visible(error.problem)}", visible(rest))


def paper_news(status: PrintStatus, stayed: tuple[str, ...], test: TestNews | None) -> News:
    """Trouble, what could not be moved, the test badge, the roll, or that all is well."""
    if status.trouble:
        return "error", _two(f"✗ {visible(status.trouble)}", visible(status.next_step))
    if stayed:
        more = len(stayed) - 1
        rest = f"And {more} more could not be moved." if more else "It stays where it is."
        return "error", _two(f"! {visible(stayed[0])}", rest)
    if test is not None:
        tone = "success" if test.is_good else "error"
        return tone, _two(f"Test badge: {visible(test.sentence)}", visible(test.next_step))
    if status.settings.labels_are_low:
        return "warning", _two(*_roll_ends(status))
    return "quiet", _two(*_all_well(status))


def _two(first: str, second: str) -> Content:
    return Content("\n").join([Content.styled(first, "bold"), Content(second)])


def _all_well(status: PrintStatus) -> tuple[str, str]:
    settings = status.settings
    if settings.mode is not PrintMode.OFF and not settings.printer:
        return "No printer is chosen yet: F6 writes a badge as a PDF.", "F3 chooses a printer."
    if not settings.prints:
        return (
            "This desk does not print: F6 writes a badge as a PDF.",
            "F3 chooses a printer; F9 chooses when badges print.",
        )
    when = "at every first check-in" if settings.mode is PrintMode.ON_CHECK_IN else "by F6"
    return f"The printer is ok. Badges print {when}.", f"On their way: {status.waiting}."


def _roll_ends(status: PrintStatus) -> tuple[str, str]:
    left = status.settings.labels_left
    first = (
        f"! {counted(left, 'label is', 'labels are')} left on the roll."
        if left
        else "! The roll should be empty now."
    )
    return first, "Have a new roll ready; Ctrl+L notes how many labels it has."
