"""Layout files: the shipped layouts, the keys, and the errors for mistakes."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from kiosk.badges.layout import scene
from kiosk.badges.layout.compose import Composer, badge_hash
from kiosk.badges.layout.fields import Values, canonical, find_field
from kiosk.badges.layout.file import list_layouts, load_layout
from kiosk.badges.layout.model import EventLook, Role
from kiosk.badges.layout.scene import QUIET_MODULES, TextOp, qr_code
from kiosk.badges.sheets.stock import (
    Stock,
    back_place_of,
    crop_marks,
    layout_on,
    list_stocks,
    load_stock,
    offset_in_place,
    place_of,
)
from kiosk.badges.text.cleaning import large_and_rest
from kiosk.domain.badges.order import BadgePerson
from kiosk.errors import KioskError
from tests.badges.people import EVENT, person

LAYOUTS = [layout.name for layout in list_layouts()]
STOCKS = [stock.name for stock in list_stocks()]


def test_layouts_are_shipped() -> None:
    """Each has a description and its file's name."""
    shipped = {"a6", "a7", "4x3in", "card-86x54", "label-62x100", "butterfly"}
    shipped |= {"letters", "colour", "sponsors"}

    assert shipped <= set(LAYOUTS)
    assert all(layout.description for layout in list_layouts())


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_fits_the_stock_it_names(name: str) -> None:
    """A layout fits the stock it names."""
    layout = load_layout(name)

    if layout.stock:
        assert min(offset_in_place(load_stock(layout.stock), layout.width, layout.height)) > -0.1


@pytest.mark.parametrize("name", STOCKS)
def test_a_stock_fits_its_page(name: str) -> None:
    """Grid and margins are on the page, badges do not overlap, and a source is named."""
    stock = load_stock(name)
    right = stock.left + (stock.columns - 1) * stock.pitch_x + stock.badge_width
    low = stock.top + (stock.rows - 1) * stock.pitch_y + stock.badge_height

    assert right <= stock.page_width + 0.01
    assert low <= stock.page_height + 0.01
    assert stock.columns == 1 or stock.pitch_x >= stock.badge_width - 0.001
    assert stock.rows == 1 or stock.pitch_y >= stock.badge_height - 0.001
    assert stock.source
    assert stock.description


def test_stocks_have_unique_names() -> None:
    """No two stocks share a name."""
    assert len(set(STOCKS)) == len(STOCKS)


def test_an_unknown_stock_names_the_nearest() -> None:
    """The error for a mistyped name suggests the nearest stock."""
    with pytest.raises(KioskError) as caught:
        load_stock("avery-5932")

    assert (caught.value.code, "avery-5392" in caught.value.next_step) == ("stock_unknown", True)


def test_backs_are_behind_their_fronts() -> None:
    """Long edge: columns mirrored. Short edge: rows mirrored and turned."""
    stock = Stock("s", "", 210, 297, 100, 140, 2, 2, 3, 5, 101, 141)
    short = Stock("s", "", 210, 297, 100, 140, 2, 2, 3, 5, 101, 141, duplex="short")
    front = place_of(stock, 0, (0, 0), 140)
    page_width, page_height, badge_width, badge_height = (
        value * 72 / 25.4 for value in (210, 297, 100, 140)
    )

    behind = back_place_of(stock, 0, (0, 0), 140, 100)
    turned = back_place_of(short, 0, (0, 0), 140, 100)

    assert behind.x == pytest.approx(page_width - front.x - badge_width)
    assert behind.y == pytest.approx(front.y)
    assert turned.y == pytest.approx(page_height - front.y - badge_height)
    assert turned.x == pytest.approx(front.x)
    assert (behind.turned, turned.turned) == (False, True)


def test_crop_marks_stay_off_the_badges() -> None:
    """Marks are in the margin, and a page without margin has none."""
    stock = load_stock("card-on-a4")
    left, top = stock.left * 72 / 25.4, (stock.page_height - stock.top) * 72 / 25.4
    right = (stock.page_width - stock.left) * 72 / 25.4
    low = (stock.page_height - stock.top - 5 * stock.badge_height) * 72 / 25.4
    marks = crop_marks(stock)

    assert marks
    assert all(m.x2 <= left or m.x1 >= right or m.y2 >= top or m.y1 <= low for m in marks)
    assert crop_marks(load_stock("a6-on-a4")) == []


def _layout(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text("width = 80\nheight = 50\n" + textwrap.dedent(body), encoding="utf-8")
    return path


_NAME = '[[front]]\ntype = "text"\ntext = "{name}"\nx = 1\ny = 1\nwidth = 70\nheight = 20\n'


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        pytest.param(_NAME + "colr = 1\n", 10, ["`colr`", "`colour`"], id="key"),
        pytest.param(_NAME + 'align = "centre"\n', 10, ["`centre`", "`center`"], id="word"),
        pytest.param(_NAME + 'colour = "acent"\n', 10, ["`acent`", "`accent`"], id="colour"),
        pytest.param(_NAME.replace("{name}", "{compnay}"), 5, ["`company`"], id="field"),
        pytest.param(_NAME.replace('"text"\nt', '"txt"\nt'), 4, ["`txt`", "`text`"], id="type"),
        pytest.param(_NAME.replace("70", '"wide"'), 8, ["a number"], id="number"),
        pytest.param(_NAME.replace("70", "85"), 8, ["past the badge"], id="past the edge"),
        pytest.param(_NAME + _NAME + "lines = 'x'\n", 17, ["whole number"], id="second element"),
        pytest.param(_NAME.replace("height = 20\n", ""), 4, ["lacks `height`"], id="lacking"),
        pytest.param("bck = 1\n" + _NAME, 3, ["`bck`", "`back`"], id="top"),
        pytest.param(_NAME + "[[role]]\nmatch = 3\n", 11, ["`match`"], id="role"),
        pytest.param(
            '[[front]]\ntype = "image"\nsource = "no.png"\nx=1\ny=1\nwidth=9\nheight=9\n',
            5,
            ["no.png"],
            id="picture",
        ),
    ],
)
def test_a_mistake_names_its_line_and_the_nearest_word(
    body: str, line: int, words: list[str], tmp_path: Path
) -> None:
    """The error names file, line and key, and what to do."""
    with pytest.raises(KioskError) as caught:
        load_layout(str(_layout(tmp_path, body)))

    told = str(caught.value)
    assert (caught.value.code, f"mine.toml, line {line}:" in told) == ("layout_invalid", True), told
    assert [word for word in words if word not in told] == [], told


_SIZE = "width = 80\nheight = 50\n"
_BOX = 'type = "text"\nx = 1\ny = 1\nwidth = 9\nheight = 9\n'


@pytest.mark.parametrize(
    "text",
    [
        "width = ",
        "width = 80\n",
        "\x00",
        "width = 5\nheight = 5\n",
        pytest.param(f"{_SIZE}x = {'[' * 20_000}", id="deep"),
        pytest.param(f"{_SIZE}x = {'9' * 5000}", id="many digits"),
        f"{_SIZE}role = 5\n[[front]]\n{_BOX}",
        f'{_SIZE}role = "r"\n[[front]]\n{_BOX}',
        f'{_SIZE}dpi = "many"\n[[front]]\n{_BOX}',
        f"{_SIZE}dpi = inf\n[[front]]\n{_BOX}",
        f"{_SIZE}[[front]]\ntype = []\n",
        f"{_SIZE}[[front]]\n{_BOX}lines = inf\n",
        f"{_SIZE}[[front]]\n{_BOX}size = nan\n",
        pytest.param(f"{_SIZE}[[front]]\n{_BOX}size = 1{'0' * 400}\n", id="large number"),
    ],
)
def test_a_file_that_is_not_a_layout_is_refused(text: str, tmp_path: Path) -> None:
    """Invalid TOML, no element, no size: an error, no traceback."""
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(KioskError) as caught:
        load_layout(str(path))

    assert caught.value.code == "layout_invalid"


def test_an_unknown_layout_names_the_nearest() -> None:
    """The error for `a66` suggests a6."""
    with pytest.raises(KioskError) as caught:
        load_layout("a66")

    assert (caught.value.code, "a6" in caught.value.next_step) == ("layout_unknown", True)


def _values(**fields: str) -> Values:
    someone = person("Asha Rao", "Asha", family_name="Rao", company="Acme", fields=fields)
    return Values(someone, EVENT, Role((), "SPEAKER"))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{given_name} · {company}", "Asha · Acme"),
        ("{guest_of} · {company}", "Acme"),
        ("{company} · {guest_of}", "Acme"),
        ("{guest_of}, {company} / {city}", "Acme / Pune"),
        ("Ask me about {ask_about}", "Ask me about bread"),
        ("Guest of {guest_of}", ""),
        ("{name} ({pronouns})", "Asha Rao (she/her)"),
        ("{role} at {event}", "SPEAKER at PyCon Pune 2027"),
        ("{sort_name}", "Rao, Asha"),
        ("{Which city are you from}", "Pune"),
        ("plain {words", "plain {words"),
    ],
)
def test_templates(template: str, text: str) -> None:
    """Separators next to empty fields are dropped."""
    values = _values(
        **{
            "Your pronouns (optional)": "she/her",
            "Ask me about …": "bread",
            "Which city are you from": "Pune",
        }
    )

    assert text == values.text(template)


@pytest.mark.parametrize(
    ("header", "value", "filled"),
    [
        ("Is this your first time?", "Yes", True),
        ("First-time attendee", "No", False),
        ("first_time", "", False),
        ("Newcomer", "n/a", False),
    ],
)
def test_first_time_is_found_by_its_words(header: str, value: str, filled: bool) -> None:
    """The question is found under every platform's heading, and a no is not a yes."""
    assert filled == _values(**{header: value}).filled("first_time")


def test_fields_are_found_loosely() -> None:
    """Exact heading first, then ignoring case, then by words that mean it."""
    fields = {"Country of residence": "Nepal", "country": "India"}

    assert (find_field(fields, "country"), find_field(fields, "Country Of Residence")) == (
        "India",
        "Nepal",
    )
    assert (canonical("TSHIRT"), canonical("Job title"), canonical("question:compny")) == (
        "t_shirt",
        "job_title",
        "question:compny",
    )


@pytest.mark.parametrize(
    ("name", "given", "parts"),
    [
        ("Priya Kulkarni", "Priya", ("Priya", "Kulkarni")),
        ("María José García", "María José", ("María José", "García")),
        ("Nguyễn Thị Hương", "Hương", ("Hương", "Nguyễn Thị Hương")),
        ("S. Karthik", "S.", ("S. Karthik", "")),
        ("K Vignesh", "K", ("K Vignesh", "")),
        ("欧阳 小明", "小明", ("欧阳 小明", "")),
        ("Madonna", "Madonna", ("Madonna", "")),
        ("Priya Kulkarni", "Pri", ("Priya Kulkarni", "")),
        ("Priya Kulkarni", "", ("Priya", "Kulkarni")),
        ("Dr. Priya Kulkarni", "", ("Priya", "Dr. Priya Kulkarni")),
        ("श्री कृष्ण मूर्ति", "", ("कृष्ण", "श्री कृष्ण मूर्ति")),
        ("ڈاکٹر ظفر خان", "", ("ظفر", "ڈاکٹر ظفر خان")),
        ("ד״ר משה כהן", "", ("משה", "ד״ר משה כהן")),
        ("ນາງ ຄຳຜິວ ພົມມະຈັນ", "", ("ຄຳຜິວ", "ນາງ ຄຳຜິວ ພົມມະຈັນ")),
        ("អ្នកស្រី សុខ ដារ៉ា", "", ("សុខ", "អ្នកស្រី សុខ ដារ៉ា")),
        ("ዶ/ር አበበ ቢቂላ", "", ("አበበ", "ዶ/ር አበበ ቢቂላ")),
        ("д-р Анна Петрова", "", ("Анна", "д-р Анна Петрова")),
        ("Prof. Dr. h.c. mult. Karl Maier", "", ("Karl", "Prof. Dr. h.c. mult. Karl Maier")),
        ("डॉ. शर्मा", "", ("डॉ. शर्मा", "")),
        ("Karl von und zu Au", "", ("Karl", "von und zu Au")),
        ("Marie et Pierre Curie", "", ("Marie et Pierre Curie", "")),
        ("Santiago Ramón y Cajal", "", ("Santiago", "Ramón y Cajal")),
        ("Abdul Rahman Khan", "", ("Abdul Rahman", "Khan")),
        ("Nguyễn Thị Hương", "", ("Hương", "Nguyễn Thị Hương")),
        ("Kulkarni, Priya", "", ("Priya", "Kulkarni, Priya")),
        ("S. Karthik", "", ("S. Karthik", "")),
        ("O’Brien Súilleabháin", "", ("O’Brien Súilleabháin", "")),
        ("Ana and Luis", "", ("Ana and Luis", "")),
        ("田中 さくら", "", ("田中 さくら", "")),
        ("علی رضا قریشی", "علی رضا", ("علی رضا", "قریشی")),
    ],
)
def test_large_and_rest(name: str, given: str, parts: tuple[str, str]) -> None:
    """The given name is large where it is known, and the name itself is never changed."""
    assert parts == large_and_rest(name, given)


def test_a_ticket_type_can_go_without_a_badge(tmp_path: Path) -> None:
    """`badge = false` skips the ticket type: no page, no problem."""
    from kiosk.badges.sheets.press import check_badges
    from tests.badges.people import render_badges

    body = _NAME + '[[role]]\nmatch = ["stream*"]\nbadge = false\n'
    layout = load_layout(str(_layout(tmp_path, body)))
    people = [person("", ticket_type="Streaming"), person("Li Na")]

    batch = render_badges(people, tmp_path / "b.pdf", layout=layout, event=EVENT)

    assert (batch.badges, batch.problems) == (1, ())
    assert check_badges(people, layout, EVENT) == []


def test_elements_can_be_for_ticket_types(tmp_path: Path) -> None:
    """`types`, `not_types`, `when` and `unless` decide which badges show an element."""
    from kiosk.badges.layout.compose import Composer
    from kiosk.badges.layout.scene import TextOp

    lines = [
        ("speakers", 'types = ["speak*"]'),
        ("others", 'not_types = "speak*"'),
        ("firm", 'when = "company"'),
        ("alone", 'unless = ["company", "guest_of"]'),
    ]
    body = "".join(
        _NAME.replace("{name}", text).replace("y = 1", f"y = {at * 10}").replace("= 20", "= 9")
        + f"{rule}\n"
        for at, (text, rule) in enumerate(lines)
    )
    composer = Composer(load_layout(str(_layout(tmp_path, body))), EVENT)

    def shown(ticket_type: str, company: str) -> list[str]:
        values = composer.values(person("Li", ticket_type=ticket_type, company=company))
        ops = [*composer.shared(0, ticket_type), *composer.own(0, values)]
        return [op.line.text for op in ops if isinstance(op, TextOp)]

    assert shown("Speaker", "Acme") == ["speakers", "firm"]
    assert shown("Student", "") == ["others", "alone"]


def _modules_in_dots(layout_name: str, dpi: int) -> float:
    from kiosk.badges.layout.compose import Composer
    from kiosk.badges.layout.scene import QrOp

    composer = Composer(load_layout(layout_name), EVENT, dpi)
    ops = composer.own(0, composer.values(person("Li Na")))
    return next(op.module for op in ops if isinstance(op, QrOp)) * dpi / 72


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("name", LAYOUTS)
def test_qr_modules_are_whole_dots(name: str, dpi: int) -> None:
    """At least four dots a module, and never a part of one."""
    dots = _modules_in_dots(name, dpi)

    assert dots == pytest.approx(round(dots))
    assert dots >= 4


@pytest.mark.parametrize("colour", ["#ffe08a", "#ffffff", "#1f5fa8", "#000000"])
def test_text_of_any_accent_can_be_read(colour: str) -> None:
    """A pale accent is darkened for text on white, a dark one is kept; text on it contrasts."""
    accent = scene.parse_hex(colour)
    assert accent is not None

    assert scene.readable_on(scene.legible(accent)) == (1.0, 1.0, 1.0)
    assert (scene.legible(accent) == accent) == (colour in ("#1f5fa8", "#000000"))
    assert scene.readable_on(accent) == ((1, 1, 1) if colour < "#f" else (0, 0, 0))


def test_a_badge_code_needs_the_smallest_code() -> None:
    """Sixteen characters stay in version 1: 21 modules and a quiet zone of four."""
    assert (qr_code("K1:7F3K9QZ2X5MTW").modules, QUIET_MODULES) == (21, 4)


@pytest.mark.parametrize("length", [1, 2, 7, 15, 16])
def test_composed_codes_are_those_of_the_library(length: int) -> None:
    """Codes composed from a basis have the same modules as encoded ones."""
    alphabet = scene._ALPHANUMERIC
    texts = ["".join(alphabet[(7 * n + 5 * at) % 45] for at in range(length)) for n in range(9)]

    assert [scene._composed(text) for text in texts] == [scene._encoded(text) for text in texts]


def test_the_hash_follows_the_event_and_the_layout(tmp_path: Path) -> None:
    """Another colour, logo or layout changes the hash."""
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"one")
    someone: BadgePerson = person("Li Na")
    hashes = {
        badge_hash(someone, load_layout("a6"), EVENT),
        badge_hash(someone, load_layout("a7"), EVENT),
        badge_hash(someone, load_layout("a6"), EventLook(name="Other")),
        badge_hash(someone, load_layout("a6"), EventLook(name="Other", logo=logo)),
    }

    assert len(hashes) == 4


@pytest.mark.parametrize(
    ("ticket_type", "word"),
    [
        ("Express pass", ""),
        ("Espresso workshop", ""),
        ("Intermediate workshop", ""),
        ("Morgan Stanley", ""),
        ("Press", "PRESS"),
        ("Ticket (press)", "PRESS"),
        ("Media pass", "PRESS"),
        ("Fachpresse", "PRESS"),
        ("Social-Media", "PRESS"),
        ("Core orga", "ORGANISER"),
        ("Orgateam", "ORGANISER"),
        ("Co-organizer", "ORGANISER"),
    ],
)
def test_a_part_of_another_word_is_no_role(ticket_type: str, word: str) -> None:
    """An attendee with an express pass is no member of the press."""
    for layout in list_layouts():
        if layout.name != "label-62x100" or word != "PRESS":  # black and white: one word less
            assert layout.role_of(ticket_type).word == word, layout.name


def test_a_long_role_is_whole() -> None:
    """It has two lines in the band rather than an ellipsis."""
    role = "Early bird community supporter with workshop"
    for name in ("colour", "sponsors"):
        placed = layout_on(load_layout(name), load_stock("dk-11202"), EVENT)
        assert placed is not None
        composer = Composer(placed, EVENT)
        someone = person("Li", ticket_type=role)
        ops = [*composer.own(0, composer.values(someone)), *composer.shared(0, role)]
        drawn = " ".join(op.line.text for op in ops if isinstance(op, TextOp))

        assert role.upper() in drawn, name
