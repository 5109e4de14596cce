"""What the desk is made of: one input, one banner, the people, one card, counters and keys."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.signal import Signal
from textual.widgets import Static

from kiosk.domain.checkin.outcomes import LIFTABLE, Direction, Outcome
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.support.lazy_import import LazyModule
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.desk_paper import PaperDesk
from kiosk.ui.tui.desk.header import DeskHeader, StatusLine
from kiosk.ui.tui.desk.match_list import MatchList
from kiosk.ui.tui.desk.verdict import WELCOME, BannerView
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.printing.badge_preview import BadgePreview
from kiosk.ui.tui.session import Session
from kiosk.ui.tui.widgets.key_bar import KeyBar
from kiosk.ui.tui.widgets.scan_input import ScanInput

if TYPE_CHECKING:
    from kiosk.domain.checkin.rules import CheckInList
    from kiosk.services.checkin import card as desk_service
    from kiosk.services.checkin import lists as list_service
    from kiosk.services.checkin.card import AttendeeCard
    from kiosk.services.checkin.checkin import ScanResult
    from kiosk.services.checkin.prompts import PromptQueue
    from kiosk.services.event import event as event_service
    from kiosk.services.event.event import EventInfo
    from kiosk.services.people.lookup import Lookup
    from kiosk.services.tally import counts as counting
    from kiosk.services.tally.counts import DeskCounts
    from kiosk.storage.file.store import Store
    from kiosk.storage.log import reader
    from kiosk.storage.queries import attendees as people
    from kiosk.storage.queries import lists as stored_lists
    from kiosk.ui.tui.desk import card as card_view
    from kiosk.ui.tui.input.priority import InputPriority
else:  # none of it is needed for the first frame
    desk_service = LazyModule("kiosk.services.checkin.card")
    event_service = LazyModule("kiosk.services.event.event")
    list_service = LazyModule("kiosk.services.checkin.lists")
    people = LazyModule("kiosk.storage.queries.attendees")
    counting = LazyModule("kiosk.services.tally.counts")
    reader = LazyModule("kiosk.storage.log.reader")
    stored_lists = LazyModule("kiosk.storage.queries.lists")
    card_view = LazyModule("kiosk.ui.tui.desk.card")

ASK = "Scan a ticket, or type a name, e-mail, order ..."
OF_THE_MOMENT = ("let_in", "whole_party")
"""Keys that are shown only while the last verdict gives them something to do."""
NEEDED = (*OF_THE_MOMENT, "app.help", "help_desk", "switch_list", "undo")
"""Keys that stay in the bar on a narrow screen."""
NO_HELP_TO_THE_REFUSED = ("walk_in", "badge_queue")
"""Keys that make room in the bar for list, undo and badge while a refusal is on the banner."""
WATCH_S = 1.0
"""How often the desk looks whether another program has written to the event."""

HELD_S = 1.0
"""A verdict takes no longer, unless another program keeps the file to itself."""
HELD = "Another program holds the event file. The scan is kept, and goes on by itself."

NOT_AT_A_SCAN_DESK = frozenset(
    {"edit", "walk_in", "import_file", "lists", "transfer", "first_time", "tables"}
)
SCAN_DESK = "This desk is for scanning only: ^G sends the person to the help desk."


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What the desk learns when the event is open."""

    event: EventInfo
    lists: tuple[CheckInList, ...]
    chosen: CheckInList
    people: int
    is_demo: bool
    is_purged: bool = False
    """The people were removed, and the counts kept."""


class DeskFrame(PaperDesk):
    """Opens the event, paints what is known, and keeps it true; scans are its subclass's part."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-normal"), (100, "-wide")]
    AUTO_FOCUS = "#scan"
    takes_scans = True
    is_new = False
    """Just made: whoever made it is told what comes next."""

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
        self.status_line = StatusLine(id="status")
        self.facts: DeskFacts | None = None
        self.list: CheckInList | None = None
        self.follows_the_day = list_name is None
        self.direction = Direction.ENTRY
        self.last: ScanResult | None = None
        self.person: AttendeeCard | None = None
        self._wanted_person: str | None = None
        """Whose card is on the way, if it is not the one shown."""
        self.pending_code = ""
        """An unknown code that the next person chosen gets."""
        self.asking: PromptQueue | None = None
        """What is being asked of the last person, who is not in before."""
        self._lookup: Lookup | None = None
        self._query = 0
        self._undecided = 0
        """Scans whose verdict is still to come."""
        self._undecided_since = 0.0
        self._version = 0
        self._count = 0
        self.verdicts: Signal[BannerView] = Signal(self, "verdicts")
        """What the banner says, for a screen that lies over it."""

    # what is on the screen

    def compose(self) -> ComposeResult:
        """The design of 80x24; wider screens only get more room."""
        # the class of this width before anything is there: set later, all is styled anew
        fits = [name for least, name in self.HORIZONTAL_BREAKPOINTS if self.app.size.width >= least]
        self.add_class(*fits[-1:], update=False)
        yield DeskHeader(self.path.stem, self.desk, clock=self.clock, id="header")
        yield ResultBanner(id="banner")
        with Horizontal(id="ask"):
            yield Static(" › ", id="prompt")
            yield ScanInput(placeholder=ASK, id="scan", select_on_focus=False)
        with Horizontal(id="middle"):
            yield MatchList(id="matches")
            with VerticalScroll(id="card-box", can_focus=False):
                yield Static("", id="card", markup=False)
            yield BadgePreview(self.path, self.desk, id="badge")
        yield self.status_line
        yield KeyBar(id="keys")

    @property
    def _right_of_way(self) -> InputPriority:
        return host_of(self).right_of_way

    def open_self_service(self) -> None:
        """Lock the screen for attendees."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """After the first frame: open the event, then build the search."""
        self._paint_keys()
        if self.starts_locked:
            self._open()
            self.open_self_service()
        else:
            self.call_after_refresh(self._open)

    def _open(self) -> None:
        self.session.ask(self._load_facts, self._opened)
        self.session.start()
        self.lookup_session.ask(_remember)
        self.lookup_session.start()
        self.lookup_session.ask(self._load_lookup, self._searchable)
        host_of(self).start_printing(self.path)
        self.set_interval(WATCH_S, self._watch)

    def _load_lookup(self, store: Store) -> Lookup:
        """In the search's thread; a scan comes first."""
        from kiosk.services.people.lookup import Lookup
        from kiosk.support.gc_paused import gc_paused

        with gc_paused():
            lookup = Lookup.load(store, self._right_of_way.give_way)
        if self.after_another:  # whose names would stay for as long as the program runs
            gc.unfreeze()
            gc.collect()
        gc.freeze()  # else Python looks through it all now and then, for as long as ten scans take
        return lookup

    def _load_facts(self, store: Store) -> DeskFacts:
        lists = tuple(stored_lists.check_in_lists(store.connection))
        chosen = list_service.choose_list(lists, self.wanted_list, store.clock())
        is_demo = bool(stored_lists.setting(store.connection, "demo", False))
        count = people.count_attendees(store.connection)
        is_purged = stored_lists.setting(store.connection, "purged") is not None
        info = event_service.event_info(store)
        return DeskFacts(info, lists, chosen, count, is_demo, is_purged)

    def _opened(self, facts: DeskFacts) -> None:
        self.facts = facts
        header = self.query_one(DeskHeader)
        header.event_name = escape_controls(facts.event.name)
        header.zone = facts.event.zone
        self._use_list(facts.chosen)
        if self.last is None and not self._undecided:  # else a verdict is what is looked for
            self._welcome(facts)

    def _welcome(self, facts: DeskFacts) -> None:
        """What to do first, where that is not plain."""
        if facts.people == 0 and facts.is_purged:
            hint = "Their counts are kept: Ctrl+P, “Take the attendance away”, report."
            self._banner(replace(WELCOME, words="PEOPLE REMOVED", hint=hint))
        elif facts.people == 0:
            self._banner(
                replace(WELCOME, words="NOBODY YET", hint="Ctrl+R brings a list in, F2 a walk-in.")
            )
        elif self.is_new:
            hint = "Ctrl+P, “Set up”: lists, badges, scanner, printer, a rehearsal."
            self._banner(replace(WELCOME, words="NEW EVENT", hint=hint))
        elif facts.is_demo:
            from kiosk.services.setup.demo import TRY

            self._banner(replace(WELCOME, hint=TRY))

    def _use_list(self, chosen: CheckInList) -> None:
        self.list = chosen
        header = self.query_one(DeskHeader)
        header.list_name = escape_controls(chosen.name)
        header.mode = "EXITS" if self.direction is Direction.EXIT else ""
        header.paint()
        self._refresh_counts()

    def _banner(self, view: BannerView) -> None:
        self.query_one(ResultBanner).show(view)
        self.verdicts.publish(view)

    def say(self, words: str, hint: str, tone: str = "question", sign: str = "i") -> None:
        """Something that is no verdict, on the banner all the same: there is one place to look."""
        self._banner(BannerView(sign, words, tone, hint=hint))

    def show_error(self, error: KioskError) -> None:
        """Why something could not be done."""
        rest = " ".join(part for part in (error.saved, error.next_step) if part)
        who = escape_controls(error.problem)
        self._banner(BannerView("✗", "NOT DONE", "error", who=who, hint=rest, speaks=True))

    def _paint_keys(self) -> None:
        self.query_one(KeyBar).show(self._keys(), NEEDED)

    def _keys(self) -> list[tuple[Binding, bool]]:
        """The bar's keys, and whether each can act now."""
        bar = [
            (binding, self.check_action(binding.action, ()) is True)
            for binding in self.BINDINGS
            if isinstance(binding, Binding) and binding.show
        ]
        bar = [key for key in bar if key[1] or key[0].action not in OF_THE_MOMENT]
        last = self.last
        was_refused = last is not None and last.attendee and last.outcome is not Outcome.OK
        return sorted(bar, key=lambda key: _place_in_bar(key, was_refused=bool(was_refused)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """None dims a key: it is there, and cannot act now."""
        if self.scan_only and action in NOT_AT_A_SCAN_DESK:
            return None
        possible = {
            "edit": self.person is not None,
            "transfer": self.person is not None,
            "first_time": self.person is not None,
            "badge": self.person is not None,
            "let_in": self._can_let_in(),
            "whole_party": self._party_left() > 0,
        }
        return True if possible.get(action, True) else None

    # the card and the counters

    def _show_person(self, attendee_id: str | None) -> None:
        self._wanted_person = attendee_id
        if attendee_id is None:
            self._person_loaded(None)
            return

        def loaded(facts: AttendeeCard | None) -> None:
            if attendee_id == self._wanted_person:  # else the next one is on the way
                self._person_loaded(facts)

        self.session.ask(lambda store: desk_service.attendee_card(store, attendee_id), loaded)

    def _person_loaded(self, facts: AttendeeCard | None) -> None:
        if facts is None or self.person is None or facts.attendee.id != self.person.attendee.id:
            self.query_one("#card-box", VerticalScroll).scroll_home(animate=False)
        self.person = facts
        self.query_one("#card", Static).update(card_view.card_content(facts) if facts else "")
        self._paint_keys()
        self.query_one(BadgePreview).show_person(facts.attendee.id if facts else None)

    def _refresh_counts(self) -> None:
        """Where they hold nobody up: scans are decided by the other thread, unless the search is
        still being built in this one. Of several that wait, the last one counts."""
        chosen = self.list
        if chosen is None:
            return
        self._count += 1
        number = self._count

        def count(store: Store) -> DeskCounts | None:
            return counting.desk_counts(store, chosen) if number == self._count else None

        session = self.session if self._lookup is None else self.lookup_session
        session.ask(count, self._counted)

    def _counted(self, counts: DeskCounts | None) -> None:
        if counts is None:
            return
        waiting = counts.at_help_desk
        self.status_line.say(
            counts=f"in {counts.checked_in:,} of {counts.expected:,}",
            pace=f"{counts.recent:,} in the last 15 min",
            help_desk=f"help desk: {waiting:,}" if waiting else "",
        )

    def show_camera(self, words: str) -> None:
        """What the camera sees, beside the counters."""
        self.status_line.say(camera=words)

    def show_camera_error(self, error: KioskError) -> None:
        """The key was pressed, and there are no pictures: why, and the way out."""
        from kiosk.camera.errors import GO_ON

        way_out = escape_controls(error.next_step).removesuffix(GO_ON).rstrip()
        who = escape_controls(error.problem)
        self._banner(BannerView("!", "NO CAMERA", "warning", who=who, hint=way_out, speaks=True))

    def show_sharing(self, words: str) -> None:
        """How the desks stand, beside the counters."""
        self.status_line.say(sharing=words)

    def _refresh_lookup(self) -> None:
        lookup = self._lookup
        if lookup is not None:
            self.lookup_session.ask(lookup.refresh)

    def _searchable(self, lookup: Lookup) -> None:
        self._lookup = lookup
        text = self.query_one(ScanInput).value
        if text:
            self._search(text)

    def _watch(self) -> None:
        """Another desk's program on the same file, or a new day."""
        waited_s = time.monotonic() - self._undecided_since
        if self._undecided and waited_s > HELD_S and self.session.works:
            self.say("WAITING", HELD, tone="warning", sign="…")
        self.session.ask(_data_version, self._versioned)
        if self.follows_the_day and self.list is not None:
            self.session.ask(_list_of_now, self._day_known)
        self.look_after_paper()
        host_of(self).look_at_sharing()

    def _day_known(self, current: CheckInList | None) -> None:
        """At midnight header and counters go on to the day that scans count for."""
        if current is None or self.list is None or not self.follows_the_day:
            return
        if current.id != self.list.id:
            self._use_list(current)

    def _versioned(self, version: int) -> None:
        if version != self._version:
            self._version = version
            self._look_at_event()
            self._refresh_counts()
            self._refresh_lookup()
            if self._wanted_person is not None:
                self._show_person(self._wanted_person)

    def _look_at_event(self) -> None:
        """Another desk may have given event and lists other names, or removed this one's list."""
        session = self.session if self._lookup is None else self.lookup_session
        session.ask(_event_and_lists, self._event_known)

    def _event_known(self, known: tuple[EventInfo, list[CheckInList], CheckInList]) -> None:
        event, lists, of_the_moment = known
        before = self.list
        if self.facts is None or before is None or not self.is_attached:
            return
        self.facts = replace(self.facts, event=event, lists=tuple(lists))
        header = self.query_one(DeskHeader)
        header.event_name, header.zone = escape_controls(event.name), event.zone
        header.paint()
        current = next((item for item in lists if item.id == before.id), of_the_moment)
        if current != before:
            self._use_list(current)
        if current.id != before.id and not self.follows_the_day:
            self.follows_the_day = True
            words = list_service.list_gone(before.name, current.name)
            self.say("LIST REMOVED", words, tone="warning", sign="!")

    def _search(self, text: str) -> None:
        """Look up what stands in the field."""
        raise NotImplementedError

    def action_camera(self) -> None:
        """The laptop's camera as a scanner, on or off."""
        host_of(self).camera.switch()

    def action_sound(self) -> None:
        """Sounds on or off."""
        sounder = host_of(self).sounder
        sounder.enabled = not sounder.enabled
        words = "SOUND ON" if sounder.enabled else "SOUND OFF"
        self.say(words, "Each verdict has a sound of its own; Ctrl+T switches them.")

    def _can_let_in(self) -> bool:
        return bool(self.last and self.last.attendee and self.last.outcome in LIFTABLE)

    def _party_left(self) -> int:
        last = self.last
        if last is None or last.attendee is None or last.outcome is not Outcome.OK:
            return 0
        return last.attendee.heads - last.admitted if last.direction is Direction.ENTRY else 0


def _place_in_bar(key: tuple[Binding, bool], *, was_refused: bool) -> int:
    """First what only this verdict allows, last what leads to everything else; behind what helps
    somebody who was refused, what does not."""
    action = key[0].action
    if action in OF_THE_MOMENT:
        return 0
    if action == "app.command_palette":
        return 3
    return 2 if was_refused and action in NO_HELP_TO_THE_REFUSED else 1


def _list_of_now(store: Store) -> CheckInList | None:
    lists = stored_lists.check_in_lists(store.connection)
    return list_service.choose_list(lists, None, store.clock()) if lists else None


def _event_and_lists(store: Store) -> tuple[EventInfo, list[CheckInList], CheckInList]:
    lists = stored_lists.check_in_lists(store.connection)
    now = list_service.choose_list(lists, None, store.clock())
    return event_service.event_info(store), lists, now


def _data_version(store: Store) -> int:
    return reader.data_version(store.connection)


def _remember(store: Store) -> None:
    """The next start opens this event; a rehearsal of it is over when its own desk opens."""
    from kiosk.services.setup.recent import has_rehearsals, is_rehearsal, remember_event

    remember_event(store.path)
    if has_rehearsals() and not is_rehearsal(store.path):
        from kiosk.services.setup.rehearsal import end_rehearsal

        end_rehearsal(store.path)
