"""Connections of programs that are no desks leave a desk enough file handles."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import resource
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (64, {hard}))
from pathlib import Path
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
