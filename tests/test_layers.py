"""The cut between the layers, proven in fresh interpreters and by reading the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import kiosk

ROOT = Path(kiosk.__file__).parent

ALLOWED = {
    "domain": {"domain"},
    "storage": {"domain", "storage", "errors", "atomic", "bulk", "event_mark", "first_bytes"},
    "services": {
        "domain",
        "storage",
        "services",
        "importers",
        "exporters",
        "badges",
        "printing",
        "sync",
        "errors",
        "assets",
        "atomic",
        "bulk",
        "working",
        "install_hint",
    },
    "plain": {"domain", "storage", "services", "plain", "errors"},
    "importers": {"domain", "importers", "errors"},
    # the report on paper sets its names with the text engine of the badges
    "exporters": {"domain", "exporters", "badges", "errors", "atomic", "working"},
    "badges": {"domain", "badges", "errors", "assets", "atomic"},
    "printing": {"domain", "printing", "errors"},
    "sync": {"domain", "storage", "sync", "errors", "atomic", "bulk", "file_lock", "install_hint"},
    "camera": {"domain", "camera", "errors", "install_hint"},
}


def imported_rooms(path: Path) -> set[str]:
    """The rooms of kiosk that a module imports, at its top or inside a function."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("kiosk.")}
    return rooms


@pytest.mark.parametrize("layer", sorted(ALLOWED))
def test_each_layer_knows_only_those_below(layer: str) -> None:
    """Knowledge runs one way: tui and cli know services, services know the rest, domain nothing."""
    for path in (ROOT / layer).rglob("*.py"):
        unknown = imported_rooms(path) - ALLOWED[layer]

        assert set() == unknown, f"{path.relative_to(ROOT)} knows {unknown}"


@pytest.mark.parametrize(
    ("modules", "forbidden"),
    [
        ("kiosk.domain.checkin, kiosk.domain.codes, kiosk.domain.events", "sqlite3 textual"),
        ("kiosk.storage.store, kiosk.storage.attendees, kiosk.storage.scans", "textual"),
        ("kiosk.services.checkin, kiosk.services.imports, kiosk.services.people", "textual"),
        (
            "kiosk.tui.app, kiosk.tui.screens.desk",
            "sqlite_utils reportlab qrcode PIL uharfbuzz fontTools python_calamine rapidfuzz "
            "xlsxwriter charset_normalizer",
        ),
    ],
)
def test_heavy_or_upper_parts_are_not_loaded(modules: str, forbidden: str) -> None:
    """A layer does not drag in one above it, and the first frame pays for no heavy library."""
    program = (
        f"import sys, {modules}\n"
        f"print(*(name for name in {forbidden.split()!r} if name in sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == ""
