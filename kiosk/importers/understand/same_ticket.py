"""Unite the rows of one ticket into one registration; the order of the rows decides nothing.

The better status counts, and with it the details of its row; the answers to a form count in the
order of their time. Otherwise the row with more details comes first. Rows of one identity with
different names, e-mail addresses or codes are different people.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kiosk.domain.people.registration import PERSON_FIELDS, Registration, RejectedRow
from kiosk.domain.text import counted
from kiosk.importers.understand.statuses import SEVERITY
from kiosk.importers.understand.values import fold

_DETAILS = ("phone", "company", "ticket_type", "order_code", "heads", "arrived_at_source")
"""Fields whose difference is reported; names and e-mail addresses tell people apart."""
_MERGED = (*PERSON_FIELDS, "status_word", "guest_of", "arrived_at_source")
Rows = list[Registration]


class TicketRows:
    """Unites rows, and collects what the report says about them.

    Args:
        join: different answers are joined, not chosen (a row for each session of a speaker).
        stamp: heading of the time of a form's answer; empty if there is none.
    """

    def __init__(self, join: bool, stamp: str) -> None:
        self.duplicates = 0
        self.rejected: list[RejectedRow] = []
        self._join = join
        self._stamp = stamp
        self._statuses: list[str] = []
        self._details: list[str] = []
        self._answers: list[str] = []
        self._times: dict[int, tuple[int, ...]] = {}

    def united(self, built: Rows) -> Rows:
        """One registration for each ticket, in the order of the first row of each."""
        groups: dict[str, Rows] = defaultdict(list)
        for row in built:
            if row.identity:
                groups[row.identity].append(row)
            else:
                self.rejected.append(RejectedRow(row.row, "no name, e-mail or code"))
        if self._stamp:
            self._times = _times(built, self._stamp)
        found: dict[str, Registration] = {}
        for identity, rows in groups.items():
            tickets = [("", rows)] if len(rows) == 1 else _tickets(rows)
            for apart, same in tickets:
                key = identity + apart
                while key in found or (apart and key in groups):
                    key += "|"
                found[key] = self._merged(same)._replace(identity=key)
        return sorted(found.values(), key=lambda row: row.row)

    def _merged(self, rows: Rows) -> Registration:
        if len(rows) == 1:
            return rows[0]
        self.duplicates += len(rows) - 1
        ranked = sorted(rows, key=self._rank)
        best = ranked[0]
        self._note(best, ranked)
        changes: dict[str, Any] = {
            name: next((value for row in ranked if (value := getattr(row, name))), "")
            for name in _MERGED
        }
        if changes["name"]:
            changes["guest_of"] = ""
        extra: dict[str, str] = {}
        for row in ranked:
            for heading, value in row.extra:
                known = extra.setdefault(heading, value)
                if self._join and value not in known.split("; "):
                    extra[heading] = "; ".join(sorted({*known.split("; "), value}))
        return best._replace(
            **changes,
            heads=max(row.heads for row in rows),
            codes=_all(row.codes for row in ranked),
            weak_codes=_all(row.weak_codes for row in ranked),
            extra=tuple(extra.items()),
            row=min(row.row for row in rows),
        )

    def _rank(self, row: Registration) -> tuple[Any, ...]:
        """The place of a row among those of its ticket; the first one counts."""
        time = tuple(-part for part in self._times.get(row.row, ()))
        details = [value for value in row[1:9] if value]
        is_answer = bool(time) and row.identity.startswith("person:")
        return (
            (not time, time) if is_answer else (),
            SEVERITY[row.status],
            (not time, time),
            -len(details) - len(row.extra),
            sum(value.isupper() for value in details[:3]),  # "Zainab" before "ZAINAB"
            row[1:-1],
        )

    def _note(self, best: Registration, rows: Rows) -> None:
        """Collect the differences between rows, for the report."""
        who = best.name or best.email or next(iter(best.codes), "no name")
        at = f"row {best.row}"
        other = next((row for row in rows if row.status is not best.status), None)
        is_newest = self._is_newest(best, rows)
        if other is not None and not is_newest:
            said = f"{who}: {_word(best)} in {at}, {_word(other)} in row {other.row}"
            self._statuses.append(said)
        differences = [] if self._join else list(_differences(best, rows, self._stamp))
        if is_newest and (differences or other is not None):
            self._answers.append(f"{who}: row {best.row}")
        elif differences:
            self._details.append(f"{who}: {differences[0]}")

    def _is_newest(self, best: Registration, rows: Rows) -> bool:
        """Whether the time alone made this answer count."""
        times = [self._times.get(row.row, ()) for row in rows]
        return best.identity.startswith("person:") and all(times) and len(set(times)) > 1

    def warnings(self) -> list[str]:
        """Sentences about rows of one ticket that differ."""
        said = []
        for found, what in (
            (self._statuses, "rows with different status; the better one counts"),
            (self._details, "rows with different details; the row named first counts"),
            (self._answers, "several answers; the newest one counts"),
        ):
            if found:
                noun = ("person has", "people have") if found is self._answers else _TICKETS
                listed = "; ".join(found[:5])
                said.append(f"{counted(len(found), *noun)} {what} ({listed[:400]}).")
        return said


_TICKETS = ("ticket has", "tickets have")


def number_namesakes(rows: Rows, numbered: Iterable[str]) -> None:
    """Number the rows of each base (an order and a name, or a name) by their content.

    Args:
        rows: changed in place; identities end with a bar and the number in the file's order.
        numbered: bases with several rows.
    """
    bases = set(numbered)
    groups: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows if bases else ()):
        base = row.identity.rpartition("|")[0]
        if base in bases:
            groups[base].append(i)
    for base, places in groups.items():
        places.sort(key=lambda i: (rows[i].weak_codes, rows[i][1:-1]))
        for number, i in enumerate(places, 1):
            rows[i] = rows[i]._replace(identity=f"{base}|{number}")


def _word(row: Registration) -> str:
    return row.status_word or row.status.value


def _all(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for group in groups for value in group))


def _differences(best: Registration, rows: Rows, stamp: str) -> Iterable[str]:
    """Details in which another row differs from the best one."""
    for other in rows[1:]:
        for name in _DETAILS:
            mine, theirs = str(getattr(best, name)), str(getattr(other, name))
            if mine and theirs and fold(mine) != fold(theirs):
                yield _difference(name.replace("_", " "), mine, best, theirs, other)
        known = dict(best.extra)
        for heading, value in other.extra:
            mine = known.get(heading, value)
            if heading != stamp and fold(mine) != fold(value):
                yield _difference(heading, mine, best, value, other)


def _difference(what: str, mine: str, best: Registration, theirs: str, other: Registration) -> str:
    return f'{what[:40]} "{mine[:40]}" in row {best.row}, "{theirs[:40]}" in row {other.row}'


# People who share an identity


def _tickets(rows: Rows) -> list[tuple[str, Rows]]:
    """The rows of each person; in front what tells the person apart from the first one."""
    found = [("", rows)]
    for value_of in (_name, _email):
        found = [
            (apart + (f"|{value}" if i else ""), some)
            for apart, group in found
            for i, (value, some) in enumerate(_split(group, value_of))
        ]
    return [
        (apart + (f"|{code}" if i else ""), some)
        for apart, group in found
        for i, (code, some) in enumerate(_by_codes(group))
    ]


def _name(row: Registration) -> str:
    return fold(row.name)


def _email(row: Registration) -> str:
    return fold(row.email)


def _split(rows: Rows, value_of: Callable[[Registration], str]) -> list[tuple[str, Rows]]:
    """Rows by a value; those without one join the first group that does not contradict them."""
    groups: dict[str, Rows] = defaultdict(list)
    for row in rows:
        groups[value_of(row)].append(row)
    blank = groups.pop("", [])
    found = sorted(groups.items())
    if not found:
        return [("", blank)]
    mails = [{mail for row in some if (mail := _email(row))} for _, some in found]
    rest: Rows = []
    for row in blank:
        mail = _email(row)
        fitting = [i for i, known in enumerate(mails) if not mail or not known or mail in known]
        sharing = [i for i in fitting if mail and mail in mails[i]]
        if fitting:
            found[(sharing or fitting)[0]][1].append(row)
        else:
            rest.append(row)
    return [*found, ("", rest)] if rest else found


def _by_codes(rows: Rows) -> list[tuple[str, Rows]]:
    """Rows whose codes are connected; rows without a code belong to the first group."""
    groups: list[tuple[set[str], Rows]] = []
    for row in rows:
        if not row.codes:
            continue
        codes, some = set(row.codes), [row]
        for group in [group for group in groups if group[0] & codes]:
            groups.remove(group)
            codes |= group[0]
            some += group[1]
        groups.append((codes, some))
    if not groups:
        return [("", rows)]
    found = sorted((min(row.codes[0] for row in some), some) for _, some in groups)
    found[0][1].extend(row for row in rows if not row.codes)
    return found


# Times of answers

Time = tuple[int, ...]
"""Year, month, day, hour, minute, second."""
_PM = re.compile(r"p\.? ?m\b|下午|午後|오후", re.IGNORECASE)
_AM = re.compile(r"a\.? ?m\b|上午|午前|오전", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")


def _times(rows: Rows, stamp: str) -> dict[int, Time]:
    """The time of each answer by its row; rows without a time are left out.

    A form's program writes month or day first. Of both readings, the possible one counts, or the
    one with all answers within the shorter period.
    """
    texts = {row.row: dict(row.extra).get(stamp, "") for row in rows}
    month_first, day_first = (
        {row: time for row, text in texts.items() if (time := _time(text, is_day_first))}
        for is_day_first in (False, True)
    )
    return day_first if _spread(day_first) < _spread(month_first) else month_first


def _time(text: str, is_day_first: bool) -> Time:
    numbers = list(map(int, _NUMBERS.findall(text)))
    if len(numbers) < 3:
        return ()
    first, second, third, *clock = numbers
    if first >= 1000:
        date = (first, second, third)
    else:
        date = (third, second, first) if is_day_first else (third, first, second)
    hour, minute, seconds = (*clock, 0, 0, 0)[:3]
    if _PM.search(text):
        hour = hour % 12 + 12
    elif _AM.search(text):
        hour %= 12
    return (*date, hour, minute, seconds)


def _spread(times: dict[int, Time]) -> int:
    """Days between the first and the last answer, about; huge for an impossible month."""
    if not times:
        return 0
    days = [year * 372 + month * 31 + day for year, month, day, *_ in times.values()]
    return max(days) - min(days) + 10**6 * any(time[1] > 12 for time in times.values())
