"""Which pictures a terminal shows, asked through the driver."""

from __future__ import annotations

import re

import pytest

from kiosk.ui.tui.input.messages import InputNoise
from kiosk.ui.tui.input.picture_reports import ANSWER_S, PictureProtocol, PictureQuestion
from kiosk.ui.tui.input.terminal_input import TerminalInput

SIXEL_REPORT = "\x1b[?62;4;22c"


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (SIXEL_REPORT, PictureProtocol.SIXEL),
        ("\x1b[?4c", PictureProtocol.SIXEL),
        ("\x1b[?62;22c", None),
        ("\x1b[?64;14;44c", None),
        ("\x1b[?c", None),
        ("\x1b[>4c", None),
        ("\x1b_Gi=31;OK\x1b\\", None),
    ],
)
def test_device_attributes(report: str, expected: PictureProtocol | None) -> None:
    """Attribute 4 is Sixel; nothing else is."""
    assert expected is PictureQuestion({"TERM": "xterm"}, 0).answer(report, 0.1)


def test_kitty_answers_its_own_question() -> None:
    """Only the number of this question counts, and only that Kitty can do it."""
    question = PictureQuestion({"TERM": "xterm-kitty"}, 0)
    number = re.search(r"i=(\d+)", question.text)
    assert number is not None

    assert PictureProtocol.KITTY is question.answer(f"\x1b_Gi={number[1]};OK\x1b\\", 0.1)
    assert question.answer(f"\x1b_Gi={number[1]};ENOTSUPPORTED\x1b\\", 0.1) is None
    assert question.answer(f"\x1b_Gi={int(number[1]) + 1};OK\x1b\\", 0.1) is None
    assert question.answer(SIXEL_REPORT, 0.1) is None


def test_an_answer_counts_only_after_the_question() -> None:
    """Later the same bytes are part of a scanned code."""
    assert PictureQuestion({}, 5.0).answer(SIXEL_REPORT, 5.0 + ANSWER_S + 0.1) is None


def test_a_report_stays_noise_for_the_keys() -> None:
    """The question's reader sees the report, and the keys around it stay."""
    seen: list[str] = []

    messages = TerminalInput(seen.append).feed(f"a{SIXEL_REPORT}b".encode(), 0)

    assert [SIXEL_REPORT] == seen
    assert InputNoise is type(messages[1])
    assert len(messages) == 3
