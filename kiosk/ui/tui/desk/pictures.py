"""Show the real badge and the photo next to the card, where the terminal shows pictures.

The terminal is asked when the desk is open, and only if the extra `pictures` is installed.
Elsewhere the badge set in type stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from kiosk.ui.tui.input.picture_reports import PictureProtocol
from kiosk.ui.tui.textual_compat import driver_of
from kiosk.ui.tui.textual_image_compat import DEFAULT_CELL, encode, is_installed
from kiosk.ui.tui.widgets.picture import DrawnPicture, Picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from kiosk.domain.people.attendee import Attendee
    from kiosk.errors import KioskError
    from kiosk.services.badges.preview import PictureMaker
    from kiosk.services.checkin.card import AttendeeCard
    from kiosk.storage.file.store import Store
    from kiosk.ui.tui.desk.desk import DeskScreen

CELLS = (36, 11)
"""Width and height that a picture may have, as the badge set in type."""
WAIT_S = 0.3
"""How long a card stays before its pictures are drawn, so that a quick scan does not wait."""


@runtime_checkable
class PictureTerminal(Protocol):
    """A driver that asks its terminal for pictures, such as `DeskDriver`."""

    def ask_for_pictures(self, answered: Callable[[PictureProtocol], object]) -> None:
        """Ask; `answered` is called once, from any thread, if the terminal shows pictures."""

    def cell_size(self) -> tuple[int, int]:
        """Width and height of a character in pixels; zeros if unknown."""

    def write(self, data: str) -> None:
        """Queue output for the terminal."""


class _Drawn(NamedTuple):
    badge: DrawnPicture | None
    photo: DrawnPicture | None


class PictureControl:
    """Draws the pictures of the card in the search's thread."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._maker: PictureMaker | None = None
        """Of the search's thread, from the first picture on."""
        self._terminal: PictureTerminal | None = None
        self._protocol: PictureProtocol | None = None
        self._wanted: Attendee | None = None
        """Whose pictures are shown, or are being drawn."""

    def start(self) -> None:
        """Ask the terminal. A driver that cannot ask, as on Windows, shows no pictures."""
        driver = driver_of(self._desk.app)
        if not (isinstance(driver, PictureTerminal) and hasattr(driver, "ask_for_pictures")):
            return
        if is_installed() and not self._desk.scan_only:
            self._terminal = driver
            driver.ask_for_pictures(lambda one: self._desk.call_later(self._answered, one))

    def _answered(self, protocol: PictureProtocol) -> None:
        has_colours = self._desk.app.console.color_system == "truecolor"
        if protocol is PictureProtocol.KITTY and not has_colours:
            return  # a colour is the number of the picture
        self._protocol = protocol
        self.show(self._desk.person)

    def show(self, card: AttendeeCard | None) -> None:
        """Show the pictures of a card in a moment; at once none of another person's."""
        if self._protocol is None:
            return
        is_shown = card is not None and self._desk.has_class("-wide") and not self._desk.scan_only
        person = card.attendee if card is not None and is_shown else None
        if person == self._wanted:
            return
        if person is None or self._wanted is None or person.id != self._wanted.id:
            self._paint(_Drawn(None, None))
        self._wanted = person
        if person is not None:
            self._desk.set_timer(WAIT_S, lambda: self._draw(person))

    def _draw(self, person: Attendee) -> None:
        protocol, terminal = self._protocol, self._terminal
        if person != self._wanted or protocol is None or terminal is None:
            return
        size = terminal.cell_size()
        cell = size if all(size) else DEFAULT_CELL
        ground = self._desk.query_one("#side").background_colors[1]

        def draw(store: Store) -> _Drawn:
            # with fonts and layouts: a desk without pictures never needs them
            from kiosk.services.badges.preview import PictureMaker

            self._maker = self._maker or PictureMaker()
            largest = (CELLS[0] * cell[0], CELLS[1] * cell[1])
            made = self._maker.pictures(store, person.id, largest)

            def encoded(image: Image | None) -> DrawnPicture | None:
                if image is None:
                    return None
                return encode(
                    image, protocol, cell=cell, background=ground.rgb, write=terminal.write
                )

            if made is None:  # removed meanwhile
                return _Drawn(None, None)
            return _Drawn(encoded(made.badge), encoded(made.photo))

        def drawn(pictures: _Drawn) -> None:
            if person == self._wanted:
                self._paint(pictures)
            else:
                self._release(*pictures)

        def failed(_: KioskError) -> None:
            """The badge set in type stays."""

        self._desk.lookup_session.ask(draw, drawn, failed)

    def _paint(self, drawn: _Drawn) -> None:
        """On a low screen, a photo takes the place of the badge."""
        desk = self._desk
        self._release(*(box.picture for box in desk.query(Picture)))
        has_badge = drawn.photo is None or desk.has_class("-high")
        desk.query_one("#photo", Picture).show(drawn.photo)
        desk.query_one("#badge-picture", Picture).show(drawn.badge if has_badge else None)
        desk.query_one("#badge").display = has_badge and drawn.badge is None

    def _release(self, *pictures: DrawnPicture | None) -> None:
        """Let the terminal forget pictures that are not shown any more."""
        for picture in pictures:
            if picture is not None and picture.forget and self._terminal is not None:
                self._terminal.write(picture.forget)
