"""Events and folders for the tests of the screens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from tests.support.fake_printing import FakePrinter, FakeSystem
from tests.support.stores import bind_code


@pytest.fixture(autouse=True)
def home(new_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder: no test reads or writes the files of this computer's user."""
    folder = next(new_folders)
    (folder / "Documents").mkdir(parents=True)
    (folder / "Downloads").mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    for name in ("XDG_DOCUMENTS_DIR", "XDG_DOWNLOAD_DIR", "XDG_DESKTOP_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def desk_store(tmp_path: Path) -> Iterator[Store]:
    """An event of today with seven people."""
    today = date.today()
    store = create_event(
        tmp_path / "now.kiosk",
        name="PyCon [bold]Pune[/bold]",
        days=[today - timedelta(days=1), today, today + timedelta(days=1)],
        desk="Desk 1",
    )
    people = {
        "Priya Sharma": {"company": "Acme", "email": "p1@example.org"},
        "Priya  Sharma": {"company": "Zoho", "email": "p2@example.org"},
        "Ravi [Speaker]": {"ticket_type": "Speaker"},
        "Unpaid Uma": {"status": "unpaid"},
        "Careful Chitra": {"attention": "Give her the key"},
        "Party Pavan": {"heads": "3"},
        "欧阳小明": {},
    }
    for number, (name, fields) in enumerate(people.items(), 1):
        person = walk_in(store, name, fields)
        bind_code(store, f"TICKET-{number:03}", person.id)
    yield store
    store.close()


@pytest.fixture
def printing_store(tmp_path: Path) -> Iterator[Store]:
    """An event of today with three people, for a desk with printers."""
    store = create_event(tmp_path / "now.kiosk", name="Meetup", days=[date.today()], desk="Desk 1")
    for number, name in enumerate(["Asha Rao", "Ravi [/b] Kumar", "欧阳小明"], 1):
        person = walk_in(store, name, {"status": "unpaid"} if number == 3 else {})
        bind_code(store, f"TICKET-{number}", person.id)
    yield store
    store.close()


@pytest.fixture
def system(tmp_path: Path) -> FakeSystem:
    """Two printers that print at once."""
    return FakeSystem(tmp_path / "saved", [FakePrinter("Brother"), FakePrinter("Dymo")])
