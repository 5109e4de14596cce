"""Write plain pages with fitted text, codes and boxes, in millimetres from the top left."""

from __future__ import annotations

from pathlib import Path

from kiosk.badges.layout import scene
from kiosk.badges.layout.compose import Composer
from kiosk.badges.layout.model import MM, Element, EventLook, Layout
from kiosk.badges.layout.scene import BLACK, ImageOp, LineOp, Op, RectOp
from kiosk.badges.pdf.drawing import BadgeDocument
from kiosk.badges.pdf.resources import contained
from kiosk.badges.text.cleaning import CannotDrawError, clean_text, damage
from kiosk.domain.badges.order import BadgePerson, BadgeProblem

_EMPTY_PERSON = BadgePerson("", "", "", "", "", "", "")
_GREY = (0.6, 0.6, 0.6)


class PaperWriter:
    """Collects pages of one size, and names that cannot be drawn."""

    def __init__(self, event: EventLook, size: tuple[float, float], title: str) -> None:
        self.event, self.size = event, size
        self.composer = Composer(Layout("paper", *size, ()), event)
        self.problems: list[BadgeProblem] = []
        self._pages: list[tuple[str, PaperPage]] = []
        self._title = title

    def page(self, bookmark: str = "") -> PaperPage:
        """Add a page, with a bookmark if one is given."""
        page = PaperPage(self)
        self._pages.append((bookmark, page))
        return page

    def save(self, path: Path) -> int:
        """Write the file and return its number of pages; without pages it has one empty page."""
        document = BadgeDocument(self._title)
        for bookmark, page in self._pages or [("", PaperPage(self))]:
            if bookmark:
                document.pdf.bookmark(clean_text(bookmark))
            content = document.operators(page.ops).encode("latin-1")
            document.pdf.add_page(content, self.size[0] * MM, self.size[1] * MM)
        document.save(path)
        return document.pdf.page_count


class PaperPage:
    """One page with its operations."""

    def __init__(self, writer: PaperWriter) -> None:
        self._writer = writer
        self.ops: list[Op] = []

    def text(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        size: float,
        lines: int = 1,
        align: str = "center",
        weight: str = "bold",
        colour: str = "ink",
        person: BadgePerson = _EMPTY_PERSON,
    ) -> None:
        """Draw a text as large as the box and `size` (points) allow, cut with … below 4 pt."""
        element = Element(
            "text", x, y, width, height,
            text="{name}", size=size, smallest=4.0, lines=lines, align=align, weight=weight,
            colour=colour,
        )  # fmt: skip
        shown = BadgePerson("", text, "", "", "", "", "", person.fields)
        self.ops += self._writer.composer.draw([element], self._writer.composer.values(shown))

    def person_name(
        self,
        person: BadgePerson,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        size: float,
        align: str = "center",
    ) -> None:
        """Draw a person's name. Letters that cannot be drawn are reported; if no letter can be
        drawn, the e-mail address or the code replaces the name."""
        composer = self._writer.composer
        name = clean_text(person.name)
        why = damage(person.name)
        try:
            composer.check_text(name, person)
        except CannotDrawError as reason:
            why = why or str(reason)
        if why:
            self._writer.problems.append(BadgeProblem(person.id, name, why))
        box = (x, y, width, height)
        before = len(self.ops)
        self.text(name, *box, size=size, lines=2, align=align, person=person)
        if len(self.ops) == before:
            stand_in = person.fields.get("email", "") or person.badge_code
            self.text(stand_in, *box, size=size, align=align)

    def code(self, text: str, x: float, y: float, side: float) -> None:
        """Draw a QR code with its quiet zone."""
        element = Element("qr", x, y, side, side, text="{badge_code}")
        shown = BadgePerson("", "", "", "", "", "", text)
        self.ops += self._writer.composer.draw([element], self._writer.composer.values(shown))

    def bars(self, text: str, x: float, y: float, width: float, height: float) -> None:
        """Draw a Code 128 with its quiet zones."""
        element = Element("code128", x, y, width, height, text="{badge_code}")
        shown = BadgePerson("", "", "", "", "", "", text)
        self.ops += self._writer.composer.draw([element], self._writer.composer.values(shown))

    def band(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a bar in the event's colour."""
        fill = scene.parse_hex(self._writer.event.accent) or BLACK
        self.ops.append(RectOp(x * MM, self._up(y + height), width * MM, height * MM, fill))

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw an outline in the event's colour."""
        stroke = scene.parse_hex(self._writer.event.accent) or BLACK
        place = (x * MM, self._up(y + height), width * MM, height * MM)
        self.ops.append(RectOp(*place, None, stroke, 2.0))

    def tick_box(self, x: float, y: float, side: float, *, ticked: bool) -> None:
        """Draw a box to tick; ticked for people who are already checked in."""
        place = (x * MM, self._up(y + side), side * MM, side * MM)
        self.ops.append(RectOp(*place, None, BLACK, 0.8))
        if ticked:
            near, far = x + side * 0.2, x + side * 0.85
            bend = (x + side * 0.42, y + side * 0.8)
            for x1, y1, x2, y2 in (
                (near, y + side * 0.5, *bend),
                (*bend, far, y + side * 0.15),
            ):
                self.ops.append(LineOp(x1 * MM, self._up(y1), x2 * MM, self._up(y2), BLACK, 1.4))

    def line(self, x: float, y: float, width: float, *, dashed: bool = False) -> None:
        """Draw a grey horizontal line."""
        ends = (x * MM, self._up(y), (x + width) * MM, self._up(y))
        self.ops.append(LineOp(*ends, _GREY, 0.4, dashed))

    def cut_line(self, x: float) -> None:
        """Draw a dashed line from top to bottom to cut along."""
        ends = (x * MM, self._up(0), x * MM, 0.0)
        self.ops.append(LineOp(*ends, _GREY, 0.4, dashed=True))

    def picture(self, path: Path, x: float, y: float, width: float, height: float) -> None:
        """Draw a whole picture in its box."""
        box = (x * MM, self._up(y + height), width * MM, height * MM)
        self.ops.append(ImageOp(path, *contained(path, box, "center", "middle")))

    def _up(self, y: float) -> float:
        return (self._writer.size[1] - y) * MM
