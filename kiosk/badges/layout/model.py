"""Model a badge layout: its size, its elements in mm from the top left, its roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

MM = 72 / 25.4
"""Points in a millimetre."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a badge. `kind` decides which fields apply; the file reader checks them."""

    kind: str
    """text, qr, code128, image, background, band, rect, line or slot."""
    x: float
    y: float
    width: float
    height: float
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
    """Without this text no badge is drawn: the name."""
    rotate: int = 0
    """0 or 180: the upper half of a folded badge is printed upside down."""


@dataclass(frozen=True, slots=True)
class Role:
    """The word and the colour of a ticket type on a badge."""

    match: tuple[str, ...]
    word: str = ""
    """Empty: the ticket type itself."""
    colour: str = "accent"
    badge: bool = True
    """False: holders get no badge."""

    def fits(self, ticket_type: str) -> bool:
        """Whether this is the role of a ticket type, ignoring case."""
        return matches(ticket_type, self.match)


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

    @property
    def sides(self) -> tuple[tuple[Element, ...], ...]:
        """The front, and the back if there is one."""
        return (self.front, self.back) if self.back else (self.front,)

    def role_of(self, ticket_type: str) -> Role:
        """The first role that matches, else the ticket type in the event's colour."""
        for role in self.roles:
            if role.fits(ticket_type):
                return role
        return Role(())


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


def matches(ticket_type: str, patterns: tuple[str, ...]) -> bool:
    """Whether a ticket type matches one of the patterns (* and ?), ignoring case."""
    folded = ticket_type.strip().casefold()
    return any(fnmatchcase(folded, pattern.strip().casefold()) for pattern in patterns)
