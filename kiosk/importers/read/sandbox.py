"""Read spreadsheets (XLSX, XLSB, ODS, legacy XLS) into a table, within memory limits.

`zip_guard` checks the container before the reader library opens it. The library ends its process
when a sheet needs more memory than the computer has, and a file must not end the desk. So a sheet
of unknown layout is read in a separate process with limited memory; if it dies, the file is
refused. This costs a tenth of a second, so files of today's spreadsheet programs are read directly.
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
from kiosk.importers.read import zip_guard
from kiosk.importers.read.sheet_tables import lay_out
from kiosk.importers.read.tables import Table

MAX_MEMORY = 1 << 30
"""Bytes of address space: twice the size of MAX_CELLS cells."""
MAX_SECONDS = 120
_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from kiosk.importers.read.sandbox import main; main(sys.argv[2:])"
)


def read_sheet(
    path: Path, raw: bytes, *, zipped: bool, sheet: str | None, wanted: tuple[str, ...]
) -> Table:
    """Read the best table of a spreadsheet file: the sheet with the most known headings.

    Raises:
        FileRefused: not a spreadsheet, protected, damaged, a bomb, no such sheet, no people.
    """
    if not zipped:
        zip_guard.check_old_container(path, raw)
    elif zip_guard.is_plain(path, raw):
        return lay_out(path, raw, sheet, wanted)
    return read_apart(path, raw, sheet, wanted)


def read_apart(path: Path, raw: bytes, sheet: str | None, wanted: tuple[str, ...]) -> Table:
    """Read the table of a spreadsheet in another process.

    Raises:
        FileRefused: as `sheet_tables.lay_out`, or `file_too_big` if the process died.
    """
    request = json.dumps({"path": str(path), "sheet": sheet, "wanted": wanted})
    argv = [sys.executable, "-c", _PROGRAM, json.dumps(sys.path), request]
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
        raise refusals.too_big(path, "cannot be read: its cells need too much memory.")
    table = answer["table"]
    return Table(**{**table, "sheets": tuple(table["sheets"])})


def main(arguments: list[str]) -> None:
    """Run the other process: read a file from stdin, write its table or its error to stdout."""
    request = json.loads(arguments[0])
    raw = sys.stdin.buffer.read()
    _limit_memory()
    answer: dict[str, Any]
    try:
        table = lay_out(Path(request["path"]), raw, request["sheet"], tuple(request["wanted"]))
        answer = {"table": asdict(table)}
    except FileRefused as refusal:
        answer = {"refused": [refusal.code, refusal.problem, refusal.next_step]}
    sys.stdout.write(json.dumps(answer))


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # Windows does not have it

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
