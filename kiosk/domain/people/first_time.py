"""Detect first-time attendees from the answers in registrations.

Platforms have no field for it: organisers ask in their own words. So a question is recognised by
its wording, and an answer by yes and no in the languages of registrations.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache

FIRST_TIME_FIELD = "First time?"
"""The column that the desk writes where registrations have no such question."""
FIRST_TIME_MARK = "⚑ First time here"
YES, NO = "yes", "no"


class _Asks(Enum):
    FIRST = "is it the first time"
    BEFORE = "have you been here before"


_FIRST = r"""
    \bfirst\ ?time(r|rs|\ (attend\w*|visitor|participant|here|at|in|to))?\b
    | \b(your|you\ re|my|the|a|this|it)\ (very\ )?first\b
    | ^first\ (\w+\ ){0,2}(pycon|conference|conf|meetup|meeting|event|visit|edition|camp|pyladies)\b
    | \bnew\ ?comers?\b | \bnewbies?\b | \bnew\ (here|to\ (us|our|the|this|py\w+|\w*con))\b
    | \berste[rsnm]?\ (\w+\ ){0,2}(mal|teilnahme|besuch|pycon|konferenz|treffen|meetup)\b
    | \berstmals\b | \berstteilnehm | \bzum\ ersten\b | \bneu\ (hier|dabei|bei\ uns)\b
    | \bneuling | \bpremiere\ (fois|participation|visite|edition|conference|rencontre)\b
    | \bpremier\ (pycon|meetup|evenement)\b | \bprimera\ (vez|visita|pycon|conferencia|edicion)\b
    | \bprimer\ (evento|meetup|encuentro)\b | \bprimeira\ (vez|pycon|visita|edicao)\b
    | \bprimeiro\ (evento|encontro)\b | \bprima\ (volta|visita|pycon|partecipazione|edizione)\b
    | \beerste\ (keer|bezoek|pycon)\b | \bpierwszy\ raz\b | \bpo\ raz\ pierwszy\b
    | \bforsta\ gangen\b | \bforste\ gang\b | \bensimmainen\ kerta\b | \bensimmaista\ kertaa\b
    | \bpoprve\b | \bprvy\ krat\b | \bpara\ prima\ oara\b | \bprima\ data\b | \bprvi\ put\b
    | \bilk\ (kez|defa)\b | \beloszor\b | впервые | первый\ раз | вперше | перший\ раз
    | पहली\ बार | पहला\ | پہلی\ (بار|مرتبہ|دفعہ) | لاول\ مرة | لأول\ مرة | المرة\ الأولى | প্রথম\ ?বার
    | 初めて | はじめて | 初参加 | 第一次 | 首次 | 처음 | முதல்\ முறை | మొదటిసారి | మొదటి\ సారి
    """
_BEFORE = r"""
    \b(attended|been|joined|visited|participated|come|came)\b.*\b(before|earlier|previous\w*|past)\b
    | \b(previously|ever)\ (attended|been|joined|visited|participated)\b
    | \battended\ (any\ |a\ )?previous\b | \breturning\ (attendee|visitor|participant|guest)\b
    | \bschon\ (ein\ ?mal|mal)\b.*\b(dabei|teilgenommen|besucht|hier)\b
    | \bfruher\b.*\bteilgenommen\b | \bdeja\ (participe|venu|assiste)\w*\b
    | \b(ya|antes)\b.*\b(asistid\w+|participad\w+)\b | \bja\ participou\b | \bgia\ partecipato\b
    """
_ABOUT_OTHER_THINGS = re.compile(
    r"\b(speak\w*|present\w*|talk|volunteer\w*|language|choice|preference|name|slot|session|job"
    r"|company|aid|price|discount|program\w*|organi[sz]er|mentor\w*|sprache|wahl|sponsor\w*)\b"
)
"""A first-time speaker may have attended for years; a first choice is no visit."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words(
    """
    yes y yep yeah true t 1 x ok sure checked selected on first ✓ ✔ ☑ ja j jo jup oui si sim tak
    ano da evet igen ken hai kylla nai haan han да так हाँ हां जी ہاں جی نعم হ্যাঁ はい 是 是的 有
    네 예 ஆம் అవును wahr vrai verdadero verdadeiro vero
    """
)
_NO = _words(
    """
    no n nope not false f 0 - – — none never nein nee nej nie ne nao non ei hayir nem nu lo noch
    nicht jamais nunca mai нет ні नहीं नही نہیں لا না いいえ 否 不是 没有 아니요 아니오 இல்லை కాదు
    falsch faux falso unchecked off
    """
)
_SAYS_FIRST = re.compile(r"\b(my|the|very) first\b|\bfirst[ -]?time")


def is_first_timer(answers: Mapping[str, str]) -> bool:
    """Whether an answer shows that the attendee has not attended before.

    Args:
        answers: imported columns and those typed at the desk, by header. What was typed at the
            desk decides, whatever the other columns say.
    """
    said = yes_or_no(answers.get(FIRST_TIME_FIELD, ""))
    if said is not None:
        return said
    return any(_is_first_by(header, value) for header, value in answers.items() if value)


def first_time_column(headers: Iterable[str]) -> str:
    """The column for the desk's answer: that of the registrations' question, where there is one."""
    return next((item for item in headers if _asks(item) is _Asks.FIRST), FIRST_TIME_FIELD)


def asks_for_first_time(header: str) -> bool:
    """Whether the answer under this header can show a first-time attendee."""
    return _asks(header) is not None


def _is_first_by(header: str, value: str) -> bool:
    asks = _asks(header)
    if asks is None:
        return False
    said = yes_or_no(value)
    if asks is _Asks.FIRST:
        return said is True
    return said is False or bool(_SAYS_FIRST.search(_folded(value)))


@lru_cache(maxsize=4096)
def _asks(header: str) -> _Asks | None:
    folded = _folded(header)
    if re.search(_BEFORE, folded, re.VERBOSE):  # compiled when a question is there
        return _Asks.BEFORE
    if re.search(_FIRST, folded, re.VERBOSE) and not _ABOUT_OTHER_THINGS.search(folded):
        return _Asks.FIRST
    return None


@lru_cache(maxsize=4096)
def yes_or_no(value: str) -> bool | None:
    """The meaning of an answer; None for neither yes nor no.

    The whole answer counts, else its first word: `Yes, my first PyCon`.
    """
    folded = _folded(value)
    words = (folded or value.strip().casefold()).split()
    if not words:
        return None
    for text in (" ".join(words), words[0]):
        if text in _YES:
            return True
        if text in _NO:
            return False
    return True if _SAYS_FIRST.search(folded) else None


def _folded(text: str) -> str:
    """Lower case without Latin accents, words with single spaces between them."""
    bare = "".join(
        char
        for char in unicodedata.normalize("NFKD", text.casefold())
        if not "\u0300" <= char <= "\u036f"
    )
    whole = unicodedata.normalize("NFC", bare)
    kept = (char if _is_letter(char) else " " for char in whole)
    return " ".join("".join(kept).split())


def _is_letter(char: str) -> bool:
    """Marks count as part of their letters."""
    return char.isalnum() or char in "✓✔☑" or unicodedata.category(char).startswith("M")
