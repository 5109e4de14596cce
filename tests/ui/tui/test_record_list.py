"""The list of records keeps its selection."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.content import Content

from kiosk.ui.tui.widgets.form import RecordList


class OneList(App[None]):
    """A program with one list of names."""

    def compose(self) -> ComposeResult:
        """The list."""
        yield RecordList[str](str.casefold)


async def test_the_selection_stays_on_its_record() -> None:
    """Records above it come and go; without its record the place stays selected."""
    async with OneList().run_test() as pilot:
        names: RecordList[str] = pilot.app.query_one(RecordList)
        names.show(["Asha", "Bo"], Content)
        names.select("bo")
        names.show(["Zoya", "Asha", "Bo"], Content)
        followed = names.selected
        names.show(["Zoya", "[b]Asha"], Content)
        after_removal = names.selected
        names.show([], Content)

        assert ("Bo", "[b]Asha", None) == (followed, after_removal, names.selected)
