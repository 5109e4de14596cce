"""The program on screen: screens, theme, and the threads behind them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events, work
from textual.app import App, ScreenStackError, SystemCommand
from textual.binding import Binding
from textual.css.query import NoMatches
from textual.screen import Screen

from kiosk.domain.text import escape_controls
from kiosk.errors import Action, KioskError
from kiosk.services.setup.recent import is_rehearsal, remember_theme, remembered_theme
from kiosk.ui.actions import DESK
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.input.camera_control import FIRST_CAMERA, CameraControl
from kiosk.ui.tui.lifecycle import Caretaker
from kiosk.ui.tui.session import Session, SessionReply
from kiosk.ui.tui.setup.rehearsing import Rehearsing
from kiosk.ui.tui.sharing.sharing_control import SharingControl
from kiosk.ui.tui.sound import Sounder
from kiosk.ui.tui.theme import KIOSK_THEME, THEMES

if TYPE_CHECKING:
    from textual.command import Provider

    from kiosk.services.checkin.checkin import ScanResult
    from kiosk.services.printing.status import PrintStatus
    from kiosk.services.printing.system import PrintSystem
    from kiosk.storage.file.store import Store
    from kiosk.ui.tui.printing.print_control import PrintControl
    from kiosk.ui.tui.setup.import_work import KeptChoices


FIRST_STYLES = ["styles/desk.tcss"]
"""What the desk's first frame needs."""
LATER_STYLES = [
    "styles/dialog.tcss",
    "styles/welcome.tcss",
    "styles/queue.tcss",
    "styles/dashboard.tcss",
    "styles/ready.tcss",
    "styles/self_service.tcss",
    "styles/sharing.tcss",
    "styles/setup.tcss",
]
"""Of screens that lie over it."""


HELD_BY_OTHERS_S = 60.0
"""How long a scan waits while another program keeps the file; the desk says meanwhile that it
does."""


def _palette() -> type[Provider]:
    """Read when it is asked for, not before the first frame."""
    from kiosk.ui.tui.palette import Palette

    return Palette


class KioskApp(Rehearsing, Caretaker):
    """Wires only."""

    TITLE = "kiosk"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {_palette}
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
        """What the desk works on, and how.

        Args:
            clock: milliseconds UTC, by which scans are decided; None: the computer's.
        """
        at_first = FIRST_STYLES if path and not self_service else FIRST_STYLES + LATER_STYLES
        super().__init__(css_path=at_first)
        self._dress()
        self.scan_only = scan_only
        self.self_service_at_start = self_service
        self.sounder = Sounder(enabled=True, write_bell=self.bell)
        source = camera if isinstance(camera, Path) else FIRST_CAMERA
        self.camera = CameraControl(source, self.code_seen, self._camera_says, self._camera_fails)
        self.camera_at_start = bool(camera)
        self.event_path = path
        self.desk_name = desk
        self.clock = clock
        self.list_name = list_name
        self.paper: PrintControl | None = None
        self.print_system_for: Callable[[Store], PrintSystem] | None = None
        """Tests put their own printers here; None: those of this machine."""
        self.kept_choices: KeptChoices = {}
        """Of files that were looked at for a new event, and left."""
        self.sharing: SharingControl | None = None
        self.session: Session | None = None
        self.lookup_session: Session | None = None

    def _dress(self) -> None:
        """The theme, before any style is read with its colours: set later, it has all read anew."""
        for theme in THEMES.values():
            self.register_theme(theme)
        chosen = remembered_theme()
        known = chosen in (theme.name for theme in THEMES.values())
        self.set_reactive(App.theme, chosen if known else KIOSK_THEME.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def use_theme(self, name: str) -> None:
        """Other colours, now and at the next start on this machine."""
        self.theme = name
        remember_theme(name)

    def on_mount(self) -> None:
        """Straight to the desk where there is an event."""
        self.call_after_refresh(self._on_screen)
        if self.camera_at_start:
            self.call_after_refresh(self.camera.switch)

    def _on_screen(self) -> None:
        """After the first frame: what was imported for it stays, so it is never looked through
        for garbage again; that would hold up a scan."""
        gc.freeze()
        gc.enable()
        for path in (Path(__file__).parent / name for name in LATER_STYLES):
            if not self.stylesheet.has_source(str(path), ""):
                self.stylesheet.read(path)
        self.stylesheet.parse()
        self.take_care()

    @property
    def locked(self) -> bool:
        """Whether attendees are at the keyboard."""
        return any(getattr(screen, "locks", False) for screen in self.screen_stack)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While locked no key reaches the app: no palette, no quitting, no copying."""
        return super().check_action(action, parameters) if not self.locked else False

    async def on_event(self, event: events.Event) -> None:
        """While locked the mouse is dead, and nothing is pasted."""
        if isinstance(event, (events.MouseEvent, events.Paste)) and self.locked:
            return
        await super().on_event(event)

    def notify(self, *args: Any, **options: Any) -> None:
        """While locked nobody is told anything of the event."""
        if not self.locked:
            super().notify(*args, **options)

    def get_default_screen(self) -> Screen[Any]:
        """The desk, or the welcome screen."""
        if self.event_path is None:
            from kiosk.ui.tui.setup.welcome import WelcomeScreen

            return WelcomeScreen()
        return self.desk_screen(self.event_path)

    def desk_screen(self, path: Path, *, after_another: bool = False) -> DeskScreen:
        """A desk on this event, with its two threads: one decides, one searches."""
        self.close_sessions()
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
            locked=self.self_service_at_start,
            clock=self.clock,
            after_another=after_another,
        )

    def _open_store(self, path: Path) -> Store:
        from kiosk.storage.file.store import Store

        if self.clock is None:
            return Store.open(path, desk=self.desk_name)
        return Store.open(path, desk=self.desk_name, clock=self.clock)

    def _desk_class(self, path: Path) -> type[DeskScreen]:
        if not is_rehearsal(path):
            return DeskScreen
        from kiosk.ui.tui.setup.rehearsal import RehearsalDesk

        return RehearsalDesk

    @work(exclusive=True, group="event")
    async def open_event(self, path: Path, *, is_new: bool = False) -> None:
        """Another event's desk in place of whatever is on the screen."""
        from kiosk.services.setup.recent import remember_event

        remember_event(path)
        await asyncio.to_thread(self.close_sessions)
        self.event_path, self.list_name = path, None
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if not self.screen._result_callbacks:
            # the app's first screen was never pushed, and Textual 8 pops a callback all the same
            self.screen._push_result_callback(self.screen, None)
        desk = self.desk_screen(path, after_another=True)
        desk.is_new = is_new
        await self.switch_screen(desk)

    def action_welcome(self) -> None:
        """Choose another event; the desk goes on until then."""
        from kiosk.ui.tui.setup.welcome import WelcomeScreen

        self.push_screen(WelcomeScreen(can_go_back=True))

    def action_restore(self) -> None:
        """A backup in the event's place again."""
        from kiosk.ui.tui.setup.restore import Choice, RestoreScreen

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self._restore(*choice)

        self.push_screen(RestoreScreen(self.event_path), chosen)

    @work(exclusive=True, group="restore")
    async def _restore(self, backup: Path, place: Path) -> None:
        """The desk lets go of the event first; if it cannot be done, the desk opens it again."""
        from kiosk.services.safety.restore import restore, restored_lines

        below = self.event_path
        await asyncio.to_thread(self.close_sessions)
        try:
            restored = await asyncio.to_thread(restore, backup, place, desk=self.desk_name)
        except KioskError as error:
            if below is not None:
                await self.open_event(below).wait()
            self.show_error(error)
            return
        await self.open_event(restored.file).wait()
        for line in restored_lines(restored, repair=DESK[Action.REPAIR_EVENT]):
            self.notify(escape_controls(line), timeout=20, markup=False)

    def start_printing(self, path: Path) -> None:
        """After the first frame: the queue of badges, with its own threads."""
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
        """Finish and let go of the event."""
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
        """An answer from one of the threads, unless what waited for it is gone."""
        if reply.session is not None and reply.session.is_closed:
            return
        try:
            reply.then(reply.value)
        except (NoMatches, ScreenStackError) as error:
            from kiosk.ui.tui.background import came_from_removed_widget

            is_somebody_there = self.screen_stack and self.screen.children
            if is_somebody_there and not came_from_removed_widget(error):
                raise

    def show_error(self, error: KioskError) -> None:
        """Say on the desk's banner what could not be done."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, DeskScreen):
                screen.show_error(error)
                return
        self.notify(escape_controls(str(error)), severity="error", timeout=20, markup=False)

    def verdict_sound(self, result: ScanResult) -> None:
        """Each outcome has a sound of its own."""
        self.sounder.play(str(result.outcome))

    def _camera_says(self, words: str) -> None:
        """From the camera's thread: post, and let the desk write it down."""
        self.post_message(SessionReply(self._show_camera, words))

    def _camera_fails(self, error: KioskError) -> None:
        """From the camera's thread as well: why it sees nothing, where there is room to say it."""
        self.post_message(SessionReply(self._show_camera_error, error))

    def _show_camera_error(self, error: KioskError) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.show_camera_error(error)

    def _show_camera(self, words: str) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.show_camera(words)

    def _show_sharing(self, words: str) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.show_sharing(words)

    def look_at_sharing(self) -> None:
        """Once a second: is the event shared, and how do the desks stand?"""
        if self.sharing and self.session and self.lookup_session:
            self.sharing.look(self.session, self.lookup_session)

    def action_share(self) -> None:
        """Let other laptops become desks of this event."""
        from kiosk.ui.tui.sharing.share import ShareScreen

        if self.session is not None:
            self.push_screen(ShareScreen(self.session, self.sharing, self.paper))

    def action_join(self, code: str = "") -> None:
        """Become a desk of an event that another one shares; `code`: as it was scanned already."""
        from kiosk.ui.tui.sharing.join import JoinScreen

        def joined(path: Path | None) -> None:
            if path is not None:
                self.open_event(path)

        self.push_screen(JoinScreen(self.desk_name, self.event_path, code), joined)

    def action_write_bundle(self) -> None:
        """All that this desk knows in one file, for a laptop that no network reaches."""
        from kiosk.ui.tui.sharing.bundle import WriteBundleScreen

        if self.event_path is not None:
            self.push_screen(WriteBundleScreen(self.event_path, self.desk_name))

    def action_merge_bundle(self) -> None:
        """What another desk wrote to a stick; without an event here, one is made of it."""
        from kiosk.services.sharing.bundle import SUFFIX, BundleMerge, check_bundle
        from kiosk.ui.tui.dialogs.file_picker import FilePicker
        from kiosk.ui.tui.sharing.merge import MergeScreen

        below = [screen for screen in self.screen_stack if not screen.is_modal]
        event = self.event_path if below and isinstance(below[-1], DeskScreen) else None

        def merged(result: BundleMerge | None) -> None:
            if result is not None and result.created:
                self.open_event(result.event)

        def chosen(path: Path | None) -> None:
            if path is not None:
                self.push_screen(MergeScreen(path, event, self.desk_name), merged)

        self.push_screen(FilePicker("Merge a stick bundle", (SUFFIX,), check_bundle), chosen)

    def action_desks(self) -> None:
        """The desks, and what they did without knowing of each other."""
        from kiosk.ui.tui.sharing.desks import DesksScreen

        if self.session is not None and self.sharing is not None:
            self.push_screen(DesksScreen(self.session, self.sharing))

    def action_command_palette(self) -> None:
        """Show the palette, unless it is open."""
        from kiosk.ui.tui.palette import PaletteScreen

        if not isinstance(self.screen, PaletteScreen):
            self.push_screen(PaletteScreen(id="--command-palette"))

    def action_help(self) -> None:
        """What every key does."""
        from kiosk.ui.tui.dialogs.help import HelpScreen

        screen = self.screen
        keys = [
            (binding, screen.check_action(binding.action, ()) is True)
            for binding in screen.BINDINGS
            if isinstance(binding, Binding) and (binding.tooltip or binding.show)
        ]
        self.push_screen(HelpScreen(keys))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: everything that can be done on this screen now."""
        from kiosk.ui.tui.palette import commands

        return commands(self, screen)

    async def on_unmount(self) -> None:
        """Whatever was confirmed is saved already; finish the rest."""
        self.camera.stop()
        self.close_sessions()
        await self.last_back_up()
