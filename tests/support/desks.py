"""Desks for tests: several files of one event, each with its own clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.storage.file.store import Store
from kiosk.storage.log.statements import TABLES
from kiosk.storage.recovery.integrity import differing_tables, table_dump
from kiosk.storage.replication.merge import MergeReport, merge_events, rows_after
from tests.conftest import Clock


def all_rows(store: Store) -> list[tuple[Any, ...]]:
    """The whole log as another desk gets it."""
    return rows_after(store, {}, limit=10**9, max_bytes=10**12)


def new_desk(path: Path, desk: str, *others: Store, clock: Clock | None = None) -> Store:
    """A desk that has just joined, with all that the others hold."""
    store = Store.create(path, desk=desk, clock=clock or Clock())
    for other in others:
        send(other, store)
    return store


def send(source: Store, target: Store) -> MergeReport:
    """Everything of one desk to another."""
    return merge_events(target, all_rows(source))


def content(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Log and tables of a file, without what belongs to the file alone."""
    tables = {name: list(table_dump(store.connection, name)) for name in TABLES}
    tables["event"] = sorted(all_rows(store))
    return tables


def assert_sound(*stores: Store) -> None:
    """All hold the same, and their tables say what their logs say."""
    first = content(stores[0])
    for store in stores:
        assert first == content(store)
        assert [] == differing_tables(store.connection, store.events())
