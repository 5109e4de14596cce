"""Days and check-in lists on screen: list, add, change and remove them; change the event."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static

from kiosk.domain.checkin.privileges import CHANGE_LISTS
from kiosk.domain.checkin.rules import ENTRY_WORDS, CheckInList, ListKind
from kiosk.domain.datetimes import days_in_words, window_words
from kiosk.domain.text import escape_controls
from kiosk.services.checkin.list_rules import rule_words, typed_rules
from kiosk.services.checkin.lists import ListsOverview, lists_overview, put_back, remove_list
from kiosk.services.event.change import ListChanges
from kiosk.ui.tui.dialogs.dialog import EventScreen
from kiosk.ui.tui.dialogs.pin import Permission
from kiosk.ui.tui.setup.event_form import EventForm
from kiosk.ui.tui.setup.list_form import ChooseKind, ListFacts, ListForm, RulesForm
from kiosk.ui.tui.widgets.charts import fit, padded
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.key_bar import KeyBar, StatusLine, shown_keys


class ListsScreen(EventScreen[bool | None]):
    """Answers whether to continue (in set-up) or whether anything was changed (at a desk)."""

    HELP = (
        "One list for each door, day, session, meal or hand-out. Each counts check-ins on its own."
    )
    AUTO_FOCUS = "#lists-lines"
    BINDINGS = [
        Binding("enter", "enter", "Change", id="lists.enter"),
        Binding("f3", "change", "Change", id="lists.change", tooltip="Name, window, tickets"),
        Binding("f6", "rules", "Rules", id="lists.rules", tooltip="Dates, times, limits, gates"),
        Binding("f2,insert", "new", "Add", id="lists.new", tooltip="A session, a meal, ..."),
        Binding("delete", "remove", "Remove", id="lists.remove", tooltip="Its check-ins stay"),
        Binding("f8", "put_back", "Put back", id="lists.back", tooltip="The list removed last"),
        Binding("f4", "event", "Event", id="lists.event", tooltip="Its name, days, time zone"),
        Binding("escape", "leave", "Back", id="lists.leave"),
    ]

    def __init__(self, event: Path, desk: str, *, setting_up: bool = False) -> None:
        """`setting_up`: the event was just created; Enter opens its desk."""
        super().__init__(event, desk)
        self.setting_up = setting_up
        self.takes_scans = setting_up
        self.facts: ListsOverview | None = None
        self.is_changed = False
        self.removed: CheckInList | None = None
        self.list_view = RecordList[CheckInList](lambda item: item.id, id="lists-lines")
        self._permitted = Permission(self, lambda _: CHANGE_LISTS)

    def compose(self) -> ComposeResult:
        """The event, its lists, the selected list in sentences, the last action, the keys."""
        yield Static("Days and check-in lists", id="lists-head", markup=False)
        yield Static("", id="lists-event", markup=False)
        yield self.list_view
        yield Static("", id="lists-about", markup=False)
        yield StatusLine(id="lists-said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Read the lists."""
        self._show_keys()
        if self.setting_up:
            self.say("These lists were created. Enter opens the desk.")
        self._load()

    def on_resize(self) -> None:
        """Fill the new width."""
        self._show()

    @property
    def selected(self) -> CheckInList | None:
        """The highlighted list."""
        return self.list_view.selected

    def _load(self, done: str = "", select: str = "") -> None:
        def loaded(facts: ListsOverview) -> None:
            self.facts = facts
            self._show()
            self.list_view.select(select)
            if done:
                self.say(done)

        self.session.ask(lists_overview, self.while_open(loaded))

    def _show(self) -> None:
        facts = self.facts
        if facts is None:
            return
        days = days_in_words(facts.event.days) or "no days set"
        self.query_one("#lists-event", Static).update(
            Content.assemble(
                (escape_controls(facts.event.name), "bold"),
                f"  ·  {days}  ·  {facts.event.timezone}",
            )
        )
        width = self.list_view.line_width()
        self.list_view.show(facts.lists, lambda item: _line(item, facts, width))
        self._show_details()
        self._show_keys()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_details()

    def _show_details(self) -> None:
        item, facts = self.selected, self.facts
        text = "No list yet: F2 adds one." if facts and not facts.lists else ""
        if item is not None and facts is not None:
            text = details(item, facts)
        self.query_one("#lists-about", Static).update(text)

    def _show_keys(self) -> None:
        bar = []
        for binding, can in shown_keys(self):
            if binding.action == "enter":
                if self.setting_up:
                    bar.append((replace(binding, description="Open the desk"), can))
            elif binding.action != "put_back" or self.removed is not None:
                bar.append((binding, can))
        self.query_one(KeyBar).show(bar)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """None dims a key that cannot act now."""
        has_selection = self.is_mounted and self.selected is not None
        possible = {
            "change": has_selection,
            "rules": has_selection,
            "remove": has_selection,
            "put_back": self.removed is not None,
            "event": self.facts is not None,
            "new": self.facts is not None,
        }
        return True if possible.get(action, True) else None

    # keys

    @on(OptionList.OptionSelected)
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_enter()

    def action_enter(self) -> None:
        """In set-up continue; at a desk change the selected list."""
        if self.setting_up:
            self.dismiss(True)
        else:
            self.action_change()

    def action_new(self) -> None:
        """Add a list."""
        facts = self.facts
        if facts is None:
            return

        def chosen(kind: ListKind | None) -> None:
            if kind is ListKind.DAY:  # a day's list is created with the day
                self.action_event()
            elif kind is not None:
                self._open_form(ListFacts(facts.context, facts.ticket_types, kind=kind))

        self._permitted(lambda: self.app.push_screen(ChooseKind(), chosen))

    def action_change(self) -> None:
        """Change the selected list's name, window, tickets and entry rule."""
        facts, item = self.facts, self.selected
        if facts is not None and item is not None:
            form = ListFacts(facts.context, facts.ticket_types, item=item)
            self._permitted(lambda: self._open_form(form))

    def action_rules(self) -> None:
        """Change the selected list's further rules."""
        facts, item = self.facts, self.selected
        if facts is None or item is None:
            return

        def saved(changed: CheckInList | None) -> None:
            if changed is not None:
                self._changed(f"Saved: {changed.name}.", select=changed.id)

        def open_form() -> None:
            given = self._permitted.given
            typed = typed_rules(item, facts.lists, facts.context)
            form = RulesForm(self.session, item, typed, alone=self.setting_up, given=given)
            self.app.push_screen(form, saved)

        self._permitted(open_form)

    def _open_form(self, facts: ListFacts) -> None:
        def saved(item: CheckInList | None) -> None:
            if item is not None:
                self._changed(f"Saved: {item.name}.", select=item.id)

        form = ListForm(self.session, facts, alone=self.setting_up, given=self._permitted.given)
        self.app.push_screen(form, saved)

    def _changed(self, done: str, select: str = "") -> None:
        self.is_changed = True
        self._load(done, select)

    def action_remove(self) -> None:
        """Remove the selected list; F8 puts it back."""
        item = self.selected
        if item is None or self.facts is None:
            return
        if len(self.facts.lists) == 1:
            self.say("An event needs at least one list for its check-ins.", is_error=True)
            return

        def removed(_: CheckInList) -> None:
            self.removed = item
            self._changed(f"Removed: {item.name}. F8 puts it back, with its check-ins.")

        self._permitted(
            lambda: self.session.ask(
                lambda store: remove_list(store, item.id, given=self._permitted.given), removed
            )
        )

    def action_put_back(self) -> None:
        """Put back the list that was removed last, unchanged."""
        item, self.removed = self.removed, None
        if item is not None:
            self.session.ask(
                lambda store: put_back(store, item, given=self._permitted.given),
                lambda _: self._changed(f"Put back: {item.name}."),
            )

    def action_event(self) -> None:
        """Change the event's name, days and time zone."""
        facts = self.facts
        if facts is None:
            return

        def saved(changes: ListChanges | None) -> None:
            if changes is not None:
                self._changed(f"Saved. {changes.sentence()}")

        def open_form() -> None:
            given = self._permitted.given
            form = EventForm(self.session, facts.event, alone=self.setting_up, given=given)
            self.app.push_screen(form, saved)

        self._permitted(open_form)

    def action_leave(self) -> None:
        """One step back."""
        self.dismiss(False if self.setting_up else self.is_changed)


def _line(item: CheckInList, facts: ListsOverview, width: int) -> Content:
    """Name, window and tickets in `width` cells."""
    types = ", ".join(item.ticket_types) or "all tickets"
    name_width, window_width = width * 9 // 24, width * 10 // 24
    window = window_words(item.opens_ms, item.closes_ms, facts.context)
    return Content.assemble(
        (padded(escape_controls(item.name), name_width, gap=2), "bold"),
        padded(window, window_width, gap=2),
        (fit(escape_controls(types), width - name_width - window_width), "dim"),
    )


def details(item: CheckInList, facts: ListsOverview) -> str:
    """Describe a list in sentences."""
    window = window_words(item.opens_ms, item.closes_ms, facts.context, with_year=True)
    opening = "Always open." if window == "always open" else f"Open {window}."
    types = ", ".join(escape_controls(name) for name in item.ticket_types)
    tickets = f"For {types} only." if types else "For all ticket types."
    heads = facts.heads.get(item.id, 0)
    rules = "; ".join(map(escape_controls, rule_words(item, facts.lists, facts.context)))
    rules = f" Rules: {rules}." if rules else ""
    return f"{opening} {tickets} Entry: {ENTRY_WORDS[item.entry]}.{rules} {heads:,} in so far."
