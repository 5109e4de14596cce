"""Write plain pages, and render signs, index cards, certificates and the paper check-in list.

All lengths are millimetres from the top left. Names use the same text engine as badges. Letters
that cannot be drawn are left out and reported, never printed as boxes; the person stays on the
list.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.badges.layout import scene
from kiosk.badges.layout.compose import Composer
from kiosk.badges.layout.model import MM, Element, EventLook, Layout
from kiosk.badges.layout.painter import Rect
from kiosk.badges.layout.scene import BLACK, LINE_GREY, Colour, ImageOp, LineOp, Op, RectOp
from kiosk.badges.pdf.drawing import BadgeDocument
from kiosk.badges.pdf.resources import contained
from kiosk.badges.text.cleaning import CannotDrawError, clean_text, damage
from kiosk.domain.badges.order import BadgePerson, BadgeProblem
from kiosk.support.files import pending_files
from kiosk.support.progress import Progress, reported

Point = tuple[float, float]
"""Millimetres from the left and from the top."""
_EMPTY_PERSON = BadgePerson("", "")


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
        self._draw(element, BadgePerson("", text, fields=person.fields))

    def _draw(self, element: Element, person: BadgePerson) -> None:
        composer = self._writer.composer
        self.ops += composer.draw([element], composer.values(person))

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
        self._draw(element, BadgePerson("", "", badge_code=text))

    def bars(self, text: str, x: float, y: float, width: float, height: float) -> None:
        """Draw a Code 128 with its quiet zones."""
        element = Element("code128", x, y, width, height, text="{badge_code}")
        self._draw(element, BadgePerson("", "", badge_code=text))

    def band(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a bar in the event's colour."""
        self.ops.append(RectOp(*self._box(x, y, width, height), self._accent))

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw an outline in the event's colour."""
        self.ops.append(RectOp(*self._box(x, y, width, height), None, self._accent, 2.0))

    def tick_box(self, x: float, y: float, side: float, *, ticked: bool) -> None:
        """Draw a box to tick; ticked for people who are already checked in."""
        self.ops.append(RectOp(*self._box(x, y, side, side), None, BLACK, 0.8))
        if ticked:
            near, far = x + side * 0.2, x + side * 0.85
            bend = (x + side * 0.42, y + side * 0.8)
            self._line((near, y + side * 0.5), bend, BLACK, 1.4)
            self._line(bend, (far, y + side * 0.15), BLACK, 1.4)

    def line(self, x: float, y: float, width: float, *, dashed: bool = False) -> None:
        """Draw a grey horizontal line."""
        self._line((x, y), (x + width, y), LINE_GREY, 0.4, dashed)

    def cut_line(self, x: float) -> None:
        """Draw a dashed line from top to bottom to cut along."""
        self._line((x, 0), (x, self._writer.size[1]), LINE_GREY, 0.4, dashed=True)

    def picture(self, path: Path, x: float, y: float, width: float, height: float) -> None:
        """Draw a whole picture in its box."""
        box = self._box(x, y, width, height)
        self.ops.append(ImageOp(path, *contained(path, box, "center", "middle")))

    @property
    def _accent(self) -> Colour:
        return scene.parse_hex(self._writer.event.accent) or BLACK

    def _line(
        self, start: Point, end: Point, colour: Colour, width: float, dashed: bool = False
    ) -> None:
        """Draw a line; its width in points."""
        ends = (start[0] * MM, self._up(start[1]), end[0] * MM, self._up(end[1]))
        self.ops.append(LineOp(*ends, colour, width, dashed))

    def _box(self, x: float, y: float, width: float, height: float) -> Rect:
        """A box in points from the lower left corner."""
        return Rect(x * MM, self._up(y + height), width * MM, height * MM)

    def _up(self, y: float) -> float:
        return (self._writer.size[1] - y) * MM


# Signs, cards and the check-in list.

A4 = (210.0, 297.0)
A4_LANDSCAPE = (297.0, 210.0)


@dataclass(frozen=True, slots=True)
class PaperResult:
    """The written file."""

    file: Path
    pages: int
    problems: tuple[BadgeProblem, ...] = ()
    """People with a name that could not be drawn completely."""


@dataclass(frozen=True, slots=True)
class BoxSign:
    """A box of badges on the desk."""

    box: str
    """`C`"""
    span: str
    """The letters in it: `K – N`."""
    count: int = 0
    """Number of badges in it; 0 is not printed."""


def render_box_signs(
    boxes: Sequence[BoxSign], out: Path, *, event: EventLook, progress: Progress | None = None
) -> PaperResult:
    """Render a sign for each box, two on an A4 page, to cut across the middle."""
    writer = PaperWriter(event, A4, f"{event.name} boxes")
    for start in reported(range(0, len(boxes), 2), progress):
        page = writer.page()
        for number, box in enumerate(boxes[start : start + 2]):
            top = number * 148.5
            page.band(0, top, 210, 20)
            page.text(event.name, 12, top + 4, 186, 12, size=30, align="left", colour="on-accent")
            page.text(box.box, 12, top + 28, 70, 100, size=330)
            page.text(box.span, 90, top + 40, 108, 60, size=110, lines=2)
            if box.count:
                page.text(f"{box.count}", 90, top + 110, 108, 14, size=30, weight="regular")
        if len(boxes) > 1:
            page.line(0, 148.5, 210, dashed=True)
    return written(writer, out)


def render_queue_signs(
    spans: Sequence[str], out: Path, *, event: EventLook, progress: Progress | None = None
) -> PaperResult:
    """Render a sign for each queue, A4 landscape: `A – F`, legible from the door."""
    writer = PaperWriter(event, A4_LANDSCAPE, f"{event.name} queues")
    for span in reported(spans, progress):
        page = writer.page()
        page.band(0, 0, 297, 30)
        page.text(event.name, 15, 7, 267, 16, size=44, colour="on-accent")
        page.text(span, 12, 40, 273, 160, size=420, lines=2)
    return written(writer, out)


def render_index_cards(
    letters: Sequence[str], out: Path, *, event: EventLook, progress: Progress | None = None
) -> PaperResult:
    """Render A6 cards that stand between the badges of a box, four on an A4 page, letter on top."""
    writer = PaperWriter(event, A4, f"{event.name} index cards")
    page = writer.page()
    for number, letter in enumerate(reported(letters, progress)):
        place = number % 4
        if number and place == 0:
            page = writer.page()
        left, top = 105.0 * (place % 2), 148.5 * (place // 2)
        page.band(left + 30, top + 4, 45, 26)
        page.text(letter, left + 32, top + 8, 41, 18, size=60, colour="on-accent")
        page.line(0, 148.5, 210, dashed=True)
        page.cut_line(105)
    return written(writer, out)


def render_certificates(
    people: Sequence[BadgePerson],
    out: Path,
    *,
    event: EventLook,
    title: str = "Certificate of attendance",
    sentence: str = "attended",
    signed_by: str = "",
    progress: Progress | None = None,
) -> PaperResult:
    """Render one A4 landscape page for each person: the name, the event, its dates and place."""
    writer = PaperWriter(event, A4_LANDSCAPE, f"{event.name} certificates")
    for person in reported(people, progress):
        page = writer.page(person.name)
        page.frame(10, 10, 277, 190)
        if event.logo is not None:
            page.picture(event.logo, 130, 18, 37, 20)
        page.text(title, 30, 40, 237, 14, size=34, weight="regular")
        page.person_name(person, 30, 68, 237, 34, size=76)
        page.text(sentence, 30, 108, 237, 9, size=20, weight="regular")
        page.text(event.name, 30, 121, 237, 16, size=40, colour="accent")
        when = " · ".join(part for part in (event.dates, event.place) if part)
        page.text(when, 30, 142, 237, 9, size=20, weight="regular")
        page.line(180, 178, 80)
        page.text(signed_by, 180, 180, 80, 7, size=14, weight="regular")
    return written(writer, out)


def render_check_list(
    people: Sequence[BadgePerson],
    out: Path,
    *,
    event: EventLook,
    title: str = "Check-in list",
    arrived: Collection[str] = (),
    progress: Progress | None = None,
) -> PaperResult:
    """Render the list for when no laptop works: a box to tick, the name, a code to scan later.

    Args:
        people: in the order of the list.
        arrived: ids of people who are already checked in; their box is ticked.
    """
    writer = PaperWriter(event, A4, f"{event.name} {title}")
    height = 11.0
    per_page = int((297 - 34) / height)
    count = max(1, -(-len(people) // per_page))
    for number in reported(range(count), progress):
        page = writer.page()
        page.text(event.name, 12, 9, 120, 7, size=16, align="left")
        page.text(title, 12, 17, 120, 5, size=11, align="left", weight="regular")
        page.text(f"{number + 1} / {count}", 160, 9, 38, 6, size=12, align="right")
        for row, person in enumerate(people[number * per_page : (number + 1) * per_page]):
            _row(page, person, 26 + row * height, height, person.id in arrived)
    return written(writer, out)


def _row(page: PaperPage, person: BadgePerson, top: float, height: float, ticked: bool) -> None:
    middle = top + height / 2
    page.tick_box(12, middle - 2, 4, ticked=ticked)
    page.person_name(person, 20, middle - 2.7, 78, 5.4, size=14, align="left")
    for text, left, width in ((person.company, 100.0, 40.0), (person.ticket_type, 142.0, 28.0)):
        page.text(text, left, middle - 2, width, 4, size=9, align="left", weight="regular")
    if person.badge_code:
        page.code(person.badge_code, 188, middle - 5.2, 10.4)
    page.text(person.badge_code, 166, middle - 1.2, 21, 2.4, size=6, weight="mono", align="right")
    page.line(12, top + height, 186)


def written(writer: PaperWriter, out: Path) -> PaperResult:
    """Write the pages to the file, completely or not at all; only its owner can read it."""
    with pending_files(out) as files:
        pages = writer.save(files.temporary_path(out))
    return PaperResult(out, pages, tuple(writer.problems))
