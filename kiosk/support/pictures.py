"""Open picture files with a limit on their size, which is known before anything is decoded.

A small file can hold a huge picture: 657 KB of PNG became 2.2 GB of memory.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 25_000_000
"""A photo of a good camera; A4 at 300 dpi has 9 million."""
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
"""Pillow's names. Other formats, such as EPS, start other programs."""
_FOR_BADGES = ("PNG", "JPEG")


class PictureUnreadable(ValueError):
    """A file is not a picture, or is corrupt."""


class PictureTooLarge(ValueError):
    """A picture has more than `MAX_PIXELS`. The text is a clause with its size and the limit."""


@contextmanager
def opened_picture(
    source: Path | IO[bytes], formats: tuple[str, ...] = _FORMATS
) -> Iterator[Image]:
    """Check the header of a picture, then open it. Its pixels are decoded when they are used.

    Raises:
        PictureTooLarge: nothing was decoded.
        PictureUnreadable: it cannot be read, at once or while it is used.
    """
    from PIL import Image, UnidentifiedImageError  # Pillow is a heavy leaf

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(source, formats=formats) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise too_large(picture.width, picture.height)
            yield picture
    except PictureTooLarge:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge(f"has more than {_LIMIT}") from error
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError) as error:
        raise PictureUnreadable("cannot be read") from error


def check_badge_picture(source: Path | IO[bytes]) -> None:
    """Decode a PNG or JPEG, whatever it is called; this also finds a file that was cut off.

    Raises:
        PictureTooLarge, PictureUnreadable: as `opened_picture`.
    """
    with opened_picture(source, _FOR_BADGES) as picture:
        picture.load()


def too_large(width: int, height: int) -> PictureTooLarge:
    """The error for a picture of this size in pixels."""
    return PictureTooLarge(f"has {width:,} x {height:,} pixels; the limit is {_LIMIT}")


_LIMIT = f"{MAX_PIXELS // 1_000_000} megapixels"
