"""Pages of the report: what stands on each, and where the next thing goes. Millimetres."""

from __future__ import annotations

from kiosk.badges.layout import MM, EventLook
from kiosk.badges.paper import A4
from kiosk.badges.paper_page import PaperPage, PaperWriter
from kiosk.badges.scene import RectOp

LEFT, RIGHT = 15.0, 195.0
WIDTH = RIGHT - LEFT
_TOP, _BOTTOM = 24.0, 281.0
_TRACK = (0.91, 0.92, 0.94)


class ReportCanvas:
    """A page at a time, filled from the top."""

    def __init__(self, event: EventLook, title: str, made: str) -> None:
        self.writer = PaperWriter(event, A4, f"{event.name} {title}")
        self.title, self.made = title, made
        self.pages: list[PaperPage] = []
        self.y = _BOTTOM

    @property
    def page(self) -> PaperPage:
        """The page being filled."""
        return self.pages[-1]

    def need(self, height: float) -> bool:
        """Begin a new page unless so much fits on this one; whether it did."""
        if self.pages and self.y + height <= _BOTTOM:
            return False
        self.new_page()
        return True

    def new_page(self) -> None:
        """A page with its head."""
        self.pages.append(self.writer.page())
        self.y = _TOP
        if len(self.pages) > 1:
            self.words(self.writer.event.name, LEFT, 12, 120, 5, size=10)
            self.words(self.title, 135, 12, 60, 5, size=9, bold=False, align="right")
            self.page.line(LEFT, 19, WIDTH)

    def finish(self) -> None:
        """Number the pages: `2 / 7`."""
        for number, page in enumerate(self.pages, 1):
            page.line(LEFT, 284, WIDTH)
            page.text(self.made, LEFT, 286, 130, 4.5, size=8, align="left", weight="regular")
            page.text(f"{number} / {len(self.pages)}", 155, 286, 40, 4.5, size=8, align="right")

    def words(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        size: float,
        bold: bool = True,
        align: str = "left",
        colour: str = "ink",
    ) -> None:
        """A text fitted into its box."""
        weight = "bold" if bold else "regular"
        self.page.text(
            text, x, y, width, height, size=size, align=align, weight=weight, colour=colour
        )

    def heading(self, text: str, room_below: float) -> None:
        """A heading that is not left alone at the foot of a page."""
        self.need(11 + room_below)
        self.y += 4
        self.words(text, LEFT, self.y, WIDTH, 6, size=13, colour="accent")
        self.y += 8.5

    def bar(self, x: float, y: float, width: float, height: float, share: float) -> None:
        """A level bar in the event's colour on a grey track."""
        self._grey(x, y, width, height)
        long = max(0.0, min(1.0, share)) * width
        if share > 0:
            self.page.band(x, y, max(0.4, long), height)

    def _grey(self, x: float, y: float, width: float, height: float) -> None:
        low = (A4[1] - y - height) * MM
        self.page.ops.append(RectOp(x * MM, low, width * MM, height * MM, _TRACK))
