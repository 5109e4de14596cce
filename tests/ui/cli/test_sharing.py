"""`kiosk share -o`, `desks --address` and `conflicts -o`."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import walk_in
from kiosk.services.sharing.desks import Desks
from kiosk.services.sharing.sharing import is_shared
from kiosk.storage.file.store import Store
from kiosk.sync.peers import DeskState, DeskStatus
from kiosk.ui.cli.commands.sharing import without_times
from tests.support.desks import new_desk, send
from tests.support.program import Program
from tests.support.stores import bind_code

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")


def test_share_writes_the_code_as_a_page(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`share -o` writes a PDF; with a wrong name sharing stays off."""
    program = Program(store.path, capsys)
    page = tmp_path / "page.pdf"
    refused, _, said = program.run("share", "-o", str(tmp_path / "page.txt"))
    before = program.json("--json", "desks")
    code, shared = program.json("share", "-o", str(page))

    assert 2 == refused
    assert "ends in .pdf" in said
    assert 1 == len(before[1])
    assert (0, str(page)) == (code, shared["file"])
    assert b"%PDF" == page.read_bytes()[:4]


def test_a_page_that_cannot_be_written_is_reported_with_what_was_done(
    store: Store,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The event is shared by then; `--off` with another option changes nothing."""

    def refuse(*_: object) -> None:
        raise KioskError("cannot_write", "It cannot be written.", saved="No file was changed.")

    program = Program(store.path, capsys)
    monkeypatch.setattr("kiosk.ui.cli.commands.sharing.write_share_page", refuse)
    code, _, said = program.run("share", "-o", str(tmp_path / "page.pdf"))
    both, _, why = program.run("share", "--off", "--new-code")

    assert (2, 2) == (code, both)
    assert "The event is shared, but the page was not written. No file was changed." in said
    assert "--off takes no other option. Nothing was changed." in why
    assert is_shared(store)


@pytest.mark.parametrize("wait", ["nan", "inf", "-1", "9999"])
def test_a_join_waits_for_a_number_of_seconds(
    store: Store, capsys: pytest.CaptureFixture[str], wait: str
) -> None:
    """It would wait without end for nan."""
    program = Program(store.path, capsys)
    code, _, said = program.run("join", "not a code", "--timeout", wait)

    assert 2 == code
    assert "--timeout" in said


def test_an_address_is_for_a_shared_event(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Before sharing, a message says what to do; afterwards the address is kept."""
    program = Program(store.path, capsys)
    alone, _, said = program.run("desks", "--address", "10.0.0.9")
    program.run("share")
    shared, _, _ = program.run("desks", "--address", "10.0.0.9")
    bad, _, why = program.run("desks", "--address", "nowhere")

    assert (2, 0, 2) == (alone, shared, bad)
    assert "kiosk share" in said
    assert "no address of a desk" in why


def test_a_desk_that_does_not_share_now_says_so(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The list of desks names the others, and that nothing is exchanged with them."""
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=store.clock)  # type: ignore[arg-type]
    walk_in(other, "Priya", {})
    send(other, store)
    other.close()
    program = Program(store.path, capsys)
    program.run("share")
    _, _, shared = program.run("desks")
    program.run("share", "--off")
    _, desks, off = program.run("desks")

    assert "Desk 2" in desks
    assert "not shared now" in off
    assert "not shared now" not in shared


def test_a_watched_list_is_shown_again_for_a_new_problem() -> None:
    """Not for a time that counts up."""
    this = DeskStatus("Desk 1", "1", DeskState.THIS, 0, 0)
    desks = (this, DeskStatus("Desk 2", "2", DeskState.AWAY, 0, 0))

    def shown(*problems: str) -> object:
        return without_times(Desks(desks, problems=problems))

    heard = "Nothing is heard (Desk 2 last heard 58 s ago)."

    assert shown(heard) == shown(heard.replace("58 s", "1 min"))
    assert shown(heard) != shown()


def test_conflicts_on_paper(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each conflict is a line of the sheet, and the exit code is 1."""
    bind_code(store, "T1", walk_in(store, "Priya", {}).id)
    other = new_desk(tmp_path / "2.kiosk", "Desk 2", store, clock=store.clock)  # type: ignore[arg-type]
    scan(store, ScanOrder(code="T1"))
    scan(other, ScanOrder(code="T1"))
    send(other, store)
    other.close()
    out = tmp_path / "conflicts.pdf"
    code, text, _ = Program(store.path, capsys).run("conflicts", "-o", str(out))

    assert 1 == code
    assert "Priya on Day 1" in text
    assert "Desk 2, no badge there" in text
    assert b"%PDF" == out.read_bytes()[:4]
