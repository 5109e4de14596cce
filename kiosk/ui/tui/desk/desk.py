"""The desk: its keys, and the screens and dialogs they open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.binding import Binding

from kiosk.domain.text import escape_controls
from kiosk.domain.wording import BANNERS
from kiosk.errors import KioskError
from kiosk.support.lazy_import import LazyModule
from kiosk.ui.tui.desk.desk_frame import NOT_AT_A_SCAN_DESK, SCAN_DESK, DeskFacts
from kiosk.ui.tui.desk.desk_help import HELP_KEY, HelpDesk
from kiosk.ui.tui.desk.desk_people import PEOPLE_KEYS, PeopleDesk
from kiosk.ui.tui.desk.verdict import WELCOME
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.widgets.scan_input import ScanInput

if TYPE_CHECKING:
    from kiosk.domain.checkin.rules import CheckInList
    from kiosk.services.checkin import checkin, pins
    from kiosk.services.event import event as events
    from kiosk.services.safety import environment_checks as surroundings
    from kiosk.services.sharing import desks
    from kiosk.storage.file.store import Store
    from kiosk.storage.queries import lists as stored_lists
    from kiosk.ui.tui.desk.desk_frame import DeskFacts
    from kiosk.ui.tui.setup.import_preview import ImportDone
    from kiosk.ui.tui.setup.import_work import KeptChoices
else:  # none of it is needed for the first frame
    checkin = LazyModule("kiosk.services.checkin.checkin")
    desks = LazyModule("kiosk.services.sharing.desks")
    events = LazyModule("kiosk.services.event.event")
    pins = LazyModule("kiosk.services.checkin.pins")
    surroundings = LazyModule("kiosk.services.safety.environment_checks")
    stored_lists = LazyModule("kiosk.storage.queries.lists")

CLOCK_LOOK_S = 5.0
"""How often the computer's clock is looked at."""


class DeskScreen(HelpDesk, PeopleDesk):
    """The whole desk."""

    BINDINGS = [
        Binding("f1", "app.help", "Help", id="desk.help", tooltip="What every key does"),
        Binding("f2", "walk_in", "Walk-in", id="desk.walk_in", tooltip="Register somebody"),
        Binding("f3", "edit", "Edit", id="desk.edit", tooltip="Correct the person on the card"),
        Binding("f4", "badge_queue", "Queue", id="desk.queue", tooltip="Badges on their way"),
        Binding("f6", "badge", "Badge", id="desk.badge", tooltip="Print the badge, or write a PDF"),
        Binding("f7", "switch_list", "List", id="desk.list", tooltip="Another day or list"),
        Binding("f8", "undo", "Undo", id="desk.undo", tooltip="Take the last check-in back"),
        Binding("f9", "activity", "Activity", id="desk.activity", tooltip="What happened"),
        Binding("f5", "dashboard", "Dashboard", id="desk.dashboard", tooltip="Who is in, how fast"),
        Binding(
            "f10", "ready", "Ready?", id="desk.ready", tooltip="What is left to do", show=False
        ),
        Binding(
            "f11",
            "self_service",
            "Self-service",
            id="desk.self_service",
            tooltip="Lock the screen for attendees",
            show=False,
        ),
        Binding(
            "ctrl+o",
            "let_in",
            "Let in",
            id="desk.let_in",
            tooltip="Admit against the rules",
            priority=True,
        ),
        Binding(
            "ctrl+a",
            "whole_party",
            "All",
            id="desk.party",
            tooltip="Let the rest of a party in",
            priority=True,
        ),
        Binding(
            "ctrl+e",
            "exit_mode",
            "Exits",
            id="desk.exits",
            tooltip="Entries or exits",
            priority=True,
        ),
        HELP_KEY,
        Binding("ctrl+p", "app.command_palette", "More", id="desk.palette", tooltip="Everything"),
        Binding(
            "ctrl+k",
            "camera",
            "Camera",
            id="desk.camera",
            tooltip="Scan with the camera",
            priority=True,
        ),
        Binding("ctrl+t", "sound", "Sound", id="desk.sound", tooltip="Sounds on or off"),
        Binding(
            "ctrl+r",
            "import_file",
            "Import registrations",
            id="desk.import",
            tooltip="Bring a list in, also a newer one",
            show=False,
            priority=True,
        ),
        *PEOPLE_KEYS,
        Binding("ctrl+q", "app.quit", "Quit", id="desk.quit", show=False),
        Binding("escape", "clear", "Clear", id="desk.clear", show=False),
        Binding("down", "into_list", "Into the list", show=False),
        Binding("pagedown", "card_down", "Card", show=False, tooltip="More of the card; PgUp back"),
        Binding("pageup", "card_up", "Card", show=False),
    ]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kept_choices: KeptChoices = {}

    def _opened(self, facts: DeskFacts) -> None:
        super()._opened(facts)
        self.session.ask(_restored_note, self._restored)
        self.session.ask(events.take_foreign_note, self._from_elsewhere)
        self.lookup_session.ask(
            lambda store: surroundings.environment_warnings(store), self._say_notes
        )
        self._clock_watch = surroundings.ClockWatch()
        self.set_interval(CLOCK_LOOK_S, self._look_at_clock)

    def _look_at_clock(self) -> None:
        if back_ms := self._clock_watch.look():
            self.session.ask(
                lambda store: [surroundings.clock_stepped_back_warning(store, back_ms)],
                self._say_notes,
            )

    def _say_notes(self, notes: list[surroundings.EnvironmentWarning]) -> None:
        """One on the banner; if there are more, beside it."""
        for note in notes[1:]:
            self.app.notify(note.text, title=note.title, timeout=20, markup=False)
        for note in notes[:1]:
            self.say(note.title, note.text, tone="warning", sign="!")

    def _restored(self, note: str) -> None:
        if note:
            self.say("RESTORED", "From a backup, copied or moved: a new log. ^P, Desks says more.")

    def _from_elsewhere(self, note: str) -> None:
        if note:
            self.app.notify(note, timeout=20, markup=False)

    def _needs_pin(self, store: Store) -> bool:
        """At a desk for scanning nobody is let in without the PIN."""
        if self.scan_only and not pins.pin_roles(store):
            raise KioskError("scan_only", SCAN_DESK, saved="Nothing was recorded.")
        return self.scan_only or pins.needs_pin(store)

    def action_let_in(self) -> None:
        """Admit against the rules, with a reason that stays in the log."""
        last = self.last
        if last is None or last.attendee is None:
            return
        from kiosk.ui.tui.dialogs.pin import ask_permission
        from kiosk.ui.tui.dialogs.reasons import LET_IN_REASONS, ReasonScreen

        attendee_id = last.attendee.id

        def decided(reason: str | None) -> None:
            if reason:
                self.decide(checkin.ScanOrder(attendee_id=attendee_id, force=True, reason=reason))

        def ask_why() -> None:
            dialog = ReasonScreen(f"Let in {name}?", said, LET_IN_REASONS, act="let in")
            self.app.push_screen(dialog, decided)

        name, said = escape_controls(last.attendee.label), f"The desk said: {BANNERS[last.outcome]}"
        why = f"Letting {name} in against the rules needs it."
        ask_permission(self.app, self.session, self._needs_pin, why, ask_why)

    def action_switch_list(self) -> None:
        """Choose the day or list that scans count for."""
        from kiosk.ui.tui.dialogs.choices import CHANGE, ChooseListScreen

        def chosen(item: CheckInList | str | None) -> None:
            if item == CHANGE:
                self.action_lists()
            elif item is not None and not isinstance(item, str):
                self.follows_the_day = False
                self._use_list(item)
                self._banner(replace(WELCOME, who=escape_controls(item.name)))

        def show(lists: list[CheckInList]) -> None:
            current = self.list.id if self.list else ""
            may_change = self.check_action("lists", ()) is True
            self.app.push_screen(ChooseListScreen(lists, current, may_change=may_change), chosen)

        self.session.ask(lambda store: stored_lists.check_in_lists(store.connection), show)

    def action_lists(self) -> None:
        """Add, change or remove days and lists."""
        from kiosk.ui.tui.setup.lists import ListsScreen

        def left(is_changed: bool | None) -> None:
            if is_changed:
                self.session.ask(self._facts_after_change, self._opened)

        self.app.push_screen(ListsScreen(self.path, self.desk), left)

    def action_scanner_test(self) -> None:
        """See what the scanner sends, with the page of test codes."""
        from kiosk.ui.tui.setup.scanner_check import ScannerTestScreen

        self.app.push_screen(ScannerTestScreen(self.path, self.desk))

    def action_printer_test(self) -> None:
        """A badge of nobody on the chosen printer."""
        if self.paper is not None:
            from kiosk.ui.tui.printing.printer_check import PrinterTestScreen

            self.app.push_screen(PrinterTestScreen(self.paper))

    def action_rehearse(self) -> None:
        """The same desk with made-up people."""
        host_of(self).action_rehearse()

    def action_set_up(self) -> None:
        """All steps of setting the event up."""
        from kiosk.ui.tui.setup.set_up import SetupScreen

        self.app.push_screen(SetupScreen(lambda step: getattr(self, f"action_{step}")()))

    def _facts_after_change(self, store: Store) -> DeskFacts:
        """Stay on the list that was chosen, as long as it is there."""
        ids = {item.id for item in stored_lists.check_in_lists(store.connection)}
        chosen = None if self.follows_the_day or self.list is None else self.list.id
        self.follows_the_day = chosen is None or chosen not in ids
        self.wanted_list = None if self.follows_the_day else chosen
        return self._load_facts(store)

    def action_walk_in(self) -> None:
        """Register somebody at the door and check them in."""
        from kiosk.ui.tui.dialogs.person_form import walk_in_form

        def typed(values: dict[str, str] | None) -> None:
            if values:
                self._register(values)

        self.app.push_screen(walk_in_form(self.query_one(ScanInput).take()), typed)

    def _register(self, values: dict[str, str]) -> None:
        from kiosk.services.people.people import walk_in

        name = values.pop("name", "")
        self.session.ask(
            lambda store: walk_in(store, name, values),
            lambda person: self._take(person.id),
        )

    def action_edit(self) -> None:
        """Correct the person on the card; no import overwrites it."""
        if self.person is None:
            return
        from kiosk.ui.tui.dialogs.person_form import edit_form

        attendee_id, was_nameless = self.person.attendee.id, not self.person.attendee.name

        def typed(values: dict[str, str] | None) -> None:
            if values:
                self._correct(attendee_id, values, gets_name=was_nameless and "name" in values)

        self.app.push_screen(edit_form(self.person.attendee), typed)

    def _correct(
        self, attendee_id: str, values: dict[str, str], *, gets_name: bool = False
    ) -> None:
        from kiosk.services.people.people import edit

        def edited(_: Any) -> None:
            self.say("SAVED", "An import will not overwrite it.", tone="success", sign="✓")
            self._show_person(attendee_id)
            self._refresh_lookup()
            if gets_name and self.paper is not None and attendee_id in self._arrived():
                self.paper.checked_in(self.session, attendee_id, lambda: None)

        self.session.ask(lambda store: edit(store, attendee_id, values), edited)

    def action_import_file(self) -> None:
        """Bring in a file of registrations; scans go on meanwhile."""
        from kiosk.services.setup.folders import REGISTRATION_SUFFIXES
        from kiosk.ui.tui.dialogs.file_picker import FilePicker
        from kiosk.ui.tui.setup.import_preview import ImportScreen

        def chosen(path: Path | None) -> None:
            if path is not None:
                kept = self._kept_choices
                screen = ImportScreen(path, event=self.path, desk=self.desk, kept=kept)
                self.app.push_screen(screen, self._imported)

        self.app.push_screen(FilePicker("Import registrations", REGISTRATION_SUFFIXES), chosen)

    def _imported(self, done: ImportDone | None) -> None:
        if done is None:
            return
        from kiosk.ui.tui.setup.import_report import outcome_sentence

        self.say("IMPORTED", outcome_sentence(done.report), tone="success", sign="✓")
        self._refresh_counts()
        self._refresh_lookup()

    def action_questions(self) -> None:
        """What is asked of people before they are in."""
        from kiosk.ui.tui.setup.questions import QuestionsScreen

        self.app.push_screen(QuestionsScreen(self.session))

    def action_hand_over(self) -> None:
        """Write the attendance, a report, or addresses; scans go on meanwhile."""
        from kiosk.ui.tui.reports.export import HandOverScreen

        def show(lists: list[CheckInList]) -> None:
            names = [item.name for item in lists] if len(lists) > 1 else []
            self.app.push_screen(HandOverScreen(self.path, self.desk, names))

        self.session.ask(lambda store: stored_lists.check_in_lists(store.connection), show)

    def action_dashboard(self) -> None:
        """How full it is and how fast it goes; scans go on."""
        from kiosk.ui.tui.reports.dashboard import DashboardScreen

        shown = self.list.id if self.list else None
        title = (
            escape_controls(self.facts.event.name)
            if self.facts
            else escape_controls(self.path.stem)
        )
        screen = DashboardScreen(
            self.lookup_session, self.verdicts, shown, title=title, desk=self.desk
        )
        self.app.push_screen(screen)

    def action_ready(self) -> None:
        """What is left to do, with the key that does it."""
        from kiosk.ui.tui.setup.ready import ReadyScreen

        def go_on(action: str | None) -> None:
            if action:
                getattr(self, f"action_{action}")()

        def can(action: str) -> bool:
            is_off = self.scan_only and action in NOT_AT_A_SCAN_DESK
            return not is_off and hasattr(self, f"action_{action}")

        screen = ReadyScreen(self.path, self.desk, can)
        self.app.push_screen(screen, go_on)

    def action_sharing(self) -> None:
        """The desks and their conflicts; the code for another desk is a key away there."""
        host_of(self).action_desks()

    def action_badge_layout(self) -> None:
        """The badge layouts, with a real badge."""
        from kiosk.ui.tui.printing.layout_preview import LayoutPreviewScreen

        def chosen(name: str | None) -> None:
            if name:
                self.say(
                    "BADGE LAYOUT", f"Badges are made with {escape_controls(name)} from now on."
                )
                self._person_loaded(self.person)

        person = self.person.attendee.id if self.person else None
        self.app.push_screen(LayoutPreviewScreen(self.path, self.desk, person), chosen)

    def action_self_service(self) -> None:
        """Hand the screen to attendees; it comes back with a PIN, so there has to be one."""
        from kiosk.services.checkin.pins import pin_roles
        from kiosk.ui.tui.dialogs.pin import NewPinScreen

        def has_pin(there_is: bool | None) -> None:
            if there_is:
                self.open_self_service()

        def known(there_is: bool) -> None:
            if there_is:
                self.open_self_service()
            else:
                why = "Self-service ends with a PIN only, and there is none yet."
                self.app.push_screen(NewPinScreen(self.session, why), has_pin)

        self.session.ask(lambda store: bool(pin_roles(store)), known)

    def open_self_service(self) -> None:
        """Lock the screen; nothing of anybody stays on the desk beneath."""
        from kiosk.ui.tui.desk.self_service import SelfServiceScreen

        if self.list is not None:  # not while the desk itself is just being built
            self.action_clear()
        name = self.wanted_list
        if self.list is not None:
            name = None if self.follows_the_day else self.list.id
        self.app.push_screen(SelfServiceScreen(self.session, name, self._checked_itself_in))

    def _checked_itself_in(self, attendee_id: str) -> None:
        if self.paper is not None:
            self.paper.checked_in(self.session, attendee_id, lambda: None)
        self._refresh_counts()
        self._refresh_lookup()

    def action_activity(self) -> None:
        """What happened at the desks, newest first."""
        from kiosk.ui.tui.reports.activity import ActivityScreen

        self.app.push_screen(
            ActivityScreen(self.session, scan_only=self.scan_only), lambda _: self._after_activity()
        )

    def _after_activity(self) -> None:
        self._refresh_counts()
        self._refresh_lookup()
        if self.person:
            self._show_person(self.person.attendee.id)


def _restored_note(store: Store) -> str:
    from kiosk.storage.file.clone_detection import BEGAN_ANEW

    return desks.take_restored_note(store) if store.local(BEGAN_ANEW) else ""
