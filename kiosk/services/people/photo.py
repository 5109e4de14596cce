"""Find the photo of an attendee: a file that the attendee list names.

The list has a column such as "Photo" with the name of a file. The files are in a folder next to
the event file. kiosk reads them when a card shows them, and neither stores, exports nor sends them.
A name comes from a stranger's file, so it is never a path: only a file of the folder is opened.
"""

from __future__ import annotations

import os
import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import casefold_key
from kiosk.storage.file.store import Store
from kiosk.support.files import plain_bytes
from kiosk.support.pictures import PictureTooLarge, PictureUnreadable, opened_picture

if TYPE_CHECKING:
    from PIL.Image import Image

COLUMNS = ("photo", "photo file", "picture", "portrait", "foto")
"""Headers of a column that names photos, compared regardless of case."""

MAX_BYTES = 10_000_000
"""Bytes of one photo file; a larger one is not shown."""

_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\:]{1,200}")
"""One file name: no folder, no drive, no control character."""


def photo_folders(event: Path) -> tuple[Path, ...]:
    """The folders that may contain photos: `pycon-photos` and `photos` next to `pycon.kiosk`."""
    folder = event.resolve().parent
    return folder / f"{event.stem}-photos", folder / "photos"


def photo_name(person: Attendee) -> str:
    """The file name of the attendee's photo; empty if the list names none that is valid."""
    names = (value.strip() for header, value in person.extra.items() if names_photo(header, value))
    return next(names, "")


def names_photo(header: str, value: str) -> bool:
    """Whether an imported column of this header, with this value, names a photo."""
    return casefold_key(header) in COLUMNS and is_photo_name(value.strip())


def is_photo_name(name: str) -> bool:
    """Whether a text is the name of a picture file, and not a path."""
    is_one_name = bool(_NAME.fullmatch(name)) and not name.startswith(".")
    return is_one_name and name.lower().endswith(_ENDINGS)


def photo_of(store: Store, person: Attendee, largest: tuple[int, int]) -> Image | None:
    """The attendee's photo, upright and small; None if there is none that can be shown.

    Args:
        largest: width and height in pixels that it may have.
    """
    name = photo_name(person)
    if not name:
        return None
    for folder in photo_folders(store.path):
        data = _read(folder, name)
        if data:
            return _opened(data, largest)
    return None


def _read(folder: Path, name: str) -> bytes:
    """The bytes of a file that is in this folder; empty if it is not, or is too large."""
    try:
        real = Path(os.path.realpath(folder / name))
        if real.parent != Path(os.path.realpath(folder)):  # a link to a file elsewhere
            return b""
        data = plain_bytes(real, MAX_BYTES + 1)
    except (OSError, ValueError):  # no such file: most lists name photos that no one has copied
        return b""
    return data if len(data) <= MAX_BYTES else b""


def _opened(data: bytes, largest: tuple[int, int]) -> Image | None:
    from PIL import ImageOps  # Pillow is a heavy leaf

    try:
        with opened_picture(BytesIO(data)) as picture:
            picture.draft("RGB", largest)  # a large JPEG is decoded at a lower resolution
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (PictureTooLarge, PictureUnreadable):
        return None
    upright.thumbnail(largest)
    return upright
