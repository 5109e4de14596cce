"""Draw badges and photos for the screen, in pixels or in characters with two colours each.

Quarter blocks give four points per character, twice as many as half blocks, and need no graphics
protocol: the terminal is not probed, and the first paint costs nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kiosk.badges.layout.model import EventLook, Layout
from kiosk.badges.sheets.press import BadgePress
from kiosk.badges.text.cleaning import CannotDrawError
from kiosk.domain.badges.order import BadgePerson
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError
from kiosk.services.badges.context import badge_of, chosen_layout, event_look, hash_as_printed
from kiosk.services.people.photo import photo_of
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.badges import printed_badge

if TYPE_CHECKING:
    from PIL.Image import Image

Rgb = tuple[int, int, int]
_KEPT = 64
"""Cached pictures: the people of the last minutes, and namesakes."""
_FINER = 3
"""The badge is drawn this many times larger and scaled down, to keep thin strokes visible."""
_BLOCKS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""By bits: upper left 1, upper right 2, lower left 4, lower right 8 (Unicode U+2580 to U+259F)."""


class Cell(NamedTuple):
    """One character of the picture."""

    char: str
    fore: Rgb
    back: Rgb


@dataclass(frozen=True, slots=True)
class BadgePicture:
    """Rows of cells, all of the same length."""

    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class BadgeView:
    """The preview of an attendee's badge."""

    picture: BadgePicture | None
    note: str = ""
    """Why there is no picture, or a note about the printed badge."""


def _press_for(layout: Layout, look: EventLook, last: BadgePress | None) -> BadgePress:
    """The last press, which is warm, if it has this layout and event; else a new one."""
    if last is not None and (last.layout, last.event) == (layout, look):
        return last
    return BadgePress(layout, look)


class BadgeViewer:
    """Draws badges for the screen and caches the last ones. Used by one thread."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[tuple[str, int, int], BadgePicture] = OrderedDict()
        self._press: BadgePress | None = None

    def view(self, store: Store, attendee_id: str, columns: int, rows: int) -> BadgeView | None:
        """An attendee's badge as it would be printed now; None if there is no such attendee.

        Raises:
            KioskError: a mistake in the layout.
        """
        person = attendee(store.connection, attendee_id)
        if person is None:
            return None
        _, layout = chosen_layout(store, None)
        if not layout.role_of(person.ticket_type).badge:
            return BadgeView(None, f"{person.ticket_type} gets no badge")
        look = event_look(store)
        printed = printed_badge(store.connection, attendee_id)
        view, drawn = self.draw(badge_of(store, person), layout, look, columns, rows)
        if view.picture is None or printed is None:
            return view
        if printed.hash in (drawn, hash_as_printed(store, printed, person, look)):
            return view
        return BadgeView(view.picture, "! changed since it was printed")

    def draw(
        self, person: BadgePerson, layout: Layout, look: EventLook, columns: int, rows: int
    ) -> tuple[BadgeView, str]:
        """A badge's picture, as large as possible, and the hash of the badge's content."""
        self._press = press = _press_for(layout, look, self._press)
        digest = press.hash(person)
        key = (digest, columns, rows)
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return BadgeView(self._pictures[key]), digest
        width, height = fitting_size(layout.width, layout.height, columns, rows)
        try:
            image = press.preview(person, width * 2 * _FINER)
        except CannotDrawError as reason:
            return BadgeView(None, f"No badge: {reason}"), digest
        self._pictures[key] = picture_of(image, width, height)
        if len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        return BadgeView(self._pictures[key]), digest


def fitting_size(width: float, height: float, columns: int, rows: int) -> tuple[int, int]:
    """Columns and rows of the largest picture; a character is twice as high as wide.

    Args:
        width: the badge's width, in the same unit as `height`.
        columns: 1 or more, as `rows`.
    """
    wide = max(1, min(columns, int(rows * 2 * width / height)))
    return wide, max(1, min(rows, round(wide * height / width / 2)))


def picture_of(image: Image, columns: int, rows: int) -> BadgePicture:
    """Convert a picture to cells; each of a cell's four points takes one of its two colours."""
    from PIL import Image as Pillow  # a heavy leaf

    small = image.convert("RGB").resize((columns * 2, rows * 2), Pillow.Resampling.BOX)
    data = small.tobytes()
    width = columns * 2
    points = [(data[i], data[i + 1], data[i + 2]) for i in range(0, len(data), 3)]
    lines = []
    for row in range(rows):
        upper = points[row * 2 * width : (row * 2 + 1) * width]
        lower = points[(row * 2 + 1) * width : (row * 2 + 2) * width]
        lines.append(
            tuple(
                _cell((upper[x], upper[x + 1], lower[x], lower[x + 1])) for x in range(0, width, 2)
            )
        )
    return BadgePicture(tuple(lines))


def _cell(points: tuple[Rgb, Rgb, Rgb, Rgb]) -> Cell:
    if points[0] == points[1] == points[2] == points[3]:
        return Cell(" ", points[0], points[0])
    lights = [2 * red + 5 * green + blue for red, green, blue in points]
    middle = (min(lights) + max(lights)) / 2
    bits = sum(1 << number for number, light in enumerate(lights) if light < middle)
    dark = [point for number, point in enumerate(points) if bits >> number & 1]
    light = [point for number, point in enumerate(points) if not bits >> number & 1]
    if not dark or not light:
        return Cell(" ", _mean(points), _mean(points))
    return Cell(_BLOCKS[bits], _mean(dark), _mean(light))


def _mean(points: tuple[Rgb, ...] | list[Rgb]) -> Rgb:
    count = len(points)
    red, green, blue = (sum(part) // count for part in zip(*points, strict=True))
    return red, green, blue


@dataclass(frozen=True, slots=True)
class CardPictures:
    """The pictures of one card; None where there is none."""

    badge: Image | None
    photo: Image | None


class PictureMaker:
    """Draws the pictures of cards, and keeps fonts warm between them. Used by one thread."""

    def __init__(self) -> None:
        self._press: BadgePress | None = None

    def pictures(
        self, store: Store, attendee_id: str, largest: tuple[int, int]
    ) -> CardPictures | None:
        """The pictures of an attendee; None if there is no such attendee.

        Args:
            largest: width and height in pixels that each may have.
        """
        person = attendee(store.connection, attendee_id)
        if person is None:
            return None
        return CardPictures(self._badge(store, person, largest), photo_of(store, person, largest))

    def _badge(self, store: Store, person: Attendee, largest: tuple[int, int]) -> Image | None:
        _, layout = chosen_layout(store, None)
        if not layout.role_of(person.ticket_type).badge:
            return None
        look = event_look(store)
        width = int(min(largest[0], largest[1] * layout.width / layout.height))
        try:
            self._press = _press_for(layout, look, self._press)
            picture = self._press.preview(badge_of(store, person), max(1, width)).convert("RGB")
        except (CannotDrawError, KioskError):  # the typeset badge stays; printing says the reason
            return None
        picture.thumbnail(largest)
        return picture
