"""Signed tickets as pretix makes them (`Sig1TicketSecretGenerator` of pretix/pretix)."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def pem(key: Ed25519PrivateKey = KEY) -> str:
    """The public key as pretix writes it."""
    info = PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(Encoding.PEM, info).decode()


def varint(value: int) -> bytes:
    """A number as protobuf writes it."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def message(seed: str, *numbers: int) -> bytes:
    """A ticket: seed, item, variation, subevent, valid from, valid until; zeros are left out."""
    text = seed.encode()
    fields = b"".join(
        bytes([field << 3]) + varint(value) for field, value in enumerate(numbers, 2) if value
    )
    return b"\x0a" + varint(len(text)) + text + fields


def signed(seed: str, *numbers: int, key: Ed25519PrivateKey = KEY) -> str:
    """The code of a ticket."""
    return wrapped(payload := message(seed, *numbers), key.sign(payload))


def wrapped(payload: bytes, signature: bytes) -> str:
    """The text of a payload and its signature."""
    sizes = len(payload).to_bytes(2, "big") + len(signature).to_bytes(2, "big")
    return base64.b64encode(b"\x01" + sizes + payload + signature).decode()[::-1]
