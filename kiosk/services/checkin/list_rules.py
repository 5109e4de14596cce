"""Read the rules of a check-in list as organisers type them, and say them in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kiosk.domain.checkin.lists import CheckInList, ListRules
from kiosk.domain.datetimes import (
    DateTimeContext,
    DateTimeError,
    day_words,
    parse_clock,
    parse_date,
    parse_datetime,
    window_words,
)
from kiosk.domain.people.first_time import yes_or_no
from kiosk.domain.text import clean_text, counted
from kiosk.errors import KioskError, Refused

RULE_FIELDS = {
    "date": "only tickets for this day",
    "windows": "open at these times only: 8:00 to 10:00",
    "most_entries": "entries of each person, in all",
    "most_per_day": "entries of each person a day",
    "most_days": "days on which a person may come",
    "minutes_between": "minutes from one entry to the next",
    "leaves": "lists that a person leaves by entering here",
    "gates": "desks that may admit here",
    "check_out_at": "time at which everybody is out: 3:00",
    "confirm": "show the person first, Enter checks in: yes",
}
"""Rules that can be typed, with their meaning."""
_COUNTS = ("most_entries", "most_per_day", "most_days", "minutes_between")
_SPAN = re.compile(
    r"\s+(?:to|until|till|bis|-|–|—)\s+|\s*/\s*(?=\d{4}-)|(?<=:\d\d)\s*[-–]\s*(?=\d)"
    r"|(?<=[ap]m)\s*[-–]\s*(?=\d)|(?<=^\d)\s*[-–]\s*(?=\d{1,2}$)|(?<=^\d\d)\s*[-–]\s*(?=\d{1,2}$)",
    re.IGNORECASE,
)
_DAY_MINUTES = 24 * 60


def changed_rules(
    item: CheckInList,
    changes: Mapping[str, Sequence[str]],
    find: Callable[[str], CheckInList],
    context: DateTimeContext,
) -> ListRules:
    """The rules of a list after these changes.

    Args:
        changes: field to typed texts; no text, or an empty one, ends the rule.
        find: the list of a name.

    Raises:
        KioskError: `bad_rule`, `no_such_list`; nothing is saved.
    """
    rules = replace(item.rules, zone=context.zone)
    for field, given in changes.items():
        texts = [text for text in map(clean_text, given) if text]
        try:
            rules = replace(rules, **_typed(field, texts, item, find, context))
        except DateTimeError as error:
            raise _bad_rule(field, str(error), error.advice) from None
    return rules


def _typed(
    field: str,
    texts: Sequence[str],
    item: CheckInList,
    find: Callable[[str], CheckInList],
    context: DateTimeContext,
) -> dict[str, Any]:
    text = " ".join(texts)
    match field:
        case "date":
            return {"day": parse_date(text, context) if text else None}
        case "windows":
            return _windows(texts, context)
        case "leaves":
            others = [find(name) for name in _names(texts)]
            return {"leaves": tuple(one.id for one in others if one.id != item.id)}
        case "gates":
            return {"desks": tuple(_names(texts))}
        case "check_out_at":
            return {"check_out_at": parse_clock(text) % _DAY_MINUTES if text else None}
        case "confirm":
            return {"confirm": _yes_or_no(text)}
    if field not in _COUNTS:
        raise _bad_rule(field, f"There is no rule “{field}”.", f"Use: {', '.join(RULE_FIELDS)}.")
    return {field: _count(field, text)}


def _names(texts: Sequence[str]) -> list[str]:
    return [name for text in texts for name in map(str.strip, re.split("[,;]", text)) if name]


def _count(field: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100_000):
        about = RULE_FIELDS[field]
        raise _bad_rule(field, f"“{text}” is no number.", f"Type a number from 1: {about}.")
    return int(text)


def _yes_or_no(text: str) -> bool:
    answer = yes_or_no(text) if text else False
    if answer is None:
        raise _bad_rule("confirm", f"“{text}” is neither yes nor no.", "Type yes or no.")
    return answer


def _windows(texts: Sequence[str], context: DateTimeContext) -> dict[str, Any]:
    dated: list[tuple[int, int]] = []
    daily: list[tuple[int, int]] = []
    for text in _names(texts):
        parts = _SPAN.split(text, maxsplit=1)
        span = _daily(parts[0], parts[-1]) or _dated(parts[0], parts[-1], context)
        (dated if span[0] >= 2 * _DAY_MINUTES else daily).append(span)
    return {"windows": tuple(sorted(dated)), "daily": tuple(sorted(daily))}


def _daily(opens: str, closes: str) -> tuple[int, int] | None:
    """A window of every day; one that ends before it begins ends on the next day."""
    try:
        first, last = parse_clock(opens), parse_clock(closes)
    except DateTimeError:
        return None
    if opens == closes:
        raise DateTimeError(f"“{opens}” has no end.", "Write it as 8:00 to 10:00.")
    return (first, last) if first < last else (first, last + _DAY_MINUTES)


def _dated(opens: str, closes: str, context: DateTimeContext) -> tuple[int, int]:
    opens_ms = parse_datetime(opens, context)
    closes_ms = parse_datetime(closes, context, closing=True, opens_ms=opens_ms)
    if opens_ms is None or closes_ms is None or opens_ms >= closes_ms:
        raise DateTimeError(f"“{opens} to {closes}” would close before it opens.")
    return opens_ms, closes_ms


def _bad_rule(field: str, problem: str, advice: str) -> KioskError:
    name = field.replace("_", " ")
    return Refused("bad_rule", f"{name}: {problem}", next_step=advice)


# Words for the rules.


def typed_rules(
    item: CheckInList, lists: Sequence[CheckInList], context: DateTimeContext
) -> dict[str, str]:
    """Each rule as it is typed, empty where it is not set; `changed_rules` reads it again."""
    rules = item.rules
    names = {one.id: one.name for one in lists}
    texts = {field: str(getattr(rules, field) or "") for field in _COUNTS}
    return {
        field: {
            **texts,
            "date": rules.day.isoformat() if rules.day else "",
            "windows": "; ".join(window_texts(rules, context)),
            "leaves": "; ".join(names[key] for key in rules.leaves if key in names),
            "gates": "; ".join(rules.desks),
            "check_out_at": clock(rules.check_out_at),
            "confirm": "yes" if rules.confirm else "",
        }[field]
        for field in RULE_FIELDS
    }


def window_texts(rules: ListRules, context: DateTimeContext) -> list[str]:
    """`08:00 to 10:00` for every day, `Tue 16 Feb 2027, 12:00 to 14:00` for one."""
    every_day = [f"{clock(opens)} to {clock(closes)}" for opens, closes in rules.daily]
    once = [window_words(*span, context, with_year=True) for span in rules.windows]
    return every_day + [text.replace(", ", " ") for text in once]


def clock(minute: int | None) -> str:
    """`03:00`; empty for None."""
    if minute is None:
        return ""
    hour, rest = divmod(minute, 60)
    return f"{hour if hour <= 24 else hour - 24:02}:{rest:02}"


def rule_words(
    item: CheckInList, lists: Sequence[CheckInList], context: DateTimeContext
) -> list[str]:
    """Each rule that is set as a clause."""
    rules = item.rules
    texts = typed_rules(item, lists, context)
    said = {
        "date": f"for tickets of {day_words(rules.day)}" if rules.day else "",
        "windows": f"open {' and '.join(window_texts(rules, context))}",
        "most_entries": f"at most {counted(rules.most_entries or 0, 'entry')} each",
        "most_per_day": f"at most {counted(rules.most_per_day or 0, 'entry')} a day each",
        "most_days": f"on any {counted(rules.most_days or 0, 'day')}",
        "minutes_between": f"{rules.minutes_between} min between entries",
        "leaves": f"entering leaves {texts['leaves']}",
        "gates": f"admitted at {texts['gates']}",
        "check_out_at": f"everybody is out at {texts['check_out_at']}",
        "confirm": "the person is shown first",
    }
    return [said[field] for field, text in texts.items() if text]
