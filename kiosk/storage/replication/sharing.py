"""Read and write the sharing settings of this machine for an event."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from typing import Any

from kiosk.domain.sharing.pairing import DEFAULT_PORT, Address
from kiosk.storage.file.store import Store

_KEY = "sharing"


@dataclass(frozen=True, slots=True)
class CodeChange:
    """A new code: the desk that made it, and when."""

    desk: str
    at_ms: int
    log_id: str = ""
    """The log of that desk."""
    notice: str = ""
    """Its signed notice, to pass on to desks that were closed."""


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
    called: tuple[Address, ...] = ()
    """Those of them that a person typed: a new one is called at once."""
    changed: CodeChange | None = None
    """The last change of `secret` that this desk knows of."""
    replaced: CodeChange | None = None
    """Another desk made a new code; this desk still has the old one."""
    notice_due: bool = False
    """This desk changed the code, and has not yet notified the desks with the old one."""
    left_behind: tuple[tuple[str, str], ...] = ()
    """(log id, name) of desks that had the old code and were not heard with the new one."""


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
        tuple(Address(host, port) for host, port in stored.get("called", ())),
        _change(stored.get("changed")),
        _change(stored.get("replaced")),
        stored.get("notice_due", False),
        tuple((log_id, name) for log_id, name in stored.get("left_behind", ())),
    )


def _change(stored: Any) -> CodeChange | None:
    return CodeChange(str(stored[0]), int(stored[1]), *map(str, stored[2:])) if stored else None


def write_sharing(store: Store, sharing: Sharing) -> None:
    """Store the settings; inside `writing()`."""
    stored = {
        "secret": sharing.secret.hex(),
        "old_secrets": [secret.hex() for secret in sharing.old_secrets],
        "is_on": sharing.is_on,
        "port": sharing.port,
        "addresses": [[address.host, address.port] for address in sharing.addresses],
        "called": [[address.host, address.port] for address in sharing.called],
        "changed": astuple(sharing.changed) if sharing.changed else None,
        "replaced": astuple(sharing.replaced) if sharing.replaced else None,
        "notice_due": sharing.notice_due,
        "left_behind": sharing.left_behind,
    }
    store.set_machine_facts({_KEY: json.dumps(stored)})
