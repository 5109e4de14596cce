"""Codes changed by a wrong keyboard layout, and the original codes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.domain.checkin.keyboard_layouts import _LAYOUTS, _MARKS, _US, as_if_typed_on

CASES = {
    "German y and z": ("KZ7Y-1", "KY7Zß1"),
    "German URL": (
        "https://lu.ma/check-in/evt-1?pk=g-2_x",
        "httpsÖ--lu.ma-checkßin-evtß1_pkǵß2?x",
    ),
    "German, = before a letter it cannot go on": ("pk=7", "pk´7"),
    "German, a dead key that made a letter": ("=e`o", "éô"),
    "French digits": ("ABC1234567890", "QBC&é\"'(-è_çà"),
    "French letters": ("maze-wq", ",qwe)za"),
    "French secret": ("k8s7m2z9q4w3", "k_sè,éwça'z\""),
    "Spanish": ("A-1_2/3", "A'1?2-3"),
    "Italian": ("A-1:2", "A'1ç2"),
    "British": ("a@b#c", 'a"b£c'),
    "Portuguese": ("x/y=z", "x-y«z"),
    "Turkish": ("pi.k", "pıçk"),
    "Swedish": ("A;B'C", "AöBäC"),
    "Norwegian": ("A;B'C", "AøBæC"),
    "Danish": ("A;B'C", "AæBøC"),
    "Swiss": ("z{y", "yèz"),
    "Russian": ("K8301243", "Л8301243"),
    "Caps Lock": ("aBc-123", "AbC-123"),
    "Caps Lock and German": ("zY-1", "Yzß1"),
    "Caps Lock and French": ("Ab12", "qB12"),
    "spaces": ("AZ 1", "AY 1"),
    "symbology prefix, German": ("]Q3ABZ", "+Q3ABY"),
}


@pytest.mark.parametrize(("code", "received"), CASES.values(), ids=CASES)
def test_the_code_is_among_the_candidates(code: str, received: str) -> None:
    """The text received with another layout leads back to the code."""
    assert code in as_if_typed_on(received)


def test_likelier_first() -> None:
    """A letter that only some layouts have leaves only those, without Caps Lock first."""
    assert as_if_typed_on("Kß1")[:1] == ["K-1"]
    assert as_if_typed_on("é")[0] == "=e"


@pytest.mark.parametrize("scan", ["", "a\x1db", "名札", "A\r"])
def test_nothing_where_no_layout_has_it(scan: str) -> None:
    """Text that is on no keyboard has no candidates."""
    assert as_if_typed_on(scan) == []


@pytest.mark.parametrize("name", _LAYOUTS)
def test_tables_have_a_character_for_each_key(name: str) -> None:
    """Each layout fills the 47 places twice, and its dead keys are on it."""
    plain, shifted, dead = _LAYOUTS[name]

    assert [len(_US[0]), len(_US[1])] == [47, 47] == [len(plain), len(shifted)]
    assert set(dead) <= set(plain + shifted) & set(_MARKS)


def _typed_on(name: str, code: str, *, caps: bool = False) -> str:
    """The text that a computer with a layout shows for the keys that type `code` on a US
    keyboard."""
    plain, shifted, dead = _LAYOUTS[name]
    shown, waiting = "", ""
    for character in code:
        shift = character in _US[1]
        place = _US[shift].index(character)
        is_letter = plain[place].isalpha() and plain[place].upper() == shifted[place]
        key = (plain, shifted)[shift != (caps and is_letter)][place]
        if waiting:
            composed = unicodedata.normalize("NFC", key + _MARKS[waiting])
            shown += composed if len(composed) == 1 else waiting + key
            waiting = ""
        elif key in dead:
            waiting = key
        else:
            shown += key
    return shown + waiting


def _is_unclear(name: str, received: str) -> bool:
    """Whether an accented letter could be one key or two."""
    plain, shifted, dead = _LAYOUTS[name]
    return any(
        unicodedata.normalize("NFC", letter + _MARKS[accent]) in set(received)
        for accent in dead
        for letter in plain + shifted
        if unicodedata.normalize("NFC", letter + _MARKS[accent]) in plain + shifted
    )


@given(
    st.text("".join(_US), min_size=1, max_size=24),
    st.sampled_from(list(_LAYOUTS)),
    st.booleans(),
)
def test_there_and_back(code: str, name: str, caps: bool) -> None:
    """Any code typed on any layout, with or without Caps Lock, comes back."""
    received = _typed_on(name, code, caps=caps)
    assume(not _is_unclear(name, received))

    assert code == received or code in as_if_typed_on(received)


@given(st.text(max_size=12))
def test_candidates_are_printable_unique_and_new(scan: str) -> None:
    """Whatever was received: no exception, no control characters, no repeats, not itself."""
    candidates = as_if_typed_on(scan)

    assert len(candidates) == len(set(candidates))
    assert scan not in candidates
    assert all(code.isascii() and code.isprintable() for code in candidates)
