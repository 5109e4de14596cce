"""Sounds: different for each outcome, never in the way."""

from __future__ import annotations

import subprocess
import threading
import wave
from pathlib import Path

import pytest

from kiosk.ui.tui import sound
from kiosk.ui.tui.sound import Sounder, sound_of, write_wav


@pytest.fixture(autouse=True)
def _quick_bells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bells follow each other at once."""
    monkeypatch.setattr(sound, "_BELL_GAP_S", 0.001)


OUTCOMES = [
    "ok",
    "exit",
    "undone",
    "already_redeemed",
    "unpaid",
    "unapproved",
    "canceled",
    "blocked",
    "product",
    "invalid_time",
    "rules",
    "ambiguous",
    "incomplete",
    "invalid",
    "revoked",
]


def test_each_outcome_sounds_different() -> None:
    """No two outcomes have the same tones; good is one bell, look two, stop three."""
    assert len({sound_of(outcome).tones for outcome in OUTCOMES}) == len(OUTCOMES)
    assert [sound_of(o).bells for o in ("ok", "already_redeemed", "invalid")] == [1, 2, 3]
    assert sound_of("something new").bells == 2


@pytest.mark.parametrize(("outcome", "bells"), [("ok", 1), ("unpaid", 2), ("invalid", 3)])
def test_bells_where_there_is_no_player(outcome: str, bells: int) -> None:
    """Without a player the terminal's bell rings as often as the outcome says."""
    rung: list[str] = []
    sounder = Sounder(True, lambda: rung.append("\a"), find_player=lambda: None)

    sounder.play(outcome)
    sounder.wait()

    assert len(rung) == bells


def test_a_player_gets_a_wav_file() -> None:
    """With a player, it gets the outcome's tones, and no bell rings."""
    rung: list[str] = []
    seconds: list[float] = []

    def player(path: Path) -> None:
        with wave.open(str(path)) as file:
            seconds.append(round(file.getnframes() / file.getframerate(), 2))

    sounder = Sounder(True, lambda: rung.append("\a"), find_player=lambda: player)

    sounder.play("ok")
    sounder.play("ok")
    sounder.wait()

    assert seconds == [0.3, 0.3]
    assert rung == []


@pytest.mark.parametrize("error", [OSError("gone"), subprocess.TimeoutExpired("aplay", 3)])
def test_a_player_that_fails_gives_way_to_the_bell(error: Exception) -> None:
    """A computer without loudspeaker still tells outcomes apart, by bells."""
    rung: list[str] = []
    asked: list[Path] = []

    def player(path: Path) -> None:
        asked.append(path)
        raise error

    sounder = Sounder(True, lambda: rung.append("\a"), find_player=lambda: player)

    sounder.play("invalid")
    sounder.play("ok")
    sounder.wait()

    assert (len(asked), len(rung)) == (1, 4)


def test_off_is_silent() -> None:
    """Switched off, nothing is even looked for."""
    sounder = Sounder(False, pytest.fail, find_player=pytest.fail)

    sounder.play("invalid")
    sounder.wait()


def test_never_blocks_and_never_raises() -> None:
    """While a player hangs, sounds are asked for in vain, and a bell that fails is no error."""
    go_on = threading.Event()
    played: list[Path] = []

    def player(path: Path) -> None:
        go_on.wait(10)
        played.append(path)

    sounder = Sounder(True, pytest.fail, find_player=lambda: player)
    for _ in range(100):
        sounder.play("ok")
    assert played == []
    go_on.set()
    sounder.wait()
    assert len(played) <= 4

    def broken() -> None:
        raise RuntimeError("no screen")

    bell = Sounder(True, broken, find_player=lambda: None)
    bell.play("invalid")
    bell.wait()


def test_wav_is_what_players_take(tmp_path: Path) -> None:
    """16 bit mono at a usual rate, neither silent nor clipped, ending softly."""
    write_wav(sound_of("ok").tones, tmp_path / "ok.wav")

    with wave.open(str(tmp_path / "ok.wav")) as file:
        data = memoryview(file.readframes(file.getnframes())).cast("h")
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
    assert 10_000 < max(data) < 32_000
    assert data[-1] == 0
