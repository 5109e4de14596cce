"""Draw the pictures of a card in pixels: the badge as it prints now, and the photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.badges.sheets.press import BadgePress
from kiosk.badges.text.cleaning import CannotDrawError
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError
from kiosk.services.badges.context import badge_person, chosen_layout, event_look
from kiosk.services.people.photo import photo_of
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee

if TYPE_CHECKING:
    from PIL.Image import Image


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
            if self._press is None or (self._press.layout, self._press.event) != (layout, look):
                self._press = BadgePress(layout, look)
            picture = self._press.preview(badge_person(person), max(1, width)).convert("RGB")
        except (CannotDrawError, KioskError):  # the typeset badge stays; printing says the reason
            return None
        picture.thumbnail(largest)
        return picture
