"""A program on a terminal, watched for the moment at which bytes appear."""

from __future__ import annotations

import contextlib
import os
import select
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.pty_driver import PtyProgram

SIZE = (100, 30)
_COMPILED = tempfile.TemporaryDirectory()
AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": _COMPILED.name}
"""Modules compiled beforehand, as an installer leaves them: else every start compiles the product
anew, and the baseline, which is nearly all library, not."""
_SYNC_QUERY, _SYNC_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


class TimedProgram(PtyProgram):
    """As its parent, but what is drawn is only kept, not interpreted: that costs a reader more
    time than some of the programs take to answer."""

    def __init__(self, argv: Sequence[str], *, env: dict[str, str] | None = None) -> None:
        self._news = threading.Condition()
        self._mark = 0
        self.seen_at = 0.0
        self.started_at = time.perf_counter()
        super().__init__(argv, env={**AS_INSTALLED, **(env or {})}, size=SIZE)

    def __enter__(self) -> TimedProgram:
        return self

    def forget(self) -> None:
        """Look only at what is drawn from now on."""
        with self._news:
            self._mark = len(self.drawn)

    def seconds_until(self, text: str, since: float, timeout_s: float = 10.0) -> float | None:
        """How long after `since` the text was drawn; None when it was not."""
        wanted = text.encode()
        end = time.perf_counter() + timeout_s
        with self._news:
            while self.drawn.find(wanted, self._mark) < 0:
                if not self._news.wait(end - time.perf_counter()):
                    return None
            return self.seen_at - since

    def settle(self, quiet_s: float = 0.05, timeout_s: float = 5.0) -> None:
        """Wait until nothing has been drawn for a while."""
        end = time.perf_counter() + timeout_s
        with self._news:
            while time.perf_counter() < end and self._news.wait(quiet_s):
                pass

    def cpu_s(self) -> float:
        """Processor seconds of all its threads until now (Linux; 0 elsewhere)."""
        total = 0
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{self.pid}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def has_children(self) -> bool:
        """Whether it has started programs that still run (Linux; False elsewhere)."""
        try:
            tasks = list(Path(f"/proc/{self.pid}/task").iterdir())
            return any((task / "children").read_text().strip() for task in tasks)
        except OSError:
            return False

    def rss_mb(self) -> float:
        """Resident megabytes now (Linux; 0 elsewhere)."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        except OSError:
            return 0.0
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def _read(self) -> None:
        while not self._closing.is_set():
            if not select.select([self.fd], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self.fd, 1 << 16)
            except OSError:
                return
            now = time.perf_counter()
            if _SYNC_QUERY in data:
                os.write(self.fd, _SYNC_ANSWER)
            with self._news:
                self.drawn += data
                self.seen_at = now
                self._news.notify_all()
