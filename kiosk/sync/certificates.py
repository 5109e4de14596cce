"""Write the certificates of a session, signed with a key from the secret of the event.

They are X.509 (RFC 5280) with Ed25519 keys (RFC 8410), the same each time but for the keys, the
serial number and the signatures. So they are put together here: a library for certificates takes
several MB for as long as the desk is open.
"""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

from kiosk.storage.replication.seals import LogKey
from kiosk.support.files import private_folder
from kiosk.sync.keys import TlsFiles, derive

_SEQUENCE, _SET, _INTEGER, _BITS, _TEXT, _TIME = 0x30, 0x31, 0x02, 0x03, 0x0C, 0x17
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_ED25519 = bytes.fromhex("300506032b6570")
_COMMON_NAME = bytes.fromhex("0603550403")
_PRIVATE_KEY = bytes.fromhex("302e020100300506032b657004220420")
"""What comes before the 32 bytes of a private key in PKCS #8."""
_VALID = (b"200101000000Z", b"491231000000Z")
"""A wide range, so that a laptop with a dead clock battery can still join."""
_OF_AUTHORITY = bytes.fromhex(
    "30120603551d130101ff040830060101ff020100"  # may sign certificates of desks, no others
    "300e0603551d0f0101ff040403020106"  # its key signs certificates
)
_OF_DESK = bytes.fromhex(
    "300c0603551d130101ff04023000"  # may sign none
    "301d0603551d250416301406082b0601050507030106082b06010505070302"  # for server and client
    "300f0603551d110408300682046465736b"  # for the name “desk”
)
_AUTHORITY_NAME, _DESK_NAME = "kiosk desks", "kiosk desk"


def write_tls_files(secret: bytes, folder: Path) -> TlsFiles:
    """Write the authority's certificate, and a new one for this desk signed by it.

    Raises:
        OSError: they cannot be written.
    """
    authority, seed = LogKey(derive(secret, "authority")), os.urandom(32)
    own, serial = LogKey(seed).public, b"\x40" + os.urandom(19)
    files = TlsFiles(folder / "authority.pem", folder / "desk.pem", folder / "desk.key")
    private_folder(folder)
    folder.chmod(0o700)
    root = _certificate(authority, _AUTHORITY_NAME, authority.public, b"\x01", _OF_AUTHORITY)
    _write(files.authority, "CERTIFICATE", root)
    desk = _certificate(authority, _DESK_NAME, own, serial, _OF_DESK)
    _write(files.certificate, "CERTIFICATE", desk)
    _write(files.key, "PRIVATE KEY", _PRIVATE_KEY + seed)
    return files


def _write(path: Path, what: str, data: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        text = b64encode(data).decode()
        lines = (text[start : start + 64] for start in range(0, len(text), 64))
        file.write(
            "\n".join((f"-----BEGIN {what}-----", *lines, f"-----END {what}-----\n")).encode()
        )


def _certificate(
    authority: LogKey, name: str, key: bytes, serial: bytes, extensions: bytes
) -> bytes:
    """A certificate of a public key.

    That of the authority has the same bytes at every desk: Ed25519 signatures are deterministic.
    """
    signed = _der(
        _SEQUENCE,
        _der(_VERSION, _der(_INTEGER, b"\x02")),
        _der(_INTEGER, serial),
        _ED25519,
        _name(_AUTHORITY_NAME),
        _der(_SEQUENCE, *(_der(_TIME, at) for at in _VALID)),
        _name(name),
        _der(_SEQUENCE, _ED25519, _der(_BITS, b"\x00", key)),
        _der(_EXTENSIONS, _der(_SEQUENCE, extensions)),
    )
    signature = _der(_BITS, b"\x00", authority.sign(signed))
    return _der(_SEQUENCE, signed, _ED25519, signature)


def _name(text: str) -> bytes:
    return _der(_SEQUENCE, _der(_SET, _der(_SEQUENCE, _COMMON_NAME, _der(_TEXT, text.encode()))))


def _der(tag: int, *parts: bytes) -> bytes:
    """A value with its tag and length (X.690, 8.1.3)."""
    content = b"".join(parts)
    size = len(content).to_bytes(2, "big").lstrip(b"\x00")
    length = size if len(content) < 0x80 else bytes([0x80 + len(size)]) + size
    return bytes([tag]) + length + content
