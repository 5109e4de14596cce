"""`kiosk print`, `queue` and `printers`: badges on the spot."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.printing.job import PrintState
from kiosk.errors import KioskError
from kiosk.services.badges.badges import badges_folder
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import event_info
from kiosk.services.people.people import find_attendee
from kiosk.services.printing import jobs as print_jobs
from kiosk.services.printing import printing
from kiosk.services.printing.jobs import Cause, ReprintReason
from kiosk.services.printing.settings import print_settings
from kiosk.services.printing.status import QueueLine, age_words, queue_lines
from kiosk.services.printing.system import PDF_FOLDER, PrintSystem
from kiosk.storage.queries.badges import BadgeJob
from kiosk.ui.cli.console import CommandLine

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

WATCH_S = 3.0
"""How long `kiosk print` looks after badges that a printer has taken: most are out by then."""
LOOK_EVERY_S = 0.2
OTHER_PROGRAM_S = 30.0
"""How long a desk that took one of our jobs out of our hands may need to send it."""

_MOVING = (PrintState.QUEUED, PrintState.SENT, PrintState.PRINTING)
_BAD = (PrintState.QUEUED, PrintState.FAILED, PrintState.CANCELED)


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    to_print = subparsers.add_parser("print", help="print badges on the spot")
    to_print.add_argument("ids", nargs="+", metavar="ID", help="whose badges")
    to_print.add_argument("--printer", metavar="P", help="a printer's name or ipp:// address")
    to_print.add_argument(
        "--reason", choices=list(ReprintReason), help="why somebody gets another badge"
    )
    to_print.set_defaults(handler=_print)
    queue = subparsers.add_parser("queue", help="the badges on their way to paper")
    queue.add_argument("action", nargs="?", choices=list(_ACTIONS), help="default: list them")
    queue.add_argument("jobs", nargs="*", metavar="JOB", help="the jobs' numbers")
    queue.add_argument("--printer", metavar="P", help="with retry: another printer")
    queue.set_defaults(handler=_queue)
    printers = subparsers.add_parser("printers", help="the printers there are")
    printers.set_defaults(handler=_printers)
    return [to_print, queue, printers]


def _print(line: CommandLine) -> int:
    store, options = line.store, line.options
    system = printing.machine_printing(store)
    ids = list(dict.fromkeys(find_attendee(store, text).id for text in options.ids))
    printer = printing.check_printer(system, options.printer or print_settings(store).printer)
    reason = ReprintReason(options.reason) if options.reason else None
    jobs = print_jobs.queue_badges(store, ids, printer=printer, reason=reason, cause=Cause.COMMAND)
    if printer == PDF_FOLDER:
        folder = badges_folder(store)
        line.console.say(f"There is no printing system here: badges are saved in {folder}.")
    others = len(printing.send_waiting(store, system)) - len(jobs)
    if others > 0:
        line.console.say(f"Badges that waited from before were tried as well: {others}.")
    return _told(line, system, jobs)


def _told(line: CommandLine, system: PrintSystem, jobs: list[BadgeJob]) -> int:
    """Look after jobs that were sent for a moment, and say what became of them."""
    store = line.store
    _look_after(store, system, jobs)
    shown = _lines_of(line, jobs)
    _show(line, shown)
    return 1 if any(each.job.state in _BAD for each in shown) else 0


def _look_after(store: Store, system: PrintSystem, jobs: list[BadgeJob]) -> None:
    started = time.monotonic()
    while True:
        now = [print_jobs.fresh(store, job) for job in jobs]
        elsewhere = any(job.sentence == print_jobs.IN_HAND_OVER for job in now)
        moving = [job for job in now if job.was_taken and job.state in _MOVING]
        moving = [job for job in moving if not job.needs_help]
        limit_s = OTHER_PROGRAM_S if elsewhere else WATCH_S
        if not (elsewhere or moving) or time.monotonic() - started > limit_s:
            return
        time.sleep(LOOK_EVERY_S)
        for job in moving:
            printing.ask_about(store, system, job)


def _queue(line: CommandLine) -> int:
    store, options = line.store, line.options
    system = printing.machine_printing(store)
    printing.ask_about_all(store, system)
    if options.action is None:
        _show(line, queue_lines(store))
        return 0
    if not options.jobs:
        raise KioskError(
            "usage",
            f"`kiosk queue {options.action}` needs the number of a job.",
            saved="Nothing was changed.",
            next_step="`kiosk queue` lists them.",
        )
    if options.printer and options.action != "retry":
        raise KioskError("usage", "--printer goes with `kiosk queue retry` only.")
    jobs = [print_jobs.find_job(store, name) for name in options.jobs]
    if options.action == "retry":
        return _retry(line, system, jobs)
    act = _ACTIONS[options.action]
    changed = [act(store, system, job) for job in jobs]
    _show(line, _lines_of(line, changed))
    return 0


def _retry(line: CommandLine, system: PrintSystem, jobs: list[BadgeJob]) -> int:
    printer = line.options.printer or ""
    if printer:
        printer = printing.check_printer(system, printer)
    again = [printing.retry(line.store, system, job, printer) for job in jobs]
    printing.send_waiting(line.store, system, again)
    return _told(line, system, again)


def _hand_over(store: Store, system: PrintSystem, job: BadgeJob) -> BadgeJob:
    return print_jobs.mark_handed_out(store, job)


_ACTIONS: dict[str, Callable[[Store, PrintSystem, BadgeJob], BadgeJob]] = {
    "cancel": printing.cancel,
    "retry": printing.retry,
    "handed": _hand_over,
}


def _lines_of(line: CommandLine, jobs: list[BadgeJob]) -> list[QueueLine]:
    """These jobs as they are now, in the order given."""
    by_key = {(each.job.log_id, each.job.seq): each for each in queue_lines(line.store)}
    return [by_key[job.log_id, job.seq] for job in jobs]


def _show(line: CommandLine, lines: list[QueueLine]) -> None:
    if line.console.as_json:
        zone = event_info(line.store).zone
        line.console.json(
            [
                {
                    "job": each.name,
                    "attendee": each.job.attendee_id,
                    "name": each.person,
                    "printer": each.job.printer,
                    "state": str(each.job.state),
                    "reason": each.job.reason or None,
                    "message": each.job.sentence,
                    "next_step": each.job.next_step,
                    "needs_help": each.job.needs_help,
                    "desk": each.job.desk,
                    "at": moment_text(each.job.at_ms, zone),
                }
                for each in lines
            ]
        )
        return
    if not lines:
        line.console.say("No badge is in the queue.")
    for each in lines:
        reason = f" ({each.job.reason})" if each.job.reason else ""
        line.console.show(
            f"{each.name:>4} {each.sign} {each.words:<11} {each.person}{reason} "
            f"· {each.job.printer} · {age_words(each.age_s)}"
        )
        told = " ".join(part for part in (each.job.sentence, each.job.next_step) if part)
        if told and each.job.state is not PrintState.HANDED:
            line.console.show(f"       {told}")


def _printers(line: CommandLine) -> int:
    store = line.store
    chosen = print_settings(store).printer
    found = printing.machine_printing(store).printers()
    rows = [
        {
            "name": printer.name,
            "description": printer.description,
            "state": printer.state.name.lower() if printer.state else None,
            "default": printer.is_default,
            "accepting": printer.accepting,
            "reasons": list(printer.reasons),
            "chosen": printer.name == chosen,
        }
        for printer in found
    ]
    if line.console.as_json:
        line.console.json(rows)
        return 0
    for row in rows:
        marks = ", ".join(word for word in ("default", "chosen") if row[word])
        state = row["state"] or "says nothing"
        line.console.show(f"{row['name']!s:<20} {state:<12} {row['description']} {marks}".rstrip())
    return 0
