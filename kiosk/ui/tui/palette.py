"""The palette: everything that can be done now, once each, the everyday things first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette, DiscoveryHit, Hits
from textual.screen import Screen
from textual.system_commands import SystemCommandsProvider
from textual.widgets import Input, OptionList

from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.dialogs.dialog import AnswerScreen
from kiosk.ui.tui.theme import THEMES
from kiosk.ui.tui.widgets.key_bar import key_name

if TYPE_CHECKING:
    from kiosk.ui.tui.app import KioskApp


_MOST_STEPS_BACK = 8
"""Dialogs over dialogs, and some that go one step back first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action in words."""

    action: str
    """Of the screen, or with `app.` in front."""
    words: str
    about: str
    everywhere: bool = False
    """At a desk for scanning only, too; keys are, where the desk lets them act."""
    rehearsal: bool | None = None
    """True: in a rehearsal only; False: everywhere else only."""


DESK = (
    Entry("walk_in", "Register a walk-in", "Add a new attendee and check them in"),
    Entry("badge", "Print the badge", "For the person on the card; a PDF where no printer is set"),
    Entry("undo", "Undo", "Undo the last check-in of this desk"),
    Entry("let_in", "Let in", "Override a refusal, with a reason"),
    Entry("whole_party", "Let the rest in", "Everyone who is left of the ticket and its order"),
    Entry("choose_order", "Let some of the order in", "Choose whom"),
    Entry("edit", "Correct the person", "Name, company, note ...; kept when you import again"),
    Entry("help_desk", "Send to the help desk", "With a note for every desk; again: mark as done"),
    Entry("help_list", "Who waits at the help desk", "People sent there by any desk, and why"),
    Entry("hand_out", "Hand out", "Tick the T-shirt or lunch on the card; again: untick"),
    Entry("switch_list", "Change the list", "Another day, session or meal"),
    Entry("check_out_all", "Check out everybody", "Everyone who is inside on this list"),
    Entry("exit_mode", "Exits, or entries again", "Each scan checks someone out"),
    Entry("paper", "Enter a paper list", "Scans and names count for the time written on it"),
    Entry("transfer", "Transfer the ticket", "Give it to another person"),
    Entry("first_time", "First time here: yes or no", "Marks the person on the card"),
    Entry("activity", "Activity", "Check-ins at all desks, newest first"),
    Entry("dashboard", "Dashboard", "Who is in, how fast people come, who is missing"),
    Entry("badge_queue", "Badge queue", "Badges on their way to the printer"),
    Entry("ready", "What is left to do", "Open tasks, each with its fix"),
    Entry("self_service", "Self-service", "Attendees check themselves in; a PIN ends it"),
    Entry("camera", "Camera", "Scan with this laptop's camera; again: off"),
    Entry("sound", "Sound", "A sound for each verdict; on or off"),
    Entry("import_file", "Import registrations", "Add or update attendees from a file"),
    Entry("set_up", "Set up", "All steps: lists, badges, scanner, printer, rehearsal"),
    Entry("lists", "Days and lists", "Add, change or remove them; the event's name and days"),
    Entry("duplicates", "Possible duplicates", "Two entries that may be one person: decide"),
    Entry("questions", "Questions at check-in", "Photo consent, a meal ...: one key each"),
    Entry("tables", "Tables", "Assign tables at check-in; see who sits where"),
    Entry("badge_layout", "Badge layout", "Preview them with a real badge, and select one"),
    Entry("scanner_test", "Test the scanner", "A page of codes: layout, Enter, speed"),
    Entry("printer_test", "Test the printer", "Print a sample badge"),
    Entry("guide", "Guide to the rehearsal", "Things to try", rehearsal=True),
    Entry(
        "app.quit", "End the rehearsal", "Delete it; back to the real desk, or quit", rehearsal=True
    ),
    Entry("app.rehearse", "Rehearse", "The same desk with made-up people", rehearsal=False),
    Entry("hand_over", "Export attendance", "Spreadsheet, PDF report, e-mail lists"),
    Entry("app.share", "Share this event", "Show the code for other laptops", rehearsal=False),
    Entry(
        "app.desks",
        "Desks and conflicts",
        "Which desks are here and up to date",
        rehearsal=False,
    ),
)
"""Actions of the desk, the most frequent first. An action with a key is listed with it."""
STICK_OUT = Entry(
    "app.write_bundle",
    "Write a stick bundle",
    "The event in one encrypted file",
    rehearsal=False,
)
ANY_SCREEN = (
    Entry("app.join", "Join an event", "Scan or type the code of another desk", rehearsal=False),
    Entry(
        "app.merge_bundle",
        "Merge a stick bundle",
        "Add the file of another desk to this event",
        rehearsal=False,
    ),
    Entry(
        "app.restore",
        "Restore a backup",
        "Select one and see its content; the current file is kept",
        rehearsal=False,
    ),
)
OTHER_EVENT = Entry(
    "app.welcome",
    "Open another event",
    "Create one from a file, or open a recent one",
    rehearsal=False,
)
LAST = (
    Entry("app.help", "Help", "What every key does", everywhere=True),
    Entry("app.quit", "Quit", "Everything is saved", everywhere=True),
)


class Palette(SystemCommandsProvider):
    """Lists entries in the order they are given, not by the alphabet."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for words, about, run, _ in self.app.get_system_commands(self.screen):
            yield DiscoveryHit(words, run, help=about)


class PaletteScreen(CommandPalette, AnswerScreen[None]):
    """The palette's screen: one command each time it is opened."""

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _once(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        """Ignore a second Enter of the same read: Textual would run the command twice."""
        if self.has_answered:
            event.stop()
            event.prevent_default()


def commands(app: KioskApp, screen: Screen[Any]) -> Iterator[SystemCommand]:
    """What can be done on this screen now."""
    listed: set[str] = set()
    yield from _commands(app, screen, _entries(screen), listed)
    desk = next((below for below in app.screen_stack if isinstance(below, DeskScreen)), screen)
    if desk is not screen:
        yield from _commands(app, desk, (*DESK, STICK_OUT, OTHER_EVENT), listed)
    yield from _commands(app, screen, ANY_SCREEN, listed)
    yield from _colours(app)
    yield from _commands(app, screen, LAST, listed)


def _commands(
    app: KioskApp, screen: Screen[Any], entries: Iterable[Entry], listed: set[str]
) -> Iterator[SystemCommand]:
    keys = _keys(screen)
    is_covered = isinstance(screen, DeskScreen) and app.screen is not screen
    for entry in entries:
        name = entry.action.removeprefix("app.")
        if name in listed or not _applies(app, screen, entry, has_key=name in keys):
            continue
        listed.add(name)
        run = _run(app, screen, entry)
        if is_covered:  # its keys do not act up here
            yield SystemCommand(entry.words, entry.about, partial(_back_at, app, screen, run))
            continue
        words = f"{entry.words} ({keys[name]})" if name in keys else entry.words
        yield SystemCommand(words, entry.about, run)


def _entries(screen: Screen[Any]) -> Iterator[Entry]:
    if isinstance(screen, DeskScreen):
        yield from (*DESK, STICK_OUT, *ANY_SCREEN, OTHER_EVENT)
    else:
        for binding in _bindings(screen):
            if binding.show and binding.action not in ("app.quit", "app.help"):
                about = binding.tooltip or ""
                yield Entry(binding.action, binding.description, about, everywhere=True)


def _applies(app: KioskApp, screen: Screen[Any], entry: Entry, *, has_key: bool) -> bool:
    if entry.rehearsal is not None and entry.rehearsal != app.is_rehearsing:
        return False
    if app.scan_only and not (entry.everywhere or has_key):
        return False
    return screen.check_action(entry.action, ()) is True


def _run(app: KioskApp, screen: Screen[Any], entry: Entry) -> Callable[[], Any]:
    name = entry.action.removeprefix("app.")
    target = screen if name == entry.action else app
    method: Callable[[], Any] | None = getattr(target, f"action_{name}", None)
    # an action with a value in brackets is no method's name
    return method or partial(screen.run_action, entry.action)


async def _back_at(app: KioskApp, desk: Screen[Any], run: Callable[[], Any]) -> None:
    """Close the screens over the desk as Esc does, then act; if one stays open, do nothing."""
    for _ in range(_MOST_STEPS_BACK):
        top = app.screen
        if top is desk:
            done = run()
            if isawaitable(done):
                await done
            return
        back = next((key for key in _bindings(top) if "escape" in key.key.split(",")), None)
        if back is None:
            return
        await top.run_action(back.action)


def _colours(app: KioskApp) -> Iterator[SystemCommand]:
    for words, theme in THEMES.items():
        use = partial(app.use_theme, theme.name)
        yield SystemCommand(f"Colours: {words}", "Of the whole program, on this machine", use)


def _bindings(screen: Screen[Any]) -> list[Binding]:
    return [binding for binding in screen.BINDINGS if isinstance(binding, Binding)]


def _keys(screen: Screen[Any]) -> dict[str, str]:
    """The key of each action, as it is written on the screen."""
    keys: dict[str, str] = {}
    for binding in _bindings(screen):
        if binding.id or binding.tooltip or binding.show:
            keys.setdefault(binding.action.removeprefix("app."), key_name(binding.key))
    return keys
