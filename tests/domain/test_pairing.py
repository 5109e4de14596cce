"""The code of an event survives people, paper and keyboards."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.keyboard_layouts import _LAYOUTS, _US
from kiosk.domain.sharing.pairing import (
    Address,
    InvalidPairingCode,
    PairingCode,
    grouped,
    is_desks_code,
    pairing_code,
    parse_address,
    read_code,
)

SECRET = bytes(range(240, 256))
HERE = (Address("192.168.1.20"),)
GERMAN = str.maketrans("YZ", "ZY")
hosts = st.ip_addresses(v=4).map(str)
addresses = st.lists(
    st.builds(Address, hosts, st.just(7447) | st.integers(1, 65535)), max_size=2
).map(tuple)


@pytest.mark.slow
@given(st.binary(min_size=16, max_size=16), addresses)
@settings(max_examples=200, deadline=None)
def test_a_code_reads_back(secret: bytes, where: tuple[Address, ...]) -> None:
    """Only capitals and digits; in groups, small, with hyphens it says the same."""
    code = PairingCode(secret, where)
    text = pairing_code(code)

    assert text.isascii()
    assert text.isalnum()
    assert text == text.upper()
    for spelled in (text, grouped(text), f" {text.lower()}\r\n", "-".join(text)):
        assert code == read_code(spelled)


def _reads(text: str) -> bool:
    try:
        read_code(text)
    except InvalidPairingCode:
        return False
    return True


def test_slips_are_noticed() -> None:
    """Of all wrong single letters and swapped neighbours, hardly one in a hundred passes."""
    text = pairing_code(PairingCode(SECRET))
    slips = {
        text[:place] + letter + text[place + 1 :]
        for place in range(len(text))
        for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    } | {
        text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        for place in range(len(text) - 1)
    }
    passed = [slip for slip in slips - {text} if _reads(slip)]

    assert len(passed) <= len(slips) / 100


@pytest.mark.parametrize("text", ["", "HELLO", "K1ABCDEFGHJKLMN", "A" * 28, "é" * 28, "0" * 400])
def test_what_is_no_code_is_refused(text: str) -> None:
    """Badges, words and noise are not taken for an event."""
    with pytest.raises(InvalidPairingCode):
        read_code(text)


@pytest.mark.parametrize("layout", ["de", "fr", "es", "it", "cz", "ru", "hu", "be"])
def test_another_keyboard_is_named(layout: str) -> None:
    """A code scanned with a wrong keyboard layout is read, and the layout is named."""
    text = pairing_code(PairingCode(SECRET))
    shown = dict(zip(_US[0] + _US[1], _LAYOUTS[layout][0] + _LAYOUTS[layout][1], strict=True))
    garbled = "".join(shown[char] for char in text)
    read = read_code(garbled)

    assert SECRET == read.secret
    assert (read.layout == "") == (garbled == text)


@pytest.mark.parametrize("layout", ["fr", "be"])
def test_caps_lock_that_shifts_digits_too(layout: str) -> None:
    """Capitals come as small letters, and the digits as themselves: read, and the layout named."""
    code = pairing_code(PairingCode(bytes(range(16))))
    keys, (plain, shifted) = _US[0], _LAYOUTS[layout][:2]
    garbled = "".join(
        (shifted if char.isdigit() else plain)[keys.index(char.lower())] for char in code
    )
    read = read_code(garbled)

    assert garbled != code.lower()
    assert (bytes(range(16)), "fr") == (read.secret, read.layout)  # of letters and digits all one


@pytest.mark.parametrize(
    ("text", "expected"),
    [("192.168.1.20", "192.168.1.20:7447"), (" 10.0.0.1:8000 ", "10.0.0.1:8000")],
)
def test_typed_addresses(text: str, expected: str) -> None:
    """With or without a port."""
    assert expected == str(parse_address(text))


@pytest.mark.parametrize("text", ["", "desk", "1.2.3", "1.2.3.4:0", "1.2.3.4:x", "::1"])
def test_no_address(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match=r"\S"):
        parse_address(text)


TICKETS = {
    "the code": (pairing_code(PairingCode(SECRET)), True),
    "with an address, on paper": (grouped(pairing_code(PairingCode(SECRET, HERE))), True),
    "as if typed on a German keyboard": (pairing_code(PairingCode(SECRET)).translate(GERMAN), True),
    "one letter wrong": ("1" + pairing_code(PairingCode(SECRET))[1:], False),
    "a ticket": ("ABCD-1234", False),
    "a web address": ("https://tickets.example/" + "A" * 5_000, False),
}


@pytest.mark.parametrize("name", TICKETS)
def test_the_code_is_told_from_a_ticket(name: str) -> None:
    """A pairing code scanned at a desk is recognised."""
    text, is_desks = TICKETS[name]

    assert is_desks == is_desks_code(text)
