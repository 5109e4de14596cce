"""Read the limits of a ticket: its validity, the date it was bought for, and its add-ons.

Every platform has other columns for these, and columns without a field stay with the attendee
under their headings. So the headings decide, in the words of organisers and of pretix.
A value that is no date limits nothing: it never keeps an attendee outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from functools import lru_cache

from kiosk.domain.datetimes import (
    DateTimeContext,
    DateTimeError,
    day_at,
    day_start_ms,
    day_words,
    parse_datetime,
    when_words,
)
from kiosk.domain.text import plain_words

VALID_FROM, VALID_UNTIL = "Valid from", "Valid until"
DATE_FROM, DATE_UNTIL = "Series start date", "Series end date"
ADD_ON = "Add-on"
"""Headings that importers give to the special fields of a platform."""

_SERIES = r"(series|session|sub ?event|slot|visit|event series)"
_HEADINGS = {
    "valid_from": r"(ticket )?(is )?(valid|validity) (from|since|starts?|start date|begins?)"
    r"( date| time| date time)?|not valid before|(gultig|gultigkeit) (ab|von|beginn)"
    r"|valable (a partir du?|du|des le)|valid[oa]s? (desde|dal|de|a partir de)|geldig van(af)?"
    r"|wazn[aey] od|waznosc od|деиствителен с|діиснии з|gecerlilik baslangici|berlaku (dari|mulai)",
    "valid_until": r"(ticket )?(is )?(valid|validity) (until|till|to|through|thru|ends?|end date)"
    r"( date| time| date time)?|not valid after|ticket (expires|expiry|expiration)( on| date)?"
    r"|gultig(keit)? (bis|ende)|valable jusqu.*|valid[oa]s? (hasta|fino al?|ate)|geldig tot"
    r"|(data )?waznosci|wazn[aey] do|waznosc do|деиствителен до|діиснии до"
    r"|gecerlilik (bitisi|tarihi)|son gecerlilik tarihi|berlaku (sampai|hingga)( tanggal)?",
    "date_from": rf"{_SERIES} (start|begin)( date| time| date time)?|{_SERIES} date from",
    "date_until": rf"{_SERIES} end( date| time| date time)?|{_SERIES} date to",
    "date": rf"(valid|gultig) (on|for|am|fur)( date| day)?|{_SERIES} (date|day)|sub ?event"
    r"|(ticket|attendance) (date|day)|(date|day) of (visit|attendance|(the )?ticket)"
    r"|besuch(s|er)(tag|datum)|ticket (valid )?(on|for)|day ticket( for)?|tagesticket( fur)?",
    "event_from": r"(event )?start date( time)?|event start( time)?|date from|startdatum|beginn",
    "event_until": r"(event )?end date( time)?|event end( time)?|date to|enddatum|ende",
    "event_date": r"event (date|day)|termin|veranstaltungs(tag|datum)|days?|tage?",
    "add_ons": r"add ?ons?( products?| items?| tickets?)?|(selected|booked|bought) add ?ons"
    r"|zusatz(produkte?|leistung(en)?|artikel)|options? supplementaires?|workshops? booked",
}
"""Meaning to headings, as `plain_words`. `event_...` may date the event instead of the ticket."""
_COUNT = r"(?i)^\d+\s*[x×]\s*|\s*[x×]\s*\d+$"


@dataclass(frozen=True, slots=True)
class Rights:
    """The limits of a ticket, besides its type."""

    valid_from_ms: int | None = None
    """The first moment (UTC) at which the ticket admits; None: no limit."""
    valid_until_ms: int | None = None
    """The last moment at which it admits; None: no limit."""
    first_day: date | None = None
    """The first day it was bought for; None: every day."""
    last_day: date | None = None
    add_ons: tuple[str, ...] = ()
    """Products bought with it, as the platform names them."""
    date_heading: str = ""
    """The column of `first_day` where it may date the event instead: with one value on all tickets
    it does, and limits none of them."""

    def is_for_day(self, day: date) -> bool:
        """Whether the ticket was bought for this day."""
        after_first = self.first_day is None or day >= self.first_day
        return after_first and (self.last_day is None or day <= self.last_day)

    def has_ended(self, now_ms: int, day: date, zone: tzinfo) -> bool:
        """Whether the ticket admits no more. One that is valid until the end of a day admits in the
        night after it, if the night counts for that day.

        Args:
            day: the day that the moment counts for.
        """
        if self.valid_until_ms is None or now_ms <= self.valid_until_ms:
            return False
        last = day_at(self.valid_until_ms, zone)
        is_whole_day = self.valid_until_ms + 1 == day_start_ms(last + timedelta(days=1), zone)
        return not is_whole_day or day > last

    def overlaps(self, day: date, zone: tzinfo) -> bool:
        """Whether the ticket can admit at some moment of this day."""
        start_ms = day_start_ms(day, zone)
        end_ms = day_start_ms(day + timedelta(days=1), zone)
        begins = self.valid_from_ms is None or self.valid_from_ms < end_ms
        ends = self.valid_until_ms is None or self.valid_until_ms >= start_ms
        return begins and ends and self.is_for_day(day)

    def on_any_day(self) -> Rights:
        """The rights without the date that the ticket was bought for."""
        return replace(self, first_day=None, last_day=None, date_heading="")


NO_LIMITS = Rights()


def rights_of(extra: Mapping[str, str], context: DateTimeContext) -> Rights:
    """The rights in the columns of an attendee.

    Args:
        extra: column heading to value.
        context: the event's zone and days, which typed dates refer to.
    """
    found: dict[str, tuple[str, str]] = {}
    for heading, value in extra.items():
        meaning = _meaning(heading)
        if meaning and value.strip():
            found.setdefault(meaning, (heading, value.strip()))
    return _rights(tuple(sorted(found.items())), context) if found else NO_LIMITS


def unreadable_dates(extra: Mapping[str, str], context: DateTimeContext) -> list[str]:
    """`Valid until: 31.31.2027`: the values with digits that should be dates and are none."""
    return [
        f"{heading}: {value}"
        for heading, value in extra.items()
        if _meaning(heading) not in (None, "add_ons")
        and any(map(str.isdigit, value))
        and _moment(value.strip(), context) is None
    ]


def states_rights(heading: str) -> bool:
    """Whether a column of this heading holds rights, which the card shows on lines of their own."""
    return _meaning(heading) is not None


@lru_cache(maxsize=4096)
def _meaning(heading: str) -> str | None:
    words = plain_words(heading)
    return next((field for field, known in _HEADINGS.items() if re.fullmatch(known, words)), None)


@lru_cache(maxsize=4096)
def _rights(found: tuple[tuple[str, tuple[str, str]], ...], context: DateTimeContext) -> Rights:
    cells = dict(found)
    texts = {field: value for field, (_, value) in found}
    until_ms = _moment(texts.get("valid_until", ""), context, closing=True)
    first, last, heading = _days(cells, context)
    return Rights(
        _moment(texts.get("valid_from", ""), context),
        until_ms,
        first,
        last,
        _add_ons(texts.get("add_ons", "")),
        heading,
    )


_NO_TIME = re.compile(r"(?<=\d\d)[T ]00:00:00(?:\.0+)?$")


def _moment(text: str, context: DateTimeContext, *, closing: bool = False) -> int | None:
    """A moment in ms UTC. A day alone ends with its last millisecond, not with the next day.

    Programs write a day as `2027-02-16 00:00:00`.
    """
    text = _NO_TIME.sub("", text)
    try:
        moment_ms = parse_datetime(text, context, closing=closing)
        whole_day = closing and moment_ms != parse_datetime(text, context)
    except DateTimeError:
        return None
    return moment_ms - 1 if whole_day and moment_ms is not None else moment_ms


def _days(
    cells: Mapping[str, tuple[str, str]], context: DateTimeContext
) -> tuple[date | None, date | None, str]:
    """The first and last day of the date that a ticket was bought for, and the column's heading.

    An evening that ends at midnight ends on its own day, one that ends later on the next.
    """
    for begin, end in _DATE_COLUMNS:
        heading, text = cells.get(begin, ("", ""))
        starts_ms = _moment(text, context)
        if starts_ms is None:
            continue
        ends_ms = _moment(cells.get(end, ("", ""))[1], context, closing=True)
        first = last = day_at(starts_ms, context.zone)
        if ends_ms is not None and ends_ms > starts_ms:
            last = day_at(ends_ms - 1, context.zone)
        return first, last, heading if begin.startswith("event") else ""
    return None, None, ""


_DATE_COLUMNS = (
    ("date_from", "date_until"),
    ("date", ""),
    ("event_from", "event_until"),
    ("event_date", ""),
)
"""First and last day, the most certain headings first."""


def _add_ons(text: str) -> tuple[str, ...]:
    """`2x Workshop; Dinner` as names, each once; commas separate where nothing else does."""
    separator = r"[;\n|]" if re.search(r"[;\n|]", text) else r",\s"
    names = [
        " ".join(re.sub(_COUNT, "", part.strip()).split()) for part in re.split(separator, text)
    ]
    whole = [text] if separator == r",\s" and len(names) > 1 else []
    return tuple(dict.fromkeys(name for name in (*names, *whole) if name))


# Words for rights, as the card, the badge and verdicts have them.


def rights_words(rights: Rights, zone: tzinfo, now_ms: int | None = None) -> list[str]:
    """`for Tue 16 Feb`, `valid from Tue 16 Feb, 9:00 until ...`; empty for no limits.

    Args:
        now_ms: days that are far from it have their year; None: none has.
    """
    today = None if now_ms is None else day_at(now_ms, zone)
    said = []
    if rights.first_day:
        last = rights.last_day if rights.last_day != rights.first_day else None
        until = f" to {day_words(last, today)}" if last else ""
        said.append(f"for {day_words(rights.first_day, today)}{until}")
    bounds = [
        f"{word} {when_words(moment_ms, zone, now_ms)}"
        for word, moment_ms in (("from", rights.valid_from_ms), ("until", rights.valid_until_ms))
        if moment_ms is not None
    ]
    return said + ([f"valid {' '.join(bounds)}"] if bounds else [])
