"""Encode pictures for label printers without a driver: Zebra ZPL and Brother QL raster.

Sources: Zebra, "ZPL II Programming Guide" (^GF, ^PW, ^LL, ~HS). Brother, "Raster Command Reference
QL-800/810W/820NWB" (sections 4 and 5); the label table of the project brother_ql. The encoders
were tested by decoding their output again, and not with a real printer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

BROTHER_DPI = 300
BROTHER_ROW_BYTES = 90
"""720 dots across the head of all QL printers but the wide ones."""
_SLACK_MM = 1.5


class BrotherLabel(NamedTuple):
    """A label of Brother's DK series."""

    width_mm: int
    length_mm: int
    """0: an endless roll."""
    dots_across: int
    """Printable width."""
    dots_along: int
    """Printable length; 0 on an endless roll."""
    offset: int
    """White dots at the right end of the head."""


BROTHER_LABELS = (
    BrotherLabel(17, 54, 165, 566, 0),
    BrotherLabel(17, 87, 165, 956, 0),
    BrotherLabel(29, 42, 306, 425, 6),
    BrotherLabel(29, 90, 306, 991, 6),
    BrotherLabel(38, 90, 413, 991, 12),
    BrotherLabel(39, 48, 425, 495, 6),
    BrotherLabel(52, 29, 578, 271, 0),
    BrotherLabel(62, 29, 696, 271, 12),
    BrotherLabel(62, 100, 696, 1109, 12),
    BrotherLabel(29, 0, 306, 0, 6),
    BrotherLabel(38, 0, 413, 0, 12),
    BrotherLabel(50, 0, 554, 0, 12),
    BrotherLabel(54, 0, 590, 0, 0),
    BrotherLabel(62, 0, 696, 0, 12),
)
"""Die-cut labels first."""


def brother_label(width_mm: float, length_mm: float, *, endless: bool) -> BrotherLabel | None:
    """The label for a badge: the die-cut one of its size, else an endless roll of its width.

    Args:
        endless: a roll is in the printer: it refuses the commands for die-cut labels.
    """
    for label in BROTHER_LABELS:
        fits_along = abs(label.length_mm - length_mm) <= _SLACK_MM and not endless
        if abs(label.width_mm - width_mm) <= _SLACK_MM and (fits_along or not label.length_mm):
            return label
    return None


def brother_raster(picture: Image, label: BrotherLabel) -> bytes:
    """One label as Brother's raster commands.

    Args:
        picture: the whole label at 300 dpi, mode 1 or L; its unprintable edges are cut off.
    """
    rows = _black_rows(_printable(picture, label), label)
    is_cut = label.length_mm > 0
    media = 0x0B if is_cut else 0x0A
    count = len(rows).to_bytes(4, "little")
    size = bytes([label.width_mm, label.length_mm])
    parts = [
        bytes(200),  # ends a command that was cut off
        b"\x1b@",
        b"\x1bia\x01",  # raster mode
        b"\x1biz" + bytes([0x8E if is_cut else 0x86, media]) + size + count + b"\x00\x00",
        b"\x1biM\x40\x1biA\x01\x1biK\x08",  # cut after each label
        b"\x1bid" + (0 if is_cut else 35).to_bytes(2, "little"),
        b"M\x00",  # no compression
    ]
    parts += [b"g\x00" + bytes([BROTHER_ROW_BYTES]) + row for row in rows]
    return b"".join(parts) + b"\x1a"


def _printable(picture: Image, label: BrotherLabel) -> Image:
    """The middle of the picture in the printable size."""
    height = label.dots_along or picture.height
    left, top = (picture.width - label.dots_across) // 2, (picture.height - height) // 2
    # white where the picture is smaller
    return _inverted(picture).crop((left, top, left + label.dots_across, top + height))


def _black_rows(ink: Image, label: BrotherLabel) -> list[bytes]:
    """Rows of bits, 1 is black, mirrored: the first dot is at the right end of the head."""
    row_bytes = BROTHER_ROW_BYTES
    shift = row_bytes * 8 - label.dots_across - label.offset
    wide = ink.crop((-shift, 0, row_bytes * 8 - shift, ink.height))
    from PIL.Image import Transpose  # Pillow is a heavy leaf

    data = wide.transpose(Transpose.FLIP_LEFT_RIGHT).tobytes()
    return [data[at : at + row_bytes] for at in range(0, len(data), row_bytes)]


def _inverted(picture: Image) -> Image:
    """Ink as 1: outside of the picture a crop gives 0, which is white."""
    return picture.convert("L").point(lambda value: 255 if value < 128 else 0).convert("1")


def zpl(picture: Image) -> bytes:
    """One label in ZPL, with the picture as a graphic field in hexadecimal."""
    ink = _inverted(picture)
    row_bytes = (ink.width + 7) // 8
    data = ink.tobytes()
    head = f"^XA^PW{ink.width}^LL{ink.height}^LH0,0^FO0,0^GFA,{len(data)},{len(data)},{row_bytes},"
    return head.encode() + data.hex().upper().encode() + b"^FS^PQ1^XZ"


# The reports of the printers.


@dataclass(frozen=True, slots=True)
class LabelStatus:
    """The state of a label printer."""

    reasons: tuple[str, ...] = ()
    """IPP keywords: `cover-open-error`, `media-empty-error` ..."""
    is_busy: bool = False
    width_mm: int = 0
    """Of the loaded labels; 0: not reported."""
    length_mm: int = 0
    """0: an endless roll, or not reported."""


ZPL_ASK = b"~HS"
BROTHER_ASK = bytes(200) + b"\x1b@\x1biS"
BROTHER_ANSWER_BYTES = 32


def zpl_status(answer: bytes) -> LabelStatus | None:
    """Read the three strings of `~HS`; None if the answer is not one."""
    lines = [part.split(b"\x03")[0].split(b",") for part in answer.split(b"\x02")[1:]]
    if len(lines) < 2 or len(lines[0]) < 5 or len(lines[1]) < 8:
        return None
    flags = (
        (lines[0][1], "media-empty-error"),
        (lines[0][2], "paused"),
        (lines[1][2], "cover-open-error"),
        (lines[1][3], "marker-supply-empty-error"),
    )
    reasons = tuple(reason for flag, reason in flags if flag.strip() == b"1")
    waiting = (lines[0][4], *lines[1][8:9])  # formats in the buffer, labels left of the batch
    return LabelStatus(reasons, is_busy=any(part.strip(b"0 ") for part in waiting))


def brother_status(answer: bytes) -> LabelStatus | None:
    """Read the 32 bytes of `ESC i S`; None if the answer is not one."""
    if len(answer) < BROTHER_ANSWER_BYTES or answer[:2] != b"\x80\x20":
        return None
    first, second = answer[8], answer[9]
    flags = (
        (first & 0x03, "media-empty-error"),
        (first & 0x04, "media-jam-error"),
        (second & 0x01, "media-needed-error"),
        (second & 0x10, "cover-open-error"),
        (second & 0x40, "media-jam-error"),
    )
    reasons = tuple(dict.fromkeys(reason for flag, reason in flags if flag))
    return LabelStatus(reasons, answer[19] == 1, answer[10], answer[17])
