"""Days and check-in lists: seen, added, changed, removed; and what the event is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.checkin.rules import ENTRY_WORDS, CheckInList, ListKind
from kiosk.domain.datetimes import DateTimeContext, window_words
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.lists import moment_context, put_back, remove_list
from kiosk.services.event.change import ListChanges
from kiosk.services.event.event import EventInfo, event_info
from kiosk.services.setup.new_event import days_in_words
from kiosk.services.tally.counts import checked_in_by_list
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import ticket_types
from kiosk.storage.queries.lists import check_in_lists
from kiosk.ui.tui.dialogs.dialog import AnswerScreen
from kiosk.ui.tui.dialogs.pin import OrganisersLeave, Then
from kiosk.ui.tui.session import Session
from kiosk.ui.tui.setup.event_form import EventForm
from kiosk.ui.tui.setup.list_form import ChooseKind, ListFacts, ListForm
from kiosk.ui.tui.widgets.cells import fit
from kiosk.ui.tui.widgets.key_bar import KeyBar

_WHY = "Days and lists are the organiser's."


@dataclass(frozen=True, slots=True)
class ListsFacts:
    """What the screen shows."""

    event: EventInfo
    context: DateTimeContext
    lists: tuple[CheckInList, ...]
    ticket_types: tuple[str, ...]
    heads: dict[str, int]
    """List id to people checked in there."""


class ListsScreen(AnswerScreen[bool | None]):
    """Answers whether to go on (in set-up) or whether anything was changed (at a desk)."""

    AUTO_FOCUS = "#lists-lines"
    BINDINGS = [
        Binding("enter", "enter", "Change", id="lists.enter"),
        Binding("f3", "change", "Change", id="lists.change", tooltip="Name, window, tickets"),
        Binding("f2,insert", "new", "Add", id="lists.new", tooltip="A session, a meal, ..."),
        Binding("delete", "remove", "Remove", id="lists.remove", tooltip="Its check-ins stay"),
        Binding("f8", "put_back", "Put back", id="lists.back", tooltip="The list removed last"),
        Binding("f4", "event", "Event", id="lists.event", tooltip="Its name, days, time zone"),
        Binding("escape", "leave", "Back", id="lists.leave"),
    ]

    def __init__(self, event: Path, desk: str, *, setting_up: bool = False) -> None:
        """`setting_up`: the event was just made; Enter goes on to its desk."""
        super().__init__()
        self.event = event
        self.desk = desk
        self.setting_up = setting_up
        self.takes_scans = setting_up
        self.facts: ListsFacts | None = None
        self.is_changed = False
        self._leave = OrganisersLeave(_WHY)
        self.removed: CheckInList | None = None
        self._lit_id = ""
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The thread that holds the event."""
        assert self._session is not None
        return self._session

    # what is on the screen

    def compose(self) -> ComposeResult:
        """The event, its lists, the lit one in a sentence, what was done, keys."""
        yield Static("Days and check-in lists", id="lists-head", markup=False)
        yield Static("", id="lists-event", markup=False)
        yield OptionList(id="lists-lines")
        yield Static("", id="lists-about", markup=False)
        yield Static("", id="lists-said", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Read them."""
        app: Any = self.app
        self._session = Session(
            app, lambda: Store.open(self.event, desk=self.desk), self._failed, "kiosk-lists"
        )
        self._session.start()
        self._paint_keys()
        if self.setting_up:
            self._say("This is what was made. Enter: it is right, open the desk.")
        self._load()

    def on_unmount(self) -> None:
        """Let go of the event."""
        if self._session is not None:
            self._session.close(timeout_s=1.0)

    def on_resize(self) -> None:
        """Fill the new width."""
        if self.facts is not None:
            self._show(self.facts)

    def _load(self, then: str = "") -> None:
        self.session.ask(_facts, lambda facts: self._loaded(facts, then))

    def _loaded(self, facts: ListsFacts, said: str) -> None:
        if not self.is_attached:
            return
        self.facts = facts
        self._show(facts)
        if said:
            self._say(said)

    def _show(self, facts: ListsFacts) -> None:
        days = days_in_words(facts.event.days) or "no days set"
        self.query_one("#lists-event", Static).update(
            Content.assemble(
                (escape_controls(facts.event.name), "bold"),
                f"  ·  {days}  ·  {facts.event.timezone}",
            )
        )
        options = self.query_one("#lists-lines", OptionList)
        ids = [item.id for item in facts.lists]
        lit = options.highlighted or 0
        lit = ids.index(self._lit_id) if self._lit_id in ids else lit
        self._lit_id = ""
        options.clear_options()
        width = max(40, (options.size.width or self.size.width or 80) - 3)
        options.add_options([Option(_line(item, facts, width)) for item in facts.lists])
        if facts.lists:
            options.highlighted = min(lit, len(facts.lists) - 1)
        self._paint_about()
        self._paint_keys()

    @property
    def lit(self) -> CheckInList | None:
        """The list under the bar."""
        index = self.query_one("#lists-lines", OptionList).highlighted
        lists = self.facts.lists if self.facts else ()
        return lists[index] if index is not None and index < len(lists) else None

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._paint_about()

    def _paint_about(self) -> None:
        item, facts = self.lit, self.facts
        words = "No list yet: F2 adds one." if facts and not facts.lists else ""
        if item is not None and facts is not None:
            words = about(item, facts)
        self.query_one("#lists-about", Static).update(words)

    def _paint_keys(self) -> None:
        bar = []
        for binding in self.BINDINGS:
            assert isinstance(binding, Binding)
            words = "Open the desk" if binding.action == "enter" and self.setting_up else ""
            if binding.action == "enter" and not self.setting_up:
                continue
            if binding.action == "put_back" and self.removed is None:
                continue
            shown = Binding(binding.key.split(",")[0], "", words or binding.description)
            bar.append((shown, self.check_action(binding.action, ()) is True))
        self.query_one(KeyBar).show(bar)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """None dims a key that cannot act now."""
        possible = {
            "change": self.lit is not None if self.is_mounted else False,
            "remove": self.lit is not None if self.is_mounted else False,
            "put_back": self.removed is not None,
            "event": self.facts is not None,
            "new": self.facts is not None,
        }
        return True if possible.get(action, True) else None

    def _say(self, words: str, *, is_error: bool = False) -> None:
        line = self.query_one("#lists-said", Static)
        line.set_class(is_error, "-error")
        line.update(escape_controls(words))

    def _failed(self, error: KioskError) -> None:
        if self.is_attached:
            self._say(str(error), is_error=True)

    # keys

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_enter()

    def action_enter(self) -> None:
        """In set-up go on; at a desk change the lit list."""
        if self.setting_up:
            self.dismiss(True)
        else:
            self.action_change()

    def _permitted(self, do: Then) -> None:
        """Do it, after the organiser's PIN where there is one."""
        self._leave.then(self.app, self.session, do)

    def action_new(self) -> None:
        """A list more."""
        facts = self.facts
        if facts is None:
            return

        def chosen(kind: ListKind | None) -> None:
            if kind is ListKind.DAY:  # a day's list comes with the day
                self.action_event()
            elif kind is not None:
                self._form(ListFacts(facts.context, facts.ticket_types, kind=kind))

        self._permitted(lambda: self.app.push_screen(ChooseKind(), chosen))

    def action_change(self) -> None:
        """The lit list's name, window, tickets and rule."""
        facts, item = self.facts, self.lit
        if facts is not None and item is not None:
            form = ListFacts(facts.context, facts.ticket_types, item=item)
            self._permitted(lambda: self._form(form))

    def _form(self, facts: ListFacts) -> None:
        def saved(item: CheckInList | None) -> None:
            if item is not None:
                self._lit_id = item.id
                self._changed(f"Saved: {item.name}.")

        form = ListForm(self.session, facts, alone=self.setting_up)
        self.app.push_screen(form, saved)

    def _changed(self, said: str) -> None:
        self.is_changed = True
        self._load(said)

    def action_remove(self) -> None:
        """Take the lit list off; F8 puts it back."""
        item = self.lit
        if item is None or self.facts is None:
            return
        if len(self.facts.lists) == 1:
            self._say("An event needs one list: scans could not count for anything.", is_error=True)
            return

        def removed(_: CheckInList) -> None:
            self.removed = item
            self._changed(f"Removed: {item.name}. F8 puts it back, with its check-ins.")

        self._permitted(
            lambda: self.session.ask(lambda store: remove_list(store, item.id), removed)
        )

    def action_put_back(self) -> None:
        """The list removed last, as it was."""
        item, self.removed = self.removed, None
        if item is not None:
            self.session.ask(
                lambda store: put_back(store, item),
                lambda _: self._changed(f"Put back: {item.name}."),
            )

    def action_event(self) -> None:
        """Name, days, zone."""
        facts = self.facts
        if facts is None:
            return

        def saved(changes: ListChanges | None) -> None:
            if changes is not None:
                self._changed(f"Saved. {changes.sentence()}")

        form = EventForm(self.session, facts.event, alone=self.setting_up)
        self._permitted(lambda: self.app.push_screen(form, saved))

    def action_leave(self) -> None:
        """One step back."""
        self.dismiss(False if self.setting_up else self.is_changed)


def _facts(store: Store) -> ListsFacts:
    connection = store.connection
    lists = tuple(check_in_lists(connection))
    return ListsFacts(
        event_info(store),
        moment_context(store),
        lists,
        tuple(ticket_types(connection)),
        checked_in_by_list(store),
    )


def _line(item: CheckInList, facts: ListsFacts, width: int) -> Content:
    """Name, window, tickets, so many cells wide."""
    types = ", ".join(item.ticket_types) or "all tickets"
    name_room, window_room = width * 9 // 24, width * 10 // 24
    name = fit(escape_controls(item.name), name_room - 2)
    window = fit(window_words(item.opens_ms, item.closes_ms, facts.context), window_room - 2)
    rest = fit(escape_controls(types), width - name_room - window_room)
    return Content.assemble(
        (name, "bold"),
        " " * (name_room - cell_len(name)),
        window,
        " " * (window_room - cell_len(window)),
        (rest, "dim"),
    )


def about(item: CheckInList, facts: ListsFacts) -> str:
    """The lit list in sentences."""
    window = window_words(item.opens_ms, item.closes_ms, facts.context, with_year=True)
    said = "Always open." if window == "always open" else f"Open {window}."
    types = ", ".join(escape_controls(name) for name in item.ticket_types)
    whom = f"For {types} only." if types else "For all ticket types."
    heads = facts.heads.get(item.id, 0)
    return f"{said} {whom} A ticket enters {ENTRY_WORDS[item.entry]}. {heads:,} in so far."
