"""Text: cleaning, choice of faces, and fitting."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.badges.text.breaks import Break, pieces_of
from kiosk.badges.text.cleaning import clean_text, damage
from kiosk.badges.text.faces import Face, open_face
from kiosk.badges.text.fitting import Box, fit, shorten_middle_names
from kiosk.badges.text.fontbook import TextStyle, han_language_of, wants_nastaliq
from kiosk.badges.text.shaping import ShapedLine, Shaper
from tests.badges.people import SCRIPTS

SHAPER = Shaper()


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        pytest.param("  Ana \t\n  Li ", "Ana Li", id="blanks"),
        pytest.param("Ana\u202e evil\u2066\u200f", "Ana evil", id="overrides and isolates"),
        pytest.param("A\u200bn\ufeffa\u00ad", "Ana", id="zero width"),
        pytest.param("A" + "\u200d" * 50 + "na", "A\u200dna", id="joiner flood"),
        pytest.param("\x1b[31mAna\x00", "[31mAna", id="controls"),
        pytest.param("Nguye\u0302\u0303n", "Nguyễn", id="composed"),
        pytest.param("a" + "\u0316" * 99, "a" + "\u0316" * 8, id="mark flood"),
        pytest.param("ශ්‍රී", "ශ්‍රී", id="Sinhala keeps its joiner"),
        pytest.param("👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿", id="emoji sequences"),
        pytest.param("A\U000e0067\U000e0062", "A", id="tags without a flag"),
        pytest.param("\u3164", "", id="Hangul filler"),
    ],
)
def test_clean_text(given_text: str, cleaned: str) -> None:
    """Only visible characters and those needed for shaping are kept."""
    assert cleaned == clean_text(given_text)


def test_a_line_of_nothing_has_no_width() -> None:
    """A name of invisible characters does not stop a list."""
    line = SHAPER.line("", TextStyle())
    assert ((), 0.0, ()) == (line.runs, line.width, line.missing)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=30))
def test_cleaning_is_done_once(text: str) -> None:
    """Clean text is one line without controls, and cleaning it again changes nothing."""
    cleaned = clean_text(text)

    assert clean_text(cleaned) == cleaned
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in cleaned)


def test_ordinary_names_are_not_damaged() -> None:
    """No name of the sample counts as damaged."""
    assert [damage(name) for name in SCRIPTS.values()] == [""] * len(SCRIPTS)


def _glyphs(line: ShapedLine) -> list[int]:
    return [glyph.gid for run in line.runs for part in run.clusters for glyph in part.glyphs]


def _faces(text: str, **style: object) -> list[str]:
    line = SHAPER.line(text, TextStyle(**style))  # type: ignore[arg-type]
    return [run.face.path.stem for run in line.runs]


@pytest.mark.parametrize("name", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_no_name_is_drawn_with_boxes(name: str) -> None:
    """Every glyph is a glyph of its font: number 0 is the box."""
    line = SHAPER.line(name, TextStyle())

    assert (line.missing, 0 in _glyphs(line)) == ((), False)
    assert line.text == "".join(c for run in _logical(line) for c in run)


def _logical(line: ShapedLine) -> list[list[str]]:
    """Cluster texts in stored order; right-to-left runs store them in visual order."""
    found = {}
    for run in line.runs:
        texts = [cluster.text for cluster in run.clusters]
        joined = "".join(texts)
        texts = texts if joined in line.text else texts[::-1]
        found[line.text.index("".join(texts))] = texts
    return [found[start] for start in sorted(found)]


@pytest.mark.parametrize(
    ("text", "faces"),
    [
        pytest.param("🌸 Sakura", ["NotoEmoji-Bold", "NotoSans-Bold"], id="blank after emoji"),
        pytest.param("Ana 🌸", ["NotoSans-Bold", "NotoEmoji-Bold"], id="blank before emoji"),
        pytest.param("(नेहा)", ["NotoSansDevanagari-Bold"], id="both brackets from one face"),
        pytest.param("ދިވެހި", ["NotoSansThaana-Bold"], id="Thaana"),
        pytest.param("ߊߓߊ", ["NotoSansNKo-Regular"], id="N'Ko"),
        pytest.param("𞤀𞤣𞤤𞤢𞤥", ["NotoSansAdlam-Bold"], id="Adlam"),
        pytest.param("ܐܒܐ", ["NotoSansSyriac-Regular"], id="Syriac"),
        pytest.param("ᱥᱟᱱᱛᱟᱲᱤ", ["NotoSansOlChiki-Bold"], id="Santali"),
    ],
)
def test_faces(text: str, faces: list[str]) -> None:
    """Each run has the face of its script."""
    assert faces == _faces(text)


def test_a_joined_word_has_one_face() -> None:
    """A Sorani word with letters that Nastaliq lacks is drawn completely in the other face."""
    found = _faces("ڕێبوار", nastaliq=True)

    assert len(set(found)) == 1


def test_nastaliq_is_a_choice() -> None:
    """The style decides between the two styles of Arabic letters."""
    assert (_faces("علی"), _faces("علی", nastaliq=True)) == (
        ["NotoNaskhArabic-Bold"],
        ["NotoNastaliqUrdu-Bold"],
    )


@pytest.mark.parametrize(
    ("text", "setting", "country", "language", "wanted"),
    [
        ("چوہدری", "auto", "", "", True),
        ("چوہدری", "never", "Pakistan", "ur", False),
        ("محمد", "auto", "", "", False),
        ("محمد", "auto", "Pakistan", "", True),
        ("محمد", "auto", "", "ur-PK", True),
        ("محمد", "always", "", "", True),
        ("پریسا", "auto", "Iran", "fa", False),
        ("ڕێبوار", "auto", "", "", False),
        ("Ali", "always", "PK", "ur", False),
    ],
)
def test_nastaliq_signs(text: str, setting: str, country: str, language: str, wanted: bool) -> None:
    """Urdu is recognised by language, country or letters; the event's setting overrides them."""
    assert wanted == wants_nastaliq(text, setting, country, language)


@pytest.mark.parametrize(
    ("text", "setting", "country", "language"),
    [
        ("渡邊", "", "", "zh-hans"),
        ("渡邊", "ja", "", "ja"),
        ("渡邊 さくら", "zh-hans", "", "ja"),
        ("渡邊", "zh-hans", "Japan", "ja"),
        ("陳怡君", "", "Taiwan", "zh-hant"),
        ("김민수", "", "", "ko"),
    ],
)
def test_han_language(text: str, setting: str, country: str, language: str) -> None:
    """Kana and Hangul decide, then the country, then the event."""
    assert language == han_language_of(text, setting, country)


def test_styled_letters_fall_back_to_plain_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """𝓐𝓷𝓷𝓪 is drawn as Anna if no font has the styled letters."""
    monkeypatch.setattr("kiosk.badges.text.fontbook.face_with", lambda *_: None)

    line = Shaper().line("𝓐𝓷𝓷𝓪", TextStyle())

    assert (line.text, line.missing) == ("Anna", ())


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(SCRIPTS.values())),
    st.floats(60, 400),
    st.floats(20, 200),
    st.booleans(),
)
def test_ink_stays_in_the_box(name: str, width: float, height: float, nastaliq: bool) -> None:
    """The ink of a fitted name is inside its box, for every box."""
    fitted = fit(SHAPER, name, TextStyle(nastaliq=nastaliq), Box(width, height, 60, 1))

    assert fitted is not None
    assert fitted.ink_width <= width + 0.01
    assert fitted.height <= height + 0.01


def test_the_best_break_is_found() -> None:
    """A long name is larger on two lines, and breaks after a hyphen too."""
    box = Box(200, 90, 60, 9)
    fitted = fit(SHAPER, "Wilhelmina Featherstonehaugh-Cholmondeley", TextStyle(), box)

    assert fitted is not None
    assert [line.text for line in fitted.lines] == [
        "Wilhelmina",
        "Featherstonehaugh-",
        "Cholmondeley",
    ]


def test_too_small_is_no_fit() -> None:
    """Below the smallest size there is no fit."""
    assert fit(SHAPER, "Wolfeschlegelsteinhausen", TextStyle(), Box(40, 20, 60, 9)) is None


def test_middle_names_become_initials() -> None:
    """From last to first; never the first or last word, never in scripts without initials."""
    assert list(shorten_middle_names("Ana Maria del Carmen Ruiz")) == [
        "Ana Maria del C. Ruiz",
        "Ana M. del C. Ruiz",
    ]
    assert list(shorten_middle_names("Prof. Dr. h.c. Karl Max von und zu Au")) == [
        "Prof. Dr. h.c. Karl M. von und zu Au"
    ]
    assert list(shorten_middle_names("प्रिया राज कुलकर्णी")) == []


def _variant(tmp_path: Path, fs_type: int) -> Path:
    from fontTools.ttLib import TTFont

    from kiosk.support.paths import assets_dir

    font = TTFont(assets_dir() / "fonts" / "NotoSansOlChiki-Bold.ttf")
    font["OS/2"].fsType = fs_type
    path = tmp_path / f"font-{fs_type}.ttf"
    font.save(path)
    return path


@pytest.mark.parametrize(
    ("fs_type", "usable"), [(0, True), (8, True), (2, False), (0x100, False), (0x200, False)]
)
def test_fonts_that_forbid_embedding_are_left_alone(
    fs_type: int, usable: bool, tmp_path: Path
) -> None:
    """OS/2 fsType is respected."""
    assert (open_face(_variant(tmp_path, fs_type)) is not None) == usable


def test_a_broken_font_file_is_skipped(tmp_path: Path) -> None:
    """A file that is not a font is skipped."""
    path = tmp_path / "broken.ttf"
    path.write_bytes(b"not a font")

    assert open_face(path) is None
    assert isinstance(open_face(_variant(tmp_path, 0)), Face)


def test_a_tibetan_line_ends_after_a_syllable() -> None:
    """Only after the sign between syllables, and no sign is lost."""
    name = "བཀྲ་ཤིས་དཔལ་འབྱོར"
    parts = [piece.text for piece in pieces_of(name, Break.SYLLABLES)]
    assert ["བཀྲ་", "ཤིས་", "དཔལ་", "འབྱོར"] == parts
    assert name == "".join(piece.text for piece in pieces_of(name, Break.CLUSTERS))
