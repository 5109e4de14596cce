"""Finding people as their name is typed: with typos, by sound, across scripts."""

from __future__ import annotations

from kiosk.domain.lookup.findable import Findable, Hit, SearchResult
from kiosk.domain.lookup.index import LookupIndex

__all__ = ["Findable", "Hit", "LookupIndex", "SearchResult"]
