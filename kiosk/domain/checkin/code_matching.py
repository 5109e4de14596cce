"""From what a scanner sent to the codes it may mean, surest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

from kiosk.domain.checkin.keyboard_layouts import as_if_typed_on
from kiosk.domain.text import escape_surrogates

MAX_CODE = 4_096
"""Characters of a scan that are looked at: the largest QR code holds 4,296 alphanumerics."""

MAX_GARBLED = 512
"""Characters of a scan that is tried as if typed on other keyboards: no ticket's code is longer,
and a page of text in a QR code would keep the queue waiting for a tenth of a second."""

_KEY_PARAMETERS = ("pk", "code", "secret", "ticket", "token", "barcode", "id", "t")


class Match(StrEnum):
    """How texts are compared with the codes of the event."""

    EXACT = "exact"
    """Byte for byte; several people make it ambiguous."""
    ANY_CASE = "any_case"
    """Regardless of case, and only where that fits one person."""


@dataclass(frozen=True, slots=True)
class MatchStep:
    """One step of the ladder: these texts, compared this way."""

    match: Match
    texts: tuple[str, ...]


def _from_url(text: str) -> list[str]:
    """Keys inside a ticket's web address: `pk=`, `code=`, then the last part of the path."""
    try:
        parts = urlsplit(text)
        query = dict(parse_qsl(parts.query, max_num_fields=50))
    except ValueError:
        return []
    if not parts.scheme or not (parts.netloc or parts.path):
        return []
    keys = [query[name] for name in _KEY_PARAMETERS if query.get(name)]
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    return keys + segments[-1:]


def is_url(text: str) -> bool:
    """Whether the scan is a web address."""
    return "://" in text[:16]


def code_candidates(raw: str) -> Iterator[MatchStep]:
    """The rungs for one scan; the first that fits somebody decides.

    Exactly as scanned; a web address' key or last part; the part before `/` (alf.io signs
    its tickets `uuid/hmac`); `#ABC-1` as people copy it; the same regardless of case; and
    last as if another keyboard layout had garbled it.
    """
    raw = escape_surrogates(raw[:MAX_CODE])
    text = clean_scan(raw)
    exact = raw.strip("\r\n")
    forms: list[str] = []
    for form in (exact, text):
        if form and form not in forms:
            forms.append(form)
    if not forms:
        return
    yield MatchStep(Match.EXACT, tuple(forms))
    derived: list[str] = []
    if is_url(text):
        derived += _from_url(text)
    elif "/" in text:
        derived.append(text.partition("/")[0])
    if text.startswith("#"):
        derived.append(text[1:])
    for form in derived:
        if form and form not in forms:
            forms.append(form)
            yield MatchStep(Match.EXACT, (form,))
    for form in forms:
        yield MatchStep(Match.ANY_CASE, (form,))
    garbled = as_if_typed_on(text) if len(text) <= MAX_GARBLED else []
    if garbled:
        # a prefix such as ]Q1 comes in the layout's disguise, so it can be taken off only now
        yield MatchStep(Match.ANY_CASE, tuple(dict.fromkeys([*garbled, *map(clean_scan, garbled)])))


def looks_like_code(text: str) -> bool:
    """Whether a typed text is a code rather than a name: no inner space, and a digit."""
    return (
        len(text) >= 4 and not any(char.isspace() for char in text) and any(map(str.isdigit, text))
    )


# What a scanner adds to a code, taken off again. No Textual here: the command line uses it too.

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
