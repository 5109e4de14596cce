"""Which keys are a scan and which are a person's: a state machine over keys and arrival times.

A keyboard scanner is a typist of 0.5 to 16 ms a character who may or may not end with Enter. Keys
that arrive like that are held until it is certain what they are; keys of a person are passed on. A
person's letter waits `FAST_S` at most, and the first key of a possible scan does not wait at all in
the scan field, where a scan empties the field anyway.

Input at scanner speed is data. A code can contain the bytes of any key, so a key that does
something (Enter, arrows, function keys, Ctrl and Alt keys, a click, a paste) waits `KEY_ALONE_S`.
It is passed only if nothing else arrived in that time, and nothing right before it.

The arrival times decide, never the time of handling: a desk that was busy for two seconds sees
the same keys with the same times as one that was not.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from math import inf
from typing import NamedTuple

FAST_S = 0.035
"""Longest gap between two keys of a scanner. Scanners were seen at 7-16 ms (the timing log of
bitsnpixels.dev, "Scanner or person"); the fastest typists average 80 ms."""

KEY_ALONE_S = 0.050
"""A command key is a person's if nothing follows it for so long."""

HICCUP_S = 0.070
"""A gap up to this still joins the keys around it, if they turn out to be a scan: a wireless
scanner that had to send twice. Shorter than the gaps of a person at twelve keys a second."""

SILENCE_S = 0.150
"""After so long without a key, a scan that has no terminator is over."""

SAME_KEY_S = 0.008
"""Slower than this, one character again and again is a key held down."""

REPEAT_S = 0.020
"""Slower than this, one arrow key again and again is held down: 50 a second. Systems repeat a key
25 to 40 times a second."""

SHORT_SCAN_S = 0.020
"""Fewer than `SHORTEST_SCAN` characters are a scan too if no gap up to their Enter is longer."""

_TERMINATORS = "\r\n\t"

SHORTEST_SCAN = 4
"""Characters at scanner speed that make a scan. Two or three can be fingers rolling over keys."""

SHORTEST_UNENDED_SCAN = 6
"""The same for a scan that nothing ends."""


class Focus(Enum):
    """Where a person's keys go at the moment."""

    SCAN_FIELD = "scan field"
    """The desk's own field: keys are passed at once where possible."""
    TEXT_FIELD = "text field"
    """A form: a scan must not stay in it, and no typed letter may be lost."""
    ELSEWHERE = "elsewhere"
    """A button, a list, nothing."""


class Command(Enum):
    """What kind of key it is that adds no letter. Each kind has to be alone in time."""

    ALONE = "alone"
    """Any key that is in no other kind, and a paste."""
    FUNCTION = "function key"
    """Or a Ctrl key of the desk for a person. May follow an ended scan at once: it then acts on the
    person of that scan."""
    REPEATED = "arrow or editing key"
    """May follow itself as fast as a key that is held down."""
    CLICK = "mouse button"
    """May follow another of its kind at once: a tap on a touchpad."""
    NOISE = "noise"
    """No key at all, but part of the input: never passed."""


class Press(NamedTuple):
    """One key that arrived."""

    at: float
    """Arrival in seconds, on any clock that does not run backwards."""
    char: str | None
    """The letter of a key that types one; None for a key that does something else."""
    ends: bool = False
    """Enter, line feed or Tab."""
    prompt: bool = True
    """A plain letter: it may reach the scan field before it is known to be a person's."""
    followed: bool = False
    """More keys are known to have arrived with it."""
    key: object = None
    """The caller's own, untouched. A letter of `data` has its character here; a control character
    has None, and is never passed."""
    command: Command = Command.ALONE
    """The kind of a key that has neither `char` nor `ends`."""
    data: str = ""
    """The characters that a command key adds to a code."""
    name: str = ""
    """Which command key it is; a repeated key has the same name."""
    began: float | None = None
    """Arrival of the first byte of its sequence, where that is not `at`."""

    @property
    def began_at(self) -> float:
        """Arrival of its first byte."""
        return self.at if self.began is None else self.began


class Pass(NamedTuple):
    """A person's key: let it through, in this order."""

    press: Press


class Scan(NamedTuple):
    """A whole scan."""

    raw: str
    """Its characters as they came, control characters included, without the terminator."""
    passed: int
    """How many of its first characters were passed before it was known; to be taken back."""
    ended: bool = True
    """Enter or Tab ended it, not only silence."""


Output = Pass | Scan


class KeyStream:
    """Separates scans from typing, key by key.

    Call `feed` for each key and `quiet` when nothing has arrived for a while; act on the outputs
    in their order. Every letter comes out exactly once: passed, or in a scan. A terminator or its
    twin is dropped with its scan; a command key at scanner speed is dropped, or its `data` is in
    the scan. `Scan.passed` counts the letters that came out twice.
    """

    def __init__(self) -> None:
        self._run: list[Press] = []
        self._chars: set[str] = set()
        """The different characters of the run."""
        self._passed = 0
        self._streak = 0
        self._slowest = 0.0
        """The longest gap between the keys of the run."""
        self._established = False
        self._focus = Focus.ELSEWHERE
        self._scan_ended_at: float | None = None
        self._follows_scan = False
        """The run began right behind a scan, faster than a person: it is the next scan, and its
        first keys may be as far apart as the later ones of any scan."""
        self._held: list[Press] = []
        """Command keys and Enters that may turn out to be part of a code."""
        self._last_at = -inf
        """When the last input of any kind arrived."""
        self._has_dropped = False
        """Something was dropped, and no pause has followed: what arrives is no person's."""

    @property
    def wants_quiet_after(self) -> float | None:
        """Seconds after the last key at which `quiet` has something to decide, or None."""
        if self._waits_for_more() or self._follows_scan:
            return SILENCE_S
        if self._held:
            return KEY_ALONE_S
        return FAST_S if self._passed < len(self._run) else None

    @property
    def holds_click(self) -> bool:
        """Whether a mouse button was pressed that may turn out to be part of a code."""
        return any(press.command is Command.CLICK and not press.ends for press in self._held)

    def is_busy(self, at: float) -> bool:
        """Whether keys arrived right before `at`."""
        return 0 <= at - self._last_at <= FAST_S and not self.holds_click

    def feed(self, press: Press, focus: Focus) -> list[Output]:
        """Take one key, in order of arrival.

        Args:
            press: the key. Modifier keys on their own (Shift going down) are not to be fed.
            focus: where a person's key would go now.
        """
        self._focus = focus
        return list(self._feed(press))

    def quiet(self, at: float) -> list[Output]:
        """No key has arrived between the last one fed and `at`."""
        outputs = self._release_held(at)
        if not self._run:
            return outputs
        silence = at - self._last_at
        if not self._joins(silence):
            outputs += self._close()
        elif self._is_over(silence):
            outputs += self._release()
        return outputs

    def _feed(self, press: Press) -> Iterator[Output]:
        gap = press.began_at - self._last_at
        if not 0 <= gap <= KEY_ALONE_S:
            self._has_dropped = False
        yield from self._judge_held(press)
        if press.char is not None:
            yield from self._take(press)
        elif press.ends:
            yield from self._end(press)
        else:
            yield from self._command(press, gap)
        self._last_at = press.at

    def _release_held(self, now: float) -> list[Output]:
        """Pass the held keys that nothing followed for long enough.

        On a clock that jumped back nothing can be said of them, and they are a person's.
        """
        has_jumped_back = bool(self._held) and now < self._held[-1].at
        alone = [press for press in self._held if has_jumped_back or now - press.at > KEY_ALONE_S]
        self._held = self._held[len(alone) :]
        return [Pass(press) for press in alone]

    def _judge_held(self, following: Press) -> Iterator[Output]:
        """Drop the held keys that `following` shows to be part of a code, pass the others."""
        yield from self._release_held(following.began_at)
        if not self._held or _are_a_persons(self._held[-1], following):
            return
        dropped, self._held = self._held, []
        for press in dropped:
            yield from self._drop(press)

    def _drop(self, press: Press) -> Iterator[Output]:
        """Take a command key as part of a code."""
        self._has_dropped = True
        for char in press.data:
            ends = char in _TERMINATORS
            key = char if ends or char.isprintable() else None
            yield from self._feed(Press(press.at, None if ends else char, ends, False, key=key))
        self._has_dropped = True

    def _command(self, press: Press, gap: float) -> Iterator[Output]:
        if press.command is Command.NOISE:
            self._has_dropped = True
            return
        if self._held:  # it continues them
            if press.command is Command.REPEATED:
                yield from map(Pass, self._held)
                self._held = []
            self._held.append(press)
            return
        acts_on_scan = press.command is Command.FUNCTION and self._scan_ended_at == self._last_at
        if not acts_on_scan and (0 <= gap <= FAST_S or self._has_dropped):
            yield from self._drop(press)
            return
        yield from self._close()
        self._scan_ended_at = None
        self._held.append(press)

    def _take(self, press: Press) -> Iterator[Output]:
        gap = press.began_at - self._last_at if self._run else None
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
        self._chars.add(press.char or "")
        self._slowest = max(self._slowest, gap or 0.0)
        fast = gap is not None and gap <= FAST_S
        self._streak = self._streak + 1 if fast else 1
        if self._is_key_held_down():
            self._streak = 1
            yield from self._release()
        elif self._streak >= SHORTEST_SCAN:
            self._established = True
        elif not fast and self._is_prompt(press):
            yield from self._release()

    def _end(self, press: Press) -> Iterator[Output]:
        if not self._run and self._scan_ended_at is not None:
            twin = 0 <= press.at - self._scan_ended_at <= HICCUP_S
            self._scan_ended_at = None
            if twin:  # the LF of a CR LF
                self._scan_ended_at = press.at
                return
        if self._run and self._is_scan_ended_after(press.began_at - self._last_at):
            yield self._scan()
            self._scan_ended_at = press.at
            return
        if not self._run and self._has_dropped:  # it ended a code that has no letters
            return
        yield from self._close()
        self._scan_ended_at = None
        self._held.append(press)

    def _is_scan_ended_after(self, gap: float) -> bool:
        """Whether a terminator so many seconds after the run makes a scan of it."""
        if self._established:
            return 0 <= gap <= (SILENCE_S if self._waits_for_more() else FAST_S)
        if self._has_dropped:
            return 0 <= gap <= FAST_S
        is_short_scan = self._slowest <= SHORT_SCAN_S and not self._is_key_held_down()
        return is_short_scan and 0 <= gap <= SHORT_SCAN_S

    def _close(self) -> Iterator[Output]:
        """The run is over without a terminator: a scan only if it can be nothing else."""
        if self._waits_for_more():
            yield self._scan()._replace(ended=False)
            return
        yield from self._release()
        self._forget()

    def _scan(self) -> Scan:
        passed = sum(press.key is not None for press in self._run[: self._passed])
        scan = Scan("".join(press.char or "" for press in self._run), passed)
        self._forget()
        return scan

    def _release(self) -> Iterator[Output]:
        held, self._passed = self._run[self._passed :], len(self._run)
        yield from (Pass(press) for press in held if press.key is not None)

    def _forget(self) -> None:
        self._run, self._chars = [], set()
        self._passed, self._streak, self._established = 0, 0, False
        self._follows_scan, self._slowest = False, 0.0

    def _is_prompt(self, press: Press) -> bool:
        """Whether the first key of a run need not wait."""
        plain = press.prompt and not press.followed and not self._has_dropped
        return plain and self._focus is Focus.SCAN_FIELD

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
            and _is_a_code(len(self._run), self._chars, self._focus)
        )

    def _is_key_held_down(self) -> bool:
        if len(self._run) < 3 or len(self._chars) > 1:
            return False
        return self._run[-1].at - self._run[0].at >= SAME_KEY_S * (len(self._run) - 1)


def _are_a_persons(held: Press, following: Press) -> bool:
    """Whether one hand gives both so fast: two Enters, a tap, an arrow key held down."""
    if held.ends or following.ends or following.char is not None:
        return held.ends and following.ends
    if held.command is not following.command:
        return False
    if held.command is Command.REPEATED:
        return held.name == following.name and following.began_at - held.at >= REPEAT_S
    return held.command is Command.CLICK


def _is_a_code(length: int, chars: set[str], focus: Focus) -> bool:
    """Whether a burst that nothing ended is a code rather than text put in by a program.

    An input method commits a whole word at once (你好世界, देवनागरी, or "zhang" as typed), a text
    expander an address. In a form such text must stay, so there a code has to look like one.
    """
    if length < SHORTEST_UNENDED_SCAN or len(chars) == 1:
        return False
    if any(not char.isascii() or char.isspace() for char in chars):
        return False
    return focus is not Focus.TEXT_FIELD or ("@" not in chars and any(map(str.isdigit, chars)))
