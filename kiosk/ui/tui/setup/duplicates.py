"""Possible duplicates on screen: two attendees next to each other, and the decision."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import escape_controls
from kiosk.services.people.duplicates import PossiblePair, decide, possible_duplicates
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Session

_NO_PAIR = "No possible duplicate is left to decide."
_KEYS = ("S the same person", "D different people", "Esc back")


class DuplicatesScreen(Dialog[None]):
    """One entry per pair that an import could not decide."""

    HELP = (
        "Two entries that may be one person. Decide: the same, or two people. Check-ins are kept."
    )
    BINDINGS = [
        Binding("s", "decide(True)", "The same person"),
        Binding("d", "decide(False)", "Different people"),
        Binding("escape", "dismiss", "Back"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.list_view = RecordList[PossiblePair](lambda pair: (pair.first.id, pair.second.id))

    def compose(self) -> ComposeResult:
        """The pairs, the last decision, the keys."""
        with Vertical(classes="dialog wide"):
            yield Static("Possible duplicates", classes="title")
            yield self.list_view
            yield StatusLine(id="form-error")
            yield Hint(*_KEYS)

    def on_mount(self) -> None:
        """Read the pairs."""
        self._load()

    def _load(self, done: str = "") -> None:
        def loaded(pairs: list[PossiblePair]) -> None:
            self.query_one(".dialog").set_class(bool(pairs), "wide")
            self.list_view.show(pairs, _lines)
            self.query_one(Hint).say(*(_KEYS if pairs else _KEYS[-1:]))
            self.say(done or ("" if pairs else _NO_PAIR))

        self.session.ask(possible_duplicates, self.while_open(loaded))

    def action_decide(self, is_same: bool) -> None:
        """Save the decision about the selected pair."""
        pair = self.list_view.selected
        if pair is None:
            return

        def decided(kept: Attendee) -> None:
            name = escape_controls(kept.label)
            other = "its other ticket is canceled and its codes find this one"
            self._load(f"{name}: one person; {other}." if is_same else f"{name}: two people.")

        self.session.ask(
            lambda store: decide(store, pair.first.id, pair.second.id, is_same=is_same), decided
        )


def _lines(pair: PossiblePair) -> Content:
    """Both attendees, one below the other, and what they share."""
    return Content("\n").join(
        [
            Content.assemble((_name(pair.first), "bold"), f"  {_details(pair.first)}"),
            Content.assemble((_name(pair.second), "bold"), f"  {_details(pair.second)}"),
            Content.styled(f"  {pair.why}", "$text-muted"),
        ]
    )


def _name(person: Attendee) -> str:
    return escape_controls(person.label)


def _details(person: Attendee) -> str:
    parts = (person.email, person.company, person.ticket_type, person.order_code)
    return escape_controls(" · ".join(part for part in parts if part))
