"""One check-in list: what it is called, when it is open, for whom, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.checkin.rules import ENTRY_WORDS, KINDS, CheckInList, EntryRule, ListKind
from kiosk.domain.datetimes import (
    DateTimeContext,
    DateTimeError,
    clock_change,
    datetime_words,
    parse_datetime,
    window_words,
)
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.checkin.lists import save_list
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.form import FORM_KEYS, Choice, TickList
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

_BOUNDS = {"opens": "Opens", "closes": "Closes"}
_WRONG_FIELD = {"bad_window": "closes", "bad_time": "closes"}


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What the form starts from."""

    context: DateTimeContext
    ticket_types: tuple[str, ...]
    """Those that people of the event have."""
    item: CheckInList | None = None
    """None: a new one."""
    kind: ListKind | None = None
    """Of a new one."""


class ChooseKind(Dialog[ListKind | None]):
    """Answers what a new list is for."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def compose(self) -> ComposeResult:
        """One line a kind."""
        with Vertical(classes="dialog"):
            yield Static("What is the new list for?", classes="title")
            yield OptionList(
                *(
                    Option(Content.assemble((f"{kind.capitalize():10}", "bold"), preset.about))
                    for kind, preset in KINDS.items()
                ),
                id="kinds",
            )
            yield Hint("↑↓ choose", "Enter take", "Esc back")

    def on_mount(self) -> None:
        """Most new lists are for a session: days make theirs by themselves."""
        self.query_one(OptionList).highlighted = list(KINDS).index(ListKind.SESSION)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(list(KINDS)[event.option_index])


class ListForm(Dialog[CheckInList | None]):
    """Answers the list as it was saved, or None."""

    BINDINGS = [*FORM_KEYS]

    def __init__(self, session: Session, facts: ListFacts, *, alone: bool) -> None:
        """`alone`: there is no desk beneath that scans could be for."""
        super().__init__()
        self.session = session
        self.facts = facts
        self.takes_scans = alone
        self.is_saving = False

    # what is on the screen

    def compose(self) -> ComposeResult:
        """A line a field, and beneath each what is wrong with it."""
        item = self.facts.item
        kind = self.facts.kind
        title = f"Change {escape_controls(item.name)}" if item else f"New list: {kind or 'session'}"
        with VerticalScroll(classes="dialog form", id="list-form", can_focus=False):
            yield Static(title, classes="title", markup=False)
            with Horizontal(classes="field"):
                yield Label("Name", markup=False)
                yield Input(value=self._first_name(), id="list-name", max_length=80)
            yield Static("", id="list-name-error", classes="error line", markup=False)
            for bound, label in _BOUNDS.items():
                with Horizontal(classes="field"):
                    yield Label(label, markup=False)
                    yield Input(
                        value=self._bound(bound),
                        placeholder=self._example(bound),
                        id=f"list-{bound}",
                        max_length=60,
                    )
                yield Static("", id=f"list-{bound}-error", classes="error line", markup=False)
            yield Static("", id="list-window", classes="line", markup=False)
            with Horizontal(classes="field"):
                yield Label("A ticket enters", markup=False)
                words = [(str(rule), words) for rule, words in ENTRY_WORDS.items()]
                yield Choice(words, self._first_entry(), id="list-entry")
            yield from self._types()
            yield Hint("F2 save", "↑↓ Tab fields", "←→ Space change", "Esc back")

    def _types(self) -> ComposeResult:
        chosen = self.facts.item.ticket_types if self.facts.item else ()
        every = list(dict.fromkeys([*self.facts.ticket_types, *chosen]))
        if not every:
            return
        yield Static("", id="list-types-words", classes="line", markup=False)
        yield TickList(every, chosen, id="list-types")

    def _first_name(self) -> str:
        if self.facts.item:
            return escape_controls(self.facts.item.name)
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
        """The name is what is typed first; a preset's is there to be replaced."""
        name = self.query_one("#list-name", Input)
        name.focus()
        self._read_window()
        self._paint_types()

    # reading

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._say("name", "")
        self._read_window()

    @on(Choice.Changed)
    def _rule_changed(self, event: Choice.Changed) -> None:
        event.stop()

    @on(TickList.Ticked)
    def _types_changed(self, event: TickList.Ticked) -> None:
        event.stop()
        self._paint_types()

    def _paint_types(self) -> None:
        count = len(self._selected())
        words = f"For {counted(count, 'ticket type')}:"
        if not count:
            words = "For all ticket types; tick some to let in those only."
        for line in self.query("#list-types-words").results(Static):
            line.update(words)

    def _selected(self) -> list[str]:
        return [text for types in self.query(TickList) for text in types.chosen]

    def _read_window(self) -> tuple[int | None, int | None] | None:
        """The window as typed; None where a bound is no time, which is said beneath it."""
        read: list[int | None] = []
        good = True
        for bound in _BOUNDS:
            text = self.query_one(f"#list-{bound}", Input).value
            try:
                closing, opens_ms = bound == "closes", read[0] if read else None
                context = self.facts.context
                read.append(parse_datetime(text, context, closing=closing, opens_ms=opens_ms))
                self._say(bound, "")
            except DateTimeError as error:
                self._say(bound, f"{error} {error.advice}")
                good = False
        window = self.query_one("#list-window", Static)
        if not good:
            window.update("")
            return None
        opens, closes = read
        if opens is not None and closes is not None and opens >= closes:
            self._say("closes", "It would close before it opens.")
            window.update("")
            return None
        window.update(self._window_words(opens, closes))
        return opens, closes

    def _window_words(self, opens: int | None, closes: int | None) -> str:
        context = self.facts.context
        words = window_words(opens, closes, context, with_year=True)
        notes = [
            clock_change(datetime.fromtimestamp(bound / 1000, context.zone).date(), context.zone)
            for bound in (opens,)
            if bound is not None
        ]
        said = words if words.startswith("always") else f"Open {words} ({context.zone.key})"
        return " ".join([f"{said[0].upper()}{said[1:]}.", *filter(None, notes)])

    def _say(self, field: str, sentence: str) -> None:
        line = self.query_one(f"#list-{field}-error", Static)
        line.update(escape_controls(sentence))
        line.display = bool(sentence)

    # saving

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    def action_save(self) -> None:
        """Write the list."""
        if self.is_saving:
            return
        name = self.query_one("#list-name", Input).value
        if not name.strip():
            self._say("name", "A list needs a name.")
            self.query_one("#list-name", Input).focus()
            return
        window = self._read_window()
        if window is None:
            self._focus_wrong()
            return
        self.is_saving = True
        zone = self.facts.context.zone
        opens, closes = (
            datetime.fromtimestamp(bound / 1000, zone).isoformat() if bound is not None else ""
            for bound in window
        )
        item, kind, types = self.facts.item, self.facts.kind, self._selected()
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
            )

        self.session.ask(save, self._saved, self._failed)

    def _focus_wrong(self) -> None:
        for bound in _BOUNDS:
            if self.query_one(f"#list-{bound}-error", Static).display:
                self.query_one(f"#list-{bound}", Input).focus()
                return

    def _saved(self, item: CheckInList) -> None:
        if self.is_current:
            self.dismiss(item)

    def _failed(self, error: KioskError) -> None:
        self.is_saving = False
        if self.is_attached:
            field = _WRONG_FIELD.get(error.code, "name")
            self._say(field, f"{error.problem} {error.next_step}")
            self.query_one(f"#list-{field}", Input).focus()

    @on(CodeScanned)
    def _typed_fast(self, message: CodeScanned) -> None:
        """No desk is open that a scan could be for: it is text for the field."""
        message.stop()
        field = self.focused
        if isinstance(field, Input):
            field.call_later(field.insert_text_at_cursor, message.raw)
