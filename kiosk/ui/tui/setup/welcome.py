"""The first screen: open an event, create one from a file, or try the demo."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.sharing.pairing import is_desks_code
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.event.event import open_event
from kiosk.services.setup.demo import open_demo
from kiosk.services.setup.folders import (
    EVENT_SUFFIXES,
    REGISTRATION_SUFFIXES,
    KnownEvent,
    known_events,
    short_path,
)
from kiosk.support.paths import events_dir
from kiosk.ui.tui.dialogs.dialog import AnswerScreen
from kiosk.ui.tui.dialogs.file_picker import FilePicker
from kiosk.ui.tui.host import Host, host_of
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.setup.import_preview import ImportDone, ImportScreen
from kiosk.ui.tui.widgets.charts import fit
from kiosk.ui.tui.widgets.key_bar import KeyBar, StatusLine, shown_keys

_ACTIONS = (
    ("new", "N", "New event", "from your list (CSV, Excel, pretix)"),
    ("open", "O", "Open an event", "a .kiosk file, chosen or typed"),
    ("join", "J", "Join desks", "another desk's event, by its code"),
    ("demo", "D", "Try the demo", "200 made-up people, all scripts"),
)
_NUMBERS = "123456789"


class WelcomeScreen(AnswerScreen[None]):
    """Every action has a letter; the arrow keys and Enter work too."""

    HELP = (
        "Open an event, or create one from your attendee list. D shows a demo with made-up people."
    )
    AUTO_FOCUS = "#welcome-list"
    takes_scans = True
    BINDINGS = [
        Binding("n,f2", "new", "New", id="welcome.new", tooltip="From your attendee list"),
        Binding("o,f3", "open", "Open", id="welcome.open", tooltip="A recent event"),
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
        """The program."""
        return host_of(self)

    def compose(self) -> ComposeResult:
        """Title, actions and events, the last action or error, the events folder, keys."""
        yield Static(
            Content.assemble(("kiosk", "bold $accent"), ("  the check-in desk", "$text-muted")),
            id="welcome-title",
        )
        yield OptionList(id="welcome-list", markup=False)
        yield StatusLine(id="welcome-said")
        yield Static(
            escape_controls(f"New events are saved in {short_path(events_dir())}"),
            id="welcome-where",
            markup=False,
        )
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the actions now, and the events when they are found."""
        self._show()
        self._show_keys()
        self._find()

    def on_screen_resume(self) -> None:
        """Look for events again: another screen may have created one."""
        if self.is_mounted:
            self._find()

    def on_resize(self) -> None:
        """Fill the new width."""
        self._show()

    def _find(self) -> None:
        self.run_job(
            "looking for events", lambda _: known_events(), self._found, failed=self._not_opened
        )

    def _found(self, events: list[KnownEvent]) -> None:
        if events != self.events:
            self.events = events
            self._show()

    def _show(self) -> None:
        options = self.query_one("#welcome-list", OptionList)
        index = options.highlighted or 0
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
        options.highlighted = min(index, options.option_count - 1)

    def _show_keys(self) -> None:
        shown = [(Binding("down", "", "Select"), True), (Binding("enter", "", "OK"), True)]
        shown += [(binding, can) for binding, can in shown_keys(self) if can]
        way_back = {"back"} if self.can_go_back else set()
        letters = {key.action for key, _ in shown if key.action}
        self.query_one(KeyBar).show(shown, way_back or letters)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc acts only where there is a desk below."""
        return None if action == "back" and not self.can_go_back else True

    def _not_opened(self, error: KioskError) -> None:
        self._opening = False
        self.failed(error)

    # keys

    @on(OptionList.OptionSelected, "#welcome-list")
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(_ACTIONS):
            action = (self.action_new, self.action_open, self.kiosk.action_join, self.action_demo)[
                event.option_index
            ]
            action()
        else:
            self.action_event(event.option_index - len(_ACTIONS) + 1)

    def action_back(self) -> None:
        """Return to the desk below."""
        self.dismiss(None)

    def action_event(self, number: int) -> None:
        """Open the event with this number, from 1."""
        if number <= len(self.events):
            self._open(self.events[number - 1].path)

    def action_open(self) -> None:
        """Choose an event file."""
        picker = FilePicker("Open an event", EVENT_SUFFIXES, check_event)
        self.app.push_screen(picker, lambda path: self._open(path) if path else None)

    def _open(self, path: Path, *, is_new: bool = False) -> None:
        if self._opening:
            return
        self._opening = True
        self.say("Opening ...")
        self.run_job(
            "opening the event",
            lambda _: check_event(path),
            lambda _: self._opened(path, is_new=is_new),
            failed=self._not_opened,
        )

    def _opened(self, path: Path, *, is_new: bool = False) -> None:
        self._opening = False
        self.kiosk.open_event(path, is_new=is_new)

    def action_new(self) -> None:
        """Choose a registrations file, preview it, create the event."""
        self._choose_list(None, "")

    def _choose_list(self, before: Path | None, said: str) -> None:
        title = "New event: choose your attendee list"
        picker = FilePicker(title, REGISTRATION_SUFFIXES, before=before, said=said)
        self.app.push_screen(picker, lambda path: self._preview(path) if path else None)

    def _preview(self, path: Path) -> None:
        """Preview the file; Esc leads back to the choice of a file."""

        def created(done: ImportDone | None) -> None:
            if done is None:
                kept = " Your choices for that file are kept." if self.kiosk.kept_choices else ""
                self._choose_list(path, f"No event was created.{kept}")
            else:
                self._open(done.event, is_new=True)

        kept = self.kiosk.kept_choices
        screen = ImportScreen(path, event=None, desk=self.kiosk.desk_name, kept=kept)
        self.app.push_screen(screen, created)

    def action_demo(self) -> None:
        """Open the demo; create it if there is none."""
        if self._opening:
            return
        self._opening = True
        desk = self.kiosk.desk_name
        self.say("Creating the demo ...")
        self.run_job(
            "creating the demo",
            lambda _: open_demo(desk=desk),
            lambda demo: self._opened(demo.path),
            failed=self._not_opened,
        )

    @on(CodeScanned)
    def _scanned(self, message: CodeScanned) -> None:
        message.stop()
        if is_desks_code(message.code):
            self.kiosk.action_join(message.raw)
        else:
            self.say(f"Scanned “{message.code[:40]}”. Open an event first.")


def check_event(path: Path) -> None:
    """Check that an event can be opened.

    Raises:
        KioskError: what is wrong with the file.
    """
    open_event(path, desk="").close()


def event_line(event: KnownEvent, key: str, width: int) -> Content:
    """An event in one line: name, days, people, path."""
    facts = f"{days_phrase(event)}{counted(event.people, 'person')}"
    name = fit(escape_controls(event.name), width * 2 // 5)
    where = fit(escape_controls(short_path(event.path)), width - 9 - len(name) - len(facts))
    return Content.assemble(
        (f"{key}  ", "bold $accent"), (name, "bold"), f"  {facts}  ", (where, "dim")
    )


def days_phrase(event: KnownEvent) -> str:
    """`16 to 18 Feb 2027 · `; "" for an event without days."""
    if not event.days:
        return ""
    first, last = min(event.days), max(event.days)
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return f"{end} · "
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {end} · "
    return f"{first.day} {first:%b} to {end} · "
