"""QR codes as modules: level Q, one fixed mask, version by length."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

QUIET_MODULES = 4
"""White on each side (ISO/IEC 18004)."""

_LETTERS_IN_SMALLEST = 16
"""Alphanumeric characters that version 1 holds at level Q."""

_MASK = 2
"""Choosing the mask is most of an encoder's time, and any mask scans as well."""

_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@dataclass(frozen=True, slots=True)
class QrCode:
    """Dark modules of a code, without its quiet zone."""

    rows: tuple[tuple[bool, ...], ...]

    @property
    def modules(self) -> int:
        """Modules along one side."""
        return len(self.rows)

    def mask_hex(self) -> str:
        """The rows as a 1-bit image mask, each padded to bytes: bit 0 paints."""
        width = (self.modules + 7) // 8
        padding = width * 8 - self.modules
        lines = []
        for row in self.rows:
            bits = 0
            for dark in row:
                bits = bits << 1 | (not dark)
            bits = bits << padding | ((1 << padding) - 1)
            lines.append(f"{bits:0{width * 2}x}")
        return "".join(lines)


@lru_cache(maxsize=64)
def qr_code(text: str) -> QrCode:
    """The code of a short text. Raises `ValueError` when it is too long for any version."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.exceptions import DataOverflowError
    from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

    mode = MODE_ALPHA_NUM if set(text) <= _ALPHANUMERIC else MODE_8BIT_BYTE
    smallest = mode == MODE_ALPHA_NUM and len(text) <= _LETTERS_IN_SMALLEST
    version = 1 if smallest else None
    code = QRCode(version, ERROR_CORRECT_Q, border=0, mask_pattern=_MASK)
    code.add_data(QRData(text.encode("utf-8"), mode=mode, check_data=False), optimize=0)
    try:
        code.make(fit=not smallest)
    except DataOverflowError as error:
        raise ValueError("too long for a QR code") from error
    return QrCode(tuple(tuple(map(bool, row)) for row in code.modules))
