"""Signed codes: what is read, and what is refused."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.checkin.signed_tickets import (
    SignedTicket,
    decoded_ticket,
    is_signed_by,
    key_texts,
    may_share_product,
    public_keys,
    signed_code,
)
from kiosk.storage.replication.seals import is_signature
from tests.support.signing import KEY, OTHER_KEY, message, pem, signed, wrapped

RAW = KEY.public_key().public_bytes_raw()
CODE = signed("abcdefghi", 17, 4, 9, 1_800_000_000, 1_900_000_000)
IDS = st.integers(0, 2**63 - 1)


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    st.integers(1, 2**63 - 1),
    IDS,
    IDS,
)
def test_every_ticket_is_read(seed: str, item: int, variation: int, subevent: int) -> None:
    """Any seed and ids come back as they were signed."""
    found = signed_code(signed(seed, item, variation, subevent))

    assert found
    assert SignedTicket(seed, item, variation, subevent) == found.ticket
    assert is_signed_by(found, (bytes(32), RAW), is_signature)


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**63 - 1))
def test_the_quick_test_passes_every_ticket_alike(item: int, subevent: int) -> None:
    """Tickets of the same product or date pass; a text that is no base64 does not."""
    may_share = may_share_product(SignedTicket("x", item, 0, subevent))

    assert may_share(signed("y", item, 7))
    assert may_share(signed("y", 2**63 - 1 - item or 1, 0, subevent))
    assert not may_share("ö")
    assert not may_share(wrapped(b"\x0a\x01x", bytes(64)))


def test_validity_is_read() -> None:
    """Moments are seconds since 1970; 0 and impossible ones limit nothing."""
    found = signed_code(CODE)
    assert found
    assert (1_800_000_000, 1_900_000_000) == (
        found.ticket.valid_from_s,
        found.ticket.valid_until_s,
    )
    endless = decoded_ticket(message("x", 1, 0, 0, 0, 2**64 - 1))
    assert endless
    assert (None, None) == (endless.valid_from_s, endless.valid_until_s)


@given(st.integers(0, len(CODE) - 1), st.characters(codec="ascii"))
def test_no_changed_code_is_valid(place: int, char: str) -> None:
    """A code with any other character is unreadable, or its signature does not fit."""
    changed = CODE[:place] + char + CODE[place + 1 :]
    found = signed_code(changed)

    assert changed == CODE or found is None or not is_signed_by(found, (RAW,), is_signature)


@given(st.text(max_size=200) | st.binary(max_size=150).map(lambda b: base64.b64encode(b).decode()))
def test_no_text_stops_the_reader(text: str) -> None:
    """Any text is read or refused; it never raises."""
    found = signed_code(text)
    assert found is None or found.code == text


@given(st.binary(max_size=60))
def test_no_payload_stops_the_decoder(payload: bytes) -> None:
    """Any bytes are a ticket or none; a code around them neither raises."""
    ticket = decoded_ticket(payload)
    found = signed_code(wrapped(payload, bytes(64)))

    assert (found.ticket if found else None) == ticket
    assert found is None or not is_signed_by(found, (RAW,), is_signature)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        message("", 1),
        message("x"),
        b"\x0a\x7fx\x10\x01",
        b"\x0a\x01x\x10" + b"\xff" * 11,
        b"\x0a\x01\xff\x10\x01",
        b"\x08\x01\x10\x01",
        b"\x0a\x01x\x12\x01\x01",
        b"\x0a\x01x\x10\x01\x0b",
        b"\x02\x01x",
    ],
    ids=[
        *("empty", "no-seed", "no-item", "cut-off", "endless", "no-text", "seed-a-number"),
        *("item-a-text", "group", "field-0"),
    ],
)
def test_broken_messages_are_no_tickets(payload: bytes) -> None:
    """Bytes that pretix never signs are refused."""
    assert None is decoded_ticket(payload)


def test_fields_of_a_newer_pretix_are_skipped() -> None:
    """Numbers, texts and fixed fields with other numbers change nothing."""
    newer = message("x", 1) + b"\x78\x05" + b"\x82\x01\x02hi" + b"\x89\x01" + bytes(8)
    assert SignedTicket("x", 1) == decoded_ticket(newer)


@pytest.mark.parametrize(
    "spelling",
    [CODE[::-1], CODE + "\n", " " + CODE, "=" + CODE, CODE[1:], CODE + CODE, CODE.lower()],
)
def test_a_ticket_has_one_code(spelling: str) -> None:
    """Other spellings of the same bytes would admit one ticket as several."""
    assert None is signed_code(spelling)


def test_padding_bits_are_not_free() -> None:
    """The last character of base64 has bits that decoders ignore."""
    code = next(c for n in range(3) if (c := signed("s" * (9 + n), 1)).startswith("="))
    at = len(code) - len(code.lstrip("="))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = code[:at] + alphabet[alphabet.index(code[at]) + 1] + code[at + 1 :]

    assert base64.b64decode(other[::-1]) == base64.b64decode(code[::-1])
    assert None is signed_code(other)


@pytest.mark.parametrize(
    "text",
    [
        pem(),
        pem().replace("\n", "\\n"),
        pem().replace("\n", "\r\n"),
        base64.b64encode(pem().encode()).decode(),
        f'["{base64.b64encode(pem().encode()).decode()}"]',
        "".join(pem().splitlines()[1:-1]),
        base64.b64encode(RAW).decode(),
    ],
)
def test_keys_are_read_as_pretix_writes_them(text: str) -> None:
    """PEM, base64 of PEM as in the API, DER, or the bytes; twice is once."""
    assert (RAW,) == public_keys(text) == public_keys(f"{text} {text}")
    assert (RAW,) == public_keys(key_texts(public_keys(text)))


def test_several_keys() -> None:
    """An event whose key changed has two."""
    assert 2 == len(public_keys(pem() + pem(OTHER_KEY)))
    assert () == public_keys("  ")


@pytest.mark.parametrize("text", ["key", "AAAA", "ключ", base64.b64encode(bytes(33)).decode()])
def test_other_texts_are_no_keys(text: str) -> None:
    """The reason is for a person."""
    with pytest.raises(ValueError, match=r"^(a key is|it is no public)"):
        public_keys(text)
