"""`python -m tests.sync.many_desks FOLDER GROUP COUNT`: desks of one event in one process.

Each has its file, its session, its certificate and its threads, as a desk on a laptop has; only
the Python program around them is shared. Orders and answers are JSON lines.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from kiosk.domain.sharing.pairing import Address
from kiosk.services.checkin.checkin import ScanOrder, bind_code, scan
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import merge_events, rows_after
from kiosk.storage.replication.sharing import Sharing, write_sharing
from kiosk.sync.node import Node, NodeOptions

from .agreement import NAME, PEOPLE, code_of

FIRST_PORT = 27_447
SEED = "first.seed"
_ENTRIES = "SELECT count(*) FROM scan WHERE outcome = 'ok'"


def make_first(folder: Path) -> None:
    """The event that all start with."""
    store = create_event(folder / SEED, name="Meetup", timezone="UTC", desk="seed")
    for number in range(PEOPLE):
        bind_code(store, code_of(number), walk_in(store, f"{NAME} {number}", {}).id)
    store.close()


def _desk(folder: Path, number: int) -> tuple[Store, Node]:
    name = f"desk-{number:02}"
    path = folder / f"{name}.kiosk"
    seed = Store.open(folder / SEED, desk="seed")
    store = Store.create(path, desk=name)
    merge_events(store, rows_after(seed, {}, limit=10**9, max_bytes=10**12))
    seed.close()
    called = () if number == 0 else (Address("127.0.0.1", FIRST_PORT),)
    with store.writing():
        write_sharing(store, Sharing(bytes(16), port=FIRST_PORT + number, addresses=called))
    options = NodeOptions(multicast=False, hosts=("127.0.0.1",))
    node = Node(lambda: Store.open(path, desk=name), folder / name, desk=name, options=options)
    store.after_commit = node.notify
    return store, node


def _answer(order: dict[str, Any], stores: list[Store], nodes: list[Node]) -> Any:
    match order["do"]:
        case "links":
            return min(net.peers() if (net := node.network()) else 0 for node in nodes)
        case "heard":
            return min(len(node.state.here) for node in nodes)
        case "scan":
            pairs = zip(stores, order["codes"], strict=True)
            return [scan(store, ScanOrder(code=code)).outcome for store, code in pairs]
        case _:
            return min(store.connection.execute(_ENTRIES).fetchone()[0] for store in stores)


def main(folder: Path, group: int, count: int) -> None:
    """Desks until the end of the input."""
    pairs = [_desk(folder, group * count + number) for number in range(count)]
    stores, nodes = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    for node in nodes:
        node.start()
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), stores, nodes)), flush=True)
    for store, node in pairs:
        node.stop()
        store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
