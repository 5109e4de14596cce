"""The desk: one input that always listens, a banner, matches, a card, counters and keys.

This module has all that the first frame needs. The actions of the desk are in its parts
(`parts.py`), which load afterwards; between two scans a headless `DeskSession` decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.signal import Signal
from textual.widgets import Static

from kiosk.desk.state import DeskState
from kiosk.domain.checkin.outcomes import Direction
from kiosk.domain.checkin.words import code_dropped, question_open
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.event.first_look import first_look
from kiosk.services.setup.recent import has_rehearsals, is_rehearsal, remember_event
from kiosk.ui.actions import DESK, saved_and_next, way_out
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.header import CounterLine, DeskHeader
from kiosk.ui.tui.desk.keys import (
    BINDINGS,
    NEEDED,
    NOT_AT_A_SCAN_DESK,
    SCAN_DESK,
    WHY_NOT,
    bar_keys,
    hand_outs,
)
from kiosk.ui.tui.desk.match_list import FIRST_STEPS, SCAN_STEPS, MatchList
from kiosk.ui.tui.desk.verdict import (
    SCAN_READY,
    WELCOME,
    BannerView,
    not_open_view,
    pending_line,
    verdict_view,
)
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.key_bar import KeyBar, bindings_of, shown_keys
from kiosk.ui.tui.widgets.picture import Picture
from kiosk.ui.tui.widgets.scan_input import ScanInput
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.desk.session import DeskSession
    from kiosk.domain.checkin.rules import CheckInList
    from kiosk.domain.people.attendee import Attendee
    from kiosk.services.checkin.card import AttendeeCard, DeskFacts, DeskRest
    from kiosk.services.checkin.checkin import ScanResult
    from kiosk.services.event.event import EventInfo
    from kiosk.services.printing.status import PrintStatus
    from kiosk.services.tally.counts import DeskCounts
    from kiosk.storage.file.store import Store
    from kiosk.ui.tui.desk.flow import Look
    from kiosk.ui.tui.desk.parts import DeskParts

ASK = "Scan a ticket, or type a name, e-mail, order ..."
ASK_SCAN = "Scan a ticket ..."
_RESIZED_S = 0.1
"""How long the panes take to get their new sizes."""
WATCH_S = 1.0
"""How often the desk checks whether another program has written to the event."""
REST_LINES = 8
"""The fewest verdicts that are read for the list at rest."""
HELD = "Another program holds the event file. The scan is kept, and continues when it is free."


def _part_does(act: Callable[[DeskParts], object]) -> Callable[[DeskScreen], None]:
    """An action of the desk that one of its parts does."""

    def action(desk: DeskScreen) -> None:
        act(desk.parts)

    return action


class DeskScreen(Screen[None]):
    """Shows the state of a desk and passes keys, scans and text to its parts."""

    BINDINGS = BINDINGS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-normal"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]
    AUTO_FOCUS = "#scan"
    takes_scans = True
    is_new = False
    """The event was created just now: the banner says what comes next."""

    def __init__(
        self,
        path: Path,
        session: Session,
        lookup: Session,
        list_name: str | None,
        *,
        desk: str,
        scan_only: bool = False,
        locked: bool = False,
        clock: Callable[[], int] | None = None,
        after_another: bool = False,
    ) -> None:
        super().__init__()
        self.after_another = after_another
        self.clock = clock
        self.scan_only = scan_only
        self.starts_locked = locked
        self.path = path
        self.desk = desk
        self.session = session
        self.lookup_session = lookup
        self.wanted_list = list_name
        self.status_line = CounterLine(id="status")
        self.facts: DeskFacts | None = None
        self._state = DeskState(follows_day=list_name is None)
        self.person: AttendeeCard | None = None
        """The attendee on the card."""
        self._order_left: tuple[ScanResult | None, tuple[Attendee, ...]] = (None, ())
        """A verdict, and the people of its order who are not in yet."""
        self._wanted_person: str | None = None
        """The attendee whose card is loading, if it is not the one shown."""
        self._cards_loading = 0
        self._scans_coming = 0
        """Scans on their way from the router to this screen."""
        self.recent = 0
        """Entries on this list in the last minutes."""
        self.paper_status: PrintStatus | None = None
        """None before the print queue runs."""
        self._version = 0
        self._shown_list: tuple[CheckInList | None, Direction, int | None] | None = None
        self._count = 0
        self.verdicts: Signal[BannerView] = Signal(self, "verdicts")
        """The verdicts and messages of the banner, for a screen above it."""

    @cached_property
    def parts(self) -> DeskParts:
        """The controllers; the first access loads them."""
        # with all services: the first frame would come later by a third
        from kiosk.ui.tui.desk.parts import DeskParts

        return DeskParts(self)

    @property
    def state(self) -> DeskState:
        """As it is shown; the session's own may be ahead of it."""
        return self._state

    @state.setter
    def state(self, state: DeskState) -> None:
        self._state = state
        line = self.query_one("#pending", Static)
        if line.display is not bool(state.pending_code):
            line.display = bool(state.pending_code)
            self.call_after_refresh(self._resized)  # the panes are a line lower or higher now
        if state.pending_code:
            line.update(pending_line(state, self.size.width))

    @property
    def now_ms(self) -> int:
        """The time in ms UTC, by which scans are decided."""
        return self.clock() if self.clock else time.time_ns() // 1_000_000

    @property
    def is_deciding(self) -> bool:
        """Whether a scan is not decided, or its verdict not shown, yet."""
        flow = self.parts.flow if "parts" in self.__dict__ else None
        return self.session.works and (
            self._scans_coming > 0 or (flow is not None and (flow.is_waiting or flow.is_painting))
        )

    @property
    def is_loading(self) -> bool:
        """Whether another person's card will be shown in a moment."""
        is_searching = "parts" in self.__dict__ and self.parts.lookup.is_searching
        return self.session.works and (self._cards_loading > 0 or is_searching)

    @property
    def is_asking(self) -> bool:
        """Whether the list shows a question: a key that answers it may open another one."""
        return self.state.prompts is not None

    def when_answered(self, then: Callable[[], None]) -> None:
        """Call `then` after the replies to all that was asked so far."""
        if self.is_ready and self.session.works:
            self.session.ask(lambda store: None, lambda _: then(), lambda _: then())
        else:
            then()

    def scan_is_coming(self) -> None:
        """The router has sent a scan to this screen."""
        self._scans_coming += 1

    @property
    def list(self) -> CheckInList | None:
        """The list that scans count for; None before the event is open."""
        return self.state.list

    @property
    def is_ready(self) -> bool:
        """Whether the event is open and all names are read."""
        return self.list is not None and self.parts.lookup.index is not None

    # the screen

    def compose(self) -> ComposeResult:
        """The design of 80x24; wider screens only get more space."""
        # the class of this width before anything is there: set later, all is styled again
        width, height = self.app.size
        fits = [name for least, name in self.HORIZONTAL_BREAKPOINTS if width >= least]
        high = [name for least, name in self.VERTICAL_BREAKPOINTS if height >= least]
        self.add_class(*fits[-1:], *high[-1:], update=False)
        yield self._header()
        yield ResultBanner(id="banner")
        with Horizontal(id="ask"):
            yield Static(" › ", id="prompt")
            ask = ASK_SCAN if self.scan_only else ASK
            yield ScanInput(placeholder=ask, id="scan", select_on_focus=False)
        yield Static("", id="pending", markup=False)
        with Horizontal(id="middle"):
            steps = SCAN_STEPS if self.scan_only else FIRST_STEPS
            yield MatchList(first_steps=steps, id="matches")
            with VerticalScroll(id="card-box", can_focus=False):
                yield Static("", id="card", markup=False)
        yield self.status_line
        yield KeyBar(id="keys")

    def _header(self) -> DeskHeader:
        """The header with the names of event and list: opening the event comes after the frame."""
        name, list_name = first_look(self.path, self.wanted_list, self.now_ms)
        header = DeskHeader(name, self.desk, clock=self.clock, id="header")
        header.list_name = escape_controls(list_name)
        return header

    def on_mount(self) -> None:
        """After the first frame: open the event, then load the search."""
        self.paint_keys()
        if self.starts_locked:
            self._open()
            self.parts.screens.open_self_service()
        else:
            self.call_after_refresh(self._open)

    # the event

    def _open(self) -> None:
        self.session.ask(_import_parts, self._opened)
        self.session.start()
        self.lookup_session.ask(_remember)
        self.lookup_session.start()
        host_of(self).start_printing(self.path)
        self.set_interval(WATCH_S, self._watch)

    def _opened(self, _: None) -> None:
        self.query_one("#middle").mount(
            Vertical(
                Picture(id="photo"),
                Picture(id="badge-picture"),
                Static("", id="badge", markup=False),
                Static("", id="today", markup=False),
                id="side",
            )
        )
        self.load_facts()
        self.parts.lookup.load()
        self.parts.checks.start()
        self.parts.pictures.start()
        self.lookup_session.ask(_import_screens)

    def load_facts(self, *, keeps_banner: bool = False) -> None:
        """Read the event and its lists, and show them."""
        session = self.parts.flow.session
        facts = self.parts.flow.facts

        def loaded(read: tuple[DeskFacts, DeskState]) -> None:
            self._facts_loaded(*read)
            expects_verdict = self.state.last is not None or self.parts.flow.is_waiting
            is_looking_up = bool(self.query_one(ScanInput).value)
            if not (keeps_banner or expects_verdict or is_looking_up):
                self.welcome(read[0])

        self.session.ask(lambda store: (facts(store), session.state), loaded)

    def _facts_loaded(self, facts: DeskFacts, state: DeskState) -> None:
        self.facts = facts
        self._take_list(state)
        self._show_event(facts.event)
        self.list_changed()

    def welcome(self, facts: DeskFacts) -> None:
        """Say what to do first; an error on the screen stays."""
        if self.query_one(ResultBanner).view.speaks:
            return
        if facts.people == 0 and facts.is_purged:
            hint = "Their counts are kept: Ctrl+P, “Export attendance”, report."
            self.banner(WELCOME._replace(words="PEOPLE REMOVED", hint=hint))
        elif facts.people == 0:
            hint = "Ctrl+R imports your attendee list, F2 registers a walk-in."
            self.banner(WELCOME._replace(words="NO ATTENDEES YET", hint=hint))
        elif self.is_new:
            hint = "Ctrl+P, “Set up”: lists, badges, scanner, printer, a rehearsal."
            self.banner(WELCOME._replace(words="NEW EVENT", hint=hint))
        elif facts.is_demo:
            from kiosk.services.setup.demo import TRY  # rare, and large

            self.banner(WELCOME._replace(hint=TRY))
        else:
            self.banner(self.rest_view())

    def rest_view(self) -> BannerView:
        """The banner at rest: ready, or when the list opens and how to rehearse until then."""
        ready = SCAN_READY if self.scan_only else WELCOME
        if self.list is None or self.list.opens_ms is None or self.facts is None:
            return ready
        return not_open_view(self.list, self.now_ms, self.facts.event.zone) or ready

    def _watch(self) -> None:
        """Follow other programs on the same file, and the day."""
        flow = self.parts.flow
        if flow.is_held and self.session.works:
            self.say("WAITING", HELD, tone="warning", sign="…")
        version = self._version
        self.session.ask(lambda store: flow.look(store, version), self._watched)
        if self.parts.badges.queue is not None:
            self.parts.badges.queue.tick()
        host_of(self).look_at_sharing()

    def _watched(self, look: Look) -> None:
        if not self.is_attached or self.facts is None:
            return
        self._take_list(look.state)
        if look.event is not None:
            self._version = look.version
            self._show_event(look.event)
            self.refresh_counts()
            self.parts.lookup.refresh()
            if self._wanted_person is not None:
                self.show_person(self._wanted_person)
        self.list_changed()
        if self.state.pending_code and not look.state.pending_code:
            self._code_expired(self.state.pending_code)
        host_of(self).person_shown()
        if look.removed is not None:
            self.say("LIST REMOVED", look.removed.message, tone="warning", sign="!")

    def _code_expired(self, code: str) -> None:
        self.state = self.state._replace(pending_code="")
        self.say("CODE DROPPED", f"{code_dropped(code)} to link it.")

    def _show_event(self, event: EventInfo) -> None:
        if self.facts is not None:
            self.facts = replace(self.facts, event=event)
        header = self.query_one(DeskHeader)
        header.event_name, header.zone = escape_controls(event.name), event.zone
        header.paint()

    # the list and the direction

    def _take_list(self, state: DeskState) -> None:
        """Take list and direction of a newer state; the verdict stays as it is shown."""
        self.state = self.state._replace(
            list=state.list,
            follows_day=state.follows_day,
            direction=state.direction,
            paper_ms=state.paper_ms,
        )

    def list_changed(self) -> None:
        """Show list and direction of the state where they are not shown yet."""
        shown = (self.state.list, self.state.direction, self.state.paper_ms)
        if shown != self._shown_list and self.state.list is not None:
            self._shown_list = shown
            header = self.query_one(DeskHeader)
            header.list_name = escape_controls(self.state.list.name)
            modes = ["EXITS"] if self.state.direction is Direction.EXIT else []
            if self.state.paper_ms is not None:
                at = datetime.fromtimestamp(self.state.paper_ms / 1000, header.zone)
                modes.append(f"PAPER {at:%H:%M}")
            header.mode = " · ".join(modes)
            header.paint()
            self.refresh_counts()

    def change(self, work: Callable[[DeskSession], None], then: Callable[[], None]) -> None:
        """Change list or direction in the order of the scans, then show it."""
        session = self.parts.flow.session

        def do(_: Store) -> DeskState:
            work(session)
            return session.state

        def done(state: DeskState) -> None:
            self._take_list(state)
            self.list_changed()
            then()

        self.session.ask(do, done)

    # the banner

    def banner(self, view: BannerView, *, is_full: bool = False) -> None:
        """Show a verdict or a message; `is_full` fills the screen with it."""
        self.set_class(is_full, "-full")
        self.query_one(ResultBanner).show(view)
        self.verdicts.publish(view)

    def say(self, words: str, hint: str, tone: str = "question", sign: str = "i") -> None:
        """Show a message that is no verdict, in the same place."""
        self.banner(BannerView(sign, words, tone, hint=hint))

    def show_error(self, error: KioskError) -> None:
        """Show why something was not done, and what to do next."""
        who, hint = escape_controls(error.problem), saved_and_next(error, DESK)
        self.banner(BannerView("✗", "NOT DONE", "error", who=who, hint=hint, speaks=True))

    def show_camera_error(self, error: KioskError) -> None:
        """Show why there are no pictures."""
        from kiosk.camera.frames import GO_ON  # most desks never use this part

        hint = escape_controls(way_out(error, DESK)).removesuffix(GO_ON).rstrip()
        who = escape_controls(error.problem)
        self.banner(BannerView("!", "NO CAMERA", "warning", who=who, hint=hint, speaks=True))

    # the keys

    def paint_keys(self) -> None:
        """Show the keys that fit the state."""
        waits = bool(self.person and self.person.help and self.person.help.waits)
        has_person = self.person is not None
        bar = bar_keys(shown_keys(self), self.state, has_person=has_person, waits=waits)
        self.query_one(KeyBar).show(bar, NEEDED)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """None dims a key that cannot act now."""
        if self.scan_only and action in NOT_AT_A_SCAN_DESK:
            return None
        possible = {
            "edit": self.person is not None,
            "transfer": self.person is not None,
            "first_time": self.person is not None,
            "badge": self.person is not None,
            "hand_out": bool(self.person and hand_outs(self.person)),
            "let_in": self.state.can_let_in,
            "whole_party": self.state.party_left > 0 or bool(self.order_left),
            "choose_order": bool(self.order_left),
        }
        return True if possible.get(action, True) else None

    def on_key(self, event: events.Key) -> None:
        """Say why a dimmed key does not act; letters typed anywhere go to the field."""
        if self._say_why_not(event.key):
            event.stop()
            return
        field = self.query_one(ScanInput)
        if event.is_printable and event.character and self.focused is not field:
            event.stop()
            field.focus()
            field.insert_text_at_cursor(event.character)

    def _say_why_not(self, key: str) -> bool:
        for binding in bindings_of(self):
            if key in binding.key.split(","):
                if self.check_action(binding.action, ()) is True:
                    return False
                self.say_why_not(binding.action)
                return True
        return False

    def say_why_not(self, action: str) -> None:
        """Show why an action cannot act now."""
        at_scan_desk = self.scan_only and action in NOT_AT_A_SCAN_DESK
        self.say(*(SCAN_DESK if at_scan_desk else WHY_NOT[action]))

    # the card and the counters

    @property
    def order_left(self) -> tuple[Attendee, ...]:
        """The people of the last verdict's order who are not in yet."""
        verdict, left = self._order_left
        return left if verdict is not None and verdict is self.state.last else ()

    def show_order_left(self, verdict: ScanResult, left: tuple[Attendee, ...]) -> None:
        """Enable the keys for the rest of an order, and say how many people it is."""
        self._order_left = (verdict, left)
        shown, own = self.query_one(ResultBanner).view, verdict_view(verdict)
        is_shown = (shown.words, shown.who) == (own.words, own.who)
        if self.order_left and is_shown:  # else the next verdict is on its way
            is_code = verdict.attendee is None  # of the order itself
            more = "" if is_code else "more "
            people = counted(len(left), f"{more}person", f"{more}people")
            are_named = bool(verdict.said.companions)
            hint = "Ctrl+A admits." if are_named else f"  {people} of this order: Ctrl+A admits."
            self.banner(shown._replace(hint=f"{shown.hint} {hint}".strip()))
        self.paint_keys()

    def show_person(self, attendee_id: str | None) -> None:
        """Show an attendee's card, or none."""
        self._wanted_person = attendee_id
        if attendee_id is None:
            self.show_card(None)
            return

        self._cards_loading += 1

        def loaded(card: AttendeeCard | None) -> None:
            self._cards_loading -= 1
            if attendee_id == self._wanted_person:  # else the next one is loading
                self.show_card(card)
            host_of(self).person_shown()

        def failed(error: KioskError) -> None:
            self._cards_loading -= 1
            self.show_error(error)

        self.session.ask(lambda store: self.parts.card(store, attendee_id), loaded, failed)

    def show_card(self, card: AttendeeCard | None) -> None:
        """Show a card that is loaded."""
        if card is None or self.person is None or card.attendee.id != self.person.attendee.id:
            self.query_one("#card-box", VerticalScroll).scroll_home(animate=False)
        self.person = card
        if card is not None:
            self.parts.flow.settle_others(card.attendee.id)
        self.parts.panes.paint_card()
        self.paint_keys()

    def on_resize(self) -> None:
        """Fill the new size."""
        self.set_timer(_RESIZED_S, self._resized)

    def _resized(self) -> None:
        if "parts" in self.__dict__:
            self.parts.panes.paint_card()
            self.refresh_counts()  # for as many verdicts as the list has lines now

    def refresh_counts(self) -> None:
        """Count again where no scan waits for it; of several requests the last one counts."""
        chosen = self.state.list
        if chosen is None:
            return
        self._count += 1
        number = self._count

        lines = max(REST_LINES, self.query_one(MatchList).in_view)

        def count(store: Store) -> tuple[DeskCounts, DeskRest] | None:
            if number != self._count:
                return None
            return self.parts.counts(store, chosen), self.parts.rest(store, chosen, lines)

        is_searchable = self.parts.lookup.index is not None  # else its thread is busy
        (self.lookup_session if is_searchable else self.session).ask(count, self._counted)

    def _counted(self, counted: tuple[DeskCounts, DeskRest] | None) -> None:
        if counted is not None:
            counts, rest = counted
            waiting, self.recent = counts.at_help_desk, counts.recent
            self.parts.panes.counted(rest, waiting)
            self.status_line.say(
                counts=f"in {counts.checked_in:,} of {counts.expected:,}",
                pace=f"{counts.recent:,} in the last 15 min",
                help_desk=f"help desk: {waiting:,}" if waiting else "",
            )

    def show_camera(self, words: str) -> None:
        """Show the state of the camera, next to the counters."""
        self.status_line.say(camera=words)

    def show_sharing(self, words: str) -> None:
        """Show the state of the other desks, next to the counters."""
        self.status_line.say(sharing=words)

    def show_paper(self, status: PrintStatus) -> None:
        """Show the state of the print queue, next to the counters."""
        self.paper_status = status
        if "parts" in self.__dict__:  # a status is no reason to load them before their time
            self.parts.panes.paint_rest()
        self.status_line.say(badges=status.words)
        self.status_line.warn(status.trouble)

    # scans and text

    @on(CodeScanned)
    def _code_scanned(self, message: CodeScanned) -> None:
        message.stop()
        self._scans_coming = max(0, self._scans_coming - 1)
        self.parts.flow.scanned(message.raw, ended=message.ended)

    @on(ScanInput.Edited)
    def _edited(self, message: ScanInput.Edited) -> None:
        message.stop()
        if message.text:
            self.set_class(False, "-full")
            self.parts.flow.settle()
        self.parts.lookup.search(message.text)

    @on(ScanInput.Submitted)
    def _submitted(self, message: ScanInput.Submitted) -> None:
        message.stop()
        self.parts.flow.submitted(message.text)

    @on(MatchList.Highlighted)
    def _row_highlighted(self, message: MatchList.Highlighted) -> None:
        message.stop()
        self.show_person(message.match.attendee_id)

    @on(MatchList.Chosen)
    def _row_chosen(self, message: MatchList.Chosen) -> None:
        message.stop()
        self.parts.flow.row_chosen(message.match)

    @on(MatchList.Typed)
    async def _typed_in_list(self, message: MatchList.Typed) -> None:
        message.stop()
        field = self.query_one(ScanInput)
        field.focus()
        field.insert_text_at_cursor(message.text)
        if message.ended:
            await field.action_submit()

    # actions of the keys

    def action_into_list(self) -> None:
        """From the field into the matches."""
        if self.query_one(MatchList).matches:
            self.parts.flow.settle()
            self.query_one(MatchList).focus()

    def action_card_down(self) -> None:
        """Show the next page of the card."""
        self.query_one("#card-box", VerticalScroll).scroll_page_down(animate=False)

    def action_card_up(self) -> None:
        """Show the previous page of the card."""
        self.query_one("#card-box", VerticalScroll).scroll_page_up(animate=False)

    def action_clear(self) -> None:
        """Back to the start: nothing typed, no attendee shown."""
        asked = self.state.prompts
        self.parts.flow.clear()
        self.query_one(ScanInput).take()
        self.query_one(ScanInput).focus()
        self.query_one(MatchList).show([])
        self.show_person(None)
        rest = self.rest_view()
        self.banner(rest._replace(hint=question_open(asked.attendee.label)) if asked else rest)

    def action_exit_mode(self) -> None:
        """Count scans as exits, until the key is pressed again."""

        def changed() -> None:
            if self.state.direction is Direction.EXIT:
                self.say("EXIT MODE", "Each scan checks a person out. Ctrl+E ends it.")
            else:
                self.say("ENTRIES", "Each scan checks a person in.")

        self.change(lambda session: session.toggle_direction(), changed)

    def action_paper(self) -> None:
        """Enter a paper list: scans and names count for the time written on it."""
        session = self.parts.flow.session

        def typed(text: str | None) -> None:
            if text is not None:
                self.session.ask(
                    lambda store: (session.enter_paper(store, text), session.state)[1],
                    taken,
                    self.show_error,
                )

        def taken(state: DeskState) -> None:
            self._take_list(state)
            self.paper_changed()

        self.parts.screens.ask_paper_time(typed)

    def paper_changed(self) -> None:
        """Show the time of the paper list, or that scans count for now."""
        self.list_changed()
        if self.state.paper_ms is None:
            self.say("NOW", "Every scan counts for the present time again.")
            return
        header = self.query_one(DeskHeader)
        at = datetime.fromtimestamp(self.state.paper_ms / 1000, header.zone)
        words = f"Scan or type who came at {at:%H:%M}. Another time: type it. Ctrl+L ends it."
        self.say(f"PAPER LIST {at:%H:%M}", words)

    def action_camera(self) -> None:
        """The laptop's camera as a scanner, on or off."""
        host_of(self).camera.switch()

    def action_sound(self) -> None:
        """Sounds on or off."""
        sounder = host_of(self).sounder
        sounder.enabled = not sounder.enabled
        words = "SOUND ON" if sounder.enabled else "SOUND OFF"
        self.say(words, "Each verdict has its sound. Ctrl+T switches sounds on or off.")

    def action_whole_party(self) -> None:
        """Admit the rest of the party, and everyone else of the order."""
        self.parts.flow.act(self.parts.flow.session.whole_order)

    def action_choose_order(self) -> None:
        """Choose which people of the order to admit."""
        flow = self.parts.flow

        def chosen(ids: list[str] | None) -> None:
            if ids:
                flow.act(lambda store: flow.session.whole_order(store, ids))

        self.parts.screens.choose_order(self.order_left, chosen)

    # of the parts; the bindings and the palette have the words for each

    action_check_out_all = _part_does(lambda parts: parts.screens.check_out_all())
    action_let_in = _part_does(lambda parts: parts.screens.let_in())
    action_undo = _part_does(lambda parts: parts.screens.undo())
    action_switch_list = _part_does(lambda parts: parts.screens.switch_list())
    action_walk_in = _part_does(lambda parts: parts.people.walk_in())
    action_edit = _part_does(lambda parts: parts.people.edit())
    action_hand_out = _part_does(lambda parts: parts.people.hand_out())
    action_transfer = _part_does(lambda parts: parts.people.transfer())
    action_first_time = _part_does(lambda parts: parts.people.first_time())
    action_help_desk = _part_does(lambda parts: parts.help_desk.act())
    action_help_list = _part_does(lambda parts: parts.help_desk.open_list())
    action_badge = _part_does(lambda parts: parts.badges.print_or_write())
    action_badge_queue = _part_does(lambda parts: parts.badges.open_queue())
    action_lists = _part_does(lambda parts: parts.screens.lists())
    action_duplicates = _part_does(lambda parts: parts.screens.duplicates())
    action_questions = _part_does(lambda parts: parts.screens.questions())
    action_tables = _part_does(lambda parts: parts.screens.tables())
    action_import_file = _part_does(lambda parts: parts.screens.import_file())
    action_hand_over = _part_does(lambda parts: parts.screens.export())
    action_dashboard = _part_does(lambda parts: parts.screens.dashboard())
    action_activity = _part_does(lambda parts: parts.screens.activity())
    action_ready = _part_does(lambda parts: parts.screens.ready())
    action_set_up = _part_does(lambda parts: parts.screens.set_up())
    action_scanner_test = _part_does(lambda parts: parts.screens.scanner_test())
    action_printer_test = _part_does(lambda parts: parts.screens.printer_test())
    action_badge_layout = _part_does(lambda parts: parts.screens.badge_layout())
    action_self_service = _part_does(lambda parts: parts.screens.self_service())

    def action_rehearse(self) -> None:
        """The same desk with made-up people."""
        host_of(self).action_rehearse()

    def action_sharing(self) -> None:
        """The desks and their conflicts."""
        host_of(self).action_desks()


def _import_parts(_: Store) -> None:
    """In the desk's thread: the screen is painted already, and keys are not held up."""
    import kiosk.ui.tui.desk.parts  # noqa: F401


def _import_screens(_: Store) -> None:
    """In the search's thread, when the desk is ready."""
    import kiosk.ui.tui.desk.screens
    import kiosk.ui.tui.screens  # noqa: F401


def _remember(store: Store) -> None:
    """Open this event at the next start; a rehearsal of it is over when its own desk opens."""
    remember_event(store.path)
    if has_rehearsals() and not is_rehearsal(store.path):
        from kiosk.services.setup.rehearsal import end_rehearsal  # rare, and large

        end_rehearsal(store.path)
