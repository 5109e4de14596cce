"""`kiosk rehearse`, and the settings and lists that the command line changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services.setup.recent import remembered_event
from kiosk.services.setup.rehearsal import rehearsal_path
from kiosk.storage.file.store import Store
from tests.support.program import Program


@pytest.fixture
def kiosk(store: Store, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(store.path, capsys)


def test_a_rehearsal_is_started_used_and_deleted(
    kiosk: Program, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Commands work on its file; the event and the next start do not see it."""
    code, made = kiosk.json("rehearse", "-o", str(tmp_path / "tickets.pdf"))

    assert (0, str(tmp_path / "tickets.pdf")) == (code, made["tickets"])
    assert (tmp_path / "tickets.pdf").read_bytes().startswith(b"%PDF")

    code, verdicts = Program(Path(made["event"]), capsys).json("scan", "REHEARSE-0001")
    assert (0, "ok") == (code, verdicts[0]["outcome"])
    assert remembered_event() == kiosk.event.resolve()
    code, told, _ = Program(Path(made["event"]), capsys).run("share")
    assert (2, "") == (code, told)

    assert (0, {"ended": True}) == kiosk.json("rehearse", "--end")
    assert (0, {"ended": False}) == kiosk.json("rehearse", "--end")
    assert not rehearsal_path(kiosk.event).parent.exists()
    assert 2 == kiosk.run("rehearse", "--end", "-o", "x.pdf")[0]


def test_a_plain_desk_deletes_the_rehearsal(
    kiosk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rehearsal ends when the plain desk opens, too."""
    from io import BytesIO, TextIOWrapper

    kiosk.run("rehearse")
    assert rehearsal_path(kiosk.event).is_file()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"")))
    assert 0 == kiosk.run("desk", "--plain")[0]
    assert not rehearsal_path(kiosk.event).exists()


def test_days_and_zone_are_settings_and_lists_follow(kiosk: Program) -> None:
    """`settings` changes days and zone, and the lists follow; bad values change nothing."""
    code, now = kiosk.json("settings", "days=2-3 Mar 2027", "timezone=Asia/Karachi")

    assert (0, "2027-03-02, 2027-03-03") == (code, now["days"])
    assert ["Day 1 · Tue 2 Mar", "Day 2 · Wed 3 Mar"] == [
        item["name"] for item in kiosk.json("lists")[1]
    ]
    assert "2027-03-02T00:00:00+05:00" == kiosk.json("lists")[1][0]["opens"]
    for wrong in ("days=someday", "timezone=Mars/Olympus", "name="):
        assert 2 == kiosk.run("settings", wrong)[0]


def test_lists_by_kind_with_typed_times(kiosk: Program) -> None:
    """A list has a kind, a window and a new name."""
    code, shown = kiosk.json(
        *("lists", "add", "Lunch", "--kind", "meal"),
        *("--opens", "16 Feb 12:00", "--closes", "16 Feb 2 pm"),
    )
    lunch = shown[-1]

    assert (0, "daily") == (code, lunch["entry"])
    assert "2027-02-16T14:00:00+05:30" == lunch["closes"]
    assert (
        "Midday meal"
        == kiosk.json("lists", "set", "Lunch", "--rename", "Midday meal")[1][-1]["name"]
    )
    for wrong in (("--kind", "party"), ("--opens", "soon"), ("--opens", "12:00")):
        code, _, said = kiosk.run("lists", "add", "X", *wrong)
        assert 2 == code
        assert "Nothing was changed." in said
