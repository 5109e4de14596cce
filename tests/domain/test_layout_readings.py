"""What a scanner may have sent, by the keyboard layout of the computer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.checkin.keyboard_layouts import LAYOUT_WORDS, as_if_typed_on, by_layout, readings


@pytest.mark.parametrize(
    ("scan", "layout", "code"),
    [
        ("Yß1", "de", "Z-1"),
        ("&é ", "fr", "12 "),
        ("é", "de", "=e"),
        ("Å", "sv", "{"),
        ("ü", "us (international)", '"u'),
    ],
)
def test_each_layout_has_a_reading(scan: str, layout: str, code: str) -> None:
    """A scan is read back by the keys of each layout that can show it."""
    assert code == dict(by_layout(scan))[layout]


def test_a_layout_that_cannot_show_a_scan_has_no_reading() -> None:
    """A German letter is on German and related keyboards only, and 名 is on none."""
    assert {"de", "ch (German)", "ch (French)", "sv"} <= dict(by_layout("ä")).keys()
    assert "uk" not in dict(by_layout("ä"))
    assert {} == dict(by_layout("A名"))
    assert [("", False, "名")] == list(readings("名"))


def test_readings_come_with_their_layout_and_caps_lock() -> None:
    """The scan itself is first, then each layout, then each layout with Caps Lock."""
    found = list(readings("ab&"))
    plain = [("", False, "ab&"), *((name, False, code) for name, code in by_layout("ab&"))]

    assert plain == found[: len(plain)]
    assert ("", True, "AB&") == found[len(plain)]
    assert all(caps for _, caps, _ in found[len(plain) :])
    assert [("fr", True, "QB1"), ("fr", True, "QB!")] == [
        one for one in found[len(plain) :] if one[0] == "fr"
    ]
    assert 1 == sum(one[0] == "de" for one in found[len(plain) :])
    assert {"", *LAYOUT_WORDS} >= {name for name, _, _ in found}


def test_spaces_stay_with_caps_lock() -> None:
    """The space bar gives a space on every keyboard."""
    assert ("fr", True, "Q 1") in list(readings("a &"))
    assert ("fr", True, "Q !") in list(readings("a &"))
    assert ("", True, "A B") in list(readings("a b"))
    assert "Q !" in as_if_typed_on("a &")


@given(st.text("abzyß-ä&é1 名", max_size=8))
def test_candidates_are_the_readings(scan: str) -> None:
    """Codes to look up are the printable readings of a scan other than itself."""
    codes = {code for _, _, code in readings(scan) if code != scan and code.isprintable()}

    assert codes == set(as_if_typed_on(scan))
