"""Share the organiser's own layout, logo and pictures of sponsors with all desks.

The log contains their content, never a path. The laptop that chose a file reads that file, so a
saved change shows at once. Every other desk checks the content from the log and writes it to files
in a private folder of the program.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.badges.layout.file import (
    pack_folder,
    pack_layout,
    pack_picture,
    pictures_in,
    unpack_folder,
    unpack_layout,
    unpack_picture,
)
from kiosk.domain.log.events import EventKind
from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import setting, setting_stamp
from kiosk.support.files import private_folder
from kiosk.support.paths import state_dir

SPONSORS_FOLDER = "sponsors"
"""The folder next to the event file, while the setting `sponsors` was not set to another one."""
_USED_HERE = "layout_used"


def is_own(name: str) -> bool:
    """Whether the layout is the organiser's own file, not a shipped layout."""
    return name.casefold().endswith(".toml")


def full_path(name: str) -> str:
    """The name of a layout or stock to keep: a file's whole path, for any working folder."""
    return str(Path(name).resolve()) if is_own(name) else name


def note_used_here(store: Store, layout: str) -> None:
    """Record that a badge was made with this file on this laptop; inside `writing()`."""
    if is_own(layout):
        store.set_machine_facts({_USED_HERE: layout})


def choose_shared(store: Store, key: str, value: str) -> None:
    """Set a key of `_KINDS` to a file or folder of this laptop, and share its content."""
    with store.writing():
        store.append(EventKind.SETTING, {"key": key, "value": value})
        store.set_machine_facts({_KINDS[key].chosen_here: value})
    refresh_shared(store)


def layout_file(store: Store, name: str) -> str:
    """The layout to load for a name from the log.

    Returns:
        The name of a shipped layout, or the path of a file on this laptop; empty if another
        desk's layout has not arrived, or is not valid.
    """
    if not is_own(name):
        return name if not set(name) & set("/\\") else ""
    is_here = _is_chosen_here(store, "badge_layout", name) or store.machine_fact(_USED_HERE) == name
    if is_here and Path(name).is_file():
        return name
    return str(_unpacked(store, "badge_layout", name) or "")


def logo_file(store: Store) -> Path | None:
    """The event's logo as a file on this laptop; None if there is none."""
    name = str(setting(store.connection, "logo", "") or "")
    if not name:
        return None
    if _is_chosen_here(store, "logo", name) and Path(name).is_file():
        return Path(name)
    return _unpacked(store, "logo", name)


def sponsor_pictures(store: Store) -> tuple[Path, ...]:
    """The pictures of the sponsors as files on this laptop, in order."""
    name = setting(store.connection, "sponsors", None)
    if name is None:
        return pictures_in(_source(store, SPONSORS_FOLDER))
    if _is_chosen_here(store, "sponsors", name) and _source(store, name).is_dir():
        return pictures_in(_source(store, name)) if name else ()
    folder = _unpacked(store, "sponsors", name)
    return pictures_in(folder) if folder else ()


def _is_chosen_here(store: Store, key: str, name: str) -> bool:
    return store.machine_fact(_KINDS[key].chosen_here) == name


def _source(store: Store, name: str) -> Path:
    """The file or folder of this laptop for the value of a setting."""
    return store.path.resolve().parent / name if name == SPONSORS_FOLDER else Path(name)


_known: dict[tuple[object, ...], Path] = {}
"""Files unpacked by this program, by the log event of each pack."""


def _unpacked(store: Store, key: str, name: str) -> Path | None:
    kind = _KINDS[key]
    where = (key, name, setting_stamp(store.connection, kind.pack))
    known = _known.get(where)
    if known is not None and known.exists():
        return known
    pack = setting(store.connection, kind.pack, None)
    if not pack or pack["name"] != name:
        return None
    folder = _folder(pack)
    try:
        made = kind.find(folder) or kind.unpack(pack, folder)
    except (KioskError, OSError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    _known[where] = made
    return made


def _unpack_logo(pack: dict[str, Any], folder: Path) -> Path:
    data = unpack_picture(pack["picture"])
    private_folder(folder)
    path = folder / "logo.img"
    path.write_bytes(data)
    return path


def _unpack_sponsors(pack: dict[str, Any], folder: Path) -> Path:
    unpack_folder(pack, folder)
    return folder


class _Kind(NamedTuple):
    """How the files of one setting reach the other desks."""

    chosen_here: str
    """Fact of this machine: the value of the setting that was chosen on it."""
    pack: str
    """Setting: the files' content, with the value of the setting as its `name`."""
    content: Callable[[Path], dict[str, Any]]
    """Reads the content of a file or folder."""
    unpack: Callable[[dict[str, Any], Path], Path]
    """Writes the files of a pack to a folder."""
    find: Callable[[Path], Path | None]
    """Finds the files in that folder, if they were written before."""


_KINDS = {
    "badge_layout": _Kind(
        "layout_here",
        "layout_pack",
        pack_layout,
        lambda pack, folder: unpack_layout(pack, folder, pack["name"]),
        lambda folder: next(folder.glob("*.toml"), None),
    ),
    "logo": _Kind(
        "logo_here",
        "logo_pack",
        lambda path: {"picture": pack_picture(path)},
        _unpack_logo,
        lambda folder: next(folder.glob("logo.img"), None),
    ),
    "sponsors": _Kind(
        "sponsors_here",
        "sponsors_pack",
        pack_folder,
        _unpack_sponsors,
        lambda folder: folder if folder.is_dir() else None,
    ),
}
"""By the setting with the name of the file or folder."""


def _folder(pack: dict[str, Any]) -> Path:
    text = json.dumps(pack, sort_keys=True).encode("utf-8", "surrogatepass")
    return state_dir() / "layouts" / sha256(text).hexdigest()[:32]


def refresh_shared(store: Store) -> None:
    """Share the files chosen on this laptop again if they were saved since; else do nothing.

    A file with a mistake is not shared: the other desks keep the last valid one. The first desk
    with a folder of sponsors next to its event file chooses it for all.
    """
    is_unset = setting(store.connection, "sponsors", None) is None
    if is_unset and pictures_in(_source(store, SPONSORS_FOLDER)):
        with store.writing():
            store.append(EventKind.SETTING, {"key": "sponsors", "value": SPONSORS_FOLDER})
            store.set_machine_facts({_KINDS["sponsors"].chosen_here: SPONSORS_FOLDER})
    for key, kind in _KINDS.items():
        name = str(setting(store.connection, key, "") or "")
        source = _source(store, name)
        if not name or not _is_chosen_here(store, key, name) or not source.exists():
            continue
        try:
            pack: dict[str, Any] | None = {"name": name, **kind.content(source)}
        except KioskError:
            continue
        except ValueError:  # too large, or pictures outside its folder
            pack = None
        if pack != setting(store.connection, kind.pack, None):
            with store.writing():
                store.append(EventKind.SETTING, {"key": kind.pack, "value": pack})


def unshared(store: Store) -> list[str]:
    """Names of chosen files that are too large for other desks."""
    return [
        Path(name).name
        for key, kind in _KINDS.items()
        if (name := str(setting(store.connection, key, "") or ""))
        and (key != "badge_layout" or is_own(name))
        and (setting(store.connection, kind.pack, None) or {}).get("name") != name
    ]
