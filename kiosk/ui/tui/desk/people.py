"""The desk's keys that change an attendee: walk-in, edit, name, transfer, first time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from kiosk.desk.session import HandedOut
from kiosk.domain.people.first_time import NO, YES
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.codes import relink_codes
from kiosk.services.checkin.verdict_text import waiting_phrase
from kiosk.services.people.entitlements import Entitlement, to_tick
from kiosk.services.people.people import FIRST_TIME, edit, walk_in
from kiosk.services.people.transfer import NewHolder, transfer_ticket
from kiosk.ui.tui.desk.keys import hand_outs
from kiosk.ui.tui.desk.match_list import MatchList
from kiosk.ui.tui.desk.rows import match_rows
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.person import (
    GuestNameScreen,
    RegisteredScreen,
    StillInScreen,
    transfer_form,
)
from kiosk.ui.tui.dialogs.person_form import CODE_FIELD, edit_form, walk_in_form
from kiosk.ui.tui.dialogs.pin import Result, make_change, reason_dialog
from kiosk.ui.tui.dialogs.reasons import NumberedScreen
from kiosk.ui.tui.widgets.scan_input import ScanInput

if TYPE_CHECKING:
    from kiosk.domain.people.attendee import Attendee
    from kiosk.services.checkin.authorisation import Authorisation
    from kiosk.storage.file.store import Store
    from kiosk.ui.tui.desk.desk import DeskScreen


ALIKE = 8
"""Registered attendees shown before a walk-in of the same name is made."""


class PeopleControl:
    """Opens the forms and saves the typed values."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def ask_name(self, person: Attendee) -> None:
        """Ask for the name of a nameless ticket, then check it in."""
        flow = self._desk.parts.flow

        def named(name: str | None) -> None:
            if name is not None:
                flow.change(
                    lambda store, given: flow.session.named(store, person.id, name, given=given)
                )

        self._desk.app.push_screen(GuestNameScreen(escape_controls(person.label)), named)

    def walk_in(self) -> None:
        """Register a new attendee at the door and check them in."""
        self._ask_walk_in({"name": self._desk.query_one(ScanInput).take()})

    def _ask_walk_in(self, before: dict[str, str]) -> None:
        flow = self._desk.parts.flow

        def typed(values: dict[str, str] | None) -> None:
            if values:
                name, email = values["name"], values.get("email", "")
                self._desk.session.ask(
                    lambda store: flow.session.registered_like(store, name, email),
                    lambda alike: self._register(values, alike[:ALIKE]),
                )

        types = self._desk.facts.ticket_types if self._desk.facts else ()
        self._desk.app.push_screen(walk_in_form(before, types), typed)

    def _register(self, values: dict[str, str], alike: list[Attendee]) -> None:
        """Check in a registered attendee of this name instead, or register a new one."""
        flow = self._desk.parts.flow
        name = values["name"]
        fields = {field: value for field, value in values.items() if field != "name"}

        def chosen(attendee_id: str | None) -> None:
            if attendee_id:
                flow.selected(attendee_id)
            elif attendee_id is None:
                self._ask_walk_in(values)
            else:
                self._change(
                    lambda store, given: walk_in(
                        store, name, fields, given=given, checks_type=True
                    ),
                    lambda person: flow.selected(person.id),
                    lambda: self._ask_walk_in(values),
                )

        if not alike:
            chosen("")
            return
        self._desk.app.push_screen(RegisteredScreen(name, alike), chosen)

    def edit(self) -> None:
        """Edit the attendee on the card; imports keep the changes."""
        if self._desk.person is not None:
            self._edit(self._desk.person.attendee, self._desk.person.linked_codes)

    def _edit(
        self, person: Attendee, codes: Sequence[str], before: dict[str, str] | None = None
    ) -> None:
        def typed(values: dict[str, str] | None) -> None:
            if values:
                changed = dict(values)
                fields = {f"{CODE_FIELD}{place}": code for place, code in enumerate(codes)}
                links = {fields[name]: values.pop(name) for name in fields if name in values}
                gets_name = not person.name and "name" in values
                back = partial(self._edit, person, codes, changed)
                self._save(person.id, values, links, back, gets_name=gets_name)

        self._desk.app.push_screen(edit_form(person, codes, before), typed)

    def _save(
        self,
        attendee_id: str,
        values: dict[str, str],
        links: dict[str, str],
        back: Callable[[], object],
        *,
        gets_name: bool,
    ) -> None:
        def edited(_: object) -> None:
            self._desk.say("SAVED", "An import will not overwrite it.", tone="success", sign="✓")
            self._desk.show_person(attendee_id)
            self._desk.parts.lookup.refresh()
            if gets_name and attendee_id in self._desk.parts.lookup.arrived:
                self._desk.parts.badges.print_silently(attendee_id)

        def change(store: Store, given: Authorisation) -> Attendee:
            changed = edit(store, attendee_id, values, given=given)
            relink_codes(store, attendee_id, links)
            return changed

        self._change(change, edited, back)

    def _change(
        self,
        change: Callable[[Store, Authorisation], Result],
        then: Callable[[Result], object],
        back: Callable[[], object] | None = None,
    ) -> None:
        """Make a change, with the PIN and the reason that it needs."""
        desk = self._desk
        make_change(desk.app, desk.session, change, then, desk.show_error, back=back)

    def first_time(self) -> None:
        """Mark the attendee on the card as here for the first time, or remove the mark."""
        card = self._desk.person
        if card is None:
            return
        person, now = card.attendee, not card.is_first_timer

        def changed(_: Attendee) -> None:
            words = "is here for the first time" if now else "has been here before"
            name = escape_controls(person.label)
            self._desk.say("NOTED", f"{name} {words}.", tone="success", sign="✓")
            self._desk.show_person(person.id)

        value = YES if now else NO
        self._desk.session.ask(lambda store: edit(store, person.id, {FIRST_TIME: value}), changed)

    def hand_out(self) -> None:
        """Tick the only hand-out on the card, or ask which one; a ticked one is unticked."""
        card = self._desk.person
        holdings = hand_outs(card) if card else []
        if card is None or not holdings:
            return
        attendee_id = card.attendee.id

        def chosen(holding: Entitlement | None) -> None:
            if holding is not None:
                self._tick(attendee_id, holding)

        if (only := to_tick(holdings)) is not None:
            chosen(only)
            return
        choices = [
            (one, f"{'✓' if one.is_complete else '☐'} {waiting_phrase(one)}")
            for one in holdings[:9]
        ]
        name = escape_controls(card.attendee.label)
        dialog = NumberedScreen(f"Hand out to {name}", "", choices, act="tick or untick")
        self._desk.app.push_screen(dialog, chosen)

    def _tick(self, attendee_id: str, holding: Entitlement) -> None:
        session = self._desk.parts.flow.session

        def done(handed: HandedOut) -> None:
            name = escape_controls(handed.list_name)
            words = f"“{name}” is ticked." if handed.is_given else f"“{name}” is no longer ticked."
            words += handed.of_party
            self._desk.say("HANDED OUT" if handed.is_given else "UNTICKED", words, "success", "✓")
            self._desk.parts.flow.end_prompts()
            self._desk.parts.flow.forget_verdict()
            self._desk.show_person(attendee_id)

        self._change(
            lambda store, given: session.hand_out(store, attendee_id, holding, given=given), done
        )

    def transfer(self) -> None:
        """Transfer the ticket on the card to another person."""
        if self._desk.person is not None:
            self._ask_transfer(self._desk.person.attendee)

    def _ask_transfer(self, old: Attendee, before: dict[str, str] | None = None) -> None:
        def typed(values: dict[str, str] | None) -> None:
            if values and values.get("name"):
                self._transfer(old, values)

        self._desk.app.push_screen(transfer_form(old, before), typed)

    def _transfer(self, old: Attendee, values: dict[str, str], *, force: bool = False) -> None:
        reason = "" if force else values.get("reason", "")  # a forced one asks for its reason
        holder = NewHolder(**{key: value for key, value in values.items() if key != "reason"})

        def done(person: Attendee) -> None:
            self._transferred(old, person, force=force)

        def refused(error: KioskError) -> None:
            if error.code == "already_in":
                self._transfer(old, values, force=True)
            elif error.code in ("pin_needed", "reason_missing") and force:
                name = escape_controls(old.label)
                hint = "Undo that check-in first: F9, then F8."
                words = f"{name} is checked in with this ticket. {hint}"
                self._desk.say("NOT TRANSFERRED", words, "warning", "!")
            else:
                self._desk.show_error(error)

        def ask_reason(error: KioskError) -> Dialog[str | None]:
            """The old holder is in: undo that check-in, or give a reason."""
            name = escape_controls(old.label)
            return StillInScreen(name) if force else reason_dialog(error)

        make_change(
            self._desk.app,
            self._desk.session,
            lambda store, given: transfer_ticket(
                store, old.id, holder, reason=reason, force=force, given=given
            ),
            done,
            refused,
            ask_reason=ask_reason,
            back=None if force else lambda: self._ask_transfer(old, values),
        )

    def _transferred(self, old: Attendee, person: Attendee, *, force: bool) -> None:
        field, matches = self._desk.query_one(ScanInput), self._desk.query_one(MatchList)
        lookup = self._desk.parts.lookup
        self._desk.parts.flow.end_prompts()
        field.take()
        matches.show([] if force else match_rows([person], lookup.arrived))
        (field if force else matches).focus()
        names = f"{escape_controls(old.label)}'s ticket is now {escape_controls(person.label)}'s."
        hint = "F6 prints the new badge." if force else "Enter checks in, Esc goes back."
        self._desk.say("TRANSFERRED", f"{names} {hint}", tone="success", sign="✓")
        self._desk.parts.flow.forget_verdict()
        self._desk.show_person(person.id)
        lookup.refresh()
