"""Read the fields of registrations from the cells of a table, part by part.

Rows are handled a thousand at a time, so that their cells stay in the processor's cache: this
makes an import more than twice as fast as with whole columns of 100,000 cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import repeat

from kiosk.domain.people.registration import COMPANIONS, is_companion, names_companions
from kiosk.domain.text import counted
from kiosk.importers.read.tables import Table
from kiosk.importers.understand import values
from kiosk.importers.understand.mapping import NAME_FIELDS, Mapping
from kiosk.importers.understand.statuses import is_yes, meaning_of
from kiosk.importers.understand.values import join_name
from kiosk.importers.understand.vocabulary import PHRASES

Pair = tuple[str, str]
_MAX_HEADS = 1000


class Fields:
    """Reads the fields of rows; caches repeated values and counts values that were cut."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self._mapping = mapping
        self._empty = mapping.platform.empty_words
        self._texts: dict[str, values.Cleaned] = {}
        self._extra_columns = self._find_extra_columns(table)
        self._cut: Counter[tuple[str, int]] = Counter()

    def _raw(self, part: Table, field: str) -> list[str]:
        place = self._mapping.first(field)
        return part.columns[place] if place >= 0 else []

    def names(self, part: Table) -> tuple[list[str], list[str], list[str]]:
        """Shown, given and family names; a name for the badge is shown instead of the legal one."""
        none = [""] * part.count
        whole, given, middle, family, second, badge = (
            self._capped(values.names(raw, self._empty), values.MAX_NAME, "names") if raw else none
            for raw in (self._raw(part, name) for name in NAME_FIELDS)
        )
        given, family = values.parts(given, family), values.parts(family, given)
        middle, second = values.parts(middle, given), values.parts(second, family)
        whole = values.without_ends(whole)
        if second is not none:
            family = list(map(_joined, family, second))
        joined = whole
        if not (given is none and family is none) and "" in whole:
            order = self._mapping.family_first
            firsts = given if middle is none else list(map(_joined, given, middle))
            joined = [
                name or join_name(first, last, order)
                for name, first, last in zip(whole, firsts, family, strict=True)
            ]
            named = values.named(joined, self._empty)
            if named is not joined:  # "Unknown" and "Attendee"
                joined = named
                given, family = (
                    [part if name else "" for part, name in zip(parts, joined, strict=True)]
                    for parts in (given, family)
                )
        if badge is none:
            return joined, given, family
        shown = _filled(badge, joined)
        if given is none and family is none:
            # the legal name still finds the person
            parts = [
                _parts(legal) if name else ("", "")
                for name, legal in zip(badge, whole, strict=True)
            ]
            given, family = [first for first, _ in parts], [last for _, last in parts]
        return shown, given, family

    def buyers(self, part: Table) -> list[str]:
        """The buyer of each ticket, if the file has buyers."""
        buyers = values.names(self._raw(part, "buyer_name"), self._empty)
        if buyers or not self._mapping.any("buyer_given", "buyer_family"):
            return buyers
        none = [""] * part.count
        first = values.names(self._raw(part, "buyer_given"), self._empty) or none
        last = values.names(self._raw(part, "buyer_family"), self._empty) or none
        return [join_name(f, n, False) for f, n in zip(first, last, strict=True)]

    def emails(self, part: Table) -> list[str]:
        """The attendee's address, else the platform's substitute."""
        places = self._mapping.places("email")
        if not places:
            return [""] * part.count
        found = values.emails(part.columns[places[0]])
        correction = self._mapping.email_correction
        if correction >= 0:
            right = values.emails(part.columns[correction])
            found = _filled(right, found)
        for place in places[1:]:
            if "" not in found:
                break
            found = _filled(found, values.emails(part.columns[place]))
        return self._capped(found, values.MAX_EMAIL, "e-mail addresses")

    def phones(self, part: Table) -> Iterable[str]:
        """Phone numbers, with the dial code if it has its own column."""
        places = self._mapping.places("phone")
        if not places:
            return repeat("")
        found = values.phones(part.columns[places[0]])
        for place in self._stand_ins("phone"):
            found = _filled(found, values.phones(part.columns[place]))
        numbers = self._capped(found, values.MAX_SHORT, "phone numbers")
        dials = values.codes(self._raw(part, "dial_code"))
        if not dials:
            return numbers
        return [
            f"{dial} {number}"
            if number and dial and number[:1] != "+" and not number.startswith(dial)
            else number
            for dial, number in zip(dials, numbers, strict=True)
        ]

    def _stand_ins(self, field: str) -> list[int]:
        """Further columns with the heading of the first; they fill its gaps."""
        places = self._mapping.places(field)
        keys = self._mapping.keys
        return [place for place in places[1:] if keys[place] == keys[places[0]]]

    def text(self, part: Table, field: str) -> Iterable[str]:
        """A field with repeated values: company, ticket type."""
        raw = self._raw(part, field)
        if not raw:
            return repeat("")
        memory = self._texts.get(field)
        if memory is None:
            empty = self._empty | values.NO_COMPANY if field == "company" else self._empty
            memory = self._texts[field] = values.Cleaned(empty)
        found = list(map(memory.__getitem__, raw))
        return self._capped(found, values.MAX_SHORT, f"values of {field.replace('_', ' ')}")

    def ticket_types(self, part: Table) -> Iterable[str]:
        """Ticket types, with the product's variation."""
        kinds = self.text(part, "ticket_type")
        if self._mapping.first("variation") < 0:
            return kinds
        return [
            f"{kind} – {variation}" if kind and variation else kind or variation
            for kind, variation in zip(kinds, self.text(part, "variation"), strict=False)
        ]

    def extra(self, part: Table) -> Iterable[tuple[Pair, ...]]:
        """(heading, value) pairs of all columns without a field."""
        if not self._extra_columns:
            return repeat(())
        columns = [
            [(heading, v) if v else None for v in values.tidied(part.columns[place], values.clean)]
            if memory is None
            else list(map(memory.__getitem__, part.columns[place]))
            for place, heading, memory in self._extra_columns
        ]
        return [tuple(filter(None, pairs)) for pairs in zip(*columns, strict=True)]

    def _find_extra_columns(self, table: Table) -> list[tuple[int, str, _Pairs | None]]:
        """Place, heading, and a cache of pairs for columns with repeated values."""
        mapping = self._mapping
        used = {place for field in _CONSUMED for place in mapping.places(field)[:1]}
        used.update(mapping.places("code", "dropped"))
        used.update(place for field in ("email", "phone") for place in self._stand_ins(field))
        used -= mapping.answers
        if mapping.any("badge_name") and not mapping.any("given_name", "family_name"):
            used.discard(mapping.first("name"))  # the legal name stays readable
        if mapping.platform.name == "kiosk":
            used.add(mapping.first("buyer_name"))
        if mapping.email_correction >= 0:
            used.discard(mapping.first("email"))
            used.add(mapping.email_correction)
        guests = mapping.first("guests")
        if guests >= 0 and any(map(_has_companion, set(table.columns[guests]))):
            used.discard(guests)
            if not names_companions(table.headings[guests]):
                mapping.companions |= {guests}
        empty = self._empty if mapping.platform.name == "tito" else frozenset()
        found: list[tuple[int, str, _Pairs | None]] = []
        seen: Counter[str] = Counter()
        for place, heading in enumerate(table.headings):
            shown = COMPANIONS if place in mapping.companions else heading
            shown = shown or f"Column {place + 1}"
            seen[shown] += 1
            if place in used or not any(table.columns[place]):
                continue
            if seen[shown] > 1:
                shown = f"{shown} ({seen[shown]})"
            sample = table.columns[place][:1000]
            repeats = bool(empty) or len(set(sample)) * 2 <= len(sample)
            found.append((place, shown, _Pairs(shown, empty) if repeats else None))
        return found

    def _capped(self, found: list[str], limit: int, what: str) -> list[str]:
        if found and max(map(len, found)) > limit:
            self._cut[what, limit] += sum(len(value) > limit for value in found)
            return [value[:limit].rstrip() for value in found]
        return found

    def warnings(self) -> list[str]:
        """A sentence for each kind of value that was cut."""
        return [
            f"Longer than {limit:,} characters, and cut: {number:,} {what}."
            for (what, limit), number in self._cut.items()
        ]


_CONSUMED = (
    *NAME_FIELDS,
    *("email", "phone", "dial_code", "company", "ticket_type", "variation", "order_code"),
    *("position", "ticket_id", "status", "quantity", "guests", "adults", "children"),
)
"""Fields that are not extra columns; of several columns of one field, the first."""


def _filled(first: list[str], second: list[str]) -> list[str]:
    """The first values, with their gaps filled from the second ones."""
    return [one or other for one, other in zip(first, second, strict=True)]


def _joined(first: str, second: str) -> str:
    return f"{first} {second}".strip()


def _parts(name: str) -> tuple[str, str]:
    """Given and family name of a whole name: the last word is the family name."""
    first, _, last = name.rpartition(" ")
    return first, last


class _Pairs(dict[str, "tuple[str, str] | None"]):
    """A cache from cell to (heading, value), None for an empty cell."""

    def __init__(self, heading: str, empty: frozenset[str]) -> None:
        super().__init__({"": None})
        self._heading = heading
        self._empty = empty

    def __missing__(self, cell: str) -> tuple[str, str] | None:
        value = cell.strip() if cell.isascii() else values.clean(cell)
        pair = (self._heading, value) if value and value not in self._empty else None
        self[cell] = pair
        return pair


def heads_of(
    table: Table, mapping: Mapping, orders: list[str], warnings: list[str]
) -> list[int] | None:
    """The number of people each row admits; None if every row admits one."""
    columns = {
        field: table.columns[place]
        for field in ("quantity", "adults", "children", "guests", "name")
        if (place := mapping.first(field)) >= 0
    }
    tickets = values.counts(columns["quantity"]) if "quantity" in columns else None
    ages = [values.counts(columns[age]) for age in ("adults", "children") if age in columns]
    if tickets is None and "adults" in columns and (known := [age for age in ages if age]):
        tickets = [sum(row) for row in zip(*known, strict=True)]
    elif tickets is None and ages and ages[0]:  # only the attendee's children
        tickets = [1 + children for children in ages[0]]
    more = _guest_counts(columns["guests"]) if "guests" in columns else None
    named = None if more else _companion_names(table, mapping, warnings)
    if more is None and named is None and "name" in columns:
        more = _named_companions(columns["name"])
    if tickets is not None and orders:
        tickets = _ticket_per_row(tickets, orders)
    if tickets is None and more is None and named is None:
        _warn_several_in_a_name(columns.get("name", []), warnings)
        return None
    ones, zeros = [1] * table.count, [0] * table.count
    heads = [max(t, 1) + g for t, g in zip(tickets or ones, more or zeros, strict=True)]
    if named is not None:  # a number of people counts the named ones as well
        heads = [max(h, 1 + companions) for h, companions in zip(heads, named, strict=True)]
    many = sum(head > _MAX_HEADS for head in heads)
    if many:
        warnings.append(
            f"{counted(many, 'row claims', 'rows claim')} more than {_MAX_HEADS:,} people; one "
            f"person each is counted."
        )
        heads = [1 if head > _MAX_HEADS else head for head in heads]
    if "name" in columns:
        alone = [name for name, head in zip(columns["name"], heads, strict=True) if head == 1]
        _warn_several_in_a_name(alone, warnings)
    return heads


def _companion_names(table: Table, mapping: Mapping, warnings: list[str]) -> list[int] | None:
    """Companions who have columns for their names: `Partner first name`, or no heading at all."""
    used = mapping.used
    places = [
        i
        for i, heading in enumerate(table.headings)
        if is_companion(heading) and i not in used and _has_no_number(table.columns[i])
    ]
    places = [  # `Family: Bride` is a side, `Family: Raj, Anu` are people
        i
        for i in places
        if mapping.keys[i] != "family"
        or any(len(_BETWEEN_NAMES.split(cell.strip())) > 1 for cell in table.columns[i])
    ]
    # `nom du conjoint` is the family name where `prénom du conjoint` is there, too
    family_names = {key.removeprefix("pré") for key in mapping.keys if key.startswith("prénom")}
    places = [i for i in places if mapping.keys[i] not in family_names]
    places = [i for i in places if mapping.keys[i] != "guest" or _are_names(table.columns[i])]
    unlabelled = _names_without_heading(table, mapping, places)
    if not places and not unlabelled:
        return None
    listed = [table.quoted(place) for place in places]
    if unlabelled:
        numbers = ", ".join(str(place + 1) for place in unlabelled)
        listed.append(f"{numbers} (without a heading)")
    has = "Columns {} have" if len(places) + len(unlabelled) > 1 else "Column {} has"
    warnings.append(
        f"{has.format(', '.join(listed))} names of companions: each is one more person on the "
        "ticket."
    )
    mapping.companions |= frozenset(unlabelled)
    columns = [table.columns[place] for place in sorted((*places, *unlabelled))]
    is_family = _is_family(mapping)
    return [
        _companions(own.strip().casefold(), list(map(str.strip, row)), is_family)
        for own, row in zip(_own_names(table, mapping), zip(*columns, strict=True), strict=True)
    ]


def _companions(own: str, cells: list[str], is_family: bool) -> int:
    """The number of names in the cells, without the attendee's own.

    Of a family (`Sharma`), one of the members is the attendee.
    """
    names = [name.casefold() for cell in cells for name in _BETWEEN_NAMES.split(cell)]
    others = sum(map(_guests, cells)) - names.count(own)
    return max(0, others - (is_family and own not in names))


def _own_names(table: Table, mapping: Mapping) -> list[str]:
    """The attendee's name in each row, or the family name."""
    place = next((p for f in ("name", "family_name") if (p := mapping.first(f)) >= 0), -1)
    return table.columns[place] if place >= 0 else [""] * table.count


def _is_family(mapping: Mapping) -> bool:
    """Whether the family name is all that names a row."""
    return mapping.any("family_name") and not mapping.any("name", "given_name")


def _has_no_number(column: list[str]) -> bool:
    """Whether a column has filled cells, and none is a number."""
    cells = list(map(str.strip, column))
    return any(cells) and not any(map(str.isdigit, cells))


def _names_without_heading(table: Table, mapping: Mapping, known: list[int]) -> list[int]:
    """Columns of companions without a heading; those next to names may have given names only."""
    own = [place for f in ("name", "given_name", "family_name") if (place := mapping.first(f)) >= 0]
    used = mapping.used
    if not own or "" not in table.headings:
        return []
    is_lower = sum(map(str.islower, table.columns[own[0]])) * 2 > table.count
    found: list[int] = []
    for place, heading in enumerate(table.headings):
        cells = [cell for raw in table.columns[place] if (cell := raw.strip())]
        if heading or place in used or len(cells) < (1 if place - 1 in (*known, *found) else 2):
            continue
        has_gaps = len(cells) < table.count or _is_family(mapping)
        follows = has_gaps and place - 1 in (*own, *known, *found)
        if _are_names(cells, is_lower, 1 if follows else 2):
            found.append(place)
    return found


def _are_names(column: list[str], is_lower: bool = False, words: int = 2) -> bool:
    """Whether most filled cells are different names of at least so many words."""
    cells = [cell for raw in column if (cell := raw.strip())]
    names = sum(_is_companion(cell, is_lower, words) for cell in cells)
    return names * 5 >= len(cells) * 4 and len(set(cells)) * 2 >= len(cells)


_WORDS = re.compile(r"[^\W\d_][^\d@:;/|_!?()]{0,60}")


def _is_companion(cell: str, is_lower: bool, words: int) -> bool:
    """Whether a cell is a name of at least so many words."""
    if not _WORDS.fullmatch(cell) or not words <= len(cell.split()) <= 5:
        return False
    return (is_lower or not cell[0].islower()) and is_yes(cell) is None and not meaning_of(cell)


def _guest_counts(column: list[str]) -> list[int] | None:
    """Companions of each row: a number, a yes, or the companions' names."""
    counts = {value: _guests(value.strip()) for value in set(column)}
    return [counts[value] for value in column] if any(counts.values()) else None


def _guests(value: str) -> int:
    if (word := value.casefold()) in _NUMBER_WORDS:
        return _NUMBER_WORDS[word]
    if values.LEADING_NUMBER.match(value):
        return (values.counts([value]) or [0])[0]
    if not value or value.casefold() in PHRASES["no_one"]:
        return 0
    names = _BETWEEN_NAMES.split(value)
    if len(names) > 1 and all(_is_companion(name, False, 1) for name in names):
        return len(names)
    return int(is_yes(value) is not False)


_BETWEEN_NAMES = re.compile(r"\s*[,;&/\n]\s*(?:and\s+)?|\s+(?:and|und|et|y|e)\s+")


def _has_companion(cell: str) -> bool:
    """Whether a cell of a number of companions has a name: `Karim Benali`, `2 (Lena, Tom)`."""
    text = _COUNT.sub("", cell).strip("() ")
    if text.casefold() in _NUMBER_WORDS.keys() | PHRASES["no_one"]:
        return False
    return any(_is_companion(name, False, 1) for name in _BETWEEN_NAMES.split(text))


_COUNT = re.compile(r"^\s*\+?\s*\d+[\s.:x-]*")
_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def _warn_several_in_a_name(names: list[str], warnings: list[str]) -> None:
    """A sentence about names of couples and families, which admit one person."""
    together = "\n".join(names).casefold()
    if not any(sign in together for sign in (*(f" {word}" for word in _ANDS), *_FAMILIES)):
        return
    found = [name for name in names if _SEVERAL.search(name)]
    if found:
        listed = ", ".join(name.strip()[:40] for name in found[:3])
        looks = counted(len(found), "name looks", "names look")
        warnings.append(
            f"{looks} like more than one person ({listed}): each ticket admits one. If more come, "
            'add a column "People" with their number, and import again.'
        )


_ANDS = ("& ", "and ", "und ", "et ", "y ", "e ", "и ", "та ", "і ", "en ", "og ", "och ", "ve ")
_FAMILIES = ("family", "familia", "família", "famille", "familie", "famiglia")
_BOTH = rf"(?:{'|'.join(_ANDS)}|AND |UND |ET )[^\W\d_]"
_SEVERAL = re.compile(rf"\b(?i:{'|'.join(_FAMILIES)})\b|^[^\W\d_]\S* {_BOTH}| {_BOTH}\S* [^\W\d_]")
"""`Raj & Priya Sharma`, `Ana Silva e Rui Dias`, `Sharma family`; not `Ortega y Gasset`."""


def _named_companions(names: list[str]) -> list[int] | None:
    """Companions behind a name: `Asha Rao +2`; None if there are none."""
    together = "\n".join(names)
    if "+" not in together:
        return None
    found = [
        int(match[2] or (1 if match[1] else 0)) if (match := values.PLUS.match(name)) else 0
        for name in names
    ]
    return found if any(found) else None


def _ticket_per_row(counts: list[int], orders: list[str]) -> list[int]:
    """Counts, with 1 for orders that have one row per ticket."""
    if max(counts, default=1) <= 1:
        return counts
    rows = Counter(orders)
    return [
        1 if count > 1 and order and rows[order] >= count else count
        for count, order in zip(counts, orders, strict=True)
    ]
