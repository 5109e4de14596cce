"""What the program around them is to the screens: they know this much of it and no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.services.setup.recent import is_rehearsal
from kiosk.ui.tui.input.app import ScanningApp

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.worker import Worker

    from kiosk.services.checkin.checkin import ScanResult
    from kiosk.ui.tui.input.camera_control import CameraControl
    from kiosk.ui.tui.printing.print_control import PrintControl
    from kiosk.ui.tui.session import Session
    from kiosk.ui.tui.setup.import_work import KeptChoices
    from kiosk.ui.tui.sharing.sharing_control import SharingControl
    from kiosk.ui.tui.sound import Sounder


class Host(ScanningApp[None]):
    """The program on screen, without how it does what screens ask of it."""

    event_path: Path | None
    desk_name: str
    scan_only: bool
    clock: Callable[[], int] | None
    """Milliseconds UTC; None: the computer's."""
    session: Session | None
    lookup_session: Session | None
    paper: PrintControl | None
    """The queue of badges, once it runs."""
    sharing: SharingControl | None
    camera: CameraControl
    sounder: Sounder
    kept_choices: KeptChoices
    """Of files that were looked at for a new event, and left."""

    @property
    def is_rehearsing(self) -> bool:
        """Whether the desk on the screen is a rehearsal's."""
        return self.event_path is not None and is_rehearsal(self.event_path)

    def open_event(self, path: Path, *, is_new: bool = False) -> Worker[None]:
        """Another event's desk in place of whatever is on the screen."""
        raise NotImplementedError

    def close_sessions(self) -> None:
        """Finish and let go of the event."""
        raise NotImplementedError

    def start_printing(self, path: Path) -> None:
        """After the first frame: the queue of badges, with its own threads."""
        raise NotImplementedError

    def look_at_sharing(self) -> None:
        """Once a second: is the event shared, and how do the desks stand?"""
        raise NotImplementedError

    def verdict_sound(self, result: ScanResult) -> None:
        """Each outcome has a sound of its own."""
        raise NotImplementedError

    def use_theme(self, name: str) -> None:
        """Other colours, now and at the next start on this machine."""
        raise NotImplementedError

    def show_error(self, error: KioskError) -> None:
        """Say on screen what could not be done."""
        raise NotImplementedError

    def action_desks(self) -> None:
        """The desks, and what they did without knowing of each other."""
        raise NotImplementedError

    def action_join(self, code: str = "") -> None:
        """Become a desk of an event that another one shares; `code`: as it was scanned already."""
        raise NotImplementedError

    def action_rehearse(self) -> None:
        """The same desk with made-up people, in a file of its own."""
        raise NotImplementedError


def host_of(node: DOMNode) -> Host:
    """The program that a screen or a part of one belongs to."""
    host = node.app
    assert isinstance(host, Host)
    return host
