"""Look at an event file before it is opened: its header, its name and its current list."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kiosk.domain.checkin.lists import list_of_the_day
from kiosk.domain.text import casefold_key
from kiosk.storage.file.header import check_header, name_and_lists


def check_event_file(path: Path) -> None:
    """Look at the first bytes of a file: can this kiosk open it as an event?

    Raises:
        KioskError: it is no event, or of a newer kiosk, or cannot be read.
    """
    check_header(path)


def first_look(path: Path, list_name: str | None, now_ms: int) -> tuple[str, str]:
    """The names of the event and of its list, for the first frame of a desk.

    Where they cannot be read now, they are the file's name and empty; opening the event gives the
    reason.

    Args:
        list_name: the list as a person names it; None: the list of the day.
    """
    try:
        name, lists = name_and_lists(path)
    except (sqlite3.Error, ValueError):
        return path.stem, ""
    if list_name is None:
        current = list_of_the_day(lists, now_ms)
        return name, current.name if current else ""
    wanted = casefold_key(list_name)
    return name, next((item.name for item in lists if item.name.casefold() == wanted), "")
