"""Signs, lists and certificates, read back from the PDF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.people.registration import TicketStatus
from kiosk.errors import Canceled, KioskError
from kiosk.services.badges.badges import BadgeOrder, make_badges
from kiosk.services.badges.signage import Paper, PaperOrder, make_paper
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.lists import save_list
from kiosk.services.people.people import edit
from kiosk.storage.file.store import Store
from tests.support.stores import Clock, make_store, take_in


def somebody(number: int, name: str, kind: str = "Regular") -> Attendee:
    return Attendee(f"{number:08}-0000-5000-8000-000000000000", name=name, ticket_type=kind)


PEOPLE = (
    somebody(11, "Asha Bose"),
    somebody(12, "Ravi Nair"),
    somebody(13, "Li Wei", "Speaker"),
    somebody(14, "प्रिया कुलकर्णी", "Speaker"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Four people with a ticket and one whose ticket was canceled."""
    made = make_store(tmp_path, lists=("Door", "Dinner"))
    save_list(made, "Dinner", is_new=False, ticket_types=["Speaker"])
    take_in(made, *PEOPLE)
    gone = somebody(15, "Canceled Carla")
    take_in(made, Attendee(gone.id, gone.name, status=TicketStatus.CANCELED))
    yield made
    made.close()


def pages(store: Store, paper: Paper, **order: object) -> list[str]:
    out = store.path.parent / f"{paper}.pdf"
    result = make_paper(store, out, PaperOrder(paper, **order))  # type: ignore[arg-type]
    with pypdfium2.PdfDocument(out) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]

    assert result.pages == len(texts)
    return texts


def codes(pdf: Path) -> list[str]:
    """Every QR code of the first page."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=4).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(image)]


def test_box_signs_say_letter_span_and_count(store: Store) -> None:
    """One sign per box, also for the late box."""
    make_badges(store, store.path.parent / "b.pdf", BadgeOrder(who=("unprinted",)))
    make_badges(store, store.path.parent / "c.pdf", BadgeOrder(who=(PEOPLE[0].id,)))
    (text,) = pages(store, Paper.BOX_SIGNS)

    assert "B–क" in text
    assert "Late" in text


def test_there_are_no_signs_without_boxes(store: Store) -> None:
    """It says what comes first."""
    with pytest.raises(KioskError) as refusal:
        pages(store, Paper.BOX_SIGNS)

    assert "no_boxes" == refusal.value.code


def test_index_cards_have_each_letter_once(store: Store) -> None:
    """Only letters of existing names, in the order of the boxes."""
    (text,) = pages(store, Paper.INDEX_CARDS)

    assert ["B", "N", "W", "क"] == text.split()


def test_queue_signs_have_a_page_each(store: Store) -> None:
    """Balanced letters for the desks there are."""
    first, second = pages(store, Paper.QUEUE_SIGNS, desks=2)

    assert "A–V" in first
    assert "W–Z" in second
    assert "क" in second


@pytest.mark.parametrize("desks", [0, -1, 51])
def test_queues_need_a_number_of_desks(store: Store, desks: int) -> None:
    """No desk, and a hundred, are typing slips."""
    with pytest.raises(KioskError) as refusal:
        pages(store, Paper.QUEUE_SIGNS, desks=desks)

    assert "bad_desks" == refusal.value.code


def test_ticked_rows_of_the_check_list_are_scanned_back(store: Store) -> None:
    """Each row's code, read from the picture of the page, checks its person in."""
    scan(store, ScanOrder(attendee_id=PEOPLE[0].id, list_name="Door"))
    assert isinstance(store.clock, Clock)
    store.clock.now_ms += 60_000
    (text,) = pages(store, Paper.CHECKLIST)
    read = codes(store.path.parent / "checklist.pdf")
    verdicts = [scan(store, ScanOrder(code=code, list_name="Door")) for code in read]
    outcomes = {
        verdict.attendee.name: str(verdict.outcome) for verdict in verdicts if verdict.attendee
    }

    assert "Canceled Carla" not in text
    assert {
        "Asha Bose": "already_redeemed",
        "Ravi Nair": "ok",
        "Li Wei": "ok",
        "प्रिया कुलकर्णी": "ok",
    } == outcomes


def test_a_check_list_of_one_list_has_its_people_only(store: Store) -> None:
    """And its name on top."""
    (text,) = pages(store, Paper.CHECKLIST, list_name="dinner")

    assert "Dinner" in text
    assert "Li Wei" in text
    assert "Asha Bose" not in text


def test_certificates_are_for_those_who_came(store: Store) -> None:
    """With the event's own text; only people who attended get one."""
    scan(store, ScanOrder(attendee_id=PEOPLE[1].id, list_name="Door"))
    with store.writing():
        words = {"key": "certificate_text", "value": "took part in"}
        store.append(EventKind.SETTING, words)
    (text,) = pages(store, Paper.CERTIFICATES)

    assert "Ravi Nair" in text
    assert "took part in" in text
    with pytest.raises(KioskError) as refusal:
        pages(store, Paper.CERTIFICATES, list_name="Dinner")
    assert "nobody" == refusal.value.code


def test_the_ruler_is_as_large_as_the_stock(store: Store) -> None:
    """A page of the printer's own paper."""
    pages(store, Paper.RULER, stock="a6")
    with pypdfium2.PdfDocument(store.path.parent / "ruler.pdf") as document:
        size = document[0].get_size()

    assert [105, 148] == [round(points / 72 * 25.4) for points in size]


@pytest.mark.parametrize("paper", [Paper.INDEX_CARDS, Paper.QUEUE_SIGNS, Paper.CHECKLIST])
def test_an_empty_event_has_no_paper(tmp_path: Path, paper: Paper) -> None:
    """It says so, and writes no file."""
    empty = make_store(tmp_path, name="empty")
    out = tmp_path / "x.pdf"
    with pytest.raises(KioskError) as refusal:
        make_paper(empty, out, PaperOrder(paper))
    empty.close()

    assert ("nobody", False) == (refusal.value.code, out.exists())


def test_names_that_cannot_be_drawn_are_reported_and_stay_on_the_list(store: Store) -> None:
    """Their code is still on the row."""
    edit(store, PEOPLE[0].id, {"name": "\U0010fffd"})
    result = make_paper(store, store.path.parent / "l.pdf", PaperOrder(Paper.CHECKLIST))

    assert [PEOPLE[0].id] == [problem.id for problem in result.problems]
    assert 4 == len(codes(store.path.parent / "l.pdf"))


@pytest.mark.parametrize("paper", [Paper.BOX_SIGNS, Paper.INDEX_CARDS, Paper.QUEUE_SIGNS,
                                   Paper.CHECKLIST, Paper.CERTIFICATES])  # fmt: skip
def test_a_stopped_paper_leaves_no_file(store: Store, paper: Paper) -> None:
    """Papers of many pages report their progress, and stop at a report."""
    make_badges(store, store.path.parent / "b.pdf", BadgeOrder(who=("unprinted",)))
    scan(store, ScanOrder(attendee_id=PEOPLE[0].id, list_name="Door"))
    folder = store.path.parent
    before = sorted(folder.rglob("*"))

    def stop(done: int, total: int | None) -> None:
        raise Canceled("The drawing")

    with pytest.raises(Canceled):
        make_paper(store, folder / "stopped.pdf", PaperOrder(paper), progress=stop)

    assert before == sorted(folder.rglob("*"))
