"""Find the rows of a table that are no people, and people that stand side by side in one row.

Totals, footnotes, repeated headings, headings of a part of the list and numbered empty rows are
not part of the file's rows. Whatever is left out or moved is reported once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kiosk.domain.text import counted
from kiosk.importers.read.tables import Table
from kiosk.importers.understand import headers
from kiosk.importers.understand.mapping import Mapping
from kiosk.importers.understand.statuses import is_yes
from kiosk.importers.understand.values import is_placeholder
from kiosk.importers.understand.vocabulary import WORDS, words

_LINK_WORDS = words("and the of our other special for & und et y e list side group")
_BLOCK = re.compile(
    r"(?:table|day|group|team|batch|section|room|hall|block)\s*[-:#]?\s*\w{1,3}", re.I
)
_TOTAL = re.compile(
    r"(?:grand |sub ?)?(?:totals?|sum|summe|gesamt|gesamtsumme|insgesamt|somme|totaal|suma|soma|"
    r"razem|celkem|spolu|yhteensä|summa|i alt|totalt|összesen|toplam|итого|всего|разом|σύνολο|"
    r"合計|总计|合计|總計|합계|कुल|कुल योग|एकूण|کل|مجموع|المجموع|סה\"כ|மொத்தம்|মোট|jumlah|tổng|"
    r"tổng cộng|count|anzahl)[\s:=]*[\d.,]*(?: .{0,30})?",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\*+ ?[a-z]|(?i:note|n\.b\.|nb|p\.s\.|hinweis|nota|remarque)\s?:")
"""How a footnote begins; `*Mom & Dad` is an attendee with a mark."""
_NUMBER = re.compile(r"\(?\d{1,6}[.):]?\)?(?:\.0)?")
CATEGORY = "Category"
"""Heading of the column with the headings of parts."""


def drop_rows(table: Table, mapping: Mapping) -> None:
    """Remove rows that are no people, and report them."""
    names = [mapping.first(field) for field in ("name", "given_name", "family_name", "email")]
    codes = set(mapping.places("code", "ticket_id"))
    totals: list[str] = []
    while table.count > 1 and _is_summary(table, mapping, table.filled(table.count - 1)):
        totals.insert(0, _text(table.row(table.count - 1)))
        table.keep(range(table.count - 1))
    suspects = _sparse_rows(table, mapping)
    if not suspects:
        _report(table, [], [], [], totals)
        return
    columns = [place for place, heading in enumerate(table.headings) if heading]
    kept, category, sections = [], [""] * table.count, []
    numbered: list[int] = []
    repeated: list[int] = []
    section = ""
    for i in range(table.count):
        category[i] = section
        if i not in suspects:
            kept.append(i)
            continue
        filled = table.filled(i)
        if _repeats_headings(table, filled, names):
            repeated.append(i)
        elif _only_a_number(filled, codes, names):
            numbered.append(i)
        elif len(columns) > 1 and (heading := _section(table, i, filled, codes, names)):
            section = heading
            sections.append(heading)
        elif table.count > 1 and _is_total(table, mapping, filled):
            totals.append(_text(table.row(i)))
        else:
            kept.append(i)
    _report(table, repeated, numbered, sections, totals)
    if sections:
        table.headings.append(CATEGORY)
        table.columns.append(category)
        mapping.keys.append(headers.heading_key(CATEGORY))
        if not mapping.any("ticket_type"):
            mapping.columns["ticket_type"] = [len(table.headings) - 1]
    if len(kept) < table.count:
        table.keep(kept)


def _sparse_rows(table: Table, mapping: Mapping) -> set[int]:
    """Rows with few filled cells, and rows that begin as the headings do.

    A row with an e-mail address or a code is a person, so it needs no further look.
    """
    keys = [p for field in ("email", "code", "ticket_id") if (p := mapping.first(field)) >= 0]
    key = table.columns[keys[0]] if keys else [""] * table.count
    found: set[int] = set()
    if "" in key:
        for i, cell in enumerate(key):
            if not cell and sum(1 for column in table.columns if column[i]) <= _FEW:
                found.add(i)
    if table.banners:
        banners = {*table.banners}
        found |= {i for i, number in enumerate(table.row_numbers) if number in banners}
    for heading, column in zip(table.headings[:3], table.columns, strict=False):
        if heading and not {heading, heading.upper()}.isdisjoint(column):
            found |= {i for i, cell in enumerate(column) if cell.casefold() == heading.casefold()}
    return found


_FEW = 3
"""Filled cells of a row that may be no person."""


def _repeats_headings(table: Table, filled: list[tuple[int, str]], names: Sequence[int]) -> bool:
    """Whether a row is the headings again, and no person who ticked `Red` under `Red`."""
    keys = table.keys
    same = 0
    for place, cell in filled:
        if headers.heading_key(cell) == keys[place]:
            same += 1
        elif place in names:
            return False
    return same >= 1 and same * 2 > len(filled) and (same > 1 or len(keys) == 1)


def _only_a_number(filled: list[tuple[int, str]], codes: set[int], names: Sequence[int]) -> bool:
    """Whether a row has nothing but its running number or an empty tick box."""
    return all(
        place not in codes
        and place not in names
        and (_NUMBER.fullmatch(cell) or is_yes(cell) is False)
        for place, cell in filled
    )


def _section(
    table: Table,
    i: int,
    filled: list[tuple[int, str]],
    codes: set[int],
    names: Sequence[int],
) -> str:
    """The text of a row that is the heading of a part of the list; empty if it is no heading."""
    if table.row_numbers[i] in table.banners:
        return filled[0][1][:80]
    if len(filled) != 1 or filled[0][0] in codes or len(filled[0][1]) > 80 or i + 1 >= table.count:
        return ""
    place, text = filled[0]
    below = table.filled(i + 1)
    if below and _repeats_headings(table, below, names):
        return text.rstrip(":")
    if any(char.isalpha() for char in text) and _is_numbered(table, place):
        return text.rstrip(":")  # a word in the column of the running numbers
    spoken = headers.heading_key(re.sub(r"[(\[].*?[)\]]|\d+", " ", text)).split()
    known = [word for word in spoken if word not in _LINK_WORDS]
    is_known = bool(known) and all(word in WORDS["section"] for word in known)
    if is_known or _BLOCK.fullmatch(text) or (text.endswith(":") and len(spoken) <= 6):
        return text.rstrip(":")
    return ""


def _is_numbered(table: Table, place: int) -> bool:
    """Whether a column has running numbers."""
    cells = [cell.strip() for cell in table.columns[place] if cell.strip()]
    return sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) * 2 > len(cells)


def _text(row: list[str]) -> str:
    """The filled cells of a row, for the report."""
    return " ".join(filter(None, map(str.strip, row)))[:60]


def _report(
    table: Table,
    repeated: list[int],
    numbered: list[int],
    sections: list[str],
    totals: list[str],
) -> None:
    if totals:
        rows = counted(len(totals), "row is a total or a note", "rows are totals or notes")
        listed = ", ".join(f'"{text}"' for text in totals[:5])
        table.warnings.append(f"{rows} ({listed}), and {_was(totals)} left out.")
    if repeated:
        rows = counted(len(repeated), "row repeats", "rows repeat")
        table.warnings.append(f"{rows} the headings, and {_was(repeated)} left out.")
    if numbered:
        rows = counted(len(numbered), "row has", "rows have")
        table.warnings.append(
            f"{rows} only a number or an empty tick box and no person, "
            f"and {_was(numbered)} left out."
        )
    if sections:
        listed = ", ".join(f'"{text}"' for text in sections[:8])
        rows = counted(len(sections), "row is a heading", "rows are headings")
        are_not = "not a person" if len(sections) == 1 else "not people"
        table.warnings.append(
            f"{rows} inside of the list ({listed}), {are_not}. "
            f'The people below have it as "{CATEGORY}".'
        )


def _was(rows: Sequence[object]) -> str:
    return "was" if len(rows) == 1 else "were"


def _is_total(table: Table, mapping: Mapping, filled: list[tuple[int, str]]) -> bool:
    if not filled or any("@" in cell for _, cell in filled):
        return False
    place, cell = filled[0]
    if len(filled) > max(3, _width(table) // 2) or not _TOTAL.fullmatch(cell):
        return False
    # a person called Total has an e-mail, a ticket or a code next to the name
    named = _named(mapping)
    words = [other for other, text in filled[1:] if any(char.isalpha() for char in text)]
    return named.isdisjoint(words) and (place not in named or not words)


def _is_summary(table: Table, mapping: Mapping, filled: list[tuple[int, str]]) -> bool:
    """Whether a row at the end is a total or a footnote."""
    if _is_total(table, mapping, filled):
        return True
    if len(filled) != 1 or "@" in filled[0][1]:
        return False
    place, cell = filled[0]
    if _NOTE.match(cell):
        return True
    is_text = " " in cell and len(cell) > 12 and sum(map(str.isalpha, cell)) * 5 > len(cell) * 3
    return is_text and place == 0 and place not in _named(mapping) and _width(table) >= 4


def _width(table: Table) -> int:
    """The number of columns with a heading."""
    return sum(map(bool, table.headings))


def _named(mapping: Mapping) -> set[int]:
    """The columns of names and codes."""
    return {mapping.first(field) for field in ("name", "given_name", "family_name", "code")}


# People above the headings, side by side, and in numbered columns.


def reshape(table: Table, wanted: Sequence[str]) -> None:
    """Give each person of a hand-made sheet a row; reports what it moves.

    Args:
        wanted: headings that a person chose; they stay as they are.
    """
    _take_rows_above(table)
    _empty_placeholders(table)
    _stack_lists(table)
    if not any(_NUMBERED.fullmatch(headers.heading_key(heading)) for heading in wanted):
        _split_numbered(table)


_NO_VALUES = ("NaN", "<NA>", "NaT", "nan", "NA", "NULL", "null", "None")
"""Words that programs write for an empty cell; those after the third could be a value as well."""


def _empty_placeholders(table: Table) -> None:
    """Empty the cells in which pandas, R or a database wrote a word for no value."""
    samples = [set(column[:2000]) for column in table.columns]
    for place, word in enumerate(_NO_VALUES):
        columns = [i for i, sample in enumerate(samples) if word in sample]
        if columns and (place < 3 or len(columns) > 1):
            for i in columns:
                table.columns[i] = ["" if cell == word else cell for cell in table.columns[i]]


def _take_rows_above(table: Table) -> None:
    """Headings that were sorted into the list: people above them are people."""
    if not table.above:
        return
    email = [i for i, h in enumerate(table.headings) if headers.means(h, "email")]
    people = [
        (number, row)
        for number, row in table.above
        if any(place < len(row) and "@" in row[place] for place in email)
    ]
    if people:
        width = len(table.headings)
        rows = [(row + [""] * width)[:width] for _, row in people]
        for place, column in enumerate(table.columns):
            column[:0] = [cells[place] for cells in rows]
        table.row_numbers[:0] = [number for number, _ in people]
        table.warnings.append(
            f"{counted(len(people), 'row')} above the headings (row {table.header_row}) "
            f"{'is a person' if len(people) == 1 else 'are people'}, and read as such."
        )
        return
    wide = max(2, _width(table) // 2)
    lost = [cells for _, cells in table.above if sum(bool(c.strip()) for c in cells) >= wide]
    if lost and not table.booker_columns:
        listed = "; ".join(
            " ".join(filter(None, map(str.strip, cells[:4])))[:60] for cells in lost[:3]
        )
        table.warnings.append(
            f"{counted(len(lost), 'row')} above the headings (row {table.header_row}) "
            f"{_was(lost)} not read: {listed}. If they are people, move the headings above "
            "them and import again."
        )


def _stack_lists(table: Table) -> None:
    """Lists side by side, with the same headings: one below the other."""
    keys = table.keys
    width = _block_width(keys)
    if not width:
        return
    count = table.count
    blocks = [start for start in range(len(keys)) if keys[start : start + width] == keys[:width]]
    stacked = [
        [cell for start in blocks for cell in table.columns[start + place]]
        for place in range(width)
    ]
    numbers = table.row_numbers * len(blocks)
    full = [i for i in range(count * len(blocks)) if any(column[i].strip() for column in stacked)]
    table.headings, table.columns, table.row_numbers = table.headings[:width], stacked, numbers
    table.keep(full)
    table.warnings.append(f"The sheet has {len(blocks)} lists side by side; all of them were read.")


def _block_width(keys: list[str]) -> int:
    """The width of a block of headings repeated across the table; 0 if there is none."""
    if not keys or not keys[0]:
        return 0
    for start in range(2, len(keys)):
        if keys[start] != keys[0]:
            continue
        block = keys[:start]
        while block and not block[-1]:
            block.pop()
        blanks = start - len(block)
        unit = block + [""] * blanks
        repeated = (unit * (len(keys) // len(unit) + 1))[: len(keys)]
        if len(block) >= 2 and repeated == keys and len(keys) % len(unit) in (0, len(block)):
            return (
                len(block) if any(headers.means(key, "name", "given_name") for key in block) else 0
            )
        return 0
    return 0


_NUMBERED = re.compile(
    r"(?:(?P<who>attendee|guest|participant|person|delegate|ticket ?holder|teilnehmer|participante|"
    r"asistente|member|player|child|student)s? (?:number )?(?P<n>\d{1,2})(?: (?P<what>.+))?"
    r"|(?P<who2>attendee|guest|participant|person|delegate|ticket ?holder|teilnehmer|participante|"
    r"asistente) (?P<what2>.+?) (?P<n2>\d{1,2})"
    r"|(?P<what3>(?:full |first |last )?name|e ?mail(?: address)?) ?0?(?P<n3>\d{1,2}))"
)


_ATTENDEES = re.compile(r"attendee|delegate|participant|teilnehmer|ticket ?holder")
_CONTACTS = words("contact poc") | {"contact person", "contact name", "point of contact"}
"""Headings of the person who registered a company's delegates."""
_LEADER = re.compile(r"(?:team )?(?:leader|lead|captain)(?: (?P<what>.+))?")
"""The columns of a team's first member, next to `Member 2 name`."""


def _split_numbered(table: Table) -> None:
    """Numbered columns (`Attendee 1 Name`, `Attendee 2 Name`): one row for each person."""
    groups: dict[int, dict[str, int]] = {}
    for place, heading in enumerate(table.headings):
        found = _NUMBERED.fullmatch(headers.heading_key(heading))
        if found:
            number = int(found["n"] or found["n2"] or found["n3"])
            what = found["what"] or found["what2"] or found["what3"] or "name"
            groups.setdefault(number, {}).setdefault(what, place)
    leader = {
        found["what"] or "name": place
        for place, heading in enumerate(table.headings)
        if (found := _LEADER.fullmatch(headers.heading_key(heading)))
    }
    if groups and leader and not _is_same(table, leader, groups.get(1, {})):
        groups = {0: leader, **groups}
    named = {n: g for n, g in groups.items() if any(_is_name(what) for what in g)}
    used = {place for group in groups.values() for place in group.values()}
    are_attendees = any(_ATTENDEES.match(headers.heading_key(table.headings[i])) for i in used)
    others = [
        heading
        for i, heading in enumerate(table.headings)
        if i not in used and not (are_attendees and headers.heading_key(heading) in _CONTACTS)
    ]
    if len(named) < 2 or any(headers.means(h, "name", "given_name") for h in others):
        return
    whats = list(dict.fromkeys(what for group in named.values() for what in group))
    shared = [i for i in range(len(table.headings)) if i not in used]
    quantity = next((i for i in shared if headers.means(table.headings[i], "quantity")), -1)
    rows: list[list[str]] = []
    numbers: list[int] = []
    for i, number in enumerate(table.row_numbers):
        row = table.row(i)
        people = [g for g in named.values() if not all(is_placeholder(row[p]) for p in g.values())]
        heads = row[quantity].strip() if quantity >= 0 else ""
        for position, group in enumerate(people or [{}]):
            if heads.isdigit() and people:  # tickets without a name stay with the first person
                row[quantity] = "1" if position else str(max(1, int(heads) - len(people) + 1))
            rows.append(
                [row[place] for place in shared]
                + [row[group[what]] if what in group else "" for what in whats]
            )
            numbers.append(number)
    titles = [f"Attendee {what}" for what in whats]
    table.headings = [table.headings[place] for place in shared] + titles
    table.columns = [list(column) for column in zip(*rows, strict=True)]
    table.row_numbers = numbers
    table.warnings.append(
        f"A row has columns for up to {len(named)} people: each named person was read as a ticket "
        f"({counted(len(rows), 'ticket')})."
    )


def _is_same(table: Table, leader: dict[str, int], first: dict[str, int]) -> bool:
    """Whether the first member's columns repeat the leader, in most rows."""
    own, other = (
        next((p for what, p in group.items() if _is_name(what)), -1) for group in (leader, first)
    )
    if own < 0 or other < 0:
        return False
    pairs = zip(table.columns[own], table.columns[other], strict=True)
    same = [one.strip().casefold() == two.strip().casefold() for one, two in pairs]
    return sum(same) * 2 > len(same)


def _is_name(what: str) -> bool:
    return bool(headers.means(what, "name", "given_name", "family_name"))
