"""Check what is left to do before the event, print the badges left, and test the scanner."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kiosk.badges.text.fontbook import east_asian_scripts, lacks_east_asian_font
from kiosk.domain.badges.order import BadgeSort
from kiosk.domain.checkin.privileges import Role
from kiosk.domain.checkin.signed_tickets import TICKET_KEYS
from kiosk.domain.datetimes import days_in_words
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.names import has_lost_letters
from kiosk.domain.setup.readiness import FREE_BYTES, Check, ReadinessFacts, readiness
from kiosk.domain.setup.scanner_check import ScannerReport
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError, Refused
from kiosk.importers.understand.statuses import meaning_of
from kiosk.services.badges.badges import (
    BadgeOrder,
    BadgeReport,
    admitted_people,
    made_badges_folder,
    make_badges,
    waiting_badges,
)
from kiosk.services.badges.context import badge_of, chosen_layout, event_look
from kiosk.services.badges.shared_layout import unshared
from kiosk.services.badges.signage import Paper, PaperOrder, make_paper
from kiosk.services.checkin.authorisation import pin_roles
from kiosk.services.event.event import EventInfo, day_window, event_info
from kiosk.services.people.duplicates import possible_duplicates
from kiosk.services.safety.backup import backups_of
from kiosk.services.setup.rehearsal import REHEARSED
from kiosk.services.sharing.conflicts import conflicts
from kiosk.services.sharing.desks import ago, list_desks
from kiosk.services.sharing.sharing import is_shared
from kiosk.storage.file.store import Store
from kiosk.storage.queries import imports as facts_store
from kiosk.storage.queries.attendees import count_attendees
from kiosk.storage.queries.badges import printed_badges
from kiosk.storage.queries.imports import import_runs
from kiosk.storage.queries.lists import check_in_lists, invalid_settings, setting
from kiosk.support.files import unused_path
from kiosk.support.install_hint import install_hint
from kiosk.support.progress import Progress
from kiosk.sync.peers import DeskState

_ACCEPTED = "ready_accepted"


@dataclass(frozen=True, slots=True)
class Readiness:
    """The report."""

    checks: tuple[Check, ...]

    @property
    def ready(self) -> bool:
        """Whether every check is ok."""
        return all(check.ok for check in self.checks)


def check_readiness(store: Store, *, progress: Progress | None = None) -> Readiness:
    """Run all checks; nothing is changed.

    Args:
        progress: called with (done, all) while badges are checked; an exception stops it.
    """
    return Readiness(tuple(readiness(_facts(store, progress), accepted_checks(store))))


def accepted_checks(store: Store) -> frozenset[str]:
    """Codes of the checks that a user accepted as they are."""
    return frozenset(setting(store.connection, _ACCEPTED, []))


def accept_check(store: Store, code: str, *, accept: bool = True) -> None:
    """Accept a check as it is, for every desk, or count it again.

    Raises:
        KioskError: `no_such_check`, with the codes there are.
    """
    no_facts = ReadinessFacts(store.clock(), event_info(store).zone)
    codes = [check.code for check in readiness(no_facts)]
    if code not in codes:
        raise Refused(
            "no_such_check",
            f"There is no check “{code}”.",
            next_step=f"The checks are: {', '.join(codes)}.",
        )
    with store.writing():
        now = accepted_checks(store)
        wanted = now | {code} if accept else now - {code}
        if wanted != now:
            store.append(EventKind.SETTING, {"key": _ACCEPTED, "value": sorted(wanted)})


def _facts(store: Store, progress: Progress | None) -> ReadinessFacts:
    connection = store.connection
    info = event_info(store)
    admitted = admitted_people(store)
    runs = import_runs(connection)
    scanner = last_scanner_test(store)
    facts = ReadinessFacts(
        now_ms=store.clock(),
        zone=info.zone,
        people=count_attendees(connection),
        valid=len(admitted),
        nameless=[_handle(p) for p in admitted if not p.name],
        without_email=sum(not person.email for person in admitted),
        imported_ms=runs[0].at_ms if runs else None,
        unknown_words=_unknown_words(store),
        shared_codes=facts_store.shared_codes(connection),
        lost_letters=[p.name for p in admitted if has_lost_letters(p.name)],
        doubles=[(p.first.label, p.second.label, p.why) for p in possible_duplicates(store)],
        days=info.days,
        day_windows=[day_window(day, info.zone) for day in info.days],
        lists=check_in_lists(connection),
        invalid_settings=invalid_settings(connection),
        **_east_asian_facts([person.name for person in admitted]),
        has_ticket_keys=bool(setting(connection, TICKET_KEYS, "")),
        signature_command="" if find_spec("nacl") else install_hint("desks"),
        last_change_ms=facts_store.last_change_ms(connection),
        backup_ms=_backup_ms(store.path, info),
        printer=store.machine_fact("printer"),
        tested_printer=store.machine_fact("printer_tested"),
        scanner_words=scanner.sentence if scanner else "",
        scanner_is_good=scanner.is_good if scanner else False,
        is_shared=is_shared(store),
        let_in_twice=[double.name for double in conflicts(store).doubles],
        free_bytes=shutil.disk_usage(store.path.resolve().parent).free,
        needed_bytes=max(FREE_BYTES, 3 * store.path.stat().st_size),
    )
    return _with_badges(store, _with_desks(store, facts), admitted, progress)


def _with_desks(store: Store, facts: ReadinessFacts) -> ReadinessFacts:
    """Add the other desks, and which of them are away: known while a desk is open here."""
    if not facts.is_shared:
        return facts
    found = list_desks(store)
    others = [desk for desk in found.desks if desk.state is not DeskState.THIS]
    away = [
        f"{escape_controls(desk.name)} ({ago(facts.now_ms - desk.last_heard_ms)} ago)"
        for desk in others
        if desk.state is DeskState.AWAY and desk.last_heard_ms and found.is_live
    ]
    present = [desk for desk in found.desks if desk.state is not DeskState.AWAY]
    here = Counter(escape_controls(desk.plain_name) for desk in present)
    return replace(
        facts,
        other_desks=len(others),
        away_desks=away,
        same_names=[name for name, count in here.items() if count > 1],
        unshared=unshared(store),
    )


def _handle(person: Attendee) -> str:
    """A text by which an attendee without a name can be found."""
    if person.guest_of:
        return f"guest of {person.guest_of}"
    return person.email or person.order_code or f"id {person.id[:8]}"


def _unknown_words(store: Store) -> dict[str, int]:
    unknown: dict[str, int] = {}
    for word, source, people in facts_store.status_words(store.connection):
        if meaning_of(word, source.split(":", 1)[0]) is None:
            unknown[word] = unknown.get(word, 0) + people
    return unknown


def _east_asian_facts(names: list[str]) -> dict[str, Any]:
    scripts = [found for name in names if (found := east_asian_scripts(name))]
    return {
        "han_people": len(scripts),
        "has_han_font": not lacks_east_asian_font(frozenset[str]().union(*scripts) or {"Hani"}),
        "font_command": install_hint("cjk"),
    }


def _backup_ms(event_path: Path, info: EventInfo) -> int | None:
    """When the newest backup was made, by the time in its name, which a copied file keeps."""
    backups = backups_of(event_path)
    if not backups:
        return None
    stamp = re.search(r"\d{8}-\d{6}", backups[-1].stem.removeprefix(event_path.stem))
    try:
        at = datetime.strptime(stamp[0] if stamp else "", "%Y%m%d-%H%M%S")
        at = at.replace(tzinfo=info.zone)
    except ValueError:
        return backups[-1].stat().st_mtime_ns // 1_000_000
    return int(at.timestamp() * 1000)


def _with_badges(
    store: Store, facts: ReadinessFacts, admitted: list[Attendee], progress: Progress | None
) -> ReadinessFacts:
    """Add the badges to print, and those of them that cannot be drawn.

    Attendees without a name have a check for themselves and get no badge.
    """
    from kiosk.badges.sheets.press import check_badges  # the first frame draws no badges

    try:
        _, layout = chosen_layout(store, None)
        look = event_look(store)
        waiting = waiting_badges(store, admitted, layout, look, progress=progress)
        todo = waiting.unprinted + waiting.changed
        problems = []
        for start in range(0, len(todo), _PORTION):
            if progress:
                progress(start, len(todo))
            portion = todo[start : start + _PORTION]
            problems += check_badges([badge_of(store, p) for p in portion], layout, look)
    except KioskError as error:
        return replace(facts, layout_error=str(error))
    cannot = {problem.id for problem in problems}
    badges = printed_badges(store.connection)
    made = {badge.attendee_id for badge in badges.values() if not badge.is_printed}
    named = {p.id for p in todo if p.name.strip()}
    return replace(
        facts,
        unprinted=[p.label for p in waiting.unprinted if p.id not in cannot],
        changed=[p.label for p in waiting.changed if p.id not in cannot],
        made=[p.label for p in admitted if p.id in made],
        problems=[problem for problem in problems if problem.id in named],
    )


_PORTION = 500


def print_waiting(store: Store, who: str, *, progress: Progress | None = None) -> BadgeReport:
    """Write the badges left to print (`unprinted` or `changed`) into the folder next to the event.

    Raises:
        KioskError: why they cannot be drawn or written.
    """
    folder = made_badges_folder(
        store,
        saved="Nothing was printed.",
        next_step="Check the disk, or write the badges to another folder.",
    )
    now = datetime.fromtimestamp(store.clock() / 1000, event_info(store).zone)
    out = unused_path(folder / f"{who}-{now:%Y%m%d-%H%M}.pdf")
    order = BadgeOrder(who=(who,), sort=BadgeSort.FAMILY)
    return make_badges(store, out, order, progress=progress)


# The scanner of this computer: its test page, and the result of the last test.

_KEY = "scanner_tested"


@dataclass(frozen=True, slots=True)
class ScannerTest:
    """The result of the last scanner test on this computer."""

    is_good: bool
    sentence: str


def last_scanner_test(store: Store) -> ScannerTest | None:
    """The result of the last test; None if no scanner was tested here."""
    try:
        kept = json.loads(store.machine_fact(_KEY) or "{}")
        return ScannerTest(bool(kept["good"]), str(kept["words"]))
    except (ValueError, KeyError, TypeError):
        return None


def note_scanner_test(store: Store, report: ScannerReport) -> None:
    """Remember the result of a test, for this event file on this computer."""
    if not report.findings:
        return
    kept = json.dumps({"good": report.copes, "words": report.sentence()}, ensure_ascii=False)
    with store.writing():
        store.set_machine_facts({_KEY: kept})


def write_test_page(store: Store) -> Path:
    """Write the test page as a PDF into the folder of the event's badges.

    Raises:
        KioskError: why it cannot be written.
    """
    folder = made_badges_folder(
        store,
        saved="Nothing was drawn.",
        next_step="Check that the folder of the event can be written.",
    )
    return make_paper(store, folder / "scanner-test.pdf", PaperOrder(Paper.SCANNER_TEST)).file


# The steps of setting up: which are done. A quick look, that draws no badge.


@dataclass(frozen=True, slots=True)
class StepState:
    """Whether a step is done, and what was done."""

    is_done: bool
    words: str = ""


def step_states(store: Store) -> dict[str, StepState]:
    """The state of the steps by the name of their screen; a step that is never done is missing."""
    info, people = event_info(store), count_attendees(store.connection)
    layout = str(setting(store.connection, "badge_layout", "") or "")
    printer, tested = store.machine_fact("printer"), store.machine_fact("printer_tested")
    scanner, rehearsed = last_scanner_test(store), store.machine_fact(REHEARSED)
    roles = [str(role) for role in Role if role in pin_roles(store)]
    return {
        "lists": StepState(bool(info.days), days_in_words(info.days)),
        "import_file": StepState(people > 0, counted(people, "attendee") if people else ""),
        "badge_layout": StepState(bool(layout), Path(layout).name),
        "scanner_test": StepState(
            scanner is not None and scanner.is_good,
            "works" if scanner and scanner.is_good else "has a problem" if scanner else "",
        ),
        "printer_test": StepState(bool(printer) and printer == tested, printer),
        "rehearse": StepState(bool(rehearsed), f"last on {rehearsed}" if rehearsed else ""),
        "pins": StepState(bool(roles), " and ".join(roles)),
    }
