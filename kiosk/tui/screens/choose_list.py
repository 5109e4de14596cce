"""Which day or list scans count for."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.checkin import CheckInList
from kiosk.domain.text import visible
from kiosk.tui.screens.dialog import Dialog
from kiosk.tui.widgets.hint import Hint

CHANGE = "change"


class ChooseListScreen(Dialog[CheckInList | str | None]):
    """Answers the list, `CHANGE` to change lists, or None to stay."""

    BINDINGS = [
        Binding("escape,f7", "dismiss(None)", "Back"),
        Binding("f3", f"dismiss('{CHANGE}')", "Change lists"),
    ]

    def __init__(
        self, lists: Sequence[CheckInList], current_id: str, *, may_change: bool = False
    ) -> None:
        super().__init__()
        self.may_change = may_change
        self.lists = list(lists)
        self.current_id = current_id

    def compose(self) -> ComposeResult:
        """One line a list, the present one lit."""
        with Vertical(classes="dialog"):
            yield Static("Scans count for", classes="title")
            yield OptionList(*(self._option(item) for item in self.lists), id="lists")
            change = ["F3 add or change lists"] if self.may_change else []
            yield Hint("↑↓ choose", "Enter take", *change, "Esc back")

    def on_mount(self) -> None:
        """Light the present list."""
        ids = [item.id for item in self.lists]
        options = self.query_one(OptionList)
        options.highlighted = ids.index(self.current_id) if self.current_id in ids else 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F3 works where lists may be changed."""
        return self.may_change or CHANGE not in parameters

    def _option(self, item: CheckInList) -> Option:
        mark = "▸ " if item.id == self.current_id else "  "
        types = f"  ({', '.join(item.ticket_types)})" if item.ticket_types else ""
        text = Content.assemble(mark, visible(item.name), (visible(types), "dim"))
        return Option(text, id=item.id)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.lists[event.option_index])
