"""The part of the app that its screens use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.worker import Worker

    from kiosk.services.checkin.checkin import ScanResult
    from kiosk.ui.tui.input.camera_control import CameraControl
    from kiosk.ui.tui.input.priority import InputPriority
    from kiosk.ui.tui.printing.print_control import PrintControl
    from kiosk.ui.tui.setup.import_work import KeptChoices
    from kiosk.ui.tui.sharing.sharing_control import SharingControl
    from kiosk.ui.tui.sound import Sounder
    from kiosk.ui.tui.worker import Session


class Host(Protocol):
    """What screens ask of `KioskApp`: a protocol, so that they need not import it."""

    event_path: Path | None
    desk_name: str
    scan_only: bool
    starts_locked: bool
    """A desk opens in self-service; until that was left with a PIN."""
    clock: Callable[[], int] | None
    """Milliseconds UTC; None: the computer's clock."""
    session: Session | None
    lookup_session: Session | None
    paper: PrintControl | None
    """The print queue, once it runs."""
    sharing: SharingControl | None
    camera: CameraControl
    sounder: Sounder
    kept_choices: KeptChoices
    """Columns chosen for files that were previewed for a new event and not imported."""

    @property
    def right_of_way(self) -> InputPriority:
        """The priority of keys over background work."""

    def open_event(self, path: Path, *, is_new: bool = False) -> Worker[None]:
        """Open another event's desk in place of every screen."""

    def close_sessions(self) -> None:
        """Finish the work on the event and close it."""

    def start_printing(self, path: Path) -> None:
        """Start the print queue, after the first frame."""

    def look_at_sharing(self) -> None:
        """Once a second: check whether the event is shared, and the state of the desks."""

    def person_shown(self) -> None:
        """A verdict, or a person's card, is on the screen: keys that waited for it may act."""

    def desk_renamed(self, name: str) -> None:
        """Show the new name of this desk."""

    def verdict_sound(self, result: ScanResult) -> None:
        """Play the sound of an outcome."""

    def use_theme(self, name: str) -> None:
        """Use a theme, now and at the next start on this machine."""

    def action_open(self, name: str) -> None:
        """Open a screen that has no key."""

    def action_desks(self) -> None:
        """Show the desks and their conflicts."""

    def action_join(self, code: str = "") -> None:
        """Join an event that another desk shares; `code`: as it was scanned already."""

    def action_rehearse(self) -> None:
        """Rehearse with made-up people."""


def host_of(node: DOMNode) -> Host:
    """The app that a screen or widget belongs to."""
    return cast("Host", node.app)


class LocksKeyboard:
    """A screen for attendees: the app lets no key, mouse or notification past it."""
