"""A scan's verdict where the desk's banner is covered: nobody waits for a dialog to be closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.tui.widgets.result_banner import ResultBanner

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from kiosk.tui.views.verdict import BannerView

SHOWN_S = 8.0
"""As long as it takes to read it and to say hello; the desk's own banner keeps it."""


class VerdictOver(ResultBanner):
    """Lies on top of whatever is open, for a while."""

    def __init__(self) -> None:
        super().__init__()
        self._gone: Timer | None = None

    def show(self, view: BannerView) -> None:
        """Paint a verdict, and begin to count anew."""
        super().show(view)
        if self._gone is not None:
            self._gone.stop()
        self._gone = self.set_timer(SHOWN_S, self.remove)


def show_over(screen: Screen[object], covered: ResultBanner, view: BannerView) -> None:
    """Say on `screen` what the desk's banner says beneath it, unless that can be seen or the
    screen has a line of its own for it."""
    over = next(iter(screen.query(VerdictOver)), None)
    if over is not None:
        over.show(view)
    elif not getattr(screen, "tells_verdicts", False) and _covers(screen, covered):
        over = VerdictOver()
        over.view = view
        screen.mount(over)


def _covers(screen: Screen[object], covered: ResultBanner) -> bool:
    if not screen.is_modal:
        return True
    return any(child.display and child.region.overlaps(covered.region) for child in screen.children)
