"""Readiness on screen: the checks to fix, and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from kiosk.domain.setup.readiness import Check
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.printing.backends.save_pdf import open_in_viewer
from kiosk.services.badges.badges import BadgeReport, confirm_printed
from kiosk.services.safety.backup import BackupResult, back_up
from kiosk.services.setup.ready import Readiness, accept_check, check_readiness, print_waiting
from kiosk.support.progress import Progress
from kiosk.ui.actions import DESK, action_words, full_message, joined
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.dialogs.writing import on_event
from kiosk.ui.tui.widgets.charts import fit
from kiosk.ui.tui.widgets.form import RecordList
from kiosk.ui.tui.widgets.key_bar import Hint
from kiosk.ui.tui.worker import Job

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

GOES_TO = {
    "people": ("import_file", "import a file"),
    "import_age": ("import_file", "import a file"),
    "event_days": ("lists", "set its days"),
    "lists": ("lists", "see and change the lists"),
    "shared_codes": ("import_file", "import a corrected file"),
    "duplicates": ("duplicates", "decide which are one person"),
    "email": ("import_file", "import a file with e-mails"),
    "status_words": ("import_file", "import a corrected file"),
    "badge_names": ("badge_layout", "see the badge layouts"),
    "printer": ("printer_test", "choose and test a printer"),
    "scanner": ("scanner_test", "test the scanner"),
    "desks": ("sharing", "see the desks, and the code for another one"),
    "conflicts": ("sharing", "see who was admitted twice, and where"),
}
"""Checks that another screen fixes: the action of the desk, and its words."""
FIXED_HERE = {
    "badges_unprinted": "write their badges into the badges folder",
    "badges_made": "they are printed: count them",
    "badges_changed": "write the new badges into the badges folder",
    "backup": "make a backup now",
}
"""Checks that this screen fixes, and its words."""
_TITLE = "Is everything ready?"


class ReadyScreen(Dialog[None]):
    """A list of checks; the screen that fixes one opens over it and returns to it."""

    HELP = "What is left to do. A number or Enter fixes it; A ignores it."
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]
    BINDINGS = [
        Binding("escape,f10", "dismiss(None)", "Back"),
        Binding("enter", "fix", "Fix"),
        Binding("a", "accept", "Ignore"),
        Binding("r", "refresh", "Refresh"),
    ]

    def __init__(
        self,
        event: Path,
        desk: str,
        actions: Callable[[str], bool],
        run: Callable[[str], None],
    ) -> None:
        """`actions` says whether the desk has an action, `run` runs it."""
        super().__init__()
        self.event = event
        self.desk = desk
        self.has_action = actions
        self.run_at_desk = run
        self.list_view = RecordList[Check](id="ready-lines")
        """The checks, those to fix first."""
        self._job: Job[Any] | None = None
        self._order: list[str] = []
        """Codes of the checks to fix, in the order of their numbers, as long as this is open."""
        self._folder: Path | None = None
        """Of the badges just written, until the next key."""

    def compose(self) -> ComposeResult:
        """The checks, the details of the selected one, the keys."""
        with Vertical(classes="dialog wide", id="ready"):
            yield Static(_TITLE, id="ready-title", classes="title", markup=False)
            yield self.list_view
            yield Static("", id="ready-what", markup=False)
            yield Static("", id="ready-fix", markup=False)
            yield Static("", id="ready-done", markup=False)
            yield Hint("Enter or number fix it", "A ignore", "R refresh", "Esc back")

    def on_screen_resume(self) -> None:
        """Run all checks, also after another screen fixed one."""
        self.action_refresh()

    def on_unmount(self) -> None:
        """Stop the work; badges that are being drawn then do not count as printed."""
        if self._job is not None:
            self._job.stop()

    # checking

    def action_refresh(self) -> None:
        """Run all checks again."""
        if self._job is None:
            self._title(f"{_TITLE}  Checking ...")
            self._start("checking", lambda store, report: check_readiness(store, progress=report))

    def _start(self, what: str, work: Callable[[Store, Progress], Any]) -> None:
        self._job = self.run_job(
            what,
            on_event(self.event, self.desk, work),
            self._finished,
            failed=self._work_failed,
            progress=lambda done, total: self._title(_progress(what, done, total)),
        )

    def _title(self, words: str) -> None:
        if self.is_attached:
            self.query_one("#ready-title", Static).update(words)

    def _finished(self, answer: Readiness | BadgeReport | BackupResult | int | None) -> None:
        self._job = None
        if isinstance(answer, Readiness):
            self._show(answer)
            return
        if isinstance(answer, BadgeReport) and answer.files:
            self._folder = answer.files[0].parent
        self._say_done(_done(answer))
        self.action_refresh()

    def _work_failed(self, error: KioskError) -> None:
        self._job = None
        self._title(_TITLE)
        self.query_one("#ready-fix", Static).update(escape_controls(full_message(error, DESK)))

    def _show(self, report: Readiness) -> None:
        to_fix = [check for check in report.checks if not check.ok]
        self._order += [check.code for check in to_fix if check.code not in self._order]
        by_code = {check.code: check for check in report.checks}
        first = [by_code[code] for code in self._order if code in by_code]
        checks = [*first, *(check for check in report.checks if check.code not in self._order)]
        numbers = {check.code: number for number, check in enumerate(checks, 1)}
        view = self.list_view
        width = max(20, view.size.width - 2)
        view.show(checks, lambda check: _line(numbers[check.code], check, width))
        view.focus()
        self._title("✓ Everything is ready." if report.ready else f"✗ {len(to_fix)} left to do")
        self._show_details()

    # the selected check

    @property
    def selected(self) -> Check | None:
        """The highlighted check."""
        return self.list_view.selected

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_details()

    def _show_details(self) -> None:
        check = self.selected
        if check is None:
            return
        what = Content.styled(escape_controls(check.what), "" if check.ok else "bold")
        self.query_one("#ready-what", Static).update(what)
        fix = self._offer(check) if not check.ok else "Ignored. A: check it again."
        self.query_one("#ready-fix", Static).update(
            fix if not check.ok or check.accepted else "Nothing to do."
        )

    def _offer(self, check: Check) -> str:
        if check.code in FIXED_HERE:
            return f"Enter: {FIXED_HERE[check.code]}."
        if self._goes_to(check):
            return f"Enter: {GOES_TO[check.code][1]}."
        return joined(check.fix, action_words(check, DESK))

    def _goes_to(self, check: Check) -> str:
        action = GOES_TO.get(check.code, ("", ""))[0]
        return action if action and self.has_action(action) else ""

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_fix()

    def on_key(self, event: events.Key) -> None:
        """A number selects its line and fixes it; O opens the folder of the badges just written."""
        folder, self._folder = self._folder, None
        if event.key == "o" and folder is not None:
            event.stop()
            self._folder = folder
            self._open(folder)
            return
        if self._job is None:
            self._say_done("")
        else:
            self._folder = folder
        if event.character and event.character.isdecimal():
            number = int(event.character)
            if 1 <= number <= len(self._order):
                event.stop()
                self.list_view.highlighted = number - 1
                self.action_fix()

    def _open(self, folder: Path) -> None:
        try:
            open_in_viewer(folder)
        except KioskError as error:
            self._say_done(f"{folder}: {error.problem}")

    def _say_done(self, words: str) -> None:
        """Show what was done, until the next key; an empty line takes no space."""
        line = self.query_one("#ready-done", Static)
        line.update(words)
        line.display = bool(words)

    def action_fix(self) -> None:
        """Fix the selected check."""
        check = self.selected
        if check is None or check.ok or self._job is not None:
            return
        if check.code == "backup":
            self._title("Copying ...")
            self._start("copying", lambda store, _: back_up(store))
        elif check.code == "badges_made":
            self._start("saving", lambda store, _: confirm_printed(store))
        elif check.code in FIXED_HERE:
            who = check.code.removeprefix("badges_")
            self._title("Drawing badges ...")
            self._start("drawing", lambda store, report: print_waiting(store, who, progress=report))
        elif self._goes_to(check):
            self.run_at_desk(self._goes_to(check))
        else:
            self._title(self._offer(check))

    def action_accept(self) -> None:
        """Ignore the selected check, or check it again."""
        check = self.selected
        if check is None or self._job is not None or (check.ok and not check.accepted):
            return
        self._start(
            "saving",
            lambda store, _: accept_check(store, check.code, accept=not check.accepted),
        )


def _progress(what: str, done: int, total: int | None) -> str:
    work = {"checking": "Checking badge", "drawing": "Drawing badge"}.get(what, what.capitalize())
    of = f" of {total:,}" if total else ""
    return f"{work} {done:,}{of} ..."


def _done(answer: BadgeReport | BackupResult | int | None) -> str:
    """Say the result in one line."""
    if isinstance(answer, BackupResult):
        return escape_controls(f"✓ Copied and checked: {answer.file.name}")
    if isinstance(answer, BadgeReport):
        names = ", ".join(f"{file.parent.name}/{file.name}" for file in answer.files)
        are = counted(answer.badges, "badge is", "badges are")
        done = f"✓ {are} in {names}. O opens the folder. Print it, then confirm that it is printed."
        return escape_controls(done) if names else "✗ No badge was drawn. Nothing was changed."
    if isinstance(answer, int):
        return f"✓ {counted(answer, 'badge counts', 'badges count')} as printed."
    return ""


def _line(number: int, check: Check, width: int) -> Content:
    if check.ok:
        sign = "·" if check.accepted else "✓"
        return Content.styled(f"   {sign} {fit(check.what, width - 6)}", "dim")
    key = f"{number}" if number <= 9 else " "
    return Content.assemble(
        (f" {key} ", "bold $accent"), ("✗ ", "bold $text-error"), fit(check.what, width - 6)
    )
