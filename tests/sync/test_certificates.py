"""The certificates of a session, read with a library for certificates."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from kiosk.sync.certificates import write_tls_files

SECRET = bytes(range(16))


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_authority_is_the_same_at_every_desk(tmp_path: Path) -> None:
    """It comes from the secret alone, and a desk's key does not."""
    one, two = (write_tls_files(SECRET, tmp_path / name) for name in ("one", "two"))
    other = write_tls_files(bytes(16), tmp_path / "other")

    assert one.authority.read_bytes() == two.authority.read_bytes()
    assert one.authority.read_bytes() != other.authority.read_bytes()
    assert one.key.read_bytes() != two.key.read_bytes()
    assert _read(one.certificate).serial_number != _read(two.certificate).serial_number


def test_a_desk_is_signed_by_the_authority_of_its_event(tmp_path: Path) -> None:
    """And by no other one."""
    files = write_tls_files(SECRET, tmp_path / "one")
    other = write_tls_files(bytes(16), tmp_path / "two")
    authority, desk = _read(files.authority), _read(files.certificate)

    authority.verify_directly_issued_by(authority)
    desk.verify_directly_issued_by(authority)
    with pytest.raises(InvalidSignature):
        desk.verify_directly_issued_by(_read(other.authority))


def test_what_the_certificates_allow(tmp_path: Path) -> None:
    """A desk may be server and client, and sign nothing."""
    files = write_tls_files(SECRET, tmp_path)
    authority, desk = _read(files.authority), _read(files.certificate)

    limits = [
        one.extensions.get_extension_for_class(x509.BasicConstraints) for one in (authority, desk)
    ]
    assert [(True, 0, True), (False, None, True)] == [
        (one.value.ca, one.value.path_length, one.critical) for one in limits
    ]
    usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.key_cert_sign
    assert not usage.digital_signature
    uses = desk.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"] == [use.dotted_string for use in uses]
    names = desk.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["desk"]
    for one in (authority, desk):
        assert one.not_valid_before_utc == datetime(2020, 1, 1, tzinfo=UTC)
        assert one.not_valid_after_utc == datetime(2049, 12, 31, tzinfo=UTC)


def test_only_its_owner_reads_the_key(tmp_path: Path) -> None:
    """The system's TLS library takes key and certificate as a pair."""
    files = write_tls_files(SECRET, tmp_path)

    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
    ssl.create_default_context(cafile=str(files.authority)).load_cert_chain(
        files.certificate, files.key
    )
