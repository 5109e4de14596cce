"""Encode and decode IPP messages.

Wire format: RFC 8010 section 3. A message is a header of 8 bytes (version, operation or status,
request id), groups of attributes, an end tag, and the document. Decoding is bounded: it never
reads past its input, nests no deeper than `MAX_DEPTH`, and raises `IppFormatError` for anything
that is not well-formed.

Why not pyipp (tried: 0.17): its serializer drops collections without an error, so `media-col`
(the paper size) is never sent; its parser follows 5,000 nested collections into a RecursionError
and reads lengths above 32,767 as negative; importing it loads aiohttp (1.2 s here).
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from kiosk.errors import PrintError
from kiosk.printing.ipp.message import (
    Attribute,
    Collection,
    Group,
    GroupTag,
    IntRange,
    Message,
    Tag,
    Value,
)


class IppFormatError(PrintError):
    """A response that is not well-formed IPP."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "printer_answer_broken",
            f"The printer's answer could not be understood ({why}).",
            next_step="Check the printer's address, or choose another printer.",
        )


MAX_DEPTH = 8
"""Levels of nested collections; `media-col-database` needs three."""


def encode(message: Message) -> bytes:
    """The message as bytes, with the document at the end."""
    parts = [struct.pack(">BBHI", *message.version, message.code, message.request_id)]
    for group in message.groups:
        parts.append(bytes([group.tag]))
        parts.extend(_encode_attribute(attribute) for attribute in group.attributes)
    parts.append(bytes([GroupTag.END]))
    parts.append(message.document)
    return b"".join(parts)


def _encode_attribute(attribute: Attribute) -> bytes:
    parts = []
    name = attribute.name.encode("ascii")
    for value in attribute.values:
        parts.append(_encode_value(attribute.tag, name, value))
        name = b""  # further values of a set have no name (RFC 8010 section 3.1.5)
    return b"".join(parts)


def _encode_value(tag: int, name: bytes, value: Value) -> bytes:
    if isinstance(value, Collection):
        inner = b"".join(_encode_member(member) for member in value.members)
        return _field(tag, name, b"") + inner + _field(Tag.END_COLLECTION, b"", b"")
    return _field(tag, name, _value_bytes(tag, value))


def _encode_member(member: Attribute) -> bytes:
    head = _field(Tag.MEMBER_NAME, b"", member.name.encode("ascii"))
    return head + b"".join(_encode_value(member.tag, b"", value) for value in member.values)


def _value_bytes(tag: int, value: Value) -> bytes:
    match value:
        case None:
            return b""
        case bool():
            return bytes([value])
        case int():
            return struct.pack(">i", value)
        case str():
            return value.encode("utf-8")
        case bytes():
            return value
        case IntRange():
            return struct.pack(">ii", *value)
    raise TypeError(f"no IPP value for tag {tag:#04x}: {value!r}")


def _field(tag: int, name: bytes, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name + struct.pack(">H", len(value)) + value


def decode(data: bytes) -> Message:
    """Read a message.

    Raises:
        IppFormatError: the bytes are no well-formed IPP message.
    """
    reader = _Reader(data)
    major, minor, code, request_id = struct.unpack(">BBHI", reader.take(8))
    groups: list[tuple[int, list[_Values]]] = []
    while (tag := reader.byte()) != GroupTag.END:
        if tag < 0x10:
            groups.append((tag, []))
            continue
        if not groups:
            raise IppFormatError("attributes before the first group")
        _read_into(groups[-1][1], reader, tag)
    return Message(
        code=code,
        groups=tuple(Group(tag, tuple(item.done() for item in items)) for tag, items in groups),
        request_id=request_id,
        version=(major, minor),
        document=reader.rest(),
    )


class _Reader:
    """Reads bytes from the front; reading past the end is a format error."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise IppFormatError("it ends early")
        part = self._data[self._at : end]
        self._at = end
        return part

    def byte(self) -> int:
        return self.take(1)[0]

    def block(self) -> bytes:
        """A 16-bit length and that many bytes."""
        return self.take(int.from_bytes(self.take(2), "big"))

    def rest(self) -> bytes:
        return self._data[self._at :]


class _Values(NamedTuple):
    """An attribute while its values are being read."""

    name: str
    tag: int
    values: list[Value]

    def done(self) -> Attribute:
        return Attribute(self.name, self.tag, tuple(self.values))


def _read_into(attributes: list[_Values], reader: _Reader, tag: int) -> None:
    """Read one value and add it: as a new attribute, or to the last one when it has no name."""
    name = _text(reader.block())
    value = _read_value(reader, tag, depth=0)
    if name:
        attributes.append(_Values(name, _plain_tag(tag), [value]))
    elif attributes:
        attributes[-1].values.append(value)
    else:
        raise IppFormatError("a value without a name")


def _read_value(reader: _Reader, tag: int, depth: int) -> Value:
    content = reader.block()
    if tag == Tag.COLLECTION:
        return _read_collection(reader, depth + 1)
    return _plain_value(tag, content)


def _read_collection(reader: _Reader, depth: int) -> Collection:
    if depth > MAX_DEPTH:
        raise IppFormatError("collections nested too deeply")
    members: list[_Values] = []
    while True:
        tag = reader.byte()
        if tag < 0x10 or reader.block():
            raise IppFormatError("a collection that is not closed")
        if tag == Tag.END_COLLECTION:
            reader.block()
            return Collection(tuple(member.done() for member in members))
        if tag == Tag.MEMBER_NAME:
            members.append(_Values(_text(reader.block()), Tag.NO_VALUE, []))
            continue
        if not members:
            raise IppFormatError("a member without a name")
        value = _read_value(reader, tag, depth)
        if not members[-1].values:
            members[-1] = members[-1]._replace(tag=_plain_tag(tag))
        members[-1].values.append(value)


_SIZES: dict[int, int] = {Tag.INTEGER: 4, Tag.ENUM: 4, Tag.BOOLEAN: 1, Tag.RANGE: 8}


def _plain_value(tag: int, content: bytes) -> Value:
    if len(content) != _SIZES.get(tag, len(content)):
        raise IppFormatError("a value of the wrong length")
    match tag:
        case Tag.INTEGER | Tag.ENUM:
            return int.from_bytes(content, "big", signed=True)
        case Tag.BOOLEAN:
            return content != b"\0"
        case Tag.RANGE:
            return IntRange(*struct.unpack(">ii", content))
        case Tag.TEXT_WITH_LANGUAGE | Tag.NAME_WITH_LANGUAGE:
            reader = _Reader(content)
            reader.block()  # skip the language
            return _text(reader.block())
    if tag < 0x20:
        return None  # out of band: unknown, unsupported, no value
    return _text(content) if 0x40 <= tag < 0x60 else content


def _plain_tag(tag: int) -> int:
    if tag == Tag.TEXT_WITH_LANGUAGE:
        return Tag.TEXT
    return Tag.NAME if tag == Tag.NAME_WITH_LANGUAGE else tag


def _text(content: bytes) -> str:
    """Decode UTF-8; wrong bytes become U+FFFD, as a bad letter must not hide a job's state."""
    return content.decode("utf-8", errors="replace")
