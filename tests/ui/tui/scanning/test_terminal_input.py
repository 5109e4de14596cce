"""Bytes of a terminal in pieces of any size, well-formed or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from kiosk.ui.tui.input.terminal_input import TerminalInput

MALFORMED = [
    b"\x1b[65:66u",
    b"\x1b[97;5:1u",
    b"\x1b[:~",
    b"\x1b[1114112u",
    b"\x1b[99999999999u",
    b"\x1b[55296u",
    b"\x1b[97;1;55296u",
]
"""Sequences on which Textual 8.2's parser fails, or from which it makes half a surrogate pair."""
_PIECES = st.sampled_from(
    [
        *(b"\x1b[", b"\x1b", b"<", b"48", b";", b":", b"0", b"1", b"99999999", b"55296", b"2026"),
        *(b"u", b"~", b"t", b"M", b"m", b"R", b"?", b"$y", b"2048", b"\x1b[M", b"\x1b[200~"),
        *(b"\x1b[201~", b"\xc3", b"\xe9", b"\xf0\x9f", b"\xed\xa0\x80", b"\xd9\xa3", b"a", b"\r"),
    ]
)


def _typed(messages: list[Message]) -> str:
    return "".join(m.character or "" for m in messages if isinstance(m, events.Key))


def test_a_letter_in_two_reads() -> None:
    """A letter is complete with its last byte; bytes that are not UTF-8 cost one sign."""
    terminal = TerminalInput()

    whole = [_typed(terminal.feed(bytes([byte]))) for byte in "José".encode()]
    latin_1 = [_typed(terminal.feed(piece)) for piece in (b"Jos\xe9", b"\r")]

    assert ["J", "o", "s", "", "é"] == whole
    assert ["Jos", "\ufffd\r"] == latin_1


@pytest.mark.parametrize("sequence", MALFORMED)
def test_malformed_sequences_are_dropped(sequence: bytes) -> None:
    """A sequence that is none gives nothing, in one read as byte by byte; the keys around it
    stay."""
    at_once, slowly = TerminalInput(), TerminalInput()

    messages = [m for byte in sequence for m in slowly.feed(bytes([byte]))]

    assert [] == messages
    assert "b" == _typed(slowly.feed(b"b"))
    assert "ab" == _typed(at_once.feed(b"a" + sequence + b"b"))


def test_sizes_are_not_taken_from_the_input() -> None:
    """A reported size or position is no message, and clicks stay where they are."""
    terminal = TerminalInput()

    reports = terminal.feed(b"\x1b[48;0;0;0;0t\x1b[48;3;10;30;100t\x1b[5;5R\x1b[?2048;1$y")
    (click,) = terminal.feed(b"\x1b[<0;12;7M")

    assert [] == reports
    assert isinstance(click, events.MouseDown)
    assert (11, 6) == (click.x, click.y)


@given(st.lists(_PIECES | st.binary(max_size=6), max_size=40))
def test_no_input_ends_it(pieces: list[bytes]) -> None:
    """Any bytes in any pieces: text that can be stored, and the next key after them is read."""
    terminal = TerminalInput()

    messages = [m for piece in pieces for m in terminal.feed(piece)]
    messages += terminal.feed(b"\x1b[201~" + b"." * 40 + b"\x1b[201~")

    _typed(messages).encode()
    assert "z" == _typed(terminal.feed(b"z"))
