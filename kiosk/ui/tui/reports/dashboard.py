"""The dashboard: who is in, who is missing and how fast people arrive, in large figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.tally.event_tally import Dashboard, changed_dashboard
from kiosk.ui.tui.desk.banner import TONES
from kiosk.ui.tui.desk.header import DeskHeader
from kiosk.ui.tui.desk.verdict import BannerView
from kiosk.ui.tui.dialogs.dialog import AnswerScreen
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.reports import dashboard_lines as view
from kiosk.ui.tui.widgets.charts import big_number
from kiosk.ui.tui.widgets.key_bar import KeyBar, shown_keys
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from textual.signal import Signal

LOOK_S = 1.0
"""Seconds between two looks for new check-ins."""
COUNT_EVERY = 5
"""Every fifth look counts again in any case: the pace changes when no one arrives, too."""
GAP = 2
"""Cells between the columns, as the style sheet has them."""
_ALL_ROWS = 200
"""Lines of the body when it scrolls."""


class DashboardScreen(AnswerScreen[None]):
    """Shows one list, while the desk below continues to accept scans."""

    HELP = "Who is in, how fast people come, and who is missing. Scans count here, too."
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-normal"), (100, "-wide")]
    AUTO_FOCUS = ""
    shows_verdicts = True
    BINDINGS = [
        Binding("f5", "dismiss(None)", "Back to the desk", tooltip="Scans count here as well"),
        Binding("escape", "dismiss(None)", "Back", show=False),
        Binding("left", "list(-1)", "List before", tooltip="Look at another list"),
        Binding("right", "list(1)", "Next list", tooltip="Look at another list"),
        Binding("f1", "app.help", "Help", tooltip="What every key does"),
        Binding("up", "scroll(-1)", "Up", show=False),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("ctrl+q", "app.quit", "Quit", show=False),
    ]

    def __init__(
        self,
        session: Session,
        verdicts: Signal[BannerView],
        list_id: str | None,
        *,
        title: str,
        desk: str,
    ) -> None:
        """Show a list of the event.

        Args:
            session: of a thread that does not decide scans.
            verdicts: the verdicts of the desk.
            list_id: the list to show; None: the list of the moment.
        """
        super().__init__()
        self.session = session
        self.verdicts = verdicts
        self.list_id = list_id
        self.event_title = title
        self.desk = desk
        self.facts: Dashboard | None = None
        self._looks = 0
        self._is_counting = False
        self._is_turned = False
        """Another list was selected while one was being counted."""

    def compose(self) -> ComposeResult:
        """Large figures at the top, their details below."""
        yield DeskHeader(self.event_title, self.desk, id="header")
        yield Static(" Scans count while this is shown.", id="verdict", markup=False)
        with Horizontal(id="figures"):
            for name in ("in", "missing", "pace"):
                with Vertical(classes="figure"):
                    yield Static("", id=f"figure-{name}", classes="big", markup=False)
                    yield Static("", id=f"label-{name}", markup=False)
        yield Static("", id="share", markup=False)
        yield Static("Counting ...", id="estimate", markup=False)
        with VerticalScroll(id="numbers", can_focus=False):
            yield Static("", id="tallies", markup=False)
            yield Static("", id="doors", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Count now, and again after each change."""
        self.query_one(KeyBar).show(shown_keys(self))
        self.verdicts.subscribe(self, self.show_verdict)
        self._count(None)
        self.set_interval(LOOK_S, self._look)

    def on_resize(self) -> None:
        """Fill the new size."""
        self.call_after_refresh(self._paint)

    def show_verdict(self, verdict: BannerView) -> None:
        """Show the verdict of a scan."""
        line = self.query_one("#verdict", Static)
        for tone in TONES:
            line.set_class(tone == verdict.tone, f"-{tone}")
        line.update(view.verdict_line(verdict, max(20, self.size.width)), layout=False)

    def _look(self) -> None:
        self._looks += 1
        is_due = self.facts is None or self._looks % COUNT_EVERY == 0
        self._count(None if is_due or self.facts is None else self.facts.version)

    def _count(self, seen_version: int | None) -> None:
        if self._is_counting:
            return
        self._is_counting = True
        wanted = self.list_id
        self.session.ask(
            lambda store: changed_dashboard(store, wanted, seen_version),
            self._counted,
            self._failed,
        )

    def _counted(self, facts: Dashboard | None) -> None:
        self._is_counting = False
        if not self.is_attached:
            return
        if facts is not None:
            self.facts = facts
            self._paint()
        if self._is_turned:
            self._is_turned = False
            self._count(None)

    def _failed(self, error: KioskError) -> None:
        self._is_counting = False
        if self.is_attached:
            self.query_one("#estimate", Static).update(escape_controls(str(error)))

    def _paint(self) -> None:
        facts = self.facts
        if facts is None or not self.is_attached:
            return
        header = self.query_one(DeskHeader)
        header.event_name, header.zone = escape_controls(facts.event_name), facts.zone
        header.list_name = escape_controls(facts.list.name)
        header.paint()
        self._paint_figures(facts)
        width = max(30, self.size.width - 2)
        self.query_one("#share", Static).update(view.share_line(facts, width), layout=False)
        self.query_one("#estimate", Static).update(view.estimate_line(facts, width), layout=False)
        body = self.query_one("#numbers").container_size
        is_narrow = self.has_class("-narrow")
        rows = _ALL_ROWS if is_narrow else max(8, body.height)
        half = width if is_narrow else width // 2
        left = view.tallies_content(facts, half if is_narrow else half - GAP, rows)
        self.query_one("#tallies", Static).update(left)
        self.query_one("#doors", Static).update(
            view.doors_content(facts, half, rows, no_names=host_of(self).scan_only)
        )

    def _paint_figures(self, facts: Dashboard) -> None:
        pace = facts.pace
        figures = (
            ("in", facts.tally.total.checked_in, f"in of {facts.tally.total.expected:,} expected"),
            ("missing", max(0, pace.missing), "not in yet"),
            ("pace", pace.per_hour, f"an hour ({pace.heads:,} in {pace.minutes} min)"),
        )
        for name, number, label in figures:
            figure = self.query_one(f"#figure-{name}", Static)
            figure.update(big_number(number), layout=False)
            fits = len(label) <= figure.size.width
            short = label if fits else label.partition(" (")[0].partition(" of ")[0]
            self.query_one(f"#label-{name}", Static).update(short, layout=False)

    def action_list(self, step: int) -> None:
        """Show another list; scans still count for the list of the desk."""
        if self.facts is None:
            return
        ids = [item.list_id for item in self.facts.lists]
        now = self.list_id if self.list_id in ids else self.facts.list.id
        self.list_id = ids[(ids.index(now) + step) % len(ids)]
        self._is_turned = self._is_counting
        self._count(None)

    def action_scroll(self, step: int) -> None:
        """Scroll the numbers when the window is too small for them."""
        self.query_one("#numbers").scroll_relative(y=step * 3, animate=False)
