"""The desk's badges: the badge key, printing on check-in, the words on the status line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.checkin.outcomes import Direction, Outcome
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.badges.on_demand import write_badge
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.verdict import BannerView, badge_place
from kiosk.ui.tui.dialogs.reasons import ReprintScreen
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.printing.badge_queue import BadgeQueueScreen

if TYPE_CHECKING:
    from kiosk.services.checkin.checkin import ScanResult
    from kiosk.services.printing.jobs import ReprintReason
    from kiosk.storage.queries.badges import BadgeJob
    from kiosk.ui.tui.desk.desk import DeskScreen
    from kiosk.ui.tui.printing.print_control import PrintControl


class BadgeControl:
    """Prints badges of the attendee on the card, and of those who check in."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    @property
    def queue(self) -> PrintControl | None:
        """The print queue's threads, once they run."""
        return host_of(self._desk).paper

    def print_after(self, result: ScanResult) -> None:
        """Print a first badge of an attendee who came in, where this desk prints on check-in."""
        came_in = result.outcome is Outcome.OK and result.direction is Direction.ENTRY
        if came_in and result.attendee and not result.repeated and self.queue is not None:
            shown = self._desk.query_one(ResultBanner).view
            self.queue.checked_in(
                self._desk.session, result.attendee.id, lambda: self._is_coming(shown, result)
            )

    def print_silently(self, attendee_id: str) -> None:
        """The same for an attendee whose verdict is not on the banner."""
        if self.queue is not None:
            self.queue.checked_in(self._desk.session, attendee_id, lambda: None)

    def _is_coming(self, shown: BannerView, result: ScanResult) -> None:
        """Name the printer on the verdict, unless another one has replaced it."""
        banner = self._desk.query_one(ResultBanner)
        if banner.view is shown and self.queue is not None:
            coming = f"The badge comes from {escape_controls(self.queue.settings.printer)}."
            banner.show(shown._replace(hint=shown.hint.replace(badge_place(result), coming)))

    def open_queue(self) -> None:
        """Open the badge queue."""
        if self.queue is None:
            return

        def back(_: object) -> None:
            if self._desk.person is not None:
                self._desk.show_person(self._desk.person.attendee.id)

        self._desk.app.push_screen(BadgeQueueScreen(self.queue, self._desk.session), back)

    def print_or_write(self) -> None:
        """Print the badge of the attendee on the card, or write it as a PDF."""
        person = self._desk.person
        if person is None or self.queue is None:
            return
        if self.queue.settings.prints:
            self._print(self.queue, person.attendee.id)
        else:
            self._write(self.queue, person.attendee.id)

    def _print(
        self, queue: PrintControl, attendee_id: str, reason: ReprintReason | None = None
    ) -> None:
        def queued(_: BadgeJob) -> None:
            printer = escape_controls(queue.settings.printer)
            sheet = queue.settings.sheet
            place = f", {sheet.words}" if sheet and not queue.status.waiting else ""
            words = f"On its way to {printer}{place}. F4 shows the queue."
            self._desk.say("BADGE", words, "success", "✓")

        def refused(error: KioskError) -> None:
            if error.code == "reason_needed":
                self._ask_reason(queue, attendee_id, error)
            else:
                self._desk.show_error(error)

        queue.want(self._desk.session, attendee_id, reason, queued, refused)

    def _ask_reason(self, queue: PrintControl, attendee_id: str, error: KioskError) -> None:
        def chosen(reason: ReprintReason | None) -> None:
            if reason is not None:
                self._print(queue, attendee_id, reason)

        self._desk.app.push_screen(ReprintScreen(error.problem), chosen)

    def _write(self, queue: PrintControl, attendee_id: str) -> None:
        def written(file: Path) -> None:
            words = f"PDF created, not printed: {file}"
            self._desk.say("BADGE PDF", words, "question", "i")
            self._desk.show_person(attendee_id)

        self._desk.say("BADGE", "Being drawn ...")
        queue.decide(
            lambda store, _: write_badge(store, attendee_id), written, self._desk.show_error
        )
