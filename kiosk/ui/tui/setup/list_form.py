"""The forms of a check-in list: name, opening times, ticket types, entry rule; further rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from kiosk.domain.checkin.rules import ENTRY_WORDS, KINDS, CheckInList, EntryRule, ListKind
from kiosk.domain.datetimes import (
    DateTimeContext,
    DateTimeError,
    clock_change,
    datetime_words,
    day_at,
    parse_datetime,
    window_words,
)
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import Authorisation
from kiosk.services.checkin.list_rules import RULE_FIELDS
from kiosk.services.checkin.lists import save_list
from kiosk.ui.tui.dialogs.ask import ChoiceScreen
from kiosk.ui.tui.dialogs.form import EventFormScreen
from kiosk.ui.tui.widgets.form import Choice, TickList, labelled
from kiosk.ui.tui.widgets.key_bar import Hint
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

_BOUNDS = {"opens": "Opens", "closes": "Closes"}
_WRONG_FIELD = {"bad_window": "closes", "bad_time": "closes"}


@dataclass(frozen=True, slots=True)
class ListFacts:
    """The values that the form starts with."""

    context: DateTimeContext
    ticket_types: tuple[str, ...]
    """Ticket types that attendees of the event have."""
    item: CheckInList | None = None
    """None: a new list."""
    kind: ListKind | None = None
    """The kind of a new list."""


class ChooseKind(ChoiceScreen[ListKind]):
    """Answers the kind of a new list."""

    HELP = "The kind sets how often a ticket may enter. You can change it on the next screen."
    LIST_ID = "kinds"

    def __init__(self) -> None:
        super().__init__(
            "What is the new list for?",
            [
                (kind, Content.assemble((f"{kind.capitalize():10}", "bold"), preset.about))
                for kind, preset in KINDS.items()
            ],
            current=ListKind.SESSION,  # the lists of days are created with the days
        )


class ListForm(EventFormScreen[CheckInList | None]):
    """Answers the list as it was saved, or None."""

    HELP = "When the list is open, for which tickets, and how often a ticket may enter."
    PREFIX = "list"

    def __init__(
        self, session: Session, facts: ListFacts, *, alone: bool, given: Authorisation
    ) -> None:
        super().__init__(session, alone=alone, given=given)
        self.facts = facts
        self.is_saving = False

    # drawing

    def compose(self) -> ComposeResult:
        """One line per field, each with an error line below it."""
        item = self.facts.item
        kind = self.facts.kind
        title = f"Change {escape_controls(item.name)}" if item else f"New list: {kind or 'session'}"
        with VerticalScroll(classes="dialog form", id="list-form", can_focus=False):
            yield Static(title, classes="title", markup=False)
            yield self.field("name", "Name", self._first_name(), longest=80)
            yield self.error_line("name")
            for bound, label in _BOUNDS.items():
                value, example = self._bound(bound), self._example(bound)
                yield self.field(bound, label, value, example=example, longest=60)
                yield self.error_line(bound)
            yield Static("", id="list-window", classes="line", markup=False)
            rules = [(str(rule), label) for rule, label in ENTRY_WORDS.items()]
            yield labelled("Entry", Choice(rules, self._first_entry(), id="list-entry"))
            yield from self._types()
            yield Hint("F2 or Ctrl+S save", "↑↓ Tab fields", "←→ Space change", "Esc back")

    def _types(self) -> ComposeResult:
        chosen = self.facts.item.ticket_types if self.facts.item else ()
        every = list(dict.fromkeys([*self.facts.ticket_types, *chosen]))
        if not every:
            return
        yield Static("", id="list-types-words", classes="line", markup=False)
        yield TickList(every, chosen, id="list-types")

    def _first_name(self) -> str:
        if self.facts.item:
            return self.facts.item.name
        return KINDS[self.facts.kind].title if self.facts.kind else ""

    def _first_entry(self) -> str:
        if self.facts.item:
            return str(self.facts.item.entry)
        return str(KINDS[self.facts.kind].entry if self.facts.kind else EntryRule.ONCE)

    def _bound(self, bound: str) -> str:
        item = self.facts.item
        if item is None:
            return ""
        moment_ms = item.opens_ms if bound == "opens" else item.closes_ms
        return datetime_words(moment_ms, self.facts.context, closing=bound == "closes")

    def _example(self, bound: str) -> str:
        days = self.facts.context.days
        day = f"{days[0].day} {days[0]:%b}" if days else "16 Feb"
        clock = "12:00" if bound == "opens" else "14:00"
        never = "always" if bound == "opens" else "never"
        return f"{day} {clock}  (empty: {never})"

    def on_mount(self) -> None:
        """Show the opening times and the ticket types in words."""
        self._read_window()
        self._show_types()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.say_of("name", "")
        self._read_window()

    @on(Choice.Changed)
    def _rule_changed(self, event: Choice.Changed) -> None:
        event.stop()

    @on(TickList.Ticked)
    def _types_changed(self, event: TickList.Ticked) -> None:
        event.stop()
        self._show_types()

    def _show_types(self) -> None:
        count = len(self._selected_types())
        text = f"For {counted(count, 'ticket type')}:"
        if not count:
            text = "For all ticket types; tick some to admit only those."
        for line in self.query("#list-types-words").results(Static):
            line.update(text)

    def _selected_types(self) -> list[str]:
        return [text for types in self.query(TickList) for text in types.chosen]

    def _read_window(self) -> tuple[int | None, int | None] | None:
        """The typed opening and closing time (ms, UTC); None if one is wrong, which is shown."""
        bounds: list[int | None] = []
        errors = dict.fromkeys(_BOUNDS, "")
        for bound in _BOUNDS:
            closing, opens_ms = bound == "closes", bounds[0] if bounds else None
            context = self.facts.context
            try:
                bounds.append(
                    parse_datetime(self.typed(bound), context, closing=closing, opens_ms=opens_ms)
                )
            except DateTimeError as error:
                errors[bound] = f"{error} {error.advice}"
        window = None
        if not any(errors.values()):
            opens, closes = bounds
            if opens is not None and closes is not None and opens >= closes:
                errors["closes"] = "It would close before it opens."
            else:
                window = opens, closes
        for bound, error_text in errors.items():
            self.say_of(bound, error_text)
        self.query_one("#list-window", Static).update(self._window_text(*window) if window else "")
        return window

    def _window_text(self, opens: int | None, closes: int | None) -> str:
        context = self.facts.context
        window = window_words(opens, closes, context, with_year=True)
        clock_note = ""
        if opens is not None:
            day = day_at(opens, context.zone)
            clock_note = clock_change(day, context.zone)
        sentence = (
            f"{window[0].upper()}{window[1:]}."
            if window.startswith("always")
            else f"Open {window} ({context.zone.key})."
        )
        return f"{sentence} {clock_note}".rstrip()

    # saving

    def enter(self, field: Input) -> None:
        """Go to the next field, which may be a choice; F2 saves."""
        self.focus_next()

    def action_save(self) -> None:
        """Save the list, or show the errors."""
        if self.is_saving:
            return
        name = self.typed("name")
        if not name.strip():
            self.say_of("name", "A list needs a name.")
            self.input_of("name").focus()
            return
        window = self._read_window()
        if window is None:
            self._focus_wrong_field()
            return
        self.is_saving = True
        zone = self.facts.context.zone
        opens, closes = (
            datetime.fromtimestamp(bound / 1000, zone).isoformat() if bound is not None else ""
            for bound in window
        )
        item, kind, types = self.facts.item, self.facts.kind, self._selected_types()
        entry = self.query_one(Choice).value
        rename = None
        if item is not None and name != escape_controls(item.name):
            rename = name

        def save(store: Store) -> CheckInList:
            return save_list(
                store,
                item.id if item else name,
                is_new=item is None,
                opens=opens,
                closes=closes,
                ticket_types=types,
                entry=entry,
                kind=kind if item is None else None,
                rename=rename,
                given=self.given,
            )

        self.session.ask(save, self.saved, self._not_saved)

    def _focus_wrong_field(self) -> None:
        for bound in _BOUNDS:
            if self.query_one(f"#list-{bound}-error").display:
                self.input_of(bound).focus()
                return

    def _not_saved(self, error: KioskError) -> None:
        self.is_saving = False
        self.refuse(_WRONG_FIELD.get(error.code, "name"), error)


_RULE_LABELS = {
    "date": "Tickets of",
    "windows": "Only open",
    "most_entries": "In all",
    "most_per_day": "A day",
    "most_days": "Days",
    "minutes_between": "Pause",
    "leaves": "Leaves",
    "gates": "Gates",
    "check_out_at": "All out at",
    "confirm": "Show first",
}


class RulesForm(EventFormScreen[CheckInList | None]):
    """The further rules of a list: answers the list as it was saved, or None."""

    HELP = "Further rules of the list. An empty field means no limit."
    PREFIX = "rule"

    def __init__(
        self,
        session: Session,
        item: CheckInList,
        typed: Mapping[str, str],
        *,
        alone: bool,
        given: Authorisation,
    ) -> None:
        """`typed`: the rules as they are typed."""
        super().__init__(session, alone=alone, given=given)
        self.item = item
        self.first = dict(typed)

    def compose(self) -> ComposeResult:
        """One line per rule; its meaning is shown while it is empty."""
        with VerticalScroll(classes="dialog form", id="rules-form", can_focus=False):
            title = f"Rules of {escape_controls(self.item.name)}"
            yield Static(title, classes="title", markup=False)
            for name, label in _RULE_LABELS.items():
                about = RULE_FIELDS[name]
                yield self.field(name, label, self.first[name], example=about, longest=400)
                yield self.error_line(name)
            yield Hint("F2 or Ctrl+S save", "↑↓ Tab fields", "empty: no rule", "Esc back")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.say_of((event.input.id or "").removeprefix("rule-"), "")

    def action_save(self) -> None:
        """Save what was changed, or show the error."""
        rules = {name: self.typed(name) for name in _RULE_LABELS}
        changed = {name: (text,) for name, text in rules.items() if text != self.first[name]}
        item = self.item

        def save(store: Store) -> CheckInList:
            return save_list(store, item.id, is_new=False, rules=changed, given=self.given)

        self.session.ask(save, self.saved, self._not_saved)

    def _not_saved(self, error: KioskError) -> None:
        name = error.problem.partition(":")[0].replace(" ", "_")
        self.refuse(name if name in _RULE_LABELS else "leaves", error)
