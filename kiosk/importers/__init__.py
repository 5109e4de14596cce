"""Registration files of the ticket platforms, forms and sheets, to `RegistrationFile`.

Names are loaded when first used: the desk starts without the readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.importers.preview import ColumnPreview, FilePreview, preview_file
    from kiosk.importers.reading import read_registrations

__all__ = ["ColumnPreview", "FilePreview", "preview_file", "read_registrations"]

_HOMES = {
    "ColumnPreview": "preview",
    "FilePreview": "preview",
    "preview_file": "preview",
    "read_registrations": "reading",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
