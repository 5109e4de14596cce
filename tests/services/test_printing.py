"""Print jobs: sent once, watched, counted, and never printed twice automatically."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.domain.printing.job import PrintState
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.printing import jobs, printing, status
from kiosk.services.printing.jobs import Cause, ReprintReason
from kiosk.services.printing.paper import set_printer_paper
from kiosk.services.printing.settings import (
    PrintMode,
    print_settings,
    set_labels_left,
    set_print_mode,
    set_printer,
)
from kiosk.services.printing.status import print_status, queue_lines
from kiosk.storage.file.store import Store
from kiosk.storage.queries.badges import BadgeJob, all_jobs, badge_state, printed_badge
from kiosk.storage.recovery.integrity import differing_tables
from tests.support import fake_printing
from tests.support.fake_printing import FakePrinter, FakeSystem
from tests.support.stores import make_store, take_in

ASHA = Attendee("a1", name="Asha Rao")
RAVI = Attendee("b2", name="Ravi Kumar")
UMA = Attendee("c3", name="Uma Unpaid", status=TicketStatus.UNPAID)


class Killed(BaseException):
    """Ends the program here, like `kill -9`."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    """Three people, no badge printed."""
    store = make_store(tmp_path)
    take_in(store, ASHA, RAVI, UMA)
    yield store
    store.close()


@pytest.fixture
def system(tmp_path: Path) -> FakeSystem:
    """Two printers that print at once."""
    return FakeSystem(tmp_path / "saved", [FakePrinter("Brother"), FakePrinter("Dymo")])


def poll_all(store: Store, system: FakeSystem) -> None:
    """Poll the printers about every job that one of them has, and record changes."""
    status.record_reports(store, status.printer_reports(store, system))


def want(store: Store, *who: Attendee, reason: ReprintReason | None = None) -> list[BadgeJob]:
    ids = [person.id for person in who]
    return jobs.queue_badges(store, ids, printer="Brother", reason=reason, cause=Cause.KEY)


def printed(store: Store, who: Attendee = ASHA) -> int:
    """How often this person's badge counts as printed."""
    badge = printed_badge(store.connection, who.id)
    return badge.prints if badge else 0


def states(store: Store) -> list[PrintState]:
    return [job.state for job in reversed(all_jobs(store.connection))]


def sheets(system: FakeSystem) -> int:
    return sum(len(queue.sheets) for queue in system.queues)


def test_a_badge_goes_to_paper_and_is_counted(shop: Store, system: FakeSystem) -> None:
    """Queued, sent in its layout's size, done, counted once, with the hash of what was drawn."""
    (job,) = want(shop, ASHA)
    (sent,) = printing.send_waiting(shop, system)
    before_done = printed(shop)
    done = status.ask_about(shop, system, sent)
    status.ask_about(shop, system, done)

    assert (
        job.state,
        sent.state,
        done.state,
    ) == (PrintState.QUEUED, PrintState.SENT, PrintState.DONE)
    assert (before_done, printed(shop)) == (0, 1)
    assert system.queue("Brother").sizes == [(105.0, 148.0)]
    assert system.queue("Brother").sheets[0].startswith(b"%PDF")
    assert done.hash == printed_badge(shop.connection, ASHA.id).hash  # type: ignore[union-attr]
    assert "Asha Rao" in system.queue("Brother").titles[0]


@pytest.mark.parametrize("killed_at", ["before", "submitting", "after_submit"])
def test_a_killed_program_prints_nothing_twice(
    killed_at: str, shop: Store, system: FakeSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before submission a job is sent at the next start; after that it is never sent again."""
    want(shop, ASHA)
    if killed_at == "submitting":
        system.queue("Brother").refusal = RuntimeError("killed")
    if killed_at == "after_submit":

        def killed(*_: object, **__: object) -> None:
            raise Killed

        monkeypatch.setattr(jobs, "note_sent", killed)
    if killed_at != "before":
        with pytest.raises((Killed, RuntimeError)):
            printing.send_waiting(shop, system)
    monkeypatch.undo()
    system.queue("Brother").refusal = None
    again = Store.open(shop.path, desk="Desk 1", clock=shop.clock)
    already = sheets(system)
    printing.send_waiting(again, system)
    poll_all(again, system)
    state = states(again)[0]
    reason = jobs.needs_reason(again, ASHA.id)
    again.close()

    if killed_at == "before":
        assert (state, sheets(system)) == (PrintState.DONE, 1)
    else:
        assert (PrintState.UNKNOWN, already) == (state, sheets(system))
        assert "may already be printed" in reason


def test_two_programs_send_a_job_once(shop: Store, system: FakeSystem) -> None:
    """Only one program claims it: the other finds it claimed."""
    (job,) = want(shop, ASHA)
    other = Store.open(shop.path, desk="Desk 1", clock=shop.clock)
    printing.send(shop, system, job)
    printing.send(other, system, job)
    other.close()

    assert sheets(system) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (fake_printing.away(), PrintState.QUEUED),
        (fake_printing.away(may_have_printed=True), PrintState.UNKNOWN),
    ],
)
def test_what_cannot_be_handed_over(
    error: Exception, state: PrintState, shop: Store, system: FakeSystem
) -> None:
    """It waits if it did not arrive, else it is unknown; sentence and next step are stored."""
    system.queue("Brother").refusal = error
    want(shop, ASHA)
    (job,) = printing.send_waiting(shop, system)
    status = print_status(shop)

    assert state is job.state
    assert (job.needs_help, status.trouble) == (True, "Nothing answers at the printer's address.")
    assert status.next_step == "Switch the printer on."
    assert printed(shop) == 0


def test_one_away_printer_is_tried_once_a_round(shop: Store, system: FakeSystem) -> None:
    """The badges behind the first one do not each wait for a timeout; all come out later."""
    system.queue("Brother").refusal = fake_printing.away()
    want(shop, ASHA, RAVI)
    printing.send_waiting(shop, system)
    second = states(shop)
    system.queue("Brother").refusal = None
    printing.send_waiting(shop, system)

    assert second == [PrintState.QUEUED] * 2
    assert sheets(system) == 2


@pytest.mark.parametrize(
    ("report", "state", "needs_help", "counted"),
    [
        (fake_printing.WAITING, PrintState.SENT, False, 0),
        (fake_printing.PRINTING, PrintState.PRINTING, False, 0),
        (fake_printing.NO_LABELS, PrintState.PRINTING, True, 0),
        (fake_printing.ABORTED, PrintState.FAILED, True, 0),
        (fake_printing.CANCELED, PrintState.CANCELED, False, 0),
        (fake_printing.FORGOTTEN, PrintState.UNKNOWN, True, 0),
        (fake_printing.DONE, PrintState.DONE, False, 1),
    ],
)
def test_what_a_printer_says(
    report: object,
    state: PrintState,
    needs_help: bool,
    counted: int,
    shop: Store,
    system: FakeSystem,
) -> None:
    """Each report becomes a state in words; only a printed badge counts as one."""
    system.queue("Brother").report = report  # type: ignore[assignment]
    want(shop, ASHA)
    (sent,) = printing.send_waiting(shop, system)
    job = status.ask_about(shop, system, sent)

    assert (state, needs_help, counted) == (job.state, job.needs_help, printed(shop))
    assert job.sentence
    assert job.next_step


def test_a_second_badge_needs_a_reason_that_is_kept(shop: Store, system: FakeSystem) -> None:
    """Without a reason nothing is queued; with one the badge is printed and counted."""
    want(shop, ASHA)
    on_its_way = jobs.needs_reason(shop, ASHA.id)
    printing.send_waiting(shop, system)
    poll_all(shop, system)
    with pytest.raises(KioskError, match="already printed") as refused:
        want(shop, RAVI, ASHA)
    count = len(all_jobs(shop.connection))
    want(shop, ASHA, reason=ReprintReason.LOST)
    printing.send_waiting(shop, system)
    poll_all(shop, system)

    assert "on its way" in on_its_way
    assert (refused.value.code, count) == ("reason_needed", 1)
    assert (all_jobs(shop.connection)[0].reason, printed(shop)) == ("lost", 2)


def test_a_failed_badge_needs_no_reason(shop: Store, system: FakeSystem) -> None:
    """Nobody has the badge, so printing it again is not a reprint."""
    system.queue("Brother").report = fake_printing.ABORTED
    want(shop, ASHA)
    printing.send_waiting(shop, system)
    poll_all(shop, system)

    assert jobs.needs_reason(shop, ASHA.id) == ""


def test_check_in_prints_a_first_badge_of_a_good_ticket(shop: Store, system: FakeSystem) -> None:
    """Not for unpaid tickets, not twice, and an undone check-in does not cancel the badge."""
    asked = [
        jobs.queue_after_check_in(shop, who, "Brother") for who in ("a1", "a1", "c3", "nobody")
    ]
    scan(shop, ScanOrder(code="T-a1"))
    printing.send_waiting(shop, system)
    poll_all(shop, system)
    undo(shop)

    assert [job is not None for job in asked] == [True, False, False, False]
    assert printed(shop) == 1
    assert jobs.queue_after_check_in(shop, "a1", "Brother") is None


def test_a_badge_in_a_hand_is_printed_whatever_the_printer_says(
    shop: Store, system: FakeSystem
) -> None:
    """`handed` counts it, and no later report of the device changes it."""
    system.queue("Brother").report = fake_printing.FORGOTTEN
    want(shop, ASHA)
    (sent,) = printing.send_waiting(shop, system)
    handed = jobs.mark_handed_out(shop, sent)
    system.queue("Brother").report = fake_printing.ABORTED
    after = status.ask_about(shop, system, handed)

    assert (after.state, printed(shop)) == (PrintState.HANDED, 1)


def test_a_waiting_badge_cannot_be_handed_over(shop: Store) -> None:
    """It has not been printed by anything."""
    (job,) = want(shop, ASHA)
    with pytest.raises(KioskError) as refused:
        jobs.mark_handed_out(shop, job)

    assert refused.value.code == "not_possible"


def test_a_job_is_taken_back_at_the_printer_too(shop: Store, system: FakeSystem) -> None:
    """Nothing is counted, and a badge may be printed without a reason afterwards."""
    system.queue("Brother").report = fake_printing.WAITING
    want(shop, ASHA)
    (sent,) = printing.send_waiting(shop, system)
    job = printing.cancel(shop, system, sent)

    assert (PrintState.CANCELED, {1}, 0) == (job.state, system.canceled, printed(shop))
    assert jobs.needs_reason(shop, ASHA.id) == ""


def test_a_badge_that_came_out_cannot_be_taken_back(shop: Store, system: FakeSystem) -> None:
    """The printer was quicker than the key."""
    want(shop, ASHA)
    (sent,) = printing.send_waiting(shop, system)
    job = printing.cancel(shop, system, sent)
    with pytest.raises(KioskError):
        printing.cancel(shop, system, job)

    assert (job.state, printed(shop)) == (PrintState.DONE, 1)


def test_taken_back_during_the_hand_over(shop: Store, system: FakeSystem) -> None:
    """A cancellation while the badge is being sent is kept, and sent to the printer as well."""
    (job,) = want(shop, ASHA)
    system.queue("Brother").report = fake_printing.WAITING
    submit = system.submit

    def slow(pdf: Path, printer: str, **sizes: object) -> object:
        jobs.withdraw(shop, job)
        return submit(pdf, printer, **sizes)  # type: ignore[arg-type]

    system.submit = slow  # type: ignore[method-assign, assignment]
    sent = printing.send(shop, system, job)

    assert (PrintState.CANCELED, {1}) == (sent.job.state, system.canceled)


def test_another_printer_takes_over_all_that_waits(shop: Store, system: FakeSystem) -> None:
    """Canceled at the stuck printer, sent to the other; each badge is printed once."""
    system.queue("Brother").report = fake_printing.NO_LABELS
    want(shop, ASHA, RAVI)
    printing.send_waiting(shop, system)
    poll_all(shop, system)
    taken = printing.take_over(shop, system, "Dymo")
    printing.send_waiting(shop, system)
    poll_all(shop, system)

    assert (len(taken.moved), taken.stayed) == (2, ())
    assert {1, 2} == system.canceled
    assert states(shop) == [PrintState.DONE] * 2
    assert len(system.queue("Dymo").sheets) == 2
    assert (printed(shop), printed(shop, RAVI)) == (1, 1)


def test_what_cannot_be_taken_back_is_not_sent_elsewhere(shop: Store, system: FakeSystem) -> None:
    """It would be printed twice as soon as the printer is back."""
    system.queue("Brother").report = fake_printing.NO_LABELS
    system.queue("Brother").cancel_refusal = fake_printing.away()
    want(shop, ASHA)
    printing.send_waiting(shop, system)
    poll_all(shop, system)
    taken = printing.take_over(shop, system, "Dymo")
    printing.send_waiting(shop, system)

    assert (taken.moved, len(taken.stayed)) == ((), 1)
    assert system.queue("Dymo").sheets == []


@pytest.mark.parametrize("report", [fake_printing.ABORTED, fake_printing.FORGOTTEN])
def test_a_person_may_send_a_badge_again(report: object, shop: Store, system: FakeSystem) -> None:
    """After a failure or in an unknown state, only a person can send it again."""
    brother = system.queue("Brother")
    brother.report = report  # type: ignore[assignment]
    want(shop, ASHA)
    printing.send_waiting(shop, system)
    shop.clock.now_ms += 60_000  # type: ignore[attr-defined]
    poll_all(shop, system)
    printing.send_waiting(shop, system)
    by_itself = sheets(system)
    brother.report = fake_printing.DONE
    printing.retry(shop, system, all_jobs(shop.connection)[0], "Dymo")
    printing.send_waiting(shop, system)
    poll_all(shop, system)

    assert by_itself == 1
    assert (states(shop), printed(shop)) == ([PrintState.DONE], 1)


def test_done_is_not_sent_again_without_a_reason(shop: Store, system: FakeSystem) -> None:
    """That is a reprint."""
    want(shop, ASHA)
    printing.send_waiting(shop, system)
    poll_all(shop, system)
    with pytest.raises(KioskError) as refused:
        printing.retry(shop, system, all_jobs(shop.connection)[0])

    assert refused.value.code == "not_possible"


def test_without_a_printer_badges_become_files(shop: Store, system: FakeSystem) -> None:
    """Saved under a number, unknown and not counted until a person confirms it."""
    jobs.queue_badges(shop, ["a1"], printer="PDF folder", reason=None, cause=Cause.COMMAND)
    (job,) = printing.send_waiting(shop, system)

    assert (job.state, job.final, printed(shop)) == (PrintState.UNKNOWN, True, 0)
    assert "PDF created" == badge_state(shop.connection, "a1")
    assert len(list(system.save_folder.glob("0001-*.pdf"))) == 1
    assert print_status(shop).trouble == ""


def test_a_badge_that_cannot_be_drawn_fails_with_the_reason(
    shop: Store, system: FakeSystem
) -> None:
    """It is not printed, and the jobs after it are."""
    take_in(shop, Attendee("d4", name="\U0010fffd"))
    want(shop, Attendee("d4"), ASHA)
    bad, good = printing.send_waiting(shop, system)

    assert (bad.state, good.state) == (PrintState.FAILED, PrintState.SENT)
    assert "no badge" in bad.sentence


def test_labels_are_counted_down(shop: Store, system: FakeSystem) -> None:
    """One for each badge that a printer accepted; a warning when few are left."""
    set_labels_left(shop, 11)
    set_printer(shop, "Brother")
    set_print_mode(shop, PrintMode.BY_KEY)
    enough = print_status(shop).words
    want(shop, ASHA)
    printing.send_waiting(shop, system)

    assert print_settings(shop).labels_left == 10
    assert enough == "badges: on request · printer not tested"
    assert "labels left 10" in print_status(shop).words


@pytest.mark.parametrize("labels", [-1, 1_000_000])
def test_a_roll_has_a_sensible_number(labels: int, shop: Store) -> None:
    """Anything else is refused, and counting stays as it was."""
    with pytest.raises(KioskError):
        set_labels_left(shop, labels)

    assert print_settings(shop).labels_left is None


def test_the_layout_of_the_spot(shop: Store, system: FakeSystem) -> None:
    """A desk with a label printer prints its own layout; an unknown one is refused."""
    from kiosk.badges.layout.file import list_layouts

    other = next(layout for layout in list_layouts() if (layout.width, layout.height) != (105, 148))
    with shop.writing():
        shop.set_machine_facts({"print_layout": other.name})
    want(shop, ASHA)
    printing.send_waiting(shop, system)
    with pytest.raises(KioskError):
        set_printer_paper(shop, "Brother", layout="no such layout")

    assert [(other.width, other.height)] == system.queue("Brother").sizes


def test_the_box_stays_the_box(shop: Store, system: FakeSystem) -> None:
    """A reprint of a badge printed ahead does not lose its place."""
    from kiosk.services.badges.badges import BadgeOrder, make_badges

    make_badges(shop, shop.path.with_name("all.pdf"), BadgeOrder())
    before = printed_badge(shop.connection, ASHA.id)
    want(shop, ASHA, reason=ReprintReason.DAMAGED)
    printing.send_waiting(shop, system)
    poll_all(shop, system)
    after = printed_badge(shop.connection, ASHA.id)

    assert before is not None
    assert after is not None
    assert (before.box, before.slot, 1) == (after.box, after.slot, after.prints)


def test_a_test_badge_is_nobodys(shop: Store, system: FakeSystem) -> None:
    """It is printed, but is not a job, not counted, and not in the log."""
    events = len(list(shop.events()))
    printing.send_test(shop, system, "Dymo")

    assert len(system.queue("Dymo").sheets) == 1
    assert events == len(list(shop.events()))


def test_another_desks_jobs_are_looked_at_only(shop: Store, system: FakeSystem) -> None:
    """After a merge they are listed with their desk, and nothing here sends or changes them."""
    want(shop, ASHA)
    shop.connection.execute("UPDATE badge_job SET log_id = 'f00d00'")
    printing.send_waiting(shop, system)
    (line,) = queue_lines(shop)
    with pytest.raises(KioskError) as refused:
        jobs.find_job(shop, line.name)

    assert (line.is_ours, sheets(system)) == (False, 0)
    assert refused.value.code == "other_desks_job"


def test_the_log_tells_the_whole_queue(shop: Store, system: FakeSystem) -> None:
    """The tables can be rebuilt from it, counts and all."""
    want(shop, ASHA, RAVI)
    printing.send_waiting(shop, system)
    poll_all(shop, system)
    jobs.mark_handed_out(shop, all_jobs(shop.connection)[0])

    assert differing_tables(shop.connection, shop.events()) == []


def test_news_that_is_none_is_not_written_down(shop: Store, system: FakeSystem) -> None:
    """A hundred equal reports of a printer add one event."""
    system.queue("Brother").report = fake_printing.NO_LABELS
    want(shop, ASHA)
    printing.send_waiting(shop, system)
    poll_all(shop, system)
    events = len(list(shop.events()))
    for _ in range(5):
        poll_all(shop, system)

    assert events == len(list(shop.events()))


def test_a_printers_words_are_data(shop: Store, system: FakeSystem) -> None:
    """Control codes in a device's report do not reach the sentence in the log."""
    system.queue("Brother").report = replace(fake_printing.ABORTED, message="\x1b[31mgone\x07")
    want(shop, ASHA)
    (sent,) = printing.send_waiting(shop, system)
    job = status.ask_about(shop, system, sent)

    assert "gone" in job.sentence
    assert "\x1b" not in job.sentence
