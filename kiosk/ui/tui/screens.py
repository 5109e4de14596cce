"""Open the screens that need no desk: share, join, bundles, restore, rehearse.

Loaded when the desk is ready: these screens bring services that the first frame does not wait for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kiosk.domain.text import escape_controls
from kiosk.errors import Action, KioskError
from kiosk.services.checkin.lists import event_lists
from kiosk.services.safety.purge import purge
from kiosk.services.safety.restore import restore, restored_lines
from kiosk.services.setup import rehearsal
from kiosk.services.sharing.bundle import SUFFIX, BundleMerge, check_bundle
from kiosk.services.sharing.sharing import is_shared
from kiosk.support.progress import Progress
from kiosk.ui.actions import DESK
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.dialogs.file_picker import FilePicker
from kiosk.ui.tui.dialogs.reasons import ConfirmScreen
from kiosk.ui.tui.dialogs.writing import RunningScreen, on_event
from kiosk.ui.tui.printing.paper import PaperScreen
from kiosk.ui.tui.setup.pins import PinsScreen
from kiosk.ui.tui.setup.rehearsal import KEEP_AND_QUIT, WIPE_AND_OPEN, EndRehearsalScreen
from kiosk.ui.tui.setup.restore import Choice, PurgedScreen, PurgeScreen, RestoreScreen
from kiosk.ui.tui.setup.settings import SettingsScreen
from kiosk.ui.tui.setup.welcome import WelcomeScreen
from kiosk.ui.tui.sharing.bundle import WriteBundleScreen
from kiosk.ui.tui.sharing.desks import DeskNameScreen, DesksScreen
from kiosk.ui.tui.sharing.merge import MergeScreen
from kiosk.ui.tui.sharing.share import JoinScreen, ShareScreen
from kiosk.ui.tui.worker import Job, Session

if TYPE_CHECKING:
    from kiosk.domain.checkin.rules import CheckInList
    from kiosk.ui.tui.app import KioskApp


_TRIES = 6
_TRY_AGAIN_S = 0.5
"""How often, and after how long: threads of this program close the event a moment later."""
T = TypeVar("T")


def _once_free(work: Callable[[Progress], T], progress: Progress) -> T:
    """Do work that needs the event file for itself."""
    for _ in range(_TRIES - 1):
        try:
            return work(progress)
        except KioskError as error:
            if error.code != "file_busy":
                raise
            time.sleep(_TRY_AGAIN_S)
    return work(progress)


class AppScreens:
    """Opens a screen over the current one, and handles its answer."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app

    def welcome(self) -> None:
        """Choose another event."""
        self._app.push_screen(WelcomeScreen(can_go_back=True))

    # the event's settings, files and papers

    def settings(self) -> None:
        """The settings of the event, its badges and this computer."""
        app = self._app
        if app.event_path is not None:
            app.push_screen(SettingsScreen(app.event_path, app.desk_name))

    def pins(self) -> None:
        """The PINs of supervisor and organiser."""
        if self._app.session is not None:
            self._app.push_screen(PinsScreen(self._app.session))

    def name_desk(self) -> None:
        """Rename this desk."""
        if self._app.session is not None:
            self._app.push_screen(DeskNameScreen(self._app.session, self._app.desk_name))

    def paper(self) -> None:
        """Badges, signs, lists and certificates as a PDF."""
        app = self._app

        def show(lists: list[CheckInList]) -> None:
            if app.event_path is not None:
                names = [item.name for item in lists] if len(lists) > 1 else []
                app.push_screen(PaperScreen(app.event_path, app.desk_name, names))

        if app.session is not None:
            app.session.ask(event_lists, show)

    def purge(self) -> None:
        """Delete the personal data of the event."""

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self._app.run_worker(self._purge(), exclusive=True, group="restore")

        if self._app.event_path is not None:
            self._app.push_screen(PurgeScreen(self._app.event_path, self._app.desk_name), answered)

    async def _purge(self) -> None:
        """Close the event, delete its people, and open it again."""
        app, event = self._app, self._app.event_path
        assert event is not None

        delete = on_event(
            event, app.desk_name, lambda store, progress: purge(store, progress=progress)
        )
        about = "This cannot be stopped halfway. Leave kiosk open until it is done."
        result = await self._run_alone("Deleting personal data", about, delete, can_stop=False)
        await app.open_event(event).wait()
        if isinstance(result, KioskError):
            app.show_error(result)
        else:
            app.push_screen(PurgedScreen(result))

    async def _run_alone(
        self, title: str, about: str, work: Callable[[Progress], T], *, can_stop: bool
    ) -> T | KioskError:
        """Close every connection of this program to the event, then work on its file and show the
        progress."""
        await asyncio.to_thread(self._app.close_sessions)
        screen = RunningScreen[T](title, about, partial(_once_free, work), can_stop=can_stop)
        return await self._app.push_screen_wait(screen)

    def back_up(self) -> None:
        """Back up the event, and show the backups."""
        self.restore(start=True)

    def restore(self, *, start: bool = False) -> None:
        """Restore a backup; `start`: make one first."""
        app = self._app

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self._app.run_worker(self._restore(*choice), exclusive=True, group="restore")

        app.push_screen(RestoreScreen(app.event_path, app.desk_name, start=start), chosen)

    async def _restore(self, backup: Path, place: Path) -> None:
        """Close the event, restore, and open it again, also where restoring failed."""
        app, below = self._app, self._app.event_path
        restored = await self._run_alone(
            "Restoring",
            "After a stop nothing is changed.",
            lambda progress: restore(backup, place, desk=app.desk_name, progress=progress),
            can_stop=True,
        )
        if isinstance(restored, KioskError):
            if below is not None:
                await app.open_event(below).wait()
            app.show_error(restored)
            return
        await app.open_event(restored.file).wait()
        for line in restored_lines(restored, repair=DESK[Action.REPAIR_EVENT]):
            app.notify(escape_controls(line), timeout=20, markup=False)

    def rehearse(self) -> None:
        """Make a rehearsal of the event in another file, and open its desk."""
        event, desk = self._app.event_path, self._app.desk_name
        if event is None or self._app.is_rehearsing:
            return

        def made(path: Path) -> None:
            self._app.clear_notifications()  # the one below is over
            self._app.open_event(path)

        self._app.notify("The rehearsal is being made ...", markup=False)
        Job(
            self._app,
            "making the rehearsal",
            lambda _: rehearsal.start_rehearsal(event, desk=desk).path,
            then=made,
            failed=self._app.show_error,
        )

    def end_rehearsal(self) -> None:
        """Ask what becomes of the rehearsal."""

        def chosen(how: str | None) -> None:
            if how is not None:
                self._app.run_worker(self._end_rehearsal(how), exclusive=True, group="event")

        self._app.push_screen(EndRehearsalScreen(), chosen)

    async def _end_rehearsal(self, how: str) -> None:
        app, rehearsed = self._app, self._app.event_path
        assert rehearsed is not None
        real = rehearsal.event_of(rehearsed)
        if how != KEEP_AND_QUIT:
            await asyncio.to_thread(app.close_sessions)
            try:
                await asyncio.to_thread(rehearsal.end_rehearsal, rehearsed)
            except KioskError as error:
                app.notify_error(error)
                return
        if how == WIPE_AND_OPEN and real is not None and real.is_file():
            app.open_event(real)
        else:
            app.exit()

    def share(self) -> None:
        """Let other laptops become desks of this event; ask first, if it is not shared yet."""
        session = self._app.session
        if session is not None:
            session.ask(is_shared, partial(self._share, session), self._app.notify_error)

    def _share(self, session: Session, is_on: bool) -> None:
        app = self._app

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                app.push_screen(ShareScreen(session, app.sharing, app.paper))

        if is_on:
            answered(True)
            return
        about = "Laptops with its code can join over the network. Now nothing is shared."
        app.push_screen(
            ConfirmScreen("Share this event?", about, "Share it", act="share"), answered
        )

    def join(self, code: str) -> None:
        """Join an event that another desk shares."""

        def joined(path: Path | None) -> None:
            if path is not None:
                self._app.open_event(path)

        screen = JoinScreen(self._app.event_path, code)
        self._app.push_screen(screen, joined)

    def write_bundle(self) -> None:
        """Write everything this desk has into one file."""
        if self._app.event_path is not None:
            screen = WriteBundleScreen(self._app.event_path, self._app.desk_name)
            self._app.push_screen(screen)

    def merge_bundle(self) -> None:
        """Merge a file that another desk wrote; without an event here, create one from it."""
        app = self._app
        below = [screen for screen in app.screen_stack if not screen.is_modal]
        event = app.event_path if below and isinstance(below[-1], DeskScreen) else None

        def merged(result: BundleMerge | None) -> None:
            if result is not None and result.created:
                app.open_event(result.event)

        def chosen(path: Path | None) -> None:
            if path is not None:
                app.push_screen(MergeScreen(path, event, app.desk_name), merged)

        app.push_screen(FilePicker("Merge a stick bundle", (SUFFIX,), check_bundle), chosen)

    def desks(self) -> None:
        """Show the desks, and what conflicts between them."""
        if self._app.session is not None and self._app.sharing is not None:
            self._app.push_screen(DesksScreen(self._app.session, self._app.sharing))
