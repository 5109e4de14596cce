"""Badges at the desk: by key, on check-in, the queue screen; check-in never waits for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import OptionList

from kiosk.domain.printing.job import PrintState
from kiosk.services.printing import jobs as print_jobs
from kiosk.services.printing.jobs import Cause
from kiosk.services.printing.paper import set_printer_paper
from kiosk.services.printing.settings import (
    PrintMode,
    print_settings,
    set_labels_left,
)
from kiosk.storage.file.store import Store
from kiosk.storage.queries.badges import BadgeJob, printed_badge
from kiosk.ui.tui.dialogs.choices import SheetPlaceScreen
from kiosk.ui.tui.printing.badge_queue import BadgeQueueScreen
from kiosk.ui.tui.widgets.scan_input import ScanInput
from tests.support import fake_printing
from tests.support.fake_printing import FakeSystem
from tests.support.printing_desk import PrintingDesk, open_desk, use

pytestmark = pytest.mark.slow


@pytest.fixture
def desk_store(printing_store: Store) -> Store:
    """An event for a desk with printers."""
    return printing_store


def queue_one(store: Store, number: int = 0) -> BadgeJob:
    row = store.connection.execute(
        "SELECT id FROM attendee ORDER BY name LIMIT 1 OFFSET ?", [number]
    )
    who = row.fetchone()[0]
    return print_jobs.queue_badges(store, [who], printer="Brother", reason=None, cause=Cause.KEY)[0]


async def test_by_key_f6_prints(desk_store: Store, system: FakeSystem) -> None:
    """A scan alone prints nothing; F6 prints the badge, and it is counted when it is printed."""
    use(desk_store, PrintMode.BY_KEY)
    async with open_desk(desk_store, system) as desk:
        assert "badges: on request · printer not tested" in desk.status
        await desk.scan("TICKET-1")
        await desk.until(lambda: "CHECKED IN" in desk.banner and desk.screen.person is not None)
        assert desk.jobs == []
        await desk.key("f6")
        await desk.until(lambda: desk.states == ["done"])
        assert printed_badge(desk_store.connection, desk.jobs[0].attendee_id) is not None
        assert "On its way to Brother" in desk.banner


async def test_on_check_in_a_first_badge_prints_by_itself(
    desk_store: Store, system: FakeSystem
) -> None:
    """Once per person: not for a second scan, and not for a person who is refused."""
    use(desk_store, PrintMode.ON_CHECK_IN)
    async with open_desk(desk_store, system) as desk:
        assert "badges: on check-in" in desk.status
        for code, words in (
            ("TICKET-1", "CHECKED IN"),
            ("TICKET-3", "UNPAID"),
            ("TICKET-2", "CHECKED IN"),
        ):
            await desk.scan(code)
            await desk.until(lambda: words in desk.banner)  # noqa: B023
        await desk.until(lambda: "The badge comes from Brother." in desk.banner)
        await desk.key("f8")
        await desk.until(lambda: "UNDONE" in desk.banner)
        await desk.scan("TICKET-2")
        await desk.until(lambda: "CHECKED IN" in desk.banner)
        await desk.until(lambda: desk.states == ["done", "done"])
        await desk.pilot.pause(0.1)

        assert len(system.queue("Brother").sheets) == 2


async def test_off_writes_a_pdf(desk_store: Store, system: FakeSystem) -> None:
    """It is not sent to a printer."""
    async with open_desk(desk_store, system) as desk:
        await desk.scan("TICKET-1")
        await desk.until(lambda: desk.screen.person is not None)
        await desk.key("f6")
        await desk.until(lambda: "PDF created, not printed" in desk.banner)

        assert "no printer: badges become PDFs" in desk.status
        assert desk.jobs == []
        assert len(list(desk_store.path.with_name("now-badges").glob("*.pdf"))) == 1


async def test_another_badge_asks_why(desk_store: Store, system: FakeSystem) -> None:
    """One key for the reason, which stays with the job; Escape prints nothing."""
    use(desk_store, PrintMode.BY_KEY)
    async with open_desk(desk_store, system) as desk:
        await desk.scan("TICKET-1")
        await desk.until(lambda: desk.screen.person is not None)
        await desk.key("f6")
        await desk.until(lambda: desk.states == ["done"])
        await desk.key("f6")
        await desk.until(lambda: desk.app.screen is not desk.screen)
        await desk.key("escape", "f6")
        await desk.until(lambda: desk.app.screen is not desk.screen)
        await desk.key("2", "enter")
        await desk.until(lambda: desk.states == ["done", "done"])

        assert [job.reason for job in desk.jobs] == ["", "damaged"]


async def test_trouble_is_red_on_the_status_line_and_check_in_goes_on(
    desk_store: Store, system: FakeSystem
) -> None:
    """A sentence and F4, never a dialog; it disappears when the printer works again."""
    use(desk_store, PrintMode.ON_CHECK_IN)
    system.queue("Brother").report = fake_printing.NO_LABELS
    async with open_desk(desk_store, system) as desk:
        await desk.scan("TICKET-1")
        await desk.until(lambda: "✗ The printer is out of labels or paper. F4" in desk.status)
        await desk.scan("TICKET-2")
        await desk.until(lambda: "CHECKED IN Ravi" in desk.banner)
        assert desk.app.screen is desk.screen
        system.queue("Brother").report = fake_printing.DONE
        await desk.until(lambda: desk.states == ["done", "done"])
        await desk.until(lambda: "printer not tested" in desk.status)


async def test_a_printer_that_is_away_is_tried_again(
    desk_store: Store, system: FakeSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The badge waits in the event file and goes out when the printer is back."""
    monkeypatch.setattr("kiosk.ui.tui.printing.print_control.RETRY_S", 0.05)
    use(desk_store, PrintMode.BY_KEY)
    system.queue("Brother").refusal = fake_printing.away()
    queue_one(desk_store)
    async with open_desk(desk_store, system) as desk:
        await desk.until(lambda: "Nothing answers" in desk.status)
        assert desk.app.paper is not None
        assert "badges waiting 1" in desk.app.paper.status.words
        system.queue("Brother").refusal = None
        await desk.until(lambda: desk.states == ["done"])


async def test_a_start_sends_what_waited_and_watches_what_was_sent(
    desk_store: Store, system: FakeSystem
) -> None:
    """A waiting job is sent; a job at a printer is polled; an unknown job is left alone."""
    use(desk_store, PrintMode.BY_KEY)
    had = queue_one(desk_store, 0)
    doubtful = queue_one(desk_store, 1)
    queue_one(desk_store, 2)
    badge = {"printer": "Brother", "layout": "a6", "badge_hash": "hash"}
    taken = print_jobs.begin_submission(desk_store, had, **badge)
    assert taken is not None
    print_jobs.note_sent(desk_store, taken, backend="fake", device_job=77, uses_label=True)
    print_jobs.begin_submission(desk_store, doubtful, **badge)
    async with open_desk(desk_store, system) as desk:
        await desk.until(lambda: desk.states == ["done", "unknown", "done"])

        assert len(system.queue("Brother").sheets) == 1


async def test_the_queue_tells_each_badge_in_words(desk_store: Store, system: FakeSystem) -> None:
    """State, person, printer; below, the situation and what to do."""
    use(desk_store, PrintMode.BY_KEY)
    system.queue("Brother").report = replace(
        fake_printing.WAITING, printer_reasons=("cover-open-error",)
    )
    queue_one(desk_store, 1)
    async with open_desk(desk_store, system) as desk:
        await desk.until(lambda: desk.jobs[0].needs_help)
        await desk.open_queue()
        await desk.until(lambda: "stuck" in _row(desk))

        assert "Ravi [/b] Kumar" in _row(desk)
        assert "Brother" in _row(desk)
        assert "printer: Brother" in desk.text("queue-head")
        assert "The printer is open." in desk.text("queue-news")
        assert "Close the printer's cover" in desk.text("queue-detail")


def _row(desk: PrintingDesk, index: int = 0) -> str:
    return str(desk.queue.query_one("#jobs", OptionList).get_option_at_index(index).prompt)


async def test_the_other_printer_takes_over_by_one_key(
    desk_store: Store, system: FakeSystem
) -> None:
    """All waiting badges, and all later ones."""
    use(desk_store, PrintMode.BY_KEY)
    system.queue("Brother").report = fake_printing.NO_LABELS
    queue_one(desk_store, 0)
    queue_one(desk_store, 1)
    async with open_desk(desk_store, system) as desk:
        await desk.until(lambda: all(job.needs_help for job in desk.jobs))
        await desk.open_queue()
        await desk.key("f7")
        await desk.until(lambda: desk.states == ["done", "done"])

        assert len(system.queue("Dymo").sheets) == 2
        assert print_settings(desk_store).printer == "Dymo"


@pytest.mark.parametrize(
    ("report", "keys", "state", "sheets"),
    [
        (fake_printing.NO_LABELS, ["f8"], PrintState.CANCELED, 1),
        (fake_printing.NO_LABELS, ["enter"], PrintState.HANDED, 1),
        (fake_printing.DONE, ["enter"], PrintState.HANDED, 1),
    ],
)
async def test_keys_on_the_highlighted_badge(
    report: object,
    keys: list[str],
    state: PrintState,
    sheets: int,
    desk_store: Store,
    system: FakeSystem,
) -> None:
    """Canceled, or handed out."""
    use(desk_store, PrintMode.BY_KEY)
    system.queue("Brother").report = report  # type: ignore[assignment]
    queue_one(desk_store)
    async with open_desk(desk_store, system) as desk:
        await desk.until(lambda: desk.states[0] in ("printing", "done"))
        await desk.open_queue()
        await desk.key(*keys)
        await desk.until(lambda: desk.states == [state])

        assert len(system.queue("Brother").sheets) == sheets


async def test_a_failed_badge_is_sent_again_by_f5(desk_store: Store, system: FakeSystem) -> None:
    """And never automatically."""
    use(desk_store, PrintMode.BY_KEY)
    system.queue("Brother").report = fake_printing.ABORTED
    queue_one(desk_store)
    async with open_desk(desk_store, system) as desk:
        await desk.until(lambda: desk.states == ["failed"])
        await desk.open_queue()
        system.queue("Brother").report = fake_printing.DONE
        await desk.key("f5")
        await desk.until(lambda: desk.states == ["done"])

        assert len(system.queue("Brother").sheets) == 2


async def test_reprint_from_the_queue(desk_store: Store, system: FakeSystem) -> None:
    """With a reason, in addition to the first one."""
    use(desk_store, PrintMode.BY_KEY)
    queue_one(desk_store)
    async with open_desk(desk_store, system) as desk:
        await desk.until(lambda: desk.states == ["done"])
        await desk.open_queue()
        await desk.key("f6")
        await desk.until(lambda: not isinstance(desk.app.screen, BadgeQueueScreen))
        await desk.key("1", "enter")
        await desk.until(lambda: desk.states == ["done", "done"])

        assert desk.jobs[1].reason == "lost"


async def test_printer_and_mode_are_chosen_here(desk_store: Store, system: FakeSystem) -> None:
    """They stay in the event file, for this desk."""
    async with open_desk(desk_store, system) as desk:
        await desk.open_queue()
        await desk.key("f3")
        await desk.until(lambda: desk.app.screen.query("#printers").first() is not None)
        await desk.key("down", "enter")
        await desk.until(lambda: "printer: Dymo" in desk.text("queue-head"))
        assert print_settings(desk_store).mode is PrintMode.BY_KEY
        await desk.key("f9")
        await desk.until(lambda: not isinstance(desk.app.screen, BadgeQueueScreen))
        await desk.key("3", "enter")
        await desk.until(lambda: "badges: on check-in" in desk.text("queue-head"))

        assert print_settings(desk_store).printer == "Dymo"
        assert "badges: on check-in" in desk.status


async def test_a_test_print_tells_how_it_went(desk_store: Store, system: FakeSystem) -> None:
    """On the screen, as no job; it counts only when a person saw the badge."""
    use(desk_store, PrintMode.BY_KEY)
    async with open_desk(desk_store, system) as desk:
        await desk.open_queue()
        await desk.key("f2")
        await desk.until(lambda: "Test badge: The printer says" in desk.text("queue-news"))

        assert desk.jobs == []
        assert print_settings(desk_store).tested == ""


async def test_labels_are_told_and_warned_of(desk_store: Store, system: FakeSystem) -> None:
    """A number is typed; from ten down the desk shows it."""
    use(desk_store, PrintMode.BY_KEY)
    set_labels_left(desk_store, 300)
    async with open_desk(desk_store, system) as desk:
        await desk.open_queue()
        assert "labels left 300" in desk.text("queue-head")
        await desk.key("ctrl+l")
        await desk.until(lambda: not isinstance(desk.app.screen, BadgeQueueScreen))
        await desk.key("9", "enter")
        await desk.until(lambda: "9 labels are left" in desk.text("queue-news"))

        assert "labels left 9" in desk.status


async def test_the_next_place_of_a_sheet_is_shown_and_chosen(
    desk_store: Store, system: FakeSystem
) -> None:
    """A badge takes it, and the desk names it; Ctrl+L selects another with the arrow keys."""
    use(desk_store, PrintMode.BY_KEY)
    set_printer_paper(desk_store, "Brother", stock="avery-l4785")
    async with open_desk(desk_store, system) as desk:
        assert "next: place 1 of 10" in desk.status
        await desk.open_queue()
        await desk.key("ctrl+l")
        await desk.until(lambda: isinstance(desk.app.screen, SheetPlaceScreen))
        await desk.key("down", "right", "enter")
        await desk.until(lambda: "next: place 4 of 10" in desk.text("queue-head"))
        assert "place 4 of 10 (row 2, column 2)" in desk.text("queue-news")
        await desk.key("escape")
        await desk.scan("TICKET-1")
        await desk.until(lambda: "CHECKED IN" in desk.banner and desk.screen.person is not None)
        await desk.key("f6")
        await desk.until(lambda: desk.states == ["done"])
        assert "place 4 of 10 (row 2, column 2)" in desk.banner
        await desk.until(lambda: "next: place 5 of 10" in desk.status)


async def test_what_cannot_be_done_is_said_there(desk_store: Store, system: FakeSystem) -> None:
    """A printer that refuses to cancel: the message is shown, and the job stays."""
    use(desk_store, PrintMode.BY_KEY)
    system.queue("Brother").report = fake_printing.WAITING
    system.queue("Brother").cancel_refusal = fake_printing.away()
    queue_one(desk_store)
    async with open_desk(desk_store, system) as desk:
        await desk.until(lambda: desk.states == ["sent"])
        await desk.open_queue()
        await desk.key("f8")
        await desk.until(lambda: "Nothing answers" in desk.text("queue-news"))

        assert desk.states == ["sent"]


async def test_a_scan_on_the_queues_screen_counts_and_is_seen(
    desk_store: Store, system: FakeSystem
) -> None:
    """The desk handles it; a line shows the verdict."""
    from kiosk.ui.tui.input.messages import ScanSource

    async with open_desk(desk_store, system) as desk:
        await desk.open_queue()
        desk.app.code_seen("TICKET-1", ScanSource.SCANNER)
        await desk.until(lambda: "✓ CHECKED IN  Asha Rao" in desk.text("queue-news"))


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_the_screen_at_its_sizes(
    size: tuple[int, int], desk_store: Store, system: FakeSystem
) -> None:
    """An empty queue and a full one; Escape returns to the scan field."""
    use(desk_store, PrintMode.BY_KEY)
    async with open_desk(desk_store, system, size) as desk:
        await desk.open_queue()
        assert "No badge was printed here yet" in desk.text("queue-detail")
        await desk.key("escape")
        queue_one(desk_store)
        desk.app.paper.send_now()  # type: ignore[union-attr]
        await desk.until(lambda: desk.states == ["done"])
        await desk.open_queue()
        assert "Asha Rao" in _row(desk)
        await desk.key("f4")
        await desk.until(lambda: desk.app.focused is desk.screen.query_one(ScanInput))
