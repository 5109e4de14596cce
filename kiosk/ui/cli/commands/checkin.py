"""`kiosk scan` and `kiosk undo`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace

from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, ScanResult, last_to_undo, scan, undo
from kiosk.services.checkin.lists import moment_text
from kiosk.services.checkin.pins import undo_needs_pin
from kiosk.services.event.event import event_info
from kiosk.services.people.people import find_attendee
from kiosk.services.sharing.runner import SharingRunner
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import check_in_lists
from kiosk.ui.cli.commands.pin import ask_permission
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.records import attendee_json, scan_json


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    parser = subparsers.add_parser("scan", help="check tickets in (or out)")
    parser.add_argument("codes", nargs="+", metavar="CODE", help="codes, or - for one per line")
    parser.add_argument("--list", dest="list_name", metavar="L", help="the check-in list")
    parser.add_argument("--exit", action="store_true", help="people leave")
    parser.add_argument("--force", action="store_true", help="admit against the rules")
    parser.add_argument("--reason", default="", metavar="R", help="why, with --force")
    parser.add_argument(
        "--pin-stdin", action="store_true", help="with --force: the PIN is the first input line"
    )
    parser.add_argument("--heads", metavar="N", help="people of a party to admit, or `all`")
    parser.add_argument(
        "--ack", action="store_true", help="the notes were read, the questions asked"
    )
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="QUESTION=ANSWER",
        help="what was answered; may stand again; ANSWER may be its number",
    )
    parser.set_defaults(handler=_scan)
    back = subparsers.add_parser("undo", help="take the last check-in back")
    back.add_argument("--id", dest="attendee", metavar="ATTENDEE")
    back.add_argument("--list", dest="list_name", metavar="L")
    back.add_argument("--reason", default="", metavar="R")
    back.add_argument(
        "--pin-stdin",
        action="store_true",
        help="the PIN, which an older check-in may need, is the first input line",
    )
    back.set_defaults(handler=_undo)
    return [parser, back]


def _heads(text: str | None) -> int | None:
    if text is None:
        return None
    if text.strip().casefold() == "all":
        return 0
    if text.strip().isdecimal() and 1 <= int(text) <= 1_000:
        return int(text)
    raise KioskError(
        "bad_heads",
        f"“{text}” is no number of people.",
        saved="Nothing was recorded.",
        next_step="Use --heads 2, or --heads all.",
    )


def _answers(given: list[str]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for text in given:
        name, is_there, answer = text.partition("=")
        if not is_there:
            raise KioskError(
                "bad_answer",
                f"“{text}” is no answer to a question.",
                saved="Nothing was recorded.",
                next_step="Write it as QUESTION=ANSWER; `kiosk questions` shows them.",
            )
        answers[name] = answer
    return answers


def input_lines() -> Iterator[str]:
    """Lines of standard input as they come, whatever bytes they hold."""
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "surrogateescape").rstrip("\r\n")


def _scan(line: CommandLine) -> int:
    options = line.options
    store = line.store
    order = ScanOrder(
        list_name=options.list_name,
        direction=Direction.EXIT if options.exit else Direction.ENTRY,
        heads=_heads(options.heads),
        force=options.force,
        reason=options.reason,
        acknowledged=options.ack,
        answers=_answers(options.answer),
    )
    if order.force and not order.reason.strip():
        scan(store, order)  # says what is missing, before any line is read
    if order.force:
        ask_permission(line, store, from_stdin=options.pin_stdin)
    if options.codes == ["-"]:
        return _scan_stream(line, store, order)
    results = [_scan_one(store, order, code) for code in options.codes]
    zone = event_info(store).zone
    if line.console.as_json:
        line.console.json([scan_json(result, zone) for result in results])
    else:
        for result in results:
            line.console.show(result.message)
    return _exit_code(results)


def _scan_one(store: Store, order: ScanOrder, code: str) -> ScanResult:
    return scan(store, replace(order, code=code))


def _scan_stream(line: CommandLine, store: Store, order: ScanOrder) -> int:
    """One answer a line, durable before it is written, before the next line is read.

    It takes part in sharing meanwhile, and never waits for it.
    """
    part = SharingRunner(store.path, line.desk)
    part.start_if_shared(store)
    store.after_commit = part.notify
    try:
        return _answer_lines(line, store, order)
    finally:
        part.stop()


def _answer_lines(line: CommandLine, store: Store, order: ScanOrder) -> int:
    zone = event_info(store).zone
    code = 0
    for text in input_lines():
        if not text.strip() and not line.console.as_json:
            continue  # a person who pressed Enter; a script gets one answer a line
        result = _scan_one(store, order, text)
        if line.console.as_json:
            line.console.json(scan_json(result, zone))
        else:
            line.console.show(result.message)
        code = max(code, _exit_code([result]))
    return code


def _exit_code(results: list[ScanResult]) -> int:
    return 0 if all(result.outcome is Outcome.OK for result in results) else 1


def _undo(line: CommandLine) -> int:
    options = line.options
    store = line.store
    attendee_id = find_attendee(store, options.attendee).id if options.attendee else None
    last = last_to_undo(store, attendee_id=attendee_id, list_name=options.list_name)
    if last is not None and undo_needs_pin(store, last):
        act = "Taking back what is older than five minutes"
        ask_permission(line, store, from_stdin=options.pin_stdin, act=act)
    try:
        taken_back = undo(
            store, attendee_id=attendee_id, list_name=options.list_name, reason=options.reason
        )
    except KioskError as error:
        if error.code != "nothing_to_undo":
            raise
        if line.console.as_json:
            line.console.json({"undone": None})
        line.console.fail(error)
        return 1
    person = find_attendee(store, taken_back.attendee_id)
    names = {item.id: item.name for item in check_in_lists(store.connection)}
    name = names.get(taken_back.list_id, "")
    if line.console.as_json:
        zone = event_info(store).zone
        line.console.json(
            {
                "undone": {
                    "attendee": attendee_json(person),
                    "list": name,
                    "direction": taken_back.direction,
                    "at": moment_text(taken_back.at_ms, zone),
                    "desk": taken_back.desk,
                    "heads": taken_back.heads,
                }
            }
        )
    else:
        line.console.show(f"↶ UNDONE: {person.label}, {taken_back.direction} on “{name}”.")
    return 0
