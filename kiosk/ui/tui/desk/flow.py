"""The desk's scans and names: passes them to the desk session and shows its replies."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.desk.prompts import PromptQueue
from kiosk.desk.session import (
    Candidates,
    DeskSession,
    ListRemoved,
    LookUp,
    NameNeeded,
    NoMatch,
    OrderDone,
    PaperTime,
    Reply,
    Undone,
    UndoQuestion,
)
from kiosk.desk.state import DeskState
from kiosk.domain.checkin.outcomes import Outcome
from kiosk.domain.people.attendee import found_by
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import Authorisation
from kiosk.services.checkin.card import DeskFacts, desk_facts
from kiosk.services.checkin.checkin import ScanResult
from kiosk.services.checkin.orders import left_after
from kiosk.services.event.event import EventInfo, data_version, event_info
from kiosk.services.people.lookup import LookupResult
from kiosk.ui.tui.desk.banner import ResultBanner, show_over
from kiosk.ui.tui.desk.lookup import MATCHES, NO_MATCH
from kiosk.ui.tui.desk.match_list import Match, MatchList
from kiosk.ui.tui.desk.rows import match_rows, show_step
from kiosk.ui.tui.desk.verdict import (
    LOOK_UP,
    SCAN_TYPED,
    BannerView,
    looking_up,
    questions_left,
    undone_view,
    verdict_view,
    which_one,
)
from kiosk.ui.tui.dialogs.choices import FreeAnswerScreen
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.pin import make_change
from kiosk.ui.tui.dialogs.reasons import UndoScreen
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.widgets.scan_input import ScanInput

if TYPE_CHECKING:
    from kiosk.domain.people.attendee import Attendee
    from kiosk.storage.file.store import Store
    from kiosk.ui.tui.desk.desk import DeskScreen

HELD_S = 1.0
"""A verdict takes no longer, unless another program keeps the file to itself."""


@dataclass(frozen=True, slots=True)
class Look:
    """The changes by other programs, read once a second."""

    version: int
    event: EventInfo | None
    """None where no other program has written."""
    removed: ListRemoved | None
    state: DeskState


@dataclass(frozen=True, slots=True)
class Typed:
    """Letters came as fast as a scan, without Enter: they are typed text."""

    text: str


class ScanFlow:
    """Sends inputs to the desk's thread, in order, and shows the replies."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self.session = DeskSession(desk.wanted_list, scan_only=desk.scan_only)
        self._undecided = 0
        """Inputs whose reply is still to come."""
        self._undecided_since = 0.0
        self._unpainted = 0
        """Verdicts of which the card is not shown yet."""

    @property
    def is_painting(self) -> bool:
        """Whether the person of a verdict is still to be shown."""
        return self._unpainted > 0

    @property
    def is_waiting(self) -> bool:
        """Whether a reply is still to come."""
        return bool(self._undecided)

    @property
    def is_held(self) -> bool:
        """Whether a reply takes longer than it should."""
        return self.is_waiting and time.monotonic() - self._undecided_since > HELD_S

    # the event

    def facts(self, store: Store) -> DeskFacts:
        """Open the event; in the desk's thread.

        Raises:
            KioskError: `no_such_list`, `no_lists`.
        """
        self.session.open(store)
        return desk_facts(store)

    def look(self, store: Store, version: int) -> Look:
        """Read what other programs changed since `version`; in the desk's thread."""
        now = data_version(store)
        removed = self.session.refresh(store)
        event = event_info(store) if now != version else None
        return Look(now, event, removed, self.session.state)

    # inputs

    def scanned(self, code: str, *, ended: bool = True) -> None:
        """Decide a scanned code; a name without Enter is only typed into the field."""

        def decide(store: Store) -> Reply | Typed:
            reply = self.session.scanned(store, code)
            return Typed(reply.text) if isinstance(reply, LookUp) and not ended else reply

        self.act(decide)

    def submitted(self, text: str) -> None:
        """Decide a typed line: a code at once, a name where one attendee can be meant."""
        self.act(lambda store: self.session.typed(store, text))

    def selected(self, attendee_id: str) -> None:
        """Check in an attendee selected by name."""
        self.act(lambda store: self.session.selected(store, attendee_id))

    def row_chosen(self, row: Match) -> None:
        """Take a row of the list: an attendee, or an answer to a question."""
        prompts = self._desk.state.prompts
        if prompts is None:
            self._desk.query_one(ScanInput).take()  # the typed text has found its attendee
            self.selected(row.attendee_id)
            return
        matches = self._desk.query_one(MatchList)
        if row not in matches.matches:
            return  # pressed before the next question was shown
        index = matches.matches.index(row)
        question = prompts.question
        if question is None:
            self.act(lambda store: self.session.confirmed(store, prompts))
        elif prompts.is_free and not index:
            self._ask_free(prompts)
        else:
            choice = question.choices[index] if index < len(question.choices) else None
            self.act(lambda store: self.session.answered(store, prompts, choice))

    def act(self, work: Callable[[Store], Reply | Typed | None]) -> None:
        """Do work of the session in the desk's thread, and show its reply."""
        number = self._desk.parts.lookup.supersede()
        host_of(self._desk).right_of_way.claim()
        if not self._undecided:
            self._undecided_since = time.monotonic()
        self._undecided += 1

        def replied(done: tuple[Reply | Typed | None, DeskState]) -> None:
            self._paint_verdict(done[0])
            self._answered()
            self._replied(number, *done)

        self._desk.session.ask(
            lambda store: (work(store), self.session.state), replied, self._failed
        )

    def change(
        self,
        work: Callable[[Store, Authorisation], Reply | None],
        ask_reason: Callable[[KioskError], Dialog[str | None]] | None = None,
    ) -> None:
        """Like `act`, for work that can need a PIN or a reason; without one nothing changes."""
        number = self._desk.parts.lookup.supersede()

        def replied(done: tuple[Reply | None, DeskState]) -> None:
            self._paint_verdict(done[0])
            self._replied(number, *done)

        make_change(
            self._desk.app,
            self._desk.session,
            lambda store, given: (work(store, given), self.session.state),
            replied,
            self._desk.show_error,
            ask_reason=ask_reason,
        )

    def settle(self) -> None:
        """Another attendee is being looked up: no key acts on the verdict any more."""
        state = self._desk.state
        at_rest = SCAN_TYPED if self._desk.scan_only else LOOK_UP
        if state.last is None:
            if self._desk.query_one(ResultBanner).view.is_rest:
                self._desk.banner(at_rest)
            return
        self._desk.banner(looking_up(state.last, state.pending_code, at_rest))
        self.forget_verdict()
        self._desk.paint_keys()

    def settle_others(self, attendee_id: str) -> None:
        """A person's card is shown: a verdict on another person is over, and no key acts on it."""
        last = self._desk.state.last
        is_another = last and last.attendee and last.attendee.id != attendee_id
        if is_another and not self.is_waiting and not self.is_painting:
            self.settle()

    def clear(self) -> None:
        """Forget the last attendee and a pending code."""
        state = self._desk.state
        self._desk.state = state._replace(last=None, prompts=None, pending_code="")
        self._desk.session.ask(lambda _: self.session.clear(state.last))

    def end_prompts(self) -> None:
        """Ask nothing more: another key has dealt with the attendee."""
        if self._desk.state.prompts is not None:
            self._empty_list()
            self.forget_verdict()

    def _empty_list(self) -> None:
        self._desk.query_one(MatchList).show([])
        self._desk.query_one(ScanInput).focus()

    def forget_verdict(self) -> None:
        """No key acts on the verdict that is shown any more."""
        state = self._desk.state
        self._desk.state = state._replace(last=None, prompts=None)
        self._desk.session.ask(lambda _: self.session.looked_up(state.last))

    # replies

    def _answered(self) -> None:
        self._undecided -= 1
        self._undecided_since = time.monotonic()
        host_of(self._desk).person_shown()

    def _failed(self, error: KioskError) -> None:
        self._answered()
        self._desk.show_error(error)
        self._show_over()

    def _show_over(self) -> None:
        """Show the banner on the dialog or screen that covers it."""
        if self._desk.app.screen is not self._desk:
            banner = self._desk.query_one(ResultBanner)
            show_over(self._desk.app.screen, banner, banner.view)

    def _paint_verdict(self, reply: Reply | Typed | None) -> None:
        """Paint a verdict first; everything else follows it."""
        if isinstance(reply, ScanResult):
            is_full = self._desk.scan_only and reply.outcome is not Outcome.INCOMPLETE
            self._close_answer()
            notes = (*self._close_undo(), *reply.notes)
            self._desk.banner(verdict_view(replace(reply, notes=notes)), is_full=is_full)
            self._show_over()

    def _close_undo(self) -> list[str]:
        """Close a question about an undo, which the scan leaves unanswered; say so."""
        screen = self._desk.app.screen
        if not isinstance(screen, UndoScreen):
            return []
        screen.dismiss(None)
        return [f"Not undone: {screen.attendee}."]

    def _close_answer(self) -> None:
        """Close a question whose person is not the one of the new verdict any more."""
        screen = self._desk.app.screen
        if isinstance(screen, FreeAnswerScreen):
            screen.dismiss(None)

    def _replied(self, number: int, reply: Reply | Typed | None, state: DeskState) -> None:
        had_prompts = self._desk.state.prompts is not None
        self._desk.state = state
        match reply:
            case ScanResult():
                self._unpainted += 1
                self._desk.call_after_refresh(self._after_verdict, reply)
            case PromptQueue():
                self._ask(reply)
                shown = self._desk.query_one(ResultBanner).view
                self._desk.banner(shown._replace(hint=questions_left(reply.questions)))
            case Typed(text):
                field = self._desk.query_one(ScanInput)
                field.value = text + field.value
                field.cursor_position = len(field.value)
                field.focus()
            case LookUp(text):
                self._look_up(number, text)
            case Candidates(found):
                matches = self._desk.query_one(MatchList)
                listed = {person.id: person for person in found.people}
                rows = (listed.get(row.attendee_id) for row in matches.matches)
                first = next(filter(None, rows), found.people[0])
                self._desk.banner(_which(found, first, matches.typed))
                matches.focus()
                self._desk.show_person(first.id)
            case NoMatch(text):
                words = f"No match for “{escape_controls(text)}”. F2 registers a walk-in."
                self._desk.query_one(MatchList).show([])
                self._desk.say("NO MATCH", words, sign="?")
                self._desk.show_person(None)
            case NameNeeded(person):
                self._desk.parts.people.ask_name(person)
            case PaperTime():
                self._desk.paper_changed()
            case OrderDone():
                self._order_done(reply)
            case ListRemoved():
                self._desk.list_changed()
                self._desk.say("LIST REMOVED", reply.message, tone="warning", sign="!")
                self._show_over()
            case UndoQuestion():
                self._desk.parts.screens.ask_undo(reply)
            case Undone():
                self._undone(reply, had_prompts=had_prompts)

    def _look_up(self, number: int, text: str) -> None:
        lookup = self._desk.parts.lookup
        if lookup.index is None:
            self._desk.query_one(ScanInput).value = text
            self._desk.say("ONE MOMENT", "The list of names is still being read.")
            return

        def found(result: LookupResult) -> None:
            rows = lookup.rows(result)
            self._desk.query_one(MatchList).show(rows, note=NO_MATCH, typed=text)
            self.act(lambda store: self.session.found(store, text, result))

        lookup.find(number, text, MATCHES, found)

    def _order_done(self, done: OrderDone) -> None:
        """Show who of an order is in; their badges print together."""
        is_whole = not done.unanswered and all(one.outcome is Outcome.OK for one in done.results)
        view = verdict_view(done.results[-1])
        if is_whole:
            view = view._replace(words="CHECKED IN", tone="success", sign="✓")
        else:
            view = view._replace(words="NOT ALL", tone="warning", sign="!")
        self._desk.banner(view._replace(who="", kind="", hint=done.message))
        self._show_over()
        self._empty_list()
        self._desk.show_person(self._desk.state.attendee_id or None)
        self._desk.refresh_counts()
        self._desk.parts.lookup.refresh()
        for one in done.results:
            if one.outcome is Outcome.OK and one.attendee and not one.repeated:
                self._desk.parts.badges.print_silently(one.attendee.id)

    def _undone(self, undone: Undone, *, had_prompts: bool) -> None:
        if had_prompts:
            self._empty_list()
        self._desk.banner(undone_view(undone))
        self._desk.show_person(undone.attendee_id)
        self._desk.refresh_counts()
        self._desk.parts.lookup.refresh()

    def _after_verdict(self, result: ScanResult) -> None:
        self._unpainted -= 1
        desk = self._desk
        desk.list_changed()
        host_of(desk).verdict_sound(result)
        state = desk.state
        prompts = state.prompts if state.last is result else None
        matches = desk.query_one(MatchList)
        field = desk.query_one(ScanInput)
        is_looking_up = bool(field.value)  # the next attendee already: a scan leaves it empty
        if result.outcome is Outcome.AMBIGUOUS and desk.scan_only:
            matches.show([])  # a desk for scanning lists no names
            desk.banner(verdict_view(result)._replace(hint=str(result.said)), is_full=True)
        elif result.outcome is Outcome.AMBIGUOUS:
            matches.show(match_rows(result.candidates, desk.parts.lookup.arrived))
            matches.focus()
        elif prompts is not None:
            self._ask(prompts)
            matches.focus()
        else:
            field.focus()
            if not is_looking_up:
                matches.show([])
        if not is_looking_up:
            desk.show_person(result.attendee.id if result.attendee else None)
        desk.refresh_counts()
        desk.parts.lookup.refresh()
        desk.parts.badges.print_after(result)
        self._look_for_order(result)

    def _ask(self, prompts: PromptQueue) -> None:
        """Show the note or the question to ask now."""
        show_step(self._desk.query_one(MatchList), prompts)
        if prompts.is_free:
            self._ask_free(prompts)

    def _ask_free(self, prompts: PromptQueue) -> None:
        """Ask for an answer that takes more than one key."""
        question = prompts.question
        if question is None or self._desk.app.screen is not self._desk:
            return

        def answered(text: str | None) -> None:
            if text is not None:
                self.act(lambda store: self.session.answered(store, prompts, text or None))

        self._desk.app.push_screen(FreeAnswerScreen(question, prompts.attendee.label), answered)

    def _look_for_order(self, result: ScanResult) -> None:
        """Offer the rest of the order, after the verdict is painted."""
        has_order = result.attendee is not None and bool(result.attendee.order_code)
        if has_order or result.outcome is Outcome.AMBIGUOUS:
            self._desk.session.ask(
                lambda store: left_after(store, result),
                lambda left: self._desk.show_order_left(result, left),
            )


def _which(found: LookupResult, first: Attendee, typed: Sequence[str]) -> BannerView:
    """The banner where Enter alone must not decide; the first person of the list is selected."""
    count = len(found.people)
    again = f"Enter again checks in {escape_controls(first.label)}, Esc goes back."
    called = fact = ""
    if not found.is_spelled:
        called, fact = found_by(typed, first, found.former.get(first.id, ()))
        words, hint = f"FOUND BY {called.upper()}" if called else "SIMILAR", again
    elif count == 1:
        words, hint = "THIS ONE", again
    elif count >= MATCHES:
        words, hint = "WHICH ONE", f"{MATCHES} or more match: type another letter."
    else:
        words, hint = "WHICH ONE", which_one(count, "matches", "match")
    return BannerView("?", words, "question", who=escape_controls(fact), hint=hint)
