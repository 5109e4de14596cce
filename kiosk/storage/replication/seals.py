"""Sign a log in batches with the key that its id is made from.

A seal is an Ed25519 signature over all rows of a log up to one number: each hash is added to a
chain of SHA-256 digests, so one signature proves every row before it. Only a few seals are kept;
each run of rows between two of them can be checked without the rest.

A desk gets a key when it shares its event. Until then its log is unsigned, and no library is
needed; that log is closed then, and the desk continues in a signed one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from kiosk.domain.log.merge import MAX_SEQ
from kiosk.storage.file.store import Store

if TYPE_CHECKING:
    from nacl.signing import SigningKey

RUN_ROWS = 512
RUN_BYTES = 128 * 1024
"""A kept seal follows after this many rows or bytes of bodies, or a little more."""
LOG_KEY = "log_key"
"""The fact of this machine that holds the private key of its log: `LOG_ID:SEED`."""
_START = bytes(32)


class Seal(NamedTuple):
    """A signature over a log up to one number."""

    log_id: str
    seq: int
    key: bytes
    """The public key, from which the id of the log is made."""
    signature: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """How far a log was followed."""

    seq: int = 0
    chain: bytes = _START

    def after(self, *digests: bytes) -> Place:
        """The place after the next rows, which have these hashes."""
        chain = self.chain
        for digest in digests:
            chain = sha256(chain + digest).digest()
        return Place(self.seq + len(digests), chain)


def log_id_of(key: bytes) -> str:
    """The id of the log that a public key signs."""
    return sha256(b"kiosk log 1" + key).hexdigest()[:32]


def _signed_text(log_id: str, place: Place) -> bytes:
    return b"kiosk seal 1" + log_id.encode() + place.seq.to_bytes(8, "big") + place.chain


def is_valid(seal: Seal, place: Place) -> bool:
    """Whether a seal is the signature of its log at this place."""
    return (
        seal.seq == place.seq
        and log_id_of(seal.key) == seal.log_id
        and is_signature(seal.key, seal.signature, _signed_text(seal.log_id, place))
    )


def is_signature(key: bytes, signature: bytes, text: bytes) -> bool:
    """Whether a signature is that of a public key over a text."""
    # optional
    from nacl.exceptions import CryptoError
    from nacl.signing import VerifyKey

    try:
        VerifyKey(key).verify(text, signature)
    except CryptoError:
        return False
    return True


class LogKey:
    """The private key of this desk's log."""

    def __init__(self, seed: bytes) -> None:
        from nacl.signing import SigningKey

        self._key: SigningKey = SigningKey(seed)
        self.public = bytes(self._key.verify_key)
        self.log_id = log_id_of(self.public)

    def sign(self, text: bytes) -> bytes:
        """The signature over a text."""
        return self._key.sign(text).signature

    def seal(self, place: Place) -> Seal:
        """The seal of the log at a place."""
        return Seal(
            self.log_id, place.seq, self.public, self.sign(_signed_text(self.log_id, place))
        )


def own_key(store: Store) -> LogKey | None:
    """The key of the log that this file continues; None for an unsigned log."""
    log_id, _, seed = store.machine_fact(LOG_KEY).partition(":")
    if not seed or log_id != store.local("log_id"):
        return None
    return LogKey(bytes.fromhex(seed))


def make_seal_table(connection: sqlite3.Connection) -> None:
    """Make the table of seals, which only shared events have; inside `writing()`."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS seal(log_id TEXT NOT NULL, seq INTEGER NOT NULL, "
        "chain BLOB NOT NULL, key BLOB NOT NULL, signature BLOB NOT NULL, "
        "PRIMARY KEY(log_id, seq)) STRICT, WITHOUT ROWID"
    )


def _has_table(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'seal'").fetchone())


def signed_logs(connection: sqlite3.Connection) -> set[str]:
    """Ids of the logs here of which the signatures are known."""
    if not _has_table(connection):
        return set()
    return {row[0] for row in connection.execute("SELECT DISTINCT log_id FROM seal")}


def seals_after(connection: sqlite3.Connection, log_id: str, seq: int) -> list[Seal]:
    """The kept seals of a log after a number, in order."""
    if not _has_table(connection):
        return []
    rows = connection.execute(
        "SELECT log_id, seq, key, signature FROM seal WHERE log_id = ? AND seq > ? ORDER BY seq",
        (log_id, seq),
    )
    return [Seal(*row) for row in rows.fetchall()]


def place_at(connection: sqlite3.Connection, log_id: str, seq: int) -> Place:
    """The chain of a log here at a number that it has."""
    row = None
    if _has_table(connection):
        row = connection.execute(
            "SELECT seq, chain FROM seal WHERE log_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
            (log_id, seq),
        ).fetchone()
    place = Place(*row) if row else Place()
    rows = connection.execute(
        "SELECT hash FROM event WHERE log_id = ? AND seq > ? AND seq <= ? ORDER BY seq",
        (log_id, place.seq, seq),
    )
    return place.after(*(digest for (digest,) in rows))


def _followed(
    connection: sqlite3.Connection, log_id: str, place: Place, last: int
) -> Iterator[tuple[int, Place]]:
    """(bytes of the body, place) of each row after a place, up to a number."""
    for digest, size in connection.execute(
        "SELECT hash, length(body) FROM event WHERE log_id = ? AND seq > ? AND seq <= ? "
        "ORDER BY seq",
        (log_id, place.seq, last),
    ):
        place = place.after(digest)
        yield size, place


def keep_seals(connection: sqlite3.Connection, seals: Iterable[tuple[Seal, Place]]) -> None:
    """Store checked seals; of those close to each other, the newest. Inside `writing()`.

    Seals of one log come in order.
    """
    make_seal_table(connection)
    new: dict[tuple[str, int], tuple[Any, ...]] = {}
    kept: dict[str, list[int]] = {}
    for seal, place in seals:
        log_id, seq = seal.log_id, seal.seq
        if log_id not in kept:
            before = connection.execute(
                "SELECT seq FROM seal WHERE log_id = ? AND seq < ? ORDER BY seq DESC LIMIT 2",
                (log_id, seq),
            ).fetchall()
            kept[log_id] = [one for (one,) in reversed(before)]
        places = kept[log_id]
        start = places[-2] if len(places) > 1 else 0
        if places and not _is_full_run(connection, log_id, start, seq):
            dropped = (log_id, places.pop())
            if new.pop(dropped, None) is None:
                connection.execute("DELETE FROM seal WHERE log_id = ? AND seq = ?", dropped)
        places.append(seq)
        new[log_id, seq] = (log_id, seq, place.chain, seal.key, seal.signature)
    connection.executemany("INSERT OR REPLACE INTO seal VALUES (?, ?, ?, ?, ?)", new.values())


def _is_full_run(connection: sqlite3.Connection, log_id: str, start: int, end: int) -> bool:
    if end - start > RUN_ROWS:
        return True
    (size,) = connection.execute(
        "SELECT sum(length(body)) FROM event WHERE log_id = ? AND seq > ? AND seq <= ?",
        (log_id, start, end),
    ).fetchone()
    return (size or 0) > RUN_BYTES


def seal_own_log(store: Store) -> None:
    """Sign the rows that this desk wrote since its last seal."""
    key = own_key(store)
    if key is None:
        return
    head = store.connection.execute(
        "SELECT max(seq) FROM event WHERE log_id = ?", (key.log_id,)
    ).fetchone()[0]
    sealed = seals_after(store.connection, key.log_id, 0)
    if head is None or (sealed and sealed[-1].seq == head):
        return
    with store.writing():
        start = place_at(store.connection, key.log_id, sealed[-1].seq) if sealed else Place()
        keep_seals(store.connection, _own_seals(store.connection, key, start, head))


def _own_seals(
    connection: sqlite3.Connection, key: LogKey, start: Place, head: int
) -> list[tuple[Seal, Place]]:
    seals, rows, size = [], 0, 0
    for length, place in _followed(connection, key.log_id, start, head):
        rows, size = rows + 1, size + length
        if rows >= RUN_ROWS or size >= RUN_BYTES or place.seq == head:
            seals.append((key.seal(place), place))
            rows, size = 0, 0
    return seals


SealedRows = tuple[list[tuple[Any, ...]], list[Seal]]
"""Rows of the log, and the seals that prove those of signed logs."""


def sealed_parts(
    store: Store, after: Mapping[str, int], *, limit: int, max_bytes: int
) -> Iterator[SealedRows]:
    """Yield the rows of some logs in parts, each log from the row after a number on.

    A part has about `limit` rows or `max_bytes` of bodies: a run of rows before a seal is not
    split. Signed logs come first, because they introduce the others.
    """
    connection = store.connection
    signed = signed_logs(connection).intersection(after)
    rows: list[tuple[Any, ...]] = []
    used: list[Seal] = []
    size = 0
    for log_id in sorted(after, key=lambda log: (log not in signed, log)):
        is_signed, first = log_id in signed, after[log_id]
        seals = {seal.seq: seal for seal in seals_after(connection, log_id, first)}
        while True:
            end = next((seq for seq in seals if seq > first), None) if is_signed else MAX_SEQ
            if end is None:
                break
            most = inf if is_signed else max_bytes - size
            some = _rows_between(connection, log_id, first, end, -1 if is_signed else limit, most)
            if not some:
                break
            rows += some
            size += sum(len(row[5]) for row in some)
            first = some[-1][1]
            if end in seals:
                used.append(seals.pop(end))
            if len(rows) >= limit or size >= max_bytes:
                yield rows, used
                rows, used, size = [], [], 0
    if rows:
        yield rows, used


def _rows_between(
    connection: sqlite3.Connection,
    log_id: str,
    first: int,
    last: int,
    limit: int,
    max_bytes: float,
) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for row in connection.execute(
        "SELECT log_id, seq, hlc, kind, subject, body, lower(hex(hash)) FROM event "
        "WHERE log_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        (log_id, first, last, limit),
    ):
        rows.append(row)
        max_bytes -= len(row[5])
        if max_bytes <= 0:
            break
    return rows


def drop_seals_after(connection: sqlite3.Connection, log_id: str, seq: int) -> None:
    """Forget the seals of rows that were replaced; inside `writing()`."""
    make_seal_table(connection)
    connection.execute("DELETE FROM seal WHERE log_id = ? AND seq > ?", (log_id, seq))


def copy_seals(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Add the seals of another file of the same event, whose rows are here; inside `writing()`."""
    make_seal_table(target)
    if _has_table(source):
        target.executemany(
            "INSERT OR IGNORE INTO seal VALUES (?, ?, ?, ?, ?)",
            source.execute("SELECT log_id, seq, chain, key, signature FROM seal").fetchall(),
        )
