"""A small coverage-guided fuzzer. Usage: python -m tests.faults.fuzzing TARGET SECONDS SEED FOLDER

What runs a line of kiosk that no input before it ran is kept and changed further. It runs in a
process of its own, with bounds on memory and on the processor's time for each input; FOLDER/now is
the input being tried (of a process that died, the one it died of), FOLDER/result.json the outcome.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import kiosk

MAX_INPUT = 1 << 16
MAX_MEMORY = 2 << 30
"""Bytes of address space; the libraries take a quarter of a gigabyte of it."""
MAX_INPUT_S = 10.0
"""Of the processor, for one input of at most MAX_INPUT bytes, while lines are counted."""
MOST_FAILURES = 5
_KIOSK = str(Path(kiosk.__file__).parent)
_TOKENS = (
    *(bytes([byte]) for byte in b"\x00\x1b,;\t\r\n\"'[]{}<>\\/%=&"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xae", b'""', b"[[", b"]]>", b"://"),
    *(b"null", b"true", b"NaN", b"1e999", b"-1", b"0", b"2147483648", b"99999999999999999999"),
    *(b"\\ud800", b"&#0;", b"<!--", b"<![CDATA["),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**31, 2**63, 2**64, 1e308, float("nan"), float("inf")),
    *("", "x", "\x00", "\ud800", "a" * 5000, "{}", "[]", "type", "2027-13-45"),
    *([], {}, [[]], [None], {"": None}),
)


@dataclass(slots=True)
class Target:
    """Something that reads what others wrote."""

    run: Callable[[bytes], object]
    corpus: list[bytes]
    allowed: tuple[type[Exception], ...]
    """Errors that are an answer."""
    is_json: bool = False
    """Change its values, too, not only its bytes."""


@dataclass(slots=True)
class Result:
    """What a run found."""

    runs: int = 0
    kept: int = 0
    lines: int = 0
    slowest_s: float = 0.0
    failures: list[tuple[str, str]] = field(default_factory=list)
    """The input in hexadecimal, and what it led to."""


class Lines:
    """Which lines of kiosk have run."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()
        if sys.version_info >= (3, 12):
            monitoring = sys.monitoring
            monitoring.use_tool_id(monitoring.COVERAGE_ID, "fuzzing")
            events = monitoring.events
            monitoring.register_callback(monitoring.COVERAGE_ID, events.LINE, self._line)
            monitoring.set_events(monitoring.COVERAGE_ID, events.LINE)

    @contextlib.contextmanager
    def watched(self) -> Any:
        """Count while this is open."""
        if sys.version_info < (3, 12):
            sys.settrace(self._called)
        try:
            yield
        finally:
            if sys.version_info < (3, 12):
                sys.settrace(None)

    def _line(self, code: CodeType, line: int) -> object:
        if code.co_filename.startswith(_KIOSK):
            self.seen.add((code.co_filename, line))
        if sys.version_info >= (3, 12):
            return sys.monitoring.DISABLE
        return None

    def _called(self, frame: FrameType, event: str, arg: object) -> Any:
        return self._ran if frame.f_code.co_filename.startswith(_KIOSK) else None

    def _ran(self, frame: FrameType, event: str, arg: object) -> Any:
        self.seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._ran


def changed(content: bytes, corpus: list[bytes], chance: random.Random, *, is_json: bool) -> bytes:
    """Another input, made of one or two that are known."""
    if is_json and chance.random() < 0.6:
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(content)
            for _ in range(chance.randrange(1, 4)):
                value = _changed_value(value, chance)
            return json.dumps(value).encode()[:MAX_INPUT]
    made = bytearray(content)
    for _ in range(1 << chance.randrange(5)):
        _change_bytes(made, corpus, chance)
    return bytes(made[:MAX_INPUT])


def _changed_value(value: Any, chance: random.Random) -> Any:
    """The same with one value in it replaced, left out, or doubled."""
    keys: list[Any] = list(value) if isinstance(value, dict) else []
    if isinstance(value, list):
        keys = list(range(len(value)))
    if not keys or chance.random() < 0.15:
        if isinstance(value, list) and value and chance.random() < 0.5:
            return value * chance.choice((2, 3, 50))
        return chance.choice(_VALUES)
    made, key = value.copy(), chance.choice(keys)
    if chance.random() < 0.1:
        del made[key]
    else:
        made[key] = _changed_value(made[key], chance)
    return made


def _change_bytes(made: bytearray, corpus: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(made) + 1)
    length = chance.choice((1, 1, 2, 4, 8, 64))
    match chance.randrange(7):
        case 0:
            made[at : at + length] = chance.randbytes(length)
        case 1:
            made[at:at] = chance.choice(_TOKENS)
        case 2:
            made[at : at + length] = chance.choice(_TOKENS)
        case 3:
            del made[at : at + length]
        case 4:
            made[at:at] = made[at : at + length] * chance.choice((1, 2, 16, 300))
        case 5:
            other = chance.choice(corpus)
            begin = chance.randrange(len(other) + 1)
            made[at:at] = other[begin : begin + chance.randrange(256)]
        case _ if at < len(made):
            made[at] ^= 1 << chance.randrange(8)


def fuzz(target: Target, seconds: float, seed: int, now: Path) -> Result:
    """Try inputs until the time is over or enough has failed."""
    chance = random.Random(seed)
    corpus = list(target.corpus)
    result, lines = Result(), Lines()
    end = time.monotonic() + seconds
    waiting = list(corpus)
    while time.monotonic() < end and len(result.failures) < MOST_FAILURES:
        content = (
            waiting.pop()
            if waiting
            else changed(chance.choice(corpus), corpus, chance, is_json=target.is_json)
        )
        before = len(lines.seen)
        now.write_bytes(content)
        trouble = _try(target, content, lines, result)
        if trouble:
            result.failures.append((content.hex(), trouble))
        elif len(lines.seen) > before:
            corpus.append(content)
    result.kept, result.lines = len(corpus), len(lines.seen)
    return result


def _try(target: Target, content: bytes, lines: Lines, result: Result) -> str:
    """What went wrong; empty when it was read, or refused as it should be."""
    began = time.process_time()
    try:
        with lines.watched():
            target.run(content)
    except target.allowed:
        pass
    except BaseException:
        return traceback.format_exc(limit=-6)
    finally:
        result.runs += 1
        took = time.process_time() - began
        result.slowest_s = max(result.slowest_s, took)
    return f"it took {took:.0f} s" if took > MAX_INPUT_S else ""


def main(name: str, seconds: str, seed: str, folder: str) -> None:
    """One target, bounded."""
    import resource

    from tests.faults.fuzz_targets import TARGETS

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    place = Path(folder)
    result = fuzz(TARGETS[name](place), float(seconds), int(seed), place / "now")
    (place / "result.json").write_text(json.dumps(asdict(result)))


if __name__ == "__main__":
    main(*sys.argv[1:])
