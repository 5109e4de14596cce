"""Connections of programs that are no desks leave a desk enough file handles."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from kiosk.sync.node import Node

from .programs import wait_for
from .test_rogues import desk as desk

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

PROGRAM = """
import resource
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (64, {hard}))
from kiosk.sync.node import Node
node = Node.__new__(Node)
node._thread = type("Idle", (), {{"start": lambda self: None}})()
node.start()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(("hard", "allowed"), [("hard", 8192), ("300", 300)])
def test_sharing_allows_more_connections(hard: str, allowed: int) -> None:
    """The soft limit is raised when sharing starts, up to the hard limit of the system."""
    program = PROGRAM.format(hard=hard)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert ("", allowed) == (done.stderr, int(done.stdout or 0))


@contextmanager
def files_limited_to(count: int) -> Iterator[None]:
    """Let this program open so many files."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_flood_of_connections_ends_when_the_desk_leaves_its_port(
    desk: tuple[Node, int, int],
) -> None:
    """Connections that send nothing are dropped before the handles are used up. The desk listens
    at another port, so the flood does not find it, and calls the desks that it knows."""
    node, port, called = desk

    def now_at() -> int:
        network = node.network()
        return network.plan.listen[0].port if network is not None else port

    with ExitStack() as connections, files_limited_to(1_000):
        listener = connections.enter_context(socket.create_server(("127.0.0.1", called)))
        for _ in range(300):
            connections.enter_context(socket.create_connection(("127.0.0.1", port)))
        wait_for(lambda: now_at() != port, "another port")

        listener.settimeout(20)
        listener.accept()[0].close()
