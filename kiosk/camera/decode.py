"""Codes in one picture, by zxing-cpp."""

from __future__ import annotations

from functools import cache
from typing import Any

from kiosk.camera.errors import extra_missing

_FORMATS = ("QRCode", "MicroQRCode", "DataMatrix", "Aztec", "PDF417", "Code128", "Code39", "Code93")
"""What tickets and badges bear. Not the barcodes of goods: bottles are on the desk, too, and the
short ones are read into stripes that are none."""


def codes_in(picture: Any) -> list[str]:
    """Texts of all codes in a picture, byte for byte, none where there is no code.

    Args:
        picture: a Pillow image, or an array of grey or blue-green-red pixels.

    Raises:
        KioskError: `camera_extra_missing`.
    """
    zxingcpp, formats = _zxing()
    found = zxingcpp.read_barcodes(picture, formats=formats, text_mode=zxingcpp.TextMode.Plain)
    return [barcode.text for barcode in found if barcode.text]


@cache
def _zxing() -> tuple[Any, Any]:
    try:
        import zxingcpp
    except ImportError as error:
        raise extra_missing() from error
    return zxingcpp, zxingcpp.barcode_formats_from_str(",".join(_FORMATS))
