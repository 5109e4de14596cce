"""The badge queue (F4): print jobs, their state, and what to do about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.domain.printing.job import PDF_FOLDER, PrintState
from kiosk.errors import KioskError
from kiosk.services.printing.jobs import ReprintReason
from kiosk.services.printing.settings import MODE_WORDS, PrintMode
from kiosk.services.printing.status import PrintStatus, QueueLine, queue_lines
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.verdict import BannerView
from kiosk.ui.tui.dialogs.choices import ChoosePrinterScreen, LabelsScreen, SheetPlaceScreen
from kiosk.ui.tui.dialogs.dialog import AnswerScreen
from kiosk.ui.tui.dialogs.reasons import NumberedScreen, ReprintScreen
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.printing.print_control import PrintControl
from kiosk.ui.tui.printing.queue_rows import (
    detail_content,
    error_news,
    head_content,
    in_order,
    paper_news,
    queue_row,
    scan_news,
)
from kiosk.ui.tui.widgets.key_bar import KeyBar, shown_keys
from kiosk.ui.tui.worker import Failed, Session

if TYPE_CHECKING:
    from kiosk.printing.backend import PrinterInfo
    from kiosk.storage.queries.badges import BadgeJob

SHOWN = 200
NAME_IS_HIDDEN = "a badge"
"""Instead of the name at a desk that only scans."""
LOOK_S = 0.5
_JOB_ACTIONS = ("handed", "retry", "reprint", "cancel")
_POSSIBLE_IN = {
    "handed": frozenset(PrintState) - {PrintState.QUEUED, PrintState.HANDED},
    "retry": frozenset(PrintState) - {PrintState.DONE, PrintState.HANDED},
    "reprint": frozenset(PrintState) - {PrintState.QUEUED},
    "cancel": frozenset(PrintState) - {PrintState.DONE, PrintState.HANDED, PrintState.CANCELED},
}
"""The states in which each action can be applied to the selected job."""


class BadgeQueueScreen(AnswerScreen[None]):
    """Shows the queue. The desk still handles scans; their verdicts appear here in one line."""

    HELP = (
        "Badges on their way to the printer. A badge that failed stays here until it is "
        "printed again or removed."
    )
    AUTO_FOCUS = "#jobs"
    shows_verdicts = True
    BINDINGS = [
        Binding("enter", "handed", "Handed out", tooltip="The attendee has the badge"),
        Binding("f5", "retry", "Send again", tooltip="After a failure, or if none came out"),
        Binding("f6", "reprint", "Reprint", tooltip="Another badge, with a reason"),
        Binding("f8", "cancel", "Cancel", tooltip="The badge is no longer needed"),
        Binding("f1", "app.help", "Help", tooltip="What every key does"),
        Binding("f2", "test", "Test print", tooltip="Prints a sample badge"),
        Binding("f3", "printer", "Printer", tooltip="Choose the printer for badges"),
        Binding("f7", "take_over", "Other printer", tooltip="Moves all waiting badges to it"),
        Binding("f9", "mode", "Mode", tooltip="Badges off, by key, or on check-in"),
        Binding("ctrl+l", "labels", "Labels", tooltip="Labels on the roll, or place on the sheet"),
        Binding("escape", "dismiss(None)", "Back", tooltip="To the desk"),
        Binding("f4", "dismiss(None)", "Back", show=False),
    ]

    def __init__(self, paper: PrintControl, desk: Session) -> None:
        super().__init__()
        self.paper = paper
        self.desk = desk
        self.lines: list[QueueLine] = []
        self._error: KioskError | None = None
        self._banner_at_start: BannerView | None = None

    def compose(self) -> ComposeResult:
        """The printer, the news, the jobs, the details of the selected job, the keys."""
        yield Static("", id="queue-head", markup=False)
        yield Static("", id="queue-news", markup=False)
        yield OptionList(id="jobs")
        yield Static("", id="queue-detail", markup=False)
        yield KeyBar(id="queue-job-keys")
        yield KeyBar(id="queue-keys")

    def on_mount(self) -> None:
        """Read the queue, and refresh it regularly."""
        self._banner_at_start = self._desk_view()
        self.show_paper(self.paper.status)
        self._paint_selected()
        self.set_interval(LOOK_S, self._load)

    # display

    def show_paper(self, status: PrintStatus) -> None:
        """Show a new state of the queue."""
        self.query_one("#queue-head", Static).update(
            head_content(status, self.size.width or 80), layout=False
        )
        self._paint_news(status)
        self._load()

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self.show_paper(self.paper.status)

    def _load(self) -> None:
        self.desk.ask(lambda store: queue_lines(store, SHOWN), self.while_open(self._loaded))

    def _loaded(self, lines: list[QueueLine]) -> None:
        options = self.query_one(OptionList)
        selected = self._selected_line()
        if host_of(self).scan_only:
            lines = [replace(line, person=NAME_IS_HIDDEN) for line in lines]
        self.lines = in_order(lines)
        width = max(40, (options.size.width or self.size.width) - 2)
        rows = [queue_row(line, width) for line in self.lines]
        if len(rows) == options.option_count:
            for index, row in enumerate(rows):
                if options.get_option_at_index(index).prompt != row:
                    options.replace_option_prompt_at_index(index, row)
        else:
            options.clear_options()
            options.add_options([Option(row) for row in rows])
        if rows:
            keys = [_key(line) for line in self.lines]
            key = _key(selected) if selected else None
            options.highlighted = keys.index(key) if key in keys else 0
        self._paint_selected()
        self._paint_news(self.paper.status)

    def _selected_line(self) -> QueueLine | None:
        index = self.query_one(OptionList).highlighted
        return self.lines[index] if index is not None and index < len(self.lines) else None

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._paint_selected()

    def _paint_selected(self) -> None:
        detail = detail_content(self._selected_line())
        self.query_one("#queue-detail", Static).update(detail, layout=False)
        shown, split = shown_keys(self), len(_JOB_ACTIONS)
        self.query_one("#queue-job-keys", KeyBar).show(shown[:split])
        self.query_one("#queue-keys", KeyBar).show(shown[split + 1 :])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """None dims a key that cannot act on the selected job."""
        if action not in _JOB_ACTIONS:
            return True
        line = self._selected_line() if self.is_mounted else None
        can = line is not None and line.is_ours and line.job.state in _POSSIBLE_IN[action]
        return True if can else None

    def _paint_news(self, status: PrintStatus) -> None:
        """Show the most important message; a scan's verdict comes first."""
        news = self.query_one("#queue-news", Static)
        tone, content = self._news(status)
        for name in ("quiet", "warning", "error", "success"):
            news.set_class(name == tone, f"-{name}")
        news.update(content, layout=False)

    def _news(self, status: PrintStatus) -> tuple[str, Content]:
        view = self._desk_view()
        if view is not None and view is not self._banner_at_start:
            return scan_news(view)
        if self._error is not None:
            return error_news(self._error)
        return paper_news(status, self.paper.stayed, self.paper.test_news)

    def _desk_view(self) -> BannerView | None:
        """The banner of the desk below this screen."""
        banners = [
            banner for screen in self.app.screen_stack for banner in screen.query(ResultBanner)
        ]
        return banners[0].view if banners else None

    def _failed(self, error: KioskError) -> None:
        self._error = error
        self._load()

    def _begin(self) -> None:
        """Clear old messages when a key is pressed."""
        self._error = None
        self.paper.stayed = ()
        self.paper.test_news = None
        self._banner_at_start = self._desk_view()

    # the selected badge

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.check_action("handed", ()):
            self.action_handed()

    def action_handed(self) -> None:
        """Record that the selected badge was handed out."""
        self._act(self.paper.hand_over)

    def action_retry(self) -> None:
        """Send the selected badge again."""
        self._act(self.paper.retry)

    def action_cancel(self) -> None:
        """Cancel the selected badge."""
        self._act(self.paper.cancel)

    def _act(self, do: Callable[[BadgeJob, Failed], None]) -> None:
        """Do this to the selected badge."""
        if (selected := self._selected_line()) is not None:
            self._begin()
            do(selected.job, self._failed)

    def action_reprint(self) -> None:
        """Print another badge for the selected person, with a reason."""
        selected = self._selected_line()
        if selected is None:
            return

        def chosen(reason: ReprintReason | None) -> None:
            if reason is not None:
                self._begin()
                who = selected.job.attendee_id
                self.paper.want(self.desk, who, reason, lambda _: self._load(), self._failed)

        self.app.push_screen(ReprintScreen(f"It is for {selected.person}."), chosen)

    # the printer

    def action_printer(self) -> None:
        """Choose the printer."""
        self._begin()

        def chosen(printer: str | None) -> None:
            if printer is not None:
                self.paper.choose(printer)

        self._choose("Badges go to", chosen, may_be_none=True)

    def action_take_over(self) -> None:
        """Move all waiting badges to another printer."""
        self._begin()

        def chosen(printer: str | None) -> None:
            if printer:
                self.paper.take_over(printer, self._failed)

        self._choose("Which printer takes over?", chosen, others_only=True)

    def _choose(
        self,
        title: str,
        chosen: Callable[[str | None], None],
        *,
        may_be_none: bool = False,
        others_only: bool = False,
    ) -> None:
        current = self.paper.settings.printer

        def show(printers: list[PrinterInfo]) -> None:
            if others_only:
                others = [p for p in printers if p.name not in (current, PDF_FOLDER)]
                if len(others) == 1 and others[0].accepting:
                    chosen(others[0].name)
                    return
                printers = others
            screen = ChoosePrinterScreen(title, printers, current, may_be_none=may_be_none)
            self.app.push_screen(screen, chosen)

        def failed(error: KioskError) -> None:
            self._failed(error)
            show([])

        self.paper.printers(show, failed)

    def action_mode(self) -> None:
        """Choose the mode: off, by key, on check-in."""
        self._begin()
        settings = self.paper.settings

        def chosen(mode: PrintMode | None) -> None:
            if mode is not None:
                self.paper.choose(settings.printer, mode)

        modes = [(mode, MODE_WORDS[mode]) for mode in PrintMode]
        about = f"Now: {MODE_WORDS[settings.mode]}."
        dialog = NumberedScreen("When are badges printed?", about, modes, act="OK")
        self.app.push_screen(dialog, chosen)

    def action_test(self) -> None:
        """Print a sample badge on the selected printer."""
        self._begin()
        self.paper.print_test(self._failed)
        self._load()

    def action_labels(self) -> None:
        """Ask for the number of labels on the roll, or for the next free place of the sheet."""
        settings = self.paper.settings
        if settings.sheet is not None:

            def chosen(place: int | None) -> None:
                if place is not None:
                    self._begin()
                    self.paper.set_place(place, self._failed)

            self.app.push_screen(SheetPlaceScreen(settings.stock, settings.sheet), chosen)
            return

        def typed(text: str | None) -> None:
            if text is not None:
                self._begin()
                digits = text.lstrip("+-")
                number = int(text) if digits.isdecimal() else None
                self.paper.set_labels(number, self._failed)

        self.app.push_screen(LabelsScreen(), typed)


def _key(line: QueueLine) -> tuple[str, int]:
    return line.job.log_id, line.job.seq
