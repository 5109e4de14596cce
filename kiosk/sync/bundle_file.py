"""Read and write bundles: the log of an event in one encrypted file, for a USB stick.

Format: `KIOSK BUNDLE 2`, a key mark, a salt and a nonce, then XChaCha20-Poly1305 over gzipped JSON
lines. The first line describes the bundle; each further line is one row of the log. The unencrypted
head of the file is authenticated too. PyNaCl is imported in functions: it is optional.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kiosk.domain.log.events import InvalidJson, json_bytes, parsed
from kiosk.domain.log.merge import WireRow
from kiosk.storage.replication.seals import Seal
from kiosk.sync.keys import derive
from kiosk.sync.wire import read_seals, write_seals

FAMILY = b"KIOSK BUNDLE "
"""The start of a bundle of any version."""
MAGIC = FAMILY + b"2\n"
_MARK, _SALT, _NONCE = 8, 16, 24
_HEAD = len(MAGIC) + _MARK + _SALT + _NONCE
_PIECE = 1 << 20
MAX_UNPACKED = 4 << 30
"""Bytes. More than any event holds; only a desk of the event can write a bundle."""


class NotABundle(ValueError):
    """The file is no bundle, or is incomplete or corrupt."""


class OtherVersion(ValueError):
    """The bundle was written by another version of the program."""


class OtherKey(ValueError):
    """None of the known secrets opens the bundle."""


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """The first line of a bundle."""

    name: str
    """Name of the event."""
    heads: dict[str, int]
    """Log id to the number of its last event."""
    events: int
    written_ms: int = 0
    """When it was written, by the writing desk's clock in ms UTC; 0: an older program wrote it."""
    desk: str = ""
    """The desk that wrote it."""
    seals: tuple[Seal, ...] = ()
    """The signatures of its rows."""
    roots: tuple[str, ...] = ()
    """The logs of the desks that shared the event first."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle."""

    info: BundleInfo
    rows: Iterator[Any]
    secret: bytes
    """The one of the known secrets that opened it."""


def write_bundle(secret: bytes, info: BundleInfo, rows: Iterable[WireRow]) -> bytes:
    """Return the bytes of a bundle."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypted

    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    packed = bytearray(packer.compress(json_bytes(_described(info)) + b"\n"))
    for row in rows:
        packed += packer.compress(json_bytes(row) + b"\n")
    packed += packer.flush()
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    head = MAGIC + derive(secret, "bundle mark", _MARK) + salt + nonce
    return head + encrypted(bytes(packed), head, nonce, _key(secret, salt))


def _described(info: BundleInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "heads": info.heads,
        "events": info.events,
        "written_ms": info.written_ms,
        "desk": info.desk,
        "seals": write_seals(info.seals),
        "roots": info.roots,
    }


def _key(secret: bytes, salt: bytes) -> bytes:
    return derive(secret, f"bundle {salt.hex()}")


def open_bundle(data: bytes, secrets: Iterable[bytes]) -> Bundle:
    """Open a bundle: its description, and its rows one by one.

    Args:
        secrets: those known here; the bundle's key mark selects one.

    Raises:
        NotABundle: it is no bundle, is cut off or was changed.
        OtherVersion: another version of the program wrote it.
        OtherKey: none of the secrets opens it.
    """
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypted
    from nacl.exceptions import CryptoError

    if data.startswith(FAMILY) and not data.startswith(MAGIC):
        raise OtherVersion
    if not data.startswith(MAGIC) or len(data) < _HEAD:
        raise NotABundle
    head = data[:_HEAD]
    mark = head[len(MAGIC) : len(MAGIC) + _MARK]
    salt, nonce = head[len(MAGIC) + _MARK : -_NONCE], head[-_NONCE:]
    secret = next((one for one in secrets if derive(one, "bundle mark", _MARK) == mark), None)
    if secret is None:
        raise OtherKey
    try:
        packed = decrypted(data[_HEAD:], head, nonce, _key(secret, salt))
    except CryptoError:
        raise NotABundle from None
    lines = _lines(packed)
    try:
        first = parsed(next(lines))
        info = BundleInfo(
            str(first["name"]),
            dict(first["heads"]),
            int(first["events"]),
            int(first.get("written_ms", 0)),
            str(first.get("desk", "")),
            tuple(read_seals(first.get("seals"))),
            tuple(map(str, first.get("roots", ()))),
        )
    except (StopIteration, ValueError, KeyError, TypeError, AttributeError):
        raise NotABundle from None
    return Bundle(info, _rows(lines), secret)


def _rows(lines: Iterator[bytes]) -> Iterator[Any]:
    for line in lines:
        try:
            yield parsed(line)
        except InvalidJson:
            yield None  # the merge sets it aside


def _lines(packed: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(31)
    rest, total, data = b"", 0, packed
    try:
        while data or not unpacker.eof:
            piece = unpacker.decompress(data, _PIECE)
            if not piece and not unpacker.unconsumed_tail and not unpacker.eof:
                raise NotABundle
            data = unpacker.unconsumed_tail
            total += len(piece)
            if total > MAX_UNPACKED:
                raise NotABundle
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
    except zlib.error:
        raise NotABundle from None
    if rest:
        raise NotABundle
