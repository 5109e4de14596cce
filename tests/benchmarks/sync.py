"""Several desks on one machine: how soon a scan is known, catching up, idle cost, memory.

The second desk is a process of its own. Prints product, baseline (the same rows copied from file
to file by SQLite alone; the same process without sharing), ratio and goal.
Run: `python -m tests.benchmarks.sync [EVENTS]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.log.events import EventKind
from kiosk.domain.sharing.pairing import Address, PairingCode, pairing_code
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import log_heads
from kiosk.storage.replication.sharing import Sharing, write_sharing

if TYPE_CHECKING:
    from kiosk.sync.node import Node

SCANS = 300
PORT = 18_447
IDLE_S = 10


def _store(folder: Path, name: str) -> Store:
    path = folder / f"{name}.kiosk"
    if not path.exists():
        Store.create(path, desk=name).close()
    return Store.open(path, desk=name)


def _desk(folder: Path, name: str, port: int, call: tuple[Address, ...]) -> tuple[Store, Node]:
    from kiosk.sync.node import Node, NodeOptions  # not in the process that is measured alone

    store, path = _store(folder, name), folder / f"{name}.kiosk"
    with store.writing():
        write_sharing(store, Sharing(bytes(16), port=port, addresses=call))
    options = NodeOptions(multicast=False, hosts=("127.0.0.1",))
    node = Node(lambda: Store.open(path, desk=name), folder / name, desk=name, options=options)
    store.after_commit = node.notify
    return store, node


def be_second(folder: Path, role: str) -> None:
    """The other process, until its input ends: a desk that `shares`, and says when it has met the
    first; one that is `alone`; one that `joins`; or the `floor`, an idle session with its
    libraries."""
    if role == "joins":
        _join(folder)
        return
    if role == "shares":
        store, node = _desk(folder, "two", PORT + 1, (Address("127.0.0.1", PORT),))
        node.start()
        while not node.book.by_log:
            time.sleep(0.002)
        end = node.stop
    else:
        store = _store(folder, "two")
        end = _idle_session(folder) if role == "floor" else lambda: None
    print("met", flush=True)
    sys.stdin.read()
    end()
    store.close()


def _join(folder: Path) -> None:
    """Join the first desk's event, and say how long it takes."""
    from kiosk.services.sharing.joining import join
    from kiosk.sync.node import NodeOptions

    at = Address("127.0.0.1", PORT)
    code = pairing_code(PairingCode(bytes(16), (at,)))
    options = NodeOptions(multicast=False, hosts=("127.0.0.1",))
    start = time.perf_counter()
    join(code, target=folder / "three.kiosk", desk=None, addresses=(at,), options=options)
    print(f"{time.perf_counter() - start:.2f}", flush=True)


def _idle_session(folder: Path) -> Callable[[], None]:
    from kiosk.sync.certificates import write_tls_files
    from kiosk.sync.keys import network_name
    from kiosk.sync.network import Network, NetworkPlan

    secret, listen = bytes(16), (Address("127.0.0.1", PORT + 2),)
    tls = write_tls_files(secret, folder)
    plan = NetworkPlan(network_name(secret), "f" * 16, tls, listen, (), multicast=False)
    return Network(plan, lambda what, node, payload: None).close


@contextmanager
def _second(folder: Path, role: str) -> Iterator[int]:
    """The process id of the other desk: `shares`, `alone` or `floor`."""
    command = [sys.executable, "-m", "tests.benchmarks.sync", "--second", str(folder), role]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    yield process.pid
    process.stdin.close()
    process.wait(20)
    process.stdout.close()


def main() -> None:
    """Two desks over the loopback's TLS."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        create_event(folder / "one.kiosk", name="E", timezone="UTC", desk="one").close()
        one, node_one = _desk(folder, "one", PORT, ())
        people = [walk_in(one, f"Person {number}", {}).id for number in range(SCANS)]
        _fill(one, people, events)
        with _second(folder, "alone") as process:
            alone_mb = _resident_mb(process)
        with _second(folder, "floor") as process:
            time.sleep(2)
            floor_mb = _resident_mb(process)
        node_one.start()
        two = Store.open(folder / "two.kiosk", desk="two")
        with _second(folder, "shares") as process:
            caught_up_s = _seconds_until(two, one)
            copied_s = _copied(folder, one)
            print(
                f"catch-up of {events:,}: {caught_up_s:.2f} s, SQLite's own copy {copied_s:.2f} s, "
                f"ratio {caught_up_s / copied_s:.1f} (goal: 1 s)"
            )
            print(f"after it: {_resident_mb(process):.0f} MB, alone {alone_mb:.0f} MB")
        with _second(folder, "shares") as process:
            _propagation(one, two, people)
            _idle(process)
            shared_mb = _resident_mb(process)
            print(
                f"memory: {shared_mb:.0f} MB, alone {alone_mb:.0f} MB, "
                f"{shared_mb - alone_mb:.0f} MB for sharing, of which the libraries and an idle "
                f"session {floor_mb - alone_mb:.0f} MB (goal: 20 MB)"
            )
        print(f"join with {events:,} events: {_joined_s(folder)} s (goal: 2 s with 50,000)")
        node_one.stop()
        for store in (one, two):
            store.close()


def _joined_s(folder: Path) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.sync", "--second", str(folder), "joins"]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def _seconds_until(equal: Store, to: Store) -> float:
    start = time.perf_counter()
    wanted = log_heads(to)
    while not _has_all(log_heads(equal), wanted):
        time.sleep(0.01)
    return time.perf_counter() - start


def _has_all(have: dict[str, int], wanted: dict[str, int]) -> bool:
    return all(have.get(log_id, 0) >= seq for log_id, seq in wanted.items())


def _resident_mb(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _cpu_s(process: int) -> float:
    """Of the process and its kernel time. Source: proc_pid_stat(5), fields 14 and 15."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _fill(store: Store, people: list[str], events: int) -> None:
    with store.writing():
        for number in range(events):
            body = {
                "at": store.clock(),
                "list": "x",
                "direction": "entry",
                "code": f"C{number}",
                "outcome": "invalid",
                "heads": 0,
                "forced": False,
                "lifted": [],
                "reason": "",
                "seen": None,
            }
            store.append(EventKind.REFUSED, body, subject=people[number % len(people)])


def _copied(folder: Path, store: Store) -> float:
    other = Store.create(folder / "copy.kiosk", desk="copy")
    other.connection.execute("ATTACH ? AS source", (str(store.path),))
    start = time.perf_counter()
    with other.writing():
        for table in ("event", "scan"):
            other.connection.execute(f"INSERT INTO {table} SELECT * FROM source.{table}")
    taken_s = time.perf_counter() - start
    other.close()
    return taken_s


def _propagation(one: Store, two: Store, people: list[str]) -> None:
    spans = []
    commits = []
    for person in people:
        start = time.perf_counter()
        scan(one, ScanOrder(attendee_id=person))
        commits.append(time.perf_counter() - start)
        wanted = log_heads(one)[one.log_id]
        while log_heads(two).get(one.log_id, 0) < wanted:
            time.sleep(0.0002)
        spans.append(time.perf_counter() - start)
        time.sleep(0.02)
    after = [span - commit for span, commit in zip(spans, commits, strict=True)]
    for what, values in (
        ("local verdict", commits),
        ("known at the other desk after it", after),
        ("both", spans),
    ):
        ordered = sorted(values)
        p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
        print(f"{what}: p50 {p50 * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms (goal: p99 10 ms)")


def _idle(process: int) -> None:
    time.sleep(3)
    before, start = _cpu_s(process), time.perf_counter()
    time.sleep(IDLE_S)
    share = (_cpu_s(process) - before) / (time.perf_counter() - start)
    print(f"idle: {share:.2%} of a core (goal: 0.5 %)")


if __name__ == "__main__":
    os.environ.setdefault("KIOSK_STATE", tempfile.mkdtemp())
    if sys.argv[1:2] == ["--second"]:
        be_second(Path(sys.argv[2]), sys.argv[3])
    else:
        main()
