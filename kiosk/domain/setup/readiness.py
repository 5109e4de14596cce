"""Check whether an event is ready, by pure functions on facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kiosk.domain.badges.order import BadgeProblem
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.datetimes import clock_words, day_words, days_in_words, local_time, when_words
from kiosk.domain.log.setting_schema import invalid_settings_sentence
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import Action

IMPORT_AGE_DAYS = 3
"""Late registrations arrive every day: an older list misses some."""
BACKUP_AGE_MS = 60 * 60 * 1000
FREE_BYTES = 200_000_000
"""Badges of 10,000 people, some backups and the log of a large event fit into this."""
CLOCK_SLACK_MS = 60_000
"""The clocks of two desks may differ by this without harm."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    code: str
    ok: bool
    what: str
    """The result, as a sentence."""
    fix: str = ""
    """What to do about it, without keys or commands; empty when the check is ok."""
    accepted: bool = False
    """Not ok, but a user decided that it may stay so."""
    action: Action | None = None
    """What to do, for the front end to say in its own keys or commands."""


@dataclass(frozen=True, slots=True)
class ReadinessFacts:
    """The facts that the checks need. Times are milliseconds UTC."""

    now_ms: int
    zone: ZoneInfo
    people: int = 0
    valid: int = 0
    nameless: Sequence[str] = ()
    """Orders, e-mails or ids of valid people without a name."""
    without_email: int = 0
    """Of the valid ones."""
    imported_ms: int | None = None
    """The newest import; None: never."""
    unknown_words: Mapping[str, int] = field(default_factory=dict)
    """Status words that the import does not understand, with the number of attendees."""
    shared_codes: Sequence[tuple[str, Sequence[str]]] = ()
    """(code, names) where several attendees have one code."""
    lost_letters: Sequence[str] = ()
    """Names with letters that were lost in another program."""
    doubles: Sequence[tuple[str, str, str]] = ()
    """(name, name, shared values) of attendees who may be one person."""
    days: Sequence[date] = ()
    day_windows: Sequence[tuple[int, int]] = ()
    """First millisecond of each day and of the day after it."""
    lists: Sequence[CheckInList] = ()
    unprinted: Sequence[str] = ()
    """Names of valid people without a printed badge."""
    made: Sequence[str] = ()
    """Names of valid people with a PDF of their badge, and no print."""
    changed: Sequence[str] = ()
    """Names of people with a printed badge that is out of date."""
    problems: Sequence[BadgeProblem] = ()
    """Badges that cannot be drawn."""
    layout_error: str = ""
    """Why no badge at all can be drawn; empty when the layout is fine."""
    han_people: int = 0
    """Valid people with Chinese, Japanese or Korean letters in their name."""
    has_han_font: bool = True
    """Whether the scripts of these names have a font here."""
    font_command: str = ""
    """The shell command that installs such a font."""
    has_ticket_keys: bool = False
    """Whether the event has a key for the signatures of tickets that are sold late."""
    signature_command: str = ""
    """The shell command that installs what checks signatures; empty: it is installed."""
    last_change_ms: int | None = None
    backup_ms: int | None = None
    printer: str = ""
    tested_printer: str = ""
    scanner_words: str = ""
    """The result of the last scanner test here, as a sentence; empty: no test yet."""
    scanner_is_good: bool = False
    is_shared: bool = False
    other_desks: int = 0
    """Other desks that have written something to the log."""
    away_desks: Sequence[str] = ()
    """Names, each with the time since its last message; only known while a desk is open here."""
    same_names: Sequence[str] = ()
    """Names that two laptops use now."""
    unshared: Sequence[str] = ()
    """The layout or logo that is too large to reach the other desks."""
    invalid_settings: Sequence[str] = ()
    """Keys of settings that have the wrong type and so count as not set."""
    let_in_twice: Sequence[str] = ()
    """Names of attendees admitted twice while desks were offline."""
    free_bytes: int = FREE_BYTES
    needed_bytes: int = FREE_BYTES

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return bool(self.day_windows) and self.now_ms >= self.day_windows[-1][1]


class _Fault(NamedTuple):
    """What is left to do, and how."""

    what: str
    fix: str
    action: Action | None = None


_Found = str | _Fault
"""The result of a check: a sentence where all is well."""


def readiness(facts: ReadinessFacts, accepted: frozenset[str] = frozenset()) -> list[Check]:
    """All checks, in the order in which an organiser would go through them."""
    return [_check(code, find(facts), code in accepted) for code, find in CHECKS.items()]


def _check(code: str, found: _Found, is_accepted: bool) -> Check:
    if isinstance(found, str):
        return Check(code, True, found)
    if is_accepted:
        return Check(code, True, found.what, accepted=True)
    return Check(code, False, found.what, found.fix, action=found.action)


def _people(facts: ReadinessFacts) -> _Found:
    if facts.people:
        return f"{counted(facts.valid, 'person')} with a valid ticket."
    fix = "Import the list of registrations."
    return _Fault("The attendee list is empty.", fix, Action.IMPORT_FILE)


def _import_age(facts: ReadinessFacts) -> _Found:
    if facts.imported_ms is None:
        return "No file was imported yet."
    days = (facts.now_ms - facts.imported_ms) // 86_400_000
    when = when_words(facts.imported_ms, facts.zone, facts.now_ms)
    if days < IMPORT_AGE_DAYS or facts.is_over:
        return f"The list was imported on {when}."
    what = f"The list was last imported {days} days ago, on {when}."
    return _Fault(what, "Export the list from the platform again.", Action.IMPORT_FILE)


def _event_days(facts: ReadinessFacts) -> _Found:
    if facts.days:
        return f"The event is on {days_in_words(facts.days)}."
    what = "The days of the event are not set: lists are open at any time."
    return _Fault(what, "Set the days before the event.", Action.SET_DAYS)


def _settings(facts: ReadinessFacts) -> _Found:
    if not facts.invalid_settings:
        return "Every setting has a valid value."
    return _Fault(invalid_settings_sentence(facts.invalid_settings), "Set it again.")


def _lists(facts: ReadinessFacts) -> _Found:
    if not facts.lists:
        add = "Attendees check in on a list."
        return _Fault("There is no check-in list.", add, Action.ADD_LIST)
    if facts.is_over:
        return "The event is over."
    if what := _closed_when_needed(facts):
        return _Fault(what, "Set when it opens and closes.", Action.CHANGE_LIST)
    return f"{counted(len(facts.lists), 'check-in list')}, one for every day."


def _closed_when_needed(facts: ReadinessFacts) -> str:
    """The first day without an open list, or list without a day; empty if there is none."""
    if all(item.closes_ms is not None and item.closes_ms <= facts.now_ms for item in facts.lists):
        return "Every check-in list has closed."
    for day, (start, end) in zip(facts.days, facts.day_windows, strict=True):
        if end > facts.now_ms and not any(_overlaps(item, start, end) for item in facts.lists):
            return f"No check-in list is open on {day:%A}, {day.day} {day:%b}."
    if facts.day_windows:
        first, last = facts.day_windows[0][0], facts.day_windows[-1][1]
        for item in facts.lists:
            if not _overlaps(item, first, last):
                return f"The list “{escape_controls(item.name)}” is open on no day of the event."
    return ""


def _overlaps(item: CheckInList, start_ms: int, end_ms: int) -> bool:
    opens, closes = item.opens_ms, item.closes_ms
    return (opens is None or opens < end_ms) and (closes is None or closes > start_ms)


def _shared_codes(facts: ReadinessFacts) -> _Found:
    if not facts.shared_codes:
        return "Every ticket code belongs to one attendee."
    shown, names = facts.shared_codes[0]
    what = (
        f"{counted(len(facts.shared_codes), 'code')} shared by several attendees: "
        f"{escape_controls(shown[:24])} belongs to {_names(names)}."
    )
    return _Fault(what, "Correct the file and import it again, or check in by name.")


def _letters(facts: ReadinessFacts) -> _Found:
    if not facts.lost_letters:
        return "No name has lost letters."
    count = counted(len(facts.lost_letters), "name")
    what = f"{count} with lost letters: {_names(facts.lost_letters)}."
    fix = "Correct the file and import it again, or correct the names here."
    return _Fault(what, fix, Action.EDIT_ATTENDEE)


def _duplicates(facts: ReadinessFacts) -> _Found:
    if not facts.doubles:
        return "No possible duplicate is left to decide."
    pairs = [
        f"{escape_controls(one)} and {escape_controls(other)} ({why})"
        for one, other, why in facts.doubles
    ]
    what = f"{counted(len(pairs), 'possible duplicate')}: {_some(pairs)}."
    return _Fault(what, "Decide whether they are one person.", Action.DECIDE_DUPLICATES)


def _no_name(facts: ReadinessFacts) -> _Found:
    if not facts.nameless:
        return "Every valid ticket has a name."
    count = counted(len(facts.nameless), "valid ticket")
    what = f"{count} without a name: {_names(facts.nameless)}."
    return _Fault(what, "Ask the buyer for the name.", Action.EDIT_ATTENDEE)


def _email(facts: ReadinessFacts) -> _Found:
    if not facts.without_email:
        return "Every e-mail address is known."
    percent = round(100 * facts.without_email / facts.valid)
    what = f"{facts.without_email:,} of {facts.valid:,} have no e-mail address ({percent} %)."
    if facts.without_email == facts.valid:
        what = "No e-mail address is known."
    if facts.without_email * 2 <= facts.valid:
        return what
    fix = "Import a file with e-mail addresses: they distinguish people with the same name."
    return _Fault(what, fix)


def _status_words(facts: ReadinessFacts) -> _Found:
    if not facts.unknown_words:
        return "All status words of the import are known."
    words = [
        f"“{escape_controls(word)}” ({count:,})" for word, count in facts.unknown_words.items()
    ]
    what = f"Unknown status words, so not approved: {_some(words)}."
    fix = "Set the status of these attendees, or correct the file."
    return _Fault(what, fix, Action.EDIT_ATTENDEE)


def _badge_names(facts: ReadinessFacts) -> _Found:
    if facts.layout_error:
        return _Fault(escape_controls(facts.layout_error), "Choose another badge layout.")
    problems = [one for one in facts.problems if not _is_fonts_problem(facts, one)]
    if not problems:
        return "Every name on the badges to print can be drawn and fits."
    named = [
        f"{escape_controls(problem.name) or problem.id[:8]} ({escape_controls(problem.why)})"
        for problem in problems
    ]
    what = f"{counted(len(problems), 'badge')} cannot be drawn: {_some(named)}."
    fix = "Correct the name, or choose another layout or font."
    return _Fault(what, fix, Action.EDIT_ATTENDEE)


_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")


def _is_fonts_problem(facts: ReadinessFacts, problem: BadgeProblem) -> bool:
    """Whether the check of the fonts reports this badge already."""
    is_reported = not facts.has_han_font and facts.han_people > 0
    return is_reported and _EAST_ASIAN.search(problem.name) is not None


def _fonts(facts: ReadinessFacts) -> _Found:
    if facts.has_han_font:
        return "A font for Chinese, Japanese and Korean names is installed."
    if not facts.han_people:
        return "No font for Chinese, Japanese or Korean names is installed; no attendee needs it."
    what = (
        f"No font is installed for the Chinese, Japanese or Korean names of "
        f"{counted(facts.han_people, 'person')}."
    )
    return _Fault(what, f"Install one: {facts.font_command}")


def _late_sales(facts: ReadinessFacts) -> _Found:
    if not facts.has_ticket_keys:
        return "No key for tickets that are sold late is set."
    if not facts.signature_command:
        return "Tickets that are sold late are known by their signature."
    what = "This laptop cannot check the signature of tickets that are sold late."
    return _Fault(what, f"Install what checks it: {facts.signature_command}")


def _badges_changed(facts: ReadinessFacts) -> _Found:
    if not facts.changed:
        return "No printed badge is out of date."
    what = f"{counted(len(facts.changed), 'printed badge')} out of date: {_names(facts.changed)}."
    return _Fault(what, "Print these badges again.", Action.PRINT_CHANGED_BADGES)


def _badges_unprinted(facts: ReadinessFacts) -> _Found:
    if not facts.unprinted:
        return "Every attendee has a badge, or a PDF of it."
    what = f"{counted(len(facts.unprinted), 'badge')} to print: {_names(facts.unprinted)}."
    return _Fault(what, "Print these badges before the doors open.", Action.PRINT_BADGES)


def _badges_made(facts: ReadinessFacts) -> _Found:
    if not facts.made:
        return "No badge PDF waits to be printed."
    count = counted(len(facts.made), "badge is a PDF", "badges are PDFs")
    what = f"{count} only, no print is confirmed: {_names(facts.made)}."
    return _Fault(what, "Print the PDF, then confirm it.", Action.CONFIRM_PRINTED)


def _printer(facts: ReadinessFacts) -> _Found:
    if not facts.printer:
        fix = "Choose one to print badges at the desk."
        return _Fault("No badge printer is chosen.", fix, Action.CHOOSE_PRINTER)
    printer = escape_controls(facts.printer)
    if facts.tested_printer == facts.printer:
        return f"A test badge came out of {printer}."
    what = f"The printer {printer} is not tested yet."
    return _Fault(what, "See that a test badge comes out.", Action.TEST_PRINTER)


def _scanner(facts: ReadinessFacts) -> _Found:
    if not facts.scanner_words:
        if facts.is_over:
            return "The event is over: no scanner has to be tested."
        fix = "Print the test page and scan it."
        return _Fault("No scanner was tested at this desk.", fix, Action.TEST_SCANNER)
    words = escape_controls(facts.scanner_words)
    if facts.scanner_is_good:
        return f"The scanner was tested. {words}"
    fix = "Change its settings and test it again."
    return _Fault(f"The scanner: {words}", fix, Action.TEST_SCANNER)


def _backup(facts: ReadinessFacts) -> _Found:
    fix = "Make a backup, best on another disk."
    if facts.backup_ms is None:
        return _Fault("There is no backup yet.", fix, Action.WRITE_BACKUP)
    what = f"The last backup is from {when_words(facts.backup_ms, facts.zone, facts.now_ms)}"
    if facts.last_change_ms is None or facts.last_change_ms - facts.backup_ms <= BACKUP_AGE_MS:
        return f"{what}."
    return _Fault(f"{what}; there are changes more than an hour newer.", fix, Action.WRITE_BACKUP)


def _disk(facts: ReadinessFacts) -> _Found:
    free = f"{facts.free_bytes / 1e9:.1f} GB"
    if facts.free_bytes >= facts.needed_bytes:
        return f"{free} are free on the disk."
    return _Fault(f"Only {free} are free on the disk.", "Delete some files.")


def _clock(facts: ReadinessFacts) -> _Found:
    now = _with_year(facts.now_ms, facts.zone)
    last = facts.last_change_ms
    if last is None or facts.now_ms >= last - CLOCK_SLACK_MS:
        return f"The clock says {now} ({facts.zone.key})."
    newest = _with_year(last, facts.zone)
    what = f"The clock says {now}, but the newest entry is from {newest}."
    fix = (
        "Compare this clock and time zone with a phone. If they are right, another desk's clock is "
        "fast, or this one was: set the wrong one."
    )
    return _Fault(what, fix)


def _desks(facts: ReadinessFacts) -> _Found:
    if not facts.is_shared:
        return "This desk works alone: the event is not shared."
    if not facts.other_desks:
        what = "The event is shared, but no other desk has joined yet."
        return _Fault(what, "Join the event on the other laptops.", Action.SHARE_EVENT)
    if facts.away_desks and not facts.is_over:
        what = f"Not connected: {_names(facts.away_desks)}."
        fix = "Open the event there. Without a network, carry a bundle on a USB stick."
        return _Fault(what, fix, Action.SHOW_DESKS)
    if facts.same_names:
        what = f"Two desks are both called {_names(facts.same_names)}."
        return _Fault(what, "The log cannot distinguish them.", Action.NAME_DESK)
    if facts.unshared:
        what = f"Too large to reach the other desks: {_names(facts.unshared)}."
        return _Fault(what, "Make the pictures smaller: 1 MB and 12 files at most.")
    return f"The event is shared with {counted(facts.other_desks, 'other desk')}."


def _conflicts(facts: ReadinessFacts) -> _Found:
    if not facts.let_in_twice:
        return "No attendee was admitted twice while desks were offline."
    what = (
        f"{counted(len(facts.let_in_twice), 'person')} admitted twice while desks were offline: "
        f"{_names(facts.let_in_twice)}."
    )
    return _Fault(what, "Undo the check-ins that are wrong.", Action.EXPORT_CONFLICTS)


CHECKS: dict[str, Callable[[ReadinessFacts], _Found]] = {
    "people": _people,
    "import_age": _import_age,
    "event_days": _event_days,
    "settings": _settings,
    "lists": _lists,
    "shared_codes": _shared_codes,
    "duplicates": _duplicates,
    "letters": _letters,
    "no_name": _no_name,
    "email": _email,
    "status_words": _status_words,
    "badge_names": _badge_names,
    "fonts": _fonts,
    "late_sales": _late_sales,
    "badges_changed": _badges_changed,
    "badges_unprinted": _badges_unprinted,
    "badges_made": _badges_made,
    "printer": _printer,
    "scanner": _scanner,
    "desks": _desks,
    "conflicts": _conflicts,
    "backup": _backup,
    "disk": _disk,
    "clock": _clock,
}
"""Code to check, in the order of the report."""


def _names(names: Sequence[str]) -> str:
    return _some([escape_controls(name) for name in islice(names, _NAMED + 1)], len(names))


def _some(parts: Sequence[str], total: int | None = None) -> str:
    left = (len(parts) if total is None else total) - _NAMED
    text = ", ".join(parts[:_NAMED])
    return f"{text} and {left:,} more" if left > 0 else text


def _with_year(at_ms: int, zone: ZoneInfo) -> str:
    """`Sun 29 Nov 2026, 9:41`."""
    at = local_time(at_ms, zone)
    return f"{day_words(at)} {at.year}, {clock_words(at)}"
