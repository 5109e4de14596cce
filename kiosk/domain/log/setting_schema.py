"""Define where each setting is kept, and check the settings of an event against the type of each.

A setting of the log comes from any desk, so its value may have any shape. A value that does not fit
counts as not set. It never stops a command, and it is never a path, printer or address that this
program then uses. A setting of a machine is kept outside of the event file: a file from elsewhere
cannot bring one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, NotRequired, TypedDict
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from kiosk.domain.checkin.lists import LIST_RULES_PREFIX
from kiosk.domain.checkin.privileges import record_of
from kiosk.domain.checkin.questions import MAX_CHOICES, WITH_CHOICES, QuestionKind
from kiosk.domain.datetimes import FIRST_YEAR, LAST_YEAR
from kiosk.domain.log.events import InvalidJson, parsed
from kiosk.domain.text import counted, escape_controls

MAX_TEXT = 20_000
MAX_NUMBER = 1_000_000_000
MAX_PICTURE = 1_400_000
"""Characters of a picture in base64: one megabyte."""
MAX_SETTING_TEXT = 4_000
"""Characters of a text for badges and certificates."""
MAX_DEPTH = 32
MAX_TIME_MS = 253_000_000_000_000
"""In the year 9987: a moment in any time zone that `datetime` can still show."""
QUESTION_PREFIX = "question:"
PIN_PREFIX = "pin."

Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Text64 = Annotated[str, Meta(max_length=64)]
Text200 = Annotated[str, Meta(max_length=200)]
Number = Annotated[int, Meta(ge=0, le=MAX_NUMBER)]
Moment = Annotated[int, Meta(ge=0, le=MAX_TIME_MS)]
_Text400 = Annotated[str, Meta(max_length=400)]
_Text1000 = Annotated[str, Meta(max_length=1_000)]
_Texts = Annotated[str, Meta(max_length=MAX_SETTING_TEXT)]
_Path = Annotated[str, Meta(max_length=4_096, pattern=r"^[^\x00]*\Z")]
_Toml = Annotated[str, Meta(max_length=100_000)]
_Picture = Annotated[str, Meta(max_length=MAX_PICTURE)]
_Keys = Annotated[str, Meta(max_length=450, pattern=r"^([A-Za-z0-9+/]{43}=( |\Z))*\Z")]
"""Public keys of 32 bytes in base64, separated by spaces."""
_Seats = Annotated[int, Meta(ge=1, le=MAX_NUMBER)]


class _LogoPack(TypedDict):
    name: Text
    picture: _Picture


class _LayoutPack(TypedDict):
    name: Text
    toml: _Toml
    pictures: Annotated[dict[_Text400, _Picture], Meta(max_length=12)]


class _SponsorsPack(TypedDict):
    name: Text
    pictures: Annotated[dict[_Text400, _Picture], Meta(max_length=12)]


class _Question(TypedDict):
    name: Text200
    text: _Text1000
    choices: Annotated[list[Text200], Meta(max_length=MAX_CHOICES)]
    lists: list[Text200]
    types: list[Text200]
    position: Number
    kind: NotRequired[QuestionKind]
    required: NotRequired[bool]


_MinuteOfDay = Annotated[int, Meta(ge=0, le=24 * 60 - 1)]
_Minutes = Annotated[int, Meta(ge=0, le=48 * 60)]
_AtLeastOne = Annotated[int, Meta(ge=1, le=1_000_000)]
_Names = Annotated[list[Text200], Meta(max_length=1_000)]


class _ListRules(TypedDict, total=False):
    """`ListRules` of `domain/checkin/lists.py`, without what is not set."""

    day: str
    windows: Annotated[list[tuple[Moment, Moment]], Meta(max_length=100)]
    daily: Annotated[list[tuple[_Minutes, _Minutes]], Meta(max_length=100)]
    most_entries: _AtLeastOne
    most_per_day: _AtLeastOne
    most_days: _AtLeastOne
    minutes_between: _AtLeastOne
    leaves: _Names
    desks: _Names
    check_out_at: _MinuteOfDay
    confirm: bool


class _Tables(TypedDict):
    names: Annotated[list[Text200], Meta(max_length=1_000)]
    seats: _Seats | None
    list: Text200


class _Pin(TypedDict):
    salt: Text64
    hash: Text64
    n: int
    r: int
    p: int


TYPES: dict[str, Any] = {
    "name": Text200,
    "timezone": Text200,
    "days": Annotated[list[str], Meta(max_length=4_000)],
    "place": _Texts,
    "badge_layout": _Path,
    "layout_pack": _LayoutPack | None,
    "accent": Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}\Z")],
    "logo": _Path,
    "logo_pack": _LogoPack | None,
    "sponsors": _Path,
    "sponsors_pack": _SponsorsPack | None,
    "han_language": str,
    "nastaliq": str,
    "programme": _Texts,
    "contact": _Texts,
    "wifi": _Texts,
    "certificate_title": _Texts,
    "certificate_text": _Texts,
    "certificate_signed_by": _Texts,
    "backup_second": _Path,
    "self_service_confirm": Annotated[str, Meta(pattern=r"^(yes)?\Z")],
    "ticket_keys": _Keys,
    "tables": _Tables | None,
    "boxes": Annotated[dict[Text200, tuple[Text200, Number, Text]], Meta(max_length=10_000)],
    "possible_duplicates": Annotated[list[tuple[Text200, Text200]], Meta(max_length=10_000)],
    "ready_accepted": Annotated[list[Text200], Meta(max_length=1_000)],
    "demo": bool,
    "rehearsal": dict[str, str],
    "purged": dict[str, Any],
    "purged_report": dict[str, Any],
}
"""The type of each setting. A key that is not here is of a newer kiosk."""


class Scope(StrEnum):
    """Where a setting is kept."""

    SHARED = "shared"
    """In the log: all desks have it."""
    MACHINE = "machine"
    """In this machine's state folder: no file and no desk brings or gets it."""
    FILE = "file"
    """In the table `local` of one event file: it belongs to the identity of its log."""


MACHINE_SETTINGS = frozenset(
    (
        *("backup_second", "layout_here", "layout_used", "logo_here", "sponsors_here"),
        *("print_mode", "printer", "print_layout", "labels_left", "printer_tested"),
        *("scanner_tested", "sharing", "pin_tries", "desk_name", "log_key"),
        "rehearsed",
    )
)
_FILE_SETTINGS = frozenset(
    (
        *("log_id", "home", "earlier_logs", "closed_logs", "began_anew", "facts_dropped"),
        *("seen_stamp", "newest_stamp", "troubles", "roots", "head_numbers"),
    )
)
MACHINE_PREFIXES = ("layout:", "stock:", "nudge:", "place:")
"""Layout, paper, print offset, and next free place of the sheet of one printer."""


def scope_of(key: str) -> Scope | None:
    """Where a setting is kept; None for an unknown key."""
    if key in MACHINE_SETTINGS or key.startswith(MACHINE_PREFIXES):
        return Scope.MACHINE
    if key in _FILE_SETTINGS:
        return Scope.FILE
    return Scope.SHARED if key in TYPES or key.startswith(tuple(_BY_PREFIX)) else None


def is_fitting_setting(key: str, value: Any) -> bool:
    """Whether a value has the type of its setting; a value of an unknown key is only shallow."""
    if not is_shallow(value):
        return False
    try:
        kind, check = _type_and_check(key)
        msgspec.convert(value, kind)
        return check is None or check(value)
    except (msgspec.ValidationError, ValueError, LookupError, OSError):
        return False


def type_of(key: str) -> Any:
    """The type that msgspec checks for the setting of this key."""
    return _type_and_check(key)[0]


def _type_and_check(key: str) -> tuple[Any, Callable[[Any], bool] | None]:
    for prefix, type_and_check in _BY_PREFIX.items():
        if key.startswith(prefix):
            return type_and_check
    return TYPES.get(key, Any), _CHECKS.get(key)


class InvalidSetting(ValueError):
    """The stored value of a setting does not have its type."""


def setting_value(key: str, text: object) -> Any:
    """The value of a setting from its JSON; None where it is not set.

    Raises:
        InvalidSetting: it is no JSON, or not of the type of this setting.
    """
    try:
        value = parsed(text) if isinstance(text, (str, bytes)) else None
    except InvalidJson as error:
        raise InvalidSetting(key) from error
    if value is not None and not is_fitting_setting(key, value):
        raise InvalidSetting(key)
    return value


def is_valid_setting(key: str, text: object) -> bool:
    """Whether the JSON of a setting has the type of this setting."""
    try:
        setting_value(key, text)
    except InvalidSetting:
        return False
    return True


def fitting_settings(rows: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The values by their keys, from keys with JSON; without those that have the wrong type."""
    return {key: setting_value(key, text) for key, text in rows if is_valid_setting(key, text)}


def is_shallow(value: Any, depth: int = MAX_DEPTH) -> bool:
    """Whether arrays and objects are nested less than `depth` times."""
    if depth == 0:
        return False
    if isinstance(value, dict):
        return all(is_shallow(item, depth - 1) for item in value.values())
    if isinstance(value, list):
        return all(is_shallow(item, depth - 1) for item in value)
    return True


def are_days(days: Iterable[str]) -> bool:
    """Whether each is a day, as `2027-02-16`.

    Raises:
        ValueError: one of them is no day.
    """
    return all(FIRST_YEAR <= date.fromisoformat(day).year <= LAST_YEAR for day in days)


def _is_zone(name: str) -> bool:
    return bool(ZoneInfo(name).key)


def _is_pin(value: Any) -> bool:
    return value is None or bool(record_of(value))


def can_be_answered(value: Any) -> bool:
    """Whether a question has the choices that its kind needs."""
    has_choices = value is not None and value.get("kind", QuestionKind.CHOICE) in WITH_CHOICES
    return not has_choices or len(value["choices"]) >= 2


def _has_day(value: Any) -> bool:
    return value is None or "day" not in value or are_days([value["day"]])


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "days": are_days,
    "timezone": _is_zone,
    "han_language": {"", "ja", "ko", "zh-hans", "zh-hant"}.__contains__,
    "nastaliq": {"auto", "always", "never"}.__contains__,
}
"""Checks beyond types; they may raise instead of answering False."""

_BY_PREFIX: dict[str, tuple[Any, Callable[[Any], bool]]] = {
    LIST_RULES_PREFIX: (_ListRules | None, _has_day),
    QUESTION_PREFIX: (_Question | None, can_be_answered),
    PIN_PREFIX: (_Pin | None, _is_pin),
}
"""Type and check of the settings whose keys begin with a prefix."""


def invalid_settings_sentence(keys: Sequence[str]) -> str:
    """Report the settings that have the wrong type, and how to correct them."""
    names = ", ".join(escape_controls(key[:40]) for key in keys[:_NAMED])
    more = " ..." if len(keys) > _NAMED else ""
    pins = [key.removeprefix(PIN_PREFIX) for key in keys if key.startswith(PIN_PREFIX)]
    pin = " A damaged PIN admits no one: set a new one." if pins else ""
    return (
        f"{counted(len(keys), 'setting has', 'settings have')} an invalid value and "
        f"{'counts' if len(keys) == 1 else 'count'} as not set: {names}{more}.{pin}"
    )


_NAMED = 5
