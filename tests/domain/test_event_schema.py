"""Bodies of events: how they are written, and which ones are refused."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.log.event_schema import validated_bodies, validated_body
from kiosk.domain.log.events import (
    MAX_NESTING,
    EventKind,
    InvalidJson,
    LogEvent,
    canonical_json,
    event_hash,
    fingerprint,
    json_bytes,
    parsed,
)
from kiosk.domain.log.setting_schema import MAX_DEPTH
from kiosk.domain.people.registration import ImportRow

FORMATS = Path(__file__).parents[1] / "data" / "formats"
_TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
_SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _TEXT
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=12,
)
ROW = ["id", "Asha", "", "", "", "", "", "", "", "valid", "", 1, "", "", "{}", "[[],[]]"]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.slow
@given(st.dictionaries(_TEXT, _VALUES, max_size=5))
def test_a_body_has_one_spelling(body: dict[str, Any]) -> None:
    """The canonical JSON is that of Python's own encoder: sorted, without spaces, in UTF-8."""
    assert _json(body) == canonical_json(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"by_day": {2: 1, 10: 3}}, '{"by_day":{"2":1,"10":3}}'),
        ({"big": 2**64}, '{"big":18446744073709551616}'),
        ({"half": "\ud800"}, '{"half":"\\\\ud800"}'),
    ],
)
def test_a_body_that_strict_json_cannot_hold(body: dict[str, Any], expected: str) -> None:
    """Number keys, large numbers and half surrogate pairs are written as before."""
    assert expected == canonical_json(body)


@pytest.mark.slow
@given(st.lists(_VALUES, max_size=5))
def test_reading_gives_what_was_written(values: list[Any]) -> None:
    """JSON written and read again is the same value."""
    assert values == parsed(json_bytes(values))


@pytest.mark.parametrize("path", sorted(FORMATS.glob("*.gz")), ids=lambda path: path.stem)
def test_bodies_of_older_files_keep_their_spelling(path: Path, tmp_path: Path) -> None:
    """Each event of an older file fits its kind, and writing its body again gives the same hash."""
    event_file = tmp_path / "old.kiosk"
    event_file.write_bytes(gzip.decompress(path.read_bytes()))
    with closing(sqlite3.connect(event_file)) as connection:
        rows = connection.execute(
            "SELECT log_id, seq, hlc, kind, subject, body, hash FROM event"
        ).fetchall()

    assert rows
    for *fields, digest in rows:
        event = LogEvent(*fields)
        again = event._replace(body=canonical_json(json.loads(event.body)))
        assert digest == event_hash(again)
        assert validated_body(event.kind, event.body) is not None


def test_rows_before_format_3_lose_their_fingerprint() -> None:
    """A row that ends with its fingerprint is the row without it."""
    old = [*ROW, fingerprint(json_bytes(ROW))]
    body = validated_body(EventKind.IMPORT_ROWS, _json({"source": "s", "rows": [old, ROW]}))

    assert body is not None
    assert [ImportRow(*ROW), ImportRow(*ROW)] == body["rows"]  # type: ignore[arg-type]
    assert json_bytes(ROW) == json_bytes(body["rows"][0])


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


SCAN = {
    "at": 1,
    "desk": "A",
    "list": "door",
    "code": "T",
    "direction": "entry",
    "outcome": "ok",
    "heads": 1,
    "forced": False,
    "reason": "",
    "seen": ["log", 3],
}
QUESTION = {"name": "n", "text": "t", "choices": ["a", "b"], "lists": [], "types": []}
FITS: dict[str, tuple[str, Any]] = {
    "a scan": ("check_in", SCAN),
    "a field of a newer kiosk": ("check_in", {**SCAN, "new": [1]}),
    "a kind of a newer kiosk": ("new_kind", {"x": 1}),
    "import rows": ("import_rows", {"source": "s", "rows": [ROW]}),
    "NUL in an imported name": ("import_rows", {"source": "s", "rows": [["id", "a\0", *ROW[2:]]]}),
    "NUL in a setting of a newer kiosk": ("setting", {"key": "new", "value": "a\0"}),
    "a setting at the depth limit": ("setting", {"key": "k", "value": _nested(MAX_DEPTH - 1)}),
    "a question": ("setting", {"key": "question:n", "value": {**QUESTION, "position": 1}}),
    "a removed question": ("setting", {"key": "question:n", "value": None}),
    "a walk-in": ("walk_in", {"fields": {"name": "n", "heads": 2, "extra": {"A": "b"}}}),
    "no job": ("badges_printed", {"at": 1, "layout": "", "badges": [], "job": []}),
    "the longest text": ("bind", {"code": "x" * 20_000}),
}
REFUSED: dict[str, tuple[str, Any]] = {
    "no object": ("bind", ["code"]),
    "a field is missing": ("check_in", {k: v for k, v in SCAN.items() if k != "at"}),
    "a boolean for a number": ("check_in", {**SCAN, "heads": True}),
    "a fraction": ("check_in", {**SCAN, "heads": 1.0}),
    "a negative number": ("check_in", {**SCAN, "heads": -1}),
    "after the year 9987": ("check_in", {**SCAN, "at": 253_000_000_000_001}),
    "an unknown outcome": ("check_in", {**SCAN, "outcome": "great"}),
    "half a reference": ("check_in", {**SCAN, "seen": ["log"]}),
    "too long a text": ("bind", {"code": "x" * 20_001}),
    "NUL in a code": ("bind", {"code": "a\0"}),
    "NUL in the name of a field": ("edit", {"set": {"a\0": "x"}}),
    "NUL in a desk's name": ("new_kind", {"desk": "a\0"}),
    "NUL in the event's name": ("setting", {"key": "name", "value": "a\0"}),
    "a setting beyond the depth limit": ("setting", {"key": "k", "value": _nested(MAX_DEPTH)}),
    "one answer to choose from": (
        "setting",
        {"key": "question:n", "value": {**QUESTION, "choices": ["a"], "position": 1}},
    ),
    "a day that does not exist": ("setting", {"key": "days", "value": ["2027-02-30"]}),
    "an unknown field of a walk-in": ("walk_in", {"fields": {"shoe": "43"}}),
    "heads in words": ("edit", {"set": {"heads": "two"}}),
    "an unknown status": ("edit", {"set": {"status": "lost"}}),
    "a row that is too short": ("import_rows", {"source": "s", "rows": [ROW[:-1]]}),
    "a row without id": ("import_rows", {"source": "s", "rows": [["", *ROW[1:]]]}),
    "only a later row with fingerprint": (
        "import_rows",
        {"source": "s", "rows": [ROW, [*ROW, "abc"]]},
    ),
    "codes that are no lists": ("import_rows", {"source": "s", "rows": [[*ROW[:-1], "{}"]]}),
    "an answer that is no text": (
        "import_rows",
        {"source": "s", "rows": [[*ROW[:14], '{"A":1}', "[[],[]]"]]},
    ),
    "a job without number": ("badges_printed", {"at": 1, "layout": "", "badges": [], "job": ["x"]}),
}


@pytest.mark.parametrize("name", FITS)
def test_a_body_that_fits(name: str) -> None:
    """It is accepted."""
    kind, body = FITS[name]

    assert validated_body(kind, _json(body)) is not None


@pytest.mark.parametrize("name", REFUSED)
def test_a_body_that_does_not_fit(name: str) -> None:
    """It is refused."""
    kind, body = REFUSED[name]

    assert validated_body(kind, _json(body)) is None


@pytest.mark.parametrize(
    "text", ["", "{", "{}x", '{"desk":"\\ud800"}', '{"x":NaN}', '{"a":"\udcff"}']
)
def test_what_is_no_json(text: str) -> None:
    """It is refused as InvalidJson, whatever is wrong with it."""
    with pytest.raises(InvalidJson):
        parsed(text)


def test_nesting_has_a_fixed_limit() -> None:
    """The answer does not depend on the parser's own limit, nor on brackets inside texts."""
    flat = {"text": "[{" * 500, "quotes": '"[\\', "list": [[]] * 500}
    for text in (_json(_nested(MAX_NESTING)), _json(flat), _json({"a": [flat]}).encode()):
        parsed(text)
    for text in (_json(_nested(MAX_NESTING + 1)), "[" * 100_000, "]" + "[" * 200):
        with pytest.raises(InvalidJson):
            parsed(text)


_PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        "\n",
        " ",
        '"a":',
        '"',
        "1",
        "{}",
        '{"code":"X"}',
        '{"code":"\\u0000"}',
    ]
)
_HOSTILE = st.lists(_PIECES, max_size=5).map("".join)


@given(st.lists(_HOSTILE | st.just('{"code":"X"}') | st.just("{" * 101), max_size=6))
@pytest.mark.parametrize("kind", [EventKind.BIND, EventKind.SETTING, "unknown"])
def test_many_bodies_are_checked_as_one_is(kind: str, texts: list[str]) -> None:
    """Parts of JSON that only fit together, line ends and deep bodies are no bodies of others."""
    assert [validated_body(kind, text) for text in texts] == validated_bodies(kind, texts)


@pytest.mark.parametrize(
    "texts",
    [
        ['{"code":"A"}{"code":"B"}', '{"code":', '"C"}'],
        ['{"code":"A"}\n{"code":"B"}', '{"code":"C"}'],
        ['{"code":"A","x":[{}', "{}]}", '{"code":"A"}{"code":"B"}'],
        ['{"code":"A","x":"}', '{"}', '{"code":"A"}{"code":"B"}'],
        ["", '{"code":"A"}{"code":"B"}'],
    ],
)
def test_no_body_is_taken_for_that_of_another_event(texts: list[str]) -> None:
    """As many bodies as events, but not one for each."""
    alone = [validated_body(EventKind.BIND, text) for text in texts]
    assert alone == validated_bodies(EventKind.BIND, texts)
    assert None in alone
