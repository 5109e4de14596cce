"""Modules imported when they are first needed, so that the first frame does not wait for them."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class LazyModule:
    """Stands for a module until something of it is asked for.

    For type checkers the module itself is imported under `TYPE_CHECKING`. May be used from any
    thread: importing has a lock of its own.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value
