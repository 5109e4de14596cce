"""Bytes of a terminal in pieces of any size, well-formed or not."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from kiosk.ui.tui.input.messages import InputNoise, marked_data
from kiosk.ui.tui.input.terminal_input import MAX_PASTE, TerminalInput

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

    whole = [_typed(terminal.feed(bytes([byte]), 0)) for byte in "José".encode()]
    latin_1 = [_typed(terminal.feed(piece, 0)) for piece in (b"Jos\xe9", b"\r")]

    assert ["J", "o", "s", "", "é"] == whole
    assert ["Jos", "\ufffd\r"] == latin_1


@pytest.mark.parametrize("sequence", MALFORMED)
def test_malformed_sequences_are_dropped(sequence: bytes) -> None:
    """A sequence that is none gives nothing, in one read as byte by byte; the keys around it
    stay."""
    at_once, slowly = TerminalInput(), TerminalInput()

    messages = [m for byte in sequence for m in slowly.feed(bytes([byte]), 0)]

    assert all(isinstance(m, InputNoise) for m in messages)
    assert "b" == _typed(slowly.feed(b"b", 0))
    assert "ab" == _typed(at_once.feed(b"a" + sequence + b"b", 0))


def test_sizes_are_not_taken_from_the_input() -> None:
    """A reported size or position is noise, and clicks stay where they are."""
    terminal = TerminalInput()

    reports = terminal.feed(b"\x1b[48;0;0;0;0t\x1b[48;3;10;30;100t\x1b[5;5R\x1b[?2048;1$y", 0)
    (click,) = terminal.feed(b"\x1b[<0;12;7M", 0)

    assert [InputNoise] * 4 == [type(report) for report in reports]
    assert isinstance(click, events.MouseDown)
    assert (11, 6) == (click.x, click.y)


@pytest.mark.slow
@example([b"\x1b[200~", b"\x1b["])  # a sequence without end in a paste without end
@given(st.lists(_PIECES | st.binary(max_size=6), max_size=40))
def test_no_input_ends_it(pieces: list[bytes]) -> None:
    """Any bytes in any pieces: text that can be stored, and the next key after them is read."""
    terminal = TerminalInput()

    messages = [m for piece in pieces for m in terminal.feed(piece, 0)]
    messages += terminal.feed(b".", 0) + terminal.tick(1.0)

    _typed(messages).encode()
    assert "z" == _typed(terminal.feed(b"z", 1.0))


REPORTS = [
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[48;3;10;30;100t",
    b"\x1b[5;5R",
    b"\x1b[?62;4c",
    b"\x1b[?2048;1$y",
    b"\x1b[?1u",
    b"\x1b[17u",
    b"\x1b[97;;17u",
    b"\x1b[99~",
    b"\x1b]10;rgb:ff/ff/ff\x07",
    b"\x1b]11;rgb:00/00/00\x1b\\",
    b"\x1b]4;1;rgb:00/00/00\x07",
    b"\x1b]52;c;aGVsbG8=\x07",
    b"\x1bP>|xterm(390)\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b[M !!",
    b"\x1b[32;10;5M",
    b"\xc2\x9b",
]


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_is_noise(report: bytes) -> None:
    """A terminal's report is no key and no text, in one read or byte by byte."""
    at_once, slowly = TerminalInput(), TerminalInput()

    found = at_once.feed(report, 0) + [m for b in report for m in slowly.feed(bytes([b]), 0)]

    assert [InputNoise, InputNoise] == [type(message) for message in found]


@pytest.mark.parametrize("begun", [b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b[", b"\x1bO"])
def test_a_sequence_without_an_end_loses_no_code(begun: bytes) -> None:
    """Enter, silence or too many characters end it; the code behind it is read."""
    for ended in (b"\r", b"", b"0" * 600 + b"\r"):
        terminal = TerminalInput()
        messages = terminal.feed(begun + b"8301243" + ended, 0)
        messages += terminal.tick(0.151) + terminal.feed(b"K1\r", 1.0)

        assert "301243" in _typed(messages)
        assert _typed(messages).endswith("K1\r")


def test_escape_alone_and_before_a_code() -> None:
    """Escape is a key after 50 ms; right before a digit it is Alt, which knows its digit."""
    terminal = TerminalInput()

    assert [] == terminal.feed(b"\x1b", 0) + terminal.tick(0.05)
    (escape,) = terminal.tick(0.051)
    assert isinstance(escape, events.Key)
    assert ("escape", 0) == (escape.key, escape.time)
    (alt,) = terminal.feed(b"\x1b8", 1.0)
    assert "8" == marked_data(alt)


def test_a_paste_without_an_end() -> None:
    """A paste that falls silent or grows too long is read as keys; so is the next one."""
    terminal = TerminalInput()
    assert [] == terminal.feed(b"\x1b[200~K83\r\x1b[200~K84\r", 0)
    assert [] == terminal.tick(0.3)
    assert "K83\rK84\r" == _typed(terminal.tick(0.301))

    long = terminal.feed(b"\x1b[200~" + b"K" * (MAX_PASTE + 1), 1.0)
    assert MAX_PASTE + 1 == len(_typed(long))

    (paste,) = terminal.feed(b"\x1b[200~Priya\x1b[201~", 2.0)
    assert isinstance(paste, events.Paste)
    assert "Priya" == paste.text
