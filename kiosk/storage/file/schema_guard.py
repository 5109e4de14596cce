"""Detect the parts of a schema that SQLite would run: triggers, views, rules and computed values.

An event file may come from a stranger. A view without an end stops each program that reads it, a
trigger could delete the log at each check-in, and a computed index or column needs any amount of
memory. kiosk creates few of these, and knows the text of each.
"""

from __future__ import annotations

import re
import sqlite3

from kiosk.storage.log.statements import ATTENDEE_INDEXES, TABLES

VIEWS = {
    "people": """CREATE VIEW people AS
SELECT attendee.id, attendee.name, given_name, family_name, email, phone, company, ticket_type,
    order_code, status, heads, guest_of, note, source,
    (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', min(at_ms) / 1000, 'unixepoch') FROM scan
        WHERE scan.attendee_id = attendee.id AND direction = 'entry' AND outcome = 'ok'
        AND undone = 0) AS first_entry_utc,
    (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', badge.at_ms / 1000, 'unixepoch') FROM badge
        WHERE badge.attendee_id = attendee.id AND badge.at_ms > 0) AS badge_printed_utc
FROM attendee""",
    "attendance": """CREATE VIEW attendance AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', scan.at_ms / 1000, 'unixepoch') AS at_utc,
    list.name AS list, attendee.name AS name, company, ticket_type, direction, scan.heads, desk,
    forced, reason, scan.attendee_id, scan.list_id
FROM scan
LEFT JOIN attendee ON attendee.id = scan.attendee_id
LEFT JOIN list ON list.id = scan.list_id
WHERE outcome = 'ok' AND undone = 0
ORDER BY scan.at_ms""",
}
"""View to its statement, for programs that read the file: datasette, sqlite-utils, a spreadsheet.
Times are UTC; entries and exits that are not undone."""

_INDEXES = {
    **ATTENDEE_INDEXES,
    "event_edit": "event(subject) WHERE kind = 'edit'",
    "event_subject": "event(subject) WHERE subject != ''",  # until format 5
    "scan_attendee": "scan(attendee_id, list_id) WHERE attendee_id != ''",
}
"""Indexes with a condition or a computed value; `_PLAIN_INDEX` matches the others."""
_PLAIN_INDEX = re.compile(
    r'CREATE (UNIQUE )?INDEX "?\w+"?\s+ON "?(\w+)"? ?\(["\w, ]+\)', re.IGNORECASE
)
_TABLE = re.compile(
    r"""CREATE (?:VIRTUAL )?TABLE ([\w ]+|"[^"]+"|'[^']+'|\[[^\]]+\])""", re.IGNORECASE
)
ALL_TABLES = frozenset({"event", "local", "cache", *TABLES})
_RULE = re.compile(
    r"\b(?:CHECK|GENERATED|AS|UNIQUE|CONFLICT|VIRTUAL|DEFAULT(?! '{}'\)))\b", re.IGNORECASE
)
"""What a table of kiosk does not have; the default is that of `list.stamps`."""


def foreign_part(connection: sqlite3.Connection) -> str:
    """The first part that kiosk does not create, such as `the foreign view “x”`; empty if none.

    Tables and plain indexes that another program added are left alone: kiosk does not use them.

    Raises:
        sqlite3.Error: the schema cannot be read.
    """
    schema = "SELECT type, name, CAST(sql AS TEXT) FROM sqlite_master WHERE sql IS NOT NULL"
    for kind, name, sql in connection.execute(schema):
        if not _is_harmless(kind, name, sql):
            return f"the foreign {'rule in table' if kind == 'table' else kind} “{name}”"
    return ""


def _is_harmless(kind: str, name: str, sql: str) -> bool:
    if kind == "view":
        return VIEWS.get(name) == sql
    if kind == "index":
        plain = _PLAIN_INDEX.fullmatch(sql)
        if plain is not None:
            return not plain[1] or plain[2].casefold() not in ALL_TABLES
        return name in _INDEXES and sql == f"CREATE INDEX {name} ON {_INDEXES[name]}"
    table = _TABLE.match(sql) if kind == "table" else None
    if table is None:
        return False
    is_own = table[1].strip(" \"'[]").casefold() in ALL_TABLES
    return not is_own or not _RULE.search(sql)


def refuse_foreign_parts(connection: sqlite3.Connection) -> None:
    """Check a file before anything in it is read.

    Raises:
        sqlite3.DatabaseError: it contains a foreign part; the text is a clause.
    """
    if part := foreign_part(connection):
        raise sqlite3.DatabaseError(f"it contains {part}")
