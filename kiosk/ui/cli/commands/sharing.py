"""`kiosk share`, `join`, `desks`, `conflicts`, `bundle` and `merge`: several desks."""

from __future__ import annotations

import argparse
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.domain.sharing.pairing import grouped
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.checkin.lists import moment_text
from kiosk.services.event.event import event_info
from kiosk.services.setup.recent import remember_event
from kiosk.storage.file.store import Store
from kiosk.ui.cli.console import CommandLine, at_home

if TYPE_CHECKING:
    from kiosk.services.sharing.bundle import BundleMerge
    from kiosk.services.sharing.desks import Desks
    from kiosk.services.sharing.sharing import ShareInfo
    from kiosk.sync.status_file import SharedState


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    share = subparsers.add_parser("share", help="let other laptops become desks of this event")
    share.add_argument(
        "--new-code", action="store_true", help="another code: who has the old one is out"
    )
    share.add_argument("--off", action="store_true", help="work alone from now on")
    share.add_argument(
        "-o", "--output", type=Path, metavar="PAGE.pdf", help="the code as a page to print"
    )
    share.set_defaults(handler=_share)
    join = subparsers.add_parser("join", help="become a desk of an event that another shares")
    join.add_argument("code", metavar="CODE", nargs="+", help="as shown there, in any spelling")
    join.add_argument("--timeout", type=float, default=60.0, metavar="S", help="seconds to wait")
    join.add_argument(
        "--address", action="append", default=[], metavar="HOST[:PORT]", help="of a desk"
    )
    join.set_defaults(handler=_join)
    desks = subparsers.add_parser("desks", help="which desks there are, and how far they are")
    desks.add_argument("--watch", action="store_true", help="stay, and tell of each change")
    desks.add_argument(
        "--address", action="append", default=[], metavar="HOST[:PORT]", help="call this desk, too"
    )
    desks.set_defaults(handler=_desks)
    clashes = subparsers.add_parser("conflicts", help="who was let in twice by desks apart")
    clashes.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help=".pdf to print, .csv, .xlsx or .json"
    )
    clashes.set_defaults(handler=_conflicts)
    bundle = subparsers.add_parser("bundle", help="the log in one encrypted file, for a stick")
    bundle.add_argument("output", type=Path, metavar="OUT")
    bundle.set_defaults(handler=_bundle)
    merge = subparsers.add_parser("merge", help="bring a bundle of another desk in")
    merge.add_argument("file", type=Path, metavar="FILE")
    merge.add_argument("--code", metavar="CODE", help="the event's code, where it is not known")
    merge.set_defaults(handler=_merge)
    return [share, join, desks, clashes, bundle, merge]


def _share(line: CommandLine) -> int:
    from kiosk.services.sharing.sharing import share, stop_sharing

    if line.options.off:
        stop_sharing(line.store)
        if line.console.as_json:
            line.console.json({"code": None, "confirm": None, "addresses": []})
        else:
            line.console.show("This desk works alone now. `kiosk share` turns sharing on again.")
        return 0
    if line.options.output is not None:
        from kiosk.support.files import check_pdf_target

        check_pdf_target(at_home(line.options.output))
    info = share(line.store, new_code=line.options.new_code)
    page = _share_page(line, info)
    if line.console.as_json:
        line.console.json(asdict(info) | ({"file": str(page)} if page else {}))
        return 0
    from kiosk.services.sharing.sharing import qr_lines

    for text in qr_lines(info.code):
        line.console.show(text)
    line.console.show(f"\n    {grouped(info.code)}\n")
    line.console.show(f"Both screens show {info.confirm}.")
    line.console.show(f"This desk listens at {', '.join(info.addresses)}.")
    line.console.say(
        "On the other laptop: kiosk join CODE (scan it, or type the letters). Keep a desk open "
        "here meanwhile: kiosk desk, or kiosk desks --watch."
    )
    return 0


def _share_page(line: CommandLine, info: ShareInfo) -> Path | None:
    if line.options.output is None:
        return None
    from kiosk.services.sharing.share_page import write_share_page

    page = write_share_page(line.store, info, at_home(line.options.output))
    line.console.say(f"The page to print is {page}. It lets in whoever has it.")
    return page


def _join(line: CommandLine) -> int:
    from kiosk.domain.checkin.keyboard_layouts import LAYOUT_WORDS
    from kiosk.services.sharing.joining import join, parse_addresses

    given = getattr(line.options, "event", None)
    joined = join(
        " ".join(line.options.code),
        target=at_home(Path(given)) if given else None,
        desk=line.desk,
        addresses=parse_addresses(line.options.address),
        timeout_s=line.options.timeout,
        progress=line.console.progress("Events"),
    )
    remember_event(joined.event)
    if joined.layout:
        layout = LAYOUT_WORDS.get(joined.layout, joined.layout)
        line.console.say(f"The code came as if typed on a {layout} keyboard; it was read.")
    for note in joined.notes:
        line.console.say(note)
    if line.console.as_json:
        line.console.json(
            {
                "event": str(joined.event),
                "desks": joined.desks,
                "people": joined.people,
                "confirm": joined.confirm,
            }
        )
    else:
        line.console.show(
            f"Joined: {counted(joined.desks, 'desk')}, {counted(joined.people, 'person')}, in "
            f"{joined.event}."
        )
        line.console.show(f"The other screen shows {joined.confirm} too.")
    return 0


def desks_json(desks: Desks, store: Store) -> list[dict[str, Any]]:
    """As the contract has them."""
    zone = event_info(store).zone
    return [
        {
            "name": desk.name,
            "log_id": desk.log_id,
            "state": str(desk.state),
            "behind": desk.behind,
            "last_heard": moment_text(desk.last_heard_ms, zone),
        }
        for desk in desks.desks
    ]


def _desks(line: CommandLine) -> int:
    from kiosk.services.sharing.desks import list_desks

    if line.options.address:
        from kiosk.services.sharing.joining import parse_addresses
        from kiosk.services.sharing.sharing import add_addresses

        add_addresses(line.store, parse_addresses(line.options.address))
    if line.options.watch:
        return _watch(line)
    _show_desks(line, list_desks(line.store))
    return 0


def _show_desks(line: CommandLine, desks: Desks) -> None:
    from kiosk.services.sharing.desks import RESTORED, undelivered_text

    if desks.trouble:
        line.console.say(desks.trouble)
    for one in desks.desks:
        if one.undelivered:
            line.console.say(undelivered_text(escape_controls(one.name)))
    if line.console.as_json:
        line.console.json(desks_json(desks, line.store))
        return
    for desk in desks_json(desks, line.store):
        behind = f"  {counted(desk['behind'], 'event')} behind" if desk["behind"] else ""
        words = str(desk["state"]).replace("_", " ")
        heard = f"  last heard {desk['last_heard']}" if desk["state"] == "away" else ""
        line.console.show(f"{desk['name']:<20} {words}{behind}{heard}")
    if desks.restored:
        line.console.say(RESTORED)


def _watch(line: CommandLine) -> int:
    from kiosk.services.sharing.desks import list_desks
    from kiosk.services.sharing.runner import SharingRunner

    changed = threading.Event()
    latest: list[SharedState] = []

    def on_change(state: SharedState) -> None:
        latest[:] = [state]
        changed.set()

    store = line.store
    part = SharingRunner(store.path, line.desk, on_change)
    if not part.start_if_shared(store):
        raise KioskError(
            "not_shared",
            "This event is not shared.",
            saved="Nothing was changed.",
            next_step="Share it with `kiosk share`, or join another desk's with `kiosk join CODE`.",
        )
    shown: object = None
    try:
        while True:
            desks = list_desks(store, latest[0] if latest else None)
            settled = [(d.name, d.log_id, d.state, d.behind, d.undelivered) for d in desks.desks]
            if settled != shown:
                shown = settled
                _show_desks(line, desks)
            changed.wait(1.0)
            changed.clear()
    finally:
        part.stop()


def _conflicts(line: CommandLine) -> int:
    from kiosk.services.sharing.conflicts import admission_words, conflicts, export_conflicts

    report = conflicts(line.store)
    if line.options.output:
        rows = export_conflicts(line.store, at_home(line.options.output))
        line.console.say(f"{counted(rows, 'line')} in {line.options.output}.")
    if line.console.as_json:
        line.console.json(asdict(report))
    else:
        for double in report.doubles:
            line.console.show(f"{double.name} on {double.list_name}:")
            for one in double.admissions:
                line.console.show(f"  {admission_words(one)}")
        for note in report.notes:
            line.console.show(note)
        if not report.doubles and not report.notes:
            line.console.show("Nobody was let in twice, and the desks' logs agree.")
    return 1 if report.doubles or report.notes else 0


def _bundle(line: CommandLine) -> int:
    from kiosk.services.sharing.bundle import write_bundle_file

    target = at_home(line.options.output)
    result = write_bundle_file(line.store, target, progress=line.console.progress("Events"))
    if line.console.as_json:
        line.console.json(
            {
                "file": str(result.file),
                "events": result.events,
                "people": result.people,
                "code": result.code,
            }
        )
    else:
        line.console.show(
            f"{counted(result.events, 'event')} and {counted(result.people, 'person')} in "
            f"{result.file}; "
            "it was read back and is sound."
        )
        line.console.say(
            f"A laptop that does not know the event needs its code: {grouped(result.code)}"
        )
    return 0


def _merge(line: CommandLine) -> int:
    from kiosk.services.sharing.bundle import merge_sentences

    path = at_home(line.options.file)
    result = _merged(line, path)
    if line.console.as_json:
        line.console.json({**asdict(result), "event": str(result.event)})
    else:
        if result.created:
            line.console.show(f"Made {result.event}.")
        for sentence in merge_sentences(result, where="kiosk conflicts"):
            line.console.show(sentence)
    return 1 if result.set_aside or result.forks else 0


def _merged(line: CommandLine, path: Path) -> BundleMerge:
    from kiosk.services.sharing.bundle import create_from_bundle, merge_bundle

    event = line.event_path()
    progress = line.console.progress("Events")
    if event is not None and event.exists():
        return merge_bundle(line.store, path, code=line.options.code, progress=progress)
    result = create_from_bundle(
        path, event, code=line.options.code, desk=line.desk, progress=progress
    )
    remember_event(result.event)
    return result
