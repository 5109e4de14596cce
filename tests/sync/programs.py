"""Desks as programs of their own, for tests over a real network."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

WAIT_S = 60.0


def wait_for(condition: Callable[[], bool], what: str, timeout_s: float = WAIT_S) -> None:
    """Wait until something is so.

    Raises:
        AssertionError: it does not come to be so.
    """
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"waited {timeout_s} s in vain for {what}"
        time.sleep(0.05)


class DeskProgram:
    """One laptop, with its own event file and state folder.

    Args:
        prefix: words that run a command elsewhere, such as `ip netns exec NAME`.
        ahead_s: by how much its clock is wrong.
    """

    def __init__(
        self, folder: Path, name: str, prefix: Sequence[str] = (), *, ahead_s: int = 0
    ) -> None:
        self.name = name
        self.admitted: list[str] = []
        """Codes that it let in and told so, over all its starts."""
        self.spans_s: list[float] = []
        """How long each answer took, where `scan` waited for each."""
        self.program = ["kiosk"] if not ahead_s else ["tests.sync.skewed", str(ahead_s)]
        self.event = folder / name / "event.kiosk"
        self.event.parent.mkdir(parents=True)
        self.prefix = list(prefix)
        self.environment = {**os.environ, "KIOSK_STATE": str(folder / name / "state")}
        self._stream: subprocess.Popen[str] | None = None
        self._answers: list[dict[str, Any]] = []
        self._reader: threading.Thread | None = None

    def __enter__(self) -> DeskProgram:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def command(self, *arguments: str) -> list[str]:
        """The command line of one command of this laptop."""
        return [
            *self.prefix,
            *(sys.executable, "-m", *self.program, "-e", str(self.event)),
            *("--desk", self.name, "--json", *arguments),
        ]

    def run(self, *arguments: str) -> tuple[int, Any, str]:
        """(exit code, JSON or None, stderr) of one command."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    def open(self) -> None:
        """Open the desk: it scans what it is given and takes part in sharing."""
        self._answers = []
        self._stream = subprocess.Popen(
            self.command("scan", "-"),
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._stream,), daemon=True)
        self._reader.start()

    def _read(self, stream: subprocess.Popen[str]) -> None:
        assert stream.stdout is not None
        for text in stream.stdout:
            with contextlib.suppress(ValueError):
                answer = json.loads(text)
                if answer["outcome"] == "ok":
                    self.admitted.append(answer["code"])
                self._answers.append(answer)

    def send(self, *codes: str) -> None:
        """Scan without waiting for the answers."""
        assert self._stream is not None
        assert self._stream.stdin is not None
        self._stream.stdin.write("".join(f"{code}\n" for code in codes))
        self._stream.stdin.flush()

    def scan(self, *codes: str) -> list[str]:
        """Scan; the outcomes."""
        before = len(self._answers)
        self.send(*codes)
        wait_for(lambda: len(self._answers) >= before + len(codes), f"answers of {self.name}")
        return [answer["outcome"] for answer in self._answers[before : before + len(codes)]]

    def scan_timed(self, *codes: str) -> list[str]:
        """Scan one after the other, each answer waited for and timed in `spans_s`."""
        outcomes = []
        for code in codes:
            start, before = time.perf_counter(), len(self._answers)
            self.send(code)
            end = start + WAIT_S
            while len(self._answers) <= before:
                assert time.perf_counter() < end, f"no answer of {self.name}"
                time.sleep(0.0005)
            self.spans_s.append(time.perf_counter() - start)
            outcomes.append(self._answers[before]["outcome"])
        return outcomes

    @property
    def answer_count(self) -> int:
        """Since it was opened."""
        return len(self._answers)

    @property
    def process_id(self) -> int:
        """Of the open desk."""
        assert self._stream is not None
        return self._stream.pid

    @property
    def answered(self) -> list[str]:
        """Codes of all answers so far that let somebody in."""
        return [answer["code"] for answer in list(self._answers) if answer["outcome"] == "ok"]

    def kill(self) -> None:
        """As a power cut does."""
        if self._stream is not None:
            self._stream.send_signal(signal.SIGKILL)
            self._end()

    def wait_ended(self) -> None:
        """Until it has ended by itself."""
        assert self._stream is not None
        self._stream.wait(60)
        self._end()

    def stall(self) -> None:
        """The laptop's lid is closed."""
        assert self._stream is not None
        self._stream.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """And opened again."""
        assert self._stream is not None
        self._stream.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Close the desk as a volunteer does."""
        if self._stream is not None and self._stream.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._stream.stdin.close()
            try:
                self._stream.wait(60)
            except subprocess.TimeoutExpired:
                self._stream.kill()
            self._end()

    def _end(self) -> None:
        assert self._stream is not None
        self._stream.wait(10)
        if self._reader is not None:
            self._reader.join(5)
        if self._stream.stdout is not None:
            self._stream.stdout.close()
        self._stream = None
