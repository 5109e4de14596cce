"""A badge layout: its size, its elements in mm from the top left, a look per ticket type."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

MM = 72 / 25.4
"""Points in a millimetre."""


@dataclass(frozen=True, slots=True)
class Element:
    """One thing on a badge. Which fields count depends on `kind`; the file reader sees to that."""

    kind: str
    """text, qr, code128, image, background, band, rect, line or slot."""
    x: float
    y: float
    width: float
    height: float
    text: str = ""
    """Template with fields in braces; for qr and code128 what they carry."""
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
    """Blank left and right of a band's word, mm."""
    source: str = ""
    """Image: a file beside the layout, or `logo`."""
    cover: bool = False
    """Image: fill the box and be clipped, instead of being seen whole."""
    when: tuple[str, ...] = ()
    """Fields that must be filled for the element to be drawn."""
    unless: tuple[str, ...] = ()
    """Fields of which none may be filled."""
    types: tuple[str, ...] = ()
    """Ticket types the element is for, with * and ?; none means all."""
    not_types: tuple[str, ...] = ()
    required: bool = False
    """A text without which there is no badge: the name."""
    rotate: int = 0
    """0 or 180: the upper half of a folded badge stands on its head."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a ticket type is called on a badge, and its colour."""

    match: tuple[str, ...]
    word: str = ""
    """Empty: the ticket type itself."""
    colour: str = "accent"
    badge: bool = True
    """False: holders get no badge."""

    def fits(self, ticket_type: str) -> bool:
        """Whether the role is that of a ticket type, regardless of case."""
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
    """The stock it is made for; empty: a page of its own size."""
    roles: tuple[Role, ...] = ()
    thermal: bool = False
    """One-bit art for a thermal head: black on white, no pictures in grey."""
    dpi: int = 300
    folder: Path = field(default_factory=Path)
    """Where its pictures lie."""
    fingerprint: str = ""
    """Hash of what was read: layout file and pictures."""

    @property
    def sides(self) -> tuple[tuple[Element, ...], ...]:
        """Front, and back where there is one."""
        return (self.front, self.back) if self.back else (self.front,)

    def role_of(self, ticket_type: str) -> Role:
        """The first role that fits, else the ticket type in the event's colour."""
        for role in self.roles:
            if role.fits(ticket_type):
                return role
        return Role(())


@dataclass(frozen=True, slots=True)
class EventLook:
    """What badges show of the event itself."""

    name: str = ""
    dates: str = ""
    """As a person writes it: `16–18 February 2027`."""
    logo: Path | None = None
    accent: str = "#1f5fa8"
    han_language: str = ""
    """ja, ko, zh-hans or zh-hant; empty: by the attendee's country, else zh-hans."""
    nastaliq: str = "auto"
    """auto, always or never."""
    programme: str = ""
    """For the inside of a folded badge; one line an entry."""
    place: str = ""
    contact: str = ""
    """Whom to call about the code of conduct."""
    wifi: str = ""


def matches(ticket_type: str, patterns: tuple[str, ...]) -> bool:
    """Whether a ticket type fits one of the patterns (* and ?), regardless of case."""
    folded = ticket_type.strip().casefold()
    return any(fnmatchcase(folded, pattern.strip().casefold()) for pattern in patterns)
