"""Whether and how this file is shared: kept in the file, and never part of the log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kiosk.domain.sharing.pairing import DEFAULT_PORT, Address
from kiosk.storage.file.store import Store

_KEY = "sharing"


@dataclass(frozen=True, slots=True)
class Sharing:
    """What sharing needs to know between two starts."""

    secret: bytes
    old_secrets: tuple[bytes, ...] = ()
    """Of codes that were replaced; they still open older bundles."""
    is_on: bool = True
    port: int = DEFAULT_PORT
    """Where this desk listens, if it can."""
    addresses: tuple[Address, ...] = ()
    """Desks to call where they do not find each other by themselves."""


def read_sharing(store: Store) -> Sharing | None:
    """None where the event has never been shared, or what was noted of it is spoiled."""
    text = store.local(_KEY)
    if not text:
        return None
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, LookupError):
        return None


def _read(noted: dict[str, Any]) -> Sharing:
    return Sharing(
        bytes.fromhex(noted["secret"]),
        tuple(bytes.fromhex(secret) for secret in noted["old_secrets"]),
        noted["is_on"],
        noted["port"],
        tuple(Address(host, port) for host, port in noted["addresses"]),
    )


def write_sharing(store: Store, sharing: Sharing) -> None:
    """Note it; inside `writing()`."""
    noted = {
        "secret": sharing.secret.hex(),
        "old_secrets": [secret.hex() for secret in sharing.old_secrets],
        "is_on": sharing.is_on,
        "port": sharing.port,
        "addresses": [[address.host, address.port] for address in sharing.addresses],
    }
    store.set_local(**{_KEY: json.dumps(noted)})
