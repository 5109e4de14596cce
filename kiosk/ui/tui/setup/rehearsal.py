"""The desk of a rehearsal: the same desk with a mark and tasks to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from kiosk.domain.setup.rehearsal_guide import Task, TaskWords, next_task
from kiosk.services.setup.rehearsal import (
    MARK,
    guide,
    guide_progress,
)
from kiosk.ui.actions import DESK, action_words, joined
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.desk.verdict import WELCOME, BannerView
from kiosk.ui.tui.dialogs.ask import ChoiceScreen
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.charts import fit
from kiosk.ui.tui.widgets.key_bar import Hint

if TYPE_CHECKING:
    from kiosk.services.checkin.card import DeskFacts

WIPE_AND_OPEN, WIPE_AND_QUIT, KEEP_AND_QUIT = "open", "quit", "keep"
_ENDS = (
    (WIPE_AND_OPEN, "Wipe it, and open the real desk"),
    (WIPE_AND_QUIT, "Wipe it, and quit"),
    (KEEP_AND_QUIT, "Quit, and continue it later today"),
)
"""The ways to end it; the first one loses nothing that counts."""


class RehearsalDesk(DeskScreen):
    """A desk at which nothing counts."""

    BINDINGS = [
        *DeskScreen.BINDINGS,
        Binding("f12", "guide", "Guide", id="desk.guide", tooltip="Things to try"),
    ]
    done: frozenset[Task] = frozenset()

    def compose(self) -> ComposeResult:
        """The desk below a bar with the next task."""
        yield Static("", id="rehearsal-bar", markup=False)
        yield from super().compose()

    def on_mount(self) -> None:
        """The bar is there from the first frame."""
        self.paint_bar()

    def on_resize(self) -> None:
        """Fill the new width."""
        self.paint_bar()

    def welcome(self, facts: DeskFacts) -> None:
        """Say that nothing here counts."""
        self.banner(
            BannerView(
                "i",
                MARK,
                "question",
                who="Made-up people: nothing here counts",
                hint="F12 shows what to try. Real tickets do not work here.",
            )
            if not self.done
            else WELCOME
        )

    def paint_bar(self) -> None:
        """Show that this is a rehearsal, the progress, and the next task."""
        width = max(40, self.size.width or 80)
        words = guide()
        left = next_task(self.done)
        signs = "".join("✓" if task in self.done else "·" for task in words)
        start = f" {MARK}  {signs} "
        if left is None:
            hint = "All done. Ctrl+Q ends the rehearsal and wipes it."
        else:
            hint = f"{list(words).index(left) + 1}. {words[left].what}: {_how(words[left])}"
        free = max(10, width - cell_len(start) - len(" F12 "))
        rest = fit(hint, free)
        gap = " " * max(0, free - cell_len(rest))
        for bar in self.query("#rehearsal-bar").results(Static):
            bar.update(Content.assemble((start, "bold"), rest, gap, (" F12 ", "bold")))

    def refresh_counts(self) -> None:
        """Count again, and see which tasks are done."""
        super().refresh_counts()
        self.session.ask(guide_progress, self._progressed)

    def _progressed(self, done: frozenset[Task]) -> None:
        if done != self.done:
            self.done = done
            self.paint_bar()

    def action_guide(self) -> None:
        """Show the tasks and which are done."""
        self.app.push_screen(GuideScreen(guide(), self.done))


class GuideScreen(Dialog[None]):
    """The things to try."""

    HELP = "Things to try in the rehearsal. ✓ marks what you have done."
    BINDINGS = [Binding("escape,f12,enter", "dismiss(None)", "Back")]

    def __init__(self, words: dict[Task, TaskWords], done: frozenset[Task]) -> None:
        super().__init__()
        self.words = words
        self.done = done

    def compose(self) -> ComposeResult:
        """Two lines per task."""
        with Vertical(classes="dialog"):
            yield Static("Rehearsal: things to try", classes="title")
            lines = []
            for number, (task, words) in enumerate(self.words.items(), 1):
                is_done = task in self.done
                sign = ("✓ ", "bold $text-success") if is_done else ("· ", "dim")
                style = "dim" if is_done else "bold"
                lines.append(Content.assemble(sign, (f"{number}. {words.what}", style)))
                if not is_done:
                    lines.append(Content.assemble("     ", (_how(words), "dim")))
            with VerticalScroll(id="guide-lines"):
                yield Static(Content("\n").join(lines))
            yield Hint("↑↓ scroll", "Esc back", about="Ctrl+Q at the desk ends the rehearsal.")


def _how(task: TaskWords) -> str:
    return joined(task.how, action_words(task, DESK))


class EndRehearsalScreen(ChoiceScreen[str]):
    """Answers how the rehearsal ends, or None to continue it."""

    HELP = "A rehearsal counts nothing. Delete it, or keep it and continue later."
    LIST_ID = "ends"
    BINDINGS = [Binding("escape", "dismiss(None)", "Go on")]

    def __init__(self) -> None:
        super().__init__(
            "End the rehearsal?",
            _ENDS,
            keys=("Enter do it", "Esc back"),
            about="Opening the real desk wipes it in any case.",
        )
