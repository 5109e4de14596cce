"""Say which command adds an optional part of the program to the Python that runs it."""

from __future__ import annotations

import json
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DISTRIBUTION = "kiosk-desk"
"""The name on PyPI: `kiosk` there is another project. The command and the package are `kiosk`."""

_PACKAGE = Path(__file__).resolve().parent.parent


def install_hint(extra: str, *, again: bool = False) -> str:
    """The shell command that installs an extra for this program.

    It calls the program's own interpreter, so it works from any folder and for each way to
    install the program: a virtual environment, pipx, or a checkout.

    Args:
        extra: `desks`, `camera` or `cjk`, as `pyproject.toml` lists them.
        again: install the extra's libraries again although they are present.
    """
    python = sys.executable or "python"
    if find_spec("pip"):
        command = [python, "-m", "pip", "install"]
    else:  # an environment made by uv has no pip
        command = ["uv", "pip", "install", "--python", python]
    if again:
        command.append("--reinstall" if command[0] == "uv" else "--force-reinstall")
    return _shell_line([*command, *_source(extra)])


def _source(extra: str) -> list[str]:
    """What to install: the folder or address the program came from, else its name on PyPI."""
    by_name = f"{DISTRIBUTION}[{extra}]"
    origin = _origin()
    url = origin.get("url", "")
    if "dir_info" in origin:
        folder = _local_path(url)
        if not folder.is_dir():
            return [by_name]
        editable = ["-e"] if origin["dir_info"].get("editable") else []
        return [*editable, f"{folder}[{extra}]"]
    if url.startswith("file:") and not _local_path(url).is_file():
        return [by_name]
    if "vcs_info" in origin:
        vcs = origin["vcs_info"]
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    return [f"{by_name} @ {url}" if url else by_name]


def _origin() -> dict[str, Any]:
    """Where the program was installed from.

    Returns:
        The contents of `direct_url.json` (specification: packaging.python.org, "Recording the
        Direct URL Origin of installed distributions"); empty when it came from an index.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        checkout = _PACKAGE.parent
        if not (checkout / "pyproject.toml").is_file():
            return {}
        return {"url": checkout.as_uri(), "dir_info": {"editable": True}}
    origin: dict[str, Any] = json.loads(text) if text else {}
    return origin


def _local_path(url: str) -> Path:
    from urllib.request import url2pathname

    return Path(url2pathname(urlsplit(url).path))


def _shell_line(command: list[str]) -> str:
    """The command quoted for the shell of this platform."""
    if sys.platform == "win32":
        from subprocess import list2cmdline

        return list2cmdline(command)
    return shlex.join(command)
