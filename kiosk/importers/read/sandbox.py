"""Spreadsheets in a process of their own: those whose layout nobody vouches for.

The reader library ends its whole process when a sheet asks for more memory than there is, and a
desk must not end because of a file. What the child may take is bounded; a child that dies is a
file refused. Costs a tenth of a second, so what spreadsheet programs write today is not read here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kiosk.errors import FileRefused
from kiosk.importers import refusals
from kiosk.importers.read.sheet_tables import lay_out
from kiosk.importers.read.tables import Table

MAX_MEMORY = 1 << 30
"""Bytes of address space: MAX_CELLS laid out, twice over."""
MAX_SECONDS = 120
_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from kiosk.importers.read.sandbox import main; main(sys.argv[2:])"
)


def read_apart(path: Path, raw: bytes, sheet: str | None, wanted: tuple[str, ...]) -> Table:
    """The table of a spreadsheet, read by another process.

    Raises:
        FileRefused: as `sheet_tables.lay_out`, or `file_too_big` where the process did not live.
    """
    asked = json.dumps({"path": str(path), "sheet": sheet, "wanted": wanted})
    argv = [sys.executable, "-c", _PROGRAM, json.dumps(sys.path), asked]
    try:
        done = subprocess.run(
            argv,
            input=raw,
            capture_output=True,
            timeout=MAX_SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {}
    except OSError:
        raise refusals.unreadable(path) from None
    if "refused" in answer:
        code, problem, next_step = answer["refused"]
        raise FileRefused(code, problem, next_step=next_step)
    if "table" not in answer:
        raise refusals.too_big(
            path, "cannot be laid out: its cells reach over too many rows and columns."
        )
    table = answer["table"]
    return Table(**{**table, "sheets": tuple(table["sheets"])})


def main(arguments: list[str]) -> None:
    """The other process: a file on stdin, its table or its refusal on stdout."""
    asked = json.loads(arguments[0])
    raw = sys.stdin.buffer.read()
    _bound_memory()
    answer: dict[str, Any]
    try:
        table = lay_out(Path(asked["path"]), raw, asked["sheet"], tuple(asked["wanted"]))
        answer = {"table": asdict(table)}
    except FileRefused as refusal:
        answer = {"refused": [refusal.code, refusal.problem, refusal.next_step]}
    sys.stdout.write(json.dumps(answer))


def _bound_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
