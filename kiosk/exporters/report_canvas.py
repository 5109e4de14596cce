"""Fill the pages of the report from top to bottom. All lengths are millimetres."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.badges.layout.model import MM, EventLook
from kiosk.badges.layout.scene import RectOp
from kiosk.badges.paper.pages import A4, PaperPage, PaperWriter
from kiosk.domain.badges.order import BadgePerson
from kiosk.domain.checkin.words import status_words
from kiosk.domain.people.registration import TicketStatus
from kiosk.exporters.report_pdf import ReportRow
from kiosk.support.progress import Progress

LEFT, RIGHT = 15.0, 195.0
WIDTH = RIGHT - LEFT
_TOP, _BOTTOM = 24.0, 281.0
_TRACK = (0.91, 0.92, 0.94)


class ReportCanvas:
    """The pages of a report, and the place of the next element."""

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
        """Start a new page if this height does not fit; return whether it did."""
        if self.pages and self.y + height <= _BOTTOM:
            return False
        self.new_page()
        return True

    def new_page(self) -> None:
        """Start a page with its header."""
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
        """Draw a text, shrunk to fit its box."""
        weight = "bold" if bold else "regular"
        self.page.text(
            text, x, y, width, height, size=size, align=align, weight=weight, colour=colour
        )

    def heading(self, text: str, height_below: float) -> None:
        """Draw a heading, never alone at the bottom of a page."""
        self.need(11 + height_below)
        self.y += 4
        self.words(text, LEFT, self.y, WIDTH, 6, size=13, colour="accent")
        self.y += 8.5

    def bar(self, x: float, y: float, width: float, height: float, share: float) -> None:
        """Draw a horizontal bar in the event's colour on a grey track."""
        low = (A4[1] - y - height) * MM
        self.page.ops.append(RectOp(x * MM, low, width * MM, height * MM, _TRACK))
        length = max(0.0, min(1.0, share)) * width
        if share > 0:
            self.page.band(x, y, max(0.4, length), height)


# The attendance list of the report.

_ROW = 6.0
_COLUMNS = (("Name", 21.0, 62.0), ("Company", 85.0, 42.0), ("Ticket", 129.0, 32.0),
            ("In", 163.0, 32.0))  # fmt: skip
"""Title, left edge and width in mm."""


def draw_list(
    canvas: ReportCanvas, title: str, rows: Sequence[ReportRow], progress: Progress | None
) -> None:
    """Draw one line per ticket, starting on a new page."""
    canvas.new_page()
    canvas.heading(title, 3 * _ROW)
    _heads(canvas)
    for number, row in enumerate(rows, 1):
        if canvas.need(_ROW):
            _heads(canvas)
            if progress:
                progress(number, len(rows))
        _draw_row(canvas, row)
    if progress:
        progress(len(rows), len(rows))


def _heads(canvas: ReportCanvas) -> None:
    for title, x, width in _COLUMNS:
        canvas.words(title, x, canvas.y, width, 3.6, size=8, bold=False, colour="grey")
    canvas.y += 5
    canvas.page.line(LEFT, canvas.y - 0.4, WIDTH)


def _draw_row(canvas: ReportCanvas, row: ReportRow) -> None:
    y, page, listed = canvas.y, canvas.page, row.person
    page.tick_box(LEFT + 0.5, y + 1.3, 3.2, ticked=row.is_in)
    (_, x, width), company, ticket, entry = _COLUMNS
    if listed.name:
        person = BadgePerson(
            listed.attendee_id, listed.name, company=listed.company, fields={"email": listed.email}
        )
        page.person_name(person, x, y + 0.5, width, 4.8, size=10.5, align="left")
    else:
        host = f"Guest of {listed.guest_of}" if listed.guest_of else listed.email
        host = host or "(no name yet)"
        canvas.words(host, x, y + 0.5, width, 4.8, size=10.5, bold=False)
    party = f" × {listed.heads}" if listed.heads > 1 else ""
    when = row.when or status_words(TicketStatus(listed.status))[1] or "–"
    for text, (_, left, column_width) in (
        (listed.company, company),
        (f"{listed.ticket_type}{party}", ticket),
        (when, entry),
    ):
        if text:
            canvas.words(text, left, y + 0.9, column_width, 4, size=9, bold=False)
    canvas.y += _ROW
    page.line(LEFT, canvas.y - 0.2, WIDTH)
