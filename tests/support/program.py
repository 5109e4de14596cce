"""Run commands of the program in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.ui.cli.main import run

if TYPE_CHECKING:
    import pytest


class Program:
    """`kiosk -e EVENT`, with captured output."""

    def __init__(self, event: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.event = event
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """(exit code, stdout, stderr)."""
        self._capsys.readouterr()
        code = run(["-e", str(self.event), *arguments])
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> tuple[int, Any]:
        """(exit code, the JSON document on stdout)."""
        code, out, _ = self.run("--json", *arguments)
        return code, json.loads(out)
