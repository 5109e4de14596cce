"""The one kind of thread for work in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Queue


class Worker:
    """One daemon thread that does jobs in order.

    A daemon: a file that hangs on a dead network share does not hold up quitting.

    Args:
        limit: jobs that may wait; 0: any number.
    """

    def __init__(self, name: str, *, limit: int = 0) -> None:
        self._jobs: Queue[Callable[[], object] | None] = Queue(limit)
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_alive(self) -> bool:
        """Whether jobs are being done."""
        return self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """Jobs that have not begun."""
        return self._jobs.qsize()

    def start(self) -> None:
        """Begin with the first job."""
        self._thread.start()

    def put(self, job: Callable[[], object]) -> None:
        """Do a job after those that wait.

        Raises:
            queue.Full: `limit` jobs wait already.
        """
        self._jobs.put_nowait(job)

    def finish(self, timeout_s: float | None = None) -> None:
        """Do the jobs that wait, then end; wait for that at most so long."""
        if self.is_alive:
            self._jobs.put(None)
            if self._thread is not threading.current_thread():
                self._thread.join(timeout_s)

    def stop(self) -> None:
        """Do no job after the current one."""
        self._is_stopped = True
        self._jobs.put(None)

    def join(self) -> None:
        """Wait until every job is done."""
        self._jobs.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._is_stopped:
            try:
                job()
            finally:
                self._jobs.task_done()
