"""Is everything ready? Each line with the key that mends it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.setup.readiness import Check
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.errors import KioskError
from kiosk.services.badges.badges import BadgeReport
from kiosk.services.safety.backup import BackupResult, back_up
from kiosk.services.setup.ready import Readiness, accept_check, check_readiness, print_waiting
from kiosk.storage.file.store import Store
from kiosk.ui.actions import DESK, action_words
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.widgets.cells import fit
from kiosk.ui.tui.widgets.hint import Hint
from kiosk.ui.tui.worker import Job, Progress

GOES_TO = {
    "people": ("import_file", "import a file"),
    "import_age": ("import_file", "import a file"),
    "event_days": ("lists", "set its days"),
    "lists": ("lists", "see and change the lists"),
    "shared_codes": ("import_file", "import a mended file"),
    "email": ("import_file", "import a file with e-mails"),
    "status_words": ("import_file", "import a mended file"),
    "badge_names": ("badge_layout", "see the badge layouts"),
    "printer": ("printer_test", "choose and try a printer"),
    "scanner": ("scanner_test", "test the scanner"),
    "desks": ("sharing", "see the desks, and the code for another one"),
    "conflicts": ("sharing", "see who was let in twice, and where"),
}
"""What is mended elsewhere: the desk's action, and what it does."""
DONE_HERE = {
    "badges_unprinted": "write their badges into the badges folder",
    "badges_changed": "write the new badges into the badges folder",
    "backup": "make a backup now",
}
_TITLE = "Is everything ready?"


class ReadyScreen(Dialog[str | None]):
    """Answers the desk's action to go on with, or None."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]
    BINDINGS = [
        Binding("escape,f10", "leave", "Back"),
        Binding("enter", "mend", "Do it"),
        Binding("a", "accept", "Let it stand"),
        Binding("r", "look_again", "Look again"),
    ]

    def __init__(self, event: Path, desk: str, actions: Callable[[str], bool]) -> None:
        """`actions` tells which of the desk's actions there are."""
        super().__init__()
        self.event = event
        self.desk = desk
        self.has_action = actions
        self.checks: tuple[Check, ...] = ()
        self._job: Job[Any] | None = None

    def compose(self) -> ComposeResult:
        """The lines; below them what to do about the lit one."""
        with Vertical(classes="dialog wide", id="ready"):
            yield Static(_TITLE, id="ready-title", classes="title", markup=False)
            yield OptionList(id="ready-lines")
            yield Static("", id="ready-what", markup=False)
            yield Static("", id="ready-fix", markup=False)
            yield Hint("Enter or number do it", "A let it stand", "R again", "Esc back")

    def on_mount(self) -> None:
        """Look at everything, beside the desk."""
        self.action_look_again()

    def on_unmount(self) -> None:
        """Whatever is still being looked at is not needed any more."""
        if self._job is not None:
            self._job.stop()

    # looking

    def action_look_again(self) -> None:
        """Go through all checks once more."""
        if self._job is None:
            self._title(f"{_TITLE}  Looking ...")
            self._start("looking", lambda store, tell: check_readiness(store, progress=tell))

    def _start(self, what: str, work: Callable[[Store, Progress], Any]) -> None:
        def run(tell: Progress) -> Any:
            with closing(Store.open(self.event, desk=self.desk)) as store:
                return work(store, tell)

        self._job = Job(
            self.app,
            what,
            run,
            then=self._finished,
            failed=self._failed,
            progress=lambda done, total: self._title(_progress(what, done, total)),
        )

    def _title(self, words: str) -> None:
        if self.is_attached:
            self.query_one("#ready-title", Static).update(words)

    def _finished(self, answer: Readiness | BadgeReport | BackupResult | None) -> None:
        self._job = None
        if not self.is_attached:
            return
        if isinstance(answer, Readiness):
            self._show(answer)
            return
        said = _said(answer)
        self.action_look_again()
        if said:
            self._title(said)

    def _failed(self, error: KioskError) -> None:
        self._job = None
        if self.is_attached:
            self._title(_TITLE)
            self.query_one("#ready-fix", Static).update(escape_controls(str(error)))

    def _show(self, report: Readiness) -> None:
        left = [check for check in report.checks if not check.ok]
        self.checks = (*left, *(check for check in report.checks if check.ok))
        options = self.query_one("#ready-lines", OptionList)
        lit = options.highlighted or 0
        options.clear_options()
        width = max(20, options.size.width - 2)
        options.add_options(
            [Option(_line(number, check, width)) for number, check in enumerate(self.checks, 1)]
        )
        options.highlighted = min(lit, len(self.checks) - 1)
        options.focus()
        title = "✓ Everything is ready." if report.ready else f"✗ {len(left)} left to do"
        self._title(title)
        self._explain()

    # the lit line

    @property
    def lit(self) -> Check | None:
        """The check under the bar."""
        index = self.query_one("#ready-lines", OptionList).highlighted
        return self.checks[index] if index is not None and index < len(self.checks) else None

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._explain()

    def _explain(self) -> None:
        check = self.lit
        if check is None:
            return
        what = Content.styled(escape_controls(check.what), "" if check.ok else "bold")
        self.query_one("#ready-what", Static).update(what)
        fix = self._offer(check) if not check.ok else "Somebody let it stand. A: look at it again."
        self.query_one("#ready-fix", Static).update(
            fix if not check.ok or check.accepted else "Nothing to do."
        )

    def _offer(self, check: Check) -> str:
        if check.code in DONE_HERE:
            return f"Enter: {DONE_HERE[check.code]}."
        if self._goes_to(check):
            return f"Enter: {GOES_TO[check.code][1]}."
        return _advice(check)

    def _goes_to(self, check: Check) -> str:
        action = GOES_TO.get(check.code, ("", ""))[0]
        return action if action and self.has_action(action) else ""

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_mend()

    def on_key(self, event: events.Key) -> None:
        """A number goes to its line and does what is to be done."""
        if event.character and event.character.isdecimal():
            number = int(event.character)
            if 1 <= number <= sum(not check.ok for check in self.checks):
                event.stop()
                self.query_one("#ready-lines", OptionList).highlighted = number - 1
                self.action_mend()

    def action_mend(self) -> None:
        """Do what the lit line needs."""
        check = self.lit
        if check is None or check.ok or self._job is not None:
            return
        if check.code == "backup":
            self._title("Copying ...")
            self._start("copying", lambda store, tell: back_up(store))
        elif check.code in DONE_HERE:
            who = check.code.removeprefix("badges_")
            self._title("Drawing badges ...")
            self._start("drawing", lambda store, tell: print_waiting(store, who, progress=tell))
        elif self._goes_to(check):
            self.dismiss(self._goes_to(check))
        else:
            self._title(_advice(check))

    def action_accept(self) -> None:
        """Let the lit line stand as it is, or look at it again."""
        check = self.lit
        if check is None or self._job is not None or (check.ok and not check.accepted):
            return
        self._start(
            "noting",
            lambda store, tell: accept_check(store, check.code, accept=not check.accepted),
        )

    def action_leave(self) -> None:
        """Back to the desk; drawing that has begun is stopped, and counts nobody's badge."""
        self.dismiss(None)


def _advice(check: Check) -> str:
    return " ".join(part for part in (check.fix, action_words(check, DESK)) if part)


def _progress(what: str, done: int, total: int | None) -> str:
    words = {"looking": "Looking at badge", "drawing": "Drawing badge"}.get(what, what.capitalize())
    of = f" of {total:,}" if total else ""
    return f"{words} {done:,}{of} ..."


def _said(answer: BadgeReport | BackupResult | None) -> str:
    """What was done, in a line."""
    if isinstance(answer, BackupResult):
        return escape_controls(f"✓ Copied and checked: {answer.file.name}")
    if isinstance(answer, BadgeReport):
        folder = answer.files[0].parent.name if answer.files else ""
        names = ", ".join(file.name for file in answer.files)
        told = f"✓ {counted(answer.badges, 'badge')} in {folder}: {names}"
        return escape_controls(told) if names else "✗ No badge drawn"
    return ""


def _line(number: int, check: Check, width: int) -> Content:
    if check.ok:
        sign = "·" if check.accepted else "✓"
        return Content.styled(f"   {sign} {fit(check.what, width - 6)}", "dim")
    key = f"{number}" if number <= 9 else " "
    return Content.assemble(
        (f" {key} ", "bold $accent"), ("✗ ", "bold $text-error"), fit(check.what, width - 6)
    )
