"""Find event files and registration files on this computer."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import platformdirs

from kiosk.services.setup.recent import recent_events
from kiosk.storage.file.copy import event_summary
from kiosk.support.paths import events_dir

EVENT_SUFFIXES = (".kiosk",)
REGISTRATION_SUFFIXES = (".csv", ".xlsx", ".xls", ".json", ".tsv", ".ods", ".xlsb", ".txt")
"""The usual suffixes of registration files; a file with another suffix can be typed."""
LOOKED_AT = 5_000
"""Entries of one folder that are listed; in larger folders a path must be typed."""
_MOST_LISTED = 30
"""Known events, or likely files."""


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event file on this computer."""

    path: Path
    name: str
    days: tuple[date, ...]
    people: int


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """One line of a folder."""

    path: Path
    is_folder: bool
    plausible: bool
    """Whether its name has a usual suffix."""
    size: int
    changed_at_s: float
    """Seconds since 1970, UTC."""


def known_events() -> list[KnownEvent]:
    """Recently opened events, then those in the events folder and in the current folder."""
    paths = (*recent_events(), *_events_in(events_dir()), *_events_in(Path.cwd()))
    found = dict.fromkeys(path.resolve() for path in paths)
    return list(islice(filter(None, map(_known_event, found)), _MOST_LISTED))


def _events_in(folder: Path) -> list[Path]:
    files = [e for e in list_folder(folder, EVENT_SUFFIXES) if e.plausible and not e.is_folder]
    return [file.path for file in sorted(files, key=lambda file: -file.changed_at_s)]


def _known_event(path: Path) -> KnownEvent | None:
    summary = event_summary(path)
    if summary is None:
        return None
    name = summary.settings.get("name")
    days = summary.settings.get("days")
    return KnownEvent(
        path,
        name if isinstance(name, str) and name else path.stem,
        tuple(_days(days if isinstance(days, list) else [])),
        summary.people,
    )


def _days(texts: Iterable[Any]) -> Iterator[date]:
    for text in texts:
        try:
            yield date.fromisoformat(str(text))
        except ValueError:
            continue


def usual_folders() -> list[Path]:
    """Downloads, Documents, Desktop, the current folder, home, and USB sticks."""
    folders = [
        Path(platformdirs.user_downloads_path()),
        Path(platformdirs.user_documents_path()),
        Path(platformdirs.user_desktop_path()),
        Path.cwd(),
        Path.home(),
        *mounted_sticks(),
    ]
    return list(dict.fromkeys(folder for folder in folders if os.path.isdir(folder)))


def mounted_sticks() -> list[Path]:
    """Mounted USB sticks and other disks, without the system's own disk.

    Source: udisks mounts below `/run/media/USER` or `/media/USER` (udisks(8)), macOS below
    `/Volumes`; on Windows each has a letter.
    """
    if sys.platform == "win32":
        own = Path(os.environ.get("SYSTEMDRIVE", "C:") + "\\")
        drives = (Path(f"{letter}:\\") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ")
        return [drive for drive in drives if drive != own and drive.is_dir()]
    user = os.environ.get("USER", "")
    places = [Path("/run/media") / user, Path("/media") / user, Path("/media"), Path("/Volumes")]
    found: list[Path] = []
    for place in places:
        with contextlib.suppress(OSError):
            found += filter(os.path.ismount, sorted(place.iterdir()))
    return list(dict.fromkeys(found))


def list_folder(folder: Path, suffixes: tuple[str, ...]) -> list[FolderEntry]:
    """List a folder: folders first, then files with a usual suffix, newest first.

    Hidden entries are left out; an unreadable folder counts as empty.
    """
    try:
        with os.scandir(folder) as found:
            entries = [
                _entry(item, suffixes)
                for item in islice(found, LOOKED_AT)
                if not item.name.startswith((".", "~$"))
            ]
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return []
    return sorted(filter(None, entries), key=_order)


def _entry(item: os.DirEntry[str], suffixes: tuple[str, ...]) -> FolderEntry | None:
    try:
        is_folder = item.is_dir()
        facts = item.stat()
    except OSError:
        return None
    plausible = not is_folder and item.name.casefold().endswith(suffixes)
    return FolderEntry(Path(item.path), is_folder, plausible, facts.st_size, facts.st_mtime)


def _order(entry: FolderEntry) -> tuple[bool, bool, float, str]:
    newest_first = 0.0 if entry.is_folder else -entry.changed_at_s
    return (not entry.is_folder, not entry.plausible, newest_first, entry.path.name.casefold())


def likely_files(suffixes: tuple[str, ...]) -> list[FolderEntry]:
    """Files with a usual suffix in the usual folders, newest first."""
    found = {
        entry.path: entry
        for folder in usual_folders()
        for entry in list_folder(folder, suffixes)
        if entry.plausible and entry.size
    }
    return sorted(found.values(), key=lambda entry: -entry.changed_at_s)[:_MOST_LISTED]


def typed_path(text: str) -> Path:
    """Return the path that a person typed, pasted or dragged in.

    `~`, quotes, `file://` and `\\ ` are understood. Any text gives a path, also one that no file
    can have.
    """
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    elif text.startswith("file://"):
        _, slash, rest = text.removeprefix("file://").partition("/")
        text = unquote(slash + re.split("[?#]", rest)[0])
    elif os.sep == "/" and "\\" in text and not os.path.exists(text):
        text = re.sub(r"\\(.)", r"\1", text)
    if text == "~" or text.startswith(("~/", "~\\")):
        return Path.home() / text[2:]
    return Path(text.replace("\x00", ""))


def short_path(path: Path) -> str:
    """The path as a person reads it, with `~` for home."""
    try:
        rest = path.relative_to(Path.home())
    except ValueError:
        return str(path)
    return os.path.join("~", rest) if rest.parts else "~"
