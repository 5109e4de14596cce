"""A desk's work between two scans: take the input, give the verdict, ask the next question.

It has no screen. Every front end passes on what the volunteer does (scanned, typed, selected,
answered, undo ...) and renders the reply. All methods that take a store run on the thread that
owns it, in the order of the keys. `state` is immutable and replaced as a whole, so any thread may
read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.desk.prompts import PromptQueue
from kiosk.desk.state import DeskState
from kiosk.domain.checkin.code_matching import clean_scan, looks_like_code, may_be_name
from kiosk.domain.checkin.privileges import OVERRIDE, Role
from kiosk.domain.checkin.rules import CheckInList, Direction, Outcome
from kiosk.domain.checkin.words import LOOK_UP_NAME, SEND_TO_HELP_DESK, code_dropped, question_open
from kiosk.domain.datetimes import is_clock
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError, NotRecorded, Refused
from kiosk.services.checkin.activity import last_to_undo, nothing_to_undo, party_sentence, undo_scan
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, PinNeeded, pin_roles
from kiosk.services.checkin.checkin import ScanOrder, ScanResult, scan
from kiosk.services.checkin.codes import attendee_by_id, is_checked_in, knows_code
from kiosk.services.checkin.lists import (
    choose_list,
    event_lists,
    find_list,
    list_gone,
    name_of_list,
    paper_time,
)
from kiosk.services.checkin.orders import check_in_people, left_after, order_sentence
from kiosk.services.checkin.questions import bad_answer
from kiosk.services.checkin.verdict_text import SEVERAL_TICKETS, VerdictText, time_words
from kiosk.services.event.event import event_info
from kiosk.services.people.lookup import LookupResult
from kiosk.services.people.people import edit, registered_like

if TYPE_CHECKING:
    from kiosk.services.people.entitlements import Entitlement
    from kiosk.storage.file.store import Store
    from kiosk.storage.queries.scans import ScanRow

PENDING_MS = 20_000
"""How long an unknown code waits for an attendee to be selected."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """The text is no code: search for it, and pass the result to `found`."""

    text: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """Several attendees fit a typed text, best first."""

    found: LookupResult


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No attendee fits a typed text."""

    text: str


@dataclass(frozen=True, slots=True)
class NameNeeded:
    """The ticket has no name: ask for it, and pass it to `named`."""

    attendee: Attendee


@dataclass(frozen=True, slots=True)
class ListRemoved:
    """Another desk removed the list; nothing was recorded. Scans count for `now` from now on."""

    before: CheckInList
    now: CheckInList

    @property
    def message(self) -> str:
        """One or two sentences."""
        return list_gone(self.before.name, self.now.name)


@dataclass(frozen=True, slots=True)
class PaperTime:
    """Scans count for another time of a paper list from now on."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class OrderDone:
    """The people of an order were checked in with one key."""

    results: tuple[ScanResult, ...]
    unanswered: Attendee | None = None
    """The attendee of the ticket that was scanned, who is not in: a question was open."""

    @property
    def message(self) -> str:
        """Who is in, and who is not and why."""
        said = order_sentence(self.results)
        return f"{said} {question_open(self.unanswered.label)}." if self.unanswered else said


@dataclass(frozen=True, slots=True)
class Undone:
    """An entry or exit that was undone."""

    attendee_id: str
    name: str
    list_name: str
    direction: Direction
    of_party: str
    """` 2 of 3 are in.`; empty for one person."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A hand-out was ticked on the card, or the tick removed."""

    attendee_id: str
    list_name: str
    is_given: bool
    heads: int
    """People of the ticket who have it now."""
    party: int
    """People of the ticket."""

    @property
    def of_party(self) -> str:
        """` 2 of 3 have it.`; empty for one person."""
        return f" {self.heads} of {self.party} have it." if self.party > 1 else ""


@dataclass(frozen=True, slots=True)
class UndoQuestion:
    """Ask before a check-in is undone that is not the verdict shown; pass `row` to `undo`."""

    row: ScanRow
    name: str
    at: str
    """`9:41`, in the event's zone; with the day where it was another one."""
    list_name: str


Reply = (
    ScanResult
    | PromptQueue
    | LookUp
    | Candidates
    | NoMatch
    | NameNeeded
    | ListRemoved
    | OrderDone
    | PaperTime
    | Undone
    | UndoQuestion
)
"""What a front end renders; a `ScanResult` is a verdict, a `PromptQueue` the next prompt."""


class DeskSession:
    """The work of one desk.

    Args:
        list_name: the list to check in on, as a person names it; None: the list of the day.
        scan_only: the desk registers and changes no one, and lets no one in without a PIN.
    """

    def __init__(self, list_name: str | None = None, *, scan_only: bool = False) -> None:
        self.scan_only = scan_only
        self.confirms = False
        """Show each person first, also those selected by name (self-service)."""
        self.state = DeskState(follows_day=list_name is None)
        self._list_name = list_name
        self._order = ScanOrder()
        """Of the last verdict."""
        self._pending_until_ms = (0, 0)
        """From when to when the pending code is kept."""
        self._is_several = False
        """The verdict on the screen is about several people of an order."""
        self._unanswered: Attendee | None = None
        """An attendee who was being asked when the desk turned to another one."""

    # the list and the direction

    def open(self, store: Store) -> CheckInList:
        """Choose the list that scans count for.

        Raises:
            KioskError: `no_such_list`, `no_lists`.
        """
        lists = event_lists(store)
        if self._list_name is not None:
            chosen = find_list(lists, self._list_name)
            self._list_name = None
            self.use_list(chosen)
        self.refresh(store)
        return self.state.list or choose_list(lists, None, store.clock())

    def use_list(self, chosen: CheckInList) -> None:
        """Count scans for a selected list from now on."""
        self._list_name = None
        self.state = self.state._replace(list=chosen, follows_day=False)

    def refresh(self, store: Store) -> ListRemoved | None:
        """Follow the day, and what other desks changed of the lists; drop a code that waited too
        long."""
        self._drop_old_code(store)
        lists = event_lists(store)
        if not lists or self._list_name is not None:
            return None
        of_the_day = choose_list(lists, None, store.clock())
        before = self.state.list
        if before is None or self.state.follows_day:
            self.state = self.state._replace(list=of_the_day)
            return None
        current = next((item for item in lists if item.id == before.id), None)
        follows_day = current is None
        self.state = self.state._replace(list=current or of_the_day, follows_day=follows_day)
        return ListRemoved(before, of_the_day) if current is None else None

    def set_direction(self, direction: Direction) -> None:
        """Count scans as entries or as exits from now on."""
        self.state = self.state._replace(direction=direction)

    def toggle_direction(self) -> None:
        """Count scans as exits instead of entries, or the other way round."""
        is_exit = self.state.direction is Direction.EXIT
        self.set_direction(Direction.ENTRY if is_exit else Direction.EXIT)

    def enter_paper(self, store: Store, text: str) -> int | None:
        """Count scans for this time of a paper list from now on; empty: for the present time.

        Raises:
            KioskError: `bad_time`.
        """
        at_ms = paper_time(store, text) if text.strip() else None
        self.state = self.state._replace(paper_ms=at_ms)
        return at_ms

    # scans, codes and names

    def scanned(self, store: Store, code: str) -> Reply:
        """A scanner or camera read a code, or a line came as fast as one.

        A text without digits that is no code of the event is a name.
        """
        if not self.scan_only and may_be_name(code) and not knows_code(store, code):
            return LookUp(clean_scan(code))
        return self._scan(store, ScanOrder(code=code))

    def typed(self, store: Store, text: str) -> Reply:
        """A line was typed: a code is decided at once.

        Raises:
            KioskError: `scan_only`: a desk for scanning looks up no names.
        """
        if knows_code(store, text):
            return self._scan(store, ScanOrder(code=text))
        if self.state.paper_ms is not None and is_clock(text):
            self.enter_paper(store, text)
            return PaperTime(self.state.paper_ms)
        if not self.scan_only:
            return LookUp(text)
        if looks_like_code(text.strip()):
            return self._scan(store, ScanOrder(code=text))
        raise scan_only_error("Looking up a name")

    def found(self, store: Store, text: str, found: LookupResult) -> Reply:
        """The search's result for a typed line: one clear attendee is checked in.

        Otherwise no attendee is selected: no key acts on the one before.
        """
        if not found.people and looks_like_code(text.strip()):
            return self._scan(store, ScanOrder(code=text))
        if found.clear:
            return self.selected(store, found.people[0].id)
        self.looked_up(self.state.last)
        self.state = self.state._replace(attendee_id="")
        return Candidates(found) if found.people else NoMatch(text)

    def selected(self, store: Store, attendee_id: str) -> Reply:
        """An attendee was selected by name."""
        person = attendee_by_id(store, attendee_id)
        is_nameless = person is not None and not person.name
        can_be_named = self.state.direction is Direction.ENTRY and not self.scan_only
        if person and is_nameless and can_be_named and not is_checked_in(store, attendee_id):
            return NameNeeded(person)
        return self.check_in(store, attendee_id)

    def named(
        self, store: Store, attendee_id: str, name: str, *, given: Authorisation = NOT_AUTHORISED
    ) -> Reply:
        """The name of a nameless ticket was given; empty: none.

        Raises:
            KioskError: `pin_needed`, `reason_missing`: a person of this name is blocked.
        """
        if name:
            edit(store, attendee_id, {"name": name}, given=given)
        return self.check_in(store, attendee_id)

    def check_in(self, store: Store, attendee_id: str) -> Reply:
        """Check in (or out) a known attendee; a pending code is linked to them."""
        before = self.state.pending_code
        self._drop_old_code(store)
        code = self.state.pending_code
        order = ScanOrder(code=code, attendee_id=attendee_id, links_code=bool(code))
        dropped = (code_dropped(before),) if before and not code else ()
        return self._scan(store, order, dropped)

    def registered_like(self, store: Store, name: str, email: str = "") -> list[Attendee]:
        """Attendees who may be the walk-in of this name: registered, and not in on this list."""
        here = self.state.list.id if self.state.list else None
        return registered_like(store, name, email, here)

    def hand_out(
        self,
        store: Store,
        attendee_id: str,
        holding: Entitlement,
        *,
        given: Authorisation = NOT_AUTHORISED,
    ) -> HandedOut:
        """Tick a hand-out on the card of an attendee, or remove the tick; the desk's list stays.

        A party gets one more with each tick, until all have it.

        Args:
            holding: as the card shows it.

        Raises:
            KioskError: `not_handed_out` with the reason; `pin_needed` for an older tick.
        """
        self.looked_up(self.state.last)  # the verdict is no longer the newest act: undo asks
        name, list_id = holding.list_name, holding.list_id
        row = last_to_undo(store, attendee_id=attendee_id, list_name=list_id)
        if row is not None and holding.is_complete:
            undo_scan(store, row, reason="tick removed", given=given)
            return HandedOut(attendee_id, name, False, holding.heads - row.heads, holding.party)
        # the card shows the note to read, and a hand-out is no entry
        order = ScanOrder(attendee_id=attendee_id, list_name=list_id, acknowledged=True, heads=1)
        result = scan(store, order)
        if result.outcome is not Outcome.OK:
            raise KioskError(
                "not_handed_out", result.message, saved=f"“{name}” is not ticked for them."
            )
        return HandedOut(attendee_id, name, True, holding.heads + 1, holding.party)

    # after a verdict

    def confirmed(self, store: Store, prompts: PromptQueue) -> Reply | None:
        """The note of these prompts was confirmed; None: they are no longer asked."""
        return self._next_prompt(store, prompts, prompts.confirm())

    def answered(self, store: Store, prompts: PromptQueue, choice: str | None) -> Reply | None:
        """The question of these prompts was answered; None as a choice leaves it open.

        Returns:
            The next prompt or the verdict; None: these prompts are no longer asked.

        Raises:
            KioskError: `bad_answer`: the text is no answer; the question is still asked.
        """
        question = prompts.question
        if choice is not None and question is not None:
            answer = question.answer(choice)
            if answer is None:
                raise bad_answer(question, choice)
            choice = answer
        return self._next_prompt(store, prompts, prompts.answer(choice))

    def whole_party(self, store: Store) -> Reply:
        """Let in the rest of the last ticket's party, with the permission of the first.

        Raises:
            KioskError: `no_party_left`.
        """
        last = self.state.last
        if last is None or last.attendee is None or not self.state.party_left:
            raise NotRecorded("no_party_left", "No one else of this ticket can be admitted now.")
        order = ScanOrder(
            attendee_id=last.attendee.id,
            heads=0,
            force=last.forced,
            reason=self._order.reason,
            given=self._order.given,
        )
        return self._scan(store, order)

    def order_left(self, store: Store) -> tuple[Attendee, ...]:
        """The people of the last ticket's order who may still be checked in here."""
        last = self.state.last
        return left_after(store, last) if last is not None else ()

    def whole_order(self, store: Store, ids: Sequence[str] | None = None) -> Reply:
        """Check in the people of the last ticket's order who are not in: these, or all.

        All includes the attendee of that ticket, if the desk only waits for Enter.

        Raises:
            KioskError: `no_party_left`.
        """
        asked = self.state.prompts
        wanted = [one.id for one in self.order_left(store) if ids is None or one.id in ids]
        last = self.state.last
        results = []
        if ids is None and asked is not None and asked.confirms and wanted:
            shown_one = self._scan(store, asked.confirm().order())
            if not isinstance(shown_one, ScanResult):
                return shown_one
            results.append(shown_one)
            asked = None
        if ids is None and self.state.party_left:
            party = self.whole_party(store)
            if not wanted or not isinstance(party, ScanResult):
                return party
            results.append(party)
        if last is None or not wanted:
            raise NotRecorded(
                "no_party_left", "No one else of this ticket and its order can be admitted now."
            )
        here = last.check_in_list.id
        results += check_in_people(store, wanted, here, ScanOrder(at_ms=self.state.paper_ms))
        shown = next((one for one in reversed(results) if one.outcome is Outcome.OK), results[-1])
        self.state = self.state._replace(
            last=shown,
            prompts=None,
            pending_code="",
            attendee_id=shown.attendee.id if shown.attendee else "",
        )
        self._is_several = len(results) > 1
        return OrderDone(tuple(results), asked.attendee if asked else None)

    def let_in(
        self,
        store: Store,
        reason: str = "",
        last: ScanResult | None = None,
        *,
        given: Authorisation = NOT_AUTHORISED,
    ) -> Reply:
        """Admit the attendee of the last verdict against the rules.

        Args:
            reason: why; empty: the reason in `given`.
            last: the verdict that was shown; None: the newest.

        Raises:
            KioskError: `nothing_to_override`, or as `scan`; `scan_only` at a desk for scanning
                where there is no PIN.
        """
        newest = self.state.last
        last = last or newest
        if last is None or last.attendee is None or not last.can_be_admitted:
            raise NotRecorded("nothing_to_override", "There is no refused attendee to admit.")
        self._check_scan_only(store, given)
        order = self._order if last is newest else ScanOrder()
        order = replace(
            order,
            attendee_id=last.attendee.id,
            force=True,
            reason=reason or given.reason,
            given=given,
        )
        return self._scan(store, order)

    def _check_scan_only(self, store: Store, given: Authorisation) -> None:
        """Refuse to admit against the rules without a PIN, at a desk that only scans."""
        if not self.scan_only or given.role is not None:
            return
        roles = pin_roles(store)
        if not roles:
            raise scan_only_error("Admitting against the rules")
        raise PinNeeded(OVERRIDE.act, min(roles, key=list(Role).index))

    def undo(
        self,
        store: Store,
        reason: str = "",
        *,
        shown: str = "",
        row: ScanRow | None = None,
        given: Authorisation = NOT_AUTHORISED,
    ) -> Undone | UndoQuestion:
        """Undo the check-in of the verdict that is shown; ask before any other.

        Args:
            shown: the attendee on the card; empty: none. Without a check-in of theirs, the last one
                of this desk is offered.
            row: the check-in of an `UndoQuestion` that was answered with yes.

        Raises:
            KioskError: `nothing_to_undo`, `pin_needed` for an older one.
        """
        found = row or self._to_undo(store, shown)
        if row is None and not self._is_shown(found, shown):
            return self._undo_question(store, found)
        undo_scan(store, found, reason=reason, given=given)
        self._leave_prompts()
        self.state = self.state._replace(last=None, attendee_id=found.attendee_id)
        name, list_name = _names_of(store, found)
        direction, of_party = Direction(found.direction), party_sentence(store, found)
        return Undone(found.attendee_id, name, list_name, direction, of_party)

    def _to_undo(self, store: Store, shown: str) -> ScanRow:
        here = self.state.list.id if self.state.list else None
        row = None
        if shown:
            row = last_to_undo(store, attendee_id=shown, list_name=here)
            row = row or last_to_undo(store, attendee_id=shown)
        if row is None:
            row = last_to_undo(store)
        if row is None:
            raise nothing_to_undo("There is no check-in of this desk to undo.")
        return row

    def _is_shown(self, row: ScanRow, shown: str) -> bool:
        """Whether this is the check-in that the verdict on the screen reports."""
        last = self.state.last
        if last is None or last.attendee is None or last.outcome is not Outcome.OK:
            return False
        if self._is_several:
            return False
        is_person = row.attendee_id == last.attendee.id == (shown or last.attendee.id)
        return is_person and (last.repeated or last.recorded == (row.log_id, row.seq))

    def _undo_question(self, store: Store, row: ScanRow) -> UndoQuestion:
        name, list_name = _names_of(store, row)
        when = time_words(row.at_ms, event_info(store).zone, store.clock())
        return UndoQuestion(row, name, when, list_name)

    def looked_up(self, seen: ScanResult | None) -> None:
        """Another attendee is being looked up: the verdict that is shown is over.

        Args:
            seen: that verdict; a newer one, which is on its way to the screen, stays.
        """
        if self.state.last is seen:
            self._leave_prompts()
            self.state = self.state._replace(last=None)

    def clear(self, seen: ScanResult | None) -> None:
        """Forget the last attendee, what is asked of them and a pending code.

        Args:
            seen: the verdict that is shown; a newer one, which is on its way, stays.
        """
        if self.state.last is seen:
            self._unanswered = None
            self.state = self.state._replace(
                last=None, prompts=None, pending_code="", attendee_id=""
            )

    def _leave_prompts(self) -> None:
        """Ask nothing more; the next verdict names the attendee who was being asked."""
        if self.state.prompts is not None:
            self._unanswered = self.state.prompts.attendee
            self.state = self.state._replace(prompts=None)

    def _drop_old_code(self, store: Store) -> None:
        """Drop a code that waited too long for an attendee; a refused one may still be admitted."""
        waits_for_override = self.state.last is not None and self._order.links_code
        begin_ms, end_ms = self._pending_until_ms
        if not waits_for_override and not begin_ms <= store.clock() <= end_ms:
            self.state = self.state._replace(pending_code="")

    def _next_prompt(self, store: Store, prompts: PromptQueue, left: PromptQueue) -> Reply | None:
        if prompts is not self.state.prompts:
            return None
        if left.is_done:
            return self._scan(store, left.order())
        self.state = self.state._replace(prompts=left)
        return left

    def _scan(self, store: Store, order: ScanOrder, notes: tuple[str, ...] = ()) -> Reply:
        if self._list_name is not None:
            self.open(store)
        state = self.state
        selected = None if state.follows_day or state.list is None else state.list.id
        order = replace(
            order,
            list_name=selected,
            direction=state.direction,
            at_ms=state.paper_ms,
            confirms=self.confirms and not order.acknowledged,
        )
        try:
            result = scan(store, order)
        except KioskError as error:
            removed = self.refresh(store) if error.code == "no_such_list" else None
            if removed is None:
                raise
            return removed
        result = replace(result, notes=(*notes, *self._left_open(store, result)))
        if self.scan_only:
            result = replace(result, said=_at_scan_desk(result))
        self._order, self._is_several = order, False
        self.state = self.state._replace(
            list=result.check_in_list,
            last=result,
            pending_code=self._pending_after(store, order, result),
            prompts=PromptQueue.of(order, result) if result.outcome is Outcome.INCOMPLETE else None,
            attendee_id=result.attendee.id if result.attendee else "",
        )
        return result

    def _pending_after(self, store: Store, order: ScanOrder, result: ScanResult) -> str:
        """The code that waits for an attendee after this verdict."""
        if order.links_code:
            is_done = result.outcome is Outcome.OK or result.linked_code
            return "" if is_done else order.code
        if not result.can_be_linked or self.scan_only:  # there no person can be selected
            return ""
        now_ms = store.clock()
        self._pending_until_ms = (now_ms, now_ms + PENDING_MS)
        return result.code

    def _left_open(self, store: Store, result: ScanResult) -> tuple[str, ...]:
        """Name the attendee whose question was not answered before this scan."""
        asked = self.state.prompts.attendee if self.state.prompts else self._unanswered
        self._unanswered = None
        if asked is None or (result.attendee and result.attendee.id == asked.id):
            return ()
        is_in = is_checked_in(store, asked.id, result.check_in_list.id)
        return () if is_in else (question_open(asked.label),)


def _names_of(store: Store, row: ScanRow) -> tuple[str, str]:
    """The names of the attendee and of the list of a scan."""
    person = attendee_by_id(store, row.attendee_id)
    return person.label if person else "", name_of_list(store, row.list_id)


def _at_scan_desk(result: ScanResult) -> VerdictText:
    """The sentences of a verdict where no one is looked up or named."""
    if result.outcome is Outcome.AMBIGUOUS:
        return SEVERAL_TICKETS
    is_look_up = result.said.next_step == LOOK_UP_NAME
    return replace(result.said, next_step=SEND_TO_HELP_DESK) if is_look_up else result.said


def scan_only_error(what: str) -> KioskError:
    """The error of an action that a desk for scanning does not do."""
    return Refused(
        "scan_only",
        f"{what} is not possible at this desk: it only scans.",
        next_step=SEND_TO_HELP_DESK,
    )
