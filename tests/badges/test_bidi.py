"""Visual order of names with mixed scripts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.badges.text.bidi import ISOLATE, ISOLATE_END, levels, needs_bidi, visual_order


def _seen(text: str) -> str:
    drawn = [char for char in text if char not in (ISOLATE, ISOLATE_END)]
    kept = [lv for char, lv in zip(text, levels(text), strict=True) if char in drawn]
    return "".join(visual_order(drawn, kept))


# Capitals in the table mean Hebrew letters, as in the annex's examples.
_HEBREW = {chr(65 + at): chr(0x5D0 + at) for at in range(26)}


def _hebrew(text: str) -> str:
    return "".join(_HEBREW.get(char, char) for char in text)


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        pytest.param("anna", "anna", id="left to right"),
        pytest.param("ANNA", "ANNA"[::-1], id="right to left"),
        pytest.param("anna BO", "anna OB", id="W: first strong letter sets the base"),
        pytest.param("BO anna", "anna OB", id="base right to left"),
        pytest.param("BO 12", "12 OB", id="numbers stay upright"),
        pytest.param("BO 1,2-3", "1,2-3 OB", id="W4: separators in numbers"),
        pytest.param("ALI khan (lahore)", "khan (lahore) ILA", id="N0: both brackets go with khan"),
        pytest.param("ALI (lahore)", "(lahore) ILA", id="N0: brackets of the base direction"),
        pytest.param("anna (ALI) bo", "anna (ILA) bo", id="N0: base direction outside"),
        pytest.param("anna (ALI bo)", "anna (ILA bo)", id="N0: base direction inside decides"),
        pytest.param(
            f"ALI · {ISOLATE}b! (c{ISOLATE_END}", "b! (c · ILA", id="isolate keeps its inside"
        ),
        pytest.param(
            f"a {ISOLATE}BO 1{ISOLATE_END}, 2", "a 1 OB, 2", id="isolate bars the way out"
        ),
    ],
)
def test_visual_order(stored: str, seen: str) -> None:
    """A stored line has the visual order of the annex."""
    # Brackets are mirrored when shaped: compare them by their position only.
    swapped = str.maketrans("()", "||")

    assert _hebrew(seen).translate(swapped) == _seen(_hebrew(stored)).translate(swapped)


def test_joiners_take_the_level_before_them() -> None:
    """A zero-width non-joiner inside a Persian name does not split it."""
    assert levels("شاه\u200cزاد") == [1] * 7


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab אבعل12٣(),.-\u064e\u200d", max_size=16))
def test_nothing_is_lost(text: str) -> None:
    """Reordering keeps every character, and leaves text without right-to-left letters alone."""
    order = visual_order(list(range(len(text))), levels(text))

    assert sorted(order) == list(range(len(text)))
    assert needs_bidi(text) or order == list(range(len(text)))
