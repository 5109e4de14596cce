"""Count wrong PIN tries on this machine. They are part of no log."""

from __future__ import annotations

import json

from kiosk.domain.checkin.pins import Tries
from kiosk.storage.file.store import Store

_KEY = "pin_tries"


def pin_tries(store: Store) -> Tries:
    """The wrong PIN tries so far."""
    try:
        return Tries(*map(int, json.loads(store.machine_fact(_KEY) or "[]")))
    except (ValueError, TypeError):  # corrupt on the disk: the PIN still works
        return Tries()


def keep_pin_tries(store: Store, tries: Tries) -> None:
    """Store the wrong PIN tries; inside `writing()`."""
    store.set_machine_facts({_KEY: json.dumps([tries.wrong, tries.last_ms])})
