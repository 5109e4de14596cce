"""The desk's keys that open other screens. Loaded once the desk is ready: no frame waits for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.desk.session import UndoQuestion
from kiosk.domain.checkin.rules import CheckInList, Direction, Outcome
from kiosk.domain.checkin.words import BANNERS
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import check_out_everybody, inside_now
from kiosk.services.checkin.authorisation import pin_roles
from kiosk.services.checkin.lists import event_lists
from kiosk.services.checkin.verdict_text import checked_out_sentence
from kiosk.services.setup.folders import REGISTRATION_SUFFIXES
from kiosk.ui.tui.desk.keys import NOT_AT_A_SCAN_DESK
from kiosk.ui.tui.desk.self_service import SelfServiceScreen
from kiosk.ui.tui.desk.verdict import WELCOME
from kiosk.ui.tui.dialogs.choices import CHANGE, ChooseListScreen, OrderScreen, PaperTimeScreen
from kiosk.ui.tui.dialogs.file_picker import FilePicker
from kiosk.ui.tui.dialogs.pin import NewPinScreen
from kiosk.ui.tui.dialogs.reasons import (
    LET_IN_REASONS,
    UNPAID_REASONS,
    ConfirmScreen,
    ReasonScreen,
    UndoScreen,
)
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.printing.layout_preview import LayoutPreviewScreen
from kiosk.ui.tui.printing.printer_check import PrinterTestScreen
from kiosk.ui.tui.reports.activity import ActivityScreen
from kiosk.ui.tui.reports.dashboard import DashboardScreen
from kiosk.ui.tui.reports.export import HandOverScreen
from kiosk.ui.tui.setup.duplicates import DuplicatesScreen
from kiosk.ui.tui.setup.event_form import SetupScreen
from kiosk.ui.tui.setup.import_preview import ImportDone, ImportScreen
from kiosk.ui.tui.setup.import_report import outcome_sentence
from kiosk.ui.tui.setup.lists import ListsScreen
from kiosk.ui.tui.setup.questions import QuestionsScreen
from kiosk.ui.tui.setup.ready import ReadyScreen
from kiosk.ui.tui.setup.scanner_check import ScannerTestScreen
from kiosk.ui.tui.setup.tables import TablesScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.domain.people.attendee import Attendee
    from kiosk.ui.tui.desk.desk import DeskScreen
    from kiosk.ui.tui.setup.import_work import KeptChoices


_OF_THE_APP = ("pins", "settings")
"""Steps of the set-up whose screens need no desk."""


class ScreenOpener:
    """Opens a screen or dialog over the desk, and handles its answer."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._kept_choices: KeptChoices = {}
        """Columns chosen for files that were previewed and not imported."""

    def let_in(self) -> None:
        """Admit the refused attendee, with a reason that stays in the log."""
        last, flow = self._desk.state.last, self._desk.parts.flow
        if last is None or last.attendee is None:
            return
        name = escape_controls(last.attendee.label)

        def ask_reason(_: KioskError) -> ReasonScreen:
            about = f"The verdict is: {BANNERS[last.outcome]}"
            reasons = UNPAID_REASONS if last.outcome is Outcome.UNPAID else LET_IN_REASONS
            return ReasonScreen(f"Admit {name}?", about, reasons, act="admit")

        flow.change(
            lambda store, given: flow.session.let_in(store, last=last, given=given), ask_reason
        )

    def undo(self) -> None:
        """Undo the check-in of the verdict that is shown; ask before any other."""
        flow, person = self._desk.parts.flow, self._desk.person
        shown = person.attendee.id if person else ""
        flow.change(lambda store, given: flow.session.undo(store, shown=shown, given=given))

    def ask_undo(self, question: UndoQuestion) -> None:
        """Ask before a check-in is undone that is not the verdict on the banner."""
        flow = self._desk.parts.flow

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                flow.change(
                    lambda store, given: flow.session.undo(store, row=question.row, given=given)
                )

        name, list_name = escape_controls(question.name), escape_controls(question.list_name)
        way = "Check-out" if question.row.direction == Direction.EXIT else "Check-in"
        about = f"{way} on “{list_name}” at {escape_controls(question.row.desk)}."
        self._desk.app.push_screen(UndoScreen(name, question.at, about), answered)

    def choose_order(
        self, left: Sequence[Attendee], chosen: Callable[[list[str] | None], None]
    ) -> None:
        """Ask which people of an order to admit."""
        self._desk.app.push_screen(OrderScreen(left), chosen)

    def ask_paper_time(self, typed: Callable[[str | None], None]) -> None:
        """Ask for the time on a paper list."""
        self._desk.app.push_screen(PaperTimeScreen(), typed)

    def check_out_all(self) -> None:
        """Ask, then check out everyone who is inside on the desk's list."""
        desk, item = self._desk, self._desk.state.list
        if item is None:
            return

        def done(heads: int) -> None:
            desk.say("ALL OUT", checked_out_sentence(item.name, heads), "success", "→")
            desk.refresh_counts()

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                desk.session.ask(
                    lambda store: check_out_everybody(store, item), done, desk.show_error
                )

        def asked(heads: int) -> None:
            if not heads:
                done(heads)
                return
            name = escape_controls(item.name)
            about = f"{counted(heads, 'person')} inside on “{name}”."
            title = "Check out everyone?"
            screen = ConfirmScreen(title, about, "Check them out", act="check out")
            desk.app.push_screen(screen, answered)

        desk.session.ask(
            lambda store: sum(inside_now(store, item).values()), asked, desk.show_error
        )

    def switch_list(self) -> None:
        """Choose the day or list that scans count for."""

        def chosen(item: CheckInList | str | None) -> None:
            if item == CHANGE:
                self.lists(then=self.switch_list)
            elif item is not None and not isinstance(item, str):
                view = WELCOME._replace(who=escape_controls(item.name))
                self._desk.change(
                    lambda session: session.use_list(item), lambda: self._desk.banner(view)
                )

        def show(lists: list[CheckInList]) -> None:
            current = self._desk.list.id if self._desk.list else ""
            may_change = self._desk.check_action("lists", ()) is True
            dialog = ChooseListScreen(lists, current, may_change=may_change)
            self._desk.app.push_screen(dialog, chosen)

        self._desk.session.ask(event_lists, show)

    def lists(self, then: Callable[[], None] | None = None) -> None:
        """Add, change or remove days and lists; `then` leads one step back."""

        def left(is_changed: bool | None) -> None:
            if is_changed:
                self._desk.load_facts()
            if then is not None:
                then()

        self._desk.app.push_screen(ListsScreen(self._desk.path, self._desk.desk), left)

    def scanner_test(self) -> None:
        """Check the scanner with the page of test codes."""
        self._desk.app.push_screen(ScannerTestScreen(self._desk.path, self._desk.desk))

    def printer_test(self) -> None:
        """Print a sample badge on the chosen printer."""
        queue = self._desk.parts.badges.queue
        if queue is not None:
            self._desk.app.push_screen(PrinterTestScreen(queue))

    def set_up(self) -> None:
        """All steps of setting the event up."""
        desk = self._desk

        def run(step: str) -> None:
            if step in _OF_THE_APP:
                host_of(desk).action_open(step)
            else:
                getattr(desk, f"action_{step}")()

        desk.app.push_screen(SetupScreen(desk.session, run))

    def import_file(self, before: Path | None = None) -> None:
        """Import a file of registrations; scans continue meanwhile.

        Args:
            before: the file that was previewed and not imported, selected again.
        """

        def chosen(path: Path | None) -> None:
            if path is not None:
                kept = self._kept_choices
                screen = ImportScreen(path, event=self._desk.path, desk=self._desk.desk, kept=kept)
                self._desk.app.push_screen(screen, lambda done: self._imported(path, done))

        said = "Nothing was imported." if before else ""
        title = "Import registrations"
        picker = FilePicker(title, REGISTRATION_SUFFIXES, before=before, said=said)
        self._desk.app.push_screen(picker, chosen)

    def _imported(self, path: Path, done: ImportDone | None) -> None:
        if done is None:
            self.import_file(before=path)
            return
        words = outcome_sentence(done.report)
        self._desk.say("IMPORTED", words, tone="success", sign="✓")
        self._desk.load_facts(keeps_banner=True)  # with the ticket types
        self._desk.refresh_counts()
        self._desk.parts.lookup.refresh()

    def duplicates(self) -> None:
        """Attendees who may be one person."""
        self._desk.app.push_screen(DuplicatesScreen(self._desk.session))

    def questions(self) -> None:
        """The questions asked at check-in."""
        self._desk.app.push_screen(QuestionsScreen(self._desk.session))

    def tables(self) -> None:
        """Who sits where, and how tables are assigned."""
        self._desk.app.push_screen(TablesScreen(self._desk.session))

    def export(self) -> None:
        """Export attendance, a report or addresses; scans continue meanwhile."""

        def show(lists: list[CheckInList]) -> None:
            names = [item.name for item in lists] if len(lists) > 1 else []
            screen = HandOverScreen(self._desk.path, self._desk.desk, names)
            self._desk.app.push_screen(screen)

        self._desk.session.ask(event_lists, show)

    def dashboard(self) -> None:
        """How many are in and how fast people come; scans continue."""
        facts = self._desk.facts
        title = facts.event.name if facts else self._desk.path.stem
        screen = DashboardScreen(
            self._desk.lookup_session,
            self._desk.verdicts,
            self._desk.list.id if self._desk.list else None,
            title=escape_controls(title),
            desk=self._desk.desk,
        )
        self._desk.app.push_screen(screen)

    def ready(self) -> None:
        """The open tasks before the event, with the key for each."""

        def run(action: str) -> None:
            getattr(self._desk, f"action_{action}")()

        def can(action: str) -> bool:
            is_off = self._desk.scan_only and action in NOT_AT_A_SCAN_DESK
            return not is_off and hasattr(self._desk, f"action_{action}")

        self._desk.app.push_screen(ReadyScreen(self._desk.path, self._desk.desk, can, run))

    def badge_layout(self) -> None:
        """The badge layouts, with a real badge."""

        def chosen(name: str | None) -> None:
            if name:
                words = f"Badges are made with {escape_controls(name)} from now on."
                self._desk.say("BADGE LAYOUT", words)
                self._desk.show_card(self._desk.person)

        person = self._desk.person.attendee.id if self._desk.person else None
        screen = LayoutPreviewScreen(self._desk.path, self._desk.desk, person)
        self._desk.app.push_screen(screen, chosen)

    def self_service(self) -> None:
        """Lock the screen for attendees; a PIN ends that, so there has to be one."""

        def has_pin(is_there: bool | None) -> None:
            if is_there:
                self.open_self_service()

        def known(is_there: bool) -> None:
            if is_there:
                self.open_self_service()
            else:
                why = "Set a PIN to leave self-service mode."
                self._desk.app.push_screen(NewPinScreen(self._desk.session, why), has_pin)

        self._desk.session.ask(lambda store: bool(pin_roles(store)), known)

    def open_self_service(self) -> None:
        """Lock the screen; the desk below it shows no attendee any more."""
        desk = self._desk
        name = desk.wanted_list
        if desk.list is not None:  # not while the desk itself is just being built
            desk.action_clear()
            name = None if desk.state.follows_day else desk.list.id

        def checked_in(attendee_id: str) -> None:
            desk.parts.badges.print_silently(attendee_id)
            desk.refresh_counts()
            desk.parts.lookup.refresh()

        def left(_: object) -> None:
            host_of(desk).starts_locked = False

        desk.app.push_screen(SelfServiceScreen(desk.session, name, checked_in), left)

    def activity(self) -> None:
        """What happened at the desks, newest first."""

        def left(_: object) -> None:
            self._desk.refresh_counts()
            self._desk.parts.lookup.refresh()
            if self._desk.person:
                self._desk.show_person(self._desk.person.attendee.id)

        screen = ActivityScreen(self._desk.session, scan_only=self._desk.scan_only)
        self._desk.app.push_screen(screen, left)
