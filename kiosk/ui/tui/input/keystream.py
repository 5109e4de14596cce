"""Which keys are a scan and which are a person's: a state machine over keys and arrival times.

A keyboard scanner is a typist of 0.5 to 16 ms a character who may or may not end with Enter. Keys
that come like that are held until it is certain what they are; keys of a person are passed on. A
person's key waits `FAST_S` at most, and the first key of a possible scan does not wait at all in
the scan field, where a scan empties the field anyway.

The arrival times decide, never the time of handling: a desk that was busy for two seconds sees
the same keys with the same times as one that was not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

FAST_S = 0.035
"""Longest gap between two keys of a scanner. Scanners were seen at 7-16 ms (the timing log of
bitsnpixels.dev, "Scanner or person"); the fastest typists average 80 ms."""

HICCUP_S = 0.070
"""A gap up to this still joins the keys around it, if they turn out to be a scan: a wireless
scanner that had to send twice. Shorter than the gaps of a person at twelve keys a second."""

SILENCE_S = 0.150
"""After so long without a key, a scan that has no terminator is over."""

SAME_KEY_S = 0.008
"""Slower than this, one character again and again is a key held down."""

SHORTEST_SCAN = 4
"""Characters at scanner speed that make a scan. Two or three can be fingers rolling over keys."""

SHORTEST_UNENDED_SCAN = 6
"""The same for a scan that nothing ends."""


class Focus(Enum):
    """Where a person's keys go at the moment."""

    SCAN_FIELD = "scan field"
    """The desk's own field: keys are passed at once where possible."""
    TEXT_FIELD = "text field"
    """A form: what is a scan must not stay there, what is not must not get lost."""
    ELSEWHERE = "elsewhere"
    """A button, a list, nothing."""


@dataclass(frozen=True, slots=True)
class Press:
    """One key that arrived."""

    at: float
    """Arrival in seconds, on any clock that does not run backwards."""
    char: str | None
    """What it adds to a code; None for a key that is no part of one (arrows, function keys)."""
    ends: bool = False
    """Enter, line feed or Tab."""
    prompt: bool = True
    """A plain letter: it may reach the scan field before it is known to be a person's."""
    followed: bool = False
    """More keys are known to have arrived with it."""
    key: object = None
    """The caller's own, untouched."""


@dataclass(frozen=True, slots=True)
class Pass:
    """A person's key: let it through, in this order."""

    press: Press


@dataclass(frozen=True, slots=True)
class Scan:
    """A whole scan."""

    raw: str
    """Its characters as they came, control characters included, without the terminator."""
    passed: int
    """How many of its first characters were passed before it was known; to be taken back."""


Output = Pass | Scan


class KeyStream:
    """Tells scans from typing, key by key.

    Call `feed` for each key and `quiet` when nothing has arrived for a while; act on the outputs
    in their order. Every key comes out exactly once: passed, or in a scan, or (a terminator or
    its twin) dropped with it. `Scan.passed` counts those that came out twice.
    """

    def __init__(self) -> None:
        self._run: list[Press] = []
        self._passed = 0
        self._streak = 0
        self._established = False
        self._focus = Focus.ELSEWHERE
        self._scan_ended_at: float | None = None
        self._follows_scan = False
        """The run began right behind a scan, faster than a person: it is the next scan, and its
        first keys may be as far apart as the later ones of any scan."""

    @property
    def wants_quiet_after(self) -> float | None:
        """Seconds after the last key at which `quiet` has something to decide, or None."""
        if self._waits_for_more() or self._follows_scan:
            return SILENCE_S
        return FAST_S if self._passed < len(self._run) else None

    def feed(self, press: Press, focus: Focus) -> list[Output]:
        """Take one key, in order of arrival.

        Args:
            press: the key. Modifier keys on their own (Shift going down) are not to be fed.
            focus: where a person's key would go now.
        """
        self._focus = focus
        if press.ends:
            return list(self._end(press))
        if press.char is None:
            self._scan_ended_at = None
            return [*self._close(), Pass(press)]
        return list(self._take(press))

    def quiet(self, at: float) -> list[Output]:
        """No key has arrived between the last one fed and `at`."""
        if not self._run:
            return []
        silence = at - self._run[-1].at
        if not self._joins(silence):
            return list(self._close())
        return list(self._release()) if self._is_over(silence) else []

    def flush(self) -> list[Output]:
        """Something else happens now that must come after the keys so far (a click, a paste).

        An Enter behind it belongs to it, and is not the second half of a scan's CR LF.
        """
        self._scan_ended_at = None
        return list(self._close())

    def _take(self, press: Press) -> Iterator[Output]:
        gap = press.at - self._run[-1].at if self._run else None
        if gap is not None and not self._joins(gap):
            yield from self._close()
            gap = None
        if gap is not None and self._is_over(gap):
            yield from self._release()
        if not self._run:
            ended = self._scan_ended_at
            self._follows_scan = ended is not None and 0 <= press.at - ended <= FAST_S
        self._scan_ended_at = None
        self._run.append(press)
        fast = gap is not None and gap <= FAST_S
        self._streak = self._streak + 1 if fast else 1
        if self._is_key_held_down():
            self._streak = 1
            yield from self._release()
        elif self._streak >= SHORTEST_SCAN:
            self._established = True
        elif not fast and self._focus is Focus.SCAN_FIELD and press.prompt and not press.followed:
            yield from self._release()

    def _end(self, press: Press) -> Iterator[Output]:
        if not self._run and self._scan_ended_at is not None:
            twin = 0 <= press.at - self._scan_ended_at <= HICCUP_S
            self._scan_ended_at = None
            if twin:  # the LF of a CR LF
                self._scan_ended_at = press.at
                return
        gap = press.at - self._run[-1].at if self._run else 0.0
        limit = SILENCE_S if self._waits_for_more() else FAST_S
        if self._established and 0 <= gap <= limit:
            yield self._scan()
            self._scan_ended_at = press.at
            return
        yield from self._close()
        self._scan_ended_at = None
        yield Pass(press)

    def _close(self) -> Iterator[Output]:
        """The run is over without a terminator: a scan only if it can be nothing else."""
        if self._waits_for_more():
            yield self._scan()
            return
        yield from self._release()
        self._forget()

    def _scan(self) -> Scan:
        scan = Scan("".join(press.char or "" for press in self._run), self._passed)
        self._forget()
        return scan

    def _release(self) -> Iterator[Output]:
        held, self._passed = self._run[self._passed :], len(self._run)
        for press in held:
            yield Pass(press)

    def _forget(self) -> None:
        self._run, self._passed, self._streak, self._established = [], 0, 0, False
        self._follows_scan = False

    def _joins(self, gap: float) -> bool:
        patient = self._waits_for_more() or self._follows_scan
        return 0 <= gap < (SILENCE_S if patient else HICCUP_S)

    def _is_over(self, silence: float) -> bool:
        """Whether held keys have waited long enough to be a person's."""
        return silence > FAST_S and not self._waits_for_more() and not self._follows_scan

    def _waits_for_more(self) -> bool:
        """Whether the keys held are a scan even if nothing ends them."""
        return (
            self._established
            and self._passed < len(self._run)
            and _is_a_code("".join(press.char or "" for press in self._run), self._focus)
        )

    def _is_key_held_down(self) -> bool:
        if len(self._run) < 3 or len({press.char for press in self._run}) > 1:
            return False
        return self._run[-1].at - self._run[0].at >= SAME_KEY_S * (len(self._run) - 1)


def _is_a_code(text: str, focus: Focus) -> bool:
    """Whether a burst that nothing ended is a code rather than text put in by a program.

    An input method commits a whole word at once (你好世界, देवनागरी, or "zhang" as typed), a text
    expander an address. In a form such text must stay, so there a code has to look like one.
    """
    if len(text) < SHORTEST_UNENDED_SCAN or not text.isascii() or any(map(str.isspace, text)):
        return False
    if len(set(text)) == 1:
        return False
    return focus is not Focus.TEXT_FIELD or ("@" not in text and any(map(str.isdigit, text)))
