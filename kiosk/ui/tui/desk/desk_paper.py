"""The desk's part in paper: the badge key, printing on check-in, the words on the status line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen

from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.verdict import BannerView, badge_place
from kiosk.ui.tui.host import host_of

if TYPE_CHECKING:
    from kiosk.services.checkin.card import AttendeeCard
    from kiosk.services.checkin.checkin import ScanResult
    from kiosk.services.printing.jobs import ReprintReason
    from kiosk.services.printing.status import PrintStatus
    from kiosk.storage.queries.badges import BadgeJob
    from kiosk.ui.tui.desk.header import StatusLine
    from kiosk.ui.tui.printing.print_control import PrintControl
    from kiosk.ui.tui.session import Session


class PaperDesk(Screen[None]):
    """What the desk screen does about badges; the rest of the desk is its subclass."""

    session: Session
    person: AttendeeCard | None
    status_line: StatusLine

    def say(self, words: str, hint: str, tone: str = "question", sign: str = "i") -> None:
        """On the banner; the desk has one."""
        raise NotImplementedError

    def show_error(self, error: KioskError) -> None:
        """On the banner."""
        raise NotImplementedError

    def _show_person(self, attendee_id: str | None) -> None:
        raise NotImplementedError

    @property
    def paper(self) -> PrintControl | None:
        """The queue's threads, once they run."""
        return host_of(self).paper

    def show_paper(self, status: PrintStatus) -> None:
        """News from the queue, for the line of counters."""
        self.status_line.say(badges=status.words)
        self.status_line.warn(status.trouble)

    def look_after_paper(self) -> None:
        """Now and then: badges of other programs, printers that are back."""
        if self.paper is not None:
            self.paper.tick()

    def print_after(self, result: ScanResult) -> None:
        """Somebody was let in: a first badge, where this desk prints on check-in."""
        let_in = result.outcome is Outcome.OK and result.direction is Direction.ENTRY
        if let_in and result.attendee and not result.repeated and self.paper is not None:
            shown = self.query_one(ResultBanner).view
            self.paper.checked_in(
                self.session, result.attendee.id, lambda: self._badge_is_coming(shown, result)
            )

    def _badge_is_coming(self, shown: BannerView, result: ScanResult) -> None:
        """Say so on the verdict that is still there."""
        banner = self.query_one(ResultBanner)
        if banner.view is shown and self.paper is not None:
            coming = f"The badge comes from {escape_controls(self.paper.settings.printer)}."
            banner.show(replace(shown, hint=shown.hint.replace(badge_place(result), coming)))

    def action_badge_queue(self) -> None:
        """Badges on their way, printers, and what to do about both."""
        if self.paper is None:
            return
        from kiosk.ui.tui.printing.badge_queue import BadgeQueueScreen

        def back(_: object) -> None:
            if self.person is not None:
                self._show_person(self.person.attendee.id)

        self.app.push_screen(BadgeQueueScreen(self.paper, self.session), back)

    def action_badge(self) -> None:
        """Print the badge of the person on the card, or write it as a PDF."""
        if self.person is None or self.paper is None:
            return
        attendee_id = self.person.attendee.id
        if self.paper.settings.prints:
            self._want_badge(attendee_id)
        else:
            self._write_badge(attendee_id)

    def _want_badge(self, attendee_id: str, reason: ReprintReason | None = None) -> None:
        paper = self.paper
        if paper is None:
            return

        def queued(_: BadgeJob) -> None:
            printer = escape_controls(paper.settings.printer)
            self.say("BADGE", f"On its way to {printer}. F4 shows the queue.", "success", "✓")

        def refused(error: KioskError) -> None:
            if error.code == "reason_needed":
                self._ask_why(attendee_id, error)
            else:
                self.show_error(error)

        paper.want(self.session, attendee_id, reason, queued, refused)

    def _ask_why(self, attendee_id: str, error: KioskError) -> None:
        from kiosk.ui.tui.dialogs.reasons import ReprintScreen

        def chosen(reason: ReprintReason | None) -> None:
            if reason is not None:
                self._want_badge(attendee_id, reason)

        self.app.push_screen(ReprintScreen(error.problem), chosen)

    def _write_badge(self, attendee_id: str) -> None:
        from kiosk.services.badges.on_demand import write_badge

        def written(file: Path) -> None:
            self.say("BADGE", f"Written to {file}", "success", "✓")
            self._show_person(attendee_id)

        self.say("BADGE", "Being drawn ...")
        if self.paper is not None:
            self.paper.decide(
                lambda store, _: write_badge(store, attendee_id), written, self.show_error
            )
