"""Map the columns of a table to fields of a registration, by headings and cells."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping as Mapped
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kiosk.domain.people.field_words import FIELD_SYNONYMS
from kiosk.errors import Action, FileRefused, KioskError
from kiosk.importers import refusals
from kiosk.importers.pretix import words
from kiosk.importers.read.tables import Table
from kiosk.importers.understand import headers, platforms, statuses, vocabulary
from kiosk.importers.understand.platforms import Platform

FIELDS = tuple(vocabulary.EXACT)
STATUS_FIELDS = (
    "status",
    "order_status",
    "payment_status",
    "paid_flag",
    "confirmed_flag",
    "attending_flag",
    "cancel_flag",
    "blocked_flag",
    "waitlist_flag",
)
_MANY = frozenset((*STATUS_FIELDS, "code", "email", "weak_id", "arrived", "arrived_at"))
_PERSON = ("name", "given_name", "family_name", "email", "phone", "company")
_BOOKER = {"name": "buyer_name", "given_name": "buyer_given", "family_name": "buyer_family"}
_COLUMN_OF = {"heads": "quantity", "guest_of": "buyer_name"}
"""Fields of a registration that a file has under another name."""
_SYNONYMS = {
    **{word: _COLUMN_OF.get(name, name) for word, name in FIELD_SYNONYMS.items()},
    "heads": "quantity",
    "guest of": "buyer_name",
    "payment": "payment_status",
    "barcode": "code",
    "secret": "code",
    "id": "ticket_id",
    "attendee id": "ticket_id",
    "checked in": "arrived",
    "check in": "arrived",
    "arrived at source": "arrived",
}
_INTERNAL = frozenset(("weak_id", "addon_to", "timestamp", "dial_code", "event_name"))
_SAMPLE = 400


@dataclass(slots=True)
class Mapping:
    """The columns of each field, the most certain first."""

    platform: Platform
    columns: dict[str, list[int]]
    keys: list[str]
    weights: dict[int, int]
    """Column to the confidence of its field, 1 to 100."""
    family_first: bool = False
    named: frozenset[str] = frozenset()
    """Fields that a person chose."""
    email_correction: int = -1
    """A second e-mail column (`Email Address2`) that overrides the first if filled."""

    def first(self, name: str) -> int:
        """The column of a field; -1 if there is none."""
        places = self.columns.get(name)
        return places[0] if places else -1

    def any(self, *names: str) -> bool:
        return any(self.columns.get(name) for name in names)

    @property
    def sure(self) -> bool:
        """Whether a row identifies a person."""
        if self.any("name", "given_name", "family_name", "email", "ticket_id"):
            return True
        return any(self.weights.get(i, 0) >= 75 for i in self.columns.get("code", ()))


def field_name(word: str) -> str:
    """The field that a person means by `word`.

    Raises:
        KioskError: `field_unknown`, naming the nearest valid word.
    """
    key = headers.heading_key(word)
    plain = key.replace(" ", "_")
    if plain in FIELDS:
        return plain
    if key in _SYNONYMS:
        return _SYNONYMS[key]
    known = headers.meanings(word)
    if known and known[0][1] >= 60:
        return known[0][0]
    public = [name for name in FIELDS if not name.endswith("_flag") and name not in _INTERNAL]
    near = difflib.get_close_matches(plain, public, 1, 0.0)[0]
    raise KioskError(
        "field_unknown",
        f'There is no field "{word[:60]}".',
        saved="Nothing was imported.",
        next_step=f"Did you mean {near}? Fields are: {', '.join(public)}.",
    )


def named_columns(path: Path, table: Table, columns: Mapped[str, str] | None) -> dict[str, int]:
    """Field to column, for the columns that a person chose.

    Raises:
        KioskError: `field_unknown` or `header_unknown`, with the nearest valid word.
    """
    keys = [headers.heading_key(heading) for heading in table.headings]
    places: dict[str, int] = {}
    for word, heading in (columns or {}).items():
        name = field_name(word)
        if heading in table.headings:
            places[name] = table.headings.index(heading)
            continue
        key = headers.heading_key(heading)
        if key not in keys:
            raise _header_unknown(path, table, heading)
        places[name] = keys.index(key)
    return places


def _header_unknown(path: Path, table: Table, heading: str) -> KioskError:
    listed = [h for h in table.headings if h]
    near = difflib.get_close_matches(heading, listed, 1, 0.0)
    hint = f'Did you mean "{near[0]}"? ' if near else ""
    return refusals.refused(
        "header_unknown",
        path,
        f'has no column "{heading[:80]}".',
        f"{hint}Its columns are: {_list_headings(table)}.",
    )


def columns_unsure(path: Path, table: Table) -> FileRefused:
    """The error for a file without a known name, e-mail or code: it lists the headings."""
    return refusals.refused(
        "columns_unsure",
        path,
        f"has no column that is surely a name, an e-mail address or a code. "
        f"Its columns are: {_list_headings(table)}.",
        "If the first row is a person, insert a row of headings above it.",
        Action.MAP_COLUMNS,
    )


def _list_headings(table: Table) -> str:
    """The headings for a message, 30 at most."""
    shown = [f'"{h[:60]}"' for h in table.headings if h]
    if len(shown) > 30:
        return ", ".join(shown[:30]) + f" and {len(shown) - 30} more"
    return ", ".join(shown)


def map_columns(table: Table, named: dict[str, int]) -> Mapping:
    """Find the field of each column; never raises, see `Mapping.sure`."""
    keys = [headers.heading_key(heading) for heading in table.headings]
    english = words.in_english(keys)
    platform = platforms.recognise(keys, frozenset(english.values()))
    if platform is platforms.SHEET and _is_form(table, keys):
        platform = platforms.GOOGLE_FORMS
    taken = set(named.values())
    wanted: dict[str, list[tuple[int, int]]] = {}
    seen: set[str] = set()
    for i, heading in enumerate(table.headings):
        key = english.get(keys[i], keys[i])
        if i in taken or not key:
            continue
        if key in seen and i >= table.booker_columns:
            continue  # of two columns with one heading the first is the attendee's
        if i >= table.booker_columns:
            seen.add(key)
        for name, weight in _meanings(platform, key, heading, english):
            name = _BOOKER.get(name, "") if i < table.booker_columns and name in _PERSON else name
            if name and name not in named and _can_be(name, weight, table, i):
                wanted.setdefault(name, []).append((weight, -i))
                break
    mapping = Mapping(platform, {}, keys, {}, named=frozenset(named))
    for name, candidates in wanted.items():
        candidates.sort(reverse=True)
        kept = candidates if name in _MANY else candidates[:1]
        mapping.columns[name] = [-place for _, place in kept]
        for weight, place in candidates:
            mapping.weights[-place] = weight
    for name, column in named.items():
        mapping.columns[name] = [column]
        mapping.weights[column] = 100
    _resolve(table, mapping)
    return mapping


def _is_form(table: Table, keys: list[str]) -> bool:
    for key, heading in zip(keys[:3], table.headings[:3], strict=False):
        known = headers.meanings(heading)
        if key and known and known[0][0] == "timestamp":
            return True
    return False


def _meanings(
    platform: Platform, key: str, heading: str, english: dict[str, str]
) -> tuple[headers.Meaning, ...]:
    if key in platform.fields:
        special = platform.fields[key]
        known = dict(headers.meanings(heading))
        return ((special, max(known.get(special, 0), 95)),) if special else ()
    return headers.meanings(key if key in english.values() else heading)


_NUMBER = re.compile(r"[\d.,\s]+")


def _sample(table: Table, column: int) -> list[str]:
    return [
        cell
        for raw in islice(table.columns[column], _SAMPLE)
        if (cell := raw.strip()) and cell not in ("-", "–", "—")
    ]


def _can_be(name: str, weight: int, table: Table, column: int) -> bool:
    """Whether the cells of a column can be values of a field."""
    if name in ("timestamp", "event_id", "event_name", "position"):
        return True
    cells = _sample(table, column)
    if not cells:
        return True
    if name in ("email", "buyer_email"):
        return any("@" in cell for cell in cells)
    if name in ("name", "given_name", "family_name"):
        odd = sum("@" in cell or bool(_NUMBER.fullmatch(cell)) for cell in cells)
        long = 0 if weight >= 80 else sum(len(cell) > 120 for cell in cells)
        yes_no = weight < 80 and all(statuses.is_yes(cell) is not None for cell in cells)
        return odd * 2 <= len(cells) - (weight < 80) and long * 2 < len(cells) and not yes_no
    if name == "code":
        spaced = sum(" " in cell and not cell.startswith("http") for cell in cells)
        return weight >= 90 or spaced * 2 < len(cells)
    if name in ("arrived",):
        return all(_arrival_word(cell) for cell in cells)
    if name in STATUS_FIELDS:
        return _can_be_status(name, weight, cells)
    if name == "quantity" and any(not _NUMBER.match(cell) for cell in cells):
        return sum(bool(_NUMBER.match(cell)) for cell in cells) * 2 > len(cells)
    if name == "guests":
        counted = sum(
            bool(re.match(r"\s*\+?\d", c)) or statuses.is_yes(c) is not None for c in cells
        )
        return counted * 2 > len(cells)
    if name == "phone":
        return any(char.isdigit() for cell in cells for char in cell)
    if name == "ticket_type" and weight <= 60:
        return not all(_NUMBER.fullmatch(cell) for cell in cells)
    return True


def _arrival_word(cell: str) -> bool:
    if statuses.is_yes(cell) is not None or not statuses.arrived(cell):
        return True
    if sum(char.isdigit() for char in cell) >= 3:
        return True
    key = statuses.status_key(cell)
    return key in statuses.ARRIVED_WORDS


def _can_be_status(name: str, weight: int, cells: list[str]) -> bool:
    numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in cells)
    amounts = numbers * 2 > len(cells) and any(cell not in ("0", "1") for cell in cells)
    if name in ("paid_flag", "cancel_flag") and amounts:
        return False
    known = sum(
        statuses.meaning_of(cell) is not None or statuses.is_yes(cell) is not None for cell in cells
    )
    if name in ("cancel_flag", "blocked_flag"):
        return True
    if name in ("status", "order_status") and weight >= 90:
        return numbers * 2 <= len(cells) or known > 0
    return known * 2 >= len(cells)


def _resolve(table: Table, mapping: Mapping) -> None:
    """Choose between whole names and parts, buyers and attendees, and several e-mails."""
    columns = mapping.columns
    _whole_or_part(table, mapping)
    if not mapping.any("name", "given_name", "family_name") and mapping.any(
        "buyer_name", "buyer_given", "buyer_family"
    ):
        for buyer, own in (
            ("buyer_name", "name"),
            ("buyer_given", "given_name"),
            ("buyer_family", "family_name"),
            ("buyer_email", "email"),
        ):
            if buyer in columns and own not in columns:
                columns[own] = columns.pop(buyer)
    elif "buyer_email" in columns and not mapping.any(*_PERSON[:4], "code"):
        columns["email"] = columns.pop("buyer_email")
    emails = columns.get("email", [])
    if "email" not in mapping.named:
        for i in emails[1:]:
            base = re.sub(r"\s*[2-9]$", "", mapping.keys[i])
            if base != mapping.keys[i] and base == mapping.keys[emails[0]]:
                mapping.email_correction = i
                emails.remove(i)
                break
    parts = [i for name in ("given_name", "family_name") for i in columns.get(name, ())]
    mapping.family_first = bool(parts) and all(
        not vocabulary.FAMILY_FIRST_HEADINGS.isdisjoint(mapping.keys[i].split()) for i in parts
    )
    if "dial_code" in columns and "phone" not in columns:
        del columns["dial_code"]
    if not mapping.any("code", "ticket_id"):
        _strong_id(table, mapping)


def _whole_or_part(table: Table, mapping: Mapping) -> None:
    columns = mapping.columns
    if mapping.named & {"name", "given_name", "family_name"}:
        return
    whole, given, family = (mapping.first(n) for n in ("name", "given_name", "family_name"))
    if whole >= 0 and given >= 0 and family >= 0:
        if mapping.weights[whole] < 80 and mapping.weights[given] >= 80:
            del columns["name"]  # a nickname in addition to the real name
        return
    if whole < 0 and (given < 0) != (family < 0):
        only = max(given, family)
        if mapping.keys[only] in vocabulary.EITHER_NAME_OR_PART:
            columns["name"] = columns.pop("given_name" if given >= 0 else "family_name")
        return
    if whole >= 0 and given >= 0:
        # `Name` or `Nom du participant` that does not contain the first name is the last name
        if mapping.weights[whole] >= 80 and not _contains(table, whole, given):
            columns["family_name"] = columns.pop("name")
    elif whole >= 0 and family >= 0:
        part = vocabulary.EITHER_NAME_OR_PART.get(mapping.keys[whole])
        if part is not None and not _contains(table, whole, family):
            columns["given_name"] = columns.pop("name")


def _contains(table: Table, whole: int, part: int) -> bool:
    """Whether names of one column contain those of another, in most rows."""
    both = [
        (long.casefold(), short.strip().casefold())
        for long, short in islice(
            zip(table.columns[whole], table.columns[part], strict=True), _SAMPLE
        )
        if long.strip() and short.strip()
    ]
    return bool(both) and sum(short in long for long, short in both) * 2 > len(both)


_STRONG = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{6,}")


def _strong_id(table: Table, mapping: Mapping) -> None:
    """Use a column `id` with long, mixed, unique values as the ticket's id."""
    for column in mapping.columns.get("weak_id", ()):
        if mapping.weights.get(column, 0) < 60:
            continue
        cells = _sample(table, column)
        if cells and len(set(cells)) == len(cells) and all(_STRONG.fullmatch(c) for c in cells):
            mapping.columns["ticket_id"] = [column]
            mapping.columns["weak_id"].remove(column)
            mapping.weights[column] = 90
            return
