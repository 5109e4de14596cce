"""What a scanner adds to a code, taken off again. No Textual here: the command line uses it too."""

from __future__ import annotations

import re

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z](?=.)", re.DOTALL)
"""Symbology identifier: `]`, a letter for the kind of barcode, a modifier (ISO/IEC 15424)."""

_ECI = re.compile(r"\\\d{6}")
"""Change of character set inside a barcode: a backslash and six digits (AIM ITS/04-001)."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufeff]")
"""Separators of the GS1 and ISO 15434 formats (GS, RS, EOT), STX and ETX, a byte order mark."""


def clean_scan(raw: str) -> str:
    """The code in a scan: without prefix, character set marks, control characters, outer space.

    Where a scanner announces character sets it also doubles every backslash of the data; these
    are halved. A code without such marks keeps its backslashes, and a text that is nothing but
    a prefix stays as it is.

    >>> clean_scan("]Q3\\\\000026ABC-1\\x1d\\r")
    'ABC-1'
    """
    code = _CONTROL.sub("", raw).strip()
    code = code[match.end() :] if (match := _AIM.match(code)) else code
    if _ECI.match(code):
        code = _unescape(code)
    return code.strip() or _CONTROL.sub("", raw).strip()


def _unescape(code: str) -> str:
    return re.sub(r"\\(\\|\d{6})", lambda m: "\\" if m[1] == "\\" else "", code)
