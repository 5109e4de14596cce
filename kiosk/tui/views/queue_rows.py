"""The queue of badges as rows and words."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from kiosk.domain.print_job import PrintState
from kiosk.domain.text import visible
from kiosk.services.print_settings import MODE_WORDS
from kiosk.services.print_status import PrintStatus, QueueLine, age_words
from kiosk.tui.views.cells import fit

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
    """What somebody must see to first, then what is on its way, then what is settled."""

    def rank(line: QueueLine) -> int:
        base = _RANK[line.job.state]
        return 0 if line.job.needs_help and base < 3 else base

    return sorted(lines, key=rank)


def _cell(text: str, width: int) -> str:
    return set_cell_size(fit(text, width), width)


def queue_row(line: QueueLine, width: int) -> Content:
    """Sign, number, state, person, printer, age: the person gets what room there is."""
    job = line.job
    tone = {"✗": "$text-error", "!": "$text-warning", "✓": "$text-success"}.get(line.sign, "")
    tail_width = 20 if width >= 70 else 8
    person_width = max(10, width - 22 - tail_width)
    why = f" ({job.reason})" if job.reason else ""
    person = fit(visible(line.person), person_width - cell_len(why)) + why
    printer = visible(job.printer) if line.is_ours else f"at {visible(job.desk)}"
    age = age_words(line.age_s)
    where = _cell(printer, tail_width - 7) if tail_width > 8 else ""
    settled = job.state in (PrintState.HANDED, PrintState.CANCELED)
    return Content.assemble(
        (f"{line.sign} ", f"bold {tone}" if tone else "bold"),
        (f"{line.name:>5} ", "dim"),
        (_cell(line.words, 12), tone),
        (_cell(person, person_width), "dim" if settled else "bold"),
        (f" {where} {age:>6}", "dim"),
    )


def head_content(status: PrintStatus, width: int) -> Content:
    """Where badges go, and when."""
    settings = status.settings
    printer = visible(settings.printer) or "none chosen (F3)"
    labels = "" if settings.labels_left is None else f" · labels left {settings.labels_left}"
    tail = f" · badges: {MODE_WORDS[settings.mode]}{labels}"
    room = width - cell_len(" Badge queue   printer: ") - cell_len(tail)
    return Content.assemble(
        (" Badge queue ", "bold"), ("  printer: ", "dim"), fit(printer, max(8, room)), (tail, "dim")
    )


def detail_content(line: QueueLine | None) -> Content:
    """What is the case with the lit badge, and what to do about it."""
    if line is None:
        return Content("No badge was printed here yet. F6 on the desk prints one.")
    job = line.job
    if not line.is_ours:
        return Content(f"This badge is dealt with at {visible(job.desk)}.")
    sentence = visible(job.sentence) or "The badge waits to be sent."
    step = visible(job.next_step)
    tone = "$text-error" if job.needs_help else ""
    return Content("\n").join(
        [Content.styled(sentence, f"bold {tone}" if tone else ""), Content.styled(step, "")]
    )
