"""Hybrid logical clock: wall milliseconds that never run backwards in one log.

Source: Kulkarni, Demirbas et al., "Logical Physical Clocks" (2014); 48 bits of wall
milliseconds and a 16-bit counter in one integer.
"""

from __future__ import annotations

COUNTER_BITS = 16
MAX_STAMP_MS = 4_102_444_800_000
"""The year 2100. A stamp behind it is no clock's mistake."""
MAX_STAMP = MAX_STAMP_MS << COUNTER_BITS


def next_hlc(last: int, now_ms: int) -> int:
    """The stamp after `last` at wall time `now_ms`; greater even if the clock went back."""
    return max(now_ms << COUNTER_BITS, last + 1)


def hlc_ms(stamp: int) -> int:
    """The wall milliseconds in a stamp."""
    return stamp >> COUNTER_BITS
