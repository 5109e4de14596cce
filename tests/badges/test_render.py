"""Batches: pages, problems, searchable names, and files that are complete or absent."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zxingcpp import read_barcodes

from kiosk.badges.layout.compose import badge_hash
from kiosk.badges.layout.file import load_layout
from kiosk.badges.sheets.press import BadgePress, check_badges
from kiosk.badges.sheets.stock import load_stock
from kiosk.domain.badges.order import BadgePerson
from kiosk.errors import KioskError
from tests.badges.people import EVENT, SCRIPTS, person, render_badges


def _titles(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    return [entry.get_title() for entry in document.get_toc()]


@pytest.mark.parametrize("layout", ["a6", "label-62x100"])
def test_every_name_has_a_page_and_is_found_in_the_outline(layout: str, tmp_path: Path) -> None:
    """A name of any script is drawn, and the file's outline contains it exactly."""
    people = [person(name, id=script) for script, name in SCRIPTS.items()]
    out = tmp_path / "badges.pdf"

    batch = render_badges(people, out, layout=load_layout(layout), event=EVENT)

    assert ((), len(people), len(people)) == (batch.problems, batch.badges, batch.pages)
    assert list(SCRIPTS.values()) == _titles(out)


def test_text_can_be_copied(tmp_path: Path) -> None:
    """Text of scripts with conjuncts can be copied from the PDF unchanged."""
    out = tmp_path / "badges.pdf"
    name = SCRIPTS["tamil"]

    render_badges([person(name)], out, layout=load_layout("a6"), event=EVENT)

    text = pypdfium2.PdfDocument(out)[0].get_textpage().get_text_bounded()
    assert [word for word in name.split() if word not in text] == []


def _stop(done: int, total: int | None) -> None:
    raise KeyboardInterrupt


def test_a_stopped_batch_leaves_nothing(tmp_path: Path) -> None:
    """An exception from `progress` leaves the old file unchanged and no other file."""
    out = tmp_path / "badges.pdf"
    out.write_bytes(b"old")

    with pytest.raises(KeyboardInterrupt):
        render_badges([person("Li")], out, layout=load_layout("a6"), event=EVENT, progress=_stop)

    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("badges.pdf", b"old")]


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    """A file that cannot be written gives an error with a next step."""
    with pytest.raises(KioskError) as caught:
        render_badges(
            [person("Li")], tmp_path / "no" / "b.pdf", layout=load_layout("a6"), event=EVENT
        )

    assert caught.value.code == "no_such_folder"


def test_large_batches_are_split(tmp_path: Path) -> None:
    """More badges than `split_at` go to OUT-1.pdf, OUT-2.pdf ..."""
    people = [person(f"Guest {number}", id=str(number)) for number in range(5)]
    out = tmp_path / "all.pdf"

    batch = render_badges(people, out, layout=load_layout("a6"), event=EVENT, split_at=2)

    assert [path.name for path in batch.files] == ["all-1.pdf", "all-2.pdf", "all-3.pdf"]
    assert _titles(batch.files[2]) == ["Guest 4"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "no name"),
        ("   ", "no name"),
        ("Ana\x1b[31m", "control"),
        ("Bj\ufffdrn", "encoding"),
        ("A\ud800", "half a character"),
        ("a" + "\u0301" * 40, "marks"),
        ("x" * 400, "letters"),
        ("\u200b\u200d\ufeff", "nothing visible"),
        ("\U000e0fff\U000e0ffe", "font"),
    ],
)
def test_a_name_that_must_not_be_printed_is_a_problem(name: str, why: str) -> None:
    """A name that cannot be drawn is reported and gets no page."""
    problems = check_badges([person(name)], load_layout("a6"), EVENT)

    assert [(problem.id, why in problem.why) for problem in problems] == [("p1", True)]


@pytest.mark.parametrize("layout", ["a6", "label-62x100", "card-86x54", "letters"])
@pytest.mark.parametrize(
    "name",
    ["Supercalifragilisticexpialidocious" * 4, "Wolfeschlegelsteinhausenbergerdorff", "ก" * 200],
)
def test_every_name_fits(name: str, layout: str) -> None:
    """A name of one very long word gets a badge."""
    assert check_badges([person(name)], load_layout(layout), EVENT) == []


def test_sheets_are_filled_from_the_start_position(tmp_path: Path) -> None:
    """Four A6 badges on A4, beginning at the last place, need two pages."""
    people = [person(f"Guest {number}") for number in range(4)]
    stock = load_stock("a6-on-a4")

    batch = render_badges(
        people, tmp_path / "a.pdf", layout=load_layout("a6"), stock=stock, event=EVENT, start=4
    )

    assert (batch.badges, batch.pages) == (4, 2)


def test_a_layout_larger_than_its_stock_is_refused(tmp_path: Path) -> None:
    """The error occurs before a file is written."""
    with pytest.raises(KioskError) as caught:
        render_badges(
            [person("Li")],
            tmp_path / "a.pdf",
            layout=load_layout("a6"),
            stock=load_stock("dk-11202"),
            event=EVENT,
        )

    assert (caught.value.code, list(tmp_path.iterdir())) == ("layout_does_not_fit", [])


def _hash(someone: BadgePerson) -> str:
    return badge_hash(someone, load_layout("a6"), EVENT)


def test_the_hash_follows_what_is_drawn() -> None:
    """A new company changes the hash; a new e-mail, which the layout does not show, does not."""
    before = _hash(person("Li Na", company="A"))

    assert before != _hash(person("Li Na", company="B"))
    assert before == _hash(person("Li Na", company="A", fields={"email": "a@example.org"}))


def test_blank_badges_have_codes_and_no_names(tmp_path: Path) -> None:
    """They show the event, the role and a code each, but no name and no bookmark."""
    out = tmp_path / "blank.pdf"
    press = BadgePress(load_layout("a6"), EVENT, load_stock("a6-on-a4"))
    codes = [f"K1{number}F3K9QZ2X5MTWA" for number in range(6)]

    batch = press.print_blanks(codes, out, ticket_type="Speaker")

    pages = pypdfium2.PdfDocument(out)
    text = pages[0].get_textpage().get_text_bounded()
    assert (batch.badges, batch.pages, batch.drawn) == (6, 2, ())
    assert (text.count("SPEAKER"), text.count(EVENT.name), _titles(out)) == (4, 4, [])
    read = [each for page in pages for each in read_barcodes(page.render(scale=3).to_pil())]
    assert {found.text for found in read} == set(codes)


@pytest.mark.parametrize("count", [1, 8, 9, 21])
def test_a_cut_stack_is_in_order(count: int, tmp_path: Path) -> None:
    """After the cut, each pile continues where the pile before ends; problems take no place."""
    people = [person(f"Guest {chr(65 + n)}", id=str(n)) for n in range(count)]
    people.insert(3, person("", id="none"))
    out, stock = tmp_path / "b.pdf", load_stock("a6-on-a4")

    batch = render_badges(
        people, out, layout=load_layout("a6"), stock=stock, event=EVENT, stacked=True
    )

    document = pypdfium2.PdfDocument(out)
    piles: list[list[str]] = [[] for _ in range(4)]
    width, height = document[0].get_size()
    for page in document:
        text = page.get_textpage()
        for place in range(4):
            x, y = place % 2 * width / 2, (1 - place // 2) * height / 2
            words = text.get_text_bounded(x, y, x + width / 2, y + height / 2)
            piles[place] += re.findall("Guest.*?([A-Z])\\b", words, re.DOTALL)
    assert [chr(65 + n) for n in range(count)] == [name for pile in piles for name in pile]
    assert [badge.id for badge in batch.drawn] == [str(n) for n in range(count)]
    assert [problem.id for problem in batch.problems] == ["none"]


def test_a_warm_press_prints_and_shows_one_after_the_other(tmp_path: Path) -> None:
    """One press draws many badges in turn: each file contains its own badge."""
    press = BadgePress(load_layout("label-62x100"), EVENT)
    names = ["Asha Rao", "प्रिया कुलकर्णी", "Li Na"]

    titles = []
    for number, name in enumerate(names):
        press.print_batch([person(name)], tmp_path / f"{number}.pdf")
        titles += _titles(tmp_path / f"{number}.pdf")

    assert titles == names
    assert press.preview(person("Asha Rao"), 120).size == (120, 194)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=24), st.text(max_size=24), st.text(max_size=12))
def test_any_text_is_a_badge_or_a_problem(name: str, company: str, ticket_type: str) -> None:
    """Any text gives a badge or a reason, never an exception."""
    someone = person(name, company=company, ticket_type=ticket_type, fields={"Pronouns": company})
    problems = check_badges([someone], load_layout("4x3in"), EVENT)

    assert [problem.id for problem in problems] in ([], ["p1"])


def test_an_own_stock_file(tmp_path: Path) -> None:
    """A file like the shipped one is a stock; a broken file gives an error."""
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[stock]]\nname = "mine"\nunit = "in"\npage = [8.5, 11]\nbadge = [4, 3]\ngrid = [2, 3]\n'
        "first = [0.25, 1]\npitch = [4, 3]\nnudge_x = 0.5\n",
        encoding="utf-8",
    )
    stock = load_stock(str(path))

    assert (stock.per_page, stock.left, stock.nudge_x) == (6, 6.35, 0.5)
    path.write_text('[[stock]]\nname = "mine"\n', encoding="utf-8")
    with pytest.raises(KioskError) as caught:
        load_stock(str(path))
    assert caught.value.code == "stock_invalid"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("badge = [0, 54]", "badge: a side is 5 to 2000 mm"),
        ("badge = [90, nan]", "badge: write two numbers"),
        ("badge = [300, 54]", "do not fit the page: they end at 300 mm"),
        ("grid = [2, 5]", "pitch: the columns of badges overlap"),
        (
            "grid = [1, 9]\npitch = [0, 60]",
            "the rows of badges do not fit the page: they end at 534 mm",
        ),
        ("grid = [0, 5]", "grid: columns and rows are numbers from 1"),
        ("grid = [1.5, 1]", "grid: columns and rows are numbers from 1"),
        ("first = [-4, 0]", "do not fit the page"),
        ('page = ["210", "297"]', "page: write two numbers"),
        ("dpi = 0", "dpi: a whole number"),
        ("roll = 'yes'", "roll: write true or false"),
        ("unit = 'cm'", "unit: choose mm, in"),
        ("bagde = [9, 9]", "the nearest is “badge”"),
    ],
)
def test_a_stock_whose_badges_are_not_on_its_page_is_refused(
    line: str, why: str, tmp_path: Path
) -> None:
    """The message names the wrong word, and no badge is drawn on another one."""
    lines = {"name": '"mine"', "page": "[210, 297]", "badge": "[90, 54]"}
    lines |= dict(part.split(" = ", 1) for part in line.splitlines())
    path = tmp_path / "mine.toml"
    text = "\n".join(f"{key} = {value}" for key, value in lines.items())
    path.write_text(f"[[stock]]\n{text}\n", encoding="utf-8")

    with pytest.raises(KioskError, match=r"mine\.toml cannot be read as stocks: ") as caught:
        load_stock(str(path))
    assert why in caught.value.problem


@pytest.mark.parametrize("content", [b"", b"stock = [1]", b"\xff\xfe", b"[[stock]"])
def test_a_file_without_stocks_is_refused(content: bytes, tmp_path: Path) -> None:
    """No traceback and no words of Python."""
    path = tmp_path / "mine.toml"
    path.write_bytes(content)

    with pytest.raises(KioskError, match=r"mine\.toml cannot be read as stocks: [iE]") as caught:
        load_stock(str(path))
    assert "codec" not in caught.value.problem
