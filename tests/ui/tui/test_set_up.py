"""Setting up step by step, and the printer's test."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList, Static

from kiosk.domain.checkin.privileges import Role
from kiosk.services.checkin.authorisation import set_pin
from kiosk.services.printing.settings import PrintMode, print_settings
from kiosk.storage.file.store import Store
from kiosk.ui.tui.dialogs.choices import ChoosePrinterScreen
from kiosk.ui.tui.printing.printer_check import ChoosePaperScreen, PrinterTestScreen
from kiosk.ui.tui.setup.event_form import STEPS, SetupScreen
from tests.support import fake_printing
from tests.support.fake_printing import FakeSystem
from tests.support.printing_desk import PrintingDesk, open_desk, use

pytestmark = pytest.mark.slow


def text(desk: PrintingDesk, selector: str) -> str:
    return str(desk.app.screen.query_one(selector, Static).render())


async def set_up(desk: PrintingDesk) -> None:
    """By the palette's entry."""
    entries = {item.title: item for item in desk.app.get_system_commands(desk.app.screen)}
    entries["Set up"].callback()
    await desk.until(lambda: isinstance(desk.app.screen, SetupScreen))
    await desk.pilot.pause()


async def printer_test(desk: PrintingDesk) -> None:
    """From the steps of setting up."""
    await set_up(desk)
    await desk.pilot.press("5")
    await desk.until(lambda: isinstance(desk.app.screen, PrinterTestScreen))
    await desk.pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.slow)])
async def test_every_step_is_there_and_leads_back(
    printing_store: Store, system: FakeSystem, size: tuple[int, int]
) -> None:
    """A number opens a step, Esc leads back to the steps and then to the desk."""
    async with open_desk(printing_store, system, size) as desk:
        await set_up(desk)
        assert len(STEPS) == desk.app.screen.query_one(OptionList).option_count
        assert desk.app.screen.query_one(".hint").region.bottom <= size[1]
        for number, name in (
            (1, "ListsScreen"),
            (4, "ScannerTestScreen"),
            (7, "ReadyScreen"),
            (8, "PinsScreen"),
            (9, "SettingsScreen"),
        ):
            await desk.pilot.press(str(number))
            await desk.until(lambda name=name: type(desk.app.screen).__name__ == name)  # type: ignore[misc]
            await desk.pilot.pause(0.1)
            await desk.pilot.press("escape")
            await desk.until(lambda: isinstance(desk.app.screen, SetupScreen))
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.screen is desk.screen)


async def test_the_steps_show_which_are_done(printing_store: Store, system: FakeSystem) -> None:
    """A mark and what was done; a step that becomes done is marked on return."""
    async with open_desk(printing_store, system) as desk:
        await set_up(desk)
        steps = desk.app.screen.query_one(OptionList)

        def line(number: int) -> str:
            return str(steps.get_option_at_index(number - 1).prompt)

        await desk.until(lambda: "3 attendees" in line(2))
        assert "✓" in line(1)
        assert "✓" in line(2)
        assert "✓" not in line(8)
        set_pin(printing_store, Role.SUPERVISOR, "482913")
        await desk.pilot.press("8")
        await desk.until(lambda: type(desk.app.screen).__name__ == "PinsScreen")
        await desk.pilot.pause(0.1)
        await desk.pilot.press("escape")
        await desk.until(lambda: "✓" in line(8))

        assert "supervisor" in line(8)
        assert "3 of 7 done" in text(desk, "#set-up-title")


async def test_a_printer_is_chosen_tried_and_seen(
    printing_store: Store, system: FakeSystem
) -> None:
    """What the person saw is remembered for the readiness report."""
    async with open_desk(printing_store, system) as desk:
        await printer_test(desk)
        assert "No printer is selected" in text(desk, "#printer-where")
        await desk.pilot.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, ChoosePrinterScreen))
        await desk.pilot.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, PrinterTestScreen))
        await desk.until(lambda: "Brother" in text(desk, "#printer-where"))
        await desk.pilot.press("enter")
        await desk.until(lambda: len(system.queue("Brother").sheets) == 1)
        await desk.until(lambda: "Did the badge come out?" in text(desk, "#printer-ask"))
        await desk.pilot.press("y")
        await desk.until(lambda: print_settings(printing_store).tested == "Brother")

        await desk.until(lambda: "✓ Brother prints badges" in text(desk, "#printer-news"))


async def test_no_badge_is_no_tested_printer(printing_store: Store, system: FakeSystem) -> None:
    """The printer took it, and nothing came: it counts as not tried, and the screen says more."""
    use(printing_store, PrintMode.BY_KEY)
    async with open_desk(printing_store, system) as desk:
        await printer_test(desk)
        await desk.pilot.press("enter")
        await desk.until(lambda: "Did the badge come out?" in text(desk, "#printer-ask"))
        assert not print_settings(printing_store).tested
        await desk.pilot.press("n")

        assert "Check that the printer is on" in text(desk, "#printer-news")


@pytest.mark.parametrize("trouble", ["away", "labels"])
async def test_what_the_printer_says_is_shown(
    printing_store: Store, system: FakeSystem, trouble: str
) -> None:
    """It cannot be reached, or has run out: in words, and it is not tested."""
    use(printing_store, PrintMode.BY_KEY)
    if trouble == "away":
        system.queue("Brother").refusal = fake_printing.away()
    else:
        system.queue("Brother").report = fake_printing.NO_LABELS
    async with open_desk(printing_store, system) as desk:
        await printer_test(desk)
        await desk.pilot.press("enter")
        await desk.until(lambda: "✗" in text(desk, "#printer-news"))
        await desk.until(lambda: not print_settings(printing_store).tested)


async def test_labels_and_a_layout_are_chosen_for_the_printer(
    printing_store: Store, system: FakeSystem
) -> None:
    """F5 lists stocks with their layouts; the test badge has their size."""
    use(printing_store, PrintMode.BY_KEY)
    async with open_desk(printing_store, system) as desk:
        await printer_test(desk)
        await desk.pilot.press("f5")
        await desk.until(lambda: isinstance(desk.app.screen, ChoosePaperScreen))
        screen = desk.app.screen
        assert isinstance(screen, ChoosePaperScreen)
        places = [(choice.stock, choice.layout) for choice, _ in screen.choices]
        screen.query_one(OptionList).highlighted = places.index(("dymo-99014", "letters"))
        await desk.pilot.press("enter")
        await desk.until(lambda: "labels dymo-99014" in text(desk, "#printer-where"))
        await desk.pilot.press("enter")
        await desk.until(lambda: len(system.queue("Brother").sheets) == 1)

        assert [(54, 101)] == system.queue("Brother").sizes
