"""Several desks on one machine: how soon a scan is known, catching up, idle cost.

Prints product, baseline (the same rows copied from file to file by SQLite alone), ratio and goal.
Run: `python -m tests.benchmarks.sync [EVENTS]`.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from kiosk.domain.events import EventKind
from kiosk.domain.pairing import Address
from kiosk.services.checkin import ScanOrder, scan
from kiosk.services.event import create_event
from kiosk.services.people import walk_in
from kiosk.storage.merge import log_heads
from kiosk.storage.sharing import Sharing, write_sharing
from kiosk.storage.store import Store
from kiosk.sync.node import Node, NodeOptions

SCANS = 300
PORT = 18_447


def _desk(folder: Path, name: str, port: int, call: tuple[Address, ...]) -> tuple[Store, Node]:
    path = folder / f"{name}.kiosk"
    if not path.exists():
        Store.create(path, desk=name).close()
    store = Store.open(path, desk=name)
    with store.writing():
        write_sharing(store, Sharing(bytes(16), port=port, addresses=call))
    options = NodeOptions(multicast=False, hosts=("127.0.0.1",))
    node = Node(lambda: Store.open(path, desk=name), folder / name, desk=name, options=options)
    store.after_commit = node.wrote
    return store, node


def _seconds_until(equal: Store, to: Store) -> float:
    start = time.perf_counter()
    wanted = log_heads(to)
    while log_heads(equal) != wanted:
        time.sleep(0.005)
    return time.perf_counter() - start


def main() -> None:
    """Two desks in this process, over the loopback's TLS."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        create_event(folder / "one.kiosk", name="E", timezone="UTC", desk="one").close()
        one, node_one = _desk(folder, "one", PORT, ())
        people = [walk_in(one, f"Person {number}", {}).id for number in range(SCANS)]
        _fill(one, people, events)
        two, node_two = _desk(folder, "two", PORT + 1, (Address("127.0.0.1", PORT),))
        node_one.start()
        node_two.start()
        while not node_two.book.by_node:
            time.sleep(0.005)
        caught_up_s = _seconds_until(two, one)
        copied_s = _copied(folder, one)
        print(
            f"catch-up of {events:,}: {caught_up_s:.2f} s, SQLite's own copy {copied_s:.2f} s, "
            f"ratio {caught_up_s / copied_s:.1f} (goal: 1 s)"
        )
        _propagation(one, two, people)
        _idle()
        for node in (node_two, node_one):
            node.stop()


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
    for what, values in (("local verdict", commits), ("known at the other desk", spans)):
        ordered = sorted(values)
        p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
        print(f"{what}: p50 {p50 * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms (goal: p99 10 ms)")


def _idle() -> None:
    time.sleep(3)
    before, start = time.process_time(), time.perf_counter()
    time.sleep(10)
    share = (time.process_time() - before) / (time.perf_counter() - start) / 2
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"idle: {share:.2%} of a core a desk (goal: 0.5 %), peak of both {peak_mb:.0f} MB")


if __name__ == "__main__":
    os.environ.setdefault("KIOSK_STATE", tempfile.mkdtemp())
    main()
