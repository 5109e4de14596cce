"""24 desks on one machine: full desks of the engine, four in each of six processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import log_heads
from tests.support.desks import assert_sound

from .agreement import code_of

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

pytestmark = pytest.mark.slow
PROCESSES, DESKS_EACH = 6, 4
UP_S, MERGED_S = 150.0, 150.0
ALL_LINKED_S = 60.0
"""On two busy processors a few of the 276 links can be refused; they must not be needed."""


class Group:
    """A process of some desks; see `many_desks`."""

    def __init__(self, folder: Path, number: int) -> None:
        command = [sys.executable, "-m", "tests.sync.many_desks", str(folder), str(number)]
        self._process = subprocess.Popen(
            [*command, str(DESKS_EACH)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, **order: Any) -> Any:
        """One order and its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """All of its desks leave."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(60)
        finally:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()


def test_24_desks_agree(tmp_path: Path) -> None:
    """Each lets one person in, and all hold the same 24 entries, also where two of them do not
    hear each other."""
    from .many_desks import make_desks

    count = PROCESSES * DESKS_EACH
    make_desks(tmp_path, count)
    with ExitStack() as stack:
        groups = []
        for number in range(PROCESSES):
            groups.append(Group(tmp_path, number))
            stack.callback(groups[-1].close)
        start = time.monotonic()
        while not (least := min(group.ask(do="links") for group in groups)):
            assert time.monotonic() < start + UP_S, "a desk found none of the others"
            time.sleep(0.5)
        while least < count - 1 and time.monotonic() < start + ALL_LINKED_S:
            time.sleep(0.5)
            least = min(group.ask(do="links") for group in groups)
        met_s = time.monotonic() - start
        start = time.monotonic()
        for number, group in enumerate(groups):
            tickets = [code_of(number * DESKS_EACH + n) for n in range(DESKS_EACH)]
            assert ["ok"] * DESKS_EACH == group.ask(do="scan", codes=tickets)
        while min(group.ask(do="entries") for group in groups) < count:
            assert time.monotonic() < start + MERGED_S, "not all entries came everywhere"
            time.sleep(0.1)
        heard = min(group.ask(do="heard") for group in groups)
        print(f"each heard {heard} or more of the others itself", end=", ")
        print(f"{count} desks, each linked to {least} or more others after {met_s:.1f} s", end=", ")
        print(f"{count} entries everywhere in {time.monotonic() - start:.1f} s")
    stores = [Store.open(path, desk="x") for path in sorted(tmp_path.glob("*.kiosk"))]
    heads = [log_heads(store) for store in stores]
    assert count == len(stores)
    assert all(heads[0] == head for head in heads)
    assert_sound(stores[0], stores[1], stores[-1])
    for store in stores:
        store.close()
