"""Batches of badges: their people, their boxes, and what the desk shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.badges.order import BadgeSort
from kiosk.domain.log.events import EventKind
from kiosk.domain.people.attendee import Attendee
from kiosk.errors import KioskError
from kiosk.services.badges.badges import BadgeOrder, BadgeReport, make_badges
from kiosk.services.badges.context import batch_places, boxes_now, chosen_layout, use_layout
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import edit, walk_in
from kiosk.services.printing.paper import PrintOffset, parse_offset
from kiosk.storage.file.store import Store
from kiosk.storage.queries.badges import printed_badge
from tests.support.stores import make_store, take_in


def somebody(number: int, name: str, kind: str = "Regular") -> Attendee:
    return Attendee(f"{number:08}-0000-5000-8000-000000000000", name=name, ticket_type=kind)


ASHA, RAVI, LI, ZOYA = (
    somebody(1, "Asha Bose"),
    somebody(2, "Ravi Nair"),
    somebody(3, "Li Wei", "Speaker"),
    somebody(4, "Zoya Das", "Speaker"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two regular people and two speakers."""
    made = make_store(tmp_path)
    take_in(made, ASHA, RAVI, LI, ZOYA)
    yield made
    made.close()


def batch(store: Store, *who: str, **order: object) -> BadgeReport:
    number = len(list(store.path.parent.glob("*.pdf")))
    out = store.path.parent / f"batch{number}.pdf"
    return make_badges(store, out, BadgeOrder(who=who or ("all",), **order))  # type: ignore[arg-type]


def place(store: Store, person: Attendee) -> str:
    badge = printed_badge(store.connection, person.id)
    return badge.place if badge else ""


def test_the_first_batch_is_sorted_into_boxes_and_the_desk_says_which(store: Store) -> None:
    """The verdict shows box, letters and slot."""
    batch(store)
    result = scan(store, ScanOrder(attendee_id=RAVI.id))

    assert [("A", "B–W", 4)] == [(box.name, box.span, box.count) for box in boxes_now(store)]
    assert result.badge is not None
    assert "box A (B–W), slot 3" == result.badge.place


def test_later_badges_go_into_the_late_box(store: Store) -> None:
    """Unprinted ones, changed ones, people picked by id: slot after slot."""
    batch(store, "unprinted")
    late = walk_in(store, "Lata Late", {})
    batch(store, "unprinted")
    edit(store, ASHA.id, {"name": "Asha Bose-Rao"})
    report = batch(store, "changed")
    batch(store, RAVI.id)

    assert "late batch, slot 1" == place(store, late)
    assert "late batch, slot 2" == place(store, ASHA)
    assert "late batch, slot 3" == place(store, RAVI)
    assert [("Asha Bose-Rao", "box A (B–W), slot 1", "late batch, slot 2")] == [
        (old.name, old.old_place, old.new_place) for old in report.replaced
    ]
    assert ["A", "Late"] == [box.name for box in boxes_now(store)]


def test_a_badge_picked_before_the_first_batch_does_not_spoil_the_boxes(store: Store) -> None:
    """All other badges are still sorted."""
    batch(store, ASHA.id)
    batch(store, "unprinted")

    assert "late batch, slot 1" == place(store, ASHA)
    assert "box A (D–W), slot 2" == place(store, RAVI)


def test_each_ticket_type_on_its_own_gets_its_own_boxes(store: Store) -> None:
    """Letters continue; the rest after printing by type is sorted too; a late speaker is late."""
    batch(store, ticket_type="speaker")
    batch(store, "unprinted")
    late = walk_in(store, "Nia New", {"ticket_type": "Speaker"})
    batch(store, "unprinted", ticket_type="Speaker")

    assert "box A (D–W), slot 2" == place(store, LI)
    assert "box B (B–N), slot 1" == place(store, ASHA)
    assert "late batch, slot 1" == place(store, late)


def test_all_anew_sorts_all_anew(store: Store) -> None:
    """The old boxes are replaced, also in the stored record."""
    batch(store)
    late = walk_in(store, "Aaron Aas", {})
    report = batch(store, sort=BadgeSort.GIVEN)

    assert 4 == len(report.replaced)
    assert "box A (A–Z), slot 1" == place(store, late)
    assert [("A", "A–Z", 5)] == [(box.name, box.span, box.count) for box in boxes_now(store)]


def test_a_proof_counts_nothing(store: Store) -> None:
    """No place, no box."""
    batch(store, proof=True)

    assert "" == place(store, ASHA)
    assert [] == boxes_now(store)


def test_an_unknown_ticket_type_names_the_nearest(store: Store) -> None:
    """Nothing is drawn."""
    with pytest.raises(KioskError) as refusal:
        batch(store, ticket_type="Speakr")

    assert "no_such_type" == refusal.value.code
    assert "“Speaker”" in refusal.value.next_step


def test_the_events_layout_comes_before_the_one_used_last(store: Store) -> None:
    """Even if its file is gone: the event still has the content."""
    batch(store, layout="a7")
    assert "a7" == chosen_layout(store, None)[0]
    own = store.path.parent / "mine.toml"
    shipped = chosen_layout(store, "4x3in")[1]
    own.write_bytes((shipped.folder / "4x3in.toml").read_bytes())
    use_layout(store, str(own))
    assert str(own) == chosen_layout(store, None)[0]
    own.unlink()
    again, layout = chosen_layout(store, None)
    assert (str(own), shipped.width) == (again, layout.width)


def _first_left_mm(pdf: Path) -> float:
    """The position of the first ink on the page."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        image = page.render(scale=4, grayscale=True).to_pil()
        box = image.point(lambda value: 255 if value < 200 else 0).getbbox()
        page.close()
    assert box is not None
    return float(box[0] / 4 / 72 * 25.4)


def test_a_nudge_moves_the_print_and_is_remembered_for_stock_and_printer(store: Store) -> None:
    """Given once, used from then on for this stock and printer only; 0,0 removes it."""
    where = {}
    for name, nudge, printer in (
        ("plain", None, "P"),
        ("nudged", PrintOffset(5, 0), "P"),
        ("again", None, "P"),
        ("other", None, "Q"),
        ("forgotten", PrintOffset(0, 0), "P"),
    ):
        report = batch(store, ASHA.id, layout="a7", nudge=nudge, printer=printer)
        where[name] = round(_first_left_mm(report.files[0]), 1)

    assert where["plain"] == where["other"] == where["forgotten"]
    assert where["nudged"] == where["again"]
    assert 5 == pytest.approx(where["nudged"] - where["plain"], abs=0.3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5,-0.5", PrintOffset(1.5, -0.5)),
        ("0,0,1.002", PrintOffset(0, 0, 1.002)),
        (" 1 , 2 ", PrintOffset(1, 2)),
    ],
)
def test_a_nudge_is_read(text: str, expected: PrintOffset) -> None:
    """Right, down, scale."""
    assert expected == parse_offset(text)


@pytest.mark.parametrize("text", ["", "1", "a,b", "1,2,3,4", "30,0", "0,0,2", "nan,0", "0,inf"])
def test_a_nudge_that_cannot_be_is_refused(text: str) -> None:
    """No printer is off by a hand's breadth."""
    with pytest.raises(KioskError) as refusal:
        parse_offset(text)

    assert "bad_nudge" == refusal.value.code


@pytest.mark.parametrize("box", ['A"', "$", "A]", "ZZZZZZ", "Late ²", "\u202e"])
def test_a_box_of_any_name_from_another_desk(store: Store, box: str) -> None:
    """Its badge is found with its place, and a batch is sorted as if it were in no box."""
    person = walk_in(store, "Asha Rao", {})
    badges = [[person.id, "hash", box, 1]]
    with store.writing():
        body = {"at": 0, "layout": "a6", "badges": badges}
        store.append(EventKind.BADGES_PRINTED, body)

    badge = printed_badge(store.connection, person.id)
    assert badge is not None
    assert box == badge.box
    record, places = batch_places(
        store, [person], BadgeSort.FAMILY, ticket_type=None, is_picked=False
    )
    assert ["A"] == [place.box for place in places]
    assert {"A"} == set(record)
