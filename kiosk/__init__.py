"""kiosk: an offline check-in desk for community events, in a terminal."""

__version__ = "0.2.0"
