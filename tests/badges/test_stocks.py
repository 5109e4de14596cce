"""Every layout on every stock: the page, the ink, the code and the letters, read back."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from kiosk.badges.layout import scene
from kiosk.badges.layout.arrange import arranged
from kiosk.badges.layout.compose import Composer
from kiosk.badges.layout.file import list_layouts, load_layout
from kiosk.badges.layout.model import EventLook, Layout
from kiosk.badges.layout.scene import Op, QrOp, TextOp, TurnedOp
from kiosk.badges.sheets.stock import Stock, layout_on, layouts_for, list_stocks, load_stock
from kiosk.domain.badges.order import BadgePerson
from kiosk.errors import KioskError
from tests.badges.people import EVENT, person, render_badges

LAYOUTS = list_layouts()
STOCKS = list_stocks()
PAIRS = [(layout.name, stock.name) for layout in LAYOUTS for stock in STOCKS]
DPI = 203
GIVEN = ("Priya", "Christopher", "Alexandra", "Muhammad", "Anne-Marie")


def _people() -> list[BadgePerson]:
    return [
        person("Christopher Featherstonehaugh", "Christopher", company="Indian Institute"),
        person("Priya Kulkarni", fields={"Pronouns": "she/her"}, ticket_type="Speaker"),
        person("عائشہ صدیقی", "عائشہ", company="سسٹمز لمیٹڈ (Systems Ltd.)"),
        person("Kahalaopunakeauliikamehanaokalaniho"),
    ]


def _dark(picture: Image.Image) -> Image.Image:
    return picture.convert("L").point(lambda value: 255 if value < 200 else 0)


def _ink_off_badges(picture: Image.Image, stock: Stock) -> tuple[int, int, int, int] | None:
    """The box of ink that is on no badge, with a tolerance of a third of a millimetre."""
    dark, dots = _dark(picture), DPI / 25.4
    for number in range(stock.per_page):
        row, column = divmod(number, stock.columns)
        x, y = stock.left + column * stock.pitch_x - 0.3, stock.top + row * stock.pitch_y - 0.3
        box = (x, y, x + stock.badge_width + 0.6, y + stock.badge_height + 0.6)
        dark.paste(0, tuple(round(side * dots) for side in box))  # type: ignore[arg-type]
    return dark.getbbox()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "stock_name"), PAIRS)
def test_a_layout_prints_on_a_stock_or_names_one_that_does(
    name: str, stock_name: str, tmp_path: Path
) -> None:
    """The page has the stock's size, all ink is on badges, and each code is read at 203 dpi."""
    layout, stock, out = load_layout(name), load_stock(stock_name), tmp_path / "b.pdf"
    if layout_on(layout, stock, EVENT) is None:
        with pytest.raises(KioskError) as refused:
            render_badges(_people(), out, layout=layout, stock=stock, event=EVENT)
        named = refused.value.next_step.split(": ")[1].rstrip(".").split(", ")
        assert all(layout_on(load_layout(other), stock, EVENT) for other in named)
        return

    plain = replace(stock, crop_marks=False)
    people = [replace(each, badge_code=f"K1:{n}F3K9QZ2X5MTW") for n, each in enumerate(_people())]
    batch = render_badges(people, out, layout=layout, stock=plain, event=EVENT)

    assert batch.problems == ()
    codes: set[str] = set()
    for page in pypdfium2.PdfDocument(out):
        size = (stock.page_width, stock.page_height)
        assert page.get_size() == pytest.approx([side * 72 / 25.4 for side in size], abs=0.02)
        picture = page.render(scale=DPI / 72).to_pil()
        assert _ink_off_badges(picture, stock) is None
        codes |= {found.text for found in zxingcpp.read_barcodes(picture.convert("1", dither=0))}
    assert codes == {each.badge_code for each in people}


def test_every_stock_has_a_layout() -> None:
    """The first one that is offered fits."""
    assert [stock.name for stock in STOCKS if not layouts_for(stock, EVENT)] == []


def _largest_text(layout: Layout, someone: BadgePerson) -> float:
    composer = Composer(layout, EVENT)
    return max(op.size for op in _flat(composer.own(0, composer.values(someone))))


def _flat(ops: list[Op]) -> list[TextOp]:
    inner = [turned for op in ops if isinstance(op, TurnedOp) for turned in op.ops]
    return [op for op in (*ops, *inner) if isinstance(op, TextOp)]


@pytest.mark.slow
@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("stock_name", [stock.name for stock in STOCKS])
def test_capitals_of_given_names_are_at_least_12_points_high(stock_name: str, given: str) -> None:
    """On every stock and in every layout that fits; Noto Sans has capitals of 0.714 em."""
    stock = load_stock(stock_name)
    someone = person(f"{given} Balasubramanian", company="Indian Institute of Technology Bombay")
    for layout in layouts_for(stock, EVENT):
        placed = layout_on(layout, stock, EVENT)
        assert placed is not None
        assert _largest_text(placed, someone) * 0.714 >= 12, layout.name


_EVERY_ROW = {
    "Job title": "Senior Vice President of Everything",
    "Pronouns": "they/them",
    "First time here": "yes",
    "Valid from": "2027-02-16",
}


@pytest.mark.parametrize(
    "stock", [*STOCKS, load_stock("50x50")], ids=[*(stock.name for stock in STOCKS), "50x50"]
)
def test_other_rows_leave_the_given_name_large(stock: Stock) -> None:
    """Rows of less importance are left out before a name is smaller, or has no badge."""
    someone = person("Priya Venkataraman", "Priya", company="Infosys Ltd", fields=_EVERY_ROW)
    for layout in layouts_for(stock, EVENT):
        placed = layout_on(layout, stock, EVENT)
        assert placed is not None
        assert _largest_text(placed, someone) * 0.714 >= 12, layout.name


@pytest.mark.parametrize("ticket_type", ["Attendee", "Speaker", "Organiser", "Press"])
def test_every_row_can_be_read_on_a_ground(ticket_type: str) -> None:
    """On a badge in the colour of the role, each text is white or in a band of white."""
    placed = layout_on(load_layout("colour"), load_stock("a6"), EVENT)
    assert placed is not None
    composer = Composer(placed, EVENT)
    someone = person(
        "Priya Rao", "Priya", company="ACM", ticket_type=ticket_type, fields=_EVERY_ROW
    )
    ground = composer.look(ticket_type).ground
    texts = _flat([*composer.own(0, composer.values(someone)), *composer.shared(0, ticket_type)])
    assert any(op.line.text.startswith("valid from") for op in texts)
    assert {op.colour for op in texts} <= {scene.WHITE, ground}


@pytest.mark.parametrize("stock_name", [stock.name for stock in STOCKS if stock.roll])
def test_texts_on_a_thermal_label_are_black_or_white(stock_name: str) -> None:
    """Also on the stripe of a role: grey on black cannot be read."""
    stock = load_stock(stock_name)
    for layout in layouts_for(stock, EVENT):
        placed = layout_on(layout, stock, EVENT)
        assert placed is not None
        composer = Composer(replace(placed, thermal=True), EVENT, stock.dpi)
        someone = _people()[1]
        own = composer.own(0, composer.values(someone))
        ops = _flat([*own, *composer.shared(0, someone.ticket_type)])
        assert {op.colour for op in ops} <= {scene.BLACK, scene.WHITE}, layout.name


def test_an_empty_row_takes_no_space() -> None:
    """Without a company the names are in the middle of their area."""
    composer = Composer(load_layout("a7"), EVENT)
    alone = _flat(composer.own(0, composer.values(person("Priya Rao"))))
    names = [op for op in alone if op.line.text in ("Priya", "Rao")]
    middle = (names[0].y + names[0].size * 0.72 + names[1].y) / 2

    assert middle == pytest.approx((105 - (20 + 63) / 2) * 72 / 25.4, abs=4)


@pytest.mark.parametrize("name", ["letters", "colour", "sponsors"])
def test_elements_do_not_overlap_on_any_size(name: str) -> None:
    """Square, upright and wide: each element that takes a side has its own area."""
    layout = load_layout(name)
    sides = range(41, 217, 7)
    look = EventLook(name="PyCon", dates="16 February", place="Pune", sponsors=(Path("a.png"),))
    for width, height in product(sides, sides):
        fitting = arranged(layout, width, height, look)
        places = [e for e in fitting.front if e.kind in ("text", "stack", "qr")] if fitting else []
        for one, other in combinations(places, 2):
            apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
            apart_y = one.y + one.height <= other.y or other.y + other.height <= one.y
            assert apart_x or apart_y, (width, height, one, other)


def test_a_narrow_label_is_rotated() -> None:
    """On 41 x 89 mm the badge is composed 89 x 41 mm, and its code stays large."""
    label = load_stock("dymo-11356")
    placed = layout_on(load_layout("letters"), label, EVENT)

    assert placed is not None
    assert (placed.width, placed.height) == (89, 41)
    composer = Composer(placed, EVENT, label.dpi)
    ops = composer.own(0, composer.values(person("Li Na")))
    assert next(op for op in ops if isinstance(op, QrOp)).module * 25.4 / 72 >= 0.5


def test_the_hash_does_not_follow_the_stock(tmp_path: Path) -> None:
    """A badge on another stock is not out of date."""
    layout = load_layout("letters")
    hashes = {
        render_badges(
            [person("Li Na")], tmp_path / "b.pdf", layout=layout, stock=stock, event=EVENT
        )
        .drawn[0]
        .hash
        for stock in (None, load_stock("dymo-11356"), load_stock("a6-on-a4"))
    }

    assert len(hashes) == 1


def test_a_long_word_without_syllables_is_divided() -> None:
    """It is larger than on one line; Khmer with one zero-width space is divided again."""
    for name in ("Щ" * 20, "សុខ\u200bចន្ទតារារស្មីព្រះរាជាណាចក្រកម្ពុជា"):
        drawn = Composer(load_layout("colour"), EVENT, 300, False)
        ops = drawn.own(0, drawn.values(person(name)))
        sizes = [op.size for op in ops if isinstance(op, TextOp)]
        assert max(sizes) > 20


def test_a_header_without_a_logo_starts_at_the_edge() -> None:
    """An empty picture in a group takes no space."""
    layout = load_layout("colour")
    with_logo = arranged(layout, 105, 148, replace(EVENT, logo=Path("logo.png")))
    without = arranged(layout, 105, 148, EVENT)
    assert with_logo is not None
    assert without is not None
    lefts = [next(e.x for e in each.front if e.text == "{event}") for each in (with_logo, without)]
    assert lefts[1] < lefts[0]


@pytest.mark.parametrize("typed", ["54.5x101", "54,5 x 101 mm", "54.5×101", " 54.5X101MM "])
def test_a_size_is_a_stock(typed: str) -> None:
    """With a decimal comma and a times sign, too."""
    stock = load_stock(typed)

    assert (stock.badge_width, stock.badge_height, stock.roll) == (54.5, 101, True)
