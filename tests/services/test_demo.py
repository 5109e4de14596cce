"""The demo event: its people, and that it never overwrites another event."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.domain.checkin.rules import Outcome
from kiosk.domain.people.registration import TicketStatus
from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.event import create_event, event_info
from kiosk.services.people.people import edit, find_attendee
from kiosk.services.setup.demo import demo_registrations, open_demo
from kiosk.storage.file.copy import event_summary
from kiosk.storage.file.store import Store, wall_ms
from kiosk.storage.queries import attendees as people
from kiosk.ui.cli.main import run

SCRIPTS = (
    "LATIN DEVANAGARI ARABIC TAMIL BENGALI TELUGU KANNADA MALAYALAM GUJARATI GURMUKHI SINHALA "
    "HEBREW THAI KHMER CJK HIRAGANA KATAKANA HANGUL CYRILLIC GREEK GEORGIAN ARMENIAN ETHIOPIC"
)
DAY_MS = 24 * 60 * 60 * 1000


@pytest.fixture
def demo_file(tmp_path: Path) -> Path:
    """The path of a test's demo."""
    return tmp_path / "kiosk" / "demo.kiosk"


@pytest.mark.parametrize("script", SCRIPTS.split())
def test_every_script_has_a_name(script: str) -> None:
    """Whoever tries the demo finds the script of their own people."""
    letters = {char for row in demo_registrations() for char in row.name}

    assert any(unicodedata.name(char, "").startswith(script) for char in letters)


def test_it_holds_what_happens_at_a_desk() -> None:
    """All states, parties, guests without a name, namesakes, short and long names."""
    rows = demo_registrations()
    names = Counter(row.name for row in rows if row.name)

    assert set(TicketStatus) == {row.status for row in rows}
    assert len({row.codes for row in rows}) == len(rows) >= 180
    assert any(row.heads > 1 for row in rows)
    assert any(not row.name and row.guest_of for row in rows)
    assert names["Priya Sharma"] == 2
    assert min(map(len, names)) == 1
    assert max(map(len, names)) > 60
    assert all(row.email.endswith("@example.org") for row in rows)


def test_it_is_ready_to_scan_today(demo_file: Path) -> None:
    """Its first day is today, some are in, and the code it names for a try is not."""
    demo = open_demo(desk="Desk 1", path=demo_file)
    store = Store.open(demo.path, desk="Desk 1")
    arrived = store.connection.execute("SELECT count(DISTINCT attendee_id) FROM scan").fetchone()
    result = scan(store, ScanOrder(code="DEMO-0007"))
    today = date.fromtimestamp(wall_ms() / 1000)
    days = event_info(store).days
    store.close()

    assert demo.is_new
    assert abs(days[0] - today) <= timedelta(days=1)
    assert days[1] == days[0] + timedelta(days=1)
    assert arrived[0] > 10
    assert result.outcome is Outcome.OK


def test_opened_again_it_is_the_same(demo_file: Path) -> None:
    """Changes to the demo are kept on the same day."""
    first = open_demo(desk="Desk 1", path=demo_file)
    store = Store.open(first.path, desk="Desk 1")
    person = people.all_attendees(store.connection)
    person_id = next(iter(person)).id
    edit(store, person_id, {"note": "kept"})
    store.close()

    again = open_demo(desk="Desk 1", path=demo_file)
    store = Store.open(again.path, desk="Desk 1")
    note = find_attendee(store, person_id).note
    store.close()

    assert (again.is_new, again.people) == (False, first.people)
    assert note == "kept"


def test_it_is_created_again_when_its_days_are_over(demo_file: Path) -> None:
    """A demo of last week has no list that is open."""
    open_demo(desk="Desk 1", path=demo_file, now_ms=wall_ms() - 7 * DAY_MS)

    assert open_demo(desk="Desk 1", path=demo_file).is_new
    assert not open_demo(desk="Desk 1", path=demo_file).is_new


@pytest.mark.parametrize("kind", ["event", "text"])
def test_a_file_that_is_not_the_demo_is_left_alone(demo_file: Path, kind: str) -> None:
    """Another file of that name is never replaced."""
    demo_file.parent.mkdir()
    if kind == "event":
        create_event(demo_file, name="My own", desk="Desk 1").close()
    else:
        demo_file.write_text("shopping list")
    before = demo_file.read_bytes()

    with pytest.raises(KioskError) as caught:
        open_demo(desk="Desk 1", path=demo_file)

    assert caught.value.code == "not_the_demo"
    assert before == demo_file.read_bytes()


def test_without_a_terminal_the_command_says_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`kiosk demo --json` is one document; without it, the file, and how to open it."""
    monkeypatch.setattr("kiosk.services.setup.demo.events_dir", lambda: tmp_path)

    assert run(["demo", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert run(["demo"]) == 0
    said = capsys.readouterr()

    assert document == {"event": str(tmp_path / "demo.kiosk"), "people": len(demo_registrations())}
    assert document["event"] in said.out
    assert f"kiosk -e {document['event']} desk" in said.err


def test_reading_an_event_creates_no_file_next_to_it(demo_file: Path) -> None:
    """A list of events is shown without opening them for writing."""
    open_demo(desk="Desk 1", path=demo_file)
    seen = event_summary(demo_file)

    assert seen is not None
    assert seen.settings["name"] == "Demo Conf"
    assert [demo_file] == list(demo_file.parent.iterdir())
