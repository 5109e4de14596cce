"""Derive keys from the event's secret: the certificate authority, bundle keys, the four digits.

All desks derive the same keys from the same secret, so the code is all that they need to share.
cryptography is imported in functions: it is optional, and loads a large native library.
"""

from __future__ import annotations

import datetime
import os
import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.support.files import private_folder
from kiosk.support.install_hint import install_hint

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.x509 import Certificate

_VALID_FROM = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
_VALID_TO = datetime.datetime(2049, 12, 31, tzinfo=datetime.UTC)
"""A wide range, so that a laptop with a dead clock battery can still join."""
_AUTHORITY = "kiosk desks"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Certificate files with which the engine accepts only desks of the event."""

    authority: Path
    certificate: Path
    key: Path


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """Derive `length` bytes for one purpose with HKDF-SHA256 (RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = f"kiosk {purpose} 1".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


def new_secret() -> bytes:
    """128 random bits."""
    return secrets.token_bytes(16)


def confirmation(secret: bytes) -> str:
    """Four digits that both screens show: equal digits mean the same secret and event."""
    return f"{int.from_bytes(derive(secret, 'confirm', 8), 'big') % 10_000:04}"


def network_name(secret: bytes) -> str:
    """The event's name on the network; it reveals nothing about the event."""
    return derive(secret, "room", 12).hex()


def write_tls_files(secret: bytes, folder: Path) -> TlsFiles:
    """Write the authority's certificate, and a new one for this desk signed by it.

    Raises:
        OSError: they cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    authority_key = Ed25519PrivateKey.from_private_bytes(derive(secret, "authority"))
    key = Ed25519PrivateKey.generate()
    pem = serialization.Encoding.PEM
    key_bytes = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files = TlsFiles(folder / "authority.pem", folder / "desk.pem", folder / "desk.key")
    private_folder(folder)
    folder.chmod(0o700)
    _write(files.authority, _authority(authority_key).public_bytes(pem))
    _write(files.certificate, _own(key, authority_key).public_bytes(pem))
    _write(files.key, key_bytes)
    return files


def remove_tls_files(folder: Path) -> None:
    """Remove the certificates and the key."""
    for name in ("authority.pem", "desk.pem", "desk.key"):
        (folder / name).unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _authority(key: Ed25519PrivateKey) -> Certificate:
    """The same bytes at every desk: Ed25519 signatures are deterministic (RFC 8032)."""
    from cryptography import x509

    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(_name(_AUTHORITY))
        .issuer_name(_name(_AUTHORITY))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_TO)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, None)
    )


def _own(key: Ed25519PrivateKey, authority: Ed25519PrivateKey) -> Certificate:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return (
        x509.CertificateBuilder()
        .subject_name(_name("kiosk desk"))
        .issuer_name(_name(_AUTHORITY))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_TO)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("desk")]), critical=False)
        .sign(authority, None)
    )


def _name(text: str) -> x509.Name:
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


# The optional libraries of sharing.

_NEEDED = {"zenoh": "eclipse-zenoh", "cryptography": "cryptography"}


def require(*modules: str) -> None:
    """Check that libraries are installed, before anything is changed.

    Raises:
        KioskError: `not_installed`, with the command that installs them.
    """
    missing = [_NEEDED[name] for name in modules if find_spec(name) is None]
    if missing:
        raise KioskError(
            "not_installed",
            f"Sharing an event between desks needs {' and '.join(missing)}, not installed here.",
            saved="Nothing was changed.",
            next_step=f"Everything else works without it. To install it: {install_hint('desks')}",
        )
