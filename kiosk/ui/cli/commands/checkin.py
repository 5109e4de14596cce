"""`kiosk scan`, `kiosk undo` and `kiosk check-out`."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from kiosk.domain.checkin.code_matching import may_be_name
from kiosk.domain.checkin.privileges import OVERRIDE
from kiosk.domain.checkin.rules import Direction, Outcome
from kiosk.domain.checkin.words import UNDONE
from kiosk.domain.datetimes import is_clock, when_words
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError, NotRecorded
from kiosk.services.checkin.activity import check_out_everybody, party_sentence, undo
from kiosk.services.checkin.authorisation import reason_missing
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.codes import knows_code
from kiosk.services.checkin.lists import (
    choose_list,
    event_lists,
    moment_text,
    name_of_list,
    paper_time,
)
from kiosk.services.checkin.orders import OrderScan, scan_order
from kiosk.services.checkin.verdict_text import VerdictText, checked_out_sentence
from kiosk.services.event.event import event_info
from kiosk.services.people.people import find_attendee
from kiosk.ui.actions import COMMAND_LINE, full_message
from kiosk.ui.cli.commands.pin import permission, with_permission
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import command, given_pairs, list_option, pin_option, repeatable
from kiosk.ui.cli.records import attendee_json, scan_json
from kiosk.ui.cli.streams import input_lines

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from kiosk.services.people.lookup import Lookup
    from kiosk.storage.file.store import Store

_MOST_HEADS = 1_000


@command("scan")
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@list_option("Check-in list; default: the list of the moment.")
@click.option("--exit", "leaving", is_flag=True, help="Record an exit.")
@click.option("--force", is_flag=True, help="Admit against the rules; needs --reason.")
@click.option("--reason", default="", metavar="TEXT", help="Reason for --force.")
@pin_option
@click.option("--heads", metavar="N", help="People of a party to admit, or `all`.")
@click.option("--ack", is_flag=True, help="Confirm that notes were read and questions asked.")
@click.option("--order", "whole_order", is_flag=True, help="Check in everybody of the order.")
@click.option("--at", "paper", metavar="TIME", help="Time on a paper list; names are found too.")
@repeatable("--answer", "answers", "QUESTION=ANSWER", "Answer, or its number; repeatable.")
def scan_command(
    line: CommandLine,
    codes: tuple[str, ...],
    list_name: str | None,
    leaving: bool,
    force: bool,
    reason: str,
    heads: str | None,
    ack: bool,
    whole_order: bool,
    paper: str | None,
    answers: tuple[str, ...],
) -> int:
    """Check tickets in or out. CODE is a ticket code, or - for one code per input line.

    With --at, check-ins of a paper list are entered later and marked so: CODE may be a name, and
    a line may begin with a time of its own (9:40 Asha Rao). A line with a time only is the time
    of the lines that follow.
    """
    store = line.store
    order = ScanOrder(
        list_name=list_name,
        direction=Direction.EXIT if leaving else Direction.ENTRY,
        heads=_heads(heads),
        force=force,
        reason=reason,
        acknowledged=ack,
        answers=given_pairs(
            answers,
            "bad_answer",
            "is not an answer to a question.",
            saved="Nothing was recorded.",
            next_step="Write it as QUESTION=ANSWER. See the questions: kiosk questions.",
        ),
    )
    if force:
        if not reason.strip():
            raise reason_missing(OVERRIDE)  # before any input is read
        order = replace(order, given=permission(line, OVERRIDE, reason))
    if paper is not None:
        order = replace(order, at_ms=paper_time(store, paper))
    if codes == ("-",):
        return _scan_lines(line, order, whole_order=whole_order)
    zone = event_info(store).zone
    names = _PaperNames(store)
    orders = (_order_of(store, order, code, names) for code in codes)
    scans = [_scanned(store, one, zone, whole_order, names) for one in orders]
    line.console.result(
        [one.record for one in scans], [text for one in scans for text in one.lines]
    )
    return max(one.exit_code for one in scans)


_SHOWN = 4
"""Attendees named where a name of a paper list fits several."""
_OWN_TIME = re.compile(r"\s*(\d{1,2}[:.]\d{2}(?:\s*[ap]m)?)\s+(?=\S)", re.IGNORECASE)


class _PaperNames:
    """Finds the names of a paper list; all names are read once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def _lookup(self) -> Lookup:
        from kiosk.services.people.lookup import Lookup  # only for names on paper

        return Lookup.load(self._store)

    def find(self, text: str) -> str | None:
        """The id of the only attendee who can be meant; None: there is none."""
        self._lookup.refresh(self._store)
        found = self._lookup.search(self._store, text, 2)
        return found.people[0].id if found.clear else None

    def refusal(self, text: str) -> str:
        """Why a text that is no code was not entered as a name; empty: it is no name."""
        if not may_be_name(text):
            return ""
        people = self._lookup.search(self._store, text, _SHOWN).people
        shown = escape_controls(text)
        if not people:
            return f"No match for “{shown}”."
        names = ", ".join(escape_controls(person.label) for person in people)
        return f"“{shown}” is not certain: {names}. Write the whole name, or the ticket's code."


def _order_of(store: Store, order: ScanOrder, text: str, names: _PaperNames) -> ScanOrder:
    """The scan of one code; of a paper list also of a name, with a time of its own."""
    if order.at_ms is None:
        return replace(order, code=text)
    if own := _OWN_TIME.match(text):
        order = replace(order, at_ms=paper_time(store, own[1].replace(".", ":")))
        text = text[own.end() :]
    if knows_code(store, text):
        return replace(order, code=text)
    return replace(order, code=text, attendee_id=names.find(text))


class _Scanned(NamedTuple):
    """One code: its JSON, its sentences, its exit code."""

    record: dict[str, Any]
    lines: list[str]
    exit_code: int


def _scanned(
    store: Store, order: ScanOrder, zone: ZoneInfo, whole_order: bool, names: _PaperNames
) -> _Scanned:
    """Scan one code, with the others of its order where that is wanted."""
    done = scan_order(store, order) if whole_order else OrderScan(scan(store, order), ())
    is_unknown = order.at_ms is not None and done.result.outcome is Outcome.INVALID
    if is_unknown and (refusal := names.refusal(order.code)):
        done = replace(done, result=replace(done.result, said=VerdictText(refusal)))
    results = (done.result, *done.others)
    record = scan_json(store, done.result, zone)
    if whole_order:
        record["order"] = [scan_json(store, other, zone) for other in done.others]
    is_refused = any(one.outcome is not Outcome.OK for one in results)
    return _Scanned(record, [one.message for one in results], int(is_refused))


def _heads(text: str | None) -> int | None:
    """Read a number of people; 0 means all."""
    if text is None:
        return None
    word = text.strip().casefold()
    if word == "all":
        return 0
    if word.isdecimal() and 1 <= int(word) <= _MOST_HEADS:
        return int(word)
    raise NotRecorded(
        "bad_heads",
        f"“{text}” is not a number of people.",
        next_step="Use --heads 2, or --heads all.",
    )


def _scan_lines(line: CommandLine, order: ScanOrder, *, whole_order: bool) -> int:
    """Answer each line before the next is read; take part in sharing, without waiting for it."""
    from kiosk.services.sharing.runner import SharingRunner  # a single scan does not share

    store = line.store
    sharing = SharingRunner(store.path, line.desk)
    sharing.start_if_shared(store)
    store.after_commit = sharing.notify
    zone = event_info(store).zone
    exit_code, names = 0, _PaperNames(store)
    try:
        for text in input_lines():
            if not text.strip() and not line.console.as_json:
                continue  # a person pressed Enter; a script gets one answer per line
            if order.at_ms is not None and is_clock(text):
                at_ms = paper_time(store, text)
                order = replace(order, at_ms=at_ms)
                said = f"The lines that follow count for {when_words(at_ms, zone, store.clock())}."
                line.console.result({"code": text, "at": moment_text(at_ms, zone)}, [said])
                continue
            try:
                one = _order_of(store, order, text, names)
            except KioskError as error:
                if error.code != "bad_time":  # of this line; the lines after it are read
                    raise
                message = full_message(error, COMMAND_LINE)
                record = {"code": text, "error": error.code, "message": message}
                line.console.result(record, [message])
                exit_code = 1
                continue
            done = _scanned(store, one, zone, whole_order, names)
            line.console.result(done.record, done.lines)
            exit_code = max(exit_code, done.exit_code)
    finally:
        sharing.stop()
    return exit_code


@command("undo")
@click.option("--id", "attendee", metavar="ID", help="Attendee; default: the last of this desk.")
@list_option("Check-in list; default: any.")
@click.option("--reason", default="", metavar="TEXT", help="Reason, kept in the log.")
@pin_option
def undo_command(
    line: CommandLine, attendee: str | None, list_name: str | None, reason: str
) -> int:
    """Undo the last check-in of this desk, or of one attendee.

    Where a PIN is set, an older check-in needs it.
    """
    store = line.store
    attendee_id = find_attendee(store, attendee).id if attendee else None
    try:
        undone = with_permission(
            line,
            lambda given: undo(
                store, attendee_id=attendee_id, list_name=list_name, reason=reason, given=given
            ),
        )
    except KioskError as error:
        if error.code != "nothing_to_undo":
            raise
        line.console.result({"undone": None}, [])
        line.console.fail(error)
        return 1
    person = find_attendee(store, undone.attendee_id)
    name = name_of_list(store, undone.list_id)
    record = {
        "attendee": attendee_json(person),
        "list": name,
        "direction": undone.direction,
        "at": moment_text(undone.at_ms, event_info(store).zone),
        "desk": undone.desk,
        "heads": undone.heads,
    }
    message = (
        f"{UNDONE}: {person.label}, {undone.direction} on “{name}”.{party_sentence(store, undone)}"
    )
    line.console.result({"undone": record}, [message])
    return 0


@command("check-out")
@list_option("Check-in list; default: the list of the moment.")
def check_out_command(line: CommandLine, list_name: str | None) -> int:
    """Check out everyone who is inside on a list.

    Every day at a fixed time: kiosk lists set NAME --check-out-at 3:00.
    """
    store = line.store
    item = choose_list(event_lists(store), list_name, store.clock())
    heads = check_out_everybody(store, item)
    line.console.result(
        {"list": item.name, "checked_out": heads}, [checked_out_sentence(item.name, heads)]
    )
    return 0
