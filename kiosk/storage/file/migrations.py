"""The schema of event files as a list of migrations. A released migration is never edited."""

from __future__ import annotations

from sqlite_utils import Database, Migrations
from sqlite_utils.db import Table

from kiosk.storage.file.schema_guard import VIEWS

migrations = Migrations("kiosk")


@migrations()
def m001_log(db: Database) -> None:
    """The log is the source of truth; `local` holds values of this file on this machine only."""
    _create(
        db,
        "event",
        {
            "log_id": str,
            "seq": int,
            "hlc": int,
            "kind": str,
            "subject": str,
            "body": str,
            "hash": bytes,
        },
        pk=("log_id", "seq"),
    )
    db.execute("CREATE INDEX event_subject ON event(subject) WHERE subject != ''")
    _create(db, "local", {"key": str, "value": str}, pk="key")


@migrations()
def m002_projection(db: Database) -> None:
    """Tables that screens read. Each of them can be rebuilt from the log."""
    stamp = {"hlc": int, "log_id": str, "seq": int}
    _create(db, "setting", {"key": str, "value": str, **stamp}, pk="key")
    _create(
        db,
        "list",
        {
            "id": str,
            "name": str,
            "opens_ms": int,
            "closes_ms": int,
            "ticket_types": str,
            "entry": str,
            "position": int,
            "is_day": int,
            "removed": int,
            **stamp,
        },
        pk="id",
        may_be_null=("opens_ms", "closes_ms"),
    )
    _create(
        db,
        "attendee",
        {
            "id": str,
            "name": str,
            "given_name": str,
            "family_name": str,
            "email": str,
            "phone": str,
            "company": str,
            "ticket_type": str,
            "order_code": str,
            "status": str,
            "status_word": str,
            "heads": int,
            "guest_of": str,
            "note": str,
            "attention": str,
            "source": str,
            "arrived_at_source": str,
            "extra": str,
            "codes": str,
            "fingerprint": str,
            **stamp,
        },
        pk="id",
    )
    db.execute(
        "CREATE INDEX attendee_order ON attendee(order_code COLLATE NOCASE) WHERE order_code != ''"
    )
    db.execute("CREATE INDEX attendee_name ON attendee(name) WHERE name != ''")
    db.execute(
        "CREATE TABLE code (code TEXT NOT NULL COLLATE NOCASE, attendee_id TEXT NOT NULL, "
        "weak INTEGER NOT NULL, PRIMARY KEY (code, attendee_id)) STRICT, WITHOUT ROWID"
    )
    _create(db, "binding", {"code": str, "attendee_id": str, **stamp}, pk="code")
    _create(
        db,
        "edit",
        {"attendee_id": str, "field": str, "value": str, "offered": str, **stamp},
        pk=("attendee_id", "field"),
    )
    _create(
        db,
        "scan",
        {
            "log_id": str,
            "seq": int,
            "hlc": int,
            "at_ms": int,
            "desk": str,
            "list_id": str,
            "attendee_id": str,
            "code": str,
            "direction": str,
            "outcome": str,
            "heads": int,
            "forced": int,
            "reason": str,
            "undone": int,
        },
        pk=("log_id", "seq"),
    )
    db.execute("CREATE INDEX scan_attendee ON scan(attendee_id, list_id) WHERE attendee_id != ''")
    _create(
        db,
        "undo",
        {"target_log_id": str, "target_seq": int, "at_ms": int, "desk": str, "reason": str},
        pk=("target_log_id", "target_seq"),
    )
    _create(
        db,
        "badge",
        {
            "attendee_id": str,
            "hash": str,
            "layout": str,
            "box": str,
            "slot": int,
            "prints": int,
            "at_ms": int,
            **stamp,
        },
        pk="attendee_id",
    )
    _create(
        db,
        "import_run",
        {"at_ms": int, "source": str, "sha256": str, "file_name": str, "report": str, **stamp},
        pk=("log_id", "seq"),
    )


@migrations()
def m003_badge_queue(db: Database) -> None:
    """Badges to print, by the event that queued them."""
    _create(
        db,
        "badge_job",
        {
            "log_id": str,
            "seq": int,
            "number": int,
            "attendee_id": str,
            "reason": str,
            "cause": str,
            "desk": str,
            "at_ms": int,
            "state": str,
            "printer": str,
            "backend": str,
            "device_job": int,
            "layout": str,
            "hash": str,
            "sentence": str,
            "next_step": str,
            "needs_help": int,
            "final": int,
            "sent_ms": int,
            "changed_ms": int,
            "printed": int,
            "hlc": int,
            "state_log_id": str,
            "state_seq": int,
        },
        pk=("log_id", "seq"),
    )
    db.execute("CREATE INDEX badge_job_attendee ON badge_job(attendee_id)")
    db.execute("CREATE INDEX badge_job_state ON badge_job(log_id, state)")


@migrations()
def m004_help_desk(db: Database) -> None:
    """Who was sent to the help desk and why: one row per attendee, the newest."""
    _create(
        db,
        "help_desk",
        {
            "attendee_id": str,
            "waits": int,
            "note": str,
            "desk": str,
            "at_ms": int,
            "hlc": int,
            "log_id": str,
            "seq": int,
        },
        pk="attendee_id",
    )


@migrations()
def m005_fewer_copies(db: Database) -> None:
    """First codes are found in the attendee's row; `code` holds the others. `cache` holds values
    that can be computed again: the search index, the lines of the last import. `list.stamps` holds
    for each column the event that it is from. Of the log only edits are read by attendee: an index
    of all events would make each scan write more."""
    db.execute("DROP INDEX IF EXISTS event_subject")
    db.execute("CREATE INDEX event_edit ON event(subject) WHERE kind = 'edit'")
    db.execute(
        "CREATE INDEX attendee_code ON attendee(json_extract(codes, '$[0][0]') COLLATE NOCASE)"
    )
    db.execute(
        "CREATE INDEX attendee_weak_code ON attendee(json_extract(codes, '$[1][0]') COLLATE NOCASE)"
    )
    db.execute(
        "CREATE TABLE cache (key TEXT PRIMARY KEY, stamp TEXT NOT NULL, value BLOB NOT NULL) STRICT"
    )
    db.execute("ALTER TABLE list ADD COLUMN stamps TEXT NOT NULL DEFAULT '{}'")
    _add_keys_and_views(db)


def _add_keys_and_views(db: Database) -> None:
    """Foreign keys and views, so that other programs show names and times instead of ids.

    The keys are not enforced: a scan of another desk may arrive before its attendee.
    """
    for table in ("code", "binding", "edit", "badge", "badge_job", "help_desk"):
        _add_keys(db, table, {"attendee_id": "attendee"})
    _add_keys(db, "scan", {"attendee_id": "attendee", "list_id": "list"})
    for statement in VIEWS.values():
        db.execute(statement)


def _add_keys(db: Database, table: str, keys: dict[str, str]) -> None:
    """Make a table again with foreign keys to the ids of other tables."""
    (made,) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    indexes = db.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    head, _, tail = made.rpartition(")")
    references = (f", FOREIGN KEY ({column}) REFERENCES {to}(id)" for column, to in keys.items())
    db.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    db.execute(f"{head.rstrip()}{''.join(references)}){tail}")
    db.execute(f"INSERT INTO {table} SELECT * FROM old_{table}")
    db.execute(f"DROP TABLE old_{table}")
    for (index,) in indexes:
        db.execute(index)


def _create(
    db: Database,
    name: str,
    columns: dict[str, type],
    *,
    pk: str | tuple[str, ...],
    may_be_null: tuple[str, ...] = (),
) -> None:
    """Create a strict table; columns are null only where that means something."""
    keys = (pk,) if isinstance(pk, str) else pk
    table = db[name]
    assert isinstance(table, Table)
    table.create(columns, pk=pk, not_null=set(columns) - set(may_be_null) - set(keys), strict=True)
