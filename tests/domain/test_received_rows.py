"""Rows that another desk sends: each is either an event or refused with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.domain.log.events import EventKind, LogEvent, event_hash
from kiosk.domain.log.ids import COUNTER_BITS, MAX_STAMP_MS
from kiosk.domain.log.merge import MAX_BODY_BYTES, MAX_SEQ, UnmergedRows, read_row, read_rows

LOG = "0123456789abcdef" * 2
BODY = '{"code":"X","desk":"Other"}'
LATEST = (MAX_STAMP_MS << COUNTER_BITS) + (1 << COUNTER_BITS) - 1


def signed(**changes: Any) -> list[Any]:
    """A row of the log with a correct hash."""
    event = LogEvent(LOG, 7, 1 << COUNTER_BITS, str(EventKind.BIND), "p1", BODY)
    event = event._replace(**changes)
    return [*event, event_hash(event).hex()]


def with_value(place: int, value: Any) -> list[Any]:
    """A good row with one value replaced and the hash left as it was."""
    row = signed()
    row[place] = value
    return row


ACCEPTED = {
    "as a list": signed(),
    "as a tuple": tuple(signed()),
    "the first number": signed(seq=1),
    "the last number": signed(seq=MAX_SEQ),
    "the first moment": signed(hlc=0),
    "the last moment": signed(hlc=LATEST),
    "no subject": signed(subject=""),
    "the longest kind": signed(kind="k" * 60),
    "the longest subject": signed(subject="s" * 200),
    "the longest body": signed(body="b" * MAX_BODY_BYTES),
    "the hash in capitals": [*signed()[:6], signed()[6].upper()],
    "the hash as bytes": [*signed()[:6], bytes.fromhex(signed()[6])],
}


@pytest.mark.parametrize("row", ACCEPTED.values(), ids=ACCEPTED)
def test_a_row_with_a_correct_hash_is_an_event(row: Any) -> None:
    """An event is accepted up to the documented limits of its parts."""
    assert LogEvent(*row[:6]) == read_row(row)


NOT_A_ROW = "not a row of the log"
NO_LOG = "not the name of a log"
NO_NUMBER = "not a number of a log"
NO_TIME = "an impossible time"
NOT_TEXT = "not text"
TOO_LARGE = "larger than any event"
WRONG_HASH = "the hash is wrong"

REFUSED = {
    "nothing": (None, "", 0, NOT_A_ROW),
    "seven letters": ("sevenup", "", 0, NOT_A_ROW),
    "six values": (signed()[:6], "", 0, NOT_A_ROW),
    "eight values": ([*signed(), ""], "", 0, NOT_A_ROW),
    "a log of 31 digits": (signed(log_id=LOG[1:]), "", 0, NO_LOG),
    "a log of 33 digits": (signed(log_id=LOG + "0"), "", 0, NO_LOG),
    "a log in capitals": (signed(log_id=LOG.upper()), "", 0, NO_LOG),
    "a log as bytes": (with_value(0, LOG.encode()), "", 0, NO_LOG),
    "number 0": (signed(seq=0), LOG, 0, NO_NUMBER),
    "a number behind the last": (signed(seq=MAX_SEQ + 1), LOG, 0, NO_NUMBER),
    "a number as text": (with_value(1, "7"), LOG, 0, NO_NUMBER),
    "a truth value as number": (with_value(1, True), LOG, 0, NO_NUMBER),
    "a time before 1970": (signed(hlc=-1), LOG, 7, NO_TIME),
    "a time after 2100": (signed(hlc=LATEST + 1), LOG, 7, NO_TIME),
    "a time as text": (with_value(2, "1"), LOG, 7, NO_TIME),
    "a kind that is no text": (with_value(3, 1), LOG, 7, NOT_TEXT),
    "a subject that is no text": (with_value(4, None), LOG, 7, NOT_TEXT),
    "a body that is no text": (with_value(5, {}), LOG, 7, NOT_TEXT),
    "nothing that is text": ([*signed()[:3], 1, 1, 1, ""], LOG, 7, NOT_TEXT),
    "half a pair of surrogates": (with_value(5, "\ud800"), LOG, 7, NOT_TEXT),
    "a kind of 61 characters": (signed(kind="k" * 61), LOG, 7, TOO_LARGE),
    "a subject of 201 characters": (signed(subject="s" * 201), LOG, 7, TOO_LARGE),
    "a body of one character too many": (
        signed(body="b" * (MAX_BODY_BYTES + 1)),
        LOG,
        7,
        TOO_LARGE,
    ),
    "another subject": (with_value(4, "p2"), LOG, 7, WRONG_HASH),
    "another hash": (with_value(6, "00" * 32), LOG, 7, WRONG_HASH),
    "no hash": (with_value(6, None), LOG, 7, WRONG_HASH),
    "a hash that is no hexadecimal": (with_value(6, "zz"), LOG, 7, WRONG_HASH),
}


@pytest.mark.parametrize(("row", "log_id", "seq", "why"), REFUSED.values(), ids=REFUSED)
def test_a_row_that_is_no_event_says_why(row: Any, log_id: str, seq: int, why: str) -> None:
    """A refused row is reported with its reason, and with its log and number where it has them."""
    assert UnmergedRows(log_id, seq, why) == read_row(row)


def test_rows_are_sorted_into_events_and_refusals() -> None:
    """Each event keeps its hash and its parsed body; an unreadable body is None."""
    good, unreadable, unsigned = signed(), signed(seq=8, body="{}"), with_value(6, "")
    received, set_aside = read_rows([good, unsigned, unreadable])

    assert [LogEvent(*good[:6]), LogEvent(*unreadable[:6])] == [one.event for one in received]
    assert [(*row[:6], bytes.fromhex(row[6])) for row in (good, unreadable)] == [
        one.row for one in received
    ]
    assert [{"code": "X", "desk": "Other"}, None] == [one.body for one in received]
    assert [UnmergedRows(LOG, 7, WRONG_HASH)] == set_aside
