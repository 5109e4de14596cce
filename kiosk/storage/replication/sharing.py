"""Read and write the sharing settings of this machine for an event."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kiosk.domain.sharing.pairing import DEFAULT_PORT, Address
from kiosk.storage.file.store import Store

_KEY = "sharing"


@dataclass(frozen=True, slots=True)
class Sharing:
    """The sharing settings."""

    secret: bytes
    old_secrets: tuple[bytes, ...] = ()
    """Secrets of replaced codes; they still open older bundles."""
    is_on: bool = True
    port: int = DEFAULT_PORT
    """The port on which this desk listens, if it can."""
    addresses: tuple[Address, ...] = ()
    """Addresses of desks that are not found automatically."""


def read_sharing(store: Store) -> Sharing | None:
    """The settings; None where the event was never shared, or they are corrupt."""
    text = store.machine_fact(_KEY)
    if not text:
        return None
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, LookupError):
        return None


def _read(stored: dict[str, Any]) -> Sharing:
    return Sharing(
        bytes.fromhex(stored["secret"]),
        tuple(bytes.fromhex(secret) for secret in stored["old_secrets"]),
        stored["is_on"],
        stored["port"],
        tuple(Address(host, port) for host, port in stored["addresses"]),
    )


def write_sharing(store: Store, sharing: Sharing) -> None:
    """Store the settings; inside `writing()`."""
    stored = {
        "secret": sharing.secret.hex(),
        "old_secrets": [secret.hex() for secret in sharing.old_secrets],
        "is_on": sharing.is_on,
        "port": sharing.port,
        "addresses": [[address.host, address.port] for address in sharing.addresses],
    }
    store.set_machine_facts({_KEY: json.dumps(stored)})
