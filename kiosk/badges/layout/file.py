"""Load layout files, and pack them with their pictures for other desks.

An error names the file, the line, the key and the nearest valid word.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from kiosk.badges.layout.model import Layout
from kiosk.badges.layout.reader import LayoutReader, refused
from kiosk.errors import Action, KioskError, nearest
from kiosk.support.files import plain_bytes, private_folder
from kiosk.support.paths import assets_dir
from kiosk.support.pictures import PictureTooLarge, PictureUnreadable, check_badge_picture


def list_layouts() -> list[Layout]:
    """The shipped layouts by name."""
    return [load_layout(str(path)) for path in sorted(_folder().glob("*.toml"))]


def load_layout(name_or_path: str | Path) -> Layout:
    """A shipped layout by its name, or a layout file. Raises `KioskError`."""
    path = Path(name_or_path)
    name = str(name_or_path).strip().casefold().removesuffix(".toml")
    if not os.path.isfile(path) and name in {shipped.stem for shipped in _folder().glob("*.toml")}:
        path = _folder() / f"{name}.toml"
    if not os.path.isfile(path):
        raise _unknown(str(name_or_path))
    stat = path.stat()
    return _load(path.resolve(), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=32)
def _load(path: Path, _changed_ns: int, _size: int) -> Layout:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise refused(f"{path.name} is not text in UTF-8.") from error
    except OSError as error:
        raise refused(f"{path.name} cannot be read ({error.strerror}).") from error
    except RecursionError as error:
        raise refused(f"{path.name} is nested too deeply.") from error
    except ValueError as error:  # the message of tomllib names the line
        raise refused(f"{path.name}: {error}.") from error
    return LayoutReader(path, text).layout(content)


def _folder() -> Path:
    return assets_dir() / "layouts"


def _unknown(name: str) -> KioskError:
    hint = near_names(name, (path.stem for path in _folder().glob("*.toml")))
    return KioskError(
        "layout_unknown",
        f"There is no layout called {name}.",
        saved="No badge was drawn.",
        next_step=f"{hint} A path to a .toml file works too.".strip(),
        action=Action.SHOW_LAYOUTS,
    )


def near_names(name: str, known: Iterable[str]) -> str:
    """`Did you mean a6, a7?` for a mistyped name; empty where none is alike."""
    near = nearest(name, known, most=3, cutoff=0.4)
    return f"Did you mean {', '.join(near)}?" if near else ""


MAX_TEXT = 100_000
"""Characters of a layout; the longest shipped layout has a tenth of it."""
MAX_PICTURES = 1_000_000
"""Bytes of all its pictures: small enough not to slow down a network of laptops."""
MAX_COUNT = 12
_PART = re.compile(r"[\w\- ][\w\-. ]{0,99}")
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")

_OF_EVENT = ("logo", "sponsors")
"""Pictures of the event, not of a layout."""
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg")

Pack = dict[str, Any]
"""`{toml: text, pictures: {name: base64}}`."""


class TooLarge(ValueError):
    """A layout or picture that is too large for other desks; the message gives its size."""


def pack_layout(path: Path) -> Pack:
    """A layout file and the pictures it names.

    Raises:
        TooLarge: it stays on this laptop.
        KioskError: the layout cannot be read.
    """
    load_layout(path)
    text = path.read_bytes().decode("utf-8-sig")
    pictures = _pack_pictures(path.parent, _named(text))
    if len(text) > MAX_TEXT:
        raise TooLarge(f"{len(text) / 1e6:.1f} MB")
    return {"toml": text, "pictures": pictures}


def pack_folder(folder: Path) -> Pack:
    """The pictures in a folder; see `pictures_in`.

    Raises:
        TooLarge: they stay on this laptop.
        KioskError: one of them is not a PNG or JPEG, or has too many pixels.
    """
    return {"pictures": _pack_pictures(folder, (path.name for path in pictures_in(folder)))}


def pictures_in(folder: Path) -> tuple[Path, ...]:
    """The PNG and JPEG files in a folder, by name; none if there is no folder.

    No link is followed: the folder may have come with a stranger's event, and its pictures are
    sent to all desks.
    """
    if folder.is_symlink() or not folder.is_dir():
        return ()
    pictures = (p for p in sorted(folder.iterdir()) if p.suffix.lower() in PICTURE_ENDINGS)
    return tuple(picture for picture in pictures if _is_inside(picture, folder))


def _pack_pictures(folder: Path, names: Iterable[str]) -> dict[str, str]:
    pictures = {}
    for name in names:
        if not _is_inside(folder / name, folder):
            raise TooLarge(f"a picture called {name}, outside of the layout's folder")
        pictures[name] = pack_picture(folder / name, name)
    size = sum(len(data) * 3 // 4 for data in pictures.values())
    if size > MAX_PICTURES or len(pictures) > MAX_COUNT:
        raise TooLarge(f"{len(pictures)} pictures, {size / 1e6:.1f} MB")
    return pictures


def pack_picture(path: Path, name: str = "logo") -> str:
    """Pack one picture for other desks, under a name.

    Raises:
        TooLarge: it stays on this laptop.
        KioskError: it is not a PNG or JPEG, or has too many pixels.
    """
    if not _is_safe(name):
        raise TooLarge(f"a picture called {name}, outside of the layout's folder")
    try:
        data = plain_bytes(path, MAX_PICTURES + 1)
        if len(data) > MAX_PICTURES:
            raise TooLarge(f"{path.stat().st_size / 1e6:.1f} MB")
    except OSError as error:
        raise refused(f"The picture {name} cannot be read ({error.strerror}).") from error
    _check_picture(data, f"The picture {name}")
    return base64.b64encode(data).decode("ascii")


def _named(text: str) -> Iterator[str]:
    """The names of a layout's pictures, each once."""
    names: dict[str, None] = {}
    pending: list[Any] = [tomllib.loads(text)]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            sources = item.get("sources")
            listed = sources if isinstance(sources, list) else []
            for source in (item.get("source"), *listed):
                if isinstance(source, str) and source not in _OF_EVENT:
                    names[source] = None
            pending += item.values()
        elif isinstance(item, list):
            pending += item
    yield from sorted(names)


def _is_safe(name: str) -> bool:
    """Whether a name stays inside the folder of its layout, on every system."""
    parts = PurePosixPath(name).parts
    return (
        0 < len(parts) <= 4
        and "\\" not in name
        and ":" not in name
        and all(_PART.fullmatch(part) and not part.endswith((".", " ")) for part in parts)
    )


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether a file is in a folder, and no link leads out of it."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def unpack_layout(pack: Pack, folder: Path, name: str) -> Path:
    """Write a layout from another desk into its own folder.

    Nothing in it can reach outside that folder: each picture that the layout names must be in
    the pack, have a name inside the folder, and be a picture.

    Args:
        name: the layout's name, for messages; only its letters and digits are used.

    Raises:
        KioskError: `layout_invalid`.
    """
    text, pictures = str(pack["toml"]), dict(pack["pictures"])
    try:
        named = set(_named(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise refused("The layout from another desk is not valid.") from error
    if len(text) > MAX_TEXT or len(pictures) > MAX_COUNT or not named <= pictures.keys():
        raise refused("The layout from another desk is incomplete.")
    stem = re.sub(r"[^\w\- ]+", " ", Path(name).stem).strip()[:60] or "layout"
    path = folder / f"{stem}.toml"
    _write_pictures({picture: pictures[picture] for picture in named}, folder)
    path.write_text(text, encoding="utf-8", newline="")
    load_layout(path)
    return path


def unpack_folder(pack: Pack, folder: Path) -> None:
    """Write pictures from another desk into their own folder.

    Raises:
        KioskError: `layout_invalid`; one of them is no picture, or would be outside of the folder.
    """
    pictures = dict(pack["pictures"])
    is_flat = all("/" not in name for name in pictures)
    if not is_flat or len(pictures) > MAX_COUNT:
        raise refused("The pictures from another desk are not valid.")
    _write_pictures(pictures, folder)


def _write_pictures(pictures: dict[str, Any], folder: Path) -> None:
    """Check all pictures, then write them."""
    data = {name: unpack_picture(picture) for name, picture in pictures.items()}
    if not all(map(_is_safe, data)) or sum(map(len, data.values())) > MAX_PICTURES:
        raise refused("Another desk names pictures outside of their folder.")
    private_folder(folder)
    for name, content in data.items():
        target = folder / name
        private_folder(target.parent)
        target.write_bytes(content)


def unpack_picture(text: object) -> bytes:
    """The bytes of a picture from another desk.

    Raises:
        KioskError: `layout_invalid`; it is not a PNG or JPEG, or too large.
    """
    try:
        data = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise refused("A picture from another desk is not valid.") from error
    if len(data) > MAX_PICTURES or not data.startswith(_BEGINNINGS):
        raise KioskError("layout_invalid", "A picture from another desk is not a PNG or JPEG.")
    _check_picture(data, "A picture from another desk")
    return data


def _check_picture(data: bytes, subject: str) -> None:
    try:
        check_badge_picture(BytesIO(data))
    except (PictureTooLarge, PictureUnreadable) as error:
        raise refused(f"{subject} {error}.") from error
