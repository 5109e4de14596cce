"""The pairing code as a QR for a terminal: half blocks, dark on light, with its quiet zone."""

from __future__ import annotations

_BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""By (upper dark, lower dark); the light modules are drawn, for terminals with light text."""
QUIET = 2


def qr_modules(code: str) -> list[list[bool]]:
    """True where the QR is dark, without its quiet zone."""
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M

    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    made.add_data(code)
    made.make(fit=True)
    return [[bool(cell) for cell in row] for row in made.get_matrix()]


def qr_lines(code: str) -> list[str]:
    """Lines of text, to be shown as light letters on a dark ground."""
    modules = qr_modules(code)
    width = len(modules) + 2 * QUIET
    blank = [False] * width
    rows = [blank] * QUIET + [[False] * QUIET + row + [False] * QUIET for row in modules]
    rows += [blank] * (QUIET + len(rows) % 2)
    return [
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=False)
    ]
