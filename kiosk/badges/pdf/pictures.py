"""Read the pictures of layouts: their size, and their bytes in the form a PDF needs."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kiosk.errors import KioskError
from kiosk.support.pictures import PictureTooLarge, PictureUnreadable, opened_picture

if TYPE_CHECKING:
    from PIL.Image import Image

_LARGEST_SIDE = 3508
"""Pixels; the longer side of A4 at 300 dpi."""

_ORIENTATION, _LYING = 274, 5
"""The Exif tag, and the first value for a picture rotated by 90 degrees."""

Rect = tuple[float, float, float, float]


class PdfPicture(NamedTuple):
    """An image's stream and dictionary entries, and those of its transparency if it has any."""

    data: bytes
    entries: str
    mask: bytes = b""
    mask_entries: str = ""


def contained(path: Path, box: Rect, align: str, valign: str) -> Rect:
    """The largest rectangle in a box that keeps the picture's proportions."""
    wide, high = picture_size(path)
    x, y, width, height = box
    scale = min(width / wide, height / high)
    free_x, free_y = width - wide * scale, height - high * scale
    x += {"left": 0.0, "right": free_x}.get(align, free_x / 2)
    y += {"bottom": 0.0, "top": free_y}.get(valign, free_y / 2)
    return x, y, wide * scale, high * scale


def covering(path: Path, box: Rect) -> Rect:
    """The smallest rectangle that covers the box and keeps the picture's proportions."""
    wide, high = picture_size(path)
    x, y, width, height = box
    scale = max(width / wide, height / high)
    left, low = x + (width - wide * scale) / 2, y + (height - high * scale) / 2
    return left, low, wide * scale, high * scale


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels of the upright picture."""
    return _size(path, _changed_ns(path))


def open_picture(path: Path) -> Image:
    """Read a picture and turn it upright. Raises `KioskError` if it cannot be read."""
    return _read(path, _changed_ns(path))


def pdf_picture(path: Path, mono: bool) -> PdfPicture:
    """The picture for a PDF; a JPEG is embedded unchanged."""
    return _pdf_picture(path, mono, _changed_ns(path))


def _changed_ns(path: Path) -> int:
    """The file's change time: pictures stay cached until it changes."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # opening the file raises the error


@lru_cache(maxsize=32)
def _size(path: Path, _changed: int) -> tuple[int, int]:
    with _opened(path) as picture:
        width, height = picture.size
        return (height, width) if _turn(picture) >= _LYING else (width, height)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Image:
    from PIL import ImageOps  # Pillow is a heavy leaf: most badges have no picture

    with _opened(path) as opened:
        picture = ImageOps.exif_transpose(opened)
        picture.load()
    if max(picture.size) > _LARGEST_SIDE:
        picture.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
    return picture


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    try:
        with opened_picture(path) as opened:
            yield opened
    except PictureTooLarge as error:
        raise KioskError(
            "picture_too_large",
            f"The picture {path.name} of the badge layout {error}.",
            saved="No badge was drawn.",
            next_step="Make the picture smaller, or remove it from the layout.",
        ) from error
    except PictureUnreadable as error:
        raise KioskError(
            "picture_unreadable",
            f"The picture {path.name} of the badge layout cannot be read.",
            saved="No badge was drawn.",
            next_step="Use a PNG or JPEG file, or remove the picture from the layout.",
        ) from error


def _turn(picture: Image) -> int:
    """The Exif orientation: 1 is upright, from 5 on the picture is rotated by 90 degrees."""
    return int(picture.getexif().get(_ORIENTATION, 1))


@lru_cache(maxsize=16)
def _pdf_picture(path: Path, mono: bool, _changed: int) -> PdfPicture:
    if not mono and (jpeg := _plain_jpeg(path)):
        return PdfPicture(jpeg, _entries(picture_size(path), "/DeviceRGB", 8, "/DCTDecode"))
    picture = open_picture(path)
    if mono:
        return _one_bit(flat(picture).convert("1"))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        data = zlib.compress(rgba.convert("RGB").tobytes(), 6)
        mask = zlib.compress(rgba.getchannel("A").tobytes(), 6)
        return PdfPicture(
            data,
            _entries(rgba.size, "/DeviceRGB", 8, "/FlateDecode"),
            mask,
            _entries(rgba.size, "/DeviceGray", 8, "/FlateDecode"),
        )
    data = zlib.compress(picture.convert("RGB").tobytes(), 6)
    return PdfPicture(data, _entries(picture.size, "/DeviceRGB", 8, "/FlateDecode"))


def flat(picture: Image) -> Image:
    """The picture in grey on white."""
    from PIL import Image  # Pillow is a heavy leaf

    rgba = picture.convert("RGBA")
    paper = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    paper.alpha_composite(rgba)
    return paper.convert("L")


def _one_bit(picture: Image) -> PdfPicture:
    data = zlib.compress(picture.tobytes(), 9)
    return PdfPicture(data, _entries(picture.size, "/DeviceGray", 1, "/FlateDecode"))


def _plain_jpeg(path: Path) -> bytes:
    """The file's bytes if it is an upright RGB JPEG of moderate size; empty for other files."""
    with _opened(path) as picture:
        usable = picture.format == "JPEG" and picture.mode == "RGB" and _turn(picture) == 1
        small = max(picture.size) <= 2 * _LARGEST_SIDE
    return path.read_bytes() if usable and small else b""


def _entries(size: tuple[int, int], space: str, bits: int, packing: str) -> str:
    return (
        f"/Type/XObject/Subtype/Image/Width {size[0]}/Height {size[1]}"
        f"/ColorSpace{space}/BitsPerComponent {bits}/Filter{packing}"
    )
