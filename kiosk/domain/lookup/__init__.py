"""Finding people as their name is typed: with typos, by sound, across scripts."""

from __future__ import annotations

from kiosk.domain.lookup.index import STORED_FORM, LookupIndex
from kiosk.domain.lookup.people import Findable, Hit, SearchResult

__all__ = ["STORED_FORM", "Findable", "Hit", "LookupIndex", "SearchResult"]
