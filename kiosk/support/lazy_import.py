"""Import heavy modules on first use, so that the first frame does not wait for them."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class LazyModule:
    """Stand-in that imports its module when the first attribute is read.

    Type checkers see the real import under `TYPE_CHECKING`. Any thread may use it: imports are
    locked.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value
