"""The screens of sharing: the code, the desks, double admissions; hidden until used."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from kiosk.domain.sharing.pairing import PairingCode, pairing_code
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.services.sharing.runner import SharingRunner
from kiosk.services.sharing.sharing import code_of, share, share_info
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees
from kiosk.storage.replication.sharing import read_sharing
from kiosk.sync.peers import DeskState, DeskStatus
from kiosk.sync.status_file import SharedState
from kiosk.ui.tui.app import KioskApp
from kiosk.ui.tui.dialogs.reasons import ConfirmScreen
from kiosk.ui.tui.sharing.share import JoinScreen, ShareScreen
from kiosk.ui.tui.sharing.sharing_control import SharingControl
from tests.support.desks import new_desk, send
from tests.support.fake_printing import FakePrinter, FakeSystem
from tests.support.pty_driver import wait_until
from tests.support.waiting import wait_on_screen

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

pytestmark = pytest.mark.slow


@pytest.fixture
def event(tmp_path: Path) -> Path:
    """An event with one person."""
    store = create_event(tmp_path / "e.kiosk", name="Meetup", timezone="UTC", desk="Desk 1")
    walk_in(store, "Li", {})
    store.close()
    return store.path


def _calls(app: KioskApp, address: str) -> bool:
    """Whether the open desk has called an address and reports the result."""
    state = app.sharing.state if app.sharing is not None else None
    return state is not None and any(at == address for at, _ in state.reached)


def shown(app: KioskApp, selector: str) -> str:
    """The text of a widget on the screen in front."""
    return str(app.screen.query_one(selector, Static).content)


async def start_sharing(app: KioskApp, pilot: Pilot[None]) -> None:
    """Open the screen on an event that is not shared, and answer that it shall be."""
    app.action_share()
    await wait_on_screen(pilot, lambda: isinstance(app.screen, ConfirmScreen))
    await pilot.press("enter")
    await wait_on_screen(pilot, lambda: app.screen.query("#share-words"))


async def test_an_event_is_not_shared_before_a_yes(event: Path) -> None:
    """A person who only looks changes nothing."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "in 0 of 1" in shown(app, "#status"))
        app.action_share()
        await wait_on_screen(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("escape")
        await wait_on_screen(pilot, lambda: app.screen.query("#status"))
    store = Store.open(event, desk="Desk 1")
    sharing = read_sharing(store)
    store.close()

    assert sharing is None


async def test_share_shows_the_code_and_the_status_line_follows(event: Path) -> None:
    """One answer turns it on; the desk says `alone` until another one is there; F8 ends it."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "in 0 of 1" in shown(app, "#status"))
        quiet = shown(app, "#status")
        await start_sharing(app, pilot)
        await wait_on_screen(pilot, lambda: "Both screens show" in shown(app, "#share-words"))
        words, qr = shown(app, "#share-words"), shown(app, "#share-qr")
        await pilot.press("escape")
        await wait_on_screen(pilot, lambda: "alone" in shown(app, "#status"))
        app.action_share()
        await wait_on_screen(pilot, lambda: app.screen.query("#share-words"))
        await wait_on_screen(pilot, lambda: "Both screens show" in shown(app, "#share-words"))
        await pilot.press("f8")
        await wait_on_screen(pilot, lambda: app.screen.query("#status"))
        await wait_on_screen(pilot, lambda: "alone" not in shown(app, "#status"))

    assert "alone" not in quiet
    assert "█" in qr
    assert "or type" in words
    assert max(len(line) for line in words.splitlines()) < 44


async def test_desks_and_conflicts_are_told(event: Path) -> None:
    """A desk that shares nothing says so, and that nothing contradicts."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "in 0 of 1" in shown(app, "#status"))
        app.action_desks()
        await wait_on_screen(pilot, lambda: app.screen.query("#desks-list"))
        await wait_on_screen(pilot, lambda: "this desk" in shown(app, "#desks-list"))
        await wait_on_screen(
            pilot, lambda: "no person was admitted twice" in shown(app, "#conflicts")
        )

        assert "not shared" in shown(app, "#desks-hint")


async def test_join_says_what_a_code_is_not(event: Path) -> None:
    """Letters that are no code are refused at once, and the desk stays."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "in 0 of 1" in shown(app, "#status"))
        app.action_join()
        await wait_on_screen(pilot, lambda: app.screen.query("#join-said"))
        await pilot.press(*"HELLO", "enter")
        await wait_on_screen(pilot, lambda: "no code of an event" in shown(app, "#join-said"))
        await pilot.press("escape")
        await wait_on_screen(pilot, lambda: app.screen.query("#status"))


async def test_the_code_goes_on_paper(event: Path, tmp_path: Path) -> None:
    """F6 prints the page, on a printer that has sheets."""
    printer = FakePrinter("Office")
    app = KioskApp(event, desk="Desk 1")
    app.print_system_for = lambda _: FakeSystem(tmp_path, [printer])
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "in 0 of 1" in shown(app, "#status"))
        await start_sharing(app, pilot)
        await wait_on_screen(pilot, lambda: "Both screens show" in shown(app, "#share-words"))
        await wait_on_screen(pilot, lambda: "No other desk yet" in shown(app, "#share-state"))
        await pilot.press("f6")
        await wait_on_screen(pilot, lambda: "Sent to Office" in shown(app, "#share-paper"))
        await pilot.press("f8")
        await wait_on_screen(pilot, lambda: app.screen.query("#status"))

    assert ["desk code"] == printer.titles


async def test_a_new_code_is_confirmed_first(event: Path) -> None:
    """F2 is a key of many screens: pressed once, it cuts no desk off."""
    app = KioskApp(event, desk="Desk 1")

    def share_screen() -> ShareScreen | None:
        return app.screen if isinstance(app.screen, ShareScreen) else None

    def code() -> str:
        screen = share_screen()
        return screen.info.code if screen and screen.info else ""

    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "in 0 of 1" in shown(app, "#status"))
        await start_sharing(app, pilot)
        await wait_on_screen(pilot, lambda: bool(code()))
        before = code()
        await pilot.press("f2")
        await wait_on_screen(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("escape")
        await wait_on_screen(pilot, lambda: share_screen() is not None)
        kept = code()
        await pilot.press("f2")
        await wait_on_screen(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("enter")
        await wait_on_screen(pilot, lambda: code() not in ("", before))

    assert before == kept


async def test_a_desk_is_called_by_its_address(event: Path) -> None:
    """F4 in the list of desks takes an address; one that is none is a sentence."""
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "in 0 of 1" in shown(app, "#status"))
        await start_sharing(app, pilot)
        await wait_on_screen(pilot, lambda: "Both screens show" in shown(app, "#share-words"))
        await pilot.press("escape")
        await wait_on_screen(pilot, lambda: "alone" in shown(app, "#status"))
        app.action_desks()
        await wait_on_screen(pilot, lambda: app.screen.query("#desks-address"))
        await pilot.press("f4", *"nowhere", "enter")
        await wait_on_screen(pilot, lambda: "no address of a desk" in shown(app, "#desks-said"))
        field = app.screen.query_one("#desks-address", Input)
        field.value = "192.0.2.77"
        await pilot.press("enter")
        await wait_on_screen(pilot, lambda: "Calling 192.0.2.77" in shown(app, "#desks-said"))
        await wait_on_screen(pilot, lambda: _calls(app, "192.0.2.77:7447"))
    store = Store.open(event, desk="Desk 1")
    sharing = read_sharing(store)
    store.close()

    assert sharing is not None
    assert "192.0.2.77:7447" == str(sharing.addresses[0])


async def test_a_restored_file_is_told_at_the_desk(event: Path, tmp_path: Path) -> None:
    """On the banner when it opens, and in the list of desks."""
    restored = tmp_path / "restored.kiosk"
    shutil.copy(event, restored)
    app = KioskApp(restored, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "RESTORED" in shown(app, "#banner"))
        app.action_desks()
        await wait_on_screen(pilot, lambda: app.screen.query("#desks-hint"))
        await wait_on_screen(pilot, lambda: "restored from a backup" in shown(app, "#desks-hint"))


async def test_join_finds_a_desk_by_its_typed_address(
    event: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a code and a typed address the event arrives, and the digits are shown. A new code of
    the same event, joined from its desk, merges into the existing file."""
    monkeypatch.setenv("HOME", str(tmp_path))
    store = Store.open(event, desk="Desk 1")
    info = share(store)
    code = code_of(store)
    part = SharingRunner(event, "Desk 1")
    part.start()
    try:
        assert wait_until(lambda: part.node is not None and part.node.network() is not None, 30)
        address = share_info(event, read_sharing(store) or pytest.fail("not shared")).addresses[0]
        app = KioskApp(None, desk="Desk 2")
        async with app.run_test(size=(80, 24)) as pilot:
            app.action_join()
            await wait_on_screen(pilot, lambda: app.screen.query("#join-address"))
            app.screen.query_one("#join-address", Input).value = address
            app.code_seen(code)
            await wait_on_screen(
                pilot, lambda: "Joined: 2 desks, 1 person" in shown(app, "#join-said")
            )
            said = shown(app, "#join-said")
            assert isinstance(app.screen, JoinScreen)
            assert app.screen.joined is not None
            made = app.screen.joined.event
        share(store, new_code=True)
        code = code_of(store)
        again = KioskApp(made, desk="Desk 2")
        async with again.run_test(size=(80, 24)) as pilot:
            await wait_on_screen(pilot, lambda: "in 0 of 1" in shown(again, "#status"))
            again.action_join()
            await wait_on_screen(pilot, lambda: again.screen.query("#join-address"))
            again.screen.query_one("#join-address", Input).value = address
            again.code_seen(code)
            await wait_on_screen(
                pilot, lambda: "Joined: 2 desks, 1 person" in shown(again, "#join-said")
            )
            assert isinstance(again.screen, JoinScreen)
            assert again.screen.joined is not None
            assert made == again.screen.joined.event
    finally:
        part.stop()
        store.close()

    assert info.confirm in said


async def test_the_code_scanned_on_the_first_screen_joins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A volunteer with a scanner need not find Join first."""
    monkeypatch.setenv("HOME", str(tmp_path))
    app = KioskApp(None, desk="Desk 2")
    code = pairing_code(PairingCode(bytes(16)))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: app.screen.query("#welcome-list"))
        app.code_seen(code)
        await wait_on_screen(pilot, lambda: app.screen.query("#join-said"))
        await wait_on_screen(
            pilot, lambda: "Looking for the other desk" in shown(app, "#join-said")
        )

        assert code == app.screen.query_one("#join-code", Input).value

        await pilot.press("escape")


async def test_what_a_stick_brought_is_counted_without_a_network(
    event: Path, tmp_path: Path
) -> None:
    """A desk that is not shared counts whom it and the stick's desk both let in, and a list of
    conflicts that is open follows."""
    one = Store.open(event, desk="Desk 1")
    two = new_desk(tmp_path / "two.kiosk", "Desk 2", one)
    for store in (one, two):
        scan(store, ScanOrder(attendee_id=next(all_attendees(store.connection)).id))
    app = KioskApp(event, desk="Desk 1")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_on_screen(pilot, lambda: "in 1 of 1" in shown(app, "#status"))
        app.action_desks()
        await wait_on_screen(pilot, lambda: app.screen.query("#conflicts"))
        await wait_on_screen(
            pilot, lambda: "no person was admitted twice" in shown(app, "#conflicts")
        )
        send(two, one)
        await wait_on_screen(pilot, lambda: "Li on Attendance" in shown(app, "#conflicts"))
        await pilot.press("escape")
        await wait_on_screen(pilot, lambda: app.screen.query("#status"))
        await wait_on_screen(pilot, lambda: "1 admitted twice" in shown(app, "#status"))
    one.close()
    two.close()


def test_doubles_stand_before_what_a_narrow_screen_cuts_off(tmp_path: Path) -> None:
    """Double admissions come before a wrong clock in the line of counters."""
    control = SharingControl(tmp_path / "e.kiosk", "Desk 1", lambda _: None)
    fast = DeskStatus("Desk 2", "2", DeskState.UP_TO_DATE, 0, 0, fast_ms=600_000)
    control.is_on, control.doubles = True, 1
    stands = SimpleNamespace(state=SharedState((fast,)))
    control.runner = SimpleNamespace(node=stands)  # type: ignore[assignment]

    assert control.status().words == (
        "2 desks, all up to date · 1 admitted twice · "
        "Desk 2's clock and this desk's differ by 10 min: set the wrong one"
    )
