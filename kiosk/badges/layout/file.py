"""Load layout files; an error names the file, the line, the key and the nearest valid word."""

from __future__ import annotations

import os
import tomllib
from functools import lru_cache
from pathlib import Path

from kiosk.badges.layout.model import Layout
from kiosk.badges.layout.reader import LayoutReader, refused
from kiosk.errors import Action, KioskError, nearest
from kiosk.support.paths import assets_dir


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
    names = [path.stem for path in _folder().glob("*.toml")]
    near = nearest(name, names, most=3, cutoff=0.4)
    hint = f"Did you mean {', '.join(near)}?" if near else ""
    return KioskError(
        "layout_unknown",
        f"There is no layout called {name}.",
        saved="No badge was drawn.",
        next_step=f"{hint} A path to a .toml file works too.".strip(),
        action=Action.SHOW_LAYOUTS,
    )
