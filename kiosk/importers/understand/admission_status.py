"""Status columns of a table to one status, one word and one arrival mark for each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.wording import counted
from kiosk.importers.read.tables import Table
from kiosk.importers.understand import statuses
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
"""What a word means, and whether the word is known."""
Speaking = tuple[int, Callable[[str], Verdict], str]
"""A column, how its words are read, and the status field it is."""
Entry = tuple[TicketStatus, str, str]
"""Status, the source's own word, arrival mark that a status word carries."""

_EXCEPTIONS = frozenset(("cancel_flag", "blocked_flag", "waitlist_flag"))
"""Columns that have something to say only where they say yes."""
_IN_STATUS = statuses.ARRIVED_WORDS - {"p", "in", "used", "present", "redeemed"}


class Entries:
    """Reads the status of rows, part by part; each combination of words is judged once."""

    def __init__(self, headings: list[str], mapping: Mapping) -> None:
        self._mapping = mapping
        self._headings = headings
        self._speaking = [
            (column, _judge(field, mapping.platform.name), field)
            for field in STATUS_FIELDS
            for column in mapping.columns.get(field, ())
        ]
        self._memory = _Memory(self._speaking, headings)
        self._arrivals: dict[Any, str] = {}
        self._unknown: Counter[Any] = Counter()

    def of(self, part: Table) -> tuple[list[TicketStatus], list[str], list[str]]:
        """Per row: status, status word, arrival mark (empty when not arrived)."""
        none = [""] * part.count
        if not self._speaking:
            return [VALID] * part.count, none, self._arrived(part, none)
        cells = _cells(part, [column for column, _, _ in self._speaking])
        found = list(map(self._memory.__getitem__, cells))
        if self._memory.unknown:
            self._unknown.update(cell for cell in cells if cell in self._memory.unknown)
        status = [entry[0] for entry in found]
        words = [entry[1] for entry in found]
        marks = [entry[2] for entry in found] if self._memory.marks else none
        return status, words, self._arrived(part, marks)

    def _arrived(self, part: Table, marks: list[str]) -> list[str]:
        """The source's check-in marks: a time where there is one, else its word."""
        flags = self._mapping.columns.get("arrived", [])[:2]
        times = self._mapping.columns.get("arrived_at", [])[:1]
        if not flags and not times:
            return marks
        found = []
        for cell, mark in zip(_cells(part, [*flags, *times]), marks, strict=True):
            arrived = self._arrivals.get(cell)
            if arrived is None:
                words = [clean(cell)] if isinstance(cell, str) else [clean(word) for word in cell]
                arrived = self._arrivals[cell] = _arrival(words, len(flags))
            found.append(arrived or mark)
        return found

    def warnings(self) -> list[str]:
        """A sentence for each unknown status word: which, where, how many rows."""
        times: Counter[tuple[int, str]] = Counter()
        for cell, number in self._unknown.items():
            for place, word in self._memory.unknown[cell]:
                times[place, word] += number
        said = []
        for (place, word), number in times.most_common(10):
            heading = self._headings[self._speaking[place][0]]
            said.append(
                f'The word "{word[:60]}" in the column "{heading[:60]}" is not a known status: '
                f"{counted(number, 'row needs', 'rows need')} approval at the desk."
            )
        if len(times) > 10:
            said.append(f"{len(times) - 10:,} more status words are unknown and need approval.")
        return said


def _cells(table: Table, places: list[int]) -> list[Any]:
    """The cells of one column, or tuples of cells of several."""
    if len(places) == 1:
        return table.columns[places[0]]
    return list(zip(*(table.columns[place] for place in places), strict=True))


def _judge(field: str, platform: str) -> Callable[[str], Verdict]:
    """How the words of a status field are read."""

    def general(word: str) -> Verdict:
        found = statuses.meaning_of(word, platform)
        return (UNAPPROVED, False) if found is None else (found, True)

    def payment(word: str) -> Verdict:
        yes = statuses.is_yes(word)
        if not word:
            return VALID, True
        if yes is not None:
            return (VALID if yes else UNPAID), True
        if word.replace(".", "").replace(",", "").isdigit():
            return VALID, True
        status, known = general(word)
        if statuses.status_key(word) in ("declined", "failed", "rejected", "denied"):
            return UNPAID, True
        return status, known

    def order(word: str) -> Verdict:
        return general(word)

    def flag(when_yes: TicketStatus, when_no: TicketStatus) -> Callable[[str], Verdict]:
        def judged(word: str) -> Verdict:
            if not word or word in ("-", "–", "—"):
                return VALID, True
            yes = statuses.is_yes(word)
            if yes is not None:
                return (when_yes if yes else when_no), True
            return general(word)

        return judged

    def bad_unless_no(when_yes: TicketStatus) -> Callable[[str], Verdict]:
        def judged(word: str) -> Verdict:
            # any date, reason or yes is a yes here: Tito writes `true`, others the date
            if statuses.status_key(word) in ("valid", "active", "not void", "unused", "not voided"):
                return VALID, True
            return (VALID if statuses.is_yes(word) is False else when_yes), True

        return judged

    judges: dict[str, Callable[[str], Verdict]] = {
        "payment_status": payment,
        "paid_flag": payment,
        "order_status": order,
        "confirmed_flag": flag(VALID, UNAPPROVED),
        "attending_flag": flag(VALID, CANCELED),
        "cancel_flag": bad_unless_no(CANCELED),
        "blocked_flag": bad_unless_no(BLOCKED),
        "waitlist_flag": flag(UNAPPROVED, VALID),
    }
    return judges.get(field, general)


class _Memory(dict[Any, Entry]):
    """Each combination of status words is judged once; the worst word decides."""

    def __init__(self, speaking: list[Speaking], headings: list[str]) -> None:
        super().__init__()
        self._judges = [
            (
                judge,
                f"{headings[column]}: " if field.endswith("_flag") else "",
                field in _EXCEPTIONS,
            )
            for column, judge, field in speaking
        ]
        self.unknown: dict[Any, list[tuple[int, str]]] = {}
        self.marks = False

    def __missing__(self, cell: object) -> Entry:
        words = (cell,) if isinstance(cell, str) else cell
        worst, shown, mark = VALID, "", ""
        assert isinstance(words, tuple)
        for place, ((judge, said, exception), raw) in enumerate(
            zip(self._judges, words, strict=True)
        ):
            word = clean(raw)
            status, known = judge(word)
            if not known:
                self.unknown.setdefault(cell, []).append((place, word))
            if word in ("-", "–", "—") or (exception and status is VALID):
                continue
            worse = SEVERITY[status] - SEVERITY[worst]
            if worse > 0 or (worse == 0 and not shown):
                shown, worst = (said + word if word else ""), status
            if not mark and statuses.status_key(word) in _IN_STATUS:
                mark = word
                self.marks = True
        self[cell] = worst, shown, mark
        return self[cell]


def _arrival(words: list[str], flags: int) -> str:
    said = [word for word in words[:flags] if word]
    marks = [mark for mark in map(statuses.arrived, said) if mark]
    time = next((mark for mark in map(statuses.arrived, words[flags:]) if mark), "")
    if said and not marks:
        return ""  # the source says no; a time left behind is history
    return time or (marks[0] if marks else "")
