"""Clean, compare and show text from users and scanners, and put counts into words."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BIDI_CONTROL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TAGS_AND_FORMAT = re.compile("[\ufeff\u00ad\u2060-\u2064\ufff9-\ufffb\U000e0000-\U000e007f]")

TEXT_LIMIT = 2_000
"""Characters kept of one typed value; the longest full name on record is under 800."""


def clean_text(value: str, *, limit: int = TEXT_LIMIT) -> str:
    """Clean one line of text: NFC, trimmed, single spaces, no control characters.

    ZWJ and ZWNJ stay, because Indic and Persian spelling needs them; lone surrogates become U+FFFD,
    so that the value can always be encoded. A value without visible characters becomes empty.
    """
    if value.isascii() and value.isprintable():
        return " ".join(value.split())[:limit].rstrip()
    value = _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", value[: limit * 4]))
    text = " ".join(unicodedata.normalize("NFC", value).split())[:limit].rstrip()
    return "" if is_blank(text) else text


def casefold_key(text: str) -> str:
    """A form of a text for comparing regardless of case and white space."""
    return " ".join(text.split()).casefold()


_LATIN_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_LETTERS = re.compile(r"[\W_]+")


def plain_words(text: str) -> str:
    """The words of a heading: lower case, without accents and punctuation, single spaces."""
    bare = _LATIN_ACCENTS.sub("", unicodedata.normalize("NFKD", casefold_key(text)))
    return _NOT_LETTERS.sub(" ", bare).strip()


_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that draw nothing."""


def is_blank(text: str) -> bool:
    """Whether it has no visible character: only spaces, joiners, fillers, variation selectors."""
    return not any(map(_is_seen, set(text)))  # of a flood of one sign, one is looked at


_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Choose another shape of the letter before them (Unicode, `Variation_Selector`)."""


def _is_seen(char: str) -> bool:
    return not (
        char in _FILLERS or _SELECTORS.match(char) or unicodedata.category(char) in ("Cf", "Zs")
    )


_NOT_FOR_A_FIELD = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff]+"
)


def clean_paste(value: str) -> str:
    """What may go into a field, which draws its text as it is: line ends stay, whatever else a
    terminal would act on becomes a space."""
    return value if value.isprintable() else _NOT_FOR_A_FIELD.sub(" ", value)


_ASCII_CONTROLS = bytes(set(range(0x20)) - {0x0A}) + b"\x7f"
_NOT_FOR_A_FILE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_LINE_END = re.compile("\r\n?")


def has_controls(text: str) -> bool:
    """Whether `clean_controls` changes the text. Fast: an export checks all its rows with it."""
    if text.isascii():
        data = text.encode()
        return len(data.translate(None, _ASCII_CONTROLS)) < len(data)
    return bool(_NOT_FOR_A_FILE.search(text) or _BIDI_CONTROL.search(text))


def clean_controls(text: str) -> str:
    """The text for a file that a terminal or another program shows.

    Line ends become LF, other control characters a space; bidi controls are removed.
    """
    if not has_controls(text):
        return text
    text = _NOT_FOR_A_FILE.sub(" ", _LINE_END.sub("\n", text))
    return _BIDI_CONTROL.sub("", text)


_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that JSON does not escape, but a terminal may act on."""


def escape_in_json(text: str) -> str:
    """JSON in which every control character and bidi control is escaped."""
    if text.isascii() and "\x7f" not in text:
        return text
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def escape_surrogates(value: str) -> str:
    """The value with lone surrogates written as escapes, so that it can be stored as UTF-8."""
    if value.isascii():
        return value
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def escape_controls(value: str) -> str:
    """The text for a terminal: control, bidi and invisible characters are shown as escapes.

    An unknown code is shown this way: the character `\\x1d` appears as these four letters.
    """
    if value.isascii() and value.isprintable():
        return value
    value = "".join(
        char if char.isprintable() or char in "\u200c\u200d" else f"\\x{ord(char):02x}"
        for char in _BIDI_CONTROL.sub("", value)
    )
    return _TAGS_AND_FORMAT.sub("", value)


def counted(number: int, one: str, many: str = "") -> str:
    """A count with its words: `1 row`, `2 rows`, `1,204 people`.

    Args:
        one: the words for exactly one; a verb may be among them (`row needs`).
        many: the words for any other count; empty: `one` with an s.
    """
    return f"{number:,} {one if number == 1 else many or _MANY.get(one) or f'{one}s'}"


_MANY = {"person": "people", "copy": "copies", "entry": "entries"}
