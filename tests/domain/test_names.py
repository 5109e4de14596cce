"""Names are folded for comparison without losing their differences."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.people.names import fold, is_syllabic, typed_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Jürgen GROẞ", "jurgen gross", id="accents-and-case"),
        pytest.param("Łukasz Ødegård Çağrı Đức", "lukasz odegard cagri duc", id="own-letters"),
        pytest.param("Ｗａｎｇ", "wang", id="full-width"),
        pytest.param("D’Aubigny", "d'aubigny", id="curly-apostrophe"),
        pytest.param("कुलकर्णी", "कुलकर्णी", id="vowel-signs-stay"),
        pytest.param("ज़ोया", "जोया", id="nukta-goes"),
        pytest.param("ماه\u200cنور", "ماهنور", id="joiner-goes"),
        pytest.param("مُحَمَّد", "محمد", id="short-vowels-go"),
        pytest.param("قریشی", "قريشي", id="persian-and-arabic-yeh"),
        pytest.param("タナカ", "たなか", id="katakana-as-hiragana"),
        pytest.param("이민준", "이민준", id="hangul-stays-composed"),
        pytest.param("٠١٤٢ ०१४२", "0142 0142", id="digits-of-other-scripts"),
        pytest.param("the_real.yash 🐍", "the real yash  ", id="punctuation-and-emoji"),
    ],
)
def test_folds(text: str, expected: str) -> None:
    """Case, accents, width, joiners go; what distinguishes a name stays."""
    assert expected == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Jean-Luc D’Arcy", ["jean", "luc", "darcy"], id="hyphen-parts-apostrophe-joins"
        ),
        pytest.param("欧阳小明", ["欧阳小明"], id="han-is-one-word"),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    """A name falls apart at spaces and hyphens, not at apostrophes."""
    assert expected == words(text)


def test_typed_syllables_stand_alone() -> None:
    """In a query every Han and Hangul syllable is a word, next to words of other scripts."""
    assert typed_words("小明 Wang 민준") == ["小", "明", "wang", "민", "준"]


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folding a folded text changes nothing."""
    once = words(text)

    assert once == words(" ".join(once))


def test_syllabic_scripts() -> None:
    """Han and Hangul are written without spaces; kana and Latin are not cut."""
    assert [is_syllabic(char) for char in "王민さa"] == [True, True, False, False]
