"""Run commands in forked processes that tests can kill, without waiting for their imports."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import resource
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import tzlocal  # noqa: F401
import xlsxwriter  # noqa: F401

from kiosk.ui.cli.main import MODULES, run

# everything that a command imports is loaded before the fork, or each child loads it again
for _module in (
    "kiosk.badges.sheets.press",
    "kiosk.importers.reading",
    "kiosk.services.people.lookup",
    "kiosk.storage.file.migrations",
    *(f"kiosk.ui.cli.commands.{name}" for name in set(MODULES.values())),
):
    importlib.import_module(_module)


class Forked:
    """`kiosk ARGUMENTS` in a fork of this process, on pipes."""

    def __init__(
        self, *arguments: str, before: Callable[[], None] | None = None, stdin: bytes | None = None
    ) -> None:
        in_read, self.stdin = os.pipe()
        self.stdout, out_write = os.pipe()
        self.stderr, err_write = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads of the test runner
            self.pid = os.fork()
        if self.pid == 0:
            code = 70
            gc.callbacks.clear()  # a signal that arrives in one of the test runner's is lost
            try:
                for number, descriptor in enumerate((in_read, out_write, err_write)):
                    os.dup2(descriptor, number)
                os.closerange(3, 4096)
                for name, number, mode in (
                    ("stdin", 0, "r"),
                    ("stdout", 1, "w"),
                    ("stderr", 2, "w"),
                ):
                    setattr(sys, name, io.TextIOWrapper(open(number, mode + "b")))  # noqa: SIM115
                if before:
                    before()
                code = run(list(arguments))
            except BaseException as error:
                os.write(2, f"Traceback {error!r}".encode())
            finally:
                with contextlib.suppress(Exception):
                    sys.stdout.flush()
                os._exit(code)
        for descriptor in (in_read, out_write, err_write):
            os.close(descriptor)
        if stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self.stdin, stdin)
            os.close(self.stdin)
            self.stdin = -1

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal, if the process still runs."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def finish(self) -> tuple[int, bytes, bytes]:
        """(exit code, or minus the signal; stdout; stderr), read to their ends."""
        if self.stdin >= 0:
            os.close(self.stdin)
        texts = {self.stdout: bytearray(), self.stderr: bytearray()}
        open_ones = set(texts)
        while open_ones:
            for descriptor in select.select(list(open_ones), [], [])[0]:
                data = os.read(descriptor, 1 << 16)
                if not data:
                    open_ones.discard(descriptor)
                texts[descriptor] += data
        os.close(self.stdout)
        os.close(self.stderr)
        status = os.waitpid(self.pid, 0)[1]
        code = os.waitstatus_to_exitcode(status)
        return code, bytes(texts[self.stdout]), bytes(texts[self.stderr])


def kiosk(
    *arguments: str, before: Callable[[], None] | None = None, stdin: bytes | None = b""
) -> tuple[int, bytes, bytes]:
    """Run a command to its end."""
    return Forked(*arguments, before=before, stdin=stdin).finish()


def killed_after(
    seconds: float, *arguments: str, stdin: bytes | None = b"", has_answered: bool = False
) -> bytes:
    """Run a command, kill it, and return its output.

    Args:
        seconds: from its start; with `has_answered`, from its first output.
    """
    program = Forked(*arguments, stdin=stdin)
    if has_answered:
        select.select([program.stdout], [], [], 60)
    time.sleep(seconds)
    program.kill()
    return program.finish()[1]


def no_file_larger(size: int) -> Callable[[], None]:
    """In the child: limit the size of every file, in bytes."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def private(path: Path) -> bool:
    """Whether only the owner may use the file."""
    return path.stat().st_mode & 0o077 == 0


def fill(disk: Path) -> Path:
    """Write a file until the disk is full; returns that file."""
    path = disk / "film.mp4"
    with path.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(1024))
            except OSError:
                return path
