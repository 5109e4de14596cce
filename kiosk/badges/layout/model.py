"""Model a badge layout: its size, its elements in mm from the top left, its roles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from kiosk.domain.datetimes import DateTimeContext

MM = 72 / 25.4
"""Points in a millimetre."""
DEFAULT_MARGIN = 0.055


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a badge. `kind` decides which fields apply; the file reader checks them."""

    kind: str
    """text, stack, qr, code128, image, logos, background, band, rect, line, slot or group."""
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    text: str = ""
    """Template with fields in braces; for qr and code128 their content."""
    size: float = 400.0
    """Largest size of text, points."""
    smallest: float = 6.0
    lines: int = 1
    align: str = "center"
    valign: str = "middle"
    weight: str = "bold"
    """bold, regular or mono."""
    colour: str = "ink"
    fill: str = "none"
    stroke: str = "none"
    line_width: float = 0.3
    """Millimetres."""
    radius: float = 0.0
    padding: float = 2.0
    """Empty space left and right of a band's word, mm."""
    source: str = ""
    """Image: a file next to the layout, or `logo`."""
    sources: tuple[str, ...] = ()
    """Logos: files next to the layout, or `sponsors`: all pictures of the event's sponsors."""
    caption: str = ""
    """QR: a template for the text below the code."""
    cover: bool = False
    """Image: fill the box and clip the picture, instead of showing all of it."""
    when: tuple[str, ...] = ()
    """The element is drawn only if all these fields are filled."""
    unless: tuple[str, ...] = ()
    """The element is drawn only if none of these fields is filled."""
    types: tuple[str, ...] = ()
    """Ticket types that show the element, with * and ?; empty means all."""
    not_types: tuple[str, ...] = ()
    required: bool = False
    """A text that is never cut or left out, such as the name: else no badge is drawn."""
    rotate: float = 0
    """Degrees counterclockwise about the middle: 180 for the upper half of a folded badge."""
    parts: tuple[Element, ...] = ()
    """The rows of a stack from its top, or the elements of a group."""

    # In a layout that adapts to the badge's size, instead of x, y, width and height:

    dock: str = ""
    """The side of the free area that the element takes: top, bottom, left, right or fill."""
    dock_wide: str = ""
    """`dock` on a badge that is wider than high; empty: the same."""
    share: float = 0.0
    """The part of the badge's height (top, bottom) or width (left, right) that it takes."""
    least: float = 0.0
    """Limits of the space that it takes, in mm, as `most`; for `fill` the smallest height."""
    most: float = 1000.0
    priority: int = 1
    """On a small badge the elements with the largest number are left out first; 1 stays."""
    shape: str = ""
    """`tall` or `wide`: the element is only for badges of that shape."""
    bleed: bool = False
    """It reaches the edges of the badge."""

    def leaves(self) -> Iterator[Element]:
        """The element itself and its parts."""
        yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class Role:
    """The word and the colour of a ticket type on a badge."""

    match: tuple[str, ...]
    word: str = ""
    """Empty: the ticket type itself."""
    colour: str = "accent"
    badge: bool = True
    """False: holders get no badge."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout as read from its file."""

    name: str
    width: float
    height: float
    front: tuple[Element, ...]
    back: tuple[Element, ...] = ()
    """Empty: nothing is printed on the back."""
    description: str = ""
    stock: str = ""
    """The stock the layout is made for; empty: a page of the badge's size."""
    roles: tuple[Role, ...] = ()
    thermal: bool = False
    """One-bit art for a thermal head: black on white, no pictures in grey."""
    dpi: int = 300
    folder: Path = field(default_factory=Path)
    """The folder of its pictures."""
    fingerprint: str = ""
    """Hash of the layout file and its pictures."""
    adapts: tuple[float, float] | None = None
    """The shortest and the longest side it can be arranged for, mm; None: it has one size."""
    margin: float = DEFAULT_MARGIN
    """The margin of a layout that adapts, as a part of the badge's shorter side."""
    ground: str = "paper"
    """The colour of the whole badge."""
    origin: Layout | None = None
    """The layout that this one was arranged from; its elements decide whether a badge changed."""

    @property
    def sides(self) -> tuple[tuple[Element, ...], ...]:
        """The front, and the back if there is one."""
        return (self.front, self.back) if self.back else (self.front,)

    def role_of(self, ticket_type: str) -> Role:
        """The first role that matches, else the ticket type in the event's colour."""
        return next((role for role in self.roles if matches(ticket_type, role.match)), Role(()))


@dataclass(frozen=True, slots=True)
class EventLook:
    """What badges show about the event."""

    name: str = ""
    dates: str = ""
    """In words: `16–18 February 2027`."""
    logo: Path | None = None
    accent: str = "#1f5fa8"
    han_language: str = ""
    """ja, ko, zh-hans or zh-hant; empty: by the attendee's country, else zh-hans."""
    nastaliq: str = "auto"
    """auto, always or never."""
    programme: str = ""
    """For the inside of a folded badge; one entry a line."""
    place: str = ""
    contact: str = ""
    """The contact for the code of conduct."""
    wifi: str = ""
    sponsors: tuple[Path, ...] = ()
    """Pictures of the sponsors, in order."""
    context: DateTimeContext = field(default_factory=DateTimeContext)
    """The event's zone and days, for the dates of tickets."""


def upright_spans(width: float, height: float, degrees: float) -> tuple[float, float]:
    """Width and height of the smallest upright rectangle around a rotated one."""
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    return width * cos + height * sin, width * sin + height * cos


def matches(ticket_type: str, patterns: tuple[str, ...]) -> bool:
    """Whether a ticket type matches one of the patterns (* and ?), ignoring case."""
    folded = ticket_type.strip().casefold()
    return any(fnmatchcase(folded, pattern.strip().casefold()) for pattern in patterns)
