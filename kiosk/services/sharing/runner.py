"""Share the event while a program runs, if sharing is turned on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.log.events import LogEvent
from kiosk.errors import KioskError
from kiosk.services.sharing.sharing import is_shared, sharing_folder
from kiosk.storage.file.store import Store
from kiosk.support.files import private_folder
from kiosk.support.logs import start_log
from kiosk.sync.keys import not_installed, require

if TYPE_CHECKING:
    from kiosk.sync.node import Node
    from kiosk.sync.status_file import SharedState


class SharingRunner:
    """Starts the node when the event is shared; the engine is not imported before that."""

    def __init__(
        self,
        path: Path,
        desk: str,
        on_change: Callable[[SharedState], None] | None = None,
    ) -> None:
        self.path = path
        self.desk = desk
        self._on_change = on_change
        self._node: Node | None = None

    @property
    def node(self) -> Node | None:
        """The running node; None while the event is not shared."""
        return self._node

    def start_if_shared(self, store: Store) -> bool:
        """Start the node if the event is shared and none runs yet; whether it is shared.

        Raises:
            KioskError: `not_installed`.
        """
        is_on = is_shared(store)
        if is_on and self._node is None:
            self.start()
        return is_on

    def start(self) -> None:
        """Start the node of a shared event.

        Raises:
            KioskError: `not_installed`, `cannot_write`.
        """
        require("zenoh", "nacl")
        _check_folder(sharing_folder(self.path))
        start_log()  # else warnings and errors of the network appear on a plain desk's screen
        try:
            # of the extra `desks`: fails early
            import nacl.bindings  # noqa: F401

            from kiosk.sync.node import Node  # most desks share nothing, and do not need the engine
        except (ImportError, OSError) as error:  # a library was not built for this system
            raise not_installed(
                "is not possible: a library cannot be loaded.", again=True
            ) from error

        self._node = Node(
            lambda: Store.open(self.path, desk=self.desk),
            sharing_folder(self.path),
            desk=self.desk,
            on_change=self._on_change,
        )
        self._node.start()

    def notify(self, events: list[LogEvent]) -> None:
        """Report new events, from `Store.after_commit`; returns at once, shared or not."""
        if self._node is not None:
            self._node.notify(events)

    def stop(self) -> None:
        """Stop the node; its keys are removed from the disk."""
        if self._node is not None:
            self._node.stop()
            self._node = None


def _check_folder(folder: Path) -> None:
    """Create the folder of keys and status, which the node needs."""
    try:
        private_folder(folder)
    except OSError as error:
        raise KioskError(
            "cannot_write",
            f"The folder {folder} cannot be created ({error.strerror}): this desk is not connected "
            "to the others.",
            saved="Check-ins here are saved.",
            next_step="Check your permission to write there, or set $KIOSK_STATE to another "
            "folder.",
        ) from error
