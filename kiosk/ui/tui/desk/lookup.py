"""The desk's name search: while letters are typed, and after Enter."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.services.people.lookup import Lookup, LookupResult, store_index
from kiosk.support.progress import gc_paused
from kiosk.ui.tui.desk.match_list import Match, MatchList
from kiosk.ui.tui.desk.rows import match_rows
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.widgets.scan_input import ScanInput

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store
    from kiosk.ui.tui.desk.desk import DeskScreen

MATCHES = 50
"""Attendees listed for a query; one more letter finds the others."""
NO_MATCH = "No match. F2 registers a walk-in."
_ALL_MATCHES_AFTER_S = 0.1
"""When the matches below those in view are looked for: no key waits for that."""


class LookupControl:
    """Owns the index, which belongs to the search's thread, and drops results of older queries."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self.index: Lookup | None = None
        """None until all names are read."""
        self.query = 0
        """Grows with each query and scan: results of an older one are dropped."""
        self._running = 0

    @property
    def is_searching(self) -> bool:
        """Whether a result, and with it another person's card, is still to come."""
        return self._running > 0

    @property
    def arrived(self) -> set[str]:
        """Ids of the attendees who are in, as far as the index knows."""
        return self.index.arrived if self.index else set()

    def rows(self, found: LookupResult) -> list[Match]:
        """The result as rows of the list."""
        return match_rows(found.people, self.arrived, found.former)

    def supersede(self) -> int:
        """Drop results that are on their way; returns the number of the new query."""
        self.query += 1
        return self.query

    def load(self) -> None:
        """Read all names, in the search's thread."""
        give_way = host_of(self._desk).right_of_way.give_way
        chosen = self._desk.list
        opens_after_another = self._desk.after_another

        session = self._desk.lookup_session

        def load(store: Store) -> Lookup:
            store_index(store, lambda: session.is_closed)
            with gc_paused():
                index = Lookup.load(store, give_way, chosen.id if chosen else None)
            if opens_after_another:  # else its names stay in memory as long as the program runs
                gc.unfreeze()
                gc.collect()
            gc.freeze()  # else each collection looks through it, for as long as ten scans take
            return index

        def loaded(index: Lookup) -> None:
            self.index = index
            self.refresh()  # changes while the names were read
            if text := self._desk.query_one(ScanInput).value:
                self.search(text)

        self._desk.lookup_session.ask(load, loaded)

    def refresh(self) -> None:
        """Read newer changes; letters without a match are looked up again.

        The rows of a list with matches stay where they are: a person may be selecting from it.
        """

        def again(_: None) -> None:
            if not self._desk.is_attached:
                return
            matches, text = self._desk.query_one(MatchList), self._desk.query_one(ScanInput).value
            if text and not matches.matches:
                self.search(text)
            elif query := text or " ".join(matches.typed):
                self.find(self.query, query, MATCHES, lambda found: matches.renew(self.rows(found)))

        if self.index is not None:
            self._desk.lookup_session.ask(self.index.refresh, again)

    def search(self, text: str) -> None:
        """List the attendees whom the letters typed so far fit."""
        number = self.supersede()
        matches = self._desk.query_one(MatchList)
        if not text.strip():
            matches.show([])
            return
        if self._desk.scan_only:
            matches.show([], note="No names here: this desk only scans.")
            return
        if self.index is None:
            matches.show([], note="One moment: the list of names is being read.")
            return
        in_view = min(matches.in_view, MATCHES)

        def found(result: LookupResult) -> None:
            rows = self.rows(result)
            matches.show(rows, note=NO_MATCH, typed=text)
            self._running += 1
            self._desk.call_after_refresh(painted, rows)

        def painted(rows: list[Match]) -> None:
            self._ended()
            if number != self.query:
                return
            self._desk.show_person(rows[0].attendee_id if rows else None)
            if in_view <= len(rows) < MATCHES:
                self._desk.set_timer(_ALL_MATCHES_AFTER_S, find_all)

        def find_all() -> None:
            self.find(number, text, MATCHES, lambda result: matches.lengthen(self.rows(result)))

        self.find(number, text, in_view, found)

    def find(self, number: int, text: str, most: int, then: Callable[[LookupResult], None]) -> None:
        """Search in the other thread; nothing follows once the query is an older one."""
        index = self.index

        chosen = self._desk.list

        def search(store: Store) -> LookupResult | None:
            if index is None or number != self.query:
                return None
            index.use_list(store, chosen.id if chosen else None)
            return index.search(store, text, most)

        def found(result: LookupResult | None) -> None:
            self._ended()
            if result is not None and number == self.query:
                then(result)

        def failed(error: KioskError) -> None:
            self._ended()
            self._desk.show_error(error)

        self._running += 1
        self._desk.lookup_session.ask(search, found, failed)

    def _ended(self) -> None:
        """A result was shown or dropped: keys that waited for it may act."""
        self._running -= 1
        if not self._running:
            host_of(self._desk).person_shown()
