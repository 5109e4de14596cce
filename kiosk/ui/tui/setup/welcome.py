"""The first screen: open an event, make one from a file, or try the demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.sharing.pairing import is_desks_code
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.setup.folders import (
    EVENT_SUFFIXES,
    REGISTRATION_SUFFIXES,
    KnownEvent,
    known_events,
    short_path,
)
from kiosk.storage.file.store import Store
from kiosk.support.paths import events_dir
from kiosk.ui.tui.dialogs.dialog import AnswerScreen
from kiosk.ui.tui.host import Host, host_of
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.cells import fit
from kiosk.ui.tui.widgets.key_bar import KeyBar
from kiosk.ui.tui.worker import Job

if TYPE_CHECKING:
    from kiosk.services.setup.demo import Demo
    from kiosk.ui.tui.setup.import_preview import ImportDone

_ACTIONS = (
    ("new", "N", "New event", "from a file: CSV, Excel, pretix"),
    ("open", "O", "Open an event", "a .kiosk file, chosen or typed"),
    ("join", "J", "Join desks", "another desk's event, by its code"),
    ("demo", "D", "Try the demo", "200 made-up people, all scripts"),
)
_NUMBERS = "123456789"


class WelcomeScreen(AnswerScreen[None]):
    """Everything a letter away; the arrow keys and Enter do as well."""

    AUTO_FOCUS = "#welcome-list"
    takes_scans = True
    BINDINGS = [
        Binding("n,f2", "new", "New", id="welcome.new", tooltip="From a registrations file"),
        Binding("o,f3", "open", "Open", id="welcome.open", tooltip="An event of before"),
        Binding("j,f4", "app.join", "Join", id="welcome.join", tooltip="Another desk's event"),
        Binding("d,f5", "demo", "Demo", id="welcome.demo", tooltip="Made-up people to try"),
        Binding("r,f6", "app.restore", "Restore", id="welcome.restore", tooltip="A backup"),
        *(Binding(n, f"event({n})", "Open", show=False) for n in _NUMBERS),
        Binding("f1", "app.help", "Help", id="welcome.help", tooltip="What every key does"),
        Binding("escape", "back", "Back", id="welcome.back"),
        Binding("ctrl+q", "app.quit", "Quit", id="welcome.quit"),
    ]

    def __init__(self, *, can_go_back: bool = False) -> None:
        """`can_go_back`: there is a desk below that Esc returns to."""
        super().__init__()
        self.can_go_back = can_go_back
        self.events: list[KnownEvent] = []
        self._opening = False

    @property
    def kiosk(self) -> Host:
        """The program, whose desk the events open in."""
        return host_of(self)

    def compose(self) -> ComposeResult:
        """Title, the list, where events are put, what went wrong, keys."""
        yield Static(
            Content.assemble(("kiosk", "bold $accent"), ("  the check-in desk", "$text-muted")),
            id="welcome-title",
        )
        yield OptionList(id="welcome-list", markup=False)
        yield Static("", id="welcome-said", markup=False)
        yield Static(
            escape_controls(f"New events are put in {short_path(events_dir())}"),
            id="welcome-where",
            markup=False,
        )
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show what can be done at once, the events when they are found."""
        self._show()
        self._paint_keys()
        self._find()

    def on_screen_resume(self) -> None:
        """Back from making or choosing: there may be another event."""
        if self.is_mounted:
            self._find()

    def on_resize(self) -> None:
        """Fill the new width."""
        self._show()

    def _find(self) -> None:
        Job(
            self.app,
            "looking for events",
            lambda _: known_events(),
            then=self._found,
            failed=self._failed,
        )

    def _found(self, events: list[KnownEvent]) -> None:
        if self.is_attached and events != self.events:
            self.events = events
            self._show()

    def _show(self) -> None:
        options = self.query_one("#welcome-list", OptionList)
        lit = options.highlighted or 0
        width = max(40, (self.size.width or 80) - 8)
        options.clear_options()
        options.add_options(
            Option(
                Content.assemble((f"{key}  ", "bold $accent"), (f"{title:15}", "bold"), f" {more}")
            )
            for _, key, title, more in _ACTIONS
        )
        if self.events:
            options.add_option(None)
        for number, event in enumerate(self.events):
            key = _NUMBERS[number] if number < len(_NUMBERS) else " "
            options.add_option(Option(event_line(event, key, width)))
        options.highlighted = min(lit, options.option_count - 1)

    def _paint_keys(self) -> None:
        shown = [(Binding("down", "", "Choose"), True), (Binding("enter", "", "Take"), True)]
        for binding in self.BINDINGS:
            if isinstance(binding, Binding) and binding.show:
                can = self.check_action(binding.action, ()) is True
                if can:
                    first = binding.key.split(",")[0]
                    shown.append((Binding(first, binding.action, binding.description), can))
        letters = [key.action for key, _ in shown if key.action]
        self.query_one(KeyBar).show(shown, letters)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc leads back only where there is a desk below."""
        return None if action == "back" and not self.can_go_back else True

    def _say(self, text: str, *, is_error: bool = False) -> None:
        line = self.query_one("#welcome-said", Static)
        line.set_class(is_error, "-error")
        line.update(escape_controls(text))

    def _failed(self, error: KioskError) -> None:
        self._opening = False
        if self.is_attached:
            self._say(str(error), is_error=True)

    # keys

    @on(OptionList.OptionSelected, "#welcome-list")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(_ACTIONS):
            action = (self.action_new, self.action_open, self.kiosk.action_join, self.action_demo)[
                event.option_index
            ]
            action()
        else:
            self.action_event(event.option_index - len(_ACTIONS) + 1)

    def action_back(self) -> None:
        """To the desk below."""
        self.dismiss(None)

    def action_event(self, number: int) -> None:
        """Open one of the events listed, counted from 1."""
        if number <= len(self.events):
            self._open(self.events[number - 1].path)

    def action_open(self) -> None:
        """Choose an event file."""
        from kiosk.ui.tui.dialogs.file_picker import FilePicker

        picker = FilePicker("Open an event", EVENT_SUFFIXES, check_event)
        self.app.push_screen(picker, lambda path: self._open(path) if path else None)

    def _open(self, path: Path, *, is_new: bool = False) -> None:
        if self._opening:
            return
        self._opening = True
        self._say("Opening ...")
        Job(
            self.app,
            "opening the event",
            lambda _: check_event(path),
            then=lambda _: self._opened(path, is_new=is_new),
            failed=self._failed,
        )

    def _opened(self, path: Path, *, is_new: bool = False) -> None:
        self._opening = False
        if self.is_attached:
            self.kiosk.open_event(path, is_new=is_new)

    def action_new(self) -> None:
        """Choose a file of registrations, look at what it holds, make the event."""
        from kiosk.ui.tui.dialogs.file_picker import FilePicker

        picker = FilePicker("New event: which file holds the registrations?", REGISTRATION_SUFFIXES)
        self.app.push_screen(picker, lambda path: self._preview(path) if path else None)

    def _preview(self, path: Path) -> None:
        from kiosk.ui.tui.setup.import_preview import ImportScreen

        kept = self.kiosk.kept_choices
        screen = ImportScreen(path, event=None, desk=self.kiosk.desk_name, kept=kept)
        self.app.push_screen(screen, self._created)

    def _created(self, done: ImportDone | None) -> None:
        if done is None:
            kept = " What was typed is kept for that file." if self.kiosk.kept_choices else ""
            self._say(f"No event was made.{kept}")
        else:
            self._open(done.event, is_new=True)

    def action_demo(self) -> None:
        """Make or find the demo, and open its desk."""
        if self._opening:
            return
        self._opening = True
        desk = self.kiosk.desk_name
        self._say("The demo is being made ...")
        Job(
            self.app,
            "making the demo",
            lambda _: _open_demo(desk),
            then=lambda demo: self._opened(demo.path),
            failed=self._failed,
        )

    @on(CodeScanned)
    def _scanned(self, message: CodeScanned) -> None:
        message.stop()
        if is_desks_code(message.code):
            self.kiosk.action_join(message.raw)
        else:
            self._say(f"“{message.code[:40]}” was scanned: open an event first.")


def check_event(path: Path) -> None:
    """See that an event can be opened.

    Raises:
        KioskError: what is wrong with the file.
    """
    Store.open(path, desk="").close()


def _open_demo(desk: str) -> Demo:
    from kiosk.services.setup.demo import open_demo

    return open_demo(desk=desk)


def event_line(event: KnownEvent, key: str, width: int) -> Content:
    """An event in a line: name, days, people, folder."""
    facts = f"{days_phrase(event)}{counted(event.people, 'person')}"
    name = fit(escape_controls(event.name), width * 2 // 5)
    where = fit(escape_controls(short_path(event.path)), width - 9 - len(name) - len(facts))
    return Content.assemble(
        (f"{key}  ", "bold $accent"), (name, "bold"), f"  {facts}  ", (where, "dim")
    )


def days_phrase(event: KnownEvent) -> str:
    """`16 to 18 Feb 2027 · `, nothing where the event has no days."""
    if not event.days:
        return ""
    first, last = min(event.days), max(event.days)
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return f"{end} · "
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {end} · "
    return f"{first.day} {first:%b} to {end} · "
