"""Vocabulary of registration lists; `headings.toml` has the words for each field.

Sources: the exports' own code where it is public (pretix `base/exporters/orderlist.py` and its
translations, HiEventsDev/hi.events `AttendeesExport.php`, indico `registration/util.py`,
Attendize `AttendeesExport.php`, alfio-event/alf.io `EventApiController.java`,
fossasia/open-event-server `csv_jobs_util.py`), headings of other published exports, and
words of hand-made lists in many languages.

Weight 1 to 100: the confidence that the word means this field of the *attendee*. The heading with
the highest weight in a file wins; among equals, the first. Words have the form of
`headers.heading_key`: folded, `_ - . : /` as spaces, `#` as the word `number`.

`words.toml` has the words of cells, and the words that decide what a longer heading is about; its
comments explain each list.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from typing import Any

from kiosk.support.paths import assets_dir


def table(name: str) -> dict[str, Any]:
    """The content of a TOML file of the assets."""
    return tomllib.loads((assets_dir() / name).read_text("utf-8"))


def words(text: str) -> frozenset[str]:
    """The words of a block of text."""
    return frozenset(text.split())


def phrases(text: str) -> frozenset[str]:
    """The phrases of a block of text, separated by |."""
    return frozenset(phrase.strip() for phrase in text.replace("\n", "").split("|"))


def without_accents(text: str) -> str:
    """The text with its letters, but without the marks on them."""
    letters = unicodedata.normalize("NFD", text)
    return "".join(char for char in letters if not unicodedata.combining(char))


def _weighted(fields: dict[str, dict[str, str]]) -> dict[str, dict[int, str]]:
    """Field to weight to phrases, separated by |."""
    return {
        field: {int(weight): text for weight, text in weights.items()}
        for field, weights in fields.items()
    }


_HEADINGS = table("headings.toml")
EXACT = _weighted(_HEADINGS["exact"])
"""Phrases that are a whole heading."""
INSIDE = _weighted(_HEADINGS["inside"])
"""Phrases looked for inside longer headings and questions."""
BARE_NOUN = 84
"""Weight of `Guest` or `Attendees` as a heading: names, or how many."""

DASHES = frozenset("-–—")
"""What people and programs write in a cell without a value."""

_FILE = table("words.toml")
WORDS = {name: words(text) for name, text in _FILE["words"].items()}
PHRASES = {name: phrases(text) for name, text in _FILE["phrases"].items()}
PIECES: dict[str, list[str]] = _FILE["pieces"]
CODE_PAGE_HINTS = {page: words(text) for page, text in _FILE["code_page_hints"].items()}
STATUS: dict[str, str] = _FILE["status"]
"""Status of a ticket to its phrases, separated by |."""
STATUS_AT: dict[str, dict[str, str]] = _FILE["status_at"]
"""The same for each platform with words of its own."""


def mentions(key: str, words: str) -> bool:
    """Whether a heading's key has one of these words, a name of a list in `words.toml`."""
    return not WORDS[words].isdisjoint(key.split())


# Translate pretix's headings: pretix exports them in the language of its user.
#
# Source: pretix's published translations (the `locale` folder of pretix/pretix) of the headings of
# order positions and check-in lists. Listed are only headings that identify the format or that the
# vocabulary above does not know, in the order of `PRETIX_ENGLISH`; an empty word means the English
# one.

PRETIX_ENGLISH = (
    "order code",
    "position id",
    "attendee name",
    "product",
    "ticket secret",
    "secret",
    "pseudonymization id",
)


@cache
def _pretix_words() -> list[tuple[str, ...]]:
    """The headings in each language."""
    return [tuple(headings.split("|")) for headings in table("pretix_headings.toml").values()]


def pretix_in_english(keys: list[str]) -> dict[str, str]:
    """Heading key to pretix's English heading, for the language that matches most of them."""
    best: dict[str, str] = {}
    for translated in _pretix_words():
        pairs = zip(PRETIX_ENGLISH, translated, strict=True)
        found = {word: english for english, word in pairs if word in keys}
        if len(found) > len(best):
            best = found
    return best if len(best) >= 3 else {}
