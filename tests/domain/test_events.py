"""By which stamp an event replaces another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.log.events import (
    canonical_json,
    import_rows_json,
    json_bytes,
    json_lines,
    json_texts,
    rank,
)
from kiosk.domain.log.ids import MAX_STAMP

RANKS = {
    "its own": (500, canonical_json({"desk": "x"}), 500),
    "just after the stamp it names": (
        500,
        canonical_json({"after": 900, "desk": "x"}),
        901,
    ),
    "older than itself": (500, canonical_json({"after": 400, "desk": "x"}), 500),
    "imported rows": (500, import_rows_json("x", "s", [b"[]"], after=900), 901),
    "the last there is": (1, canonical_json({"after": MAX_STAMP, "desk": "x"}), MAX_STAMP + 1),
    "beyond all clocks": (500, canonical_json({"after": MAX_STAMP + 1, "desk": "x"}), 500),
    "enormous": (500, '{"after":' + "9" * 5_000 + ',"desk":"x"}', 500),
    "no number": (500, '{"after":"900","desk":"x"}', 500),
    "deeper in": (500, '{"desk":"x","set":{"after":900,"b":1}}', 500),
}


@pytest.mark.parametrize("name", RANKS)
def test_rank(name: str) -> None:
    """A word that a faulty or hostile desk wrote there counts for nothing."""
    hlc, body, expected = RANKS[name]

    assert expected == rank(hlc, body)


TEXTS = st.text(alphabet='aé\n\r\u2028\u0085"\\\0\ud800\U0001f600', max_size=4)


@given(st.lists(st.lists(TEXTS, max_size=2), max_size=4))
def test_many_values_are_written_as_each_of_them(values: list[list[str]]) -> None:
    """JSON of many values at once equals the JSON of each: line ends and half letters too."""
    assert [json_bytes(value) for value in values] == json_lines(values)
    assert [json_bytes(value).decode() for value in values] == json_texts(values)
