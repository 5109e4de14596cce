"""Imports that the first frame must not pay for, in fresh interpreters.

The layers themselves are contracts in `pyproject.toml`, checked by `lint-imports`.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("modules", "forbidden"),
    [
        ("kiosk.domain.checkin.rules, kiosk.domain.log.events", "sqlite3 textual"),
        ("kiosk.storage.file.store, kiosk.storage.queries.scans", "textual"),
        ("kiosk.services.checkin.checkin, kiosk.services.setup.imports", "textual"),
        (
            "kiosk.ui.cli.commands.desk, kiosk.ui.tui.app, kiosk.ui.tui.desk.desk",
            "sqlite_utils reportlab qrcode PIL uharfbuzz fontTools python_calamine rapidfuzz "
            "xlsxwriter charset_normalizer msgspec zoneinfo kiosk.storage.file.store",
        ),
    ],
)
def test_heavy_libraries_and_upper_layers_are_not_loaded(modules: str, forbidden: str) -> None:
    """A layer does not load one above it, and the first frame loads no heavy library."""
    program = (
        f"import sys, {modules}\n"
        f"print(*(name for name in {forbidden.split()!r} if name in sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == ""


def test_every_module_loads_without_the_extras() -> None:
    """No module needs a library of an extra when it is imported."""
    program = (
        "import importlib, pkgutil, sys, kiosk\n"
        "extras = 'nacl', 'zenoh', 'cv2', 'zxingcpp', 'pypdfium2'\n"
        "sys.modules.update(dict.fromkeys(extras))\n"
        "for module in pkgutil.walk_packages(kiosk.__path__, 'kiosk.'):\n"
        "    try:\n"
        "        module.name.endswith('__main__') or importlib.import_module(module.name)\n"
        "    except ModuleNotFoundError as error:\n"
        "        if error.name and error.name.split('.')[0] in extras: print(module.name)\n"
        "        elif error.name not in ('winreg', 'msvcrt'): raise\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert result.stdout == ""


def test_the_layers_hold() -> None:
    """The import contracts of `pyproject.toml` are kept."""
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stdout
