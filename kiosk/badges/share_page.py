"""A page for the wall behind the desk: the code that makes another laptop a desk of the event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.badges.atomic_files import pending_files
from kiosk.badges.layout import EventLook
from kiosk.badges.paper import A4
from kiosk.badges.paper_page import PaperPage, PaperWriter

_QR_MM = 88.0
_LEFT, _WIDTH = 20.0, 170.0


@dataclass(frozen=True, slots=True)
class SharePage:
    """What stands on it."""

    title: str
    code: str
    """Letters and digits, as in the QR."""
    groups: Sequence[str]
    """The same in groups of four, to be read out and typed."""
    confirm: str
    """The digits that both screens show."""
    steps: Sequence[str]
    notes: Sequence[str]
    """In small letters, up to two lines each."""


def render_share_page(page: SharePage, out: Path, *, event: EventLook) -> Path:
    """One A4 page.

    Raises:
        KioskError: it cannot be written.
    """
    writer = PaperWriter(event, A4, f"{event.name}: {page.title}")
    _draw(writer.page(), page, event.name)
    with pending_files(out) as files:
        path = files.beside(out)
        writer.save(path)
        path.chmod(0o600)  # whoever reads the code is let in
    return out


def _draw(sheet: PaperPage, page: SharePage, event_name: str) -> None:
    sheet.band(0, 0, 210, 30)
    sheet.text(event_name, _LEFT, 8, _WIDTH, 14, size=34, colour="on-accent")
    sheet.text(page.title, _LEFT, 36, _WIDTH, 9, size=22)
    sheet.code(page.code, (210 - _QR_MM) / 2, 47, _QR_MM)
    half = -(-len(page.groups) // 2)
    for number, groups in enumerate((page.groups[:half], page.groups[half:])):
        letters = "   ".join(groups)
        sheet.text(letters, _LEFT, 137 + 10 * number, _WIDTH, 9, size=22, weight="mono")
    top = 163.0
    for number, step in enumerate(page.steps, 1):
        sheet.text(f"{number}", _LEFT, top, 10, 12, size=26, colour="accent")
        sheet.text(
            step, _LEFT + 14, top, _WIDTH - 14, 14, size=15, lines=2, align="left", weight="regular"
        )
        top += 18
    sheet.text(page.confirm, _LEFT, top + 1, _WIDTH, 17, size=48, weight="mono")
    sheet.line(_LEFT, top + 23, _WIDTH)
    for number, note in enumerate(page.notes):
        place = (_LEFT, top + 27 + 13 * number, _WIDTH, 11)
        sheet.text(note, *place, size=11, lines=2, align="left", weight="regular")
