"""A sound for each outcome: an extra, never the only sign.

Where the system can play a tone, one is played; else the terminal rings its bell once, twice or
three times. Both happen in a thread; an error there leaves only silence.
"""

from __future__ import annotations

import contextlib
import math
import queue
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from kiosk.support.progress import Worker

_RATE_HZ = 22_050
_LOUDNESS = 0.4
_FADE_S = 0.008
"""Rise and fall of a tone; without them it clicks."""
_GAP_S = 0.04
_BELL_GAP_S = 0.18
"""Terminals swallow bells that follow each other faster."""
_PLAYER_TIMEOUT_S = 3.0
_MOST_WAITING = 3
"""More than these are left out: a late sound would be about another attendee."""

_PLAYERS = (("paplay",), ("pw-play",), ("afplay",), ("aplay", "-q"))

Player = Callable[[Path], None]
"""Plays a WAV file to its end."""


class Sound(NamedTuple):
    """The sound of an outcome."""

    tones: tuple[tuple[int, float], ...]
    """Pitch in Hz and length in seconds, one after the other."""
    bells: int
    """Rings of the terminal's bell in place of the tones."""


_GOOD = Sound(((880, 0.10), (1320, 0.12)), bells=1)
_LOOK = Sound(((660, 0.14), (660, 0.14)), bells=2)
_STOP = Sound(((330, 0.16), (247, 0.16), (196, 0.28)), bells=3)

_SOUNDS = {
    "ok": _GOOD,
    "exit": Sound(((1320, 0.10), (880, 0.12)), bells=1),
    "undone": Sound(((880, 0.10), (660, 0.10), (880, 0.10)), bells=2),
    "already_redeemed": Sound(((660, 0.14), (495, 0.22)), bells=2),
    "unpaid": Sound(((587, 0.12), (587, 0.12), (494, 0.20)), bells=2),
    "unapproved": Sound(((587, 0.12), (523, 0.12), (494, 0.20)), bells=2),
    "ambiguous": Sound(((523, 0.10), (659, 0.10), (784, 0.16)), bells=2),
    "incomplete": Sound(((523, 0.10), (784, 0.16)), bells=2),
    "invalid": _STOP,
    "canceled": Sound(((294, 0.20), (220, 0.32)), bells=3),
    "blocked": Sound(((220, 0.14), (220, 0.14), (220, 0.32)), bells=3),
    "product": Sound(((392, 0.14), (294, 0.28)), bells=3),
    "invalid_time": Sound(((392, 0.14), (392, 0.14), (294, 0.28)), bells=3),
    "rules": Sound(((349, 0.14), (262, 0.28)), bells=3),
}


def sound_of(outcome: str) -> Sound:
    """The sound of an outcome code; of one not known here, the one that says: look."""
    return _SOUNDS.get(outcome, _LOOK)


class Sounder:
    """Plays outcomes off the UI thread.

    Args:
        enabled: whether to make any sound.
        write_bell: rings the terminal's bell once; called from another thread.
        find_player: what can play a WAV file here, or None; asked at the first sound, in the
            other thread. What it returns raises `OSError` or `subprocess.SubprocessError` when it
            cannot play, and is then not asked again.
    """

    def __init__(
        self,
        enabled: bool,
        write_bell: Callable[[], object],
        *,
        find_player: Callable[[], Player | None] | None = None,
    ) -> None:
        self.enabled = enabled
        self._write_bell = write_bell
        self._find_player = find_player or player_of_this_system
        self._worker: Worker | None = None
        self._player: Player | None = None

    def play(self, outcome: str) -> None:
        """Make the sound of an outcome some time soon; returns at once and never raises."""
        if not self.enabled:
            return
        with contextlib.suppress(queue.Full, RuntimeError):  # RuntimeError: no more threads
            if self._worker is None:
                worker = Worker("sound", limit=_MOST_WAITING)
                worker.put(self._look_for_player)
                worker.start()
                self._worker = worker
            self._worker.put(partial(self._sound, sound_of(outcome)))

    def wait(self) -> None:
        """Wait until every sound has been played."""
        if self._worker is not None:
            self._worker.join()

    def _look_for_player(self) -> None:
        self._player = self._find_player()

    def _sound(self, sound: Sound) -> None:
        if self._player is not None and not _played(sound, self._player):
            self._player = None
        if self._player is None:
            self._ring(sound.bells)

    def _ring(self, bells: int) -> None:
        for number in range(bells):
            if number:
                time.sleep(_BELL_GAP_S)
            with contextlib.suppress(Exception):  # the screen may be gone; a sound is an extra
                self._write_bell()


def player_of_this_system() -> Player | None:
    """What plays a WAV file here: Windows itself, or the first known program on the PATH."""
    if sys.platform == "win32":
        return _play_on_windows
    for command in _PLAYERS:
        if path := shutil.which(command[0]):
            return partial(_play_with, (path, *command[1:]))
    return None


def _play_on_windows(wav: Path) -> None:
    if sys.platform == "win32":
        import winsound

        try:
            winsound.PlaySound(str(wav), winsound.SND_FILENAME)
        except RuntimeError as error:
            raise OSError(str(error)) from error


def _play_with(command: Sequence[str], wav: Path) -> None:
    subprocess.run(
        [*command, str(wav)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_PLAYER_TIMEOUT_S,
        check=True,
    )


def _played(sound: Sound, player: Player) -> bool:
    try:
        wav = Path(_folder().name) / f"{abs(hash(sound.tones))}.wav"
        if not wav.exists():
            write_wav(sound.tones, wav)
        player(wav)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """The folder of the tones; removed at the end of the program."""
    return tempfile.TemporaryDirectory(prefix="kiosk-sounds-", ignore_cleanup_errors=True)


def write_wav(tones: Sequence[tuple[int, float]], path: Path) -> None:
    """Write tones (Hz, seconds), a short gap between them, as 16 bit mono."""
    import wave

    silence = [0.0] * int(_RATE_HZ * _GAP_S)
    samples = [value for pitch, length in tones for value in [*_tone(pitch, length), *silence]]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(struct.pack(f"<{len(samples)}h", *(int(v * 32767) for v in samples)))


def _tone(pitch_hz: int, length_s: float) -> list[float]:
    count, fade = int(_RATE_HZ * length_s), _RATE_HZ * _FADE_S
    return [
        _LOUDNESS
        * min(1.0, i / fade, (count - i) / fade)
        * math.sin(2 * math.pi * pitch_hz * i / _RATE_HZ)
        for i in range(count)
    ]
