"""A desk's work between two scans: what came in, what is shown, what is asked next.

It has no screen. Every front end passes on what the volunteer does (scanned, typed, selected,
answered, undo ...) and renders the reply. All methods that take a store run on the thread that
owns it, in the order of the keys. `state` is immutable and replaced as a whole, so any thread may
read it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.desk.prompts import PromptQueue
from kiosk.desk.state import DeskState
from kiosk.domain.checkin.code_matching import looks_like_code
from kiosk.domain.checkin.pins import Role
from kiosk.domain.checkin.privileges import OVERRIDE
from kiosk.domain.checkin.rules import LIFTABLE, CheckInList, Direction, Outcome
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import NOT_AUTHORISED, Authorisation, PinNeeded
from kiosk.services.checkin.checkin import (
    ScanOrder,
    ScanResult,
    attendee_by_id,
    is_checked_in,
    knows_code,
    scan,
    undo,
)
from kiosk.services.checkin.lists import (
    choose_list,
    event_lists,
    find_list,
    list_gone,
    name_of_list,
)
from kiosk.services.checkin.pins import pin_roles
from kiosk.services.people.lookup import LookupResult
from kiosk.services.people.people import edit

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store


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
class Undone:
    """An entry or exit that was undone."""

    attendee_id: str
    name: str
    list_name: str
    direction: Direction


Reply = ScanResult | PromptQueue | LookUp | Candidates | NoMatch | NameNeeded | ListRemoved | Undone
"""What a front end renders; a `ScanResult` is a verdict, a `PromptQueue` the next prompt."""


class DeskSession:
    """The work of one desk.

    Args:
        list_name: the list to check in on, as a person names it; None: the list of the day.
        scan_only: the desk registers and changes no one, and lets no one in without a PIN.
    """

    def __init__(self, list_name: str | None = None, *, scan_only: bool = False) -> None:
        self.scan_only = scan_only
        self.state = DeskState(follows_day=list_name is None)
        self._list_name = list_name
        self._order = ScanOrder()
        """Of the last verdict."""

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
        self.state = replace(self.state, list=chosen, follows_day=False)

    def refresh(self, store: Store) -> ListRemoved | None:
        """Follow the day, and what other desks changed of the lists."""
        lists = event_lists(store)
        if not lists or self._list_name is not None:
            return None
        of_the_day = choose_list(lists, None, store.clock())
        before = self.state.list
        if before is None or self.state.follows_day:
            self.state = replace(self.state, list=of_the_day)
            return None
        current = next((item for item in lists if item.id == before.id), None)
        follows_day = current is None
        self.state = replace(self.state, list=current or of_the_day, follows_day=follows_day)
        return ListRemoved(before, of_the_day) if current is None else None

    def set_direction(self, direction: Direction) -> None:
        """Count scans as entries or as exits from now on."""
        self.state = replace(self.state, direction=direction)

    def toggle_direction(self) -> None:
        """Count scans as exits instead of entries, or the other way round."""
        is_exit = self.state.direction is Direction.EXIT
        self.set_direction(Direction.ENTRY if is_exit else Direction.EXIT)

    # scans, codes and names

    def scanned(self, store: Store, code: str) -> Reply:
        """A scanner or camera read a code."""
        return self._scan(store, ScanOrder(code=code))

    def typed(self, store: Store, text: str) -> Reply:
        """A line was typed: a code is decided at once."""
        return self.scanned(store, text) if knows_code(store, text) else LookUp(text)

    def found(self, store: Store, text: str, found: LookupResult) -> Reply:
        """The search's result for a typed line: one clear attendee is checked in."""
        if not found.people and looks_like_code(text.strip()):
            return self.scanned(store, text)
        if not found.people:
            return NoMatch(text)
        return self.selected(store, found.people[0].id) if found.clear else Candidates(found)

    def selected(self, store: Store, attendee_id: str) -> Reply:
        """An attendee was selected by name."""
        person = attendee_by_id(store, attendee_id)
        is_nameless = person is not None and not person.name
        can_be_named = self.state.direction is Direction.ENTRY and not self.scan_only
        if person and is_nameless and can_be_named and not is_checked_in(store, attendee_id):
            return NameNeeded(person)
        return self.check_in(store, attendee_id)

    def named(
        self,
        store: Store,
        attendee_id: str,
        name: str,
        *,
        given: Authorisation = NOT_AUTHORISED,
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
        code = self.state.pending_code
        order = ScanOrder(code=code, attendee_id=attendee_id, links_code=bool(code))
        return self._scan(store, order)

    # after a verdict

    def confirmed(self, store: Store, prompts: PromptQueue) -> Reply | None:
        """The note of these prompts was confirmed; None: they are no longer asked."""
        return self._next_prompt(store, prompts, prompts.confirm())

    def answered(self, store: Store, prompts: PromptQueue, choice: str | None) -> Reply | None:
        """The question of these prompts was answered; None as a choice leaves it open.

        Returns:
            The next prompt or the verdict; None: these prompts are no longer asked.
        """
        return self._next_prompt(store, prompts, prompts.answer(choice))

    def whole_party(self, store: Store) -> Reply:
        """Let in the rest of the last ticket's party, with the permission of the first.

        Raises:
            KioskError: `no_party_left`.
        """
        last = self.state.last
        if last is None or last.attendee is None or not self.state.party_left:
            raise KioskError(
                "no_party_left",
                "Everyone on the last ticket is already in.",
                saved="Nothing was recorded.",
            )
        forced = last.forced
        reason = self._order.reason if forced else ""
        order = ScanOrder(
            attendee_id=last.attendee.id,
            heads=0,
            force=forced,
            reason=reason,
            given=self._order.given,
        )
        return self._scan(store, order)

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
        if last is None or last.attendee is None or last.outcome not in LIFTABLE:
            raise KioskError(
                "nothing_to_override",
                "There is no refused attendee to admit.",
                saved="Nothing was recorded.",
            )
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
        """A desk for scanning admits against the rules with a PIN only, whichever there is."""
        if not self.scan_only or given.role is not None:
            return
        roles = pin_roles(store)
        if not roles:
            raise scan_only_error("Admitting against the rules")
        raise PinNeeded(OVERRIDE.act, min(roles, key=list(Role).index))

    def undo(
        self, store: Store, reason: str = "", *, given: Authorisation = NOT_AUTHORISED
    ) -> Undone:
        """Undo this desk's last entry or exit.

        Raises:
            KioskError: `nothing_to_undo`, `pin_needed` for an older one.
        """
        row = undo(store, reason=reason, given=given)
        person = attendee_by_id(store, row.attendee_id)
        self.state = replace(self.state, last=None, prompts=None, attendee_id=row.attendee_id)
        return Undone(
            row.attendee_id,
            person.label if person else "",
            name_of_list(store, row.list_id),
            Direction(row.direction),
        )

    def looked_up(self, seen: ScanResult | None) -> None:
        """Another attendee is being looked up: the verdict that is shown is over.

        Args:
            seen: that verdict; a newer one, which is on its way to the screen, stays.
        """
        if self.state.last is seen:
            self.state = replace(self.state, last=None, prompts=None)

    def clear(self, seen: ScanResult | None) -> None:
        """Forget the last attendee, what is asked of them and a pending code.

        Args:
            seen: the verdict that is shown; a newer one, which is on its way, stays.
        """
        if self.state.last is seen:
            self.state = replace(
                self.state, last=None, prompts=None, pending_code="", attendee_id=""
            )

    def _next_prompt(self, store: Store, prompts: PromptQueue, left: PromptQueue) -> Reply | None:
        if prompts is not self.state.prompts:
            return None
        if left.is_done:
            return self._scan(store, left.order())
        self.state = replace(self.state, prompts=left)
        return left

    def _scan(self, store: Store, order: ScanOrder) -> Reply:
        if self._list_name is not None:
            self.open(store)
        state = self.state
        selected = None if state.follows_day or state.list is None else state.list.id
        order = replace(order, list_name=selected, direction=state.direction)
        try:
            result = scan(store, order)
        except KioskError as error:
            removed = self.refresh(store) if error.code == "no_such_list" else None
            if removed is None:
                raise
            return removed
        self._order = order
        is_unknown = result.outcome is Outcome.INVALID and bool(result.code.strip())
        self.state = replace(
            self.state,
            list=result.check_in_list,
            last=result,
            pending_code=result.code if is_unknown else "",
            prompts=PromptQueue.of(order, result) if result.outcome is Outcome.INCOMPLETE else None,
            attendee_id=result.attendee.id if result.attendee else "",
        )
        return result


def scan_only_error(what: str) -> KioskError:
    """The error of an action that a desk for scanning does not do."""
    return KioskError(
        "scan_only",
        f"{what} is not possible at this desk: it only scans.",
        saved="Nothing was changed.",
        next_step="Send the attendee to the help desk.",
    )
