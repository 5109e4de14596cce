"""Translate the status words of registration platforms, in `words.toml`, into ticket status."""

from __future__ import annotations

import re
import unicodedata

from kiosk.domain.datetimes import month_of
from kiosk.domain.people.registration import TicketStatus
from kiosk.importers.understand import vocabulary

VALID, UNPAID, UNAPPROVED = TicketStatus.VALID, TicketStatus.UNPAID, TicketStatus.UNAPPROVED
CANCELED, BLOCKED = TicketStatus.CANCELED, TicketStatus.BLOCKED

SEVERITY = {VALID: 0, UNPAID: 1, UNAPPROVED: 2, BLOCKED: 3, CANCELED: 4}
"""If several columns have a status, the worst one counts, in the order of the desk's check."""

_SPACES = re.compile(r"[\s_]+")


def status_key(word: str) -> str:
    """A status word in the form of the tables."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", word).casefold()).strip(" .!*")


_LETTERS = str.maketrans("ıłøđ", "ilod")


def _without_accents(word: str) -> str:
    """A word as people type it without accents (`nao`, `hayir`); unchanged in other scripts."""
    if word.isascii():
        return word
    plain = vocabulary.without_accents(word).translate(_LETTERS)
    return plain if plain.isascii() else word


def _meanings() -> dict[str, TicketStatus]:
    table: dict[str, TicketStatus] = {}
    for change in (str, _without_accents):
        for status, text in vocabulary.STATUS.items():
            meaning = TicketStatus(status)
            for word in vocabulary.phrases(text):
                table.setdefault(status_key(change(word)), meaning)
    return table


_YES, _NO = vocabulary.WORDS["yes"], vocabulary.WORDS["no"]
_TABLE = _meanings()
_AT_PLATFORM = {
    platform: {
        word: TicketStatus(status)
        for status, text in meanings.items()
        for word in vocabulary.phrases(text)
    }
    for platform, meanings in vocabulary.STATUS_AT.items()
}
_TYPED_NO = frozenset(map(_without_accents, _NO)) - _YES
_TYPED_YES = frozenset(map(_without_accents, _YES)) - _NO
_PREFIX_SIGNS = re.compile(r"^[^\w(]+|[^\w)]+$")


def meaning_of(word: str, platform: str = "") -> TicketStatus | None:
    """The meaning of a status word; None if it is unknown; an empty word is valid."""
    key = status_key(word).removeprefix("wc-")  # WooCommerce's order states
    if not key or key in vocabulary.DASHES:
        return VALID
    special = _AT_PLATFORM.get(platform, {})
    for candidate in (key, key.replace("-", " "), _PREFIX_SIGNS.sub("", key)):
        found = special.get(candidate) or _TABLE.get(candidate)
        if found is not None:
            return found
    if key.endswith(")") and "(" in key:
        return _TABLE.get(key[: key.index("(")].strip())
    known = {_TABLE.get(part.strip()) for part in _CLAUSES.split(key)} - {None}
    if len(known) == 1 and len(key) <= 60:
        return known.pop()  # "No, lo siento", "К сожалению, нет"
    if len(key) <= 60:
        return next((meaning for sign, meaning in _SIGNS if sign.search(key)), None)
    return None


_CLAUSES = re.compile(r"[,;.!?…]+")
_SIGNS = (
    (
        re.compile(r"wait ?-?list|(?:un|not |await\w* |for )(?:approv|confirm)|not yet approv"),
        UNAPPROVED,
    ),
    (
        re.compile(r"\b(?:regret|declin|unable|can ?not|can't|won't|refund|cancel|withdr|reject)"),
        CANCELED,
    ),
    (re.compile(r"\b(?:not|never) (?:be )?(?:attend|com|going|join|able)"), CANCELED),
    (re.compile(r"\b(?:pay ?later|incomplete|not paid|unpaid|to be paid|awaiting pay)"), UNPAID),
    (re.compile(r"\bpending\b.*\b(?:pay|transaction|cart)|\bpay\w*\b.*\bpending"), UNPAID),
    (re.compile(r"\bpending\b|\bmaybe\b|\bnot sure\b|^hopefully\b|\btentativ"), UNAPPROVED),
    (
        re.compile(r"\baccept|\b(?:i|we)(?:'ll| will) (?:be |there)|\bwill attend|\bcan't wait"),
        VALID,
    ),
    (re.compile(r"^(?:yes|yep|yup|yeah|yay|sure|of course|definitely|absolutely)\b"), VALID),
    (
        re.compile(
            r"^(?:no|nope?|nah|sorry)(?:$|\s?[^\w\s]| (?:i|we|thank|thanks|can|will|longer|"
            r"sorry|unfortunately|not|pod|pued|asist|ir|voy|vamos|vendr|particip))"
        ),
        CANCELED,
    ),
)
"""Signs in phrases that no table has (`Joyfully accepts`, `Pending from pay later`)."""


def is_known(word: str) -> bool:
    """Whether a word means a status, a yes or a no."""
    return meaning_of(word) is not None or is_yes(word) is not None


def is_status_word(word: str) -> bool:
    """Whether a word is the status of a ticket, under whatever heading it stands."""
    key = status_key(word)
    if not key or key in vocabulary.WORDS["roles"] or is_yes(word) is not None:
        return False
    return meaning_of(word) is not None


_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ,].*)?|"
    r"\d{1,2}[-/. ]+(?:\d{1,2}|(?:de )?(?P<month>[^\d\s.,/-]+)\.?(?: de)?)"
    r"[-/. ,]+\d{2,4}(?:[T ,].*)?|"
    r"(?P<first>[^\d\s.,/-]+)\.? \d{1,2},? \d{4}.*"
)


def is_date(word: str) -> bool:
    """Whether a cell is a date: in a column about payment it is the date of the payment."""
    found = _DATE.fullmatch(word.strip())
    month = found and (found["month"] or found["first"])
    return found is not None and (not month or month_of(month) is not None)


ARRIVED_WORDS = vocabulary.PHRASES["arrived"]
"""Words for a person who has arrived, also in a status column."""


def is_yes(word: str) -> bool | None:
    """Whether the word means yes; None if it is neither yes nor no; empty is no."""
    key = status_key(word)
    if not key or key in _NO or _without_accents(key) in _TYPED_NO:
        return False
    return True if key in _YES or _without_accents(key) in _TYPED_YES else None


def arrived(word: str) -> str:
    """The source's check-in mark if it means "arrived" (a time, a yes), else empty."""
    key = status_key(word)
    if (
        not key
        or key in _NO
        or key in vocabulary.PHRASES["not_arrived"]
        or key.startswith(("0000-00-00", "not ", "未"))
    ):
        return ""
    return word
