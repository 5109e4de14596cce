"""The attendance list of the report."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.badge import BadgePerson
from kiosk.exporters.report_canvas import LEFT, WIDTH, ReportCanvas
from kiosk.exporters.report_facts import ReportRow
from kiosk.exporters.table import Progress

_ROW = 6.0
_COLUMNS = (("Name", 21.0, 62.0), ("Company", 85.0, 42.0), ("Ticket", 129.0, 32.0),
            ("In", 163.0, 32.0))  # fmt: skip
"""Title, left edge and width in mm."""
_NOT_VALID = {
    "unpaid": "not paid",
    "unapproved": "not approved",
    "canceled": "canceled",
    "blocked": "blocked",
}


def draw_list(
    canvas: ReportCanvas, title: str, rows: Sequence[ReportRow], progress: Progress | None
) -> None:
    """A line a ticket, beginning on a page of its own."""
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
    y = canvas.y
    page = canvas.page
    page.tick_box(LEFT + 0.5, y + 1.3, 3.2, ticked=row.is_in)
    (_, x, width), company, ticket, entry = _COLUMNS
    if row.name:
        person = BadgePerson(
            row.attendee_id, row.name, company=row.company, fields={"email": row.email}
        )
        page.person_name(person, x, y + 0.5, width, 4.8, size=10.5, align="left")
    else:
        host = f"Guest of {row.guest_of}" if row.guest_of else row.email or "(no name yet)"
        canvas.words(host, x, y + 0.5, width, 4.8, size=10.5, bold=False)
    party = f" × {row.heads}" if row.heads > 1 else ""
    when = row.when or _NOT_VALID.get(row.status, "–")
    for text, (_, left, room) in (
        (row.company, company),
        (f"{row.ticket_type}{party}", ticket),
        (when, entry),
    ):
        if text:
            canvas.words(text, left, y + 0.9, room, 4, size=9, bold=False)
    canvas.y += _ROW
    page.line(LEFT, canvas.y - 0.2, WIDTH)
