"""Readiness, the badge preview and the layouts on screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from kiosk.services.badges.badges import badges_folder
from kiosk.services.people.people import walk_in
from kiosk.services.safety.backup import backups_of
from kiosk.storage.file.store import Store
from kiosk.storage.queries.badges import printed_badges
from kiosk.storage.queries.lists import setting
from kiosk.ui.tui.printing.layout_preview import BadgePictureView, LayoutPreviewScreen
from kiosk.ui.tui.setup.ready import ReadyScreen
from tests.support.desk import Desk, open_desk

pytestmark = pytest.mark.slow

SIZES = [(80, 24), (120, 36)]


async def ready_screen(desk: Desk) -> ReadyScreen:
    await desk.pilot.press("f10")
    await desk.until(lambda: isinstance(desk.app.screen, ReadyScreen))
    screen = desk.app.screen
    assert isinstance(screen, ReadyScreen)
    await desk.until(lambda: bool(screen.list_view.records) and screen._job is None)
    return screen


def text(screen: object, selector: str) -> str:
    return str(screen.query_one(selector, Static).render())  # type: ignore[attr-defined]


def line_of(screen: ReadyScreen, code: str) -> int:
    return [check.code for check in screen.list_view.records].index(code)


def fixed(screen: ReadyScreen, code: str) -> Callable[[], bool]:
    return lambda: (
        screen._job is None
        and any(check.ok and check.code == code for check in screen.list_view.records)
    )


@pytest.mark.parametrize("size", SIZES)
async def test_checks_to_fix_are_listed_first_and_the_whole_screen_shows(
    desk_store: Store, size: tuple[int, int]
) -> None:
    """Title, checks, advice and keys fit the screen, also at the design size."""
    async with open_desk(desk_store, size) as desk:
        screen = await ready_screen(desk)
        oks = [check.ok for check in screen.list_view.records]

        assert sorted(oks) == oks
        assert f"✗ {oks.count(False)} left to do" in text(screen, "#ready-title")
        assert screen.query_one(".hint").region.bottom <= size[1]
        assert screen.query_one("#ready-fix").region.height == 1


@pytest.mark.usefixtures("bare_system")
async def test_a_long_command_is_shown_whole(
    desk_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The font to install: the command can be read and copied at the design size."""
    command = f"'/Users/asha/Library/Application Support/{'long/' * 20}bin/python' -m pip install x"
    monkeypatch.setattr("kiosk.services.setup.ready.install_hint", lambda _extra: command)
    walk_in(desk_store, "김민준", {})
    async with open_desk(desk_store, (80, 24)) as desk:
        screen = await ready_screen(desk)
        screen.query_one("#ready-lines", OptionList).highlighted = line_of(screen, "fonts")
        await desk.pilot.pause()
        fix = screen.query_one("#ready-fix")

        assert f"Install one: {command}" == text(screen, "#ready-fix")
        assert fix.virtual_size.height == fix.region.height > 1
        assert screen.query_one(".hint").region.bottom <= 24


async def test_a_number_writes_the_waiting_badges(desk_store: Store) -> None:
    """They are written into the badges folder, and the check is then fixed."""
    async with open_desk(desk_store) as desk:
        screen = await ready_screen(desk)
        await desk.pilot.press(str(line_of(screen, "badges_unprinted") + 1))
        await desk.until(fixed(screen, "badges_unprinted"))
        said = str(screen.query_one("#ready-done", Static).render())
        places = [check.code for check in screen.list_view.records if not check.ok]
        await desk.pilot.press(str(line_of(screen, "badges_made") + 1))
        await desk.until(fixed(screen, "badges_made"))
        kept = [check.code for check in screen.list_view.records][: len(places) + 1]

    (file,) = badges_folder(desk_store).glob("unprinted-*.pdf")
    assert file.name in said
    assert "O opens the folder" in said
    assert "badges_unprinted" in kept
    assert all(badge.is_printed for badge in printed_badges(desk_store.connection).values())
    assert 1 == len(list(badges_folder(desk_store).glob("unprinted-*.pdf")))


async def test_enter_makes_a_backup(desk_store: Store) -> None:
    """Enter on the check writes a backup."""
    async with open_desk(desk_store) as desk:
        before = len(backups_of(desk_store.path))
        screen = await ready_screen(desk)
        if screen.list_view.records[line_of(screen, "backup")].ok:
            return
        screen.query_one(OptionList).highlighted = line_of(screen, "backup")
        await desk.pilot.press("enter")
        await desk.until(fixed(screen, "backup"))

        assert before < len(backups_of(desk_store.path))


async def test_a_check_can_be_ignored(desk_store: Store) -> None:
    """A ignores the selected check, for all desks."""
    async with open_desk(desk_store) as desk:
        screen = await ready_screen(desk)
        screen.query_one(OptionList).highlighted = line_of(screen, "printer")
        await desk.pilot.press("a")
        await desk.until(fixed(screen, "printer"))

        assert ["printer"] == setting(desk_store.connection, "ready_accepted")


async def test_enter_opens_the_screen_that_fixes_a_check(desk_store: Store) -> None:
    """Missing e-mails: Enter opens the file picker, Esc goes one step back, to the checks."""
    desk_store.connection.execute("UPDATE attendee SET email = ''")
    async with open_desk(desk_store) as desk:
        screen = await ready_screen(desk)
        screen.query_one(OptionList).highlighted = line_of(screen, "email")
        await desk.pilot.press("enter")
        await desk.until(lambda: type(desk.app.screen).__name__ == "FilePicker")
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.screen is screen)


async def test_the_desk_scans_while_the_checks_run(desk_store: Store) -> None:
    """The report covers the desk, and the desk still decides scans."""
    async with open_desk(desk_store) as desk:
        await ready_screen(desk)
        await desk.scan("TICKET-001")
        await desk.says("CHECKED IN")


async def test_a_wide_desk_shows_the_badge_set_in_type(desk_store: Store) -> None:
    """Name, company and the stripe of the ticket type; no person, no badge; no room, no badge."""
    async with open_desk(desk_store, (120, 36)) as desk:
        badge = desk.screen.query_one("#badge")
        await desk.scan("TICKET-001")
        await desk.until(lambda: "Sharma" in str(badge.render()))
        await desk.pilot.press("escape")
        await desk.until(lambda: not badge.region)
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-007")
        await desk.says("CHECKED IN")
        await desk.settled()

        assert not desk.screen.query_one("#badge").region


async def layouts(desk: Desk) -> LayoutPreviewScreen:
    desk.screen.action_badge_layout()
    await desk.until(lambda: isinstance(desk.app.screen, LayoutPreviewScreen))
    screen = desk.app.screen
    assert isinstance(screen, LayoutPreviewScreen)
    await desk.until(lambda: bool(screen.layouts))
    await desk.until(lambda: screen.query_one(BadgePictureView).picture is not None)
    return screen


def own_layout(store: Store) -> Path:
    from kiosk.badges.layout.file import load_layout

    shipped = load_layout("a7")
    path = store.path.with_name("mine.toml")
    path.write_bytes((shipped.folder / "a7.toml").read_bytes())
    return path


@pytest.mark.parametrize("size", SIZES)
async def test_a_saved_mistake_is_said_and_mended_is_drawn(
    desk_store: Store, size: tuple[int, int]
) -> None:
    """File, line and the nearest word; then the picture again, without a key."""
    path = own_layout(desk_store)
    good = path.read_text(encoding="utf-8")
    async with open_desk(desk_store, size) as desk:
        screen = await layouts(desk)
        names = screen.query_one("#layout-names", OptionList)
        names.highlighted = len(screen.layouts) - 1
        await desk.until(lambda: bool(text(screen, "#layout-about")))
        path.write_text(good.replace("[[front]]", "[[fornt]]", 1), encoding="utf-8")
        await desk.until(lambda: "fornt" in screen.mistake)

        assert "mine.toml, line" in text(screen, "#layout-mistake")
        assert "`front`" in text(screen, "#layout-mistake")

        path.write_text(good, encoding="utf-8")
        await desk.until(lambda: not screen.mistake)
        await desk.until(lambda: screen.query_one(BadgePictureView).picture is not None)


async def test_enter_makes_a_layout_the_events(desk_store: Store) -> None:
    """And the desk says so."""
    async with open_desk(desk_store) as desk:
        screen = await layouts(desk)
        names = [item.name for item in screen.layouts]
        screen.query_one("#layout-names", OptionList).highlighted = names.index("a7")
        await desk.pilot.press("enter")
        await desk.says("a7")

    assert "a7" == setting(desk_store.connection, "badge_layout")


async def test_a_layout_with_a_mistake_cannot_be_chosen(desk_store: Store) -> None:
    """Enter does nothing while the mistake is shown."""
    path = own_layout(desk_store)
    path.write_text("width = oops", encoding="utf-8")
    async with open_desk(desk_store) as desk:
        screen = await layouts(desk)
        screen.query_one("#layout-names", OptionList).highlighted = len(screen.layouts) - 1
        await desk.until(lambda: bool(screen.mistake))
        await desk.pilot.press("enter")
        await desk.pilot.pause(0.1)

        assert desk.app.screen is screen


async def test_another_person_is_a_key_away(desk_store: Store) -> None:
    """Right, and another badge is drawn."""
    async with open_desk(desk_store, (120, 36)) as desk:
        screen = await layouts(desk)
        before = screen.query_one(BadgePictureView).picture
        await desk.pilot.press("right")
        await desk.until(lambda: screen.query_one(BadgePictureView).picture not in (None, before))
