"""Report how far slow work is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, "int | None"], None]
"""Called with (done, all); `all` is None while it is not known. An exception stops the work."""
