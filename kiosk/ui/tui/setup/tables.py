"""Table seating on screen: how many tables and seats there are, and who sits where."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from kiosk.domain.checkin.tables import table_words
from kiosk.domain.people.first_time import is_first_timer
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.tables import (
    TableNow,
    TablesNow,
    set_tables,
    table_setup,
    tables_now,
    tables_off,
)
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.form import labelled
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store
    from kiosk.storage.queries.questions import Seated


class TablesScreen(Dialog[None]):
    """The number of tables and seats, and the tables with their people."""

    HELP = (
        "Each person gets a table at check-in. Newcomers sit with regulars; parties stay together."
    )
    BINDINGS = [
        Binding("escape,ctrl+b", "dismiss(None)", "Back"),
        Binding("pagedown", "scroll(1)", "Down", show=False, priority=True),
        Binding("pageup", "scroll(-1)", "Up", show=False, priority=True),
    ]
    AUTO_FOCUS = "#field-tables"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def compose(self) -> ComposeResult:
        """The fields, the people below them, the keys."""
        with Vertical(classes="dialog wide"):
            yield Static("Table seating", classes="title")
            tables = Input(placeholder="6, or Banyan, Neem, Palm", id="field-tables")
            yield labelled("Tables", tables)
            yield labelled("Seats per table", Input(placeholder="no limit", id="field-seats"))
            yield StatusLine(id="form-error")
            with VerticalScroll(id="tables-box", can_focus=False):
                yield Static("", id="tables", markup=False)
            yield Hint(
                "Enter save",
                "PgDn scroll",
                "Esc back",
                about="Each person gets a table at check-in. Empty: no tables.",
            )

    def on_mount(self) -> None:
        """Read the tables."""
        self._ask(tables_now)

    def _ask(self, work: Callable[[Store], TablesNow]) -> None:
        self.session.ask(work, self.while_open(self._loaded), self.failed)

    def _loaded(self, now: TablesNow) -> None:
        setup = now.setup
        names = setup.names if setup else ()
        numbered = names == tuple(str(number) for number in range(1, len(names) + 1))
        shown = str(len(names)) if numbered else ", ".join(names)
        self.query_one("#field-tables", Input).value = escape_controls(shown) if names else ""
        seats = str(setup.seats) if setup and setup.seats else ""
        self.query_one("#field-seats", Input).value = seats
        self._show(now)

    def _show(self, now: TablesNow) -> None:
        self.say("")
        self.query_one("#tables", Static).update(tables_content(now))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        tables = self.query_one("#field-tables", Input).value.strip()
        seats = self.query_one("#field-seats", Input).value.strip()
        self._ask(lambda store: _save(store, tables, seats))

    def action_scroll(self, direction: int) -> None:
        """A page up or down."""
        box = self.query_one("#tables-box", VerticalScroll)
        if direction > 0:
            box.scroll_page_down()
        else:
            box.scroll_page_up()


def _save(store: Store, tables: str, seats: str) -> TablesNow:
    """Set up the tables as typed, and read them again."""
    if not tables and (not seats or table_setup(store.connection)):
        tables_off(store)
    elif seats and not (seats.isascii() and seats.isdigit() and len(seats) < 6):
        raise KioskError(
            "bad_seats",
            f"“{seats}” is not a number of seats.",
            saved="Nothing was changed.",
            next_step="Type a number, or leave it empty for no limit.",
        )
    else:
        is_count = tables.isascii() and tables.isdigit() and len(tables) < 6
        set_tables(
            store,
            count=int(tables) if is_count else None,
            names=tables.split(",") if tables and not is_count else None,
            seats=int(seats or 0),
        )
    return tables_now(store)


def tables_content(now: TablesNow) -> Content:
    """One line per table with the seats taken, and its people below."""
    if now.setup is None and not now.tables:
        return Content.styled("No tables: people sit where they like.", "dim")
    lines: list[Content] = []
    for table in now.tables:
        lines.append(_head(table))
        lines += [_person(person) for person in table.people]
    if now.elsewhere:
        lines.append(Content.styled("Checked in, at none of these tables", "bold"))
        lines += [_person(person) for person in now.elsewhere]
    return Content("\n").join(lines)


def _head(table: TableNow) -> Content:
    of = f" of {table.seats}" if table.seats else ""
    newcomers = f" · ⚑ {table.newcomers} here for the first time" if table.newcomers else ""
    return Content.assemble(
        (escape_controls(table_words(table.name)), "bold $accent"),
        f"  {table.taken}{of}{newcomers}",
    )


def _person(person: Seated) -> Content:
    name = person.name or f"Guest of {person.guest_of}"
    mark = "⚑" if is_first_timer(person.extra) else " "
    party = f" · party of {person.heads}" if person.heads > 1 else ""
    company = f" · {escape_controls(person.company)}" if person.company else ""
    return Content.assemble(f"  {mark} {escape_controls(name)}", (f"{company}{party}", "dim"))
