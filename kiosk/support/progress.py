"""Slow work: a thread for it, its progress, and a pause of garbage collection."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Queue
from typing import TypeVar

T = TypeVar("T")
Progress = Callable[[int, "int | None"], None]
"""Called with (done, all); `all` is None while it is not known. An exception stops the work."""


def reported(items: Sequence[T], progress: Progress | None) -> Iterator[T]:
    """Yield each item after a report of how many are done; an exception from it ends the loop."""
    for number, item in enumerate(items):
        if progress:
            progress(number, len(items))
        yield item


MANY_OBJECTS = 50_000
"""Objects from which a collection of them would be noticed: about 10 ms."""


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause garbage collection: a search for garbage among many new rows that all stay in use takes
    longer than the work.

    Afterwards many new rows belong to the old generation (`freeze` moves them without a scan);
    otherwise the next collection would scan all of them. What was frozen before, such as the
    modules of an open desk, stays frozen, and the new rows with it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_count()[0] > MANY_OBJECTS:
                was_frozen = gc.get_freeze_count() > 0
                gc.freeze()
                if not was_frozen:
                    gc.unfreeze()
            gc.enable()


# The one kind of thread for work in the background.


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
