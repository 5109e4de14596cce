"""Power cut: only synced data is on the disk, and it holds every acknowledged scan.

The system calls of a real `kiosk scan -` are recorded (strace). Its writes are replayed up to each
acknowledgement, with unsynced data dropped or kept in part, and the file is opened.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.storage.file.copy import is_intact
from kiosk.storage.file.store import Store

strace = shutil.which("strace")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(strace is None, reason="strace records the writes"),
]

SCANS = 6
_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,close"


@dataclass
class Disk:
    """Files as written, and as far as they are surely on the disk."""

    written: dict[str, bytearray] = field(default_factory=dict)
    synced: dict[str, bytes] = field(default_factory=dict)
    unsynced: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)

    def write(self, name: str, at: int, data: bytes) -> None:
        """A write that may or may not reach the disk."""
        _put(self.written.setdefault(name, bytearray()), at, data)
        self.unsynced.setdefault(name, []).append((at, data))

    def sync(self, name: str) -> None:
        """All writes so far are on the disk."""
        self.synced[name] = bytes(self.written.get(name, b""))
        self.unsynced[name] = []

    def after_power_cut(self, name: str, chance: random.Random | None) -> bytes:
        """The disk after the cut: the synced part, and of the rest nothing or some of it, cut
        anywhere."""
        content = bytearray(self.synced.get(name, b""))
        for at, data in self.unsynced.get(name, []) if chance else []:
            if chance and chance.random() < 0.5:
                _put(content, at, data[: chance.randrange(len(data) + 1)])
        return bytes(content)


def _put(content: bytearray, at: int, data: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


def record(event: Path, folder: Path) -> list[tuple[str, str, int, bytes]]:
    """(call, file, place, data) of a run that scans; `ack` for a line on stdout."""
    trace = folder / "trace"
    lines = "".join(f"C{number:05}\n" for number in range(SCANS))
    subprocess.run(
        [
            *(strace or "", "-f", "-xx", "-s", "70000", "-e", f"trace={_CALLS}", "-o", str(trace)),
            *(sys.executable, "-m", "kiosk", "-e", str(event), "--json", "scan", "-"),
        ],
        input=lines.encode(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    names: dict[int, str] = {}
    calls = []
    for line in trace.read_text().splitlines():
        match = _CALL.match(line)
        if not match or int(match[3]) < 0:
            continue
        call, arguments, result = match[1], match[2], int(match[3])
        if call == "openat":
            path = _text(arguments.split(", ")[1]).decode(errors="replace")
            names[result] = Path(path).name if path.startswith(str(event)) else ""
            continue
        if call == "unlink":
            continue
        descriptor = int(arguments.split(",")[0])
        name = names.get(descriptor, "")
        if call == "write" and descriptor == 1:
            calls.append(("ack", "", 0, b""))
        elif name and call == "pwrite64":
            _, data, _, at = arguments.split(", ")
            calls.append(("write", name, int(at), _text(data)))
        elif name and call in ("fsync", "fdatasync"):
            calls.append(("sync", name, 0, b""))
        elif name and call == "ftruncate" and not name.endswith("-shm"):
            calls.append(("truncate", name, int(arguments.split(", ")[1]), b""))
    return calls


def _text(quoted: str) -> bytes:
    return bytes.fromhex(quoted.strip('".').replace("\\x", ""))


@pytest.mark.parametrize("rest", ["dropped", pytest.param("kept", marks=pytest.mark.slow)])
def test_every_acknowledged_scan_outlives_a_power_cut(
    rest: str, event: Path, tmp_path: Path
) -> None:
    """At each acknowledgement, and at each write in between, the file opens with all of them."""
    base = event.read_bytes()
    disk = Disk({event.name: bytearray(base)}, {event.name: base})
    chance = random.Random(7) if rest == "kept" else None
    acknowledged = cuts = 0
    for call, name, at, data in record(event, tmp_path):
        if call == "write":
            disk.write(name, at, data)
        elif call == "sync":
            disk.sync(name)
        elif call == "truncate":
            disk.written[name] = disk.written.get(name, bytearray())[:at]
            continue
        elif call == "ack":
            acknowledged += 1
        cuts += 1
        found = tmp_path / f"cut{cuts}"
        found.mkdir()
        for file in disk.written:
            if not file.endswith("-shm"):
                (found / file).write_bytes(disk.after_power_cut(file, chance))
        assert acknowledged <= scans_in(found / event.name)
        shutil.rmtree(found)

    assert SCANS == acknowledged
    print(f"{cuts} cuts, {acknowledged} acknowledged scans, 0 lost")


def scans_in(event: Path) -> int:
    """How many check-ins the file holds; it must be sound."""
    assert is_intact(event)[0]
    store = Store.open(event, desk="t")
    try:
        return sum(item.kind == "check_in" for item in store.events())
    finally:
        store.close()
