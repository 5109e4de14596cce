"""Keys from the secret of an event."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis.strategies import binary, characters, text

from kiosk.storage.replication.seals import LogKey, is_signature
from kiosk.sync.keys import derive
from tests.support.signing import KEY


@given(binary(min_size=16, max_size=16), text(characters(codec="utf-8"), max_size=80))
def test_keys_are_those_of_the_standard(secret: bytes, purpose: str) -> None:
    """Another library derives the same keys."""
    info = f"kiosk {purpose} 1".encode()
    standard = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)

    assert standard == derive(secret, purpose)
    assert standard[:8] == derive(secret, purpose, 8)


def test_signatures_are_those_of_the_standard() -> None:
    """Another library makes the same signature, and neither text nor key can be exchanged."""
    key, signature = LogKey(bytes(range(32))), KEY.sign(b"text")

    assert key.sign(b"text") == signature
    assert is_signature(key.public, signature, b"text")
    assert not is_signature(key.public, signature, b"other")
    assert not is_signature(LogKey(bytes(32)).public, signature, b"text")


@pytest.mark.parametrize(
    ("key", "signature"), [(b"", bytes(64)), (bytes(31), b""), (bytes(32), b"x")]
)
def test_bytes_of_another_length_are_no_signature(key: bytes, signature: bytes) -> None:
    """Neither is an error."""
    assert not is_signature(key, signature, b"text")
