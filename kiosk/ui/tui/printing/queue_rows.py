"""Format the badge queue as rows and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from kiosk.domain.printing.job import PrintState
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.printing.settings import MODE_WORDS, PrintMode
from kiosk.services.printing.status import PrintStatus, QueueLine, age_words
from kiosk.ui.actions import DESK, saved_and_next
from kiosk.ui.tui.desk.verdict import BannerView
from kiosk.ui.tui.widgets.charts import fit, padded

if TYPE_CHECKING:
    from kiosk.ui.tui.printing.print_control import TestNews

_RANK = {
    PrintState.QUEUED: 1,
    PrintState.SENT: 1,
    PrintState.PRINTING: 1,
    PrintState.FAILED: 0,
    PrintState.UNKNOWN: 2,
    PrintState.DONE: 2,
    PrintState.HANDED: 3,
    PrintState.CANCELED: 3,
}


def in_order(lines: list[QueueLine]) -> list[QueueLine]:
    """Sort jobs: problems first, then jobs on their way, then finished jobs."""

    def rank(line: QueueLine) -> int:
        base = _RANK[line.job.state]
        return 0 if line.job.needs_help and base < 3 else base

    return sorted(lines, key=rank)


def queue_row(line: QueueLine, width: int) -> Content:
    """Sign, number, state, person, printer, age; the person gets the remaining width."""
    job = line.job
    tone = {"✗": "$text-error", "!": "$text-warning", "✓": "$text-success"}.get(line.sign, "")
    tail_width = 20 if width >= 70 else 8
    person_width = max(10, width - 22 - tail_width)
    why = f" ({escape_controls(job.reason)})" if job.reason else ""
    person = fit(escape_controls(line.person), person_width - cell_len(why)) + why
    printer = escape_controls(job.printer) if line.is_ours else f"at {escape_controls(job.desk)}"
    age = age_words(line.age_s)
    where = padded(printer, tail_width - 7) if tail_width > 8 else ""
    settled = job.state in (PrintState.HANDED, PrintState.CANCELED)
    return Content.assemble(
        (f"{line.sign} ", f"bold {tone}" if tone else "bold"),
        (f"{line.name:>5} ", "dim"),
        (padded(line.words, 12), tone),
        (padded(person, person_width), "dim" if settled else "bold"),
        (f" {where} {age:>6}", "dim"),
    )


def head_content(status: PrintStatus, width: int) -> Content:
    """The printer, and when badges print."""
    settings = status.settings
    printer = escape_controls(settings.printer) or "none selected (F3)"
    labels = "" if settings.labels_left is None else f" · labels left {settings.labels_left}"
    sheet = settings.sheet
    if sheet is not None:
        labels = f" · next: place {sheet.place} of {sheet.places}"
    tail = f" · badges: {MODE_WORDS[settings.mode]}{labels}"
    free = width - cell_len(" Badge queue   printer: ") - cell_len(tail)
    return Content.assemble(
        (" Badge queue ", "bold"), ("  printer: ", "dim"), fit(printer, max(8, free)), (tail, "dim")
    )


def detail_content(line: QueueLine | None) -> Content:
    """The state of the selected badge, and what to do about it."""
    if line is None:
        return Content("No badge was printed here yet. F6 on the desk prints one.")
    job = line.job
    if not line.is_ours:
        return Content(f"This badge is handled at {escape_controls(job.desk)}.")
    sentence = escape_controls(job.sentence) or "The badge waits to be sent."
    step = escape_controls(job.next_step)
    tone = "$text-error" if job.needs_help else ""
    return Content("\n").join(
        [Content.styled(sentence, f"bold {tone}" if tone else ""), Content.styled(step, "")]
    )


# The message line of the queue screen, most urgent first.

News = tuple[str, Content]
"""A tone (`quiet`, `success`, `warning`, `error`) and two sentences."""


def scan_news(view: BannerView) -> News:
    """The desk's verdict on a scan made while this screen is open."""
    words = f"Scanned just now: {view.sign} {view.words}  {view.who}"
    return "success" if view.tone in ("success", "out") else "error", _two(words, view.hint)


def error_news(error: KioskError) -> News:
    """Why the last action failed."""
    rest = escape_controls(saved_and_next(error, DESK))
    return "error", _two(f"✗ {escape_controls(error.problem)}", rest)


def paper_news(status: PrintStatus, stayed: tuple[str, ...], test: TestNews | None) -> News:
    """A problem, badges that could not be moved, the test badge, the roll, or that all is well."""
    if status.trouble:
        return "error", _two(
            f"✗ {escape_controls(status.trouble)}", escape_controls(status.next_step)
        )
    if stayed:
        more = len(stayed) - 1
        rest = f"And {more} more could not be moved." if more else "It stays where it is."
        return "error", _two(f"! {escape_controls(stayed[0])}", rest)
    if test is not None:
        tone = "success" if test.is_good else "error"
        return tone, _two(
            f"Test badge: {escape_controls(test.sentence)}", escape_controls(test.next_step)
        )
    if status.settings.labels_are_low:
        return "warning", _two(*_roll_ends(status))
    return "quiet", _two(*_all_well(status))


def _two(first: str, second: str) -> Content:
    return Content("\n").join([Content.styled(first, "bold"), Content(second)])


def _all_well(status: PrintStatus) -> tuple[str, str]:
    settings = status.settings
    if settings.mode is not PrintMode.OFF and not settings.printer:
        return "No printer is selected: F6 writes a badge as a PDF.", "F3 selects a printer."
    if not settings.prints:
        return (
            "This desk does not print: F6 writes a badge as a PDF.",
            "F3 selects a printer; F9 sets when badges print.",
        )
    when = "at every first check-in" if settings.mode is PrintMode.ON_CHECK_IN else "by F6"
    waiting = f"On their way: {status.waiting}."
    if settings.sheet is not None:
        new = ": load a new sheet" if settings.sheet.place == 1 else ""
        waiting = f"Next badge: {settings.sheet.words}{new}. Ctrl+L changes it."
    return f"The printer is ok. Badges print {when}.", waiting


def _roll_ends(status: PrintStatus) -> tuple[str, str]:
    left = status.settings.labels_left
    first = (
        f"! {counted(left, 'label is', 'labels are')} left on the roll."
        if left
        else "! The roll should be empty now."
    )
    return first, "Have a new roll ready. Ctrl+L sets how many labels it has."
