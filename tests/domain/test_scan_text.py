"""Removing what a scanner adds to a code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.checkin.code_matching import clean_scan

CASES = {
    "plain": ("K8301243", "K8301243"),
    "QR, ECI and prefix": ("]Q3\\000026ABC-1", "ABC-1"),
    "QR with ECI": ("]Q2\\000026नाम-1", "नाम-1"),
    "ECI without prefix": ("\\000026ABC-1", "ABC-1"),
    "two ECIs, doubled backslash": ("]Q2\\000003A\\\\B\\000026C", "A\\BC"),
    "GS1-128": ("]C10109521234543213\x1d10ABC", "010952123454321310ABC"),
    "GS1 Data Matrix": ("]d2\x1d0112345", "0112345"),
    "Aztec": ("]z0ABC", "ABC"),
    "STX and ETX": ("\x02ABC\x03", "ABC"),
    "control before the prefix": ("\x1d]d2ABC", "ABC"),
    "terminator and space": (" ABC \r\n", "ABC"),
    "byte order mark": ("\ufeffABC", "ABC"),
    "secret that begins with =": ("=g3Vj/+", "=g3Vj/+"),
    "URL": ("https://lu.ma/check-in/evt-1?pk=g-2", "https://lu.ma/check-in/evt-1?pk=g-2"),
    "JSON": ('{"i":[2,"h","YQ=="]}', '{"i":[2,"h","YQ=="]}'),
    "a bracket inside": ("A]Q3B", "A]Q3B"),
    "a backslash inside": ("A\\000026\\\\B", "A\\000026\\\\B"),
    "nothing but a prefix": ("]Q3", "]Q3"),
    "nothing": ("\x1d\r", ""),
}


@pytest.mark.parametrize(("raw", "code"), CASES.values(), ids=CASES)
def test_clean_scan(raw: str, code: str) -> None:
    """Prefix, character set marks, control characters and outer space go; the rest stays."""
    assert code == clean_scan(raw)


@pytest.mark.slow
@given(st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="]\\"), min_size=1))
def test_ordinary_codes_are_left_alone(code: str) -> None:
    """A code without any of these marks is not changed by a byte."""
    assert code == clean_scan(code)
