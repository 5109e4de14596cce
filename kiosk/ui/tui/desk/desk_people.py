"""The desk's part in who somebody is: a guest's name, a new holder, the first time, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from kiosk.domain.checkin.outcomes import Direction
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.support.lazy_import import LazyModule
from kiosk.ui.tui.desk.desk_scan import ScanDesk
from kiosk.ui.tui.desk.match_list import MatchList
from kiosk.ui.tui.widgets.scan_input import ScanInput

if TYPE_CHECKING:
    from kiosk.domain.people.attendee import Attendee
    from kiosk.services.checkin import checkin
    from kiosk.services.people.transfer import NewHolder
    from kiosk.storage.file.store import Store
    from kiosk.storage.queries import attendees as people
    from kiosk.ui.tui.desk import rows as match_view
else:  # none of it is needed for the first frame
    checkin = LazyModule("kiosk.services.checkin.checkin")
    people = LazyModule("kiosk.storage.queries.attendees")
    match_view = LazyModule("kiosk.ui.tui.desk.rows")

PEOPLE_KEYS = [
    Binding(
        "ctrl+n",
        "transfer",
        "Pass the ticket on",
        id="desk.transfer",
        tooltip="It is somebody else's now: nothing of the old holder stays on it",
        show=False,
    ),
    Binding(
        "ctrl+f",
        "first_time",
        "First time here: yes or no",
        id="desk.first_time",
        tooltip="Marks the person on the card",
        show=False,
        priority=True,
    ),
    Binding(
        "ctrl+b",
        "tables",
        "Tables",
        id="desk.tables",
        tooltip="Deal tables at check-in; who sits where",
        show=False,
    ),
]
"""Keys that are in the palette and the help, and not on the bar."""


class PeopleDesk(ScanDesk):
    """Who somebody is; the rest of the keys is the subclass's part."""

    def _take(self, attendee_id: str) -> None:
        """Check in a person chosen by name; a guest without one is asked for it first."""
        facts = self.person
        if facts is not None and facts.attendee.id == attendee_id:
            self._take_person(facts.attendee)
            return
        self.session.ask(
            lambda store: people.attendee(store.connection, attendee_id), self._take_person
        )

    def _take_person(self, person: Attendee | None) -> None:
        if person is None:
            return
        leaving = self.direction is Direction.EXIT
        if person.name or self.scan_only or leaving or person.id in self._arrived():
            super()._take(person.id)
        else:
            self._ask_name(person)

    def _ask_name(self, person: Attendee) -> None:
        """One step: the name, then the check-in and the badge with it."""
        from kiosk.ui.tui.dialogs.person import GuestNameScreen

        take = super()._take

        def named(name: str | None) -> None:
            if name is None:
                return
            if not name:
                take(person.id)
                return
            from kiosk.services.people.people import edit

            self.session.ask(
                lambda store: edit(store, person.id, {"name": name}), lambda _: take(person.id)
            )

        self.app.push_screen(GuestNameScreen(escape_controls(person.label)), named)

    def action_transfer(self) -> None:
        """The ticket on the card belongs to somebody else now."""
        if self.person is None:
            return
        from kiosk.ui.tui.dialogs.person import transfer_form

        old = self.person.attendee

        def typed(values: dict[str, str] | None) -> None:
            if values and values.get("name"):
                self._pass_on(old, values)

        self.app.push_screen(transfer_form(old), typed)

    def _pass_on(self, old: Attendee, values: dict[str, str], *, force: bool = False) -> None:
        from kiosk.services.people.transfer import NewHolder, transfer_ticket

        reason = values.get("reason", "")
        parts = {key: value for key, value in values.items() if key != "reason"}
        holder: NewHolder = NewHolder(**parts)

        def done(person: Attendee) -> None:
            self._ask_no_more()
            self.query_one(ScanInput).take()
            matches = self.query_one(MatchList)
            matches.show([] if force else match_view.match_rows([person], self._arrived()))
            (self.query_one(ScanInput) if force else matches).focus()
            whose = (
                f"{escape_controls(old.label)}'s ticket is {escape_controls(person.label)}'s now."
            )
            hint = "F6 prints the new badge." if force else "Enter checks in, Esc does not."
            self.say("PASSED ON", f"{whose} {hint}", tone="success", sign="✓")
            self.last = None
            self._show_person(person.id)
            self._refresh_lookup()

        def refused(error: KioskError) -> None:
            if error.code == "already_in" and not force:
                self._pass_on_all_the_same(old, values)
            else:
                self.show_error(error)

        self.session.ask(
            lambda store: transfer_ticket(store, old.id, holder, reason=reason, force=force),
            done,
            refused,
        )

    def _pass_on_all_the_same(self, old: Attendee, values: dict[str, str]) -> None:
        """Somebody is in with it: undo, or a supervisor with a reason."""
        from kiosk.ui.tui.dialogs.person import StillInScreen
        from kiosk.ui.tui.dialogs.pin import ask_permission

        name = escape_controls(old.label)

        def decided(reason: str | None) -> None:
            if reason:
                self._pass_on(old, {**values, "reason": reason}, force=True)
            else:
                hint = "F9, then F8 takes that check-in back."
                self.say("NOT PASSED ON", f"{name} is in with it. {hint}", "warning", "!")

        def ask_why() -> None:
            self.app.push_screen(StillInScreen(name), decided)

        why = f"{name} is in with this ticket: passing it on needs it."
        ask_permission(self.app, self.session, self._needs_pin, why, ask_why)

    def _needs_pin(self, store: Store) -> bool:
        raise NotImplementedError

    def action_first_time(self) -> None:
        """Mark the person on the card as here for the first time, or take the mark off."""
        facts = self.person
        if facts is None:
            return
        from kiosk.domain.people.first_time import NO, YES
        from kiosk.services.people.people import FIRST_TIME, edit

        person, now = facts.attendee, not facts.is_first_timer

        def changed(_: Attendee) -> None:
            words = "is here for the first time" if now else "has been here before"
            self.say("NOTED", f"{escape_controls(person.label)} {words}.", tone="success", sign="✓")
            self._show_person(person.id)

        value = YES if now else NO
        self.session.ask(lambda store: edit(store, person.id, {FIRST_TIME: value}), changed)

    def action_tables(self) -> None:
        """Who sits where, and how many tables are dealt."""
        from kiosk.ui.tui.setup.tables import TablesScreen

        self.app.push_screen(TablesScreen(self.session))
