"""Settings of the event: name and days, look of badges and certificates, backup folder."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.badges.layout.file import load_layout, pictures_in
from kiosk.domain.checkin.privileges import CHANGE_KEYS
from kiosk.domain.checkin.signed_tickets import TICKET_KEYS, key_texts, public_keys
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.setting_schema import Scope, scope_of
from kiosk.domain.text import clean_text
from kiosk.errors import Refused, did_you_mean
from kiosk.services.badges.shared_layout import choose_shared, is_own
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, require
from kiosk.services.event.change import write_change
from kiosk.services.event.event import event_info, parse_timezone
from kiosk.services.setup.new_event import NewEvent, day_texts, parse_days
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import setting
from kiosk.support.pictures import PictureTooLarge, PictureUnreadable, check_badge_picture

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting."""

    about: str
    """Help for a person: the meaning and the allowed values."""
    check: Callable[[str], str]
    """Turn typed text into the stored value; raises ValueError with the reason."""


def _text(value: str) -> str:
    """Clean a text of several lines, typed with `\\n` between them."""
    lines = [clean_text(line) for line in value.replace("\\n", "\n").split("\n")]
    return "\n".join(lines)[:LONGEST]


def _name(value: str) -> str:
    text = clean_text(value, limit=200)
    if not text:
        raise ValueError("an event needs a name")
    return text


def _days(value: str) -> str:
    return day_texts(parse_days(value))


def _zone(value: str) -> str:
    return parse_timezone(value.strip()).key


def _one_of(*words: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        word = value.strip().casefold()
        if word not in words:
            raise ValueError(f"it is one of: {', '.join(word or 'empty' for word in words)}")
        return word

    return check


def _colour(value: str) -> str:
    if not _COLOUR.fullmatch(value.strip()):
        raise ValueError("a colour is written #1f5fa8")
    return value.strip().lower()


def _picture(value: str) -> str:
    if not value.strip():
        return ""
    path = Path(os.path.expanduser(value))
    if path.suffix.casefold() not in (".png", ".jpg", ".jpeg") or not os.path.isfile(path):
        raise ValueError("give the path of an existing PNG or JPEG file")
    try:
        check_badge_picture(path)
    except (PictureTooLarge, PictureUnreadable) as error:
        raise ValueError(f"{path.name} {error}") from error
    return str(path.resolve())


def _folder(value: str) -> str:
    if not value.strip():
        return ""
    path = Path(os.path.expanduser(value))
    if not os.path.isdir(path):
        raise ValueError("give an existing folder, for example on a USB stick")
    return str(path.resolve())


def _pictures(value: str) -> str:
    folder = _folder(value)
    for path in pictures_in(Path(folder)) if folder else ():
        _picture(str(path))
    return folder


def _keys(value: str) -> str:
    """Public keys, as pretix and people write them, or the path of a file that contains them."""
    path = Path(os.path.expanduser(value.strip()))
    if len(value) <= _LONGEST_PATH and os.path.isfile(path):
        if path.stat().st_size > LONGEST:
            raise ValueError(f"{path.name} is too large to be a public key")
        value = path.read_text(encoding="utf-8", errors="replace")
    return key_texts(public_keys(value[:LONGEST]))


_LONGEST_PATH = 400


def _layout(value: str) -> str:
    if value.strip():
        load_layout(value)
        if is_own(value.strip()) and os.path.isfile(value.strip()):
            return str(Path(value.strip()).resolve())
    return value.strip()


SETTINGS: dict[str, Setting] = {
    "name": Setting("the event's name", _name),
    "days": Setting("its days, as in 2027-02-16 to 2027-02-17; lists follow", _days),
    "timezone": Setting("of its days and lists, as in Asia/Kolkata", _zone),
    "place": Setting("where it is, on badges", _text),
    "badge_layout": Setting("the layout of badges: a name or a TOML file", _layout),
    "accent": Setting("the badges' colour, as in #1f5fa8", _colour),
    "logo": Setting("a PNG or JPEG for the badges", _picture),
    "sponsors": Setting("a folder with PNG or JPEG files for the row of sponsors", _pictures),
    "han_language": Setting(
        "the form of Han characters: ja, ko, zh-hans, zh-hant; empty: by the person's country",
        _one_of("", "ja", "ko", "zh-hans", "zh-hant"),
    ),
    "nastaliq": Setting(
        "Urdu in Nastaliq: auto, always or never", _one_of("auto", "always", "never")
    ),
    "programme": Setting("for the inside of folded badges; lines with \\n between", _text),
    "contact": Setting("contact for the code of conduct, on folded badges", _text),
    "wifi": Setting("the network's name and password, on folded badges", _text),
    "certificate_title": Setting("of certificates of attendance", _text),
    "certificate_text": Setting("between the person's and the event's name", _text),
    "certificate_signed_by": Setting("who signs certificates", _text),
    "self_service_confirm": Setting(
        "self-service shows the person first, and Enter checks in: yes or empty", _one_of("", "yes")
    ),
    "ticket_keys": Setting(
        "public keys of signed pretix tickets: a PEM file, or valid_keys of pretix' API",
        _keys,
    ),
    "backup_second": Setting(
        "a second folder for this laptop's backups, for example on a USB stick", _folder
    ),
}


SELF_SERVICE_CONFIRM = "self_service_confirm"


def setting_text(store: Store, key: str) -> str:
    """One shared setting of the event; empty: not set."""
    return str(setting(store.connection, key, ""))


def settings_now(store: Store) -> dict[str, str]:
    """All settings with their values; empty: not set."""
    info = event_info(store)
    own = {"name": info.name, "days": day_texts(info.days), "timezone": info.timezone}
    return {
        key: store.machine_fact(key)
        if scope_of(key) is Scope.MACHINE
        else own.get(key, str(setting(store.connection, key, "")))
        for key in SETTINGS
    }


def change_settings(
    store: Store, changes: Mapping[str, str], *, given: Authorisation = NOT_AUTHORISED
) -> dict[str, str]:
    """Change settings.

    Raises:
        KioskError: `no_such_setting` with the nearest word, `bad_setting`, `pin_needed` for days
            and zones that check-in lists follow, and for keys of signed tickets.
    """
    checked = dict(checked_setting(key, value) for key, value in changes.items())
    shared = ("badge_layout", "logo", "sponsors")
    files = [key for key in shared if Path(checked.get(key, "")).is_absolute()]
    of_event = {key: checked.pop(key) for key in EVENT_KEYS if key in checked}
    with store.writing():
        if of_event:
            write_change(store, _event_with(store, of_event), given)
        if TICKET_KEYS in checked:
            require(store, CHANGE_KEYS, given)
        for key, value in checked.items():
            if scope_of(key) is Scope.MACHINE:
                store.set_machine_facts({key: value})
            elif key not in files:
                store.append(EventKind.SETTING, {"key": key, "value": value})
    for key in files:
        choose_shared(store, key, checked[key])
    return settings_now(store)


def checked_setting(typed: str, value: str) -> tuple[str, str]:
    """The key of a setting and the value to store.

    Raises:
        KioskError: `no_such_setting` with the nearest word, `bad_setting`.
    """
    key = typed.strip().casefold().replace("-", "_").replace(" ", "_")
    if key not in SETTINGS:
        known = f"There are: {', '.join(SETTINGS)}."
        raise Refused(
            "no_such_setting",
            f"There is no setting “{typed}”.",
            next_step=f"{did_you_mean(key, SETTINGS)} {known}".strip(),
        )
    try:
        return key, SETTINGS[key].check(value)
    except ValueError as error:
        raise Refused(
            "bad_setting",
            f"“{value}” cannot be the {key.replace('_', ' ')}: {error}.",
            next_step=f"It is {SETTINGS[key].about}.",
        ) from None


EVENT_KEYS = ("name", "days", "timezone")
"""Settings that check-in lists follow."""


def _event_with(store: Store, changes: Mapping[str, str]) -> NewEvent:
    now = {**settings_now(store), **changes}
    return NewEvent(now["name"], parse_days(now["days"]), now["timezone"])
