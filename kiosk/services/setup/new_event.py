"""Create an event from a registrations file: suggest name and days, then create all or nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.datetimes import DateTimeContext, DateTimeError, parse_date
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError, Refused
from kiosk.importers.reading import SourceFile
from kiosk.services.event.event import create_event, parse_day, parse_timezone, system_timezone
from kiosk.services.setup.imports import (
    ImportPlan,
    ImportReport,
    accept_import,
    plan_source,
)
from kiosk.storage.file.clone_detection import move_facts, release_origin
from kiosk.storage.file.machine_facts import remove_facts
from kiosk.storage.file.store import Store
from kiosk.storage.queries.scans import recent_scans
from kiosk.support.files import private_folder, unused_path
from kiosk.support.paths import events_dir, temp_dir
from kiosk.support.progress import Progress

if TYPE_CHECKING:
    from kiosk.importers.preview import FilePreview

EVENT_SUFFIX = ".kiosk"
MAX_DAYS = 31
"""The most days of an event: each day gets a list."""

_EXPORT_WORDS = """
    attendee attendees export exports report registration registrations registrants responses
    response orderpositions orders order guests guest tickets ticket list summary form data
    download csv xlsx xls sheet1 copy final teilnehmer teilnehmerliste
"""
_PLATFORM_WORDS = frozenset(
    ["eventbrite", "meetup", "pretix", "tito", "luma", "konfhub", "google", "forms"]
)
_NOT_A_NAME = frozenset(_EXPORT_WORDS.split())
_DATE_OR_NUMBER = re.compile(r"\d{4,}([-_.T ]?\d{2,})*|\(\d+\)|\d{1,2}[-_.]\d{1,2}[-_.]\d{2,4}")
_CLOCK = re.compile(r"[ ,T]+(at )?\d{1,2}:\d{2}.*$")
_STAMP = re.compile(r"20\d{2}([-_.]?)\d{2}\1\d{2}([-_T ]?\d{2}([-_:.]?\d{2}){1,2})?(?!\d)")
_START = re.compile(r"\b(event|session)s?\b.*\b(start|starts|date|begins?|day)\b|^start date$")
_END = re.compile(r"\b(event|session)s?\b.*\b(end|ends)\b|^end date$")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Name, days and time zone of a new event."""

    name: str
    days: tuple[date, ...]
    timezone: str


def suggestion(path: Path, preview: FilePreview | None) -> NewEvent:
    """Suggest name and days from the file, and the time zone of this computer."""
    name = days = None
    if preview is not None:
        name = _event_name(preview)
        days = _event_days(preview)
    return NewEvent(name or tidy_name(path.stem), days or (), system_timezone())


def tidy_name(stem: str) -> str:
    """Make an event name from a file name: `pycon-2027_attendees_20270216` gives `Pycon 2027`."""
    words = re.split(r"[\s_]+|-+", _STAMP.sub(" ", clean_text(stem, limit=200)))
    kept = [word for word in words if word and word.casefold() not in _NOT_A_NAME]
    kept = [word for word in kept if _is_year(word) or not _DATE_OR_NUMBER.fullmatch(word)]
    if all(word.casefold() in _PLATFORM_WORDS for word in kept):
        return "My event"
    name = " ".join(kept)
    if not any(char.isalpha() for char in name):
        return "My event"
    return name.title() if name.islower() else name


def _is_year(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) == 4 and word.startswith("20")


def _event_name(preview: FilePreview) -> str | None:
    for column in preview.columns:
        if column.field == "event_name" and len(column.examples) == 1:
            return clean_text(column.examples[0], limit=200)
    return None


def _event_days(preview: FilePreview) -> tuple[date, ...] | None:
    starts = _days_of(preview, _START)
    if not starts:
        return None
    first, last = min(starts), max([*starts, *_days_of(preview, _END)])
    if len(starts) == 1 and last - first < timedelta(days=MAX_DAYS):
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(sorted(starts))


def _days_of(preview: FilePreview, heading: re.Pattern[str]) -> set[date]:
    for column in preview.columns:
        plain = re.sub(r"[\s_:-]+", " ", column.heading).strip().casefold()
        if heading.search(plain) and column.examples:
            days = [_unambiguous_day(text) for text in column.examples]
            if None not in days:
                return {day for day in days if day is not None}
    return set()


def _unambiguous_day(text: str) -> date | None:
    """The day in a cell if it is unambiguous; `02/03/2027` is not."""
    try:
        return parse_date(_CLOCK.sub("", text.strip()))
    except DateTimeError:
        return None


def checked_event(name: str, days: str, timezone: str) -> NewEvent:
    """Check the typed name, days and time zone of an event.

    Args:
        days: `2027-02-16, 2027-02-17`, or `2027-02-16 to 2027-02-18`; empty: no days.

    Raises:
        KioskError: `name_missing`, `bad_day`, `too_many_days`, `bad_timezone`.
    """
    title = clean_text(name, limit=200)
    if not title:
        raise KioskError(
            "name_missing",
            "The event needs a name.",
            saved="Nothing was created.",
            next_step="Type a name; the desk and the lists show it.",
        )
    zone = parse_timezone(clean_text(timezone) or system_timezone()).key
    return NewEvent(title, parse_days(days), zone)


def parse_days(text: str, *, today: date | None = None) -> tuple[date, ...]:
    """Parse days separated by commas or spaces, and spans with `to`, `..` or a dash; also written
    forms: `16-18 Feb 2027`, `16 Feb and 18 Feb`, `16.2.2027`.

    Args:
        today: gives a missing year; None: the date of this computer.

    Raises:
        KioskError: `bad_day`, `too_many_days`.
    """
    span = re.sub(r"(?<=\d)\s*(?:to|\.\.+|–|—|\s-\s)\s*(?=\d)", "/", text.strip())
    parts = [part for part in re.split(r"[,;\s]+", span) if part]
    try:
        ends = [(parse_day(part.partition("/")[0]), part.partition("/")[2]) for part in parts]
        spans = [(first, parse_day(last) if last else first) for first, last in ends]
    except KioskError:
        try:
            spans = _written_days(text, today or date.today())
        except DateTimeError as error:
            raise Refused(
                "bad_day", str(error), next_step="Write 2027-02-16, or 16-18 Feb 2027."
            ) from None
    days: set[date] = set()
    for first, last in spans:
        days |= _span(text, first, last, len(days))
    return tuple(sorted(days))


def _span(text: str, first: date, last: date, before: int) -> set[date]:
    count = (last - first).days + 1
    if count < 1 or count + before > MAX_DAYS:
        reason = "ends before it begins" if count < 1 else f"is more than {MAX_DAYS} days"
        raise Refused(
            "too_many_days",
            f"“{text}” {reason}.",
            next_step="Leave the days empty for one list without an end.",
        )
    return {first + timedelta(days=n) for n in range(count)}


_BETWEEN = re.compile(r"\s*(?:\bto\b|\.\.+|–|—|-(?!\d\d-)|\bbis\b|\buntil\b)\s*", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    r"^([^\W\d_]{3,9})\.?\s+(\d{1,2})\s*(?:-|–|to)\s*(\d{1,2})(?:,?\s*(['’]?\d\d|\d{4}))?$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:;|&|\+|\band\b|,(?!\s*(?:20\d\d|['’]\d\d)\b))\s*", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,\s*(?=\w)", re.IGNORECASE)
"""A weekday and the comma that separates it from its own date."""


def _written_days(text: str, today: date) -> list[tuple[date, date]]:
    """Parse written spans of days. A bare number takes its month from the day after it.

    Raises:
        DateTimeError: a part cannot be understood.
    """
    context = DateTimeContext(today=today)
    text = _MONTH_FIRST.sub(r"\2-\3 \1 \4", _WEEKDAY.sub("", text).strip())
    pieces = [_BETWEEN.split(part) for part in _AND.split(text.strip()) if part]
    spans: list[tuple[date, date]] = []
    following = ""
    for piece in reversed(pieces):
        if not 1 <= len(piece) <= 2:
            raise DateTimeError("A span needs a first and a last day.")
        days: list[date] = []
        for written in reversed(piece):
            bare = re.fullmatch(r"\d{1,2}(?:st|nd|rd|th|\.)?", written.strip())
            day = parse_date(f"{bare[0]} {following}" if bare and following else written, context)
            following = f"{day:%b} {day.year}"
            days.insert(0, day)
        spans.insert(0, (days[0], days[-1]))
    return spans


def free_path(name: str, folder: Path | None = None) -> Path:
    """A free path in the events folder for an event of this name."""
    folder = folder or events_dir()
    words = re.findall(r"[^\W_]+", clean_text(name, limit=200).casefold())
    stem = "-".join(words).encode("utf-8")[:80].decode("utf-8", "ignore").strip("-") or "event"
    return unused_path(folder / f"{stem}{EVENT_SUFFIX}")


def plan_new(source: SourceFile, *, desk: str, progress: Progress | None = None) -> ImportPlan:
    """Plan the import of a file into a new event; the event is not created yet.

    It is compared with an empty event in a temporary folder, so that there is one way to plan.

    Raises:
        FileRefused: what is wrong with this file.
    """
    with temp_dir() as folder:
        store = create_event(folder / "empty.kiosk", name="empty", timezone="UTC", desk=desk)
        with closing(store):
            return plan_source(store, source, progress)


def create_from_plan(
    target: Path,
    event: NewEvent,
    plan: ImportPlan,
    *,
    desk: str,
    progress: Progress | None = None,
) -> ImportReport:
    """Create the event with all people of the plan, or nothing.

    Raises:
        KioskError: `file_exists`, `cannot_write`, `disk_full`; whatever `progress` raises.
    """
    with building(target) as unfinished:
        store = create_event(
            unfinished, name=event.name, days=event.days, timezone=event.timezone, desk=desk
        )
        with closing(store):
            return accept_import(store, plan, progress=progress)


def discard_new(path: Path) -> None:
    """Delete an event that was just created; one with scans stays.

    Raises:
        KioskError: `event_in_use`, or why it cannot be read or deleted.
    """
    with closing(Store.open(path, desk="")) as store:
        is_used = bool(recent_scans(store.connection, limit=1))
    if is_used:
        raise KioskError(
            "event_in_use",
            f"{path.name} already has scans.",
            saved="It was not changed.",
            next_step="Open it from the first screen.",
        )
    try:
        _remove(path)
    except OSError as error:
        raise _cannot_create(path, error) from error
    remove_facts(path)


@contextmanager
def building(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield a path to build an event at; it becomes `target` at the end, or is deleted on failure.

    Raises:
        KioskError: `file_exists` (unless `replace`), `cannot_write`.
    """
    _check_target(target, replace=replace)
    unfinished = target.with_name(f".{target.stem}.{os.getpid()}.unfinished")
    _remove(unfinished)
    try:
        yield unfinished
        _check_target(target, replace=replace)
        release_origin(unfinished)
        try:
            unfinished.replace(target)
        except OSError as error:
            raise _cannot_create(target, error) from error
        move_facts(unfinished, target)
    finally:
        _remove(unfinished)
        remove_facts(unfinished)


def _check_target(target: Path, *, replace: bool) -> None:
    try:
        private_folder(target.parent)
        taken = target.exists()
    except OSError as error:
        raise _cannot_create(target, error) from error
    if taken and not replace:
        raise KioskError(
            "file_exists",
            f"{target} already exists.",
            saved="It was not changed.",
            next_step="Give the event another name.",
        )


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _cannot_create(target: Path, error: OSError) -> KioskError:
    return KioskError(
        "cannot_write",
        f"{target} cannot be created ({error.strerror or error}).",
        saved="Nothing was created.",
        next_step="Choose a folder in which you may write.",
    )


def day_texts(days: Sequence[date]) -> str:
    """Days in the format of the form: `2027-02-16, 2027-02-17`."""
    return ", ".join(day.isoformat() for day in days)
