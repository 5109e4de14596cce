"""List the codes that a scanned text may mean, the most certain first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from kiosk.domain.checkin.keyboard_layouts import as_if_typed_on
from kiosk.domain.text import escape_surrogates

MAX_CODE = 4_096
"""At most so many characters are read: the largest QR code holds 4,296 alphanumerics."""

_KEY_PARAMETERS = (
    *("pk", "code", "secret", "security_code", "ticket", "token", "barcode", "id", "t"),
)


class Match(StrEnum):
    """How a text is compared with the codes of the event."""

    EXACT = "exact"
    """Byte for byte; several attendees make it ambiguous."""
    ANY_CASE = "any_case"
    """Regardless of case; several attendees make it ambiguous."""
    UNIQUE = "unique"
    """Regardless of case, and only where one attendee matches."""


class MatchStep(NamedTuple):
    """One step of matching: these texts, compared in this way."""

    match: Match
    texts: tuple[str, ...]


def _from_url(text: str) -> list[str]:
    """Codes inside a ticket's web address: `pk=`, `code=`, then the last part of the path."""
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


def _url_values(text: str) -> list[str]:
    """All values of a web address's query, also behind `#`, that can be a ticket's code."""
    if not is_url(text):
        return []
    try:
        parts = urlsplit(text)
        pairs = parse_qsl(f"{parts.query}&{parts.fragment.partition('?')[2]}", max_num_fields=50)
    except ValueError:
        return []
    return list(dict.fromkeys(value for _, value in pairs if len(value) >= 4))


def _without_zeros(text: str) -> tuple[str, ...]:
    """A number without its leading zeros, and the same number as UPC-A and EAN-13 have it."""
    if not (text.isascii() and text.isdigit()):
        return ()
    bare = text.lstrip("0")
    forms = (bare, bare.zfill(12), bare.zfill(13)) if len(bare) >= 8 else (bare,)
    return tuple(form for form in dict.fromkeys(forms) if form and form != text)


def is_url(text: str) -> bool:
    """Whether the scan is a web address."""
    return "://" in text[:16]


def code_candidates(raw: str) -> Iterator[MatchStep]:
    """The matching steps for one scan; the first step that matches decides.

    Exactly as scanned; the code in a web address; the part before `/` (alf.io signs its tickets
    `uuid/hmac`); `#ABC-1` as people copy it; `*ABC*` with the signs of Code 39; the same regardless
    of case; any value of a web address; digits without their leading zeros, which a spreadsheet
    drops and a scanner adds; and last as if another keyboard layout had changed it.
    """
    raw = escape_surrogates(raw[:MAX_CODE])
    text = clean_scan(raw)
    exact = raw.strip("\r\n")
    forms = [form for form in dict.fromkeys((exact, text)) if form]
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
    if len(text) > 2 and text.startswith("*") and text.endswith("*"):
        derived.append(text[1:-1])
    for form in derived:
        if form and form not in forms:
            forms.append(form)
            yield MatchStep(Match.EXACT, (form,))
    for form in forms:
        yield MatchStep(Match.ANY_CASE, (form,))
    if values := [value for value in _url_values(text) if value not in forms]:
        yield MatchStep(Match.UNIQUE, tuple(values))
    if zeros := _without_zeros(text):
        yield MatchStep(Match.UNIQUE, zeros)
    if garbled := as_if_typed_on(text):
        # the layout also changes a prefix such as ]Q1, so it can be removed only now
        yield MatchStep(Match.UNIQUE, tuple(dict.fromkeys([*garbled, *map(clean_scan, garbled)])))


def looks_like_code(text: str) -> bool:
    """Whether a typed text is a code rather than a name: no inner space, and a digit."""
    return (
        len(text) >= 4 and not any(char.isspace() for char in text) and any(map(str.isdigit, text))
    )


def may_be_name(text: str) -> bool:
    """Whether a scan that is no code of the event may be a name: letters and no digit."""
    code = clean_scan(text)
    has_digit = any(map(str.isdigit, code))
    return any(map(str.isalpha, code)) and not (has_digit or is_url(code) or code[:1] in "{[<")


# Remove the characters that a scanner adds to a code.

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z](?=.)", re.DOTALL)
"""Symbology identifier: `]`, a letter for the kind of barcode, a modifier (ISO/IEC 15424)."""

_ECI = re.compile(r"\\\d{6}")
"""Change of character set inside a barcode: a backslash and six digits (AIM ITS/04-001)."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufeff]")
"""Separators of the GS1 and ISO 15434 formats (GS, RS, EOT), STX and ETX, a byte order mark."""


def clean_scan(raw: str) -> str:
    """The code in a scan: without prefix, character set marks, control characters and outer spaces.

    A scanner that announces character sets also doubles every backslash of the data; these are
    halved. A code without such marks keeps its backslashes, and a text that consists of a prefix
    only is kept.
    """
    whole = _CONTROL.sub("", raw).strip()
    code = whole[match.end() :] if (match := _AIM.match(whole)) else whole
    if _ECI.match(code):
        code = re.sub(r"\\(\\|\d{6})", lambda m: "\\" if m[1] == "\\" else "", code)
    return code.strip() or whole
