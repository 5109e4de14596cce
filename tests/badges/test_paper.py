"""Drawn pages, read back: codes, pictures, and signs."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageStat

from kiosk.badges.layout.compose import Composer
from kiosk.badges.layout.file import list_layouts, load_layout
from kiosk.badges.layout.model import Layout
from kiosk.badges.layout.pretix import import_pretix_layout
from kiosk.badges.layout.scene import TextOp
from kiosk.badges.paper.pages import (
    BoxSign,
    render_box_signs,
    render_certificates,
    render_check_list,
    render_index_cards,
    render_queue_signs,
)
from kiosk.badges.paper.sheets import render_ruler
from kiosk.badges.sheets.press import BadgePress
from kiosk.badges.sheets.stock import load_stock
from kiosk.domain.badges.order import BadgePerson
from kiosk.errors import KioskError
from tests.badges.people import EVENT, NAMES, SCRIPTS, person, render_badges

GOLDENS = Path(__file__).parent.parent / "data" / "badges"
LAYOUTS = [layout.name for layout in list_layouts()]


def _raster(path: Path, dpi: int, page: int = 0) -> Image.Image:
    picture: Image.Image = pypdfium2.PdfDocument(path)[page].render(scale=dpi / 72).to_pil()
    return picture


def _text(path: Path, page: int = 0) -> str:
    found: str = pypdfium2.PdfDocument(path)[page].get_textpage().get_text_bounded()
    return found


def _codes(picture: Image.Image) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(picture)}


@pytest.mark.slow
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("name", LAYOUTS)
def test_the_code_of_every_layout_scans(name: str, dpi: int, tmp_path: Path) -> None:
    """Printed at a label printer's resolution in black and white, the code is read."""
    out = tmp_path / "b.pdf"
    render_badges(
        [person("Li Na", ticket_type="Speaker")], out, layout=load_layout(name), event=EVENT
    )

    assert _codes(_raster(out, dpi).convert("1")) == {"K1:7F3K9QZ2X5MTW"}


def test_the_code_scans_from_a_nudged_sheet(tmp_path: Path) -> None:
    """n-up, moved and scaled, all four codes are read."""
    from dataclasses import replace

    stock = replace(load_stock("a6-on-a4"), nudge_x=1.5, nudge_y=-0.7, scale=0.985)
    people = [person("Li Na", badge_code=f"K1:{n}F3K9QZ2X5MTW") for n in range(4)]
    out = tmp_path / "b.pdf"

    render_badges(people, out, layout=load_layout("a6"), stock=stock, event=EVENT)

    assert _codes(_raster(out, 300)) == {someone.badge_code for someone in people}


def draw_names(script: str) -> Image.Image:
    """The labels of a script's names next to each other, as far as they show names."""
    names, layout = NAMES[script], load_layout("label-62x100")
    fields = {"language": {"urdu": "ur", "persian": "fa"}.get(script, "")}
    strip = Image.new("L", (186 * len(names), 128), 255)
    for number, name in enumerate(names):
        label = BadgePress(layout, EVENT).preview(person(name, fields=fields), 186).convert("L")
        strip.paste(label.crop((0, 34, 186, 162)), (186 * number, 0))
    return strip


@pytest.mark.parametrize("script", NAMES)
def test_names_look_as_they_did(script: str) -> None:
    """The labels of each script equal pictures that were reviewed."""
    with Image.open(GOLDENS / f"{script}.png") as golden:
        difference = ImageChops.difference(draw_names(script), golden.convert("L"))

    assert ImageStat.Stat(difference).mean[0] < 1.5


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["a6", "butterfly", "label-62x100"])
@pytest.mark.parametrize("script", ["urdu", "tamil", "emoji"])
def test_the_preview_is_the_paper(layout: str, script: str, tmp_path: Path) -> None:
    """Two rasterisers, one of them reading the PDF, give nearly the same picture."""
    someone, chosen = person(SCRIPTS[script]), load_layout(layout)
    out = tmp_path / "b.pdf"
    render_badges([someone], out, layout=chosen, event=EVENT)
    paper = _raster(out, 144).convert("L")
    preview = BadgePress(chosen, EVENT).preview(someone, paper.width).convert("L")
    small = (paper.width // 4, paper.height // 4)  # edges fall on other pixels
    paper, preview = paper.resize(small), preview.resize(small)

    assert ImageStat.Stat(ImageChops.difference(preview, paper)).mean[0] < 3.0


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
@pytest.mark.parametrize("script", ["latin", "vietnamese", "devanagari", "tamil", "bengali"])
def test_another_reader_finds_the_text(script: str, tmp_path: Path) -> None:
    """poppler extracts conjuncts as they were written."""
    out = tmp_path / "b.pdf"
    render_badges([person(SCRIPTS[script])], out, layout=load_layout("a6"), event=EVENT)

    done = subprocess.run(["pdftotext", str(out), "-"], capture_output=True, check=True)

    text = "".join(done.stdout.decode().split()).replace("-", "")  # it undoes hyphenation
    words = SCRIPTS[script].replace("-", "").split()
    assert [word for word in words if word not in text] == []


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_the_file_is_sound(tmp_path: Path) -> None:
    """qpdf accepts cross-references, streams and fonts."""
    people = [person(name, id=script) for script, name in SCRIPTS.items()]
    render_badges(people, tmp_path / "b.pdf", layout=load_layout("a6"), event=EVENT)

    done = subprocess.run(["qpdf", "--check", str(tmp_path / "b.pdf")], capture_output=True)

    assert (done.returncode, done.stderr) == (0, b"")


def _own_layout(tmp_path: Path, body: str) -> Layout:
    path = tmp_path / "own.toml"
    path.write_text(f"width = 90\nheight = 60\n{body}", encoding="utf-8")
    return load_layout(str(path))


@pytest.mark.slow
def test_pictures_and_bars(tmp_path: Path) -> None:
    """A background, a clipped picture and a Code 128, in colour and for a thermal printer."""
    Image.new("RGB", (400, 300), (250, 240, 200)).save(tmp_path / "back.jpg")
    Image.new("RGBA", (50, 200), (0, 90, 0, 128)).save(tmp_path / "mark.png")
    layout = _own_layout(
        tmp_path,
        '[[front]]\ntype = "background"\nsource = "back.jpg"\n'
        '[[front]]\ntype = "image"\nsource = "mark.png"\ncover = true\n'
        "x = 2\ny = 2\nwidth = 20\nheight = 10\n"
        '[[front]]\ntype = "code128"\nx = 5\ny = 35\nwidth = 80\nheight = 15\n',
    )
    out = tmp_path / "b.pdf"

    render_badges([person("Li Na")], out, layout=layout, event=EVENT)
    picture = _raster(out, 300)

    assert _codes(picture) == {"K1:7F3K9QZ2X5MTW"}
    assert picture.getpixel((picture.width - 9, 9)) == pytest.approx((250, 240, 200), abs=4)
    green = picture.getpixel((round(12 / 25.4 * 300), round(7 / 25.4 * 300)))
    assert isinstance(green, tuple)
    assert green[1] > green[0]


def test_a_thermal_label_is_black_and_white(tmp_path: Path) -> None:
    """On a roll nothing is grey or coloured, and the background is not drawn."""
    Image.new("RGB", (40, 30), (90, 10, 10)).save(tmp_path / "back.png")
    layout = _own_layout(
        tmp_path,
        '[[front]]\ntype = "background"\nsource = "back.png"\n'
        '[[front]]\ntype = "text"\ntext = "{name}"\ncolour = "#cc0000"\n'
        "x = 5\ny = 5\nwidth = 80\nheight = 40\n",
    )
    out = tmp_path / "b.pdf"

    stock = load_stock("zebra-4x3")
    render_badges([person("Li Na")], out, layout=layout, stock=stock, event=EVENT)
    red, _, blue = _raster(out, 203).convert("RGB").split()

    assert ImageChops.difference(red, blue).getbbox() is None


def test_an_invalid_picture_is_reported(tmp_path: Path) -> None:
    """A text file named .png stops the batch with an error."""
    (tmp_path / "logo.png").write_text("no picture", encoding="utf-8")
    from dataclasses import replace

    with pytest.raises(KioskError) as caught:
        render_badges(
            [person("Li")],
            tmp_path / "b.pdf",
            layout=load_layout("a6"),
            event=replace(EVENT, logo=tmp_path / "logo.png"),
        )

    assert caught.value.code == "picture_unreadable"
    assert [path.name for path in tmp_path.iterdir()] == ["logo.png"]


def test_front_and_back(tmp_path: Path) -> None:
    """`back = "same"` prints the badge on both sides of the paper."""
    body = 'back = "same"\n[[front]]\ntype = "text"\ntext = "{name}"\n'
    layout = _own_layout(tmp_path, body + "x = 5\ny = 5\nwidth = 80\nheight = 40\n")
    out = tmp_path / "b.pdf"

    batch = render_badges([person("Li Na")], out, layout=layout, event=EVENT)

    assert (batch.badges, batch.pages) == (1, 2)
    assert ("Li Na" in _text(out, 0), "Li Na" in _text(out, 1)) == (True, True)


PRETIX: list[dict[str, Any]] = [
    {
        "type": "textarea", "page": 1, "left": "13.09", "bottom": "49.73", "fontsize": "23.6",
        "color": [0, 0, 0, 1], "fontfamily": "Open Sans", "bold": True, "italic": False,
        "width": "121.83", "content": "attendee_name", "text": "Max", "align": "center",
    },
    {
        "type": "textcontainer", "left": "10", "bottom": "30", "width": "120", "height": "12",
        "fontsize": "14", "color": [255, 0, 0, 1], "bold": False, "content": "other",
        "text": "{attendee_company} · {question_TSHIRT}", "align": "center",
    },
    {"type": "barcodearea", "left": "110", "bottom": "5", "size": "30", "content": "secret"},
    {"type": "poweredby", "left": "1", "bottom": "1", "size": "10", "content": "dark"},
    {"type": "imagearea", "left": "1", "bottom": "1", "width": "9", "height": "9", "content": "q"},
]  # fmt: skip


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_pretix_layout_is_converted(wrapped: bool, tmp_path: Path) -> None:
    """From the bare list or the API's object, the badge has name, answer and code."""
    content = {"layout": PRETIX, "size": [{"width": 148, "height": 105}]} if wrapped else PRETIX
    imported = import_pretix_layout(json.dumps(content))
    (tmp_path / "p.toml").write_text(imported.toml, encoding="utf-8")
    out = tmp_path / "b.pdf"

    someone = person("Max Mustermann", company="Acme", fields={"tshirt": "XL"})
    render_badges([someone], out, layout=load_layout(str(tmp_path / "p.toml")), event=EVENT)

    assert [line.strip() for line in _text(out).splitlines()] == ["Max Mustermann", "Acme · XL"]
    assert _codes(_raster(out, 203)) == {"K1:7F3K9QZ2X5MTW"}
    assert any("imagearea" in note for note in imported.notes)


def _pretix_text(name: str, left: float, bottom: float, **others: Any) -> dict[str, Any]:
    given = {"type": "textarea", "left": str(left), "bottom": str(bottom), "fontsize": "20.0"}
    return {**given, "width": "72.00", "content": name, "align": "center", **others}


PRETIX_BUTTERFLY = [
    _pretix_text("attendee_name", 5, 152.55, rotation=0),
    _pretix_text("attendee_company", 5, 144.55, rotation=0),
    _pretix_text("attendee_name", 77.1, 34.68, rotation=180),
    _pretix_text("attendee_company", 77.06, 44.28, rotation=180),
    _pretix_text("attendee_name_given_name", 12, 100, rotation=90),
]
"""The text elements of pretix' template `82x203butterfly`, and one rotated by 90 degrees."""


def test_texts_of_pretix_are_rotated_about_their_upper_left_corner(tmp_path: Path) -> None:
    """The page of a bare list is guessed, and every name is on it."""
    imported = import_pretix_layout(json.dumps(PRETIX_BUTTERFLY))
    (tmp_path / "p.toml").write_text(imported.toml, encoding="utf-8")
    layout = load_layout(str(tmp_path / "p.toml"))
    out = tmp_path / "b.pdf"
    someone = person("Max Mustermann", "Max", company="Acme")

    batch = render_badges([someone], out, layout=layout, event=EVENT)

    assert (layout.width, layout.height, batch.problems) == (82, 203, ())
    upright, _, turned, _, side = layout.front
    middles = [(e.x + e.width / 2, 203 - e.y - e.height / 2) for e in (upright, turned, side)]
    assert middles[1] == pytest.approx((77.1 - 36, 34.68 + 9.17 * 1.5), abs=0.1)
    assert middles[2] == pytest.approx((12 - 9.17 / 2, 100 + 9.17 - 36), abs=0.1)
    assert [e.rotate for e in layout.front] == [0, 0, 180, 180, 270]
    dark = _raster(out, 72).convert("L").point(lambda value: 255 if value < 128 else 0)
    for element, middle in zip((upright, turned, side), middles, strict=True):
        spans = (9, 36) if element is side else (36, 9)
        x, y, wide, high = (value * 72 / 25.4 for value in (*middle, *spans))
        bottom = 203 * 72 / 25.4 - y
        box = dark.crop(tuple(map(int, (x - wide, bottom - high, x + wide, bottom + high))))  # type: ignore[arg-type]
        assert box.getbbox()


def test_pretix_lists_fields_and_dropped_elements() -> None:
    """The API's list, the parts of names, questions, and a sentence for each dropped element."""
    elements = [
        _pretix_text("attendee_name_family_name", 5, 50),
        _pretix_text("question_DIET", 5, 40),
        _pretix_text("item_category", 5, 30),
        _pretix_text("seat_zone", 5, 20),
        {"type": "imagearea", "left": "1", "bottom": "1", "width": "9", "height": "9"},
        {"type": "imagearea", "left": "1", "bottom": "1", "width": "9", "height": "9"},
    ]
    answer = {
        "count": 2,
        "results": [
            {"name": "Old", "default": False, "layout": []},
            {"name": "New", "default": True, "layout": elements},
        ],
    }
    imported = import_pretix_layout(json.dumps(answer), width=100, height=60)

    assert "width = 100\nheight = 60" in imported.toml
    for field in ("{family_name}", "{question:DIET}", "{question:Category}"):
        assert f'text = "{field}"' in imported.toml
    notes = " ".join(imported.notes)
    for words in ("Old", "Element 4, the field seat_zone", "Element 5, imagearea", "Element 6"):
        assert words in notes


@pytest.mark.parametrize(
    ("someone", "shown"),
    [
        (person("Maria do Carmo"), ["Maria", "do Carmo"]),
        (person("Li"), ["Li"]),
        (person("山田 太郎"), ["山田 太郎"]),
        (person("Priya Rao", "Priya", family_name="Rao"), ["Priya", "Rao"]),
        (person("Asha Rao", family_name="Rao"), ["Asha", "Rao"]),
    ],
)
def test_a_name_in_one_column_is_on_a_layout_with_its_parts(
    someone: BadgePerson, shown: list[str], tmp_path: Path
) -> None:
    """A layout of pretix with the given name alone has no empty badge."""
    parts = ("given_name", "family_name")
    texts = [_pretix_text(f"attendee_name_{part}", 5, 60 - 20 * n) for n, part in enumerate(parts)]
    (tmp_path / "p.toml").write_text(
        import_pretix_layout(json.dumps(texts), width=90, height=80).toml, encoding="utf-8"
    )
    composer = Composer(load_layout(str(tmp_path / "p.toml")), EVENT)

    ops = composer.own(0, composer.values(someone))

    assert shown == [op.line.text for op in ops if isinstance(op, TextOp)]


def test_a_pretix_layout_that_nothing_is_left_of_is_refused() -> None:
    """An empty list, or pictures only; and a negative width is no width."""
    for elements in ([], [{"type": "imagearea", "left": "1", "bottom": "1"}]):
        with pytest.raises(KioskError, match="no element"):
            import_pretix_layout(json.dumps(elements))
    odd = {**_pretix_text("attendee_name", 5, 20), "width": "-40"}
    assert "width = 40" in import_pretix_layout(json.dumps([odd])).toml


def test_odd_values_of_a_pretix_layout_are_skipped(tmp_path: Path) -> None:
    """An invalid value in an export does not stop the conversion of the rest."""
    odd = {
        "left": float("nan"),
        "bottom": 1e999,
        "width": 10**400,
        "fontsize": {},
        "align": [1],
        "color": [float("nan"), [], "x"],
        "page": float("inf"),
        "text": "Hi \ud800\x7f{attendee_name}",
        "text_i18n": ["x"],
    }
    elements = [
        {"type": "textarea", "content": "other", **odd},
        {"type": "textcontainer", "content": "other_i18n", **odd},
        {"type": "barcodearea", **odd, "content": []},
    ]
    imported = import_pretix_layout(json.dumps({"layout": elements, "size": [{}, {}][:0]}))
    (tmp_path / "p.toml").write_text(imported.toml, encoding="utf-8")

    front = load_layout(str(tmp_path / "p.toml")).front

    assert ["text", "qr"] == [element.kind for element in front]
    assert "Hi \ufffd {name}" == front[0].text


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", '{"layout": "x"}', "null", "[[]]", '["type"]', '[{"type": {}}]', "[" * 9000],
    ids=range(9),
)
def test_other_text_than_a_pretix_layout_is_refused(text: str) -> None:
    """An error with a next step."""
    with pytest.raises(KioskError) as caught:
        import_pretix_layout(text)

    assert caught.value.code == "layout_invalid"


def test_signs(tmp_path: Path) -> None:
    """Boxes two a page, queues one a page, index cards four a page."""
    boxes = [BoxSign("A", "A – F", 12), BoxSign("B", "G – M"), BoxSign("C", "N – Z")]
    box = render_box_signs(boxes, tmp_path / "box.pdf", event=EVENT)
    queue = render_queue_signs(["A – F", "G – Z"], tmp_path / "queue.pdf", event=EVENT)
    cards = render_index_cards(list("ABCDE"), tmp_path / "cards.pdf", event=EVENT)

    assert (box.pages, queue.pages, cards.pages) == (2, 2, 2)
    assert "A – F" in _text(box.file)
    assert "G – Z" in _text(queue.file, 1)


def test_certificates_show_the_name(tmp_path: Path) -> None:
    """Name, event and dates are on the page."""
    result = render_certificates([person("Asha Rao")], tmp_path / "c.pdf", event=EVENT)

    text = _text(result.file)
    assert [w for w in ("Asha Rao", EVENT.name, EVENT.dates) if w not in text] == []


def test_the_check_list_contains_all_people(tmp_path: Path) -> None:
    """A name that no font can draw is replaced by the e-mail and reported; all rows have codes."""
    strange = person("\U000e0fff", id="p9", badge_code="K1:9", fields={"email": "a@b.example"})
    people = [person(f"Guest {n}", badge_code=f"K1:{n:03d}A") for n in range(25)]

    result = render_check_list([strange, *people], tmp_path / "l.pdf", event=EVENT, arrived={"p9"})

    assert (result.pages, [problem.id for problem in result.problems]) == (2, ["p9"])
    assert "a@b.example" in _text(result.file)
    assert "Guest 24" in _text(result.file, 1)
    assert len(_codes(_raster(result.file, 300))) >= 20


@pytest.mark.parametrize("name", ["avery-l4785", "label-62x100", "cr80"])
def test_a_ruler_page_has_the_size_of_its_stock(name: str, tmp_path: Path) -> None:
    """The page has the stock's size and explains how to read it."""
    stock = load_stock(name)
    path = render_ruler(stock, tmp_path / "r.pdf")

    size = pypdfium2.PdfDocument(path)[0].get_size()
    assert size == pytest.approx(
        (stock.page_width * 72 / 25.4, stock.page_height * 72 / 25.4), abs=0.1
    )
    assert "nudge" in _text(path)
