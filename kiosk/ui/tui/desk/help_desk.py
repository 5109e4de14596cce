"""The desk's help desk key: send an attendee there, mark one as done, or list who waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.text import escape_controls
from kiosk.services.people.help_desk import send_to_help_desk, settle_help
from kiosk.ui.tui.desk.keys import SCAN_DESK
from kiosk.ui.tui.dialogs.reasons import HelpNoteScreen
from kiosk.ui.tui.reports.activity import HelpListScreen

if TYPE_CHECKING:
    from kiosk.services.checkin.card import AttendeeCard
    from kiosk.storage.queries.help_desk import HelpRow
    from kiosk.ui.tui.desk.desk import DeskScreen


class HelpDeskControl:
    """Acts on the attendee on the card."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def act(self) -> None:
        """Mark as done who waits, send who does not; without an attendee: list who waits."""
        person = self._desk.person
        if person is None:
            self.open_list()
        elif person.help is not None and person.help.waits:
            self._settle(person.attendee.id, escape_controls(person.attendee.label))
        else:
            self._ask_note(person)

    def open_list(self) -> None:
        """List who waits at the help desk, whichever desk sent them."""
        if self._desk.scan_only:
            self._desk.say(*SCAN_DESK)
            return

        def chosen(attendee_id: str | None) -> None:
            if attendee_id:
                self._desk.parts.flow.end_prompts()
                self._desk.show_person(attendee_id)
            self._desk.refresh_counts()

        self._desk.app.push_screen(HelpListScreen(self._desk.session), chosen)

    def _ask_note(self, person: AttendeeCard) -> None:
        attendee_id, name = person.attendee.id, escape_controls(person.attendee.label)
        before = person.help.note if person.help else ""

        def typed(note: str | None) -> None:
            if note:
                self._send(attendee_id, name, note)

        self._desk.app.push_screen(HelpNoteScreen(name, before), typed)

    def _send(self, attendee_id: str, name: str, note: str) -> None:
        def sent(row: HelpRow) -> None:
            self._desk.parts.flow.end_prompts()
            words = f"{name}: {escape_controls(row.note)}. Every desk sees it."
            self._desk.say("TO THE HELP DESK", words)
            self._changed(attendee_id)

        self._desk.session.ask(lambda store: send_to_help_desk(store, attendee_id, note), sent)

    def _settle(self, attendee_id: str, name: str) -> None:
        def settled(row: HelpRow) -> None:
            words = f"{name}, no longer at the help desk: {escape_controls(row.note)}."
            self._desk.say("DONE", words, "success", "✓")
            self._changed(attendee_id)

        self._desk.session.ask(lambda store: settle_help(store, attendee_id), settled)

    def _changed(self, attendee_id: str) -> None:
        self._desk.show_person(attendee_id)
        self._desk.refresh_counts()
