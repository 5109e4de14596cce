"""Fonts: where they are found, and what a PDF contains of them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from kiosk.badges.layout.file import load_layout
from kiosk.badges.layout.scene import BLACK, TextOp
from kiosk.badges.pdf.drawing import BadgeDocument
from kiosk.badges.sheets.press import check_badges
from kiosk.badges.text import fontbook
from kiosk.badges.text.faces import CJK_EXTRA, EAST_ASIAN, HAN_LANGUAGES, SHIPPED, open_face
from kiosk.badges.text.fontbook import TextStyle, east_asian_scripts, lacks_east_asian_font
from kiosk.badges.text.shaping import ShapedLine, Shaper
from kiosk.support.paths import assets_dir
from tests.badges.people import EVENT, SCRIPTS, person, render_badges
from tests.conftest import FONTS, UseFonts


@pytest.mark.usefixtures("bare_system")
def test_a_computer_without_fonts_draws_the_shipped_scripts() -> None:
    """Only names in scripts that are not shipped are problems, and say which letters."""
    people = [person(name, id=script) for script, name in SCRIPTS.items()]
    problems = check_badges([*people, person("欧阳小明", id="han")], load_layout("a6"), EVENT)

    assert [(problem.id, "欧 (U+6B27)" in problem.why) for problem in problems] == [("han", True)]


def test_fonts_are_found_in_folders(tmp_path: Path, use_fonts: UseFonts) -> None:
    """Without fontconfig the system's folders are searched for a letter."""
    shutil.copy(assets_dir() / "fonts" / "NotoSansOlChiki-Bold.ttf", tmp_path / "sub.ttf")
    use_fonts(str(tmp_path))

    found = fontbook.face_with(0x1C65, 700)

    assert (found is not None and found.path.name) == "sub.ttf"


def test_every_script_has_its_font_file() -> None:
    """Each font of a script is shipped, with its licence next to it."""
    folder = assets_dir() / "fonts"
    lacking = [stem for stem in SHIPPED.values() if not list(folder.glob(f"{stem}-*.ttf"))]
    listed = (folder / "README.txt").read_text(encoding="utf-8")

    assert lacking == []
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8").upper()
    assert [path.name for path in folder.glob("*.ttf") if path.name not in listed] == []


def _variable_font(path: Path) -> None:
    """A font of one letter, a bar, that is 200 units wide at weight 400 and 600 at 700."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib.tables.TupleVariation import TupleVariation

    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 700), (300, 700), (300, 0)):
        pen.lineTo(point)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "bar"])
    builder.setupCharacterMap({0x41: "bar"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "bar": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "bar": (1000, 100)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Bar", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.setupFvar([("wght", 400, 400, 700, "Weight")], [])
    wider: list[tuple[int, int] | None] = [(0, 0), (0, 0), (400, 0), (400, 0)]
    wider += [(0, 0)] * 4
    builder.setupGvar({".notdef": [], "bar": [TupleVariation({"wght": (0, 1, 1)}, wider)]})
    builder.save(path)


def _bar_width(path: Path, weight: int, folder: Path) -> int:
    """Width in pixels of the bar drawn at 72 pt and 72 dpi."""
    from kiosk.badges.text.shaping import Cluster, Glyph, GlyphRun

    face = open_face(path, 0, weight)
    assert face is not None
    run = GlyphRun(face, (Cluster("A", (Glyph(face.glyph(0x41), 1.0, 0, 0),)),), 1.0)
    line = ShapedLine("A", (run,), 1.0, 0, 0, 1, 1, ())
    document = BadgeDocument("bar")
    content = document.operators([TextOp(line, 10, 10, 72, BLACK)])
    document.pdf.add_page(content.encode("latin-1"), 100, 100)
    document.save(folder / "bar.pdf")
    picture = pypdfium2.PdfDocument(folder / "bar.pdf")[0].render(scale=1).to_pil()
    box = picture.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    return int(box[2] - box[0])


@pytest.mark.slow
def test_a_variable_font_is_frozen_at_its_weight(tmp_path: Path) -> None:
    """The glyphs in the PDF have the requested weight."""
    _variable_font(tmp_path / "bar.ttf")

    light = _bar_width(tmp_path / "bar.ttf", 400, tmp_path)
    bold = _bar_width(tmp_path / "bar.ttf", 700, tmp_path)

    assert light == pytest.approx(14, abs=1)
    assert bold == pytest.approx(43, abs=1)


def _glyphs(text: str, han_language: str) -> list[int]:
    line = Shaper().line(text, TextStyle(han_language=han_language))
    assert line.missing == ()
    return [glyph.gid for run in line.runs for part in run.clusters for glyph in part.glyphs]


def test_han_letters_follow_the_language() -> None:
    """One font has the forms of each region, and the language selects them."""
    forms = {language: _glyphs("令骨邊", language) for language in HAN_LANGUAGES}

    assert forms["ja"] != forms["zh-hans"] != forms["zh-hant"] != forms["ja"]


def test_the_extra_is_used_before_the_fonts_of_the_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use_fonts: UseFonts
) -> None:
    """The fonts that `cjk` installs are found by package name; the nearest weight is used."""
    monkeypatch.syspath_prepend(tmp_path)
    for package, name, weight in CJK_EXTRA:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("raise RuntimeError('imported')")
        if weight == 700:
            shutil.copy(FONTS / "NotoSansCJKjp-subset.otf", tmp_path / package / name)
    use_fonts("")

    face = fontbook.east_asian_face("ko", 400)

    assert face is not None
    assert (tmp_path / "noto_cjk_sans_jp_bold" / "NotoSansCJKjp-Bold.otf") == face.path
    assert lacks_east_asian_font(EAST_ASIAN) is False


@pytest.mark.usefixtures("bare_system")
def test_a_script_without_a_font_is_noticed() -> None:
    """Each script of Chinese, Japanese and Korean names, and no other one."""
    found = {script for script in EAST_ASIAN if lacks_east_asian_font([script])}

    assert found == EAST_ASIAN == east_asian_scripts("陈 たカ 김 ㄅ Asha Аня")
    assert lacks_east_asian_font(east_asian_scripts("Asha Аня อา")) is False


@pytest.mark.usefixtures("computer_fonts")
def test_han_letters_use_the_fonts_of_the_computer() -> None:
    """渡邊 is set in the face that this computer has for the language."""
    if fontbook.east_asian_face("ja", 700) is None:
        pytest.skip("no Japanese font on this computer")
    shaper = Shaper()
    japanese = shaper.line("渡邊", TextStyle(han_language="ja"))
    chinese = shaper.line("渡邊", TextStyle(han_language="zh-hans"))

    assert (japanese.missing, chinese.missing) == ((), ())
    assert japanese.runs[0].face is fontbook.east_asian_face("ja", 700)
    assert chinese.runs[0].face is fontbook.east_asian_face("zh-hans", 700)


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler is not installed")
def test_fonts_are_embedded_subset_and_searchable(tmp_path: Path) -> None:
    """Another reader agrees: every font is embedded, a subset, with a map to text."""
    people = [person(name, id=script) for script, name in SCRIPTS.items()]
    out = tmp_path / "b.pdf"
    render_badges(people, out, layout=load_layout("a6"), event=EVENT)

    done = subprocess.run(["pdffonts", str(out)], capture_output=True, text=True, check=True)

    rows = done.stdout.splitlines()[2:]
    assert len(rows) > 8
    assert [row for row in rows if row.split()[-5:-2] != ["yes", "yes", "yes"]] == []
