"""Made-up people for the benchmarks: a registrations file, and an event that has taken it in."""

from __future__ import annotations

import csv
import random
import string
from pathlib import Path

from kiosk.services.event.event import create_event
from kiosk.services.setup.imports import accept_import, plan_import

PEOPLE = 100_000
HEADINGS = (
    "ID", "Full Name", "First Name", "Last Name", "Email", "Phone", "Company", "Job Title",
    "Country", "Ticket Type", "Order ID", "Ticket Code", "Status", "Registered At",
    "T-Shirt Size", "Dietary",
)  # fmt: skip
_GIVEN = (
    "Asha", "Priya", "Muhammad", "José", "Wei", "Supriya", "Élodie", "Li", "Arjun", "Fatima",
    "Søren", "Ananya", "Omar", "Chiara", "Yusuf", "Mei", "Lakshmi", "Tomás", "Zoë", "Ravi",
    "आशा", "प्रिया", "محمد", "தமிழ்", "王伟",
)  # fmt: skip
_FAMILY = (
    "Rao", "Kulkarni", "Khan", "García", "Wang", "Shinde", "O'Neil", "Müller", "Nair", "Iyer",
    "Patel", "Hussain", "Lindqvist", "Rossi", "Nguyen", "Okafor", "Sharma", "Dubois", "Kim",
)  # fmt: skip
_SYLLABLES = ("ka", "ri", "mo", "sha", "ven", "tu", "lo", "pra", "de", "nis", "ya", "bel")
_CODE_LETTERS = string.ascii_uppercase + string.digits


def code_of(number: int) -> str:
    """The ticket code of a person, ten letters and digits."""
    return "".join(random.Random(number).choices(_CODE_LETTERS, k=8)) + f"{number % 100:02}"


def name_of(number: int) -> tuple[str, str]:
    """A person's given and family name; about half of a large event share theirs with somebody."""
    chance = random.Random(number * 31 + 7)
    if number % 3:
        return chance.choice(_GIVEN), "".join(chance.choices(_SYLLABLES, k=3)).title()
    made = "".join(chance.choices(_SYLLABLES, k=2)).title()
    return f"{chance.choice(_GIVEN)} {made}", chance.choice(_FAMILY)


def _row(number: int, changed: bool) -> list[str]:
    chance = random.Random(number)
    given, family = name_of(number)
    return [
        f"{number:06}",
        f"{given} {family}",
        given,
        family,
        f"person{number}@example.org",
        f"+91 {number // 100000:05} {number % 100000:05}",
        chance.choice(("Acme", "Zoho", "Octopus & Sons", "")),
        chance.choice(("Engineer", "Teacher", "Student", "")),
        chance.choice(("India", "Pakistan", "Brazil", "Germany")),
        chance.choice(("Regular", "Speaker", "Student")) if not changed else "Volunteer",
        f"{200000 + number // 2}",
        code_of(number),
        chance.choices(("Confirmed", "Cancelled", "Waitlisted"), (95, 3, 2))[0],
        f"2026-{1 + number % 12:02}-{1 + number % 28:02} {number % 24:02}:04:12",
        chance.choice(("S", "M", "L", "XL")),
        chance.choice(("", "Vegan", "Nut allergy (severe!)")),
    ]


def write_list(path: Path, people: int = PEOPLE, *, changed_every: int = 0) -> None:
    """A CSV of 16 columns; of every so many rows one has another ticket type."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(people):
            writer.writerow(_row(number, bool(changed_every) and number % changed_every == 0))


def make_event(path: Path, people: int = PEOPLE) -> None:
    """An event that has taken such a list in; everybody may come in."""
    source = path.with_suffix(".csv")
    write_list(source, people)
    store = create_event(
        path, name="Benchmark", timezone="UTC", list_names=("Door",), desk="Desk 1"
    )
    accept_import(store, plan_import(store, source))
    store.close()


def admitted(start: int, count: int) -> list[int]:
    """Numbers of so many people whose tickets are good, from `start` on."""
    found: list[int] = []
    number = start
    while len(found) < count:
        if _row(number, False)[12] == "Confirmed":
            found.append(number)
        number += 1
    return found
