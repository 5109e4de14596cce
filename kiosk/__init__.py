"""kiosk: an offline check-in desk for community events, in a terminal."""

from __future__ import annotations

__version__ = "0.2.0"
