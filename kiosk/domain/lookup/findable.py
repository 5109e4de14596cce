"""What goes into the lookup, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Findable(NamedTuple):
    """What the desk may type to find one person. Empty texts mean not given.

    A NamedTuple, as 100,000 are made when an event is opened.
    """

    id: str
    name: str
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    company: str = ""
    order_code: str = ""
    phone: str = ""
    guest_of: str = ""
    """The buyer's name where the ticket itself has none."""
    codes: tuple[str, ...] = ()
    """Badge and ticket codes, which people also type by hand."""
    arrived: bool = False
    """Already in: ranked behind equals."""
    barred: bool = False
    """Canceled or blocked: ranked behind equals who are in, too."""


class Hit(NamedTuple):
    """One person found."""

    id: str
    score: float
    """1 when every word typed is exactly a word of the name; higher only for a whole code."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """People found, best first."""

    hits: tuple[Hit, ...] = ()
    clear: bool = False
    """Whether Enter may check in the first hit: every word typed is the beginning of a word of
    this one name, or the text is a whole code or e-mail, and nobody else fits or nearly fits."""
