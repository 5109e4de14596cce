"""Map the columns of a table to fields of a registration, by headings and cells."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Mapped
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from kiosk.domain.people.attendee import FIELD_SYNONYMS
from kiosk.domain.people.registration import PLURAL
from kiosk.domain.text import counted
from kiosk.errors import KioskError
from kiosk.importers import refusals
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
_MANY = frozenset(
    (*STATUS_FIELDS, "dropped", "code", "email", "phone", "weak_id", "arrived", "arrived_at")
)
_REPEATED = ("email", "phone")
"""Fields whose second column of the same heading fills the gaps of the first."""
NAME_FIELDS = (
    "name",
    "given_name",
    "middle_name",
    "family_name",
    "second_family_name",
    "badge_name",
)
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
    "attending": "attending_flag",
    "preferred name": "badge_name",
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
    ignored: frozenset[int] = frozenset()
    """Columns that a person left aside."""
    answers: frozenset[int] = frozenset()
    """Columns of answers to parts of the event (`RSVP Dinner`): one yes is enough."""
    companions: frozenset[int] = frozenset()
    """Columns with names of companions under a heading that does not say so."""

    def first(self, name: str) -> int:
        """The column of a field; -1 if there is none."""
        places = self.columns.get(name)
        return places[0] if places else -1

    def places(self, *names: str) -> list[int]:
        """The columns of these fields."""
        return [place for name in names for place in self.columns.get(name, ())]

    def any(self, *names: str) -> bool:
        return bool(self.places(*names))

    @property
    def has_name(self) -> bool:
        """Whether a column has the attendee's name, or a part of it."""
        return self.any("name", "given_name", "family_name")

    @property
    def used(self) -> frozenset[int]:
        """The columns that have a field, or that a person left aside."""
        return self.ignored.union(*self.columns.values())

    @property
    def fields(self) -> dict[int, str]:
        """The field of each column that has one."""
        return {place: name for name, places in self.columns.items() for place in places}

    @property
    def sure(self) -> bool:
        """Whether a row identifies a person."""
        if self.any("given_name", "family_name", "email"):
            return True
        if self.any("name") and (self.weights[self.first("name")] >= 45 or self.any("phone")):
            return True
        return any(self.weights.get(i, 0) >= 75 for i in self.places("code", "ticket_id"))


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


def named_columns(path: Path, table: Table, columns: Mapped[str, str]) -> dict[str, int]:
    """Field to column, for the columns that a person chose.

    Raises:
        KioskError: `field_unknown` or `header_unknown`, with the nearest valid word.
    """
    keys = table.keys
    places: dict[str, int] = {}
    for word, heading in columns.items():
        name = field_name(word)
        if heading in table.headings:
            places[name] = table.headings.index(heading)
            continue
        key = headers.heading_key(heading)
        if key not in keys:
            raise refusals.header_unknown(path, table, heading)
        places[name] = keys.index(key)
    return places


def ignored_columns(path: Path, table: Table, ignored: Iterable[str]) -> frozenset[int]:
    """The columns with the headings that a person left aside.

    Raises:
        KioskError: `header_unknown`, with the nearest heading.
    """
    keys = table.keys
    found: set[int] = set()
    for heading in ignored:
        key = headers.heading_key(heading)
        places = {i for i, known in enumerate(keys) if known == key}
        if not places:
            raise refusals.header_unknown(path, table, heading)
        found |= places
    return frozenset(found)


class _Candidate(NamedTuple):
    """A column that can have a field."""

    place: int
    weight: int


def map_columns(
    table: Table, named: dict[str, int], ignored: frozenset[int] = frozenset()
) -> Mapping:
    """Find the field of each column; never raises, see `Mapping.sure`."""
    keys = table.keys
    english = vocabulary.pretix_in_english(keys)
    platform = platforms.recognise(keys, frozenset(english.values()))
    if platform is platforms.SHEET and _is_form(table, keys):
        platform = platforms.GOOGLE_FORMS
    mapping = Mapping(platform, {}, keys, {}, named=frozenset(named), ignored=ignored)
    wanted = _candidates(table, mapping, english, {*named.values(), *ignored})
    _leave_companions(keys, wanted)
    for name, candidates in wanted.items():
        if name in NAME_FIELDS:
            candidates = _without_companions(table, keys, candidates)
            candidates = _with_less_weight(table, candidates, len, 2)
        elif name == "company":  # "Affiliation: Industry or Academia" next to "Institution"
            candidates = _with_less_weight(table, candidates, lambda cells: len(set(cells)), 1.5)
        candidates.sort(key=lambda candidate: (-candidate.weight, candidate.place))
        kept = candidates if name in _MANY else candidates[:1]
        if name == "email" and kept[0].weight >= 80:  # a remark about an e-mail stands in for none
            kept = [candidate for candidate in kept if candidate.weight >= 55]
        mapping.columns[name] = [candidate.place for candidate in kept]
        mapping.weights.update(candidates)
    for name, column in named.items():
        mapping.columns[name] = [column]
        mapping.weights[column] = 100
    _resolve(table, mapping)
    _find_answers(table, mapping)
    _count_answers(table, mapping)
    if not mapping.any(*STATUS_FIELDS):
        _find_status(table, mapping)
    return mapping


def _candidates(
    table: Table, mapping: Mapping, english: dict[str, str], taken: set[int]
) -> dict[str, list[_Candidate]]:
    """The columns that can have each field: the first field of each that its cells allow."""
    wanted: dict[str, list[_Candidate]] = {}
    seen: set[str] = set()
    for i, heading in enumerate(table.headings):
        key = english.get(mapping.keys[i], mapping.keys[i])
        if i in taken or not key:
            continue
        is_bookers = i < table.booker_columns
        is_repeated = key in seen and not is_bookers
        if not is_bookers:
            seen.add(key)
        for name, weight in _meanings(mapping.platform, key, heading, english):
            name = _BOOKER.get(name, "") if is_bookers and name in _PERSON else name
            if is_repeated and name not in _REPEATED:
                break  # of two columns with one heading the first is the attendee's
            if name == "name" and _are_order_numbers(table, i):
                name = "order_code"
            if name == "arrived" and _is_answer(table, i):
                name, weight = "attending_flag", min(weight, 70)
            if name and name not in mapping.named and _can_be(name, weight, table, i):
                wanted.setdefault(name, []).append(_Candidate(i, weight))
                break
    return wanted


def _with_less_weight(
    table: Table,
    candidates: list[_Candidate],
    measure: Callable[[list[str]], int],
    factor: float,
) -> list[_Candidate]:
    """Candidates for a field, with less weight where the cells measure so much less than another's:
    columns that are mostly empty, or that repeat few values."""
    if len(candidates) < 2:
        return candidates
    sizes = {place: measure(_sample(table, place)) for place, _ in candidates}
    most = max(sizes.values())
    return [
        _Candidate(place, max(1, weight - 30) if sizes[place] * factor < most else weight)
        for place, weight in candidates
    ]


def _without_companions(
    table: Table, keys: list[str], candidates: list[_Candidate]
) -> list[_Candidate]:
    """Names without a `Guest name` that has gaps where another column has none: a companion's."""
    complete = {place for place, _ in candidates if all(map(str.strip, table.columns[place]))}
    if not complete or len(candidates) < 2:
        return candidates
    kept = [
        candidate
        for candidate in candidates
        if candidate.place in complete or not _GUEST_NAME.fullmatch(keys[candidate.place])
    ]
    return kept or candidates


def _leave_companions(keys: list[str], wanted: dict[str, list[_Candidate]]) -> None:
    """Leave out names under a plural heading (`Guest names`) next to the attendee's own name."""
    names = wanted.get("name", [])
    companions = {name for name in names if re.fullmatch(PLURAL, keys[name.place])}
    others = [name for name in (*names, *wanted.get("given_name", ())) if name.weight >= 80]
    if set(others) - companions and companions:
        wanted["name"] = [name for name in names if name not in companions]
        if not wanted["name"]:
            del wanted["name"]


def _drop_companions_contact(mapping: Mapping) -> None:
    """Leave out `Guest email` next to a `Guest name` that is not the attendee's."""
    name, keys = mapping.first("name"), mapping.keys
    if name < 0 or _GUEST_NAME.fullmatch(keys[name]) or not any(map(_GUEST_NAME.fullmatch, keys)):
        return
    for field in {"email", "phone"} & mapping.columns.keys() - mapping.named:
        own = [i for i in mapping.columns[field] if not keys[i].startswith(("guest ", "guests "))]
        mapping.columns[field] = own
        if not own:
            del mapping.columns[field]


_GUEST_NAME = re.compile(r"(?:name of )?guests?(?: (?:full |first |last )?names?)?")


def _find_answers(table: Table, mapping: Mapping) -> None:
    """Find the columns of answers to the invitation, and report which of them decide."""
    if mapping.named.intersection(STATUS_FIELDS):
        return
    status, used = mapping.places("status"), mapping.used
    found = [
        place
        for place, key in enumerate(mapping.keys)
        if not _ANSWER.isdisjoint(key.split())
        and (place in status or (place not in used and _has_answers(table, place)))
    ]
    if not any(_is_yes(cell) for place in found for cell in _sample(table, place)):
        found = [place for place in found if place in status]
    invited = [place for place in found if "rsvp" in mapping.keys[place].split()]
    whole = [place for place in invited if mapping.weights.get(place, 0) >= 90]
    if len(invited) > 1:
        if len({mapping.keys[place] for place in whole}) == 1:
            _report_first(table, whole[0], [place for place in invited if place != whole[0]])
            return
        mapping.columns["status"] = list(dict.fromkeys((*status, *invited)))
        mapping.answers = frozenset(invited)
        table.warnings.append(
            f"The columns {table.listed(invited)} are answers to an invitation: a yes in one of "
            "them is enough, and a no in all of them is a canceled ticket. To leave a column out, "
            f"ignore it (--ignore {table.quoted(invited[0])})."
        )
    elif invited and not vocabulary.mentions(mapping.keys[invited[0]], "part_of_event"):
        mapping.columns["status"] = list(dict.fromkeys((*status, *invited)))
        if whole and (flags := mapping.places("attending_flag")):
            table.warnings.append(
                f"The columns {table.listed([*whole, *flags])} decide together who may enter: a "
                "no in one of them is a canceled ticket."
            )
    elif found and not mapping.any(*STATUS_FIELDS):
        columns = "Columns" if len(found) > 1 else "A column"
        table.warnings.append(
            f"{columns} with answers about parts of the event ({table.listed(found)}) decide"
            f"{'' if len(found) > 1 else 's'} nothing. If such a column decides who may enter, "
            f"choose it (--column attending={table.quoted(found[0])})."
        )


def _count_answers(table: Table, mapping: Mapping) -> None:
    """An RSVP with numbers says how many people come; 0 is a no."""
    for place in mapping.places("status"):
        cells = _sample(table, place)
        if "rsvp" not in mapping.keys[place].split() or mapping.any("quantity", "guests", "adults"):
            continue
        if cells and all(map(str.isdecimal, cells)) and any(int(cell) > 1 for cell in cells):
            mapping.columns["quantity"] = [place]
            table.warnings.append(
                f"The column {table.quoted(place)} has numbers: they are the people who come, and "
                "0 is a no."
            )


def _report_first(table: Table, first: int, others: list[int]) -> None:
    """A sentence about the column of answers that decides, and those that do not."""
    is_same = {table.headings[place] for place in others} == {table.headings[first]}
    listed = "the other column with this heading" if is_same else table.listed(others)
    decide = "decides" if len(others) == 1 else "decide"
    table.warnings.append(
        f"The column {table.quoted(first)} decides who may enter: {listed} {decide} nothing."
    )


_ANSWER = vocabulary.words("rsvp attending attend coming kommt participe participa asistirá")


def _has_answers(table: Table, place: int) -> bool:
    """Whether the cells of a column are mostly words of an answer; for an RSVP, half of them."""
    cells = _sample(table, place)
    answers = sum(map(statuses.is_known, cells))
    needed = 0.5 if "rsvp" in headers.heading_key(table.headings[place]).split() else 0.8
    return bool(cells) and answers >= len(cells) * needed


def _is_yes(cell: str) -> bool:
    return bool(statuses.is_yes(cell)) or statuses.meaning_of(cell) is statuses.VALID


def _find_status(table: Table, mapping: Mapping) -> None:
    """A column of status words under an unusual heading: it counts, and the report asks."""
    used = mapping.used
    for place, heading in enumerate(table.headings):
        key = mapping.keys[place]
        if place in used or not heading or vocabulary.mentions(key, "not_a_status"):
            continue
        cells = _sample(table, place)
        kinds = {statuses.status_key(cell) for cell in cells}
        sampled = len(range(0, table.count, max(1, table.count // _SAMPLE)))
        if len(kinds) < 2 or len(set(key.split())) > 4 or len(cells) * 2 < sampled:
            continue
        if statuses.VALID not in map(statuses.meaning_of, kinds):
            continue
        if sum(map(statuses.is_status_word, cells)) * 5 >= len(cells) * 4:
            mapping.columns["status"] = [place]
            mapping.weights[place] = 40
            words = _examples(cells, 30)
            table.warnings.append(
                f"The column {table.quoted(place)} has status words ({words}) and was read as the "
                "status of the tickets. If it is not, ignore this column "
                f"(--ignore {table.quoted(place)})."
            )
            return


def _examples(cells: list[str], longest: int) -> str:
    """The first three different cells for a sentence, cut to so many characters."""
    return ", ".join(f'"{cell[:longest]}"' for cell in list(dict.fromkeys(cells))[:3])


def _is_form(table: Table, keys: list[str]) -> bool:
    first = zip(keys[:3], table.headings[:3], strict=False)
    meanings = [headers.meanings(heading)[:1] for key, heading in first if key]
    return any(field == "timestamp" for known in meanings for field, _ in known)


_OF_LISTS = re.compile(r".+ (?:checked in at|desk|people)")
"""Headings about check-ins in an export of kiosk itself."""


def _meanings(
    platform: Platform, key: str, heading: str, english: dict[str, str]
) -> tuple[headers.Meaning, ...]:
    if platform.name == "kiosk" and key not in platform.fields:
        return (("dropped", 95),) if _OF_LISTS.fullmatch(key) else ()
    if key in platform.fields:
        special = platform.fields[key]
        known = dict(headers.meanings(heading))
        return ((special, max(known.get(special, 0), 95)),) if special else ()
    return headers.meanings(key if key in english.values() else heading)


_NUMBER = re.compile(r"[\d.,\s]+")


def _sample(table: Table, column: int) -> list[str]:
    """Filled cells of a column, at most about 400, from all parts of it."""
    cells = table.columns[column]
    return [
        cell
        for raw in cells[:: max(1, len(cells) // _SAMPLE)]
        if (cell := raw.strip()) and cell not in vocabulary.DASHES
    ]


def _can_be(name: str, weight: int, table: Table, column: int) -> bool:
    """Whether the cells of a column can be values of a field."""
    if name in ("timestamp", "event_id", "event_name", "position"):
        return True
    cells = _sample(table, column)
    if not cells:  # `Guests` without a cell is no name
        if name in (*STATUS_FIELDS, "arrived") and weight < 60:
            return False  # an empty `State` of an address
        return name != "name" or weight != vocabulary.BARE_NOUN
    if name in ("email", "buyer_email"):
        return any("@" in cell for cell in cells)
    if name in NAME_FIELDS:
        return _can_be_name(name, weight, cells)
    if name in ("code", "ticket_id"):
        spaced = sum(" " in cell and not cell.startswith("http") for cell in cells)
        return name == "ticket_id" or weight >= 90 or spaced * 2 < len(cells)
    if name == "weak_id":  # the row of a seat is no number of a person
        return len(set(cells)) * 2 > len(cells)
    if name == "arrived":
        return all(_arrival_word(cell) for cell in cells)
    if name in STATUS_FIELDS:
        return _can_be_status(name, weight, table, column, cells)
    if name == "quantity" and any(not _NUMBER.match(cell) for cell in cells):
        return sum(bool(_NUMBER.match(cell)) for cell in cells) * 2 > len(cells)
    if name == "guests":  # Zoom's `Guest` is a person from outside of the account
        return weight < 100 and "join time" not in table.keys
    if name in ("adults", "children"):
        return all(_NUMBER.fullmatch(cell) or statuses.is_yes(cell) is False for cell in cells)
    if name == "phone":
        return any(char.isdigit() for cell in cells for char in cell)
    if name == "company":
        return not all(cell.casefold() in vocabulary.PHRASES["kinds_of_employer"] for cell in cells)
    if name == "ticket_type" and all("://" in cell for cell in cells):
        return False
    if name == "ticket_type" and weight <= 60:
        if len(cells) >= 20 and len(set(cells)) * 2 > len(cells):
            return False  # each person's title
        return not all(_NUMBER.fullmatch(cell) for cell in cells)
    return True


def _can_be_name(name: str, weight: int, cells: list[str]) -> bool:
    is_same = len(cells) >= 4 and len(set(map(str.casefold, cells))) == 1
    is_noun = weight <= vocabulary.BARE_NOUN or headers.meanings(cells[0])
    if name == "name" and is_same and is_noun:
        return False  # the same for all: a kind of people
    if weight <= vocabulary.BARE_NOUN and all(map(_is_kind, cells)):
        return False  # `Speaker` above `Student`: kinds of people, and no headings
    if weight == 45 and sum(" " in cell for cell in cells) * 2 < len(cells):
        return False  # a login, not a name
    if weight == vocabulary.BARE_NOUN and any(map(_NUMBER.fullmatch, cells)):
        return False  # Guests: 2, 1, 0
    odd = sum("@" in cell or bool(_NUMBER.fullmatch(cell)) for cell in cells)
    long = 0 if weight >= 80 else sum(len(cell) > 120 for cell in cells)
    yes_no = sum(len(cell) > 1 and statuses.is_yes(cell) is not None for cell in cells)
    limit = len(cells) - (weight < 80)
    return odd * 2 <= limit and long * 2 < len(cells) and yes_no * 2 <= len(cells)


def _are_order_numbers(table: Table, column: int) -> bool:
    """Whether a column `Name` has the numbers of orders: `#1001` (Shopify)."""
    cells = _sample(table, column)
    return bool(cells) and all(cell[0] == "#" and cell[1:].isdecimal() for cell in cells)


def _is_kind(cell: str) -> bool:
    """Whether a cell is a noun for people: `Speaker`, `Guest`."""
    return any(
        field == "name" and weight <= vocabulary.BARE_NOUN
        for field, weight in headers.meanings(cell)[:1]
    )


def _is_answer(table: Table, column: int) -> bool:
    """Whether a column such as `Presenza` has answers to the invitation: someone may come, or the
    heading asks for yes or no (`Présence (oui/non)`) and someone says no."""
    cells = set(_sample(table, column))
    first, *others = headers.heading_key(table.headings[column]).split() or [""]
    if first in _PRESENCE and others and any(statuses.is_yes(cell) is False for cell in cells):
        return True
    return all(map(statuses.is_known, cells)) and any(
        statuses.meaning_of(cell) is statuses.UNAPPROVED
        and statuses.status_key(cell) not in ("invited", "queued")
        for cell in cells
    )


_PRESENCE = vocabulary.words("présence presenza presença asistencia anwesenheit kehadiran")


def _arrival_word(cell: str) -> bool:
    if statuses.is_yes(cell) is not None or not statuses.arrived(cell):
        return True
    if cell.isdigit() or sum(char.isdigit() for char in cell) >= 3:
        return True  # how many have arrived, or a time
    return statuses.status_key(cell) in statuses.ARRIVED_WORDS


def _drop_shared_codes(table: Table, mapping: Mapping) -> None:
    """Leave out columns of codes that have one value for many people, as a kind of ticket does."""
    who = [place for field in (*NAME_FIELDS[:4], "email") if (place := mapping.first(field)) >= 0]
    for field in ("code", "ticket_id"):
        for place in mapping.places(field):
            if field in mapping.named or not (top := _shared_value(table, place, who)):
                continue
            mapping.columns[field].remove(place)
            rows = counted(table.columns[place].count(top), "row")
            table.warnings.append(
                f"{rows} of the column {table.quoted(place)} have the same code "
                f'"{top[:40]}": it identifies nobody, so the column is not used as a code.'
            )


def _shared_value(table: Table, place: int, who: list[int]) -> str:
    """The value of most rows if it belongs to four people or more; empty if there is none."""
    if len(set(table.columns[place])) == table.count:
        return ""
    cells = Counter(filter(None, table.columns[place]))
    if not cells:
        return ""
    top, times = cells.most_common(1)[0]
    if times < 4 or (times * 2 < cells.total() and len(cells) * 10 > cells.total()):
        return ""
    rows = [i for i, value in enumerate(table.columns[place]) if value == top]
    if not who:
        return top
    people = max(len({table.columns[c][i].strip().casefold() for i in rows} - {""}) for c in who)
    return top if people >= 4 else ""


def _can_be_status(name: str, weight: int, table: Table, column: int, cells: list[str]) -> bool:
    numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in cells)
    amounts = numbers * 2 > len(cells) and any(cell not in ("0", "1") for cell in cells)
    if name in ("paid_flag", "cancel_flag") and amounts:
        return False
    if name in ("cancel_flag", "blocked_flag"):
        return True
    if name in ("status", "order_status") and weight >= 90:
        known = sum(
            statuses.is_status_word(cell) or statuses.is_yes(cell) is not None for cell in cells
        )
        if known * 5 < len(cells) and not (weight >= 100 and known):
            _warn_no_status(table, column, cells)
            return False
        return True
    known = sum(statuses.is_known(cell) or statuses.is_date(cell) for cell in cells)
    if weight >= 70 and name in ("attending_flag", "confirmed_flag"):
        known += known // 2  # people answer a question in their own words
    if known * 2 < len(cells) and weight >= 70 and len(set(cells)) * 2 <= len(cells):
        _warn_no_status(table, column, cells)
    return known * 2 >= len(cells)


def _warn_no_status(table: Table, column: int, cells: list[str]) -> None:
    if all(_NUMBER.fullmatch(cell) for cell in cells):
        return
    shown = _examples(cells, 40)
    table.warnings.append(
        f"The column {table.quoted(column)} has no known word for a status ({shown}): it decides "
        "nothing, and is kept as an extra column. If it decides who may enter, choose it as the "
        f"status (--column status={table.quoted(column)})."
    )


def _resolve(table: Table, mapping: Mapping) -> None:
    """Choose between whole names and parts, buyers and attendees, and several e-mails."""
    columns = mapping.columns
    if "badge_name" in columns and not mapping.has_name:
        columns["name"] = columns.pop("badge_name")
    _whole_or_part(table, mapping)
    if not mapping.has_name and not mapping.any("buyer_name", "buyer_given"):
        _name_without_heading(table, mapping)
    if not mapping.has_name and mapping.any(*_BOOKER.values()):
        for own, buyer in (*_BOOKER.items(), ("email", "buyer_email")):
            if buyer in columns and own not in columns:
                columns[own] = columns.pop(buyer)
    elif "buyer_email" in columns and not mapping.any(*_PERSON[:4], "code"):
        columns["email"] = columns.pop("buyer_email")
    if "buyer_name" in columns and ("buyer_given" in columns) != ("buyer_family" in columns):
        part = "buyer_family" if "buyer_family" in columns else "buyer_given"
        if not _contains(table, columns["buyer_name"][0], columns[part][0]):
            other = "buyer_given" if part == "buyer_family" else "buyer_family"
            columns[other] = columns.pop("buyer_name")
    _drop_companions_contact(mapping)
    if "email" not in mapping.named:
        _find_correction(mapping)
    parts = mapping.places("given_name", "family_name")
    mapping.family_first = bool(parts) and all(
        vocabulary.mentions(mapping.keys[i], "family_first") for i in parts
    )
    if "dial_code" in columns and "phone" not in columns:
        del columns["dial_code"]
    _drop_shared_codes(table, mapping)
    if not mapping.any("code", "ticket_id"):
        _numbered_tickets(table, mapping)
        _strong_id(table, mapping)


def _find_correction(mapping: Mapping) -> None:
    """Find a second e-mail column with the heading of the first and a number."""
    first, *others = mapping.places("email") or [-1]
    for place in others:
        base = re.sub(r"\s*[2-9]$", "", mapping.keys[place])
        if base != mapping.keys[place] and base == mapping.keys[first]:
            mapping.email_correction = place
            mapping.columns["email"].remove(place)
            return


def _name_without_heading(table: Table, mapping: Mapping) -> None:
    """Use a column of names without a heading next to e-mails, as Moodle writes it."""
    if not mapping.any("email") or mapping.named:
        return
    for place, heading in enumerate(table.headings):
        cells = [] if heading else _sample(table, place)
        names = sum(bool(_TWO_WORDS.fullmatch(cell)) for cell in cells)
        if len(cells) * 2 > table.count and names * 5 >= len(cells) * 4:
            mapping.columns["name"] = [place]
            mapping.weights[place] = 45
            table.warnings.append(
                f"Column {place + 1} has no heading, and was read as the name ({cells[0][:40]})."
            )
            return


_TWO_WORDS = re.compile(r"[^\W\d_][^\d@:/]*\s[^\d@:/]*")


def _whole_or_part(table: Table, mapping: Mapping) -> None:
    columns = mapping.columns
    if mapping.named & {"name", "given_name", "family_name"}:
        return
    for part in ("given_name", "family_name"):
        if "name" in columns and part in columns and not _sample(table, columns[part][0]):
            del columns[part]
    whole, given, family = (mapping.first(n) for n in ("name", "given_name", "family_name"))
    if whole >= 0 and given >= 0 and family >= 0:
        if mapping.weights[whole] < 80 and mapping.weights[given] >= 80:
            del columns["name"]  # a nickname in addition to the real name
        return
    if whole < 0 and (given < 0) != (family < 0):
        only = max(given, family)
        if headers.bare_key(mapping.keys[only]) in vocabulary.PHRASES["either_name_or_part"]:
            columns["name"] = columns.pop("given_name" if given >= 0 else "family_name")
        return
    if whole >= 0 and given >= 0:
        # `Name` or `Nom du participant` that does not contain the first name is the last name
        if mapping.weights[whole] >= 80 and not _contains(table, whole, given):
            columns["family_name"] = columns.pop("name")
    elif whole >= 0 and family >= 0 and not _contains(table, whole, family):
        spaced = sum(" " in cell for cell in _sample(table, whole))
        if mapping.keys[family] == "family" and spaced * 2 > len(_sample(table, whole)):
            del columns["family_name"]  # the attendee's family, not the name
        else:
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
    return bool(both) and sum(map(_is_part, both)) * 2 > len(both)


def _is_part(names: tuple[str, str]) -> bool:
    """Whether the first name contains the second, or a word of it (`Ana Ruiz`, `Ruiz Reyes`)."""
    long, short = names
    return short in long or not set(long.split()[1:]).isdisjoint(short.split())


_TICKET_NUMBER = re.compile(r"#?[A-Za-z]{0,8}[-_ ]?\d[\w-]*")


def _numbered_tickets(table: Table, mapping: Mapping) -> None:
    """Use a column `Ticket` with a different number on each row as the code."""
    place = mapping.first("ticket_type")
    if place < 0 or "ticket_type" in mapping.named:
        return
    cells = _sample(table, place)
    differ = len(cells) >= 4 and len(set(cells)) == len(cells)
    if differ and all(map(_TICKET_NUMBER.fullmatch, cells)):
        mapping.columns["code"] = [place]
        del mapping.columns["ticket_type"]


_STRONG = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{6,}")


def _strong_id(table: Table, mapping: Mapping) -> None:
    """Use a column `id` with long, mixed, unique values as the ticket's id."""
    for column in mapping.places("weak_id"):
        if mapping.weights.get(column, 0) < 60:
            continue
        cells = _sample(table, column)
        if cells and len(set(cells)) == len(cells) and all(_STRONG.fullmatch(c) for c in cells):
            mapping.columns["ticket_id"] = [column]
            mapping.columns["weak_id"].remove(column)
            mapping.weights[column] = 70  # alone it may be the id of an address or a product
            return
