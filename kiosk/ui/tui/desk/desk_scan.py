"""The heart of the desk: one input always listening, one banner, the people, one card."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import events, on
from textual.binding import Binding
from textual.containers import VerticalScroll

from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.support.lazy_import import LazyModule
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk_frame import NOT_AT_A_SCAN_DESK, SCAN_DESK, DeskFrame
from kiosk.ui.tui.desk.header import DeskHeader
from kiosk.ui.tui.desk.match_list import Match, MatchList
from kiosk.ui.tui.desk.verdict import WELCOME, looking_up, questions_left, undone_view, verdict_view
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.scan_input import ScanInput

if TYPE_CHECKING:
    from kiosk.desk import prompts as asking
    from kiosk.desk.prompts import PromptQueue
    from kiosk.domain.checkin import code_matching as codes
    from kiosk.services.checkin import checkin, pins
    from kiosk.services.checkin.checkin import ScanOrder, ScanResult
    from kiosk.services.people.lookup import LookupResult
    from kiosk.storage.file.store import Store
    from kiosk.storage.queries import attendees as people
    from kiosk.storage.queries import lists as stored_lists
    from kiosk.storage.queries import scans as stored_scans
    from kiosk.storage.queries.scans import ScanRow
    from kiosk.ui.tui.desk import rows as asking_view
    from kiosk.ui.tui.desk import rows as match_view
else:  # none of it is needed for the first frame
    codes = LazyModule("kiosk.domain.checkin.code_matching")
    asking = LazyModule("kiosk.desk.prompts")
    asking_view = LazyModule("kiosk.ui.tui.desk.rows")
    checkin = LazyModule("kiosk.services.checkin.checkin")
    pins = LazyModule("kiosk.services.checkin.pins")
    people = LazyModule("kiosk.storage.queries.attendees")
    stored_lists = LazyModule("kiosk.storage.queries.lists")
    stored_scans = LazyModule("kiosk.storage.queries.scans")
    match_view = LazyModule("kiosk.ui.tui.desk.rows")


KEPT_CODE = "Type the name: the code becomes theirs."
MATCHES = 50
"""People listed for a query: whoever is not among them wants a letter more."""
SETTLED_BY_TYPING = frozenset({Outcome.OK, Outcome.INCOMPLETE})
"""Verdicts that leave the banner as soon as somebody else is looked up."""
THE_REST_S = 0.1
"""How long after those in view the others of them are looked for: no key waits for that."""
WHY_NOT = {
    "edit": "Look somebody up or scan a ticket first: F3 corrects the card.",
    "transfer": "Look somebody up or scan a ticket first: Ctrl+N passes their ticket on.",
    "first_time": "Look somebody up or scan a ticket first: Ctrl+F marks them as new here.",
    "badge": "Look somebody up or scan a ticket first: F6 makes their badge.",
    "let_in": "Nobody was refused whom a supervisor may let in.",
    "whole_party": "The last ticket has nobody left to let in.",
}
"""What a dimmed key says when it is pressed."""


class ScanDesk(DeskFrame):
    """Scan = no key; look-up = a few letters and Enter. What keys open is its subclass's part."""

    # scans and typed codes

    @on(CodeScanned)
    def _code_scanned(self, message: CodeScanned) -> None:
        message.stop()
        self.decide(checkin.ScanOrder(code=message.raw))

    def decide(self, order: ScanOrder) -> None:
        """Have a scan decided and recorded; the verdict follows when it is on the disk."""
        name = None if self.follows_the_day or self.list is None else self.list.id
        order = replace(order, list_name=name, direction=self.direction)
        self._query += 1
        self._right_of_way.claim()
        if not self._undecided:
            self._undecided_since = time.monotonic()
        self._undecided += 1
        self.session.ask(
            lambda store: checkin.scan(store, order),
            lambda result: self._decided(order, result),
            self._not_decided,
        )

    def _not_decided(self, error: KioskError) -> None:
        self._answered()
        if error.code == "no_such_list" and not self.follows_the_day:
            self._look_at_event()  # another desk has just removed it
        else:
            self.show_error(error)
        self._show_over()

    def _show_over(self) -> None:
        """What the banner says, where a dialog or another screen lies over it."""
        if self.app.screen is not self:
            from kiosk.ui.tui.desk.banner import show_over

            banner = self.query_one(ResultBanner)
            show_over(self.app.screen, banner, banner.view)

    def _answered(self) -> None:
        self._undecided -= 1
        self._undecided_since = time.monotonic()

    def _decided(self, order: ScanOrder, result: ScanResult) -> None:
        """Paint the verdict first; everything else follows it."""
        self._banner(verdict_view(result))
        self._show_over()
        self._answered()
        self.last = result
        is_open = result.outcome is Outcome.INCOMPLETE
        self.asking = asking.PromptQueue.of(order, result) if is_open else None
        self.call_after_refresh(self._after_verdict, result)

    def _after_verdict(self, result: ScanResult) -> None:
        if self.list is None or result.check_in_list.id != self.list.id:
            self._use_list(result.check_in_list)
        host_of(self).verdict_sound(result)
        self.pending_code = ""
        matches = self.query_one(MatchList)
        field = self.query_one(ScanInput)
        is_looking_up = bool(field.value)  # somebody else already: a scan had left it empty
        if result.outcome is Outcome.AMBIGUOUS:
            matches.show(match_view.match_rows(result.candidates, self._arrived()))
            matches.focus()
        elif self.asking is not None:
            asking_view.show_step(matches, self.asking)
            matches.focus()
        else:
            field.focus()
            if not is_looking_up:
                matches.show([])
        if result.outcome is Outcome.INVALID and result.code.strip():
            self.pending_code = result.code
            if not is_looking_up:
                matches.show([], note=KEPT_CODE)
        if not is_looking_up:
            self._show_person(result.attendee.id if result.attendee else None)
        self._refresh_counts()
        self._refresh_lookup()
        self.print_after(result)

    def _arrived(self) -> set[str]:
        return self._lookup.arrived if self._lookup else set()

    # typed text

    @on(ScanInput.Edited)
    def _typed(self, message: ScanInput.Edited) -> None:
        message.stop()
        last = self.last
        if message.text:
            self.asking = None
        if message.text and last is not None and last.outcome in SETTLED_BY_TYPING:
            self._banner(looking_up(last))
            self.last = None
            self._paint_keys()
        self._search(message.text)

    def _search(self, text: str) -> None:
        self._query += 1
        number = self._query
        if not text.strip():
            self.query_one(MatchList).show([])
            return
        if self._lookup is None:
            self.query_one(MatchList).show([], note="One moment: the list of names is being read.")
            return
        in_view = min(self.query_one(MatchList).in_view, MATCHES)

        def found(people: LookupResult) -> None:
            rows = match_view.match_rows(people.people, self._arrived(), people.former)
            self.query_one(MatchList).show(rows, note="Nobody found. F2 registers a walk-in.")
            self.call_after_refresh(painted, rows)

        def painted(rows: list[Match]) -> None:
            if number != self._query:
                return
            self._show_person(rows[0].attendee_id if rows else None)
            if in_view <= len(rows) < MATCHES:
                self.set_timer(THE_REST_S, look_on)

        def look_on() -> None:
            self._look_for(number, text, MATCHES, all_found)

        def all_found(people: LookupResult) -> None:
            rows = match_view.match_rows(people.people, self._arrived(), people.former)
            self.query_one(MatchList).lengthen(rows)

        self._look_for(number, text, in_view, found)

    def _look_for(
        self, number: int, text: str, most: int, then: Callable[[LookupResult], None]
    ) -> None:
        """Ask for people; nothing follows once something else was typed or scanned."""
        lookup = self._lookup

        def search(store: Store) -> LookupResult | None:
            return lookup.search(store, text, most) if lookup and number == self._query else None

        def found(people: LookupResult | None) -> None:
            if people is not None and number == self._query:
                then(people)

        self.lookup_session.ask(search, found)

    @on(ScanInput.Submitted)
    def _submitted(self, message: ScanInput.Submitted) -> None:
        """Enter decides a code at once, a name only where one person can be meant."""
        message.stop()
        text = message.text
        self._query += 1
        number = self._query
        self.session.ask(
            lambda store: bool(people.find_by_code(store.connection, text).attendees),
            lambda known: self._submitted_text(number, text, known),
        )

    def _submitted_text(self, number: int, text: str, is_code: bool) -> None:
        if is_code:
            self.decide(checkin.ScanOrder(code=text))
            return
        if self._lookup is None:
            self.query_one(ScanInput).value = text
            self.say("ONE MOMENT", "The list of names is still being read.")
            return
        lookup = self._lookup
        self.lookup_session.ask(
            lambda store: lookup.search(store, text, MATCHES),
            lambda found: self._choose(number, text, found),
        )

    def _choose(self, number: int, text: str, found: LookupResult) -> None:
        if number != self._query:
            return
        rows = match_view.match_rows(found.people, self._arrived(), found.former)
        matches = self.query_one(MatchList)
        matches.show(rows, note="Nobody found. F2 registers a walk-in.")
        if not rows and codes.looks_like_code(text):
            self.decide(checkin.ScanOrder(code=text))
        elif not rows:
            self.say(
                "NOBODY FOUND", f"“{escape_controls(text)}” fits nobody. F2 registers a walk-in."
            )
        elif found.clear:
            self._take(rows[0].attendee_id)
        else:
            self.say("WHICH ONE", "Arrow keys choose, Enter checks in, Esc goes back.", sign="?")
            matches.focus()
            self._show_person(rows[0].attendee_id)

    @on(MatchList.Lit)
    def _lit(self, message: MatchList.Lit) -> None:
        message.stop()
        self._show_person(message.match.attendee_id)

    @on(MatchList.Chosen)
    def _chosen(self, message: MatchList.Chosen) -> None:
        message.stop()
        if self.asking is None:
            self.query_one(ScanInput).take()  # what was typed has found its person
            self._take(message.match.attendee_id)
        else:
            self._asked(self.asking, message.match)

    def _asked(self, asked: PromptQueue, row: Match) -> None:
        matches = self.query_one(MatchList)
        if row not in matches.matches:
            return  # pressed before the next question was there
        self.asking = asked = asking_view.take_row(asked, matches.matches.index(row))
        if asked.is_done:
            self._ask_no_more()
            self.decide(asked.order())
        else:
            asking_view.show_step(matches, asked)
            banner = self.query_one(ResultBanner).view
            self._banner(replace(banner, hint=questions_left(len(asked.questions))))

    def _ask_no_more(self) -> None:
        """No key answers anything from now on: all is said, or it is about somebody else now."""
        if self.asking is not None:
            self.asking = None
            self.query_one(MatchList).show([])
            self.query_one(ScanInput).focus()

    @on(MatchList.Typed)
    async def _typed_in_list(self, message: MatchList.Typed) -> None:
        message.stop()
        field = self.query_one(ScanInput)
        field.focus()
        field.insert_text_at_cursor(message.text)
        if message.ended:
            await field.action_submit()

    def _take(self, attendee_id: str) -> None:
        """Check in a person chosen by name, who gets the code that nobody had."""
        code, self.pending_code = self.pending_code, ""
        order = checkin.ScanOrder(code=code, attendee_id=attendee_id, links_code=bool(code))
        self.decide(order)

    def on_key(self, event: events.Key) -> None:
        """The field always listens: letters typed anywhere on the desk go there."""
        if self._tell_why_not(event.key):
            event.stop()
            return
        field = self.query_one(ScanInput)
        if event.is_printable and event.character and self.focused is not field:
            event.stop()
            field.focus()
            field.insert_text_at_cursor(event.character)

    def _tell_why_not(self, key: str) -> bool:
        """A dimmed key was pressed: say the reason. False when the key is none of them."""
        for binding in self.BINDINGS:
            if isinstance(binding, Binding) and key in binding.key.split(","):
                if self.check_action(binding.action, ()) is True:
                    return False
                at_scan_desk = self.scan_only and binding.action in NOT_AT_A_SCAN_DESK
                self.say("NOT NOW", SCAN_DESK if at_scan_desk else WHY_NOT.get(binding.action, ""))
                return True
        return False

    # keys

    def action_into_list(self) -> None:
        """From the field into the matches."""
        if self.query_one(MatchList).matches:
            self.query_one(MatchList).focus()

    def action_card_down(self) -> None:
        """What of the card has no room: a long story, or a small terminal."""
        self.query_one("#card-box", VerticalScroll).scroll_page_down(animate=False)

    def action_card_up(self) -> None:
        """Back to its beginning."""
        self.query_one("#card-box", VerticalScroll).scroll_page_up(animate=False)

    def action_clear(self) -> None:
        """Back to the beginning: nothing typed, nobody shown."""
        self.pending_code = ""
        self.asking = None
        self.last = None
        self.query_one(ScanInput).take()
        self.query_one(ScanInput).focus()
        self.query_one(MatchList).show([])
        self._show_person(None)
        self._banner(WELCOME)

    def action_undo(self) -> None:
        """Take back the last entry or exit of this desk."""
        from kiosk.ui.tui.dialogs.pin import ask_permission

        def undo() -> None:
            self.session.ask(_undo_last, self._undone)

        why = "The last check-in is some minutes old: taking it back needs it."
        ask_permission(self.app, self.session, _last_is_old, why, undo)

    def _undone(self, taken: tuple[ScanRow, str, str]) -> None:
        row, name, list_name = taken
        self._ask_no_more()
        self._banner(undone_view(name, list_name, Direction(row.direction)))
        self.last = None
        self._show_person(row.attendee_id)
        self._refresh_counts()
        self._refresh_lookup()

    def action_exit_mode(self) -> None:
        """Scans let people out, until the key is pressed again."""
        is_exit = self.direction is Direction.EXIT
        self.direction = Direction.ENTRY if is_exit else Direction.EXIT
        header = self.query_one(DeskHeader)
        header.mode = "" if is_exit else "EXITS"
        header.paint()
        hint = "Every scan is an entry." if is_exit else "Every scan lets somebody out."
        self.say("ENTRIES" if is_exit else "EXITS", hint)

    def action_whole_party(self) -> None:
        """Let the rest of the party in."""
        if self.last and self.last.attendee:
            self.decide(checkin.ScanOrder(attendee_id=self.last.attendee.id, heads=0))


def _last_is_old(store: Store) -> bool:
    row = stored_scans.last_standing_scan(store.connection, log_id=store.log_id, desk=store.desk)
    return row is not None and pins.undo_needs_pin(store, row)


def _undo_last(store: Store) -> tuple[ScanRow, str, str]:
    row = checkin.undo(store)
    person = people.attendee(store.connection, row.attendee_id)
    names = {item.id: item.name for item in stored_lists.check_in_lists(store.connection)}
    return row, person.label if person else "", names.get(row.list_id, "")
