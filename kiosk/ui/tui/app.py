"""The app on screen: its screens, its theme and the threads behind them."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from textual import constants, events, work
from textual.app import App, ScreenStackError, SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.css.query import NoMatches
from textual.screen import Screen

from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.setup.recent import (
    is_rehearsal,
    remember_event,
    remember_theme,
    remembered_theme,
    stored_desk_name,
)
from kiosk.ui.actions import DESK, full_message
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.header import DeskHeader
from kiosk.ui.tui.host import LocksKeyboard
from kiosk.ui.tui.input.camera_control import FIRST_CAMERA, CameraControl
from kiosk.ui.tui.input.messages import ScanSource
from kiosk.ui.tui.input.priority import InputPriority
from kiosk.ui.tui.input.router import ScanRouter
from kiosk.ui.tui.input.terminal_output import ControlFilter
from kiosk.ui.tui.sharing.sharing_control import SharingControl
from kiosk.ui.tui.sound import Sounder
from kiosk.ui.tui.textual_compat import CrashReportingApp, make_switchable
from kiosk.ui.tui.theme import KIOSK_THEME, THEMES
from kiosk.ui.tui.widgets.key_bar import bindings_of
from kiosk.ui.tui.worker import Session, SessionReply, came_from_removed_widget

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.filter import LineFilter

    from kiosk.printing.backend import PrintSystem
    from kiosk.services.checkin.checkin import ScanResult
    from kiosk.services.printing.status import PrintStatus
    from kiosk.services.sharing.desks import LinkStatus
    from kiosk.storage.file.store import Store
    from kiosk.ui.tui.host import Host
    from kiosk.ui.tui.lifecycle import Lifecycle
    from kiosk.ui.tui.printing.print_control import PrintControl
    from kiosk.ui.tui.screens import AppScreens
    from kiosk.ui.tui.setup.import_work import KeptChoices


FIRST_STYLES: list[str | PurePath] = ["styles/desk.tcss"]
"""Styles of the desk's first frame."""
LATER_STYLES: list[str | PurePath] = [
    "styles/verdict.tcss",
    "styles/dialog.tcss",
    "styles/welcome.tcss",
    "styles/queue.tcss",
    "styles/dashboard.tcss",
    "styles/ready.tcss",
    "styles/self_service.tcss",
    "styles/sharing.tcss",
    "styles/setup.tcss",
]
"""Styles of the desk after a scan, and of the other screens."""


LOGGER = logging.getLogger("kiosk")
HELD_BY_OTHERS_S = 60.0
"""How long a scan waits while another program holds the file; the desk says so meanwhile."""


def _opens(open_screen: Callable[[AppScreens], object]) -> Callable[[KioskApp], None]:
    """An action of the app that opens a screen."""

    def action(app: KioskApp) -> None:
        open_screen(app.screens)

    return action


def _kind(screen: object) -> tuple[type, object]:
    """What a screen shows or asks: equal for two screens that do the same."""
    return type(screen), getattr(screen, "title_text", None)


class KioskApp(CrashReportingApp):
    """Opens screens, and owns the parts that outlive them."""

    TITLE = "kiosk"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS = [Binding("ctrl+q", "quit", "Quit", show=False)]

    def __init__(
        self,
        path: Path | None,
        *,
        desk: str,
        list_name: str | None = None,
        camera: Path | bool = False,
        scan_only: bool = False,
        self_service: bool = False,
        clock: Callable[[], int] | None = None,
    ) -> None:
        """Prepare the app for an event, or for the welcome screen.

        Args:
            clock: milliseconds UTC, by which scans are decided; None: the computer's.
        """
        at_first = FIRST_STYLES if path and not self_service else FIRST_STYLES + LATER_STYLES
        super().__init__(css_path=at_first)
        self._choose_theme()
        self._control_filter = ControlFilter()
        self.scans = ScanRouter(self, super().on_event, self._lets_through)
        self.lifecycle: Lifecycle | None = None
        """From the first frame on."""
        self.failed_with = ""
        """The kind of error that ended the program."""
        self.scan_only = scan_only
        self.starts_locked = self_service
        self.sounder = Sounder(enabled=True, write_bell=self.bell)
        source = camera if isinstance(camera, Path) else FIRST_CAMERA
        self.camera = CameraControl(source, self.code_seen, self._camera_says, self._camera_fails)
        self.camera_at_start = bool(camera)
        self.event_path = path
        self.desk_name = desk
        self._named_for = path
        """The event that has this name."""
        self.clock = clock
        self.list_name = list_name
        self.paper: PrintControl | None = None
        self.print_system_for: Callable[[Store], PrintSystem] | None = None
        """The printers, set by tests; None: those of this machine."""
        self.kept_choices: KeptChoices = {}
        """Columns chosen for files that were previewed for a new event and not imported."""
        self.sharing: SharingControl | None = None
        self.session: Session | None = None
        self.lookup_session: Session | None = None

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The filters of each painted line."""
        return [*super().get_line_filters(), self._control_filter]

    def _choose_theme(self) -> None:
        """Set the theme before any style is read: set later, all styles are read again."""
        for theme in THEMES.values():
            self.register_theme(theme)
        chosen = remembered_theme()
        known = chosen in (theme.name for theme in THEMES.values())
        self.set_reactive(App.theme, chosen if known else KIOSK_THEME.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def use_theme(self, name: str) -> None:
        """Use a theme, now and at the next start on this machine."""
        self.theme = name
        remember_theme(name)

    def on_mount(self) -> None:
        """Do the rest after the first frame."""
        self.call_after_refresh(self._on_screen)
        if self.camera_at_start:
            self.call_after_refresh(self.camera.switch)

    def _on_screen(self) -> None:
        """Do the rest of the start. Imported modules stay, so the garbage collector leaves them
        out: a search through them would delay a scan."""
        gc.freeze()
        gc.enable()
        for path in (Path(__file__).parent / name for name in LATER_STYLES):
            if not self.stylesheet.has_source(str(path), ""):
                self.stylesheet.read(path)
        self.stylesheet.parse()
        from kiosk.ui.tui.lifecycle import Lifecycle  # with the storage: not before a frame

        self.lifecycle = Lifecycle(self)
        self.lifecycle.start()

    @property
    def right_of_way(self) -> InputPriority:
        """The priority of keys over background work."""
        return self.scans.priority

    @property
    def is_rehearsing(self) -> bool:
        """Whether the desk on the screen is a rehearsal's."""
        return self.event_path is not None and is_rehearsal(self.event_path)

    def push_screen(self, screen: Any, *args: Any, **options: Any) -> Any:
        """Open a screen, unless it is open already; one that is waited for is always opened.

        A key that is held down, or pressed again before the screen is there, would open a second
        one over the first, and each screen is painted through all those above it.
        """
        is_same = [_kind(screen) == _kind(other) for other in self.screen_stack]
        if options.get("wait_for_dismiss") or True not in is_same:
            return super().push_screen(screen, *args, **options)
        if not is_same[-1]:
            self.notify("This is open already, below this screen. Esc goes back to it.")
        return AwaitComplete()

    @property
    def desk(self) -> DeskScreen | None:
        """The desk, under whatever screen is open; None on the welcome screen."""
        desks = (screen for screen in self.screen_stack if isinstance(screen, DeskScreen))
        return next(desks, None)

    @property
    def locked(self) -> bool:
        """Whether attendees are at the keyboard."""
        return any(isinstance(screen, LocksKeyboard) for screen in self.screen_stack)

    def get_driver_class(self) -> type[Driver]:
        """The desk's own driver on a Unix terminal, unless the environment names one."""
        if sys.platform != "win32" and not constants.DRIVER:
            from kiosk.ui.tui.input.driver import DeskDriver  # Windows has no such terminal

            return DeskDriver
        return super().get_driver_class()

    def code_seen(self, raw: str, source: ScanSource = ScanSource.CAMERA) -> None:
        """Take a code from another device than the keyboard. May be called from any thread."""
        self.scans.code_seen(raw, source)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While locked no key reaches the app: no palette, no quitting, no copying."""
        return super().check_action(action, parameters) if not self.locked else False

    async def on_event(self, event: events.Event) -> None:
        """Look at keys before any screen does."""
        await self.scans.on_event(event)

    def _lets_through(self, event: events.Event) -> bool:
        """While locked, the mouse and pasting do nothing."""
        return not (isinstance(event, (events.MouseEvent, events.Paste)) and self.locked)

    def notify(self, *args: Any, **options: Any) -> None:
        """Show no notification while locked: attendees would read it."""
        if not self.locked:
            super().notify(*args, **options)

    def get_default_screen(self) -> Screen[Any]:
        """The desk, or the welcome screen."""
        if self.event_path is None:
            from kiosk.ui.tui.setup.welcome import WelcomeScreen

            return WelcomeScreen()
        return self.desk_screen(self.event_path)

    def desk_screen(self, path: Path, *, after_another: bool = False) -> DeskScreen:
        """Make a desk on this event, with two threads: one decides, one searches."""
        self.close_sessions()
        if path != self._named_for:  # another event may have another name for this desk
            self._named_for = path
            self.desk_name = stored_desk_name(path) or self.desk_name
        sharing = self.sharing = SharingControl(path, self.desk_name, self._show_sharing)

        def open_store() -> Store:
            store = self._open_store(path)
            store.wait_for_others(HELD_BY_OTHERS_S)
            return sharing.prepare(store)

        self.session = Session(self, open_store, self.show_error, "kiosk-desk")
        self.lookup_session = Session(self, open_store, self.show_error, "kiosk-lookup")
        return self._desk_class(path)(
            path,
            self.session,
            self.lookup_session,
            self.list_name,
            desk=self.desk_name,
            scan_only=self.scan_only,
            locked=self.starts_locked,
            clock=self.clock,
            after_another=after_another,
        )

    def _open_store(self, path: Path) -> Store:
        from kiosk.services.event.event import open_event  # with the storage: not before a frame

        return open_event(path, desk=self.desk_name, clock=self.clock)

    def _desk_class(self, path: Path) -> type[DeskScreen]:
        if not is_rehearsal(path):
            return DeskScreen
        from kiosk.ui.tui.setup.rehearsal import RehearsalDesk

        return RehearsalDesk

    @work(exclusive=True, group="event")
    async def open_event(self, path: Path, *, is_new: bool = False) -> None:
        """Open another event's desk in place of every screen."""
        remember_event(path)
        await asyncio.to_thread(self.close_sessions)
        self.event_path, self.list_name = path, None
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        make_switchable(self)
        desk = self.desk_screen(path, after_another=True)
        desk.is_new = is_new
        await self.switch_screen(desk)

    def start_printing(self, path: Path) -> None:
        """Start the print queue with its threads, after the first frame."""
        from kiosk.services.printing.printing import machine_printing
        from kiosk.ui.tui.printing.print_control import PrintControl

        self.paper = PrintControl(
            self,
            lambda: self._open_store(path),
            self.print_system_for or machine_printing,
            self._show_paper,
        )
        self.paper.start()

    def _show_paper(self, status: PrintStatus) -> None:
        for screen in self.screen_stack:
            if hasattr(screen, "show_paper"):
                screen.show_paper(status)

    def close_sessions(self) -> None:
        """Finish the work on the event and close it."""
        if self.paper is not None:
            self.paper.close()
            self.paper = None
        for session in (self.session, self.lookup_session):
            if session is not None:
                session.close()
        if self.sharing is not None:
            self.sharing.stop()
            self.sharing = None
        self.session = self.lookup_session = None

    def on_session_reply(self, reply: SessionReply) -> None:
        """Handle an answer of a worker, unless the widget that waited for it is removed."""
        if reply.session is not None and reply.session.is_closed:
            return
        try:
            reply.then(reply.value)
        except (NoMatches, ScreenStackError) as error:
            has_widgets = self.screen_stack and self.screen.children
            if has_widgets and not came_from_removed_widget(error):
                raise

    def show_error(self, error: KioskError) -> None:
        """Show on the desk's banner what was not done."""
        if (desk := self.desk) is not None:
            desk.show_error(error)
        else:
            self.notify_error(error)

    def notify_error(self, error: KioskError) -> None:
        """Show an error as a notification."""
        message = escape_controls(full_message(error, DESK))
        self.notify(message, severity="error", timeout=20, markup=False)

    def person_shown(self) -> None:
        """A verdict, or a person's card, is on the screen: keys that waited for it may act."""
        self.scans.person_shown()

    def verdict_sound(self, result: ScanResult) -> None:
        """Play the sound of an outcome."""
        self.sounder.play(str(result.outcome))

    def _camera_says(self, words: str) -> None:
        """Show the camera's state; called in the camera's thread."""
        self.post_message(SessionReply(self._show_camera, words))

    def _camera_fails(self, error: KioskError) -> None:
        """Show why there are no pictures; called in the camera's thread."""
        self.post_message(SessionReply(self._show_camera_error, error))

    def _show_camera_error(self, error: KioskError) -> None:
        if (desk := self.desk) is not None:
            desk.show_camera_error(error)

    def _show_camera(self, words: str) -> None:
        if (desk := self.desk) is not None:
            desk.show_camera(words)

    def _show_sharing(self, status: LinkStatus) -> None:
        if (desk := self.desk) is not None:
            desk.show_sharing(status.words)
            desk.set_class(status.level == "cut", "-cut-off")

    def desk_renamed(self, name: str) -> None:
        """Show the new name of this desk."""
        self.desk_name = name
        if (desk := self.desk) is not None:
            desk.desk = name
            desk.query_one(DeskHeader).desk = escape_controls(name)  # painted each second

    def look_at_sharing(self) -> None:
        """Once a second: check whether the event is shared, and the state of the desks."""
        if self.sharing and self.session and self.lookup_session:
            self.sharing.look(self.session, self.lookup_session)

    @cached_property
    def screens(self) -> AppScreens:
        """Opens the screens that need no desk; the first access loads them all."""
        from kiosk.ui.tui.screens import AppScreens  # large: loaded when the desk is ready

        return AppScreens(self)

    action_welcome = _opens(lambda screens: screens.welcome())
    action_restore = _opens(lambda screens: screens.restore())
    action_rehearse = _opens(lambda screens: screens.rehearse())
    action_share = _opens(lambda screens: screens.share())
    action_write_bundle = _opens(lambda screens: screens.write_bundle())
    action_merge_bundle = _opens(lambda screens: screens.merge_bundle())
    action_desks = _opens(lambda screens: screens.desks())

    async def action_quit(self) -> None:
        """Leave; out of a rehearsal only after asking what becomes of it."""
        if self.is_rehearsing:
            self.screens.end_rehearsal()
        elif recent := sum(getattr(screen, "recent", 0) for screen in self.screen_stack):
            self._ask_before_quitting(recent)
        else:
            await super().action_quit()

    def _ask_before_quitting(self, recent: int) -> None:
        """Guests are arriving: a key pressed by mistake must not end the desk."""
        from kiosk.ui.tui.dialogs.reasons import ConfirmScreen  # with all services

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self.exit()

        about = f"{counted(recent, 'person')} came in the last 15 minutes. Everything is saved."
        self.push_screen(ConfirmScreen("Quit kiosk?", about, "Quit", act="quit"), answered)

    def action_join(self, code: str = "") -> None:
        """Join an event that another desk shares; `code`: as it was scanned already."""
        self.screens.join(code)

    def action_command_palette(self) -> None:
        """Show the palette, unless it is open."""
        from kiosk.ui.tui.palette import Command, PaletteScreen, commands

        below = self.screen

        def chosen(command: Command | None) -> None:
            if command is not None:
                self.call_later(command.callback)

        self.push_screen(PaletteScreen(lambda: commands(self, below)), chosen)

    def action_open(self, name: str) -> None:
        """Open a screen that has no key: settings, PINs, paper, backup ..."""
        getattr(self.screens, name)()

    def action_help(self) -> None:
        """What every key does."""
        from kiosk.ui.tui.dialogs.help import HelpScreen

        screen = self.screen
        keys = [
            (binding, screen.check_action(binding.action, ()) is True)
            for binding in bindings_of(screen)
            if binding.tooltip or binding.show
        ]
        more, about = getattr(screen, "help_lines", ()), getattr(screen, "HELP", "")
        last = screen.state.last if isinstance(screen, DeskScreen) else None
        self.push_screen(
            HelpScreen(
                keys,
                more,
                about=about,
                is_desk=isinstance(screen, DeskScreen),
                verdict=last.outcome if last is not None else None,
            )
        )

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette's commands that can act on this screen now."""
        from kiosk.ui.tui.palette import commands

        for command in commands(self, screen):
            if command.can:
                yield SystemCommand(command.title, command.entry.about, command.callback)

    async def on_unmount(self) -> None:
        """Finish at the end; every confirmed check-in is saved already."""
        self.camera.stop()
        self.close_sessions()
        if self.lifecycle is not None:
            await self.lifecycle.last_back_up()

    def crashed(self, error: BaseException | None) -> None:
        """Log an error that no code expected; `run_desk` says what to do.

        Its place goes to the log file. None of its values goes to the screen, where the next
        attendee in the queue would read them.
        """
        LOGGER.error("the desk ended", exc_info=error)
        self.failed_with = type(error).__name__


def run_desk(app: KioskApp) -> int:
    """Run the app.

    Returns:
        The exit code: 0, or 128 and the number of the signal that ended it.

    Raises:
        KioskError: `internal`: the app crashed.
    """
    app.run()
    if app.failed_with:
        from kiosk.support.logs import log_path  # only for a crash

        raise KioskError(
            "internal",
            f"The desk ended because of an error in the program ({app.failed_with}).",
            saved="Every check-in that was confirmed is saved.",
            next_step=f"Start it again. The place of the error is in {log_path()}.",
        )
    return app.return_code or 0


if TYPE_CHECKING:

    def _is_host(app: KioskApp) -> Host:
        """Have mypy compare the app with what its screens expect."""
        return app
