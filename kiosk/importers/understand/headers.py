"""Find the fields that a heading can mean, with the vocabulary."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kiosk.importers.understand import vocabulary
from kiosk.importers.understand.vocabulary import PIECES, WORDS, mentions, without_accents

_QUOTES = re.compile('["“”„«»`\ufeff\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_POSSESSIVE = re.compile(r"['’]s?\b")
_NUMERO = re.compile(r"\bn[°º]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s_\-–—.,:;/|\\()\[\]{}<>?!¿¡'’‘&+=*†‡·•・、。（）؟،٫~^]+")
_PLUS_ONE = re.compile(r"\+ ?1(?:['’]?s)?(?!\d)")
_PARTS = re.compile(r"\s*(?:/|\||\n|\(|\)|（|）|\[|\]| - | – | — |·|•)\s*")
_CELLS = re.compile(r"[;,\t|]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_LONGEST = 2000
"""Characters read of a heading; a quote that never closes can make it millions."""

Meaning = tuple[str, int]
"""A field and the confidence that it is meant, 1 to 100."""


@lru_cache(maxsize=4096)
def heading_key(heading: str) -> str:
    """A heading in the form of the vocabulary: folded, punctuation as spaces, `#` as `number`."""
    text = unicodedata.normalize("NFKC", _NUMERO.sub("n ", heading[:_LONGEST]))
    text = _PLUS_ONE.sub(" plus one ", _QUOTES.sub("", text).casefold())
    text = _POSSESSIVE.sub(" ", text).replace("#", " number ").replace("№", " number ")
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _table(source: dict[str, dict[int, str]]) -> dict[str, list[Meaning]]:
    table: dict[str, list[Meaning]] = {}
    for field, by_weight in source.items():
        for weight, phrases in by_weight.items():
            for phrase in phrases.replace("\n", "").split("|"):
                meanings = table.setdefault(heading_key(phrase), [])
                if all(known != field for known, _ in meanings):
                    meanings.append((field, weight))
    table.pop("", None)
    return table


@lru_cache(maxsize=1)
def _exact() -> dict[str, list[Meaning]]:
    return _table(vocabulary.EXACT)


@lru_cache(maxsize=1)
def _inside() -> list[tuple[str, str, int]]:
    """(phrase, field, weight), the longest phrase first."""
    phrases = [
        (phrase, field, weight)
        for phrase, meanings in _table(vocabulary.INSIDE).items()
        for field, weight in meanings
    ]
    return sorted(phrases, key=lambda entry: (-len(entry[0]), -entry[2]))


@lru_cache(maxsize=4096)
def meanings(heading: str) -> tuple[Meaning, ...]:
    """Fields that a heading can mean, the most certain first; empty for a question or remark.

    A whole match comes first, then the match of one part of a heading in two languages
    (`Číslo vstupenky / Ticket Number`), then a phrase inside a question.
    """
    key = heading_key(heading)
    if not key or len(heading) > _LONGEST:
        return ()
    if in_brackets := _part_in_brackets(heading):
        return (in_brackets,)
    for form in _forms(heading, key):
        whole = _whole(form) or _of_person(form) or _of_ticket(form)
        if whole:
            return tuple(sorted(whole, key=lambda meaning: -meaning[1]))
    badge = _badge_name(key)
    if badge:
        return badge
    if _asks_for_companions(key):
        return (("guests", 40),)
    *before, last = key.split()
    if before and last in WORDS["on_a_day"]:
        last = before.pop()
    is_paid = last in WORDS["paid"] and WORDS["not_paid"].isdisjoint(before)
    if is_paid and len(before) <= 3:
        return (("paid_flag", 70),)
    if _asks_to_attend(key):
        return (("attending_flag", 50),)
    numbered = re.fullmatch(r"(.*\D)[\s]*([2-9])", key)
    if numbered and numbered[1].strip() in _exact():
        return tuple((f, w - 25) for f, w in _exact()[numbered[1].strip()] if f == "email")
    spaced = key if " " in heading.strip() else heading_key(_CAMEL.sub(" ", heading))
    if mentions(spaced, "others"):
        return ()
    parts = [part for part in _PARTS.split(heading) if part]
    if len(parts) > 1:
        for part in parts:
            exact = [m for m in _exact().get(heading_key(part), ()) if m[1] >= 75]
            if exact and exact[0][0] in _PART_FIELDS and _fits(exact[0][0], key):
                return ((exact[0][0], exact[0][1] - 10),)
    return _phrase_inside(spaced)


_BRACKETS = re.compile(r"(.+?)\s*[(\[](.+)[)\]]")


def _part_in_brackets(heading: str) -> Meaning | None:
    """The part of a name behind it, as form programs write it: `Name (Vorname)`; and companions
    with a remark: `Plus one (name or Y/N)`."""
    found = _BRACKETS.fullmatch(heading.strip())
    if found is None:
        return None
    outer = [field for field, weight in _exact().get(heading_key(found[1]), ()) if weight >= 80]
    meanings = _exact().get(heading_key(found[2]), ())
    if "guests" in outer[:1] and not meanings:
        return "guests", 70
    if "name" not in outer:
        return None
    return next((m for m in meanings if m[0] in _PARTS_OF_NAMES and m[1] >= 80), None)


_PARTS_OF_NAMES = ("given_name", "middle_name", "family_name")


def _whole(form: str) -> list[Meaning]:
    """Meanings of a whole heading, also when it is typed without accents (`Acompanantes`)."""
    if found := _exact().get(form):
        return found
    if len(form) >= 4 and form.isascii() and (found := _without_accents().get(form)):
        return found
    name = _LANGUAGES.sub(" ", f" {form} ").strip()
    if name and name != form:
        return [(f, w - 10) for f, w in _exact().get(name, ()) if f in _NAMES and w >= 80]
    return []


_NAMES = ("name", "given_name", "family_name")
_LANGUAGES = re.compile(
    r" (?:in )?(?:english|chinese|korean|japanese|hindi|marathi|urdu|arabic|latin|roman|kanji|"
    r"thai|hebrew|russian|local language|native language|native script|en|eng|kr|ko|kor|zh|cn|"
    r"jp|ja|ar|ara|hi|ur|ru)(?: letters| script| characters| alphabet)? "
)
"""The language of a name, as in `nameEn` and `Chinese name`."""


@lru_cache(maxsize=1)
def _without_accents() -> dict[str, list[Meaning]]:
    """The accented headings without their accents, where that is no other heading."""
    table: dict[str, list[Meaning]] = {}
    for key, known in _exact().items():
        plain = without_accents(key)
        sure = [meaning for meaning in known if meaning[1] >= 70]
        if sure and plain != key and plain.isascii() and plain not in _exact():
            table.setdefault(plain, sure)
    return table


def _forms(heading: str, key: str) -> list[str]:
    """The key of a heading, and the same with its usual variations taken out."""
    spaced = heading_key(_CAMEL.sub(" ", heading))
    plain = _VARIATIONS.sub(lambda found: _PLAIN_FORM[found[0]], spaced)
    bare = _ENDINGS.sub("", _BEGINNINGS.sub("", plain))
    comment = key.removeprefix("number ") if heading.startswith("#") else key
    return list(dict.fromkeys((key, spaced, plain, bare, comment)))


_PLAIN_FORM = {
    "fullname": "full name", "firstname": "first name", "lastname": "last name",
    "surname name": "surname", "ticket holder": "ticketholder",
    "code barre": "code barres", "fullnames": "full name", "full names": "full name",
    "emailid": "email id", "no of": "number of", "nos of": "number of", "num of": "number of",
    "nr of": "number of", "count of": "number of", "checkedin": "checked in",
    "paid by": "buyer", "purchased by": "buyer", "phonenumber": "phone number",
    "mobilenumber": "mobile number",
}  # fmt: skip
_VARIATIONS = re.compile(r"\b(?:" + "|".join(_PLAIN_FORM) + r")\b")
_BEGINNINGS = re.compile(
    r"^(?:(?:please )?(?:enter|write|provide|type|give)(?: us)?(?: your| the)?|total|what is your|"
    r"what s your|your|my|\d{1,2}) (?=\w)"
)
_ENDINGS = re.compile(
    r" (?:required|optional|mandatory|utc|gmt|local time|in full|in block letters|in capitals|"
    r"in capital letters|yyyy mm dd|dd mm yyyy|of the attendee|y n|yes no|yes or no|oui non|"
    r"ja nein|sí no|si no|sim não|sì no|ja nee|да нет|true false)$"
)


def bare_key(key: str) -> str:
    """A heading's key without the words for an attendee: `nom participant` is `nom`."""
    rest = [word for word in key.split() if word not in WORDS["attendee"]]
    while rest and rest[0] in WORDS["joining"]:
        rest.pop(0)
    while rest and rest[-1] in WORDS["joining"]:
        rest.pop()
    return " ".join(rest)


def _of_person(key: str) -> list[Meaning]:
    """Meanings of a heading such as `Nom participant` or `Prénom payeur`: person and field."""
    words = key.split()
    for people, fields, weight in (
        (WORDS["attendee"], _ATTENDEE_FIELDS, 95 if "registrant" in words else 100),
        (WORDS["buyer"], _BUYER_FIELDS, 80),
    ):
        if people.isdisjoint(words):
            continue
        rest = [word for word in words if word not in people and word not in WORDS["joining"]]
        for field, certainty in _exact().get(" ".join(rest), ()):
            if field in fields and certainty >= 60:
                return [(fields[field], weight)]
    return []


_ATTENDEE_FIELDS = {
    field: field
    for field in ("name", "given_name", "middle_name", "family_name", "email", "phone", "company")
}
_BUYER_FIELDS = {
    "name": "buyer_name",
    "given_name": "buyer_given",
    "family_name": "buyer_family",
    "email": "buyer_email",
}


def _badge_name(key: str) -> tuple[Meaning, ...]:
    """The name that an attendee goes by, or wants on the badge."""
    if len(key) > 200 or mentions(key, "not_a_name"):
        return ()
    is_called = any(piece in f" {key} " for piece in PIECES["called"])
    is_on_badge = all(any(piece in key for piece in PIECES[what]) for what in ("badge", "name"))
    return (("badge_name", 70),) if is_called or is_on_badge else ()


def _of_ticket(key: str) -> list[Meaning]:
    """Meanings of a number or a status of something: `Nº ingresso`, `Statut du participant`."""
    words = {word for word in key.split() if word not in WORDS["joining"]}
    for nouns, number, status in _NUMBERED:
        kind = words - nouns
        if len(words) < 2 or len(words - kind) != 1 or " of " in key:
            continue
        if number and kind <= WORDS["number"]:
            return [(number, 80)]
        if kind <= WORDS["status"]:
            return [(status, 90)]
    return []


_NUMBERED = (
    (WORDS["ticket"], "code", "status"),
    (WORDS["order"], "order_code", "order_status"),
    (WORDS["one_attendee"], "ticket_id", "status"),
    (frozenset({"barcode", "barras", "barre", "barres"}), "code", "status"),
    (WORDS["payment"], "", "payment_status"),
)


def _asks_for_companions(key: str) -> bool:
    """Whether a question asks how many people an attendee brings."""
    if mentions(key, "not_a_number") or _IS_COMPANION.match(key):
        return False
    return _has_piece(key, "companions")


_IS_COMPANION = re.compile(r"is (?:an? |the )?(?:plus one|companion|guest)|plus one (?:of|for)\b")
"""Headings about a companion's own row, which brings nobody else."""


def _asks_to_attend(key: str) -> bool:
    """Whether a question asks if the person comes to the event, not to a part of it."""
    return _has_piece(f" {key} ", "will_attend") and not mentions(key, "part_of_event")


def _has_piece(text: str, pieces: str) -> bool:
    """Whether a text has one of these pieces, with or without accents."""
    return any(piece in text or without_accents(piece) in text for piece in PIECES[pieces])


def means(heading: str, *fields: str) -> bool:
    """Whether a heading surely means one of these fields."""
    known = meanings(heading.strip())
    return bool(known) and known[0][0] in fields and known[0][1] >= 60


_PART_FIELDS = vocabulary.words(
    "name given_name family_name email phone company code order_code ticket_type ticket_id "
    "timestamp status quantity"
)


def _fits(field: str, key: str) -> bool:
    """Whether the other words of a heading allow this field."""
    if field == "company" and len(set(key.split())) > 14:
        return False
    return field not in _EXCLUDED_BY or not mentions(key, _EXCLUDED_BY[field])


_EXCLUDED_BY = {
    "email": "not_a_value",
    "phone": "not_a_value",
    "company": "not_the_company",
    **dict.fromkeys(_NAMES, "not_a_name"),
    "status": "not_a_status",
    "payment_status": "not_a_status",
}
"""Field to the words with which a heading means something else."""


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase, _, _ in _inside())


def _phrase_inside(key: str) -> tuple[Meaning, ...]:
    if _first_words().isdisjoint(key.split()) and (key.isascii() or not any(map(_unspaced, key))):
        return ()
    padded = f" {key} "
    found: dict[str, int] = {}
    for phrase, field, weight in _inside():
        spaced = f" {phrase} " in padded
        if not spaced and not (_unspaced(phrase) and phrase in key):
            continue
        if field not in found and _fits(field, key):
            found[field] = weight
    if "given_name" in found and "family_name" in found:
        return (("name", 60),)
    part = "given_name" if "given_name" in found else "family_name"
    if "name" in found and part in found:
        # "name and surname" is the whole name, though it contains "surname"
        found.pop("name" if found["name"] < found[part] else part)
    if "name" in found and "company" in found:
        found.pop("name")
    # a long text that mentions a word is a question, not a heading
    if len(key) > 200:
        return ()
    longer = len(key.split())
    if longer > 12:
        found = {f: w for f, w in found.items() if f in ("name", "email", "phone", "company")}
    if found.get("status") and longer > 3:
        found.pop("status")
    return tuple(sorted(found.items(), key=lambda meaning: -meaning[1]))


def _unspaced(phrase: str) -> bool:
    """Whether the script has no spaces between words: Han, kana, Hangul compounds, Thai."""
    return all(char >= "\u0e00" and not "\u0fff" < char < "\u2e80" for char in phrase)


def recognised(headings: list[str]) -> int:
    """The confidence that a row is the row of headings: a sum over its cells, 0 for none."""
    total = 0
    fields: set[str] = set()
    for heading in headings:
        if not heading or len(heading) > 400:
            continue
        known = meanings(heading.strip())
        if not known:
            continue
        field, weight = known[0]
        total += 3 if weight >= 60 else 1
        if field not in fields:
            fields.add(field)
            total += 2 if field in _IDENTIFYING else 0
    return total


_IDENTIFYING = vocabulary.words(
    "name given_name family_name email code ticket_id order_code timestamp buyer_name"
)


def non_ascii_headings(text: str) -> int:
    """The number of known headings with non-ASCII letters in the first lines of a text."""
    best = 0
    for line in text.lstrip().splitlines()[:12]:
        if line.isascii():
            continue
        cells = _CELLS.split(line[:20_000])
        known = sum(
            1 for cell in cells[:300] if not cell.isascii() and heading_key(cell) in _exact()
        )
        best = max(best, known)
    return best


def hinted_code_pages(text: str) -> frozenset[str]:
    """Code pages that the language of ASCII headings suggests (`Soyad` is Turkish)."""
    keys = {heading_key(cell) for line in text.splitlines()[:12] for cell in _CELLS.split(line)}
    return frozenset(
        page for page, known in vocabulary.CODE_PAGE_HINTS.items() if not known.isdisjoint(keys)
    )
