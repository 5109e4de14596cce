"""Where badges lie that are made one by one, and who may read a badge's file."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from kiosk.atomic import made_folder
from kiosk.storage.store import Store


def badges_folder(store: Store) -> Path:
    """Where badges made one by one go: a folder beside the event."""
    return store.path.with_name(f"{store.path.stem}-badges")


def made_badges_folder(store: Store, *, saved: str, next_step: str) -> Path:
    """That folder, made if it is not there.

    Raises:
        KioskError: `cannot_write`, with what was saved all the same and what to do.
    """
    return made_folder(badges_folder(store), saved=saved, next_step=next_step)


def make_private(files: Sequence[Path]) -> None:
    """Names are nobody's business but the owner's."""
    for path in files:
        with contextlib.suppress(OSError):  # sticks know no owners
            path.chmod(0o600)
