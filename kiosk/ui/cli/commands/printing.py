"""`kiosk print`, `queue` and `printers`: badges printed at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kiosk.domain.printing.job import PDF_FOLDER, PrintState
from kiosk.domain.text import counted
from kiosk.errors import Action, KioskError, Refused
from kiosk.printing.backend import PrintSystem
from kiosk.services.badges.badges import badges_folder, confirm_printed
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import event_info
from kiosk.services.people.people import find_attendee
from kiosk.services.printing import jobs as print_jobs
from kiosk.services.printing import printing, status
from kiosk.services.printing.jobs import Cause, ReprintReason
from kiosk.services.printing.paper import badge_format
from kiosk.services.printing.settings import (
    SheetPlace,
    print_settings,
    printer_paper,
    set_printer,
    set_sheet_place,
    sheet_place,
)
from kiosk.services.printing.status import QueueLine, age_words, queue_lines
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import (
    Word,
    command,
    layout_option,
    printer_option,
    start_at_option,
    stock_option,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from kiosk.printing.backend import PrinterInfo
    from kiosk.storage.queries.badges import BadgeJob

WATCH_S = 3.0
"""How long `kiosk print` watches the badges that a printer has taken: most are out by then."""
POLL_S = 0.2
OTHER_DESK_S = 30.0
"""How long another desk that took over one of our jobs may need to send it."""

_MOVING = (PrintState.QUEUED, PrintState.SENT, PrintState.PRINTING)
_NOT_PRINTED = (PrintState.QUEUED, PrintState.FAILED, PrintState.CANCELED)


@command("print")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@printer_option("Name or ipp:// address; default: the printer of this desk.")
@click.option(
    "--reason", type=Word(ReprintReason), help="Reason for another badge of the same attendee."
)
@start_at_option
def print_command(
    line: CommandLine,
    ids: tuple[str, ...],
    printer: str | None,
    reason: ReprintReason | None,
    start_at: int | None,
) -> int:
    """Print the badges of these attendees now."""
    store = line.store
    system = printing.machine_printing(store)
    people = list(dict.fromkeys(find_attendee(store, text).id for text in ids))
    target = printing.check_printer(system, printer or print_settings(store).printer)
    printing.check_paper(store, system, target)
    if start_at is not None:
        set_sheet_place(store, target, start_at)
    jobs = print_jobs.queue_badges(
        store, people, printer=target, reason=reason, cause=Cause.COMMAND
    )
    if target == PDF_FOLDER:
        folder = badges_folder(store)
        line.console.say(f"No printer is used: badges are saved as PDFs in {folder}.")
    places: Places = {}
    tried = printing.send_waiting(store, system, None, _noting(places))
    wanted = {job.number for job in jobs}
    others = [job for job in tried if job.number not in wanted and job.state not in _NOT_PRINTED]
    if others:
        line.console.say(f"Badges that were waiting before were sent, too: {len(others)}.")
    result = _watch_jobs(line, system, jobs, places)
    if places:
        line.console.hint(_next_words(sheet_place(store, target)))
    return result


@command("queue", reads=lambda action, **_: not action)
@click.argument("action", required=False, type=Word(("cancel", "retry", "handed", "printed")))
@click.argument("jobs", nargs=-1, metavar="[JOB]...")
@printer_option("Another printer, with retry.")
def queue_command(
    line: CommandLine, action: str | None, jobs: tuple[str, ...], printer: str | None
) -> int:
    """Show the print queue, or change it.

    Cancel or retry JOB, or mark it as handed to its attendee. printed: the badge PDFs that were
    made so far are printed.
    """
    store = line.store
    if action == "printed":
        count = confirm_printed(store)
        words = counted(count, "badge counts as printed", "badges count as printed")
        line.console.result({"printed": count}, [f"{words}."])
        return 0
    system = printing.machine_printing(store)
    reports = status.printer_reports(store, system)
    if status.has_news(reports):
        store = line.store_for_writing()
        status.record_reports(store, reports)
    if action is None:
        _show_queue(line, queue_lines(store))
        return 0
    if not jobs:
        raise Refused(
            "usage",
            f"`kiosk queue {action}` needs the number of a job.",
            next_step="See the numbers: kiosk queue.",
        )
    if printer and action != "retry":
        raise KioskError("usage", "--printer is only for `kiosk queue retry`.")
    chosen = [print_jobs.find_job(store, name) for name in jobs]
    if action == "retry":
        target = printing.check_printer(system, printer) if printer else ""
        again = [printing.retry(store, system, job, target) for job in chosen]
        places: Places = {}
        printing.send_waiting(store, system, again, _noting(places))
        return _watch_jobs(line, system, again, places)
    if action == "cancel":
        changed = [printing.cancel(store, system, job) for job in chosen]
    else:
        changed = [print_jobs.mark_handed_out(store, job) for job in chosen]
    _show_queue(line, _queue_lines_of(line, changed))
    return 0


Places = dict[int, SheetPlace]
"""The places on sheets of the jobs that were sent, by the number of the job."""


def _noting(places: Places) -> Callable[[printing.Sent], None]:
    """Collect the places of this desk's jobs."""

    def note(sent: printing.Sent) -> None:
        if sent.place is not None:
            places[sent.job.number] = sent.place

    return note


def _next_words(place: SheetPlace | None) -> str:
    if place is None:
        return ""
    if place.place == 1:
        return "The sheet is full: load a new one."
    return f"The next badge gets {place.words}: leave the sheet in the printer, or load it again."


def _watch_jobs(
    line: CommandLine, system: PrintSystem, jobs: list[BadgeJob], places: Places
) -> int:
    """Watch the jobs that were sent for a moment, and show their states."""
    _wait_for(line, system, jobs)
    shown = _queue_lines_of(line, jobs)
    _show_queue(line, shown, places)
    return 1 if any(entry.job.state in _NOT_PRINTED for entry in shown) else 0


def _wait_for(line: CommandLine, system: PrintSystem, jobs: list[BadgeJob]) -> None:
    started = time.monotonic()
    while True:
        now = [print_jobs.fresh(line.store, job) for job in jobs]
        at_another_desk = any(job.sentence == print_jobs.IN_HAND_OVER for job in now)
        moving = [
            job for job in now if job.was_taken and job.state in _MOVING and not job.needs_help
        ]
        limit_s = OTHER_DESK_S if at_another_desk else WATCH_S
        if not (at_another_desk or moving) or time.monotonic() - started > limit_s:
            return
        time.sleep(POLL_S)
        for job in moving:
            status.ask_about(line.store, system, job)


def _queue_lines_of(line: CommandLine, jobs: list[BadgeJob]) -> list[QueueLine]:
    """Return the queue's lines of these jobs, in the order given."""
    by_key = {(entry.job.log_id, entry.job.seq): entry for entry in queue_lines(line.store)}
    return [by_key[job.log_id, job.seq] for job in jobs]


def _show_queue(line: CommandLine, entries: list[QueueLine], places: Places | None = None) -> None:
    zone = event_info(line.store).zone
    documents = [_job_json(entry, zone) for entry in entries]
    lines: list[str] = []
    for entry, document in zip(entries, documents, strict=True):
        own_lines = _job_lines(entry)
        if places is not None:
            place = places.get(entry.job.number)
            document["place"] = place.place if place else None
            if place and not any(place.words in text for text in own_lines):
                own_lines.append(f"       On {place.words}.")
        lines += own_lines
    line.console.result(documents, lines)
    if not entries:
        line.console.hint("The print queue is empty.")


def _job_lines(entry: QueueLine) -> list[str]:
    job = entry.job
    reason = f" ({job.reason})" if job.reason else ""
    first = (
        f"{entry.name:>4} {entry.sign} {entry.words:<11} {entry.person}{reason} "
        f"· {job.printer} · {age_words(entry.age_s)}"
    )
    message = " ".join(part for part in (job.sentence, job.next_step) if part)
    has_message = message and job.state is not PrintState.HANDED
    return [first, f"       {message}"] if has_message else [first]


def _job_json(entry: QueueLine, zone: ZoneInfo) -> dict[str, Any]:
    job = entry.job
    return {
        "job": entry.name,
        "attendee": job.attendee_id,
        "name": entry.person,
        "printer": job.printer,
        "state": job.state,
        "reason": job.reason or None,
        "message": job.sentence,
        "next_step": job.next_step,
        "needs_help": job.needs_help,
        "desk": job.desk,
        "at": moment_text(job.at_ms, zone),
    }


@command("printers", reads=lambda name, **_: not name)
@click.argument("name", required=False, metavar="[PRINTER]")
@layout_option("Layout of its badges.")
@stock_option("Its labels or paper, or a size in mm such as 54x101.")
@start_at_option
@click.option("--test", is_flag=True, help="Print a test badge of that size.")
def printers_command(
    line: CommandLine,
    name: str | None,
    layout: str | None,
    stock: str | None,
    start_at: int | None,
    test: bool,
) -> int:
    """Show the printers, or choose one for this desk.

    PRINTER is its name, or an ipp:// address. Its layout and stock are kept on this computer;
    "" chooses those of the event again.
    """
    store = line.store
    system = printing.machine_printing(store)
    if name is None:
        if test or any(each is not None for each in (layout, stock, start_at)):
            raise Refused(
                "usage",
                "--layout, --stock, --start-at and --test need the name of a printer.",
                action=Action.CHOOSE_PRINTER,
            )
        _show_printers(line, system.printers())
        return 0
    target = printing.check_printer(system, name)
    form = printing.choose_paper(store, system, target, layout=layout, stock=stock)
    if start_at is not None:
        set_sheet_place(store, target, start_at)
    set_printer(store, target)
    if test:
        printing.send_test(store, system, target)
    _show_choice(line, target, form.sheet_mm if form else None, is_sent=test)
    return 0


def _show_choice(
    line: CommandLine, printer: str, sheet_mm: tuple[float, float] | None, *, is_sent: bool
) -> None:
    form = badge_format(line.store, printer)
    width, height = form.size_mm
    stock = form.stock.name if form.stock else ""
    paper = f", stock {stock}" if stock else ""
    place = sheet_place(line.store, printer)
    document = {
        "printer": printer,
        "layout": form.name,
        "stock": stock or None,
        "next_place": place.place if place else None,
        "tested": is_sent,
    }
    lines = [
        f"Badges of this desk go to {printer}: layout {form.name}{paper}, "
        f"{width:g} x {height:g} mm."
    ]
    if sheet_mm:
        sheet = f"{sheet_mm[0]:g} x {sheet_mm[1]:g} mm"
        lines.append(f"It takes no such page: each badge is on a sheet of {sheet}, with cut marks.")
    if place:
        lines.append(f"The next badge gets {place.words} of the sheet in the printer.")
    if is_sent:
        lines.append("A test badge was sent: check that it came out.")
    line.console.result(document, lines)


def _show_printers(line: CommandLine, printers: list[PrinterInfo]) -> None:
    chosen = print_settings(line.store).printer
    rows = []
    for printer in printers:
        paper = printer_paper(line.store, printer.name)
        place = sheet_place(line.store, printer.name)
        rows.append(
            {
                "name": printer.name,
                "description": printer.description,
                "state": printer.state.name.lower() if printer.state else None,
                "default": printer.is_default,
                "accepting": printer.accepting,
                "reasons": printer.reasons,
                "chosen": printer.name == chosen,
                "layout": paper.layout or None,
                "stock": paper.stock or None,
                "next_place": place.place if place else None,
                "sizes_mm": printer.sizes_mm,
            }
        )
    line.console.result(rows, map(_printer_line, rows))


def _printer_line(row: dict[str, Any]) -> str:
    marks = [word for word in ("default", "chosen") if row[word]]
    marks += [f"{word} {row[word]}" for word in ("layout", "stock") if row[word]]
    marks += [f"next place {row['next_place']}"] if row["next_place"] else []
    state = row["state"] or "unknown"
    return f"{row['name']:<20} {state:<12} {row['description']} {', '.join(marks)}".rstrip()
