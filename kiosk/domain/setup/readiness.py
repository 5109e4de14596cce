"""Check whether an event is ready, by pure functions on facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from kiosk.domain.badges.order import BadgeProblem
from kiosk.domain.checkin.rules import CheckInList
from kiosk.domain.datetimes import clock_words, day_words, days_in_words, when_words
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


def readiness(facts: ReadinessFacts, accepted: frozenset[str] = frozenset()) -> list[Check]:
    """All checks, in the order in which an organiser would go through them."""
    checks = [check(facts) for check in CHECKS]
    return [
        Check(c.code, True, c.what, accepted=True) if not c.ok and c.code in accepted else c
        for c in checks
    ]


def _people(facts: ReadinessFacts) -> Check:
    if facts.people:
        return Check("people", True, f"{counted(facts.valid, 'person')} with a valid ticket.")
    fix = "Import the list of registrations."
    return Check("people", False, "The attendee list is empty.", fix, action=Action.IMPORT_FILE)


def _import_age(facts: ReadinessFacts) -> Check:
    code = "import_age"
    if facts.imported_ms is None:
        return Check(code, True, "No file was imported yet.")
    days = (facts.now_ms - facts.imported_ms) // 86_400_000
    when = when_words(facts.imported_ms, facts.zone, facts.now_ms)
    if days < IMPORT_AGE_DAYS or facts.is_over:
        return Check(code, True, f"The list was imported on {when}.")
    what = f"The list was last imported {days} days ago, on {when}."
    fix = "Export the list from the platform again."
    return Check(code, False, what, fix, action=Action.IMPORT_FILE)


def _event_days(facts: ReadinessFacts) -> Check:
    if facts.days:
        return Check("event_days", True, f"The event is on {days_in_words(facts.days)}.")
    what = "The days of the event are not set: lists are open at any time."
    fix = "Set the days before the event."
    return Check("event_days", False, what, fix, action=Action.SET_DAYS)


def _settings(facts: ReadinessFacts) -> Check:
    if not facts.invalid_settings:
        return Check("settings", True, "Every setting has a valid value.")
    what = invalid_settings_sentence(facts.invalid_settings)
    return Check("settings", False, what, "Set it again.")


def _lists(facts: ReadinessFacts) -> Check:
    code, fix, change = "lists", "Set when it opens and closes.", Action.CHANGE_LIST
    if not facts.lists:
        what, add = "There is no check-in list.", "Attendees check in on a list."
        return Check(code, False, what, add, action=Action.ADD_LIST)
    if facts.is_over:
        return Check(code, True, "The event is over.")
    if all(item.closes_ms is not None and item.closes_ms <= facts.now_ms for item in facts.lists):
        return Check(code, False, "Every check-in list has closed.", fix, action=change)
    for day, (start, end) in zip(facts.days, facts.day_windows, strict=True):
        if end > facts.now_ms and not any(_overlaps(item, start, end) for item in facts.lists):
            what = f"No check-in list is open on {day:%A}, {day.day} {day:%b}."
            return Check(code, False, what, fix, action=change)
    if facts.day_windows:
        first, last = facts.day_windows[0][0], facts.day_windows[-1][1]
        for item in facts.lists:
            if not _overlaps(item, first, last):
                what = f"The list “{escape_controls(item.name)}” is open on no day of the event."
                return Check(code, False, what, fix, action=change)
    return Check(code, True, f"{counted(len(facts.lists), 'check-in list')}, one for every day.")


def _overlaps(item: CheckInList, start_ms: int, end_ms: int) -> bool:
    opens, closes = item.opens_ms, item.closes_ms
    return (opens is None or opens < end_ms) and (closes is None or closes > start_ms)


def _shared_codes(facts: ReadinessFacts) -> Check:
    code = "shared_codes"
    if not facts.shared_codes:
        return Check(code, True, "Every ticket code belongs to one attendee.")
    shown, names = facts.shared_codes[0]
    what = (
        f"{counted(len(facts.shared_codes), 'code')} shared by several attendees: "
        f"{escape_controls(shown[:24])} belongs to {_names(names)}."
    )
    return Check(code, False, what, "Correct the file and import it again, or check in by name.")


def _letters(facts: ReadinessFacts) -> Check:
    if not facts.lost_letters:
        return Check("letters", True, "No name has lost letters.")
    what = f"{counted(len(facts.lost_letters), 'name')} with lost letters: "
    return Check(
        "letters",
        False,
        f"{what}{_names(facts.lost_letters)}.",
        "Correct the file and import it again, or correct the names here.",
        action=Action.EDIT_ATTENDEE,
    )


def _duplicates(facts: ReadinessFacts) -> Check:
    code = "duplicates"
    if not facts.doubles:
        return Check(code, True, "No possible duplicate is left to decide.")
    pairs = [
        f"{escape_controls(one)} and {escape_controls(other)} ({why})"
        for one, other, why in facts.doubles
    ]
    what = f"{counted(len(pairs), 'possible duplicate')}: {_some(pairs)}."
    fix = "Decide whether they are one person."
    return Check(code, False, what, fix, action=Action.DECIDE_DUPLICATES)


def _no_name(facts: ReadinessFacts) -> Check:
    if not facts.nameless:
        return Check("no_name", True, "Every valid ticket has a name.")
    what = f"{counted(len(facts.nameless), 'valid ticket')} without a name: "
    fix = "Ask the buyer for the name."
    what += f"{_names(facts.nameless)}."
    return Check("no_name", False, what, fix, action=Action.EDIT_ATTENDEE)


def _email(facts: ReadinessFacts) -> Check:
    if not facts.valid or facts.without_email * 2 <= facts.valid:
        return Check("email", True, _share(facts))
    fix = "Import a file with e-mail addresses: they distinguish people with the same name."
    return Check("email", False, _share(facts), fix)


def _share(facts: ReadinessFacts) -> str:
    if not facts.without_email:
        return "Every e-mail address is known."
    if facts.without_email == facts.valid:
        return "No e-mail address is known."
    percent = round(100 * facts.without_email / facts.valid)
    return f"{facts.without_email:,} of {facts.valid:,} have no e-mail address ({percent} %)."


def _status_words(facts: ReadinessFacts) -> Check:
    code = "status_words"
    if not facts.unknown_words:
        return Check(code, True, "All status words of the import are known.")
    words = [
        f"“{escape_controls(word)}” ({count:,})" for word, count in facts.unknown_words.items()
    ]
    what = f"Unknown status words, so not approved: {_some(words)}."
    fix = "Set the status of these attendees, or correct the file."
    return Check(code, False, what, fix, action=Action.EDIT_ATTENDEE)


def _badge_names(facts: ReadinessFacts) -> Check:
    code = "badge_names"
    if facts.layout_error:
        return Check(
            code, False, escape_controls(facts.layout_error), "Choose another badge layout."
        )
    problems = [one for one in facts.problems if not _is_fonts_problem(facts, one)]
    if not problems:
        return Check(code, True, "Every name on the badges to print can be drawn and fits.")
    named = [
        f"{escape_controls(problem.name) or problem.id[:8]} ({escape_controls(problem.why)})"
        for problem in problems
    ]
    what = f"{counted(len(problems), 'badge')} cannot be drawn: {_some(named)}."
    fix = "Correct the name, or choose another layout or font."
    return Check(code, False, what, fix, action=Action.EDIT_ATTENDEE)


_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")


def _is_fonts_problem(facts: ReadinessFacts, problem: BadgeProblem) -> bool:
    """Whether the check of the fonts reports this badge already."""
    is_reported = not facts.has_han_font and facts.han_people > 0
    return is_reported and _EAST_ASIAN.search(problem.name) is not None


def _fonts(facts: ReadinessFacts) -> Check:
    if facts.has_han_font:
        return Check("fonts", True, "A font for Chinese, Japanese and Korean names is installed.")
    if not facts.han_people:
        what = "No font for Chinese, Japanese or Korean names is installed; no attendee needs it."
        return Check("fonts", True, what)
    what = (
        f"No font is installed for the Chinese, Japanese or Korean names of "
        f"{counted(facts.han_people, 'person')}."
    )
    return Check("fonts", False, what, f"Install one: {facts.font_command}")


def _late_sales(facts: ReadinessFacts) -> Check:
    if not facts.has_ticket_keys:
        return Check("late_sales", True, "No key for tickets that are sold late is set.")
    if not facts.signature_command:
        return Check("late_sales", True, "Tickets that are sold late are known by their signature.")
    what = "This laptop cannot check the signature of tickets that are sold late."
    fix = f"Install what checks it: {facts.signature_command}"
    return Check("late_sales", False, what, fix)


def _badges_changed(facts: ReadinessFacts) -> Check:
    if not facts.changed:
        return Check("badges_changed", True, "No printed badge is out of date.")
    what = f"{counted(len(facts.changed), 'printed badge')} out of date: {_names(facts.changed)}."
    fix = "Print these badges again."
    return Check("badges_changed", False, what, fix, action=Action.PRINT_CHANGED_BADGES)


def _badges_unprinted(facts: ReadinessFacts) -> Check:
    if not facts.unprinted:
        return Check("badges_unprinted", True, "Every attendee has a badge, or a PDF of it.")
    what = f"{counted(len(facts.unprinted), 'badge')} to print: {_names(facts.unprinted)}."
    fix = "Print these badges before the doors open."
    return Check("badges_unprinted", False, what, fix, action=Action.PRINT_BADGES)


def _badges_made(facts: ReadinessFacts) -> Check:
    if not facts.made:
        return Check("badges_made", True, "No badge PDF waits to be printed.")
    count = counted(len(facts.made), "badge is a PDF", "badges are PDFs")
    what = f"{count} only, no print is confirmed: {_names(facts.made)}."
    fix = "Print the PDF, then confirm it."
    return Check("badges_made", False, what, fix, action=Action.CONFIRM_PRINTED)


def _printer(facts: ReadinessFacts) -> Check:
    code = "printer"
    if not facts.printer:
        what, fix = "No badge printer is chosen.", "Choose one to print badges at the desk."
        return Check(code, False, what, fix, action=Action.CHOOSE_PRINTER)
    printer = escape_controls(facts.printer)
    if facts.tested_printer == facts.printer:
        return Check(code, True, f"A test badge came out of {printer}.")
    what, fix = f"The printer {printer} is not tested yet.", "See that a test badge comes out."
    return Check(code, False, what, fix, action=Action.TEST_PRINTER)


def _scanner(facts: ReadinessFacts) -> Check:
    code = "scanner"
    if not facts.scanner_words:
        if facts.is_over:
            return Check(code, True, "The event is over: no scanner has to be tested.")
        what, fix = "No scanner was tested at this desk.", "Print the test page and scan it."
        return Check(code, False, what, fix, action=Action.TEST_SCANNER)
    words = escape_controls(facts.scanner_words)
    if facts.scanner_is_good:
        return Check(code, True, f"The scanner was tested. {words}")
    what, fix = f"The scanner: {words}", "Change its settings and test it again."
    return Check(code, False, what, fix, action=Action.TEST_SCANNER)


def _backup(facts: ReadinessFacts) -> Check:
    fix = "Make a backup, best on another disk."
    if facts.backup_ms is None:
        what = "There is no backup yet."
        return Check("backup", False, what, fix, action=Action.WRITE_BACKUP)
    when = when_words(facts.backup_ms, facts.zone, facts.now_ms)
    if facts.last_change_ms is None or facts.last_change_ms - facts.backup_ms <= BACKUP_AGE_MS:
        return Check("backup", True, f"The last backup is from {when}.")
    what = f"The last backup is from {when}; there are changes more than an hour newer."
    return Check("backup", False, what, fix, action=Action.WRITE_BACKUP)


def _disk(facts: ReadinessFacts) -> Check:
    free = f"{facts.free_bytes / 1e9:.1f} GB"
    if facts.free_bytes >= facts.needed_bytes:
        return Check("disk", True, f"{free} are free on the disk.")
    return Check("disk", False, f"Only {free} are free on the disk.", "Delete some files.")


def _clock(facts: ReadinessFacts) -> Check:
    now = _with_year(facts.now_ms, facts.zone)
    last = facts.last_change_ms
    if last is None or facts.now_ms >= last - CLOCK_SLACK_MS:
        return Check("clock", True, f"The clock says {now} ({facts.zone.key}).")
    newest = _with_year(last, facts.zone)
    what = f"The clock says {now}, but the newest entry is from {newest}."
    fix = (
        "Compare this clock and time zone with a phone. If they are right, another desk's clock is "
        "fast, or this one was: set the wrong one."
    )
    return Check("clock", False, what, fix)


def _desks(facts: ReadinessFacts) -> Check:
    code = "desks"
    if not facts.is_shared:
        return Check(code, True, "This desk works alone: the event is not shared.")
    if not facts.other_desks:
        what = "The event is shared, but no other desk has joined yet."
        fix = "Join the event on the other laptops."
        return Check(code, False, what, fix, action=Action.SHARE_EVENT)
    desks = counted(facts.other_desks, "other desk")
    if facts.away_desks and not facts.is_over:
        what = f"Not connected: {_names(facts.away_desks)}."
        fix = "Open the event there. Without a network, carry a bundle on a USB stick."
        return Check(code, False, what, fix, action=Action.SHOW_DESKS)
    if facts.same_names:
        what = f"Two desks are both called {_names(facts.same_names)}."
        fix = "The log cannot distinguish them."
        return Check(code, False, what, fix, action=Action.NAME_DESK)
    if facts.unshared:
        what = f"Too large to reach the other desks: {_names(facts.unshared)}."
        return Check(code, False, what, "Make the pictures smaller: 1 MB and 12 files at most.")
    return Check(code, True, f"The event is shared with {desks}.")


def _conflicts(facts: ReadinessFacts) -> Check:
    code = "conflicts"
    if not facts.let_in_twice:
        return Check(code, True, "No attendee was admitted twice while desks were offline.")
    what = (
        f"{counted(len(facts.let_in_twice), 'person')} admitted twice while desks were offline: "
        f"{_names(facts.let_in_twice)}."
    )
    fix = "Undo the check-ins that are wrong."
    return Check(code, False, what, fix, action=Action.EXPORT_CONFLICTS)


CHECKS: tuple[Callable[[ReadinessFacts], Check], ...] = (
    _people,
    _import_age,
    _event_days,
    _settings,
    _lists,
    _shared_codes,
    _duplicates,
    _letters,
    _no_name,
    _email,
    _status_words,
    _badge_names,
    _fonts,
    _late_sales,
    _badges_changed,
    _badges_unprinted,
    _badges_made,
    _printer,
    _scanner,
    _desks,
    _conflicts,
    _backup,
    _disk,
    _clock,
)


def _names(names: Sequence[str]) -> str:
    return _some([escape_controls(name) for name in islice(names, _NAMED + 1)], len(names))


def _some(parts: Sequence[str], total: int | None = None) -> str:
    left = (len(parts) if total is None else total) - _NAMED
    text = ", ".join(parts[:_NAMED])
    return f"{text} and {left:,} more" if left > 0 else text


def _with_year(at_ms: int, zone: ZoneInfo) -> str:
    """`Sun 29 Nov 2026, 9:41`."""
    at = datetime.fromtimestamp(at_ms / 1000, zone)
    return f"{day_words(at)} {at.year}, {clock_words(at)}"
