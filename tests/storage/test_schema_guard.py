"""An event file from a stranger: nothing in it or next to it is run."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.services.event.event import create_event
from kiosk.services.event.first_look import first_look
from kiosk.services.safety.backup_list import look_into
from kiosk.storage.file.copy import event_summary
from kiosk.storage.file.schema_guard import foreign_part
from kiosk.storage.file.store import Store

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
HOSTILE = {
    "endless settings": (
        "ALTER TABLE setting RENAME TO s",
        f"CREATE VIEW setting AS {ENDLESS} SELECT 'name' AS key, x AS value FROM c WHERE x < 0",
    ),
    "endless attendees": (
        "DROP VIEW people",
        "DROP VIEW attendance",
        "ALTER TABLE attendee RENAME TO a",
        f"CREATE VIEW attendee AS {ENDLESS} SELECT x AS id FROM c",
    ),
    "an index that computes": ("CREATE INDEX i ON list(length(hex(zeroblob(40000))))",),
    "a known name": (
        "DROP INDEX scan_attendee",
        "CREATE INDEX scan_attendee ON scan(upper(attendee_id))",
    ),
    "a condition": ("CREATE INDEX i ON event(seq) WHERE length(body) > 1",),
    "no second row": ("CREATE UNIQUE INDEX i ON scan(list_id)",),
    "a computed column": ("ALTER TABLE event ADD COLUMN g ANY AS (hex(zeroblob(400000000)))",),
    "a check": ("ALTER TABLE scan ADD COLUMN g TEXT CHECK (length(g) > 9)",),
    "a default": ("ALTER TABLE scan ADD COLUMN g TEXT DEFAULT 'x'",),
    "one row replaces another": (
        "PRAGMA writable_schema = ON",
        'UPDATE sqlite_master SET sql = replace(sql, \'PRIMARY KEY ("log_id", "seq")\', '
        "'PRIMARY KEY (\"log_id\") ON CONFLICT REPLACE') WHERE name = 'event'",
    ),
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON scan BEGIN DELETE FROM event; END",),
}
HARMLESS = {
    "a table with rules": "CREATE TABLE mine (a TEXT UNIQUE CHECK (a != '') DEFAULT 'x')",
    "a plain index": 'CREATE INDEX "by_company" ON attendee(company, name)',
    "a unique index elsewhere": "CREATE TABLE mine (a); CREATE UNIQUE INDEX u ON mine(a)",
    "a text search": "CREATE VIRTUAL TABLE mine USING fts5(a)",
}


@pytest.fixture
def event(tmp_path: Path) -> Path:
    """A new event, closed."""
    path = tmp_path / "event.kiosk"
    create_event(path, name="Meetup", list_names=["Door"], desk="1").close()
    return path


@pytest.mark.parametrize("statements", HOSTILE.values(), ids=HOSTILE)
def test_what_a_schema_computes_is_not_run(statements: tuple[str, ...], event: Path) -> None:
    """It is refused wherever a file is looked at, and named."""
    with closing(sqlite3.connect(event, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)

    assert event_summary(event) is None
    assert ("event", "") == first_look(event, None, 0)
    for look in (look_into, lambda path: Store.open(path, desk="1")):
        with pytest.raises(KioskError, match="contains the foreign") as caught:
            look(event)
        assert "damaged" == caught.value.code


@pytest.mark.parametrize("script", HARMLESS.values(), ids=HARMLESS)
def test_tables_of_other_programs_are_left_alone(script: str, event: Path) -> None:
    """A table or a plain index that a database tool added does not make an event unreadable."""
    with closing(sqlite3.connect(event)) as connection:
        connection.executescript(script)

        assert "" == foreign_part(connection)
    assert event_summary(event) is not None
    Store.open(event, desk="1").close()


def test_a_journal_next_to_an_event_deletes_no_file(event: Path, tmp_path: Path) -> None:
    """SQLite would delete the file that the journal names as the journal of several databases."""
    with closing(sqlite3.connect(event)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    victim = tmp_path / "thesis.txt"
    victim.write_text("of the user")
    name, marker = str(victim).encode(), bytes.fromhex("d9d505f920a163d7")
    pages = event.stat().st_size // 4096
    head = (marker + struct.pack(">IIIII", 0, 0, pages, 512, 4096)).ljust(512, b"\0")
    end = struct.pack(">I", 2**30 // 4096 + 1) + name + struct.pack(">II", len(name), sum(name))
    journal = tmp_path / "event.kiosk-journal"
    journal.write_bytes(head + end + marker)
    for path in (event, tmp_path / "link.kiosk"):
        if path != event:
            path.symlink_to(event)
        with pytest.raises(KioskError, match="would delete") as caught:
            Store.open(path, desk="1")
        assert "foreign_journal" == caught.value.code
    assert victim.exists()

    journal.write_bytes(head)
    Store.open(event, desk="1").close()
    assert victim.exists()
