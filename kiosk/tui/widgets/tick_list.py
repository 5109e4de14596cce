"""Lines to tick: any number of them, by Space or Enter; a sign tells, not a colour alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from kiosk.domain.text import visible


class TickList(OptionList):
    """Texts with a box before each."""

    BINDINGS = [Binding("space", "select", show=False)]

    class Ticked(Message):
        """One more or one less is ticked."""

    def __init__(self, texts: Sequence[str], ticked: Collection[str], *, id: str) -> None:  # noqa: A002
        self.texts = list(texts)
        self.ticked = {text for text in texts if text in ticked}
        super().__init__(*(self._option(text) for text in self.texts), id=id)

    @property
    def chosen(self) -> list[str]:
        """What is ticked, in the order of the lines."""
        return [text for text in self.texts if text in self.ticked]

    def _option(self, text: str) -> Option:
        return Option(self._line(text))

    def _line(self, text: str) -> Content:
        is_ticked = text in self.ticked
        box = ("[✓] ", "bold $accent") if is_ticked else ("[ ] ", "dim")
        return Content.assemble(box, visible(text))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tick it, or take the tick away."""
        event.stop()
        text = self.texts[event.option_index]
        self.ticked ^= {text}
        self.replace_option_prompt_at_index(event.option_index, self._line(text))
        self.post_message(self.Ticked())
