"""Check-in lists and the event's settings."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain.datetimes import DateTimeContext
from kiosk.domain.log.setting_schema import (
    InvalidSetting,
    fitting_settings,
    is_valid_setting,
    setting_value,
)
from kiosk.storage.file.header import check_in_lists as check_in_lists


def date_context(connection: sqlite3.Connection) -> DateTimeContext:
    """The event's zone and days, which dates of tickets refer to."""
    return date_context_in(some_settings(connection, "timezone", "days"))


def date_context_in(settings: Mapping[str, Any]) -> DateTimeContext:
    """The event's zone and days among these settings."""
    days = tuple(date.fromisoformat(day) for day in settings.get("days", ()))
    return DateTimeContext(ZoneInfo(settings.get("timezone", "UTC")), days)


def list_names(connection: sqlite3.Connection) -> dict[str, str]:
    """The name of each list by its id, removed lists included: attendees came in on them."""
    return dict(connection.execute("SELECT id, name FROM list").fetchall())


def setting(connection: sqlite3.Connection, key: str, default: Any = None) -> Any:
    """One setting of the event; the default where it is not set or has the wrong type."""
    try:
        value = stored_setting(connection, key)
    except InvalidSetting:
        return default
    return default if value is None else value


def stored_setting(connection: sqlite3.Connection, key: str) -> Any:
    """One setting of the event; None where it is not set.

    Raises:
        InvalidSetting: it has the wrong type, and the caller must not take it for not set.
    """
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return setting_value(key, row[0]) if row else None


def some_settings(
    connection: sqlite3.Connection, *keys: str, prefix: str | None = None
) -> dict[str, Any]:
    """The settings of these keys, and of all keys that begin with `prefix`, in one query.

    A setting of the wrong type is left out.
    """
    marks = ", ".join("?" * len(keys))
    where, values = f"key IN ({marks})", [*keys]
    if prefix is not None:
        where, values = (
            f"{where} OR (key >= ? AND key < ?)",
            [*values, prefix, f"{prefix}\U0010ffff"],
        )
    rows = connection.execute(f"SELECT key, value FROM setting WHERE {where}", values)
    return fitting_settings(rows)


def all_settings(connection: sqlite3.Connection) -> dict[str, Any]:
    """Every setting of the event that has the right type."""
    rows = connection.execute("SELECT key, value FROM setting ORDER BY key")
    return fitting_settings(rows)


def invalid_settings(connection: sqlite3.Connection) -> list[str]:
    """The keys of settings that have the wrong type and so count as not set."""
    rows = connection.execute("SELECT key, value FROM setting ORDER BY key")
    return [key for key, value in rows if not is_valid_setting(key, value)]


def setting_stamp(connection: sqlite3.Connection, key: str) -> tuple[int, str, int] | None:
    """The stamp of the event that set it, so that an unchanged large value need not be read."""
    row = connection.execute(
        "SELECT hlc, log_id, seq FROM setting WHERE key = ?", (key,)
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None
