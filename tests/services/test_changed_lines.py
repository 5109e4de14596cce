"""A newer file of which only the changed lines are read gives the report of the whole file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.importers.reading import SourceFile
from kiosk.services.people.people import edit, walk_in
from kiosk.services.setup import changed_lines
from kiosk.services.setup.imports import ImportReport, accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.queries.imports import import_runs
from tests.support.stores import make_store

COUNT = 40
HEAD = "Ticket code,Name,Email,Ticket Type,Status,Company"
Lines = list[str]


def line(number: int, **changes: str) -> str:
    """A row of the file."""
    cells = {
        "code": f"TCK{number:05}",
        "name": f"Person {chr(65 + number % 26)}{number}",
        "email": f"p{number}@example.org",
        "kind": "Speaker" if number % 7 == 0 else "Regular",
        "status": "canceled" if number % 11 == 0 else "confirmed",
        "company": "Acme",
    } | changes
    return ",".join(cells.values())


def whole() -> Lines:
    """The first file."""
    return [HEAD, *map(line, range(COUNT))]


def _replaced(at: int, text: str) -> Callable[[Lines], Lines]:
    return lambda lines: [*lines[:at], text, *lines[at + 1 :]]


def _added(text: str) -> Callable[[Lines], Lines]:
    return lambda lines: [*lines, text]


PLAIN: dict[str, Callable[[Lines], Lines]] = {
    "changed": _replaced(30, line(29, kind="Volunteer")),
    "changed name and e-mail": _replaced(30, line(29, name="Other Name", email="o@example.org")),
    "changed status": _replaced(30, line(29, status="canceled")),
    "added": _added(line(COUNT)),
    "removed": lambda lines: [*lines[:20], *lines[21:]],
    "moved": lambda lines: [*lines[:20], *lines[21:], lines[20]],
    "several": lambda lines: [*lines[:25], *lines[27:], line(90), line(91), line(92)],
    "other line of the first ones": _replaced(2, line(1, company="Zoho")),
}
READ_WHOLE: dict[str, Callable[[Lines], Lines]] = {
    "a line twice": lambda lines: [*lines, lines[30]],
    "a code of another person": _added(line(99, code="TCK00035")),
    "one code, another name": _added(line(35, name="Quite Another")),
    "an item that may belong to another row": _added(line(99, kind="T-shirt")),
    "no name": _added(line(99, name="")),
    "an unknown status": _added(line(99, status="perhaps")),
    "a blank line": _added(",,,,,"),
    "a line end in a cell": _added(line(99, company='"Acme\nand Sons"')),
    "another heading": _replaced(0, HEAD.replace("Company", "Firm")),
    "a column more": lambda lines: [f"{text},x" for text in lines],
    "a total": _added("Total,40,,,,"),
    "nearly everything": lambda lines: [HEAD, *(line(i, company="New") for i in range(COUNT))],
}


@pytest.fixture(autouse=True)
def few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few lines are read again that most of these small files are not."""
    monkeypatch.setattr(changed_lines, "_CONTEXT", 5)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An event that has imported the first file."""
    store = make_store(tmp_path)
    accept_import(store, plan_import(store, _written(tmp_path, whole())))
    return store


def _written(folder: Path, lines: Lines, end: str = "\n") -> Path:
    path = folder / "people.csv"
    path.write_bytes((end.join(lines) + end).encode())
    return path


def _both_reports(store: Store, path: Path) -> tuple[ImportReport, ImportReport]:
    """The report from changed lines and the one from the whole file, in one order."""
    first = plan_import(store, path).report
    store.connection.execute("UPDATE cache SET key = 'hidden'")
    second = plan_import(store, path).report
    store.connection.execute("UPDATE cache SET key = ?", (changed_lines.CACHE_KEY,))
    for report in (first, second):
        report.kept.sort(key=str)
        report.missing_people.sort()
        report.missing_names.sort()
    return first, second


def _reads_changes(store: Store, path: Path) -> bool:
    known = import_runs(store.connection)[0]
    source = SourceFile(path)
    return changed_lines.read_changes(store, source, known.options, None) is not None


@pytest.mark.parametrize("change", PLAIN)
def test_changed_lines_give_the_report_of_the_whole_file(
    store: Store, tmp_path: Path, change: str
) -> None:
    """New, changed, missing and unchanged people are the same, and so is the next comparison."""
    path = _written(tmp_path, PLAIN[change](whole()))
    assert _reads_changes(store, path)
    from_changes, from_all = _both_reports(store, path)
    assert dataclasses.asdict(from_all) == dataclasses.asdict(from_changes)

    accept_import(store, plan_import(store, path))
    again = _written(tmp_path, [*PLAIN[change](whole()), line(77)])
    assert _reads_changes(store, again)
    from_changes, from_all = _both_reports(store, again)
    assert dataclasses.asdict(from_all) == dataclasses.asdict(from_changes)
    assert from_all.new == 1


@pytest.mark.parametrize("change", READ_WHOLE)
def test_what_concerns_several_rows_is_read_whole(
    store: Store, tmp_path: Path, change: str
) -> None:
    """Where one row may change the meaning of another, nothing is taken from hashes."""
    path = _written(tmp_path, READ_WHOLE[change](whole()))

    assert not _reads_changes(store, path)
    from_changes, from_all = _both_reports(store, path)
    assert dataclasses.asdict(from_all) == dataclasses.asdict(from_changes)


def test_values_typed_at_the_desk_are_reported(store: Store, tmp_path: Path) -> None:
    """A typed value stays and is reported, whether its line is read or not."""
    people = {row[1]: row[0] for row in store.connection.execute("SELECT id, name FROM attendee")}
    edit(store, people["Person F31"], {"company": "Typed"})
    walk_in(store, "Person Z99", {})
    path = _written(tmp_path, [*PLAIN["changed"](whole()), line(99, name="Person Z99")])

    assert _reads_changes(store, path)
    from_changes, from_all = _both_reports(store, path)
    assert dataclasses.asdict(from_all) == dataclasses.asdict(from_changes)
    assert ["Typed"] == [kept.kept for kept in from_changes.kept]


def test_another_import_in_between_is_noticed(store: Store, tmp_path: Path) -> None:
    """The lines count only while the rows of that import are those of the event."""
    other = tmp_path / "other.csv"
    other.write_text("Name,Email\nSome One,s@example.org\n", encoding="utf-8")
    accept_import(store, plan_import(store, other))

    assert not _reads_changes(store, _written(tmp_path, PLAIN["changed"](whole())))


def test_line_ends_of_windows(tmp_path: Path) -> None:
    """CR LF is a line end, and the same lines with LF are other lines."""
    store = make_store(tmp_path)
    accept_import(store, plan_import(store, _written(tmp_path, whole(), "\r\n")))

    assert _reads_changes(store, _written(tmp_path, PLAIN["changed"](whole()), "\r\n"))
    assert not _reads_changes(store, _written(tmp_path, PLAIN["changed"](whole()), "\n"))
