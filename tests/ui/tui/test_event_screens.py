"""Screens of the event that have no key: settings, PINs, paper, backups, deleting people, help."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image
from textual import events
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

import kiosk.ui.tui
from kiosk.domain.badges.order import BadgeProblem
from kiosk.domain.checkin.outcomes import Outcome
from kiosk.domain.checkin.privileges import Role
from kiosk.domain.log import setting_schema
from kiosk.services.checkin.authorisation import check_pin, pin_roles, set_pin
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.settings import SETTINGS, Setting, settings_now
from kiosk.services.safety.backup import back_up, backups_of
from kiosk.services.tally.event_tally import purged_tally
from kiosk.storage.file.store import Store
from kiosk.support.install_hint import install_hint
from kiosk.ui.tui.desk.self_service import SelfServiceScreen
from kiosk.ui.tui.dialogs.ask import ChoiceScreen, LineScreen
from kiosk.ui.tui.dialogs.dialog import AnswerScreen, Dialog, EventDialog, EventScreen
from kiosk.ui.tui.dialogs.form import EventFormScreen, FormScreen
from kiosk.ui.tui.dialogs.help import VERDICTS, HelpScreen
from kiosk.ui.tui.dialogs.pin import NewPinScreen, PinScreen
from kiosk.ui.tui.dialogs.reasons import ConfirmScreen
from kiosk.ui.tui.dialogs.writing import WritingDialog
from kiosk.ui.tui.printing.layout_preview import BadgePictureView
from kiosk.ui.tui.printing.paper import KINDS, PaperScreen, Written, result_lines
from kiosk.ui.tui.setup.event_form import SetupScreen
from kiosk.ui.tui.setup.pins import PinsScreen
from kiosk.ui.tui.setup.restore import PurgedScreen, PurgeScreen, RestoreScreen
from kiosk.ui.tui.setup.settings import SettingForm, SettingsScreen
from kiosk.ui.tui.sharing.desks import DeskNameScreen
from tests.support.desk import Desk, open_desk

pytestmark = pytest.mark.slow

Kind = TypeVar("Kind", bound=Screen[Any])


async def opened(desk: Desk, name: str, kind: type[Kind]) -> Kind:
    """Open a screen as its entry in the palette does."""
    desk.app.action_open(name)
    return await on(desk, kind)


async def on(desk: Desk, kind: type[Kind]) -> Kind:
    """Wait until this screen is on top."""
    await desk.until(lambda: isinstance(desk.app.screen, kind) and desk.app.screen.is_mounted)
    await desk.pilot.pause()
    screen = desk.app.screen
    assert isinstance(screen, kind)
    return screen


def text(screen: Screen[Any], selector: str) -> str:
    return str(screen.query_one(selector, Static).render())


# One screen of a kind.


async def test_a_screen_that_is_open_is_not_opened_again(desk_store: Store) -> None:
    """A key that is held down, and a command of the palette over another screen."""
    async with open_desk(desk_store) as desk:
        for _ in range(5):
            desk.app.action_open("settings")
        settings = await on(desk, SettingsScreen)
        await opened(desk, "pins", PinsScreen)
        desk.app.action_open("settings")
        await desk.until(lambda: bool(desk.app._notifications))
        (note,) = (note.message for note in desk.app._notifications)
        assert "open already" in note
        assert [SettingsScreen, PinsScreen] == [
            type(screen) for screen in desk.app.screen_stack[1:]
        ]
        await desk.pilot.press("escape", "escape")
        await desk.until(lambda: settings not in desk.app.screen_stack)
        await opened(desk, "settings", SettingsScreen)


async def test_a_held_key_opens_one_screen(desk_store: Store) -> None:
    """The keys that wait in the queue of the screen below."""
    async with open_desk(desk_store) as desk:
        desk.screen.action_set_up()
        await on(desk, SetupScreen)
        for _ in range(5):
            desk.app.screen.post_message(events.Key("1", "1"))
        await desk.until(lambda: not isinstance(desk.app.screen, SetupScreen))
        await desk.pilot.pause()
        assert 3 == len(desk.app.screen_stack)


# Settings.


async def changing(desk: Desk, key: str) -> SettingForm:
    """The form of one setting."""
    screen = await opened(desk, "settings", SettingsScreen)
    await desk.until(lambda: screen.values)  # type: ignore[arg-type,return-value]
    screen.lines.select(key)
    await desk.pilot.pause()
    await desk.pilot.press("enter")
    return await on(desk, SettingForm)


async def test_every_setting_is_on_the_screen(
    desk_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that has no words of its own yet; it can be changed."""
    monkeypatch.setitem(SETTINGS, "place_of_honour", Setting("who sits in front", str.strip))
    monkeypatch.setitem(setting_schema.TYPES, "place_of_honour", str)
    async with open_desk(desk_store) as desk:
        form = await changing(desk, "place_of_honour")
        assert "Who sits in front." in text(form, ".line")
        form.query_one(Input).value = "row 1"
        await desk.pilot.press("enter")
        screen = await on(desk, SettingsScreen)
        shown = {field.key for field in screen.lines.records}

    assert set(SETTINGS) <= shown
    assert "row 1" == settings_now(desk_store)["place_of_honour"]


async def test_a_setting_is_typed_checked_and_saved(desk_store: Store) -> None:
    """A value that cannot be used is refused with the reason; nothing is saved then."""
    async with open_desk(desk_store) as desk:
        form = await changing(desk, "days")
        field = form.query_one(Input)
        field.value = "32 Foo"
        await desk.pilot.press("enter")
        await desk.until(lambda: "32 Foo" in text(form, "#setting-said"))
        before = settings_now(desk_store)["days"]
        field.value = "16-17 Feb 2027"
        await desk.pilot.press("enter")
        screen = await on(desk, SettingsScreen)
        await desk.until(lambda: "Saved: Days" in text(screen, "#settings-said"))

    assert "2027" not in before
    assert "2027-02-16, 2027-02-17" == settings_now(desk_store)["days"]


async def test_days_need_the_organisers_pin(desk_store: Store) -> None:
    """The same PIN as on the command line; without it nothing is changed."""
    set_pin(desk_store, Role.ORGANISER, "482913")
    async with open_desk(desk_store) as desk:
        form = await changing(desk, "days")
        form.query_one(Input).value = "16 Feb 2027"
        await desk.pilot.press("enter")
        await on(desk, PinScreen)
        await desk.pilot.press("escape")
        await on(desk, SettingForm)
        assert "2027" not in settings_now(desk_store)["days"]
        await desk.pilot.press("enter")
        pin = await on(desk, PinScreen)
        pin.query_one(Input).value = "482913"
        await desk.pilot.press("enter")
        await on(desk, SettingsScreen)

    assert "2027-02-16" == settings_now(desk_store)["days"]


async def test_the_badge_is_drawn_in_the_typed_colour(desk_store: Store) -> None:
    """Before it is saved; an unfinished colour keeps the last picture."""

    async with open_desk(desk_store) as desk:
        form = await changing(desk, "accent")
        picture = form.query_one(BadgePictureView)

        def red() -> bool:
            view = picture.picture
            return bool(view and any(c.back == (255, 0, 0) for row in view.rows for c in row))

        form.query_one(Input).value = "#ff0000"
        await desk.until(red)
        form.query_one(Input).value = "#ff00"
        await desk.until(lambda: "a colour is written" in text(form, "#setting-said"))
        assert red()
        await desk.pilot.press("escape")
        await on(desk, SettingsScreen)

    assert "" == settings_now(desk_store)["accent"]


async def test_several_lines_a_logo_and_a_choice(desk_store: Store, tmp_path: Path) -> None:
    """Each kind of field saves what the command saves."""
    logo = tmp_path / "my logo.png"
    Image.new("RGB", (40, 40), "#00aa00").save(logo)
    async with open_desk(desk_store) as desk:
        form = await changing(desk, "programme")
        form.query_one(TextArea).text = "9:00 Welcome\n10:00 Talks"
        await desk.pilot.press("f2")
        await on(desk, SettingsScreen)
        await desk.pilot.press("escape")
        form = await changing(desk, "logo")
        form.query_one(Input).value = f"'{logo}'"
        await desk.pilot.press("enter")
        await on(desk, SettingsScreen)
        await desk.pilot.press("escape")
        await changing(desk, "han_language")
        await desk.pilot.press("right", "enter")
        await on(desk, SettingsScreen)

    now = settings_now(desk_store)
    assert ("9:00 Welcome\n10:00 Talks", "ja") == (now["programme"], now["han_language"])
    assert str(logo.resolve()) == now["logo"]


async def test_the_desk_is_renamed(desk_store: Store) -> None:
    """By its entry in the palette, and in the settings; the header shows the name."""
    async with open_desk(desk_store) as desk:
        screen = await opened(desk, "name_desk", DeskNameScreen)
        screen.query_one(Input).value = "  "
        await desk.pilot.press("enter")
        await desk.until(lambda: "needs a name" in text(screen, "#desk-said"))
        screen.query_one(Input).value = "Entrance [b]"
        await desk.pilot.press("enter")
        await desk.until(lambda: desk.app.screen is desk.screen)
        assert "Entrance [b]" == desk.app.desk_name
        form = await changing(desk, "desk_name")
        form.query_one(Input).value = "Hall"
        await desk.pilot.press("enter")
        await on(desk, SettingsScreen)

        assert "Hall" == desk.screen.desk


# PINs.


async def test_pins_are_set_changed_and_removed(desk_store: Store) -> None:
    """Typed twice; once there is one, it is asked for before a change."""
    async with open_desk(desk_store) as desk:
        screen = await opened(desk, "pins", PinsScreen)
        await desk.until(lambda: len(screen.lines.records) == 2)
        for typed in ("482913", "482913"):
            if not isinstance(desk.app.screen, NewPinScreen):
                await desk.pilot.press("enter")
                await on(desk, NewPinScreen)
            desk.app.screen.query_one(Input).value = typed
            await desk.pilot.press("enter")
        await desk.until(lambda: "has a PIN now" in text(screen, "#pins-said"))
        assert Role.SUPERVISOR == check_pin(desk_store, "482913")
        await desk.pilot.press("delete")
        pin = await on(desk, PinScreen)
        pin.query_one(Input).value = "482913"
        await desk.pilot.press("enter")
        await on(desk, ConfirmScreen)
        await desk.pilot.press("enter")
        await desk.until(lambda: "is removed" in text(screen, "#pins-said"))

    assert frozenset() == pin_roles(desk_store)


async def test_two_different_pins_set_none(desk_store: Store) -> None:
    """And the screen asks again."""
    async with open_desk(desk_store) as desk:
        screen = await opened(desk, "pins", PinsScreen)
        await desk.until(lambda: len(screen.lines.records) == 2)
        await desk.pilot.press("down", "enter")
        form = await on(desk, NewPinScreen)
        for typed in ("482913", "482914"):
            form.query_one(Input).value = typed
            await desk.pilot.press("enter")
        await desk.until(lambda: "differ" in text(form, "#form-error"))

    assert frozenset() == pin_roles(desk_store)


# Paper.


def test_attendees_without_a_badge_are_counted_or_named() -> None:
    """Without a name there is only a number to say."""
    problems = [
        BadgeProblem("1", "", "has no name"),
        BadgeProblem("2", "𐌰𐌽", "no font has 𐌰"),
        BadgeProblem("3", "", "has no name"),
    ]
    _, *said = result_lines(Written(Path("badges.pdf"), "3 badges", tuple(problems)))

    assert ["! 2 attendees have no name: left out.", "! 𐌰𐌽: no font has 𐌰"] == said


@pytest.mark.usefixtures("bare_system")
def test_a_font_that_can_be_installed_is_named_once() -> None:
    """However many names need it."""
    problems = tuple(BadgeProblem(str(n), name, "no font") for n, name in enumerate("陳田金"))
    *_, last = result_lines(Written(Path("badges.pdf"), "3 badges", problems))

    assert last.endswith(f"Install one: {install_hint('cjk')}")


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
async def test_every_kind_of_paper_is_written(desk_store: Store, kind: str) -> None:
    """As a PDF next to the event; the screen names the file."""
    scan(desk_store, ScanOrder(code="TICKET-003"))
    async with open_desk(desk_store) as desk:
        screen = await opened(desk, "paper", PaperScreen)
        if kind == "box-signs":  # boxes come with the badges
            await desk.pilot.press("enter")
            await desk.until(lambda: "✓" in text(screen, "#paper-said"))
        screen.kinds.select(kind)
        await desk.until(lambda: kind in screen.query_one("#paper-file", Input).value)
        await desk.pilot.press("enter")
        await desk.until(lambda: text(screen, "#paper-said").startswith("✓"))
        written = screen.written

    assert written is not None
    assert written.read_bytes().startswith(b"%PDF")


async def test_nothing_to_print_is_said(desk_store: Store) -> None:
    """No certificate without a check-in; the first label is a number from 1."""
    async with open_desk(desk_store) as desk:
        screen = await opened(desk, "paper", PaperScreen)
        screen.query_one("#paper-start", Input).value = "0"
        await desk.pilot.press("enter")
        await desk.until(lambda: "first place on the sheet is 1" in text(screen, "#paper-said"))
        screen.kinds.select("certificates")
        await desk.pilot.pause()
        await desk.pilot.press("enter")
        await desk.until(lambda: "checked in yet" in text(screen, "#paper-said"))

    assert [] == list(desk_store.path.parent.glob("*.pdf"))


# Backups and deleting people.


async def test_back_up_now(desk_store: Store, tmp_path: Path) -> None:
    """At once, and to a folder; the copy is listed and its content shown."""
    async with open_desk(desk_store) as desk:
        screen = await opened(desk, "back_up", RestoreScreen)
        await desk.until(lambda: "✓ Backed up 7 attendees" in text(screen, "#backup-said"))
        await desk.until(lambda: len(screen.list_view.records) == 1)
        stick = tmp_path / "stick"
        stick.mkdir()
        await desk.pilot.press("f")
        screen.query_one("#backup-place", Input).value = str(stick)
        await desk.pilot.press("enter")
        await desk.until(lambda: bool(list(stick.iterdir())))
        await desk.until(lambda: not screen.query_one("#backup-place").display)
        await desk.pilot.press("f", "escape")
        assert desk.app.screen is screen
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.screen is desk.screen)

    assert 1 == sum("auto" not in path.name for path in backups_of(desk_store.path))


async def test_a_backup_that_cannot_be_written(desk_store: Store) -> None:
    """The screen says why."""
    async with open_desk(desk_store) as desk:
        screen = await opened(desk, "restore", RestoreScreen)
        await desk.pilot.press("f")
        screen.query_one("#backup-place", Input).value = str(desk_store.path)
        await desk.pilot.press("enter")
        await desk.until(lambda: "is the event itself" in text(screen, "#backup-said"))


async def test_people_are_deleted_after_a_typed_word(desk_store: Store) -> None:
    """With their backups, also while a badge is shown; the counts stay and the desk continues."""
    scan(desk_store, ScanOrder(code="TICKET-003"))
    backup = back_up(desk_store).file
    path = desk_store.path
    desk_store.close()
    async with open_desk(desk_store, (120, 36)) as desk:
        await desk.scan("TICKET-001")
        await desk.says("CHECKED IN")
        screen = await opened(desk, "purge", PurgeScreen)
        await desk.until(lambda: "7 attendees" in text(screen, "#purge-what"))
        assert "backups" in text(screen, "#purge-what")
        field = screen.query_one(Input)
        field.value = "yes"
        await desk.pilot.press("enter")
        await desk.until(lambda: "Nothing was deleted" in text(screen, "#purge-said"))
        field.value = "Delete"
        await desk.pilot.press("enter")
        await on(desk, PurgedScreen)
        await desk.pilot.press("enter")
        await desk.says("PEOPLE REMOVED")

    left = Store.open(path, desk="t")
    kept = purged_tally(left)
    left.close()
    assert kept is not None
    assert 7 == kept.people
    assert not backup.exists()


async def test_esc_deletes_nobody(desk_store: Store) -> None:
    """One step back."""
    async with open_desk(desk_store) as desk:
        await opened(desk, "purge", PurgeScreen)
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.screen is desk.screen)

        assert desk.screen.is_ready


# Help.


def test_every_verdict_is_explained() -> None:
    """In a sentence or two that fits next to its sign at 80 columns."""
    assert set(Outcome) == set(VERDICTS)
    assert [] == [words for words in VERDICTS.values() if len(words) > 50]


def every_screen() -> list[type[AnswerScreen[Any]]]:
    """The screens that a person can ask for help on."""
    for module in pkgutil.walk_packages(kiosk.ui.tui.__path__, "kiosk.ui.tui."):
        importlib.import_module(module.name)
    found = set[type[AnswerScreen[Any]]]()
    new: list[type[AnswerScreen[Any]]] = [AnswerScreen]
    while new:
        new = [kind for parent in new for kind in parent.__subclasses__()]
        found.update(kind for kind in new if kind.__module__.startswith("kiosk."))
    bases = {
        ChoiceScreen,
        Dialog,
        EventDialog,
        EventFormScreen,
        EventScreen,
        FormScreen,
        HelpScreen,
        LineScreen,
        SelfServiceScreen,
        WritingDialog,
    }
    return [kind for kind in found - bases if not kind.__name__.startswith("_")]


def test_every_screen_has_a_help_of_its_own() -> None:
    """What it is for, in a few words; attendees get none at self-service."""
    screens = every_screen()

    assert [] == [kind.__name__ for kind in screens if not kind.HELP]
    assert [] == [kind.__name__ for kind in screens if len(kind.HELP.split()) > 45]


async def test_the_help_begins_with_the_verdict_on_the_screen(desk_store: Store) -> None:
    """Then how to work, all verdicts, the keys; it scrolls."""
    async with open_desk(desk_store) as desk:
        await desk.scan("TICKET-004")
        await desk.says("UNPAID")
        await desk.pilot.press("f1")
        screen = await on(desk, HelpScreen)
        await desk.until(lambda: "UNPAID" in text(screen, "#help-text"))
        lines = text(screen, "#help-text").splitlines()
        await desk.pilot.press("pagedown")
        await desk.until(lambda: screen.query_one("#help").scroll_y > 0)

    assert lines[0].startswith("! UNPAID")
    assert "Paid at the desk" in lines[0]
    assert 2 == sum("UNPAID" in line for line in lines)
    before_the_keys = lines[: max(n for n, line in enumerate(lines) if not line)]
    assert len(" ".join(before_the_keys).split()) < 190


SCREENS: dict[str, Callable[[Desk], object]] = {
    "settings": lambda desk: desk.app.action_open("settings"),
    "pins": lambda desk: desk.app.action_open("pins"),
    "paper": lambda desk: desk.app.action_open("paper"),
    "backups": lambda desk: desk.app.action_open("restore"),
    "purge": lambda desk: desk.app.action_open("purge"),
    "export": lambda desk: desk.screen.action_hand_over(),
    "set up": lambda desk: desk.screen.action_set_up(),
    "lists": lambda desk: desk.screen.action_lists(),
    "dashboard": lambda desk: desk.screen.action_dashboard(),
    "activity": lambda desk: desk.screen.action_activity(),
    "ready": lambda desk: desk.screen.action_ready(),
    "palette": lambda desk: desk.app.action_command_palette(),
}


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_help_differs_per_screen_and_esc_is_one_step(
    desk_store: Store, size: tuple[int, int]
) -> None:
    """Each screen says what it is for, fits, and goes back with Esc."""
    said: dict[str, str] = {}
    async with open_desk(desk_store, size) as desk:
        for name, show in SCREENS.items():
            show(desk)
            await desk.until(lambda: desk.app.screen is not desk.screen)
            screen = desk.app.screen
            await desk.pilot.pause(0.2)
            for hint in screen.query(".hint"):
                assert hint.region.bottom <= size[1], name
                assert hint.region.right <= size[0], name
            desk.app.action_help()
            helped = await on(desk, HelpScreen)
            said[name] = helped.about
            await desk.pilot.press("escape")
            await desk.until(lambda screen=screen: desk.app.screen is screen)  # type: ignore[misc]
            await desk.pilot.press("escape")
            await desk.until(lambda: desk.app.screen is desk.screen)

    assert [] == [name for name, words in said.items() if not words]
    assert len(said) == len(set(said.values()))
