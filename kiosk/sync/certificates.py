"""Write the certificates of a session, signed with a key from the secret of the event.

The only module that imports `cryptography` when it is imported: desks without the extra `desks`
never do.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509 import Certificate
from cryptography.x509.oid import ExtendedKeyUsageOID

from kiosk.support.files import private_folder
from kiosk.sync.keys import TlsFiles, derive

_VALID_FROM = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
_VALID_TO = datetime.datetime(2049, 12, 31, tzinfo=datetime.UTC)
"""A wide range, so that a laptop with a dead clock battery can still join."""
_AUTHORITY = "kiosk desks"


def write_tls_files(secret: bytes, folder: Path) -> TlsFiles:
    """Write the authority's certificate, and a new one for this desk signed by it.

    Raises:
        OSError: they cannot be written.
    """
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


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _authority(key: Ed25519PrivateKey) -> Certificate:
    """The same bytes at every desk: Ed25519 signatures are deterministic (RFC 8032)."""
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
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
