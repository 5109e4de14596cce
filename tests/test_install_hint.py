"""Installation hints: a command that works for how the program was installed."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import kiosk
from kiosk.support import install_hint as module
from kiosk.support.install_hint import DISTRIBUTION, install_hint

ROOT = Path(__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for installed packages that Python searches first."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "executable", "/opt/desk/bin/python")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(module, "find_spec", lambda _name: True)
    return folder


def _installed(folder: Path, origin: dict[str, Any] | None = None) -> None:
    """Record an installation of the program as pip does."""
    info = folder / f"{DISTRIBUTION.replace('-', '_')}-{kiosk.__version__}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {DISTRIBUTION}\nVersion: {kiosk.__version__}\n")
    if origin:
        (info / "direct_url.json").write_text(json.dumps(origin))


def test_from_an_index_the_name_is_installed(folder: Path) -> None:
    """A wheel from an index has no `direct_url.json`."""
    _installed(folder)

    assert install_hint("desks") == "/opt/desk/bin/python -m pip install 'kiosk-desk[desks]'"


def test_a_checkout_is_installed_again_with_the_extra(folder: Path, tmp_path: Path) -> None:
    """An editable installation stays editable, and the command works from any folder."""
    checkout = tmp_path / "my kiosk"
    checkout.mkdir()
    _installed(folder, {"url": checkout.as_uri(), "dir_info": {"editable": True}})

    assert install_hint("camera") == f"/opt/desk/bin/python -m pip install -e '{checkout}[camera]'"


def test_a_folder_that_was_installed_is_named(folder: Path, tmp_path: Path) -> None:
    """As the README's first command does; the name alone would need an index that has it."""
    _installed(folder, {"url": tmp_path.as_uri(), "dir_info": {}})

    assert install_hint("cjk") == f"/opt/desk/bin/python -m pip install '{tmp_path}[cjk]'"


def test_a_folder_that_is_gone_is_not_named(folder: Path, tmp_path: Path) -> None:
    """The name is the better guess."""
    _installed(folder, {"url": (tmp_path / "gone").as_uri(), "dir_info": {"editable": True}})

    assert install_hint("cjk").endswith("-m pip install 'kiosk-desk[cjk]'")


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        ({"url": "https://example.org/k.whl", "archive_info": {}}, "https://example.org/k.whl"),
        (
            {"url": "https://example.org/k", "vcs_info": {"vcs": "git", "commit_id": "ab12"}},
            "git+https://example.org/k@ab12",
        ),
    ],
)
def test_an_address_is_installed_again(folder: Path, origin: dict[str, Any], source: str) -> None:
    """With the extra, as a requirement with an address (PEP 508)."""
    _installed(folder, origin)

    assert install_hint("cjk").endswith(f"pip install 'kiosk-desk[cjk] @ {source}'")


def test_a_wheel_file_is_named_while_it_is_there(folder: Path, tmp_path: Path) -> None:
    """Afterwards the name remains."""
    wheel = tmp_path / "kiosk_desk.whl"
    wheel.touch()
    _installed(folder, {"url": wheel.as_uri(), "archive_info": {}})

    assert install_hint("cjk").endswith(f"'kiosk-desk[cjk] @ {wheel.as_uri()}'")

    wheel.unlink()

    assert install_hint("cjk").endswith("'kiosk-desk[cjk]'")


def test_a_path_with_spaces_is_quoted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As pipx on macOS has it."""
    _installed(folder)
    python = "/Users/a/Library/Application Support/pipx/venvs/kiosk-desk/bin/python"
    monkeypatch.setattr(sys, "executable", python)

    assert install_hint("desks", again=True) == (
        f"'{python}' -m pip install --force-reinstall 'kiosk-desk[desks]'"
    )


def test_windows_has_its_own_quotes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Single quotes are letters there."""
    _installed(folder)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", r"C:\Program Files\kiosk\python.exe")

    assert install_hint("desks") == (
        r'"C:\Program Files\kiosk\python.exe" -m pip install kiosk-desk[desks]'
    )


def test_without_pip_uv_installs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environments that uv makes have no pip."""
    _installed(folder)
    monkeypatch.setattr(module, "find_spec", lambda _name: None)

    assert install_hint("desks") == (
        "uv pip install --python /opt/desk/bin/python 'kiosk-desk[desks]'"
    )


def test_the_name_and_the_version_are_those_of_the_project() -> None:
    """The hint and `pyproject.toml` agree, and each extra that a hint names exists."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert (DISTRIBUTION, kiosk.__version__) == (project["name"], project["version"])
    assert {"desks", "camera", "cjk"} <= project["optional-dependencies"].keys()
