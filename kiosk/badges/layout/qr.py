"""Encode QR codes as modules: level Q, one fixed mask, version by length."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

QUIET_MODULES = 4
"""White on each side (ISO/IEC 18004)."""

LETTERS_IN_SMALLEST = 16
"""Alphanumeric characters that version 1 holds at level Q."""

_MASK = 2
"""Choosing the mask takes most of an encoder's time, and every mask scans equally well."""

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {char: value for value, char in enumerate(_ALPHANUMERIC)}

_WORTH_A_BASIS = 60
"""From this number of codes of one length on, composing them is faster."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """Dark modules of a code, without its quiet zone."""

    modules: int
    """Modules along one side."""
    bits: int
    """Row by row from the top left, the first module in the highest bit; 1 is dark."""

    @property
    def rows(self) -> list[list[bool]]:
        """The modules as rows of booleans."""
        count = self.modules
        text = f"{self.bits:0{count * count}b}"
        rows = [text[at : at + count] for at in range(0, count * count, count)]
        return [[module == "1" for module in row] for row in rows]

    def mask_hex(self) -> str:
        """The rows as a 1-bit image mask, each padded to bytes: bit 0 paints."""
        count = self.modules
        width = (count + 7) // 8
        padding = width * 8 - count
        row_bits = (1 << count) - 1
        pad_bits = (1 << padding) - 1
        lines = [
            f"{(~(self.bits >> shift) & row_bits) << padding | pad_bits:0{width * 2}x}"
            for shift in range((count - 1) * count, -1, -count)
        ]
        return "".join(lines)


def qr_code(text: str) -> QrCode:
    """Encode a short text. Raises `ValueError` when it is too long for every version."""
    if len(text) <= LETTERS_IN_SMALLEST and _VALUES.keys() >= set(text):
        _seen[len(text)] += 1
        if _seen[len(text)] > _WORTH_A_BASIS:
            return _composed(text)
    return _encoded(text)


_seen: Counter[int] = Counter()


@lru_cache(maxsize=16)
def _encoded(text: str) -> QrCode:
    """Encode with the library."""
    # qrcode is a heavy leaf: desks that only scan never load it
    from qrcode import QRCode, constants, exceptions, util

    mode = util.MODE_ALPHA_NUM if _VALUES.keys() >= set(text) else util.MODE_8BIT_BYTE
    smallest = mode == util.MODE_ALPHA_NUM and len(text) <= LETTERS_IN_SMALLEST
    code = QRCode(1 if smallest else None, constants.ERROR_CORRECT_Q, border=0, mask_pattern=_MASK)
    code.add_data(util.QRData(text.encode("utf-8"), mode=mode, check_data=False), optimize=0)
    try:
        code.make(fit=not smallest)
    except exceptions.DataOverflowError as error:
        raise ValueError("too long for a QR code") from error
    bits = 0
    for row in code.modules:
        for dark in row:
            bits = bits << 1 | bool(dark)
    return QrCode(len(code.modules), bits)


def _composed(text: str) -> QrCode:
    """Encode as an exclusive or of known codes.

    Error correction, placement and mask are linear over GF(2), so for one length each bit of the
    text flips a fixed set of modules. The library gives those sets once; badge codes are then
    composed ten times as fast as the library encodes one.
    """
    basis = _basis(len(text))
    bits = basis.blank
    for changes, value in zip(basis.changes, _pair_values(text), strict=True):
        at = 0
        while value:
            if value & 1:
                bits ^= changes[at]
            value >>= 1
            at += 1
    return QrCode(basis.modules, bits)


@dataclass(frozen=True, slots=True)
class _Basis:
    modules: int
    blank: int
    """The code of a text of zeros."""
    changes: tuple[tuple[int, ...], ...]
    """For each pair of characters, the modules that each bit of its value flips."""


@lru_cache(maxsize=LETTERS_IN_SMALLEST)
def _basis(length: int) -> _Basis:
    blank = _encoded("0" * length)
    changes = []
    for start in range(0, length, 2):
        pair = min(2, length - start)
        changes.append(
            tuple(
                _encoded(_with_value(length, start, pair, 1 << bit)).bits ^ blank.bits
                for bit in range(11 if pair == 2 else 6)
            )
        )
    return _Basis(blank.modules, blank.bits, tuple(changes))


def _with_value(length: int, start: int, pair: int, value: int) -> str:
    high, low = divmod(value, len(_ALPHANUMERIC))
    letters = _ALPHANUMERIC[high] + _ALPHANUMERIC[low] if pair == 2 else _ALPHANUMERIC[value]
    return "0" * start + letters + "0" * (length - start - pair)


def _pair_values(text: str) -> list[int]:
    """Two characters make 11 bits, a last single one 6 (ISO/IEC 18004, 7.4.4)."""
    values = [
        _VALUES[text[start]] * len(_ALPHANUMERIC) + _VALUES[text[start + 1]]
        for start in range(0, len(text) - 1, 2)
    ]
    if len(text) % 2:
        values.append(_VALUES[text[-1]])
    return values
