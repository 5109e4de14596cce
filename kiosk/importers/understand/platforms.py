"""Recognise the exports of registration platforms; `platforms.toml` has what is special in each.

Headings have the form of `headers.heading_key`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.importers.understand.vocabulary import table


@dataclass(frozen=True, slots=True)
class Platform:
    """One source of registration files."""

    name: str
    signs: Sequence[str] = ()
    """Sets of headings (separated by |); each set identifies the platform."""
    fields: dict[str, str] = field(default_factory=dict)
    """Heading to field where it differs from the general vocabulary; "" for none."""
    empty_words: frozenset[str] = frozenset()
    """Folded words that mean an empty cell, in every column."""
    codes: str = ""
    """The rule for scannable codes: see `codes.Scannable`."""
    join_repeats: bool = False
    """One row per session and person: different answers are joined, not replaced."""
    members_only: Sequence[str] = ()
    """Sets of headings of a file that is not an attendee list."""


def _platform(entry: dict[str, Any]) -> Platform:
    """A platform of `platforms.toml`, which lists the headings of each field."""
    fields = {
        heading: "" if name == "none" else name
        for name, headings in entry.get("fields", {}).items()
        for heading in headings.split("|")
    }
    empty = frozenset(entry.get("empty_words", ()))
    return Platform(**{**entry, "fields": fields, "empty_words": empty})


PLATFORMS = tuple(map(_platform, table("platforms.toml")["platforms"]))
SHEET = Platform("sheet", fields={"group size reg group size": ""})
"""Event Espresso has a row for each person of a group."""
GOOGLE_FORMS = Platform("google-forms")

_LUMA_EVENT = re.compile(r"/(evt-[A-Za-z0-9]+)")


def recognise(keys: Sequence[str], pretix_keys: frozenset[str]) -> Platform:
    """The platform of a file by its headings' keys; `SHEET` if none is known.

    Args:
        keys: heading keys in the file's order.
        pretix_keys: the same headings in pretix's English, if they are a known translation.
    """
    present = set(keys)
    for platform in PLATFORMS:
        known = present | pretix_keys if platform.name == "pretix" else present
        if any(known.issuperset(sign.split("|")) for sign in platform.signs):
            return platform
    return SHEET


def is_member_list(keys: Sequence[str]) -> bool:
    """Whether the file lists a group's members without answers to an event (Meetup)."""
    present = set(keys)
    if "rsvp" in present:
        return False
    meetup = next(platform for platform in PLATFORMS if platform.name == "meetup")
    return any(present.issuperset(sign.split("|")) for sign in meetup.members_only)


def luma_event(value: str) -> str:
    """The event's id in a Luma check-in address; empty if there is none."""
    event = _LUMA_EVENT.search(value)
    return event[1] if event else ""
