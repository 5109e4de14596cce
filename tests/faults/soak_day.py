"""A made-up day: who is registered, and what must be in the file when they have come.

The rules are written down here once more, in their shortest form, and nothing of the program is
used for them.
"""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HEADINGS = ("Ticket code", "Name", "Email", "Company", "Ticket type", "Status", "Quantity")
LISTS = ("Door", "Workshop", "Lunch", "Water")
"""The first and the third admit once, the second speakers and helpers only, the last always."""
HELPERS = ("Speaker", "Helper")
_SYLLABLES: list[str] = re.findall(
    r"\w+",
    "bar kol din ruf fel lam mok nis pan sur tev vid wor yat zuk ghal shri lop mer tas "
    "jun qed xim hob gre cla dro fli sna pru bo ki du",
)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody on the list of registrations."""

    number: int
    kind: str
    status: str
    heads: int

    @property
    def code(self) -> str:
        """What their ticket says."""
        return f"SOAK-{self.number:06}"

    @property
    def name(self) -> str:
        """Nobody else's, and not much like anybody's."""
        chance = random.Random(f"name {self.number}")
        given, family = ("".join(chance.choices(_SYLLABLES, k=4)).title() for _ in range(2))
        return f"{given} {family}"


def guest(number: int) -> Guest:
    """The same one each time: one in 40 canceled, one in 20 unpaid, one in 25 a party."""
    chance = random.Random(number)
    status = "canceled" if number % 40 == 7 else "unpaid" if number % 20 == 3 else "paid"
    heads = chance.choice((2, 3, 5)) if number % 25 == 11 and status == "paid" else 1
    kind = chance.choice(("Regular", "Regular", "Student", "Speaker", "Helper"))
    return Guest(number, kind, status, heads)


def write_registrations(path: Path, count: int, *, company: str = "Acme", moved: int = 0) -> None:
    """The export of the first `count` guests, of whom the first `moved` have another employer."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADINGS)
        for number in range(count):
            who = guest(number)
            rows.writerow(
                (
                    who.code,
                    who.name,
                    f"p{number}@example.org",
                    company if number < moved else "Acme",
                    who.kind,
                    who.status,
                    who.heads,
                )
            )


@dataclass(slots=True)
class Row:
    """A scan as it must be in the file."""

    who: str
    """A ticket's code, or the name of somebody without one."""
    list_name: str
    outcome: str
    heads: int
    forced: bool = False
    undone: bool = False


@dataclass(slots=True)
class Tally:
    """What a person with pencil and paper would have written down."""

    rows: list[Row] = field(default_factory=list)
    standing: list[Row] = field(default_factory=list)
    """What F8 would take back, the last one last."""
    undone: int = 0

    def scan(self, who: Guest, list_name: str, *, heads: int = 1, forced: bool = False) -> Row:
        """A guest's ticket at a list."""
        verdict = self.verdict(who, list_name, heads)
        if forced and verdict in ("already_redeemed", "product", "unpaid"):
            row = self._note(Row(who.code, list_name, "ok", heads, forced=True))
        else:
            row = self._note(Row(who.code, list_name, verdict, heads if verdict == "ok" else 0))
        return row

    def verdict(self, who: Guest, list_name: str, heads: int = 1) -> str:
        """The first rule that applies."""
        if who.status == "canceled":
            return "canceled"
        if list_name == "Workshop" and who.kind not in HELPERS:
            return "product"
        if list_name != "Water" and self.inside(who.code, list_name) + heads > who.heads:
            return "already_redeemed"
        return "unpaid" if who.status == "unpaid" else "ok"

    def unknown(self, code: str, list_name: str) -> Row:
        """A code that nobody has."""
        return self._note(Row(code, list_name, "invalid", 0))

    def walk_in(self, name: str, list_name: str) -> Row:
        """Somebody who was not registered."""
        return self._note(Row(name, list_name, "ok", 1))

    def undo(self) -> Row:
        """The last entry is taken back."""
        row = self.standing.pop()
        row.undone = True
        self.undone += 1
        return row

    def inside(self, who: str, list_name: str) -> int:
        """Heads of one ticket that are in."""
        found = (row for row in self.standing if (row.who, row.list_name) == (who, list_name))
        return sum(row.heads for row in found)

    def heads(self, list_name: str, most: dict[str, int]) -> int:
        """Heads in on one list; `most` by ticket, else 1."""
        by_ticket: Counter[str] = Counter()
        for row in self.standing:
            if row.list_name == list_name:
                by_ticket[row.who] += row.heads
        return sum(min(heads, most.get(who, 1)) for who, heads in by_ticket.items())

    def refused(self) -> Counter[str]:
        """How often which word was said."""
        return Counter(row.outcome for row in self.rows if row.outcome != "ok")

    def _note(self, row: Row) -> Row:
        self.rows.append(row)
        if row.outcome == "ok":
            self.standing.append(row)
        return row
