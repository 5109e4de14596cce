"""Represent IPP messages in Python types: groups of attributes, each with a set of values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, TypeAlias


class GroupTag(IntEnum):
    """Delimiters of attribute groups (RFC 8010 section 3.5.1)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04


class Tag(IntEnum):
    """Value tags (RFC 8010 section 3.5.2) that this program writes or interprets."""

    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    RANGE = 0x33
    COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


class IntRange(NamedTuple):
    """rangeOfInteger, both ends included."""

    low: int
    high: int


class Collection(NamedTuple):
    """A collection value: attributes inside an attribute."""

    members: tuple[Attribute, ...]

    def get(self, name: str) -> Attribute | None:
        """The member with that name, or None."""
        return next((member for member in self.members if member.name == name), None)


Value: TypeAlias = int | bool | str | bytes | IntRange | Collection | None


class Attribute(NamedTuple):
    """A named set of values; a text that has its own language is read as plain text."""

    name: str
    tag: int
    values: tuple[Value, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The values that are text."""
        return tuple(value for value in self.values if isinstance(value, str))


class Group(NamedTuple):
    """The attributes of the operation, of one job or of one printer."""

    tag: int
    attributes: tuple[Attribute, ...]

    def get(self, name: str) -> Attribute | None:
        """The first attribute with that name, or None."""
        return next((item for item in self.attributes if item.name == name), None)

    def text(self, name: str) -> str:
        """The first text value; empty when there is none."""
        return next(iter(self.texts(name)), "")

    def texts(self, name: str) -> tuple[str, ...]:
        """All text values."""
        attribute = self.get(name)
        return attribute.texts if attribute else ()

    def integer(self, name: str) -> int | None:
        """The first integer or enum, or None."""
        attribute = self.get(name)
        for value in attribute.values if attribute else ():
            if isinstance(value, int) and not isinstance(value, bool):
                return value
        return None

    def flag(self, name: str) -> bool | None:
        """The first boolean, or None."""
        attribute = self.get(name)
        return (
            next((v for v in attribute.values if isinstance(v, bool)), None) if attribute else None
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response."""

    code: int
    """The operation of a request, or the status of a response."""
    groups: tuple[Group, ...]
    request_id: int = 1
    version: tuple[int, int] = (1, 1)
    """Every IPP printer accepts 1.1 (RFC 8011 section 4.1.8), and nothing here needs more."""
    document: bytes = b""

    def group(self, tag: int) -> Group:
        """The first group with that tag; an empty group when there is none."""
        return next((group for group in self.groups if group.tag == tag), Group(tag, ()))
