"""How long this program waits for another one that writes into the same file."""

from __future__ import annotations

BUSY_TIMEOUT_S = 10.0
"""Of every connection; then it is told that another program is holding the file."""
