"""An event with people, ready to be broken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.forked import kiosk


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Forks, signals and resource limits are POSIX's."""
    if sys.platform == "win32":
        for item in items:
            if "faults" in str(item.path):
                item.add_marker(pytest.mark.skip(reason="needs POSIX processes"))


PEOPLE = 400


def people_csv(count: int = PEOPLE, company: str = "Acme") -> str:
    """So many people, each with a code."""
    rows = [f"C{n:05},Person {n},p{n}@example.org,{company}" for n in range(count)]
    return "\n".join(["Ticket code,Name,Email,Company", *rows, ""])


@pytest.fixture
def people_file(tmp_path: Path) -> Path:
    """The list of registrations."""
    path = tmp_path / "people.csv"
    path.write_text(people_csv())
    return path


@pytest.fixture
def empty_event(tmp_path: Path) -> Path:
    """An event with nobody in it, in a folder of its own."""
    folder = tmp_path / "event"
    folder.mkdir()
    path = folder / "e.kiosk"
    assert 0 == kiosk("new", str(path), "--name", "N", "--list", "Door")[0]
    return path


@pytest.fixture
def event(empty_event: Path, people_file: Path) -> Path:
    """An event with people."""
    assert 0 == kiosk("-e", str(empty_event), "import", str(people_file))[0]
    return empty_event
