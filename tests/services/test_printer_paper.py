"""The layout and stock of a printer, and the sizes that printers take."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
from zxingcpp import read_barcodes

from kiosk.badges.layout.file import load_layout
from kiosk.badges.layout.model import EventLook
from kiosk.badges.sheets.stock import Stock, load_stock
from kiosk.domain.log.ids import badge_code
from kiosk.errors import KioskError
from kiosk.printing.backend import PrinterInfo
from kiosk.services.badges.badges import BadgeOrder, make_badges, make_blanks, waiting_badges
from kiosk.services.badges.context import chosen_layout, event_look
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.checkin.codes import knows_code
from kiosk.services.printing import jobs, printing, status
from kiosk.services.printing.jobs import Cause
from kiosk.services.printing.paper import (
    BadgeFormat,
    badge_format,
    fitted_format,
    offers,
    set_printer_paper,
)
from kiosk.services.printing.settings import (
    SheetPlace,
    printer_paper,
    set_sheet_place,
    sheet_place,
)
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees, find_by_code
from tests.services.test_printing import ASHA, RAVI, shop  # noqa: F401
from tests.support.fake_printing import FakePrinter, FakeSystem, away
from tests.support.stores import bind_code

LOOK = EventLook(name="PyCon")
DYMO = ("oe_54x101_54x101mm", "oe_28x89_28x89mm")
OFFICE = ("iso_a4_210x297mm", "na_letter_8.5x11in")


def _printer(*media: str, ready: tuple[str, ...] = ()) -> PrinterInfo:
    return PrinterInfo("P", "", None, accepting=True, media=media, ready=ready)


def _form(layout: str, stock: str = "") -> BadgeFormat:
    return BadgeFormat(layout, load_layout(layout), load_stock(stock) if stock else None)


@pytest.mark.parametrize(
    "media", [(), ("iso_a6_105x148mm",), ("custom_min_20x20mm", "custom_max_216x360mm")]
)
def test_a_size_that_the_printer_takes_is_sent_as_it_is(media: tuple[str, ...]) -> None:
    """Also to a printer that lists no sizes."""
    assert _form("a6") == fitted_format(_printer(*media), _form("a6"), LOOK)


def test_a_size_that_the_printer_does_not_take_is_refused_with_sizes() -> None:
    """The message names the sizes of the printer and the badge, and layouts that fit."""
    with pytest.raises(KioskError) as refused:
        fitted_format(_printer(*DYMO), _form("label-62x100"), LOOK)

    assert "takes 54 x 101 and 28 x 89 mm; the badge is 62 x 100 mm" in refused.value.problem
    assert "dymo-99014" in refused.value.next_step
    assert "letters" in refused.value.next_step


def test_an_office_printer_gets_a_sheet_with_cut_marks() -> None:
    """A loaded sheet is preferred, and the badge keeps its size."""
    form = fitted_format(_printer(*OFFICE, ready=("na_letter_8.5x11in",)), _form("a6"), LOOK)

    assert form.stock is not None
    assert (form.size_mm, form.stock.crop_marks) == ((215.9, 279.4), True)
    assert (form.stock.badge_width, form.stock.badge_height) == (105, 148)


def test_a_printer_that_lists_the_other_orientation_gets_a_rotated_page() -> None:
    """102 x 59 mm instead of 59 x 102 mm."""
    form = fitted_format(_printer("oe_x_102x59mm"), _form("letters", "dymo-30256"), LOOK)

    assert form.size_mm == (102, 59)


def test_offers_are_the_stocks_of_the_printer() -> None:
    """A known stock by its name, another size by its measures; 28 mm are too narrow."""
    assert [offer.stock.name for offer in offers(_printer(*DYMO), LOOK)] == ["dymo-99014"]
    assert [offer.stock.name for offer in offers(_printer("oe_x_57x90mm"), LOOK)] == ["57x90"]


ROLL = ("custom_min_62x25mm", "custom_max_62x300mm")


def test_a_printer_of_any_length_is_described_and_gets_offers_that_fit() -> None:
    """An endless roll lists no size, but a range: nothing wider is offered."""
    with pytest.raises(KioskError) as refused:
        fitted_format(_printer(*ROLL), _form("a6"), LOOK)

    assert "P takes 62 x 25 to 62 x 300 mm; the badge is 105 x 148 mm" in refused.value.problem
    widths = {offer.stock.page_width for offer in offers(_printer(*ROLL), LOOK)}
    assert widths == {62}
    assert "On the stock dymo-30856 " in refused.value.next_step
    assert _printer(*ROLL).takes_size(61.98, 100)
    assert not _printer(*ROLL).takes_size(54, 100)


@pytest.mark.parametrize(
    ("media", "stock", "offered"),
    [
        (("iso_a4_210x297mm",), "avery-5395", "durable-1456-02"),
        (("iso_a4_210x297mm",), "avery-5392", "a7-landscape-on-a4"),
        (("iso_a4_210x297mm", "iso_a6_105x148mm"), "avery-5371", "durable-1445-02"),
        (("iso_a3_297x420mm",), "avery-5392", "4x3in"),
    ],
)
def test_the_offer_is_like_the_wanted_badge(
    media: tuple[str, ...], stock: str, offered: str
) -> None:
    """Of the stocks that a printer takes, the one with badges of nearly the same size."""
    with pytest.raises(KioskError) as refused:
        fitted_format(_printer(*media), _form("letters", stock), LOOK)

    assert f"On the stock {offered} " in refused.value.next_step


def test_each_printer_has_a_layout_and_a_stock(shop: Store) -> None:  # noqa: F811
    """They are kept for this machine; the event keeps its own layout."""
    set_printer_paper(shop, "Dymo", stock="dymo-99014")

    assert printer_paper(shop, "Dymo") == ("", "dymo-99014")
    assert badge_format(shop, "Dymo").name == "letters"
    assert badge_format(shop, "Laser").size_mm == (105, 148)
    with pytest.raises(KioskError) as refused:
        set_printer_paper(shop, "Dymo", layout="a6")
    assert refused.value.code == "layout_does_not_fit"
    assert printer_paper(shop, "Dymo") == ("", "dymo-99014")


def test_a_label_of_a_walk_in_leaves_the_sheets_as_they_are(shop: Store) -> None:  # noqa: F811
    """Sheets in advance on A6, walk-ins on a DYMO: no badge becomes out of date."""
    make_badges(shop, shop.path.with_name("a.pdf"), BadgeOrder(who=(ASHA.id,), layout="a6"))
    set_printer_paper(shop, "Dymo", stock="dymo-99014")
    system = FakeSystem(shop.path.parent, [FakePrinter("Dymo")])
    queued = jobs.queue_badges(shop, [RAVI.id], printer="Dymo", cause=Cause.COMMAND)
    sent = printing.send_waiting(shop, system, queued)
    status.ask_about(shop, system, sent[0])

    assert system.queues[0].sizes == [(54, 101)]
    name, layout = chosen_layout(shop, None)
    assert name == "a6"
    waiting = waiting_badges(shop, list(all_attendees(shop.connection)), layout, event_look(shop))
    assert waiting.changed == []


def _places_used(pdf: bytes, stock: Stock) -> list[int]:
    """The places of a sheet that have ink, from 1."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=25.4 / 72 * 2).to_pil().convert("L")
    used = []
    for number in range(stock.per_page):
        row, column = divmod(number, stock.columns)
        x, y = stock.left + column * stock.pitch_x, stock.top + row * stock.pitch_y
        corners = (x, y, x + stock.badge_width, y + stock.badge_height)
        if page.crop(tuple(int(each * 2) for each in corners)).getextrema()[0] < 99:
            used.append(number + 1)
    return used


def test_single_badges_use_the_places_of_a_sheet_one_after_the_other(shop: Store) -> None:  # noqa: F811
    """Also a test badge; after the last place a new sheet starts."""
    set_printer_paper(shop, "Laser", stock="avery-l4785")
    system = FakeSystem(shop.path.parent, [FakePrinter("Laser")])
    sent: list[printing.Sent] = []
    queued = jobs.queue_badges(shop, [ASHA.id, RAVI.id], printer="Laser", cause=Cause.COMMAND)
    printing.send_waiting(shop, system, queued, sent.append)
    set_sheet_place(shop, "Laser", 10)
    printing.send_test(shop, system, "Laser")

    assert [_places_used(pdf, load_stock("avery-l4785")) for pdf in system.queues[0].sheets] == [
        [1],
        [2],
        [10],
    ]
    assert [each.place.words for each in sent if each.place] == [
        "place 1 of 10 (row 1, column 1)",
        "place 2 of 10 (row 1, column 2)",
    ]
    assert sheet_place(shop, "Laser") == SheetPlace(1, 2, 5)


@pytest.mark.parametrize(("may_have_printed", "place"), [(False, 4), (True, 5)])
def test_a_place_stays_free_if_its_badge_was_not_printed(
    shop: Store,  # noqa: F811
    may_have_printed: bool,
    place: int,
) -> None:
    """If it may have been printed, the place counts as used."""
    set_printer_paper(shop, "Laser", stock="avery-l4785")
    set_sheet_place(shop, "Laser", 4)
    laser = FakePrinter("Laser", refusal=away(may_have_printed=may_have_printed))
    queued = jobs.queue_badges(shop, [ASHA.id], printer="Laser", cause=Cause.COMMAND)
    printing.send_waiting(shop, FakeSystem(shop.path.parent, [laser]), queued)

    now = sheet_place(shop, "Laser")
    assert now is not None
    assert now.place == place


@pytest.mark.parametrize(
    ("stock", "place"), [("avery-l4785", 11), ("avery-l4785", 0), ("54x70", 1)]
)
def test_a_place_must_be_on_the_sheet(shop: Store, stock: str, place: int) -> None:  # noqa: F811
    """A label has none."""
    set_printer_paper(shop, "Laser", stock=stock)
    with pytest.raises(KioskError) as refused:
        set_sheet_place(shop, "Laser", place)

    assert refused.value.code in ("start_out_of_range", "not_a_sheet")


def test_each_stock_of_a_printer_has_its_own_place(shop: Store) -> None:  # noqa: F811
    """The half-used sheet of the other stock is remembered; sheets are offered last."""
    set_printer_paper(shop, "Laser", stock="avery-l4785")
    set_sheet_place(shop, "Laser", 7)
    set_printer_paper(shop, "Laser", stock="a6-on-a4")
    assert sheet_place(shop, "Laser") == SheetPlace(1, 2, 2)
    set_printer_paper(shop, "Laser", stock="avery-l4785")
    assert sheet_place(shop, "Laser") == SheetPlace(7, 2, 5)

    stocks = [offer.stock.per_page > 1 for offer in offers(_printer(*OFFICE), LOOK)]
    assert stocks == sorted(stocks)
    assert any(stocks)


def test_a_test_badge_has_the_size_of_the_stock(shop: Store) -> None:  # noqa: F811
    """It is printed on the labels of that printer."""
    set_printer_paper(shop, "Dymo", stock="54x70")
    system = FakeSystem(shop.path.parent, [FakePrinter("Dymo")])

    printing.send_test(shop, system, "Dymo")

    assert system.queues[0].sizes == [(54, 70)]


def test_a_blank_badge_is_linked_by_a_scan(shop: Store) -> None:  # noqa: F811
    """Its code is unknown until a desk links it; then it finds the attendee."""
    out = shop.path.with_name("blank.pdf")
    report = make_blanks(shop, out, 3, BadgeOrder(stock="a6-on-a4"))
    page = pypdfium2.PdfDocument(out)[0].render(scale=3).to_pil()
    codes = {found.text for found in read_barcodes(page)}
    code = next(iter(codes))

    assert (report.badges, len(codes)) == (3, 3)
    assert not knows_code(shop, code)
    bind_code(shop, code, ASHA.id)
    assert [person.id for person in find_by_code(shop.connection, code)[0]] == [ASHA.id]
    with pytest.raises(KioskError):
        make_blanks(shop, out, 0, BadgeOrder())


@pytest.mark.parametrize("minutes", [0, 10])
def test_a_blank_badge_is_linked_to_an_attendee_who_is_in(
    shop: Store,  # noqa: F811
    minutes: int,
) -> None:
    """It was written after the check-in; a later scan links no other code."""
    scan(shop, ScanOrder(code="", attendee_id=ASHA.id))
    clock = shop.clock() + minutes * 60_000
    shop.clock = lambda: clock
    blank, other = badge_code(str(uuid4())), "OTHER-TICKET-1"

    for code, linked in ((blank, blank), (other, "" if minutes else other)):
        result = scan(shop, ScanOrder(code=code, attendee_id=ASHA.id, links_code=True))
        assert result.linked_code == linked
        assert knows_code(shop, code) is bool(linked)
        assert (f"ode {code} linked" in result.message) is bool(linked)


def test_a_back_is_printed_or_refused(shop: Store, tmp_path: Path) -> None:  # noqa: F811
    """Blank badges have it, too; a sheet of stickers has no back."""
    order = BadgeOrder(stock="a6", back="same")

    assert make_blanks(shop, tmp_path / "b.pdf", 3, order).pages == 6
    made = make_badges(shop, tmp_path / "c.pdf", order)
    assert made.pages == 2 * made.badges > 0
    stickers = BadgeOrder(stock="avery-l4785", back="same")
    with pytest.raises(KioskError, match="avery-l4785 has no back"):
        make_badges(shop, tmp_path / "d.pdf", stickers)
    with pytest.raises(KioskError, match="avery-l4785 has no back"):
        make_blanks(shop, tmp_path / "d.pdf", 2, stickers)


def test_files_of_a_printer_are_found_from_any_folder(
    shop: Store,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The layout and the stock are typed as in the folder where they are."""
    text = '[[stock]]\nname = "mine"\npage = [90, 54]\nbadge = [90, 54]\n'
    (tmp_path / "stock.toml").write_text(text, encoding="utf-8")
    front = '[[front]]\ntype = "text"\ntext = "{name}"\nx = 5\ny = 5\nwidth = 80\nheight = 40\n'
    (tmp_path / "card.toml").write_text(f"width = 90\nheight = 54\n{front}", encoding="utf-8")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    set_printer_paper(shop, "Card", layout="card.toml", stock="stock.toml")
    make_badges(shop, tmp_path / "a.pdf", BadgeOrder(layout="card.toml"))
    monkeypatch.chdir(tmp_path / "other")

    assert badge_format(shop, "Card").size_mm == (90, 54)
    assert chosen_layout(shop, None)[1].width == 90
