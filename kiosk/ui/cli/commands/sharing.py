"""`kiosk share`, `join`, `desks`, `conflicts`, `bundle` and `merge`: several desks."""

from __future__ import annotations

import re
import sys
import threading
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.domain.checkin.keyboard_layouts import LAYOUT_WORDS
from kiosk.domain.sharing.pairing import grouped
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError, Refused
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import event_info, open_event
from kiosk.services.setup.recent import remember_event
from kiosk.services.sharing.bundle import (
    BundleMerge,
    create_from_bundle,
    merge_bundle,
    merge_sentences,
    write_bundle_file,
)
from kiosk.services.sharing.conflicts import admission_lines, conflicts, export_conflicts
from kiosk.services.sharing.desks import RESTORED, Desks, desk_words, left_behind_text, list_desks
from kiosk.services.sharing.joining import join, parse_addresses
from kiosk.services.sharing.runner import SharingRunner
from kiosk.services.sharing.share_page import write_share_page
from kiosk.services.sharing.sharing import (
    add_addresses,
    is_shared,
    name_desk,
    qr_lines,
    share,
    stop_sharing,
)
from kiosk.support.files import check_pdf_target
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import FILE, command, output_option, repeatable

if TYPE_CHECKING:
    from kiosk.sync.status_file import SharedState


@command("share")
@click.option("--new-code", is_flag=True, help="Make a new code; the old one stops working.")
@click.option("--off", is_flag=True, help="Stop sharing; work alone from now on.")
@output_option("PAGE.pdf", "Page with the code to print.")
def share_command(line: CommandLine, new_code: bool, off: bool, output: Path | None) -> int:
    """Let other laptops become desks of this event."""
    console = line.console
    if off and (new_code or output):
        raise Refused(
            "usage", "--off takes no other option.", next_step="Omit --new-code and -o, or --off."
        )
    if off:
        stop_sharing(line.store)
        message = "This desk works alone now. Turn sharing on again: kiosk share"
        console.result({"code": None, "confirm": None, "addresses": []}, [message])
        return 0
    if output is not None:
        check_pdf_target(output)
    info = share(line.store, new_code=new_code)
    document = asdict(info)
    if output:
        try:
            page = write_share_page(line.store, info, output)
        except KioskError as error:
            error.saved = f"The event is shared, but the page was not written. {error.saved}"
            raise
        console.say(f"The page to print is {page}. Its code admits any laptop: keep it safe.")
        document["file"] = page
    lines = (
        *qr_lines(info.code),
        "",
        f"    {grouped(info.code)}",
        "",
        f"Both screens show {info.confirm}.",
        f"This desk listens at {', '.join(info.addresses)}.",
    )
    console.result(document, lines)
    if info.note:
        console.say(info.note)
    if info.old_code_desks:
        console.say(left_behind_text(info.old_code_desks))
    console.hint(
        "On the other laptop: kiosk join CODE (scan it, or type the letters). Keep a desk "
        "open here meanwhile: kiosk desk, or kiosk desks --watch."
    )
    return 0


_address_option = repeatable(
    "--address", "addresses", "HOST[:PORT]", "Address of another desk; repeatable."
)


@command("join")
@click.argument("code", nargs=-1, required=True, metavar="CODE")
@click.option(
    "--timeout",
    default=60,
    type=click.IntRange(0, 3600),
    metavar="S",
    help="Seconds to wait; default: 60.",
)
@_address_option
def join_command(
    line: CommandLine, code: tuple[str, ...], timeout: int, addresses: tuple[str, ...]
) -> int:
    """Become a desk of a shared event. CODE is the code that the other desk shows."""
    joined = join(
        " ".join(code),
        target=line.option_event(),
        desk=line.given_desk,
        known=line.event_path(),
        addresses=parse_addresses(list(addresses)),
        timeout_s=timeout,
        progress=line.console.progress("Events"),
    )
    remember_event(joined.event)
    name = joined.desk
    if line.given_desk is None and sys.stdin.isatty() and not line.console.as_json:
        name = _ask_name(joined.event, name)
    if joined.layout:
        layout = LAYOUT_WORDS[joined.layout]
        line.console.say(f"The code was read as typed on a {layout} keyboard.")
    for note in joined.notes:
        line.console.say(note)
    document = {
        "event": joined.event,
        "desks": joined.desks,
        "people": joined.people,
        "confirm": joined.confirm,
        "desk": name,
    }
    desks, people = counted(joined.desks, "desk"), counted(joined.people, "person")
    lines = (
        f"Joined: {desks}, {people}, in {joined.event}.",
        f"The other screen shows {joined.confirm}, too.",
        f"This desk is called {name}. Another name: kiosk desks --rename NAME.",
    )
    line.console.result(document, lines)
    return 0


def _ask_name(event: Path, suggested: str) -> str:
    """Ask for the name of this desk, and store it."""
    name: str = click.prompt("Name of this desk", default=suggested, err=True)
    with closing(open_event(event, desk=suggested)) as store:
        return name_desk(store, name)


@command("desks", reads=lambda watch, addresses, rename: not (watch or addresses or rename))
@click.option("--watch", is_flag=True, help="Keep running, and show each change.")
@click.option(
    "--rename", metavar="NAME", help="Give this desk another name, also while it is open."
)
@_address_option
def desks_command(
    line: CommandLine, watch: bool, rename: str | None, addresses: tuple[str, ...]
) -> int:
    """Show the desks and whether they are up to date."""
    if rename is not None:
        name_desk(line.store, rename)
    if addresses:
        add_addresses(line.store, parse_addresses(list(addresses)))
    if watch:
        return _watch(line)
    _show_desks(line, list_desks(line.store))
    return 0


def _show_desks(line: CommandLine, desks: Desks) -> None:
    console = line.console
    if not is_shared(line.store) and len(desks.desks) > 1:
        console.say("This event is not shared now: this desk works alone. Share it: kiosk share")
    for note in desks.problems:
        console.say(note)
    rows = desks_json(line, desks)
    now_ms = line.store.clock()
    lines = [f"{escape_controls(desk.name):<20} {desk_words(desk, now_ms)}" for desk in desks.desks]
    console.result(rows, lines)
    if desks.restored:
        console.hint(RESTORED)


def desks_json(line: CommandLine, desks: Desks) -> list[dict[str, Any]]:
    """Describe the desks as the contract does."""
    zone = event_info(line.store).zone
    return [
        {
            "name": desk.name,
            "log_id": desk.log_id,
            "state": desk.state,
            "behind": desk.behind,
            "last_heard": moment_text(desk.last_heard_ms, zone),
        }
        for desk in desks.desks
    ]


_SPAN = re.compile(r"\d+ \w+")


def without_times(desks: Desks) -> object:
    """What `desks --watch` shows, except times, which change each second."""
    others = [(d.name, d.log_id, d.state, d.behind, d.undelivered) for d in desks.desks[1:]]
    return desks.desks[0].name, others, [_SPAN.sub("", problem) for problem in desks.problems]


def _watch(line: CommandLine) -> int:
    changed = threading.Event()
    latest: list[SharedState] = []

    def on_change(state: SharedState) -> None:
        latest[:] = [state]
        changed.set()

    store = line.store
    sharing = SharingRunner(store.path, line.desk, on_change)
    if not sharing.start_if_shared(store):
        raise Refused(
            "not_shared",
            "This event is not shared.",
            next_step="Share it: kiosk share. Or join another desk: kiosk join CODE.",
        )
    shown: object = None
    try:
        while True:
            desks = list_desks(store, latest[0] if latest else None)
            if (now := without_times(desks)) != shown:
                shown = now
                _show_desks(line, desks)
            changed.wait(1.0)
            changed.clear()
    finally:
        sharing.stop()


@command("conflicts", reads=True)
@output_option("OUT", "File to write: .pdf to print, or .csv, .xlsx or .json.")
def conflicts_command(line: CommandLine, output: Path | None) -> int:
    """Show who was admitted twice by separate desks."""
    report = conflicts(line.store)
    if output:
        rows = export_conflicts(line.store, output)
        line.console.say(f"{counted(rows, 'line')} in {output}.")
    lines = []
    for double in report.doubles:
        lines.append(f"{double.name} on {double.list_name}:")
        lines += [f"  {words}" for words in admission_lines(double)]
    lines += report.notes
    agree = "No attendee was admitted twice, and the desks' logs agree."
    line.console.result(asdict(report), lines or [agree])
    return 1 if lines else 0


@command("bundle")
@click.argument("output", type=FILE, metavar="OUT")
def bundle_command(line: CommandLine, output: Path) -> int:
    """Write the log to one encrypted file, for a USB stick."""
    result = write_bundle_file(line.store, output, progress=line.console.progress("Events"))
    document = {
        "file": result.file,
        "events": result.events,
        "people": result.people,
        "code": result.code,
    }
    events, people = counted(result.events, "event"), counted(result.people, "person")
    message = f"{events} and {people} in {result.file}. The file was read again and is sound."
    line.console.result(document, [message])
    line.console.hint(f"A laptop without the event needs its code: {grouped(result.code)}")
    return 0


@command("merge")
@click.argument("file", type=FILE, metavar="FILE")
@click.option("--code", metavar="CODE", help="Code of the event, if this laptop does not have it.")
@click.option(
    "--accept-old-code", is_flag=True, help="Merge a bundle that was written with a replaced code."
)
def merge_command(line: CommandLine, file: Path, code: str | None, accept_old_code: bool) -> int:
    """Merge the bundle of another desk."""
    result = _merge(line, file, code, accept_old_code)
    created = [f"Created {result.event}."] if result.created else []
    sentences = merge_sentences(result, where="kiosk conflicts")
    line.console.result(asdict(result), [*created, *sentences])
    return 1 if result.set_aside or result.forks else 0


def _merge(line: CommandLine, file: Path, code: str | None, accept_old_code: bool) -> BundleMerge:
    event = line.event_path()
    progress = line.console.progress("Events")
    if event is not None and event.exists():
        return merge_bundle(
            line.store, file, code=code, accept_old_code=accept_old_code, progress=progress
        )
    result = create_from_bundle(file, event, code=code, desk=line.given_desk, progress=progress)
    remember_event(result.event)
    return result
