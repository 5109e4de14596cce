"""`python -m tests.sync.many_desks FOLDER GROUP COUNT`: desks of one event in one process.

Each has its file, its session, its certificate and its threads, as a desk on a laptop has; only
the Python program around them is shared. Orders and answers are JSON lines.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.domain.sharing.pairing import Address
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.event import create_event
from kiosk.services.people.people import walk_in
from kiosk.storage.file.clone_detection import release_origin
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import introduce_desk
from kiosk.storage.replication.merge import log_heads, merge_events, rows_after
from kiosk.storage.replication.seals import copy_seals, seal_own_log
from kiosk.storage.replication.sharing import Sharing, write_sharing
from kiosk.sync.node import Node, NodeOptions
from tests.support.stores import bind_code

from .agreement import NAME, PEOPLE, code_of

FIRST_PORT = 27_447
SEED = "first.seed"
_ENTRIES = "SELECT count(*) FROM scan WHERE outcome = 'ok'"


def make_desks(folder: Path, count: int) -> None:
    """The files of desks that joined an event before: each has its log, and knows all others."""
    seed = create_event(folder / SEED, name="Meetup", timezone="UTC", desk="seed")
    for number in range(PEOPLE):
        bind_code(seed, code_of(number), walk_in(seed, f"{NAME} {number}", {}).id)
    for number in range(count):
        called = () if number == 0 else (Address("127.0.0.1", FIRST_PORT),)
        path = _path(folder, number)
        Store.create(path, desk=_name(number)).close()
        release_origin(path)
        with closing(Store.open(path, desk=_name(number))) as store:
            _copy(seed, store)
            with store.writing():
                write_sharing(store, Sharing(bytes(16), port=FIRST_PORT + number, addresses=called))
            introduce_desk(store)
            seal_own_log(store)
            _copy(store, seed)
    for number in range(count):
        with closing(Store.open(_path(folder, number), desk=_name(number))) as store:
            _copy(seed, store)
    seed.close()


def _copy(source: Store, target: Store) -> None:
    merge_events(target, rows_after(source, log_heads(target), limit=10**9, max_bytes=10**12))
    with target.writing():
        copy_seals(source.connection, target.connection)


def _name(number: int) -> str:
    return f"desk-{number:02}"


def _path(folder: Path, number: int) -> Path:
    return folder / f"{_name(number)}.kiosk"


def _desk(folder: Path, number: int) -> tuple[Store, Node]:
    name, path = _name(number), _path(folder, number)
    store = Store.open(path, desk=name)
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
