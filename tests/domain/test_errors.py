"""The suggestion for a mistyped word."""

from __future__ import annotations

import pytest

from kiosk.errors import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "expected"),
    [("dor", ["Door"]), ("LUNSH", ["Lunch"]), ("door", ["Door"]), ("xyz", []), ("", [])],
)
def test_nearest_words(word: str, expected: list[str]) -> None:
    """The most similar known word is suggested regardless of case, or none."""
    assert expected == nearest(word, ["Lunch", "Door"])
    assert "".join(f"Did you mean “{name}”?" for name in expected) == did_you_mean(
        word, ["Lunch", "Door"]
    )
