"""A layout with its pictures as one value, for other desks; looked at before it is a file again."""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from kiosk.badges.layout.reader import refused
from kiosk.errors import KioskError
from kiosk.support.files import private_folder

MAX_TEXT = 100_000
"""Characters of a layout; the longest that is shipped has a tenth of it."""
MAX_PICTURES = 1_000_000
"""Bytes of all its pictures: what a network of laptops and a log bear without notice."""
MAX_COUNT = 12
_PART = re.compile(r"[\w\- ][\w\-. ]{0,99}")
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")

Pack = dict[str, Any]
"""`{toml: text, pictures: {name: base64}}`."""


class TooLarge(ValueError):
    """It cannot be sent to other desks; how much it is, in words."""


def pack_layout(path: Path) -> Pack:
    """A layout file and the pictures it names.

    Raises:
        TooLarge: it stays on this laptop.
        KioskError: the layout cannot be read.
    """
    from kiosk.badges.layout.file import load_layout

    load_layout(path)
    text = path.read_bytes().decode("utf-8-sig")
    pictures = {name: _packed(path.parent / name, name) for name in _named(text)}
    size = sum(len(data) * 3 // 4 for data in pictures.values())
    if len(text) > MAX_TEXT or size > MAX_PICTURES or len(pictures) > MAX_COUNT:
        raise TooLarge(f"{max(size, len(text)) / 1e6:.1f} MB")
    return {"toml": text, "pictures": pictures}


def pack_picture(path: Path) -> str:
    """One picture, for other desks.

    Raises:
        TooLarge: it stays on this laptop.
    """
    data = _packed(path, "logo")
    if len(data) * 3 // 4 > MAX_PICTURES:
        raise TooLarge(f"{len(data) * 3 / 4e6:.1f} MB")
    return data


def _packed(path: Path, name: str) -> str:
    if not _is_safe(name):
        raise TooLarge(f"a picture called {name}, outside of the layout's folder")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(f"The picture {name} cannot be read ({error.strerror}).") from error
    return base64.b64encode(data).decode("ascii")


def _named(text: str) -> Iterator[str]:
    """The pictures that a layout names, each once."""
    found: dict[str, None] = {}
    waiting: list[Any] = [tomllib.loads(text)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            source = item.get("source")
            if isinstance(source, str) and source != "logo":
                found[source] = None
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    yield from sorted(found)


def _is_safe(name: str) -> bool:
    """Whether a name stays inside the folder of its layout, on every system."""
    parts = PurePosixPath(name).parts
    return (
        0 < len(parts) <= 4
        and "\\" not in name
        and ":" not in name
        and all(_PART.fullmatch(part) and not part.endswith((".", " ")) for part in parts)
    )


def unpack_layout(pack: Pack, folder: Path, name: str) -> Path:
    """Write a layout that came from another desk into a folder of its own.

    Nothing in it reaches out of that folder: each picture that the layout names must have come
    with it, under a name without ways up, and be a picture.

    Args:
        name: what the layout is called, for messages; only its letters and digits are used.

    Raises:
        KioskError: `layout_invalid`.
    """
    from kiosk.badges.layout.file import load_layout

    text, pictures = str(pack["toml"]), dict(pack["pictures"])
    try:
        named = set(_named(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise refused("The layout of another desk is none.") from error
    if len(text) > MAX_TEXT or len(pictures) > MAX_COUNT or not named <= pictures.keys():
        raise refused("The layout of another desk is not whole.")
    data = {picture: unpack_picture(pictures[picture]) for picture in named}
    if not all(map(_is_safe, data)) or sum(map(len, data.values())) > MAX_PICTURES:
        raise refused("The layout of another desk names pictures that it may not.")
    stem = re.sub(r"[^\w\- ]+", " ", Path(name).stem).strip()[:60] or "layout"
    path = folder / f"{stem}.toml"
    private_folder(folder)
    for picture, content in data.items():
        target = folder / picture
        private_folder(target.parent)
        target.write_bytes(content)
    path.write_text(text, encoding="utf-8", newline="")
    load_layout(path)
    return path


def unpack_picture(text: object) -> bytes:
    """The bytes of a picture that came from another desk.

    Raises:
        KioskError: `layout_invalid`; it is no PNG or JPEG, or too large.
    """
    try:
        data = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise refused("A picture of another desk is none.") from error
    if len(data) > MAX_PICTURES or not data.startswith(_BEGINNINGS):
        raise KioskError("layout_invalid", "A picture of another desk is no PNG or JPEG.")
    return data
