"""The desk's part in the help desk: one key sends somebody, settles it, or shows who waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from kiosk.domain.checkin.outcomes import Outcome
from kiosk.domain.text import escape_controls
from kiosk.ui.tui.desk.desk_frame import OF_THE_MOMENT
from kiosk.ui.tui.desk.desk_scan import ScanDesk

if TYPE_CHECKING:
    from kiosk.storage.queries.help_desk import HelpRow

HELP_KEY = Binding(
    "ctrl+g",
    "help_desk",
    "Help desk",
    id="desk.help_desk",
    tooltip="Send to the help desk, or settled",
    show=False,
    priority=True,
)
"""^G: no scanner types it, and no usual terminal keeps it for itself."""
_SETTLED = Binding("ctrl+g", "help_desk", "Settled")


class HelpDesk(ScanDesk):
    """What the desk screen does about people who need more than a scan."""

    def _keys(self) -> list[tuple[Binding, bool]]:
        """The key stands in the bar while the person on the card gives it something to do."""
        keys = super()._keys()
        if self._waits():
            return [(_SETTLED, True), *keys]
        last = self.last
        if self.person and last and last.attendee and last.outcome is not Outcome.OK:
            behind = sum(key.action in OF_THE_MOMENT for key, _ in keys)
            return [*keys[:behind], (HELP_KEY, True), *keys[behind:]]
        return keys

    def _waits(self) -> bool:
        return bool(self.person and self.person.help and self.person.help.waits)

    def action_help_desk(self) -> None:
        """Settle who waits, send who does not; with nobody on the card: who waits."""
        if self.person is None:
            self.action_help_list()
        elif self._waits():
            self._settle(self.person.attendee.id, escape_controls(self.person.attendee.label))
        else:
            self._ask_note()

    def _ask_note(self) -> None:
        if self.person is None:
            return
        from kiosk.ui.tui.dialogs.reasons import HelpNoteScreen

        attendee_id, name = self.person.attendee.id, escape_controls(self.person.attendee.label)
        before = self.person.help.note if self.person.help else ""

        def typed(note: str | None) -> None:
            if note:
                self._send(attendee_id, name, note)

        self.app.push_screen(HelpNoteScreen(name, before), typed)

    def _send(self, attendee_id: str, name: str, note: str) -> None:
        from kiosk.services.people.help_desk import send_to_help_desk

        def sent(row: HelpRow) -> None:
            self._ask_no_more()
            self.say(
                "TO THE HELP DESK", f"{name}: {escape_controls(row.note)}. Every desk sees it."
            )
            self._help_changed(attendee_id)

        self.session.ask(lambda store: send_to_help_desk(store, attendee_id, note), sent)

    def _settle(self, attendee_id: str, name: str) -> None:
        from kiosk.services.people.help_desk import settle_help

        def settled(row: HelpRow) -> None:
            hint = f"{name}, no longer at the help desk: {escape_controls(row.note)}."
            self.say("SETTLED", hint, "success", "✓")
            self._help_changed(attendee_id)

        self.session.ask(lambda store: settle_help(store, attendee_id), settled)

    def _help_changed(self, attendee_id: str) -> None:
        self._show_person(attendee_id)
        self._refresh_counts()

    def action_help_list(self) -> None:
        """Who waits at the help desk, whichever desk sent them."""
        from kiosk.ui.tui.reports.help_list import HelpListScreen

        def chosen(attendee_id: str | None) -> None:
            if attendee_id:
                self._ask_no_more()
                self._show_person(attendee_id)
            self._refresh_counts()

        self.app.push_screen(HelpListScreen(self.session), chosen)
