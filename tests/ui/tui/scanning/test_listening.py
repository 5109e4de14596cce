"""The clock that counts only time in which somebody listened."""

from __future__ import annotations

from kiosk.ui.tui.input.keystream import FAST_S, KEY_ALONE_S, SILENCE_S
from kiosk.ui.tui.input.priority import IDLE_SLICE_S, SLICE_S, ListeningClock


def _silence(clock: ListeningClock, slices: int) -> list[float]:
    told = []
    for _ in range(slices):
        clock.waited(clock.slice_s, arrived=False)
        if clock.silence_is_telling():
            told.append(clock.now)
    return told


def test_silences_are_told_once_each() -> None:
    """After a key, each silence that decides something is told when it is full, then no more."""
    clock = ListeningClock()
    clock.key_came()

    told = _silence(clock, 60)

    assert len(told) == 3
    for limit, silence in zip((FAST_S, KEY_ALONE_S, SILENCE_S), told, strict=True):
        assert limit < silence <= limit + SLICE_S


def test_nothing_is_told_without_keys() -> None:
    """An idle keyboard is looked at seldom and says nothing."""
    clock = ListeningClock()

    assert clock.slice_s == IDLE_SLICE_S
    assert _silence(clock, 50) == []


def test_a_process_that_was_stopped_hears_no_silence() -> None:
    """Keys that waited while the process was stopped arrive right after those before it."""
    clock = ListeningClock()
    clock.key_came()
    before = clock.now

    clock.waited(1.5, arrived=True)

    assert clock.now - before <= SLICE_S
    assert clock.silence_is_telling() is False


def test_late_and_silent_counts_the_slice_only() -> None:
    """Where the program ran late, only the silence really listened to is counted."""
    clock = ListeningClock()
    clock.key_came()

    clock.waited(1.5, arrived=False)

    assert clock.now == SLICE_S
