"""SQL by which a row finds its place among what other desks wrote."""

from __future__ import annotations

NEWER = "(excluded.hlc, excluded.log_id, excluded.seq) > ({0}.hlc, {0}.log_id, {0}.seq)"
"""Of two words on one thing the newest counts; of one moment, the same one at every desk."""


def insert(table: str, columns: tuple[str, ...]) -> str:
    """One row of a table."""
    return f"INSERT INTO {table}({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def upsert(table: str, columns: tuple[str, ...], key: str) -> str:
    """One row, or what it says instead of an older row of the same key (`a, b` for several)."""
    keys = {name.strip() for name in key.split(",")}
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    return (
        f"{insert(table, columns)} "
        f"ON CONFLICT({key}) DO UPDATE SET {changes} WHERE {NEWER.format(table)}"
    )
