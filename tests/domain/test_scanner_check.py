"""Checking a scanner by the keys it sends: every layout, every terminator, prefixes and
suffixes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.keyboard_layouts import _LAYOUTS, _MARKS, _US, LAYOUT_WORDS
from kiosk.domain.setup.scanner_check import (
    PROBES,
    SLOWEST_MS,
    Arrival,
    Finding,
    KeyArrival,
    ScannerReport,
    diagnose,
    read_keys,
)
from kiosk.ui.tui.input.keystream import FAST_S

LETTERS, ADDRESS, LONG, BARS = (probe.code for probe in PROBES)
ENDS = {"\r": "Enter", "\n": "line feed", "\t": "Tab"}


def typed_on(code: str, name: str) -> str:
    """The text that a computer with this layout shows for US keys: a dead key puts its accent on
    the next letter, or stays before a character that takes none."""
    plain, shifted, dead = _LAYOUTS[name]
    out, waiting = "", ""
    for character in code:
        row = next(number for number in (0, 1) if character in _US[number])
        shown = (plain, shifted)[row][_US[row].index(character)]
        if shown in dead and not waiting:
            waiting = shown
            continue
        joined = unicodedata.normalize("NFC", shown + _MARKS.get(waiting, ""))
        out += joined if len(joined) == 1 else waiting + shown
        waiting = ""
    return out + waiting


def scanned(text: str, ms: float = 2.0) -> Arrival:
    keys = [
        KeyArrival(n * ms / 1000, "" if char in ENDS else char, ENDS.get(char, ""))
        for n, char in enumerate(text)
    ]
    return read_keys(keys)


def found(text: str, ms: float = 2.0) -> Finding:
    return diagnose(scanned(text, ms))


def test_every_layout_has_a_name_for_people() -> None:
    """None is left out when one is added."""
    assert list(_LAYOUTS) == list(LAYOUT_WORDS)


def test_what_is_slow_is_what_the_desk_takes_for_typing() -> None:
    """One figure, in two places that may not know each other."""
    assert SLOWEST_MS == FAST_S * 1000


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\t", ""])
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.title)
def test_a_scanner_that_agrees_with_the_computer(probe: object, end: str) -> None:
    """Any terminator will do, and none."""
    code, step = probe.code, probe.step  # type: ignore[attr-defined]
    finding = found(code + end)

    assert (step, "", True) == (finding.step, finding.layout, finding.is_good)
    assert tuple(ENDS[sign] for sign in end) == finding.arrival.end
    assert "2 ms a character" in finding.facts()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\t", ""])
@pytest.mark.parametrize("name", _LAYOUTS)
@pytest.mark.parametrize("step", [1, 2])
def test_every_layout_is_told_and_coped_with(name: str, end: str, step: int) -> None:
    """By letters, and by the signs of a web address; or it is one that makes the same of it."""
    code = PROBES[step - 1].code
    text = typed_on(code, name)
    finding = found(text + end)

    assert (step, 0) == (finding.step, finding.lost)
    assert finding.copes, finding.advice()
    if text == code:
        assert not finding.layout
    else:
        assert typed_on(code, finding.layout) == text
        assert LAYOUT_WORDS[finding.layout] in finding.facts()[0]


@pytest.mark.parametrize("name", [name for name in _LAYOUTS if name != "us (international)"])
def test_an_aim_identifier_in_the_disguise_of_a_layout(name: str) -> None:
    """`]Q1` is `+Q1` on a German keyboard: taken off all the same."""
    finding = found(typed_on("]Q1" + LETTERS, name) + "\r")

    assert ("]Q1", True) == (finding.prefix, finding.copes)
    assert any("AIM identifier ]Q1" in fact for fact in finding.facts())


@pytest.mark.parametrize(
    ("text", "prefix", "suffix", "good"),
    [
        ("]Q1" + LETTERS, "]Q1", "", True),
        ("]C0" + BARS, "]C0", "", True),
        ("\x02" + LETTERS + "\x03", "\x02", "\x03", True),
        (LETTERS + "\x1d", "", "\x1d", True),
        ("A" + LETTERS, "A", "", False),
        (LETTERS + "##", "", "##", False),
        ("001" + BARS + "X", "001", "X", False),
    ],
)
def test_what_is_put_around_a_code(text: str, prefix: str, suffix: str, good: bool) -> None:
    """Identifiers and control characters are no trouble; anything else has to be cleared."""
    finding = found(text + "\r")

    assert (prefix, suffix, good) == (finding.prefix, finding.suffix, finding.is_good)
    if not good:
        assert any("Clear its" in advice.change for advice in finding.advice())


@pytest.mark.parametrize(
    ("text", "case", "caps", "fact"),
    [
        (LETTERS.swapcase(), "same", True, "Caps Lock is on"),
        (LETTERS.upper(), "upper", False, "all capitals"),
        (LETTERS.lower(), "lower", False, "no capitals"),
    ],
)
def test_capitals_that_change(text: str, case: str, caps: bool, fact: str) -> None:
    """kiosk copes with each, and says it."""
    finding = found(text + "\r")

    assert (case, caps) == (finding.case, finding.caps)
    assert fact in finding.facts()
    assert finding.is_good


@pytest.mark.parametrize("name", ["de", "fr", "cz", "ru"])
def test_caps_lock_and_a_layout(name: str) -> None:
    """Both at once are distinguished."""
    text = typed_on(LETTERS.swapcase(), name)
    finding = found(text + "\r")

    assert 1 == finding.step
    assert finding.copes


@pytest.mark.parametrize("name", ["de", "fr", "es", "it", "cz", "hu"])
def test_a_scanner_set_to_a_country_at_a_us_computer(name: str) -> None:
    """The other way round: the advice is to change the scanner."""
    plain, shifted, _ = _LAYOUTS[name]
    keys = {char: (row, n) for row in (1, 0) for n, char in enumerate((plain, shifted)[row])}
    text = "".join(_US[keys[char][0]][keys[char][1]] for char in LETTERS)
    finding = found(text + "\r")

    assert 1 == finding.step
    if finding.scanner_layout:
        assert "country to US" in finding.advice()[0].change
    else:
        assert finding.copes  # the same as what some computer makes of a US scanner


def test_lost_characters_are_counted() -> None:
    """Of a long code that came too fast."""
    finding = found(LONG[:60] + LONG[63:] + "\r")

    assert (3, 3) == (finding.step, finding.lost)
    assert not finding.is_good
    assert "slow the scanner down" in finding.advice()[0].change


@pytest.mark.parametrize(("ms", "good"), [(0.5, True), (16, True), (34, True), (36, False)])
def test_how_slow_a_scanner_may_be(ms: float, good: bool) -> None:
    """Scanning as slow as the desk still distinguishes from typing."""
    assert good is found(LETTERS + "\r", ms).is_good


def test_a_gap_in_a_code_is_told() -> None:
    """A wireless scanner that had to send twice."""
    keys = [KeyArrival(n * 0.002 + (0.1 if n > 9 else 0), c) for n, c in enumerate(LETTERS)]
    finding = diagnose(read_keys(keys))

    assert "hold a wireless one closer" in finding.advice()[0].change


def test_keys_that_are_none_and_an_enter_in_front() -> None:
    """Both must be switched off."""
    keys = [KeyArrival(0.0, "", "Enter"), KeyArrival(0.001)]
    keys += [KeyArrival(0.002 + n / 1000, char) for n, char in enumerate(LETTERS)]
    advice = " ".join(f"{a.problem} {a.change}" for a in diagnose(read_keys(keys)).advice())

    assert "function keys" in advice
    assert "Enter comes before the code" in advice


@pytest.mark.parametrize("text", ["DEMO-0007", "Asha Rao", "https://lu.ma/e/x", "9" * 300])
def test_something_else_is_no_code_of_the_page(text: str) -> None:
    """And is not counted."""
    finding = found(text + "\r")

    assert 0 == finding.step
    assert "not a code of the page" in finding.advice()[0].problem
    assert ScannerReport() == ScannerReport().with_finding(finding)


def test_the_report_is_the_worst_of_its_findings() -> None:
    """A later scan of the same code replaces the earlier one."""
    report = ScannerReport().with_finding(found(LETTERS + "\r"))

    assert report.copes
    assert "Enter at the end, 2 ms a character: all fine." in report.sentence()

    report = report.with_finding(found("%" + BARS + "\r"))

    assert not report.copes
    assert "“%”" in report.sentence()
    assert report.with_finding(found(BARS + "\r")).copes


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
def test_any_keys_can_be_looked_at(text: str) -> None:
    """Whatever came, there are words for it."""
    finding = found(text)

    assert isinstance(finding.facts(), list)
    assert isinstance(finding.advice(), list)
