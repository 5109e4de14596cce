"""The texts that a scan is compared with, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.checkin.code_matching import (
    MAX_CODE,
    Match,
    code_candidates,
    is_url,
    looks_like_code,
)
from kiosk.domain.checkin.keyboard_layouts import MAX_GARBLED

EXACT, ANY_CASE, UNIQUE = Match.EXACT, Match.ANY_CASE, Match.UNIQUE

STEPS = {
    "nothing": ("", []),
    "only a line end": ("\r\n", []),
    "a plain code": ("名札", [(EXACT, "名札"), (ANY_CASE, "名札")]),
    "a line end is not part of the code": ("\n名札\r\n", [(EXACT, "名札"), (ANY_CASE, "名札")]),
    "a code between two X": ("X名X", [(EXACT, "X名X"), (ANY_CASE, "X名X")]),
    "outer spaces may be part of the code": (
        " 名札 ",
        [(EXACT, " 名札 ", "名札"), (ANY_CASE, " 名札 "), (ANY_CASE, "名札")],
    ),
    "a symbology prefix": (
        "]Q3名札",
        [(EXACT, "]Q3名札", "名札"), (ANY_CASE, "]Q3名札"), (ANY_CASE, "名札")],
    ),
    "the part before a slash": (
        "名/札/x",
        [(EXACT, "名/札/x"), (EXACT, "名"), (ANY_CASE, "名/札/x"), (ANY_CASE, "名")],
    ),
    "nothing before the slash": ("/札", [(EXACT, "/札"), (ANY_CASE, "/札")]),
    "a number sign in front": (
        "#札",
        [(EXACT, "#札"), (EXACT, "札"), (ANY_CASE, "#札"), (ANY_CASE, "札")],
    ),
    "a number sign inside": ("名#札", [(EXACT, "名#札"), (ANY_CASE, "名#札")]),
    "an address with a key": (
        "https://例/a/b?pk=札",
        [
            (EXACT, "https://例/a/b?pk=札"),
            (EXACT, "札"),
            (EXACT, "b"),
            (ANY_CASE, "https://例/a/b?pk=札"),
            (ANY_CASE, "札"),
            (ANY_CASE, "b"),
        ],
    ),
    "an address without a key": (
        "https://例/tickets/%E6%9C%AD/",
        [
            (EXACT, "https://例/tickets/%E6%9C%AD/"),
            (EXACT, "札"),
            (ANY_CASE, "https://例/tickets/%E6%9C%AD/"),
            (ANY_CASE, "札"),
        ],
    ),
    "an address of nothing but a host": (
        "https://例",
        [(EXACT, "https://例"), (ANY_CASE, "https://例")],
    ),
    "an address without a host": (
        "app:///札",
        [(EXACT, "app:///札"), (EXACT, "札"), (ANY_CASE, "app:///札"), (ANY_CASE, "札")],
    ),
    "an address without a scheme": (
        "://例/札?pk=1",
        [(EXACT, "://例/札?pk=1"), (ANY_CASE, "://例/札?pk=1")],
    ),
    "no address after all": (
        "https://[例/札",
        [(EXACT, "https://[例/札"), (ANY_CASE, "https://[例/札")],
    ),
    "the key is the last part of the path": (
        "https://例/札?code=札",
        [
            (EXACT, "https://例/札?code=札"),
            (EXACT, "札"),
            (ANY_CASE, "https://例/札?code=札"),
            (ANY_CASE, "札"),
        ],
    ),
}


@pytest.mark.parametrize(("raw", "steps"), STEPS.values(), ids=STEPS)
def test_the_steps_of_a_scan(raw: str, steps: list[tuple[str, ...]]) -> None:
    """The code as scanned comes first, then its parts, then the same regardless of case.

    The codes contain a character that no keyboard layout has, so no further step follows.
    """
    assert steps == [(step.match, *step.texts) for step in code_candidates(raw)]


@pytest.mark.parametrize("name", ["pk", "code", "secret", "ticket", "token", "barcode", "id", "t"])
def test_parameters_of_a_ticket_address(name: str) -> None:
    """Each of these parameters of an address may carry the code."""
    steps = list(code_candidates(f"https://x.example/check-in/evt?lang=en&{name}=K7-%20a"))

    assert (EXACT, ("K7- a",)) == (steps[1].match, steps[1].texts)


def test_a_parameter_that_names_the_key_best_comes_first() -> None:
    """Of several parameters `pk` is the likeliest, whatever their order in the address."""
    steps = list(code_candidates("https://x.example/p?id=3&t=&code=2&pk=1"))

    assert [("1",), ("2",), ("3",), ("p",)] == [step.texts for step in steps[1:5]]


@pytest.mark.parametrize(("more", "found"), [(49, True), (50, False)])
def test_an_address_with_endless_parameters_has_no_key(more: int, found: bool) -> None:
    """An address of more than 50 parameters is not searched for a key."""
    address = "https://x.example/?pk=K7" + "&a=1" * more

    assert found == any(step.texts == ("K7",) for step in code_candidates(address))


def test_a_garbled_code_is_tried_last_and_without_its_prefix() -> None:
    """A prefix that another keyboard layout changed is taken off each candidate."""
    *_, last = code_candidates("+Q3ABY")

    assert UNIQUE == last.match
    assert {"]Q3ABZ", "ABZ"} <= set(last.texts)
    assert last.texts.index("]Q3ABZ") < last.texts.index("ABZ")
    assert len(set(last.texts)) == len(last.texts)


@pytest.mark.parametrize(("length", "tried"), [(MAX_GARBLED, True), (MAX_GARBLED + 1, False)])
def test_a_page_of_text_is_not_tried_on_other_keyboards(length: int, tried: bool) -> None:
    """Only a scan of up to `MAX_GARBLED` characters is tried on other keyboard layouts."""
    texts = [text for step in code_candidates("Z" * length) for text in step.texts]

    assert tried == ("Y" * length in texts)


@pytest.mark.parametrize("length", [MAX_CODE - 1, MAX_CODE, MAX_CODE + 1, 3 * MAX_CODE])
def test_a_scan_has_an_end(length: int) -> None:
    """Of a scan its first `MAX_CODE` characters count."""
    assert ("Z" * min(length, MAX_CODE),) == next(code_candidates("Z" * length)).texts


def test_half_a_pair_of_surrogates_can_be_looked_up() -> None:
    """A text that cannot be written as UTF-8 is compared in its escaped form."""
    assert ("名\\ud800",) == next(code_candidates("名\ud800")).texts


@pytest.mark.slow
@given(st.text(max_size=30))
def test_every_step_asks_something_new(raw: str) -> None:
    """No step is empty or repeats another step, and exact steps come before the others."""
    steps = list(code_candidates(raw))
    matches = [step.match for step in steps]

    assert all(step.texts for step in steps)
    assert all(text for step in steps for text in step.texts)
    assert len(set(steps)) == len(steps)
    assert matches == sorted(matches, key=[EXACT, ANY_CASE, UNIQUE].index)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://lu.ma/x", True),
        ("K7/https://lu.ma/x", True),
        ("0123456789012://", True),
        ("01234567890123://", False),
        ("https:/lu.ma", False),
        ("K8301243", False),
    ],
)
def test_what_is_an_address(text: str, expected: bool) -> None:
    """An address has `://` in its first 16 characters."""
    assert expected == is_url(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ABC1", True),
        ("1234", True),
        ("AB1", False),
        ("ABCD", False),
        ("Asha", False),
        ("Room 12", False),
        ("AB\u30001", False),
        ("नाम१", True),
        ("", False),
    ],
)
def test_a_typed_text_that_is_a_code(text: str, expected: bool) -> None:
    """A code has four characters or more, a digit, and no space."""
    assert expected == looks_like_code(text)
