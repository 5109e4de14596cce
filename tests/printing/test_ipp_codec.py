"""Encoding and decoding of IPP messages."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.printing.ipp.codec import MAX_DEPTH, IppFormatError, decode, encode
from kiosk.printing.ipp.message import (
    Attribute,
    Collection,
    Group,
    GroupTag,
    IntRange,
    Message,
    Tag,
)
from kiosk.printing.media import media_col


def field(tag: int, name: bytes, value: bytes) -> bytes:
    """One attribute in the format of RFC 8010 section 3.1.4."""
    return (
        bytes([tag]) + len(name).to_bytes(2, "big") + name + len(value).to_bytes(2, "big") + value
    )


HEAD = bytes.fromhex("0101 0000 00000001")

PRINT_JOB = (
    bytes.fromhex("0101 0002 00000001 01")
    + field(0x47, b"attributes-charset", b"utf-8")
    + field(0x48, b"attributes-natural-language", b"en-us")
    + field(0x45, b"printer-uri", b"ipp://printer.example.com/ipp/print/pinetree")
    + field(0x42, b"job-name", b"foobar")
    + field(0x22, b"ipp-attribute-fidelity", b"\x01")
    + b"\x02"
    + field(0x21, b"copies", bytes.fromhex("00000014"))
    + field(0x44, b"sides", b"two-sided-long-edge")
    + b"\x03%PDF..."
)
"""The example of RFC 8010 appendix A.1, with a document."""


def test_the_example_of_the_standard_is_written() -> None:
    """The encoded Print-Job equals the example of RFC 8010 byte for byte."""
    message = Message(
        0x0002,
        (
            Group(
                GroupTag.OPERATION,
                (
                    Attribute("attributes-charset", Tag.CHARSET, ("utf-8",)),
                    Attribute("attributes-natural-language", Tag.LANGUAGE, ("en-us",)),
                    Attribute(
                        "printer-uri",
                        Tag.URI,
                        ("ipp://printer.example.com/ipp/print/pinetree",),
                    ),
                    Attribute("job-name", Tag.NAME, ("foobar",)),
                    Attribute("ipp-attribute-fidelity", Tag.BOOLEAN, (True,)),
                ),
            ),
            Group(
                GroupTag.JOB,
                (
                    Attribute("copies", Tag.INTEGER, (20,)),
                    Attribute("sides", Tag.KEYWORD, ("two-sided-long-edge",)),
                ),
            ),
        ),
        document=b"%PDF...",
    )

    assert encode(message) == PRINT_JOB
    assert decode(PRINT_JOB) == message


def test_media_col_is_written_as_nested_collections() -> None:
    """A 62 x 100 mm label is 6200 by 10000 hundredths, in the format of RFC 8010 section 3.1.6."""
    expected = (
        field(0x34, b"media-col", b"")
        + field(0x4A, b"", b"media-size")
        + field(0x34, b"", b"")
        + field(0x4A, b"", b"x-dimension")
        + field(0x21, b"", struct.pack(">i", 6200))
        + field(0x4A, b"", b"y-dimension")
        + field(0x21, b"", struct.pack(">i", 10000))
        + field(0x37, b"", b"")
        + field(0x37, b"", b"")
    )

    written = encode(Message(0, (Group(GroupTag.JOB, (media_col(62, 100),)),)))

    assert HEAD + b"\x02" + expected + b"\x03" == written


def test_an_answer_is_read() -> None:
    """Sets, language-tagged names, ranges, resolutions, unknown tags and out-of-band values."""
    answer = (
        HEAD
        + b"\x04"
        + field(0x36, b"printer-name", b"\x00\x02de\x00\x08Drucker1")
        + field(0x23, b"printer-state", bytes.fromhex("00000005"))
        + field(0x44, b"printer-state-reasons", b"paused")
        + field(0x44, b"", b"media-empty-error")
        + field(0x33, b"copies-supported", bytes.fromhex("00000001 00000063"))
        + field(0x32, b"printer-resolution", bytes.fromhex("0000012c 0000012c 03"))
        + field(0x12, b"printer-location", b"")
        + field(0x7E, b"vendor-thing", b"\xff\x00")
        + field(0x41, b"printer-info", b"Etik\xe9ten")
        + b"\x03"
    )

    printer = decode(answer).group(GroupTag.PRINTER)

    assert printer.text("printer-name") == "Drucker1"
    assert printer.integer("printer-state") == 5
    assert printer.texts("printer-state-reasons") == ("paused", "media-empty-error")
    assert printer.get("copies-supported") == Attribute(
        "copies-supported", Tag.RANGE, (IntRange(1, 99),)
    )
    assert printer.get("printer-resolution") == Attribute(
        "printer-resolution", 0x32, (bytes.fromhex("0000012c 0000012c 03"),)
    )
    assert printer.get("printer-location") == Attribute("printer-location", 0x12, (None,))
    assert printer.get("vendor-thing") == Attribute("vendor-thing", 0x7E, (b"\xff\x00",))
    assert printer.text("printer-info") == "Etik�ten"
    assert printer.integer("printer-name") is None
    assert printer.flag("printer-state") is None


DEEP = field(0x34, b"a", b"") + (field(0x4A, b"", b"b") + field(0x34, b"", b"")) * 200

BROKEN = {
    "nothing": b"",
    "half a header": HEAD[:5],
    "no end": HEAD + b"\x01",
    "no group": HEAD + field(0x21, b"x", b"\0\0\0\1") + b"\x03",
    "value without a name": HEAD + b"\x01" + field(0x44, b"", b"x") + b"\x03",
    "short integer": HEAD + b"\x01" + field(0x21, b"x", b"\0\1") + b"\x03",
    "long boolean": HEAD + b"\x01" + field(0x22, b"x", b"\0\1") + b"\x03",
    "short range": HEAD + b"\x01" + field(0x33, b"x", b"\0\0\0\1") + b"\x03",
    "length past the end": HEAD + b"\x01\x44\x00\x01x\xff\xffabc\x03",
    "language past the end": HEAD + b"\x01" + field(0x36, b"x", b"\x00\x50de") + b"\x03",
    "collection not closed": HEAD + b"\x02" + field(0x34, b"a", b"") + b"\x03",
    "member without a name": HEAD
    + b"\x02"
    + field(0x34, b"a", b"")
    + field(0x21, b"", b"\0\0\0\1")
    + field(0x37, b"", b"")
    + b"\x03",
    "collections without bottom": HEAD + b"\x02" + DEEP + b"\x03",
    "a web page": b"<!DOCTYPE html><html><body>It works!</body></html>",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_answers_are_refused(name: str) -> None:
    """Each kind of damage is a KioskError with a code, never another exception."""
    with pytest.raises(IppFormatError) as refused:
        decode(BROKEN[name])

    assert refused.value.code == "printer_answer_broken"
    assert refused.value.next_step


def test_many_values_are_read_in_one_pass() -> None:
    """A set of 50,000 values, the longest answer allowed, is read."""
    values = field(0x21, b"n", b"\0\0\0\1") + field(0x21, b"", b"\0\0\0\2") * 50_000

    attribute = decode(HEAD + b"\x01" + values + b"\x03").group(GroupTag.OPERATION).get("n")

    assert attribute is not None
    assert len(attribute.values) == 50_001


@settings(max_examples=200)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    """Random bytes behind a good header never raise anything but the format error."""
    try:
        decode(HEAD + b"\x02" + data)
    except IppFormatError:
        return


@settings(max_examples=150)
@given(
    at=st.integers(0, len(PRINT_JOB) - 1),
    byte=st.integers(0, 255),
    end=st.integers(0, len(PRINT_JOB)),
)
def test_a_damaged_message_is_read_or_refused(at: int, byte: int, end: int) -> None:
    """One wrong byte or a cut anywhere never raises anything but the format error."""
    damaged = bytearray(PRINT_JOB)
    damaged[at] = byte
    try:
        decode(bytes(damaged[:end]))
    except IppFormatError:
        return


integers = st.integers(-(2**31), 2**31 - 1)
words = st.text(max_size=20)
names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)


def sets(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, min_size=1, max_size=3).map(tuple)


plain = st.one_of(
    st.builds(Attribute, names, st.sampled_from([Tag.INTEGER, Tag.ENUM]), sets(integers)),
    st.builds(Attribute, names, st.just(Tag.BOOLEAN), sets(st.booleans())),
    st.builds(Attribute, names, st.sampled_from([Tag.TEXT, Tag.NAME, Tag.KEYWORD]), sets(words)),
    st.builds(Attribute, names, st.just(Tag.OCTETS), sets(st.binary(max_size=9))),
    st.builds(Attribute, names, st.just(Tag.RANGE), sets(st.builds(IntRange, integers, integers))),
)
attributes = st.recursive(
    plain,
    lambda inner: st.builds(
        Attribute,
        names,
        st.just(Tag.COLLECTION),
        sets(st.builds(Collection, st.lists(inner, max_size=3).map(tuple))),
    ),
    max_leaves=MAX_DEPTH,
)


@pytest.mark.slow
@settings(max_examples=60)
@given(
    groups=st.lists(
        st.builds(
            Group,
            st.sampled_from([GroupTag.OPERATION, GroupTag.JOB, GroupTag.PRINTER]),
            st.lists(attributes, max_size=4).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    code=st.integers(0, 0xFFFF),
    document=st.binary(max_size=20),
)
def test_what_is_written_is_read_back(
    groups: tuple[Group, ...], code: int, document: bytes
) -> None:
    """Every message is decoded as it was encoded."""
    message = Message(code, groups, document=document)

    assert message == decode(encode(message))
