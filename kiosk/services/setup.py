"""A new event from a registrations file: what it suggests, and making all of it or nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.atomic import working_folder
from kiosk.domain.text import clean_text
from kiosk.errors import KioskError
from kiosk.services.event import create_event, parse_day, parse_timezone, system_timezone
from kiosk.services.imports import ImportPlan, ImportReport, Progress, accept_import, plan_import
from kiosk.services.recent import events_dir

if TYPE_CHECKING:
    from kiosk.importers import FilePreview

EVENT_SUFFIX = ".kiosk"
MAX_DAYS = 31
"""Days that a file may suggest and a person may type: each becomes a list of its own."""

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
_DAY_FORMATS = ("%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
_WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+", re.IGNORECASE)
_STAMP = re.compile(r"20\d{2}([-_.]?)\d{2}\1\d{2}([-_T ]?\d{2}([-_:.]?\d{2}){1,2})?(?!\d)")
_START = re.compile(r"\b(event|session)s?\b.*\b(start|starts|date|begins?|day)\b|^start date$")
_END = re.compile(r"\b(event|session)s?\b.*\b(end|ends)\b|^end date$")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What a person decides about a new event."""

    name: str
    days: tuple[date, ...]
    timezone: str


def suggestion(path: Path, preview: FilePreview | None) -> NewEvent:
    """Name, days and zone, as far as the file tells them."""
    name = days = None
    if preview is not None:
        name = _event_name(preview)
        days = _event_days(preview)
    return NewEvent(name or tidy_name(path.stem), days or (), system_timezone())


def tidy_name(stem: str) -> str:
    """An event's name out of a file's: `pycon-2027_attendees_20270216` is `Pycon 2027`."""
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
            days = [_understood_day(text) for text in column.examples]
            if None not in days:
                return {day for day in days if day is not None}
    return set()


def _understood_day(text: str) -> date | None:
    """The day of a cell, where it can mean one day only: `02/03/2027` is left alone."""
    text = _WEEKDAY.sub("", text.strip())
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        pass
    day = re.sub(r"[ ,]+(at )?\d{1,2}:\d{2}.*$", "", text.strip())
    for pattern in _DAY_FORMATS:
        try:
            return datetime.strptime(day, pattern).date()
        except ValueError:
            continue
    return None


def checked_event(name: str, days: str, timezone: str) -> NewEvent:
    """What was typed into the form of a new event.

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
            saved="Nothing was made.",
            next_step="Type one: it stands on the desk and on lists.",
        )
    zone = clean_text(timezone) or system_timezone()
    parse_timezone(zone)
    return NewEvent(title, parse_days(days), zone)


def parse_days(text: str) -> tuple[date, ...]:
    """Days with commas or spaces between them, or two with `to`, `..` or a dash for a span.

    Raises:
        KioskError: `bad_day`, `too_many_days`.
    """
    days: set[date] = set()
    span = re.sub(r"(?<=\d)\s*(?:to|\.\.+|–|—|\s-\s)\s*(?=\d)", "/", text.strip())
    for part in re.split(r"[,;\s]+", span):
        if not part:
            continue
        first, _, last = part.partition("/")
        start, end = parse_day(first), parse_day(last or first)
        count = (end - start).days + 1
        if count < 1 or count + len(days) > MAX_DAYS:
            raise KioskError(
                "too_many_days",
                f"“{text}” is {'no span of days' if count < 1 else f'more than {MAX_DAYS} days'}.",
                saved="Nothing was made.",
                next_step="Leave the days empty for one list without an end.",
            )
        days |= {start + timedelta(days=n) for n in range(count)}
    return tuple(sorted(days))


def free_path(name: str, folder: Path | None = None) -> Path:
    """A file name for an event of this name that nothing has yet, in the folder of events."""
    folder = folder or events_dir()
    words = re.findall(r"[^\W_]+", clean_text(name, limit=200).casefold())
    stem = "-".join(words).encode("utf-8")[:80].decode("utf-8", "ignore").strip("-") or "event"
    path, number = folder / f"{stem}{EVENT_SUFFIX}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{EVENT_SUFFIX}"
    return path


def plan_new(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    desk: str,
    progress: Progress | None = None,
) -> ImportPlan:
    """Read a file as for an event that has nobody yet; no event is made.

    It is compared with an empty event in a temporary folder, so that there is one way to plan.

    Raises:
        FileRefused: what is wrong with this file.
    """
    with working_folder() as folder:
        store = create_event(folder / "empty.kiosk", name="empty", timezone="UTC", desk=desk)
        try:
            return plan_import(store, path, columns=columns, sheet=sheet, progress=progress)
        finally:
            store.close()


def create_from_plan(
    target: Path,
    event: NewEvent,
    plan: ImportPlan,
    *,
    desk: str,
    progress: Progress | None = None,
) -> ImportReport:
    """Make the event with everybody of the plan, or nothing at all.

    Raises:
        KioskError: `file_exists`, `cannot_write`, `disk_full`; whatever `progress` raises.
    """
    with building(target) as unfinished:
        store = create_event(
            unfinished, name=event.name, days=event.days, timezone=event.timezone, desk=desk
        )
        try:
            return accept_import(store, plan, progress=progress)
        finally:
            store.close()


@contextmanager
def building(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """A path to build an event at; it becomes `target` at the end, and vanishes on any failure.

    Raises:
        KioskError: `file_exists` (unless `replace`), `cannot_write`.
    """
    _ready(target, replace=replace)
    unfinished = target.with_name(f".{target.stem}.{os.getpid()}.unfinished")
    _remove(unfinished)
    try:
        yield unfinished
        _ready(target, replace=replace)
        try:
            unfinished.replace(target)
        except OSError as error:
            raise _cannot_make(target, error) from error
    finally:
        _remove(unfinished)


def _ready(target: Path, *, replace: bool) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        taken = target.exists()
    except OSError as error:
        raise _cannot_make(target, error) from error
    if taken and not replace:
        raise KioskError(
            "file_exists",
            f"{target} exists already.",
            saved="It was left as it is.",
            next_step="Give the event another name.",
        )


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _cannot_make(target: Path, error: OSError) -> KioskError:
    return KioskError(
        "cannot_write",
        f"{target} cannot be made ({error.strerror or error}).",
        saved="Nothing was made.",
        next_step="Choose a folder where you may write: kiosk new FOLDER/FILE --name NAME.",
    )


def day_texts(days: Sequence[date]) -> str:
    """Days as the form shows and reads them."""
    return ", ".join(day.isoformat() for day in days)
