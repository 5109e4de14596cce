"""Derive one status, one status word and one arrival mark per row from a table's columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.text import counted
from kiosk.importers.read.tables import Table
from kiosk.importers.understand import statuses, vocabulary
from kiosk.importers.understand.mapping import STATUS_FIELDS, Mapping
from kiosk.importers.understand.statuses import (
    BLOCKED,
    CANCELED,
    SEVERITY,
    UNAPPROVED,
    UNPAID,
    VALID,
)
from kiosk.importers.understand.values import clean

Verdict = tuple[TicketStatus, bool]
"""The meaning of a word, and whether the word is known."""
StatusColumn = tuple[int, Callable[[str], Verdict], str]
"""A column, the function that reads its words, and its status field."""
Entry = tuple[TicketStatus, str, str]
"""Status, the source's own word, and the arrival mark in the status word."""

_BLANK = {"paid_flag": UNPAID, "attending_flag": UNAPPROVED, "confirmed_flag": UNAPPROVED}
"""The meaning of an empty cell in a column that has other cells."""
_SAYS = {UNPAID: "not paid", UNAPPROVED: "not answered, so the desk asks"}
_EXCEPTIONS = frozenset(("cancel_flag", "blocked_flag", "waitlist_flag"))
"""Columns that matter only if they contain a yes."""
_IN_STATUS = statuses.ARRIVED_WORDS - {"p", "in", "used", "present", "redeemed"}


class Entries:
    """Reads the status of rows, part by part; each combination of words is evaluated once."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self._mapping = mapping
        self._quoted = table.quoted
        self._blanks: list[str] = []
        self._columns = [
            (column, self._reader(table, field, column), field)
            for field in STATUS_FIELDS
            for column in mapping.places(field)
        ]
        self._cache = _Cache(self._columns, table.headings, mapping.answers)
        self._arrivals: dict[Any, str] = {}
        self._unknown: Counter[Any] = Counter()

    def _reader(self, table: Table, field: str, column: int) -> Callable[[str], Verdict]:
        """The reader of a column's words; it knows what an empty cell means in this column."""
        read = _reader_for(field, self._mapping.platform.name)
        if field == "status" and not _ANSWERS.isdisjoint(self._mapping.keys[column].split()):
            read = partial(_read_answer, read)
        blank = _BLANK.get(field)
        if field == "status" and "rsvp" in self._mapping.keys[column].split():
            blank = UNAPPROVED
            if column in self._mapping.places("quantity"):
                read = partial(_read_count, read)
        cells = table.columns[column]
        empty = sum(not cell or cell.isspace() for cell in cells)
        if blank is None or not 0 < empty < len(cells):
            return read
        heading = f"column {table.quoted(column)}"
        if column in self._mapping.answers:  # one sentence for all of them
            answers = sorted(self._mapping.answers)
            heading = f"columns {table.quoted(*answers)}"
            rows = zip(*(table.columns[i] for i in answers), strict=True)
            empty = sum(not "".join(row).strip() for row in rows) if column == answers[0] else 0
        if empty:
            self._blanks.append(
                f"{counted(empty, 'row has', 'rows have')} nothing in the {heading}: "
                f"read as {_SAYS[blank]}."
            )
        return lambda word: read(word) if word else (blank, True)

    def of(self, part: Table) -> tuple[list[TicketStatus], list[str], list[str]]:
        """For each row: status, status word, arrival mark (empty if not arrived)."""
        none = [""] * part.count
        if not self._columns:
            return [VALID] * part.count, none, self._arrived(part, none)
        cells = _cells(part, [column for column, _, _ in self._columns])
        entries = list(map(self._cache.__getitem__, cells))
        if self._cache.unknown:
            self._unknown.update(cell for cell in cells if cell in self._cache.unknown)
        status = [entry[0] for entry in entries]
        words = [entry[1] for entry in entries]
        marks = [entry[2] for entry in entries] if self._cache.has_marks else none
        return status, words, self._arrived(part, marks)

    def _arrived(self, part: Table, marks: list[str]) -> list[str]:
        """The source's check-in marks: a time if there is one, else its word."""
        flags = self._mapping.places("arrived")[:2]
        times = self._mapping.places("arrived_at")[:1]
        if not flags and not times:
            return marks
        arrivals = []
        for cell, mark in zip(_cells(part, [*flags, *times]), marks, strict=True):
            arrived = self._arrivals.get(cell)
            if arrived is None:
                words = [clean(cell)] if isinstance(cell, str) else [clean(word) for word in cell]
                arrived = self._arrivals[cell] = _arrival(words, len(flags))
            arrivals.append(arrived or mark)
        return arrivals

    def warnings(self) -> list[str]:
        """A sentence for each unknown status word: the word, its column, the number of rows."""
        times: Counter[tuple[int, str]] = Counter()
        for cell, number in self._unknown.items():
            for place, word in self._cache.unknown[cell]:
                times[place, word] += number
        sentences = [*self._blanks]
        for (place, word), number in times.most_common(10):
            heading = self._quoted(self._columns[place][0])
            sentences.append(
                f'The word "{word[:60]}" in the column {heading} is not a known status: '
                f"{counted(number, 'row needs', 'rows need')} approval at the desk."
            )
        if len(times) > 10:
            more = f"{len(times) - 10:,} more status words are unknown and need approval."
            sentences.append(more)
        return sentences


_ANSWERS = vocabulary.words(
    """
    rsvp approval approved acceptance attending attendance confirmation confirmed response answer
    rückmeldung antwort réponse respuesta resposta risposta asistencia presenza presença présence
    confirmação confirmación conferma
    """
)
"""Words of headings about an answer or an approval, not about money."""


def _read_count(read: Callable[[str], Verdict], word: str) -> Verdict:
    """Read a number of people as an answer."""
    if word.isdecimal():
        return (VALID if int(word) else CANCELED), True
    return read(word)


def _read_answer(read: Callable[[str], Verdict], word: str) -> Verdict:
    """Read a word as an answer: "pending" is no answer, not a missing payment."""
    status, known = read(word)
    return (UNAPPROVED if status is UNPAID else status), known


def _cells(table: Table, places: list[int]) -> list[Any]:
    """The cells of one column, or tuples of cells of several."""
    if len(places) == 1:
        return table.columns[places[0]]
    return list(zip(*(table.columns[place] for place in places), strict=True))


def _reader_for(field: str, platform: str) -> Callable[[str], Verdict]:
    """The function that reads the words of a status field."""

    def general(word: str) -> Verdict:
        meaning = statuses.meaning_of(word, platform)
        if meaning is None and word in ("0", "1", "t", "f", "T", "F"):
            meaning = VALID if statuses.is_yes(word) else CANCELED
        return (UNAPPROVED, False) if meaning is None else (meaning, True)

    def payment(word: str) -> Verdict:
        yes = statuses.is_yes(word)
        if not word:
            return VALID, True
        if yes is not None:
            return (VALID if yes else UNPAID), True
        if statuses.is_date(word) or word.replace(".", "").replace(",", "").isdigit():
            return VALID, True
        status, known = general(word)
        if statuses.status_key(word) in ("declined", "failed", "rejected", "denied"):
            return UNPAID, True
        return status, known

    def flag(when_yes: TicketStatus, when_no: TicketStatus) -> Callable[[str], Verdict]:
        def read(word: str) -> Verdict:
            if not word or word in vocabulary.DASHES:
                return VALID, True
            yes = True if statuses.is_date(word) else statuses.is_yes(word)
            if yes is not None:
                return (when_yes if yes else when_no), True
            return _read_answer(general, word)

        return read

    def bad_unless_no(when_yes: TicketStatus) -> Callable[[str], Verdict]:
        def read(word: str) -> Verdict:
            # every date, reason or yes is a yes: Tito writes `true`, others the date
            if statuses.status_key(word) in ("valid", "active", "not void", "unused", "not voided"):
                return VALID, True
            return (VALID if statuses.is_yes(word) is False else when_yes), True

        return read

    readers: dict[str, Callable[[str], Verdict]] = {
        "payment_status": payment,
        "paid_flag": payment,
        "order_status": general,
        "confirmed_flag": flag(VALID, UNAPPROVED),
        "attending_flag": flag(VALID, CANCELED),
        "cancel_flag": bad_unless_no(CANCELED),
        "blocked_flag": bad_unless_no(BLOCKED),
        "waitlist_flag": flag(UNAPPROVED, VALID),
    }
    return readers.get(field, general)


class _Cache(dict[Any, Entry]):
    """A cache of evaluated combinations of status words; the worst word counts, but of the answers
    to parts of the event the best one."""

    def __init__(
        self, columns: list[StatusColumn], headings: list[str], answers: frozenset[int]
    ) -> None:
        super().__init__()
        self._answers = [i for i, (column, _, _) in enumerate(columns) if column in answers]
        self._readers = [
            (
                reader,
                f"{headings[column]}: " if field.endswith("_flag") else "",
                field in _EXCEPTIONS,
            )
            for column, reader, field in columns
        ]
        self.unknown: dict[Any, list[tuple[int, str]]] = {}
        self.has_marks = False

    def __missing__(self, cell: object) -> Entry:
        cells = (cell,) if isinstance(cell, str) else cell
        worst, shown, mark = VALID, "", ""
        assert isinstance(cells, tuple)
        words = list(map(clean, cells))
        unused = self._worse_answers(words)
        for place, ((reader, prefix, exception), word) in enumerate(
            zip(self._readers, words, strict=True)
        ):
            if place in unused:
                continue
            status, known = reader(word)
            if not known:
                self.unknown.setdefault(cell, []).append((place, word))
            if word in vocabulary.DASHES or (exception and status is VALID):
                continue
            worse = SEVERITY[status] - SEVERITY[worst]
            if worse > 0 or (worse == 0 and not shown):
                shown, worst = (prefix + word if word else ""), status
            if not mark and not prefix and statuses.status_key(word) in _IN_STATUS:
                mark = word
                self.has_marks = True
        self[cell] = worst, shown, mark
        return self[cell]

    def _worse_answers(self, words: list[str]) -> set[int]:
        """The places of the answers to parts of the event, except the best one."""
        if not self._answers:
            return set()
        said = [
            (not words[i], SEVERITY[self._readers[i][0](words[i])[0]], i) for i in self._answers
        ]
        return set(self._answers) - {min(said)[2]}


def _arrival(words: list[str], flags: int) -> str:
    filled = [word for word in words[:flags] if word]
    marks = [mark for mark in map(statuses.arrived, filled) if mark]
    time = next((mark for mark in map(statuses.arrived, words[flags:]) if mark), "")
    if filled and not marks:
        return ""  # the flag is no; a time is from an earlier, undone check-in
    return time or (marks[0] if marks else "")
