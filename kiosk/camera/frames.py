"""Read frames from a camera, a video or pictures, and find codes in them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.errors import KioskError
from kiosk.support.install_hint import install_hint
from kiosk.support.pictures import (
    MAX_PIXELS,
    PictureTooLarge,
    PictureUnreadable,
    opened_picture,
    too_large,
)

_PICTURE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm"}
)
_PICTURE_SHOWN_S = 0.5
"""Seconds between two pictures of a folder."""
_USUAL_RATE = 25.0
"""Frames a second of a video that does not state its rate."""
_LONGEST_SIDE = 2400
"""Pixels. Photos are scaled down: a code that fills a tenth of one can still be read."""


class Frame(NamedTuple):
    """One picture."""

    picture: Any
    """A Pillow image, or an array of blue-green-red pixels."""
    at_s: float
    """Time of the picture in seconds; for a file, from its start."""


def frames_of(source: int | Path) -> Iterator[Frame]:
    """Frames of a source: a camera's continue until it fails, a file's end.

    Raises:
        KioskError: the source cannot be opened, or a camera has stopped; the message says why.
    """
    if isinstance(source, int):
        return _of_camera(source)
    if source.is_dir():
        return _of_folder(source)
    if not source.exists():
        raise file_unreadable(source, "there is no such file")
    if source.suffix.lower() in _PICTURE_SUFFIXES:
        return _of_pictures([source])
    return _of_video(source)


def _of_folder(folder: Path) -> Iterator[Frame]:
    pictures = sorted(p for p in folder.iterdir() if p.suffix.lower() in _PICTURE_SUFFIXES)
    if not pictures:
        raise file_unreadable(folder, "there are no pictures in this folder")
    return _of_pictures(pictures)


def _of_pictures(paths: list[Path]) -> Iterator[Frame]:
    """All pictures that can be read, then the error of the first that cannot."""
    problems = []
    for number, path in enumerate(paths):
        try:
            picture = _picture(path)
        except KioskError as error:
            problems.append(error)
        else:
            yield Frame(picture, number * _PICTURE_SHOWN_S)
    if problems:
        raise problems[0]


def _picture(path: Path) -> Any:
    """A picture upright, in grey on white, scaled to a size that codes are found in."""
    from PIL import Image, ImageOps  # Pillow is a heavy leaf

    try:
        with opened_picture(path) as image:
            image.draft("L", (_LONGEST_SIDE, _LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except PictureTooLarge as error:
        raise file_unreadable(path, f"it {error}") from error
    except PictureUnreadable as error:
        raise file_unreadable(path, "it is damaged or not a picture") from error
    on_white = Image.new("RGBA", upright.size, "white")
    on_white.alpha_composite(upright)
    picture = on_white.convert("L")
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return picture


def _of_video(path: Path) -> Iterator[Frame]:
    cv2 = _opencv()
    capture = cv2.VideoCapture(str(path))
    try:
        rate = capture.get(cv2.CAP_PROP_FPS)
        rate = rate if 1 <= rate <= 1000 else _USUAL_RATE
        width, height = (
            int(capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        )
        if width * height > MAX_PIXELS:
            raise file_unreadable(path, f"it {too_large(width, height)}")
        number = 0
        while True:
            is_there, picture = capture.read()
            if not is_there:
                break
            yield Frame(picture, number / rate)
            number += 1
        if not number:
            raise file_unreadable(path, "it is not a video that this computer can play")
    except cv2.error as error:
        raise file_unreadable(path, "the video is damaged") from error
    finally:
        capture.release()


def _of_camera(number: int) -> Iterator[Frame]:
    cv2 = _opencv()
    capture = cv2.VideoCapture(number)
    try:
        if not capture.isOpened():
            raise cannot_open(number)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        is_there, picture = capture.read()
        if not is_there:
            raise busy(number)
        while is_there:
            yield Frame(picture, time.monotonic())
            is_there, picture = capture.read()
        raise lost(number)
    except cv2.error as error:
        raise lost(number) from error
    finally:
        capture.release()


def _opencv() -> Any:
    # OpenCV and FFmpeg write warnings directly to the terminal, over the screen.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(MAX_PIXELS)
    try:
        import cv2  # optional, and a heavy leaf
    except ImportError as error:
        raise extra_missing() from error
    return cv2


# Codes in one picture, by zxing-cpp.

_FORMATS = ("QRCode", "MicroQRCode", "DataMatrix", "Aztec", "PDF417", "Code128", "Code39", "Code93")
"""Formats of tickets and badges. Not the barcodes of goods: there are bottles on the desk, and
short barcodes are also found in patterns that are not codes."""


def codes_in(picture: Any) -> list[str]:
    """Texts of all codes in a picture, byte for byte; empty if there is no code.

    Args:
        picture: a Pillow image, or an array of grey or blue-green-red pixels.

    Raises:
        KioskError: `camera_extra_missing`.
    """
    zxingcpp, formats = _zxing()
    barcodes = zxingcpp.read_barcodes(picture, formats=formats, text_mode=zxingcpp.TextMode.Plain)
    return [barcode.text for barcode in barcodes if barcode.text]


@cache
def _zxing() -> tuple[Any, Any]:
    try:
        import zxingcpp  # optional, and a heavy leaf
    except ImportError as error:
        raise extra_missing() from error
    return zxingcpp, zxingcpp.barcode_formats_from_str(",".join(_FORMATS))


# Errors of cameras and picture files.

GO_ON = "A scanner and the search by name still work."


def _error(code: str, problem: str, next_step: str) -> KioskError:
    return KioskError(code, problem, saved="Check-ins so far are saved.", next_step=next_step)


def extra_missing() -> KioskError:
    """The libraries for cameras are missing."""
    return _error(
        "camera_extra_missing",
        "Support for cameras is not installed.",
        f"{GO_ON} To install it: {install_hint('camera')}",
    )


def file_unreadable(path: Path, why: str) -> KioskError:
    """A picture, folder or video that cannot be used."""
    return _error(
        "camera_file_unreadable",
        f"{path.name or path} cannot be read as pictures: {why}.",
        "Choose a picture, a folder of pictures, a video, or a camera by its number.",
    )


def cannot_open(number: int) -> KioskError:
    """A camera that cannot be opened, with the reason if the system reports one."""
    device = Path(f"/dev/video{number}")
    if sys.platform.startswith("linux") and device.exists():
        if not os.access(device, os.R_OK | os.W_OK):
            return _error(
                "camera_not_allowed",
                f"This user account has no permission to use camera {number}.",
                f"Add the account to the group of {device}. {GO_ON}",
            )
        return busy(number)
    return _error(
        "camera_not_found",
        f"There is no camera {number}.",
        f"Plug it in; kiosk tries again every few seconds. {GO_ON}",
    )


def busy(number: int) -> KioskError:
    """A camera that delivers no pictures."""
    return _error(
        "camera_busy",
        f"Camera {number} delivers no pictures; another program may be using it.",
        f"Close that program; kiosk tries the camera again every few seconds. {GO_ON}",
    )


def lost(number: int) -> KioskError:
    """A camera that delivered pictures and stopped."""
    return _error(
        "camera_lost",
        f"Camera {number} does not answer any more.",
        f"Check its cable; kiosk tries again every few seconds. {GO_ON}",
    )
